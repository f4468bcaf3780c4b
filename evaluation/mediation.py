"""A call with two people on the line, for each of them and for both: how it came to each, and whether it was fair.

Each of the two gets the debrief of a call of their own: their ledger, their lines, their demands. Fairness is a score beside
those: was each heard, called by name and served, did the words take a side, was anybody left out. It is about what was
said and done, as every score is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from evaluation.items import Check, Evidence, Score, avoid, fixed, seek
from evaluation.judging import Hearing, assess
from evaluation.rubric import Rubric
from evaluation.timeline import CallerLine, Timeline, TraineeTurn
from personas.persona import Persona
from simulator.commands import ReportParty

LISTENS: Final = ("paraphrase", "summary_check", "open_question", "empathy")
"""Acts by which somebody is heard."""


def title_of(persona: Persona) -> str:
    """What to call somebody where two are on the line: the first name, or title and surname."""
    parts = persona.who.name.split()
    return " ".join(parts[:2]) if parts[0].rstrip(".").lower() in {"mr", "mrs", "ms", "miss", "dr"} else parts[0]


def names_of(persona: Persona) -> tuple[str, str]:
    """What both are called; the full names where the first names are the same."""
    assert persona.other is not None
    one, two = title_of(persona), title_of(persona.other)
    return (persona.who.name, persona.other.who.name) if one == two else (one, two)


def timeline_of(timeline: Timeline, persona: Persona, party: int) -> Timeline:
    """The call as one of the two had it: every turn, with what it did to them, and their own lines.

    Where the other hung up or ran out of time, it ended unresolved for this one.
    """
    assert persona.other is not None
    lines, other = lines_of(timeline, party), (persona.other, persona)[party]
    left = timeline.outcome in ("hung_up", "timed_out") and timeline.detail.startswith(f"{other.who.name}:")
    turns = timeline.turns if party == 0 else timeline.second
    return replace(
        timeline, lines=lines, turns=tuple(_for_one(turn, lines) for turn in turns), second=(), reached=(), voices=(),
        outcome="unresolved" if left else timeline.outcome,
        caller_ms=sum(line.end_ms - line.start_ms for line in lines),
        delays=timeline.delays if party == 0 else (),
    )  # fmt: skip


def lines_of(timeline: Timeline, party: int) -> tuple[CallerLine, ...]:
    """What one of the two was heard to say, in order."""
    whole = {line.utterance: line for line in timeline.lines}
    found = []
    for heard in timeline.voices:
        line = whole.get(heard.utterance)
        if heard.party == party and line is not None:
            found.append(replace(line, start_ms=heard.start_ms, end_ms=heard.end_ms, text=heard.text))
    return tuple(found)


def _for_one(turn: TraineeTurn, lines: Sequence[CallerLine]) -> TraineeTurn:
    before = [line for line in lines if line.turn < turn.turn and line.text]
    return replace(turn, line=before[-1] if before else None, told=" ".join(line.text for line in before))


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What one of the two got of the trainee's attention, and of the talking."""

    name: str
    turns: int
    """Replies that spoke to them, to both included."""
    words: int
    """Words of these."""
    called: int
    """Replies that called them by name."""
    talk_s: float
    """How long they were heard; in a typed call at 200 words a minute."""

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "name": self.name,
            "turns": self.turns,
            "words": self.words,
            "called": self.called,
            "talk_s": self.talk_s,
        }


def attention(timeline: Timeline, persona: Persona) -> tuple[Given, Given]:
    """How attention and talking time were shared out."""
    first, second = (
        Given(
            name=name,
            turns=sum(n in one.to for one in timeline.reached),
            words=sum(one.words[n] for one in timeline.reached),
            called=sum(n in one.named for one in timeline.reached),
            talk_s=round(sum(one.end_ms - one.start_ms for one in timeline.voices if one.party == n) / 1000, 1),
        )
        for n, name in enumerate(names_of(persona))
    )
    return first, second


def fairness(timeline: Timeline, persona: Persona, rubric: Rubric) -> Score:
    """The score of even-handedness; not observed without a turn."""
    assert persona.other is not None
    rules, names = rubric.fairness, names_of(persona)
    turns = (timeline.turns, timeline.second)
    given, shared = attention(timeline, persona), rules["shares_attention"]
    words = [one.words for one in given]
    low = min(words) / sum(words) if sum(words) else 0.0
    full, none = shared.number("full_from"), shared.number("none_up_to")
    served = [_served(one, who) for one, who in zip(turns, (persona, persona.other), strict=True)]
    sides = tuple(
        replace(_moment(turn, good=False, quote=turn.text), heard=_heard_at(both[one.against]))
        for turn, one, *both in zip(timeline.turns, timeline.reached, *turns, strict=True)
        if one.against >= 0
    )
    left_out = tuple(
        _moment(turn, good=False, quote=turn.text) for own in turns for turn in own if "left_out" in _names(turn)
    )
    said = tuple(_moment(turn, good=True, quote=turn.text) for turn in timeline.turns[:1])
    checks = [
        *(
            Check(
                rule=rules["hears"], name=f"hears_{n + 1}", title=f"Listen to {names[n]}",
                measure=seek(rules["hears"].number("needed")), evidence=_heard(own), sought=True,
            )
            for n, own in enumerate(turns)
        ),
        *(
            Check(
                rule=rules["names"], name=f"names_{n + 1}", title=f"Call {names[n]} by name", measure=seek(1),
                evidence=_called(timeline.turns, timeline.reached, n), sought=True,
            )
            for n in (0, 1)
        ),
        Check(
            rule=rules["no_sides"], title="Take nobody's side", measure=avoid(rules["no_sides"].shares("credit")),
            evidence=(*sides, *said),
        ),
        Check(
            rule=rules["leaves_nobody_out"], title="Leave nobody out for four replies in a row",
            measure=avoid(rules["leaves_nobody_out"].shares("credit")), evidence=(*left_out, *said),
        ),
        Check(
            rule=shared, title=f"Speak to both: {words[0]} words to {names[0]}, {words[1]} to {names[1]}",
            measure=fixed(min(1.0, max(0.0, (low - none) / max(full - none, 0.01)))), unknown="" if sum(words) else "no words",
        ),
        Check(
            rule=rules["serves_both"],
            title=f"Serve both: {served[0]:.0%} of what {names[0]} wanted, {served[1]:.0%} of what {names[1]} wanted",
            measure=fixed(min(served) / max(served) if max(served) else 0.0),
            unknown="" if max(served) else "nothing was agreed with either", widens=False,
        ),
    ]  # fmt: skip
    score = assess("fairness", checks, Hearing.of(timeline, rubric), rubric)
    return score if timeline.turns else replace(score, score=None, band="not observed", low=0, high=100)


def _heard_at(turn: TraineeTurn) -> float | None:
    """How surely the words that took a side were heard, in the turn as it came to whom they were against."""
    act = turn.unkind("sided")
    return None if act is None else act.heard


def _names(turn: TraineeTurn) -> set[str]:
    return {act.name for act in turn.acts}


def _moment(turn: TraineeTurn, *, good: bool, quote: str, confidence: float = 1.0) -> Evidence:
    return Evidence(
        good=good, turns=(turn.turn,), start_ms=turn.start_ms, end_ms=turn.end_ms, quote=quote, confidence=confidence
    )


def _heard(turns: Sequence[TraineeTurn]) -> tuple[Evidence, ...]:
    """One moment for each act of listening that reached somebody."""
    found = [(turn, act) for turn in turns for act in turn.acts if act.name in LISTENS and act.counted]
    return tuple(_moment(turn, good=True, quote=act.quote, confidence=act.probability) for turn, act in found)


def _called(turns: Sequence[TraineeTurn], reached: Sequence[ReportParty], party: int) -> tuple[Evidence, ...]:
    return tuple(
        _moment(turn, good=True, quote=turn.text)
        for turn, one in zip(turns, reached, strict=True)
        if party in one.named
    )


def _served(turns: Sequence[TraineeTurn], persona: Persona) -> float:
    """Share of somebody's points that were met, of what had come out."""
    met = dict(turns[-1].met) if turns else {}
    known = [demand for demand in persona.demands if demand.id in met]
    points = sum(demand.points for demand in known)
    return sum(demand.points * met[demand.id] for demand in known) / points if points else 0.0


def transcript(timeline: Timeline, names: tuple[str, str]) -> list[tuple[int, str, str]]:
    """(call time, who, words) of everything heard from the two, stretches of one in one piece."""
    out = []
    for (_, party), group in groupby(timeline.voices, key=lambda one: (one.utterance, one.party)):
        pieces = list(group)
        out.append((pieces[0].start_ms, names[party], " ".join(piece.text for piece in pieces)))
    return out
