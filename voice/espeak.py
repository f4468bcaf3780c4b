"""The light voice: eSpeak NG through pyttsx3, for machines on which Kokoro is too slow and for tests.

A 12-word line takes 10 to 20 ms. Pitch, range and pace are eSpeak's own; word times are estimated.
"""

import json
import sys
import tempfile
import wave
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.errors import ModelError
from simulator.models import model_files
from voice.delivery import Acoustics
from voice.engine import Utterance
from voice.line_process import LineProcess
from voice.prosody import resample, trim
from voice.spoken_text import SpokenWord
from voice.voices import EngineName, Speaker
from voice.word_times import estimated

if TYPE_CHECKING:
    from simulator.ports import Samples

_MEND: Final = "run `apt-get install espeak-ng libespeak-ng1` and `pip install pyttsx3==2.99`"
_PITCH_UNITS_PER_ST: Final = 5.8
"""eSpeak's pitch scale: 20, 50, 80 give 79, 102, 139 Hz."""
_FLAT_RANGE: Final = 50
"""eSpeak's ordinary pitch range."""
_RANGE_UNITS: Final = 75.0
"""Range units for twice the range: 50, 80, 99 give 5.9, 8.1, 10.4 semitones. The range is fixed in Hz, so that a higher
pitch needs more of it."""
_VERSION: Final = "1"


class Pyttsx3Engine:
    """A pyttsx3 process and the folder through which it hands over sound."""

    name: EngineName = "pyttsx3"

    def __init__(self, process: LineProcess, folder: "tempfile.TemporaryDirectory[str]", digest: str) -> None:
        self._process = process
        self._folder = folder
        self.digest = digest

    @classmethod
    def load(cls) -> "Pyttsx3Engine":
        """Starts the process. Raises :class:`ModelError`, with the line to run, when eSpeak or pyttsx3 is missing."""
        if find_spec("pyttsx3") is None:
            raise ModelError(f"pyttsx3 is missing: {_MEND}")
        try:
            model_files("espeak-ng")
            digest = f"{version('pyttsx3')}-{_VERSION}"
        except (ModelError, PackageNotFoundError) as error:
            raise ModelError(f"eSpeak NG is missing: {_MEND}") from error
        root = Path(__file__).resolve().parent.parent
        command = [sys.executable, "-c", _LAUNCH.format(root=str(root))]
        process = LineProcess(command, listen="stdout", what="eSpeak through pyttsx3", mend=_MEND)
        engine = cls(process, tempfile.TemporaryDirectory(prefix="hotseat-"), digest)
        engine._say({"text": "ready", "voice": "gmw/en-US", "words_per_minute": 200, "pitch": 50, "range": _FLAT_RANGE})
        return engine

    def speak(self, clause: tuple[SpokenWord, ...], speaker: Speaker, wanted: Acoustics) -> Utterance:
        """See :class:`voice.engine.Engine`. Leaves tremor and pauses."""
        voice = speaker.pyttsx3
        pitch = voice.pitch + _PITCH_UNITS_PER_ST * wanted.pitch_st
        widened = wanted.range_factor * 2 ** (wanted.pitch_st / 12) - 1
        samples, _ = trim(
            self._say(
                {
                    "text": " ".join(" ".join(word.spoken) + word.mark for word in clause),
                    "voice": voice.voice,
                    "words_per_minute": round(voice.words_per_minute * wanted.rate),
                    "pitch": round(min(99.0, max(0.0, pitch))),
                    "range": round(min(99.0, max(0.0, _FLAT_RANGE + _RANGE_UNITS * widened))),
                }
            ),
            (),
        )
        left = Acoustics(
            gain_db=wanted.gain_db,
            tilt_db=wanted.tilt_db,
            pause_factor=wanted.pause_factor,
            drive=wanted.drive,
            tremor=wanted.tremor,
        )
        return Utterance(samples, estimated(samples, clause), left)

    def close(self) -> None:
        """End the process."""
        self._process.close()
        self._folder.cleanup()

    def _say(self, request: dict[str, str | int]) -> "Samples":
        path = Path(self._folder.name) / "line.wav"
        path.unlink(missing_ok=True)
        answer = json.loads(
            self._process.ask(json.dumps({**request, "path": str(path)}), lambda line: line.startswith("{"))
        )
        if "error" in answer:
            raise ModelError(f"eSpeak through pyttsx3 failed ({answer['error']}): {_MEND}")
        return read_wav(path)


_LAUNCH: Final = "import sys; sys.path.insert(0, {root!r}); from voice.pyttsx3_process import main; sys.exit(main())"
"""The program, wherever the user's working folder is."""


def read_wav(path: Path) -> "Samples":
    """A 16-bit mono WAV file at ``SAMPLE_RATE``."""
    with wave.open(str(path), "rb") as file:
        rate = file.getframerate()
        raw = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return resample(np.asarray(raw / 32768.0, np.float32), rate)
