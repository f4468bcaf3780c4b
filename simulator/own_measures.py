"""The measures of a voice held against the same speaker's own neutral clips, as a call holds them against its first turns.

Loudness and pace are compared by :mod:`simulator.own_voice`, which does the same in every call; the rest is a plain
difference in its own unit. Nothing here is a judgement: what the numbers did on recordings of known manner, and what is
therefore not scored, is in ``docs/debrief.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from typing import Any, Final

from simulator.own_voice import KNOWN_MS, loudness_deviations, median, pace_deviations
from voice.measures import Measures

SCORED: Final = ("loudness",)
"""What of all this any score looks at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One recording against its speaker's neutral clips."""

    loudness: float | None
    """Deviations of ``own_voice.SPREAD_DB``; None where the recording holds too little speech."""
    pace: float | None
    """Deviations of ``own_voice.SPREAD_RATE``, from words; None without words enough."""
    loudness_db: float
    articulation_percent: float | None
    """Syllables a second without the pauses, in percent faster than the neutral clips together."""
    pause_percent: float
    """Share of the talk that was pause, in percentage points more."""
    pitch_st: float | None
    """Median pitch in semitones above the median of the neutral clips."""
    tilt_db: float
    """Brighter than the median of the neutral clips."""

    def to_json(self) -> dict[str, Any]:
        """Stable keys: what the debrief counts in deviations, and plain differences."""
        return {
            "deviations": {"loudness": self.loudness, "pace": self.pace},
            "differences": {
                "loudness_db": self.loudness_db, "articulation_percent": self.articulation_percent,
                "pause_percent": self.pause_percent, "pitch_st": self.pitch_st, "tilt_db": self.tilt_db,
            },
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnMeasures:
    """A speaker's neutral clips."""

    clips: tuple[Measures, ...]

    @property
    def speech_ms(self) -> int:
        """Speech in all clips together."""
        return sum(clip.speech_ms for clip in self.clips)

    @property
    def known(self) -> bool:
        """Whether there is enough speech to know the speaker's own."""
        return self.speech_ms >= KNOWN_MS

    def against(self, found: Measures) -> Difference:
        """How ``found`` differs; there must be speech enough (``known``)."""
        levels = [level for clip in self.clips for level in clip.levels_db]
        pitches = [hertz for clip in self.clips for hertz in clip.f0_hz]
        own_words = sum(clip.words for clip in self.clips)
        f0, rate, own_rate = found.f0_median_hz, _articulation([found]), _articulation(self.clips)
        return Difference(
            loudness=loudness_deviations(found.levels_db, levels),
            pace=pace_deviations(found.words, found.speech_ms, own_words, self.speech_ms),
            loudness_db=round(found.loudness_db - median(levels), 1),
            articulation_percent=round(100 * (rate / own_rate - 1), 1) if rate and own_rate else None,
            pause_percent=round(100 * (found.pause_share - median([clip.pause_share for clip in self.clips])), 1),
            pitch_st=round(12 * log2(f0 / median(pitches)), 1) if f0 and pitches else None,
            tilt_db=round(found.tilt_db - median([clip.tilt_db for clip in self.clips]), 1),
        )


def _articulation(clips: Sequence[Measures]) -> float:
    length_ms = sum(clip.talk_ms - sum(clip.pauses_ms) for clip in clips)
    return 1000 * sum(clip.syllables for clip in clips) / length_ms if length_ms else 0.0
