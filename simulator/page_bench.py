"""How long the debrief page of a ten-minute call takes, and how large it is: ``hotseat bench page``."""

import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.errors import UserError

if TYPE_CHECKING:
    from numpy.typing import NDArray

PERSONA: Final = "dana_double_billing"
MINUTES: Final = 10
HARSH_MS: Final = 29_000
"""When the reply begins that raises the anger."""
TRIED: Final = "this would have left the anger at"
"""Stands in a page whose better line was computed."""
STARTED: Final = "2026-01-01T00:00:00"
SAID: Final = (
    "So you were charged twice, once on the third and once on the fourth, and nobody called you back. "
    "That is our mistake, and I am putting the second charge back on your card now."
)


def measure(rounds: int) -> list[tuple[str, list[float], str]]:
    """(label, values, unit) for each row; a spoken call without a pause, its tracks filled with a real voice."""
    from simulator.console.calls import make_debrief_of
    from simulator.page_file import page_of, voice_of
    from simulator.recording import read_call

    scoring: list[float] = []
    with_sound: list[float] = []
    without: list[float] = []
    command: list[float] = []
    processor: list[float] = []
    sizes: tuple[list[float], list[float]] = ([], [])
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "ten_minutes"
        hold(folder, _voice())
        _whole_command(folder)  # not counted: the first one ever fills caches
        for _ in range(rounds):
            begun = time.perf_counter()
            call = read_call(folder)
            made = make_debrief_of(call)
            marks = [begun, time.perf_counter()]
            full = page_of(call, made, voice=voice_of(call, made))
            marks.append(time.perf_counter())
            bare = page_of(call, made, clips=False)
            marks.append(time.perf_counter())
            for found, (one, next_one) in zip((scoring, with_sound, without), pairwise(marks), strict=True):
                found.append((next_one - one) * 1000)
            wall_ms, busy_ms = _whole_command(folder)
            command.append(wall_ms)
            processor.append(busy_ms)
            sizes[0].append(len(full.encode()) / 1e6)
            sizes[1].append(len(bare.encode()) / 1e3)
    return [
        ("reading and scoring the call", scoring, "ms"), ("page with sound", with_sound, "ms"),
        ("page without sound", without, "ms"), ("the command, better line tried", command, "ms"),
        ("processor time of that", processor, "ms"), ("size with sound", sizes[0], "MB"),
        ("size without sound", sizes[1], "KB"),
    ]  # fmt: skip


def _whole_command(folder: Path) -> tuple[float, float]:
    """(wall time, processor time) in ms of ``hotseat debrief CALL --html`` in a fresh process, the better line tried.

    The process may keep compiled modules, as Python does: where that is switched off, each one would compile ours anew.
    """
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    page = folder.parent / "page.html"
    child = subprocess.Popen(
        [sys.executable, "-m", "simulator", "debrief", str(folder), str(page), "--html"], stdout=subprocess.DEVNULL,
        env=settings,
    )  # fmt: skip
    _, status, usage = os.wait4(child.pid, 0)
    wall_ms = (time.perf_counter() - begun) * 1000
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode or TRIED not in page.read_text(encoding="utf-8"):
        raise UserError(f"a call of the benchmark failed; try it alone: hotseat debrief {folder} {page} --html")
    return wall_ms, (usage.ru_utime + usage.ru_stime) * 1000


def hold(folder: Path, voice: "NDArray[np.int16]", minutes: float = MINUTES, started: str = STARTED) -> None:
    """Record a call of that length in which both sides sound like ``voice``, as ``practice`` records one.

    The second reply is read as blame and raises the anger, so that the debrief has a better line to compute.
    """
    from personas import shelf
    from personas.persona import Persona
    from simulator.engine import CallEngine
    from simulator.recording import CallWriter, Header
    from simulator.rehearsal.telephone import Line, Speech
    from simulator.turn_policy import TurnPolicy

    plain = shelf.find(PERSONA).to_json()
    plain["temper"]["start_anger"] = 25  # below the ceiling, so that there is a rise to find a better line for
    persona, policy = Persona.from_json(plain), TurnPolicy(max_ms=10**9, max_turns=10**9)
    script = [
        Speech(at, at + 9_000, f"{SAID} {at}", ("blame",) if at == HARSH_MS else ())
        for at in range(9_000, int(minutes * 60_000) - 9_000, 20_000)
    ]
    held = Line(CallEngine(persona, policy, 1, ceiling=40), script).run(int(minutes * 60_000))
    engine = CallEngine(persona, policy, 1, ceiling=40)
    header = Header(
        persona=persona.to_json(), seed=1, difficulty=3, agent="Sam", source="spoken", started=started,
        version="bench", models={}, policy={}, consent="audio", ceiling=40.0,
    )  # fmt: skip
    pcm = np.resize(voice, 16 * held.t).tobytes()
    with CallWriter(folder, header) as writer:
        for event in held.fed:
            writer.step(event, engine.handle(event))
        writer.sound(pcm, pcm)


def _voice() -> "NDArray[np.int16]":
    from personas import shelf
    from simulator.ports import Delivery
    from voice.synthesizer import load_synthesizer

    who = shelf.find(PERSONA)
    delivery = Delivery(speaker=who.voice.speaker, manner=who.who.manner, anger=60)
    speech = load_synthesizer("auto", telephone=False, cache=False).synthesize(SAID, delivery)
    pcm: NDArray[np.int16] = (np.clip(speech.samples, -1, 1) * 32767).astype(np.int16)
    return pcm
