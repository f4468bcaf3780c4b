"""What a scripted trainee can go by, and what he says.

A trainee sees what a person would: the caller's words, what she has said she wants, what became of his offers. He never
sees a number of her mood. What he says is words with the labels that a careful reader would give them; a rehearsal of
acts believes the labels, a rehearsal of texts gives the words to the real reader and matcher.
"""

from dataclasses import dataclass, field

from personas.persona import Persona
from simulator.plan import Line
from simulator.reading import FactAsked, FoundLabel, Label, Matches, OfferMade, Reading

SURE = 0.9
"""Probability of a label in a rehearsal of acts: what the reader gives when words are plain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A sentence of a reply and what it does."""

    text: str
    labels: tuple[Label, ...] = ()
    asked: str = ""
    """Fact or hidden need it asks for."""
    offer: str = ""
    slots: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A reply: its clauses and how it came."""

    clauses: tuple[Clause, ...]
    overlap_s: float = 0.0
    silence_s: float = 0.0
    loud_z: float = 0.0
    rate_z: float = 0.0
    ends: bool = False
    """He puts the phone down after this, whatever she still wants."""

    @property
    def text(self) -> str:
        """The words."""
        return " ".join(clause.text for clause in self.clauses)

    def reading(self, probability: float = SURE) -> Reading:
        """What a careful reader finds in it: each label with the first clause that carries it."""
        found: dict[Label, str] = {}
        for clause in self.clauses:
            for label in clause.labels:
                found.setdefault(label, clause.text)
        return Reading(
            labels=tuple(
                FoundLabel(label=label, probability=probability, quote=quote) for label, quote in found.items()
            )
        )

    def matches(self, probability: float = SURE) -> Matches:
        """The facts it asks for and the offers it makes."""
        asked = {clause.asked: clause.text for clause in self.clauses if clause.asked}
        made = [clause for clause in self.clauses if clause.offer]
        return Matches(
            asked=tuple(FactAsked(fact=fact, score=probability, quote=quote) for fact, quote in asked.items()),
            offers=tuple(
                OfferMade(offer=clause.offer, score=probability, quote=clause.text, slots=clause.slots)
                for clause in made
            ),
            details=tuple(sorted({slot for clause in self.clauses for slot in clause.slots})),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The call as the trainee knows it before his next reply."""

    persona: Persona
    agent: str
    turn: int
    """Number of the reply he is about to give, from 1."""
    lines: tuple[Line, ...]
    """What she has just said."""
    wants: tuple[str, ...]
    """Demands she has voiced or that came out, and that are not met yet, in that order."""
    told: frozenset[str]
    """Facts and hidden needs that have come out."""
    verdicts: dict[str, str] = field(default_factory=dict)
    """What became of the last reply's offers, by offer."""
    taken: tuple[str, ...] = ()
    """Offers she has accepted so far."""
    tense: bool = False
    """She sounds angry or furious."""

    def said(self, *situations: str) -> str:
        """Her words of the first of these situations in what she has just said, or nothing."""
        return next((line.text for line in self.lines if line.situation in situations), "")
