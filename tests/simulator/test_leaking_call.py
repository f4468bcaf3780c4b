"""A call on a headset whose microphone hears the caller: she does not interrupt herself, he can interrupt her."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from simulator.commands import Duck, HeardLine, Stop
from simulator.recording import read_call
from simulator.session import hold_fast
from tests.fakes import spoken
from tests.simulator.test_session import checked, models, plan
from voice.echo import Leak
from voice.scripted_microphone import ScriptedMicrophone
from voice.trainee_script import TraineeScript
from voice.virtual_card import VirtualCard

LEAK = Leak(level_db=-20.0, delay_ms=32, clear=True)
WAITS = "Halden, this is Sam.\nSo, twice, on the third and the fourth.\n"
INTERRUPTS = "Halden, this is Sam.\n[interrupt after 1 s] I am so sorry about that, let me look at it right now.\n"


@pytest.fixture(autouse=True)
def leaky(monkeypatch: pytest.MonkeyPatch) -> None:
    """The microphone of every virtual card hears the loudspeaker at -20 dB, a frame later."""
    monkeypatch.setattr("voice.virtual_card.VirtualCard", partial(VirtualCard, leak_db=-20.0))


def held(folder: Path, script: str, echo: Leak | None) -> list[object]:
    """The commands of a call."""
    mic = ScriptedMicrophone(TraineeScript.parse(script), spoken)
    checked(hold_fast(replace(plan(folder), echo=echo), models(), mic))
    return [command for step in read_call(folder).steps for command in step.commands]


def test_without_the_guard_she_interrupts_herself(tmp_path: Path) -> None:
    assert any(isinstance(one, Duck) and one.gain_db < 0 for one in held(tmp_path / "call", WAITS, None))


def test_with_it_she_says_every_line_to_its_end(tmp_path: Path) -> None:
    commands = held(tmp_path / "call", WAITS, LEAK)

    assert not [one for one in commands if isinstance(one, Duck | Stop)]
    assert all(one.whole for one in commands if isinstance(one, HeardLine))
    assert read_call(tmp_path / "call").header.echo == {"level_db": -20.0, "delay_ms": 32}


def test_he_still_gets_through(tmp_path: Path) -> None:
    commands = held(tmp_path / "call", INTERRUPTS, LEAK)

    assert [one for one in commands if isinstance(one, Stop)]
    assert not all(one.whole for one in commands if isinstance(one, HeardLine))
