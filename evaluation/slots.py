"""The parts that make an offer worth something: a day, a time, a name, a reference, a sum. Found in the words alone.

Typed and recognised forms count alike: "HR-7741" and "h r seven seven four one", "9-11" and "nine till eleven". A slot
of a name that is not known here is filled by any detail at all, so that a persona's author may invent one.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Final

from evaluation.slot_words import (
    ACTING,
    AMOUNT,
    CLOCK,
    CODE,
    DAY,
    GIVEN_NAMES,
    HERE,
    NAME,
    NUMBER_WORD,
    ONES,
    SPAN,
    SPELLING_WORDS,
    TENS,
    WINDOW,
)
from evaluation.text import printable, sentence_at

_NO_NAME: Final = frozenset(
    """
    the a an it not on in to me my your our you us so and at is that this for of as just going
    """.split()
)
_NO_PERSON: Final = frozenset(
    """
    the that this these those they you she her his him our your who what which where when there here nobody somebody
    someone anyone everyone everything nothing something billing accounts sales support delivery
    """.split()
)
_REFERENCE_WORD: Final = frozenset(
    """
    reference ref case ticket number code quote confirmation booking claim order id incident
    """.split()
)
_SPELLED: Final = frozenset(
    (*ONES, *TENS, "zero", "oh", "o", "nought", "double", "triple", "hundred", "dash", "hyphen", "stroke", "slash")
)
_NO_CODE: Final = frozenset({"mr", "mrs", "ms", "hmm", "mm", "st", "th", "pm", "mph"})
_TOKEN: Final = re.compile(r"[A-Za-z0-9']+")


def fill(needs: Iterable[str], reply: str) -> tuple[tuple[str, str], ...]:
    """The slots of ``needs`` that the words of ``reply`` fill, as (name, words), sorted by name."""
    text = printable(reply)
    found = {name: _found(name, text) for name in needs}
    return tuple(sorted((name, words) for name, words in found.items() if words))


def fill_each(offers: Sequence[tuple[str, Iterable[str]]], reply: str) -> list[tuple[tuple[str, str], ...]]:
    """The slots of each of several offers, given as (quote, needs): "I'll refund it by Thursday, and the letter comes on Friday."

    An offer has the words from its own on, up to the next offer's. What is not given there may be given in its own sentence, or
    before it, where no other offer is made, or for all of them: once in the whole reply.
    """
    text = printable(reply)
    places = [text.find(quote) for quote, _ in offers]
    shares = _shares(text, sorted({place for place in places if place >= 0}))
    found = []
    for place, (_, needs) in zip(places, offers, strict=True):
        mine: dict[str, str] = {}
        for name in needs:
            given = {start: _found(name, text[slice(*share)]) for start, share in shares.items()}
            said = [text] if place < 0 else [text[place : shares[place][1]], text[slice(*sentence_at(text, place))]]
            found_there = next(filter(None, (_found(name, part) for part in said)), "") or given.get(place, "")
            only = set(given.values()) - {""}
            if value := found_there or (only.pop() if len(only) == 1 else ""):
                mine[name] = value
        found.append(tuple(sorted(mine.items())))
    return found


def _found(name: str, text: str) -> str:
    return _FINDERS.get(name, _detail)(text)


def _shares(text: str, starts: Sequence[int]) -> dict[int, tuple[int, int]]:
    """(start, end) of the words that belong to what is offered at each of ``starts``, which are in order."""
    begins = {}
    for n, start in enumerate(starts):
        sentence = sentence_at(text, start)[0]
        # Words before it in its sentence are its own, unless another offer was made there.
        begins[start] = 0 if n == 0 else sentence if sentence > starts[n - 1] else start
    ends = {start: begins[after] for start, after in pairwise(starts)} | {start: len(text) for start in starts[-1:]}
    return {start: (begins[start], ends[start]) for start in starts}


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return " ".join(match[0].split()).strip(" ,.") if match else ""


def _day(text: str) -> str:
    return _first(DAY, text)


def _when(text: str) -> str:
    return _day(text) or _first(SPAN, text) or _first(WINDOW, text) or _first(CLOCK, text)


def _time_window(text: str) -> str:
    return _first(WINDOW, text) or _first(CLOCK, text)


def _amount(text: str) -> str:
    return _first(AMOUNT, text)


def _name(text: str) -> str:
    """A given name said as whom to ask for. Small letters count only for a known name or after "my name is"."""
    cased = text != text.lower() and text != text.upper()
    for match in NAME.finditer(text):
        name = match["name"].strip("'-")
        small = name.lower().removesuffix("'s")
        known = small in GIVEN_NAMES
        said = match["sure"] is not None and small not in _NO_NAME
        capital = cased and name[0].isupper() and name.lower() != "i" and match["maybe"] not in (None, "from", "From")
        if known or (said and (name[0].isupper() or not cased)) or (capital and not DAY.fullmatch(name)):
            return name
    here = HERE.search(text)
    if here and (here["name"].lower() in GIVEN_NAMES or (cased and here["name"][0].isupper())):
        return here["name"]
    for match in ACTING.finditer(text) if cased else ():
        name = match["sent"] or match["one"] or match["first"]
        if not DAY.fullmatch(name) and name.lower() not in _NO_PERSON:
            return name
    return ""


def _reference(text: str) -> str:
    """A code to quote: written as one, or spelled out letter by letter and digit by digit."""
    text = re.sub(r"\b([A-Za-z]) for [A-Z]?[a-z]+", r"\1", text)
    tokens = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]
    best = ""
    run: list[int] = []
    for n in range(len(tokens) + 1):
        token = tokens[n][0].lower() if n < len(tokens) else ""
        if token and _is_spelled(token, bool(run)):
            run.append(n)
            continue
        if run:
            words = [tokens[m][0].lower() for m in run]
            before = {tokens[m][0].lower() for m in range(max(0, run[0] - 6), run[0])}
            if _is_code(words, announced=bool(before & _REFERENCE_WORD)):
                best = best or text[tokens[run[0]][1] : tokens[run[-1]][2]]
        run = []
    return best or _first(CODE, text)


def _is_spelled(token: str, inside: bool) -> bool:
    if token.isdigit() or token in _SPELLED or token in SPELLING_WORDS:
        return True
    if len(token) == 1:
        return token.isalpha() and (inside or token not in "ai")
    if any(char.isdigit() for char in token):
        return token[0].isalpha() and token.isalnum()
    return len(token) <= 3 and token.isalpha() and not set(token) & set("aeiouy") and token not in _NO_CODE


def _is_code(words: list[str], *, announced: bool) -> bool:
    letters = sum(1 for word in words if word.isalpha() and word not in _SPELLED)
    digits = sum(len(word) for word in words if word.isdigit()) + sum(1 for word in words if word in _SPELLED)
    mixed = [word for word in words if any(c.isdigit() for c in word) and any(c.isalpha() for c in word)]
    letters, digits = letters + len(mixed), digits + sum(c.isdigit() for word in mixed for c in word)
    return (announced and digits >= 2 and letters + digits >= 3) or (letters >= 1 and digits >= 3)


def _detail(text: str) -> str:
    """Any detail: for slots that a persona's author invented."""
    for finder in (_reference, _time_window, _day, _amount, _name):
        if words := finder(text):
            return words
    capital = re.search(r"(?<=[a-z,] )(?!I\b)[A-Z][\w'-]+(?: [A-Z][\w'-]+)*", text)
    number = re.search(rf"\b(?:\d+|{NUMBER_WORD})\b", text, re.IGNORECASE)
    return capital[0] if capital else number[0] if number else ""


_FINDERS: Final[dict[str, Callable[[str], str]]] = {
    "when": _when,
    "day": _day,
    "date": _day,
    "time": _when,
    "time_window": _time_window,
    "name": _name,
    "reference": _reference,
    "amount": _amount,
}
