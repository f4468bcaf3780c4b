"""Bonus and penalty points of the persona file, where their name says something that can be computed."""

import re
from collections.abc import Callable, Iterator, Sequence

from evaluation.empathy import seen
from evaluation.items import Check, Evidence
from evaluation.rubric import ItemRule
from evaluation.timeline import Timeline
from personas.persona import Demand, Persona
from personas.vocabulary import ACTS
from simulator.wording import checkable

MetIn = Callable[[Timeline, Persona, Demand], Evidence | None]
"""The moment in which a demand was met."""


def persona_points(
    timeline: Timeline, persona: Persona, *, found: Sequence[Evidence], met_in: MetIn
) -> Iterator[Check]:
    """A check for each bonus and penalty of the file; ``found`` are the moments in which hidden needs came out."""
    for sign, group in ((1, persona.scoring.bonus), (-1, persona.scoring.penalty)):
        for name, points in sorted(group.items()):
            if not points:
                continue
            moments = _named(name, timeline, persona, found, met_in)
            rule = ItemRule(name=name, rule_id=f"persona.{'bonus' if sign > 0 else 'penalty'}", weight=0.0, numbers={})
            evidence = tuple(_as(item, good=sign > 0) for item in moments or ())
            yield Check(
                rule=rule,
                title=f"{'Bonus' if sign > 0 else 'Penalty'}: {name.replace('_', ' ')}",
                measure=(lambda items: 1.0 if items else 0.0),
                evidence=evidence,
                bonus=sign * points,
                unknown="no rule computes this name yet" if moments is None else "",
            )


def _as(item: Evidence, *, good: bool) -> Evidence:
    return Evidence(
        good=good, turns=item.turns, start_ms=item.start_ms, end_ms=item.end_ms, quote=item.quote, by=item.by,
        confidence=item.confidence, anger=item.anger, worded=item.worded, heard=item.heard,
    )  # fmt: skip


def _named(
    name: str, timeline: Timeline, persona: Persona, found: Sequence[Evidence], met_in: MetIn
) -> list[Evidence] | None:
    """The moments that a name of the persona's scoring stands for; None when no rule knows the name.

    Known names: ``found_hidden_need``; ``asked_FACT_twice`` and ``asked_for_FACT_twice``; ``vague_...``;
    ``offered_two_ways``; ``blamed_...``; ``DEMAND_before_...``; and every act by its own name.
    """
    if name == "found_hidden_need":
        return list(found)
    if again := re.fullmatch(r"asked_(?:for_)?(\w+?)_twice", name):
        return [
            seen(turn, act)
            for turn in timeline.turns
            if (act := turn.act("repeat_question")) is not None
            and (not turn.matches.asked or any(again[1] in asked.fact for asked in turn.matches.asked))
        ]
    if due := re.fullmatch(r"(\w+?)_before_\w+", name):
        demand = next((item for item in persona.demands if item.id == due[1]), None)
        if demand is not None:
            return _on_time(timeline, met_in(timeline, persona, demand))
    act_name = {"offered_two_ways": "options"}.get(name, name)
    act_name = "vague_promise" if name.startswith("vague_") else act_name
    if name.startswith("blamed_"):
        return [
            seen(turn, act)
            for turn in timeline.turns
            if ((act := turn.act("argue")) is not None and act.note == "buck") or (act := turn.act("blame")) is not None
        ]
    if act_name not in ACTS:
        return None
    return [seen(turn, act) for turn in timeline.turns if (act := turn.act(act_name)) is not None]


def _on_time(timeline: Timeline, met: Evidence | None) -> list[Evidence]:
    """The demand was met in a turn that names a day or time and promises nothing vague."""
    turn = next((turn for turn in timeline.turns if met is not None and turn.turn in met.turns), None)
    if met is None or turn is None or turn.act("vague_promise") is not None or not checkable(turn.text):
        return []
    return [met]
