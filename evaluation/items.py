"""What a score is made of: evidence, the checks that gather it, and the items and scores they become."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from evaluation.rubric import ItemRule

By = Literal["trainee", "caller"]
NOT_OBSERVED: Final = "not observed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One moment that speaks for or against an item."""

    good: bool
    turns: tuple[int, ...]
    start_ms: int
    end_ms: int
    quote: str
    by: By = "trainee"
    """Whose words the quote is."""
    worth: float = 1.0
    """How much of it counts, 0 to 1."""
    confidence: float = 1.0
    """The reader's probability; 1 for what was measured or is a fact of the call."""
    anger: int | None = None
    """What this moment moved, in thousandths of an anger point."""
    worded: bool = True
    """Judged from recognised words, so only as good as the hearing."""
    heard: float | None = None
    """Recogniser confidence of the very words it rests on; None is that of its turns."""


Measure = Callable[[Sequence[Evidence]], float | None]
"""Evidence to the share of the points, 0 to 1; None when there is nothing to judge."""


def seek(needed: float) -> Measure:
    """Something to do: the full points from ``needed`` good moments on."""
    return lambda evidence: min(1.0, sum(item.worth for item in evidence if item.good) / needed)


def best(evidence: Sequence[Evidence]) -> float:
    """Something to do well once: two half-hearted ones do not make a whole one."""
    return max((item.worth for item in evidence if item.good), default=0.0)


def avoid(credit: Sequence[float]) -> Measure:
    """Something not to do: points by how often it was done. Nothing to judge without any moment for or against."""

    def measure(evidence: Sequence[Evidence]) -> float | None:
        times = sum(not item.good for item in evidence)
        return credit[min(times, len(credit) - 1)] if evidence else None

    return measure


def ratio(evidence: Sequence[Evidence]) -> float | None:
    """Share of good moments among all."""
    return sum(item.good for item in evidence) / len(evidence) if evidence else None


def fixed(share: float) -> Measure:
    """A share known already."""
    return lambda _: share


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One item before it is judged."""

    rule: ItemRule
    title: str
    """What to do, in plain words; also what is shown before the call."""
    measure: Measure
    evidence: tuple[Evidence, ...] = ()
    moment: Evidence | None = None
    """Where it would have fitted; shown when there is no evidence."""
    sought: bool = False
    """Not finding it is a "no"; then an unclear turn may have hidden it."""
    unknown: str = ""
    """Why it cannot be observed at all; empty when it can."""
    widens: bool = True
    """Whether not observing it leaves the score open; False when there was nothing to observe."""
    name: str = ""
    """Instead of the rule's name, where one rule makes several items."""
    weight: float | None = None
    """Instead of the rule's weight."""
    bonus: int = 0
    """Points on top (or off, if negative) in place of a weight: from the persona's own scoring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A judged item with its evidence: the record of debrief.md, section 4."""

    item: str
    title: str
    value: str
    """yes, partly, no, not observed."""
    points: float
    """Score points it brought."""
    max: float
    """Score points it could have brought; 0 when left out."""
    confidence: float
    turn_ids: tuple[int, ...]
    start_ms: int | None
    end_ms: int | None
    quote: str
    by: By
    rule_id: str
    rule_version: int
    asr_confidence: float | None
    """Lowest recogniser confidence of its turns; None without a recogniser or without a turn."""
    anger: int | None
    """Thousandths of an anger point moved at that moment; None where the ledger has none."""
    note: str = ""

    def to_json(self, *, sound: bool) -> dict[str, Any]:
        """JSON values; times in seconds, anger in points. ``clip`` names the track and span, null without sound."""
        start, end = seconds(self.start_ms), seconds(self.end_ms)
        clip = {"track": f"{self.by}.wav", "start": start, "end": end} if sound and start is not None else None
        return {
            "item": self.item, "title": self.title, "value": self.value, "points": self.points, "max": self.max,
            "confidence": self.confidence, "turn_ids": list(self.turn_ids), "t0": start, "t1": end,
            "quote": self.quote, "by": self.by, "clip": clip, "rule_id": self.rule_id,
            "rule_version": self.rule_version, "asr_confidence": self.asr_confidence,
            "anger": None if self.anger is None else round(self.anger / 1000, 1), "note": self.note,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A score, how sure it is, and all that it is made of."""

    name: str
    score: int | None
    """0 to 100; None when too little was observed."""
    band: str
    low: int
    high: int
    """The score cannot lie outside, whatever the items not observed were and as far as the reader's doubts go."""
    confidence: float
    """Share of the weight that was observed, discounted by doubt."""
    items: tuple[Item, ...]

    def to_json(self, *, sound: bool) -> dict[str, Any]:
        """JSON values."""
        return {
            "score": self.score, "band": self.band, "low": self.low, "high": self.high, "confidence": self.confidence,
            "items": [item.to_json(sound=sound) for item in self.items],
        }  # fmt: skip


def seconds(t_ms: int | None) -> float | None:
    """Call time in seconds, as it stands in the debrief."""
    return None if t_ms is None else round(t_ms / 1000, 3)
