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


def estimated(samples: "Samples", clause: tuple[SpokenWord, ...]) -> tuple[Word, ...]:
    """Times in proportion to syllables, pauses left out. Good to about 100 ms, which is enough to tell which words were
    heard before an interruption."""
    costs = [sum(_syllables(part) for part in word.spoken) + _WORD_COST + _MARK_COST * bool(word.mark) for word in clause]
    silent = pauses(samples)
    spoken = len(samples) - sum(end - start for start, end in silent)
    marks = np.cumsum([0.0, *costs]) / max(sum(costs), 1e-9) * spoken
    heard, real = [0], [0]
    for start, end in silent:
        heard += [heard[-1] + start - real[-1]] * 2
        real += [start, end]
    starts = [_place(mark, heard, real, after=True) for mark in marks[:-1]]
    ends = [_place(mark, heard, real, after=False) for mark in marks[1:]]
    ends[-1:] = [len(samples)] if ends else []
    return tuple(
        Word(text=word.written, start_ms=start * 1000 // SAMPLE_RATE, end_ms=max(start, end) * 1000 // SAMPLE_RATE)
        for word, start, end in zip(clause, starts, ends, strict=True)
    )


def _place(mark: float, heard: list[int], real: list[int], *, after: bool) -> int:
    """Sample at which ``mark`` samples of speech have been heard; at a pause, its end or (not ``after``) its start."""
    index = int(np.searchsorted(heard, mark, side="right" if after else "left")) - 1
    index = max(0, index)
    return round(real[index] + mark - heard[index])


def _syllables(word: str) -> int:
    if len(word) == 1 and word.isupper():
        return 3 if word == "W" else 1
    plain = re.sub(r"(?<=[^aeiouy])e$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", plain)))
