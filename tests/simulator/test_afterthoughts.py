"""Small faults of a conversation that reviewers of the code showed with a few replies each."""

import pytest

from tests.simulator.test_mind import asks_about_thursday
from tests.talk import DANA, Talk

EARLY = {"offer": "refund_now", "when": "by thursday", "reference": "hr 7741"}


def knows_it_all(**mood: float) -> Talk:
    """Her story is told."""
    talk = Talk(**mood)
    talk.mind.caller.agenda.story_at = len(talk.mind.caller.agenda.story)
    return talk


def test_she_does_not_put_an_offer_off_and_ask_for_it_in_one_breath() -> None:
    talk = knows_it_all(anger=70, heard=0.1)
    talk.say("I'm refunding the second payment, by Thursday.", "solution", **EARLY)
    assert talk.moves()[0] == "not_ready"
    assert "offered_before" not in talk.moves()
    assert talk.mind.caller.agenda.put_off == {"refund_now"}


def test_an_early_offer_is_remembered_although_her_answer_was_never_spoken() -> None:
    talk = knows_it_all(anger=70, heard=0.1)
    answer = talk.say("I'm refunding the second payment, by Thursday.", "solution", **EARLY)
    talk.mind.caller.remember(answer.before, talk.mind.mood)
    assert talk.mind.caller.agenda.put_off == {"refund_now"}


def test_one_early_offer_is_asked_back_once() -> None:
    talk = knows_it_all(anger=70, heard=0.1)
    talk.say("I'm refunding the second payment, by Thursday.", "solution", **EARLY)
    talk.mind.mood.heard, moves = 0.8, []
    for _ in range(4):
        talk.say("That was our mistake, and I'm sorry about the fee as well.", "own_fault")
        moves += talk.moves()
    assert moves.count("offered_before") == 1


def test_who_listens_to_her_story_is_not_hung_up_on() -> None:
    talk = Talk(anger=60)
    for said in ("Mm.", "I see.", "Okay.", "Right.", "Mm.", "Okay.", "Right."):
        talk.say(said)
        assert talk.plan.outcome is None
        assert "last_warning" not in talk.moves()


def test_a_grunt_and_then_thanks_are_not_one_compliment_after_another() -> None:
    talk = Talk(anger=60)
    talk.say("Mm.")
    talk.say("Thank you.", "gratitude")
    assert "flattered" not in talk.moves()


@pytest.mark.parametrize("patience", [20, 0])
def test_an_offer_she_takes_is_taken_aloud(patience: int) -> None:
    talk = knows_it_all(anger=72, heard=0.6)
    talk.mind.mood.patience = patience * 1000 if isinstance(talk.mind.mood.patience, int) else patience
    talk.say("The refund is on its way, by Thursday, reference HR 7741.", "solution", **EARLY)
    assert "accept" in talk.moves()
    assert not {"supervisor", "last_warning"} & set(talk.moves())


def test_an_insult_after_an_unspoken_warning_is_warned_of() -> None:
    talk = Talk(anger=60)
    answer = talk.say("That is a silly thing to say, lady.", "hostile", sure=0.9)
    assert talk.moves()[-1] == "last_warning"
    talk.mind.caller.remember(answer.before, talk.mind.mood)
    talk.say("And so is that, my dear.", "hostile", sure=0.9)
    assert talk.moves()[-1] == "last_warning"
    talk.say("There we go again, lovely.", "hostile", sure=0.9)
    assert talk.plan.outcome == "hung_up"


def test_thanks_at_a_good_end_are_only_thanks() -> None:
    talk = asks_about_thursday()
    talk.mind.caller.agenda.asks_promise = False
    for _ in range(2):
        talk.say("Thank you for your patience.", "gratitude")
        assert "flattered" not in talk.moves()


@pytest.mark.parametrize("said", ["That's right.", "It does.", "Exactly.", "I will.", "You can count on it.", "Okay."])
def test_ordinary_yeses_answer_whether_a_promise_stands(said: str) -> None:
    talk = asks_about_thursday()
    talk.say(said)
    assert "promise_again" not in talk.moves()


def test_who_notes_it_down_is_given_the_time() -> None:
    talk = asks_about_thursday()
    talk.say("One second, let me note all of that.", "hold")
    assert "promise_again" not in talk.moves()
    talk.say("So.")
    assert "promise_again" not in talk.moves()


def test_a_line_that_does_not_go_with_a_warning_is_kept() -> None:
    talk = Talk(anger=95, heard=0.1)
    talk.say("It's a soft decline on the aggregate.", "jargon", silence_s=20)
    assert talk.moves() == ["last_warning"]
    assert talk.mind.caller.phrases.spoken == {"greeting": 1, "last_warning": 1}


@pytest.mark.parametrize(
    "said",
    ["No, I just checked and you were only charged once.", "Look at me, there is only one charge here.",
     "Nobody else has ever complained about this."],
)  # fmt: skip
def test_who_disputes_her_facts_makes_no_excuse(said: str) -> None:
    talk = Talk()
    talk.say(said, "defensive")
    assert talk.moves() == ["contradicted"]


@pytest.mark.parametrize(
    ("said", "sure"),
    [("Okay.", True), ("Ah, okay then.", True), ("Of course.", True), ("Will do.", True), ("Sure thing.", True),
     ("...", False), ("Oh.", False), ("Well.", False)],
)  # fmt: skip
def test_only_a_yes_is_a_yes(said: str, sure: bool) -> None:
    talk = Talk(anger=85)
    talk.mind.caller.supervisor.asks(0, talk.mind.mood)
    talk.say(said)
    assert ("supervisor_sure" in talk.moves()) is sure


def test_the_first_empty_promise_is_asked_back_whatever_jargon_came_before() -> None:
    talk = Talk(anger=50)
    quiet = tuple(trigger for trigger in DANA.triggers if trigger.when != "vague_promise")
    talk.mind.caller.persona = talk.mind.mood.persona = DANA.model_copy(update={"triggers": quiet})
    for said in ("The ledger shows a soft decline.", "That's a provisional posting in the sub-ledger."):
        talk.say(said, "jargon")
    talk.say("It will be taken care of as soon as possible.", "solution")
    assert "promises_only" not in talk.moves()
