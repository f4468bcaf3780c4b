"""The recorded words of a call, found again by when they were said."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from simulator.commands import Transcribe
from simulator.events import Transcribed
from simulator.ports import SAMPLE_RATE, Transcript, Word
from simulator.relisten import HeldWords


def heard(t: int, turn: int, take: int, *words: tuple[str, int, int], since: int = 600) -> Any:
    """What came of a take that began at ``since``."""
    said = tuple(Word(text=text, start_ms=start, end_ms=end) for text, start, end in words)
    transcript = Transcript(text=" ".join(word.text for word in said), words=said)
    asked = Transcribe(turn=turn, take=take, start_ms=since, end_ms=t)
    return SimpleNamespace(event=Transcribed(t=t, turn=turn, take=take, transcript=transcript), commands=(asked,))


def words_between(start_ms: int, end_ms: int, *steps: Any) -> str:
    audio: Any = SimpleNamespace(span=lambda start, end: np.zeros((end - start) * SAMPLE_RATE // 1000, np.float32))
    held = HeldWords(SimpleNamespace(steps=steps), audio)  # type: ignore[arg-type]
    return held.transcribe(held.span(start_ms, end_ms)).text


SORRY = heard(3_000, 1, 1, ("so", 700, 900), ("sorry", 900, 1_300))
NOD = heard(6_000, 1, 2, ("mm", 5_000, 5_200), since=4_900)


def test_a_nod_with_the_number_of_the_turn_before_takes_no_words_from_it() -> None:
    assert words_between(0, 3_000, SORRY, NOD) == "so sorry"
    assert words_between(4_500, 5_500, SORRY, NOD) == "mm"


def test_a_longer_take_of_a_turn_replaces_the_shorter_one() -> None:
    longer = heard(5_000, 1, 2, ("so", 700, 900), ("sorry", 900, 1_300), ("dana", 2_600, 3_000))
    assert words_between(0, 4_000, SORRY, longer) == "so sorry dana"


def test_what_he_went_on_with_is_one_more() -> None:
    rest = heard(5_000, 1, 3, ("dana", 1_250, 1_700), since=1_250)
    assert words_between(0, 4_000, SORRY, rest) == "so sorry dana"


def test_a_take_without_words_changes_nothing() -> None:
    assert words_between(0, 3_000, SORRY, heard(4_000, 1, 2)) == "so sorry"
