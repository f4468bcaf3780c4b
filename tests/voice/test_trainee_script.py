"""Scripted trainees: what a script may say, and when it is said."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import EngineError, UserError
from simulator.ports import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE
from tests.fakes import FakeRecognizer, spoken
from voice.scripted_microphone import NOD, VOICE_DB, ScriptedMicrophone, levelled
from voice.signal import level_db
from voice.trainee_script import Reply, TraineeScript
from voice.wav import write_wav

if TYPE_CHECKING:
    from simulator.ports import Samples

ALLOWED = "[interrupt after 1.2 s], [wait 8 s], [mm-hm after 2 s], [loud], [soft] and [hang up]"


# -- the file -------------------------------------------------------------------------------------------------------


def test_a_script_is_a_reply_a_line(tmp_path: Path) -> None:
    (tmp_path / "sorry.wav").write_bytes(b"")
    write_wav(tmp_path / "sorry.wav", np.full(1600, 0.1, dtype=np.float32))
    path = tmp_path / "calm.txt"
    path.write_text(
        "\ufeff# A calm one.\n"
        "\n"
        "  I'm   so sorry.  # not a comment\n"
        "[MM-HM after 2 s][mm-hm after 500ms] [wait 8 s] [soft] What is the number?\n"
        "[interrupt after 1.2s] [loud] Let me stop you [there].\n"
        "[loud] sorry.wav\n"
        "[wait 90 s]\n"
        "[hang up] Goodbye.\n"
        "# the end\n",
        encoding="utf-8",
    )

    assert TraineeScript.load(path).replies == (
        Reply(line=3, words="I'm so sorry. # not a comment"),
        Reply(line=4, words="What is the number?", wait_ms=8000, nods_ms=(500, 2000), louder_db=-9.0),
        Reply(line=5, words="Let me stop you [there].", interrupt_ms=1200, louder_db=9.0),
        Reply(line=6, recording=tmp_path / "sorry.wav", louder_db=9.0),
        Reply(line=7, wait_ms=90_000),
        Reply(line=8, words="Goodbye.", hangs_up=True),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Hello.\n[shout] Listen!", f"s:2: [shout] is not known; directives are {ALLOWED}"),
        ("[wait] Hello.", f"s:1: [wait] is not known; directives are {ALLOWED}"),
        ("[wait 8] Hello.", f"s:1: [wait 8] is not known; directives are {ALLOWED}"),
        ("[loud 3 s] Hello.", f"s:1: [loud 3 s] is not known; directives are {ALLOWED}"),
        ("[wait 8 s Hello.", f"s:1: a [ is not closed; directives are {ALLOWED}"),
        ("[wait 601 s] Hello.", "s:1: [wait 601 s] is longer than a call; times go up to 600 s"),
        (
            "[wait 1 s] [interrupt after 1 s] Hello.",
            "s:1: [wait] and [interrupt after] contradict each other; keep one",
        ),
        ("[loud] [soft] Hello.", "s:1: [loud] and [soft] contradict each other; keep one"),
        ("[loud]", "s:1: there is nothing to say behind the directive; write the words on the same line"),
        ("[hang up]\n\nHello?", "s:3: nothing can follow the [hang up] of line 1"),
        ("nowhere.wav", "s:1: nowhere.wav does not exist; check the name of the recording"),
        ("# only\n\n", "s holds no reply; write one a line, such as: I'm sorry to hear that."),
    ],
)
def test_a_line_that_does_not_hold_is_named(text: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        TraineeScript.parse(text, name="s")

    assert str(caught.value) == message


def test_a_file_that_is_no_script_is_named(tmp_path: Path) -> None:
    missing, binary = tmp_path / "missing.txt", tmp_path / "binary.txt"
    binary.write_bytes(b"\xff\xfe\x00\xd8")

    with pytest.raises(UserError, match=r"missing\.txt cannot be opened: No such file"):
        TraineeScript.load(missing)
    with pytest.raises(UserError, match=r"binary\.txt is not text"):
        TraineeScript.load(binary)
    with pytest.raises(UserError, match="cannot be opened"):
        TraineeScript.load(tmp_path)


@given(st.text(max_size=60))
def test_whatever_is_in_the_file_the_answer_is_a_script_or_one_line(text: str) -> None:
    try:
        script = TraineeScript.parse(text, name="s")
    except UserError as error:
        assert str(error).startswith("s")
        assert len(str(error).splitlines()) == 1
    else:
        assert script.replies


# -- the voice ------------------------------------------------------------------------------------------------------


class Call:
    """A scripted microphone in a call whose caller speaks at set times."""

    def __init__(self, script: str, caller: list[tuple[int, int]], seconds: float = 60.0) -> None:
        """``caller``: (from, to) in milliseconds."""
        self.microphone = ScriptedMicrophone(TraineeScript.parse(script), spoken)
        self.caller = caller
        frames, self.hung_up_ms, self.finished_ms = [], -1, -1
        for index in range(round(seconds * 1000) // FRAME_MS):
            frames.append(self.microphone.read(index, self.caller_speaks(index * FRAME_MS)))
            if self.microphone.hung_up and self.hung_up_ms < 0:
                self.hung_up_ms = (index + 1) * FRAME_MS
            if self.microphone.finished and self.finished_ms < 0:
                self.finished_ms = (index + 1) * FRAME_MS
        self.samples: Samples = np.concatenate(frames)
        words = FakeRecognizer().transcribe(self.samples).words
        self.said = [(word.start_ms, word.text) for word in words]
        self.words = words

    def caller_speaks(self, t: int) -> bool:
        return any(start <= t < end for start, end in self.caller)


def rounded_up(t: int) -> int:
    """To the next frame, as a microphone does."""
    return -(-t // FRAME_MS) * FRAME_MS


def test_he_begins_300_ms_after_the_caller_and_waits_for_an_answer() -> None:
    call = Call("Hello\nSorry\nBye", [(0, 2000), (4000, 6000), (9000, 9500)])

    assert call.said == [
        (rounded_up(rounded_up(2000) + 300), "Hello"),
        (rounded_up(rounded_up(6000) + 300), "Sorry"),
        (rounded_up(rounded_up(9500) + 300), "Bye"),
    ]
    assert call.finished_ms == rounded_up(call.words[-1].end_ms)
    assert call.hung_up_ms == -1


def test_a_short_pause_of_the_caller_is_not_the_end_of_the_line() -> None:
    call = Call("Hello", [(0, 1000), (1200, 2000)])

    assert call.said == [(rounded_up(rounded_up(2000) + 300), "Hello")]


def test_without_an_answer_he_goes_on_after_25_seconds() -> None:
    call = Call("One\nTwo\nThree", [(0, 1000)], seconds=70)
    starts = [start for start, _ in call.said]

    assert [text for _, text in call.said] == ["One", "Two", "Three"]
    for word, start in zip(call.words[:-1], starts[1:], strict=True):
        assert 25_000 <= start - word.end_ms <= 25_000 + 2 * FRAME_MS


def test_he_speaks_first_when_nobody_else_does() -> None:
    assert Call("Hello", []).said == [(rounded_up(25_000), "Hello")]


def test_an_interruption_begins_while_the_caller_speaks() -> None:
    call = Call("Hello\n[interrupt after 1.2 s] Stop there\nThanks", [(0, 1000), (4000, 6000), (8000, 9000)])

    assert call.said[1:3] == [(4000 + rounded_up(1200), "Stop"), (4000 + rounded_up(1200) + 300, "there")]
    # That the caller talked on for a while under the interruption was no answer to it; the next line was.
    assert call.said[3] == (rounded_up(rounded_up(9000) + 300), "Thanks")


def test_a_line_too_short_to_interrupt_is_answered_as_usual() -> None:
    call = Call("[interrupt after 3 s] Well", [(0, 1000)])

    assert call.said == [(rounded_up(rounded_up(1000) + 300), "Well")]


def test_what_the_caller_said_and_ended_under_a_reply_is_no_answer() -> None:
    """He was cut in on and talked on; the caller's true answer comes afterwards."""
    call = Call("A rather long reply to the caller\nNext", [(0, 1000), (1500, 1800), (5000, 6000)])

    assert call.said[-1] == (rounded_up(rounded_up(6000) + 300), "Next")


def test_a_wait_counts_from_the_callers_last_sound_and_a_hello_does_not_restart_it() -> None:
    call = Call("Hi\n[wait 8 s] Here", [(0, 1000), (3000, 4000), (4500, 5000), (11_000, 11_500)])

    assert call.said[1] == (rounded_up(rounded_up(5000) + 8000), "Here")


def test_when_a_wait_ends_under_the_callers_voice_he_lets_the_caller_finish() -> None:
    call = Call("[wait 8 s] Here", [(0, 1000), (8500, 10_000)])

    assert call.said == [(rounded_up(rounded_up(10_000) + 300), "Here")]


def test_silence_can_be_a_line_of_its_own() -> None:
    assert Call("[wait 5 s]\nHere", [(0, 1000)]).said == Call("[wait 5 s] Here", [(0, 1000)]).said


def test_a_nod_is_said_over_the_caller_and_is_no_reply() -> None:
    call = Call("[mm-hm after 1 s] [mm-hm after 3 s] Right", [(0, 6000)])

    assert call.said == [
        (rounded_up(1000), NOD),
        (rounded_up(3000), NOD),
        (rounded_up(rounded_up(6000) + 300), "Right"),
    ]


def test_a_nod_whose_time_never_came_is_not_said() -> None:
    call = Call("[mm-hm after 3 s] Right\n[mm-hm after 3 s]", [(0, 1000), (3000, 4000)])

    assert [text for _, text in call.said] == ["Right"]
    assert call.finished_ms > 4000


def test_hanging_up_comes_behind_the_words() -> None:
    call = Call("[hang up] Bye now", [(0, 1000)])

    assert call.hung_up_ms == rounded_up(call.words[-1].end_ms + 10)  # the last burst ends with 10 ms of silence
    assert call.microphone.finished


def test_hanging_up_without_a_word() -> None:
    call = Call("Hello\n[hang up]", [(0, 1000), (4000, 5000)])

    assert call.hung_up_ms == rounded_up(rounded_up(5000) + 300) + FRAME_MS


def test_loud_and_soft_are_9_db_apart_from_normal() -> None:
    call = Call("Hello\n[loud] Hello\n[soft] Hello", [(0, 1000), (4000, 5000), (8000, 9000)])
    levels = [level_db(call.samples[word.start_ms * 16 : word.start_ms * 16 + 800]) for word in call.words]

    assert levels[1] - levels[0] == pytest.approx(9.0, abs=0.1)
    assert levels[2] - levels[0] == pytest.approx(-9.0, abs=0.1)


def test_voices_of_every_level_become_the_same() -> None:
    pause = np.zeros(SAMPLE_RATE, dtype=np.float32)
    for peak in (0.001, 0.1, 1.0):
        voice = (peak * np.sin(np.arange(SAMPLE_RATE) / 5)).astype(np.float32)
        result = levelled(np.concatenate([pause, voice, pause]))

        assert level_db(result[SAMPLE_RATE : 2 * SAMPLE_RATE]) == pytest.approx(VOICE_DB, abs=0.1)
    assert not levelled(pause).any()
    assert not len(levelled(pause[:0]))


def test_a_recording_is_played_as_it_is(tmp_path: Path) -> None:
    write_wav(tmp_path / "a b.wav", spoken("Recorded") * 0.5)
    path = tmp_path / "script.txt"
    path.write_text("a b.wav\n", encoding="utf-8")
    microphone = ScriptedMicrophone(TraineeScript.load(path), spoken)
    sound = np.concatenate([microphone.read(index, index < 10) for index in range(100)])

    assert FakeRecognizer().transcribe(sound).text == "Recorded"
    assert np.abs(sound).max() == pytest.approx(0.075, abs=0.005)


def test_under_everything_there_is_a_room() -> None:
    call = Call("Hello", [(0, 1000)], seconds=30)
    quiet = call.samples[call.words[-1].end_ms * 16 + 1600 :].reshape(-1, 160)

    assert level_db(quiet.reshape(-1)) == pytest.approx(-65.0, abs=0.2)
    assert all(level_db(piece) > -72.0 for piece in quiet)
    assert abs(float(quiet.mean())) < 1e-5


def test_the_same_script_gives_the_same_samples_and_another_seed_another_room() -> None:
    script = TraineeScript.parse("[mm-hm after 1 s] Hello\nBye")

    def samples(seed: int) -> Samples:
        microphone = ScriptedMicrophone(script, spoken, seed=seed)
        return np.concatenate([microphone.read(index, index < 60) for index in range(300)])

    np.testing.assert_array_equal(samples(3), samples(3))
    assert (samples(3) != samples(4)).any()


def test_patience_can_be_set() -> None:
    microphone = ScriptedMicrophone(TraineeScript.parse("Hello"), spoken, patience_ms=960)
    sound = np.concatenate([microphone.read(index, index < 10) for index in range(100)])

    assert FakeRecognizer().transcribe(sound).words[0].start_ms == 320 + 960


def test_frames_are_asked_for_in_order() -> None:
    microphone = ScriptedMicrophone(TraineeScript.parse("Hello"), spoken)
    microphone.read(0, False)

    with pytest.raises(EngineError, match="frame 2, not 1"):
        microphone.read(2, False)


@settings(max_examples=25)
@given(
    turns=st.lists(st.tuples(st.integers(32, 3000), st.integers(32, 3000)), max_size=12),
    script=st.lists(st.sampled_from(["Yes", "No it is not", "[wait 2 s] Hm", "[loud] Stop"]), min_size=1, max_size=5),
)
def test_unasked_he_never_begins_while_the_caller_speaks(turns: list[tuple[int, int]], script: list[str]) -> None:
    """Whatever the caller does; and all that is said is said once, in order, as far as the call goes."""
    caller, t = [], 0
    for pause, length in turns:
        caller.append((t + pause, t + pause + length))
        t += pause + length
    call = Call("\n".join(script), caller, seconds=t / 1000 + 30.0 * len(script) + 10)
    wanted = [word for line in script for word in line.rpartition("] ")[2].split()]
    first_words = {0}
    for line in script:
        first_words.add(max(first_words) + len(line.rpartition("] ")[2].split()))

    assert [text for _, text in call.said] == wanted
    assert call.microphone.finished
    for index, (start, _) in enumerate(call.said):
        if index in first_words:
            assert not call.caller_speaks(start)
            assert not any(call.caller_speaks(start - back) for back in range(FRAME_MS, 300, FRAME_MS) if back <= start)
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(call.words))


def test_a_frame_is_a_frame() -> None:
    microphone = ScriptedMicrophone(TraineeScript.parse("Hello"), spoken)

    assert {len(microphone.read(index, False)) for index in range(900)} == {FRAME_SAMPLES}


def test_a_reply_that_is_added_is_said_when_she_has_answered() -> None:
    microphone = ScriptedMicrophone(TraineeScript(name="", replies=()), spoken)
    frames, asked = [], []
    for index in range(400):
        if microphone.finished and microphone.answered and len(asked) < 2:
            asked.append(index * FRAME_MS)
            microphone.add(Reply(line=1, words=("Hello", "Sorry")[len(asked) - 1]))
        t = index * FRAME_MS
        frames.append(microphone.read(index, 0 <= t < 2000 or 6000 <= t < 8000))

    heard = FakeRecognizer().transcribe(np.concatenate(frames)).words
    assert [word.text for word in heard] == ["Hello", "Sorry"]
    assert [word.start_ms for word in heard] == [rounded_up(rounded_up(end) + 300) for end in (2000, 8000)]
    assert asked[0] <= 2 * FRAME_MS and 6000 <= asked[1] <= 6000 + 2 * FRAME_MS
