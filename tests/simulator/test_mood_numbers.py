"""The numbers of docs/mood.md, sections 2 and 5, one by one: the state, waiting and noise, and how a turn is summed up.

``scripts/mutants`` changes each of them by a step or a tenth; here is where that is noticed.
"""

import dataclasses

import pytest

from simulator.acts import Act
from simulator.commands import LedgerEntry, MoodView
from simulator.mood import Band, Change, Hold, Mood, Offered, OfferVerdict, Turn
from tests.simulator.plain_mood import PLAIN, act, at, person, says, worth

# The state -----------------------------------------------------------------------------------------------------------


def test_how_she_dials() -> None:
    """Section 2: heard .10, the rest from her file; a hidden demand is not on the table."""
    mood = Mood.begin(person(start_anger=61.5, trusts_us=0.22, patience=90, old_grievance=6))

    assert mood == Mood(
        persona=mood.persona, anger=61_500, heard=0.10, trust=0.22, patience=90.0, residue=6.0, band="angry", met={},
        known=["refund", "fee"], pending=0.0, relational_run=0, ceiling=100.0, noted_offers=[], tested={}, rejected=0,
        transfers=0, steady_before=0, history=[],
    )  # fmt: skip
    assert mood.points == 61.5


def test_a_mood_out_of_nothing_is_empty() -> None:
    mood = Mood(persona=PLAIN)

    assert (mood.anger, mood.heard, mood.trust, mood.patience, mood.residue) == (0, 0.10, 0.0, 0.0, 0.0)
    assert (mood.band, mood.pending, mood.relational_run, mood.ceiling) == ("angry", 0.0, 0, 100.0)
    assert (mood.rejected, mood.transfers, mood.steady_before) == (0, 0, 0)


def test_the_ceiling_holds_from_the_first_moment() -> None:
    mood = Mood.begin(PLAIN, 45.5)
    assert (mood.anger, mood.band, mood.ceiling) == (45_500, "annoyed", 45.5)

    change = says(mood, act("blame"))
    assert (mood.anger, change.ledger[-1].cause, change.ledger[-1].note) == (45_500, "limit", "her ceiling")
    assert mood.shift("test", 20).after.anger == 45_500


def test_without_a_ceiling_she_stops_at_100() -> None:
    mood = at(100, person(flares=1.5), met={})
    mood.shift("test", 5)
    assert (mood.anger, mood.band) == (100_000, "furious")

    mood.anger, mood.band = 99_000, "furious"
    assert says(mood, act("blame"), act("hostile"), act("dismiss")).after.anger == 100_000


def test_a_turn_that_names_nothing_brings_nothing() -> None:
    assert Turn() == Turn(
        acts=(), offers=(), text="", silence_s=0.0, silence_announced=False, hold=None, overlap_s=0.0, loud_z=0.0,
        rate_z=0.0, spoken=True, story_told=False, stings=(), refused_supervisor=False, closes=False, question_open=False,
    )  # fmt: skip
    assert Hold(seconds=5) == Hold(seconds=5, asked=True, told=False, promised_s=None)
    assert Offered(offer="fee") == Offered(offer="fee", missing=(), quote="", day="", late=frozenset())
    assert OfferVerdict(offer="fee", verdict="known") == OfferVerdict(offer="fee", verdict="known", missing=(), day="")
    mood = at(60)
    change = mood.step(Turn())
    assert change == Change(
        before=change.before, after=change.after, ledger=(), verdicts=(), triggered=(), parroted="", parrot_count=0,
        hurt=frozenset(), eased=frozenset(),
    )  # fmt: skip
    assert (mood.anger, mood.patience) == (60_000, 98.0)


def test_a_mood_has_the_state_it_names_and_no_other() -> None:
    with pytest.raises(AttributeError):
        at(60).angr = 5  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", [Hold, Offered, Turn, OfferVerdict, Change])
def test_what_goes_in_and_comes_out_is_a_value(kind: type) -> None:
    """A recording, the debrief and the caller hold the same objects: nobody may change one under the others."""
    value = object.__new__(kind)
    for field in dataclasses.fields(kind):
        assert field.kw_only
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field.name, None)
    assert not hasattr(value, "__dict__")


def test_the_view_is_rounded_as_the_recording_writes_it() -> None:
    mood = at(60, person(calms_to=10.1236))
    mood.heard, mood.trust, mood.patience, mood.residue = 0.123456, 0.654321, 77.65432, 1.23456

    assert mood.view() == MoodView(
        anger=60_000, band="angry", heard=0.1235, trust=0.6543, patience=77.654, residue=1.235, floor=11.358
    )  # fmt: skip


def test_progress_counts_what_is_known_and_by_points() -> None:
    """50, 30 and a hidden 20."""
    mood = at(60, met={"refund": 1.0, "letter": 1.0})
    assert mood.progress == pytest.approx(50 / 80)
    mood.reveal("letter")
    assert mood.progress == pytest.approx(70 / 100)
    mood.met = {"fee": 0.5}
    assert mood.progress == pytest.approx(0.15)
    mood.known = []
    assert mood.progress == 0.0


def test_the_floor() -> None:
    """F = calms_to + 22 (1 - G) + R."""
    mood = at(60, person(calms_to=10, old_grievance=4), met={"refund": 0.8})  # G = .5

    assert mood.floor == pytest.approx(10 + 11 + 4)


@pytest.mark.parametrize(
    ("anger", "trust", "heard", "bar"),
    [
        (40, 0.5, 0.4, 55),
        (0, 1.0, 1.0, 55),  # better than that is no discount
        (60, 0.5, 0.4, 55 + 7),
        (40.5, 0.5, 0.4, 55.175),
        (40, 0.2, 0.4, 55 + 12),
        (40, 0.46, 0.4, 55 + 1.6),
        (40, 0.5, 0.1, 55 + 6),
        (40, 0.5, 0.37, 55 + 0.6),
    ],
)
def test_the_bar_of_an_offer(anger: float, trust: float, heard: float, bar: float) -> None:
    """55 + .35 for each point over 40, 40 for trust under .5, 20 for heard under .4."""
    mood = at(anger, heard=heard)
    mood.trust = trust

    assert mood.bar == pytest.approx(bar)


@pytest.mark.parametrize(
    ("anger", "band"),
    [(0, "calm"), (29.999, "calm"), (30, "annoyed"), (54.999, "annoyed"), (55, "angry"), (79.999, "angry"),
     (80, "furious"), (100, "furious")],
)  # fmt: skip
def test_the_bands(anger: float, band: Band) -> None:
    assert Mood.begin(person(start_anger=anger)).band == band


@pytest.mark.parametrize(
    ("start", "to", "band"),
    [
        (20, 32.999, "calm"), (20, 33, "annoyed"),
        (40, 57.999, "annoyed"), (40, 58, "angry"),
        (70, 82.999, "angry"), (70, 83, "furious"),
        (40, 27.001, "annoyed"), (40, 27, "calm"),
        (70, 52.001, "angry"), (70, 52, "annoyed"),
        (90, 77.001, "furious"), (90, 77, "angry"),
        # two at once: only the edge of the last one is unsure
        (20, 57, "annoyed"), (20, 58, "angry"), (20, 82, "angry"), (90, 53, "angry"), (90, 52, "annoyed"),
        (90, 28, "annoyed"), (90, 27, "calm"), (40, 45, "annoyed"),
    ],
)  # fmt: skip
def test_an_edge_must_be_passed_by_three_points(start: float, to: float, band: Band) -> None:
    moved = Mood.begin(person(start_anger=start))
    change = moved.shift("test", to - start)
    assert (moved.points, moved.band, change.after.band) == (pytest.approx(to), band, band)

    stepped = Mood.begin(person(start_anger=start, calms_to=0))
    stepped.anger = round(to * 1000)
    assert stepped.step(Turn()).after.band == band


def test_a_shift_says_what_it_did() -> None:
    mood = at(5)
    change = mood.shift("question", 2.5, "did you press twice?")
    assert [(entry.cause, entry.points, entry.quote) for entry in change.ledger] == [
        ("question", 2_500, "did you press twice?")
    ]
    assert (change.before.anger, change.after.anger, change.verdicts, change.triggered) == (5_000, 7_500, (), ())
    change = mood.shift("test", -20)
    assert change == Change(
        before=change.before, after=change.after, ledger=(LedgerEntry(cause="test", points=-7_500, quote="", note=""),),
        verdicts=(), triggered=(), parroted="", parrot_count=0, hurt=frozenset(), eased=frozenset(),
    )  # fmt: skip
    assert mood.anger == 0


# Waiting and noise ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("silence_s", "announced", "points"),
    [(6.0, False, 0), (8.0, False, 1_200), (12.0, False, 3_600), (15.0, False, 6_600), (15.0, True, 1_980)],
)
def test_dead_air(silence_s: float, announced: bool, points: int) -> None:
    """.6 a second from 6 s, 1 a second from 12 s; announced, three tenths."""
    mood = at(0, heard=0.5)
    change = mood.step(Turn(silence_s=silence_s, silence_announced=announced))

    assert worth(change, "dead_air") == mood.anger == points
    assert mood.heard == (0.485 if silence_s > 6 else 0.5)


@pytest.mark.parametrize(
    ("hold", "points"),
    [
        (Hold(seconds=20), 1_000),
        (Hold(seconds=30), 1_500),
        (Hold(seconds=60), 1_500 + 3_600),
        (Hold(seconds=120), 1_500 + 10_800),
        (Hold(seconds=130), 1_500 + 10_800 + 2_000),
        (Hold(seconds=20, asked=False), 1_000 + 3_000),
        (Hold(seconds=20, told=True), 520),
        (Hold(seconds=60, asked=False, told=True), 4_212),
        (Hold(seconds=30, promised_s=20), 1_500),
        (Hold(seconds=30.5, promised_s=20), 1_560 + 4_000),
        (Hold(seconds=15, promised_s=0), 750 + 4_000),
        (Hold(seconds=4, promised_s=0), 200),
        (Hold(seconds=60, promised_s=45, told=True), 2_652),
        (Hold(seconds=62, promised_s=45, told=True), 2_777 + 4_000),
    ],
)
def test_a_hold(hold: Hold, points: int) -> None:
    """.05 a second, .12 from 30 s, .20 from two minutes; +3 unasked; x .52 told (E19); +4 a quarter and 5 s too long."""
    mood = at(0)
    change = mood.step(Turn(hold=hold))

    assert worth(change, "hold") == points
    late = points > 4_000 and hold.promised_s is not None
    assert mood.trust == pytest.approx(0.25 if late else 0.3)
    assert mood.patience == pytest.approx(100 - hold.seconds / 12 - 2 - 0.35 * points / 1000, abs=1e-3)


def test_trust_that_is_not_there_is_not_lost() -> None:
    mood = at(0, person(trusts_us=0.0))
    mood.step(Turn(hold=Hold(seconds=60, promised_s=10)))
    assert mood.trust == 0.0
    mood.step(Turn(hold=Hold(seconds=60, promised_s=10), acts=(act("paraphrase"),)))
    assert mood.trust == pytest.approx(0.04)  # from 0, not from -.05


@pytest.mark.parametrize(
    ("overlap_s", "points"), [(0.79, 0), (0.8, 5_200), (4.0, 10_000), (5.0, 11_500), (9.0, 12_000)]
)
def test_talking_over_her(overlap_s: float, points: int) -> None:
    """4 and 1.5 a second, 12 at most; she feels less heard by .08 (E21)."""
    mood = at(0, heard=0.5)
    change = mood.step(Turn(overlap_s=overlap_s))

    assert worth(change, "talk_over") == points
    assert mood.heard == pytest.approx(0.42 if points else 0.5)


def test_heard_does_not_fall_below_nothing() -> None:
    mood = at(0, heard=0.05)
    mood.step(Turn(overlap_s=2, acts=(act("paraphrase"),)))
    assert mood.heard == pytest.approx(0.24)  # from 0, not from -.03


@pytest.mark.parametrize(
    ("anger", "loud_z", "points"),
    [(0, 1.0, 0), (0, 1.05, 2.3), (0, 2.0, 8), (0, 9.0, 12), (54, 2.0, 8), (55, 2.0, 10), (56, 2.0, 10), (55, 9.0, 15)],
)
def test_a_raised_voice_spreads(anger: float, loud_z: float, points: float) -> None:
    """6 a deviation over the first and 2; 12 at most; x 1.25 from anger 55 (E15)."""
    change = at(anger).step(Turn(loud_z=loud_z))

    assert worth(change, "raised_voice") == pytest.approx(1000 * points * (1 - (anger / 100) ** 6), abs=0.5)


@pytest.mark.parametrize(
    ("anger", "turn", "calms"),
    [
        (55, Turn(text="w"), True),
        (54.999, Turn(text="w"), False),
        (60, Turn(text="w", loud_z=0.5), True),
        (60, Turn(text="w", loud_z=-0.5), True),
        (60, Turn(text="w", loud_z=0.51), False),
        (60, Turn(text="w", loud_z=-0.51), False),
        (60, Turn(text="w", rate_z=0.3), True),
        (60, Turn(text="w", rate_z=0.31), False),
        (60, Turn(text="w", rate_z=-3), True),
        (60, Turn(text="w", loud_z=2.0), False),
        (60, Turn(text="w", acts=(act("argue", variant="buck"),)), False),
        (60, Turn(text="w", acts=(act("empathy"), act("wall", confidence=0.1))), False),
        (60, Turn(text="w", acts=(act("empathy"),)), True),
    ],
)
def test_a_steady_voice(anger: float, turn: Turn, calms: bool) -> None:
    """Within half a deviation, hardly faster, against anger from 55, and with nothing harsh in it."""
    assert worth(at(anger).step(turn), "steady_voice") == (-1_500 if calms else 0)


def test_a_steady_voice_again() -> None:
    """1.5 / (1 + .3 n)."""
    mood = at(60)
    falls = []
    for _ in range(3):
        mood.anger = 60_000
        falls.append(worth(mood.step(Turn(text="w")), "steady_voice"))

    assert falls == [-1_500, -1_154, -938]
    assert mood.steady_before == 3


# The sum -------------------------------------------------------------------------------------------------------------


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
