"""Recogniser errors at a chosen rate of words, for training views and for the evaluation.

An error replaces a word by one that sounds like it, loses it or adds one, 6 : 3 : 1, about what tiny.en does on telephone
speech. "Sounds like" is edit distance over a rough spelling of sounds; there is no pronouncing dictionary in it.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from random import Random
from typing import Final

_STOPS: Final = re.compile(r"[^\w\s']|(?<!\w)'|'(?!\w)")
_SOUNDS: Final = (
    ("ph", "f"), ("ght", "t"), ("kn", "n"), ("wr", "r"), ("wh", "w"), ("ck", "k"), ("qu", "kw"), ("tion", "shn"),
    ("ea", "i"), ("ee", "i"), ("oo", "u"), ("ou", "o"), ("ow", "o"), ("ay", "ei"), ("ai", "ei"), ("c", "k"), ("z", "s"),
    ("d", "t"), ("b", "p"), ("v", "f"), ("g", "k"), ("y", "i"), ("'", ""), ("h", ""),
)  # fmt: skip
_AROUND: Final = ".,;:!?()\"'"
FILLERS: Final = ("um", "uh", "the", "a", "and", "so", "it", "like", "you", "know", "yeah", "to")


def plain(text: str) -> list[str]:
    """The words a recogniser would write: lower case, no stops."""
    return _STOPS.sub(" ", text.lower()).split()


class Mishearing:
    """Errors drawn from the words of a body of text. Deterministic given the ``Random`` it is handed."""

    def __init__(self, texts: Iterable[str], size: int = 4000) -> None:
        count = Counter(word for text in texts for word in plain(text) if word.replace("'", "").isalpha())
        self._words = [word for word, _ in count.most_common(size)]
        self._sounds = [sound(word) for word in self._words]
        self._alike: dict[str, tuple[str, ...]] = {}

    def __call__(self, text: str, rate: float, chance: Random, *, stops: bool = False) -> str:
        """``text`` as a recogniser with ``rate`` wrong words of all might give it back.

        Lower case without stops, as most recognisers write; with ``stops`` as Whisper does, which sets both.
        """
        out: list[str] = []
        for word in text.split() if stops else plain(text):
            if chance.random() >= rate:
                out.append(word)
                continue
            kind = chance.random()
            if kind < 0.6:
                out.append(self._instead(word, chance))
            elif kind >= 0.9:
                out += [word, chance.choice(FILLERS)]
        return " ".join(out)

    def _instead(self, word: str, chance: Random) -> str:
        """A word that sounds like ``word``, with the stops around it."""
        core = " ".join(plain(word))
        if not core:
            return word
        begin = len(word) - len(word.lstrip(_AROUND))
        return word[:begin] + chance.choice(self.alike(core)) + word[len(word.rstrip(_AROUND)) :]

    def alike(self, word: str) -> tuple[str, ...]:
        """The six known words that sound most like ``word``."""
        if word not in self._alike:
            mine = sound(word)
            near = [
                (distance(mine, other), n)
                for n, other in enumerate(self._sounds)
                if self._words[n] != word and abs(len(other) - len(mine)) <= 2
            ]
            self._alike[word] = tuple(self._words[n] for _, n in sorted(near)[:6]) or (word,)
        return self._alike[word]


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """A rough spelling of how a word sounds."""
    for letters, instead in _SOUNDS:
        word = word.replace(letters, instead)
    return re.sub(r"(.)\1", r"\1", word)


def distance(a: str, b: str) -> int:
    """Levenshtein distance; a vowel for a vowel costs half as much, so counts are doubled."""
    row = list(range(0, 2 * len(b) + 2, 2))
    for x in a:
        last, row[0] = row[0], row[0] + 2
        for n, y in enumerate(b, 1):
            cost = 0 if x == y else 1 if x in "aeiou" and y in "aeiou" else 2
            last, row[n] = row[n], min(row[n] + 2, row[n - 1] + 2, last + cost)
    return row[-1]
