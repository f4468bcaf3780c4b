"""The machine beside people, and people beside each other: which items lose the badge "uncalibrated".

The rule (debrief.md, section 11). An item loses the badge when

* at least ``MIN_SESSIONS`` calls hold it, each rated by at least ``MIN_RATERS`` people and by the machine;
* the lower end of the 95 % interval of machine with people reaches 0.4 for quadratic-weighted kappa (items), or 0.5 for
  ICC(2,1) (scores: Koo & Li call anything below 0.5 poor);
* machine with people is not worse than people with people by more than 0.1.

Kappa is undefined where everybody always says the same; then the badge stays, because such calls cannot show whether
the machine would notice the difference. Percent agreement and bias stand beside it, because kappa alone shows
reliability and not agreement. Intervals resample whole calls.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evaluation.agreement import Interval, bootstrap, icc, icc_interval, kappa, kappas
from evaluation.items import NOT_OBSERVED
from evaluation.sheets import SCORE

Floats = NDArray[np.float64]
Answers = Mapping[str, Mapping[str, str | float]]
"""Call code, key, value."""

MIN_SESSIONS: Final = 30
MIN_RATERS: Final = 2
LOWEST_KAPPA: Final = 0.4
LOWEST_ICC: Final = 0.5
MOST_WORSE: Final = 0.1
_PLACES: Final = {"no": 0, "partly": 1, "yes": 2, NOT_OBSERVED: 3}
_ORDINAL: Final = 3
"""Categories with an order; "not observed" has none, so it counts in percent agreement only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far two sides agree on one item or score."""

    value: float | None
    """Mean over the pairs of raters: quadratic-weighted kappa for items, ICC(2,1) for scores."""
    interval: Interval | None
    percent: float | None
    """Items: share of answers that are the same, "not observed" included. Scores: share within 10 points."""
    bias: float | None
    """First side minus second: steps of the scale no-partly-yes for items, points for scores."""
    formula: Interval | None = None
    """Scores rated by people alone: the interval by the F distribution, beside the bootstrap."""

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "value": _rounded(self.value), "interval": _pair(self.interval), "percent": _rounded(self.percent),
            "bias": _rounded(self.bias), "interval_f": _pair(self.formula),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """One item or score, compared."""

    key: str
    sessions: int
    """Calls in which the machine and ``MIN_RATERS`` people judged it, "not observed" not counted as a judgement."""
    machine: Agreement
    """Machine with people; bias above 0: the machine is kinder."""
    people: Agreement
    """People with people."""
    passed: bool
    """Whether it loses the badge."""
    why: str
    """What keeps the badge on; empty when passed."""

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "item": self.key, "measure": "icc" if self.key.startswith(SCORE) else "kappa", "sessions": self.sessions,
            "machine_people": self.machine.to_json(), "people_people": self.people.to_json(),
            "calibrated": self.passed, "why": self.why,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The comparison of a set of sheets with the machine."""

    raters: tuple[str, ...]
    sessions: int
    """Calls that the machine and ``MIN_RATERS`` people have rated."""
    rows: tuple[Calibrated, ...]
    missing: tuple[str, ...]
    """What is needed before any badge can go; empty when there is enough."""

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "raters": list(self.raters), "sessions": self.sessions, "missing": list(self.missing),
            "rows": [row.to_json() for row in self.rows],
        }  # fmt: skip


def compare(machine: Answers, people: Mapping[str, Answers], *, seed: int = 1) -> Report:
    """Compare the machine's answers with those of each person. The same sheets and seed give the same report."""
    raters = tuple(sorted(people))
    calls = sorted(
        code for code in machine if sum(code in people[rater] for rater in raters) >= min(MIN_RATERS, len(raters))
    )
    rated = sum(sum(code in people[rater] for rater in raters) >= MIN_RATERS for code in calls)
    missing = []
    if len(raters) < MIN_RATERS:
        missing.append(f"{len(raters)} of {MIN_RATERS} people have rated: one more, who rates alone")
    if rated < MIN_SESSIONS:
        missing.append(
            f"{rated} of {MIN_SESSIONS} calls are rated by {MIN_RATERS} people and scored: {MIN_SESSIONS - rated} more"
        )
    sides = [machine, *(people[rater] for rater in raters)]
    asked = {key.split("/")[0]: None for code in calls for key in machine[code]}
    asked |= {
        key: None for rater in raters for code in calls for key in people[rater].get(code, {}) if key.startswith(SCORE)
    }
    rows = [
        (_score if key.startswith(SCORE) else _item)(key, calls, sides, seed=seed, enough=not missing) for key in asked
    ]
    return Report(raters=raters, sessions=rated, rows=tuple(rows), missing=tuple(missing))


def _item(rule: str, calls: Sequence[str], sides: Sequence[Answers], *, seed: int, enough: bool) -> Calibrated:
    """An item over all calls; a rule that makes several items of one call (the demands) pools them within the call."""
    pairs = {(a, b): _tables(rule, calls, sides[a], sides[b]) for a, b in combinations(range(len(sides)), 2)}
    mine = [table for (a, _), table in pairs.items() if a == 0]
    theirs = [table for (a, _), table in pairs.items() if a > 0 and table.any()]  # two who share no call say nothing
    observed = np.array([table[:, :_ORDINAL, :_ORDINAL].sum(axis=(1, 2)) > 0 for table in mine])
    sessions = int((observed.sum(axis=0) >= MIN_RATERS).sum()) if observed.size else 0
    return _calibrated(
        rule, sessions, _of_tables(mine, len(calls), seed), _of_tables(theirs, len(calls), seed),
        lowest=LOWEST_KAPPA, enough=enough,
    )  # fmt: skip


def _tables(rule: str, calls: Sequence[str], one: Answers, other: Answers) -> Floats:
    """Counts (calls, 4, 4) of what both said of the same thing."""
    found = np.zeros((len(calls), len(_PLACES), len(_PLACES)))
    for number, code in enumerate(calls):
        said = other.get(code, {})
        for key, value in one.get(code, {}).items():
            if key.split("/")[0] == rule and key in said:
                found[number, _PLACES[str(value)], _PLACES[str(said[key])]] += 1
    return found


def _of_tables(pairs: Sequence[Floats], calls: int, seed: int) -> Agreement:
    def mean_kappa(drawn: NDArray[np.int64]) -> Floats:
        weights = np.zeros((len(drawn), calls))
        np.add.at(weights, (np.arange(len(drawn))[:, None], drawn), 1)
        found = [kappas(np.tensordot(weights, pair, axes=1)[:, :_ORDINAL, :_ORDINAL]) for pair in pairs]
        return np.asarray(np.mean(found, axis=0))

    totals = [pair.sum(axis=0) for pair in pairs]
    steps = np.arange(_ORDINAL)
    biases = [
        float(
            ((steps[:, None] - steps[None, :]) * table[:_ORDINAL, :_ORDINAL]).sum() / table[:_ORDINAL, :_ORDINAL].sum()
        )
        for table in totals
        if table[:_ORDINAL, :_ORDINAL].sum()
    ]
    return Agreement(
        value=_mean(kappa(table[:_ORDINAL, :_ORDINAL]) for table in totals),
        interval=bootstrap(mean_kappa, calls, seed=seed) if pairs else None,
        percent=_mean(float(np.trace(table) / table.sum()) for table in totals if table.sum()),
        bias=_mean(biases),
    )


def _score(key: str, calls: Sequence[str], sides: Sequence[Answers], *, seed: int, enough: bool) -> Calibrated:
    """A 0-100 score; a call that a side did not rate is left out where that side is compared."""
    table = np.array([[float(side.get(code, {}).get(key, np.nan)) for side in sides] for code in calls])
    table = table.reshape(len(calls), len(sides))
    given = np.isfinite(table)
    sessions = int((given[:, 0] & (given[:, 1:].sum(axis=1) >= MIN_RATERS)).sum())
    everybody = tuple(range(1, len(sides)))
    complete = len(sides) > MIN_RATERS and bool(given[:, 1:].all())
    people = [everybody] if complete else [pair for pair in combinations(everybody, 2) if given[:, pair].all(1).any()]
    return _calibrated(
        key, sessions, _of_scores(table, [(0, rater) for rater in everybody], seed), _of_scores(table, people, seed),
        lowest=LOWEST_ICC, enough=enough,
    )  # fmt: skip


def _of_scores(table: Floats, groups: Sequence[tuple[int, ...]], seed: int) -> Agreement:
    def rated(group: tuple[int, ...], drawn: NDArray[np.int64]) -> Floats:
        part = table[drawn][:, list(group)]
        return part[np.isfinite(part).all(axis=1)]

    def mean_icc(drawn: NDArray[np.int64]) -> float | None:
        parts = [rated(group, drawn) for group in groups]
        return _mean(icc(part) if len(part) > 1 else None for part in parts)

    def mean_iccs(drawn: NDArray[np.int64]) -> Floats:
        return np.array([np.nan if (value := mean_icc(each)) is None else value for each in drawn])

    if len(table) < 2 or not groups:
        return Agreement(value=None, interval=None, percent=None, bias=None)
    pairs = [pair for group in groups for pair in combinations(group, 2)]
    apart = [each[np.isfinite(each)] for each in (table[:, a] - table[:, b] for a, b in pairs)]
    everything = np.arange(len(table))
    only = rated(groups[0], everything) if len(groups) == 1 else table[:0]
    return Agreement(
        value=mean_icc(everything),
        interval=bootstrap(mean_iccs, len(table), seed=seed),
        percent=_mean(float((np.abs(each) <= 10).mean()) for each in apart if each.size),
        bias=_mean(float(each.mean()) for each in apart if each.size),
        formula=icc_interval(only) if len(only) > 1 else None,
    )


def _calibrated(
    key: str, sessions: int, machine: Agreement, people: Agreement, *, lowest: float, enough: bool
) -> Calibrated:
    name = "ICC" if key.startswith(SCORE) else "kappa"
    if not enough or sessions < MIN_SESSIONS:
        why = f"{sessions} of {MIN_SESSIONS} calls hold it" if sessions < MIN_SESSIONS else "too few calls or people"
    elif machine.value is None or people.value is None or machine.interval is None:
        why = f"{name} is undefined: the answers hardly differ"
    elif machine.interval.low < lowest:
        why = f"lower end {machine.interval.low:.2f} is under {lowest}"
    elif machine.value < people.value - MOST_WORSE:
        why = f"worse than people with people by {people.value - machine.value:.2f}"
    else:
        why = ""
    return Calibrated(key=key, sessions=sessions, machine=machine, people=people, passed=not why, why=why)


def _mean(values: Iterable[float | None]) -> float | None:
    """Mean, None if any is unknown or there is none: leaving out the unknown ones would be kinder than the truth."""
    known = list(values)
    return None if not known or None in known else float(np.mean([value for value in known if value is not None]))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _pair(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [round(interval.low, 3), round(interval.high, 3)]
