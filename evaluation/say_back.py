"""A caller's sentence said back from the other side: "You took it from my card" -> "We took it from your card".

Used for the sentences the debrief suggests: every content word is the caller's own, so nothing can be invented.
"""

import re
from functools import lru_cache
from typing import Final

_TOKEN: Final = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?|[^A-Za-z]+")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")
_CLAUSE: Final = re.compile(r"[,;:.!?]\s+|\s+-\s+|\s+(?=(?:and|but|so|because|then)\s)", re.IGNORECASE)
_SWAPPED: Final = {
    "i'm": "you're", "i've": "you've", "i'd": "you'd", "i'll": "you'll", "i": "you", "me": "you", "my": "your",
    "mine": "yours", "myself": "yourself", "you're": "we're", "you've": "we've", "you'd": "we'd", "you'll": "we'll",
    "your": "our", "yours": "ours", "yourself": "ourselves",
}  # fmt: skip
_AFTER_I: Final = {"am": "are", "was": "were", "wasn't": "weren't"}
_BEFORE_OBJECT: Final = frozenset((
    "to", "from", "with", "of", "for", "at", "by", "on", "about", "than", "told", "tell", "tells", "telling",
    "asked", "ask", "asking", "gave", "give", "gives", "giving", "called", "call", "calling", "rang", "ring",
    "paid", "pay", "paying", "sent", "send", "thank", "thanks", "trust", "trusted", "owe", "owed",
))  # fmt: skip
_JOINING: Final = frozenset(("and", "but", "or", "so", "because", "when", "after", "before", "then", "if", "that"))
_UNSAFE: Final = frozenset(("we", "us", "our", "ours", "we're", "we've", "we'll", "let's"))
"""Whose "we" it is cannot be told from the words."""
_DECAPITALISED: Final = frozenset((
    "you", "we", "your", "our", "it", "it's", "the", "a", "an", "then", "and", "but", "this", "that", "that's",
    "there", "he", "she", "they", "on", "at", "in", "for", "from", "after", "before", "when", "today", "yesterday",
    "nine", "two", "three",
))  # fmt: skip
MAX_WORDS: Final = 40


def sentences(text: str) -> list[str]:
    """The sentences of a line."""
    return _SENTENCE.split(" ".join(text.split()))


def clauses(text: str) -> tuple[str, ...]:
    """The clauses of a line, cut at stops, commas and joining words, without blank ones."""
    return tuple(part.strip() for part in _CLAUSE.split(" ".join(text.split())) if part.strip())


def swap(sentence: str) -> str | None:
    """``sentence`` from the listener's side; None when that cannot be done safely (a question, a "we", a quotation)."""
    text = " ".join(sentence.replace("’", "'").split())
    if "?" in text or '"' in text or "..." in text:
        return None
    tokens = _TOKEN.findall(text)
    spoken = [(index, token) for index, token in enumerate(tokens) if token[0].isalpha()]
    if any(token.lower() in _UNSAFE for _, token in spoken):
        return None
    out = list(tokens)
    for place, (index, token) in enumerate(spoken):
        before = spoken[place - 1][1].lower() if place else ""
        last = place + 1 == len(spoken) or not tokens[index + 1].isspace()
        low = token.lower()
        if low == "you":
            becomes = "us" if before in _BEFORE_OBJECT or (last and before and before not in _JOINING) else "we"
        elif before == "i" and low in _AFTER_I:
            becomes = _AFTER_I[low]
        else:
            becomes = _SWAPPED.get(low, token)
        if becomes != token and (index == 0 or (tokens[index - 1].strip()[-1:] in ".!?" and tokens[index - 1].strip())):
            becomes = becomes[0].upper() + becomes[1:]
        out[index] = becomes
    return "".join(out)


@lru_cache(maxsize=4096)
def say_back(line: str) -> str | None:
    """The line said back as a check: "So, we took ... Have I got that right?"; None when none of it can be used."""
    used: list[str] = []
    for sentence in sentences(line):
        swapped = swap(sentence)
        if swapped is None or len(" ".join([*used, swapped]).split()) > MAX_WORDS:
            break
        used.append(swapped)
    if not used or len(" ".join(used).split()) < 4:
        return None
    said = re.sub(r"^(?:and|but|so),? ", "", " ".join(used), flags=re.IGNORECASE)
    return f"So, {lower_first(said)} Have I got that right?"


def lower_first(text: str) -> str:
    """Without the capital of a sentence's first word, where that word is no name."""
    first = text.split(" ", 1)[0].strip(",.:;").lower()
    return text[:1].lower() + text[1:] if first in _DECAPITALISED else text
