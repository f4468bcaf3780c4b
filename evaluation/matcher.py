"""The matcher: which of the persona's facts a reply asks for, and which of its offers it makes.

A reply is cut into clauses; each clause, each pair of neighbours and each short sentence is judged in three ways:

* by the nearest of the persona's own sentences, or of a bank of sentences that are neither (``other_bank.txt``),
* by a linear rule fitted to all those sentences at the start of the call: what sets this fact apart from that one,
* by its stance, which the encoder gives too: "I'd refund you if it were up to me" is near an offer and makes none.

What is likeliest by their sum is taken, if it is likely enough; ``scripts/eval_matcher`` measures it.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from evaluation import slots
from evaluation.encoder import ASKS, NEITHER, OFFERS, Encoded, SentenceEncoder
from evaluation.kept import KeptEncoder
from evaluation.text import SHORT_CLAUSE_WORDS, printable, sentence_clauses
from simulator.reading import FactAsked, Matches, OfferMade

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from personas.persona import Persona

    Floats = NDArray[np.float64]

OTHER_BANK: Final = Path(__file__).parent / "other_bank.txt"
ASKED_FROM: Final = 0.9
OFFERED_FROM: Final = 0.5
"""Least probability of a question and of an offer. A question that she answers although it was none makes her a fool;
one that she does not understand is asked again."""
SHARED_FROM: Final = 0.6
SHARED_AMONG: Final = 0.95
"""Least probability of a question that is surely one for some fact (``SHARED_AMONG`` of all facts together): what the better of two
says is no wrong answer. Hidden needs must reach ``ASKED_FROM`` alone; nobody should come upon them."""
TOWARDS_OFFER: Final = 0.6
"""Added to the log odds that words offer rather than do neither: most turns the stance head learned from do neither."""
RULE: Final = 15.0
"""What the linear rule weighs beside the nearest sentence."""
RIDGE: Final = 0.3
"""How much the rule is held back from the accidents of few sentences."""
MOST_FACTS: Final = 2
MOST_OFFERS: Final = 4
SURE_ALONE: Final = 0.95
"""Likelihood under which a sentence with a word of ``_POINTING`` makes no offer of its own behind one that surely does."""
_POINTING: Final = frozenset("it it'll it's that that'll this them".split())
MOST_UNITS: Final = 16
"""Clauses of one reply that are compared, and as many joined ones; a longer reply is read from its start."""
LONGEST_UNIT_WORDS: Final = 24
_TOKEN: Final = re.compile(r"\w+")
_CALLED: Final = re.compile(r"(?:^|(?<=[.?!,] ))(?:mr|mrs|ms|miss|mx|dr)\b\.?(?: [\w'’-]+){1,2}, ", re.IGNORECASE)
"""A name with a title before the rest of a sentence: "Ms Coyle, is there anything else?" does not ask who she is."""


@dataclass(frozen=True, slots=True)
class _Unit:
    words: str
    span: frozenset[tuple[int, int]]
    """(sentence, clause) of each clause in it."""
    whole: int
    """Index of the longest unit of its sentence: what the clause is said in."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A unit and the class it stands for."""

    p: float
    unit: _Unit
    name: str
    asked: bool


@dataclass(frozen=True, slots=True)
class _Bank:
    """A persona's sentences with the class each stands for."""

    encoded: Encoded
    owner: "NDArray[np.int64]"
    """Index into ``names`` of each sentence."""
    names: tuple[str, ...]
    kinds: tuple[int, ...]
    """ASKS or OFFERS, of each class."""
    facts: "NDArray[np.bool_]"
    """Which classes are facts: neither needs nor offers, nor none."""
    nothing: "NDArray[np.float32]"
    """Vectors of sentences that stand for none of them."""
    rule: "Floats"
    """(SIZE + 1, classes + none)."""


class EmbeddingMatcher:
    """A ``Matcher``. Build it with :meth:`load`; call :meth:`prepare` at the start of a call to have no first delay."""

    def __init__(self, encoder: SentenceEncoder, other: "Sequence[str]", kept: Path | None = None) -> None:
        self._encoder = encoder
        self._kept = KeptEncoder(encoder, kept)
        self._other = self._kept.encode(other)
        self._banks: dict[str, _Bank] = {}

    @classmethod
    def load(cls, encoder: SentenceEncoder | None = None, *, kept: Path | None = None) -> Self:
        """A ready matcher, which keeps the vectors of callers it has read in the folder ``kept``, if one is given.

        Raises ``ModelError`` if its encoder is missing.
        """
        lines = OTHER_BANK.read_text(encoding="utf-8").splitlines()
        return cls(
            encoder or SentenceEncoder.load(), [line for line in lines if line and not line.startswith("#")], kept
        )

    def prepare(self, persona: "Persona") -> None:
        """Read the persona's sentences once; a second call costs nothing."""
        self._of(persona)

    def match(self, reply: str, persona: "Persona") -> Matches:
        """Facts asked for and offers made by ``reply``, best first; at most two facts and four offers."""
        units = _units(reply)
        bank = self._of(persona)
        if not units:
            return Matches()
        fact_at: dict[str, tuple[float, str]] = {}
        stands: dict[str, int] = {}
        """In which sentence each offer is made."""
        offer_at: dict[str, tuple[float, str]] = {}
        taken: set[tuple[int, int]] = set()
        found = self._compare(units, bank)
        for item in sorted(found, key=lambda item: (-round(item.p, 4), len(item.unit.span), item.unit.words)):
            if taken & item.unit.span:
                continue  # these words are already spoken for, by a piece that fits better
            taken |= item.unit.span
            (fact_at if item.asked else offer_at).setdefault(item.name, (item.p, item.unit.words))
            stands.setdefault(item.name, min(m for m, _ in item.unit.span))
        for name, (p, words) in list(offer_at.items()):
            before = (offer_at[other][0] for other in offer_at if stands[other] == stands[name] - 1)
            if p < SURE_ALONE and _POINTING & set(words.lower().split()) and max(before, default=0.0) >= SURE_ALONE:
                del offer_at[name]  # "I'll send you a letter. You will have it by Tuesday." is one offer
        fact_at = {name: (p, _as_said(words, reply)) for name, (p, words) in fact_at.items()}
        offer_at = {name: (p, _as_said(words, reply)) for name, (p, words) in offer_at.items()}
        needs = {offer.id: offer.needs for offer in persona.offers}
        offers = _ranked(offer_at)[:MOST_OFFERS]
        filled = slots.fill_each([(quote, needs[name]) for name, _, quote in offers], reply)
        wanted = sorted({slot for offer in persona.offers for slot in offer.needs})
        return Matches(
            asked=tuple(
                FactAsked(fact=name, score=score, quote=quote) for name, score, quote in _ranked(fact_at)[:MOST_FACTS]
            ),
            offers=tuple(
                OfferMade(offer=name, score=score, quote=quote, slots=given)
                for (name, score, quote), given in zip(offers, filled, strict=True)
            ),
            details=slots.fill(wanted, reply),
        )

    def _compare(self, units: "Sequence[_Unit]", bank: _Bank) -> list[_Found]:
        """What each unit stands for, where that is likely enough."""
        read = self._encoder.encode([unit.words for unit in units])
        p = self._probabilities(read, bank)
        found = []
        for n, unit in enumerate(units):
            best = int(p[n, :-1].argmax())
            asked = bank.kinds[best] == ASKS
            # What a clause seems to offer, its sentence may take back: "if it were up to me | I'd refund you".
            offers, neither = read.stance[unit.whole, OFFERS], read.stance[unit.whole, NEITHER]
            held = float(np.exp(min(0.0, offers - neither + TOWARDS_OFFER)))
            likely = float(p[n, best]) * (1.0 if asked else held)
            shared = bank.facts[best] and likely >= SHARED_FROM and float(p[n, bank.facts].sum()) >= SHARED_AMONG
            if shared or likely >= (ASKED_FROM if asked else OFFERED_FROM):
                found.append(_Found(likely, unit, bank.names[best], asked))
        return found

    def _probabilities(self, read: Encoded, bank: _Bank) -> "Floats":
        """(units, classes + none)."""
        scale = self._encoder.scale
        near = (read.vectors @ bank.encoded.vectors.T).astype(np.float64) * scale
        stance = read.stance.astype(np.float64)
        scores = np.empty((len(near), len(bank.names) + 1))
        for n, kind in enumerate(bank.kinds):
            lean = TOWARDS_OFFER if kind == OFFERS else 0.0
            scores[:, n] = near[:, bank.owner == n].max(axis=1) + stance[:, kind] + lean
        beside = (read.vectors @ bank.nothing.T).max(axis=1).astype(np.float64) * scale
        scores[:, -1] = np.maximum(beside, scale * self._encoder.bar)
        scores += RULE * (_with_one(read.vectors) @ bank.rule)
        scores -= scores.max(axis=1, keepdims=True)
        out: Floats = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        return out

    def _of(self, persona: "Persona") -> _Bank:
        """The persona's questions and offers. Kept by their sentences: files are edited and dialled."""
        facts = {fact.id for fact in persona.facts}
        named = [(fact.id, ASKS, fact.asked_like) for fact in persona.facts]
        named += [(need.id, ASKS, need.asked_like) for need in persona.hidden_needs]
        named += [(offer.id, OFFERS, offer.heard_like) for offer in persona.offers]
        named = [item for item in named if item[2]]
        key = repr((named, persona.nothing))
        if key not in self._banks:
            encoded = self._kept.encode([line for *_, group in named for line in group])
            owner = np.array([n for n, (*_, group) in enumerate(named) for _ in group], dtype=np.int64)
            nothing = self._other.vectors
            if persona.nothing:
                nothing = np.vstack([nothing, self._kept.encode(persona.nothing).vectors])
            none = np.full(len(nothing), len(named))
            self._banks = {
                key: _Bank(
                    encoded=encoded,
                    owner=owner,
                    names=tuple(name for name, *_ in named),
                    kinds=tuple(kind for _, kind, _ in named),
                    facts=np.array([name in facts for name, *_ in named] + [False]),
                    nothing=nothing,
                    rule=_fitted(np.vstack([encoded.vectors, nothing]), np.concatenate([owner, none])),
                )
            }
        return self._banks[key]


def _with_one(vectors: "NDArray[np.float32]") -> "Floats":
    """``vectors`` with a column of ones for the constant of a linear rule."""
    return np.hstack([vectors.astype(np.float64), np.ones((len(vectors), 1))])


def _fitted(vectors: "NDArray[np.float32]", owner: "NDArray[np.int64]") -> "Floats":
    """A linear rule per class, one against the rest, by regularised least squares (Rifkin et al. 2003).

    A sentence weighs by the inverse root of how many its class has: "none" has hundreds, a fact a few dozen at most.
    """
    said = np.eye(int(owner.max()) + 1)[owner]
    share = (said / np.sqrt(np.maximum(said.sum(axis=0), 1))).sum(axis=1, keepdims=True)
    rows = _with_one(vectors)
    weighed = rows * (share / share.mean())
    rule: Floats = np.linalg.solve(weighed.T @ rows + RIDGE * np.eye(rows.shape[1]), weighed.T @ said)
    return rule


def _as_said(words: str, reply: str) -> str:
    """The part of ``reply`` that holds ``words``, with the commas that stood between its clauses."""
    tokens = _TOKEN.findall(words)
    found = re.search(r"\W+".join(map(re.escape, tokens)) + r"[.?!]?", printable(reply)) if tokens else None
    return found[0] if found else words


def _units(reply: str) -> list[_Unit]:
    """The clauses of a reply, pairs of neighbours, and sentences of several clauses. None stands twice."""
    seen: set[str] = set()
    single: list[_Unit] = []
    joined: list[_Unit] = []
    for m, parts in enumerate(sentence_clauses(_CALLED.sub("", reply))):
        for size in (1, 2, len(parts)):
            for n in range(len(parts) - size + 1):
                words = " ".join(parts[n : n + size])
                length = len(words.split())
                # "How much?" is whole. "Who's Bryce?" is not enough: it was taken for a question after her own name.
                asks = size == len(parts) and words.endswith("?") and words.split()[-1][0].islower()
                least = SHORT_CLAUSE_WORDS - asks
                if words in seen or length < least or (size > 1 and length > LONGEST_UNIT_WORDS):
                    continue
                seen.add(words)
                span = frozenset((m, n + k) for k in range(size))
                (single if size == 1 else joined).append(_Unit(words, span, 0))
    units = single[:MOST_UNITS] + joined[:MOST_UNITS]
    return [
        _Unit(
            unit.words,
            unit.span,
            max((n for n, other in enumerate(units) if unit.span <= other.span), key=lambda n: len(units[n].span)),
        )
        for unit in units
    ]


def _ranked(best: dict[str, tuple[float, str]]) -> list[tuple[str, float, str]]:
    """(name, score rounded to 4 places, quote), best first, equal scores by name."""
    rounded = [(name, round(min(1.0, score), 4), quote) for name, (score, quote) in best.items()]
    return sorted(rounded, key=lambda item: (-item[1], item[0]))
