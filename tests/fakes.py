"""Stand-ins for models, for fast tests of whatever drives a call.

The fakes share one secret writing, so that a test needs no timetable of who says what: ``FakeSynthesizer`` turns every
character into a burst of its own pitch, and ``FakeRecognizer`` reads the characters back from the samples. What it
hears is what really is in the span that it was given; a span that cuts a word off loses letters, as with real ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from personas.persona import Persona
from simulator.ports import FRAME_SAMPLES, SAMPLE_RATE, Delivery, Speech, Transcript, Word
from simulator.reading import FactAsked, FoundLabel, Label, Matches, OfferMade, Reading
from voice.signal import level_db, samples_in

if TYPE_CHECKING:
    from simulator.ports import Samples

CHARACTER_MS: Final = 60
"""Of each character, 10 ms of silence at its end included: 16 characters a second, a usual pace of speech."""
BURST_MS: Final = 50
FIRST_HZ: Final = 500.0
STEP_HZ: Final = 60.0
"""Between the pitches of neighbouring characters of ASCII; a burst of 50 ms tells them apart."""
BURST_PEAK: Final = 0.15
ASCII: Final = range(0x20, 0x7F)
SPELLINGS: Final = str.maketrans("\u2018\u2019\u201c\u201d\u2013\u2014", "''\"\"--")
PAUSE_MS: Final = 80
"""A silence longer than this parts words, as a space does."""
HEARD_PEAK: Final = 0.01
"""Sound below this is room noise."""


def spoken(text: str) -> Samples:
    """``text`` in the secret writing; what is not ASCII is a question mark."""
    return np.concatenate([np.zeros(0, dtype=np.float32), *(_burst(character) for character in _plain(text))])


class FakeDetector:
    """A :class:`simulator.ports.SpeechDetector` that takes whatever is loud for speech."""

    def __init__(self, threshold_db: float = -45.0) -> None:
        self.threshold_db = threshold_db
        self.frames = 0

    def probability(self, frame: Samples) -> float:
        """0.95 from the threshold on, 0.05 below it."""
        if len(frame) != FRAME_SAMPLES:
            raise ValueError(f"a frame is {FRAME_SAMPLES} samples, not {len(frame)}")
        self.frames += 1
        return 0.95 if level_db(frame) >= self.threshold_db else 0.05

    def reset(self) -> None:
        """Nothing is kept."""


class FakeTurnEnd:
    """A :class:`simulator.ports.TurnEndModel`: over after a full stop, not over otherwise."""

    def done(self, audio: Samples, words: str, expecting: str) -> float:
        """0.95 when ``words`` end with . ! or ?, else 0.2."""
        return 0.95 if words.rstrip().endswith((".", "!", "?")) else 0.2


class FakeRecognizer:
    """A :class:`simulator.ports.Recognizer` that reads the secret writing."""

    def __init__(self, before: Callable[[], object] | None = None) -> None:
        """``before`` runs ahead of each transcription: a slow or failing recogniser, as the test wants it."""
        self.before = before
        self.heard: list[str] = []
        """Every text so far."""

    def transcribe(self, audio: Samples) -> Transcript:
        """Words of what is in ``audio``; nothing for noise."""
        if self.before is not None:
            self.before()
        characters = [(_character(audio[start:end]), start, end) for start, end in _bursts(audio)]
        words = _words(characters)
        text = " ".join(word.text for word in words)
        self.heard.append(text)
        return Transcript(text=text, words=words)


class FakeReader:
    """A :class:`simulator.ports.ReplyReader` with a table from a piece of the reply to labels."""

    def __init__(self, table: Mapping[str, Sequence[Label]]) -> None:
        self.table = table

    def read(self, reply: str, caller_line: str) -> Reading:
        """The labels of every key found in ``reply``, upper and lower case alike, in label order."""
        said = reply.lower()
        labels = {label for key, found in self.table.items() if key.lower() in said for label in found}
        return Reading(labels=tuple(FoundLabel(label=label, probability=0.95, quote=reply) for label in sorted(labels)))


class FakeMatcher:
    """A :class:`simulator.ports.Matcher` with two tables from a piece of the reply to ids of facts and offers."""

    def __init__(self, facts: Mapping[str, str] | None = None, offers: Mapping[str, str] | None = None) -> None:
        self.facts = facts or {}
        self.offers = offers or {}

    def match(self, reply: str, persona: Persona) -> Matches:
        """Whatever keys are found in ``reply``, in the order of the tables."""
        said = reply.lower()
        return Matches(
            asked=tuple(
                FactAsked(fact=fact, score=0.9, quote=reply) for key, fact in self.facts.items() if key.lower() in said
            ),
            offers=tuple(
                OfferMade(offer=offer, score=0.9, quote=reply)
                for key, offer in self.offers.items()
                if key.lower() in said
            ),
        )


class FakeSynthesizer:
    """A :class:`simulator.ports.Synthesizer` in the secret writing, with exact word times."""

    def __init__(self, before: Callable[[], object] | None = None) -> None:
        """``before`` runs ahead of each line."""
        self.before = before
        self.said: list[tuple[str, Delivery]] = []
        """Every line so far."""

    def synthesize(self, text: str, delivery: Delivery) -> Speech:
        """60 ms a character, whatever the delivery."""
        if self.before is not None:
            self.before()
        self.said.append((text, delivery))
        words: list[Word] = []
        at = 0
        for word in _plain(text).split(" "):
            end = at + len(word)
            if word:
                words.append(Word(text=word, start_ms=at * CHARACTER_MS, end_ms=end * CHARACTER_MS))
            at = end + 1
        return Speech(samples=spoken(text), words=tuple(words))


def _plain(text: str) -> str:
    return "".join(character if ord(character) in ASCII else "?" for character in text.translate(SPELLINGS))


def _burst(character: str) -> Samples:
    hz = FIRST_HZ + STEP_HZ * (ord(character) - ASCII.start)
    count = samples_in(BURST_MS)
    samples = np.zeros(samples_in(CHARACTER_MS), dtype=np.float32)
    samples[:count] = BURST_PEAK * np.sin(2.0 * np.pi * hz / SAMPLE_RATE * np.arange(count))
    return samples


def _bursts(audio: Samples) -> list[tuple[int, int]]:
    """(start, end) of every stretch of sound that is long enough to be told, blocks of 1 ms."""
    block = samples_in(1)
    blocks = np.abs(audio[: len(audio) // block * block]).reshape(-1, block).max(axis=1) > HEARD_PEAK
    edges = np.flatnonzero(np.diff(np.concatenate([[False], blocks, [False]]).astype(np.int8)))
    spans = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(start * block, end * block) for start, end in spans if end - start >= BURST_MS // 2]


def _character(burst: Samples) -> str:
    """The character whose pitch is strongest."""
    power = np.abs(np.fft.rfft(burst * np.hanning(len(burst)), n=8192))
    hz = float(np.argmax(power)) * SAMPLE_RATE / 8192
    code = ASCII.start + round((hz - FIRST_HZ) / STEP_HZ)
    return chr(code) if code in ASCII else "?"


def _words(characters: Sequence[tuple[str, int, int]]) -> tuple[Word, ...]:
    words: list[Word] = []
    letters: list[tuple[str, int, int]] = []
    for letter in [*characters, (" ", 0, 0)]:
        paused = bool(letters) and letter[1] - letters[-1][2] > samples_in(PAUSE_MS)
        if letters and (paused or letter[0] == " "):
            start_ms, end_ms = (round(at * 1000 / SAMPLE_RATE) for at in (letters[0][1], letters[-1][2]))
            words.append(Word(text="".join(part[0] for part in letters), start_ms=start_ms, end_ms=end_ms))
            letters = []
        if letter[0] != " ":
            letters.append(letter)
    return tuple(words)
