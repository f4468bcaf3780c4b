"""The trainee's loudness and pace against their own first twenty seconds.

Behaviour, not feeling: no emotion is inferred from a voice (``docs/privacy.md``). Levels are compared only within one
call and one microphone, so turning the gain up or down changes nothing. Until enough has been heard, nothing is known
and nothing counts.

Which frames count is decided by the recognised words' times and by the level within the turn, not by the detector's
probability: that one depends on pitch (of a shouting woman it can stay under a half), so pace would too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from simulator.ports import FRAME_MS, Word

BASELINE_MS: Final = 20_000
"""Speech from which the trainee's own normal is taken (persona_engine.md, section 3)."""
SPREAD_DB: Final = 6.0
"""One deviation of loudness. People vary by about 2 dB and up to 6 dB from day to day (debrief.md, section 5), so a
raised voice begins above 6 dB over one's own. ``scripts/measure_delivery`` on acted speech: none of 144 neutral and calm
clips was louder than that against the speaker's own neutral ones, 29 of 48 moderately and all of 46 strongly angry ones
were (docs/debrief.md)."""
SPREAD_RATE: Final = 0.20
"""One deviation of pace, as a share of one's own."""
MIN_TURN_MS: Final = 600
"""Shorter turns are too short to compare."""
ACTIVE_DB: Final = 25.0
"""Frames further below the loudest of the turn are pauses: ITU-T P.56 puts the margin 16 dB under the mean of speech, and
the loudest frame lies some 8 dB above that mean."""
STEP_DB: Final = 1.0
"""Loudness is told apart in steps of this: finer than that, rounding and a noisy room decide."""
MIN_WORDS: Final = 5
"""Fewer words say nothing about pace."""
KNOWN_MS: Final = 3_000
"""Speech before which one's own is not known."""


@dataclass(frozen=True, slots=True)
class VoiceFrame:
    """A microphone frame that may hold speech."""

    t: int
    """When it ended, in ms."""
    level_db: float
    sure: bool
    """Whether the detector was sure of speech in it."""


def levels_of_speech(frames: Sequence[VoiceFrame], words: Sequence[Word]) -> list[float]:
    """Levels of the frames in which the words were said, pauses left out; of the sure frames where words have no times.

    The times of ``words`` count from the same moment as those of the frames.
    """
    timed = sorted((word.start_ms, word.end_ms) for word in words if word.end_ms > word.start_ms)
    inside, at = [], 0
    for frame in frames:
        middle = frame.t - FRAME_MS // 2
        while at < len(timed) and timed[at][1] <= middle:
            at += 1
        said = at < len(timed) and timed[at][0] <= middle if timed else frame.sure
        if said:
            inside.append(frame.level_db)
    least = max(inside, default=0.0) - ACTIVE_DB
    return [level for level in inside if level >= least]


def loudness_deviations(levels_db: Sequence[float], own_db: Sequence[float]) -> float | None:
    """How far the median level lies above one's own, in deviations of ``SPREAD_DB``; None while too little is known.

    One value for each frame of speech, in dB. Only their difference counts, so the gain of the microphone does not.
    """
    if len(levels_db) * FRAME_MS < MIN_TURN_MS or len(own_db) * FRAME_MS < KNOWN_MS:
        return None
    steps = round((median(levels_db) - median(own_db)) / STEP_DB)
    return round(steps * STEP_DB / SPREAD_DB, 2)


def pace_deviations(words: int, length_ms: int, own_words: int, own_ms: int) -> float | None:
    """How much faster than one's own, in deviations of ``SPREAD_RATE``; None while too little is known.

    Lengths are of the frames of speech, pauses left out.
    """
    if length_ms < MIN_TURN_MS or words < MIN_WORDS or own_ms < KNOWN_MS or not own_words:
        return None
    own = own_words / own_ms
    return round((words / length_ms - own) / (own * SPREAD_RATE), 2)


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
        loud = loudness_deviations(levels, self._levels) or 0.0
        rate = pace_deviations(words, length, self._words, self._ms) or 0.0
        if length >= MIN_TURN_MS and len(self._levels) * FRAME_MS < BASELINE_MS:
            self._levels.extend(levels)
            self._words, self._ms = self._words + words, self._ms + length
        return loud, rate


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the two in the middle; there must be one."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
