"""Replies that may come next, as a reader and a matcher would hand them over: what a caller can prepare for.

Nobody knows what a trainee will say, but what trainees say is of few kinds: they ask for a fact, say that they are sorry, say
back what they heard, put an offer on the table. What she would answer to each of them follows from how she feels and what she
knows now. The kinds are ordered by how often they came in recorded calls of scripted trainees.
"""

from collections.abc import Collection, Iterator
from typing import Final

from personas.persona import Offer, Persona
from simulator.reading import LABELS, FactAsked, FoundLabel, Label, Matches, OfferMade, Reading

TEXT: Final = "Right, I see what you mean there, and this is what I can tell you about it."
"""Words of such a reply. They hold no fact, no name and no stop word."""
_SURE: Final = 0.9
_FILLED: Final = {
    "when": "by Thursday",
    "day": "Thursday",
    "time_window": "between 9 and 11",
    "name": "Sam",
    "reference": "4471",
}
"""What stands for a detail that an offer needs."""
_FIRST: Final[tuple[tuple[Label, ...], ...]] = (
    ("paraphrase",),
    ("empathy", "apology"),
    ("apology", "own_fault"),
    ("empathy", "ownership", "information_request"),
    ("information_request",),
    (),
)
_GREETINGS: Final[tuple[tuple[Label, ...], ...]] = (
    ("greeting",),
    ("greeting", "open_question"),
    ("greeting", "information_request"),
    ("empathy", "apology"),
    ("paraphrase",),
    (),
)
_LAST: Final[tuple[tuple[Label, ...], ...]] = (
    ("explanation", "solution"),
    ("ownership", "next_steps"),
    ("explanation",),
    ("paraphrase", "solution", "next_steps", "gratitude", "closing"),
    ("open_question",),
    ("hold",),
    ("dismissive",),
    ("refusal",),
    ("defensive", "blame"),
)


def likely_replies(
    persona: Persona, *, first: bool = False, told: Collection[str] = ()
) -> Iterator[tuple[Reading, Matches]]:
    """What may be read in the next reply to ``persona``, likeliest first; a few dozen.

    ``first`` is whether it is the first of the call, ``told`` the facts and needs that she has told already.
    """
    for labels in _GREETINGS if first else _FIRST:
        yield _reading(labels), Matches()
    for offer in persona.offers:
        yield _reading(("solution", "next_steps")), Matches(offers=(_made(offer),))
    for need in persona.hidden_needs:
        if need.id not in told:
            yield _reading(("empathy", "open_question")), _asked(need.id)
    for fact in persona.facts:
        if fact.id not in told:
            yield _reading(("information_request",)), _asked(fact.id)
    for offer in persona.offers:
        if offer.needs:
            yield _reading(("solution",)), Matches(offers=(OfferMade(offer=offer.id, score=_SURE, quote=TEXT),))
    for labels in _LAST:
        yield _reading(labels), Matches()


def _reading(labels: tuple[Label, ...]) -> Reading:
    return Reading(
        labels=tuple(FoundLabel(label=label, probability=_SURE, quote=TEXT) for label in LABELS if label in labels)
    )


def _asked(fact: str) -> Matches:
    return Matches(asked=(FactAsked(fact=fact, score=_SURE, quote=TEXT),))


def _made(offer: Offer) -> OfferMade:
    slots = tuple(sorted((need, _FILLED.get(need, "today")) for need in offer.needs))
    return OfferMade(offer=offer.id, score=_SURE, quote=TEXT, slots=slots)
