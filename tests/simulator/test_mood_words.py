"""The numbers of docs/mood.md, section 5, part 2: what each act of a reply is worth, and when."""

import pytest

from personas.persona import Calming, Trigger
from simulator.acts import Act
from simulator.mood import Mood, Offered, Turn
from tests.simulator.plain_mood import act, at, person, says, worth

# How sure, how specific ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("confidence", "share"), [(0.35, 0), (0.36, 0.02), (0.6, 0.5), (0.85, 1), (1.0, 1)])
def test_a_calming_act_counts_from_35_to_85(confidence: float, share: float) -> None:
    mood = at(40, heard=0.0)
    change = says(mood, act("paraphrase", confidence=confidence))

    assert worth(change, "paraphrase") == pytest.approx(-7_000 * share, abs=0.5)
    assert (mood.heard, mood.trust) == (pytest.approx(0.24 * share), pytest.approx(0.3 + 0.7 * 0.04 * share))


@pytest.mark.parametrize(
    ("name", "confidence", "share"),
    [
        ("blame", 0.5, 0), ("blame", 0.51, 0.025), ("blame", 0.7, 0.5), ("blame", 0.9, 1), ("blame", 1.0, 1),
        ("hostile", 0.7, 0), ("hostile", 0.727, 0.1), ("hostile", 0.835, 0.5), ("hostile", 0.97, 1), ("hostile", 1.0, 1),
    ],
)  # fmt: skip
def test_a_harsh_act_needs_more(name: str, confidence: float, share: float) -> None:
    """.50 to .90; contempt, which costs most and is read worst, .70 to .97."""
    weight, heard, trust = {"blame": (15, 0.10, 0.12), "hostile": (20, 0.20, 0.20)}[name]
    mood = at(0, heard=0.5)
    change = says(mood, act(name, confidence=confidence))

    assert worth(change, name) == pytest.approx(1000 * weight * share, abs=0.5)
    assert (mood.heard, mood.trust) == (pytest.approx(0.5 - heard * share), pytest.approx(0.3 - trust * share))


@pytest.mark.parametrize("name", ["wall", "paraphrase", "repeat_question", "transfer"])
def test_an_act_nobody_is_sure_of_is_shown_and_leaves_no_trace(name: str) -> None:
    mood, same = at(40), at(40)
    change = says(mood, act(name, confidence=0.2))
    same.step(Turn())

    assert [(entry.cause, entry.points, entry.quote, entry.note) for entry in change.ledger] == [
        (name, 0, f"words of {name}", "not counted: too unsure")
    ]
    assert mood == same


def test_heard_and_trust_end_at_nothing() -> None:
    mood = at(0, heard=0.05)
    says(mood, act("blame"), act("dismiss"), act("contradiction"), act("wall"), act("paraphrase"))
    assert (mood.heard, mood.trust) == (pytest.approx(0.24), pytest.approx(0.04))


@pytest.mark.parametrize(("spec", "points"), [(0.0, 1_750), (0.4, 3_850), (1.0, 7_000)])
def test_a_stock_phrase_keeps_its_share(spec: float, points: int) -> None:
    """.25 of a paraphrase, the rest with what is specific in it; of what it gives to be heard too (E4)."""
    mood = at(40, heard=0.0)
    assert worth(says(mood, act("paraphrase", spec=spec)), "paraphrase") == -points
    assert mood.heard == pytest.approx(0.24 * points / 7_000)


def test_gains_are_of_what_is_missing() -> None:
    mood = at(40, heard=0.5)
    says(mood, act("paraphrase"))
    assert (mood.heard, mood.trust) == (pytest.approx(0.62), pytest.approx(0.328))


def test_what_a_variant_weighs() -> None:
    changes = {variant: says(at(0), act("argue", variant=variant)) for variant in ("", "contradict", "buck", "odd")}
    assert {variant: worth(change, "argue") for variant, change in changes.items()} == {
        "": 8_000, "contradict": 9_000, "buck": 8_000, "odd": 8_000,
    }  # fmt: skip
    assert [(entry.quote, entry.note) for entry in changes["buck"].ledger] == [("words of argue", "buck")]


# The same again ------------------------------------------------------------------------------------------------------


def repeated(name: str, times: int, *, quote: str = "words of a script") -> list[int]:
    """Points of each of so many uses in one wording; nothing else changes in between."""
    mood, points = at(40), []
    for _ in range(times):
        mood.anger, mood.heard, mood.relational_run = 40_000, 0.0, 0
        points.append(worth(says(mood, act(name, quote)), name))
    return points


def test_one_wording_again() -> None:
    """x .40 and .80 for the family; from the third time it raises: .30, .45, .60, .75 and no more (E6)."""
    share = 1 - 0.4**6
    fresh = [7_000, 7_000 * 0.4 * 0.8]
    turned = [7_000 * part * share for part in (0.3, 0.45, 0.6, 0.75, 0.75, 0.75)]

    assert repeated("paraphrase", 8) == pytest.approx([-points for points in fresh] + turned, abs=0.5)


def test_her_words_for_a_parrot() -> None:
    mood = at(40)
    changes = [says(mood, act("paraphrase", "words of a script")) for _ in range(4)]

    assert [(change.parroted, change.parrot_count) for change in changes] == [
        ("", 0), ("", 0), ("paraphrase", 3), ("paraphrase", 4)
    ]  # fmt: skip
    notes = [entry.note for change in changes for entry in change.ledger if entry.cause == "paraphrase"]
    assert notes == ["", "parroting", "parroting", "parroting"]
    assert changes[2].ledger[0].quote == "words of a script"


def test_a_parrot_makes_her_feel_less_heard() -> None:
    """.03, and nothing is gained; not below nothing."""
    mood = at(40)
    for heard, left in ((0.0, 0.24), (0.0, 0.0768), (0.5, 0.47), (0.02, 0.0)):
        mood.anger, mood.heard, trust = 40_000, heard, mood.trust
        says(mood, act("paraphrase", "words of a script"))
        assert mood.heard == pytest.approx(left)
    assert mood.trust == trust
    mood.heard = 0.02
    says(mood, act("paraphrase", "words of a script"), act("let_finish"))
    assert mood.heard == pytest.approx(0.08)  # from 0, not from -.01


def test_other_wordings_of_one_act() -> None:
    """x .80 for each use among the last four acts."""
    mood, points = at(40), []
    for quote in ("first of all", "another thing", "quite different", "nothing alike", "zebra crossing", "umbrella"):
        mood.anger, mood.heard = 40_000, 0.0
        points.append(worth(says(mood, act("summary_check", quote)), "summary_check"))

    assert points == pytest.approx([-5_000 * 0.8**n for n in (0, 1, 2, 3, 4, 4)], abs=0.5)


@pytest.mark.parametrize(("between", "share"), [(3, 0.8), (4, 1.0)])
def test_an_act_is_fresh_again_after_four_others(between: int, share: float) -> None:
    mood = at(40)
    says(mood, act("summary_check", "first of all"))
    for name in ("paraphrase", "explanation", "options", "follow_up")[:between]:
        says(mood, act(name))
    mood.anger, mood.heard = 40_000, 0.0

    assert worth(says(mood, act("summary_check", "zebra")), "summary_check") == pytest.approx(-5_000 * share)


def test_a_wording_is_never_forgotten_and_belongs_to_its_act() -> None:
    mood = at(40)
    for name in ("summary_check", "paraphrase", "explanation", "options", "follow_up"):
        says(mood, act(name, "one wording for all"))
    mood.anger, mood.heard = 40_000, 0.0

    assert worth(says(mood, act("next_steps", "one wording for all")), "next_steps") == -3_000
    mood.anger, mood.heard = 40_000, 0.0
    assert worth(says(mood, act("summary_check", "one wording for all")), "summary_check") == -2_000


@pytest.mark.parametrize(
    ("name", "points"),
    [("honest_limit", [-1_500] * 3), ("backchannel", [-500] * 3), ("partnership", [-2_000, -640, 598])],
)
def test_small_acts_may_be_said_again(name: str, points: list[int]) -> None:
    """Under 2 points nothing is a script: nobody varies "mm-hm"."""
    assert repeated(name, 3) == points
    mood = at(40)
    for _ in range(2):
        says(mood, act(name))
    change = says(mood, act(name))
    a_script = name == "partnership"
    assert (change.parroted, change.parrot_count) == ((name, 3) if a_script else ("", 0))
    assert change.ledger[0].note == ("parroting" if a_script else "")


def test_without_words_nothing_is_repeated() -> None:
    """An act of timing has no wording."""
    mood = at(40)
    for _ in range(3):
        mood.anger, mood.heard = 40_000, 0.0
        change = says(mood, Act(name="paraphrase", spec=1.0))
        assert (worth(change, "paraphrase"), change.ledger[0].note, change.parrot_count) == (-7_000, "", 0)
    assert mood.history == []
    says(mood, act("paraphrase", "..."), act("paraphrase", "zebra"))
    mood.anger, mood.heard = 40_000, 0.0
    change = says(mood, Act(name="paraphrase", spec=1.0))
    assert (worth(change, "paraphrase"), change.ledger[0].note) == (-7_000, "")


# Order ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("anger", "heard", "order"),
    [
        (60, 0.25, 1 - 0.8 * 0.5 * 0.5),
        (60, 0.0, 1 - 0.8 * 0.5),
        (60, 0.1, 1 - 0.8 * 0.5 * 0.8),
        (60, 0.5, 1.0),
        (60, 0.9, 1.0),
        (40, 0.0, 1.0),
        (35, 0.0, 1.0),
        (90, 0.25, (1 - 0.8 * 0.5) * (1 - 0.35 * 20 / 30)),  # and a hot head hears less
    ],
)
def test_a_solution_before_she_is_heard_works_poorly(anger: float, heard: float, order: float) -> None:
    """1 - wants_to_be_heard_first x need (40 to 80 points) x unheard (under .5) (E1 to E3)."""
    change = says(at(anger, heard=heard), act("explanation"), act("open_question"))
    assert worth(change, "explanation") == pytest.approx(-4_000 * order, abs=0.6)


def test_a_supervisor_is_not_gated_and_neither_is_trust() -> None:
    mood = at(60, heard=0.3)
    assert worth(says(mood, act("supervisor")), "supervisor") == -4_000
    mood = at(60, heard=0.3)
    says(mood, act("action"))
    assert (mood.heard, mood.trust) == (pytest.approx(0.3 + 0.7 * 0.03), pytest.approx(0.3 + 0.7 * 0.12))


@pytest.mark.parametrize(
    ("run", "heard", "order"),
    [
        (0, 0.4, 1.0),
        (1, 0.4, 1.0),
        (2, 0.4, 0.7),
        (3, 0.4, 0.4),
        (4, 0.4, 0.15),
        (9, 0.4, 0.15),
        (2, 0.35, 0.7),
        (3, 0.34, 1.0),
    ],
)
def test_sympathy_wears_thin(run: int, heard: float, order: float) -> None:
    """After two turns of it without action, once she feels heard; what it does to heard wears thin too (E2, E3)."""
    mood = at(40, heard=heard)
    mood.relational_run = run
    assert worth(says(mood, act("empathy")), "empathy") == pytest.approx(-5_000 * order, abs=0.5)
    assert mood.heard == pytest.approx(heard + 0.13 * order * (1 - heard))
    assert mood.relational_run == run + 1


def test_listening_does_not_wear_thin() -> None:
    mood = at(40, heard=0.5)
    mood.relational_run = 5
    assert worth(says(mood, act("paraphrase")), "paraphrase") == -7_000


@pytest.mark.parametrize(
    ("acts", "offers", "run"),
    [
        ((), (), 3),
        ((act("paraphrase"),), (), 3),
        ((act("gratitude"),), (), 4),
        ((act("gratitude"), act("explanation")), (), 0),
        ((act("explanation"), act("paraphrase")), (), 0),
        ((act("gratitude"),), (Offered(offer="letter"),), 0),
    ],
)
def test_what_counts_as_sympathy_without_action(acts: tuple[Act, ...], offers: tuple[Offered, ...], run: int) -> None:
    mood = at(40)
    mood.relational_run = 3
    says(mood, *acts, offers=offers)
    assert mood.relational_run == run


def test_sorry_before_she_has_told_it() -> None:
    """Half: sorry for what? (E8)"""
    assert worth(says(at(40), act("apology"), story_told=False), "apology") == -3_000
    assert worth(says(at(40), act("apology")), "apology") == -6_000
    assert worth(says(at(40), act("empathy"), story_told=False), "empathy") == -5_000
    tired = at(40, heard=0.4)
    tired.relational_run = 2
    assert worth(says(tired, act("apology"), story_told=False), "apology") == -2_100


P = act("explanation")


@pytest.mark.parametrize(
    ("mood", "acts", "offers", "points"),
    [
        (at(60, heard=0.24), (P,), (), 3.0),
        (at(60, heard=0.25), (P,), (), 0),
        (at(55, heard=0.24), (P,), (), 3.0),
        (at(54.999, heard=0.24), (P,), (), 0),
        (at(60), (act("let_finish"),), (), 0),
        (at(60), (P, act("let_finish")), (), 3.0),
        (at(60), (P, act("paraphrase")), (), 0),
        (at(60), (P, act("summary_check")), (), 0),
        (at(60), (P, act("open_question")), (), 0),
        (at(60), (act("empathy"), P), (), 0),
        (at(60), (P, act("wall", confidence=0.0)), (), 3.0),
        (at(60, met={"refund": 1.0}), (P,), (Offered(offer="refund"),), 1.5),
        (at(60, met={"refund": 1.0}), (P,), (Offered(offer="refund", missing=("when",)),), 3.0),
        (at(60, met={"refund": 1.0}), (P,), (Offered(offer="refund", missing=("when",)), Offered(offer="refund")), 1.5),
    ],
)
def test_a_solution_that_skips_her(
    mood: Mood, acts: tuple[Act, ...], offers: tuple[Offered, ...], points: float
) -> None:
    """3 points if nothing listened or related and she feels heard under .25; 1.5 with a complete offer."""
    anger = mood.points
    change = says(mood, *acts, offers=offers)
    assert worth(change, "skipped_me") == pytest.approx(1000 * points * (1 - (anger / 100) ** 6), abs=0.6)


# What is hers --------------------------------------------------------------------------------------------------------


def test_what_hurts_her_more_and_calms_her_better() -> None:
    """Factors of her file; a raising act takes ``times``, a calming one ``times_calm`` and the list of what calms."""
    hers = person(
        triggers=(
            Trigger(when="wall", times=1.5, times_calm=0.1),
            Trigger(when="gratitude", times=3, times_calm=0.5),
            Trigger(when="gratitude", times_calm=0.5),
        ),
        calming=(
            Calming(when="apology", times=1.2),
            Calming(when="apology", times=1.2),
            Calming(when="wall", times=2.0),
        ),
    )
    assert worth(says(at(0, hers), act("wall")), "wall") == 12_000
    assert worth(says(at(0, hers), act("rush")), "rush") == 6_000
    assert (
        worth(says(at(0, person(triggers=(Trigger(when="transfer", times=1.5),))), act("transfer")), "transfer")
        == 18_000
    )
    assert worth(says(at(40, hers), act("gratitude")), "gratitude") == -625
    assert worth(says(at(40, hers), act("apology")), "apology") == -8_640


def test_an_act_that_does_nothing_for_her_still_lets_her_feel_heard() -> None:
    mood = at(30, person(triggers=(Trigger(when="paraphrase", times_calm=0.0),)), heard=0.2)
    change = says(mood, act("paraphrase"))
    assert (change.ledger, mood.heard) == ((), pytest.approx(0.392))


@pytest.mark.parametrize(("confidence", "set_off"), [(0.62, ()), (0.63, (1, 2)), (1.0, (1, 2))])
def test_a_trigger_is_set_off_when_it_is_sure(confidence: float, set_off: tuple[int, ...]) -> None:
    """From three tenths on; what it says is the caller's business."""
    hers = person(triggers=(Trigger(when="rush"), Trigger(when="wall"), Trigger(when="wall")))
    assert says(at(0, hers), act("wall", confidence=confidence)).triggered == set_off


def test_a_phrase_that_sets_her_off() -> None:
    hers = person(
        triggers=(
            Trigger(when_said=("another thing",), add=3),
            Trigger(when_said=("only money", "small amount"), add=4.5),
        )
    )
    change = says(at(0, hers), text="It's a small amount.")

    assert change.triggered == (1,)
    assert [(entry.cause, entry.points, entry.quote, entry.note) for entry in change.ledger] == [
        ("trigger", 4_500, "It's a small amount.", "said")
    ]
    assert says(at(0, hers), text="only money, another thing").triggered == (0, 1)


@pytest.mark.parametrize(
    ("kind", "hers_before", "set_off"),
    [
        ("paraphrase", "It is only money to you.", False),  # her own words, said back to her
        ("summary_check", "It is only money to you.", False),
        ("paraphrase", "You took it twice.", True),
        ("apology", "It is only money to you.", True),
    ],
)
def test_her_own_words_said_back_provoke_nobody(kind: str, hers_before: str, set_off: bool) -> None:
    hers = person(triggers=(Trigger(when_said=("only money",), add=5.0),))

    change = says(at(0, hers), act(kind), text="So to us it is only money.", her_words=hers_before)

    assert bool(change.triggered) == set_off


def test_said_back_beside_something_else_is_still_said_back() -> None:
    hers = person(triggers=(Trigger(when_said=("only money",), add=5.0),))
    said = {"text": "So it is only money. I'm sorry.", "her_words": "It is only money to you."}

    assert not says(at(0, hers), act("paraphrase"), act("apology"), **said).triggered
    assert says(at(0, hers), act("paraphrase"), text="So it is only money.").triggered  # she has said nothing yet
    assert says(at(0, person(triggers=(Trigger(when_said=("xx",)),))), act("paraphrase"), text="xx").triggered


def test_a_supervisor_refused() -> None:
    change = says(at(0), refused_supervisor=True, text="No, he's busy.")
    assert [(entry.cause, entry.points, entry.quote) for entry in change.ledger] == [
        ("supervisor_refused", 8_000, "No, he's busy.")
    ]


def test_being_passed_on() -> None:
    """What she told is lost, all but .3 cold and .8 warm; a second time doubled (E21)."""
    cold = at(0, heard=0.5)
    assert worth(says(cold, act("transfer", variant="cold")), "transfer") == 12_000
    assert (cold.heard, cold.transfers) == (pytest.approx(0.15), 1)
    cold.anger, cold.heard = 0, 0.5
    assert worth(says(cold, act("transfer", variant="warm")), "transfer") == 6_000
    assert (cold.heard, cold.transfers) == (pytest.approx(0.4), 2)
    cold.anger = 0
    assert worth(says(cold, act("transfer", variant="warm", confidence=0.7)), "transfer") == 3_000
    unsure = at(0, heard=0.5)
    assert worth(says(unsure, act("transfer", variant="cold", confidence=0.7)), "transfer") == 6_000
    assert unsure.heard == pytest.approx(0.5 * 0.65)
    other = at(0, heard=0.5)
    assert worth(says(other, act("wall", variant="cold")), "wall") == 8_000
    assert other.transfers == 0
