"""How often do replies end in such words? Odds of an end, learnt from thousands of replies of trainees.

A line of pairs, feature and log-odds: the last words, how the last sentence begins, how much was said before. Made by
``scripts/train_turn_end`` from ``evaluation/corpus`` by telling whole replies from the same replies broken off. Marks are
not used but to tell sentences apart, because a recogniser puts a full stop after most things that fall silent.
"""

import re
from collections.abc import Iterator, Mapping

_WORD = re.compile(r"[a-z0-9£$%']+(?:-[a-z0-9]+)*")
_DIGITS = frozenset("zero oh one two three four five six seven eight nine ten double treble".split())
_FEW = (1, 2, 3, 4, 6, 8, 11, 15, 20, 28)
"""Counts of words that are told apart."""


class EndingWords:
    """The learnt odds. Pure."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights

    def log_odds(self, words: str) -> float:
        """For an end after ``words`` against a pause there; 0 for no words."""
        return sum(self._weights.get(name, 0.0) for name in features(words))


def features(words: str) -> Iterator[str]:
    """The names of what is true of ``words``, each at most once; nothing for no words."""
    sentences = [found for part in re.split(r"[.!?…]+\s+", words.strip()) if (found := tokens(part))]
    if not sentences:
        return
    said = ["^", *(token for sentence in sentences for token in sentence)]
    last = sentences[-1]
    yield "*"
    for count in (1, 2, 3):
        if len(said) >= count:
            yield f"{count} {' '.join(said[-count:])}"
    yield f"b {last[0]}"
    if len(last) > 1:
        yield f"b {last[0]} {last[1]}"
    total = len(said) - 1
    yield f"n {_step(total)}"
    yield f"s {_step(len(last))}"
    yield f"k {min(len(sentences), 5)} {min(_step(len(last)), 4)}"
    if total <= 4:
        yield f"= {' '.join(said[1:])}"


def tokens(text: str) -> list[str]:
    """Lower-case words without marks; numbers are all one word."""
    found: list[str] = _WORD.findall(text.lower().replace("’", "'"))
    return ["0" if word in _DIGITS or any(char.isdigit() for char in word) else word for word in found]


def _step(count: int) -> int:
    return sum(count >= step for step in _FEW)
