"""Speech to words with Whisper, on this machine, from pinned weights.

Theory of operation. Whisper always answers, also to silence and noise, so what it is given is decided first: the speech
detector marks where somebody speaks, only those pieces are recognised (``voice.pieces``), and a segment that the model
itself doubts is thrown away. Decoding is at temperature 0: the usual ladder of temperatures made a repeated utterance
ten times slower and gives another text every time. Earlier text is never fed back, because one invented sentence then
breeds the next. For the same reason no names are prompted: a list of names mended some and put others at the end of
sentences that had none (docs/models.md).
"""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from simulator.errors import ModelError
from simulator.models import model_folder
from simulator.ports import SAMPLE_RATE, Recognizer, Transcript, Word
from voice.detector import SileroDetector
from voice.pieces import FreshDetector, transcribe_pieces

if TYPE_CHECKING:
    from simulator.ports import Samples

BEAM: Final = 5
"""Hypotheses kept while decoding; ``scripts/wer --beam`` gave the numbers in docs/models.md."""
LEAST_LOGPROB: Final = -1.0
"""Mean log probability of a segment below which its text is taken as invented: texts made up for noise had -1.2 to
-1.5, clean speech has -0.1 to -0.5."""
LEAST_WINDOW_S: Final = 16
WINDOW_MARGIN_S: Final = 6
"""The encoder sees the piece and this much silence, but never less than ``LEAST_WINDOW_S``. Its time goes with the window:
16 s take a third of 30 s. With 2 s of silence it began again at the start of what was said, in noise; ``scripts/wer --window``
compares (docs/models.md)."""
NOISY_WINDOW_S: Final = 30
"""In noise Whisper's own window loses fewer words: at 10 dB of pink noise 2 to 3 in a hundred (docs/models.md)."""
_FRAME: Final = SAMPLE_RATE // 50
NOISY_DB: Final = 23.0
"""Loud frames stand at least so far above soft ones where it is quiet: speech 10 dB over pink noise reaches 16 to 25, read
speech and synthetic voices without it 23 to 50."""
WHISPERS: Final = {"tiny.en": "whisper-tiny-en", "base": "whisper-base", "small.en": "whisper-small-en"}
"""Whisper's own names for the models of the list."""


class WhisperRecognizer:
    """A :class:`simulator.ports.Recognizer` over faster-whisper. One call at a time."""

    def __init__(self, model: Any, detector: FreshDetector, *, beam: int = BEAM) -> None:
        """``model`` is a ``faster_whisper.WhisperModel``; use :meth:`load`."""
        self._model = model
        self._detector = detector
        self._beam = beam

    @classmethod
    def load(
        cls, model: str = "tiny.en", *, beam: int = BEAM, threads: int = 1, window_s: int = LEAST_WINDOW_S
    ) -> Self:
        """``model`` is tiny.en, base or small.en, or the path of a CTranslate2 Whisper folder; nothing is downloaded.

        ``threads``: one is the quickest (``docs/decisions/021-one-thread-for-whisper.md``). ``window_s`` is the least that
        the encoder sees, 30 for Whisper's own way.

        Raises :class:`ModelError` when the weights are missing or damaged.
        """
        folder = Path(model) if Path(model).is_dir() else model_folder(WHISPERS.get(model, model))
        from faster_whisper import WhisperModel

        class ShortWindow(WhisperModel):  # type: ignore[misc]  # faster-whisper ships no types
            """Encodes what was said and a little silence, not the 30 s that Whisper pads everything to."""

            def transcribe(self, audio: Any, *args: Any, **options: Any) -> Any:
                least = max(window_s, NOISY_WINDOW_S) if noisy(audio) else window_s
                self.frames = max(least, math.ceil(len(audio) / SAMPLE_RATE) + WINDOW_MARGIN_S) * 100
                return super().transcribe(audio, *args, **options)

            def encode(self, features: Any) -> Any:
                return super().encode(np.ascontiguousarray(features[..., : self.frames]))

        try:
            whisper = ShortWindow(
                str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
            )
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{folder} holds no Whisper model that loads: {str(error).splitlines()[0]}") from error
        return cls(whisper, SileroDetector.load(), beam=beam)

    def transcribe(self, audio: "Samples") -> Transcript:
        """Word times count from the first sample. Silence, noise and hum give an empty text."""
        return transcribe_pieces(audio, self._detector, self._recognise)

    def _recognise(self, piece: "Samples") -> list[Word]:
        segments, _ = self._model.transcribe(
            piece,
            language="en",
            beam_size=self._beam,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=False,
            log_prob_threshold=LEAST_LOGPROB,
        )
        heard = [word for segment in segments if segment.avg_logprob >= LEAST_LOGPROB for word in segment.words or ()]
        return _whole_words(heard)


def noisy(audio: "Samples") -> bool:
    """Whether the loud frames (95th percentile of 20 ms) stand less than ``NOISY_DB`` above the soft ones (10th)."""
    frames = audio[: len(audio) // _FRAME * _FRAME].reshape(-1, _FRAME)
    if not len(frames):
        return False
    soft, loud = np.percentile(np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1)) + 1e-9, (10, 95))
    return bool(20 * math.log10(loud / soft) < NOISY_DB)


def _whole_words(heard: Iterable[Any]) -> list[Word]:
    """Whisper's words as ours. Whisper splits "real-time" in two; what does not begin with a space belongs to the word
    before it."""
    words: list[Word] = []
    for part in heard:
        text = part.word.strip()
        if not text:
            continue
        end_ms = round(float(part.end) * 1000)
        confidence = round(float(part.probability), 4)
        if words and not part.word[0].isspace():
            last = words.pop()
            whole = last.text + text
            confidence = min(last.confidence, confidence)
            words.append(Word(text=whole, start_ms=last.start_ms, end_ms=end_ms, confidence=confidence))
        else:
            words.append(
                Word(text=text, start_ms=round(float(part.start) * 1000), end_ms=end_ms, confidence=confidence)
            )
    return words


def load_recognizer(name: str = "whisper-tiny-en", *, allow_network: bool = False) -> Recognizer:
    """The recogniser called ``name``: an entry of the list of models, or ``speech-recognition:ENGINE``.

    Raises :class:`ModelError` for a name nobody knows, or when what it needs is missing.
    """
    if name in WHISPERS.values() or name in WHISPERS:
        return WhisperRecognizer.load(name)
    if name == "moonshine-tiny":
        from voice.moonshine import MoonshineRecognizer

        return MoonshineRecognizer.load()
    prefix, _, engine = name.partition(":")
    if prefix == "speech-recognition" and engine:
        from voice.speech_recognition_adapter import SpeechRecognitionRecognizer

        return SpeechRecognitionRecognizer.load(engine, allow_network=allow_network)
    known = ", ".join([*WHISPERS.values(), "moonshine-tiny", "speech-recognition:ENGINE"])
    raise ModelError(f"no recogniser is called {name!r}; there are {known}")
