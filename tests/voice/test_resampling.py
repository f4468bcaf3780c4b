"""Changing the rate of sound that is still arriving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.resampling import STOP_DB, Resampler
from voice.signal import level_db

if TYPE_CHECKING:
    from simulator.ports import Samples

RATES = [(48_000, 16_000), (16_000, 48_000), (44_100, 16_000), (16_000, 44_100), (8_000, 16_000), (96_000, 16_000)]


def tone(hz: float, rate_hz: int, seconds: float = 0.5) -> Samples:
    return np.asarray(np.sin(2 * np.pi * hz / rate_hz * np.arange(round(seconds * rate_hz))), dtype=np.float32)


@pytest.mark.parametrize(("in_hz", "out_hz"), RATES)
@pytest.mark.parametrize("hz", [100, 1000, 3400])
def test_a_voice_comes_out_at_the_same_pitch_level_and_moment(in_hz: int, out_hz: int, hz: int) -> None:
    result = Resampler(in_hz, out_hz).feed(tone(hz, in_hz))
    wanted = tone(hz, out_hz)[: len(result)]

    assert np.abs(result - wanted)[200:].max() < 0.005  # the first 200 samples hold the edge to silence


@pytest.mark.parametrize("in_hz", [44_100, 48_000, 96_000])
@pytest.mark.parametrize("hz", [8_600, 9_000, 12_000, 15_900, 20_000])
def test_what_16_khz_cannot_carry_does_not_come_back_as_another_pitch(in_hz: int, hz: int) -> None:
    assert level_db(Resampler(in_hz, 16_000).feed(tone(hz, in_hz))[200:]) <= -3.0 - STOP_DB


@pytest.mark.parametrize(("in_hz", "out_hz"), RATES)
def test_it_holds_back_four_milliseconds_at_most(in_hz: int, out_hz: int) -> None:
    resampler = Resampler(in_hz, out_hz)
    made = len(resampler.feed(np.zeros(in_hz, dtype=np.float32)))

    assert resampler.delay_samples / in_hz < 0.004
    assert out_hz - made <= resampler.delay_samples * out_hz / in_hz + 1


@given(
    rates=st.sampled_from([*RATES, (22_050, 16_000), (16_000, 11_025), (16_000, 16_000)]),
    cuts=st.lists(st.integers(0, 3000), max_size=12),
)
def test_however_the_input_is_cut_up_the_output_is_the_same(rates: tuple[int, int], cuts: list[int]) -> None:
    sound = np.random.default_rng(1).uniform(-1, 1, 3000).astype(np.float32)
    resampler = Resampler(*rates)
    pieces = [resampler.feed(piece) for piece in np.split(sound, sorted(cuts))]

    np.testing.assert_allclose(np.concatenate(pieces), Resampler(*rates).feed(sound), atol=1e-6)


def test_a_long_call_does_not_drift() -> None:
    """The moments are counted in whole numbers, so a long call ends where it should."""
    resampler = Resampler(44_100, 16_000)
    block = np.zeros(44_100, dtype=np.float32)
    made = sum(len(resampler.feed(block)) for _ in range(120))

    assert 120 * 16_000 - made == 16_000 - len(Resampler(44_100, 16_000).feed(block))
