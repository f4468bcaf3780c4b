"""What happens in the middle of a call, and what it does to the call."""

from collections import Counter

import pytest

from evaluation.say_back import say_back
from personas import shelf
from personas.persona import Curveball, Persona
from simulator.chance import Chance
from simulator.curveballs import AT_MOST, Curveballs
from simulator.mind import Answer
from simulator.rehearsal.calls import rehearse
from tests.talk import DANA, Talk


def with_ball(**how: object) -> Persona:
    ball = Curveball.model_validate({"chance": 1.0, "after": 1, "before": 1, "say": ("Wait. One second.",), **how})
    return DANA.model_copy(update={"curveballs": (ball,)})


def moves(answer: Answer) -> list[str]:
    return [line.situation for line in answer.plan.lines]


def test_on_a_bad_line_a_reply_neither_helps_nor_hurts_and_can_be_said_again() -> None:
    talk = Talk(with_ball(kind="bad_line"))
    before = talk.mind.mood.view()
    lost = talk.say("We took your ninety-four sixty twice, and that was our mistake.", "own_fault", "paraphrase")

    assert moves(lost) == ["curveball"] and lost.plan.question
    assert lost.acts == () and talk.mind.mood.view() == before
    again = talk.say("We took your ninety-four sixty twice, and that was our mistake.", "own_fault", "paraphrase")
    assert again.change.after.anger < before.anger
    assert "parroting" not in {entry.note for entry in again.change.ledger}


@pytest.mark.parametrize("kind", ["in_the_room", "cut_off"])
def test_she_turns_away_for_a_moment_and_takes_it_up_again(kind: str) -> None:
    talk = Talk(with_ball(kind=kind))
    away = talk.say("I'm sorry about that.", "apology")

    assert moves(away) == ["curveball"]
    assert away.change.after.anger < away.change.before.anger  # what he said has been heard
    assert "story" in moves(talk.say("Take your time.", "empathy"))


def test_it_waits_while_something_is_open() -> None:
    talk = Talk(with_ball(kind="in_the_room"))

    assert "curveball" not in moves(talk.say("You should have read it.", "blame"))
    assert moves(talk.say("I'm sorry.", "apology")) == ["curveball"]


def test_somebody_else_takes_the_phone_for_one_reply() -> None:
    talk = Talk(
        with_ball(
            kind="someone_else", say=("This is her brother. Who's that?",), back=("It's me again.",), speaker="am_adam"
        )
    )
    other = talk.say("I'm sorry about that.", "apology").plan.lines[0]
    back = talk.say("Hello, this is Sam.", "greeting").plan.lines

    assert (other.text, other.speaker) == ("This is her brother. Who's that?", "am_adam")
    assert (back[0].text, back[0].speaker) == ("It's me again.", "")
    assert len(back) > 1


def test_their_number_and_share_come_from_the_seed() -> None:
    balls = tuple(
        Curveball.model_validate({"kind": "bad_line", "chance": 0.5, "after": 2, "before": 5, "say": (f"What {n}?",)})
        for n in range(4)
    )
    persona = DANA.model_copy(update={"curveballs": balls})
    drawn = [Curveballs.drawn(persona, Chance(seed, "x")).waiting for seed in range(400)]
    count = Counter(len(each) for each in drawn)

    assert max(count) == AT_MOST and count[0] > 0
    assert all(2 <= turn <= 5 for each in drawn for turn, _ in each)
    assert drawn == [Curveballs.drawn(persona, Chance(seed, "x")).waiting for seed in range(400)]


def test_the_shipped_callers_have_some_and_are_won_with_them() -> None:
    for one in shelf.available():
        persona = shelf.find(one.name)
        if persona.other is not None:
            continue  # these trainees cannot mediate
        calls = [rehearse(persona, "expert", seed, difficulty=3, back=say_back) for seed in range(40)]
        with_some = [call for call in calls if any(why == "curveball" for _, why, _ in call.said)]

        assert 3 <= len(with_some) <= 30
        assert {call.outcome for call in with_some} == {"resolved"}
