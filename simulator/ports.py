"""The protocols that the edges implement, one verb each, and the values that cross them.

Samples are mono float32 NumPy arrays in -1..1. The core never touches them; NumPy is named here for type checkers only.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol, runtime_checkable

from simulator.reading import Matches, Reading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from personas.persona import Persona

    Samples = NDArray[np.float32]

SAMPLE_RATE: Final = 16_000
"""Samples per second of everything that is heard, recorded and recognised."""
FRAME_SAMPLES: Final = 512
"""Samples of one microphone frame."""
FRAME_MS: Final = 32
"""Length of one frame; exact, because 512 / 16000 s is 32 ms."""

Manner = Literal["hot", "cold", "shaky"]
Loudness = Literal["soft", "normal", "loud"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word and when it was said."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float = 1.0
    """0 to 1; 1 when the words were typed or synthesised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What a recogniser heard in a stretch of audio. An empty text means that nothing was said."""

    text: str
    words: tuple[Word, ...] = ()
    confidence: float = 1.0
    """Mean word confidence, 0 to 1, rounded to 4 places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How a line is to be spoken. ``voice.delivery`` turns it into pace, pitch, loudness and pauses."""

    speaker: str
    """Name of a voice, as in ``voice/voices.toml``."""
    manner: Manner
    anger: int
    """0 to 100."""
    pace: float = 1.0
    """The speaker's own pace; 1 is the voice's natural one."""
    loudness: Loudness = "normal"


@dataclass(frozen=True, slots=True)
class Speech:
    """A spoken line."""

    samples: "Samples"
    """At ``SAMPLE_RATE``."""
    words: tuple[Word, ...]
    """Times within the samples; ``text`` is the written word."""

    @property
    def duration_ms(self) -> int:
        return len(self.samples) * 1000 // SAMPLE_RATE


class SpeechDetector(Protocol):
    """Is somebody speaking? Keeps state from frame to frame; one detector serves one call."""

    def probability(self, frame: "Samples") -> float:
        """Probability of speech in one frame of ``FRAME_SAMPLES``, 0 to 1."""


class TurnEndModel(Protocol):
    """Has the trainee finished?"""

    def done(self, audio: "Samples", words: str, expecting: str) -> float:
        """Probability that the turn is over, given its audio, the words so far and what the caller just asked for."""


class Recognizer(Protocol):
    """Speech to words."""

    def transcribe(self, audio: "Samples") -> Transcript:
        """Word times count from the first sample. Silence gives an empty text, never an invented one."""


class ReplyReader(Protocol):
    """What a reply does to the caller."""

    def read(self, reply: str, caller_line: str) -> Reading:
        """Labels with calibrated probabilities."""


class Matcher(Protocol):
    """Which of the persona's facts were asked for and which offers made."""

    def match(self, reply: str, persona: "Persona") -> Matches:
        """Facts and offers touched by ``reply``, best first."""


class Synthesizer(Protocol):
    """Words to speech."""

    def synthesize(self, text: str, delivery: Delivery) -> Speech:
        """The whole line, at ``SAMPLE_RATE``, without leading or trailing silence."""


@runtime_checkable
class KeepingSynthesizer(Synthesizer, Protocol):
    """A synthesizer that keeps what it has said."""

    def kept(self, text: str, delivery: Delivery) -> bool:
        """Whether the whole line is there already, and need not be made."""


class Player(Protocol):
    """The caller's side of an open sound card. Every method returns at once and may be called from any thread."""

    def play(self, utterance: int, samples: "Samples") -> None:
        """Queue a line; a later call with the same number appends to it."""

    def duck(self, gain_db: float) -> None:
        """Set the level of what is playing, relative to full."""

    def stop(self, fade_ms: int) -> None:
        """Fade out and drop everything queued."""

    def position(self) -> tuple[int, int, bool]:
        """(utterance, milliseconds of it that have been heard, whether nothing is left to play); utterance 0 is none yet."""


FrameCallback = Callable[["Samples"], None]


class SoundCard(Protocol):
    """A microphone and a headphone that share one clock."""

    def open(self, on_frame: FrameCallback) -> AbstractContextManager[Player]:
        """Start both sides. ``on_frame`` gets every microphone frame, in order, on a thread of the card; it must only copy."""
