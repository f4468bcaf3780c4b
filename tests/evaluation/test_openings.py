"""Standard openings of a call that a caller's own sentences swallow: named with the sentence that does it."""

from collections.abc import Sequence

import numpy as np
import pytest

from evaluation.encoder import Encoded, SentenceEncoder
from evaluation.matcher import EmbeddingMatcher
from evaluation.openings import Swallowed, swallowed
from evaluation.told_apart import RememberingEncoder
from personas.persona import Persona
from personas.vocabulary import NAME_OPENINGS, OPENINGS
from simulator.reading import FactAsked, Matches, OfferMade


class ByFirstWord:
    """A matcher that knows a sentence by its first word."""

    def match(self, reply: str, persona: Persona) -> Matches:
        first = reply.split()[0]
        asked = [each.id for each in (*persona.facts, *persona.hidden_needs)
                 if any(way.split()[0] == first for way in each.asked_like)]  # fmt: skip
        offers = [each.id for each in persona.offers if any(way.split()[0] == first for way in each.heard_like)]
        return Matches(
            asked=tuple(FactAsked(fact=name, score=0.9, quote=reply) for name in asked),
            offers=tuple(OfferMade(offer=name, score=0.9, quote=reply, slots=()) for name in offers),
        )


class Lengths:
    """An encoder for which two sentences are alike when they are equally long."""

    def encode(self, sentences: Sequence[str]) -> Encoded:
        angles = np.array([len(each) / 100 for each in sentences], dtype=np.float32)
        vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        return Encoded(vectors, vectors)


def caller(order: list[str], need: list[str], offer: list[str], nothing: Sequence[str] = ()) -> Persona:
    return Persona.model_validate(
        {
            "id": "x", "who": {"name": "Ann"}, "story": "x", "lines": {}, "nothing": tuple(nothing),
            "facts": [{"id": "order", "asked_like": order, "say": ["x"]}],
            "hidden_needs": [{"id": "florist", "asked_like": need, "say": ["x"]}],
            "demands": [{"id": "d", "points": 100, "say": ["x"]}],
            "offers": [{"id": "van", "heard_like": offer, "gives": (("d", 100),)}],
        }
    )  # fmt: skip


def test_each_part_is_named_once_with_all_it_swallows() -> None:
    persona = caller(["order"], ["Tell", "Tell me what happened."], ["How about a van"])

    found = swallowed(persona, ByFirstWord(), Lengths())  # type: ignore[arg-type]  # a fake with the same one method

    assert found == (
        Swallowed(
            kind="hidden_needs", name="florist", openings=tuple(o for o in OPENINGS if o.startswith("Tell")), number=1,
            words="Tell me what happened.",
        ),
        Swallowed(kind="offers", name="van", openings=("How can I help you?",), number=0, words="How about a van"),
    )  # fmt: skip


def test_a_question_for_the_name_may_be_answered_by_a_fact_only() -> None:
    name, need = caller(["Can I take it"], ["x"], ["y"]), caller(["x"], ["Can I take it"], ["y"])

    assert swallowed(name, ByFirstWord(), Lengths()) == ()  # type: ignore[arg-type]
    (found,) = swallowed(need, ByFirstWord(), Lengths())  # type: ignore[arg-type]
    assert (found.name, found.openings) == ("florist", NAME_OPENINGS[:1])


@pytest.fixture(scope="module")
def encoder() -> RememberingEncoder:
    return RememberingEncoder(SentenceEncoder.load())


def test_the_matcher_that_calls_use(encoder: RememberingEncoder) -> None:
    """A hidden need much as a trainer wrote it. It took the first question of the call for itself, until `nothing:` had it."""
    order, offer = ["what is your order number", "order number please"], ["i'll send it by courier"]
    need = [
        "tell me what went on",
        "what happened at the till",
        "how has this affected you",
    ]
    matcher = EmbeddingMatcher.load(encoder)
    heard = [opening.rstrip(".?").replace(",", "").lower() for opening in OPENINGS]

    (found,) = swallowed(caller(order, need, offer), matcher, encoder)

    assert found.name == "florist" and "Tell me what happened." in found.openings
    assert swallowed(caller(order, need, offer, heard), matcher, encoder) == ()
    asked = matcher.match("How has all this affected you?", caller(order, need, offer, heard)).asked
    assert [each.fact for each in asked] == ["florist"]


def test_the_fact_that_is_the_story_swallows_nothing() -> None:
    persona = caller(["How can I help you?"], ["x"], ["y"])
    assert swallowed(persona, ByFirstWord(), Lengths())  # type: ignore[arg-type]
    recap = persona.facts[0].model_copy(update={"id": "what_happened"})
    assert swallowed(persona.model_copy(update={"facts": (recap,)}), ByFirstWord(), Lengths()) == ()  # type: ignore[arg-type]
