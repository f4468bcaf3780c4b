"""What the matcher cannot keep apart in a caller: named with the sentence that shows it."""

from dataclasses import dataclass

import numpy as np

from evaluation.encoder import Encoded
from evaluation.told_apart import Alike, RememberingEncoder, told_apart
from personas.persona import Persona
from simulator.reading import FactAsked, Matches, OfferMade


@dataclass
class ByFirstWord:
    """A matcher that knows a sentence by its first word, as long as another sentence begins with it."""

    def match(self, reply: str, persona: Persona) -> Matches:
        first = reply.split()[0]
        offers = [each.id for each in persona.offers if any(way.split()[0] == first for way in each.heard_like)]
        facts = [each.id for each in persona.facts if any(way.split()[0] == first for way in each.asked_like)]
        return Matches(
            asked=tuple(FactAsked(fact=name, score=0.9, quote=reply) for name in facts),
            offers=tuple(OfferMade(offer=name, score=0.9, quote=reply, slots=()) for name in offers),
        )


def caller(**offers: list[str]) -> Persona:
    return Persona.model_validate(
        {
            "id": "x", "who": {"name": "Ann"}, "story": "x", "lines": {},
            "facts": [{"id": "order", "asked_like": ["order a", "order b", "order c", "order d"], "say": ["x"]}],
            "demands": [{"id": "d", "points": 100, "say": ["x"]}],
            "offers": [{"id": name, "heard_like": ways, "gives": (("d", 100),)} for name, ways in offers.items()],
        }
    )  # fmt: skip


def test_well_told_apart_is_nothing_to_say() -> None:
    persona = caller(van=["van 1", "van 2", "van 3", "van 4"], post=["post 1", "post 2", "post 3", "post 4"])

    assert told_apart(persona, ByFirstWord()) == ()


def test_one_that_nobody_understands_is_named() -> None:
    persona = caller(van=["alpha", "beta", "gamma", "delta"], post=["post 5", "post 6", "post 7", "post 8"])

    assert told_apart(persona, ByFirstWord()) == (
        Alike(kind="offers", name="van", taken_for="", times=4, of=4, number=0, words="alpha",
              others=("beta", "gamma", "delta")),
    )  # fmt: skip


def test_two_that_are_alike_are_named_once_each() -> None:
    persona = caller(
        van=["van 1", "van 2", "van 3", "van 4", "post 1", "truck 1", "post 2", "lorry 1"],
        post=["post 3", "post 4", "post 5", "post 6", "post 7", "post 8", "post 9", "post 0"],
    )
    persona = persona.model_copy(update={"offers": (persona.offers[1], persona.offers[0])})

    found = [each for each in told_apart(persona, FirstOnly()) if each.taken_for]

    assert [(each.name, each.taken_for, each.times, each.of, each.words, each.others) for each in found] == [
        ("van", "post", 2, 8, "post 1", ("post 2",))
    ]


class FirstOnly(ByFirstWord):
    """One that settles for the first that fits."""

    def match(self, reply: str, persona: Persona) -> Matches:
        found = super().match(reply, persona)
        return Matches(asked=found.asked, offers=found.offers[:1])


class Counting:
    digest, scale, bar = "d", 1.0, 0.5

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, sentences: list[str]) -> Encoded:
        self.read += sentences
        vectors = np.array([[len(each), 0.0] for each in sentences], dtype=np.float32)
        return Encoded(vectors, vectors)


def test_each_sentence_is_read_once() -> None:
    under = Counting()
    encoder = RememberingEncoder(under)  # type: ignore[arg-type]  # a fake with the same one method

    first, second = encoder.encode(["a", "bb"]), encoder.encode(["bb", "ccc", "bb"])

    assert under.read == ["a", "bb", "ccc"]
    assert first.vectors[:, 0].tolist() == [1, 2]
    assert second.vectors[:, 0].tolist() == [2, 3, 2]
