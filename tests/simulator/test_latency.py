"""Which pauses were sat out and which were taken for the end, read off a call."""

import pytest

from personas import shelf
from simulator.commands import Command
from simulator.engine import CallEngine
from simulator.events import Event
from simulator.latency import Holds, answered, holds
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
