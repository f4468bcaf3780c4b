"""The history in a terminal and as plain text; sparklines need neither colour nor, in plain text, drawing characters."""

from collections.abc import Iterator, Sequence
from typing import Final

from evaluation.debrief import TITLES
from evaluation.history import Change, PastCall, Series, Skill, series, skills
from evaluation.next_exercise import Exercise

_BARS: Final = "▁▂▃▄▅▆▇█"
_SHOWN: Final = 20
"""Newest calls in a sparkline."""


def sparkline(values: Sequence[float | None], *, plain: bool, top: float = 100) -> str:
    """Values from 0 to ``top``, oldest first, one character each; always on that whole scale, so that a small change
    looks small. ``plain`` writes the numbers themselves, which is what a screen reader can read."""
    shown = values[-_SHOWN:]
    if plain:
        return " ".join("--" if value is None else f"{value:.0f}" for value in shown)
    steps = len(_BARS)
    return "".join("·" if value is None else _BARS[min(steps - 1, int(value / top * steps))] for value in shown)


def to_lines(calls: Sequence[PastCall], exercise: Exercise | None, *, plain: bool) -> Iterator[str]:
    """The history of ``calls`` (oldest first), line by line."""
    if not calls:
        yield "No calls yet."
        if exercise is not None:
            yield f"Take the first: {exercise.command}"
            yield f"Without a headset: {exercise.command} --typed"
        return
    yield f"{_count(len(calls), 'call')}, with {_count(len({call.persona for call in calls}), 'caller')}"
    for group in series(calls):
        yield ""
        yield from _series(group, plain=plain)
    yield ""
    yield "Skills over all calls (later calls count more), the newest on the right"
    yield from _skills(skills(calls), plain=plain)
    if exercise is not None:
        yield ""
        yield f"Next: {exercise.first_name}, {exercise.title[:1].lower()}{exercise.title[1:]}, difficulty {exercise.difficulty}"
        for reason in exercise.reasons:
            yield f"  {reason}"
        yield f"  {exercise.command}"
    yield ""
    yield "Compared with your own calls only. Uncalibrated. Not for HR use."


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _series(group: Series, *, plain: bool) -> Iterator[str]:
    newest = group.calls[-1]
    ended = (newest.outcome or "cut short").replace("_", " ")
    yield f"{group.first_name}, difficulty {group.difficulty}: {_count(len(group.calls), 'call')}, the last {newest.started[:10]}, {ended}"
    for change in group.changes:
        line = sparkline(group.scores(change.score), plain=plain)
        yield f"  {change.title:<16} {_now(change)}  {_against(change, plain=plain)}{line}".rstrip()


def _now(change: Change) -> str:
    return " --  not observed" if change.now is None else f"{change.now:>3}  {change.band:<12}"


def _against(change: Change, *, plain: bool) -> str:
    if change.change is None:
        words = "first" if not change.before and change.now is not None else ""
    else:
        words = f"{change.change:+d} against your last {len(change.before)}" if len(change.before) > 1 else (
            f"{change.change:+d} against your last one"
        )  # fmt: skip
    return f"{words:<24}  " + ("calls: " if plain else "")


def _skills(found: Sequence[Skill], *, plain: bool) -> Iterator[str]:
    group = ""
    for skill in found:
        if skill.score != group:
            group = skill.score
            yield f"  {TITLES.get(group, group)}"
        line = sparkline(skill.hundreds, plain=plain)
        ago = "" if skill.calls_ago == 0 else f", {_count(skill.calls_ago, 'call')} ago"
        seen = f"in {skill.observed} of {len(skill.shares)}{ago}"
        yield f"    {skill.title:<46} {100 * skill.level:>3.0f} %  {seen:<24} {'calls: ' if plain else ''}{line}"
