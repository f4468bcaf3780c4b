"""What ``scripts/measure_scores`` says of calls that were held: the order of the trainees and the bounds."""

from typing import Any

import pytest

from scripts.measuring.ordered import STEPS, beaten, faults, in_order, order, spearman, table

GOOD = {
    "expert": (92, 100, 100), "warm_beginner": (88, 96, 95), "solution_first": (50, 90, 80), "script_reader": (20, 5, 90),
    "apology_parrot": (5, 0, 100), "blamer": (0, 0, 50), "rude": (0, 0, 20),
}  # fmt: skip
"""Trainee: empathy, resolution, calmness."""


def rows(**changed: tuple[int | None, int | None, int | None]) -> list[dict[str, Any]]:
    return [
        {
            "persona": persona, "trainee": trainee, "seed": seed, "outcome": "resolved",
            **dict(zip(("empathy", "resolution", "calmness"), changed.get(trainee, scores), strict=True)),
        }
        for persona in ("dana", "joel")
        for seed in (0, 1)
        for trainee, scores in GOOD.items()
    ]  # fmt: skip


def test_spearman_agrees_with_a_published_example() -> None:
    """IQ and hours of television a week of ten people (the worked example of Wikipedia's article): -29/165."""
    iq = [106, 86, 100, 101, 99, 103, 97, 113, 112, 110]
    hours = [7, 0, 27, 50, 28, 29, 20, 12, 6, 17]

    assert spearman(iq, hours) == pytest.approx(-29 / 165, abs=5e-4)


def test_spearman_shares_ranks_among_equals() -> None:
    assert spearman([1, 2, 2, 3], [10, 20, 20, 30]) == 1.0
    assert spearman([1, 2, 2, 3], [10, 20, 30, 40]) == pytest.approx(0.949, abs=1e-3)  # 4.5 / sqrt(4.5 * 5)
    assert spearman([1, 1, 1], [1, 2, 3]) is None


def test_pairs_of_one_step_are_not_counted_and_equal_scores_are_half() -> None:
    assert in_order([2, 2, 1], [10, 90, 5]) == 1.0
    assert in_order([2, 1], [5, 5]) == 0.5
    assert in_order([1, 2, 3], [3, 2, 1]) == 0.0
    assert in_order([1, 1], [3, 2]) is None


def test_calls_in_the_right_order_have_no_fault() -> None:
    assert faults(rows()) == []
    assert {score: row["calls"] for score, row in order(rows()).items()} == dict.fromkeys(STEPS, 28)
    assert table(rows())["expert"]["empathy"] == {"mean": 92.0, "sd": 0.0, "least": 92, "most": 92}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"expert": (79, 100, 100)}, "expert: empathy 79"),
        ({"expert": (92, 70, 100)}, "expert: resolution 70"),
        ({"script_reader": (56, 5, 90)}, "script_reader: empathy 56"),
        ({"apology_parrot": (89, 0, 100)}, "the parrot beats the warm beginner: dana: empathy 89"),
        ({"rude": (0, 0, 100), "blamer": (0, 0, 100)}, "calmness: "),
        ({"expert": (80, 80, 100), "solution_first": (95, 0, 80), "rude": (90, 100, 20)}, "resolution: rank correlation"),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_named(changed: dict[str, Any], says: str) -> None:
    assert any(fault.startswith(says) for fault in faults(rows(**changed))), faults(rows(**changed))


def test_a_score_that_was_not_given_is_no_fault() -> None:
    made = rows(rude=(None, 0, None))

    assert faults(made) == []
    assert table(made)["rude"]["empathy"] is None


def test_the_parrot_is_held_against_the_same_caller_only() -> None:
    made = rows()
    for row in made:
        if row["persona"] == "joel" and row["trainee"] == "apology_parrot":
            row["empathy"] = 89
    assert len(beaten(made)) == 4
    assert all(line.startswith("joel") for line in beaten(made))
