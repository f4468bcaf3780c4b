"""Which call to take next: the weakest skill names the caller, the last calls name the difficulty.

Four rules, each said beside the suggestion, because a suggestion without its reason is an order:

1. Spacing: not the caller of the last call, unless nobody else can call. Repeats that lie apart stay longer.
2. Difficulty: one step up after two strong calls at the present one, one down after two hang-ups.
3. The skill that costs most points a call (``evaluation.history.skills``) names the caller whose file trains it.
4. Of two callers who train it equally, the one not heard for longer.

What a caller trains is read from the caller's own file: what it asks for, what sets them off, what they hide.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from evaluation.advice import first_name
from evaluation.history import PastCall, Skill, skills
from evaluation.items import NOT_OBSERVED
from personas.persona import Persona

ACTS: Final[dict[str, tuple[str, ...]]] = {
    "calmness.lets_finish": ("talk_over", "let_finish"),
    "calmness.talk_over_share": ("talk_over", "let_finish"),
    "calmness.own_loudness": ("raised_voice", "steady_voice"),
    "calmness.no_hostile_words": ("hostile",),
    "calmness.no_blame": ("blame",),
    "calmness.no_dismissing": ("dismiss",),
    "calmness.no_rushing": ("rush",),
    "calmness.limits_fairly": ("boundary",),
    "empathy.restates": ("paraphrase", "summary_check", "heard_wrong"),
    "empathy.open_question": ("open_question",),
    "empathy.own_specifics": ("paraphrase",),
    "empathy.listens_first": ("paraphrase", "ignored_question"),
    "empathy.names_feeling": ("empathy",),
    "empathy.owns_fault": ("own_fault",),
    "empathy.apology": ("apology",),
    "empathy.no_empty_repeats": ("parroting",),
    "resolution.concrete_steps": ("action", "next_steps", "follow_up"),
    "resolution.no_vague_promises": ("vague_promise",),
    "resolution.confirms": ("summary_check",),
    "resolution.promises_hold": ("contradiction",),
    "resolution.hidden_need": (),
    "calmness.recovers": (),
}
"""Acts that a caller's file may ask for, reward or resent, by the item they belong to. What has no line here (the
outcome, the demands) is a result, not a skill, and is never the weakest one."""
_TAGS: Final[dict[str, tuple[str, ...]]] = {"calmness.limits_fairly": ("boundary", "aggressive_caller")}
"""Lessons under ``trains`` that are about an item."""
WORTH_A_CALL: Final = 1.0
"""Score points a call; a skill that costs less is not worth choosing a caller for."""
STREAK: Final = 2
"""Calls in a row that move the difficulty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """The call to take next, and why."""

    persona: str
    first_name: str
    title: str
    difficulty: int
    step: int
    """+1, 0 or -1 against the last call."""
    skill: Skill | None
    """The one that names the caller; None when none costs a point, or none can be trained by who is here."""
    reasons: tuple[str, ...]
    """Whole sentences."""

    @property
    def command(self) -> str:
        """What to type."""
        dial = "" if self.difficulty == 3 else f" --difficulty {self.difficulty}"
        return f"hotseat practice {self.persona}{dial}"

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "persona": self.persona, "difficulty": self.difficulty, "step": self.step,
            "skill": self.skill.rule_id if self.skill is not None else None, "reasons": list(self.reasons),
            "command": self.command,
        }  # fmt: skip


def next_exercise(calls: Sequence[PastCall], callers: Sequence[Persona]) -> Exercise | None:
    """The exercise after ``calls`` (oldest first), among ``callers`` as written; None when nobody can call."""
    if not callers:
        return None
    if not calls:
        first = min(callers, key=lambda who: (who.difficulty, who.id))
        return _exercise(first, 3, 0, None, ("Your first call: the gentlest caller here.",))
    last = calls[-1]
    others = [who for who in callers if who.id != last.persona]
    level, step, why_level = _difficulty(calls)
    spacing = f"Not {last.first_name} again at once: what is spaced stays longer." if others else (
        f"{last.first_name} is the only caller here; another --seed says it in other words."
    )  # fmt: skip
    choice = others or list(callers)
    weak = sorted((each for each in skills(calls) if each.rule_id in ACTS and each.lost >= WORTH_A_CALL),
                  key=lambda each: (-each.lost, each.rule_id))  # fmt: skip
    heard = {call.persona: number for number, call in enumerate(calls)}
    for skill in weak:
        fits = [(*trains(who, skill.rule_id), who) for who in choice]
        strength, reason, who = max(fits, key=lambda each: (each[0], -heard.get(each[2].id, -1), each[2].id))
        if strength > 0:
            costs = f"{skill.title}: it costs you about {skill.lost:.0f} points a call."
            return _exercise(
                who, level, step, skill, (costs, f"{first_name(who)} trains it: {reason}.", *why_level, spacing)
            )
    longest = min(choice, key=lambda who: (heard.get(who.id, -1), who.id))
    return _exercise(longest, level, step, None, (*why_level, spacing))


def _exercise(who: Persona, level: int, step: int, skill: Skill | None, reasons: tuple[str, ...]) -> Exercise:
    return Exercise(
        persona=who.id, first_name=first_name(who), title=who.title, difficulty=level, step=step, skill=skill,
        reasons=reasons,
    )  # fmt: skip


def strong(call: PastCall) -> bool:
    """A strong call: no hang-up, two scores strong and none building."""
    bands = [band for band in call.bands.values() if band != NOT_OBSERVED]
    return call.outcome != "hung_up" and bands.count("strong") >= 2 and "building" not in bands


def _difficulty(calls: Sequence[PastCall]) -> tuple[int, int, tuple[str, ...]]:
    """(difficulty, step, why). Calls that were stopped or cut short say nothing about it."""
    played = [call for call in calls if call.turns and call.outcome not in (None, "stopped")]
    if not played:
        return calls[-1].difficulty, 0, ()
    level = played[-1].difficulty
    row = [call for call in played[-STREAK:] if call.difficulty == level]
    if len(row) == STREAK and all(strong(call) for call in row) and level < 5:
        return level + 1, 1, (f"One step harder: your last two calls at difficulty {level} were strong.",)
    if len(row) == STREAK and all(call.outcome == "hung_up" for call in row) and level > 1:
        return level - 1, -1, (f"One step easier: the last two callers at difficulty {level} hung up.",)
    return level, 0, ()


def trains(who: Persona, rule_id: str) -> tuple[float, str]:
    """(how much this caller trains the item, 0 for not at all, and why in the words of the caller's file)."""
    found = list(_reasons(who, rule_id))
    return sum(strength for strength, _ in found), max(found, default=(0.0, ""), key=lambda each: each[0])[1]


def _reasons(who: Persona, rule_id: str) -> Iterator[tuple[float, str]]:
    acts = ACTS.get(rule_id, ())
    for act in acts:
        name = act.replace("_", " ")
        if act in who.scoring.must_do:
            yield 3, f"the call cannot be held well without it ({name})"
        if act in who.scoring.bonus:
            yield 2, f"it earns points of its own ({name})"
        for soothing in who.calming:
            if soothing.when == act and soothing.times > 1:
                yield 2 * soothing.times, f"it works {soothing.times:g} times as well as on most ({name})"
        for trigger in who.triggers:
            if trigger.when == act and trigger.times > 1:
                yield 2 * trigger.times, f"what it avoids hurts {trigger.times:g} times as much as on most ({name})"
            if trigger.when == act and trigger.times_calm < 1:
                yield 2 * (1 - trigger.times_calm), f"a stock phrase does less than on most ({name})"
    if any(tag in who.trains for tag in _TAGS.get(rule_id, ())):
        yield 4, "the call is about it"
    if rule_id in _OF_THE_PERSON:
        yield from _OF_THE_PERSON[rule_id](who)


def _hides(who: Persona) -> Iterator[tuple[float, str]]:
    if who.hidden_needs:
        yield 2.0 * len(who.hidden_needs), "there is something that only comes out if asked openly"


def _wants_to_be_heard(who: Persona) -> Iterator[tuple[float, str]]:
    if who.temper.wants_to_be_heard_first >= 0.6:
        yield 2 * who.temper.wants_to_be_heard_first, "nothing is taken before somebody has listened"


def _flares(who: Persona) -> Iterator[tuple[float, str]]:
    if who.temper.flares >= 1:
        yield who.temper.flares, "anger comes up quickly, so there are flares to come back from"


def _wants_a_date(who: Persona) -> Iterator[tuple[float, str]]:
    dated = sum(bool(offer.needs) for offer in who.offers)
    if dated:
        yield 0.5 * dated, "offers are taken only with what belongs to them, such as a day or a reference"


_OF_THE_PERSON: Final[dict[str, Callable[[Persona], Iterator[tuple[float, str]]]]] = {
    "empathy.open_question": _hides,
    "resolution.hidden_need": _hides,
    "empathy.listens_first": _wants_to_be_heard,
    "empathy.restates": _wants_to_be_heard,
    "empathy.own_specifics": _wants_to_be_heard,
    "empathy.names_feeling": _wants_to_be_heard,
    "calmness.recovers": _flares,
    "resolution.concrete_steps": _wants_a_date,
    "resolution.confirms": _wants_a_date,
    "resolution.promises_hold": _wants_a_date,
}
"""Items that hang on how a caller is rather than on a single act."""
