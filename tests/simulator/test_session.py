"""Whole spoken calls with fakes at the edges: recorded, interrupted, unplugged, replayed."""

import os
import signal
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from personas import shelf
from simulator.commands import Command, HeardLine
from simulator.events import Event, TraineeAction
from simulator.live import Models
from simulator.ports import FRAME_SAMPLES
from simulator.recording import read_call
from simulator.replay import replay
from simulator.session import CallPlan, CallResult, hold_fast, hold_real_time
from tests.fakes import FakeDetector, FakeMatcher, FakeReader, FakeRecognizer, FakeSynthesizer, FakeTurnEnd, spoken
from voice.scripted_microphone import ScriptedMicrophone
from voice.trainee_script import TraineeScript
from voice.virtual_card import VirtualCard

DANA = shelf.find("dana_double_billing")
SCRIPT = """Halden, this is Sam.
So, twice, on the third and the fourth.
[interrupt after 1 s] I am so sorry about that.
"""


def models(**broken: Any) -> Models:
    reader = FakeReader({"this is": ("greeting",), "So,": ("paraphrase",), "sorry": ("apology",)})
    parts: dict[str, Any] = {
        "detector": FakeDetector(), "recognizer": FakeRecognizer(), "turn_end": FakeTurnEnd(), "reader": reader,
        "matcher": FakeMatcher(), "synthesizer": FakeSynthesizer(),
    }  # fmt: skip
    return Models(**{**parts, **broken})


def plan(out: Path) -> CallPlan:
    return CallPlan(persona=DANA, seed=3, difficulty=3, source="spoken", out=out)


def microphone() -> ScriptedMicrophone:
    return ScriptedMicrophone(TraineeScript.parse(SCRIPT), spoken)


def checked(result: CallResult) -> Any:
    """The recording of a call; it must be whole and replay."""
    assert result.path is not None
    call = read_call(result.path)
    assert call.closed and call.damage is None
    done = replay(call)
    assert done.identical, done.first_difference
    return done


def test_a_fast_call_is_recorded_and_replays(tmp_path: Path) -> None:
    result = hold_fast(plan(tmp_path / "a"), models(), microphone())
    again = hold_fast(plan(tmp_path / "b"), models(), microphone())

    done = checked(result)
    assert [turn.text for turn in done.turns][:2] == [
        "Halden, this is Sam.",
        "So, twice, on the third and the fourth.",
    ]
    assert done.turns[2].overlap_ms > 0
    assert result.outcome == "unresolved"
    for name in ("trainee.wav", "caller.wav"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    steps = [(tmp_path / one / "call.jsonl").read_text(encoding="utf-8").splitlines()[1:] for one in "ab"]
    bodies = [[line.partition(',"sum"')[0] for line in lines] for lines in steps]
    assert bodies[0] == bodies[1]
    assert again.anger == result.anger


class _CtrlC:
    """A microphone whose trainee presses Ctrl-C in mid-call."""

    def __init__(self, at_frame: int) -> None:
        self._inner, self._at = microphone(), at_frame

    def read(self, frame_index: int, caller_speaking: bool) -> Any:
        if frame_index == self._at:
            os.kill(os.getpid(), signal.SIGINT)
        return self._inner.read(frame_index, caller_speaking)


class _Silent:
    """A microphone into which nobody speaks."""

    def read(self, frame_index: int, caller_speaking: bool) -> Any:
        return np.zeros(FRAME_SAMPLES, dtype=np.float32)


@pytest.mark.parametrize("frame", [0, 1, 97, 300])
def test_ctrl_c_saves_the_call(tmp_path: Path, frame: int) -> None:
    before = signal.getsignal(signal.SIGINT)

    result = hold_fast(plan(tmp_path / "call"), models(), _CtrlC(frame))

    assert result.outcome == "stopped"
    checked(result)
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_on_a_headset_hangs_up(tmp_path: Path) -> None:
    """As one does on a telephone: the call is not resolved, and after a fair warning it has ended fairly."""
    card = VirtualCard(_CtrlC(60), real_time=True, clock=lambda: 0.0, wait=lambda seconds: None)

    result = hold_real_time(plan(tmp_path / "call"), models(), card)

    assert result.outcome == "unresolved"
    checked(result)


@pytest.mark.parametrize(
    ("presses", "actions"), [((-5,), []), ((3,), ["hold"]), ((3, 20), ["hold", "resume"]), ((-5, 3), ["hold"])]
)
def test_the_hold_button_puts_her_on_hold_and_takes_her_back(
    tmp_path: Path, presses: tuple[int, ...], actions: list[str]
) -> None:
    """Not while she greets (frames before 0); the wait is recorded and replays."""
    at = -10

    class Keys:
        def watch(self, stop: Any) -> Any:
            return nullcontext()

        def due(self, t: int) -> list[Any]:
            nonlocal at
            at += at != -1  # the last frame before she has greeted
            if at == 40:
                os.kill(os.getpid(), signal.SIGINT)
            return ["hold"] if at in presses else []

    def watch(event: Event, commands: Sequence[Command]) -> None:
        nonlocal at
        if any(isinstance(command, HeardLine) for command in commands):
            at = 0

    card = VirtualCard(_Silent(), real_time=True, clock=lambda: 0.0, wait=lambda seconds: None)

    result = hold_real_time(plan(tmp_path / "call"), models(), card, watching=[watch], keys=Keys())

    checked(result)
    steps = read_call(tmp_path / "call").steps
    done = [step.event.action for step in steps if isinstance(step.event, TraineeAction)]
    assert done == [*actions, "hang_up"]


def test_a_recogniser_that_breaks_is_a_fault_not_a_crash(tmp_path: Path) -> None:
    def broken() -> None:
        raise RuntimeError("no ears today")

    result = hold_fast(plan(tmp_path / "call"), models(recognizer=FakeRecognizer(before=broken)), microphone())

    assert any("no ears today" in failure for failure in result.failures)
    assert checked(result).turns == ()


def test_an_unplugged_headset_ends_the_call_saved(tmp_path: Path) -> None:
    card = VirtualCard(microphone(), real_time=True, unplug_after=150, clock=lambda: 0.0, wait=lambda seconds: None)

    result = hold_real_time(plan(tmp_path / "call"), models(), card)

    assert result.outcome == "stopped"
    done = checked(result)
    assert done.end is not None and "headset" in done.end.detail


def test_nothing_is_kept_when_nothing_is_to_be_kept(tmp_path: Path) -> None:
    silent = CallPlan(persona=DANA, seed=3, difficulty=3, source="spoken", out=None)

    result = hold_fast(silent, models(), microphone())

    assert result.path is None and result.turns >= 2
    assert list(tmp_path.iterdir()) == []


def test_a_voice_that_breaks_does_not_hang_the_call(tmp_path: Path) -> None:
    """A line that cannot be made is silence; the call goes on and ends."""
    count = iter(range(100))

    def sometimes() -> None:
        if next(count) % 2:
            raise RuntimeError("no voice today")

    mouth = FakeSynthesizer(before=sometimes)
    result = hold_fast(plan(tmp_path / "call"), models(synthesizer=mouth), microphone())

    assert any("no voice today" in failure for failure in result.failures)
    assert checked(result).turns != ()
