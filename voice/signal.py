"""Small arithmetic on samples: levels, gains, fades, silence. Mono float32 at ``SAMPLE_RATE``, -1..1, as everywhere."""

from math import log10
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.ports import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.ports import Samples

SILENCE_DB: Final = -90.0
"""Level given to digital silence and to everything below it: the step of 16-bit samples."""
PCM_SCALE: Final = 32768.0
"""What full scale is in 16-bit samples."""


def samples_in(length_ms: float) -> int:
    """Samples in a stretch of time, rounded to the nearest."""
    return round(length_ms * SAMPLE_RATE / 1000)


def gain(level_db: float) -> float:
    """The factor that changes a level by ``level_db``."""
    return float(10.0 ** (level_db / 20.0))


def level_db(samples: "Samples") -> float:
    """Root mean square level in dB below full scale, rounded to 1 place; ``SILENCE_DB`` at least, also for no samples.

    A sine that just reaches full scale has -3.0 dB. Samples that are not numbers count as silence.
    """
    if not len(samples):
        return SILENCE_DB
    clean = np.nan_to_num(np.asarray(samples, dtype=np.float64), nan=0.0, posinf=1.0, neginf=-1.0)
    power = float(np.dot(clean, clean)) / len(clean)
    return round(max(SILENCE_DB, 10.0 * log10(power)), 1) if power > 0.0 else SILENCE_DB


def silence(length_ms: float) -> "Samples":
    """Digital silence."""
    return np.zeros(samples_in(length_ms), dtype=np.float32)


def faded(samples: "Samples", in_ms: float = 0.0, out_ms: float = 0.0) -> "Samples":
    """A copy that swells in a straight line over its first ``in_ms`` and dies away over its last ``out_ms``."""
    result = np.array(samples, dtype=np.float32)
    head = min(samples_in(in_ms), len(result))
    tail = min(samples_in(out_ms), len(result))
    result[:head] *= np.arange(head, dtype=np.float32) / np.float32(max(head, 1))
    if tail:
        result[-tail:] *= np.arange(tail - 1, -1, -1, dtype=np.float32) / np.float32(tail)
    return result


def clean(samples: "Samples") -> "Samples":
    """A copy within -1..1 in which what is not a number is silence. Raises ValueError for more than one channel."""
    result = np.array(samples, dtype=np.float32)
    if result.ndim != 1:
        raise ValueError(f"samples are one channel, not an array of shape {result.shape}")
    np.nan_to_num(result, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
    np.clip(result, -1.0, 1.0, out=result)
    return result


def to_pcm(samples: "Samples") -> "NDArray[np.int16]":
    """As 16-bit samples, clipped."""
    scaled = np.rint(np.asarray(samples, dtype=np.float32) * np.float32(PCM_SCALE))
    pcm: NDArray[np.int16] = np.clip(scaled, -PCM_SCALE, PCM_SCALE - 1).astype(np.int16)
    return pcm


def from_pcm(pcm: "NDArray[np.int16]") -> "Samples":
    """Samples from 16-bit samples; exact, so ``to_pcm(from_pcm(x))`` is ``x``."""
    return pcm.astype(np.float32) / np.float32(PCM_SCALE)
