"""``hotseat devices``, with a stand-in for PortAudio: list, choose, remember, test; and no devices at all."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from simulator.cli import main
from simulator.console import devices as command
from simulator.preferences import Preferences
from tests.voice.fake_sounddevice import FakeSoundDevice, info
from voice.echo import Leak
from voice.sound_check import SoundCheck

if TYPE_CHECKING:
    from collections.abc import Callable

USB, BUILT_IN, SPEAKERS = info(0, "USB headset", 1, 2), info(1, "Built-in audio", 2, 2, 44_100), info(2, "TV", 0, 2)
GOOD = SoundCheck(
    voice_db=-27.0, noise_db=-66.0, peak_db=-9.0, clipped=False, dead=False, rate_hz=16_000, lost_blocks=0,
    leak=Leak(level_db=-47.0, delay_ms=60, clear=True), threshold_db=-56.0,
)  # fmt: skip


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., FakeSoundDevice]:
    def with_devices(*devices: dict[str, Any]) -> FakeSoundDevice:
        sd = FakeSoundDevice(devices=devices)
        monkeypatch.setitem(sys.modules, "sounddevice", sd)
        return sd

    return with_devices


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["devices", *arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.mark.parametrize("arguments", [(), ("list",), ("choose", "usb"), ("test",)])
def test_without_devices_one_line_says_what_to_do(
    machine: Any, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    machine()
    status, out, err = run(capsys, *arguments)

    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert "there is no sound device: plug in a headset" in err


def test_programs_get_an_empty_list_where_there_is_none(machine: Any, capsys: pytest.CaptureFixture[str]) -> None:
    machine()

    assert run(capsys, "list", "--json") == (0, "[]\n", "")


def test_the_list_shows_what_a_call_uses(machine: Any, capsys: pytest.CaptureFixture[str]) -> None:
    machine(USB, BUILT_IN, SPEAKERS)
    status, out, _ = run(capsys)

    assert status == 0
    assert out.splitlines() == [
        "Microphones",
        " ->   0  USB headset  (ALSA, 16000 Hz, 1 ch)",
        "      1  Built-in audio  (ALSA, 44100 Hz, 2 ch)",
        "Loudspeakers",
        " ->   0  USB headset  (ALSA, 16000 Hz, 2 ch)",
        "      1  Built-in audio  (ALSA, 44100 Hz, 2 ch)",
        "      2  TV  (ALSA, 16000 Hz, 2 ch)",
    ]


@pytest.mark.parametrize("asked", ["1", "built", "BUILT-IN AUDIO"])
def test_a_choice_is_remembered_by_name_and_found_under_another_number(
    machine: Any, capsys: pytest.CaptureFixture[str], asked: str
) -> None:
    machine(USB, BUILT_IN)
    Preferences(values={"of another version": 1}).save()
    assert run(capsys, "choose", asked)[0] == 0
    machine({**BUILT_IN, "index": 0}, {**USB, "index": 1})
    listed = json.loads(run(capsys, "--json")[1])

    assert [(one["number"], one["chosen"]) for one in listed] == [(0, ["microphone", "loudspeaker"]), (1, [])]
    assert Preferences.load().values["of another version"] == 1


def test_each_side_can_be_chosen_alone_and_forgotten(machine: Any, capsys: pytest.CaptureFixture[str]) -> None:
    machine(USB, BUILT_IN, SPEAKERS)
    _, out, _ = run(capsys, "choose", "-m", "built", "-l", "tv", "--json")
    assert json.loads(out) == {
        "microphone": {"name": "Built-in audio", "system": "ALSA"}, "loudspeaker": {"name": "TV", "system": "ALSA"},
    }  # fmt: skip

    assert run(capsys, "choose", "--system")[1] == "microphone: USB headset\nloudspeaker: USB headset\n"


def test_what_was_chosen_and_is_not_plugged_in_is_said(machine: Any, capsys: pytest.CaptureFixture[str]) -> None:
    machine(USB, BUILT_IN)
    run(capsys, "choose", "usb")
    machine(BUILT_IN)
    status, out, err = run(capsys)

    assert status == 0 and "->   1  Built-in audio" in out
    assert "the microphone you chose, USB headset, is not plugged in; the system's own is used" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("choose", "-m", "tv"), "there is no microphone 'tv': choose 0 USB headset, 1 Built-in audio"),
        (("choose", "-m", "7"), "there is no microphone '7'"),
        (("choose", "u"), "'u' fits more than one microphone: choose by number, of 0 USB headset, 1 Built-in audio"),
        (("choose", ""), "say which"),
        (("choose",), "say which: `hotseat devices choose NAME`"),
    ],
)
def test_a_choice_that_is_none_is_one_line(
    machine: Any, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    machine(USB, BUILT_IN, SPEAKERS)
    status, out, err = run(capsys, *arguments)

    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1 and said in err
    assert Preferences.load().values == {}


def test_names_cannot_steer_the_terminal(machine: Any, capsys: pytest.CaptureFixture[str]) -> None:
    machine(info(0, "\x1b[2JEvil", 1, 1))

    assert "\x1b" not in run(capsys)[1]


def test_the_test_prints_numbers_and_advice_and_remembers_the_leak(
    machine: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(USB)
    monkeypatch.setattr("voice.sound_check.check", lambda card, stage, level: GOOD)
    status, out, _ = run(capsys, "test")

    assert status == 0
    assert "echo         -47 dB, after 60 ms" in out and out.endswith("Good for a call.\n")
    assert Preferences.load().group("sound_check") == {
        "leak_db": -47.0, "leak_clear": True, "delay_ms": 60, "threshold_db": -56.0,
        "devices": ["USB headset", "USB headset"],
    }  # fmt: skip
    status, out, _ = run(capsys, "test", "--json")
    assert (status, json.loads(out)["good"]) == (0, True)


def test_a_call_knows_the_echo_of_the_headset_that_was_checked_and_of_no_other(
    machine: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(USB, BUILT_IN)
    assert command.known_echo() is None
    command.warn_of(None)
    assert "never checked: `hotseat devices test`" in capsys.readouterr().err

    bad = Leak(level_db=-20.0, delay_ms=40, clear=True)
    command.remember(replace(GOOD, leak=bad))
    assert command.known_echo() == bad
    command.warn_of(bad)
    assert "hears the caller (-20 dB)" in capsys.readouterr().err
    command.warn_of(GOOD.leak)
    command.warn_of(None)
    assert capsys.readouterr().err == ""

    machine(BUILT_IN, USB)  # now the system would use another
    assert command.known_echo() is None
    machine(USB, BUILT_IN)
    command.remember(replace(GOOD, leak=Leak(level_db=-70.0, delay_ms=0, clear=False)))
    assert command.known_echo() is None
    kept = Preferences.load()
    kept.choosing("sound_check", {**(kept.group("sound_check") or {}), "leak_clear": True, "leak_db": "x"}).save()
    assert command.known_echo() is None


def test_a_meter_is_lines_in_a_pipe_and_a_bar_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    lines = command.Meter(moving=False)
    for frame in range(32):
        lines(-60.0 + frame, -50.0)
    lines.end()
    assert capsys.readouterr().err == "  level -45.0 dB\n  level -29.0 dB\n"

    moving = command.Meter(moving=True)
    moving(-66.0, -66.0)
    moving(0.0, 0.0)
    moving.end()
    assert capsys.readouterr().err == "\r  " + "#" * 33 + "    0.0 dB \n"
    assert command.bar(-200.0) == "." * 33
