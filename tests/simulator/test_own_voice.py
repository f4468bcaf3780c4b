"""Which frames of a turn count as the trainee's voice. How they are compared is in ``test_caller``."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.hearing import Hearing, Take
from simulator.own_voice import VoiceFrame, levels_of_speech, loudness_deviations, pace_deviations
from simulator.ports import FRAME_MS, Word

WORDS = (Word(text="two", start_ms=320, end_ms=640), Word(text="words", start_ms=960, end_ms=1280))


def frames(levels: list[float], sure: bool = True) -> list[VoiceFrame]:
    return [VoiceFrame((index + 1) * FRAME_MS, level, sure) for index, level in enumerate(levels)]


def test_only_frames_in_which_a_word_was_said_count() -> None:
    levels = [-20.0] * 10 + [-30.0] * 10 + [-20.0] * 10 + [-31.0] * 10 + [-20.0] * 10

    assert levels_of_speech(frames(levels), WORDS) == [-30.0] * 10 + [-31.0] * 10


@given(st.lists(st.booleans(), min_size=40, max_size=40))
def test_the_detectors_doubt_changes_nothing_once_words_have_times(sure: list[bool]) -> None:
    doubted = [VoiceFrame((n + 1) * FRAME_MS, -30.0, each) for n, each in enumerate(sure)]

    assert levels_of_speech(doubted, WORDS) == [-30.0] * 20


def test_pauses_inside_a_word_are_left_out_whatever_the_gain() -> None:
    levels = [-90.0] * 10 + [-30.0] * 8 + [-56.0, -54.5] + [-90.0] * 10 + [-29.0] * 10

    for gain_db in (-20.0, 0.0, 20.0):
        shifted = [level + gain_db for level in levels]
        assert len(levels_of_speech(frames(shifted), WORDS)) == 18  # 25 dB under the loudest is where a pause begins


def test_without_word_times_the_sure_frames_count() -> None:
    untimed = (Word(text="two", start_ms=0, end_ms=0),)
    mixed = frames([-30.0] * 5) + frames([-20.0] * 5, sure=False)

    for words in ((), untimed):
        assert levels_of_speech(mixed, words) == [-30.0] * 5
    assert levels_of_speech(frames([-20.0], sure=False), ()) == []


def test_a_nod_before_the_turn_is_no_part_of_it() -> None:
    """He said "mm-hm" loudly under her voice, then answered as quietly as ever."""
    ears = Hearing()

    def speak(start_ms: int, length_ms: int, db: float) -> None:
        for t in range(start_ms + FRAME_MS, start_ms + length_ms + 1, FRAME_MS):
            ears.frame(t, 0.95, db)
        for t in range(start_ms + length_ms + FRAME_MS, start_ms + length_ms + 320 + 1, FRAME_MS):
            ears.frame(t, 0.01, -65.0)

    def said(start_ms: int, end_ms: int) -> Take:
        return Take(turn=1, number=1, words=(Word(text="words", start_ms=start_ms, end_ms=end_ms),))

    speak(0, 6_400, -30.0)
    ears.end_turn(said(0, 6_400), 24)
    speak(9_600, 640, -10.0)
    speak(12_800, 3_200, -30.0)

    assert ears.end_turn(said(12_800, 16_000), 12) == (0.0, 0.0)


def test_a_cough_before_the_turn_does_not_hide_quiet_words_without_times() -> None:
    ears = Hearing()

    def speak(start_ms: int, length_ms: int, db: float) -> None:
        for t in range(start_ms + FRAME_MS, start_ms + length_ms + 1, FRAME_MS):
            ears.frame(t, 0.95, db)
        for t in range(start_ms + length_ms + FRAME_MS, start_ms + length_ms + 320 + 1, FRAME_MS):
            ears.frame(t, 0.01, -65.0)

    speak(0, 6_400, -55.0)
    ears.end_turn(Take(turn=1, number=1), 24)
    speak(9_600, 320, -5.0)
    speak(12_800, 3_200, -45.0)

    louder, _ = ears.end_turn(Take(turn=2, number=2, start_ms=12_800), 12)
    assert louder > 1  # 10 dB; with the cough as the loudest frame every word would lie below what counts as speech


def test_loudness_is_told_in_whole_decibels() -> None:
    own = [-30.0] * 100

    assert [loudness_deviations([-30.0 + more] * 20, own) for more in (0.4, -0.4, 0.6, 6.4, 6.6)] == [
        0.0, 0.0, 0.17, 1.0, 1.17,
    ]  # fmt: skip


def test_too_little_is_none_not_zero() -> None:
    own = [-30.0] * 100

    assert loudness_deviations([-30.0] * 18, own) is None
    assert loudness_deviations([-30.0] * 19, own[:93]) is None
    assert loudness_deviations([-30.0] * 19, own[:94]) == 0.0
    assert pace_deviations(4, 2_000, 20, 6_000) is None
    assert pace_deviations(5, 599, 20, 6_000) is None
    assert pace_deviations(5, 2_000, 0, 6_000) is None
    assert pace_deviations(8, 2_000, 20, 6_000) == 1.0
