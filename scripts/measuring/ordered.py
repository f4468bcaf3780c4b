"""Do the scores order the trainees as the rehearsal does? What must hold was written down before the first call was held.

The order is the rehearsal's (``simulator.rehearsal.report.RANKED``). A score can only tell apart what it looks at, so where
two of these trainees do the same in what a score is about, they stand on the same step of it.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean, pstdev
from typing import Any, Final

import numpy as np

STEPS: Final[dict[str, dict[str, int]]] = {
    # Neither who blames nor who insults shows any empathy.
    "empathy": {
        "expert": 6, "warm_beginner": 5, "solution_first": 4, "script_reader": 3, "apology_parrot": 2, "blamer": 1, "rude": 1,
    },
    # The last four settle nothing.
    "resolution": {
        "expert": 4, "warm_beginner": 3, "solution_first": 2, "script_reader": 1, "apology_parrot": 1, "blamer": 1, "rude": 1,
    },
    # All but the last two keep their temper.
    "calmness": {
        "expert": 3, "warm_beginner": 3, "solution_first": 3, "script_reader": 3, "apology_parrot": 3, "blamer": 2, "rude": 1,
    },
}  # fmt: skip
"""Score, trainee, step; more is better."""
SPEARMAN_AT_LEAST: Final = 0.85
"""For empathy and resolution."""
PAIRS_AT_LEAST: Final = 0.95
"""For calmness: five of seven trainees stand on one step of it, and a rank correlation falls with every difference among
those, which mean nothing."""
EXPERT_AT_LEAST: Final = 80
READER_AT_MOST: Final = 55

Row = Mapping[str, Any]


def ranks(values: Sequence[float]) -> np.ndarray:
    """Ranks from 1; equal values share the mean of theirs."""
    there = np.asarray(values, float)
    order = np.argsort(there, kind="stable")
    found = np.empty(len(there))
    found[order] = np.arange(1, len(there) + 1)
    for value in np.unique(there):
        found[there == value] = found[there == value].mean()
    return found


def spearman(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Rank correlation with ties, -1 to 1; None where either side is all the same."""
    a, b = ranks(one), ranks(other)
    if not len(a) or not a.std() or not b.std():
        return None
    return round(float(np.corrcoef(a, b)[0, 1]), 3)


def in_order(steps: Sequence[int], scores: Sequence[float]) -> float | None:
    """Share of the pairs of different steps in which the higher one scores higher; an equal score is half of one."""
    right = pairs = 0.0
    for i, step in enumerate(steps):
        for j in range(i):
            if step != steps[j]:
                pairs += 1
                more = (scores[i] - scores[j]) * (step - steps[j])
                right += 1.0 if more > 0 else 0.5 if more == 0 else 0.0
    return round(right / pairs, 3) if pairs else None


def table(rows: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """Trainee: calls, outcomes, and for each score mean, standard deviation, least and most."""
    made: dict[str, dict[str, Any]] = {}
    for trainee in dict.fromkeys(row["trainee"] for row in rows):
        his = [row for row in rows if row["trainee"] == trainee]
        outcomes: dict[str, int] = {}
        for row in his:
            outcomes[row["outcome"]] = outcomes.get(row["outcome"], 0) + 1
        made[trainee] = {"calls": len(his), "outcomes": outcomes}
        for score in STEPS:
            values = [row[score] for row in his if row[score] is not None]
            made[trainee][score] = (
                {"mean": round(fmean(values), 1), "sd": round(pstdev(values), 1), "least": min(values), "most": max(values)}
                if values
                else None
            )  # fmt: skip
    return made


def order(rows: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """Score: calls that have it, rank correlation with the rehearsal's order, share of pairs in order."""
    made = {}
    for score, steps in STEPS.items():
        scored = [row for row in rows if row[score] is not None and row["trainee"] in steps]
        expected, found = [steps[row["trainee"]] for row in scored], [float(row[score]) for row in scored]
        made[score] = {
            "calls": len(scored), "spearman": spearman([float(step) for step in expected], found),
            "pairs_in_order": in_order(expected, found),
        }  # fmt: skip
    return made


def beaten(rows: Sequence[Row], *, better: str = "warm_beginner", worse: str = "apology_parrot") -> list[str]:
    """Every pair of calls with the same caller in which ``worse`` has more empathy or resolution than ``better``."""
    found = []
    for score in ("empathy", "resolution"):
        for good in (row for row in rows if row["trainee"] == better and row[score] is not None):
            for bad in (row for row in rows if row["trainee"] == worse and row[score] is not None):
                if bad["persona"] == good["persona"] and bad[score] > good[score]:
                    found.append(
                        f"{good['persona']}: {score} {bad[score]} (seed {bad['seed']}) > {good[score]} (seed {good['seed']})"
                    )
    return found


def faults(rows: Sequence[Row]) -> list[str]:
    """What does not hold, in words."""
    trainees, found = table(rows), []
    made = order(rows)
    for score in ("empathy", "resolution"):
        rho = made[score]["spearman"]
        if rho is None or rho < SPEARMAN_AT_LEAST:
            found.append(f"{score}: rank correlation {rho}, not {SPEARMAN_AT_LEAST}")
    pairs = made["calmness"]["pairs_in_order"]
    if pairs is None or pairs < PAIRS_AT_LEAST:
        found.append(f"calmness: {pairs} of the pairs that should differ are in order, not {PAIRS_AT_LEAST}")
    for trainee, score, least, most in (
        ("expert", "empathy", EXPERT_AT_LEAST, 100), ("expert", "resolution", EXPERT_AT_LEAST, 100),
        ("script_reader", "empathy", 0, READER_AT_MOST),
    ):  # fmt: skip
        his = trainees.get(trainee, {}).get(score)
        if his is not None and not least <= his["mean"] <= most:
            found.append(f"{trainee}: {score} {his['mean']} on average, not {least} to {most}")
    return [*found, *(f"the parrot beats the warm beginner: {one}" for one in beaten(rows))]
