"""How each turn was spoken beside the trainee's own middle in this call: pace, loudness, pitch. Shown, and not scored.

What is scored of a voice (turns well above one's own loudness, talking over the caller) stands in the ledger and in the
items of steady delivery. This is the picture beside the playback, so it is no part of the debrief proper: another
microphone or room moves these numbers a little, and no score with them.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from statistics import median
from typing import Any, Final

from evaluation.timeline import Steps, Timeline, TraineeTurn
from simulator.events import FrameHeard, Transcribed
from simulator.gate import ON
from simulator.own_voice import MIN_TURN_MS, VoiceFrame, levels_of_speech
from simulator.ports import FRAME_MS, Word

PACE_WORDS: Final = 5
"""Shorter turns say nothing about how somebody speaks (debrief.md, section 8 names five syllables)."""
LEAST_TURNS: Final = 3
"""Turns below which nobody's own middle is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure over the call: a value for each turn, and the trainee's own band."""

    name: str
    """pace, loudness or pitch."""
    title: str
    unit: str
    """Of a value, as read after it."""
    values: tuple[tuple[TraineeTurn, int | float | None], ...]
    """None for turns too short to say. Loudness and pitch are differences from one's own middle, which is 0."""
    middle: float
    low: float
    high: float
    """Median less and plus the median absolute deviation."""
    bottom: float
    top: float
    """Of an axis that holds all of it."""

    def to_json(self) -> dict[str, Any]:
        """JSON values; by turn, null where it was too short."""
        return {
            "unit": self.unit, "middle": self.middle, "low": self.low, "high": self.high,
            "turns": {str(turn.turn): value for turn, value in self.values},
        }  # fmt: skip

    def text(self) -> str:
        """The whole measure in words, for whoever sees no plot."""
        by_turn = ", ".join("too short" if value is None else self.shown(value) for _, value in self.values)
        low, high = self.shown(self.low), self.shown(self.high)
        mostly = f"mostly between {low} and {high}" if low != high else f"mostly {low}"
        if self.name == "pace":
            return f"Your middle in this call was {self.middle:.0f} {self.unit}, {mostly}. By turn: {by_turn}."
        return f"In {self.unit} from your own middle in this call, {mostly}. By turn: {by_turn}."

    def shown(self, value: float) -> str:
        """A value as it is written: differences with their sign, and a true minus."""
        return f"{value:.0f}" if self.name == "pace" or not value else f"{value:+g}".replace("-", "−")


def delivery(timeline: Timeline, levels: Mapping[int, float], pitches: Mapping[int, float]) -> tuple[Measure, ...]:
    """Pace, loudness and pitch of a spoken call, each as far as it is known; none for a typed one.

    ``levels`` in dB (``turn_levels``) and ``pitches`` in Hz, by turn; only differences within the call are shown.
    """
    if not timeline.spoken:
        return ()
    turns = timeline.turns
    long = {turn.turn for turn in turns if len(turn.text.split()) >= PACE_WORDS}
    rates = {
        turn.turn: len(turn.text.split()) / ((turn.end_ms - turn.start_ms) / 60_000)
        for turn in turns
        if turn.turn in long and turn.end_ms > turn.start_ms
    }
    known_db = {turn: level for turn, level in levels.items() if turn in long}
    known_hz = {turn: hertz for turn, hertz in pitches.items() if turn in long and hertz > 0}
    found = [_measure("pace", "Pace", "words a minute", turns, {turn: round(rate) for turn, rate in rates.items()})]
    if known_db:
        own = median(known_db.values())
        found.append(
            _measure(
                "loudness", "Loudness", "dB", turns, {turn: round(level - own) for turn, level in known_db.items()}
            )
        )
    if known_hz:
        own = median(known_hz.values())
        semitones = {turn: round(2 * 12 * log2(hertz / own)) / 2 for turn, hertz in known_hz.items()}
        found.append(_measure("pitch", "Pitch", "semitones", turns, semitones))
    return tuple(each for each in found if each is not None)


def _measure(
    name: str, title: str, unit: str, turns: Sequence[TraineeTurn], values: Mapping[int, float]
) -> Measure | None:
    if len(values) < LEAST_TURNS:
        return None
    middle = median(values.values())
    spread = median(abs(value - middle) for value in values.values())
    reach = 6.0 if name == "loudness" else 4.0  # what is never drawn taller than it is: small changes look small
    if name == "pace":
        bottom, top = 0.0, -(-max(*values.values(), 200) // 50) * 50.0
    else:
        top = max(reach, *(abs(value) for value in values.values())) + 1
        bottom = -top
    return Measure(
        name=name, title=title, unit=unit, values=tuple((turn, values.get(turn.turn)) for turn in turns),
        middle=middle, low=middle - spread, high=middle + spread, bottom=bottom, top=top,
    )  # fmt: skip


def turn_levels(steps: Steps, timeline: Timeline) -> dict[int, float]:
    """Median level of the words of each turn, in dB below full scale, as the call measured them; by turn."""
    heard = [event for event, _ in steps if isinstance(event, FrameHeard)]
    words: dict[int, tuple[Word, ...]] = {}
    for event, _ in steps:
        if isinstance(event, Transcribed) and (new := event.transcript.words):
            # The latest take of a stretch counts; a turn that went on has several stretches.
            earlier = (word for word in words.get(event.turn, ()) if word.end_ms <= new[0].start_ms)
            words[event.turn] = (*earlier, *new)
    found: dict[int, float] = {}
    for turn in timeline.turns:
        first, last = (bisect_right(heard, t_ms, key=lambda event: event.t) for t_ms in (turn.start_ms, turn.end_ms))
        inside = [VoiceFrame(event.t, event.db, event.p >= ON) for event in heard[first:last]]
        levels = levels_of_speech(inside, words.get(turn.turn, ()))
        if len(levels) * FRAME_MS >= MIN_TURN_MS:
            found[turn.turn] = round(median(levels), 1)
    return found


def to_json(found: Sequence[Measure]) -> dict[str, Any]:
    """The ``delivery`` key of the debrief's JSON: by name of the measure, what is not known left out."""
    return {each.name: each.to_json() for each in found}
