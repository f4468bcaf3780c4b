"""Has the trainee finished? Words, sound and what the caller asked for, weighed by what was learnt from turns with pauses.

Theory of operation
-------------------
At a pause these are known: what was said so far (as the recogniser wrote it), how it sounded, how the turn has gone, and
what the caller had asked for. Each gives *cues*, numbers with a name; the judgement is a weighted sum of them and the
probability its logistic, so every judgement can be taken apart (:func:`cues`). The weights are in ``turn_end.json``, made by
``scripts/train_turn_end`` on the train half of ``voice/turns``:

* **words**: the odds of ``voice.ending_words``, and the clues that ``voice.turn_end`` names, each kind with its own weight;
* **sound**: whether pitch and level have sunk to the bottom of the turn's own range (``voice.turn_sound``);
* **pace**: how long the turn has lasted, and how often and how long it has paused;
* **state**: whether a number or an answer was asked for, and how much of it has come;
* **smart**: Smart Turn (``voice.smart_turn``) on the whole turn and on its last three seconds: within a long turn it takes
  every full stop for a pause, on the last words alone it hears how they end. Calls do without: it costs 60 ms.

In ``voice/turns`` nearly every turn has a pause, so a fit on it takes every short turn for a beginning: "Yes." to a question
got 0.15. In calls most short turns are whole. So the first few words of a turn are judged by other weights, drawn back
towards those set by hand in ``voice.turn_end``.

How long the silence has lasted is not asked here: ``simulator.turn_policy`` turns the probability into a wait.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from simulator.errors import ModelError
from simulator.ports import SAMPLE_RATE, TurnEndModel
from voice.ending_words import EndingWords, tokens
from voice.turn_end import WordsTurnEnd
from voice.turn_sound import TurnListener, TurnSound

if TYPE_CHECKING:
    from simulator.ports import Samples

CueKind = Literal["words", "sound", "pace", "state", "smart"]
KINDS: Final[tuple[CueKind, ...]] = ("words", "sound", "pace", "state", "smart")
ALL, CALLS, SHORT = "all", "without smart", "short turns"
"""Names of fits: with every cue, as calls judge, and as calls judge the first few words of a turn."""
FEW_WORDS: Final = 4
"""So many words without a pause between them are a short turn."""
FILE: Final = Path(__file__).with_name("turn_end.json")
LAST_SAMPLES: Final = 3 * SAMPLE_RATE
"""Smart Turn hears the whole turn, and once more only so much of its end."""
MOST_LOG_ODDS: Final = 4.0
"""Further than this no single cue counts: 98 to 2."""
_SHORT: Final = 4
_MANY_WORDS: Final = 15
"""More words than these make an end no likelier: long turns are made of many sentences."""
_NUMBER_STEPS: Final = (1, 4, 6, 8)
"""Digits and letters of a number that are told apart: begun, half, most references, phone numbers."""
_ANNOUNCES: Final = re.compile(
    r"\b(let me( just| quickly)? (see|look|check|pull|have|find|get|think|open|try)|i'?m (just )?(looking|checking|pulling|trying|reading)"
    r"|bear with|hang on|hold on|(one|a|two) (moment|minute|second|sec)s?|just (looking|checking|loading|bringing))\b"
)
"""Somebody who says that she is looking something up goes on when she has found it."""
_ANNOUNCED_WITHIN: Final = 9
_VERBS: Final = frozenset(
    """is are was were am be been being isn't aren't wasn't weren't do does did don't doesn't didn't have has had haven't
    hasn't can can't could couldn't will won't would wouldn't shall should may might must let's i'm i've i'll i'd you're
    you've you'll you'd we're we've we'll we'd they're they've they'll he's she's it's that's there's here's what's where's
    who's how's get got go going goes went come comes came take takes took give gives gave make made put say says said see
    look looks know think want need try call ring send sent keep tell told ask hear wait thank sorry please""".split()
)
"""A sentence without any of these is mostly a fragment: "Nine days.", "A whole lamb." """


@dataclass(frozen=True, slots=True, kw_only=True)
class Smart:
    """What Smart Turn heard, as probabilities that the turn is over."""

    whole: float
    """Smart Turn on the whole turn."""
    last: float
    """Smart Turn on the last three seconds."""


class HeardTurnEnd:
    """A :class:`simulator.ports.TurnEndModel` that reads and listens."""

    def __init__(
        self, fit: "Fit", short: "Fit", words: EndingWords, listener: TurnListener, smart: TurnEndModel | None = None
    ) -> None:
        """``short`` judges short turns. Without ``smart``, ``fit`` should be one that was made without it."""
        self._fit = fit
        self._short = short
        self._words = words
        self._listener = listener
        self._smart = smart

    @classmethod
    def load(cls, path: Path = FILE, *, smart: bool = False) -> Self:
        """With ``smart``, Smart Turn's weights are needed. Raises :class:`ModelError` when a file is missing or damaged."""
        stored = read_weights(path)
        model: TurnEndModel | None = None
        if smart:
            from voice.smart_turn import SmartTurnEnd

            model = SmartTurnEnd.load()
        fit, short = (Fit.of(stored["fits"][name]) for name in (ALL if smart else CALLS, SHORT))
        return cls(fit, short, EndingWords(stored["words"]), TurnListener.load(), model)

    def done(self, audio: "Samples", words: str, expecting: str) -> float:
        """Probability that the turn is over, 0 to 1, calibrated on pauses of 0.2 s and more. ``audio`` is the turn up to
        about 0.2 s of silence, ``words`` what was recognised of it. 0.5 where there is neither."""
        sound = self._listener.listen(audio)
        if not words.strip() and sound is None:
            return 0.5
        smart = None
        if self._smart is not None and len(audio):
            smart = Smart(whole=self._smart.done(audio, "", ""), last=self._smart.done(audio[-LAST_SAMPLES:], "", ""))
        fit = self._short if is_short(words, sound) else self._fit
        return fit.probability(dict(cues(self._words, words, expecting, sound, smart)))


def is_short(words: str, sound: TurnSound | None) -> bool:
    """Whether a turn has only just begun, or is a short one. Where no voice was heard in it (a whisper), nobody knows how
    long it is, and it is judged like one."""
    return sound is None or (len(tokens(words)) <= FEW_WORDS and not sound.pauses)


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights of cues."""

    bias: float
    weights: Mapping[str, float]

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Fit":
        """From its JSON form."""
        return cls(float(stored["bias"]), {str(name): float(value) for name, value in stored["weights"].items()})

    def probability(self, found: Mapping[str, float]) -> float:
        """Logistic of the weighted sum; cues without a weight do not count."""
        total = self.bias + sum(self.weights.get(name, 0.0) * value for name, value in found.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def cues(
    ending: EndingWords, words: str, expecting: str, sound: TurnSound | None, smart: Smart | None = None
) -> Iterator[tuple[str, float]]:
    """Names and values; names begin with their kind, such as "words."."""
    said = tokens(words)
    yield "words.ending", _held_in(ending.log_odds(words))
    yield "words.count", math.log1p(min(len(said), _MANY_WORDS))
    last = tokens(re.split(r"[.!?]\s", words.strip())[-1])
    yield "words.announces", float(_ANNOUNCES.search(" ".join(last[-_ANNOUNCED_WITHIN:])) is not None)
    yield "words.fragment", float(bool(last) and not _VERBS.intersection(last))
    clues = list(WordsTurnEnd().clues(words, "words"))
    yield "words.clues", sum(clue.log_odds for clue in clues)
    for clue in clues:
        yield f"words.{clue.name}", 1.0
    if sound is not None:
        yield from _sound(sound)
    if smart is not None:
        yield "smart.whole", _logit(smart.whole)
        yield "smart.last", _logit(smart.last)
    asked = sum(clue.log_odds for clue in WordsTurnEnd().clues(words, expecting))
    yield "state.clues", asked - sum(clue.log_odds for clue in clues)
    yield from _state(words, said, expecting)


def _sound(sound: TurnSound) -> Iterator[tuple[str, float]]:
    """Each about -1 to 1, so that the weights can be compared, and held in where a tracker may be wrong."""
    yield "sound.heard", 1.0
    yield "sound.pitch", _between(sound.pitch, -1.5, 1.5)
    yield "sound.lowest", _between(sound.lowest, -1.5, 1.5)
    yield "sound.highest", _between(sound.highest, -1.0, 2.0)
    yield "sound.voicing", 4 * sound.voicing - 2
    yield "sound.level", _between((sound.level_db + 10) / 6, -3.0, 3.0)
    yield "sound.last level", _between((sound.last_db + 8) / 5, -3.0, 3.0)
    yield "sound.fall", _between(sound.fall_db / 8, -2.0, 2.0)
    yield "pace.spoken", math.log(_between(sound.spoken_s, 0.5, 15.0))
    yield "pace.since", math.log(_between(sound.since_s, 0.2, 10.0))
    yield "pace.pauses", math.log1p(sound.pauses)
    yield "pace.first", float(not sound.pauses)
    if sound.pauses:
        yield "pace.longest", math.log(_between(sound.longest_s, 0.2, 2.0) / 0.4)


def _state(words: str, said: list[str], expecting: str) -> Iterator[tuple[str, float]]:
    if expecting == "answer":
        yield "state.answer", 1.0
        yield "state.short answer", float(len(said) <= _SHORT)
    elif expecting == "number":
        digits = sum(char.isdigit() for char in words) + len(re.findall(r"\b[B-HJ-Z]\b(?!')", words))
        yield f"state.number {sum(digits >= step for step in _NUMBER_STEPS)}", 1.0
        yield "state.number goes on", float(bool(said) and said[-1] == "0")


def read_weights(path: Path = FILE) -> dict[str, Any]:
    """The contents of ``turn_end.json``. Raises :class:`ModelError` when it is missing or damaged."""
    try:
        stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        _ = stored["words"], [stored["fits"][name] for name in (ALL, CALLS, SHORT)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} is no set of turn-end weights: install hotseat again") from error
    return stored


def _logit(probability: float) -> float:
    probability = min(1 - 1e-6, max(1e-6, probability))
    return _held_in(math.log(probability / (1 - probability)))


def _held_in(log_odds: float) -> float:
    return _between(log_odds, -MOST_LOG_ODDS, MOST_LOG_ODDS)


def _between(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))
