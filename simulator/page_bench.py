"""How long the debrief page of a ten-minute call takes, and how large it is: ``hotseat bench page``."""

import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PERSONA: Final = "dana_double_billing"
MINUTES: Final = 10
STARTED: Final = "2026-01-01T00:00:00"
SAID: Final = (
    "So you were charged twice, once on the third and once on the fourth, and nobody called you back. "
    "That is our mistake, and I am putting the second charge back on your card now."
)


def measure(rounds: int) -> list[tuple[str, list[float], str]]:
    """(label, values, unit) for each row; a spoken call without a pause, its tracks filled with a real voice."""
    from simulator.console.calls import make_debrief_of
    from simulator.page_file import page_of
    from simulator.recording import read_call

    scoring: list[float] = []
    with_sound: list[float] = []
    without: list[float] = []
    sizes: tuple[list[float], list[float]] = ([], [])
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "ten_minutes"
        hold(folder, _voice())
        for _ in range(rounds):
            begun = time.perf_counter()
            call = read_call(folder)
            made = make_debrief_of(call)
            marks = [begun, time.perf_counter()]
            full = page_of(call, made)
            marks.append(time.perf_counter())
            bare = page_of(call, made, clips=False)
            marks.append(time.perf_counter())
            for found, (one, next_one) in zip((scoring, with_sound, without), pairwise(marks), strict=True):
                found.append((next_one - one) * 1000)
            sizes[0].append(len(full.encode()) / 1e6)
            sizes[1].append(len(bare.encode()) / 1e3)
    return [
        ("reading and scoring the call", scoring, "ms"), ("page with sound", with_sound, "ms"),
        ("page without sound", without, "ms"), ("size with sound", sizes[0], "MB"),
        ("size without sound", sizes[1], "KB"),
    ]  # fmt: skip


def hold(folder: Path, voice: "NDArray[np.int16]", minutes: float = MINUTES, started: str = STARTED) -> None:
    """Record a call of that length in which both sides sound like ``voice``, as ``practice`` records one."""
    from personas import shelf
    from simulator.engine import CallEngine
    from simulator.recording import CallWriter, Header
    from simulator.rehearsal.telephone import Line, Speech
    from simulator.turn_policy import TurnPolicy

    persona, policy = shelf.find(PERSONA), TurnPolicy(max_ms=10**9, max_turns=10**9)
    script = [Speech(at, at + 9_000, f"{SAID} {at}") for at in range(9_000, int(minutes * 60_000) - 9_000, 20_000)]
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
