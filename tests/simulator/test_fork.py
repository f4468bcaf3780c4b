"""A moment once more: the fork begins in the state that the call had, and its recording replays."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator.commands import ReportTurn
from simulator.engine import CallEngine
from simulator.errors import UserError
from simulator.floor import Floor
from simulator.fork import fork
from simulator.ports import SAMPLE_RATE
from simulator.recording import RecordedCall, read_call
from simulator.replay import engine_of, replay
from simulator.session import hold_fast
from tests.fakes import spoken
from tests.simulator.test_session import checked, microphone, models, plan
from voice.scripted_microphone import ScriptedMicrophone
from voice.trainee_script import TraineeScript
from voice.wav import read_recording


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> RecordedCall:
    folder = tmp_path_factory.mktemp("calls") / "first"
    hold_fast(plan(folder), models(), microphone())
    return read_call(folder)


def state(engine: CallEngine) -> str:
    """Everything in an engine, and in what it is made of."""
    return repr(engine) + repr(vars(engine.mind.caller) if hasattr(engine.mind.caller, "__dict__") else engine.mind)


@pytest.mark.parametrize("turn", [1, 2])
def test_it_begins_in_the_state_that_the_call_had(call: RecordedCall, turn: int) -> None:
    again = fork(call, turn)
    fresh, played = engine_of(call.header), engine_of(call.header)
    again.run(fresh)
    for event, _ in call.pairs[: len(again.steps)]:
        played.handle(event)

    assert fresh.floor is Floor.QUIET
    assert fresh.turn == turn - 1
    assert state(fresh) == state(played)
    rest = [(event, commands) for event, commands in call.pairs[len(again.steps) :]]
    assert [fresh.handle(event) for event, _ in rest] == [commands for _, commands in rest]


def test_another_reply_from_there_makes_another_call_that_replays(call: RecordedCall, tmp_path: Path) -> None:
    again = fork(call, 2)
    pcm = [read_recording(call.path / name).samples for name in ("trainee.wav", "caller.wav")]
    size = again.t * SAMPLE_RATE // 1000
    before = tuple((np.clip(track[:size], -1, 1) * 32767).astype("<i2").tobytes() for track in pcm)
    taken = replace(plan(tmp_path / "fork"), fork=again, before=before)
    other = ScriptedMicrophone(TraineeScript.parse("I am sorry about that.\n"), spoken)

    done = checked(hold_fast(taken, models(), other))
    first = replay(call)

    assert [turn.text for turn in done.turns] == [first.turns[0].text, "I am sorry about that."]
    assert done.turns[0] == first.turns[0]
    assert done.turns[1].before == first.turns[1].before
    made = read_call(tmp_path / "fork")
    assert made.header.fork == {"of": "first", "turn": 2}
    for name, track in zip(("trainee.wav", "caller.wav"), pcm, strict=True):
        kept = read_recording(made.path / name).samples
        assert len(kept) > size
        assert np.abs(kept[: size - 1] - track[: size - 1]).max() < 1e-3
    report = next(step for step in made.pairs if any(isinstance(c, ReportTurn) and c.turn == 2 for c in step[1]))
    assert report[0].t > again.t


def test_a_fork_of_a_fork(call: RecordedCall, tmp_path: Path) -> None:
    once = replace(plan(tmp_path / "once"), fork=fork(call, 2))
    checked(hold_fast(once, models(), ScriptedMicrophone(TraineeScript.parse("I am sorry.\nYes.\n"), spoken)))
    twice = fork(read_call(tmp_path / "once"), 3)

    assert twice.of == "once"
    assert [event for event, _ in twice.steps[: len(once.fork.steps)]] == [event for event, _ in once.fork.steps]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("turn", "says"), [(0, "choose 1 to"), (9, "choose 1 to"), (3, "while she was still speaking")]
)
def test_turns_that_cannot_be_taken_again(call: RecordedCall, turn: int, says: str) -> None:
    with pytest.raises(UserError, match=says):
        fork(call, turn)


def test_a_call_of_another_version_is_refused_where_it_differs(call: RecordedCall) -> None:
    again = fork(call, 2)
    stranger = CallEngine(call.header.load_persona(), replace(engine_of(call.header).policy), seed=99)
    with pytest.raises(UserError, match="hotseat replay"):
        again.run(stranger)
