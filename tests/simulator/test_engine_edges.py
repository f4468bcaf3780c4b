"""The edges of a call in sample time: hanging up, what counts as speech, offers in pieces, curveballs. No audio and no clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.persona import Curveball, Persona
from simulator import commands as do
from simulator import events as ev
from simulator.chance import Chance
from simulator.curveballs import Curveballs
from simulator.floor import Floor
from simulator.forms import OfferForms
from simulator.gate import LULL_FRAMES, OFF, ON, POSTROLL_MS, PREROLL_MS, SpeechGate
from simulator.lines import LineBag
from simulator.ports import FRAME_MS
from simulator.reading import FoundLabel, Label, Matches, OfferMade, Reading
from simulator.rehearsal.telephone import Speech
from tests.simulator.phone import DANA, GREETED, JOEL, causes, phone

# -- hanging up -------------------------------------------------------------------------------------------------------


LIMIT = "I want to help but not while you are shouting at me"


@pytest.mark.parametrize(("limits", "outcome"), [(1, "unresolved"), (2, "ended_fairly")])
def test_hanging_up_is_fair_after_two_limits_and_still_abuse(limits: int, outcome: str) -> None:
    script = [Speech(10_000 + 12_000 * n, 12_000 + 12_000 * n, LIMIT, ("boundary",)) for n in range(limits)]
    call = phone(script, anger=98).run(10_000 + 12_000 * limits)
    call.engine.mood.shift("test", 98 - call.engine.mood.points)
    call.act("hang_up")

    assert call.replies == [LIMIT] * limits
    assert call.end == (outcome, "the trainee ended the call")


def test_hanging_up_on_her_when_she_has_calmed_down_is_not_fair() -> None:
    script = [Speech(10_000 + 12_000 * n, 12_000 + 12_000 * n, LIMIT, ("boundary",)) for n in range(2)]
    call = phone(script, anger=98).run(34_000)
    call.engine.mood.shift("test", 60 - call.engine.mood.points)
    call.act("hang_up")

    assert call.end[0] == "unresolved"


@pytest.mark.parametrize("moment", [2_000, 6_500])
def test_only_what_sounds_is_stopped_when_somebody_hangs_up(moment: int) -> None:
    call = phone().run(moment)
    speaking = call.engine.floor is Floor.CALLER
    call.act("hang_up")

    assert speaking == (moment < GREETED)
    assert len(call.of(do.Stop)) == speaking
    (heard,) = call.all(do.HeardLine)
    assert heard.whole != speaking
    assert call.end == ("unresolved", "the trainee ended the call")


def test_what_was_never_begun_was_never_said() -> None:
    """Hanging up between her decision to answer and her first sound."""
    call = phone([Speech(7_000, 8_000)], persona=JOEL)
    while len(call.of(do.SayAloud)) < 2:
        call.run(call.t + FRAME_MS)
    call.act("hang_up")

    assert call.of(do.Stop) == []
    assert [one.utterance for one in call.all(do.HeardLine)] == [1]


# -- what anybody may know --------------------------------------------------------------------------------------------


def test_the_view_shows_her_latest_words_as_far_as_they_were_heard() -> None:
    call = phone([Speech(1_500, 5_000, "hang on hang on a second")]).run(1_400)
    assert call.engine.view.caller_line == ""
    call.run(4_000)

    view = call.engine.view
    assert view.caller_line == call.all(do.HeardLine)[0].text != ""
    assert (view.t, view.floor, view.outcome) == (call.t, Floor.TRAINEE, None)
    assert view.mood == call.engine.mood.view()
    assert not view.asked_for_supervisor


def test_a_line_of_which_nothing_was_heard_is_not_her_latest() -> None:
    """Her voice failed in the first sentence, the second was not there yet, and then the trainee hung up."""
    call = phone([Speech(7_000, 8_000)], mute_parts=frozenset({(2, 0)}), slow_parts=frozenset({(2, 1)})).run(11_000)
    heard_before = call.all(do.SayAloud)[0].text
    call.tell(ev.TraineeAction(t=call.t, action="hang_up"))

    assert (call.all(do.HeardLine)[1].text, call.all(do.HeardLine)[1].whole) == ("", False)
    assert call.engine.view.caller_line == heard_before


def test_the_view_shows_that_she_asked_for_somebody_else() -> None:
    call = phone([Speech(7_000, 8_000, "well the thing is")])
    call.engine.mood.patience = 20
    call.run(16_000)

    assert "supervisor" in call.all(do.ReportTurn)[0].moves
    assert call.engine.view.asked_for_supervisor


def test_somebody_else_on_the_phone_has_another_voice() -> None:
    ball = Curveball(
        kind="someone_else", chance=1.0, after=1, before=1, say=("This is her brother. Who's that?",),
        back=("It's me again.",), speaker="am_adam",
    )  # fmt: skip
    script = [Speech(7_000, 8_000, "I am sorry", ("apology",)), Speech(16_000, 17_000, "This is Sam", ("greeting",))]
    call = phone(script, persona=DANA.model_copy(update={"curveballs": (ball,)})).run(26_000)

    voices = {one.text: one.delivery.speaker for one in call.all(do.Synthesize)}
    assert voices["Who's that?"] == "am_adam"
    assert voices["It's me again."] == DANA.voice.speaker != "am_adam"


def test_her_voice_carries_the_anger_of_the_moment() -> None:
    for anger in (20.4, 90.6):
        (first, *_) = phone(anger=anger).run(FRAME_MS).all(do.Synthesize)
        assert first.delivery.anger == round(anger)
        assert first.delivery.manner == "hot"


@pytest.mark.parametrize("louder", [True, False])
def test_a_voice_raised_above_ones_own_is_noticed(louder: bool) -> None:
    script = [Speech(7_000, 11_000, "well the thing is"), Speech(21_000, 23_000, "that is how it goes here")]
    call = phone(script)
    call.louder_from = 20_000 if louder else call.louder_from
    first, second = call.run(28_000).all(do.ReportTurn)

    assert "raised_voice" not in causes(first)
    assert ("raised_voice" in causes(second)) is louder


# -- what counts as speech --------------------------------------------------------------------------------------------


def test_the_gate_opens_at_one_threshold_and_closes_at_a_lower_one() -> None:
    def changes(*probabilities: float) -> list[str]:
        gate = SpeechGate()
        fed = [gate.feed(n * FRAME_MS, p) for n, p in enumerate(probabilities, 1)]
        return [change for change in fed if change]

    assert changes(ON, ON, ON) == ["on"]
    assert changes(ON - 0.01, ON - 0.01, ON - 0.01, ON - 0.01) == []
    assert changes(*[ON] * 3, *[OFF] * 20) == ["on"]
    assert changes(*[ON] * 3, *[OFF - 0.01] * 2, OFF) == ["on"]
    assert changes(*[ON] * 3, *[OFF - 0.01] * 6) == ["on", "lull", "off"]
    assert changes(*[ON] * 3, *[OFF - 0.01] * 5, OFF, *[OFF - 0.01] * 5) == ["on", "lull", "lull"]


def test_a_take_is_begun_at_the_lull_and_the_turn_reaches_a_little_beyond_the_last_sound() -> None:
    call = phone([Speech(7_008, 9_024)]).run(12_000)
    (take,), (turn,) = call.all(do.Transcribe), call.all(do.ReportTurn)

    assert take.end_ms == 9_024 + LULL_FRAMES * FRAME_MS
    assert (turn.start_ms, turn.end_ms) == (7_008 - PREROLL_MS, 9_024 + POSTROLL_MS)
    assert take.start_ms == turn.start_ms


def test_a_lull_that_does_not_become_a_pause_is_forgotten() -> None:
    call = phone([Speech(7_008, 9_024), Speech(9_152, 10_016)], ears_ms=200).run(14_000)
    takes, turns = call.all(do.Transcribe), call.all(do.ReportTurn)

    assert [take.end_ms for take in takes] == [9_024 + LULL_FRAMES * FRAME_MS, 10_016 + LULL_FRAMES * FRAME_MS]
    assert [(turn.turn, turn.end_ms) for turn in turns] == [(1, 10_016 + POSTROLL_MS)]


# -- offers in pieces -------------------------------------------------------------------------------------------------


def matches(offer: str = "", score: float = 0.8, quote: str = "x", /, **slots: str) -> Matches:
    filled = tuple(sorted(slots.items()))
    made = (OfferMade(offer=offer, score=score, quote=quote, slots=filled),) if offer else ()
    return Matches(offers=made, details=filled)


def heard(*labels: Label) -> Reading:
    return Reading(labels=tuple(FoundLabel(label=label, probability=0.9, quote="x") for label in labels))


def found(forms: OfferForms, what: Matches, *labels: Label) -> list[tuple[str, tuple[str, ...], str]]:
    return [(one.offer, one.missing, one.quote) for one in forms.take(what, heard(*labels))]


def test_words_like_an_offer_are_one_only_when_something_is_put_on_the_table() -> None:
    told, sure = matches("refund_now", 0.94), matches("refund_now", 0.95)

    assert found(OfferForms(DANA), told, "explanation") == []
    assert found(OfferForms(DANA), told, "solution") == [("refund_now", ("when", "reference"), "x")]
    assert found(OfferForms(DANA), sure) == [("refund_now", ("when", "reference"), "x")]  # said too plainly to miss
    assert found(OfferForms(DANA), matches("free_holiday", 0.99), "solution") == []  # nothing of hers


def test_what_was_missing_completes_the_offer_a_turn_later() -> None:
    forms = OfferForms(DANA)
    assert found(forms, matches("refund_now", when="by thursday"), "solution") == [("refund_now", ("reference",), "x")]

    assert found(forms, matches(day="monday")) == []  # nobody asked for that
    assert found(forms, matches(reference="hr7741")) == [("refund_now", (), "hr7741")]
    assert found(forms, matches(reference="hr9999")) == []  # it is complete: nothing new about it
    assert forms.promise("refund_now") == "by thursday"


def test_two_missing_parts_may_come_one_by_one() -> None:
    forms = OfferForms(DANA)
    found(forms, matches("refund_now"), "solution")

    assert found(forms, matches(when="today")) == [("refund_now", ("reference",), "today")]
    assert found(forms, matches(reference="hr7741")) == [("refund_now", (), "hr7741")]


def test_a_part_said_with_the_offer_makes_one_offer_of_it() -> None:
    forms = OfferForms(DANA)
    found(forms, matches("refund_now"), "solution")

    again = found(forms, matches("refund_now", when="today", reference="hr7741"), "solution")
    assert again == [("refund_now", (), "x")]


def test_a_name_given_once_need_not_be_given_again() -> None:
    persona = DANA.model_copy(
        update={"offers": tuple(item.model_copy(update={"needs": ("name",)}) for item in DANA.offers)}
    )
    forms = OfferForms(persona)

    assert found(OfferForms(persona), matches("refund_now"), "solution") == [("refund_now", ("name",), "x")]
    assert found(forms, matches(name="sam")) == []
    assert found(forms, matches("refund_now"), "solution") == [("refund_now", (), "x")]
    assert found(forms, matches(name="kim")) == []
    assert forms.named == "kim"


def test_of_two_offers_in_one_breath_the_better_one_is_meant() -> None:
    both = Matches(
        offers=tuple(
            OfferMade(offer=name, score=0.9, quote="x", slots=(("when", "thursday"),))
            for name in ("refund_wait", "refund_now", "fix_autopay")
        )
    )
    taken = [name for name, _, _ in found(OfferForms(DANA), both, "solution")]

    assert taken == ["refund_now", "fix_autopay"]  # half the money is in the whole; the mandate is another thing
    alone = Matches(offers=both.offers[:1])
    assert [name for name, _, _ in found(OfferForms(DANA), alone, "solution")] == ["refund_wait"]


def with_offers(**gives: tuple[tuple[str, int], ...]) -> Persona:
    """Dana with nothing but these offers, each named for what it gives."""
    first = DANA.offers[0]
    offers = tuple(first.model_copy(update={"id": name, "gives": given}) for name, given in gives.items())
    return DANA.model_copy(update={"offers": offers})


def test_as_much_of_the_one_and_more_of_the_other_is_the_better_offer() -> None:
    persona = with_offers(money=(("money_back", 100),), both=(("money_back", 100), ("fee_covered", 50)))
    made = tuple(OfferMade(offer=item.id, score=0.9, quote="x") for item in persona.offers)

    assert [name for name, _, _ in found(OfferForms(persona), Matches(offers=made), "solution")] == ["both"]


def test_offers_that_give_the_same_do_not_cancel_each_other() -> None:
    persona = with_offers(card=(("money_back", 100),), cash=(("money_back", 100),))
    made = tuple(OfferMade(offer=item.id, score=0.9, quote="x") for item in persona.offers)

    assert [name for name, _, _ in found(OfferForms(persona), Matches(offers=made), "solution")] == ["card", "cash"]


def test_an_offer_is_made_once_in_a_breath() -> None:
    """What the words fill beside it does not make it twice."""
    made = (OfferMade(offer="refund_now", score=0.9, quote="x"),)
    taken = found(OfferForms(DANA), Matches(offers=made, details=(("reference", "hr7741"),)), "solution")

    assert [name for name, _, _ in taken] == ["refund_now"]


def test_a_day_that_was_turned_down_can_be_named_anew() -> None:
    forms = OfferForms(DANA)
    assert forms.promise("refund_wait") == ""
    found(forms, matches("refund_wait", when="friday"), "solution")
    assert forms.promise("refund_wait") == "friday"
    forms.forget_day("refund_wait")
    forms.forget_day("refund_now")  # never offered: nothing to forget

    assert forms.promise("refund_wait") == ""
    assert found(forms, matches(when="tuesday")) == [("refund_wait", (), "tuesday")]
    assert forms.promise("refund_wait") == "tuesday"


def test_of_a_day_and_a_time_the_day_is_the_promise() -> None:
    forms = OfferForms(DANA)
    found(forms, matches("refund_now", day="thursday", when="this week"), "solution")

    assert forms.promise("refund_now") == "thursday"
    forms.forget_day("refund_now")
    assert forms.promise("refund_now") == ""


# -- lines and what comes between -------------------------------------------------------------------------------------


def test_a_line_with_braces_that_are_no_placeholder_is_said_as_it_stands() -> None:
    bag = LineBag(Chance(1, "test"))

    assert bag.pick((("A {brace is left open.",),), "story") == "A {brace is left open."


def test_every_place_of_a_placeholder_is_filled_and_the_line_counts_as_said() -> None:
    bag = LineBag(Chance(1, "test"))
    line = "{agent}, {agent}. By {day}?"

    assert bag.pick(((line,),), "story") is None
    assert bag.pick(((line,),), "story", {"agent": "Sam", "day": ""}) is None  # one is not known
    assert bag.pick(((line,),), "story", {"agent": "Sam", "day": "Monday"}) == "Sam, Sam. By Monday?"
    assert bag.pick(((line,),), "story", {"agent": "Kim", "day": "Friday"}) is None
    assert bag.uses == {line: 1}


def test_said_again_is_what_was_said_least_over_all_groups() -> None:
    bag = LineBag(Chance(1, "test"))
    said = [bag.pick((("One.",), ("Two.",)), "hello", again=True) for _ in range(4)]

    assert said == ["One.", "Two.", "One.", "Two."]


def test_she_does_not_always_take_the_same_place_of_a_list() -> None:
    bag = LineBag(Chance(1, "test"))
    said = [bag.pick(((f"First {n}.", f"Second {n}."),), "story") or "" for n in range(30)]

    assert {line.split()[0] for line in said} == {"First", "Second"}


def ball(**how: object) -> Curveball:
    return Curveball.model_validate({"kind": "bad_line", "chance": 1.0, "after": 2, "before": 2, "say": ("W?",), **how})


def test_what_comes_between_waits_for_its_reply_and_comes_once() -> None:
    late, early = ball(after=9, before=9), ball(after=2, before=2)
    balls = Curveballs.drawn(DANA.model_copy(update={"curveballs": (late, early)}), Chance(1, "x"))

    assert [balls.due(turn) for turn in (1, 2, 8)] == [None, early, early]  # due until it is taken
    balls.take()
    assert [balls.due(turn) for turn in (8, 9)] == [None, late]
    balls.take()
    assert balls.due(29) is None


@given(st.integers(0, 500), st.integers(1, 20), st.integers(1, 20))
def test_what_comes_between_comes_within_its_bounds(seed: int, after: int, before: int) -> None:
    """One that may be due before it may come is due as soon as it may come."""
    balls = Curveballs.drawn(
        DANA.model_copy(update={"curveballs": (ball(after=after, before=before), ball(chance=0.0))}), Chance(seed, "x")
    )

    ((turn, _),) = balls.waiting
    assert after <= turn <= max(after, before)
