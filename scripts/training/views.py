"""Views of training rows: what recognisers do to words, and several behaviours in one breath.

Everything draws from the ``random.Random`` it is given, so a seed gives the same views again.
"""

import re
from random import Random
from typing import Final

from scripts.training.corpus import Row
from scripts.training.mishearing import Mishearing

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
JOIN_UNDER: Final = 30
"""Words from which a reply is a whole turn already and is not joined with another."""
WRONG_WORDS: Final = (0.04, 0.08, 0.12, 0.16, 0.2)
"""Shares of wrong words in a misheard view."""
_STOPS: Final = re.compile(r"[^\w\s']|(?<!\w)'|'(?!\w)")


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
    sure = frozenset().union(*(row.labels - row.unsure for row in rows))
    unsure = frozenset().union(*(row.unsure for row in rows)) - sure
    return Row(chance.choice(rows).caller, between.join(row.reply for row in rows), labels, unsure)


def varied(row: Row, others: list[Row], chance: Random, mishear: Mishearing) -> Row:
    """One training view of ``row``: maybe joined with ``others`` of its scenario, misheard, without the line before."""
    draw, words = chance.random(), len(row.reply.split())
    count = 0 if draw < 0.8 or words > JOIN_UNDER else 1 if draw < 0.96 or words > JOIN_UNDER / 2 else 2
    if count and others:
        row = joined([row, *chance.sample(others, min(count, len(others)))], chance)
    caller, reply = row.caller, row.reply
    if chance.random() < 0.7:
        if chance.random() < 0.3:
            reply = recognised(reply, chance, chance.choice((0.5, 1.0, 2.0)))
        else:
            reply = mishear(reply, chance.choice(WRONG_WORDS), chance, stops=chance.random() < 0.5)
        caller = recognised(caller, chance) if chance.random() < 0.7 else caller
    if chance.random() < 0.15:
        caller = ""
    return Row(caller, reply, row.labels, row.unsure)
