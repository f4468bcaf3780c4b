"""Making training rows harsher: what recognisers do to words, and several behaviours in one breath. Training only.

Everything draws from the ``random.Random`` it is given, so a seed gives the same rows again.
"""

import re
from dataclasses import dataclass
from random import Random
from typing import Final

_HOMOPHONES: Final = {
    "your": ("you're",), "you're": ("your",), "there": ("their",), "their": ("there",), "they're": ("there", "their"),
    "we're": ("were",), "we'll": ("well", "will"), "i'll": ("ill", "all"), "i'd": ("id",), "let's": ("lets",),
    "it's": ("its",), "to": ("too", "two"), "too": ("to",), "for": ("four",), "right": ("write",), "hear": ("here",),
    "here": ("hear",), "know": ("no",), "by": ("buy",), "hold": ("old",), "have": ("of",), "are": ("our",),
    "our": ("are",), "weeks": ("weaks",), "week": ("weak",), "wait": ("weight",), "fault": ("fort",), "one": ("won",),
    "refund": ("re fund",), "account": ("a count",), "sorry": ("sorrow",), "billing": ("building",), "then": ("than",),
    "than": ("then",), "cheque": ("check",), "patience": ("patients",), "fair": ("fare",), "through": ("threw",),
    "manager": ("manger",), "supervisor": ("super visor",), "apologise": ("apologies",), "mail": ("male",),
    "whole": ("hole",), "would": ("wood",), "some": ("sum",), "been": ("bin",), "and": ("an", "in"), "the": ("a",),
}  # fmt: skip
_FILLERS: Final = ("um", "uh", "er", "you know", "like", "so", "well", "okay", "right")
_STOPS: Final = re.compile(r"[^\w\s']|(?<!\w)'|'(?!\w)")


@dataclass(frozen=True, slots=True)
class Row:
    """A reply, the line before it, and the labels it got."""

    caller: str
    reply: str
    labels: frozenset[str]


def recognised(text: str, chance: Random, strength: float = 1.0) -> str:
    """``text`` as a recogniser might give it back: lower case, no stops, a few words wrong, lost or added."""
    words = []
    for word in _STOPS.sub(" ", text.lower()).split():
        draw = chance.random()
        if draw < 0.02 * strength:
            continue
        if draw < 0.12 * strength and word in _HOMOPHONES:
            word = chance.choice(_HOMOPHONES[word])
        if chance.random() < 0.5 and "'" in word:
            word = word.replace("'", "")
        if chance.random() < 0.015 * strength:
            words.append(chance.choice(_FILLERS))
        words.append(word)
    return " ".join(words)


def joined(rows: list[Row], chance: Random) -> Row:
    """Several replies of one scenario said in one turn; a greeting comes first, a closing last."""
    rows = list(rows)
    chance.shuffle(rows)
    rows.sort(key=lambda row: ("greeting" not in row.labels) + 2 * ("closing" in row.labels))
    between = chance.choice((" ", " ", " ", " and ", " so ")) if chance.random() < 0.4 else " "
    labels = frozenset().union(*(row.labels for row in rows))
    return Row(chance.choice(rows).caller, between.join(row.reply for row in rows), labels)


def varied(row: Row, others: list[Row], chance: Random) -> Row:
    """One training view of ``row``: maybe joined with ``others`` of its scenario, misheard, without the line before."""
    draw = chance.random()
    count = 0 if draw < 0.55 else 1 if draw < 0.9 else 2
    if count and others:
        row = joined([row, *chance.sample(others, min(count, len(others)))], chance)
    caller, reply = row.caller, row.reply
    if chance.random() < 0.4:
        reply = recognised(reply, chance)
        caller = recognised(caller, chance) if chance.random() < 0.7 else caller
    if chance.random() < 0.2:
        caller = ""
    return Row(caller, reply, row.labels)
