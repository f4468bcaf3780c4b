"""A trainee's own calls over time: bands with the change, skills with recency, the same caller call by call.

Pure: debriefs in, values out; no clock and no file. Progress is counted in calls, not in minutes, and compared only with
the trainee's own past (debrief.md, sections 6 to 8). Nobody is ranked.

For a page that shows one call::

    before = [PastCall.of(each, name=..., started=...) for each in earlier_debriefs]
    changes = past([*before, PastCall.of(this_debrief, name=..., started=...)])     # one Change for each score
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any, Final

from evaluation.advice import first_name
from evaluation.debrief import SCORES, TITLES, Debrief, anger
from evaluation.items import NOT_OBSERVED

LAST: Final = 3
"""Calls that a call is compared with: one's own last three (debrief.md, section 7)."""
HALF_LIFE: Final = 3.0
"""After so many further calls, what a call says about a skill counts half. In calls, because nobody practises by the
clock; a house default, not a measurement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastItem:
    """One item of the rubric in one call; items that share a rule (a caller's demands) are one."""

    rule_id: str
    title: str
    share: float | None
    """Part of its points that it brought, 0 to 1; None when it was not observed."""
    max: float
    """Score points it could have brought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCall:
    """What the history keeps of a call: numbers and names, none of the trainee's words."""

    name: str
    """Of the call's folder."""
    started: str
    """Wall time, ISO 8601."""
    persona: str
    first_name: str
    """Of the caller."""
    difficulty: int
    """Where the dial stood, 1 to 5."""
    spoken: bool
    outcome: str | None
    """None when the recording ends before the call did."""
    turns: int
    anger_start: float
    anger_end: float
    scores: dict[str, int | None]
    """By score name; None without enough evidence."""
    bands: dict[str, str]
    items: tuple[PastItem, ...]

    @classmethod
    def of(cls, debrief: Debrief, *, name: str, started: str) -> "PastCall":
        """The past call of a debrief. Its dial stands in ``debrief.call``, as the recording's header has it."""
        levels = anger(debrief.timeline, debrief.persona)
        return cls(
            name=name,
            started=started,
            persona=debrief.persona.id,
            first_name=first_name(debrief.persona),
            difficulty=int(debrief.call.get("difficulty", 3)),
            spoken=debrief.timeline.spoken,
            outcome=debrief.timeline.outcome,
            turns=len(debrief.timeline.turns),
            anger_start=levels["start"],
            anger_end=levels["end"],
            scores={score.name: score.score for score in debrief.scores},
            bands={score.name: score.band for score in debrief.scores},
            items=tuple(_items(debrief)),
        )

    def to_json(self) -> dict[str, Any]:
        """JSON values, without the items: those are summed up in ``skills``."""
        return {
            "call": self.name, "started": self.started, "persona": self.persona, "difficulty": self.difficulty,
            "spoken": self.spoken, "outcome": self.outcome, "turns": self.turns, "anger_start": self.anger_start,
            "anger_end": self.anger_end,
            "scores": {name: {"score": self.scores[name], "band": self.bands[name]} for name in SCORES},
        }  # fmt: skip


def _items(debrief: Debrief) -> Iterable[PastItem]:
    found: dict[str, list[Any]] = {}
    for score in debrief.scores:
        for item in score.items:
            if not item.rule_id.startswith("persona."):  # points of one caller's own file are no skill
                found.setdefault(item.rule_id, []).append(item)
    for rule_id, items in found.items():
        most = sum(item.max for item in items if item.value != NOT_OBSERVED)
        gained = sum(item.points for item in items if item.value != NOT_OBSERVED)
        yield PastItem(
            rule_id=rule_id,
            title=_TITLES.get(rule_id, items[0].title),
            share=round(min(1.0, gained / most), 3) if most else None,
            max=round(most, 1),
        )


_TITLES: Final = {
    "resolution.demands": "Meet what the caller is after",
    "resolution.outcome": "How the call ended",
    "resolution.key_steps": "Do what the caller's file asks for",
}
"""Titles of items that are worded anew in each call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One score of a call beside the trainee's own calls before it."""

    score: str
    """calmness, empathy or resolution."""
    title: str
    now: int | None
    """0 to 100; None without enough evidence."""
    band: str
    """building, steady, strong or not observed."""
    before: tuple[int, ...]
    """The scores it is compared with, oldest first: at most ``LAST``, empty in a first call."""
    change: int | None
    """``now`` minus the mean of ``before``, rounded; None without both."""
    alike: bool
    """Whether ``before`` was the same caller at the same difficulty. If not, say so beside the change: another caller
    is another exercise, and a harder one lowers scores by itself."""

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "now": self.now, "band": self.band, "before": list(self.before), "change": self.change, "alike": self.alike,
        }  # fmt: skip


def past(calls: Sequence[PastCall], last: int = LAST) -> tuple[Change, ...]:
    """The last of ``calls`` (oldest first) against the trainee's own calls before it: one ``Change`` for each score.

    Compared are up to ``last`` calls in which that score was observed, with the same caller at the same difficulty if
    there is one such call, else with any caller (then ``alike`` is False). Calmness compares spoken calls only with
    spoken, typed only with typed: a typed call has no delivery. Empty for no calls; no change in a first call.
    """
    if not calls:
        return ()
    now = calls[-1]
    return tuple(_change(name, now, calls[:-1], last) for name in SCORES)


def _change(name: str, now: PastCall, earlier: Sequence[PastCall], last: int) -> Change:
    fit = [
        call
        for call in earlier
        if call.scores.get(name) is not None and (name != "calmness" or call.spoken == now.spoken)
    ]
    same = [call for call in fit if (call.persona, call.difficulty) == (now.persona, now.difficulty)]
    before = tuple(score for call in (same or fit)[-last:] if (score := call.scores[name]) is not None)
    score = now.scores.get(name)
    mean = sum(before) / len(before) if before else None
    return Change(
        score=name,
        title=TITLES[name],
        now=score,
        band=now.bands.get(name, NOT_OBSERVED),
        before=before,
        change=None if score is None or mean is None else floor(score - mean + 0.5),
        alike=bool(same),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The calls with one caller at one difficulty, oldest first."""

    persona: str
    first_name: str
    difficulty: int
    calls: tuple[PastCall, ...]
    changes: tuple[Change, ...]
    """Of the newest call against those before it."""

    def scores(self, name: str) -> tuple[int | None, ...]:
        """That score call by call; None where it was not observed."""
        return tuple(call.scores.get(name) for call in self.calls)

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "persona": self.persona, "first_name": self.first_name, "difficulty": self.difficulty,
            "calls": [call.to_json() for call in self.calls],
            "newest": {change.score: change.to_json() for change in self.changes},
        }  # fmt: skip


def series(calls: Sequence[PastCall]) -> tuple[Series, ...]:
    """Calls (oldest first) by caller and difficulty, the one practised last first."""
    groups: dict[tuple[str, int], list[PastCall]] = {}
    for call in calls:
        key = (call.persona, call.difficulty)
        groups[key] = [*groups.pop(key, []), call]  # moves it to the end
    return tuple(
        Series(
            persona=persona,
            first_name=group[-1].first_name,
            difficulty=difficulty,
            calls=tuple(group),
            changes=past(group),
        )
        for (persona, difficulty), group in reversed(groups.items())
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """One item of the rubric over all calls."""

    rule_id: str
    title: str
    level: float
    """0 to 1: the mean share of its points over the calls in which it was observed, where each later call counts more
    (``HALF_LIFE``)."""
    lost: float
    """Score points that it cost a call, in the same mean over all calls; where it was not observed it cost nothing."""
    observed: int
    """Calls in which it was observed."""
    calls_ago: int
    """Calls since it was last observed; 0 is the newest."""
    shares: tuple[float | None, ...]
    """Call by call, oldest first; None where it was not observed."""

    @property
    def score(self) -> str:
        """The score it belongs to."""
        return self.rule_id.split(".")[0]

    @property
    def hundreds(self) -> tuple[float | None, ...]:
        """``shares`` in percent."""
        return tuple(None if share is None else 100 * share for share in self.shares)

    @property
    def words(self) -> str:
        """``hundreds`` for whoever sees no drawing."""
        return ", ".join("not observed" if value is None else f"{value:.0f}" for value in self.hundreds)

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "rule_id": self.rule_id, "title": self.title, "level": round(self.level, 3), "lost": round(self.lost, 1),
            "observed": self.observed, "calls_ago": self.calls_ago, "shares": list(self.shares),
        }  # fmt: skip


def skills(calls: Sequence[PastCall]) -> tuple[Skill, ...]:
    """Every item observed in any of ``calls`` (oldest first), in the order of the rubric."""
    found: dict[str, list[tuple[int, PastItem]]] = {}
    for call_number, call in enumerate(calls):
        for item in call.items:
            found.setdefault(item.rule_id, []).append((call_number, item))
    newest = len(calls) - 1
    weight = [0.5 ** ((newest - number) / HALF_LIFE) for number in range(len(calls))]
    out = []
    for rule_id, seen in found.items():
        observed = {number: (item.share, item.max) for number, item in seen if item.share is not None}
        if not observed:
            continue
        gained = sum(weight[number] * share for number, (share, _) in observed.items())
        missed = sum(weight[number] * (1 - share) * most for number, (share, most) in observed.items())
        out.append(
            Skill(
                rule_id=rule_id,
                title=seen[-1][1].title,
                level=gained / sum(weight[number] for number in observed),
                lost=missed / sum(weight),
                observed=len(observed),
                calls_ago=newest - max(observed),
                shares=tuple(observed[number][0] if number in observed else None for number in range(len(calls))),
            )
        )
    order = {name: place for place, name in enumerate(SCORES)}
    return tuple(sorted(out, key=lambda skill: order.get(skill.score, len(SCORES))))
