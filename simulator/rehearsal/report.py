"""What many rehearsed calls say together: is the order of the trainees right, can the caller be won, is she too easy?"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from personas.persona import Persona
from simulator.caller import LAST_WARNING_AT
from simulator.rehearsal import consistency
from simulator.rehearsal.calls import Rehearsed

RANKED: Final[tuple[str, ...]] = (
    "expert", "warm_beginner", "solution_first", "script_reader", "apology_parrot", "blamer", "rude",
)  # fmt: skip
"""Best first: the order in which these must end on every caller."""
HELPLESS: Final[tuple[str, ...]] = ("script_reader", "apology_parrot", "flatterer", "policy_reciter")
"""May resolve at most ``HELPLESS_AT_MOST`` of their calls."""
HELPLESS_AT_MOST: Final = 0.02
EXPERT_AT_LEAST: Final = {1: 0.95, 2: 0.95, 3: 0.95, 4: 0.80, 5: 0.80}
"""Share of calls that the expert resolves, by difficulty."""
INVERTED_AT_MOST: Final = 0.01
_GOOD: Final = {"resolved": 3, "escalated": 2, "unresolved": 1, "timed_out": 1, "stopped": 1, "hung_up": 0}


def standing(call: Rehearsed) -> tuple[int, float, int]:
    """How well a call went: the outcome first, then how calm she was at the end.

    Past the last warning the height of her anger says nothing any more, only when the next word is cruel; of two calls
    she hung up on like that, the one that drove her out sooner went worse.
    """
    good = _GOOD.get(call.outcome, 1)
    return (good, -min(call.curve[-1], LAST_WARNING_AT), 0 if good else call.turns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """All calls of one trainee with one caller at one difficulty."""

    persona: str
    trainee: str
    difficulty: int
    calls: int
    outcomes: dict[str, int]
    anger_end: tuple[float, float, float]
    """5th, 50th and 95th percentile, as are the next two."""
    peak: tuple[float, float, float]
    turns: tuple[float, float, float]
    curve: tuple[float, ...]
    """Median anger after each turn, of the calls that got so far."""

    @property
    def resolved(self) -> float:
        """Share of resolved calls."""
        return self.outcomes.get("resolved", 0) / self.calls

    def to_plain(self) -> dict[str, Any]:
        """As JSON types."""
        names = ("p5", "p50", "p95")
        return {
            "persona": self.persona, "trainee": self.trainee, "difficulty": self.difficulty, "calls": self.calls,
            "outcomes": self.outcomes, "resolved": round(self.resolved, 4),
            "anger_end": dict(zip(names, self.anger_end, strict=True)),
            "peak": dict(zip(names, self.peak, strict=True)), "turns": dict(zip(names, self.turns, strict=True)),
            "curve": list(self.curve),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What the calls of one caller at one difficulty show."""

    persona: str
    difficulty: int
    inverted: dict[str, float]
    """Pairs of ``RANKED``, as "better < worse": share of seeds in which the worse one ended better."""
    expert: float
    helpless: dict[str, float]
    never_met: tuple[str, ...]
    unused: tuple[str, ...]
    """The caller's own lines that no trainee brought out, as "situation: words"."""
    faults: tuple[str, ...]
    """What does not hold, in words."""

    def to_plain(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            "persona": self.persona, "difficulty": self.difficulty, "expert_resolves": round(self.expert, 4),
            "inverted": self.inverted, "helpless_resolve": self.helpless, "never_met": list(self.never_met),
            "unused_lines": list(self.unused), "faults": list(self.faults),
        }  # fmt: skip


def row(calls: Sequence[Rehearsed]) -> Row:
    """The row of calls of one trainee, caller and difficulty."""
    first = calls[0]
    longest = max(call.turns for call in calls)
    curve = tuple(
        _percentile([call.curve[n] for call in calls if call.turns >= n], 0.5) for n in range(longest + 1)
    )  # fmt: skip
    return Row(
        persona=first.persona, trainee=first.trainee, difficulty=first.difficulty, calls=len(calls),
        outcomes=dict(sorted(Counter(call.outcome for call in calls).items())),
        anger_end=_spread([call.curve[-1] for call in calls]), peak=_spread([max(call.curve) for call in calls]),
        turns=_spread([float(call.turns) for call in calls]), curve=curve,
    )  # fmt: skip


def balance(persona: Persona, calls: Sequence[Rehearsed]) -> Balance:
    """What the calls with ``persona`` at one difficulty show together."""
    by_trainee: dict[str, dict[int, Rehearsed]] = {}
    for call in calls:
        by_trainee.setdefault(call.trainee, {})[call.seed] = call
    difficulty = calls[0].difficulty
    faults: list[str] = []
    inverted: dict[str, float] = {}
    ranked = [name for name in RANKED if name in by_trainee]
    for n, better in enumerate(ranked):
        for worse in ranked[n + 1 :]:
            pairs = [
                (by_trainee[better][seed], by_trainee[worse][seed])
                for seed in by_trainee[better].keys() & by_trainee[worse].keys()
            ]
            neighbours = ranked.index(worse) == n + 1
            turned = sum(
                standing(one) < standing(two) or (not neighbours and standing(one) == standing(two))
                for one, two in pairs
            )
            share = round(turned / len(pairs), 4) if pairs else 0.0
            if share:
                inverted[f"{better} < {worse}"] = share
            if share > INVERTED_AT_MOST:
                faults.append(f"{worse} ends better than {better} in {share:.0%} of calls")
    share_of = {name: row(list(held.values())).resolved for name, held in by_trainee.items()}
    expert = share_of.get("expert", 0.0)
    if "expert" in share_of and expert < EXPERT_AT_LEAST[difficulty]:
        faults.append(f"the expert resolves only {expert:.0%}: hardly to be won")
    helpless: dict[str, float] = {name: round(share_of[name], 4) for name in HELPLESS if name in share_of}
    faults += [f"{name} resolves {share:.0%}: too easy" for name, share in helpless.items() if share > HELPLESS_AT_MOST]
    wrong = [(call, found) for call in calls if (found := consistency.faults(persona, call))]
    if wrong:
        call, found = wrong[0]
        faults.append(f"{len(wrong)} calls do not hold together, first {call.trainee}, seed {call.seed}: {found[0]}")
    met = {name for call in calls for name in call.met}
    spoken = {words for call in calls for who, _, words in call.said if who == "caller"}
    return Balance(
        persona=persona.id, difficulty=difficulty, inverted=inverted, expert=expert, helpless=helpless,
        never_met=tuple(item.id for item in persona.demands if item.id not in met and not item.out_of_reach),
        unused=tuple(f"{why}: {line}" for why, line in _own_lines(persona) if "{" not in line and line not in spoken),
        faults=tuple(faults),
    )  # fmt: skip


def _own_lines(persona: Persona) -> Iterable[tuple[str, str]]:
    for situation, moods in persona.lines.items():
        for lines in moods.values():
            yield from ((situation, line) for line in lines)
    for fact in persona.facts:
        yield from (("fact", line) for line in (*fact.say, *fact.angry, *fact.again))
    for need in persona.hidden_needs:
        yield from (("need", line) for line in (*need.say, *need.not_yet))
    for offer in persona.offers:
        yield from (("offer", line) for line in (*offer.accept, *offer.reject))
    for demand in persona.demands:
        yield from (("demand", line) for line in demand.say)
    for trigger in persona.triggers:
        yield from (("trigger", line) for line in trigger.say)


def _spread(values: Sequence[float]) -> tuple[float, float, float]:
    return _percentile(values, 0.05), _percentile(values, 0.5), _percentile(values, 0.95)


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[max(0, math.ceil(share * len(ordered)) - 1)], 2)
