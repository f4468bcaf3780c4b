"""Evidence -> items -> a score with an interval.

How a score is made
-------------------
An item is a question with the answers *yes, partly, no* and *not observed*. Each gathers evidence, good or bad, and a
measure turns the evidence into a share of the item's points. A score is the weighted mean of the items observed.

What was not heard clearly
--------------------------
A turn whose recogniser confidence is under ``hearing.clear_from`` is *unclear*. What speaks against the trainee is
*doubted* when the very words it rests on were heard under ``hearing.against_from``. Every worded item is measured three
times:

* strictly: what is from unclear turns, and what is doubted, is left out;
* kindly: only what speaks against the trainee is left out of that;
* sternly: as strictly, but with what is doubted.

If all agree, the item stands on clear words. If not, it hangs on unclear ones and reads *not observed*; its kind share
still counts where that raises the score, so that a mishearing costs nothing. If something was not found and an unclear
turn may have held it, the item is *not observed* and left out. From this follows, and a property test holds it:
lowering a turn's confidence never lowers a score and raises no flag. What is not observed widens the interval instead.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from evaluation.items import NOT_OBSERVED, Check, Evidence, Item, Score
from evaluation.rubric import Rubric
from evaluation.timeline import Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """How well each turn was heard."""

    confidence: dict[int, float]
    unclear: frozenset[int]
    hides: bool
    """An unclear turn is long enough to have held something that was not found."""
    recognised: bool
    """A recogniser took part; in a typed call none did."""
    against_from: float
    """Confidence from which words can count against the trainee."""

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
            against_from=rubric.hearing["against_from"],
        )

    def strict(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """Without what rests on a turn that was not heard clearly, or speaks against the trainee in doubted words."""
        return [item for item in evidence if not self._unclear(item) and not self._doubted(item)]

    def kind(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """Without what speaks against the trainee in words that were not heard clearly."""
        return [item for item in evidence if item.good or not (self._unclear(item) or self._doubted(item))]

    def stern(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """As strictly, but with what speaks against the trainee if it was said."""
        return [item for item in evidence if self._doubted(item) or not self._unclear(item)]

    def _unclear(self, item: Evidence) -> bool:
        return item.worded and bool(self.unclear.intersection(item.turns))

    def _doubted(self, item: Evidence) -> bool:
        heard = item.heard
        if heard is None:
            heard = min((self.confidence.get(turn, 1.0) for turn in item.turns), default=1.0)
        return item.worded and not item.good and heard < self.against_from


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
    # With nothing left, one moment against the trainee is the kindest reading of what all of them were.
    share, kind = check.measure(strictly), check.measure(kindly or check.evidence[:1])
    sternly = check.measure(hearing.stern(check.evidence))
    if share != kind or (share is not None and share != sternly):
        return _Judged(
            check, None, kind, kindly or list(check.evidence), "hangs on words that were not heard clearly", 0.0
        )
    if share is None:
        note = "not heard clearly" if check.evidence else "there was nothing to judge"
        return _Judged(check, None, None, list(check.evidence), note, 0.0)
    if check.sought and share < rubric.values["partly"] and hearing.hides:
        return _Judged(check, None, share or None, kindly, "it may be in words that were not heard clearly", 0.0)
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
        each.weight * (each.share + (1 - each.share) * (1 - each.confidence))
        for each in weighed
        if each.share is not None
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
    for each in sorted((each for each in judged if each.kind), key=lambda each: -(each.kind or 0.0)):
        if (each.kind or 0.0) * weight < gained:
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
    turns = tuple(sorted({turn for item in _shown(each, cited) for turn in item.turns}))
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


def _shown(each: _Judged, cited: Evidence | None) -> list[Evidence]:
    """The moments an item stands on: all that was sought and found, or all that was to be avoided, or the one shown."""
    bad = [item for item in each.used if not item.good]
    if bad and (each.share is None or each.share < 1):
        return bad
    good = [item for item in each.used if item.good]
    return good if each.check.sought and good else [cited] if cited else []


def _cited(each: _Judged) -> Evidence | None:
    """The moment to show: the worst if something spoke against the trainee, else the best, else where it lacked."""
    bad = [item for item in each.used if not item.good]
    good = [item for item in each.used if item.good]
    if bad and (each.share is None or each.share < 1):
        return max(bad, key=lambda item: item.anger or 0)
    if good:
        return max(good, key=lambda item: (item.worth, -(item.anger or 0)))
    return bad[0] if bad else each.check.moment
