"""The matcher: which of the persona's facts a reply asks for, and which of its offers it makes.

A reply is cut into clauses; each clause, each pair of neighbours and each short sentence is compared by meaning
(sentence embeddings) and by letters (trigrams) with the persona's own sentences and with a bank of sentences that are
neither (``other_bank.txt``). The nearest class wins, or none. Whether a clause asks, refuses or only supposes is
decided from its words (``evaluation.stance``): embeddings hardly see a "not".

``tests/evaluation/test_matcher.py`` holds what it must reach on sentences that no persona file contains.
"""

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from evaluation import slots
from evaluation.encoder import SentenceEncoder
from evaluation.stance import asks, only_asks, refused
from evaluation.text import SHORT_CLAUSE_WORDS, normal, sentence_clauses
from simulator.reading import FactAsked, Matches, OfferMade

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from personas.persona import Persona

    Vectors = NDArray[np.float32]

OTHER_BANK: Final = Path(__file__).parent / "other_bank.txt"
MEANING_SHARE: Final = 0.8
"""Share of the embedding in a similarity; the rest is letters (persona_engine design, section 14)."""
ASKED_FROM: Final = 0.45
OFFERED_FROM: Final = 0.44
"""Least similarity of a question and of an offer."""
BOTH_WITHIN: Final = 0.04
"""Two facts as close as this are both given: one of them is meant."""
MOST_FACTS: Final = 2
MOST_OFFERS: Final = 4
WARM_FROM: Final = 0.30
"""A clause as near as this to anything of the persona is also read together with its neighbours."""
MOST_UNITS: Final = 16
"""Clauses of one reply that are compared, and as many joined ones; a longer reply is read from its start."""
LONGEST_UNIT_WORDS: Final = 24
_BUCKETS: Final = 2048
"""Trigrams are hashed into so many; collisions are rare beside the few dozen of a sentence."""


@dataclass(frozen=True, slots=True)
class _Unit:
    words: str
    before: str
    """The clause before it in the same sentence, for its stance."""
    span: frozenset[tuple[int, int]]
    """(sentence, clause) of each clause in it."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A unit and the class it stands for; two facts when they are too close to tell apart."""

    score: float
    unit: _Unit
    names: tuple[tuple[str, float], ...]
    asked: bool


@dataclass(frozen=True, slots=True)
class _Bank:
    """Sentences with the class each stands for."""

    vectors: "Vectors"
    """(sentences, size + buckets): meaning and letters, scaled so that a dot product is the similarity."""
    owner: "NDArray[np.int64]"
    """Index into ``names`` of each sentence."""
    names: tuple[str, ...]

    def best(self, units: "Vectors") -> "Vectors":
        """Highest similarity of each unit to each name, (units, names)."""
        every = units @ self.vectors.T
        out = np.full((len(units), len(self.names)), -1, dtype=np.float32)
        for n in range(len(self.names)):
            out[:, n] = every[:, self.owner == n].max(axis=1)
        return out


class EmbeddingMatcher:
    """A ``Matcher``. Build it with :meth:`load`; call :meth:`prepare` at the start of a call to have no first delay."""

    def __init__(self, encoder: SentenceEncoder, other: "Sequence[str]") -> None:
        self._encoder = encoder
        self._other = self._vectors(other)
        self._other_asks = np.array([asks(line) for line in other])
        self._banks: dict[str, tuple[_Bank, _Bank]] = {}

    @classmethod
    def load(cls) -> Self:
        """A ready matcher. Raises ``ModelError`` if the sentence encoder is missing."""
        lines = OTHER_BANK.read_text(encoding="utf-8").splitlines()
        return cls(SentenceEncoder.load(), [line for line in lines if line and not line.startswith("#")])

    def prepare(self, persona: "Persona") -> None:
        """Read the persona's sentences once; a second call costs nothing."""
        self._of(persona)

    def match(self, reply: str, persona: "Persona") -> Matches:
        """Facts asked for and offers made by ``reply``, best first; at most two facts and four offers."""
        clauses, joined = _units(reply)
        if not clauses:
            return Matches()
        facts, offers = self._of(persona)
        found, warm = self._compare(clauses, facts, offers)
        found += self._compare([unit for unit in joined if unit.span & warm], facts, offers)[0]
        fact_at: dict[str, tuple[float, str]] = {}
        offer_at: dict[str, tuple[float, str]] = {}
        taken: set[tuple[int, int]] = set()
        for item in sorted(found, key=lambda item: (-round(item.score, 4), len(item.unit.span), item.unit.words)):
            if taken & item.unit.span:
                continue  # these words are already spoken for, by a piece that fits better
            taken |= item.unit.span
            for name, score in item.names:
                (fact_at if item.asked else offer_at).setdefault(name, (score, item.unit.words))
        needs = {offer.id: offer.needs for offer in persona.offers}
        wanted = sorted({slot for offer in persona.offers for slot in offer.needs})
        return Matches(
            asked=tuple(
                FactAsked(fact=name, score=score, quote=quote) for name, score, quote in _ranked(fact_at)[:MOST_FACTS]
            ),
            offers=tuple(
                OfferMade(offer=name, score=score, quote=quote, slots=slots.fill(needs[name], reply))
                for name, score, quote in _ranked(offer_at)[:MOST_OFFERS]
            ),
            details=slots.fill(wanted, reply),
        )

    def _compare(
        self, units: "Sequence[_Unit]", facts: _Bank, offers: _Bank
    ) -> tuple[list[_Found], frozenset[tuple[int, int]]]:
        """What each unit stands for, and the clauses that were near anything: only those are worth joining."""
        found: list[_Found] = []
        warm: set[tuple[int, int]] = set()
        if not units:
            return found, frozenset()
        vectors = self._vectors([unit.words for unit in units])
        facts_near, offers_near = facts.best(vectors), offers.best(vectors)
        other_near = vectors @ self._other.T
        for n, unit in enumerate(units):
            asking = asks(unit.words)
            # A question is measured against questions outside only: "which number" is not "call us on this number".
            other = float(other_near[n][self._other_asks].max() if asking else other_near[n].max())
            best_fact = float(facts_near[n].max()) if asking else -1.0
            best_offer = float(offers_near[n].max())
            if max(best_fact, best_offer) >= WARM_FROM:
                warm |= unit.span
            if max(best_fact, best_offer) <= other:
                continue
            if best_fact >= max(ASKED_FROM, best_offer):
                near = np.flatnonzero(facts_near[n] >= max(ASKED_FROM, best_fact - BOTH_WITHIN))
                names = tuple((facts.names[m], float(facts_near[n, m])) for m in near)
                found.append(_Found(best_fact, unit, names, asked=True))
            elif best_offer > max(OFFERED_FROM, best_fact) and _on_the_table(unit):
                name = offers.names[int(offers_near[n].argmax())]
                found.append(_Found(best_offer, unit, ((name, best_offer),), asked=False))
        return found, frozenset(warm)

    def _of(self, persona: "Persona") -> tuple[_Bank, _Bank]:
        """The persona's questions and its offers. Kept by digest of their sentences: files are edited and dialled."""
        facts = [(fact.id, fact.asked_like) for fact in persona.facts]
        facts += [(need.id, need.asked_like) for need in persona.hidden_needs]
        offers = [(offer.id, offer.heard_like) for offer in persona.offers]
        key = repr((facts, offers))
        if key not in self._banks:
            self._banks = {key: (self._bank(facts), self._bank(offers))}
        return self._banks[key]

    def _bank(self, named: "Sequence[tuple[str, Sequence[str]]]") -> _Bank:
        lines = [line for _, group in named for line in group]
        owner = np.array([n for n, (_, group) in enumerate(named) for _ in group], dtype=np.int64)
        return _Bank(vectors=self._vectors(lines), owner=owner, names=tuple(name for name, _ in named))

    def _vectors(self, lines: "Sequence[str]") -> "Vectors":
        meaning = self._encoder.encode(lines) * np.float32(MEANING_SHARE**0.5)
        letters = np.stack([_letters(line) for line in lines]) * np.float32((1 - MEANING_SHARE) ** 0.5)
        return np.concatenate([meaning, letters], axis=1)


def _letters(line: str) -> "Vectors":
    """Which character trigrams a line has, of length one."""
    text = f" {normal(line)} "
    out = np.zeros(_BUCKETS, dtype=np.float32)
    for n in range(len(text) - 2):
        out[zlib.crc32(text[n : n + 3].encode()) % _BUCKETS] = 1
    length = float(np.sqrt(out.sum()))
    return out / np.float32(length) if length else out


def _units(reply: str) -> tuple[list[_Unit], list[_Unit]]:
    """The clauses of a reply; and pairs of neighbours and short sentences of several clauses. None stands twice."""
    seen: set[str] = set()
    single: list[_Unit] = []
    joined: list[_Unit] = []
    for m, parts in enumerate(sentence_clauses(reply)):
        for size in (1, 2, len(parts)):
            for n in range(len(parts) - size + 1):
                words = " ".join(parts[n : n + size])
                length = len(words.split())
                if words in seen or length < SHORT_CLAUSE_WORDS or (size > 1 and length > LONGEST_UNIT_WORDS):
                    continue
                seen.add(words)
                span = frozenset((m, n + k) for k in range(size))
                (single if size == 1 else joined).append(_Unit(words, parts[n - 1] if n else "", span))
    return single[:MOST_UNITS], joined[:MOST_UNITS]


def _on_the_table(unit: _Unit) -> bool:
    return not only_asks(unit.words) and not refused(unit.words, unit.before)


def _ranked(best: dict[str, tuple[float, str]]) -> list[tuple[str, float, str]]:
    """(name, score rounded to 4 places, quote), best first, equal scores by name."""
    rounded = [(name, round(min(1.0, score), 4), quote) for name, (score, quote) in best.items()]
    return sorted(rounded, key=lambda item: (-item[1], item[0]))
