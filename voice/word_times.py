"""Word times for engines that give none: the words share the time in which something is heard."""

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.ports import SAMPLE_RATE, Word
from voice.prosody import pauses
from voice.spoken_text import SpokenWord

if TYPE_CHECKING:
    from simulator.ports import Samples

_WORD_COST: Final = 0.6
"""What a word takes beside its syllables, in syllables."""
_MARK_COST: Final = 0.5
"""Words before a mark are drawn out."""
_NOT_MARKED: Final = 2.0
"""Syllables by which a pause would rather stand after a mark than between two other words."""


def estimated(samples: "Samples", clause: tuple[SpokenWord, ...]) -> tuple[Word, ...]:
    """Times in proportion to syllables; each pause is put between the two words where it fits best. Good to about 100 ms,
    which is enough to tell which words were heard before an interruption."""
    costs = [sum(map(syllables, word.spoken)) + _WORD_COST + _MARK_COST * bool(word.mark) for word in clause]
    silent = pauses(samples)
    spoken = len(samples) - sum(end - start for start, end in silent)
    bounds = np.cumsum([0.0, *costs])
    bounds *= spoken / max(float(bounds[-1]), 1e-9)
    syllable = spoken / max(sum(costs), 1e-9)
    gap_after: dict[int, int] = {}
    gone = 0
    for start, end in silent:
        heard = start - gone
        gone += end - start
        first = max(gap_after, default=0) + 1
        places = range(first, len(clause))
        if not places:
            continue
        best = min(places, key=lambda at: abs(bounds[at] - heard) + _NOT_MARKED * syllable * (not clause[at - 1].mark))
        low = max(gap_after, default=0)
        at_best = float(bounds[best])
        before = np.interp(bounds[low:best], [bounds[low], at_best], [bounds[low], heard])
        after = np.interp(bounds[best:], [at_best, bounds[-1]], [heard, spoken])
        bounds = np.concatenate([bounds[:low], before, after])
        gap_after[best] = end - start
    words, waited = [], 0
    for index, word in enumerate(clause):
        waited += gap_after.get(index, 0)
        start_ms, end_ms = (int((bounds[at] + waited) * 1000 / SAMPLE_RATE) for at in (index, index + 1))
        words.append(Word(text=word.written, start_ms=start_ms, end_ms=max(start_ms, end_ms)))
    return tuple(words)


def syllables(word: str) -> int:
    """Syllables of a plain word, counted in groups of vowels: an estimate, silent e's at the end left out."""
    if len(word) == 1 and word.isupper():
        return 3 if word == "W" else 1
    plain = re.sub(r"(?<=[^aeiouy])e$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", plain)))
