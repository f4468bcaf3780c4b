"""SpeechRecognition as an adapter over recognisers, so that any engine it knows can be chosen by name.

Only its ``recognize_*`` functions are used. ``Recognizer.listen()`` never is: it is an energy threshold with a fixed
0.8 s pause that owns the microphone and drops words under 0.3 s. Our own detector cuts the speech out, and the engine
gets it as ``AudioData(bytes, 16000, 2)``.
"""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from simulator.errors import ModelError
from simulator.models import model_folder
from simulator.ports import SAMPLE_RATE, Transcript, Word
from voice.detector import SileroDetector
from voice.pieces import FreshDetector, spread_words, transcribe_pieces

if TYPE_CHECKING:
    from simulator.ports import Samples

OFFLINE: Final = {
    "sphinx": ("pocketsphinx", "pip install pocketsphinx==5.1.1"),
    "vosk": ("vosk", "pip install vosk, then run `sprc download vosk`"),
    "faster_whisper": ("faster_whisper", "pip install faster-whisper==1.2.1"),
}
"""Engines that never leave this machine: the module each needs, and how to get it."""
CONFIDENCE: Final = 0.9
"""Given to every word: what the engines report cannot be compared, and most report nothing."""


class SpeechRecognitionRecognizer:
    """A :class:`simulator.ports.Recognizer` over one engine of SpeechRecognition. Word times are laid out by length."""

    def __init__(self, library: Any, engine: str, options: Mapping[str, Any], detector: FreshDetector) -> None:
        """``library`` is the module ``speech_recognition``, ``options`` go to the engine; use :meth:`load`."""
        self._library = library
        self._engine = engine
        self._recognise_audio = getattr(library.Recognizer(), f"recognize_{engine}")
        self._options = dict(options)
        self._detector = detector

    @classmethod
    def load(
        cls, engine: str = "sphinx", *, allow_network: bool = False, options: Mapping[str, Any] | None = None
    ) -> Self:
        """``engine`` is what follows ``recognize_`` in the library, ``options`` its keyword arguments, such as a key.

        Raises :class:`ModelError` when the engine is unknown or lacks something, and for every engine that is not in
        ``OFFLINE`` unless ``allow_network`` says that the trainee's voice may be sent away.
        """
        library = _library()
        if not hasattr(library.Recognizer, f"recognize_{engine}"):
            raise ModelError(f"SpeechRecognition has no engine {engine!r}; offline ones are {', '.join(OFFLINE)}")
        if engine not in OFFLINE:
            if not allow_network:
                raise ModelError(
                    f"the engine {engine} sends the trainee's voice over the network; "
                    f"choose an offline one ({', '.join(OFFLINE)}) or allow the network"
                )
            return cls(library, engine, options or {}, SileroDetector.load())
        module, remedy = OFFLINE[engine]
        if find_spec(module) is None:
            raise ModelError(f"the engine {engine} lacks the package {module}: {remedy}")
        if engine == "vosk" and not (Path(library.__file__).parent / "models" / "vosk").is_dir():
            raise ModelError("the engine vosk lacks its model: run `sprc download vosk`")
        return cls(library, engine, {**_offline_options(engine), **(options or {})}, SileroDetector.load())

    def transcribe(self, audio: "Samples") -> Transcript:
        """Word times count from the first sample. Raises :class:`ModelError` when the engine fails."""
        return transcribe_pieces(audio, self._detector, self._recognise)

    def _recognise(self, piece: "Samples") -> list[Word]:
        pcm = np.clip(np.rint(piece * 32768.0), -32768, 32767).astype("<i2").tobytes()
        try:
            text = self._recognise_audio(self._library.AudioData(pcm, SAMPLE_RATE, 2), **self._options)
        except self._library.UnknownValueError:
            return []
        except Exception as error:  # each engine has its own errors; all mean that it did not work
            raise ModelError(f"the engine {self._engine} failed: {error}") from error
        return spread_words(str(text), len(piece) * 1000 // SAMPLE_RATE, CONFIDENCE)


def _library() -> Any:
    import warnings

    try:
        with warnings.catch_warnings():  # it imports aifc and audioop, which Python 3.11 announces to drop
            warnings.simplefilter("ignore", DeprecationWarning)
            import speech_recognition
    except ImportError as error:
        raise ModelError("SpeechRecognition is missing: pip install SpeechRecognition==3.17.0") from error
    return speech_recognition


def _offline_options(engine: str) -> dict[str, Any]:
    """What keeps an engine off the network: without a folder, faster_whisper would fetch a model by name."""
    if engine != "faster_whisper":
        return {}
    return {
        "model": str(model_folder("whisper-tiny-en")),
        "init_options": {"device": "cpu", "compute_type": "int8"},
        "language": "en",
        "temperature": 0.0,
    }
