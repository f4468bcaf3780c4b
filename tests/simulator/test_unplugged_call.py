"""A headset that is unplugged in mid-call: the call holds, goes on, or ends saved."""

import os
import signal
from pathlib import Path
from typing import Any

from simulator.errors import DeviceError
from simulator.events import Fault, FrameHeard
from simulator.recording import read_call
from simulator.session import hold_real_time
from tests.simulator.test_session import checked, microphone, models, plan
from voice.playout import Playout
from voice.steady_card import SteadyCard
from voice.virtual_card import VirtualCard


class Desk:
    """A virtual headset that is pulled out after some frames and comes back after some looks."""

    def __init__(self, life: int, looks: int) -> None:
        self.mic, self.life, self.looks, self.made, self.now_s = microphone(), life, looks, 0, 0.0
        self.frame = 0

    def read(self, index: int) -> Any:
        self.frame += 1
        return self.mic.read(self.frame - 1, False)

    def make(self, playout: Playout) -> VirtualCard:
        self.made += 1
        if self.made > 1 and self.looks:
            self.looks -= 1
            raise DeviceError("not plugged in")
        return VirtualCard(
            self.read, real_time=True, playout=playout, unplug_tells=False, clock=lambda: 0.0, wait=lambda s: None,
            unplug_after=self.life,
        )  # fmt: skip

    def wait(self, seconds: float) -> None:
        self.now_s += seconds

    def card(self) -> SteadyCard:
        return SteadyCard(self.make, clock=lambda: self.now_s, wait=self.wait)


def test_a_call_stands_still_while_the_headset_is_away_and_goes_on(tmp_path: Path) -> None:
    desk = Desk(life=60, looks=10)
    card = desk.card()
    result = hold_real_time(plan(tmp_path / "call"), models(), card, desk.mic)

    done = checked(result)
    call = read_call(tmp_path / "call")
    faults = [step.event for step in call.steps if isinstance(step.event, Fault)]
    assert faults and {fault.what for fault in faults} == {"overflow"}
    assert faults[0].detail == "headset away 5.0 s" and faults[0].t == 60 * 32
    frames = [step.event.t for step in call.steps if isinstance(step.event, FrameHeard)]
    assert frames == list(range(32, 32 * (len(frames) + 1), 32))
    assert done.turns
    sizes = {(tmp_path / "call" / name).stat().st_size for name in ("trainee.wav", "caller.wav")}
    assert len(sizes) == 1


def test_a_headset_that_does_not_come_back_ends_the_call_and_keeps_it(tmp_path: Path) -> None:
    result = hold_real_time(plan(tmp_path / "call"), models(), Desk(life=60, looks=10_000).card())

    assert result.outcome == "stopped"
    checked(result)


def test_ctrl_c_while_it_is_away_hangs_up(tmp_path: Path) -> None:
    desk, presses = Desk(life=60, looks=10_000), iter([signal.SIGINT])

    def wait(seconds: float) -> None:
        for number in presses:  # once: another thread may take the signal, and he looks again before it is noticed
            os.kill(os.getpid(), number)

    card = SteadyCard(desk.make, clock=lambda: 0.0, wait=wait)
    result = hold_real_time(plan(tmp_path / "call"), models(), card)

    assert result.outcome == "unresolved"
    checked(result)
