"""The quick pitch of the page."""

import numpy as np
import pytest

from simulator.ports import SAMPLE_RATE
from voice.pitch import median_hz


def voiced(hertz: float, seconds: float = 1.0) -> "np.ndarray":
    """A buzz with falling harmonics, as a throat makes one."""
    t = np.arange(int(SAMPLE_RATE * seconds)) / SAMPLE_RATE
    wave = sum(np.sin(2 * np.pi * hertz * n * t) / n for n in range(1, 12) if hertz * n < SAMPLE_RATE / 2)
    return (4000 * wave).astype(np.int16)


@pytest.mark.parametrize("hertz", [75, 110, 196, 262, 440])
def test_a_buzz_has_its_pitch(hertz: float) -> None:
    found = median_hz(voiced(hertz))

    assert found is not None and abs(12 * np.log2(found / hertz)) < 0.1


@pytest.mark.parametrize("gain", [0.25, 2.0])
def test_loudness_does_not_move_it(gain: float) -> None:
    found = median_hz((voiced(180) * gain).astype(np.int16))

    assert found == pytest.approx(median_hz(voiced(180)), abs=0.2)


def test_silence_noise_and_a_click_have_none() -> None:
    noise = (3000 * np.random.default_rng(3).normal(size=SAMPLE_RATE)).astype(np.int16)

    assert median_hz(np.zeros(SAMPLE_RATE, np.int16)) is None
    assert median_hz(noise) is None
    assert median_hz(voiced(150, 0.05)) is None
    assert median_hz(np.zeros(0, np.int16)) is None


def test_pauses_do_not_count() -> None:
    gap = np.zeros(SAMPLE_RATE, np.int16)
    found = median_hz(np.concatenate([gap, voiced(150), gap, voiced(150), gap]))

    assert found == pytest.approx(150, abs=1)
