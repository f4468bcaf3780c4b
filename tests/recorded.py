"""Recordings of calls made by hand, written by the real writer."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from evaluation.timeline import Steps
from personas.persona import Persona
from simulator.recording import CallWriter, Header
from simulator.turn_policy import TurnPolicy
from tests.evaluation.worked_calls import DANA


def record(
    path: Path,
    steps: Steps,
    *,
    persona: Persona = DANA,
    started: str = "2026-11-01T10:00:00+00:00",
    difficulty: int = 3,
    sound: bool = False,
    script: str = "",
    fork: dict[str, Any] | None = None,
) -> Path:
    """The call of these steps in a folder of its own."""
    header = Header(
        persona=persona.to_json(), seed=1, difficulty=difficulty, agent="Sam", source="spoken", started=started,
        version="0", models={}, policy=asdict(TurnPolicy()), consent="audio" if sound else "words",
        script=script, fork=fork or {},
    )  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    with CallWriter(path, header, keep_audio=sound) as writer:
        if sound:
            writer.sound(b"\x01\x00" * 16_000, b"\x02\x00" * 16_000)
        for event, commands in steps:
            writer.step(event, commands)
    return path
