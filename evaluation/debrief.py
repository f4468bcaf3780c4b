"""The debrief as data: three scores, flags, turning points, one thing to keep and one to try, and every turn.

A pure function of the recorded call, the persona and the rubric: the same call gives the same bytes. It describes what
was done and said, and infers nothing about what the trainee felt. Not for HR use.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from evaluation.advice import (
    Suggestion,
    TryLines,
    TurningPoint,
    first_name,
    headline,
    keep_one,
    try_one,
    turning_points,
)
from evaluation.calmness import calmness
from evaluation.empathy import empathy
from evaluation.items import NOT_OBSERVED, Score, seconds
from evaluation.judging import Hearing, assess
from evaluation.mediation import attention, fairness, names_of, timeline_of
from evaluation.resolution import resolution
from evaluation.rubric import Rubric
from evaluation.timeline import Timeline, TraineeTurn
from personas.persona import MET, Persona

BADGE: Final = "uncalibrated"
"""Stands on every debrief until items have been compared with the judgement of people (debrief.md, section 11)."""
SCORES: Final = ("calmness", "empathy", "resolution")
TITLES: Final = {
    "calmness": "Steady delivery",
    "empathy": "Empathy",
    "resolution": "Resolution",
    "fairness": "Fair to both",
}
FLAGS: Final = {
    "hostile_words": "Words that attack",
    "promised_not_allowed": "A promise that nobody may make",
    "hung_up_first": "The call was ended on the caller",
}
"""Every critical flag and how it is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something serious that stands beside the scores, never in them, and is always open to a person's review."""

    flag: str
    """A key of ``FLAGS``."""
    turn: int | None
    start_ms: int
    end_ms: int
    quote: str
    confidence: float

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "flag": self.flag, "turn": self.turn, "t0": seconds(self.start_ms), "t1": seconds(self.end_ms),
            "quote": self.quote, "confidence": self.confidence, "rule_id": f"flags.{self.flag}",
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OfTwo:
    """What a debrief has beside, where two people were on the line."""

    names: tuple[str, str]
    each: "tuple[Debrief, Debrief]"
    """The call as it came to each of them, first caller first."""
    fairness: Score

    def to_json(self, timeline: Timeline, persona: Persona) -> dict[str, Any]:
        """JSON values."""
        both = []
        for made, given in zip(self.each, attention(timeline, persona), strict=True):
            plain = made.to_json()
            kept = ("persona", "headline", "anger", "scores", "turning_points", "keep", "try", "unsaid")
            both.append({**{key: plain[key] for key in kept}, "attention": given.to_json(), "turns": plain["turns"]})
        return {
            "parties": both,
            "fairness": self.fairness.to_json(sound=timeline.spoken),
            "reached": [
                {"turn": one.turn, "to": [self.names[n] for n in one.to], "named": [self.names[n] for n in one.named],
                 "against": self.names[one.against] if one.against >= 0 else None}
                for one in timeline.reached
            ],
            "voices": [
                {"who": self.names[one.party], "t0": seconds(one.start_ms), "t1": seconds(one.end_ms), "text": one.text}
                for one in timeline.voices
            ],
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Debrief:
    """Everything the debrief shows. ``to_json`` has the stable keys; ``canonical`` the bytes."""

    timeline: Timeline
    persona: Persona
    rubric_version: int
    clear_from: float
    """Recogniser confidence from which words could count against the trainee."""
    headline: str
    scores: tuple[Score, ...]
    flags: tuple[Flag, ...]
    turning_points: tuple[TurningPoint, ...]
    keep: Suggestion
    try_: Suggestion
    call: Mapping[str, Any] = field(default_factory=dict)
    """What the header of the recording adds, such as seed and difficulty."""
    of_two: OfTwo | None = None
    """Where two people were on the line. The three scores above are then, one by one, those of whoever came off worse."""

    def score(self, name: str) -> Score:
        """The score of that name."""
        return next(score for score in self.scores if score.name == name)

    def to_json(self) -> dict[str, Any]:
        """JSON values: times in seconds of call time, anger in points."""
        timeline, persona = self.timeline, self.persona
        of_two = {} if self.of_two is None else {"mediation": self.of_two.to_json(timeline, persona)}
        return {
            **of_two,
            "call": {
                **self.call,
                "source": timeline.source, "agent": timeline.agent, "duration_s": seconds(timeline.end_ms),
                "turns": len(timeline.turns),
            },
            "persona": {
                "id": persona.id, "version": persona.version, "name": persona.who.name,
                "first_name": first_name(persona), "title": persona.title, "difficulty": persona.difficulty,
            },
            "headline": self.headline,
            "outcome": timeline.outcome,
            "manner": timeline.manner,
            "asked_for_supervisor": timeline.asked_for_supervisor,
            "anger": anger(timeline, persona),
            "scores": {score.name: score.to_json(sound=timeline.spoken) for score in self.scores},
            "flags": [flag.to_json() for flag in self.flags],
            "turning_points": [point.to_json() for point in self.turning_points],
            "keep": self.keep.to_json(),
            "try": self.try_.to_json(),
            "unsaid": unsaid(timeline, persona),
            "promises": promises(timeline),
            "turns": [_turn(turn) for turn in timeline.turns],
            "caller_lines": [
                {
                    "utterance": line.utterance, "turn": line.turn, "t0": seconds(line.start_ms),
                    "t1": seconds(line.end_ms), "text": line.text, "whole": line.whole, "reason": line.reason,
                }
                for line in timeline.lines
            ],
            "delays": delays(timeline),
            "talk": talk(timeline),
            "rubric": {"version": self.rubric_version},
            "badge": BADGE,
        }  # fmt: skip

    def canonical(self) -> str:
        """The JSON with sorted keys and no spaces: the same call gives the same text on every machine."""
        return json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def make_debrief(
    timeline: Timeline,
    persona: Persona,
    rubric: Rubric,
    *,
    delivery: bool = True,
    call: Mapping[str, Any] | None = None,
    try_lines: TryLines | None = None,
) -> Debrief:
    """The debrief of a call.

    ``persona`` is the caller as played. Without ``delivery`` the items that need a voice are not observed; no other
    score changes. ``call`` is added to the ``call`` key of the JSON: pass facts of the recording only.
    ``try_lines`` tries better lines with the reader and matcher that are here; what it finds is the only part of the
    debrief that does not come from the recording alone.
    """
    if persona.other is not None:
        return _of_two(timeline, persona, rubric, delivery=delivery, call=call)
    hearing = Hearing.of(timeline, rubric)
    checks = {
        "calmness": calmness(timeline, rubric, delivery=delivery),
        "empathy": empathy(timeline, persona, rubric),
        "resolution": resolution(timeline, persona, rubric),
    }
    scores = tuple(assess(name, checks[name], hearing, rubric) for name in SCORES)
    if not timeline.turns:  # nothing was said, so nothing can be scored
        scores = tuple(replace(each, score=None, band=NOT_OBSERVED, low=0, high=100) for each in scores)
    return Debrief(
        timeline=timeline,
        persona=persona,
        rubric_version=rubric.version,
        clear_from=rubric.hearing["clear_from"],
        headline=headline(timeline, persona),
        scores=scores,
        flags=_flags(timeline, persona, rubric),
        turning_points=turning_points(timeline),
        keep=keep_one(timeline, persona, rubric),
        try_=try_one(timeline, persona, scores, rubric, try_lines),
        call=dict(call or {}),
    )


def _of_two(
    timeline: Timeline, persona: Persona, rubric: Rubric, *, delivery: bool, call: Mapping[str, Any] | None
) -> Debrief:
    """The debrief for both. What one is told about comes from whoever it concerns most, so that neither is the main one."""
    assert persona.other is not None
    alone = persona.model_copy(update={"other": None})
    sided = {one.turn for one in timeline.reached if one.against >= 0}

    def of_one(n: int, who: Persona) -> Debrief:
        own = timeline_of(timeline, persona, n)
        kept = replace(own, turns=tuple(turn for turn in own.turns if turn.turn not in sided))  # no side is to be kept
        return replace(make_debrief(own, who, rubric, delivery=delivery), keep=keep_one(kept, who, rubric))

    first, second = each = of_one(0, alone), of_one(1, persona.other)
    scores = tuple(min(pair, key=lambda one: (one.score is None, one.score or 0)) for pair in
                   zip(first.scores, second.scores, strict=True))  # fmt: skip
    worse = min(each, key=lambda made: sum(one.score or 0 for one in made.scores))
    keeps = [made for made in each if made.keep.turn is not None]
    moves = [point for made in each for point in made.turning_points]
    return Debrief(
        timeline=timeline, persona=persona, rubric_version=rubric.version, clear_from=rubric.hearing["clear_from"],
        headline=f"{first.headline} {second.headline}", scores=scores, flags=_flags(timeline, persona, rubric),
        turning_points=tuple(sorted(moves, key=lambda point: -abs(point.points))[:2]),
        keep=(keeps or [first])[0].keep, try_=worse.try_, call=dict(call or {}),
        of_two=OfTwo(names=names_of(persona), each=(first, second), fairness=fairness(timeline, persona, rubric)),
    )  # fmt: skip


def _flags(timeline: Timeline, persona: Persona, rubric: Rubric) -> tuple[Flag, ...]:
    """What is serious, in the order of the call. Words raise a flag only when they were heard clearly and surely read."""
    words = (*_insults(timeline, rubric), *_promised(timeline, persona, rubric))
    ended = _hung_up_first(timeline, persona)
    return (*sorted(words, key=lambda flag: flag.start_ms), *((ended,) if ended is not None else ()))


def _insults(timeline: Timeline, rubric: Rubric) -> Iterator[Flag]:
    """Insult or threat."""
    for turn in timeline.turns:
        act = turn.act("hostile")
        if act is not None and _is_plain(turn, act.heard, act.probability, rubric):
            yield _flag("hostile_words", turn, act.quote, act.probability)


def _promised(timeline: Timeline, persona: Persona, rubric: Rubric) -> Iterator[Flag]:
    """A promise that nobody may make, by the caller's file."""
    forbidden = {
        offer.id for one in filter(None, (persona, persona.other)) for offer in one.offers if offer.not_allowed
    }
    for turn, of_second in zip(timeline.turns, timeline.second or timeline.turns, strict=True):
        judged, heard = {name for name, _ in (*turn.offers, *of_second.offers)}, dict(turn.offers_heard)
        for made in turn.matches.offers:
            if made.offer in forbidden & judged and _is_plain(turn, heard[made.offer], made.score, rubric):
                yield _flag("promised_not_allowed", turn, made.quote, made.score)


def _is_plain(turn: TraineeTurn, heard: float, probability: float, rubric: Rubric) -> bool:
    """Whether words of a turn were heard clearly and surely read."""
    hearing = rubric.hearing
    heard_clearly = turn.confidence >= hearing["clear_from"] and heard >= hearing["against_from"]
    return heard_clearly and probability >= hearing["flag_from"]


def _flag(name: str, turn: TraineeTurn, quote: str, probability: float) -> Flag:
    return Flag(
        flag=name, turn=turn.turn, start_ms=turn.start_ms, end_ms=turn.end_ms, quote=quote,
        confidence=round(probability * turn.confidence, 2),
    )  # fmt: skip


def _hung_up_first(timeline: Timeline, persona: Persona) -> Flag | None:
    """Hanging up first, unless all that had to be met was met."""
    if not timeline.trainee_hung_up or timeline.outcome != "unresolved" or _musts_met(timeline, persona):
        return None
    line = next((line for line in reversed(timeline.lines) if line.text), None)
    return Flag(
        flag="hung_up_first", turn=timeline.turns[-1].turn if timeline.turns else None,
        start_ms=line.start_ms if line else timeline.end_ms, end_ms=timeline.end_ms,
        quote=line.text if line else "", confidence=1.0,
    )  # fmt: skip


def _musts_met(timeline: Timeline, persona: Persona) -> bool:
    met = dict(timeline.turns[-1].met) if timeline.turns else {}
    musts = [demand.id for demand in persona.demands if demand.must and (not demand.hidden or demand.id in met)]
    return bool(musts) and all(met.get(name, 0.0) >= MET for name in musts)


def anger(timeline: Timeline, persona: Persona) -> dict[str, Any]:
    """Start, peak, end and curve of anger, in points; the curve has a point where each turn ended."""
    start = timeline.turns[0].before.anger if timeline.turns else round(1000 * persona.temper.start_anger)
    levels = [start, *(level for turn in timeline.turns for level in (turn.before.anger, turn.after.anger))]
    curve = [(0, start), *((turn.end_ms, turn.after.anger) for turn in timeline.turns)]
    return {
        "start": round(start / 1000, 1), "peak": round(max(levels) / 1000, 1), "end": round(levels[-1] / 1000, 1),
        "curve": [[seconds(t_ms), round(level / 1000, 1)] for t_ms, level in curve],
    }  # fmt: skip


def unsaid(timeline: Timeline, persona: Persona) -> list[dict[str, Any]]:
    """Hidden needs that never came out, with a question that would have opened each."""
    found = {name for turn in timeline.turns for name in turn.revealed}
    return [
        {"need": need.id, "text": need.say[0], "ask": need.asked_like[0]}
        for need in persona.hidden_needs
        if need.id not in found
    ]


def promises(timeline: Timeline) -> list[dict[str, Any]]:
    """Every promise, and whether it can be checked."""
    found = []
    for turn in timeline.turns:
        for name in ("action", "next_steps", "follow_up", "vague_promise"):
            act = turn.act(name)
            if act is not None:
                found.append(
                    {
                        "turn": turn.turn, "t0": seconds(turn.start_ms), "t1": seconds(turn.end_ms), "quote": act.quote,
                        "act": name, "checkable": name != "vague_promise",
                    }
                )  # fmt: skip
    return found


def delays(timeline: Timeline) -> dict[str, Any]:
    """How fast the caller answered: our own delay apart from the pause that belongs to the character."""
    return {
        "answers": len(timeline.delays),
        "system_ms": _spread([delay.system_ms for delay in timeline.delays]),
        "acted_ms": _spread([delay.acted_ms for delay in timeline.delays]),
        "total_ms": _spread([delay.total_ms for delay in timeline.delays]),
        "turns": [
            {"turn": d.turn, "total_ms": d.total_ms, "acted_ms": d.acted_ms, "system_ms": d.system_ms}
            for d in timeline.delays
        ],
    }


def talk(timeline: Timeline) -> dict[str, Any]:
    """Talking and listening in seconds, and who interrupted whom; zeros for the trainee in a typed call."""
    both = timeline.trainee_ms + timeline.caller_ms
    return {
        "trainee_s": round(timeline.trainee_ms / 1000, 1),
        "caller_s": round(timeline.caller_ms / 1000, 1),
        "both_s": round(timeline.overlap_ms / 1000, 1),
        "trainee_share": round(timeline.trainee_ms / both, 2) if timeline.spoken and both else None,
        "interruptions": [
            {"by": item.by, "turn": item.turn, "t0": seconds(item.start_ms), "t1": seconds(item.end_ms)}
            for item in timeline.interruptions
        ],
    }


def _spread(values: list[int]) -> dict[str, int] | None:
    """Median, 95th percentile (nearest rank) and largest; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return {
        "median": ordered[(len(ordered) - 1) // 2],
        "p95": ordered[max(0, -(-len(ordered) * 95 // 100) - 1)],
        "max": ordered[-1],
    }


def _turn(turn: TraineeTurn) -> dict[str, Any]:
    return {
        "turn": turn.turn, "t0": seconds(turn.start_ms), "t1": seconds(turn.end_ms), "text": turn.text,
        "confidence": round(turn.confidence, 4), "acts": [act.name for act in turn.acts],
        "anger_before": round(turn.before.anger / 1000, 3), "anger_after": round(turn.after.anger / 1000, 3),
        "gap_ms": turn.gap_ms, "overlap_ms": turn.overlap_ms,
        "offers": [[offer, verdict] for offer, verdict in turn.offers], "revealed": list(turn.revealed),
        "ledger": [
            {"cause": entry.cause, "points": round(entry.points / 1000, 3), "quote": entry.quote, "note": entry.note}
            for entry in turn.ledger
        ],
    }  # fmt: skip
