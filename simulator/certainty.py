"""How surely words were heard: the recogniser's confidence of the very words that something rests on."""

from collections.abc import Sequence
from typing import Final

from simulator import wording
from simulator.ports import Word

WELL_HEARD: Final = 0.75
"""Confidence from which she believes that she heard something unkind. What is made of misheard words lies below it, unkind
words that were said lie above it, in noise too; ``scripts/measure_doubt`` measures both (docs/mood.md)."""


def certainty(quote: str, words: Sequence[Word]) -> float:
    """Mean confidence of the words that ``quote`` is made of, 0 to 1, whatever their punctuation and case.

    Of all words where the quote is not found in a row among them; 1 where there are none, as in a typed reply.
    """
    if not words:
        return 1.0
    wanted = wording.words(quote)
    spoken = [(part, word.confidence) for word in words for part in wording.words(word.text)]
    for at in range(len(spoken) - len(wanted) + 1 if wanted else 0):
        found = spoken[at : at + len(wanted)]
        if tuple(part for part, _ in found) == wanted:
            return _mean([confidence for _, confidence in found])
    return _mean([word.confidence for word in words])


def _mean(numbers: Sequence[float]) -> float:
    return round(sum(numbers) / len(numbers), 4)
