"""The mood's promises: bounds, an exact ledger, and the order of what works."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas import shelf
from personas.persona import Persona
from simulator.acts import Act
from simulator.mood import Hold, Mood, Offered, Turn
from simulator.weights import CALMING, RAISING

PERSONAS = [shelf.find(name) for name in ("dana_double_billing", "joel_late_bed")]
DANA = PERSONAS[0]

NAMES = [*CALMING, *(name.split(":")[0] for name in RAISING)]
QUOTES = ["I understand your frustration.", "I'm sorry.", "Thursday, by ten.", "So it was the third.", ""]

acts = st.builds(
    Act,
    name=st.sampled_from(NAMES),
    confidence=st.floats(0, 1),
    spec=st.floats(0, 1),
    quote=st.sampled_from(QUOTES),
    variant=st.sampled_from(["", "buck", "excuse", "threat", "contradict"]),
)


@st.composite
def turns(draw: st.DrawFn, persona: Persona) -> Turn:
    offers = st.builds(
        Offered,
        offer=st.sampled_from([offer.id for offer in persona.offers]),
        missing=st.sampled_from([(), ("when",)]),
        quote=st.sampled_from(QUOTES),
    )
    return draw(
        st.builds(
            Turn,
            acts=st.lists(acts, max_size=6).map(tuple),
            offers=st.lists(offers, max_size=2).map(tuple),
            text=st.sampled_from(["it is only ninety dollars", "so", ""]),
            silence_s=st.floats(0, 60),
            hold=st.none() | st.builds(Hold, seconds=st.floats(0, 400), asked=st.booleans(), told=st.booleans()),
            overlap_s=st.floats(0, 10),
            loud_z=st.floats(-5, 5),
            rate_z=st.floats(-5, 5),
            story_told=st.booleans(),
            stings=st.sampled_from([(), ((6.0, "did you press twice"),)]),
            refused_supervisor=st.booleans(),
        )
    )


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from(PERSONAS), st.integers(1, 5), st.sampled_from([100.0, 80.0]))
def test_bounds_and_an_exact_ledger(data: st.DataObject, persona: Persona, difficulty: int, ceiling: float) -> None:
    """Whatever happens: everything in range, no leap beyond the caps, and causes that add up to the thousandth."""
    mood = Mood.begin(persona.at_difficulty(difficulty), ceiling)
    for turn in data.draw(st.lists(turns(persona), min_size=1, max_size=12)):
        before = mood.anger
        change = mood.step(turn)
        assert sum(entry.points for entry in change.ledger) == mood.anger - before
        assert change.after.anger == mood.anger and change.before.anger == before
        assert 0 <= mood.anger <= ceiling * 1000
        assert mood.anger - before <= 25_000
        assert before - mood.anger <= 18_000  # ten now, the rest sinking in from before
        assert 0 <= mood.heard <= 1 and 0 <= mood.trust <= 1 and 0 <= mood.residue <= 25
        assert mood.patience <= persona.at_difficulty(difficulty).temper.patience
        assert mood.points >= min(before / 1000, mood.floor) - 0.001


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(CALMING)), st.floats(0, 1), st.floats(0, 1), st.integers(0, 3))
def test_a_calming_act_never_raises_anger_but_as_a_parrot(name: str, confidence: float, spec: float, kind: int) -> None:
    mood = Mood.begin(DANA)
    mood.heard = 0.3 * kind
    quote = f"words of their own {kind}"
    before = mood.anger

    change = mood.step(Turn(acts=(Act(name=name, confidence=confidence, spec=spec, quote=quote),)))

    raised = [entry for entry in change.ledger if entry.points > 0 and entry.cause != "skipped_me"]
    assert raised == []
    if not any(entry.cause == "skipped_me" for entry in change.ledger):
        assert mood.anger <= before


@pytest.mark.parametrize("name", sorted({name.split(":")[0] for name in RAISING}))
def test_a_raising_act_raises(name: str) -> None:
    mood = Mood.begin(DANA)
    before = mood.anger

    mood.step(Turn(acts=(Act(name=name, confidence=0.95, quote="words"),)))

    assert mood.anger > before


def play(acts_by_turn: Sequence[Sequence[Act]], offers: dict[int, str] | None = None) -> list[int]:
    mood, curve = Mood.begin(DANA), []
    for index, found in enumerate(acts_by_turn):
        offered = (Offered(offer=offers[index]),) if offers and index in offers else ()
        mood.step(Turn(acts=tuple(found), offers=offered, text="words", story_told=index >= 2))
        curve.append(mood.anger)
    return curve


def act(name: str, quote: str = "", spec: float = 0.8, confidence: float = 0.9) -> Act:
    return Act(name=name, quote=quote or f"{name} in words of its own", spec=spec, confidence=confidence)


LISTEN = [
    [act("paraphrase", "so twice on the third and the fourth")],
    [act("own_fault"), act("apology", "sorry you had to chase your own money")],
    [act("open_question", "what has it caused at your end")],
]
FIX = [
    [act("action", "the ninety four sixty is back on Thursday")],
    [act("options", "refund or credit for the fee")],
    [act("action", "the second autopay is deleted")],
]


def test_listening_first_ends_lower_than_fixing_first() -> None:
    """The order effect, with the same turns and the same offers."""
    first = play(LISTEN + FIX, {3: "refund_now", 4: "cover_fee", 5: "fix_autopay"})
    last = play(FIX + LISTEN, {0: "refund_now", 1: "cover_fee", 2: "fix_autopay"})

    assert first[-1] < last[-1] - 5_000
    assert sum(first) < sum(last)


def test_the_third_same_phrase_turns_against_the_trainee() -> None:
    """Ten times "I understand your frustration": a little calmer, then angrier than before."""
    curve = play([[act("empathy", "I understand your frustration.", spec=0.0)] for _ in range(10)])

    assert curve[0] < 68_000
    assert curve[1] <= curve[0]
    assert all(later > earlier for earlier, later in zip(curve[3:], curve[4:], strict=False))
    assert curve[-1] > curve[2] + 3_500


def test_sympathy_alone_never_makes_her_calm() -> None:
    """Ten different kind sentences without any action end above her floor, far from calm."""
    kind = [
        [act("empathy", f"kind sentence number {n} about {n}"), act("partnership", f"together {n}")] for n in range(10)
    ]

    assert play(kind)[-1] >= 35_000


def test_everything_in_one_breath_is_not_enough() -> None:
    mood = Mood.begin(DANA)
    every = tuple(act(name) for name in CALMING if name not in ("let_finish", "backchannel", "supervisor"))

    change = mood.step(Turn(acts=every, offers=(Offered(offer="refund_now"), Offered(offer="cover_fee")), text="all"))

    assert mood.points > 55
    assert {verdict.verdict for verdict in change.verdicts} == {"not_ready"}


def test_blame_and_sorry_in_one_breath() -> None:
    """The sorry is lost."""
    both, blame = Mood.begin(DANA), Mood.begin(DANA)
    both.step(Turn(acts=(act("apology"), act("blame", confidence=0.95)), text="w"))
    blame.step(Turn(acts=(act("blame", confidence=0.95),), text="w"))

    assert blame.anger - both.anger < 2_000
    assert both.anger > 68_000


def test_an_unsure_act_is_named_and_does_not_count() -> None:
    mood = Mood.begin(DANA)

    change = mood.step(
        Turn(acts=(act("blame", confidence=0.5), act("empathy", confidence=0.3)), spoken=False, text="w")
    )

    assert mood.anger == 68_000
    assert {(entry.cause, entry.points, entry.note) for entry in change.ledger} == {
        ("blame", 0, "not counted: too unsure"),
        ("empathy", 0, "not counted: too unsure"),
    }


@pytest.mark.parametrize(
    ("hold", "low", "high"),
    [
        (Hold(seconds=60, asked=False), 6.0, 8.0),
        (Hold(seconds=60), 3.5, 5.0),
        (Hold(seconds=60, told=True), 1.4, 2.6),
        (Hold(seconds=180, asked=False), 15, 25),
        (Hold(seconds=180, promised_s=60, told=True), 8, 16),
    ],
)
def test_holds_cost_what_was_measured(hold: Hold, low: float, high: float) -> None:
    mood = Mood.begin(DANA)
    before = mood.points
    mood.step(Turn(hold=hold, spoken=False))

    assert low <= mood.points - before <= high


def test_bands_do_not_flicker() -> None:
    """An edge must be passed by three points."""
    mood = Mood.begin(DANA)
    mood.shift("test", -14.0)
    assert (mood.points, mood.band) == (54.0, "angry")
    mood.shift("test", -3.0)
    assert (mood.points, mood.band) == (51.0, "annoyed")
    mood.shift("test", 6.0)
    assert (mood.points, mood.band) == (57.0, "annoyed")
    mood.shift("test", 1.0)
    assert (mood.points, mood.band) == (58.0, "angry")


def test_an_offer_is_judged_against_a_moving_bar() -> None:
    mood = Mood.begin(DANA)
    too_early = mood.step(Turn(offers=(Offered(offer="refund_now"),), text="w", spoken=False))
    assert [verdict.verdict for verdict in too_early.verdicts] == ["not_ready"]

    mood.heard, mood.trust = 0.6, 0.5
    mood.shift("test", -20)
    missing = mood.step(Turn(offers=(Offered(offer="refund_now", missing=("when",)),), text="w", spoken=False))
    assert [verdict.verdict for verdict in missing.verdicts] == ["tested"]
    taken = mood.step(Turn(offers=(Offered(offer="refund_now"),), text="w", spoken=False))
    assert [verdict.verdict for verdict in taken.verdicts] == ["accepted"]
    assert mood.met == {"money_back": 1.0}
    again = mood.step(Turn(offers=(Offered(offer="refund_now"),), text="w", spoken=False))
    assert [verdict.verdict for verdict in again.verdicts] == ["known"]
    insult = mood.step(Turn(offers=(Offered(offer="voucher"),), text="w", spoken=False))
    assert [verdict.verdict for verdict in insult.verdicts] == ["known"]


def test_a_voucher_is_an_insult() -> None:
    mood = Mood.begin(DANA)
    mood.heard = 0.6
    before = mood.anger
    change = mood.step(Turn(offers=(Offered(offer="voucher"),), text="w", spoken=False))

    assert [verdict.verdict for verdict in change.verdicts] == ["rejected"]
    assert mood.anger > before


def test_what_neither_calms_nor_raises_changes_nothing() -> None:
    """A limit that is fair, a hold that is announced: they have a place in what she says, not in the sum."""
    plain, more = Mood.begin(DANA), Mood.begin(DANA)
    without = plain.step(Turn(acts=(act("empathy"),), text="w"))
    beside = more.step(Turn(acts=(act("hold"), act("empathy"), act("boundary")), text="w"))

    assert without == beside
    alone = more.step(Turn(acts=(act("hold"),), spoken=False))
    assert alone.hurt == frozenset() and not {"hold", "boundary"} & alone.eased


def test_a_wish_she_names_twice_is_one_wish() -> None:
    mood = Mood.begin(DANA)
    mood.met = {"money_back": 1.0}
    before = mood.progress
    mood.reveal("letter")
    once = (mood.progress, list(mood.known))
    mood.reveal("letter")

    assert (mood.progress, mood.known) == once
    assert mood.progress < before


def test_too_late_for_what_she_has_not_told_is_nothing_she_could_speak_of() -> None:
    """The letter is no use after today, but as long as nobody knows that she wants one, no day is too late for it."""
    hidden, told = Mood.begin(DANA), Mood.begin(DANA)
    told.reveal("letter")
    offered = Offered(offer="written_proof", day="friday", late=frozenset({"letter"}))
    before = hidden.anger
    changes = [mood.step(Turn(offers=(offered,), spoken=False)) for mood in (hidden, told)]

    assert [change.verdicts[0].verdict for change in changes] == ["known", "late"]
    assert hidden.anger == before
    assert [entry.note for entry in changes[1].ledger if entry.points > 0] == ["written_proof: too late"]


@pytest.mark.parametrize(
    ("turn", "cause", "counts"),
    [
        (Turn(silence_s=6.0, spoken=False), "dead_air", False),
        (Turn(silence_s=6.1, spoken=False), "dead_air", True),
        (Turn(overlap_s=0.79, spoken=False), "talk_over", False),
        (Turn(overlap_s=0.8, spoken=False), "talk_over", True),
        (Turn(loud_z=1.0, spoken=False), "raised_voice", False),
        (Turn(loud_z=1.1, spoken=False), "raised_voice", True),
        (Turn(text="w"), "steady_voice", True),
        (Turn(text="w", spoken=False), "steady_voice", False),
        (Turn(text=""), "steady_voice", False),
        (Turn(text="w", rate_z=1.1), "steady_voice", False),
        (Turn(text="w", loud_z=-0.6), "steady_voice", False),
        (Turn(text="w", overlap_s=1.0), "steady_voice", False),
        (Turn(text="w", acts=(act("blame"),)), "steady_voice", False),
    ],
)
def test_how_it_is_said_counts_from_where_it_is_plain(turn: Turn, cause: str, counts: bool) -> None:
    assert (cause in {entry.cause for entry in Mood.begin(DANA).step(turn).ledger}) is counts


def test_dead_air_that_was_announced_costs_a_third() -> None:
    def cost(announced: bool) -> int:
        change = Mood.begin(DANA).step(Turn(silence_s=10, silence_announced=announced, spoken=False))
        return next(entry.points for entry in change.ledger if entry.cause == "dead_air")

    assert cost(True) == pytest.approx(0.3 * cost(False), abs=2)


def test_a_steady_voice_calms_less_each_time() -> None:
    mood = Mood.begin(DANA)
    falls = [
        next(entry.points for entry in mood.step(Turn(text="w")).ledger if entry.cause == "steady_voice")
        for _ in range(3)
    ]

    assert falls[0] < falls[1] < falls[2] < 0


def test_before_she_feels_heard_a_good_offer_is_only_noted_and_a_poor_one_turned_down() -> None:
    def answer(offer: str, missing: tuple[str, ...] = ()) -> tuple[str, list[str], int]:
        """Her verdict, the ledger's notes on it, and what it cost."""
        change = Mood.begin(DANA).step(Turn(offers=(Offered(offer=offer, missing=missing),), spoken=False))
        entries = [entry for entry in change.ledger if entry.cause == "offer"]
        return change.verdicts[0].verdict, [entry.note for entry in entries], sum(entry.points for entry in entries)

    good, half, poor = answer("refund_now"), answer("refund_wait"), answer("voucher")
    assert good[:2] == ("not_ready", ["refund_now: noted, too early"])
    assert good[2] < 0
    assert answer("refund_now", ("when",)) == ("not_ready", [], 0)  # without its day there is nothing to note
    assert half[:2] == ("rejected", ["refund_wait: not enough"])
    assert 0 < 2 * half[2] < poor[2]  # next to nothing is an insult
