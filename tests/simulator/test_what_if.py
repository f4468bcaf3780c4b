"""The same replies to another mood or another caller."""

from pathlib import Path

import pytest

from personas import shelf
from simulator.reading import Matches
from simulator.recording import RecordedCall, read_call
from simulator.replay import replay
from simulator.session import hold_fast
from simulator.what_if import what_if
from tests.simulator.test_session import microphone, models, plan

JOEL = shelf.find("joel_late_bed").at_difficulty(3)


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> RecordedCall:
    folder: Path = tmp_path_factory.mktemp("calls") / "first"
    hold_fast(plan(folder), models(), microphone())
    return read_call(folder)


def test_the_same_caller_gives_the_same_call(call: RecordedCall) -> None:
    """Overlap and silence included: nothing of a reply is lost on the way."""
    header = call.header
    same = what_if(call, header.load_persona(), seed=header.seed, ceiling=header.ceiling)
    recorded = replay(call)

    assert [turn.anger_now for turn in same.turns] == [turn.after.anger / 1000 for turn in recorded.turns]
    assert [turn.anger_then for turn in same.turns] == [turn.anger_now for turn in same.turns]
    assert same.diverges_at is None
    assert not any(turn.hypothetical for turn in same.turns)


def test_a_gentler_dial_ends_lower(call: RecordedCall) -> None:
    header = call.header
    gentle = what_if(call, shelf.find("dana_double_billing").at_difficulty(1), seed=header.seed)
    assert all(turn.anger_now < turn.anger_then for turn in gentle.turns)


def test_after_her_first_other_word_all_is_hypothetical(call: RecordedCall) -> None:
    other = what_if(call, JOEL, seed=3, match=lambda text, persona: Matches())

    assert other.diverges_at == other.turns[0].turn
    assert [turn.hypothetical for turn in other.turns] == [False, *[True] * (len(other.turns) - 1)]
    assert other.turns[0].answer_then != other.turns[0].answer_now != ""


def test_a_low_ceiling_is_kept(call: RecordedCall) -> None:
    low = what_if(call, call.header.load_persona(), seed=3, ceiling=60.0)
    assert all(turn.anger_now <= 60 for turn in low.turns)
