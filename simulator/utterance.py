"""What the caller is saying or about to say, and how much of it has been heard."""

from dataclasses import dataclass

from simulator.caller import Plan
from simulator.ports import Word


@dataclass(slots=True)
class Part:
    """One sentence of an utterance: made and played on its own."""

    text: str
    speaker: str = ""
    duration_ms: int | None = None
    words: tuple[Word, ...] = ()
    played: bool = False
    pause_ms: int = 0


@dataclass(slots=True)
class Utterance:
    """What the caller is saying or about to say."""

    number: int
    plan: Plan
    parts: list[Part]
    not_before: int
    started: int | None = None
    position: int = 0
    idle: bool = False

    @property
    def text(self) -> str:
        return " ".join(part.text for part in self.parts)

    def heard(self) -> tuple[str, bool]:
        """The words that began before the sound stopped, and whether that is all of them."""
        said: list[str] = []
        start = 0
        length = sum((part.duration_ms or 0) + part.pause_ms for part in self.parts)
        if all(part.played for part in self.parts) and self.position >= length:
            return self.text, True
        for part in self.parts:
            if not part.played:
                return " ".join(said), False
            start += part.pause_ms
            for word in part.words:
                if start + word.start_ms >= self.position:
                    return " ".join(said), False
                said.append(word.text)
            start += part.duration_ms or 0
        return self.text, True
