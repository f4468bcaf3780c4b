"""Changing the sample rate of sound that is still arriving, with 2 ms of delay.

A windowed sinc, one row of taps for each position between two input samples. soxr, which the rest of hotseat uses, is
made for throughput: streaming 48 kHz to 16 kHz it holds back 20 ms (LQ) to 37 ms (HQ), both ways 84 to 130 ms with the
framing, and answers in bursts. A call's whole budget is 480 ms, so here the filter is short and answers at once.
"""

from math import ceil, gcd, pi
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from simulator.ports import Samples

STOP_DB: Final = 60.0
"""How far mirrored pitches are pushed down; a headset's own noise is louder."""
TRANSITION: Final = 1 / 16
"""Of the lower rate, from the last pitch that passes to the first that does not: 7 to 8 kHz at 16 kHz."""
KAISER_BETA: Final = 0.1102 * (STOP_DB - 8.7)
"""Shape of the window for that much attenuation (Kaiser's formula for more than 50 dB)."""


class Resampler:
    """Sound at one rate in, sound at another out. However the input is cut up, the output is the same."""

    def __init__(self, in_hz: int, out_hz: int) -> None:
        common = gcd(in_hz, out_hz)
        self._up, self._down = out_hz // common, in_hz // common
        low_hz = min(in_hz, out_hz)
        taps = (STOP_DB - 8.0) / (2.285 * 2.0 * pi * TRANSITION * low_hz / in_hz)  # Kaiser's formula for the length
        self._half = ceil(taps / 2)
        cutoff = (1.0 - TRANSITION) * low_hz / in_hz  # middle of the transition, 1 is half the input rate
        apart = np.arange(self._up)[:, None] / self._up - np.arange(-self._half + 1, self._half + 1)
        inside = np.sqrt(np.clip(1.0 - (apart / self._half) ** 2, 0.0, None))
        table = np.sinc(cutoff * apart) * np.i0(KAISER_BETA * inside)
        self._table = (table / table.sum(axis=1, keepdims=True)).astype(np.float32)
        self._kept = np.zeros(self._half - 1, dtype=np.float32)
        self._first = -(self._half - 1)
        self._made = 0

    @property
    def delay_samples(self) -> int:
        """Input samples that must have come after a moment before it can come out."""
        return self._half

    def feed(self, samples: "Samples") -> "Samples":
        """The next output samples that ``samples`` make possible."""
        heard = np.concatenate([self._kept, samples])
        end = self._first + len(heard)
        made = max(self._made, -(-(end - self._half) * self._up // self._down))
        moments = np.arange(self._made, made, dtype=np.int64) * self._down
        starts = moments // self._up - self._half + 1 - self._first
        result = np.zeros(len(moments), dtype=np.float32)
        if len(moments):
            windows = np.lib.stride_tricks.sliding_window_view(heard, 2 * self._half)[starts]
            np.einsum("ij,ij->i", windows, self._table[moments % self._up], out=result)
        self._made = made
        needed = min(made * self._down // self._up - self._half + 1, end)
        self._kept, self._first = heard[needed - self._first :], needed
        return result
