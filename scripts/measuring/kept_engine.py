"""An engine that keeps what it has spoken, so that what comes after the engine can be measured again without it.

Kokoro needs about as long as the sound lasts on one shared core; brightness, pressure, pauses, level and telephone come
after it and cost next to nothing. Only what Kokoro itself does, pitch, range and pace, is part of the key.
"""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from simulator.ports import Word
from voice.delivery import Acoustics
from voice.engine import Engine, Utterance
from voice.spoken_text import SpokenWord
from voice.voices import Speaker

_AFTERWARDS = ("gain_db", "tilt_db", "pause_factor", "drive", "tremor")
"""What Kokoro leaves as it was asked (``voice.kokoro``)."""


class KeptEngine:
    """See :class:`voice.engine.Engine`; for Kokoro only."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        if engine.name != "kokoro":
            raise ValueError(f"only Kokoro's sound is kept, not that of {engine.name}")
        self._engine = engine
        self._folder = folder
        self.name = engine.name
        self.digest = engine.digest
        folder.mkdir(parents=True, exist_ok=True)

    def speak(self, clause: tuple[SpokenWord, ...], speaker: Speaker, wanted: Acoustics) -> Utterance:
        """What the engine says, from the folder where it is there."""
        asked = (
            self.digest,
            speaker.accent,
            replace(speaker.kokoro, level_lufs=0.0),
            (wanted.pitch_st, wanted.range_factor, wanted.rate, wanted.formants),
            clause,
        )
        path = self._folder / f"{sha256(repr(asked).encode()).hexdigest()[:32]}.npz"
        if not path.exists():
            self._keep(path, self._engine.speak(clause, speaker, wanted))
        with np.load(path) as kept:
            words = tuple(
                Word(text=str(text), start_ms=int(start), end_ms=int(end))
                for text, (start, end) in zip(kept["texts"], kept["times"], strict=True)
            )
            left = Acoustics(rate=float(kept["rate"]), **{name: getattr(wanted, name) for name in _AFTERWARDS})
            return Utterance(kept["samples"], words, left)

    def _keep(self, path: Path, said: Utterance) -> None:
        """Written beside and renamed, so that a run that is stopped leaves no half file."""
        beside = path.with_suffix(".part.npz")
        np.savez(
            beside,
            samples=said.samples,
            texts=np.array([word.text for word in said.words], dtype=np.str_),
            times=np.array([(word.start_ms, word.end_ms) for word in said.words], np.int64).reshape(-1, 2),
            rate=said.left.rate,
        )
        beside.rename(path)
