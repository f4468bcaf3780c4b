"""Steady delivery: what the trainee did and which words they chose, never what they felt.

Sixty parts behaviour, forty parts wording, no pitch (debrief.md, sections 4, 5 and 15). Loudness is compared with the
trainee's own, by the engine, and shows here only as ``raised_voice`` in the ledger.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from evaluation.items import Check, Evidence, Measure, avoid, best, fixed, ratio
from evaluation.rubric import Rubric
from evaluation.timeline import Interruption, Timeline, TraineeTurn

DELIVERY: Final = ("lets_finish", "talk_over_share", "own_loudness")
"""Items that need a voice; they can be switched off for a trainee and are not observed in a typed call."""
_HARSH: Final = (
    ("no_hostile_words", "hostile", "Use no rude or threatening words"),
    ("no_blame", "blame", "Put no fault on the caller"),
    ("no_dismissing", "dismiss", "Make nothing small, say no 'calm down'"),
    ("no_rushing", "rush", "Do not hurry the caller"),
)


def calmness(timeline: Timeline, rubric: Rubric, *, delivery: bool = True) -> tuple[Check, ...]:
    """The checks of steady delivery; without ``delivery`` those that need a voice are switched off."""
    rules = rubric.items["calmness"]
    over_ms = 1000 * rules["lets_finish"].number("over_s")
    mine = [item for item in timeline.interruptions if item.by == "trainee"]
    talked_over = [item for item in mine if item.end_ms - item.start_ms >= over_ms]
    checks = [
        Check(
            rule=rules["lets_finish"],
            title="Let the caller finish",
            measure=avoid(rules["lets_finish"].shares("credit")),
            evidence=(*_interrupted(timeline, talked_over), *_heard_out(timeline)),
        ),
        Check(
            rule=rules["talk_over_share"],
            title="Talk little at the same time",
            measure=_share_of_talk(timeline, talked_over, rubric),
            evidence=(*_interrupted(timeline, talked_over), *_heard_out(timeline)),
        ),
        Check(
            rule=rules["own_loudness"],
            title="Keep to your own usual loudness",
            measure=avoid(rules["own_loudness"].shares("credit")),
            evidence=_loudness(timeline),
            unknown=""
            if timeline.trainee_ms >= 1000 * rules["own_loudness"].number("needs_speech_s")
            else "too little speech to know your usual loudness",
        ),
    ]
    off = "typed: there is no voice to observe" if not timeline.spoken else "" if delivery else "switched off"
    if off:
        checks = [replace(check, unknown=off) for check in checks]
    spikes = _spikes(timeline, rubric)
    checks.append(
        Check(
            rule=rules["recovers"],
            title="Find the way back after a flare",
            measure=ratio,
            evidence=spikes,
            unknown="" if spikes else "the caller never flared up",
            widens=bool(spikes),
        )
    )
    for name, act, title in _HARSH:
        credit = avoid(rules[name].shares("credit"))
        checks.append(Check(rule=rules[name], title=title, measure=credit, evidence=_words(timeline, act)))
    limits = _limits(timeline, rubric)
    checks.append(
        Check(
            rule=rules["limits_fairly"],
            title="Answer abuse with a fair limit, a warning, then the end",
            measure=best,
            evidence=limits,
            sought=True,
            unknown="" if limits else "there was no abuse to answer",
            widens=False,
        )
    )
    return tuple(checks)


def _interrupted(timeline: Timeline, found: Sequence[Interruption]) -> tuple[Evidence, ...]:
    turns = {turn.turn: turn for turn in timeline.turns}
    return tuple(
        Evidence(
            good=False, turns=(item.turn,), start_ms=item.start_ms, end_ms=item.end_ms, worded=False,
            quote=turns[item.turn].text if item.turn in turns else "",
            anger=turns[item.turn].points("talk_over") if item.turn in turns else None,
        )
        for item in found
    )  # fmt: skip


def _heard_out(timeline: Timeline) -> tuple[Evidence, ...]:
    """The longest line that the caller could finish."""
    whole = [line for line in timeline.lines if line.whole and line.text and line.reason in ("greeting", "end_of_turn")]
    if not whole:
        return ()
    best = max(whole, key=lambda line: line.end_ms - line.start_ms)
    return (
        Evidence(
            good=True, turns=(), start_ms=best.start_ms, end_ms=best.end_ms, quote=best.text, by="caller", worded=False
        ),
    )


def _share_of_talk(timeline: Timeline, found: Sequence[Interruption], rubric: Rubric) -> Measure:
    rule = rubric.items["calmness"]["talk_over_share"]
    full, none = rule.number("full_up_to"), rule.number("none_from")
    over_ms = sum(item.end_ms - item.start_ms for item in found)
    share = over_ms / timeline.caller_ms if timeline.caller_ms else 0.0
    if share <= full:
        return fixed(1.0)
    return fixed(max(0.0, (none - share) / (none - full)) if none > full else 0.0)


def _loudness(timeline: Timeline) -> tuple[Evidence, ...]:
    found = []
    for turn in timeline.turns:
        raised = turn.points("raised_voice")
        found.append(_of(turn, good=raised <= 0, anger=raised or turn.points("steady_voice") or None, worded=False))
    return tuple(sorted(found, key=lambda item: item.good))


def _spikes(timeline: Timeline, rubric: Rubric) -> tuple[Evidence, ...]:
    """Each jump of anger, and whether one of the next turns brought it down. Time to think moves her, and no score."""
    rule = rubric.items["calmness"]["recovers"]
    points, within = 1000 * rule.number("spike_points"), int(rule.number("within_turns"))
    found = []
    for index, turn in enumerate(timeline.turns):
        if turn.change - turn.points("dead_air") < points:
            continue
        after = timeline.turns[index + 1 : index + 1 + within]
        back = next((later for later in after if later.change < 0), None)
        if back is not None:
            found.append(replace(_of(back, good=True, anger=back.change), turns=(turn.turn, back.turn)))
        elif len(after) == within or timeline.outcome == "hung_up":
            found.append(replace(_of(turn, good=False, anger=turn.change), turns=(turn.turn, *(t.turn for t in after))))
    return tuple(found)


def _limits(timeline: Timeline, rubric: Rubric) -> tuple[Evidence, ...]:
    """Fair limits set on abuse, and an abusive caller left without any.

    A limit is worth all once it has worked (she is out of the highest band afterwards) or the call was ended after a
    limit and a warning; ``limit_alone`` before that. A call ended on a furious caller with less shows as evidence against.
    """
    alone = rubric.items["calmness"]["limits_fairly"].number("limit_alone")
    ended, found = timeline.outcome == "ended_fairly", []
    for index, turn in enumerate(timeline.turns):
        act = turn.act("boundary")
        if act is None:
            continue
        worked = any(later.after.band != "furious" for later in timeline.turns[index:])
        good = _of(turn, good=True, anger=turn.points("boundary", "limit") or None)
        found.append(
            replace(good, quote=act.quote, confidence=act.probability, worth=1.0 if worked or ended else alone)
        )
    last = timeline.turns[-1] if timeline.turns else None
    if last is not None and timeline.trainee_hung_up and not ended and last.after.band == "furious":
        found.append(_of(last, good=False, anger=None, worded=False))
    return tuple(found)


def _words(timeline: Timeline, name: str) -> tuple[Evidence, ...]:
    """Turns with that wording, and turns without it, the hottest first."""
    found = []
    for turn in sorted(timeline.turns, key=lambda turn: (-turn.before.anger, turn.turn)):
        act = turn.unkind(name)
        if act is not None:
            bad = _of(turn, good=False, anger=turn.points(name))
            found.append(replace(bad, quote=act.quote, confidence=act.probability, heard=act.heard))
        elif turn.text:
            found.append(_of(turn, good=True, anger=None))
    return tuple(found)


def _of(turn: TraineeTurn, *, good: bool, anger: int | None, worded: bool = True) -> Evidence:
    return Evidence(
        good=good, turns=(turn.turn,), start_ms=turn.start_ms, end_ms=turn.end_ms, quote=turn.text, anger=anger,
        worded=worded,
    )  # fmt: skip
