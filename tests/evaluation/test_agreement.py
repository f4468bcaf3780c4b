"""Agreement statistics against published worked examples, other implementations and what must always hold."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evaluation.agreement import (
    Interval,
    bootstrap,
    f_quantile,
    icc,
    icc_interval,
    kappa,
)

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float
)
"""Shrout & Fleiss 1979, table 2: six targets, four judges."""
COHEN = np.array([[0.44, 0.07, 0.09], [0.05, 0.20, 0.05], [0.01, 0.03, 0.06]])
"""Cohen 1968, table 1: shares of two judges' diagnoses."""
MAMMOGRAMS = np.array([[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]], dtype=float)
"""Boyd et al. 1982, two radiologists, as in the Stata manual under ``kap``."""

tables = arrays(np.float64, st.tuples(st.integers(2, 8), st.integers(2, 5)), elements=st.integers(0, 100).map(float))
categories = st.integers(0, 2)
pairs = st.lists(st.tuples(categories, categories), min_size=1, max_size=40)


def rated(one: list[int], other: list[int]) -> float | None:
    """Quadratic kappa of two lists of the categories 0 to 2."""
    table = np.zeros((3, 3))
    np.add.at(table, (np.array(one, dtype=int), np.array(other, dtype=int)), 1)
    return kappa(table)


def test_icc_of_shrout_and_fleiss() -> None:
    """.29 is printed in the paper; the interval .019 to .761 is what R's psych and irr print for it."""
    found = icc_interval(SHROUT_FLEISS)

    assert icc(SHROUT_FLEISS) == pytest.approx(0.29, abs=0.005)
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(0.019, abs=5e-4), pytest.approx(0.761, abs=5e-4))


def test_kappa_of_cohen() -> None:
    """Cohen 1968 prints .492 without weights, .348 with his ratio-scaled ones, .353 with asymmetric ones."""
    unweighted = 1.0 - np.eye(3)
    ratios = np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]], dtype=float)
    one_sided = np.array([[0, 1, 4], [1, 0, 6], [2, 2, 0]], dtype=float)

    assert kappa(COHEN, unweighted) == pytest.approx(0.492, abs=5e-4)
    assert kappa(COHEN, ratios) == pytest.approx(0.348, abs=5e-4)
    assert kappa(COHEN, one_sided) == pytest.approx(0.353, abs=5e-4)


def test_quadratic_kappa_of_the_mammograms() -> None:
    """The Stata manual prints 0.6714 for wgt(w2)."""
    assert kappa(MAMMOGRAMS) == pytest.approx(0.6714, abs=5e-5)


@given(st.floats(0.6, 200), st.floats(0.6, 200), st.sampled_from((0.025, 0.5, 0.95, 0.975)))
def test_the_f_distribution_is_scipys(d1: float, d2: float, p: float) -> None:
    assert f_quantile(p, d1, d2) == pytest.approx(float(scipy.stats.f.ppf(p, d1, d2)), rel=1e-6)


@given(tables, st.floats(-50, 50), st.floats(0.5, 4))
def test_icc_does_not_move_with_the_scale(table: np.ndarray, shift: float, factor: float) -> None:
    found, moved = icc(table), icc(table * factor + shift)
    assert (found is None) == (moved is None)
    if found is not None and moved is not None:
        assert moved == pytest.approx(found, abs=1e-6)


@given(tables, st.randoms())
def test_icc_does_not_know_who_is_who(table: np.ndarray, chance: st.DataObject) -> None:
    found = icc(table)
    mixed = icc(table[chance.sample(range(len(table)), len(table))][:, ::-1])  # type: ignore[attr-defined]
    assert (found is None) == (mixed is None)
    if found is not None and mixed is not None:
        assert mixed == pytest.approx(found, abs=1e-9)


@given(st.lists(st.integers(0, 100), min_size=2, max_size=20), st.integers(2, 5))
def test_perfect_agreement_is_one_and_a_constant_offset_is_not(column: list[int], raters: int) -> None:
    assume(len(set(column)) > 1)
    same = np.tile(np.array(column, dtype=float)[:, None], raters)
    assert icc(same) == pytest.approx(1.0)
    assert icc_interval(same) == Interval(low=1.0, high=1.0)

    same[:, 0] += 10
    kinder = icc(same)
    assert kinder is not None and kinder < 1 - 1e-9


@given(tables)
def test_icc_lies_in_its_interval_and_is_at_most_one(table: np.ndarray) -> None:
    found = icc(table)
    if found is not None:
        interval = icc_interval(table)
        assert found <= 1 + 1e-9
        if interval is not None and found > 0:
            assert interval.low - 1e-9 <= found <= interval.high + 1e-9


def test_what_says_nothing_is_none_and_what_is_wrong_is_refused() -> None:
    assert icc(np.full((5, 3), 7.0)) is None
    for bad in (np.ones((1, 3)), np.ones((3, 1)), np.ones(4), np.array([[1, 2], [np.nan, 3]])):
        with pytest.raises(ValueError):
            icc(bad)
    assert rated([1, 1, 1], [1, 1, 1]) is None and rated([], []) is None


@given(pairs)
def test_kappa_knows_neither_who_is_first_nor_which_end_is_up(both: list[tuple[int, int]]) -> None:
    one, other = [a for a, _ in both], [b for _, b in both]
    found = rated(one, other)
    for turned in (rated(other, one), rated([2 - a for a in one], [2 - b for b in other]), rated(one * 3, other * 3)):
        assert (found is None) == (turned is None)
        assert found is None or turned == pytest.approx(found, abs=1e-9)
    assert found is None or -1 - 1e-9 <= found <= 1 + 1e-9


@given(st.lists(categories, min_size=2, max_size=40))
def test_kappa_of_perfect_agreement_is_one(values: list[int]) -> None:
    assert rated(values, values) == (None if len(set(values)) == 1 else pytest.approx(1.0))


@given(pairs)
def test_quadratic_kappa_is_an_intraclass_correlation(both: list[tuple[int, int]]) -> None:
    """Fleiss & Cohen 1973: with quadratic weights it is the concordance of the two, 2 cov / (var + var + bias squared)."""
    a, b = (np.array(side, dtype=float) for side in zip(*both, strict=True))
    below = a.var() + b.var() + (a.mean() - b.mean()) ** 2
    found = rated(a.astype(int).tolist(), b.astype(int).tolist())
    assert (found is None) == (below < 1e-12)
    assert found is None or found == pytest.approx(2 * np.cov(a, b, bias=True)[0, 1] / below, abs=1e-9)


def test_the_bootstrap_is_seeded_and_covers_a_known_mean() -> None:
    values = np.arange(100.0)

    def mean(drawn: np.ndarray) -> np.ndarray:
        return values[drawn].mean(axis=1)

    found = bootstrap(mean, 100, seed=4)
    assert found is not None and found == bootstrap(mean, 100, seed=4) != bootstrap(mean, 100, seed=5)
    half = 1.96 * values.std() / 10
    assert found.low == pytest.approx(49.5 - half, abs=0.6) and found.high == pytest.approx(49.5 + half, abs=0.6)


def test_no_interval_from_a_kind_choice_of_resamples() -> None:
    assert bootstrap(lambda drawn: np.where((drawn == 0).any(axis=1), 1.0, np.nan), 10, seed=1) is None
    assert bootstrap(lambda drawn: np.ones(len(drawn)), 1, seed=1) is None
