"""How far raters agree: intraclass correlation, weighted kappa, and bootstrap intervals over whole sessions.

Written here in NumPy because the packages that offer it are GPL (debrief.md, section 11); tested against the published
worked examples. Throughout, a value that cannot be computed is None and never 0 or 1: with no spread there is nothing
that a correlation could say.

Sources: Shrout & Fleiss 1979, Psychological Bulletin 86(2), ICC(2,1) and table 2; McGraw & Wong 1996, Psychological
Methods 1(1), the interval of ICC(A,1), case 2A, table 7; Cohen 1968, Psychological Bulletin 70(4), weighted kappa;
Efron & Tibshirani 1993, percentile bootstrap.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, lgamma, log, log1p
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUNDS: Final = 2000
"""Bootstrap resamples."""
MOST_UNDEFINED: Final = 0.05
"""Share of resamples in which a statistic may be undefined (all ratings alike) before there is no interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


def icc(ratings: Floats) -> float | None:
    """ICC(2,1), two-way random effects, absolute agreement, single rater, of ``ratings`` (targets, raters).

    Every rater has rated every target; at least 2 of each. None when nothing varies. 1 is perfect agreement; a rater
    who is always ten points higher lowers it, because the agreement is absolute. Raises ValueError for a wrong shape
    or a missing value.
    """
    table = _checked(ratings)
    n, k = table.shape
    targets, raters, error = _mean_squares(table)
    below = targets + (k - 1) * error + k * (raters - error) / n
    spread = float(np.ptp(table))
    return None if spread == 0.0 or below <= 1e-12 * spread**2 else (targets - error) / below


def icc_interval(ratings: Floats) -> Interval | None:
    """The 95 % interval of ``icc`` by the F distribution; None where that is undefined.

    McGraw & Wong 1996, table 7, ICC(A,1): Satterthwaite's degrees of freedom for the composed error term.
    """
    table, value = _checked(ratings), icc(ratings)
    n, k = table.shape
    targets, raters, error = _mean_squares(table)
    if value is not None and value > 1 - 1e-9:
        return Interval(low=1.0, high=1.0)
    if value is None or error <= 0.0:
        return None
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    composed = a * raters + b * error
    freedom = composed**2 / ((a * raters) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1)))
    upper, lower = f_quantile(0.975, n - 1, freedom), f_quantile(0.975, freedom, n - 1)
    spoilt = k * raters + (k * n - k - n) * error
    low = n * (targets - upper * error) / (upper * spoilt + n * targets)
    high = n * (lower * targets - error) / (spoilt + n * lower * targets)
    return Interval(low=float(low), high=float(high))


def _checked(ratings: Floats) -> Floats:
    table = np.asarray(ratings, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] < 2 or table.shape[1] < 2:
        raise ValueError(f"ratings must be (targets, raters), 2 or more of each, not {table.shape}")
    if not np.isfinite(table).all():
        raise ValueError("ratings must be complete")
    return table


def _mean_squares(table: Floats) -> tuple[float, float, float]:
    """(between targets, between raters, residual) of a two-way analysis of variance without replication."""
    n, k = table.shape
    centred = table - table.mean()
    rows, columns = centred.mean(axis=1), centred.mean(axis=0)
    residual = centred - rows[:, None] - columns[None, :]
    return (
        float(k * (rows**2).sum() / (n - 1)),
        float(n * (columns**2).sum() / (k - 1)),
        float((residual**2).sum() / ((n - 1) * (k - 1))),
    )


def f_quantile(p: float, d1: float, d2: float) -> float:
    """The value below which a share ``p`` of the F distribution with ``d1`` and ``d2`` degrees of freedom lies.

    By bisection of the regularised incomplete beta function, to 1e-10 of the answer: once a table, so slow is fine.
    """
    low, high = 0.0, 1.0  # x of the beta distribution; F = d2 x / (d1 (1 - x))
    for _ in range(200):
        middle = (low + high) / 2
        if beta_share(middle, d1 / 2, d2 / 2) < p:
            low = middle
        else:
            high = middle
    x = (low + high) / 2
    return float(d2 * x / (d1 * (1 - x))) if x < 1 else float("inf")


def beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), by Lentz's continued fraction (Numerical Recipes, 6.4)."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1.0 - beta_share(1.0 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    tiny = 1e-300
    c, d = 1.0, 1.0 / _away(1 - (a + b) * x / (a + 1), tiny)
    total = d
    for m in range(1, 1000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1.0 / _away(1 + step * d, tiny)
            c = _away(1 + step / c, tiny)
            total *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * total


def _away(value: float, tiny: float) -> float:
    return value if abs(value) > tiny else tiny


def kappa(table: Floats, apart: Floats | None = None) -> float | None:
    """Cohen's weighted kappa of a square table of counts (or shares); rows one rater, columns the other.

    ``apart`` says how far two categories are from each other, 0 on the diagonal; without it the square of their
    distance (quadratic weights), which makes kappa an intraclass correlation (Fleiss & Cohen 1973). 1 is perfect
    agreement, 0 what the habits of both would give by chance. None for an empty table, and where chance leaves no room
    for disagreement: both always say the same one thing.
    """
    value = float(kappas(np.asarray(table, dtype=np.float64)[None], apart)[0])
    return None if np.isnan(value) else value


def kappas(tables: Floats, apart: Floats | None = None) -> Floats:
    """``kappa`` of many tables (tables, categories, categories) at once, NaN where there is none."""
    places = np.arange(tables.shape[-1])
    squared = np.square(places[:, None] - places[None, :]).astype(np.float64)
    far = squared if apart is None else apart
    totals = tables.sum(axis=(1, 2))
    seen = (far * tables).sum(axis=(1, 2)) * totals
    by_chance = np.einsum("ij,ti,tj->t", far, tables.sum(axis=2), tables.sum(axis=1))
    found = np.full(len(tables), np.nan)
    some = by_chance > 0
    found[some] = 1.0 - seen[some] / by_chance[some]
    return found


def bootstrap(
    statistic: Callable[[NDArray[np.int64]], Floats], sessions: int, *, seed: int, rounds: int = ROUNDS
) -> Interval | None:
    """The 2.5 and 97.5 percentiles of ``statistic`` over ``rounds`` resamples of whole sessions, with replacement.

    ``statistic`` is given the numbers of the sessions drawn (rounds, sessions), some of them more than once, and
    returns a value for each round, NaN where it is undefined. Whole sessions, because the ratings within one hang
    together. None for fewer than 2 sessions, and when more than ``MOST_UNDEFINED`` of the rounds have no value: what is
    left would be a kinder sample. The same seed gives the same interval.
    """
    if sessions < 2:
        return None
    drawn = np.random.default_rng(seed).integers(0, sessions, size=(rounds, sessions))
    values = statistic(drawn)
    known = values[~np.isnan(values)]
    if len(known) < (1 - MOST_UNDEFINED) * rounds:
        return None
    low, high = np.percentile(known, [2.5, 97.5])
    return Interval(low=float(low), high=float(high))
