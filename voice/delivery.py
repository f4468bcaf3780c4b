"""How anger sounds: a :class:`~simulator.ports.Delivery` becomes pitch, range, pace, loudness, brightness and pauses.

Each manner is a table of anchors over anger 0 to 100; values between anchors are interpolated in a straight line, so that a
caller who calms down point by point sounds calmer point by point.

* *hot*: pitch, range, loudness, pace and high-frequency energy rise, pauses shrink, the voice is driven. The anchors began
  as the trial of ``speech_models.md`` section 4, whose cues move as in Banse & Scherer 1996 and Juslin & Laukka 2003; the
  range is less (Kokoro follows it fully, WORLD did not) and the brightness more (Kokoro adds none with the pitch).
* *cold*: quieter, slower, flatter, with longer pauses; a little brighter, because clenched speech is exact.
* *shaky*: higher and wavering, breathy rather than bright, uneven pauses.

The numbers were checked with ``scripts/measure_anger``; that a listener hears anger was not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

from simulator.ports import Delivery, Loudness, Manner

ANGER_STEP: Final = 10
"""Anger is rounded to this before synthesis: 11 sounds instead of 101, so that lines can be cached. Neighbouring steps
differ by less than a semitone and a decibel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acoustics:
    """What to do to a neutral voice. The defaults change nothing."""

    pitch_st: float = 0.0
    """Shift of the pitch, in semitones."""
    range_factor: float = 1.0
    """Factor on the distance of the pitch from its middle, in semitones."""
    rate: float = 1.0
    """Speaking rate; 1.1 is 10 % faster."""
    gain_db: float = 0.0
    """Level after loudness has been evened out."""
    tilt_db: float = 0.0
    """Brightness, in dB per octave above 500 Hz."""
    pause_factor: float = 1.0
    """Factor on the pauses inside a line."""
    drive: float = 0.0
    """Soft compression, 0 to 1: how pressed the voice sounds."""
    tremor: float = 0.0
    """How much the voice wavers, 0 to 1."""
    formants: float = 1.0
    """Size of the speaker: resonances times this. Anger leaves it alone; speakers made from another voice need it."""


_ANCHORS: Final[Mapping[Manner, tuple[tuple[int, Acoustics], ...]]] = {
    "hot": (
        (0, Acoustics()),
        (25, Acoustics(pitch_st=1.0, range_factor=1.1, rate=1.05, gain_db=2.0, tilt_db=1.0, pause_factor=0.9)),
        (50, Acoustics(pitch_st=2.2, range_factor=1.2, rate=1.1, gain_db=4.0, tilt_db=2.0, pause_factor=0.75, drive=0.12)),
        (75, Acoustics(pitch_st=3.6, range_factor=1.35, rate=1.17, gain_db=6.0, tilt_db=3.2, pause_factor=0.6, drive=0.3)),
        (100, Acoustics(pitch_st=5.0, range_factor=1.5, rate=1.25, gain_db=9.0, tilt_db=4.8, pause_factor=0.5, drive=0.55)),
    ),
    "cold": (
        (0, Acoustics()),
        (50, Acoustics(pitch_st=-0.6, range_factor=0.85, rate=0.95, gain_db=-2.0, tilt_db=0.3, pause_factor=1.35)),
        (100, Acoustics(pitch_st=-1.2, range_factor=0.7, rate=0.88, gain_db=-4.0, tilt_db=0.6, pause_factor=1.8)),
    ),
    "shaky": (
        (0, Acoustics()),
        (50, Acoustics(pitch_st=1.6, range_factor=1.15, rate=1.0, gain_db=0.5, tilt_db=-0.3, pause_factor=1.2, tremor=0.42)),
        (100, Acoustics(pitch_st=3.2, range_factor=1.3, rate=1.05, gain_db=1.0, tilt_db=-0.6, pause_factor=1.4, tremor=1.15)),
    ),
}  # fmt: skip

_HIGH_VOICE_CAP: Final = Acoustics(pitch_st=3.5, range_factor=1.45, rate=1.22, tilt_db=4.4)
"""After column "4b" of the trial: beyond it high voices lose words (7 to 10 % at 5 semitones). Applied as a scale, so that
the steps below 100 stay apart."""
_CAPPED: Final = ("pitch_st", "range_factor", "rate", "tilt_db")

_LOUDNESS_DB: Final[Mapping[Loudness, float]] = {"soft": -3.0, "normal": 0.0, "loud": 3.0}
"""A speaker's own loudness, beside what anger does."""


def quantise(anger: int) -> int:
    """Anger rounded to ``ANGER_STEP`` and held within 0 to 100; halves go up."""
    return max(0, min(100, (anger + ANGER_STEP // 2) // ANGER_STEP * ANGER_STEP))


def acoustics(delivery: Delivery, *, high_voice: bool = False) -> Acoustics:
    """What ``delivery`` asks of the voice. ``high_voice`` holds back pitch, range, rate and brightness as above.

    Anger is taken as it is; round it with :func:`quantise` first where equal sounds should be shared.
    """
    table = _ANCHORS[delivery.manner]
    mood = _between(table, max(0, min(100, delivery.anger)))
    if high_voice:
        mood = _capped(mood, table[-1][1])
    return replace(mood, rate=mood.rate * delivery.pace, gain_db=mood.gain_db + _LOUDNESS_DB[delivery.loudness])


def _between(table: tuple[tuple[int, Acoustics], ...], anger: int) -> Acoustics:
    for (low, calmer), (high, angrier) in zip(table, table[1:], strict=False):
        if anger <= high:
            part = (anger - low) / (high - low)
            return Acoustics(
                **{
                    field.name: getattr(calmer, field.name)
                    + part * (getattr(angrier, field.name) - getattr(calmer, field.name))
                    for field in fields(Acoustics)
                }
            )
    raise AssertionError(anger)


def _capped(mood: Acoustics, most: Acoustics) -> Acoustics:
    """Scale each capped value so that the manner's strongest setting reaches the cap and no more."""
    changes = {}
    for name in _CAPPED:
        rest = getattr(Acoustics(), name)
        room, wanted = getattr(_HIGH_VOICE_CAP, name) - rest, getattr(most, name) - rest
        if wanted > room:
            changes[name] = rest + (getattr(mood, name) - rest) * room / wanted
    return replace(mood, **changes)
