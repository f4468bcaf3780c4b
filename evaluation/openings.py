"""Standard openings of a call that something in a caller's file swallows.

"What seems to be the problem?" asks for the story. Where a fact or a hidden need has sentences near it, the matcher takes
it for a question about that one thing, and the caller answers "That's my business for the moment" to the first question of
the call. Authors do not see it while they write: their own lists look well apart from each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.told_apart import Kind
from personas.vocabulary import NAME_OPENINGS, OPENINGS, RECAP

if TYPE_CHECKING:
    from evaluation.encoder import SentenceEncoder
    from personas.persona import Persona
    from simulator.ports import Matcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Swallowed:
    """A fact, hidden need or offer that standard openings are taken for."""

    kind: Kind
    name: str
    openings: tuple[str, ...]
    """Which, as a trainee says them; at least one."""
    number: int
    """Index, under ``asked_like`` or ``heard_like``, of the sentence nearest to the first of them."""
    words: str
    """That sentence."""


def swallowed(persona: "Persona", matcher: "Matcher", encoder: "SentenceEncoder") -> tuple[Swallowed, ...]:
    """What in ``persona`` standard openings are taken for by ``matcher``, in file order. Empty when all is well; a fact called
    ``RECAP`` is the story itself.

    ``encoder`` finds the sentence that does it.
    """
    found: dict[tuple[Kind, str], list[str]] = {}
    for opening in (*OPENINGS, *NAME_OPENINGS):
        for part in _taken_for(matcher, opening, persona):
            if part != ("facts", RECAP) and (opening not in NAME_OPENINGS or part[0] != "facts"):
                found.setdefault(part, []).append(opening)
    return tuple(_with_its_sentence(persona, part, found[part], encoder) for part in _parts(persona) if part in found)


def _taken_for(matcher: "Matcher", opening: str, persona: "Persona") -> list[tuple[Kind, str]]:
    matches = matcher.match(opening, persona)
    needs = {need.id for need in persona.hidden_needs}
    asked: list[tuple[Kind, str]] = [
        ("hidden_needs" if each.fact in needs else "facts", each.fact) for each in matches.asked
    ]
    return [*asked, *(("offers", each.offer) for each in matches.offers)]


def _parts(persona: "Persona") -> Iterator[tuple[Kind, str]]:
    yield from (("facts", each.id) for each in persona.facts)
    yield from (("hidden_needs", each.id) for each in persona.hidden_needs)
    yield from (("offers", each.id) for each in persona.offers)


def _with_its_sentence(
    persona: "Persona", part: tuple[Kind, str], openings: list[str], encoder: "SentenceEncoder"
) -> Swallowed:
    kind, name = part
    whole = next(each for each in getattr(persona, kind) if each.id == name)
    ways = whole.heard_like if kind == "offers" else whole.asked_like
    vectors = encoder.encode([openings[0].rstrip(".?"), *ways]).vectors
    number = int((vectors[1:] @ vectors[0]).argmax())
    return Swallowed(kind=kind, name=name, openings=tuple(openings), number=number, words=ways[number])
