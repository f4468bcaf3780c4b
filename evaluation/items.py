"""Evidence -> items -> a score with an interval.

How a score is made
-------------------
An item is a question with the answers *yes, partly, no* and *not observed*. Each gathers evidence, good or bad, and a
measure turns the evidence into a share of the item's points. A score is the weighted mean of the items observed.

What was not heard clearly
--------------------------
A turn whose recogniser confidence is under ``hearing.clear_from`` is *unclear*. Every worded item is measured twice:

* strictly: evidence from unclear turns is left out;
* kindly: only the bad evidence from unclear turns is left out.

If both agree, the item stands on clear words. If not, it hangs on unclear ones and reads *not observed*; its kind share
still counts where that raises the score, so that a mishearing costs nothing. If something was not found and an unclear
turn may have held it, the item is *not observed* and left out. From this follows, and a property test holds it:
lowering a turn's confidence never lowers a score and raises no flag. What is not observed widens the interval instead.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from evaluation.rubric import ItemRule, Rubric
from evaluation.timeline import Timeline

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
    """What to do, in plain words."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """How well each turn was heard."""

    confidence: dict[int, float]
    unclear: frozenset[int]
    hides: bool
    """An unclear turn is long enough to have held something that was not found."""
    recognised: bool
    """A recogniser took part; in a typed call none did."""

    @classmethod
    def of(cls, timeline: Timeline, rubric: Rubric) -> "Hearing":
        """The hearing of a call under this rubric."""
        limit, short_ms = rubric.hearing["clear_from"], 1000 * rubric.hearing["short_turn_s"]
        unclear = [turn for turn in timeline.turns if turn.confidence < limit]
        return cls(
            confidence={turn.turn: turn.confidence for turn in timeline.turns},
            unclear=frozenset(turn.turn for turn in unclear),
            hides=any(turn.end_ms - turn.start_ms >= short_ms or not timeline.spoken for turn in unclear),
            recognised=timeline.spoken,
        )

    def strict(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """Without anything that rests on unclear words."""
        return [item for item in evidence if not (item.worded and self.unclear.intersection(item.turns))]

    def kind(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """Without what rests on unclear words and speaks against the trainee."""
        return [item for item in evidence if item.good or not (item.worded and self.unclear.intersection(item.turns))]


@dataclass(slots=True)
class _Judged:
    check: Check
    share: float | None
    """Of the points, from clear words; None is not observed."""
    kind: float | None
    """What it counts if it is kept although it hangs on unclear words; None leaves it out."""
    used: list[Evidence]
    note: str
    confidence: float
    kept: bool = field(default=False)

    @property
    def weight(self) -> float:
        return self.check.rule.weight if self.check.weight is None else self.check.weight

    @property
    def counts(self) -> float | None:
        """The share that goes into the score."""
        return self.share if self.share is not None else (self.kind if self.kept else None)


def _judge(check: Check, hearing: Hearing, rubric: Rubric) -> _Judged:
    if check.unknown:
        return _Judged(check, None, None, [], check.unknown, 0.0)
    strictly, kindly = hearing.strict(check.evidence), hearing.kind(check.evidence)
    share, kind = check.measure(strictly), check.measure(kindly)
    if share != kind:
        return _Judged(check, None, kind, kindly, "hangs on words that were not heard clearly", 0.0)
    if share is None:
        note = "not heard clearly" if check.evidence else "there was nothing to judge"
        return _Judged(check, None, None, list(check.evidence), note, 0.0)
    if check.sought and share < rubric.values["partly"] and hearing.hides:
        return _Judged(check, None, None, kindly, "it may be in words that were not heard clearly", 0.0)
    proof = [item for item in strictly if item.good] if check.sought else [item for item in strictly if not item.good]
    if proof:
        sure = sum(item.confidence * _heard(item, hearing) for item in proof) / len(proof)
    elif any(item.worded for item in check.evidence) or check.sought:
        sure = rubric.hearing["absence_confidence"]
    else:
        sure = 1.0
    return _Judged(check, share, None, strictly, "", round(sure, 2))


def _heard(item: Evidence, hearing: Hearing) -> float:
    return min((hearing.confidence.get(turn, 1.0) for turn in item.turns), default=1.0) if item.worded else 1.0


def assess(name: str, checks: Sequence[Check], hearing: Hearing, rubric: Rubric) -> Score:
    """The score of these checks. Checks of weight 0 are left out; those with ``bonus`` go on top."""
    judged = [_judge(check, hearing, rubric) for check in checks]
    weighed = [each for each in judged if not each.check.bonus and each.weight > 0]
    extras = [each for each in judged if each.check.bonus]
    _keep_what_helps(weighed)
    inside = sum(each.weight for each in weighed if each.counts is not None)
    gained = sum(each.weight * (each.counts or 0.0) for each in weighed)
    open_weight = sum(each.weight for each in weighed if each.share is None and each.check.widens)
    observed = sum(each.weight for each in weighed if each.share is not None)
    whole = observed + open_weight
    on_top = sum(_extra(each) for each in extras)
    doubted = sum(each.weight * (each.share or 0.0) * each.confidence for each in weighed if each.share is not None)
    hoped = sum(
        each.weight * (each.share + (1 - each.share) * (1 - each.confidence)) for each in weighed if each.share is not None
    )
    total = _bounded(100 * gained / inside + on_top) if inside else None
    enough = whole > 0 and observed / whole >= rubric.hearing["enough"]
    score = math.floor(total + 0.5) if total is not None and enough else None
    low = math.floor(_bounded(100 * doubted / whole + on_top) + 1e-9) if whole else 0
    high = math.ceil(_bounded(100 * (hoped + open_weight) / whole + on_top) - 1e-9) if whole else 100
    return Score(
        name=name,
        score=score,
        band=rubric.band(score) if score is not None else NOT_OBSERVED,
        low=low if score is None else min(low, score),
        high=high if score is None else max(high, score),
        confidence=round(sum(each.weight * each.confidence for each in weighed) / whole, 2) if whole else 0.0,
        items=tuple(_item(each, inside, hearing, rubric) for each in (*weighed, *extras)),
    )


def _keep_what_helps(judged: Sequence[_Judged]) -> None:
    """Keep the kind share of items that hang on unclear words, best first, as long as that does not lower the mean."""
    weight = sum(each.weight for each in judged if each.share is not None)
    gained = sum(each.weight * each.share for each in judged if each.share is not None)
    for each in sorted((each for each in judged if each.kind is not None), key=lambda each: -(each.kind or 0.0)):
        if weight and (each.kind or 0.0) * weight < gained:
            break
        each.kept = True
        weight, gained = weight + each.weight, gained + each.weight * (each.kind or 0.0)


def _extra(each: _Judged) -> float:
    share = each.share if each.share is not None else each.kind
    return each.check.bonus * (share or 0.0)


def _bounded(value: float) -> float:
    return min(100.0, max(0.0, value))


def _item(each: _Judged, inside: float, hearing: Hearing, rubric: Rubric) -> Item:
    check, share, counts = each.check, each.share, each.counts
    if check.bonus:
        points, most = _extra(each), float(max(0, check.bonus)) if share is not None else 0.0
        value = NOT_OBSERVED if share is None else ("yes" if share >= 1 else "no")
    else:
        full = 100 * each.weight / inside if inside and counts is not None else 0.0
        points, most = full * (counts or 0.0), full
        value = NOT_OBSERVED if share is None else rubric.value(share)
    cited = _cited(each)
    turns = tuple(sorted({turn for item in each.used for turn in item.turns} or set(cited.turns if cited else ())))
    heard = [hearing.confidence[turn] for turn in turns if turn in hearing.confidence]
    kept = "; kept in your favour" if each.kept and points else ""
    return Item(
        item=check.name or check.rule.name,
        title=check.title,
        value=value,
        points=round(points, 1) + 0.0,
        max=round(most, 1),
        confidence=each.confidence,
        turn_ids=turns,
        start_ms=cited.start_ms if cited else None,
        end_ms=cited.end_ms if cited else None,
        quote=cited.quote if cited else "",
        by=cited.by if cited else "trainee",
        rule_id=check.rule.rule_id,
        rule_version=rubric.version,
        asr_confidence=round(min(heard), 2) if heard and hearing.recognised else None,
        anger=cited.anger if cited else None,
        note=each.note + kept,
    )


def _cited(each: _Judged) -> Evidence | None:
    """The moment to show: the worst if something spoke against the trainee, else the best, else where it was missing."""
    bad = [item for item in each.used if not item.good]
    good = [item for item in each.used if item.good]
    if bad and (each.share is None or each.share < 1):
        return max(bad, key=lambda item: item.anger or 0)
    if good:
        return max(good, key=lambda item: (item.worth, -(item.anger or 0)))
    return bad[0] if bad else each.check.moment


def switched_off(check: Check, why: str) -> Check:
    """The same item, not observed for this reason."""
    return replace(check, unknown=why)


def seconds(t_ms: int | None) -> float | None:
    """Call time in seconds, as it stands in the debrief."""
    return None if t_ms is None else round(t_ms / 1000, 3)
