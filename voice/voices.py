"""The named speakers of ``voices.toml``, as values."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from simulator.errors import UserError

Accent = Literal["us", "gb"]
EngineName = Literal["kokoro", "piper", "pyttsx3"]

TARGET_LUFS: Final = -20.0
"""Integrated loudness of every speaker at anger 0, in the room and on the telephone. Leaves 9 dB for anger under the
peak ceiling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KokoroVoice:
    """How the neural voice becomes this speaker."""

    blend: tuple[tuple[str, float], ...]
    """(voice vector, weight); weights add up to 1."""
    pitch_st: float = 0.0
    """Shift from the voice's own pitch, in semitones."""
    centre_hz: float
    """Pitch of the blend itself about which the range grows: a little under its median, because anger lifts the peaks of
    a voice more than it lowers the valleys."""
    formants: float = 1.0
    """Size of the vocal tract; above 1 is smaller, as of a younger or lighter speaker."""
    rate: float = 1.0
    """Speaking rate of this speaker against the blend's own."""
    level_lufs: float
    """Integrated loudness of what the engine gives at anger 0 (``scripts/measure_anger --levels``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PiperVoice:
    """How Piper's one male voice becomes this speaker, through the vocoder."""

    pitch_st: float = 0.0
    formants: float = 1.0
    rate: float = 1.0
    level_lufs: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pyttsx3Voice:
    """How eSpeak becomes this speaker."""

    voice: str
    """eSpeak's file name of a voice, with a variant, such as ``gmw/en-US+f3``. Language codes are refused in silence."""
    pitch: int = 50
    """eSpeak's own pitch, 0 to 99."""
    words_per_minute: int = 165
    level_lufs: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Somebody with a voice."""

    name: str
    description: str
    sex: Literal["f", "m"]
    accent: Accent
    high_voice: bool
    """Whether strong anger is held back in pitch (see ``voice.delivery``)."""
    kokoro: KokoroVoice
    piper: PiperVoice
    pyttsx3: Pyttsx3Voice


def _speaker(name: str, table: Mapping[str, Any]) -> Speaker:
    kokoro = dict(table["kokoro"])
    blend = tuple(sorted(kokoro.pop("blend").items()))
    return Speaker(
        name=name,
        description=table["description"],
        sex=table["sex"],
        accent=table["accent"],
        high_voice=table["high_voice"],
        kokoro=KokoroVoice(blend=blend, **kokoro),
        piper=PiperVoice(**table["piper"]),
        pyttsx3=Pyttsx3Voice(**table["pyttsx3"]),
    )


@cache
def speakers() -> Mapping[str, Speaker]:
    """Every speaker, by name, in the order of the file."""
    text = Path(__file__).with_name("voices.toml").read_text(encoding="utf-8")
    return {name: _speaker(name, table) for name, table in tomllib.loads(text).items()}


def speaker(name: str) -> Speaker:
    """The speaker called ``name``. Raises :class:`UserError` for a name that is not in ``voices.toml``."""
    known = speakers()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
    raise UserError(f"no speaker is called {name!r}; the nearest is {near[0]!r}, all are: {', '.join(known)}")
