"""The turns on paper, as sound, and how models are compared on them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulator.errors import UserError
from simulator.ports import SAMPLE_RATE, Transcript
from voice.turns.columns import points
from voice.turns.hearing import Heard, Listener
from voice.turns.rendering import LEAD_MS, TAIL_MS, Rendering, Silence, render
from voice.turns.script import Piece, Turn, read_turns
from voice.turns.shelf import Shelf, row_digest
from voice.turns.sweep import Point, Policy, sweep
from voice.turns.voices import Line, Voices

if TYPE_CHECKING:
    from simulator.ports import Samples

ROW = Turn(
    id="t-1", split="train", author="a", scenario="s", expecting="words", caller="Well?", engine="pyttsx3",
    voice="en_us_m1", pace=1.0, level_db=-24.0, noise_db=-55.0,
    pieces=(
        Piece(text="I can see the", pause="hesitation", ms=400, held=True), Piece(text="order.", pause="breath", ms=150),
        Piece(text="It left today."),
    ),
)  # fmt: skip


class Hum:
    """A voice that hums 100 ms for each word and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Line] = []

    def say(self, line: Line, turn: Turn) -> "Samples":
        self.asked.append(line)
        count = len(line.text.split()) * SAMPLE_RATE // 10
        return np.asarray(np.sin(np.arange(count) / 12), np.float32)


# the data


def test_there_are_enough_turns_and_the_halves_share_no_author_scenario_or_voice() -> None:
    turns = read_turns()
    train, test = ([turn for turn in turns if turn.split == split] for split in ("train", "test"))

    assert len(turns) >= 400 and min(len(train), len(test)) >= 200
    assert not {(t.author, t.scenario) for t in train} & {(t.author, t.scenario) for t in test}
    assert {t.author for t in train} & {t.author for t in test} <= {"turns"}
    assert not {(t.engine, t.voice) for t in train} & {(t.engine, t.voice) for t in test}
    texts = [turn.text for turn in turns if len(turn.text.split()) > 2]
    assert len(set(texts)) == len(texts)


def test_turns_are_as_long_and_pause_as_much_as_is_claimed() -> None:
    turns = read_turns()
    pauses = sorted(piece.ms for turn in turns for piece in turn.pieces if piece.ms >= 200)

    assert all(1 <= len(turn.text.split()) <= 60 for turn in turns)
    assert {len(turn.pieces) for turn in turns} >= {1, 2, 3, 4, 5}
    assert 350 <= pauses[len(pauses) // 2] <= 500
    assert pauses[-1] <= 3500
    assert {turn.expecting for turn in turns} == {"number", "answer", "words"}


@pytest.mark.parametrize(
    "change",
    [{"split": "dev"}, {"expecting": "name"}, {"pieces": []}, {"pieces": [{"text": "so", "pause": "breath", "ms": 3}]},
     {"pieces": [{"text": "so", "pause": "cough", "ms": 3}, {"text": "yes"}]}, {"speaker": "x"}],
)  # fmt: skip
def test_a_row_that_does_not_hold_is_named(tmp_path: Path, change: dict[str, object]) -> None:
    row = {
        "id": "x", "split": "train", "author": "a", "scenario": "s", "expecting": "words", "caller": "", "engine": "flite",
        "voice": "slt", "pace": 1.0, "level_db": -20, "noise_db": -50, "pieces": [{"text": "Yes."}],
    }  # fmt: skip
    file = tmp_path / "turns.jsonl"
    file.write_text(json.dumps(row) + "\n" + json.dumps(row | {"id": "y"} | change) + "\n", encoding="utf-8")

    with pytest.raises(UserError, match=r"turns\.jsonl:2"):
        read_turns(file)


# as sound


def test_pauses_lie_where_they_are_said_to_lie() -> None:
    made = render(ROW, Hum())

    assert [(s.start_ms, s.length_ms, s.kind) for s in made.silences] == [
        (LEAD_MS + 400, 400, "hesitation"), (LEAD_MS + 900, 150, "breath"), (LEAD_MS + 1350, TAIL_MS, None)
    ]  # fmt: skip
    assert len(made.samples) == (LEAD_MS + 1350 + TAIL_MS) * SAMPLE_RATE // 1000
    assert made.samples.dtype == np.float32 and float(np.abs(made.samples).max()) <= 0.95


def test_a_pause_and_the_end_are_equally_silent() -> None:
    """Nothing but the speech before it may tell them apart."""
    made = render(replace(ROW, pieces=(replace(ROW.pieces[0], ms=2000), *ROW.pieces[1:])), Hum())
    levels = []
    for silence in (made.silences[0], made.silences[-1]):
        start = silence.start_ms * SAMPLE_RATE // 1000
        part = made.samples[start + 160 : start + 30_000]
        levels.append(10 * np.log10(np.mean(np.square(part, dtype=np.float64))))

    assert abs(levels[0] - levels[1]) < 1.0
    assert all(abs(level - ROW.noise_db) < 1.5 for level in levels)


def test_only_words_that_are_held_are_told_what_follows() -> None:
    hum = Hum()
    render(ROW, hum)

    assert [line.following for line in hum.asked] == ["order. It left today.", "", ""]
    assert hum.asked[0].drawl >= 1.15 and max(line.drawl for line in hum.asked[1:]) <= 1.15


def test_the_same_row_gives_the_same_sound() -> None:
    with Voices() as voices:
        first = render(ROW, voices)
    with Voices() as voices:
        again = render(ROW, voices)

    np.testing.assert_array_equal(first.samples, again.samples)
    assert first.silences == again.silences
    spoken = first.samples[LEAD_MS * 16 : first.silences[0].start_ms * 16]
    assert 0.4 < len(spoken) / SAMPLE_RATE < 1.6


def test_words_that_are_held_end_elsewhere_than_words_that_are_closed() -> None:
    """What follows is said with them and cut off, so that they do not come out as a whole sentence."""
    with Voices() as voices:
        held = voices.say(Line(text="I can see the", following="order."), ROW)
        closed = voices.say(Line(text="I can see the"), ROW)
        whole = voices.say(Line(text="I can see the order."), ROW)

    assert len(held) < 0.8 * len(whole)
    assert not np.array_equal(held[-1600:], closed[-1600:])


def test_what_is_rendered_is_not_rendered_again(tmp_path: Path) -> None:
    shelf, hum = Shelf(tmp_path), Hum()
    other = replace(ROW, id="t-2")
    shelf.make([ROW], hum)
    made: list[str] = []
    shelf.make([ROW, other], hum, lambda turn: made.append(turn.id))

    assert made == ["t-2"]
    assert shelf.missing([ROW, other, replace(ROW, pace=0.9)]) == [replace(ROW, pace=0.9)]
    assert shelf.get(replace(ROW, pace=0.9)) is None
    kept = shelf.get(ROW)
    assert kept is not None and kept.silences == render(ROW, Hum()).silences
    assert [turn.id for turn, _ in shelf.all([ROW, other])] == ["t-1", "t-2"]


def test_only_what_can_be_heard_makes_another_rendering() -> None:
    assert row_digest(replace(ROW, split="test", caller="What?", expecting="answer")) == row_digest(ROW)
    assert row_digest(replace(ROW, noise_db=-54.0)) != row_digest(ROW)


# what the models hear


class Ears:
    """Hears how long the audio is; stands for the recogniser and for Smart Turn."""

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def transcribe(self, audio: "Samples") -> Transcript:
        self.lengths.append(len(audio) * 1000 // SAMPLE_RATE)
        return Transcript(text=f"{len(audio)} samples")

    def done(self, audio: "Samples", words: str, expecting: str) -> float:
        self.lengths.append(len(audio) * 1000 // SAMPLE_RATE)
        return 0.5


def test_nothing_is_heard_before_it_sounds_and_nothing_twice(tmp_path: Path) -> None:
    made = Rendering(
        samples=np.zeros(5 * SAMPLE_RATE, np.float32),
        silences=(
            Silence(start_ms=300, length_ms=400, kind="hesitation"), Silence(start_ms=900, length_ms=150, kind="breath"),
            Silence(start_ms=3500, length_ms=1200, kind=None),
        ),
    )  # fmt: skip
    ears = Ears()
    listener = Listener(lambda: ears, lambda: ears, tmp_path, "digest")  # type: ignore[arg-type,return-value]
    heard = listener.hear(ROW, made)

    assert [(one.start_ms, one.is_end, one.kind) for one in heard] == [(300, False, "hesitation"), (3500, True, "end")]
    assert ears.lengths == [500, 500, 600, 500, 3700, 3700, 3800, 4000, 4300, 4700, 3000]
    assert listener.hear(ROW, made) == heard and len(ears.lengths) == 11
    again = Listener(lambda: ears, lambda: ears, tmp_path, "another")  # type: ignore[arg-type,return-value]
    assert again.hear(ROW, made) == heard and len(ears.lengths) == 22


# the sweep

HAND = [
    # ends: one sure at 300 ms, one never sure
    Point(length_ms=4000, is_end=True, scores=(0.1, 0.2, 0.8)),
    Point(length_ms=4000, is_end=True, scores=(0.3,)),
    # pauses of 300, 500 and 1500 ms, and two that do not count
    Point(length_ms=300, is_end=False, scores=(0.1, 0.1, 0.9)),
    Point(length_ms=500, is_end=False, scores=(0.1, 0.1, 0.6, 0.6, 0.6)),
    Point(length_ms=1500, is_end=False, scores=(0.2,)),
    Point(length_ms=100, is_end=False, scores=(1.0,)),
    Point(length_ms=5100, is_end=False, scores=(1.0,)),
]


@pytest.mark.parametrize(
    ("threshold", "delay_ms", "timeout_ms", "cut_off", "dead_air_ms"),
    [
        # the first end at 300, the second at the timeout; of the pauses 300 is over at its own end, 500 is cut at 300,
        # 1500 at the timeout
        (0.5, 200, 1000, 2 / 3, 650),
        # a timeout behind the longest pause saves it
        (0.5, 200, 2000, 1 / 3, 1150),
        # a threshold over 0.6 saves the middle one too
        (0.7, 200, 2000, 0.0, 1150),
        # waiting 600 ms saves both short ones
        (0.5, 600, 1000, 1 / 3, 800),
        # no threshold: everybody is answered after the delay, which a pause of 300 ms does not survive at 200
        (0.0, 200, 3500, 1.0, 200),
        # the second end has 0.3 from the start
        (0.3, 200, 3500, 1 / 3, 250),
        # a threshold nobody reaches leaves the timeout
        (1.0, 400, 1500, 0.0, 1500),
    ],
)
def test_sweep_by_hand(threshold: float, delay_ms: int, timeout_ms: int, cut_off: float, dead_air_ms: float) -> None:
    found = sweep(HAND).of(Policy(threshold=threshold, delay_ms=delay_ms, timeout_ms=timeout_ms))

    assert found.cut_off == pytest.approx(cut_off)
    assert found.dead_air_ms == pytest.approx(dead_air_ms)


def test_the_best_policies_keep_to_the_budget() -> None:
    curve = sweep(HAND)
    best = curve.at_cut_off(0.0)
    assert best is not None and best.cut_off == 0.0
    assert best.dead_air_ms == 500  # both ends have 0.3 by then, the pause of 500 ms is just over, the long one has not
    assert (best.policy.delay_ms, best.policy.timeout_ms) == (500, 1500)
    swift = curve.at_dead_air(250)
    assert swift is not None and swift.dead_air_ms <= 250 and swift.cut_off == pytest.approx(1 / 3)
    assert curve.at_dead_air(199) is None


def test_scores_are_read_in_time_order() -> None:
    """A score that sinks again ends the turn when it was first reached, not later and not earlier."""
    points = [
        Point(length_ms=4000, is_end=True, scores=(0.0, 0.0, 0.0, 0.9, 0.0)),
        Point(length_ms=1000, is_end=False, scores=(0.0,)),
    ]

    assert sweep(points).of(Policy(threshold=0.5, delay_ms=200, timeout_ms=3500)).dead_air_ms == 400
    assert sweep(points).of(Policy(threshold=0.5, delay_ms=500, timeout_ms=3500)).dead_air_ms == 3500


def test_nothing_to_compare_is_said() -> None:
    with pytest.raises(ValueError, match="pauses"):
        sweep([point for point in HAND if point.is_end])


def test_patience_turns_sureness_into_waiting() -> None:
    def silence(turn: str, is_end: bool) -> Heard:
        return Heard(
            turn=turn, expecting="words", start_ms=0, length_ms=4000, is_end=is_end, kind="end", words="", sounds=(0.5,),
            sound_last=0.5, sound=None,
        )  # fmt: skip

    sure, unsure = points([silence("a", True), silence("b", False)], [0.9, 0.2], 2.0)

    assert list(sure.scores) == sorted(sure.scores) and len(sure.scores) == 35
    reaches = [next(at for at, score in enumerate(one.scores) if score >= 0.5) for one in (sure, unsure)]
    assert reaches == [1, 11]  # 600 ms times the root of 1/9: 200; times 2: 1200
