"""How the end of a turn sounds, and how the turn has gone so far: pitch, level, pauses.

Theory of operation
-------------------
Who is done lets pitch and level sink to the bottom of the own range; who goes on stops higher and louder, in the middle of
a phrase (Duncan 1972; Gravano & Hirschberg 2011, "Turn-taking cues in task-oriented dialogue"). So the last third of a second
is compared with the turn itself, never with other people: pitch in parts of the turn's own span, level against its own loud
half. Beside it stands how long the turn has lasted and how often it has paused, for a turn of three sentences is likelier
over than its first words. Nothing else is read from the voice, no mood and no person.

A turn without voice, or too short to have a span, has no such cues and is judged by its words.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from simulator.ports import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.ports import Samples

LONGEST_S: Final = 8
"""So much of the end of a turn is searched for pitch; levels and pauses are taken of all of it."""
_HOP: Final = 256
"""16 ms, the step of SwiftF0."""
_PITCH_HZ: Final = (60.0, 500.0)
_VOICED: Final = 0.6
"""SwiftF0's confidence from which a frame counts as voiced: the ends of phrases creak, and 0.9 would drop them."""
_FEWEST_VOICED: Final = 6
"""Frames; fewer have no span."""
_LEAST_SPAN_ST: Final = 2.0
_LAST: Final = 19
"""Frames of the last 300 ms."""
_PAUSE_FRAMES: Final = 13
"""200 ms, as in ``voice.turns``."""
_BELOW_DB: Final = 28.0
"""Speech is at most so far under its own loud half; in noise, 0.7 of the way down to the noise."""

PitchTracker = Callable[["Samples"], tuple["NDArray[np.floating]", "NDArray[np.floating]"]]
"""From sound to Hz and confidence of each 16 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnSound:
    """What is heard of a turn at a pause."""

    pitch: float
    """Median pitch of the last 160 ms with voice over the turn's median, in parts of the turn's span (10th to 90th
    percentile)."""
    lowest: float
    """Lowest pitch of the last 300 ms with voice over the turn's 10th percentile, in the same parts."""
    highest: float
    """Highest pitch there over the turn's median, in the same parts."""
    voicing: float
    """Mean confidence of the pitch tracker in the last 200 ms: creak and breath lower it."""
    level_db: float
    """Level of the last 100 ms against the loud part of the turn (85th percentile)."""
    last_db: float
    """The same of the last 300 ms."""
    fall_db: float
    """Change of level over the last 110 ms."""
    spoken_s: float
    """From the first sound to the last."""
    pauses: int
    """Of 200 ms and more, before this one."""
    since_s: float
    """From the last of them to the last sound."""
    longest_s: float
    """The longest of them; 0 without any."""


class TurnListener:
    """Listens to turns. Pure but for the tracker; the same sound, the same result."""

    def __init__(self, tracker: PitchTracker) -> None:
        self._tracker = tracker

    @classmethod
    def load(cls) -> Self:
        """With SwiftF0, which is part of every installation."""
        import swift_f0

        detector = swift_f0.SwiftF0()

        def track(samples: "Samples") -> tuple[Any, Any]:
            found = detector.detect(samples, SAMPLE_RATE, fmin=_PITCH_HZ[0], fmax=_PITCH_HZ[1])
            return np.asarray(found.pitch_hz), np.asarray(found.confidence)

        return cls(track)

    def listen(self, audio: "Samples") -> TurnSound | None:
        """``audio`` is the turn from its first sound to some silence after its last, at 16 kHz. None when there is no
        voice in it."""
        levels = _levels_db(audio)
        if len(levels) < _LAST:
            return None
        loud, low = np.percentile(levels, (85, 5))
        speech = np.flatnonzero(levels > loud - min(_BELOW_DB, 0.7 * (loud - low)))
        if not len(speech):
            return None
        first, last = int(speech[0]), int(speech[-1])
        said = levels[first : last + 1]
        end = (last + 2) * _HOP
        hertz, confidence = self._tracker(audio[max(0, end - LONGEST_S * SAMPLE_RATE) : end])
        voiced = np.flatnonzero(confidence > _VOICED)
        if len(voiced) < _FEWEST_VOICED or len(said) < _LAST:
            return None
        pitch = 12 * np.log2(hertz[voiced] / 100)
        bottom, middle, top = np.percentile(pitch, (10, 50, 90))
        span = max(_LEAST_SPAN_ST, top - bottom)
        near = pitch[voiced >= voiced[-1] - _LAST]
        gaps = np.diff(speech) - 1
        long = np.flatnonzero(gaps >= _PAUSE_FRAMES)
        return TurnSound(
            pitch=float((np.median(pitch[voiced >= voiced[-1] - 9]) - middle) / span),
            lowest=float((near.min() - bottom) / span),
            highest=float((near.max() - middle) / span),
            voicing=float(confidence[-12:].mean()),
            level_db=float(said[-6:].mean() - loud),
            last_db=float(said[-_LAST:].mean() - loud),
            fall_db=float(said[-3] - said[-10]),
            spoken_s=len(said) * _HOP / SAMPLE_RATE,
            pauses=len(long),
            since_s=(last - int(speech[long[-1] + 1]) + 1 if len(long) else len(said)) * _HOP / SAMPLE_RATE,
            longest_s=float(gaps[long].max()) * _HOP / SAMPLE_RATE if len(long) else 0.0,
        )


def _levels_db(audio: "Samples") -> "NDArray[np.float64]":
    """Of each 32 ms, every 16 ms."""
    count = max(0, (len(audio) - 2 * _HOP) // _HOP + 1)
    if not count:
        return np.zeros(0)
    frames = np.lib.stride_tricks.sliding_window_view(audio, 2 * _HOP)[::_HOP][:count]
    return np.asarray(20 * np.log10(np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1)) + 1e-6))
