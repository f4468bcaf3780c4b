"""What an engine gives and what a mouth asks of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from simulator.ports import Word
from voice.delivery import Acoustics
from voice.spoken_text import SpokenWord
from voice.voices import EngineName, Speaker

if TYPE_CHECKING:
    from simulator.ports import Samples


@dataclass(frozen=True, slots=True)
class Utterance:
    """A clause as an engine spoke it, silence at both ends removed."""

    samples: "Samples"
    """At ``SAMPLE_RATE``, at the engine's own level."""
    words: tuple[Word, ...]
    """Times within the samples; one for each spoken word asked for, in order."""
    left: Acoustics
    """What the engine could not do itself, for ``voice.prosody``; gain, brightness and drive are always left."""


class Engine(Protocol):
    """Turns one clause into sound, doing as much of the acoustics as it can do well."""

    @property
    def name(self) -> EngineName:
        """Which part of a speaker's settings it uses."""

    @property
    def digest(self) -> str:
        """Stands for the model and the code's settings; goes into the cache key."""

    def speak(self, clause: tuple[SpokenWord, ...], speaker: Speaker, wanted: Acoustics) -> Utterance:
        """The clause in ``speaker``'s voice. Raises :class:`ModelError` when the engine fails."""
