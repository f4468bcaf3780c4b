"""Turning points, keep one, try one: the few sentences a trainee reads first.

Sentences name the situation, what was said and what it moved; they speak of the task, never of the person. What is
suggested is built from this caller's own facts and words, never invented.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from evaluation.better_lines import NOT_WORDS, BetterLines, Tried, plain
from evaluation.items import Item, Score, seconds
from evaluation.rubric import Rubric
from evaluation.timeline import Timeline, TraineeTurn
from personas.persona import Persona
from simulator.commands import LedgerEntry

TryLines = Callable[[TraineeTurn], Sequence[Tried]]
"""A turn -> better lines tried in the state in which it was taken, the one to suggest first."""

CARRIED: Final = frozenset({"sinking", "cooling", "limit"})
"""Ledger entries that no words of this turn caused."""
TRY_FROM: Final = 3_000
"""Rise of anger, in thousandths, from which a moment is worth trying again. House default."""

NAMES: Final = {"calmness": "steady delivery", "empathy": "empathy", "resolution": "resolution"}
"""What a score is called in a sentence."""
DID: Final = {
    "paraphrase": "said it back in your own words",
    "summary_check": "checked that you had it right",
    "open_question": "asked a question that invites more",
    "let_finish": "let {name} finish",
    "backchannel": "showed that you were listening",
    "empathy": "named the feeling",
    "apology": "said sorry for it",
    "own_fault": "owned the mistake",
    "gratitude": "thanked {name}",
    "partnership": "made it a shared task",
    "ownership": "took it on yourself",
    "action": "said what you were doing about it",
    "options": "gave {name} a choice",
    "explanation": "explained why",
    "next_steps": "said what happens next",
    "follow_up": "promised to come back to it",
    "honest_limit": "said what is not possible together with what is",
    "supervisor": "agreed to bring the supervisor {name} asked for",
    "steady_voice": "kept your voice steady",
    "offer": "made an offer",
}
"""What a calming cause is called in a sentence."""
RAISED: Final = {
    "hostile": "the words attacked",
    "blame": "the words put the fault on {name}",
    "dismiss": "the words made it sound small",
    "argue": "the words argued back",
    "wall": "the words were a no with nothing beside it",
    "repeat_question": "it asked for something {name} had already given",
    "rush": "the words hurried {name}",
    "vague_promise": "the promise had nothing in it that can be checked",
    "ignored_question": "{name}'s question stayed unanswered",
    "jargon": "the words were not everyday ones",
    "skipped_me": "it went to the fix before {name} felt heard",
    "dead_air": "there was a long silence",
    "hold": "the wait was long",
    "talk_over": "it was said while {name} was still speaking",
    "raised_voice": "it was louder than your usual voice",
    "offer": "the offer was not enough",
    "trigger": "some of the words set {name} off",
    "stings": "the question stung",
    "supervisor_refused": "the supervisor was refused",
    "transfer": "{name} was passed on without having asked",
    "contradiction": "it took back an earlier promise",
    "heard_wrong": "a day of the case was wrong",
}
"""What a raising cause is called in a sentence."""
ENDINGS: Final = {
    "resolved": "settled", "escalated": "passed to a supervisor", "unresolved": "ended before it was settled",
    "hung_up": "the caller hung up", "timed_out": "time ran out", "ended_fairly": "an abusive call, ended by the book",
    "stopped": "the practice was stopped", None: "the recording ends before the call did",
}  # fmt: skip
"""How a call ended, in a few words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurningPoint:
    """One of the turns that moved anger most."""

    turn: TraineeTurn
    cause: str
    points: int
    """Change of anger over the turn, in thousandths."""
    quote: str

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "turn": self.turn.turn, "direction": "up" if self.points > 0 else "down",
            "t0": seconds(self.turn.start_ms), "t1": seconds(self.turn.end_ms),
            "anger_before": round(self.turn.before.anger / 1000, 1),
            "anger_after": round(self.turn.after.anger / 1000, 1), "points": round(self.points / 1000, 1),
            "cause": self.cause, "quote": self.quote,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Keep one or try one."""

    kind: str
    """keep or try."""
    text: str
    """Situation, behaviour, impact, as one paragraph."""
    situation: str = ""
    """What had been said before; empty when nothing was, or when no moment of the call is meant."""
    behaviour: str = ""
    """What the trainee did, with the words; empty when the advice is about something that was missing."""
    impact: str = ""
    """What it moved, or what was missing."""
    turn: int | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    quote: str = ""
    by: str = "trainee"
    act: str = ""
    """The act, ledger cause or item it is about."""
    words: str = ""
    """A sentence to try; empty when the advice is something to do rather than to say."""
    why: str = ""
    tried: tuple[Tried, ...] = ()
    """What was tried in the state of that turn, the suggested sentence first; empty when nothing was."""

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "text": self.text, "turn": self.turn, "t0": seconds(self.start_ms), "t1": seconds(self.end_ms),
            "quote": self.quote, "by": self.by, "act": self.act, "words": self.words, "why": self.why,
            "tried": [{"words": each.words, "anger": round(each.anger / 1000, 1)} for each in self.tried],
        }  # fmt: skip


def first_name(persona: Persona) -> str:
    """What to call the caller in a sentence."""
    parts = persona.who.name.split()
    return " ".join(parts[:2]) if parts[0].rstrip(".").lower() in {"mr", "mrs", "ms", "miss", "dr"} else parts[0]


def clock(t_ms: int) -> str:
    """Call time as minutes and seconds."""
    return f"{t_ms // 60_000}:{t_ms // 1000 % 60:02d}"


def turning_points(timeline: Timeline) -> tuple[TurningPoint, ...]:
    """The biggest rise and the biggest fall, in order of time; two of a kind when the other did not happen."""
    rises = sorted((turn for turn in timeline.turns if turn.change >= 1000), key=lambda turn: (-turn.change, turn.turn))
    falls = sorted((turn for turn in timeline.turns if turn.change <= -1000), key=lambda turn: (turn.change, turn.turn))
    chosen = [*rises[:1], *falls[:1]] if rises and falls else [*rises[:2], *falls[:2]]
    return tuple(_point(turn) for turn in sorted(chosen, key=lambda turn: turn.turn))


def _point(turn: TraineeTurn) -> TurningPoint:
    entry = strongest(turn, 1 if turn.change > 0 else -1)
    quote = (entry.quote if entry else "") or turn.text
    return TurningPoint(turn=turn, cause=entry.cause if entry else "", points=turn.change, quote=quote)


def strongest(turn: TraineeTurn, sign: int) -> LedgerEntry | None:
    """The entry of the turn's own words that moved most in that direction."""
    own = [entry for entry in turn.ledger if entry.cause not in CARRIED and entry.points * sign > 0]
    return max(own, key=lambda entry: abs(entry.points), default=None)


def headline(timeline: Timeline, persona: Persona) -> str:
    """One or two sentences: where the anger went, and what came of it."""
    name = first_name(persona)
    if not timeline.turns:
        return f"The call with {name} ended before your first turn."
    start, end = timeline.turns[0].before.anger, timeline.turns[-1].after.anger
    low, high = _whole(start), _whole(end)
    if end <= start - 1000:
        first = f"{name} calmed from {low} to {high}"
    elif end >= start + 1000:
        first = f"{name}'s anger went up from {low} to {high}"
    else:
        first = f"{name}'s anger stayed at {low}"
    ends = {
        "hung_up": f", and {name} hung up at {clock(timeline.end_ms)}",
        "escalated": f", and the call went to a supervisor at {clock(timeline.end_ms)}",
        "timed_out": f", and {name} ran out of time at {clock(timeline.end_ms)}",
        "ended_fairly": f", and you ended an abusive call by the book at {clock(timeline.end_ms)}",
        "stopped": f", and the practice was stopped at {clock(timeline.end_ms)}",
    }
    return f"{first}{ends.get(timeline.outcome or '', '')}. {_agreed(timeline, persona)}"


def _agreed(timeline: Timeline, persona: Persona) -> str:
    points = {demand.id: demand.points for demand in persona.demands}
    worth = {offer.id: sum(points.get(name, 0) * level for name, level in offer.gives) for offer in persona.offers}
    taken = [
        (worth.get(offer, 0), -turn.turn, offer, turn)
        for turn in timeline.turns
        for offer, verdict in turn.offers
        if verdict == "accepted"
    ]
    if not taken:
        return "Nothing was agreed."
    _, _, offer, turn = max(taken, key=lambda item: item[:3])
    others = len({name for _, _, name, _ in taken}) - 1
    more = f", and {others} more thing{'s' if others > 1 else ''}" if others else ""
    return f'You agreed "{plain(offer)}" at {clock(turn.end_ms)}{more}.'


def _whole(anger: int) -> int:
    return (anger + 500) // 1000


def keep_one(timeline: Timeline, persona: Persona, rubric: Rubric) -> Suggestion:
    """The clearly heard turn whose own words calmed most."""
    name = first_name(persona)
    clear = [turn for turn in timeline.turns if turn.confidence >= rubric.hearing["clear_from"] and turn.text]
    best = min(clear, key=lambda turn: (_own(turn), turn.turn), default=None)
    entry = strongest(best, -1) if best is not None and _own(best) < 0 else None
    if best is None or entry is None:
        nothing = "No turn of this call lowered the anger by its words; that is what to practise."
        return Suggestion(kind="keep", text=nothing)
    quote = entry.quote or best.text
    heard = f'{name} said: "{shorten(best.heard)}"' if best.heard else ""
    did = f'You {DID.get(entry.cause, "did this").format(name=name)}: "{shorten(quote)}"'
    moved = (
        f"These words took {-_own(best) / 1000:.1f} points off the anger ({_whole(best.before.anger)} to "
        f"{_whole(best.after.anger)} in this turn)."
    )
    return Suggestion(
        kind="keep", text=_paragraph(best.start_ms, heard, did, moved), situation=heard, behaviour=did, impact=moved,
        turn=best.turn, start_ms=best.start_ms, end_ms=best.end_ms, quote=quote, act=entry.cause,
    )  # fmt: skip


def _paragraph(start_ms: int, *sentences: str) -> str:
    return " ".join((f"At {clock(start_ms)}", *filter(None, sentences)))


def _own(turn: TraineeTurn) -> int:
    """What the turn's own words and voice moved, without what came from earlier turns."""
    return sum(entry.points for entry in turn.ledger if entry.cause not in CARRIED)


def try_one(
    timeline: Timeline, persona: Persona, scores: Sequence[Score], rubric: Rubric, try_lines: TryLines | None = None
) -> Suggestion:
    """The moment worth trying again: the clearest rise, else what cost most points by not being there.

    With ``try_lines`` the sentence for a rise is the one that would have done best of those tried; where none ends lower
    than what was said, and without it, the sentence comes from a rule by the cause.
    """
    name, ideas = first_name(persona), BetterLines(timeline, persona)
    clear = [turn for turn in timeline.turns if turn.confidence >= rubric.hearing["against_from"]]
    worst = max(clear, key=lambda turn: (turn.change, -turn.turn), default=None)
    entry = strongest(worst, 1) if worst is not None and worst.change >= TRY_FROM else None
    if worst is not None and entry is not None:
        quote = entry.quote or worst.text
        heard = f'{name} said: "{shorten(worst.heard)}"' if worst.heard else ""
        what = RAISED.get(entry.cause, "the same phrase came again").format(name=name)
        say, why = ideas.instead_of(entry, worst)
        tried = tuple(try_lines(worst)) if try_lines is not None else ()
        if tried and tried[0].anger < worst.after.anger:
            best = tried[0]
            say = best.words
            why = f"{why if entry.cause in NOT_WORDS else best.why} Said at that moment, this would have left the anger at {_whole(best.anger)}."
        else:
            tried = ()
        did = f'You said: "{shorten(quote)}"'
        moved = f"What cost most: {what}. Anger went from {_whole(worst.before.anger)} to {_whole(worst.after.anger)}."
        return Suggestion(
            kind="try", text=_paragraph(worst.start_ms, heard, did, moved), situation=heard, behaviour=did,
            impact=moved, turn=worst.turn, start_ms=worst.start_ms, end_ms=worst.end_ms, quote=quote,
            act=entry.cause, words=say, why=why, tried=tried,
        )  # fmt: skip
    missed = _most_missed(scores)
    if missed is None:
        return Suggestion(kind="try", text="Every item observed was done. Try this caller one step harder.")
    score, item = missed
    say, why = ideas.for_item(item)
    place = f"At {clock(item.start_ms)} " if item.start_ms is not None else ""
    who = name if item.by == "caller" else "you"
    quoted = f'{who} said: "{shorten(item.quote)}"' if item.quote else ""
    said = f"{place}{quoted} " if quoted else ""
    got = f"{item.points:.0f} of {item.max:.0f} points of {NAMES[score.name]}"
    moved = f"Here to try: {lower(item.title)} ({got})."
    text = said + moved
    return Suggestion(
        kind="try", text=text[:1].upper() + text[1:], situation=quoted[:1].upper() + quoted[1:], impact=moved, turn=item.turn_ids[0] if item.turn_ids else None,
        start_ms=item.start_ms, end_ms=item.end_ms, quote=item.quote, by=item.by, act=item.item, words=say, why=why,
    )  # fmt: skip


def _most_missed(scores: Sequence[Score]) -> tuple[Score, Item] | None:
    """The observed item that cost most; the outcome itself is no advice."""
    lost = [
        (item.max - item.points, -index, score, item)
        for index, (score, item) in enumerate((score, item) for score in scores for item in score.items)
        if item.value in ("no", "partly") and item.max - item.points >= 1 and item.item != "outcome"
    ]
    return max(lost, key=lambda each: each[:2])[2:] if lost else None


def lower(title: str) -> str:
    """A title inside a sentence."""
    return title[:1].lower() + title[1:]


def shorten(text: str, limit: int = 110) -> str:
    """At most ``limit`` characters, cut at a word."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 3].rsplit(" ", 1)[0] + "..."
