"""The word patterns of ``evaluation.slots``: days, spans, hours, sums, names, codes. Built from lists, to be read."""

import re
from typing import Final


def _any(*patterns: str) -> str:
    """One of ``patterns``, for use inside another pattern."""
    return f"(?:{'|'.join(patterns)})"


def _rule(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


ONES: Final = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_FIRST_TO_NINTH: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_LATER: Final = (
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth", "twentieth", "thirtieth",
)  # fmt: skip
_MONTH: Final = _any(
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "jan", "feb", "apr", "aug", "sept", "oct", "nov", "dec",
)  # fmt: skip
_ORDINAL: Final = _any(
    r"\d{1,2}(?:st|nd|rd|th)", rf"(?:twenty|thirty)[- ]{_any(*_FIRST_TO_NINTH)}", *_FIRST_TO_NINTH, *_LATER
)
NUMBER_WORD: Final = _any(*reversed(ONES + TENS))
_NUMBER: Final = _any(
    r"\d+(?:[.,]\d+)?",
    rf"{NUMBER_WORD}(?:[- ](?:{NUMBER_WORD}|hundred|thousand))*",
    "an?",
    "a couple of",
    "a few",
    "half an",
)

_BY: Final = r"(?:by|on|for|until|before|from)"
_NO_DATE: Final = rf"(?!\s+(?:(?:of\s+)?{_MONTH}|charge|payment|time|one|bill|van|run|drop|thing|line|invoice)\b)"
_SOME_DAY: Final = _any(
    "(?:mon|tues|wednes|thurs|fri|satur|sun)days?",
    "tomorrow",
    "today",
    "tonight",
    "the day after tomorrow",
    "this (?:morning|afternoon|evening)",
    "end of (?:the )?day",
    rf"{_ORDINAL}\s+(?:of\s+)?{_MONTH}",
    rf"{_MONTH}\s+(?:the\s+)?{_ORDINAL}",
    rf"{_MONTH}\s+\d{{1,2}}",
    rf"\d{{1,2}}\s+{_MONTH}",
    r"\d{1,2}/\d{1,2}(?:/\d{2,4})?",
)
DAY: Final = _rule(
    rf"\b(?:(?:by|on|this|next|for|until|before|the)\s+)*{_SOME_DAY}\b",
    rf"(?:(?<=\bis )|(?<=\bbe )|\b{_BY}\s+)the\s+{_ORDINAL}\b{_NO_DATE}",
)
"""A day that can be found in a calendar. "The second charge" is none."""

SPAN: Final = _rule(
    r"\b(?:(?:in|within|about|takes?|up to|after|under)\s+)?(?:the next\s+)?"
    rf"{_NUMBER}(?:\s*(?:to|or|-|and)\s*{_NUMBER})?"
    r"\s+(?:more\s+)?(?:(?:business|working|full)\s+)?(?:minutes?|hours?|days?|weeks?)\b"
    r"(?!\s+(?:late|ago|already|on hold))",
    r"\b(?:within|in) the (?:hour|week)\b",
    r"\bovernight\b",
    r"\b(?:next|this) week\b",
)
"""How long it takes."""

_HOUR: Final = (
    r"(?:(?:half|quarter)(?:\s+(?:past|to|before|after))?\s+)?"
    + _any(r"(?:1\d|2[0-3]|0?[1-9])(?:[:.]\d{2})?", *ONES[:12], "noon", "midday", "midnight")
    + r"(?:[- ](?:thirty|fifteen|forty[- ]five))?(?:\s*(?:am|pm|a\.m\.?|p\.m\.?|a m|p m|o'?clock))?"
)
_NO_CLOCK: Final = (
    r"(?!\s*(?:business|working|minutes?|hours?|days?|weeks?|months?|per ?cent|%|pounds?|dollars?|of\b|more\b|times\b))"
)
WINDOW: Final = _rule(
    rf"\bbetween\s+{_HOUR}\s+(?:and|to|an)\s+{_HOUR}\b{_NO_CLOCK}",
    rf"(?<![\w-])(?:from\s+)?{_HOUR}\s*(?:-|to|till|til|until|through)\s*{_HOUR}\b(?!-){_NO_CLOCK}",
    r"\b(?:at|by|before)\s+(?:noon|midday)\b",
    rf"\b(?:at|by|before)\s+{_HOUR}(?<=m|\.|k)\b",
    r"\b(?:at|by|before)\s+(?:half|quarter)\s+(?:past\s+|to\s+)?\w+\b",
    r"\bat \d{1,2}[:.]\d{2}\b",
)
"""From when to when, or a time of the clock."""
_NO_HOUR: Final = r"(?!\s+(?:of|or|point|stage|time|person|people|other|call|calls|charge|more|in)\b)"
_PART: Final = _any("quarter", "half", "five", "ten", "twenty", "twenty five")
_PAST: Final = rf"(?:{_PART}\s+(?:past|to|before|after)|half)\s+{_any(*ONES[:12], 'noon', 'midnight')}"
_MINUTES: Final = _any("fifteen", "thirty", "forty[- ]five", "twenty", "ten past", "oh five")
_HOUR_WORD: Final = _any(*ONES, "twenty")
CLOCK: Final = _rule(
    rf"\b(?:(?:at|by|before|after|until|till|around|about)\s+)?(?:{_PAST}\b|(?:{_HOUR_WORD}|\d{{1,2}})\s+(?:sharp|o'?clock)\b){_NO_CLOCK}",
    rf"\b(?:at|by|before|after|until|till|around|about)\s+(?:{_HOUR_WORD}\s+{_MINUTES}\b|\d{{1,2}}[:.h]\d{{2}}\b)",
    rf"\b{_HOUR_WORD}(?:\s+{_MINUTES})?\s+(?:am|pm|a m|p m)\b",
    rf"\b(?:at|by|before|after|until|till|around)\s+{_HOUR}\b{_NO_CLOCK}{_NO_HOUR}",
)
"""A time of the clock in any of its spoken forms: "by five", "half four", "at twelve fifteen", "seven sharp"."""

AMOUNT: Final = _rule(
    r"[£$€₹]\s?\d[\d,]*(?:\.\d+)?",
    rf"\b{_NUMBER}\s*(?:pounds?|dollars?|euros?|quid|bucks|cents?|pence|rupees|rand|naira|lakh|crore|per ?cent|%)",
    r"\ba (?:fiver|tenner)\b",
    r"\b\d+\.\d{2}\b",
    rf"\b{_any(*TENS)}(?:[- ]{NUMBER_WORD})?\s+{_any(*TENS)}(?:[- ]{NUMBER_WORD})?\b",
    r"\b(?:the )?(?:full|whole|entire) (?:amount|price|sum)\b",
)
"""A sum, also as spoken: "ninety four sixty"."""

_SURELY: Final = _any("my name is", "my name's", "name is", "name's", "ask for", "speaking with", "speaking to")
_MAYBE: Final = _any(
    "i'm", "i am", "im", "this is", "it's", "its", "(?:call|ring|phone|email|text|reach) me", "colleague", "manager",
    "supervisor", "driver", "technician", "engineer", "speak to", "to me", "with me", "called", "from",
)  # fmt: skip
NAME: Final = _rule(rf"\b(?:(?P<sure>{_SURELY})|(?P<maybe>{_MAYBE}))[,:]?\s+(?P<name>[A-Za-z][A-Za-z'-]+)")
"""Words before which a name stands; whether it is one is decided in ``evaluation.slots``."""
ACTING: Final = re.compile(
    r"(?:\b(?:[Oo]ur (?:man|woman|driver|engineer|colleague|lad)|have|get|send|with|and)\s+(?P<sent>[A-Z][a-z]{2,})"
    r"(?=\s+(?:call|ring|phone|come|visit|will|to|on|at|from|can)\b)"
    r"|(?<![,.?!] )(?<!^)\b(?P<one>[A-Z][a-z]{2,})(?=(?:'ll|\s+(?:will|can|handles|runs|has|is going)\b))"
    r"|^(?P<first>[A-Z][a-z]{2,})(?=(?:'ll|\s+(?:will|handles|runs)\b)))"
)
"""Somebody of the firm who is said to do something: "I'll have Declan call", "Suresh will visit". Written form only."""
HERE: Final = re.compile(r"\b(?:it'?s|this is)\s+(?P<name>[A-Za-z][a-z]{2,})\s+here\b")

CODE: Final = _rule(r"\b[A-Za-z]{1,4}-?\d{3,}\b", r"\b[A-Za-z]{1,4}-?\d+(?:-\d+)+\b", r"\b[A-Za-z]{2,4}-\d{2,}\b")
"""A reference written as one."""

SPELLING_WORDS: Final = frozenset(
    """
    alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike oscar papa quebec romeo
    sierra tango uniform victor whiskey xray yankee zulu
    """.split()
)
"""The words of the spelling alphabet, each of which stands for its first letter; without November, which is a month."""

GIVEN_NAMES: Final = frozenset(
    """
    aaron adam aisha alan alex ali alice amanda amir amy andrea andrew angela anna anne anthony arjun ben beth brian
    bryce callum carl carlos carol charlotte chloe chris christine claire colin connor daisy dan daniel dave david
    dawn debbie denise dev diane diego donna ed ella emily emma eric erin ethan fatima fiona frank gareth gary
    george gemma graham hannah harry hassan heather helen henry ian imran isabel jack jackie jacob james jamie jane
    jason jay jenny jess jessica jill jo joanne joe john jon jordan jose josh julia julie karen kate katie keith
    kelly ken kevin kim kiran kyle laura lauren leah leanne lee leo lewis liam linda lisa liz louise lucy luke maria
    marie martin martina matt matthew maya megan mel michael michelle mike mohammed molly natalie neil nia nick
    nicola nina noah oliver olivia oscar owen paul paula pete peter phil priya rachel raj rebecca rhys rich rob
    robert robin roger ruth ryan sam samantha sandra sara sarah sean shannon sharon simon sofia sophie steph stephen
    steve stuart sue susan tanya tara ted teresa terry theo tim tina toby tom tony tracy vanessa vicky victoria
    wayne wendy yusuf zoe
    """.split()
)
"""Given names that count as one even when a recogniser wrote them small."""
