"""A call from a street: it is heard under everything, and changes nothing else."""

from dataclasses import replace
from pathlib import Path

from personas.persona import Persona
from simulator.commands import HeardLine
from simulator.recording import read_call
from simulator.session import hold_fast
from tests.simulator.test_session import DANA, checked, microphone, models, plan
from voice.signal import level_db
from voice.wav import read_recording


def calling_from(room: str, line: str = "clear") -> Persona:
    return DANA.model_copy(update={"voice": DANA.voice.model_copy(update={"room": room, "line": line})})


def test_the_street_lies_under_the_whole_call_and_changes_nothing_else(tmp_path: Path) -> None:
    for name, persona in (
        ("quiet", calling_from("quiet")),
        ("street", calling_from("street")),
        ("again", calling_from("street")),
    ):
        checked(hold_fast(replace(plan(tmp_path / name), persona=persona), models(), microphone()))
    quiet, street, again = (read_call(tmp_path / name) for name in ("quiet", "street", "again"))

    assert [step.event for step in quiet.steps] == [step.event for step in street.steps]
    for name in ("trainee.wav", "caller.wav"):
        assert (street.path / name).read_bytes() == (again.path / name).read_bytes()
    assert (quiet.path / "trainee.wav").read_bytes() == (street.path / "trainee.wav").read_bytes()

    lines = [one for step in street.steps for one in step.commands if isinstance(one, HeardLine)]
    gap = slice(16 * (lines[0].end_ms + 200), 16 * (lines[0].end_ms + 700))
    assert level_db(read_recording(quiet.path / "caller.wav").samples[gap]) == -90.0
    assert -60 < level_db(read_recording(street.path / "caller.wav").samples[gap]) < -36
