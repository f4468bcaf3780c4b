"""Loudness and peaks of what leaves the mouth."""

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from simulator.ports import Samples

CEILING_DBTP: Final = -2.0
"""Highest true peak, in dB below full scale: room for the conversion in the sound card."""
_OVER: Final = 4
"""Oversampling at which true peaks are looked for, as in ITU-R BS.1770."""
_HALF_WINDOW: Final = 80
"""5 ms: how long before and after a peak the level gives way."""


def amplify(samples: "Samples", gain_db: float) -> "Samples":
    """Change the level; see :func:`limit` for what comes next."""
    return np.asarray(samples * np.float32(10 ** (gain_db / 20)), np.float32)


def true_peak_db(samples: "Samples") -> float:
    """Highest level between the samples too, in dB of full scale; -200 for silence."""
    peak = float(np.max(_peaks(samples), initial=0.0))
    return 20 * float(np.log10(peak)) if peak > 1e-10 else -200.0


def limit(samples: "Samples", ceiling_db: float = CEILING_DBTP) -> "Samples":
    """Hold the true peak under ``ceiling_db`` by lowering 10 ms around each peak. Samples below it are left alone."""
    ceiling = 10 ** (ceiling_db / 20)
    peaks = _peaks(samples)
    if not len(samples) or float(peaks.max()) <= ceiling:
        return samples
    needed = np.minimum(1.0, ceiling * 0.995 / np.maximum(peaks, 1e-9))
    around = np.pad(needed, 2 * _HALF_WINDOW, constant_values=1.0)
    window = 2 * _HALF_WINDOW + 1
    lowest = np.lib.stride_tricks.sliding_window_view(around, window).min(axis=1)
    gain = np.convolve(lowest, np.full(window, 1 / window), mode="valid")
    return np.asarray(samples * gain, np.float32)


def _peaks(samples: "Samples") -> "Samples":
    """For each sample the largest magnitude up to the next one, from the band-limited curve through them."""
    if not len(samples):
        return np.zeros(0, np.float32)
    padded = np.concatenate([samples, np.zeros(64, np.float32)])
    spectrum = np.fft.rfft(padded)
    fine = np.fft.irfft(spectrum, len(padded) * _OVER) * _OVER
    steps = np.abs(fine).reshape(len(padded), _OVER).max(axis=1)[: len(samples)]
    return np.asarray(np.maximum(steps, np.abs(samples)), np.float32)
