"""What the sections below the first screen show, gathered from the debrief; no markup."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from evaluation.advice import CARRIED
from evaluation.debrief import Debrief
from evaluation.items import Item, Score
from evaluation.overlay import Overlay, item_key
from evaluation.page.places import Places, Ref
from evaluation.page.plots import Stretch, share, stretch
from evaluation.timeline import Interruption, Timeline, TraineeTurn


def findings(score: Score) -> tuple[Item, ...]:
    """The items of a score as they are shown: penalties that did not happen are nothing to read."""
    return tuple(item for item in score.items if not (item.rule_id == "persona.penalty" and item.value == "no"))


def scored(debrief: Debrief) -> tuple[tuple[str, str, Score], ...]:
    """(place, name, score) of every score as the page shows it. With two people on the line fairness comes first, then the
    scores with each; otherwise the name is empty and the place is the score's own name."""
    if debrief.of_two is None:
        return tuple((score.name, "", score) for score in debrief.scores)
    each = enumerate(zip(debrief.of_two.names, debrief.of_two.each, strict=True))
    return (
        ("fairness", "", debrief.of_two.fairness),
        *((f"{score.name}-{n}", name, score) for n, (name, made) in each for score in made.scores),
    )


def wordless(turn: TraineeTurn) -> tuple[str, ...]:
    """Causes of the turn's own change that are no acts of its words: talking over, a silence, a steady voice, an offer."""
    known = {act.name for act in turn.acts}
    return tuple(
        dict.fromkeys(
            entry.cause
            for entry in turn.ledger
            if entry.points and entry.cause not in CARRIED and entry.cause not in known
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One segment of the bar of talking time."""

    name: str
    """you, both, caller or silence."""
    seconds: float
    percent: int
    place: Stretch


def bar(timeline: Timeline) -> tuple[Part, ...]:
    """Who spoke how long, as parts of the call; empty for a typed call. Overlap is a segment of its own."""
    if not timeline.spoken or timeline.end_ms <= 0:
        return ()
    both = min(timeline.overlap_ms, timeline.trainee_ms, timeline.caller_ms)
    parts = [("you", timeline.trainee_ms - both), ("both", both), ("caller", timeline.caller_ms - both)]
    parts.append(("silence", max(0, timeline.end_ms - sum(length for _, length in parts))))
    whole, at, found = sum(length for _, length in parts), 0, []
    for name, length in parts:
        place = Stretch(x=share(at, whole), width=share(length, whole))
        found.append(Part(name=name, seconds=length / 1000, percent=round(place.width), place=place))
        at += length
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One stretch of speech in the strip over the whole call."""

    by: str
    """trainee, caller or over."""
    place: Stretch


def marks(timeline: Timeline, axis_ms: int) -> tuple[Mark, ...]:
    """Both sides' speech on an axis of that length, then the interruptions."""
    end_ms = max(axis_ms, 1)
    spans = [("trainee", turn.start_ms, turn.end_ms) for turn in timeline.turns]
    spans += [("caller", line.start_ms, line.end_ms) for line in timeline.lines if line.text]
    spans += [("over", item.start_ms, item.end_ms) for item in timeline.interruptions]
    return tuple(Mark(by=by, place=stretch(start, end, end_ms)) for by, start, end in spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """An interruption with the sound of both sides."""

    item: Interruption
    ref: Ref | None


def interruptions(timeline: Timeline, places: Places, clips: Collection[str]) -> tuple[Over, ...]:
    """Each interruption; its reference leads to the interrupting side's line and plays both tracks."""
    found = []
    for number, item in enumerate(timeline.interruptions, 1):
        ref = places.ref("trainee" if item.by == "trainee" else "caller", item.start_ms, item.end_ms)
        name = f"over-{number}"
        if ref is not None:
            ref = replace(ref, clip=name if name in clips else "", offset_s=0.0, length_s=0.0)
        found.append(Over(item=item, ref=ref))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """Something the caller was after, and what became of it."""

    text: str
    """In the caller's words."""
    must: bool
    hidden: bool
    level: float | None
    """How far it was met, 0 to 1; None where meeting it was not possible or not observed."""
    item: Item | None
    """The item of the resolution score that judges it."""


def wants(debrief: Debrief) -> tuple[Want, ...]:
    """The caller's demands, weightiest first; hidden ones only once they came out."""
    timeline = debrief.timeline
    met = dict(timeline.turns[-1].met) if timeline.turns else {}
    items = {item.item: item for item in debrief.score("resolution").items}
    known = [demand for demand in debrief.persona.demands if not demand.hidden or demand.id in met]
    ordered: Sequence[int] = sorted(range(len(known)), key=lambda at: (not known[at].must, -known[at].points, at))
    return tuple(
        Want(
            text=known[at].say[0], must=known[at].must, hidden=known[at].hidden,
            level=None if known[at].out_of_reach else met.get(known[at].id, 0.0),
            item=items.get(f"demand.{known[at].id}"),
        )
        for at in ordered
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarked:
    """A place of the page under which people's remarks stand."""

    href: str
    name: str
    """Of the item, the turn or the flag."""
    by: tuple[str, ...]
    """Who remarked on it, each once."""


def remarked(debrief: Debrief, overlay: Overlay) -> tuple[Remarked, ...]:
    """Every item, flag and turn of the call on which there is a remark, in the order of the page."""
    places: list[tuple[str, str, Sequence[str]]] = [
        ("#flags", flag.flag.replace("_", " "), [each.by for each in overlay.on_item(f"flags.{flag.flag}")])
        for flag in debrief.flags
    ]
    places += [
        (
            f"#item-{item_key(item)}{place.removeprefix(score.name)}",
            f"{name}: {item.title}" if name else item.title,
            [each.by for each in overlay.on_item(item_key(item))],
        )
        for place, name, score in scored(debrief)
        for item in findings(score)
    ]
    places += [
        (f"#you-{turn.turn}", f"turn {turn.turn}", [each.by for each in overlay.on_turn(turn.turn)])
        for turn in debrief.timeline.turns
    ]
    return tuple(
        Remarked(href=href, name=name, by=tuple(dict.fromkeys(each or "you" for each in by)))
        for href, name, by in places
        if by
    )
