"""What the caller is saying or about to say, and how much of it has been heard."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from simulator.plan import Plan
from simulator.ports import Word
from simulator.wording import first_clause, sentences

OPENER: Final = -1
"""Number of the word that stands before the parts when the first of them is not made yet."""


@dataclass(slots=True)
class Part:
    """One sentence of an utterance, or a clause of its first one: made and played on its own."""

    text: str
    speaker: str = ""
    party: int = 0
    goes_on: bool = False
    """It is the rest of the sentence before it."""
    duration_ms: int | None = None
    words: tuple[Word, ...] = ()
    played: bool = False
    pause_ms: int = 0


@dataclass(slots=True)
class Utterance:
    """What the caller is saying or about to say. As it is made without arguments: nothing; utterances count from 1."""

    number: int = 0
    plan: Plan = field(default_factory=Plan)
    parts: list[Part] = field(default_factory=list)
    not_before: int = 0
    started: int = -1
    """Call time of its first sound; -1 before."""
    position: int = 0
    decided: int = 0
    """Call time at which she knew what to say."""
    opener: Part | None = None
    """"Well," or "Um,": said first where what follows is not ready. It is heard and not written down, and takes no floor."""
    opened: int = -1
    """Call time at which the opener began; -1 without."""
    late_ms: int = 0
    """How long nothing sounded between the opener and the rest."""

    @classmethod
    def of(cls, number: int, plan: Plan, *, not_before: int, decided: int) -> "Utterance":
        """An utterance of ``plan`` in sentences, the first cut at its first comma: heard while the rest is being made."""
        parts = [
            Part(text=sentence, speaker=line.speaker, party=line.party)
            for line in plan.lines
            for sentence in sentences(line.text)
        ]
        for first in parts[:1]:
            head, *rest = first_clause(first.text)
            first.text = head
            goes_on = not head.endswith((".", "?", "!"))
            parts[1:1] = [Part(text=text, speaker=first.speaker, party=first.party, goes_on=goes_on) for text in rest]
        return cls(number=number, plan=plan, parts=parts, not_before=not_before, decided=decided)

    def __bool__(self) -> bool:
        return self.number > 0

    @property
    def text(self) -> str:
        return " ".join(part.text for part in self.parts)

    @property
    def ready(self) -> bool:
        """Whether its first sentence is made."""
        return bool(self) and self.parts[0].duration_ms is not None

    @property
    def opens(self) -> bool:
        """Whether a word is ready to be said first, and wanted: not once the first part is there."""
        made = self.opener is not None and bool(self.opener.duration_ms) and not self.opener.played
        return made and not self.ready

    @property
    def sounding(self) -> bool:
        """Whether it has begun."""
        return self.started >= 0

    @property
    def made(self) -> bool:
        """Whether every part of it is made; true of nothing, too."""
        return all(part.duration_ms is not None for part in self.parts)

    @property
    def length_ms(self) -> int:
        """How long it sounds, as far as it has been made, with the pauses before what has been played."""
        return self._opened_ms + sum((part.duration_ms or 0) + part.pause_ms for part in self.parts)

    @property
    def _opened_ms(self) -> int:
        """How long the word before it sounds."""
        return self.opener.duration_ms or 0 if self.opener is not None and self.opener.played else 0

    def begins(self, t: int) -> None:
        """Its first part is played from ``t`` on, or behind the word before it."""
        self.started = self.opened if self.opened >= 0 else t
        self.late_ms = max(0, t - self.started - self._opened_ms)

    @property
    def over(self) -> bool:
        """Whether all of it has been heard."""
        return all(part.played for part in self.parts) and self.position >= self.length_ms

    def part(self, utterance: int, index: int) -> Part | None:
        """The one place where results for a forgotten utterance are dropped."""
        if utterance != self.number:
            return None
        return self.opener if index == OPENER else self.parts[index] if index < len(self.parts) else None

    def plays(self, pause_ms: int, within_ms: int) -> Iterator[tuple[int, int]]:
        """(index, pause before it) of every part that can be played now; from here on it counts as played.

        ``pause_ms`` stands between sentences, ``within_ms`` inside one.
        """
        for index, part in enumerate(self.parts):
            if part.duration_ms is None:
                return
            if not part.played:
                begins = not index and not self._opened_ms
                part.played, part.pause_ms = True, 0 if begins else within_ms if part.goes_on or not index else pause_ms
                yield index, part.pause_ms

    def heard(self) -> tuple[str, bool]:
        """The words that began before the sound stopped, and whether that is all of them."""
        if self.over:
            return self.text, True
        said: list[str] = []
        start = self._opened_ms
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

    def by_party(self) -> tuple[tuple[int, int, int, str], ...]:
        """(party, call time of its begin and end, words heard) of each stretch in which one party spoke."""
        found: list[tuple[int, int, int, str]] = []
        over, start = self.over, self._opened_ms
        for part in self.parts:
            start += part.pause_ms
            said = [word.text for word in part.words if start + word.start_ms < self.position]
            text = part.text if over else " ".join(said)
            if not text:
                break
            begun = self.started + self.late_ms + start
            ended = begun + (part.duration_ms or 0)
            ended = ended if over else min(ended, self.started + self.late_ms + self.position)
            if found and found[-1][0] == part.party:
                _, begun, _, before = found.pop()
                text = f"{before} {text}"
            found.append((part.party, begun, ended, text))
            start += part.duration_ms or 0
        return tuple(found)
