"""A call on disk: written as it happens, read back whole or damaged, replayed byte for byte."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas import shelf
from simulator.engine import CallEngine
from simulator.errors import RecordingError
from simulator.recording import LOG, CallWriter, Header, read_call
from simulator.replay import replay
from simulator.turn_policy import TurnPolicy
from tests.simulator.worked_calls import EXCELLENT, hold

DANA = shelf.find("dana_double_billing")


def header() -> Header:
    return Header(
        persona=DANA.to_json(), seed=7, difficulty=3, agent="Sam", source="typed", started="2026-11-21T10:00:00+00:00",
        version="test", models={}, policy={}, consent="words",
    )  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("calls") / "call"
    with CallWriter(path, header()) as writer:
        hold(DANA, EXCELLENT, watching=(writer.step,))
        for _ in range(3):
            writer.sound(bytes(1024), b"\x01\x00" * 512)
    return path


def test_a_call_reads_back_whole(written: Path) -> None:
    call = read_call(written)

    assert call.damage is None and call.closed
    assert call.header.load_persona() == DANA
    assert len(call.steps) > 20
    assert not list(written.parent.glob("*.partial"))


def test_replay_is_identical(written: Path) -> None:
    done = replay(read_call(written))

    assert done.identical, done.first_difference
    assert done.end is not None and done.end.outcome == "resolved"
    assert len(done.turns) == len(EXCELLENT)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_changed_byte_is_named(written: Path, data: st.DataObject) -> None:
    """Wherever one byte of any file changes, the replay is not identical and says where."""
    name = data.draw(st.sampled_from([LOG, LOG, LOG, "trainee.wav", "caller.wav"]))
    file = written / name
    whole = file.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda value: value != whole[place]))
    file.write_bytes(whole[:place] + bytes([other]) + whole[place + 1 :])
    try:
        done = replay(read_call(written))
    except RecordingError:
        assert name == LOG and place <= whole.index(b"\n")  # the header itself
    else:
        assert not done.identical
        assert done.first_difference is not None
        assert done.first_difference.file == name
        if name == LOG:
            assert abs(done.first_difference.line - (whole[:place].count(b"\n") + 1)) <= 1
    finally:
        file.write_bytes(whole)


def test_a_changed_decision_is_named_with_both_sides(written: Path, tmp_path: Path) -> None:
    """Not damage but another seed: the first line that would have been said otherwise. Only the beginning of the call fits
    both: a longer line of hers would still be sounding when the next reply comes."""
    call = read_call(written)
    engine = CallEngine(DANA, TurnPolicy(), seed=8)
    path = tmp_path / "other"
    with CallWriter(path, header()) as writer:
        for step in call.steps[:12]:
            writer.step(step.event, engine.handle(step.event))

    done = replay(read_call(path))

    assert not done.identical
    assert done.first_difference is not None
    assert done.first_difference.recorded != done.first_difference.replayed
    assert done.first_difference.line >= 2


def test_a_crash_leaves_a_readable_call(tmp_path: Path) -> None:
    """Cut anywhere: what was written before is read, the torn line is dropped."""
    with CallWriter(tmp_path / "call", header()) as writer:
        hold(DANA, EXCELLENT, watching=(writer.step,))
    path = (tmp_path / "call").rename(tmp_path / "call.partial")
    log = path / LOG
    whole = log.read_bytes()
    lines = whole.splitlines(keepends=True)
    for cut in (len(lines[0]), len(lines[0]) + 5, (len(lines[0]) + len(whole)) // 2, len(whole) - 3):
        log.write_bytes(whole[:cut])
        call = read_call(path)
        assert len(call.steps) == max(0, whole[:cut].count(b"\n") - 1)
        assert not call.closed
        assert replay(call).identical


def test_a_closed_call_that_lost_its_end_is_damaged(written: Path, tmp_path: Path) -> None:
    log = tmp_path / LOG
    for lost in (1, 10, 400):
        log.write_bytes((written / LOG).read_bytes()[:-lost])
        done = replay(read_call(tmp_path))
        assert not done.identical and done.first_difference is not None


def test_nothing_is_overwritten_and_nonsense_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="not a recorded call"):
        read_call(tmp_path / "none")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / LOG).write_text("no json\n")
    with pytest.raises(RecordingError, match="header"):
        read_call(tmp_path / "bad")
    (tmp_path / "used.partial").mkdir()
    with pytest.raises(RecordingError, match="in use"), CallWriter(tmp_path / "used", header()):
        pass


def test_sound_files_are_valid_while_the_call_runs(tmp_path: Path) -> None:
    import wave

    with CallWriter(tmp_path / "call", header()) as writer:
        for _ in range(40):
            writer.sound(b"\x01\x00" * 512, bytes(1024))
        with wave.open(str(tmp_path / "call.partial" / "trainee.wav")) as running:
            assert running.getnframes() >= 16_000
            assert running.getframerate() == 16_000
    with wave.open(str(tmp_path / "call" / "caller.wav")) as done:
        assert done.getnframes() == 40 * 512
