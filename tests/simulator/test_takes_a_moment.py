""" "Well," while the beginning of an answer is still being made: heard, and not written down."""

import pytest

from personas import shelf
from simulator import commands as do
from simulator.engine import CallEngine
from simulator.events import Event
from simulator.latency import answered
from simulator.ports import FRAME_MS
from simulator.rehearsal.telephone import MS_PER_CHAR, Line, Speech
from simulator.turn_policy import TurnPolicy
from simulator.utterance import OPENER
from tests.simulator.test_ahead import Counted, run
from tests.simulator.test_engine_edges import DANA, SLOW_MS, Phone, phone
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
    assert next(one.part for one in call.all(do.Play) if one.utterance == 2) == 0


def test_a_word_that_cannot_be_made_is_nothing() -> None:
    call = phone([ASKS], slow_parts=LATE, mute_parts=frozenset({(2, OPENER)})).run(40_000)

    assert next(one.part for one in call.all(do.Play) if one.utterance == 2) == 0
    assert call.all(do.HeardLine)[1].whole


def test_cut_off_in_that_word_she_has_said_nothing() -> None:
    over = Speech(11_500, 16_000, "and another thing")
    call = phone([ASKS, over], slow_parts=LATE).run(16_500)

    heard = call.all(do.HeardLine)[1]
    assert not heard.whole
    assert heard.text == ""
    assert heard.end_ms - heard.start_ms < SLOW_MS


def test_greetings_cut_ins_last_words_and_typed_calls_do_without() -> None:
    assert said_first(phone(slow_parts=frozenset({(1, 0)})).run(12_000), 1) == []
    monologue = Speech(9_000, 40_000, "well the thing is")
    cut = phone([monologue], anger=95, slow_parts=LATE).run(45_000)
    assert cut.reasons[1] == "cut_in"
    assert said_first(cut) == []
    leaves = phone([ASKS], policy=TurnPolicy(max_turns=1), slow_parts=LATE).run(30_000)
    assert leaves.end[0] == "timed_out"
    assert said_first(leaves) == []


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

    workers.let_go("shelf")
    assert {lane for lane, _ in workers.waiting} == {"mouth"}
    workers.let_go("mouth")

    assert len(models.made) > asked
    known = {
        text for mood in ("calm", "annoyed", "angry", "furious") for text in DANA.lines_for("takes_a_moment", mood)
    }
    assert not known & set(models.made[asked:])


def test_her_first_sound_and_the_first_word_of_the_answer_are_two_numbers() -> None:
    late = phone([ASKS], slow_parts=LATE).run(40_000)
    engine = CallEngine(DANA, TurnPolicy(), 7)
    steps: list[tuple[Event, tuple[do.Command, ...]]] = [(event, engine.handle(event)) for event in late.fed]

    (one,) = answered(steps)
    (word,) = said_first(late)
    assert one.sounded_ms < one.made_ms <= one.answered_ms - TurnPolicy().pause_in_sentence_ms
    assert one.sounded_ms + MS_PER_CHAR * len(word) < one.answered_ms
