"""Rendered turns on disk: made once, taken up where it was broken off, made again when the row or this code changes."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

import platformdirs

from voice.turns.rendering import Rendering, Silence, Speaks, render
from voice.turns.script import Turn
from voice.wav import read_recording, write_wav

RENDERING_VERSION: Final = 1
"""Raise when the same row comes to sound different."""


def default_folder() -> Path:
    """Where rendered turns lie when nobody says otherwise: in the user's cache, never in a checkout."""
    return Path(platformdirs.user_cache_dir("hotseat", appauthor=False)) / "turns"


class Shelf:
    """A folder of ``ID.wav`` and ``ID.json``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, turn: Turn) -> Rendering | None:
        """The rendering of ``turn``, or None when there is none of this very row."""
        try:
            noted = json.loads(self._note(turn).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        sound = self._sound(turn)
        if noted.get("row") != row_digest(turn) or not sound.is_file():
            return None
        silences = tuple(Silence(**silence) for silence in noted["silences"])
        return Rendering(samples=read_recording(sound, "mix").samples, silences=silences)

    def put(self, turn: Turn, made: Rendering) -> None:
        """Keep ``made``; what was there for this turn is replaced."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self._sound(turn).with_suffix(".tmp")
        write_wav(draft, made.samples)
        draft.replace(self._sound(turn))
        note = {"row": row_digest(turn), "silences": [asdict(silence) for silence in made.silences]}
        write_whole(self._note(turn), json.dumps(note) + "\n")

    def missing(self, turns: Iterable[Turn]) -> list[Turn]:
        """Those of ``turns`` that have to be made."""
        return [turn for turn in turns if not self._holds(turn)]

    def make(self, turns: Iterable[Turn], voices: Speaks, made: Callable[[Turn], None] = lambda turn: None) -> None:
        """Render what is missing, in an order like chance, so that half of them are a fair half; ``made`` is told."""
        for turn in sorted(self.missing(turns), key=row_digest):
            self.put(turn, render(turn, voices))
            made(turn)

    def all(self, turns: Iterable[Turn]) -> Iterator[tuple[Turn, Rendering]]:
        """Each of ``turns`` that is rendered, with its sound."""
        for turn in turns:
            rendering = self.get(turn)
            if rendering is not None:
                yield turn, rendering

    def _holds(self, turn: Turn) -> bool:
        try:
            noted = json.loads(self._note(turn).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(noted.get("row") == row_digest(turn)) and self._sound(turn).is_file()

    def _sound(self, turn: Turn) -> Path:
        return self.folder / f"{turn.id}.wav"

    def _note(self, turn: Turn) -> Path:
        return self.folder / f"{turn.id}.json"


def write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def row_digest(turn: Turn) -> str:
    """16 hex digits for everything in the row that can be heard."""
    heard = replace(turn, split="train", author="", scenario="", caller="", expecting="words")
    return sha256(f"{RENDERING_VERSION} {heard!r}".encode()).hexdigest()[:16]
