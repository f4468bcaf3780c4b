"""Words as they are read: the same form for typed and for recognised replies, cut into sentences and clauses.

Recognisers drop punctuation and apostrophes, keyboards add curly quotes, emoji and capitals. Reader and matcher see
only what :func:`normal` returns, in training and at run time, so that the difference costs as little as it can.
"""

import re
import unicodedata
from typing import Final

_CONTRACTIONS: Final = {
    bare.replace("'", ""): bare
    for bare in """
    can't don't won't didn't doesn't isn't wasn't weren't aren't hasn't haven't hadn't shouldn't wouldn't couldn't
    mustn't i've you've we've they've i'm you're they're that's what's there's he's it'll they'll you'll that'll
    you'd they'd who's where's how's ain't y'all
    """.split()
}
"""What a recogniser writes for a contraction, where it can mean nothing else (not: were, well, ill, id, its, lets)."""
_SAME: Final = dict(
    zip("\u2018\u2019\u201c\u201d\u2026\u2013\u2014", ("'", "'", '"', '"', "...", " - ", " - "), strict=True)
)
_WORD: Final = re.compile(r"[a-z']+")
_SENTENCE_END: Final = re.compile(
    r"(?<=[.!?;])(?<!\bmr\.)(?<!\bms\.)(?<!\bmrs\.)(?<!\bdr\.)(?<!\bst\.)[\"')]*\s+", re.IGNORECASE
)
_COUNTED: Final = r"(?!\s+(?:a half|\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty)\b)"
_BREAKS: Final = re.compile(
    rf"\s*[,:]\s+|\s+-\s+|\s+(?=(?:(?:and|or){_COUNTED}|but|so|because|then|also|plus|while|anyway|now|okay|ok)\s)",
    re.IGNORECASE,
)
"""Where a sentence falls into clauses; never inside "between nine and eleven"."""
_JOINING: Final = frozenset("and or but so because then also plus while anyway now okay ok if when which".split())
"""Words before which a line without stops may be cut."""
LONG_SENTENCE_WORDS: Final = 22
"""A sentence of more words is likely a recogniser's line without stops; it is cut at joining words."""
SHORT_CLAUSE_WORDS: Final = 3
"""A clause of fewer words says nothing alone and stays with its neighbour."""


def printable(text: str) -> str:
    """``text`` on one line: no control characters, no emoji, straight quotes; capitals and stops stay."""
    out = []
    for char in unicodedata.normalize("NFKC", text):
        kind = unicodedata.category(char)
        if char in _SAME:
            out.append(_SAME[char])
        elif kind == "Sc" or kind[0] in "LNPZM" or char in "+=<>|^~`":
            out.append(char)
        else:
            out.append(" ")
    return " ".join("".join(out).split())


def normal(text: str) -> str:
    """The form that models read: lower case, one line, contractions with their apostrophe."""
    lower = printable(text).lower()
    return _WORD.sub(lambda found: _CONTRACTIONS.get(found[0], found[0]), lower)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a reply, as written; a long one without stops falls into its clauses."""
    found: list[str] = []
    for sentence in _SENTENCE_END.split(printable(text)):
        if len(sentence.split()) > LONG_SENTENCE_WORDS:
            found.extend(_joined(_BREAKS.split(sentence), 6))
        elif sentence.strip():
            found.append(sentence.strip())
    return tuple(found)


def sentence_at(text: str, place: int) -> tuple[int, int]:
    """(start, end) of the sentence in which the character at ``place`` stands."""
    stops = [stop.end() for stop in _SENTENCE_END.finditer(text)]
    start = max((stop for stop in stops if stop <= place), default=0)
    return start, min((stop for stop in stops if stop > place), default=len(text))


def sentence_clauses(text: str) -> tuple[tuple[str, ...], ...]:
    """Per sentence its clauses, as written: cut at commas and joining words, none shorter than a few words."""
    cut = (_joined(_BREAKS.split(sentence), SHORT_CLAUSE_WORDS) for sentence in _SENTENCE_END.split(printable(text)))
    return tuple(tuple(parts) for parts in cut if parts)


def ends_sentence(word: str) -> bool:
    """Whether a sentence ends after ``word``, as written."""
    return word.rstrip("\"')").endswith((".", "!", "?", ";"))


def breaks_after(word: str, following: str) -> bool:
    """Whether a clause may end between two neighbouring words."""
    return word.endswith((",", ":", "-")) or following.lower() in _JOINING


def _joined(parts: list[str], least_words: int) -> list[str]:
    """``parts`` without the blank ones, each too short one joined to the part after it, the last to the one before."""
    found: list[str] = []
    held = ""
    for part in parts:
        held = f"{held} {part}".strip()
        if len(held.split()) >= least_words:
            found.append(held)
            held = ""
    if held:
        if found:
            found[-1] = f"{found[-1]} {held}"
        else:
            found.append(held)
    return found
