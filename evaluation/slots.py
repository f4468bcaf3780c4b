"""The parts that make an offer worth something: a day, a time, a name, a reference, a sum. Found in the words alone.

Typed and recognised forms count alike: "HR-7741" and "h r seven seven four one", "9-11" and "nine till eleven". A slot of
a name that is not known here is filled by any detail at all, so that a persona's author may invent one.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

from evaluation.text import printable

_DAY_NAMES: Final = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_MONTHS: Final = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|apr|aug|sept|oct|nov|dec)"
)
_ORDINALS: Final = (
    r"(?:\d{1,2}(?:st|nd|rd|th)|(?:twenty|thirty)[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|first|second|"
    r"third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|"
    r"seventeenth|eighteenth|nineteenth|twentieth|thirtieth)"
)
_UNITS: Final = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_NUMBERS: Final = "|".join(reversed(f"{_UNITS} {_TENS}".split()))
_NUMBER: Final = rf"(?:\d+(?:[.,]\d+)?|(?:{_NUMBERS})(?:[- ](?:{_NUMBERS}|hundred|thousand))*|an?|a couple of|a few|half an)"
_NAMES: Final = frozenset(
    """aaron adam aisha alan alex ali alice amanda amir amy andrea andrew angela anna anne anthony arjun ben beth
    brian bryce callum carl carlos carol charlotte chloe chris christine claire colin connor daisy dan daniel dave david
    dawn debbie denise dev diane diego donna ed ella emily emma eric erin ethan fatima fiona frank gareth gary george
    gemma graham hannah harry hassan heather helen henry ian imran isabel jack jackie jacob james jamie jane jason jay
    jenny jess jessica jill jo joanne joe john jon jordan jose josh julia julie karen kate katie keith kelly ken kevin
    kim kiran kyle laura lauren leah leanne lee leo lewis liam linda lisa liz louise lucy luke maria marie martin
    martina matt matthew maya megan mel michael michelle mike mohammed molly natalie neil nia nick nicola nina noah
    oliver olivia oscar owen paul paula pete peter phil priya rachel raj rebecca rhys rich rob robert robin roger ruth
    ryan sam samantha sandra sara sarah sean shannon sharon simon sofia sophie steph stephen steve stuart sue susan
    tanya tara ted teresa terry theo tim tina toby tom tony tracy vanessa vicky victoria wayne wendy yusuf zoe""".split()
)
"""Given names that count as one even when a recogniser wrote them small."""

_DAY: Final = re.compile(
    rf"\b(?:(?:by|on|this|next|for|until|before|the)\s+)*(?:{_DAY_NAMES}|tomorrow|today|tonight|the day after tomorrow|"
    rf"this (?:morning|afternoon|evening)|end of (?:the )?day|{_ORDINALS}\s+(?:of\s+)?{_MONTHS}|{_MONTHS}\s+(?:the\s+)?{_ORDINALS}|"
    rf"{_MONTHS}\s+\d{{1,2}}|\d{{1,2}}\s+{_MONTHS}|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?)\b"
    rf"|(?:(?<=\bis )|(?<=\bbe )|\b(?:by|on|for|until|before|from)\s+)the\s+{_ORDINALS}\b(?!\s+(?:of\s+)?{_MONTHS})(?!\s+(?:charge|payment|time|one|bill|van|run|drop|thing|line|invoice))",
    re.IGNORECASE,
)
_SPAN: Final = re.compile(
    rf"\b(?:in|within|about|takes?|up to|after|under)?\s*(?:the next\s+)?{_NUMBER}(?:\s*(?:to|or|-|and)\s*{_NUMBER})?\s+"
    r"(?:more\s+)?(?:(?:business|working|full)\s+)?(?:minutes?|hours?|days?|weeks?)(?!\s+(?:late|ago|already|on hold))\b"
    r"|\b(?:within|in) the (?:hour|week)\b|\bovernight\b|\b(?:next|this) week\b",
    re.IGNORECASE,
)
_HOUR: Final = (
    r"(?:(?:half|quarter)(?:\s+(?:past|to|before|after))?\s+)?(?:(?:1\d|2[0-3]|0?[1-9])(?:[:.]\d{2})?|one|two|three|four|five|six|seven|eight|nine|"
    r"ten|eleven|twelve|noon|midday|midnight)(?:[- ](?:thirty|fifteen|forty[- ]five))?(?:\s*(?:am|pm|a\.m\.?|p\.m\.?|a m|p m|o'?clock))?"
)
_NOT_CLOCK: Final = (
    r"(?!\s*(?:business|working|minutes?|hours?|days?|weeks?|months?|percent|per cent|%|pounds?|dollars?|of\b|more\b|times\b))"
)
_WINDOW: Final = re.compile(
    rf"\bbetween\s+{_HOUR}\s+(?:and|to|an)\s+{_HOUR}\b{_NOT_CLOCK}"
    rf"|(?<![\w-])(?:from\s+)?{_HOUR}\s*(?:-|to|till|til|until|through)\s*{_HOUR}\b(?!-){_NOT_CLOCK}"
    r"|\b(?:at|by|before)\s+(?:noon|midday)\b"
    rf"|\b(?:at|by|before)\s+{_HOUR}(?<=m|\.|k)\b"
    r"|\b(?:at|by|before)\s+(?:half|quarter)\s+(?:past\s+|to\s+)?\w+\b|\bat \d{1,2}[:.]\d{2}\b",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(rf"\b(?:at|by|before|around)\s+{_HOUR}\b{_NOT_CLOCK}", re.IGNORECASE)
_AMOUNT: Final = re.compile(
    rf"[£$€]\s?\d[\d,]*(?:\.\d+)?|\b{_NUMBER}\s*(?:pounds?|dollars?|euros?|quid|bucks|cents?|pence|percent|per cent|%)"
    rf"|\b\d+\.\d{{2}}\b|\b(?:{'|'.join(_TENS.split())})(?:[- ](?:{_NUMBERS}))?\s+(?:{'|'.join(_TENS.split())}|ninety[- ]\w+)\b"
    r"|\b(?:the )?(?:full|whole|entire) (?:amount|price|sum)\b",
    re.IGNORECASE,
)
_NAME: Final = re.compile(
    r"\b(?:(?P<sure>my name is|my name's|name is|name's|ask for)|(?P<maybe>i'm|i am|im|this is|it's|its|call me|ring me|phone me|"
    r"email me|text me|reach me|colleague|manager|supervisor|driver|technician|engineer|speak to|to me|with me|called|from))"
    r"[,:]?\s+(?P<name>[A-Za-z][A-Za-z'-]+)",
    re.IGNORECASE,
)
_NO_NAME: Final = frozenset("the a an it not on in to me my your our you us so and at is that this for of as just going".split())
_REFERENCE_WORD: Final = frozenset(
    "reference ref case ticket number code quote confirmation booking claim order id incident".split()
)
_SPELLED: Final = frozenset(
    f"{_UNITS} {_TENS} zero oh o nought double triple hundred dash hyphen stroke slash".split()
)
_CODE: Final = re.compile(r"\b[A-Za-z]{1,4}-?\d{3,}\b|\b[A-Za-z]{1,4}-?\d+(?:-\d+)+\b", re.IGNORECASE)
_TOKEN: Final = re.compile(r"[A-Za-z0-9']+")


def fill(needs: Iterable[str], reply: str) -> tuple[tuple[str, str], ...]:
    """The slots of ``needs`` that the words of ``reply`` fill, as (name, words), sorted by name."""
    text = printable(reply)
    found = {name: _FINDERS.get(name, _detail)(text) for name in needs}
    return tuple(sorted((name, words) for name, words in found.items() if words))


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return " ".join(match[0].split()).strip(" ,.") if match else ""


def _day(text: str) -> str:
    return _first(_DAY, text)


def _when(text: str) -> str:
    return _day(text) or _first(_SPAN, text) or _first(_WINDOW, text) or _first(_CLOCK, text)


def _time_window(text: str) -> str:
    return _first(_WINDOW, text)


def _amount(text: str) -> str:
    return _first(_AMOUNT, text)


def _name(text: str) -> str:
    """A given name said as whom to ask for. Small letters count only for a known name or after "my name is"."""
    cased = text != text.lower() and text != text.upper()
    for match in _NAME.finditer(text):
        name = match["name"].strip("'-")
        small = name.lower().removesuffix("'s")
        known = small in _NAMES
        said = match["sure"] is not None and small not in _NO_NAME
        capital = cased and name[0].isupper() and name.lower() != "i" and match["maybe"] not in (None, "from", "From")
        if known or (said and (name[0].isupper() or not cased)) or (capital and not _DAY.fullmatch(name)):
            return name
    return ""


def _reference(text: str) -> str:
    """A code to quote: written as one, or spelled out letter by letter and digit by digit."""
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
    return best or _first(_CODE, text)


def _is_spelled(token: str, inside: bool) -> bool:
    if token.isdigit() or token in _SPELLED:
        return True
    if len(token) == 1:
        return token.isalpha() and (inside or token not in "ai")
    if any(char.isdigit() for char in token):
        return token[0].isalpha() and token.isalnum()
    return len(token) <= 3 and token.isalpha() and not set(token) & set("aeiouy") and token not in ("mr", "mrs", "ms", "hmm", "mm", "st", "th", "pm", "mph")  # fmt: skip


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
    number = re.search(rf"\b(?:\d+|{_NUMBERS})\b", text, re.IGNORECASE)
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
