"""The pitch of a voice, for a plot that nobody is scored by: fast enough that a page of a long call can show it.

Autocorrelation of short windows, divided by that of the window itself (Boersma 1993), all windows at once. It is rougher
than the tracker of ``hotseat measure``; a turn's median is what is shown, and single windows may be an octave off.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.ports import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOWEST_HZ: Final = 60.0
HIGHEST_HZ: Final = 500.0
CLEAR: Final = 0.6
"""Correlation of a window with itself one period later from which it is taken for voiced."""
_WINDOW: Final = 768
"""48 ms: three periods of the lowest voice that is looked for."""
_MOST: Final = 150
"""Windows of one stretch that are looked at, spread over it."""
_LEAST: Final = 8
"""Voiced windows below which no pitch is given."""
_QUIET: Final = 0.1
"""Of the loudest window's level; what is quieter is breath and room."""
_OCTAVE: Final = 0.85
"""Of the best peak: the first peak that reaches this much is the period, so that two periods are not taken for one."""


def median_hz(samples: "NDArray[np.int16]") -> float | None:
    """Median pitch of a stretch at ``SAMPLE_RATE``, in Hz to a tenth; None when too little of it is voiced."""
    count = (len(samples) - _WINDOW) // (_WINDOW // 2) + 1
    if count < _LEAST:
        return None
    starts = np.unique(np.linspace(0, len(samples) - _WINDOW, min(count, 4 * _MOST)).astype(int))
    frames = samples[starts[:, None] + np.arange(_WINDOW)].astype(np.float64)
    frames -= frames.mean(axis=1, keepdims=True)
    level = np.sqrt((frames**2).mean(axis=1))
    loud = np.flatnonzero(level > max(_QUIET * level.max(), 1.0))
    if len(loud) < _LEAST:
        return None
    frames = frames[loud[np.unique(np.linspace(0, len(loud) - 1, min(len(loud), _MOST)).astype(int))]]
    window = np.hanning(_WINDOW)
    found = _correlation(frames * window) / np.maximum(_correlation(window[None, :]), 1e-6)
    first, last = int(SAMPLE_RATE / HIGHEST_HZ), int(SAMPLE_RATE / LOWEST_HZ)
    found = found[:, first - 1 : last + 2]
    inner = found[:, 1:-1]
    peaks = np.where((inner >= found[:, :-2]) & (inner > found[:, 2:]), inner, 0.0)
    best = peaks.max(axis=1)
    at = np.argmax(peaks >= _OCTAVE * best[:, None], axis=1)
    voiced = best >= CLEAR
    if voiced.sum() < _LEAST:
        return None
    rows, at = np.flatnonzero(voiced), at[voiced]
    left, middle, right = found[rows, at], found[rows, at + 1], found[rows, at + 2]
    bend = left - 2 * middle + right
    shift = np.where(bend < 0, 0.5 * (left - right) / np.where(bend < 0, bend, -1.0), 0.0)  # the parabola's top
    return round(float(np.median(SAMPLE_RATE / (first + at + shift))), 1)


def _correlation(frames: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Autocorrelation of each row, 1 at no delay."""
    power = np.abs(np.fft.rfft(frames, 2 * _WINDOW)) ** 2
    found = np.fft.irfft(power)[:, :_WINDOW]
    return found / np.maximum(found[:, :1], 1e-9)
