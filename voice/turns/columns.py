"""From what was heard at a silence to the scores of each model that is compared."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from voice.ending_words import EndingWords
from voice.heard_turn_end import ALL, CALLS, KINDS, SHORT, Fit, Smart, cues, is_short
from voice.turns.hearing import LISTENS_MS, Heard
from voice.turns.sweep import STEP_MS, STEPS, TIMEOUTS_MS, Point

REFERENCE_MS: Final = 600
"""Silence at which a score is the model's own probability."""
_LABELS: Final = ("words", "pitch and level", "pace", "dialogue state", "Smart Turn")
_SPREAD: Final = 2.0
"""Log-odds are divided by this, so that thresholds in steps of 0.01 tell high ones apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A model's scores at every silence."""

    key: str
    label: str
    points: tuple[Point, ...]


def columns(heard: Sequence[Heard], stored: Mapping[str, Any]) -> list[Column]:
    """Silence alone, Smart Turn alone, ours, and ours without each of its cues. ``stored`` is ``turn_end.json``."""
    ending = EndingWords(stored["words"])

    def ours(name: str, patience: float | None = None) -> tuple[Point, ...]:
        fit, wait = Fit.of(stored["fits"][name]), float(stored["fits"][name]["patience"])
        return points(heard, probabilities(heard, ending, fit), wait if patience is None else patience)

    wait = float(stored["fits"][CALLS]["patience"])
    return [
        Column(key="silence_only", label="silence only", points=_points(heard, lambda one, ms: ms / TIMEOUTS_MS[-1])),
        Column(key="smart_turn", label="Smart Turn v3.2 alone", points=_points(heard, _smart_turn)),
        Column(key="ours", label="ours", points=ours(ALL)),
        *(
            Column(key=f"ours_without_{kind}", label=f"ours without {label}", points=ours(f"without {kind}"))
            for kind, label in zip(KINDS, _LABELS, strict=True)
        ),
        Column(key="ours_without_silence", label="ours without silence length", points=ours(ALL, 0.0)),
        Column(key="ours_in_calls", label="ours as calls judge", points=points(heard, in_calls(heard, stored), wait)),
    ]


def in_calls(heard: Sequence[Heard], stored: Mapping[str, Any]) -> list[float]:
    """Probabilities as calls have them: without Smart Turn, short turns by weights of their own."""
    ending, fits = EndingWords(stored["words"]), [Fit.of(stored["fits"][name]) for name in (CALLS, SHORT)]
    return [fits[is_short(one.words, one.sound)].probability(heard_cues(one, ending)) for one in heard]


def probabilities(heard: Sequence[Heard], ending: EndingWords, fit: Fit) -> list[float]:
    """Of an end at each silence, 0.2 s into it."""
    return [fit.probability(heard_cues(one, ending)) for one in heard]


def heard_cues(one: Heard, ending: EndingWords) -> dict[str, float]:
    """The cues of one silence, by name."""
    smart = Smart(whole=one.sounds[0], last=one.sound_last)
    return dict(cues(ending, one.words, one.expecting, one.sound, smart))


def points(heard: Sequence[Heard], ends: Sequence[float], patience: float) -> tuple[Point, ...]:
    """Scores that rise with the silence: the log-odds of ``ends`` and ``patience`` for each factor e of its length."""
    by_turn = dict(zip(map(id, heard), ends, strict=True))

    def score(one: Heard, silent_ms: int) -> float:
        end = min(1 - 1e-9, max(1e-9, by_turn[id(one)]))
        log_odds = math.log(end / (1 - end)) + patience * math.log(silent_ms / REFERENCE_MS)
        return 1 / (1 + math.exp(-log_odds / _SPREAD))

    return _points(heard, score)


def _smart_turn(one: Heard, silent_ms: int) -> float:
    asked = sum(ms <= silent_ms for ms in LISTENS_MS)
    return one.sounds[min(asked, len(one.sounds)) - 1] if asked else 0.0


def _points(heard: Sequence[Heard], score: Callable[[Heard, int], float]) -> tuple[Point, ...]:
    return tuple(
        Point(
            length_ms=one.length_ms,
            is_end=one.is_end,
            scores=tuple(score(one, ms) for ms in range(STEP_MS, min(one.length_ms, STEPS * STEP_MS) + 1, STEP_MS)),
        )
        for one in heard
    )
