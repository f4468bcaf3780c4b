"""The telephone line and the level that leaves the mouth."""

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.ports import SAMPLE_RATE
from voice import telephone
from voice.levels import CEILING_DBTP, amplify, limit, true_peak_db

Samples = NDArray[np.float32]


def tone(hertz: float, seconds: float = 0.5, level: float = 0.3) -> Samples:
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE)).astype(
        np.float32
    )


def level_db(samples: Samples) -> float:
    return 20 * float(np.log10(np.sqrt(np.mean(np.square(samples[800:-800])))))


@pytest.mark.parametrize("hertz", [400, 1000, 2000, 3200])
def test_the_band_passes_speech(hertz: float) -> None:
    assert level_db(telephone.band(tone(hertz))) == pytest.approx(level_db(tone(hertz)), abs=0.3)


@pytest.mark.parametrize("hertz", [80, 150, 4500, 7000])
def test_the_band_lowers_the_rest_and_leaves_a_trace_of_it(hertz: float) -> None:
    lowered = level_db(telephone.band(tone(hertz))) - level_db(tone(hertz))
    assert lowered == pytest.approx(telephone.FLOOR_DB, abs=0.5)


def test_the_band_neither_delays_nor_lengthens() -> None:
    click = np.zeros(1600, np.float32)
    click[700] = 1.0
    out = telephone.band(click)
    assert len(out) == len(click) and int(np.argmax(np.abs(out))) == 700


def test_the_line_always_sounds_the_same_and_never_twice_alike_for_other_words() -> None:
    one, other = tone(500), tone(501)
    assert np.array_equal(telephone.line(one), telephone.line(one))
    assert not np.array_equal(telephone.line(one) - one, telephone.line(other) - other)


def test_the_hiss_is_faint_and_begins_and_ends_in_silence() -> None:
    hiss = telephone.line(np.zeros(SAMPLE_RATE, np.float32))
    assert -68 < level_db(hiss) < -58
    assert abs(float(hiss[0])) < 1e-6 and abs(float(hiss[-1])) < 1e-6


def test_companding_is_heard_and_stays_small() -> None:
    clean = tone(700)
    error = telephone.line(clean) - clean
    assert 20 < level_db(clean) - level_db(error) < 50


def test_nothing_goes_in_and_nothing_comes_out() -> None:
    nothing = np.zeros(0, np.float32)
    assert len(telephone.band(nothing)) == len(telephone.line(nothing)) == len(limit(nothing)) == 0


@pytest.mark.parametrize("gain_db", [0, 6, 15])
def test_no_peak_passes_the_ceiling_even_between_samples(gain_db: float) -> None:
    rng = np.random.default_rng(7)
    loud = amplify((0.5 * rng.standard_normal(SAMPLE_RATE)).astype(np.float32), gain_db)
    assert true_peak_db(loud) > CEILING_DBTP
    assert true_peak_db(limit(loud)) <= CEILING_DBTP + 0.1


def test_a_peak_between_samples_is_seen() -> None:
    quarter = tone(SAMPLE_RATE / 4, level=1.0)
    shifted = np.sin(2 * np.pi * np.arange(8000) / 4 + np.pi / 4).astype(np.float32)
    assert np.abs(shifted).max() < 0.71
    assert true_peak_db(shifted) == pytest.approx(true_peak_db(quarter), abs=0.5)


def test_what_is_quiet_is_left_alone() -> None:
    quiet = tone(300, level=0.2)
    assert limit(quiet) is quiet


def test_the_limiter_lowers_the_peak_and_not_the_rest() -> None:
    samples = tone(300, seconds=1.0, level=0.2)
    samples[8000:8040] *= 8
    held = limit(samples)
    assert np.allclose(held[:7000], samples[:7000]) and np.allclose(held[9000:], samples[9000:])
    assert float(np.abs(held).max()) <= 10 ** (CEILING_DBTP / 20)
