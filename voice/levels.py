"""Loudness and peaks of what leaves the mouth.

A true peak is the highest point of the curve *through* the samples; it may lie between two of them, and it is what a
converter, and then an ear, gets. Lines are held under it where they are made; the player holds whatever it is given.
"""

import functools
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.ports import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.ports import Samples

CEILING_DBTP: Final = -2.0
"""Highest true peak, in dB below full scale: room for the conversion in the sound card."""
LINE_CEILING_DBTP: Final = -2.5
"""Where lines are made: between four points a sample the curve can rise by ``-20 log10 cos(pi f / (4 x rate))`` more
(ITU-R BS.1770-4, annex 2): 0.17 dB at 4 kHz, 0.6 dB at 7.5 kHz. Under a ceiling of -2 a finer meter
(``scripts/measure_anger --callers``) found -1.83 dBTP in the room at anger 90."""
_OVER: Final = 4
"""Oversampling at which true peaks are looked for, as in ITU-R BS.1770."""
_CONTEXT: Final = 512
"""32 ms: how far across a seam, or beyond the end, the curve is followed."""
_EDGE: Final = 8
"""Samples of silence looked at on either side of a sound."""
_LOW: Final = 0.25
"""Samples below this part of the ceiling cannot make a curve above it unless they alternate for a whole context."""
_TRIES: Final = 3
"""A factor that moves bends the curve a little, so the result is looked at again; once is enough for speech."""
_HALF_WINDOW: Final = 80
"""5 ms: how long before and after a peak the level gives way."""


def amplify(samples: "Samples", gain_db: float) -> "Samples":
    """Change the level; see :func:`limit` for what comes next."""
    return np.asarray(samples * np.float32(10 ** (gain_db / 20)), np.float32)


def as_loud(changed: "NDArray[np.floating]", original: "Samples") -> "Samples":
    """``changed`` as loud as ``original``. With the plain mean power what is brighter would be louder too, and anger's
    steps in level would depend on the speaker's spectrum."""
    before, after = loudness_power(original), loudness_power(changed)
    return np.asarray(changed * (np.sqrt(before / after) if after else 0.0), np.float32)


def loudness_power(samples: "NDArray[np.floating]") -> float:
    """Mean power behind the K-weighting of ITU-R BS.1770-4, without its gates: to compare two versions of a sound."""
    if not len(samples):
        return 0.0
    # Twice the nearest power of two at most, because a length with a large prime in it takes a hundred times as long.
    size = 1 << (len(samples) - 1).bit_length()
    power = np.abs(np.fft.rfft(samples, size)) ** 2
    return 2 * float(power @ _k_weights(size)) / size / len(samples)


@functools.cache
def _k_weights(size: int) -> "NDArray[np.float64]":
    """Power response of the two K-weighting filters at each bin, from their analogue prototypes.

    The prototypes are those behind the standard's coefficients (De Man 2014, "Evaluation of implementations of the EBU
    R128 loudness measurement"): a shelf of 4 dB from 1.7 kHz and a high pass at 38 Hz.
    """
    s = 1j * np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    shelf_hz, shelf_q, gain = 1681.974450955533, 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    pass_hz, pass_q = 38.13547087602444, 0.5003270373238773
    a, b = s / shelf_hz, s / pass_hz
    shelf = (gain * a**2 + gain**0.4996667741545416 * a / shelf_q + 1) / (a**2 + a / shelf_q + 1)
    passed = b**2 / (b**2 + b / pass_q + 1)
    return np.asarray(np.abs(shelf * passed) ** 2, np.float64)


def true_peak_db(samples: "Samples") -> float:
    """Highest level between the samples too, in dB of full scale; -200 for silence."""
    peak = float(np.max(_peaks(samples), initial=0.0))
    return 20 * float(np.log10(peak)) if peak > 1e-10 else -200.0


def limit(samples: "Samples", ceiling_db: float = CEILING_DBTP, before: "Samples | None" = None) -> "Samples":
    """Hold the true peak under ``ceiling_db`` by lowering 10 ms around each peak. Samples below it are left alone.

    ``before`` is sound under the ceiling that these samples will follow without a gap: two pieces that are each low
    enough can meet in a step whose curve is not. Only ``samples`` are lowered, down to silence if need be.
    """
    ceiling = 10 ** (ceiling_db / 20)
    if float(np.abs(samples).max(initial=0.0)) < _LOW * ceiling:
        return samples
    for _ in range(_TRIES):
        factors = _factors(samples, 0.995 * ceiling, before)
        if float(factors.min(initial=1.0)) >= 0.995:
            return samples
        samples = np.asarray(samples * _smooth(factors), np.float32)
    return np.asarray(samples * _factors(samples, 0.995 * ceiling, before).min(), np.float32)


def _factors(samples: "Samples", ceiling: float, before: "Samples | None") -> "Samples":
    """For each sample the factor that would bring the curve around it under the ceiling."""
    factors = np.minimum(1.0, ceiling / np.maximum(_peaks(samples), 1e-9))
    if before is not None and len(before) and len(samples):
        seam = _seam(before[-_CONTEXT:], samples[: 2 * _CONTEXT], ceiling)
        factors[: len(seam)] = np.minimum(factors[: len(seam)], seam)
    return np.asarray(factors, np.float32)


def _smooth(factors: "Samples") -> "Samples":
    """The same, so slow that no edge is heard: never above what is needed, 5 ms before and after it."""
    around = np.pad(factors, 2 * _HALF_WINDOW, constant_values=1.0)
    window = 2 * _HALF_WINDOW + 1
    lowest = np.lib.stride_tricks.sliding_window_view(around, window).min(axis=1)
    return np.asarray(np.convolve(lowest, np.full(window, 1 / window), mode="valid"), np.float32)


def _seam(before: "Samples", samples: "Samples", ceiling: float) -> "Samples":
    """For each of the first samples the factor at which it may follow ``before``."""
    old = _curve(np.pad(before, (_EDGE, len(samples) + _EDGE)))
    new = _curve(np.pad(samples, (len(before) + _EDGE, _EDGE)))
    over = np.abs(old + new) > ceiling
    room = np.maximum(0.0, ceiling - np.abs(old)) / np.maximum(np.abs(new), 1e-9)
    factors = np.where(over, np.minimum(1.0, room), 1.0).min(axis=1)
    first, last = _EDGE + len(before), _EDGE + len(before) + len(samples)
    result = np.asarray(factors[first:last], np.float32).copy()
    result[0] = min(float(result[0]), float(factors[:first].min()))
    result[-1] = min(float(result[-1]), float(factors[last:].min()))
    return np.asarray(result, np.float32)


def _peaks(samples: "Samples") -> "Samples":
    """For each sample the largest magnitude up to the next one, from the band-limited curve through them.

    The curve also swings before the first sample and after the last; those peaks count as theirs.
    """
    if not len(samples):
        return np.zeros(0, np.float32)
    steps = np.abs(_curve(np.pad(samples, _EDGE))).max(axis=1)
    result = steps[_EDGE:-_EDGE].copy()
    result[0] = max(result[0], steps[:_EDGE].max())
    result[-1] = max(result[-1], steps[-_EDGE:].max())
    return np.asarray(result, np.float32)


def _curve(samples: "Samples") -> "Samples":
    """The band-limited curve through the samples: ``_OVER`` points for each, the first of them the sample itself."""
    # A whole number of 2,048 has small factors only; a length with a large prime in it takes a hundred times as long.
    padded = np.zeros(-(-(len(samples) + _CONTEXT) // 2048) * 2048 if len(samples) > 1024 else 2048, np.float32)
    padded[: len(samples)] = samples
    fine = np.fft.irfft(np.fft.rfft(padded), len(padded) * _OVER) * _OVER
    return np.asarray(fine.reshape(len(padded), _OVER)[: len(samples)], np.float32)
