"""What a read reply looks like: the fixed label set, and the values that readers and matchers return.

The labels and their meaning are those of ``docs/behaviours.md``; the names here are the only spelling.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

Label = Literal[
    "greeting",
    "empathy",
    "apology",
    "ownership",
    "own_fault",
    "paraphrase",
    "open_question",
    "information_request",
    "explanation",
    "solution",
    "options",
    "next_steps",
    "follow_up",
    "partnership",
    "gratitude",
    "boundary",
    "supervisor",
    "hold",
    "closing",
    "dismissive",
    "defensive",
    "blame",
    "refusal",
    "hostile",
    "rushing",
    "jargon",
]

LABELS: Final[tuple[Label, ...]] = get_args(Label)
"""All labels, in the order in which the reader's outputs stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLabel:
    """One behaviour found in a reply."""

    label: Label
    probability: float
    """Calibrated, 0 to 1, rounded to 4 places so that recordings are the same bytes everywhere."""
    quote: str
    """The words of the reply that carry the label most: a sentence, or the clauses of it that matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that was read in one reply: the labels whose probability passed their threshold, in label order."""

    labels: tuple[FoundLabel, ...] = ()

    def has(self, label: Label) -> bool:
        """Whether ``label`` was found."""
        return any(found.label == label for found in self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactAsked:
    """The reply asks for a fact, or opens a hidden need, of the persona."""

    fact: str
    """Id of the fact or hidden need."""
    score: float
    """Similarity of meaning, 0 to 1, rounded to 4 places."""
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferMade:
    """The reply puts one of the persona's offers on the table, now and without an if or a not."""

    offer: str
    score: float
    """Similarity of meaning, 0 to 1, rounded to 4 places."""
    quote: str
    slots: tuple[tuple[str, str], ...] = ()
    """Filled slots as (name, words), such as ("when", "by thursday"), sorted by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """What of this persona's facts and offers the reply touches, best first."""

    asked: tuple[FactAsked, ...] = ()
    offers: tuple[OfferMade, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    """Every slot of any of the persona's offers that the words fill, as (name, words), sorted: a day or a reference may
    come a turn after the offer that needs it."""


ASKS: Final[frozenset[Label]] = frozenset(("information_request", "open_question", "blame"))
"""Labels of replies that ask: blame mostly comes as a question ("Did you not check the date?")."""
OFFERS: Final[frozenset[Label]] = frozenset(
    ("solution", "options", "next_steps", "follow_up", "partnership", "ownership", "refusal", "supervisor")
)
"""Labels of replies that put something on the table, or take it off."""


def as_meant(reading: Reading, matches: Matches) -> Matches:
    """``matches`` without what a reply merely says back.

    "You booked in March, for your anniversary, and the room was given away" holds the words of three facts and an offer, and
    asks for none of them: where a reply was read as a paraphrase, a fact counts only if it was also read as asking, and an
    offer only if it was also read as offering. Details, such as a day, stay: they may fill an offer of another reply.
    """
    found = {label.label for label in reading.labels}
    if "paraphrase" not in found:
        return matches
    return Matches(
        asked=matches.asked if found & ASKS else (),
        offers=matches.offers if found & OFFERS else (),
        details=matches.details,
    )
