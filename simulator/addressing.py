"""With two people on the line: whom a reply speaks to, sentence by sentence, and whether it takes a side.

Plain looking at words. A name is *called* where it stands apart ("Mr Okafor, ...", "..., Ms Lund?") or opens a sentence that goes
on with "you" or "I"; anywhere else it is talked about. Parties are numbered 0 and 1.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from simulator import wording

BOTH: Final = (
    "both of you", "you both", "each of you", "either of you", "two of you", "you two", "pair of you", "everyone", "everybody",
)  # fmt: skip
"""Words that speak to both."""
TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "sir", "madam"})
_OPENERS: Final = frozenset(
    """and but so okay ok right alright well now then thank thanks you sorry hello hi good morning afternoon please yes no
    let me first just may i understand appreciate that back to over same question for""".split()
)
"""Words that may stand between the beginning of a clause and the name that is called."""
_SPOKEN_TO: Final = frozenset(
    {"you", "your", "i", "we", "may", "can", "could", "would", "please", "let", "what", "how"}
)
_BEFORE_A_CALL: Final = frozenset({"you", "thanks", "please", "now", "okay", "sorry", "hello", "hi"})

SIDES: Final = (
    "i am on your side", "i take your side", "i agree with you", "i believe you", "you are in the right",
    "you are completely right", "you are absolutely right", "you are totally right", "you did nothing wrong",
    "you have done nothing wrong", "you are not the one who", "i am with you on this",
)  # fmt: skip
"""Words to one of them that put the other in the wrong."""
WRONGED: Final = (
    "is wrong", "was wrong", "is in the wrong", "was in the wrong", "should have asked", "should have told",
    "should have waited", "should have checked", "should have called", "should not have", "had no right", "has no right", "is to blame", "was to blame", "is lying", "lied", "is being unreasonable", "is unreasonable",
    "was careless", "is responsible", "fault", "mistake", "owes you",
)  # fmt: skip
"""What is said of somebody who is put in the wrong, after their name or a word for them."""
OTHERS: Final = ("he", "she", "your neighbour", "your neighbor", "the other party", "the other customer", "his", "her")
HEDGES: Final = frozenset(
    "not never whether if feel feels felt think thinks thought say says saying said believe believes sounds seems as".split()
)
"""Before them it is somebody's view that is told, and nobody's side."""
_HEDGED_WITHIN: Final = 6
ALIKE: Final = 0.8
ALIKE_BEHIND_A_TITLE: Final = 0.5
"""Likeness of letters (``difflib``) from which a word is taken for a name that was misheard. House defaults."""
_DOTTED: Final = re.compile(r"\b(mr|mrs|ms|dr)\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A piece of a reply and whom it speaks to."""

    text: str
    to: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """A reply, piece by piece."""

    pieces: tuple[Said, ...]
    named: frozenset[int]
    """Who was called by name."""

    @property
    def to(self) -> frozenset[int]:
        """Everybody whom any of it speaks to."""
        return frozenset().union(*(piece.to for piece in self.pieces))

    @property
    def turn_goes_to(self) -> int | None:
        """Who is to speak now: whoever was asked last, else whoever was spoken to last; None when that is both."""
        asked = [piece.to for piece in self.pieces if "?" in piece.text]
        last = (asked or [piece.to for piece in self.pieces])[-1]
        return next(iter(last)) if len(last) == 1 else None

    def words_to(self, party: int) -> str:
        """What was said to ``party``, both included."""
        return " ".join(piece.text for piece in self.pieces if party in piece.to)

    def words_past(self, party: int) -> str:
        """What was said to the other one alone."""
        return " ".join(piece.text for piece in self.pieces if party not in piece.to)

    def reaches(self, quote: str) -> frozenset[int]:
        """Whom these words of the reply were said to; everybody spoken to where they are not found in it."""
        there = [(word, piece.to) for piece in self.pieces for word in wording.words(piece.text)]
        wanted = list(wording.words(quote))
        for at in range(len(there) - len(wanted) + 1 if wanted else 0):
            if [word for word, _ in there[at : at + len(wanted)]] == wanted:
                return frozenset().union(*(to for _, to in there[at : at + len(wanted)]))
        return self.to


def callable_names(first: str, second: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words by which each of two people can be called: those of a name that the other's does not have."""
    one, two = (frozenset(wording.words(name)) - TITLES for name in (first, second))
    return one - two, two - one


def address(text: str, names: tuple[frozenset[str], frozenset[str]], turned_to: frozenset[int]) -> Addressed:
    """Whom each piece of ``text`` speaks to. ``turned_to`` is who is meant until somebody is called."""
    to, pieces, named = turned_to, list[Said](), set[int]()
    text = undotted(text)
    for sentence in wording.sentences(text) or (text,):
        tokens = sentence.split()
        calls = list(_calls(tokens, names))
        named |= {party for _, _, party in calls}
        cuts = [start for start, end, _ in calls if end < len(tokens)]
        for start, end in _stretches(cuts, len(tokens)):
            called = frozenset(party for at, _, party in calls if start <= at < end)
            words = " ".join(tokens[start:end])
            both = any(wording.has_phrase(words, phrase) for phrase in BOTH)
            to = frozenset({0, 1}) if both else called or to
            pieces.append(Said(text=words, to=to))
    return Addressed(pieces=tuple(_with_their_and(pieces)), named=frozenset(named))


def undotted(text: str) -> str:
    """``text`` with "Mr" for "Mr.", so that no sentence seems to end there."""
    return _DOTTED.sub(r"\1", text)


def _stretches(cuts: Sequence[int], length: int) -> Iterator[tuple[int, int]]:
    """(start, end) of the pieces into which a sentence falls where somebody is called."""
    edges = sorted({0, *cuts, length})
    yield from zip(edges[:-1], edges[1:], strict=True) if length else [(0, 0)]


def _with_their_and(pieces: Sequence[Said]) -> Iterator[Said]:
    """A piece that is nothing but a name ("Mr Okafor and | Ms Lund, ...") goes to whoever the next one goes to, too."""
    held: list[Said] = []
    for n, piece in enumerate(pieces):
        if len(set(wording.words(piece.text)) - TITLES - {"and"}) <= 1 and n + 1 < len(pieces):
            held.append(piece)
            continue
        to = frozenset().union(piece.to, *(one.to for one in held))
        yield Said(text=" ".join([*(one.text for one in held), piece.text]), to=to)
        held = []


def _calls(tokens: Sequence[str], names: tuple[frozenset[str], frozenset[str]]) -> Iterator[tuple[int, int, int]]:
    """(where its clause begins, where it ends, who) of every name that is called in a sentence."""
    plain = [wording.words(token) for token in tokens]
    at, with_other = 0, False
    while at < len(tokens):
        party = _whose(tokens, plain, at, names)
        if party is None:
            at += 1
            continue
        start = end = at
        while start and set(plain[start - 1]) <= TITLES and not _ends_clause(tokens[start - 1]):
            start -= 1
        while (
            end + 1 < len(tokens) and _whose(tokens, plain, end + 1, names) == party and not _ends_clause(tokens[end])
        ):
            end += 1
        begins = start
        while begins and set(plain[begins - 1]) <= _OPENERS and not _ends_clause(tokens[begins - 1]):
            begins -= 1
        opens = with_other or begins == 0 or _ends_clause(tokens[begins - 1])
        ends = end + 1 == len(tokens) or _ends_clause(tokens[end])
        goes_on = [word for words in plain[end + 1 : end + 4] for word in words]
        before = set(plain[start - 1]) if start else set()
        possessive = tokens[end].lower().rstrip(".,;:?!").endswith(("'s", "’s"))
        beside = [word for words in plain[end + 1 : end + 4] for word in words if word not in TITLES]
        with_other = opens and beside[:1] == ["and"] and bool(set(beside[1:2]) & names[1 - party])
        apart = (opens and ends) or (ends and bool(before & _BEFORE_A_CALL)) or with_other
        if not possessive and (apart or (opens and bool(set(goes_on[:3]) & _SPOKEN_TO))):
            yield begins, end + 1, party
        at = end + 1


def _whose(
    tokens: Sequence[str], plain: Sequence[tuple[str, ...]], at: int, names: tuple[frozenset[str], frozenset[str]]
) -> int | None:
    """Whose name this token is; None when it is nobody's.

    Recognisers write names as they hear them: "Ms. Coel" is Ms Coyle. A word behind a title may differ more from the name
    than any other word that is written with a capital.
    """
    for n, own in enumerate(names):
        if set(plain[at]) & own:
            return n
    titled = bool(at and plain[at - 1] and set(plain[at - 1]) <= TITLES)
    if not plain[at] or not (titled or tokens[at][:1].isupper()):
        return None
    word = plain[at][0]
    near = [max((SequenceMatcher(None, word, name).ratio() for name in own), default=0.0) for own in names]
    best = int(near[1] > near[0])
    return best if near[best] >= (ALIKE_BEHIND_A_TITLE if titled else ALIKE) and near[0] != near[1] else None


def _ends_clause(token: str) -> bool:
    """Whether a clause ends with this token."""
    return token.endswith((",", ";", ":", "—", "?", "!", "."))


def takes_side(said: Addressed, names: tuple[frozenset[str], frozenset[str]]) -> tuple[int, str] | None:
    """(against whom, the words) when the reply takes a side; None when it does not."""
    for piece in said.pieces:
        for party in (0, 1):
            of_other = [*names[party], *(OTHERS if piece.to == {1 - party} else ())]
            blamed = [f"{name} {wrong}" for name in of_other for wrong in WRONGED]
            agreed = SIDES if piece.to == {1 - party} else ()
            if any(_plainly(piece.text, phrase) for phrase in (*agreed, *blamed)):
                return party, piece.text
    return None


def _plainly(text: str, phrase: str) -> bool:
    """Whether ``phrase`` is said as the speaker's own view."""
    said, wanted = wording.words(text), wording.words(phrase)
    for at in range(len(said) - len(wanted) + 1):
        before = said[max(0, at - _HEDGED_WITHIN) : at]
        if said[at : at + len(wanted)] == wanted and not HEDGES & set(before):
            return True
    return False
