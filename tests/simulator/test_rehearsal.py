"""Scripted trainees: each can hold a call with every caller, and they end in the order of their skill."""

from dataclasses import replace

import pytest

from evaluation.say_back import say_back
from personas import shelf
from personas.persona import Persona
from simulator.caller import LAST_WARNING_AT
from simulator.chance import Chance
from simulator.rehearsal.calls import Listening, Rehearsed, rehearse
from simulator.rehearsal.report import HELPLESS, RANKED, balance, row, standing
from simulator.rehearsal.stock import shelves
from simulator.rehearsal.trainees import TRAINEES, Repeater, SayBack, Trainee

CALLERS = [who for one in shelf.available() if (who := shelf.find(one.name)).other is None]
"""Those who call alone; two people on the line are mediated between (``test_mediators``)."""


def hold(persona: Persona, trainee: str, seed: int = 0, difficulty: int = 3, lost: float = 0.0) -> Rehearsed:
    return rehearse(persona, trainee, seed, difficulty=difficulty, back=say_back, listening=Listening(lost=lost))


@pytest.mark.parametrize("persona", CALLERS, ids=lambda persona: persona.id)
@pytest.mark.parametrize("trainee", TRAINEES)
def test_everybody_can_call_everybody(persona: Persona, trainee: str) -> None:
    for difficulty in (1, 5):
        call = hold(persona, trainee, difficulty=difficulty)

        assert 1 <= call.turns <= 30
        assert all(0 <= anger <= 100 for anger in call.curve)
        assert all("{" not in words and words.strip() for _, _, words in call.said)


@pytest.mark.parametrize("persona", CALLERS, ids=lambda persona: persona.id)
def test_skill_decides(persona: Persona) -> None:
    """The expert wins, nobody wins by repeating one kind thing, and the ends of the ranking never meet."""
    expert = hold(persona, "expert")

    assert expert.outcome == "resolved"
    for name in HELPLESS:
        assert hold(persona, name).outcome != "resolved", name
    assert standing(expert) > standing(hold(persona, "script_reader")) > standing(hold(persona, "rude"))


def test_the_same_seed_gives_the_same_call_and_another_another() -> None:
    assert hold(CALLERS[0], "expert", 5) == hold(CALLERS[0], "expert", 5)
    assert hold(CALLERS[0], "expert", 5).said != hold(CALLERS[0], "expert", 6).said


def test_what_is_lost_is_not_heard() -> None:
    whole, deaf = hold(CALLERS[0], "expert"), hold(CALLERS[0], "expert", lost=0.9)
    labels = [why for who, why, _ in whole.said if who == "trainee"]
    heard = [why for who, why, _ in deaf.said if who == "trainee"]

    assert sum(map(len, heard)) < 0.5 * sum(map(len, labels))
    assert deaf.outcome != "resolved"


def test_a_good_and_a_poor_trainee_do_not_meet_when_a_fifth_is_lost() -> None:
    for persona in CALLERS:
        experts = [hold(persona, "expert", seed, lost=0.2).curve[-1] for seed in range(12)]
        readers = [hold(persona, "script_reader", seed, lost=0.2).curve[-1] for seed in range(12)]

        assert max(experts) < min(readers)


def test_a_report_counts_what_happened() -> None:
    calls = [hold(CALLERS[0], name, seed) for name in ("expert", "rude") for seed in range(3)]
    made = row(calls[:3])
    whole = balance(CALLERS[0], calls)

    assert made.calls == 3
    assert made.outcomes == {"resolved": 3}
    assert made.turns[1] == calls[1].turns
    assert whole.faults == ()
    assert whole.expert == 1.0
    assert not whole.never_met
    assert any(line.startswith("hold_before: ") for line in whole.unused)


def test_a_broken_order_is_named() -> None:
    good, bad = hold(CALLERS[0], "expert"), hold(CALLERS[0], "script_reader")
    swapped = [replace(good, trainee="script_reader"), replace(bad, trainee="expert")]
    whole = balance(CALLERS[0], swapped)

    assert whole.inverted == {"expert < script_reader": 1.0}
    assert any("script_reader ends better than expert" in fault for fault in whole.faults)
    assert any("script_reader resolves" in fault for fault in whole.faults)
    assert any("the expert resolves only" in fault for fault in whole.faults)


def test_whoever_is_hung_up_on_sooner_did_worse() -> None:
    late = hold(CALLERS[0], "blamer")
    soon = hold(CALLERS[0], "rude")

    assert late.outcome == soon.outcome == "hung_up"
    assert late.curve[-1] > LAST_WARNING_AT < soon.curve[-1]
    assert standing(late) > standing(soon)


def test_who_reads_his_script_to_the_end_goes_and_leaves_it_open() -> None:
    call = hold(CALLERS[0], "script_reader")

    assert (call.outcome, call.detail) == ("unresolved", "the trainee ended the call")


@pytest.mark.parametrize("persona", CALLERS, ids=lambda persona: persona.id)
@pytest.mark.parametrize("trainee", TRAINEES)
def test_she_says_nothing_twice(persona: Persona, trainee: str) -> None:
    """Not even to somebody who says the same thing thirty times."""
    for seed in range(4):
        for difficulty in (1, 3, 5):
            call = hold(persona, trainee, seed, difficulty)
            lines = [words for who, _, words in call.said if who == "caller"]

            assert [line for line in lines if lines.count(line) > 1] == []


def test_the_stock_is_whole() -> None:
    """Every sentence once, and every purpose can be said without a filling."""
    said = [line for purposes in shelves().values() for shelf_ in purposes.values() for line in shelf_.say]

    assert set(RANKED) <= set(TRAINEES)
    assert len(said) == len(set(said))
    for voice, purposes in shelves().items():
        for purpose, each in purposes.items():
            plain = [line for line in each.say if "{detail}" not in line and "{when}" not in line]
            assert len(plain) >= (1 if voice in ("script", "parrot") else 2), (voice, purpose)


KIND = ("empathy", "apology", "own_fault", "ownership", "gratitude", "partnership", "follow_up", "next_steps", "wish")


@pytest.mark.parametrize("persona", CALLERS, ids=lambda persona: persona.id)
@pytest.mark.parametrize("purpose", KIND)
def test_nobody_wins_by_one_kind_act_over_and_over(
    persona: Persona, purpose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even in ever new words, at the gentlest difficulty."""

    def one_act(who: Persona, agent: str, chance: Chance, back: SayBack) -> Trainee:
        return Repeater(who, agent, chance, back, voice="expert", first=(purpose,), then=((purpose,),))

    monkeypatch.setitem(TRAINEES, "one_act", one_act)

    assert {hold(persona, "one_act", seed, difficulty=1).outcome for seed in range(3)} <= {"hung_up", "timed_out"}
