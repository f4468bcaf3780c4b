"""What a caller answers to each thing that can be done to her, and what her waits and her ears make of it."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas import shelf
from personas.persona import Curveball, OpenWhen, Persona
from simulator.acts import Act, Context, derive
from simulator.chance import Chance
from simulator.mind import Answer, Reply
from simulator.mood import Hold
from simulator.own_voice import OwnVoice
from simulator.plan import Plan
from simulator.ports import FRAME_MS, Word
from simulator.reading import FoundLabel, Label, Matches, Reading
from simulator.turn_policy import Expecting, TurnPolicy
from simulator.utterance import Part, Utterance
from tests.talk import DANA, Talk, causes


def wants_supervisor(*, heard: float = 0.6, trust: float = 0.5) -> Talk:
    """She has just asked for one."""
    talk = Talk(heard=heard)
    talk.mind.mood.patience = 20
    talk.say("It takes a while, with these things.", "explanation")
    assert talk.moves()[-1] == "supervisor"
    talk.mind.mood.patience, talk.mind.mood.heard, talk.mind.mood.trust = 100, heard, trust
    return talk


# -- a supervisor ---------------------------------------------------------------------------------------------------


def test_she_is_told_no_when_she_asks_for_a_supervisor() -> None:
    talk = wants_supervisor()
    answer = talk.say("No, I'm not getting a supervisor for that.", "supervisor", "refusal")

    assert (talk.moves(), talk.plan.outcome, talk.plan.question) == (["supervisor_refused"], None, True)
    assert causes(answer)["supervisor_refused"].points > 0


def test_somebody_she_trusts_may_try_first() -> None:
    talk = wants_supervisor()
    talk.say("I can get her. May I put the refund through first, myself, today?", "supervisor", "solution")
    assert (talk.moves(), talk.plan.outcome) == (["supervisor_withdrawn"], None)
    talk.say("I've found both payments.", "explanation")

    assert "supervisor_again" not in talk.moves()


@pytest.mark.parametrize(("heard", "trust"), [(0.3, 0.5), (0.6, 0.2)])
@pytest.mark.parametrize("trying", ["solution", "open_question", "ownership"])
def test_somebody_she_does_not_trust_may_not(heard: float, trust: float, trying: Label) -> None:
    talk = wants_supervisor(heard=heard, trust=trust)
    talk.say("My supervisor is here, but I'd like to put it right myself today.", "supervisor", trying)

    assert (talk.moves(), talk.plan.outcome, talk.plan.question) == (["supervisor_again"], None, True)


def test_a_supervisor_on_the_line_is_what_she_asked_for() -> None:
    talk = wants_supervisor(heard=0.3)
    talk.say("I'm putting my supervisor on now.", "supervisor")

    assert (talk.moves(), talk.plan.outcome) == (["handed_over"], "escalated")


def test_who_gets_her_something_without_a_supervisor_has_settled_that() -> None:
    """To be passed on afterwards is to be got rid of, and no longer what she wished for."""
    talk = wants_supervisor()
    took = talk.say("We'll pay the thirty-five dollars for you.", "solution", offer="cover_fee")
    assert [verdict.verdict for verdict in took.change.verdicts] == ["accepted"]
    passed_on = talk.say("And now I'm putting you through to my supervisor.", "supervisor")

    assert talk.plan.outcome is None
    assert causes(passed_on)["transfer"].points > 0
    assert talk.moves()[0] == "transfer"


def test_a_supervisor_is_asked_for_again_only_in_the_next_turn() -> None:
    talk = wants_supervisor()
    talk.say("It takes a while, with such things.", "explanation")
    assert talk.moves() == ["supervisor_again"]
    talk.say("It does take a while, you see.", "explanation")

    assert "supervisor_again" not in talk.moves()


def test_a_fair_question_comes_before_the_supervisor_she_waits_for() -> None:
    talk = wants_supervisor()
    talk.say("Which account is this about, please?", "information_request", asks=("account",))

    assert talk.moves() == ["fact"]


# -- waiting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "noticed"), [(19, False), (20, True)])
def test_a_wait_is_noticed_when_it_is_over(seconds: float, noticed: bool) -> None:
    talk = Talk(anger=35)
    talk.say("I've got it in front of me now.", "explanation", hold=Hold(seconds=seconds, told=True))

    assert ("hold_after" in talk.moves()) is noticed


@pytest.mark.parametrize(("seconds", "said"), [(60, ""), (120, "two minutes"), (180, "three minutes")])
def test_she_counts_the_minutes_but_not_one_of_them(seconds: float, said: str) -> None:
    """ "That was one minutes" is never said."""
    talk, heard = Talk(), ""
    for _ in range(4):
        talk.mind.mood.shift("test", 35 - talk.mind.mood.points)
        talk.mind.mood.patience = 100
        talk.say("I've got it in front of me now.", "explanation", hold=Hold(seconds=seconds, told=True))
        heard += " " + talk.words()

    assert said in heard
    assert ("minutes." in heard) is bool(said)


@pytest.mark.parametrize(("silence_s", "noticed"), [(8.0, False), (12.0, True)])
def test_a_long_silence_is_spoken_about_and_a_short_one_only_costs(silence_s: float, noticed: bool) -> None:
    talk = Talk()
    answer = talk.say("It's a matter of the billing run.", "explanation", silence_s=silence_s)

    assert causes(answer)["dead_air"].points > 0
    assert ("silence" in talk.moves()) is noticed


def test_she_lets_him_go_and_look() -> None:
    talk = Talk(anger=60)
    talk.say("Would you hold while I check that?", "hold")

    assert (talk.moves(), talk.plan.expecting, talk.plan.outcome) == (["hold_before"], "words", None)


def test_nobody_there_she_calls_out_twice_and_goes() -> None:
    talk = Talk()
    plans = [talk.mind.caller.checks_in(talk.mind.mood, times) for times in (1, 2, 3)]

    assert [plan.lines[0].situation for plan in plans] == ["check_in_1", "check_in_2", "give_up_silence"]
    assert [(plan.outcome, plan.detail) for plan in plans] == [(None, "")] * 2 + [("hung_up", "nobody answered")]


@pytest.mark.parametrize(("anger", "goes"), [(60.0, True), (40.0, False)])
def test_out_of_patience_she_goes_only_in_anger_and_after_a_warning(anger: float, goes: bool) -> None:
    talk = Talk(anger=anger).says_it_all()
    warned = []
    for text in ("It takes a while, with these things.", "Such is the way of it here."):
        talk.mind.mood.patience = 0
        talk.mind.caller.supervisor.turn = talk.turn  # she has just asked for one
        talk.say(text, "explanation")
        warned.append(talk.moves() == ["last_warning"])

    assert warned == [goes, False]
    assert (talk.plan.outcome, talk.plan.detail) == (("hung_up", "patience") if goes else (None, ""))


# -- what of it was heard ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("heard", "told_again"), [("You took", True), ("", True), (None, False)])
def test_a_piece_of_her_story_that_was_cut_off_is_told_again(heard: str | None, told_again: bool) -> None:
    talk = Talk()
    caller, number = talk.mind.caller, talk.turn + 1
    told = list(caller.told)
    plan = talk.mind.answers(
        number,
        Reply(text="Go on, what happened there?", reading=Reading(), matches=Matches()),
        question_open=False,
    ).plan
    story = plan.lines[-1]
    assert story.situation == "story"
    caller.heard_saying(plan, story.text if heard is None else heard, whole=heard is None)
    assert caller.told == [*told, *filter(None, [story.text if heard is None else heard])]
    talk.turn = number
    talk.say("Sorry, and then what happened?")

    assert (story.text in talk.words()) is told_again


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("So that was Tuesday of last week, yes?", "heard_right"),
        ("So that was the sixteenth of May, yes?", "dont_know"),
        ("Might one of the two be for an older bill?", "dont_know"),
        ("Might it be for an older bill?", "dont_know"),
    ],
)
def test_a_question_is_confirmed_only_where_all_its_days_and_numbers_are_hers(question: str, answered: str) -> None:
    """What she has not said she does not say yes to: that would be a fact which nobody wrote."""
    talk = Talk()
    talk.say("Would you go on, please?")
    while not any("Tuesday" in told for told in talk.mind.caller.told):
        talk.say("And what happened then?")
    talk.say(question, "information_request")

    assert talk.moves()[0] == answered


def test_two_things_said_are_enough_for_one_turn() -> None:
    """Talked over and then summed up rightly, she answers both and leaves her story for the next turn."""
    talk = Talk()
    talk.say("So the second payment is the one that should not have gone out.", "paraphrase", overlap_s=1.0)
    assert talk.moves() == ["interrupted", "heard_right"]
    talk.say("Thank you, and what else happened there?")

    assert talk.moves()[-1] == "story"


# -- limits, threats, excuses -----------------------------------------------------------------------------------------


def test_a_limit_is_fair_after_she_has_shouted_and_hurries_her_before() -> None:
    shouted, calm = Talk(anger=85), Talk()
    fair = shouted.say("I want to help, and I need you not to shout at me.", "boundary")
    unfair = calm.say("I want to help, and I need you not to shout at me.", "boundary")

    assert shouted.moves()[0] == "boundary"
    assert [act.name for act in fair.acts] == ["boundary"]
    assert not {"rush", "boundary"} & causes(fair).keys()
    assert calm.moves() == ["hurried"]
    assert causes(unfair)["rush"].points > 0
    assert (shouted.mind.limits, calm.mind.limits) == (1, 0)


def test_a_limit_stays_fair_for_three_turns_after_she_was_furious() -> None:
    talk = Talk(anger=85)
    named = []
    for turn in range(5):
        named.append([act.name for act in talk.say("Not in that tone, please, I'm here to help.", "boundary").acts])
        talk.mind.mood.shift("test", 60 - talk.mind.mood.points)
        assert talk.mind.mood.band == "angry", turn

    assert named == [["boundary"]] * 4 + [["rush"]]


def test_a_threat_hurts_and_is_no_insult() -> None:
    """ "I will hang up" costs half of what contempt does, and twice of it does not make her hang up first."""
    talk = Talk(anger=30)
    threat = talk.say("Then I'm going to end this call.", "hostile", sure=0.97)
    contempt = Talk(anger=30).say("Oh, what a lovely story that was.", "hostile", sure=0.97)

    assert 0 < causes(threat)["hostile"].points < 0.6 * causes(contempt)["hostile"].points
    assert causes(threat)["hostile"].note == "threat"
    assert "last_warning" not in talk.moves()
    talk.say("I said I'd hang up.", "hostile", sure=0.97)
    assert (talk.moves() == ["last_warning"], talk.plan.outcome) == (False, None)


@pytest.mark.parametrize(
    ("said", "variant"),
    [
        ("That was another department, I only work here.", "buck"),
        ("We have been busy, the system was down.", "excuse"),
        ("That isn't how it works.", ""),
    ],
)
def test_an_argument_is_told_by_its_kind(said: str, variant: str) -> None:
    answer = Talk().say(said, "defensive")

    assert causes(answer)["argue"].note == variant


def test_an_excuse_hurts_less_than_a_plain_argument() -> None:
    excuse = causes(Talk().say("We're short-staffed at the moment.", "defensive"))["argue"]
    plain = causes(Talk().say("That isn't how it works.", "defensive"))["argue"]

    assert 0 < excuse.points < plain.points


# -- the words of a reply ---------------------------------------------------------------------------------------------


def acts_of(text: str, *found: tuple[Label, float, str], asked: bool = False) -> dict[str, Act]:
    labels = tuple(FoundLabel(label=label, probability=sure, quote=quote) for label, sure, quote in found)
    context = Context(told="", given=frozenset(), question_open=False, supervisor_asked=asked)
    acts = derive(text, Reading(labels=labels), Matches(), context)
    assert len({act.name for act in acts}) == len(acts)
    return {act.name: act for act in acts}


@pytest.mark.parametrize(("first", "second"), [(0.6, 0.9), (0.9, 0.6)])
def test_an_empty_promise_read_twice_counts_once_and_as_surely_as_it_was_read(first: float, second: float) -> None:
    quote = "We'll look into it as soon as possible."
    acts = acts_of(quote, ("solution", first, quote), ("next_steps", second, quote))

    assert {name: act.confidence for name, act in acts.items()} == {"vague_promise": 0.9}


@pytest.mark.parametrize(
    ("said", "checks"),
    [("Before you go, have I missed anything?", True), ("Thanks for calling, goodbye.", False)],
)
def test_asking_at_the_end_what_was_missed_is_checking(said: str, checks: bool) -> None:
    assert ("summary_check" in acts_of(said, ("closing", 0.9, said))) is checks


def test_a_supervisor_who_is_only_spoken_of_is_no_hand_over() -> None:
    assert acts_of("My supervisor sits right here.", ("supervisor", 0.9, "My supervisor sits right here.")) == {}


def test_a_supervisor_she_asked_for_calms_her() -> None:
    said = "I'm putting you through to my supervisor."

    assert set(acts_of(said, ("supervisor", 0.9, said), asked=True)) == {"supervisor"}


# -- offers -----------------------------------------------------------------------------------------------------------


def with_offer(name: str, **changes: object) -> Persona:
    offers = tuple(item.model_copy(update=changes) if item.id == name else item for item in DANA.offers)
    return DANA.model_copy(update={"offers": offers})


@pytest.mark.parametrize(
    ("given", "missing", "expecting"),
    [((("when", "by thursday"),), "reference", "number"), ((("reference", "hr 7741"),), "when", "answer")],
)
def test_she_asks_for_what_is_missing_and_waits_longer_for_a_number(
    given: tuple[tuple[str, str], ...], missing: str, expecting: Expecting
) -> None:
    talk = Talk()
    talk.say("I'm putting the refund through for you.", "solution", offer="refund_now", **dict(given))
    asks = dict(next(offer.ask_for for offer in DANA.offers if offer.id == "refund_now"))

    assert (talk.moves(), talk.plan.question, talk.plan.expecting) == (["ask_for"], True, expecting)
    assert talk.words() in asks[missing]


def test_asked_for_once_in_her_only_words_she_goes_on_to_doubt() -> None:
    """A caller whose file has one line for what is missing does not say it twice."""
    talk = Talk(with_offer("refund_wait", ask_for={"when": ("Which day?",)}))
    talk.say("I'll request a refund for you.", "solution", offer="refund_wait")
    assert talk.words() == "Which day?"
    talk.say("As I say, I'll request that refund.", "solution", offer="refund_wait")

    assert (talk.moves(), talk.plan.question) == (["test"], True)


def test_what_is_nearly_enough_is_doubted_twice_and_then_refused() -> None:
    talk = Talk()
    moves = []
    for text in ("Friday of next week.", "You get it in some eight days, then.", "So it is there at the month's end."):
        talk.mind.mood.trust = 0.5
        talk.mind.mood.shift("test", 40 - talk.mind.mood.points)
        talk.say(text, "solution", offer="refund_wait", when="friday")
        moves.append((talk.moves()[0], talk.plan.question))

    assert [move for move, _ in moves] == ["test", "test", "reject"]
    assert moves[0][1]
    assert talk.mind.mood.met == {}


def test_an_offer_too_early_is_put_off_twice_and_then_asked_what_it_is_worth() -> None:
    talk = Talk(anger=85).says_it_all()
    moves = []
    for text in ("We'll pay the thirty-five dollars.", "The bank's fee is on us.", "You get the overdraft back."):
        talk.mind.mood.shift("test", 85 - talk.mind.mood.points)
        talk.say(text, "solution", offer="cover_fee")
        moves.append(talk.moves()[0])

    assert moves == ["not_ready", "not_ready", "test"]
    assert talk.plan.question


def test_two_days_for_one_promise_name_no_day_that_could_be_too_late() -> None:
    """She needs it by Wednesday; "Thursday or Friday" is no day yet, so it is not judged as one."""
    demands = tuple(
        item.model_copy(update={"by": "wednesday"}) if item.id == "money_back" else item for item in DANA.demands
    )
    persona = DANA.model_copy(update={"who": DANA.who.model_copy(update={"weekday": "monday"}), "demands": demands})

    def verdict(when: str) -> str:
        slots = (("reference", "hr 7741"), ("when", when))
        answer = Talk(persona).say(f"It's back {when}, HR 7741.", "solution", offer="refund_now", **dict(slots))
        return answer.change.verdicts[0].verdict

    assert [verdict(when) for when in ("on thursday", "thursday or friday")] == ["late", "accepted"]


# -- what she keeps to herself ------------------------------------------------------------------------------------------


def with_need(**changes: object) -> Persona:
    need = DANA.hidden_needs[0].model_copy(update=changes)
    return DANA.model_copy(update={"hidden_needs": (need,)})


def ask_openly(talk: Talk) -> Answer:
    return talk.say("What has this caused at your end?", "open_question", asks=("daycare",))


@pytest.mark.parametrize(
    ("gate", "opens"),
    [
        (OpenWhen(), True),
        (OpenWhen(heard=0.5, trust=0.2, anger_below=60), True),
        (OpenWhen(heard=0.9), False),
        (OpenWhen(trust=0.9), False),
        (OpenWhen(anger_below=30), False),
    ],
)
def test_what_she_keeps_to_herself_comes_out_when_every_condition_holds(gate: OpenWhen, opens: bool) -> None:
    persona = with_need(open_when=gate)
    talk = Talk(persona)
    ask_openly(talk)

    assert talk.moves()[0] == ("need" if opens else "not_yet")
    assert talk.plan.lines[0].text in (persona.hidden_needs[0].say if opens else persona.hidden_needs[0].not_yet)
    assert talk.plan.revealed == (("daycare",) if opens else ())
    assert ("letter" in talk.mind.mood.known) is opens


def test_what_she_confided_is_not_told_twice() -> None:
    talk = Talk()
    ask_openly(talk)
    ask_openly(talk)

    assert "asked_before" in talk.moves()
    assert "need" not in talk.moves()
    assert talk.plan.revealed == ()
    assert talk.mind.mood.known.count("letter") == 1


def test_asked_too_early_too_often_she_goes_on_with_her_own() -> None:
    """Her file has words for "not yet" once; a second time she says none of it, and nothing slips out."""
    talk = Talk(with_need(open_when=OpenWhen(heard=1.0), not_yet=("Never mind that.",))).says_it_all()
    ask_openly(talk)
    assert talk.words() == "Never mind that."
    ask_openly(talk)

    assert talk.moves() == ["demand"]
    assert "letter" not in talk.mind.mood.known


def test_a_need_behind_which_stands_no_wish_is_only_told() -> None:
    talk = Talk(with_need(adds_demand=None))
    before = list(talk.mind.mood.known)
    ask_openly(talk)

    assert (talk.moves(), talk.plan.revealed) == (["need"], ("daycare",))
    assert talk.mind.mood.known == before


def test_two_needs_behind_which_stands_one_wish_put_it_on_the_table_once() -> None:
    daycare = DANA.hidden_needs[0].model_copy(update={"open_when": OpenWhen()})
    shame = daycare.model_copy(update={"id": "shame", "say": ("They look at me there.",)})
    talk = Talk(DANA.model_copy(update={"hidden_needs": (daycare, shame)}))
    ask_openly(talk)
    talk.say("And how is it for you there?", "open_question", asks=("shame",))

    assert talk.moves()[0] == "need"
    assert talk.mind.mood.known.count("letter") == 1


def test_a_second_bad_line_with_nothing_new_to_say_lets_the_reply_through() -> None:
    ball = Curveball.model_validate(
        {"kind": "bad_line", "chance": 1.0, "after": 1, "before": 1, "say": ("What was that?",)}
    )
    talk = Talk(DANA.model_copy(update={"curveballs": (ball, ball)}))
    lost = talk.say("I'm so sorry that we took it twice.", "apology")
    heard = talk.say("I'm so sorry that we took it twice.", "apology")

    assert lost.acts == () and lost.change.ledger[0].points == 0
    assert causes(heard)["apology"].points < 0
    assert "curveball" not in talk.moves()


def test_a_mild_caller_who_has_run_out_of_words_says_the_last_again_rather_than_nothing() -> None:
    """Below the anger at which she would leave she stays on the line, and every reply gets an answer."""
    talk = Talk(anger=35, ceiling=38)
    said = []
    for n in range(60):
        talk.mind.mood.shift("test", 35 - talk.mind.mood.points)
        talk.say("These things take some time as a rule.", "explanation")
        assert talk.plan.outcome is None, n
        said.append(talk.words())
    demands = {line for group in DANA.lines_by_fit("demand_again", "annoyed") for line in group}

    assert all(said)
    assert set(said[-10:]) <= demands
    assert all(one != two for one, two in zip(said, said[1:], strict=False))


def satisfied(anger: float) -> Talk:
    talk = Talk(anger=anger).says_it_all()
    talk.mind.mood.met = {demand.id: 1.0 for demand in DANA.demands}
    return talk


def test_satisfied_but_still_angry_she_has_a_word_for_every_reply_too() -> None:
    talk, said = satisfied(60), []
    for n in range(30):
        talk.mind.mood.shift("test", 60 - talk.mind.mood.points)
        talk.say("Well, that is how things stand with us.")
        assert talk.plan.outcome is None, n
        said.append(talk.words())
    kind = {line for group in DANA.lines_by_fit("warming", "angry") for line in group}

    assert all(said)
    assert set(said) <= kind


@pytest.mark.parametrize(
    ("anger", "label", "turns", "manner"),
    [
        (20, None, 2, "warm"),
        (20, "closing", 1, "warm"),
        (29, "closing", 1, "warm"),
        (31, "closing", 1, "cool"),
        (40, None, 3, "cool"),
        (40, "closing", 1, "cool"),
        (50, None, 4, "cool"),
        (50, "closing", 2, "cool"),
        (44, "closing", 1, "cool"),
        (46, "closing", 2, "cool"),
        (58, "closing", None, ""),
    ],
)
def test_with_nothing_left_to_ask_for_she_closes_the_sooner_the_calmer(
    anger: float, label: Label | None, turns: int | None, manner: str
) -> None:
    talk = satisfied(anger)
    for _ in range(6):
        talk.mind.mood.shift("test", anger - talk.mind.mood.points)
        talk.say("Well, that is how things stand with us.", *([label] if label else []))
        talk.mind.mood.patience = 100
        if talk.plan.outcome:
            break

    assert (talk.plan.outcome, talk.plan.manner) == (("resolved", manner) if turns else (None, ""))
    assert talk.turn == (turns or 6)
    assert (talk.moves()[-1] == f"close_{manner}") is bool(turns)


def test_she_does_not_close_on_the_turn_in_which_she_took_the_last_of_it() -> None:
    talk = satisfied(20)
    talk.mind.mood.met = {"money_back": 1.0, "not_again": 1.0}
    talk.mind.caller.could_close = 5
    talk.say("We'll pay the thirty-five dollars for you.", "solution", offer="cover_fee")
    assert (talk.moves()[0], talk.plan.accepts, talk.plan.outcome) == ("accept", True, None)
    talk.say("Well, that is how things stand with us.")

    assert (talk.plan.outcome, talk.plan.manner) == ("resolved", "warm")


def test_what_she_has_not_asked_for_twice_keeps_her_on_the_line() -> None:
    """Most of it is met, and yet she would rather ask for the fee once more than hang up content."""
    talk = satisfied(20)
    talk.mind.mood.met = {"money_back": 1.0, "not_again": 1.0}
    moves = []
    for text in ("Well, that is how it is.", "So much for that, then.", "And there it stands for now."):
        talk.mind.mood.shift("test", 20 - talk.mind.mood.points)
        talk.say(text, "explanation")
        moves.append((talk.moves(), talk.plan.outcome))

    assert moves[:2] == [(["demand"], None), (["demand"], None)]
    talk.say("That's all from my side, thank you for the call.", "closing")
    assert talk.plan.outcome == "resolved"


# -- how long she waits -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("manner", "anger", "accepts", "low", "high"),
    [
        ("hot", 90.0, True, 250, 500),
        ("cold", 90.0, True, 250, 500),
        ("cold", 20.0, False, 350, 650),
        ("hot", 55.0, False, 100, 250),
        ("hot", 54.9, False, 150, 350),
        ("shaky", 90.0, False, 150, 350),
    ],
)
def test_the_pause_before_an_answer_belongs_to_the_character(
    manner: str, anger: float, accepts: bool, low: int, high: int
) -> None:
    policy = TurnPolicy()
    pauses = [
        policy.acted_delay_ms(Chance(seed, "x"), 1, manner=manner, anger=anger, accepts=accepts) for seed in range(400)
    ]

    assert low <= min(pauses) < low + 0.1 * (high - low)
    assert high - 0.1 * (high - low) < max(pauses) <= high


@pytest.mark.parametrize(
    ("done", "expecting", "wait"),
    [
        (None, "answer", 720),
        (1.0, "answer", 320),
        (0.9, "answer", 464),
        (0.75, "words", 620),
        (0.5, "words", 720),
        (0.25, "answer", 1_310),
        (0.0, "answer", 1_900),
        (None, "number", 1_320),
        (0.5, "number", 1_320),
        (0.6, "number", 944),
        (0.7, "number", 656),
        (0.25, "number", 1_910),
    ],
)
def test_a_turn_that_sounds_finished_ends_soon_and_a_number_gets_time(
    done: float | None, expecting: Expecting, wait: int
) -> None:
    assert TurnPolicy().wait_ms(done, expecting) == wait


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(["number", "answer", "words"]))
def test_the_surer_the_end_the_shorter_the_wait(one: float, other: float, expecting: Expecting) -> None:
    policy = TurnPolicy()
    sure, unsure = max(one, other), min(one, other)

    assert policy.wait_ms(sure, expecting) <= policy.wait_ms(unsure, expecting)
    assert policy.wait_ms(one, "number") >= policy.wait_ms(one, "answer")


@pytest.mark.parametrize(
    ("manner", "anger", "after_ms"),
    [("hot", 54.9, None), ("hot", 55.0, 20_000), ("hot", 80.0, 15_000), ("shaky", 90.0, 15_000), ("cold", 99.0, None)],
)
def test_only_an_angry_caller_who_is_not_cold_cuts_in(manner: str, anger: float, after_ms: int | None) -> None:
    assert TurnPolicy().cut_in_after_ms(manner, anger) == after_ms


@pytest.mark.parametrize(("anger", "talks_on_ms"), [(-1.0, 250), (0.0, 250), (40.0, 575), (80.0, 900), (100.0, 900)])
def test_the_angrier_she_is_the_longer_she_talks_on(anger: float, talks_on_ms: int) -> None:
    assert TurnPolicy().yield_after_ms(anger) == talks_on_ms


@pytest.mark.parametrize(
    ("said", "stops"),
    [
        ("Um, stop the role-play, please.", True),
        ("Let's end the exercise.", True),
        ("I'll stop the second payment.", False),
        ("Stop, the exercise", True),  # words, not punctuation
    ],
)
def test_the_stop_word_is_heard_in_a_sentence(said: str, stops: bool) -> None:
    assert TurnPolicy().stops(said) is stops


# -- how much of her was heard ------------------------------------------------------------------------------------------


def spoken(position: int, *, second_played: bool = True) -> tuple[str, bool]:
    """What is heard of "Two words. And more." when the sound stops at ``position``; each word takes 100 ms."""
    words = [Word(text=text, start_ms=at, end_ms=at + 90) for text, at in (("Two", 0), ("words.", 100))]
    more = [Word(text=text, start_ms=at, end_ms=at + 90) for text, at in (("And", 0), ("more.", 100))]
    parts = [
        Part(text="Two words.", duration_ms=250, words=tuple(words), played=True),
        Part(text="And more.", duration_ms=250, words=tuple(more), played=second_played, pause_ms=180),
    ]
    said = Utterance(number=1, plan=Plan(), parts=parts, not_before=0, started=0, position=position)
    assert said.text == "Two words. And more."
    return said.heard()


@pytest.mark.parametrize(
    ("position", "text", "whole"),
    [
        (0, "", False),
        (1, "Two", False),
        (100, "Two", False),
        (101, "Two words.", False),
        (430, "Two words.", False),  # in the pause between the two sentences nothing new is heard
        (431, "Two words. And", False),
        (531, "Two words. And more.", True),  # only the silence after the last word is cut off
        (680, "Two words. And more.", True),
    ],
)
def test_a_word_counts_as_heard_once_it_has_begun(position: int, text: str, whole: bool) -> None:
    assert spoken(position) == (text, whole)


def test_a_sentence_that_was_never_played_was_never_heard() -> None:
    """However far the player says it is."""
    assert spoken(250, second_played=False) == ("Two words.", False)
    assert spoken(10_000, second_played=False) == ("Two words.", False)


# -- the trainee's own voice --------------------------------------------------------------------------------------------


def turn(voice: OwnVoice, ms: int, words: int, level_db: float = -30.0) -> tuple[float, float]:
    for _ in range(ms // FRAME_MS):
        voice.frame(level_db)
    return voice.end_turn(words)


def test_until_he_has_been_heard_for_three_seconds_nothing_is_known_of_his_voice() -> None:
    voice = OwnVoice()

    assert turn(voice, 1_600, 4, -10.0) == (0.0, 0.0)
    assert turn(voice, 1_600, 20, -50.0) == (0.0, 0.0)
    assert turn(voice, 1_600, 20, -10.0)[0] > 0


@pytest.mark.parametrize(
    ("level_db", "words", "loud", "rate"),
    [
        (-30.0, 12, 0.0, 0.0),
        (-18.0, 12, 2.0, 0.0),
        (-36.0, 12, -1.0, 0.0),
        (-30.0, 18, 0.0, 2.5),
        (-30.0, 6, 0.0, -2.5),
    ],
)
def test_loudness_and_pace_are_told_against_his_own(level_db: float, words: int, loud: float, rate: float) -> None:
    """Twelve decibels above his own is two deviations, half as fast again is two and a half."""
    voice = OwnVoice()
    turn(voice, 6_400, 24)

    assert turn(voice, 3_200, words, level_db) == (loud, rate)


@given(st.integers(-20, 20))
def test_turning_the_microphone_up_changes_nothing(gain_db: int) -> None:
    def call(gain: int) -> list[tuple[float, float]]:
        voice = OwnVoice()
        return [turn(voice, ms, 12, level + gain) for ms, level in ((6_400, -40.0), (3_200, -32.0), (3_200, -44.0))]

    assert call(gain_db) == call(0)


def test_a_short_word_is_too_short_to_compare_and_teaches_nothing() -> None:
    voice = OwnVoice()
    turn(voice, 6_400, 24)

    assert turn(voice, 576, 20, 0.0) == (0.0, 0.0)
    assert turn(voice, 3_200, 12) == (0.0, 0.0)


def test_four_words_have_no_pace() -> None:
    """However slowly they come; how loud they are is known all the same."""
    voice = OwnVoice()
    turn(voice, 6_400, 24)

    assert turn(voice, 6_400, 4, -24.0) == (1.0, 0.0)
    fresh = OwnVoice()
    turn(fresh, 6_400, 24)
    assert turn(fresh, 6_400, 5)[1] < 0


def test_speech_without_words_gives_no_pace_to_compare_with() -> None:
    voice = OwnVoice()
    turn(voice, 6_400, 0)

    assert turn(voice, 3_200, 12) == (0.0, 0.0)


def test_his_own_normal_is_his_first_twenty_seconds() -> None:
    """Whoever gets louder later does not become quiet by having got used to it."""
    voice = OwnVoice()
    for _ in range(4):
        turn(voice, 5_120, 20)
    for _ in range(10):
        assert turn(voice, 5_120, 40, -18.0) == (2.0, 5.0)


def test_one_shout_among_many_frames_is_no_loud_turn() -> None:
    """The middle of the levels counts, of an even number of frames as of an odd one."""
    voice = OwnVoice()
    turn(voice, 6_400, 24)
    for level in (-30.0,) * 19 + (0.0,) * 18:
        voice.frame(level)
    assert voice.end_turn(0)[0] == 0.0
    for level in (-30.0,) * 20 + (-18.0,) * 20:
        voice.frame(level)
    assert voice.end_turn(0)[0] == 1.0


@pytest.mark.parametrize("persona", ["dana_double_billing", "joel_late_bed"])
def test_she_asks_for_nothing_twice_running_while_more_is_open(persona: str) -> None:
    """Reviewers of calls heard her ask for the same, in other words, in two turns running."""
    agenda, mood = (talk := Talk(shelf.find(persona))).mind.caller.agenda, talk.mind.mood
    asked = []
    for _ in range(14):
        agenda.next(mood)
        asked.append(agenda.asked_last)
    asked = [name for name in asked if name]

    assert len(asked) > 6
    assert all(a != b for a, b in itertools.pairwise(asked))
