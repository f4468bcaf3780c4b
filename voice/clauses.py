"""Where a line is cut for synthesis, and how long the pauses between the pieces are."""

from typing import Final

from voice.spoken_text import SpokenWord

PAUSE_MS: Final = {"": 0, ",": 160, ";": 260, ":": 240, "—": 260, "…": 520, ".": 330, "!": 330, "?": 330}
"""Pause after a mark where a line is cut, before anger changes it. Read speech has about 0.4 s between sentences; a
caller is quicker."""

_ENDS: Final = frozenset(".?!…")
_FIRST_CUTS: Final = frozenset(",;:—…")
_LEAST_HEAD: Final = 3
_LEAST_REST: Final = 3
"""Words on both sides of a cut inside the first sentence."""
_LONGEST: Final = 28
"""Words; longer sentences are cut at a mark, so that the network's limit of 510 phonemes is never met."""


def clauses(words: tuple[SpokenWord, ...]) -> tuple[tuple[SpokenWord, ...], ...]:
    """Sentences, the first one cut again at its first comma so that something can be heard early, and long ones cut up."""
    sentences: list[tuple[SpokenWord, ...]] = []
    begin = 0
    for index, word in enumerate(words, start=1):
        if word.mark in _ENDS or index == len(words):
            sentences.append(words[begin:index])
            begin = index
    if not sentences:
        return ()
    head = next(
        (at for at, word in enumerate(sentences[0], start=1) if word.mark in _FIRST_CUTS and at >= _LEAST_HEAD), 0
    )
    if head and len(sentences[0]) - head >= _LEAST_REST:
        sentences[:1] = [sentences[0][:head], sentences[0][head:]]
    return tuple(piece for sentence in sentences for piece in _cut(sentence))


def _cut(sentence: tuple[SpokenWord, ...]) -> list[tuple[SpokenWord, ...]]:
    if len(sentence) <= _LONGEST:
        return [sentence]
    middle = len(sentence) // 2
    marked = [at for at, word in enumerate(sentence[:-1], start=1) if word.mark]
    at = min(marked, key=lambda place: abs(place - middle), default=middle)
    at = at if abs(at - middle) < middle - 1 else middle
    return _cut(sentence[:at]) + _cut(sentence[at:])
