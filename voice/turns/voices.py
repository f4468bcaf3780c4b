"""Whoever speaks a turn: the engines of the caller's voice as heard in the room, and flite, each the same on every run.

Words that are held must sound held. An engine that is given "I can see the" closes it like a sentence, so it is given
what follows as well, and the sound is cut where the following word begins; where somebody hesitates, the last syllable is
drawn out. Piper's own chance is switched off; flite is a program of its own with four American voices.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.errors import ModelError
from simulator.ports import SAMPLE_RATE, Delivery
from voice.delivery import acoustics
from voice.engine import Engine
from voice.prosody import Vocoder, pauses, shape, stretch, trim
from voice.spoken_text import spoken_words
from voice.turns.script import Turn, VoiceEngine
from voice.voices import speaker
from voice.wav import read_recording

if TYPE_CHECKING:
    from simulator.ports import Samples

_MARKS: Final = ".?!,;:"
_GAP_MS: Final = 60
"""What is left of a silence inside a piece: under 100 ms, so that it is no decision point."""
_FOLLOWING_WORDS: Final = 6
"""Of what comes next, said so that the words before it are held, and cut off."""
_SEARCH_MS: Final[dict[VoiceEngine, int]] = {"kokoro": 30, "piper": 90, "pyttsx3": 90, "flite": 20}
"""How far from where a word should end its quietest moment is looked for: Kokoro and flite know, the others estimate."""
_FADE_MS: Final = 40
_SYLLABLE_MS: Final = 240
"""What is drawn out at the end of a piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is asked of a voice."""

    text: str
    following: str = ""
    """What the speaker is about to say; empty where the words are closed, as at a full stop."""
    drawl: float = 1.0
    """How much longer the last syllable gets."""


@dataclass(frozen=True, slots=True)
class _Sound:
    """A whole line as an engine said it."""

    samples: "Samples"
    ends_ms: tuple[float, ...]
    """Where each word ends."""


_Say = Callable[[str, Turn], _Sound]


class Voices:
    """Loads each engine when it is first asked for. Close it, or use it with ``with``."""

    def __init__(self) -> None:
        self._engines: dict[VoiceEngine, _Say] = {}
        self._closers: list[Callable[[], None]] = []

    def __enter__(self) -> "Voices":
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def close(self) -> None:
        """End the programs behind the voices."""
        while self._closers:
            self._closers.pop()()
        self._engines.clear()

    def say(self, line: Line, turn: Turn) -> "Samples":
        """``line.text`` in the voice of ``turn``, without silence at its ends and none of 100 ms inside.

        Raises :class:`ModelError` when an engine is missing.
        """
        if turn.engine not in self._engines:
            self._engines[turn.engine] = self._load(turn.engine)
        say, text = self._engines[turn.engine], line.text.strip()
        if line.following:
            text = text[:-1] + "," if text[-1] in ".?!" else text
            rest = " ".join(re.split(r"(?<=[.?!])\s", line.following)[0].split()[:_FOLLOWING_WORDS])
            whole = say(f"{text} {rest}", turn)
            samples = _cut(whole, len(spoken_words(text)), _SEARCH_MS[turn.engine])
        else:
            samples = say(text if text[-1] in _MARKS else text + ".", turn).samples
        samples, _ = trim(_without_gaps(samples), ())
        return _drawn_out(samples, line.drawl)

    def _load(self, engine: VoiceEngine) -> _Say:
        if engine == "flite":
            return _flite
        if engine == "kokoro":
            from voice.kokoro import KokoroEngine

            return _with(KokoroEngine.load(threads=1), None)
        if engine == "piper":
            from voice.piper import PiperEngine
            from voice.vocoder import WorldVocoder

            piper = PiperEngine.load(steady=True)
            self._closers.append(piper.close)
            return _with(piper, WorldVocoder.load())
        from voice.espeak import Pyttsx3Engine

        espeak = Pyttsx3Engine.load()
        self._closers.append(espeak.close)
        return _with(espeak, None)


def _with(engine: Engine, vocoder: Vocoder | None) -> _Say:
    def say(text: str, turn: Turn) -> _Sound:
        who = speaker(turn.voice)
        calm = acoustics(Delivery(speaker=turn.voice, manner="hot", anger=0, pace=turn.pace), high_voice=who.high_voice)
        samples, words = shape(engine.speak(spoken_words(text), who, calm), vocoder)
        return _Sound(samples, tuple(float(word.end_ms) for word in words))

    return say


def _flite(text: str, turn: Turn) -> _Sound:
    program = shutil.which("flite")
    if program is None:
        raise ModelError("flite is missing: install it with your system's package manager")
    words = spoken_words(text)
    said = " ".join(" ".join(word.spoken) + word.mark for word in words)
    with tempfile.TemporaryDirectory(prefix="hotseat-") as folder:
        path = Path(folder) / "said.wav"
        command = [program, "-voice", turn.voice, "--setf", f"duration_stretch={1 / turn.pace:.3f}"]
        done = subprocess.run([*command, "-t", said, "-o", str(path)], capture_output=True, text=True, check=False)
        if done.returncode or not path.exists():
            raise ModelError(f"flite failed ({done.stderr.strip()[:200]}): try `flite -voice {turn.voice} -t hello`")
        samples, _ = trim(read_recording(path, "mix").samples, ())
    from voice.word_times import estimated

    return _Sound(samples, tuple(float(word.end_ms) for word in estimated(samples, words)))


def _cut(whole: _Sound, words: int, search_ms: int) -> "Samples":
    """The first ``words`` words: up to the quietest 10 ms near the end of the last of them."""
    end = round(whole.ends_ms[words - 1]) if 0 < words <= len(whole.ends_ms) else len(whole.samples)
    step = SAMPLE_RATE // 100
    low, high = ((end + side) * SAMPLE_RATE // 1000 for side in (-search_ms, search_ms))
    places = range(max(step, low), min(high, len(whole.samples) - step), step)
    levels = [float(np.mean(np.square(whole.samples[at : at + step]))) for at in places]
    at = places[int(np.argmin(levels))] + step if levels else len(whole.samples)
    return whole.samples[:at]


def _drawn_out(samples: "Samples", factor: float) -> "Samples":
    """The last syllable ``factor`` times as long, and a soft end."""
    syllable = _SYLLABLE_MS * SAMPLE_RATE // 1000
    if factor > 1.02 and len(samples) > 2 * syllable:
        lead = SAMPLE_RATE // 50
        longer = stretch(samples[-syllable - lead :], 1 / factor)
        samples = np.concatenate([samples[:-syllable], longer[round(lead * factor) :]])
    out = np.array(samples, np.float32)
    fade = min(_FADE_MS * SAMPLE_RATE // 1000, len(out))
    out[len(out) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return out


def _without_gaps(samples: "Samples") -> "Samples":
    """Cut every silence inside to ``_GAP_MS``: pauses are those of the script and no others."""
    kept = _GAP_MS * SAMPLE_RATE // 1000
    for start, end in reversed(pauses(samples)):
        if end - start > kept:
            samples = np.concatenate([samples[: start + kept], samples[end:]])
    return np.asarray(samples, np.float32)
