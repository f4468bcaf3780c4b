"""Is this line fit to be said aloud?"""

import re
from collections.abc import Iterator
from typing import Final

from personas.findings import Level
from personas.vocabulary import PLACEHOLDER, PLACEHOLDERS, did_you_mean

LONG_WORDS: Final = 45
"""More words than this take over 15 s to say: a speech, not a line."""

_UNSPEAKABLE = re.compile(r"[\[\]*_#<>|~^\\@]|https?:")
_DIGITS = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")


def remarks(line: str) -> Iterator[tuple[Level, str, str]]:
    """(level, message, hint) for everything that keeps ``line`` from being spoken as it stands."""
    for name in PLACEHOLDER.findall(line):
        if name not in PLACEHOLDERS:
            known = "Known: " + " ".join(f"{{{each}}}" for each in PLACEHOLDERS) + "."
            guess = did_you_mean(name, PLACEHOLDERS)
            yield "error", f"{{{name[:30]}}} is not something I can fill in.", f"{known} {guess}".rstrip()
    bare = PLACEHOLDER.sub("x", line)
    if "{" in bare or "}" in bare:
        yield "error", "there is a { or } without its partner.", "Write a placeholder as {count}."
    if not _LETTER.search(bare):
        yield (
            "warning",
            "there are no words in this line, so nothing would be heard.",
            "Give the caller something to say.",
        )
    words = len(bare.split())
    if words > LONG_WORDS:
        yield "warning", f"this line has {words} words; over {LONG_WORDS} is a speech.", "Split it in two."
    if found := _UNSPEAKABLE.search(bare):
        yield "warning", f"'{found.group()}' cannot be spoken.", "Write only what is said aloud."
    if _DIGITS.search(bare):
        yield "advice", "write numbers as they are said.", "'ninety-four sixty', not '94.60'."
