"""The numbers of docs/mood.md, section 5, part 4: how a turn is summed up, and a ledger that adds up to it."""

import pytest

from simulator.acts import Act
from simulator.commands import LedgerEntry
from simulator.mood import Turn
from tests.simulator.plain_mood import act, at, person, says, worth


@pytest.mark.parametrize(("anger", "share"), [(0, 1.0), (50, 0.984375), (80, 0.737856), (90, 0.468559)])
def test_rises_saturate(anger: float, share: float) -> None:
    """1 - (A/100)^6, and as quick as she is to flare."""
    assert worth(says(at(anger), act("wall")), "wall") == pytest.approx(8_000 * share, abs=0.5)
    assert worth(says(at(anger, person(flares=1.2)), act("wall")), "wall") == pytest.approx(9_600 * share, abs=0.5)


def test_a_rise_is_25_at_most() -> None:
    change = says(at(0), act("blame"), act("hostile"))
    assert change.after.anger == 25_000
    assert worth(change, "blame") == pytest.approx(25_000 * 15 / 35, abs=1)


@pytest.mark.parametrize(
    ("anger", "share"),
    [(40, 1.0), (30, 1.0), (15, 0.5), (3, 0.1), (70, 1.0), (85, 0.825), (100, 0.65)],
)
def test_falls_thin_out_near_the_floor_and_in_a_hot_head(anger: float, share: float) -> None:
    """(A - F) / 30 at most 1; from 70 on less, at 100 by .35."""
    change = says(at(anger), act("gratitude"))
    assert worth(change, "gratitude") == pytest.approx(-2_500 * share, abs=0.5)
    change = says(at(anger, person(forgives=0.8)), act("gratitude"))
    assert worth(change, "gratitude") == pytest.approx(-2_000 * share, abs=0.5)


def test_the_floor_is_what_the_fall_is_measured_from() -> None:
    change = says(at(37, met={}), act("gratitude"))  # floor 22
    assert worth(change, "gratitude") == -1_250


def test_a_fall_is_10_at_most() -> None:
    change = says(at(40, heard=0.0), act("paraphrase"), act("summary_check"))
    assert (change.after.anger, worth(change, "paraphrase"), worth(change, "summary_check")) == (30_000, -5_833, -4_167)


@pytest.mark.parametrize(("stings", "kept"), [(3.0, 0.8), (6.0, 0.6), (9.0, 0.4), (15.0, 0.4)])
def test_blame_and_sorry_in_one_breath(stings: float, kept: float) -> None:
    """The sorry loses a fifteenth for each point she rises, six tenths at most."""
    rise = 1 - 0.4**6
    change = says(at(40), act("apology"), stings=((stings / rise, "q"),))

    assert worth(change, "stings") == pytest.approx(1000 * stings, abs=0.5)
    assert worth(change, "apology") == pytest.approx(-6_000 * kept, abs=0.5)
    assert change.ledger[0].quote == "q"


def test_calm_sinks_in_later() -> None:
    """With inertia .4, six tenths at once; of what is left six tenths the next time."""
    mood = at(50, person(stays_angry=0.4))
    assert worth(says(mood, act("summary_check")), "summary_check") == -3_000
    assert mood.pending == pytest.approx(2.0)
    change = says(mood)
    assert change.ledger == (LedgerEntry(cause="sinking", points=-1_200, quote="", note="calm from earlier turns"),)
    assert mood.pending == pytest.approx(0.8)
    mood.relational_run = 0
    change = says(mood, act("gratitude"))
    assert (worth(change, "gratitude"), worth(change, "sinking")) == (-1_500, -480)
    assert mood.pending == pytest.approx(3.3 * 0.4)


@pytest.mark.parametrize(("points", "left"), [(3.999, 2.0), (4.0, 0.0), (4.001, 0.0)])
def test_a_flare_of_4_burns_what_was_still_sinking(points: float, left: float) -> None:
    mood = at(0, person(stays_angry=0.4))
    mood.pending = 5.0
    says(mood, stings=((points, "q"),))
    assert mood.pending == left


@pytest.mark.parametrize(
    ("anger", "heard", "cools"), [(40, 0.39, 0), (40, 0.4, -800), (60, 0.9, -1_200), (20, 0.9, -400)]
)
def test_time_cools_once_she_feels_heard(anger: float, heard: float, cools: int) -> None:
    """A fiftieth of the way to her floor."""
    change = says(at(anger, heard=heard))
    assert [(entry.points, entry.note) for entry in change.ledger if entry.cause == "cooling"] == (
        [(cools, "time, once she feels heard")] if cools else []
    )


def test_nothing_cools_while_she_rises_or_below_her_floor() -> None:
    rising = says(at(60, heard=0.9), stings=((0.01, "q"),))
    assert worth(rising, "cooling") == 0 and rising.after.anger > 60_000
    below = at(10, heard=0.9, met={})  # floor 22
    assert below.step(Turn()).ledger == () and below.anger == 10_000


def test_her_floor_stops_a_fall() -> None:
    mood = at(23, heard=0.1, met={})  # floor 22
    mood.pending = 5.0
    change = says(mood)
    assert [(entry.cause, entry.points, entry.note) for entry in change.ledger] == [
        ("sinking", -5_000, "calm from earlier turns"),
        ("limit", 4_000, "her floor"),
    ]


@pytest.mark.parametrize(("before", "points", "after"), [(4.0, 10.0, 5.2), (24.0, 20.0, 25.0), (4.0, 0.0, 4.0)])
def test_every_rise_leaves_old_grievance(before: float, points: float, after: float) -> None:
    """.12 of it, up to 25 (E17)."""
    mood = at(0)
    mood.residue = before
    says(mood, stings=((points, "q"),))
    assert mood.residue == pytest.approx(after)


@pytest.mark.parametrize(
    ("acts", "after"),
    [
        ((act("own_fault"),), 2.5),
        ((act("own_fault", spec=0.0, confidence=0.5),), 4.0),  # .72 points: hardly owned
        ((act("own_fault", spec=0.0, confidence=0.6625),), 4.0),  # 1.5 is not over 1.5
        ((act("own_fault", spec=0.0, confidence=0.675),), 2.5),
        ((act("own_fault", "one", spec=0.0, confidence=0.6), act("own_fault", "two", spec=0.0, confidence=0.6)), 2.5),
        ((act("apology"),), 4.0),
    ],
)
def test_owning_the_fault_takes_old_grievance_away(acts: tuple[Act, ...], after: float) -> None:
    """1.5, if it was worth more than 1.5 points (E9)."""
    mood = at(60)
    mood.residue = 4.0
    says(mood, *acts)
    assert mood.residue == pytest.approx(after)


def test_old_grievance_ends_at_nothing() -> None:
    mood = at(60)
    mood.residue = 1.0
    says(mood, act("own_fault"))
    assert mood.residue == 0.0


def test_patience() -> None:
    """2 a turn, 4 for a question asked again, .35 of every rise; never more than she began with."""
    mood = at(0)
    says(mood)
    assert mood.patience == 98
    says(mood, stings=((10.0, "q"),))
    assert mood.patience == pytest.approx(98 - 2 - 3.5)
    mood.patience, mood.anger = 80, 0
    says(mood, act("repeat_question"), act("repeat_question", "other"))  # 12 points
    assert mood.patience == pytest.approx(80 - 2 - 8 - 4.2)
    mood.patience, mood.anger = 80, 0
    says(mood, act("wall"))  # 8 points
    assert mood.patience == pytest.approx(80 - 2 - 2.8)


def test_the_state_keeps_six_decimals() -> None:
    """So that other machines, and a replay, see the same numbers."""
    mood = at(60, person(stays_angry=1 / 3))
    mood.heard, mood.trust, mood.pending, mood.residue, mood.patience = (1 / 3, 2 / 3, 1 / 3, 2 / 3, 200 / 3)
    says(mood)

    assert (mood.heard, mood.trust, mood.pending) == (0.333333, 0.666667, 0.111111)
    assert (mood.residue, mood.patience) == (0.666667, 64.666667)


def test_the_largest_rounding_errors_take_up_the_rest() -> None:
    """.4 + .3 + .4 thousandths are one: the first of the two largest errors has it."""
    change = says(at(0), stings=((0.0003, "a"), (0.0004, "b"), (0.0004, "c"), (0.0, "d")))
    assert [(entry.quote, entry.points) for entry in change.ledger] == [("b", 1)]
    change = says(at(0), stings=((0.0016, "a"), (0.0017, "b"), (0.0016, "c"), (0.0016, "d")))  # 6.5, rounds to 6
    assert [(entry.quote, entry.points) for entry in change.ledger] == [("a", 1), ("b", 2), ("c", 1), ("d", 2)]


@pytest.mark.parametrize("name", ["wall", "empathy"])
def test_an_act_that_is_unsure_takes_no_rounding(name: str) -> None:
    change = says(at(0), act(name, confidence=0.1), stings=((0.0004, "a"), (0.0004, "b"), (0.0004, "c")))
    assert [(entry.cause, entry.points) for entry in change.ledger] == [("stings", 1), (name, 0)]


def test_what_hurt_and_what_eased() -> None:
    change = says(at(40), act("wall"), act("apology"), act("rush", confidence=0.1))
    assert (change.hurt, change.eased) == ({"wall"}, {"apology"})
    mood = at(0)
    assert says(mood, stings=((0.001, "q"),)).hurt == {"stings"}
    mood.pending = 0.001
    assert says(mood).eased == {"sinking"}
