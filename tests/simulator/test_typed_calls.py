"""Calls that are typed, event by event."""

import pytest

from simulator import commands as do
from simulator import events as ev
from simulator.engine import CallEngine
from simulator.errors import EngineError
from simulator.floor import Floor
from simulator.ports import FRAME_MS
from simulator.rehearsal.telephone import Speech
from tests.simulator.phone import DANA, JOEL, POLICY, Phone, causes, phone

# -- typed calls ------------------------------------------------------------------------------------------------------


def typed() -> Phone:
    """A typed call whose greeting is over."""
    call = phone()
    call.tell(ev.CallStarted(t=0, source="typed"))
    call.t = FRAME_MS
    return call.run(10_000)


def types(call: Phone, text: str) -> Phone:
    return call.tell(ev.TraineeAction(t=call.t, action="say", text=text))


def test_a_typed_reply_is_answered_without_waiting_and_without_acting() -> None:
    call = types(typed(), "  hello there  ")
    call.run(call.t + 2 * FRAME_MS)

    (report,) = call.all(do.ReportTurn)
    assert (report.turn, report.text, report.gap_ms, report.overlap_ms) == (1, "hello there", 0, 0)
    assert "dead_air" not in causes(report)
    assert not {"let_finish", "backchannel"} & set(report.acts)  # nobody hears whether a typist listens
    assert call.all(do.SayAloud)[1].acted_delay_ms == 0
    assert call.of(do.ScoreTurnEnd) == call.of(do.Transcribe) == []


@pytest.mark.parametrize("nothing", ["", "   "])
def test_an_empty_typed_reply_is_no_turn(nothing: str) -> None:
    call = types(typed(), nothing)

    assert call.engine.floor is Floor.QUIET
    assert call.engine.view.turn == 0
    assert call.all(do.ReadReply) == []
    types(call, "hello there").run(20_000)
    assert [(one.turn, one.text) for one in call.all(do.ReportTurn)] == [(1, "hello there")]


def test_nobody_types_into_her_words() -> None:
    call = phone()
    call.tell(ev.CallStarted(t=0, source="typed"))
    call.t = FRAME_MS
    call.run(1_000)

    with pytest.raises(EngineError, match="while the caller was speaking"):
        types(call, "hello")


def test_a_typed_reply_ends_a_hold_that_nobody_had_to_sit_through() -> None:
    call = typed()
    call.act("hold")
    assert call.engine.floor is Floor.HOLD
    types(call.run(100_000), "hello there")
    call.run(110_000)

    assert call.replies == ["hello there"]
    assert "hold" not in causes(call.all(do.ReportTurn)[0])
    assert call.reasons[:2] == ["greeting", "end_of_turn"]


def test_a_slow_reader_is_waited_for_when_words_were_typed() -> None:
    """Typed words cannot be lost on the way, so she never says that she did not catch them."""
    call = typed()
    call.ears_ms = 30_000
    types(call, "hello there")
    assert call.run(39_000).of(do.ReportTurn) == []
    assert call.engine.floor is Floor.PREPARING
    call.run(50_000)

    assert call.replies == ["hello there"]
    assert call.reasons == ["greeting", "end_of_turn"]


def test_the_stop_word_can_be_typed() -> None:
    call = types(typed(), "Stop the exercise!")
    call.run(20_000)

    assert call.reasons[-1] == "stop"
    assert call.end == ("stopped", "the stop word was said")
    assert call.replies == []


def test_a_driver_without_frames_is_told_when_she_will_speak() -> None:
    """Her answer is ready and waits for its moment; at no other time is there anything to wait for."""
    call = phone([Speech(7_000, 8_000)], persona=JOEL)
    assert call.engine.next_deadline is None
    while len(call.of(do.SayAloud)) < 2:
        call.run(call.t + FRAME_MS)
    call.run(call.t + FRAME_MS)
    due = call.engine.next_deadline
    delay = call.all(do.SayAloud)[1].acted_delay_ms
    assert delay >= 500  # a cold caller lets one wait
    assert due is not None
    assert due == 8_000 + delay > call.t

    before = len(call.of(do.Play))
    call.tell(ev.Tick(t=due - 1))
    assert len(call.of(do.Play)) == before
    call.tell(ev.Tick(t=due))
    assert call.engine.floor is Floor.CALLER
    assert len(call.of(do.Play)) > before
    assert call.engine.next_deadline is None


def test_what_is_not_made_yet_has_no_moment() -> None:
    engine = CallEngine(DANA, POLICY, 7)
    asked = engine.handle(ev.CallStarted(t=0, source="typed"))
    assert engine.next_deadline is None

    number = next(one.utterance for one in asked if isinstance(one, do.Synthesize))
    engine.handle(ev.Tick(t=500))
    engine.handle(ev.Fault(t=700, what="synthesizer", detail="no voice", utterance=number, part=0))
    assert engine.next_deadline == 700  # no sound will come: her words can be shown now, not in the past


def test_the_stop_word_does_not_wait_for_the_end_of_a_turn() -> None:
    """Even when the turn-end model is sure that more will come."""
    call = phone([Speech(7_000, 9_000, "oh stop the exercise and")])
    call.done = lambda words: 0.0
    call.run(20_000)

    assert call.reasons == ["greeting", "stop"]
    assert call.when(do.SayAloud, 1) - 9_000 < POLICY.at_once_ms
