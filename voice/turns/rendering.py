"""A turn on paper becomes sound with known silences.

    200 ms of room | piece | pause | piece | ... | last piece | 4 s of room

The room's noise is made for the whole length and the speech is laid over it, so that nothing but the speech itself tells a
pause from the end. Levels are set for the turn as a whole. The same row gives the same samples on every run of one machine.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from simulator.ports import SAMPLE_RATE
from voice.turns.script import PauseKind, Turn
from voice.turns.voices import Line

if TYPE_CHECKING:
    from simulator.ports import Samples

LEAD_MS: Final = 200
TAIL_MS: Final = 4_000
"""Longer than the longest timeout that is tried."""
_PEAK: Final = 0.95
HESITANT: Final = ("hesitation", "filler", "thinking")
DRAWL: Final = (1.15, 1.6)
"""How much longer a last syllable gets where the speaker hesitates within a sentence, least and most."""
DRAWL_ELSEWHERE: Final = (1.0, 1.15)
"""At every other pause, and at the end of the turn."""


class Speaks(Protocol):
    """What gives the pieces their sound; :class:`voice.turns.voices.Voices` is the real one."""

    def say(self, line: Line, turn: Turn) -> "Samples":
        """The line without silence at its ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A decision point: a silence and what it is."""

    start_ms: int
    """Where the speech before it ends."""
    length_ms: int
    """How long it lasts; ``TAIL_MS`` at the end of the turn."""
    kind: PauseKind | None
    """None is the end of the turn."""

    @property
    def is_end(self) -> bool:
        """Whether the turn is over."""
        return self.kind is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A turn as sound."""

    samples: "Samples"
    silences: tuple[Silence, ...]
    """In order; the last one is the end of the turn."""


def render(turn: Turn, voices: Speaks) -> Rendering:
    """Speak ``turn``. Raises :class:`simulator.errors.ModelError` when a voice is missing."""
    chance = np.random.default_rng(_seed(turn.id))
    parts: list[Samples] = [np.zeros(_samples(LEAD_MS), np.float32)]
    silences: list[Silence] = []
    length = len(parts[0])
    for number, piece in enumerate(turn.pieces, start=1):
        following = " ".join(later.text for later in turn.pieces[number:]) if piece.held else ""
        drawl = chance.uniform(*(DRAWL if piece.pause in HESITANT and piece.text[-1] not in ".?!" else DRAWL_ELSEWHERE))
        said = voices.say(Line(text=piece.text, following=following, drawl=float(drawl)), turn)
        silent_ms = piece.ms if piece.pause is not None else TAIL_MS
        length += len(said)
        silences.append(Silence(start_ms=round(length * 1000 / SAMPLE_RATE), length_ms=silent_ms, kind=piece.pause))
        parts += [said, np.zeros(_samples(silent_ms), np.float32)]
        length += _samples(silent_ms)
    speech = np.concatenate(parts)
    loud = speech[np.abs(speech) > 1e-4]
    rms = float(np.sqrt(np.mean(np.square(loud, dtype=np.float64)))) if len(loud) else 1.0
    speech *= np.float32(10 ** (turn.level_db / 20) / rms)
    mixed = speech + _room(len(speech), turn.noise_db, chance)
    mixed *= np.float32(min(1.0, _PEAK / float(np.abs(mixed).max())))
    return Rendering(samples=np.asarray(mixed, np.float32), silences=tuple(silences))


def _room(count: int, level_db: float, chance: np.random.Generator) -> "Samples":
    """Pink noise, as of fans and far streets, steady from beginning to end."""
    spectrum = np.fft.rfft(chance.standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(hertz, 60.0)), count)
    return np.asarray(noise * (10 ** (level_db / 20) / np.sqrt(np.mean(noise**2))), np.float32)


def _samples(ms: int) -> int:
    return ms * SAMPLE_RATE // 1000


def _seed(name: str) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[:4], "big")
