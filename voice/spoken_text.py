"""From a written line to what is said: numbers, money, codes and capitals become words with marks and emphasis.

A line is cut at its spaces. Each written word becomes a :class:`SpokenWord` that holds plain lower- or upper-case words for
the engine, the mark that follows, and whether it is stressed. Written words keep their identity all the way, because what
the trainee heard of a line is reported in written words.
"""

import re
from dataclasses import dataclass
from typing import Final

from voice.number_words import MONTHS, cardinal, clock, decimal, digits, money, ordinal, year

Mark = str
"""What follows a word: "" or one of ``, ; : . ? ! … —``."""

_MARKS: Final = {",": ",", ";": ";", ":": ":", ".": ".", "?": "?", "!": "!", "…": "…", "—": "—", "–": "—"}
_STRONGEST: Final = "!?….—;:,"
"""Of several marks after one word the first of these counts; ``?!`` is a question that is shouted, so ``!`` wins."""
_OPENERS: Final = "\"'“‘([{*_«"
_CLOSERS: Final = "\"'”’)]}*_»"

_SAID_AS: Final = {
    "mr": "mister", "mrs": "missus", "ms": "miz", "dr": "doctor", "prof": "professor", "vs": "versus", "etc": "et cetera",
    "approx": "approximately", "dept": "department", "ext": "extension", "min": "minutes", "mins": "minutes",
    "hrs": "hours", "&": "and", "+": "plus", "=": "equals", "@": "at", "%": "percent", "#": "number", "w/": "with",
    "ok": "okay", "uh-huh": "uh huh", "hmm": "hm", "°c": "degrees", "°f": "degrees", "°": "degrees",
}  # fmt: skip
_ABBREVIATIONS: Final = frozenset("mr mrs ms dr prof vs etc approx dept ext".split())
"""Written with a full stop that ends no sentence."""
_UNITS: Final = {
    "am": "a m", "pm": "p m", "h": "hours", "hr": "hours", "hrs": "hours", "min": "minutes", "mins": "minutes",
    "s": "seconds", "km": "kilometres", "kg": "kilos", "g": "grams", "m": "metres", "cm": "centimetres", "mb": "megabytes",
    "gb": "gigabytes", "mbps": "megabits", "k": "thousand", "°": "degrees", "°c": "degrees", "°f": "degrees", "%": "percent",
    "x": "times",
}  # fmt: skip
_SPELLED: Final = frozenset(
    "usa uk eu tv id faq vip vat iban imei isp atm cctv dvd url usb ups usps fbi bbc abc gps hr ceo cv diy eta "
    "rsvp suv sms dsl lte hd api erp crm po pc".split()
)
"""Capitals that are said letter by letter; other capitals are words said with force."""
_ACRONYMS: Final = frozenset("pin sim gif asap nasa ok".split())
"""Capitals that are said as an ordinary word."""
_SHORT_WORDS: Final = frozenset("am an as at be by do go he if in is it me my no of on or so to up us we ok".split())
"""Two-letter words that a writer may shout. ``US`` and ``IT`` count as words: a caller shouts more often than she spells."""
_VOWELS: Final = frozenset("aeiouy")

_MONEY: Final = re.compile(r"([-−]?)([$£€])(\d[\d,]*)(?:\.(\d{1,2}))?(k|m|bn)?")
_NUMBER: Final = re.compile(r"([-−]?)(\d[\d,]*)(?:\.(\d+))?(st|nd|rd|th|[a-z°%]{1,4})?", re.IGNORECASE)
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)(am|pm)?", re.IGNORECASE)
_ISO_DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_SPELLING: Final = re.compile(r"[A-Za-z0-9](?:-[A-Za-z0-9])+")
_MAIL: Final = re.compile(r"[\w.+-]+@[\w.-]+|(?:www\.)?[\w-]+\.(?:com|net|org|uk|co\.uk|io)", re.IGNORECASE)
_SCALE: Final = {"k": "thousand", "m": "million", "bn": "billion"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenWord:
    """A written word and how it is said."""

    written: str
    """As in the line, with its marks."""
    spoken: tuple[str, ...]
    """One or more plain words, letters, hyphens and apostrophes only; a single capital letter is said as its name."""
    mark: Mark = ""
    stressed: bool = False
    """Written in capitals: louder, longer, higher."""
    exact: bool = False
    """A code, a spelled name or a number read out digit by digit: said one piece at a time, never hurried."""


def spoken_words(text: str) -> tuple[SpokenWord, ...]:
    """The words of ``text`` in order. Text without a letter or digit gives an empty tuple."""
    pieces = re.sub(r"\.{2,}", "…", text.replace("—", " — ").replace("–", " – ")).split()
    words: list[SpokenWord] = []
    for index, piece in enumerate(pieces):
        body, mark = _strip(piece)
        following = pieces[index + 1] if index + 1 < len(pieces) else ""
        previous = words[-1] if words else None
        if not re.search(r"\w|[@&+=%#]", body):
            if previous is not None and mark:
                words[-1] = _with_mark(previous, mark, piece)
            continue
        if body.lower() in _ABBREVIATIONS and mark == "." and following[:1].isupper():
            mark = ""
        words.append(_word(piece, body, mark, previous, following))
    return tuple(words)


def _strip(piece: str) -> tuple[str, Mark]:
    """The word without quotes and marks, and the mark that counts."""
    body = piece.lstrip(_OPENERS + "….,;:!?—–")
    if piece[:1] in "'’" and re.fullmatch(r"['’](tis|twas|em|cause|til)\W*", piece, re.IGNORECASE):
        body = piece
    end = len(body)
    while end and (body[end - 1] in _MARKS or body[end - 1] in _CLOSERS):
        end -= 1
    marks = [_MARKS[char] for char in (body[end:] or piece if not body[:end] else body[end:]) if char in _MARKS]
    mark = next((strong for strong in _STRONGEST if strong in marks), "")
    return body[:end], mark


def _with_mark(word: SpokenWord, mark: Mark, piece: str) -> SpokenWord:
    stronger = next((strong for strong in _STRONGEST if strong in (word.mark, mark)), mark)
    return SpokenWord(
        written=f"{word.written} {piece}", spoken=word.spoken, mark=stronger, stressed=word.stressed, exact=word.exact
    )


def _word(piece: str, body: str, mark: Mark, previous: SpokenWord | None, following: str) -> SpokenWord:
    lowered = body.lower().replace("’", "'")
    exact = stressed = False
    if lowered in _SAID_AS and (lowered != "ok" and not (body.isupper() and lowered in _ABBREVIATIONS)):
        said = _SAID_AS[lowered]
    elif body.isdecimal() and len(body) < 3 and following.lower().strip(".,;:!?") in MONTHS:
        said = f"{ordinal(int(body))} of"
    elif (found := _number(body, previous)) is not None:
        said, exact = found
    elif _SPELLING.fullmatch(body) and (body.upper() == body or len(body) > 3):
        said, exact = _letters(body.replace("-", "")), True
    elif _MAIL.fullmatch(body):
        said, exact = _address(lowered), True
    elif re.search(r"\d", body):
        said, exact = _code(body), True
    elif _shouted(body):
        if lowered in _SPELLED or not _VOWELS & set(lowered):
            said = _letters(body)
        else:
            said, stressed = ("okay" if lowered == "ok" else lowered), lowered not in _ACRONYMS
    else:
        said = body.replace("’", "'").replace("/", " ")
        said = re.sub(r"[^\w'\- ]+", " ", said)
    spoken = tuple(part for part in re.sub(r"_", " ", said).split() if re.search(r"\w", part))
    return SpokenWord(written=piece, spoken=spoken or (body,), mark=mark, stressed=stressed, exact=exact)


def _shouted(body: str) -> bool:
    letters = [char for char in body if char.isalpha()]
    if len(letters) < 2 or not all(char.isupper() for char in letters):
        return False
    return (
        len(letters) > 2 or body.lower() in _SHORT_WORDS or not _VOWELS & set(body.lower()) or body.lower() in _SPELLED
    )


def _letters(text: str) -> str:
    """Letter names, with digits as numbers; the engine says a single capital as its name."""
    return " ".join(digits(char) if char.isdecimal() else char.upper() for char in text if char.isalnum())


def _code(body: str) -> str:
    """``HB20931`` -> letters and digits one by one; ``covid19``-like words keep their letters together."""
    parts = re.findall(r"[A-Za-z]+|\d+", body)
    said = []
    for part in parts:
        if part.isdecimal():
            said.append(digits(part) if len(part) > 2 or part[0] == "0" else cardinal(int(part)))
        else:
            said.append(_letters(part) if part.isupper() or len(part) == 1 else part)
    return " ".join(said)


def _address(body: str) -> str:
    body = body.removeprefix("www.")
    said = body.replace("@", " at ").replace(".", " dot ").replace("_", " underscore ").replace("-", " dash ")
    return re.sub(r"\d+", lambda found: f" {digits(found.group())} ", said)


def _number(body: str, previous: SpokenWord | None) -> tuple[str, bool] | None:
    """What a written number says and whether it is read out exactly; None when ``body`` is no number."""
    if found := _MONEY.fullmatch(body):
        minus, symbol, whole, fraction, scale = found.groups()
        whole = whole.replace(",", "")
        said = money(symbol, whole, fraction or "")
        if scale:
            said = f"{decimal(whole, fraction) if fraction else cardinal(int(whole))} {_SCALE[scale]} {money(symbol, '2', '').split()[1]}"
        return ("minus " if minus else "") + said, False
    if found := _ISO_DATE.fullmatch(body):
        years, month, day = (int(part) for part in found.groups())
        if 1 <= month <= 12 and 1 <= day <= 31:
            return f"{MONTHS[month - 1]} {ordinal(day)} {year(years)}", False
    if (found := _CLOCK.fullmatch(body)) and (":" in body or found.group(3)):
        hour, minute, half = int(found.group(1)), int(found.group(2)), found.group(3)
        said = cardinal(hour) if half and minute == 0 else clock(hour, minute)
        return said + (f" {half[0].upper()} M" if half else ""), False
    if found := _NUMBER.fullmatch(body):
        minus, whole, fraction, unit = found.groups()
        return _plain_number(minus, whole, fraction, (unit or "").lower(), previous)
    if re.fullmatch(r"\d+(?:-[A-Za-z]+)+", body):  # "24-hour", "5-star"
        count, _, rest = body.partition("-")
        return f"{cardinal(int(count))} {rest}", False
    if re.fullmatch(r"\d+(?:[-–]\d+)+", body):
        first, *others = re.split(r"[-–]", body)
        if len(others) == 1 and max(len(first), len(others[0])) <= 2 and int(first) < int(others[0]):
            return f"{cardinal(int(first))} to {cardinal(int(others[0]))}", False
        return " ".join(digits(part) for part in (first, *others)), True
    return None


def _plain_number(
    minus: str, whole: str, fraction: str | None, unit: str, previous: SpokenWord | None
) -> tuple[str, bool] | None:
    bare = whole.replace(",", "")
    if unit in ("st", "nd", "rd", "th") and not fraction:
        return ordinal(int(bare)), False
    if unit and unit not in _UNITS:
        return None
    exact = False
    if fraction:
        said = decimal(bare, fraction)
    elif (bare[0] == "0" and len(bare) > 1) or ("," not in whole and len(bare) > 4) or len(bare) > 15:
        said, exact = digits(bare), True
    elif "," not in whole and len(bare) == 4 and 1900 <= int(bare) < 2100 and not unit:
        said = year(int(bare))
    elif "," not in whole and len(bare) == 4 and not unit and not minus:
        said, exact = digits(bare), True  # four figures in a call are a card or an account, not a quantity
    elif previous is not None and previous.spoken[-1].lower() in MONTHS and int(bare) <= 31 and not unit:
        said = ordinal(int(bare))
    else:
        said = cardinal(int(bare))
    spoken_unit = _UNITS.get(unit, "")
    if unit in ("am", "pm"):
        spoken_unit = f"{unit[0].upper()} M"
    elif bare == "1" and spoken_unit.endswith("s"):
        spoken_unit = spoken_unit[:-1]
    return f"{'minus ' if minus else ''}{said} {spoken_unit}".strip(), exact
