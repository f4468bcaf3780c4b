"""She takes a pause for the end, and he goes on as she begins: nobody interrupts anybody."""

import pytest

from simulator import commands as do
from simulator.rehearsal.telephone import Line, Speech
from simulator.turn_policy import TurnPolicy
from tests.simulator.phone import phone

FIRST = Speech(9_000, 11_000, "That was our mistake and I am sorry.", ("own_fault", "apology"))


def begun() -> int:
    """When she answers that, if he says no more."""
    call = phone([FIRST]).run(20_000)
    return next(t for t, command in call.log if isinstance(command, do.Play) and command.utterance == 2)


def goes_on(after_ms: int, lasts_ms: int = 4_000) -> Line:
    """The call in which he begins again so long after her first sound."""
    at = begun() + after_ms
    return phone([FIRST, Speech(at, at + lasts_ms, "and there is more")]).run(at + lasts_ms + 2_000)


@pytest.mark.parametrize("after_ms", [-60, 0, 120, 220])
def test_she_drops_out_and_it_was_no_interruption(after_ms: int) -> None:
    call = goes_on(after_ms)
    stops = [t for t, command in call.log if isinstance(command, do.Stop)]

    assert stops and stops[0] - (begun() + after_ms) <= TurnPolicy().collision_yield_ms + 150
    (whole,) = do.reported(command for _, command in call.log)
    assert whole.text == f"{FIRST.say} and there is more"
    assert whole.overlap_ms == 0
    assert not {"talk_over", "interrupted"} & set(whole.acts)
    assert [one.utterance for one in call.of(do.HeardLine) if isinstance(one, do.HeardLine)] == [1]


def test_a_cough_as_she_begins_makes_her_lower_and_no_more() -> None:
    call = goes_on(60, lasts_ms=120)

    assert not call.of(do.Stop)
    assert [one.gain_db for one in call.of(do.Duck) if isinstance(one, do.Duck)] == [TurnPolicy().duck_db, 0]


def test_who_begins_later_speaks_over_her() -> None:
    call = goes_on(TurnPolicy().collision_ms + 200)

    reports = [one for one in call.of(do.ReportTurn) if isinstance(one, do.ReportTurn)]
    assert reports[1].overlap_ms > 0
    heard = [one for one in call.of(do.HeardLine) if isinstance(one, do.HeardLine)]
    assert heard[1].utterance == 2 and not heard[1].whole


def test_what_she_dropped_is_not_used_up() -> None:
    at = begun() + 60
    script = [FIRST, Speech(at, at + 900, "and there is more")]
    call = phone(script).run(at + 600)  # she has dropped out, and his reply is not over
    before = phone(script).run(begun() - 96)  # his first reply is not answered yet
    plan = phone(script).run(begun())  # it is

    assert call.all(do.Stop)
    used = call.engine.caller.memory(call.engine.mood)
    assert used != plan.engine.caller.memory(plan.engine.mood)
    assert used.lines == before.engine.caller.memory(before.engine.mood).lines
