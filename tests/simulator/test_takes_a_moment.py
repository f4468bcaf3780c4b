""" "Well," while the beginning of an answer is still being made: heard, and not written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from personas import shelf
from personas.vocabulary import MOODS
from simulator import commands as do
from simulator import events as ev
from simulator.engine import CallEngine
from simulator.events import Event
from simulator.floor import Floor
from simulator.latency import answered, holds
from simulator.plan import Line as PlannedLine
from simulator.plan import Plan
from simulator.ports import FRAME_MS, Delivery
from simulator.rehearsal.telephone import MS_PER_CHAR, Line, Speech
from simulator.relisten import _opened, _recorded_delays
from simulator.turn_policy import TurnPolicy
from simulator.utterance import OPENER, Part, Utterance
from tests.simulator.phone import DANA, SLOW_MS, Phone, phone
from tests.simulator.test_ahead import Counted, conductor, run
from tests.simulator.test_live import slow_call

ASKS = Speech(9_000, 11_000, "That was our mistake and I am sorry.", ("own_fault", "apology"))
LATE = frozenset({(2, 0)})
"""The first piece of her first answer takes four seconds to make."""


def begun(call: Line, utterance: int = 2) -> int:
    """When she was first heard in an utterance."""
    return next(t for t, command in call.log if isinstance(command, do.Play) and command.utterance == utterance)


def said_first(call: Phone, utterance: int = 2) -> list[str]:
    """What was made to be said before the parts."""
    return [one.text for one in call.all(do.Synthesize) if one.part == OPENER and one.utterance == utterance]


def test_a_word_comes_first_when_the_answer_is_not_ready_and_is_not_written_down() -> None:
    quick = phone([ASKS]).run(40_000)
    late = phone([ASKS], slow_parts=LATE).run(40_000)

    assert said_first(quick) == []
    (word,) = said_first(late)
    assert word in DANA.lines_for("takes_a_moment", "angry")
    assert begun(late) - begun(quick) <= 3 * FRAME_MS
    plays = [one for one in late.all(do.Play) if one.utterance == 2]
    assert [one.part for one in plays][:2] == [OPENER, 0]
    assert plays[1].pause_ms == TurnPolicy().pause_in_sentence_ms
    assert late.all(do.HeardLine)[1].text == quick.all(do.HeardLine)[1].text
    assert late.all(do.HeardLine)[1].whole


def test_an_answer_that_is_ready_in_the_meantime_goes_before_the_word() -> None:
    call = phone([ASKS], slow_parts=LATE | {(2, OPENER)}).run(40_000)

    assert len(said_first(call)) == 1
    assert begun(call) - ASKS.until > SLOW_MS
    assert next(one.part for one in call.all(do.Play) if one.utterance == 2) == 0


def test_a_word_that_cannot_be_made_is_nothing() -> None:
    call = phone([ASKS], slow_parts=LATE, mute_parts=frozenset({(2, OPENER)})).run(40_000)

    assert next(one.part for one in call.all(do.Play) if one.utterance == 2) == 0
    assert call.all(do.HeardLine)[1].whole


@pytest.mark.parametrize("goes_on_at", [11_600, 12_600])
def test_if_he_goes_on_in_that_word_or_after_it_she_has_said_nothing(goes_on_at: int) -> None:
    """As if she had been silent: it is no interruption, and what she was about to say is not used up."""
    over = Speech(goes_on_at, 16_000, "and another thing")
    silent = phone([ASKS, over], slow_parts=LATE | {(2, OPENER)}).run(goes_on_at + 300)
    call = phone([ASKS, over], slow_parts=LATE).run(goes_on_at + 300)

    assert [one.part for one in call.all(do.Play) if one.utterance == 2] == [OPENER]
    assert call.all(do.Stop)
    assert len(call.all(do.HeardLine)) == 1
    assert call.engine.caller.memory(call.engine.mood) == silent.engine.caller.memory(silent.engine.mood)
    call.run(18_000)
    assert call.replies == [f"{ASKS.say} {over.say}"]
    assert call.all(do.ReportTurn)[-1].overlap_ms == 0


def test_greetings_cut_ins_last_words_and_typed_calls_do_without() -> None:
    assert said_first(phone(slow_parts=frozenset({(1, 0)})).run(12_000), 1) == []
    monologue = Speech(9_000, 40_000, "well the thing is")
    cut = phone([monologue], anger=95, slow_parts=LATE).run(45_000)
    assert cut.reasons[1] == "cut_in"
    assert said_first(cut) == []
    leaves = phone([ASKS], policy=TurnPolicy(max_turns=1), slow_parts=LATE).run(30_000)
    assert leaves.end[0] == "timed_out"
    assert said_first(leaves) == []
    typed = CallEngine(DANA, TurnPolicy(), 7)
    typed.handle(ev.CallStarted(t=0, agent="Sam", source="typed"))
    for t in range(1, 40):
        typed.handle(ev.Tick(t=100 * t))
        assert not [one for one in typed.handle(ev.Tick(t=100 * t)) if isinstance(one, do.Synthesize)]


@pytest.mark.parametrize("caller", ["dana_double_billing", "hoa_three_letters", "joel_late_bed", "marian_owen_parcel"])
def test_what_she_may_begin_with_is_another_word_than_before_and_than_what_follows(caller: str) -> None:
    script = [Speech(at, at + 1_500, f"I see number {at}", ("empathy",)) for at in range(20_000, 200_000, 20_000)]
    engine = CallEngine(shelf.find(caller), TurnPolicy(), 3)
    slow = frozenset((utterance, 0) for utterance in range(2, 60))
    call = Phone(engine, script, slow_parts=slow).run(210_000)

    words = [one for one in call.all(do.Synthesize) if one.part == OPENER]
    assert len(words) >= 3
    assert all(one.text != other.text for one, other in zip(words, words[1:], strict=False))
    for word in words:
        first = next(one for one in call.all(do.Synthesize) if (one.utterance, one.part) == (word.utterance, 0))
        assert first.text.split()[0].strip(",.") != word.text.split()[0].strip(",.")
        assert first.delivery.speaker == word.delivery.speaker


def test_it_is_fetched_and_never_made_to_order() -> None:
    """Making it would keep the mouth from the answer itself."""
    models = Counted()
    call, workers = slow_call(models)
    run(call, lambda t: t < 4_000, 4_250)
    for _ in ("recognised", "read"):
        workers.let_go("ears")
        call.deliver()
    run(call, lambda t: False, 5_500)
    asked = len(models.made)
    assert call.engine.floor is Floor.PREPARING

    workers.let_go("shelf")
    assert {lane for lane, _ in workers.waiting} == {"mouth"}
    workers.let_go("mouth")

    assert len(models.made) > asked
    known = {
        text for mood in ("calm", "annoyed", "angry", "furious") for text in DANA.lines_for("takes_a_moment", mood)
    }
    assert not known & set(models.made[asked:])


@dataclass
class Keeps(Counted):
    """A mouth that keeps what it has made, and is asked whether it has."""

    has: frozenset[str] = frozenset()

    def kept(self, text: str, delivery: Delivery) -> bool:
        return text in self.has or text in self.made


def test_what_is_made_does_not_wait_behind_what_is_being_made() -> None:
    models = Keeps(has=frozenset({"That was our mistake."}))
    call, workers = slow_call(models)
    call.engine._utterance.number = 7  # what she is saying now
    for text, part in (("Something long that nobody has made.", 0), ("That was our mistake.", 1)):
        call._make(7, part, text, Delivery(speaker="en_us_f2", manner="hot", anger=50))

    workers.let_go("shelf")
    assert models.made[-1:] == ["That was our mistake."]
    assert [lane for lane, _ in workers.waiting] == ["mouth"]
    workers.let_go("mouth")
    assert models.made[-1] == "Something long that nobody has made."


@pytest.mark.parametrize("at", range(300, 1_400, 100))
def test_in_counted_time_nothing_depends_on_what_was_kept(at: int) -> None:
    """A reply under the end of her greeting is read after the frame in which the floor is hers."""
    calls = []
    for has in (frozenset(), frozenset(text for mood in MOODS for text in DANA.lines_for("takes_a_moment", mood))):
        call = conductor(Keeps(has=has), ahead=False)
        steps: list[tuple[Event, Sequence[do.Command]]] = []
        call.observers = [lambda event, commands, steps=steps: steps.append((event, tuple(commands)))]
        run(call, lambda t: at <= t < at + 700, 12_000)
        calls.append(steps)

    assert calls[0] == calls[1]
    assert not [one for _, commands in calls[0] for one in commands if getattr(one, "part", 0) == OPENER]


def test_her_words_for_it_are_made_while_she_has_nothing_else_to_make() -> None:
    models = Keeps()
    call = conductor(models, ahead=True)
    run(call, lambda t: False, 4_000)

    assert set(DANA.lines_for("takes_a_moment", call.engine.mood.band)) <= set(models.made)


def test_in_the_record_of_who_spoke_when_the_word_and_the_wait_after_it_are_counted() -> None:
    plan = Plan(lines=(PlannedLine(situation="softens", text="That helps a bit."),))
    said = Utterance.of(3, plan, not_before=0, decided=0)
    said.opener = Part(text="Well,", duration_ms=500, played=True)
    said.opened = 1_000
    said.parts[0].duration_ms, said.parts[0].words = 800, ()
    said.begins(2_100)  # the word was over at 1,500
    assert list(said.plays(180, 140)) == [(0, 140)]
    said.position = said.length_ms

    assert said.length_ms == 500 + 140 + 800
    assert said.by_party() == ((0, 2_240, 3_040, "That helps a bit."),)


@pytest.mark.parametrize("slow_ms", [150, 300, SLOW_MS])
def test_her_first_sound_and_the_first_word_of_the_answer_are_two_numbers(slow_ms: int) -> None:
    late = phone([ASKS], slow_parts=LATE)
    late.slow_ms = slow_ms
    late.run(40_000)
    engine = CallEngine(DANA, TurnPolicy(), 7)
    steps: list[tuple[Event, tuple[do.Command, ...]]] = [(event, engine.handle(event)) for event in late.fed]

    (one,) = answered(steps)
    (word,) = said_first(late)
    spoken = one.sounded_ms + MS_PER_CHAR * len(word)
    assert one.sounded_ms < one.made_ms
    assert one.answered_ms == max(one.made_ms, spoken) + TurnPolicy().pause_in_sentence_ms
    assert holds(steps).pauses == 0


def test_a_call_that_is_heard_again_begins_where_it_began() -> None:
    """Her words come when they came: a word that was not at hand has no delay of its own, and is not said now either."""
    late = phone([ASKS, Speech(40_000, 42_000, "I see.")], slow_parts=LATE | {(4, 0)}).run(60_000)
    engine = CallEngine(DANA, TurnPolicy(), 7)
    kept = [
        event
        for event in late.fed
        if not (isinstance(event, ev.SpeechReady) and event.utterance == 2 and event.part == OPENER)
    ]
    for fed, utterances in ((late.fed, frozenset({2})), (kept, frozenset())):
        engine = CallEngine(DANA, TurnPolicy(), 7)
        call = SimpleNamespace(steps=[SimpleNamespace(event=event, commands=engine.handle(event)) for event in fed])
        arrived = [step.event for step in call.steps if isinstance(step.event, ev.SpeechReady)]

        assert {number for number in _opened(call) if number == 2} == utterances
        assert len(_recorded_delays(call)["SpeechReady"]) == len(arrived)


@pytest.mark.parametrize(("openers", "said"), [(frozenset({7}), ["Well,"]), (frozenset({8}), [])])
def test_heard_again_she_says_the_word_where_it_was_said_whatever_is_kept(
    openers: frozenset[int], said: list[str]
) -> None:
    call, workers = slow_call(Counted())
    call.engine._utterance.number, call.openers = 7, openers
    before = len(call.models.synthesizer.made)  # type: ignore[attr-defined]

    call._make(7, OPENER, "Well,", Delivery(speaker="en_us_f2", manner="hot", anger=50))
    workers.let_go("shelf")

    assert call.models.synthesizer.made[before:] == said  # type: ignore[attr-defined]
