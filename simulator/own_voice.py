"""The trainee's loudness and pace against their own first twenty seconds.

Behaviour, not feeling: no emotion is inferred from a voice (``docs/privacy.md``). Levels are compared only within one
call and one microphone, so turning the gain up or down changes nothing. Until enough has been heard, nothing is known
and nothing counts.
"""

from dataclasses import dataclass, field
from typing import Final

from simulator.ports import FRAME_MS

BASELINE_MS: Final = 20_000
"""Speech from which the trainee's own normal is taken (persona_engine.md, section 3)."""
SPREAD_DB: Final = 4.0
"""One deviation of loudness. People vary by about 2 dB and up to 6 dB from day to day (debrief.md, section 5), so a
raised voice begins at 4 dB and is sure at 8 dB above one's own."""
SPREAD_RATE: Final = 0.20
"""One deviation of pace, as a share of one's own."""
MIN_TURN_MS: Final = 600
"""Shorter turns are too short to compare."""


@dataclass(slots=True)
class OwnVoice:
    """Collects levels and words of one call; asks for nothing but frames that held speech."""

    _levels: list[float] = field(default_factory=list)
    _turn: list[float] = field(default_factory=list)
    _words: int = 0
    _ms: int = 0

    def frame(self, level_db: float) -> None:
        """A frame of the trainee's speech."""
        self._turn.append(level_db)

    def end_turn(self, words: int) -> tuple[float, float]:
        """(loudness, pace) of the turn that just ended, in deviations from one's own; 0 while unknown."""
        levels, self._turn = self._turn, []
        length = len(levels) * FRAME_MS
        known = len(self._levels) * FRAME_MS
        if length < MIN_TURN_MS:
            return 0.0, 0.0
        loud, rate = 0.0, 0.0
        if known >= 3_000:
            loud = round((_median(levels) - _median(self._levels)) / SPREAD_DB, 2)
        if self._ms >= 3_000 and self._words and words >= 5:
            own = self._words / self._ms
            rate = round((words / length - own) / (own * SPREAD_RATE), 2)
        if known < BASELINE_MS:
            self._levels.extend(levels)
            self._words, self._ms = self._words + words, self._ms + length
        return loud, rate


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
