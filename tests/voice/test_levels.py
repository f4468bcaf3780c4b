"""Loudness that is kept, and peaks that lie between the samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyloudnorm
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.ports import SAMPLE_RATE
from voice.levels import CEILING_DBTP, LINE_CEILING_DBTP, as_loud, limit, loudness_power

if TYPE_CHECKING:
    from simulator.ports import Samples

METER = pyloudnorm.Meter(SAMPLE_RATE)


def noise(seed: int, seconds: float = 1.0, below_hz: float = 8000.0) -> Samples:
    white = np.random.default_rng(seed).standard_normal(round(seconds * SAMPLE_RATE))
    spectrum = np.fft.rfft(white)
    spectrum[np.fft.rfftfreq(len(white), 1 / SAMPLE_RATE) > below_hz] = 0
    sound = np.fft.irfft(spectrum, len(white))
    return np.asarray(0.1 * sound / sound.std(), np.float32)


def finest_peak_db(samples: Samples) -> float:
    """Sixteen points for each sample, where the limiter looks at four."""
    padded = np.pad(samples, 512)
    curve = np.fft.irfft(np.fft.rfft(padded), 16 * len(padded)) * 16
    return 20 * float(np.log10(np.abs(curve).max()))


@pytest.mark.parametrize("hertz", [60, 200, 1000, 3000, 7000])
def test_loudness_is_that_of_the_standards_meter(hertz: float) -> None:
    tone = np.asarray(0.1 * np.sin(2 * np.pi * hertz * np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE), np.float32)
    ours = -0.691 + 10 * np.log10(loudness_power(tone))
    assert ours == pytest.approx(METER.integrated_loudness(tone.astype(np.float64)), abs=0.3)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 99), below_hz=st.floats(300, 8000), gain=st.floats(0.01, 10))
@example(
    seed=11, below_hz=300.0, gain=1.0
)  # 0.3004 LU: low noise swings, and the standard's gates leave out its softest parts
def test_a_changed_sound_is_as_loud_as_before(seed: int, below_hz: float, gain: float) -> None:
    before, changed = noise(seed), noise(seed + 1, below_hz=below_hz)
    after = as_loud(np.asarray(changed * gain, np.float32), before)
    levels = [float(METER.integrated_loudness(x.astype(np.float64))) for x in (before, after)]
    assert levels[1] == pytest.approx(levels[0], abs=0.4)


def test_silence_and_nothing_stay_what_they_are() -> None:
    assert len(as_loud(np.zeros(0, np.float32), np.zeros(0, np.float32))) == 0
    assert not as_loud(np.zeros(100, np.float32), noise(1)).any()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 99), below_hz=st.floats(200, 5000), gain_db=st.floats(0, 24))
def test_a_line_is_under_the_ceiling_on_a_finer_meter_too(seed: int, below_hz: float, gain_db: float) -> None:
    line = limit(noise(seed, below_hz=below_hz) * np.float32(10 ** (gain_db / 20)), LINE_CEILING_DBTP)
    assert finest_peak_db(line) <= CEILING_DBTP
