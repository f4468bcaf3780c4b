"""Which questions and offers of a caller the matcher takes for each other, measured on the caller's own sentences.

Every sentence of the file is matched while the matcher has not seen it, as a trainee's own wording will not have been
seen either: the sentences are dealt into ``FOLDS`` parts, and each part is read by a matcher that knows the others.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from evaluation.encoder import Encoded, SentenceEncoder

if TYPE_CHECKING:
    from personas.persona import Persona
    from simulator.ports import Matcher

FOLDS: Final = 4
MOST_WAYS: Final = 12
"""Sentences tried per fact or offer: enough to see a pattern, and a rich caller takes seconds."""
LEAST_WAYS: Final = 3
OFTEN: Final = 0.25
"""Share of its sentences taken for another one from which two are too alike."""
SELDOM: Final = 0.5
"""Share of its sentences that must be understood."""

Kind = Literal["facts", "hidden_needs", "offers"]
_SENTENCES: Final[dict[Kind, str]] = {"facts": "asked_like", "hidden_needs": "asked_like", "offers": "heard_like"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """A fact, hidden need or offer that is taken for another, or for nothing."""

    kind: Kind
    name: str
    taken_for: str
    """Id of the other; empty when it is simply not understood."""
    times: int
    of: int
    """Sentences tried."""
    number: int
    """Index of the first such sentence under ``asked_like`` or ``heard_like``."""
    words: str
    """That sentence."""
    others: tuple[str, ...] = ()
    """The other such sentences."""


class RememberingEncoder(SentenceEncoder):
    """A ``SentenceEncoder`` that reads each sentence once: here the same ones come again in every fold."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self.digest, self.scale, self.bar = encoder.digest, encoder.scale, encoder.bar
        self._encoder = encoder
        self._read: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def encode(self, sentences: Sequence[str]) -> Encoded:
        """Vectors and stance of each sentence, as the encoder itself gives them."""
        new = [each for each in dict.fromkeys(sentences) if each not in self._read]
        if new:
            read = self._encoder.encode(new)
            self._read.update(zip(new, zip(read.vectors, read.stance, strict=True), strict=True))
        if not sentences:
            return self._encoder.encode(sentences)
        found = [self._read[each] for each in sentences]
        return Encoded(np.stack([each[0] for each in found]), np.stack([each[1] for each in found]))


def told_apart(persona: "Persona", matcher: "Matcher") -> tuple[Alike, ...]:
    """What ``matcher`` cannot keep apart in ``persona``, in file order. Empty when all is well."""
    heard: dict[tuple[Kind, str], list[tuple[int, str, str]]] = {}
    for fold in range(FOLDS):
        known = _without(persona, fold)
        for kind, name, number, words in _sentences(persona):
            if number % FOLDS == fold:
                heard.setdefault((kind, name), []).append((number, words, _found(matcher, words, known, kind, name)))
    return tuple(
        found for kind, name in _names(persona) for found in _judge(kind, name, sorted(heard.get((kind, name), ())))
    )


def _judge(kind: Kind, name: str, tried: Sequence[tuple[int, str, str]]) -> Iterator[Alike]:
    if len(tried) < LEAST_WAYS:
        return  # the checker says that there are too few
    taken = Counter(found for *_, found in tried)
    others = [other for other in taken if other not in (name, "")]
    alike = [other for other in others if taken[other] >= 2 and taken[other] >= OFTEN * len(tried)]
    for other in alike or ([""] if taken[name] < SELDOM * len(tried) else []):
        wrong = [each for each in tried if (each[2] == other if other else each[2] != name)]
        number, words, _ = wrong[0]
        yield Alike(
            kind=kind, name=name, taken_for=other, times=len(wrong), of=len(tried), number=number, words=words,
            others=tuple(words for _, words, _ in wrong[1:]),
        )  # fmt: skip


def _found(matcher: "Matcher", words: str, persona: "Persona", kind: Kind, name: str) -> str:
    """What ``words`` are taken for; ``name`` itself if that is among it."""
    matches = matcher.match(words, persona)
    found = [each.offer for each in matches.offers] if kind == "offers" else [each.fact for each in matches.asked]
    return name if name in found else next(iter(found), "")


def _names(persona: "Persona") -> Iterator[tuple[Kind, str]]:
    for kind in _SENTENCES:
        yield from ((kind, part.id) for part in getattr(persona, kind))


def _sentences(persona: "Persona") -> Iterator[tuple[Kind, str, int, str]]:
    for kind, key in _SENTENCES.items():
        for part in getattr(persona, kind):
            ways = getattr(part, key)
            if len(ways) > 1:
                yield from ((kind, part.id, number, words) for number, words in enumerate(ways[:MOST_WAYS]))


def _without(persona: "Persona", fold: int) -> "Persona":
    """``persona`` without the sentences of ``fold``; one that would lose all keeps its first."""
    changed: dict[str, tuple[Any, ...]] = {}
    for kind, key in _SENTENCES.items():
        changed[kind] = tuple(
            part.model_copy(
                update={
                    key: tuple(
                        words
                        for number, words in enumerate(getattr(part, key))
                        if number % FOLDS != fold or number >= MOST_WAYS
                    )
                    or getattr(part, key)[:1]
                }
            )
            for part in getattr(persona, kind)
        )
    return persona.model_copy(update=changed)
