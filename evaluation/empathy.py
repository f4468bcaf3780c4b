"""Empathy in words: attentive and cognitive moves above affective ones.

Listening, restating and asking outweigh naming a feeling, and saying sorry weighs least: in 289 stressful calls "I'm
sorry" was less effectual than attentive and cognitive replies (debrief.md, section 2). Only words are judged here; a
typed copy of a call has the same items.
"""

from typing import Final

from evaluation.items import Check, Evidence, avoid, best, seek
from evaluation.rubric import Rubric
from evaluation.timeline import ActSeen, CallerLine, Timeline, TraineeTurn
from personas.persona import Persona
from simulator.weights import CALMING
from simulator.wording import specificity

_LISTENING: Final = ("paraphrase", "summary_check", "open_question")
BORROWED: Final = 0.6
"""A short sentence borrows this much from the reply it stands in, as in ``simulator.acts``."""


def empathy(timeline: Timeline, persona: Persona, rubric: Rubric) -> tuple[Check, ...]:
    """The checks of empathy."""
    rules = rubric.items["empathy"]
    story, hottest = moment(story_line(timeline, persona)), moment(_hottest_line(timeline))
    fault = asks_for_fault(persona)
    fixing, repeats = _fixing(timeline), _repeats(timeline)
    return (
        Check(
            rule=rules["restates"],
            title="Say it back in your own words",
            measure=seek(rules["restates"].number("needed")),
            evidence=_first_of(timeline, ("paraphrase", "summary_check")),
            moment=story,
            sought=True,
        ),
        Check(
            rule=rules["open_question"],
            title="Ask a question that invites more",
            measure=seek(rules["open_question"].number("needed")),
            evidence=_first_of(timeline, ("open_question",)),
            moment=story,
            sought=True,
        ),
        Check(
            rule=rules["own_specifics"],
            title="Speak of this caller's own details",
            measure=seek(rules["own_specifics"].number("needed")),
            evidence=_specifics(timeline, rules["own_specifics"].number("specific_from")),
            moment=story,
            sought=True,
        ),
        Check(
            rule=rules["listens_first"],
            title="Listen before fixing",
            measure=avoid(rules["listens_first"].shares("credit")),
            evidence=fixing,
            unknown="" if fixing else "nothing was put forward after or before listening",
            widens=bool(fixing),
        ),
        Check(
            rule=rules["names_feeling"],
            title="Name the feeling, or what it did to them",
            measure=best,
            evidence=_own_words(timeline, "empathy", rules["names_feeling"].number("stock_phrase")),
            moment=hottest,
            sought=True,
        ),
        Check(
            rule=rules["owns_fault"],
            title="Own the mistake",
            measure=seek(rules["owns_fault"].number("needed")),
            evidence=_first_of(timeline, ("own_fault",)),
            moment=hottest,
            sought=True,
            unknown="" if fault else "this caller's file does not ask for it",
            widens=fault,
        ),
        Check(
            rule=rules["apology"],
            title="Say sorry once, for something named",
            measure=best,
            evidence=_own_words(timeline, "apology", rules["apology"].number("stock_phrase")),
            moment=hottest,
            sought=True,
        ),
        Check(
            rule=rules["no_empty_repeats"],
            title="Use no phrase again and again",
            measure=avoid(rules["no_empty_repeats"].shares("credit")),
            evidence=repeats,
            unknown="" if repeats else "nothing was said that could be repeated",
            widens=bool(repeats),
        ),
    )


def asks_for_fault(persona: Persona) -> bool:
    """Whether owning the mistake is part of what this caller teaches."""
    scoring = persona.scoring
    return "own_fault" in (*scoring.must_do, *scoring.bonus, *(soothing.when for soothing in persona.calming))


def seen(turn: TraineeTurn, act: ActSeen, *, good: bool = True, worth: float = 1.0) -> Evidence:
    """An act of a turn as evidence."""
    return Evidence(
        good=good, turns=(turn.turn,), start_ms=turn.start_ms, end_ms=turn.end_ms, quote=act.quote or turn.text,
        worth=worth, confidence=act.probability, heard=act.heard, anger=turn.points(act.name),
    )  # fmt: skip


def moment(line: CallerLine | None) -> Evidence | None:
    """A line of the caller after which something would have fitted."""
    if line is None:
        return None
    return Evidence(good=True, turns=(), start_ms=line.start_ms, end_ms=line.end_ms, quote=line.text, by="caller")


def story_line(timeline: Timeline, persona: Persona) -> CallerLine | None:
    """The line in which she tells what happened; her first words when there is none."""
    story = persona.lines_for("story", "any")
    told = [line for line in timeline.lines if any(piece in line.text for piece in story)]
    return next(iter(told or [line for line in timeline.lines if line.text]), None)


def _hottest_line(timeline: Timeline) -> CallerLine | None:
    """The line she says at her angriest."""
    if not timeline.turns:
        return next((line for line in timeline.lines if line.text), None)
    hottest = max(timeline.turns, key=lambda turn: (turn.before.anger, -turn.turn))
    return hottest.line


def _first_of(timeline: Timeline, names: tuple[str, ...]) -> tuple[Evidence, ...]:
    """One moment for each turn with one of the acts; a repeated wording is none."""
    found = []
    for turn in timeline.turns:
        acts = [act for name in names if (act := _listening(timeline, turn, name)) is not None and not act.repeated]
        if acts:
            found.append(seen(turn, acts[0]))
    return tuple(found)


def _listening(timeline: Timeline, turn: TraineeTurn, name: str) -> ActSeen | None:
    """The act of that name, but for "how may I help you?" in the greeting: it asks for more before anything was told."""
    opens = turn.turn == timeline.turns[0].turn and turn.reading.has("greeting")
    return None if opens and name == "open_question" else turn.act(name)


def specific(turn: TraineeTurn, quote: str) -> float:
    """How much of a sentence is about this caller, 0 to 1."""
    return max(specificity(quote, turn.told), BORROWED * specificity(turn.text, turn.told))


def _specifics(timeline: Timeline, least: float) -> tuple[Evidence, ...]:
    found = []
    for turn in timeline.turns:
        acts = [act for act in turn.acts if act.counted and act.name in CALMING and act.quote]
        own = max(acts, key=lambda act: specificity(act.quote, turn.told), default=None)
        if own is not None and specificity(own.quote, turn.told) >= least:
            found.append(seen(turn, own))
    return tuple(found)


def _own_words(timeline: Timeline, name: str, stock: float) -> tuple[Evidence, ...]:
    """First uses of an act; one that would fit any caller is worth ``stock``."""
    found = []
    for turn in timeline.turns:
        act = turn.act(name)
        if act is not None and not act.repeated:
            found.append(seen(turn, act, worth=stock + (1 - stock) * specific(turn, act.quote)))
    return tuple(found)


def _fixing(timeline: Timeline) -> tuple[Evidence, ...]:
    """Turns that put something forward: bad where the ledger says that the caller was skipped, good after listening.

    A fix with neither is no evidence: a calm caller may not need to be listened to first.
    """
    found = []
    listened: TraineeTurn | None = None
    for turn in timeline.turns:
        if any(_listening(timeline, turn, name) for name in _LISTENING) and (
            listened is None or turn.confidence > listened.confidence
        ):
            listened = turn  # the most clearly heard one: it stands for all of them
        acts = [act for act in turn.acts if act.counted and act.name in CALMING and CALMING[act.name].family == "P"]
        skipped = turn.points("skipped_me")
        if skipped > 0 or (listened is not None and (acts or turn.offers)):
            turns = (turn.turn,) if skipped > 0 or listened is None else (listened.turn, turn.turn)
            found.append(
                Evidence(
                    good=skipped <= 0, turns=tuple(dict.fromkeys(turns)), start_ms=turn.start_ms, end_ms=turn.end_ms,
                    quote=acts[0].quote if acts else turn.text, confidence=acts[0].probability if acts else 1.0,
                    anger=skipped or (turn.points(acts[0].name) if acts else None),
                )
            )  # fmt: skip
    return tuple(found)


def _repeats(timeline: Timeline) -> tuple[Evidence, ...]:
    found = []
    for turn in timeline.turns:
        for act in turn.acts:
            if act.counted and act.name in CALMING and CALMING[act.name].family == "R":
                found.append(seen(turn, act, good=not act.repeated))
    return tuple(found)
