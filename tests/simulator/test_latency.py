"""Which pauses were sat out and which were taken for the end, read off a call."""

import numpy as np
import pytest

from personas import shelf
from simulator.commands import Command, Stop
from simulator.engine import CallEngine
from simulator.events import Event
from simulator.latency import RAMP_MS, Holds, answered, holds, yielded
from simulator.ports import FRAME_MS, SAMPLE_RATE
from simulator.rehearsal.telephone import Line, Speech
from simulator.turn_policy import TurnPolicy


def call(*stretches: tuple[int, int], done: float) -> list[tuple[Event, tuple[Command, ...]]]:
    """Steps of a call in which the trainee speaks at these times and the model says ``done`` at every pause."""
    persona, policy = shelf.find("dana_double_billing"), TurnPolicy()
    script = [Speech(start, end, f"I see what you mean by part {n}.") for n, (start, end) in enumerate(stretches)]
    line = Line(CallEngine(persona, policy, 1), script, ears_ms=100, done=lambda words: done).run(20_000)
    engine = CallEngine(persona, policy, 1)
    return [(event, engine.handle(event)) for event in line.fed]


@pytest.mark.parametrize(
    ("pause_ms", "done", "counted"),
    [
        (480, 0.5, Holds(pauses=1, cut_off=0)),  # the wait at 0.5 is a second
        (800, 0.99, Holds(pauses=1, cut_off=1)),  # sure of an end, and wrong
        (96, 0.99, Holds(pauses=0, cut_off=0)),  # too short to be noticed
    ],
)
def test_a_pause_is_sat_out_or_cut_off(pause_ms: int, done: float, counted: Holds) -> None:
    steps = call((8_000, 9_600), (9_600 + pause_ms, 11_200 + pause_ms), done=done)

    assert holds(steps) == counted


def test_the_end_of_a_turn_is_no_pause() -> None:
    steps = call((8_000, 9_600), done=0.99)

    assert len(answered(steps)) == 1
    assert holds(steps) == Holds(pauses=0, cut_off=0)


def test_an_answer_to_her_line_is_no_pause_of_the_turn_before() -> None:
    first = call((8_000, 9_600), done=0.99)
    over = [event.t for event, _ in first if getattr(event, "idle", False)][-1]

    assert holds(call((8_000, 9_600), (over + 320, over + 1_600), done=0.99)) == Holds(pauses=0, cut_off=0)


def test_a_barge_in_is_timed_from_his_first_sound_to_her_silence() -> None:
    """He speaks two seconds into her greeting and keeps on; in the recording she is silent 60 ms after the order."""
    policy, start_anger = TurnPolicy(), 62.0
    steps = call((2_000, 5_000), done=0.99)
    (ordered,) = [event.t for event, commands in steps if any(isinstance(c, Stop) for c in commands)]
    caller = np.zeros(20 * SAMPLE_RATE, np.float32)
    caller[: (ordered + 60) * SAMPLE_RATE // 1000] = 0.1
    caller[(ordered + 900) * SAMPLE_RATE // 1000 :] = 0.1  # her next line

    (found,) = yielded(steps, caller, policy, start_anger)

    assert found.held_on_ms == policy.yield_after_ms(start_anger)
    assert found.stopped_ms == pytest.approx(ordered + 60 - 2_000 - found.held_on_ms, abs=FRAME_MS)
    assert 64 + (60 - policy.fade_ms) + RAMP_MS <= found.ducked_ms <= 128 + (60 - policy.fade_ms) + RAMP_MS


def test_a_nod_is_no_barge_in() -> None:
    assert yielded(call((2_000, 2_200), done=0.99), np.zeros(SAMPLE_RATE, np.float32), TurnPolicy(), 62.0) == ()
