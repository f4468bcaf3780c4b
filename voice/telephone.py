"""The sound of a telephone line, for the caller's voice only.

The microphone side never passes through here: telephone colour costs turn-end detection 3.5 points and doubles its early
ends (``voice.md`` section 3.2).
"""

from hashlib import sha256
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.ports import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.ports import Samples

LOW_HZ: Final = 300.0
HIGH_HZ: Final = 3400.0
"""Band of the public network (ITU-T G.712)."""
FLOOR_DB: Final = -18.0
"""What lies outside the band is lowered by this and not removed: the line is heard as one, and consonants survive. At anger
90 tiny.en gets 2.4 % of a woman's words wrong with it, 0.8 % in the room, 8.9 % with the band cut off (decision 032)."""
NOISE_DB: Final = -62.0
"""Hiss of the line, in dB of full scale: audible when listened for, 40 dB under speech."""
_MU: Final = 255.0
_LEVELS: Final = 127.0
_WET: Final = 0.6
"""Share of the companded signal; the whole of it sounds rougher than a line does today."""


def band(samples: "Samples") -> "Samples":
    """Mostly what lies between ``LOW_HZ`` and ``HIGH_HZ``, with soft edges and no delay."""
    if not len(samples):
        return samples
    padded = np.concatenate([samples, np.zeros(SAMPLE_RATE // 20, np.float32)])
    hertz = np.asarray(np.fft.rfftfreq(len(padded), 1 / SAMPLE_RATE), np.float64)
    return np.asarray(np.fft.irfft(np.fft.rfft(padded) * passes(hertz), len(padded))[: len(samples)], np.float32)


def passes(hertz: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """The factor by which the line passes each frequency on."""
    inside = _edge(hertz, LOW_HZ * 0.7, LOW_HZ * 1.1) * _edge(-hertz, -HIGH_HZ * 1.1, -HIGH_HZ * 0.95)
    return np.asarray(np.maximum(inside, 10 ** (FLOOR_DB / 20)))


def line(samples: "Samples") -> "Samples":
    """Eight-bit companding, in part, and hiss. The hiss is drawn from the samples, so that a line always sounds the same."""
    if not len(samples):
        return samples
    magnitude = np.log1p(_MU * np.minimum(np.abs(samples), 1.0)) / np.log1p(_MU)
    steps = np.round(magnitude * _LEVELS) / _LEVELS
    companded = np.sign(samples) * np.expm1(steps * np.log1p(_MU)) / _MU
    seed = int.from_bytes(sha256(np.ascontiguousarray(samples, np.float32).tobytes()).digest()[:8], "big")
    hiss = np.random.default_rng(seed).standard_normal(len(samples)).astype(np.float32)
    hiss = band(hiss) * np.float32(10 ** (NOISE_DB / 20))
    fade = min(SAMPLE_RATE // 50, len(samples) // 2)
    if fade:
        hiss[:fade] *= np.linspace(0, 1, fade, dtype=np.float32)
        hiss[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return np.asarray(_WET * companded + (1 - _WET) * samples + hiss, np.float32)


def _edge(x: "NDArray[np.float64]", low: float, high: float) -> "NDArray[np.float64]":
    """From 0 at ``low`` to 1 at ``high`` along a raised cosine."""
    part = np.clip((x - low) / (high - low), 0, 1)
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * part))
