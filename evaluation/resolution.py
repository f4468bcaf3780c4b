"""Resolution, from the scenario's ground truth: what the caller wanted, what she got, and whether it will hold.

Demands, hidden needs and the outcome are facts of the recorded call, judged by no model. Only the wording of promises
comes from the reply reader.
"""

from collections.abc import Iterator
from typing import Final

from evaluation.empathy import moment, seen, story_line
from evaluation.items import Check, Evidence, Measure, avoid, best, fixed, seek
from evaluation.persona_points import persona_points
from evaluation.rubric import ItemRule, Rubric
from evaluation.timeline import Timeline, TraineeTurn
from personas.persona import Demand, Persona
from simulator.wording import checkable, is_detail, words

_CONCRETE: Final = ("action", "next_steps", "follow_up")
_DATED: Final = ("when", "day", "time_window", "reference")
"""Slots of an offer that can be held against a later one."""
_OVER: Final = ("stopped", None)
"""Outcomes of a call that was not played to its end: what is missing might still have come."""


def resolution(timeline: Timeline, persona: Persona, rubric: Rubric) -> tuple[Check, ...]:
    """The checks of resolution, then the persona's own bonus and penalty points."""
    rules = rubric.items["resolution"]
    steps, vague = _promises(timeline, _CONCRETE), _promises(timeline, ("vague_promise",), good=False)
    kept, need = _kept_promises(timeline), _hidden_need(timeline, persona, rules["hidden_need"])
    musts, taken = persona.scoring.must_do, _first_accepted(timeline)
    return (
        *_demands(timeline, persona, rules["demands"]),
        need,
        _outcome(timeline, rules["outcome"]),
        Check(
            rule=rules["concrete_steps"],
            title="Say who does what, and by when",
            measure=seek(rules["concrete_steps"].number("needed")),
            evidence=steps,
            moment=_wanted(timeline, persona),
            sought=True,
        ),
        Check(
            rule=rules["no_vague_promises"],
            title="Promise nothing that cannot be checked",
            measure=avoid(rules["no_vague_promises"].shares("credit")),
            evidence=(*vague, *steps),
            unknown="" if vague or steps else "nothing was promised",
            widens=bool(vague or steps),
        ),
        Check(
            rule=rules["confirms"],
            title="Go over what was agreed at the end",
            measure=best,
            evidence=_confirmed(timeline, taken, rules["confirms"].number("closing_alone")),
            moment=_last_words(timeline),
            sought=True,
            unknown="" if taken is not None else "nothing was agreed that could be confirmed",
            widens=taken is not None,
        ),
        Check(
            rule=rules["promises_hold"],
            title="Contradict no earlier promise",
            measure=avoid(rules["promises_hold"].shares("credit")),
            evidence=kept,
            unknown="" if kept else "nothing was promised twice",
            widens=bool(kept),
        ),
        Check(
            rule=rules["key_steps"],
            title=f"Do what this caller teaches: {', '.join(name.replace('_', ' ') for name in musts)}".rstrip(": "),
            measure=seek(max(1, len(musts))),
            evidence=_musts(timeline, musts),
            moment=moment(story_line(timeline, persona)),
            sought=True,
            unknown="" if musts else "this caller's file names none",
            widens=bool(musts),
        ),
        *persona_points(timeline, persona, found=need.evidence, met_in=met_in),
    )


def _demands(timeline: Timeline, persona: Persona, rule: ItemRule) -> Iterator[Check]:
    """One item for each demand on the table, sharing the weight by points; those that must be met count more."""
    last = timeline.turns[-1].met if timeline.turns else ()
    known = [d for d in persona.demands if not d.out_of_reach and (not d.hidden or d.id in dict(last))]
    shares = {d.id: d.points * (rule.number("must_counts") if d.must else 1.0) for d in known}
    total = sum(shares.values())
    for demand in known:
        level = dict(last).get(demand.id, 0.0)
        met = met_in(timeline, persona, demand)
        excused = level == 0 and timeline.outcome in (*_OVER, "ended_fairly")
        yield Check(
            rule=rule,
            name=f"demand.{demand.id}",
            title=f"Meet the demand: {demand.id.replace('_', ' ')}{' (must)' if demand.must else ''}",
            weight=rule.weight * shares[demand.id] / total if total else 0.0,
            measure=fixed(level),
            evidence=(met,) if met is not None else (),
            moment=_asked(timeline, demand),
            unknown="the call was ended before it could be met" if excused else "",
        )


def met_in(timeline: Timeline, persona: Persona, demand: Demand) -> Evidence | None:
    """The turn in which a demand reached its level, with the offer that did it."""
    gives = {offer.id for offer in persona.offers if demand.id in dict(offer.gives)}
    found, level = None, 0.0
    for turn in timeline.turns:
        now = dict(turn.met).get(demand.id, 0.0)
        if now > level:
            offer = next((name for name, verdict in turn.offers if name in gives and verdict == "accepted"), "")
            found, level = _offered(turn, offer), now
    return found


def _offered(turn: TraineeTurn, offer: str) -> Evidence:
    made = next((item for item in turn.matches.offers if item.offer == offer), None)
    entries = [entry for entry in turn.ledger if entry.cause == "offer" and entry.note.startswith(f"{offer}:")]
    quote = made.quote if made else (entries[0].quote if entries else "")
    return Evidence(
        good=True, turns=(turn.turn,), start_ms=turn.start_ms, end_ms=turn.end_ms, quote=quote or turn.text,
        anger=sum(entry.points for entry in entries) or None, worded=False,
    )  # fmt: skip


def _asked(timeline: Timeline, demand: Demand) -> Evidence | None:
    line = next((line for line in timeline.lines if any(say in line.text for say in demand.say)), None)
    return moment(line) or moment(next((line for line in timeline.lines if line.text), None))


def _wanted(timeline: Timeline, persona: Persona) -> Evidence | None:
    """The first line in which she asks for something."""
    says = [say for demand in persona.demands for say in demand.say]
    line = next((line for line in timeline.lines if any(say in line.text for say in says)), None)
    return moment(line or story_line(timeline, persona))


def _last_words(timeline: Timeline) -> Evidence | None:
    return moment(next((line for line in reversed(timeline.lines) if line.text), None))


def _hidden_need(timeline: Timeline, persona: Persona, rule: ItemRule) -> Check:
    """What only comes out if asked openly. Found is found: whether the words were heard well does not matter then."""
    found = []
    for need in persona.hidden_needs:
        turn = next((turn for turn in timeline.turns if need.id in turn.revealed), None)
        if turn is None:
            continue
        line = next((line for line in timeline.lines if line.turn == turn.turn and line.reason == "end_of_turn"), None)
        if line is not None:
            found.append(
                Evidence(
                    good=True, turns=(turn.turn,), start_ms=line.start_ms, end_ms=line.end_ms, quote=line.text,
                    by="caller", worded=False,
                )
            )  # fmt: skip
        else:
            found.append(
                Evidence(
                    good=True,
                    turns=(turn.turn,),
                    start_ms=turn.start_ms,
                    end_ms=turn.end_ms,
                    quote=turn.text,
                    worded=False,
                )
            )
    needs = len(persona.hidden_needs)
    unknown = "" if needs else "this caller hides nothing"
    if needs and not found and timeline.outcome in _OVER:
        unknown = "the call was ended before it could come out"
    return Check(
        rule=rule,
        title="Find what the caller does not say at first",
        measure=seek(max(1, needs)),
        evidence=tuple(found),
        moment=moment(story_line(timeline, persona)),
        unknown=unknown,
        widens=bool(needs),
    )


def _outcome(timeline: Timeline, rule: ItemRule) -> Check:
    name = timeline.outcome
    key = f"resolved_{timeline.manner or 'cool'}" if name == "resolved" else name or ""
    share = rule.number(key) if key in rule.numbers else 0.0
    last, end = (timeline.turns[-1] if timeline.turns else None), _last_words(timeline)
    evidence: tuple[Evidence, ...] = ()
    if end is not None:
        # A hang-up may have been a mishearing's fault; any other end is a plain fact.
        blamed = name == "hung_up" and last is not None
        evidence = (
            Evidence(
                good=share >= 0.5, turns=(last.turn,) if last is not None else (), start_ms=end.start_ms,
                end_ms=end.end_ms, quote=end.quote, by="caller", worth=share, worded=blamed,
            ),
        )  # fmt: skip
    measure: Measure = (lambda items: share if items else None) if evidence else fixed(share)
    return Check(
        rule=rule,
        title=f"How it ended: {(name or 'cut short').replace('_', ' ')} {timeline.manner}".rstrip(),
        measure=measure,
        evidence=evidence,
        unknown="the call was not played to its end" if name in _OVER else "",
    )


def _promises(timeline: Timeline, names: tuple[str, ...], *, good: bool = True) -> tuple[Evidence, ...]:
    """One moment for each turn with one of these acts; a step without day, time, amount or name is worth half."""
    found = []
    for turn in timeline.turns:
        acts = [act for name in names if (act := turn.act(name) if good else turn.unkind(name)) is not None]
        if acts:
            firm = any(checkable(act.quote) for act in acts) or checkable(turn.text)
            chosen = next((act for act in acts if checkable(act.quote)), acts[0])
            found.append(seen(turn, chosen, good=good, worth=1.0 if firm or not good else 0.5))
    return tuple(found)


def _first_accepted(timeline: Timeline) -> TraineeTurn | None:
    return next((turn for turn in timeline.turns if any(verdict == "accepted" for _, verdict in turn.offers)), None)


def _confirmed(timeline: Timeline, since: TraineeTurn | None, closing_alone: float) -> tuple[Evidence, ...]:
    found = []
    for turn in timeline.turns:
        if since is None or turn.turn < since.turn:
            continue
        check = turn.act("summary_check")
        closing = next((item for item in turn.reading.labels if item.label == "closing"), None)
        if check is not None:
            found.append(seen(turn, check))
        elif closing is not None:
            found.append(
                Evidence(
                    good=True, turns=(turn.turn,), start_ms=turn.start_ms, end_ms=turn.end_ms, quote=closing.quote,
                    worth=closing_alone, confidence=closing.probability,
                )
            )  # fmt: skip
    return tuple(found)


def _kept_promises(timeline: Timeline) -> tuple[Evidence, ...]:
    """Offers made twice with a day, time or reference: does the later one say the same?"""
    found = []
    earlier: dict[tuple[str, str], tuple[TraineeTurn, frozenset[str]]] = {}
    for turn in timeline.turns:
        for made in turn.matches.offers:
            for slot, said in made.slots:
                details = frozenset(word for word in words(said) if is_detail(word))
                if slot not in _DATED or not details:
                    continue
                before = earlier.get((made.offer, slot))
                if before is not None and before[0].turn != turn.turn:
                    found.append(
                        Evidence(
                            good=bool(before[1] & details), turns=(before[0].turn, turn.turn), start_ms=turn.start_ms,
                            end_ms=turn.end_ms, quote=made.quote, confidence=made.score,
                        )
                    )  # fmt: skip
                earlier[made.offer, slot] = (turn, details)
    return tuple(found)


def _musts(timeline: Timeline, names: tuple[str, ...]) -> tuple[Evidence, ...]:
    """The best heard moment of each act that this caller asks for."""
    found = []
    for name in names:
        there = [(turn, act) for turn in timeline.turns if (act := turn.act(name)) is not None]
        if there:
            found.append(seen(*min(there, key=lambda pair: (-pair[0].confidence, pair[0].turn))))
    return tuple(found)
