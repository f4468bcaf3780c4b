"""Speech to words with Moonshine tiny: about a third of Whisper's waiting time, for slow machines."""

from typing import TYPE_CHECKING, Any, Final, Self

from simulator.errors import ModelError
from simulator.models import model_folder
from simulator.ports import SAMPLE_RATE, Transcript, Word
from voice.detector import SileroDetector
from voice.pieces import FreshDetector, spread_words, transcribe_pieces

if TYPE_CHECKING:
    from simulator.ports import Samples

LONGEST_MS: Final = 12_000
"""Of a piece: on 44 s in one piece Moonshine tiny got 60 % of the words wrong, up to 12 s it is fine."""
CONFIDENCE: Final = 0.9
"""Given to every word: Moonshine tiny reports none, and it is right about nine times in ten on spontaneous speech."""


class MoonshineRecognizer:
    """A :class:`simulator.ports.Recognizer` over moonshine-voice. Word times are laid out, not measured."""

    def __init__(self, transcriber: Any, detector: FreshDetector) -> None:
        """``transcriber`` is a ``moonshine_voice.Transcriber`` with its own speech detector off; use :meth:`load`."""
        self._transcriber = transcriber
        self._detector = detector

    @classmethod
    def load(cls) -> Self:
        """The pinned model. Raises :class:`ModelError` when it is missing or damaged."""
        folder = model_folder("moonshine-tiny")
        try:
            from moonshine_voice.moonshine_api import ModelArch
            from moonshine_voice.transcriber import Transcriber
        except (ImportError, OSError) as error:
            raise ModelError(
                f"moonshine-voice does not load ({error}): run `hotseat models fetch moonshine-tiny`"
            ) from error
        # its own detector cuts off first words; ours has decided already
        transcriber = Transcriber(str(folder), ModelArch.TINY, options={"vad_threshold": 0})
        return cls(transcriber, SileroDetector.load())

    def transcribe(self, audio: "Samples") -> Transcript:
        """Word times count from the first sample. Silence, noise and hum give an empty text."""
        return transcribe_pieces(audio, self._detector, self._recognise, LONGEST_MS)

    def _recognise(self, piece: "Samples") -> list[Word]:
        heard = self._transcriber.transcribe_without_streaming(piece.tolist(), SAMPLE_RATE)
        text = " ".join(line.text.strip() for line in heard.lines)
        return spread_words(text, len(piece) * 1000 // SAMPLE_RATE, CONFIDENCE)
