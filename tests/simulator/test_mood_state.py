"""The numbers of docs/mood.md, section 2 and section 5, part 1: the state, waiting and noise.

``scripts/mutants`` changes each of them by a step or a tenth; here is where that is noticed.
"""

import dataclasses

import pytest

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
        (60, Turn(text="w", rate_z=1.0), True),
        (60, Turn(text="w", rate_z=1.01), False),
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
