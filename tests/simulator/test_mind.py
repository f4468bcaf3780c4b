"""What the caller remembers of a call, and what she does when it is played with."""

import pytest

from personas.persona import Persona
from simulator.mind import Mind
from simulator.reading import Label
from simulator.wording import dated
from tests.talk import DANA, Talk, causes


def with_deadline(by: str) -> Persona:
    """Dana on a Monday, who needs her money by a day."""
    demands = tuple(
        item.model_copy(update={"by": by}) if item.id == "money_back" else item for item in DANA.demands
    )  # fmt: skip
    return DANA.model_copy(update={"who": DANA.who.model_copy(update={"weekday": "monday"}), "demands": demands})


def test_another_day_for_the_same_promise_is_a_contradiction() -> None:
    talk = Talk()
    talk.say("It's back on your card by Thursday, reference HR 7741.", "solution", offer="refund_now", when="by thursday",
             reference="hr 7741")  # fmt: skip
    trust = talk.mind.mood.trust
    answer = talk.say("So you'll have the refund on Friday.", "solution", offer="refund_now", when="on friday")

    assert causes(answer)["contradiction"].points > 0
    assert talk.mind.mood.trust < trust
    assert talk.moves()[0] == "contradiction"
    assert talk.plan.question
    assert talk.mind.caller.phrases.promise == "on Friday"  # what holds now


@pytest.mark.parametrize(
    "second",
    [
        "I'm sorry about Tuesday, the refund is with you by Thursday.",
        "Thursday or Friday, whichever you'd rather.",
    ],
)
def test_two_days_in_one_breath_contradict_nothing(second: str) -> None:
    talk = Talk()
    talk.say("It's back by Thursday, reference HR 7741.", "solution", offer="refund_now", when="by thursday",
             reference="hr 7741")  # fmt: skip
    answer = talk.say(second, "solution", offer="refund_now", when="tuesday")

    assert "contradiction" not in causes(answer)
    assert talk.mind.caller.phrases.promise == "by Thursday"


def test_a_better_day_after_she_turned_one_down_is_no_contradiction() -> None:
    talk = Talk(anger=79)
    talk.mind.mood.trust = 0.0
    talk.say("You'll get it in a week, on Friday.", "solution", offer="refund_wait", when="on friday")
    answer = talk.say("Then Wednesday.", "solution", offer="refund_wait", when="wednesday")

    assert "contradiction" not in causes(answer)


def test_the_same_day_in_other_words_is_none() -> None:
    talk = Talk()
    talk.say("It's back by Thursday, reference HR 7741.", "solution", offer="refund_now", when="by thursday",
             reference="hr 7741")  # fmt: skip
    answer = talk.say("Thursday, as I said.", "next_steps", offer="refund_now", when="thursday")

    assert "contradiction" not in causes(answer)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("So we took it on the fifth and again on the sixth?", True),
        ("So it went out on the 3rd and again on the 4th?", False),
        ("So that's 94.60, twice, and you rang on Tuesday?", False),
        ("So you've called on Saturday and nothing came of it?", True),
        ("So one bill, two payments, nobody rang back, and this is your fifth call?", False),
        ("So three to five business days became nine days, on account 4471 0926, card 3088, the 500 plan?", False),
        ("So it should have been there on the twenty-second?", True),
    ],
)
def test_a_summary_with_a_wrong_day_is_put_right(said: str, wrong: bool) -> None:
    talk = Talk()
    answer = talk.say(said, "paraphrase")

    assert ("heard_wrong" in talk.moves()) is wrong
    assert ("heard_wrong" in causes(answer)) is wrong
    assert ("paraphrase" in causes(answer)) is not wrong


def test_going_over_what_was_agreed_is_no_mistake() -> None:
    talk = Talk()
    talk.say("It's back by Saturday, reference HR 7741.", "solution", offer="refund_now", when="by saturday",
             reference="hr 7741")  # fmt: skip
    answer = talk.say("So, to go over it once: the money by Saturday. Is that right?", "paraphrase")

    assert "heard_wrong" not in causes(answer)


def test_what_is_offered_may_bring_new_days() -> None:
    talk = Talk()
    answer = talk.say("So your money, and I'll have it there by Saturday.", "paraphrase", "next_steps")

    assert "heard_wrong" not in causes(answer)


def test_to_be_passed_on_costs_and_a_second_time_more() -> None:
    talk = Talk()
    heard = talk.mind.mood.heard
    first = talk.say("I'm transferring you to billing now.", "supervisor")
    after_first = talk.mind.mood.heard
    second = talk.say("I'll put you through to payments.", "supervisor")

    assert talk.moves()[0] == "transfer"
    assert causes(first)["transfer"].points >= 8_000
    assert causes(second)["transfer"].points > causes(first)["transfer"].points
    assert after_first < 0.5 * heard


def test_a_warm_hand_over_costs_less_and_an_offer_of_one_nothing() -> None:
    cold = causes(Talk().say("I'm putting you through to billing.", "supervisor"))["transfer"].points
    warm = causes(Talk().say("I'm putting you through and I'll stay on the line and tell them.", "supervisor"))
    asked = causes(Talk().say("Would you like me to put you through to my supervisor?", "supervisor"))

    assert 0 < warm["transfer"].points < cold / 2
    assert "transfer" not in asked


@pytest.mark.parametrize(
    ("said", "passed_on"),
    [
        ("I won't pass you on to anyone.", False),
        ("Every time they transfer you, you start again.", False),
        ("We're connecting you with payments.", True),
        ("Let me put you through to somebody who knows.", True),
    ],
)
def test_only_a_hand_over_here_and_now_is_one(said: str, passed_on: bool) -> None:
    assert ("transfer" in causes(Talk().say(said, "supervisor"))) is passed_on


def test_a_promise_with_nothing_in_it_is_asked_back() -> None:
    talk = Talk()
    quiet = tuple(trigger for trigger in DANA.triggers if trigger.when != "vague_promise")
    talk.mind.caller.persona = talk.mind.mood.persona = DANA.model_copy(update={"triggers": quiet})
    talk.say("It will be taken care of as soon as possible.", "solution")

    assert talk.moves()[0] == "what_was_that"
    assert talk.plan.question


def test_she_comes_back_to_a_promise_once() -> None:
    talk = Talk(anger=35)
    mood = talk.mind.mood
    mood.met = {demand.id: 1.0 for demand in DANA.demands}
    talk.mind.caller.agenda.voiced = {demand.id: 2 for demand in DANA.demands}
    talk.mind.caller.agenda.story_at = 9
    talk.mind.caller.phrases.promise = "by Thursday"
    said = [move for _ in range(3) if talk.say("Yes, that is how it will be.") for move in talk.moves()]

    assert said.count("promise_callback") == 1


def asks_about_thursday(persona: Persona = DANA) -> Talk:
    """All is settled, and she has just asked whether Thursday stands."""
    talk = Talk(persona, anger=35)
    talk.mind.mood.met = {demand.id: 1.0 for demand in DANA.demands}
    talk.mind.mood.reveal("letter")
    agenda = talk.mind.caller.agenda
    agenda.voiced = {demand.id: 2 for demand in DANA.demands}
    agenda.story_at, agenda.called_back, agenda.asks_promise = 9, True, True
    talk.mind.caller.phrases.promise = "by Thursday"
    return talk


@pytest.mark.parametrize(
    ("said", "moves"),
    [
        ("One more thing, or are we done?", ["promise_again"]),
        ("You've got my name and the reference.", ["promise_again"]),
        ("Yes, you can count on it.", ["warming"]),
        ("You'll have it on Thursday.", ["warming"]),
    ],
)
def test_she_asks_once_more_whether_a_promise_stands(said: str, moves: list[str]) -> None:
    """Found by reviewers: the trainee went past her question, and she thanked him and closed."""
    talk = asks_about_thursday()
    talk.say(said)
    assert talk.moves() == moves
    talk.say("Anything else today?", "closing")
    assert "promise_again" not in talk.moves()


def test_an_offer_that_came_too_early_is_not_asked_for_as_if_new() -> None:
    """Found by reviewers: "so I want it back, and I want to know which day", after three offers with a day."""
    talk = Talk(anger=70, heard=0.0)
    talk.say("I'm refunding the second payment, by Thursday.", "solution", offer="refund_now", when="by thursday",
             reference="hr 7741")  # fmt: skip
    assert "not_ready" in talk.moves()
    agenda = talk.mind.caller.agenda
    agenda.story_at = len(agenda.story)
    talk.mind.mood.heard = 0.8
    talk.say("So you were charged on the third and again on the fourth.", "paraphrase")
    assert talk.moves()[-1] == "offered_before"
    assert agenda.voiced == {"money_back": 1}


def test_compliments_are_no_answer() -> None:
    talk = Talk(anger=60)
    agenda = talk.mind.caller.agenda
    agenda.story_at = len(agenda.story)
    talk.say("Thank you for that.", "gratitude")
    assert (talk.moves(), talk.plan.question) == (["demand"], True)  # thanks after a story are only thanks
    talk.say("You're such a good customer, thank you.", "gratitude")
    assert talk.moves()[0] == "flattered"


def test_compliments_in_a_story_are_remarked_on_the_second_time() -> None:
    talk = Talk(anger=70)
    talk.say("How clever you are, thank you.", "gratitude")
    assert talk.moves() == ["story"]
    talk.say("And so well put, many thanks.", "gratitude")
    assert talk.moves()[0] == "flattered"


def test_a_warning_comes_after_the_answer_to_a_fair_question() -> None:
    talk = Talk(anger=95)
    talk.say("You should have looked. What's your account number?", "blame", "information_request", asks=("account",))
    assert talk.moves() == ["fact", "last_warning"]
    assert talk.plan.revealed == ("account",)


def test_what_nobody_can_give_her_she_lets_go_aloud() -> None:
    """Found by reviewers: the demand was asked for twice, evaded, and never heard of again."""
    demands = tuple(item.model_copy(update={"out_of_reach": item.id == "fees"}) for item in DANA.demands)
    talk = Talk(DANA.model_copy(update={"demands": demands}), anger=40)
    mood, agenda = talk.mind.mood, talk.mind.caller.agenda
    mood.met = {demand.id: 1.0 for demand in DANA.demands if demand.id != "fees"}
    agenda.story_at, agenda.voiced = len(agenda.story), {demand.id: 2 for demand in DANA.demands}
    moves = []
    for _ in range(2):
        talk.say("Let me read that back to you.")
        moves += talk.moves()
    assert moves.count("takes_no") == 1


def test_one_empty_promise_after_another_is_called_that() -> None:
    talk = Talk(anger=50)
    quiet = tuple(trigger for trigger in DANA.triggers if trigger.when != "vague_promise")
    talk.mind.caller.persona = talk.mind.mood.persona = DANA.model_copy(update={"triggers": quiet})
    for said in (
        "It will be taken care of as soon as possible.",
        "All of this gets sorted out shortly.",
        "Everything will be handled in due course.",
    ):
        talk.say(said, "solution")
    assert talk.moves()[0] == "promises_only"


def test_who_talks_over_her_gets_the_bare_warning() -> None:
    talk = Talk(anger=91)
    talk.say("You should have read it.", "blame", "dismissive", overlap_s=2.0)
    assert talk.moves() == ["last_warning"]


def test_contempt_gets_a_warning_and_then_the_end() -> None:
    """The reader mistakes dry words for contempt, so once is not enough."""
    talk = Talk()
    first = talk.say("Oh, what a lovely story that was.", "hostile", sure=0.93)

    assert causes(first)["hostile"].points > 0
    assert (talk.moves()[-1], talk.plan.outcome) == ("last_warning", None)
    talk.say("And here comes the next chapter, how lovely.", "hostile", sure=0.93)
    assert talk.plan.outcome == "hung_up"


def test_an_insult_ends_it_at_once() -> None:
    talk = Talk()
    talk.say("Oh, shut up, you liar.")

    assert (talk.plan.outcome, talk.plan.detail) == ("hung_up", "rudeness")


def test_a_plain_apology_is_not_taken_for_contempt() -> None:
    """Found by `hotseat rehearse --texts`: a kind beginner was hung up on in his first turn."""
    talk = Talk()
    answer = talk.say("Hi, thanks so much for calling. Oh, I'm so, so sorry about all this.", "apology", "hostile",
                      sure=0.95)  # fmt: skip

    assert "hostile" not in causes(answer)
    assert talk.plan.outcome is None


def test_small_talk_is_answered_as_such() -> None:
    talk = Talk(anger=60)
    talk.say("And how are you today?", "open_question", sure=0.3)

    assert talk.moves()[0] == "small_talk"


def test_asked_in_vain_she_wants_somebody_else_and_then_goes() -> None:
    """Nobody asks "where is my money?" a tenth time."""
    talk = Talk(anger=60)
    moves: list[str] = []
    while talk.plan.outcome is None and talk.turn < 30:
        talk.say(f"I do hear you, number {talk.turn} of many words.", "empathy")
        moves += talk.moves()

    assert "supervisor" in moves
    assert talk.plan.outcome == "hung_up"
    assert talk.turn <= 20
    assert moves.count("demand_again") <= 6


def test_an_offer_that_can_be_judged_starts_her_patience_anew() -> None:
    talk = Talk(anger=60)
    for _ in range(9):
        talk.say("I do hear you, in so many words.", "empathy")
    pressed = talk.mind.caller.agenda.pressed
    talk.say("I can give you twenty dollars.", "solution", offer="voucher")

    assert pressed >= 2
    assert talk.mind.caller.agenda.pressed <= 1


def test_what_nobody_can_give_is_asked_for_twice() -> None:
    demands = tuple(
        item.model_copy(update={"out_of_reach": True, "must": False}) if item.id == "not_again" else item
        for item in DANA.demands
    )
    mind = Mind(DANA.model_copy(update={"demands": demands}), 1)
    mind.caller.agenda.voiced["not_again"] = 2

    assert "not_again" in mind.mood.known
    assert "not_again" not in mind.caller.agenda.open_demands(mind.mood)


def test_days_in_one_spelling() -> None:
    assert dated("on the 3rd and the fourth") == dated("third, 4th: 94.60") == {"3", "4"}
    assert dated("the twenty-second of june") == dated("June 22nd") == {"22", "june"}
    assert dated("the thirtieth, a Monday") == {"30", "monday"}
    assert dated("one bill, two of us, the second time, the third call, nine days, thirty-five") == frozenset()
    assert dated("you may march on") == frozenset()


def test_a_kind_word_does_not_stop_her_story() -> None:
    talk = Talk(anger=62)
    talk.say("I'm sorry about the two charges.", "apology")

    assert talk.moves() == ["softens", "story"]


def test_an_offer_put_again_and_again_with_a_piece_missing_is_turned_down() -> None:
    """She asks for the missing piece twice. A third time she says no, so that nobody waits her out."""
    talk = Talk()
    verdicts = [
        talk.say(f"I can refund the second charge{' now' * times}.", "solution", offer="refund_now").change.verdicts[0]
        for times in range(3)
    ]

    assert [verdict.verdict for verdict in verdicts] == ["tested", "tested", "rejected"]
    assert talk.mind.mood.met == {}


def test_what_is_named_is_no_empty_promise() -> None:
    """ "We'll take care of it" beside the very thing is a promise; "as soon as possible" stays none."""
    named = Talk().say("You won't be left with that bank fee, we'll take care of it.", "solution", offer="fee_refund")
    empty = Talk().say("We'll take care of it.", "solution")
    soon = Talk().say("We'll pay you that fee as soon as possible.", "solution", offer="fee_refund")

    assert "vague_promise" not in causes(named)
    assert "vague_promise" in causes(empty)
    assert "vague_promise" in causes(soon)


def test_what_she_never_got_to_say_she_can_still_say() -> None:
    """A plan that is taken back leaves its line unsaid: her only words for a fact are not lost with it."""
    talk = Talk()
    caller, mood = talk.mind.caller, talk.mind.mood
    before = caller.memory(mood)
    said = caller.checks_in(mood, 1).lines[0].text
    caller.remember(before, mood)

    assert caller.checks_in(mood, 1).lines[0].text == said


def test_when_she_has_nothing_new_to_say_she_goes() -> None:
    talk = Talk(anger=70)
    talk.mind.mood.patience = 10_000
    for _ in range(60):
        talk.mind.caller.agenda.pressed = 0
        talk.mind.caller.hollow = 0
        talk.mind.caller.supervisor.turn = talk.turn
        talk.say("Mm.")
        if talk.plan.outcome:
            break

    assert (talk.plan.outcome, talk.plan.detail) == ("hung_up", "nothing was offered")


def test_a_day_after_her_deadline_is_not_taken() -> None:
    talk = Talk(persona=with_deadline("wednesday"))
    late = talk.say("It's back by Friday, reference HR 7741.", "solution", offer="refund_now", when="by friday",
                    reference="hr 7741")  # fmt: skip

    assert [verdict.verdict for verdict in late.change.verdicts] == ["late"]
    assert talk.moves() == ["too_late"]
    assert talk.mind.mood.met == {}
    soon = talk.say("Then Tuesday, I'll see to it.", "solution", when="by tuesday")
    assert [verdict.verdict for verdict in soon.change.verdicts] == ["accepted"]


@pytest.mark.parametrize("when", ["today", "tomorrow", "by tuesday", "on wednesday"])
def test_a_day_within_her_deadline_is_taken(when: str) -> None:
    talk = Talk(persona=with_deadline("wednesday"))
    answer = talk.say(f"It's back {when}, reference HR 7741.", "solution", offer="refund_now", when=when,
                      reference="hr 7741")  # fmt: skip

    assert [verdict.verdict for verdict in answer.change.verdicts] == ["accepted"]


def test_she_uses_his_name_once_she_has_heard_it() -> None:
    talk = Talk()
    assert talk.mind.caller.phrases.agent == ""
    talk.say("This is Sam, by the way.")
    assert talk.mind.caller.phrases.agent == "Sam"


@pytest.mark.parametrize(
    ("text", "label", "situation"),
    [
        ("That's not what happened.", "defensive", "contradicted"),
        ("It wasn't me who did that.", "defensive", "excused"),
        ("Nobody else has ever complained about this.", "defensive", "contradicted"),
        ("It's hardly a disaster.", "dismissive", "brushed_off"),
        ("Quickly please.", "rushing", "hurried"),
    ],
)
def test_what_provokes_her_is_answered_and_then_she_waits(text: str, label: Label, situation: str) -> None:
    """Twice running she does not only react: then she goes on."""
    talk = Talk()
    talk.say(text, label)
    assert talk.moves() == [situation]
    talk.say(text + " Really.", label)
    assert len(talk.moves()) == 2


def test_a_no_is_answered_by_what_she_has_asked_for() -> None:
    """Found by reviewers: "I know you can't", of a wish that nobody had heard yet."""
    talk = Talk()
    talk.say("No, we can't do that.", "refusal")
    assert talk.moves() == ["refused_early"]
    talk.say("It can't be done.", "refusal")
    assert talk.moves()[-1] == "demand"  # then she says what she wants, before the rest of her story
    talk.say("We really can't do that.", "refusal")
    assert talk.moves()[0] == "trigger"  # Dana has words of her own for that


def test_a_bare_yes_to_her_wish_for_a_supervisor_is_heard() -> None:
    """Found by reviewers: "Okay." was answered "Is that a no?"."""
    talk = Talk(anger=85)
    supervisor, mood = talk.mind.caller.supervisor, talk.mind.mood
    supervisor.asks(0, mood)
    talk.say("Okay, sure.")
    assert talk.moves() == ["supervisor_sure"]
    assert [line.situation for line in supervisor.asks(9, mood)] == ["supervisor_again"]  # not as if for the first time


def test_she_does_not_bear_compliments_for_ever() -> None:
    talk = Talk(anger=70)
    talk.mind.mood.patience = 10_000
    for number in range(20):
        talk.say(f"Thank you, that is so kind of you, number {number}.", "gratitude")
        if talk.plan.outcome:
            break
    assert (talk.plan.outcome, talk.mind.caller.warned) == ("hung_up", True)
    assert talk.turn < 14


def test_what_she_turns_down_she_does_not_say_was_passed_over() -> None:
    talk = Talk(anger=60)
    agenda = talk.mind.caller.agenda
    agenda.story_at = len(agenda.story)
    agenda.voiced = {"money_back": 1, "fees": 1, "not_again": 1}
    talk.say("I can give you a free month of the movie channels.", "solution", offer="voucher")
    assert talk.moves()[0] == "reject"
    assert agenda.asked_last != "money_back"


def test_she_only_turns_down_what_was_offered_for_the_last_thing_left() -> None:
    talk = Talk(anger=60)
    mood, agenda = talk.mind.mood, talk.mind.caller.agenda
    mood.met = {demand.id: 1.0 for demand in DANA.demands if demand.id != "money_back"}
    agenda.story_at, agenda.voiced = len(agenda.story), {demand.id: 1 for demand in DANA.demands}
    talk.say("I can give you a free month of the movie channels.", "solution", offer="voucher")
    assert talk.moves() == ["reject"]


@pytest.mark.parametrize(("said", "named"), [("Anything else?", True), ("You'll hear from me on Friday. Anything else?", False),
                                             ("I'll call tomorrow. Anything else?", False)])  # fmt: skip
def test_she_closes_with_her_day_unless_he_has_just_named_another(said: str, named: bool) -> None:
    lines = {**DANA.lines, "close_warm": {"any": ("{day} it is. Bye.",)}}
    talk = asks_about_thursday(DANA.model_copy(update={"lines": lines}))
    talk.mind.caller.phrases.day = "Thursday"
    talk.mind.caller.agenda.asks_promise = False
    talk.mind.mood.shift("test", 15 - talk.mind.mood.points)
    for _ in range(3):
        talk.say(said, "closing")
        if talk.plan.outcome:
            break
    assert talk.plan.outcome == "resolved"
    assert ("Thursday it is." in talk.words()) is named


def test_grunts_are_noticed() -> None:
    talk = Talk()
    moves = []
    for _ in range(4):
        talk.say("Mm-hm.")
        moves.append("mumbled" in talk.moves())

    assert moves == [False, True, False, True]


def test_nobody_hangs_up_without_a_warning_or_over_a_fair_question() -> None:
    talk = Talk(anger=91)
    talk.say("You should have read it.", "blame", "dismissive")
    assert talk.moves() == ["blamed", "last_warning"]  # what he said gets its answer first
    talk.say("Which number is it?", "information_request")
    assert talk.plan.outcome is None
    talk.say("Well, you should have read it.", "blame", "dismissive")
    assert (talk.plan.outcome, talk.plan.detail) == ("hung_up", "anger")


def test_a_supervisor_she_asked_for_is_not_forgotten() -> None:
    talk = Talk(anger=85)
    talk.mind.mood.trust = 0.0
    talk.mind.caller.agenda.voiced["money_back"] = 1
    for _ in range(4):
        talk.say("It takes a while, with these things.", "explanation")
        if "supervisor" in talk.moves():
            break
    talk.say("It takes a while, with such things.", "explanation")
    assert talk.moves() == ["supervisor_again"]
    talk.say("I'll put you through to my supervisor now.", "supervisor")
    assert (talk.moves(), talk.plan.outcome) == (["handed_over"], "escalated")


def test_what_she_confided_comes_before_what_she_came_with() -> None:
    talk = Talk()
    mood, caller = talk.mind.mood, talk.mind.caller
    caller.agenda.story_at = 99
    hidden = next(item.id for item in DANA.demands if item.hidden)
    mood.reveal(hidden)
    talk.say("I see what you mean there.")

    assert caller.agenda.voiced == {hidden: 1}


@pytest.mark.parametrize(("labels", "set_off"), [((), True), (("paraphrase",), False)])
def test_her_own_words_said_back_are_no_provocation(labels: tuple[Label, ...], set_off: bool) -> None:
    """Reviewers of calls heard a caller flare up at a correct summary, because she had used the phrase herself."""
    talk = Talk()
    talk.mind.caller.told.append("And your man said it's only thirty dollars.")
    answer = talk.say("So he told you it's only thirty dollars.", *labels)
    assert ("trigger" in causes(answer)) == set_off


def test_words_that_are_not_hers_provoke_in_a_summary_too() -> None:
    answer = Talk().say("So it's only thirty dollars.", "paraphrase")
    assert "trigger" in causes(answer)
