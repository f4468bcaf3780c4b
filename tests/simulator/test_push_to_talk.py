"""Push-to-talk: the turn is over when the trainee's key says so, and nothing else he does counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import commands as do
from simulator import events as ev
from simulator.cli import main
from simulator.console.keys import Keyboard, ScriptedKey
from simulator.engine import CallEngine
from simulator.floor import Floor
from simulator.preferences import Preferences
from simulator.recording import read_call
from simulator.rehearsal.telephone import Line, Speech
from simulator.session import hold_fast, hold_real_time
from simulator.turn_policy import TurnPolicy
from tests.simulator.test_keys import Typing
from tests.simulator.test_session import DANA, checked, microphone, models, plan
from voice.virtual_card import VirtualCard

TALK = TurnPolicy(push_to_talk=True)


def line(*script: Speech, ears_ms: int = 100) -> Line:
    """A call in which she has said her greeting."""
    call = Line(CallEngine(DANA, TALK, 3), script, ears_ms=ears_ms)
    while not call.of(do.HeardLine):
        call.run(call.t + 32)
    return call


def begun(call: Line) -> int:
    """Press now; return when."""
    call._feed(ev.TraineeAction(t=call.t, action="key_down"))
    return call.t


def test_with_the_key_up_nothing_is_heard() -> None:
    call = line()
    call.script = [Speech(call.t + 100, call.t + 2000, "How can I help you?")]
    call.run(call.t + 4000)

    assert not call.of(do.Transcribe) and call.engine.floor is Floor.QUIET


def test_a_long_pause_ends_nothing_and_the_key_ends_the_turn_at_once() -> None:
    call = line()
    start = begun(call)
    call.script = [
        Speech(start + 200, start + 1000, "So, what I"),
        Speech(start + 6000, start + 7000, "can do is this."),
    ]
    call.run(start + 9000)
    assert call.engine.floor is Floor.TRAINEE and not call.of(do.ReportTurn)

    call.act("key_up")
    released = call.t
    call.run(released + 3000)
    turn = call.of(do.ReportTurn)[-1]
    assert turn.text == "So, what I can do is this."
    assert call.when(do.ReportTurn, -1) - released <= 3 * 100, "recognising and reading, and no wait"


def test_what_was_recognised_in_the_last_lull_need_not_be_recognised_again() -> None:
    call = line()
    start = begun(call)
    call.script = [Speech(start + 200, start + 1000, "Let me look.")]
    call.run(start + 3000)
    asked = len(call.of(do.Transcribe))
    call.act("key_up")
    call.run(call.t + 64)

    assert asked == 1 == len(call.of(do.Transcribe))
    assert call.of(do.ReportTurn)[-1].text == "Let me look."


def test_a_press_without_a_word_is_no_turn() -> None:
    call = line()
    begun(call)
    call.run(call.t + 500)
    call.act("key_up")
    call.run(call.t + 1000)

    assert not call.of(do.ReportTurn) and call.engine.floor is Floor.QUIET


def test_pressing_is_enough_to_interrupt_her() -> None:
    call = Line(CallEngine(DANA, TALK, 3))
    while call.engine.floor is not Floor.CALLER:
        call.run(call.t + 32)
    call.run(call.t + 500)
    pressed = begun(call)
    assert call.of(do.Duck), "she is lowered in the same moment"
    call.run(pressed + 1500)

    yields = call.when(do.Stop)
    assert abs(yields - pressed - TALK.yield_after_ms(call.engine.mood.points)) <= 64
    assert call.engine.floor is Floor.TRAINEE


def test_a_press_before_she_has_begun_takes_the_turn_back() -> None:
    call = line(ears_ms=1500)
    start = begun(call)
    call.script = [Speech(start + 100, start + 900, "I can"), Speech(start + 1500, start + 2400, "help you with that.")]
    call.run(start + 1200)
    call.act("key_up")
    call.run(call.t + 200)
    call.act("key_down")
    call.run(start + 2600)
    call.act("key_up")
    call.run(call.t + 6000)

    assert [turn.text for turn in call.of(do.ReportTurn)] == ["I can help you with that."]


def test_keys_mean_nothing_without_push_to_talk() -> None:
    call = Line(CallEngine(DANA, TurnPolicy(), 3))
    call.run(64)
    before = call.engine.floor
    call.act("key_down")

    assert call.engine.floor is before and call.engine.listening


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 60), st.sampled_from(["key_down", "key_up", "hold", "resume"])), max_size=25))
def test_no_order_of_keys_breaks_a_call(presses: list[tuple[int, Any]]) -> None:
    call = Line(
        CallEngine(DANA, TALK, 3), [Speech(at, at + 700, "I am sorry.") for at in range(500, 40_000, 1100)], ears_ms=90
    )
    for frames, action in presses:
        call.run(call.t + 32 * frames)
        if call.engine.floor is not Floor.ENDED:
            call.act(action)
    twin = CallEngine(DANA, TALK, 3)
    assert [command for event in call.fed for command in twin.handle(event)] == [command for _, command in call.log]


# -- whole calls ----------------------------------------------------------------------------------------------------


def test_a_scripted_trainee_presses_the_key_and_the_call_replays(tmp_path: Path) -> None:
    mic = microphone()
    talking = replace(plan(tmp_path / "call"), policy=TALK)
    done = checked(hold_fast(talking, models(), mic, keys=ScriptedKey(lambda: mic.speaking)))

    assert [turn.text for turn in done.turns][:2] == ["Halden, this is Sam.", "So, twice, on the third and the fourth."]
    call = read_call(tmp_path / "call")
    assert call.header.policy["push_to_talk"] is True
    presses = [step.event.action for step in call.steps if isinstance(step.event, ev.TraineeAction)]
    assert presses[:4] == ["key_down", "key_up"] * 2
    down = False
    for step in call.steps:
        if isinstance(step.event, ev.TraineeAction):
            down = step.event.action == "key_down"
        assert down or not isinstance(step.event, ev.FrameHeard) or step.event.p == 0.0


def test_a_person_at_a_keyboard_in_real_time(tmp_path: Path) -> None:
    """A virtual card and a keyboard on which the space bar has been pressed once; then Esc."""
    keyboard = Keyboard("space", terminal=Typing(b" "))
    stop: list[Any] = []

    class Hands:
        def watch(self, stops: Any) -> Any:
            stop.append(stops)
            return keyboard.watch(stops)

        def due(self, t: int) -> Any:
            if t == 32 * 150:
                stop[0]()
            return keyboard.due(t)

    card = VirtualCard(microphone(), real_time=True, clock=lambda: 0.0, wait=lambda s: None)
    result = hold_real_time(replace(plan(tmp_path / "call"), policy=TALK), models(), card, keys=Hands())

    checked(result)
    assert result.outcome == "stopped", "Esc stops the practice, it does not hang up"
    call = read_call(tmp_path / "call")
    presses = [step.event.action for step in call.steps if isinstance(step.event, ev.TraineeAction)]
    assert presses == ["key_down", "stop"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--typed", "--push-to-talk"), "leave it out with --typed"),
        (("--push-to-talk",), "needs a keyboard"),
        (("--trainee", "excellent", "--fast", "--talk-key", "F1"), "choose space, tab, a letter or a digit"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert main(["practice", "dana_double_billing", *arguments]) == 2
    err = capsys.readouterr().err
    assert said in err and len(err.splitlines()) == 1


def test_the_choice_is_remembered_and_forgotten(capsys: pytest.CaptureFixture[str]) -> None:
    from simulator.console.practice import _talk_key

    usual = {"typed": False, "scripted": False, "keyboard": False}
    assert main(["devices", "choose", "--push-to-talk", "--talk-key", "T"]) == 0
    assert Preferences.load().group("push_to_talk") == {"on": True, "key": "t"}
    assert _talk_key(None, "", typed=False, scripted=True, keyboard=True) is None  # a script presses no key unasked
    assert _talk_key(True, "", typed=False, scripted=True, keyboard=True) == "t"
    assert _talk_key(False, "", **usual) is None
    assert main(["devices", "choose", "--no-push-to-talk"]) == 0
    assert Preferences.load().group("push_to_talk") is None
    assert "push-to-talk is off" in capsys.readouterr().err
