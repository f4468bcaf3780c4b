"""Numbers, money, times and dates as they are said aloud. Pure functions from digits to lower-case English words."""

from typing import Final

_ONES: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS: Final = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES: Final = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"))
_ORDINALS: Final = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_MONEY: Final = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "£": ("pound", "pounds", "pence", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
}
CURRENCIES: Final = frozenset(_MONEY)
MONTHS: Final = "january february march april may june july august september october november december".split()


def cardinal(value: int) -> str:
    """``1204`` -> ``"one thousand two hundred and four"``. Takes 0 up to just under a quadrillion."""
    if value < 20:
        return _ONES[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    if value < 1000:
        hundreds, rest = divmod(value, 100)
        return f"{_ONES[hundreds]} hundred" + (f" and {cardinal(rest)}" if rest else "")
    for scale, name in _SCALES:
        if value >= scale:
            count, rest = divmod(value, scale)
            joint = " and " if 0 < rest < 100 else " "
            return f"{cardinal(count)} {name}" + (joint + cardinal(rest) if rest else "")
    raise AssertionError(value)


def ordinal(value: int) -> str:
    """``23`` -> ``"twenty-third"``."""
    words = cardinal(value)
    head, dash, last = words.rpartition("-") if "-" in words.rsplit(" ", 1)[-1] else words.rpartition(" ")
    if last in _ORDINALS:
        last = _ORDINALS[last]
    elif last.endswith("y"):
        last = last[:-1] + "ieth"
    else:
        last += "th"
    return head + dash + last


def digits(text: str) -> str:
    """One digit at a time: ``"0926"`` -> ``"zero nine two six"``."""
    return " ".join(_ONES[int(digit)] for digit in text)


def decimal(whole: str, fraction: str) -> str:
    """``("3", "05")`` -> ``"three point zero five"``."""
    return f"{cardinal(int(whole or '0'))} point {digits(fraction)}"


def year(value: int) -> str:
    """``2024`` -> ``"twenty twenty-four"``, ``2005`` -> ``"two thousand and five"``, ``1900`` -> ``"nineteen hundred"``."""
    if 2000 <= value < 2010 or value % 1000 == 0:
        return cardinal(value)
    century, rest = divmod(value, 100)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {cardinal(rest) if rest > 9 else 'oh ' + cardinal(rest)}"


def money(symbol: str, whole: str, fraction: str) -> str:
    """``("$", "94", "60")`` -> ``"ninety-four dollars and sixty cents"``; ``fraction`` may be empty."""
    one, many, small_one, small_many = _MONEY[symbol]
    units, cents = int(whole or "0"), int(fraction.ljust(2, "0")[:2]) if fraction else 0
    parts = []
    if units or not cents:
        parts.append(f"{cardinal(units)} {one if units == 1 else many}")
    if cents:
        parts.append(f"{cardinal(cents)} {small_one if cents == 1 else small_many}")
    return " and ".join(parts)


def clock(hour: int, minute: int) -> str:
    """``(9, 0)`` -> ``"nine o'clock"``, ``(10, 5)`` -> ``"ten oh five"``, ``(16, 30)`` -> ``"sixteen thirty"``."""
    if minute == 0:
        return f"{cardinal(hour)} o'clock" if 1 <= hour <= 12 else f"{cardinal(hour)} hundred"
    return f"{cardinal(hour)} {cardinal(minute) if minute > 9 else 'oh ' + cardinal(minute)}"
