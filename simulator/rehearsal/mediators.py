"""Scripted trainees between two callers, and the calls they hold.

A mediator is two trainees in one: a way of working with each party, and a rule for whom he turns to. The good one works with
both as an expert works with one caller and gives each their turn; the poor ones take sides, forget somebody or read a script.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from personas.persona import MET, Persona
from simulator.chance import Chance
from simulator.commands import Outcome
from simulator.mediation import Mediation, mind_of, parties_of
from simulator.mind import Mind, Reply
from simulator.mood import OfferVerdict
from simulator.plan import Line, Plan
from simulator.rehearsal.calls import AGENT
from simulator.rehearsal.scene import Clause, Scene, Spoken
from simulator.rehearsal.trainees import TRAINEES, SayBack, Trainee

MAX_TURNS: Final = 45
"""Two people have more to say than one."""
IN_A_ROW: Final = 2
"""Replies to the same one before a fair mediator turns to the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mediated:
    """One rehearsed call with two people on the line; pairs are first caller, second caller."""

    persona: str
    mediator: str
    difficulty: int
    seed: int
    outcome: Outcome
    manner: str
    detail: str
    curves: tuple[tuple[float, float], ...]
    """Anger of both before the first reply and after each, in points."""
    said: tuple[tuple[str, str, str], ...]
    """(who, why, words): a caller's name with the situation, "trainee" with his labels."""
    open: tuple[tuple[str, ...], tuple[str, ...]]
    """Demands that were known and not met."""

    @property
    def turns(self) -> int:
        """Replies that the trainee gave."""
        return len(self.curves) - 1


@dataclass(slots=True)
class Mediator:
    """Two trainees in one."""

    people: tuple[Trainee, Trainee]
    names: tuple[str, str]
    turns_to: Callable[[int, int, int, bool], int]
    """(turn, whom he spoke to last, how often in a row, whether that one wants an answer) -> whom he speaks to now."""
    sides: bool = False
    """He tells each that the other is to blame, the first one kindly."""
    last: int = -1
    row: int = 0
    heard: list[list[Line]] = field(default_factory=lambda: [[], []])
    """What each has said since he spoke to them."""
    turns: list[int] = field(default_factory=lambda: [0, 0])

    def reply(self, turn: int, line: Mediation, plan: Plan, verdicts: tuple[dict[str, str], dict[str, str]],
              taken: tuple[list[str], list[str]]) -> Spoken:  # fmt: skip
        """What he says now."""
        for said in plan.lines:
            self.heard[said.party].append(said)
        wants_answer = bool(plan.lines) and plan.lines[-1].party == self.last and plan.question
        to = self.turns_to(turn, self.last, self.row, wants_answer)
        self.row = self.row + 1 if to == self.last else 1
        self.last = to
        self.turns[to] += 1
        scene = _scene(line.minds[to], self.turns[to], tuple(self.heard[to]), verdicts[to], tuple(taken[to]))
        self.heard[to] = []
        spoken = self.people[to].reply(scene)
        clauses = list(spoken.clauses)
        if self.sides:
            clauses = [self._side(to), *clauses]
        first = clauses[0]
        clauses[0] = replace(first, text=f"{self.names[to]}, {_lower(first.text)}")
        return replace(spoken, clauses=tuple(clauses), ends=False)

    def _side(self, to: int) -> Clause:
        if to:
            return Clause(text="I think this was your fault.", labels=("blame",))
        return Clause(text=f"I agree with you, {self.names[1]} should have asked.", labels=())


def _scene(mind: Mind, turn: int, lines: tuple[Line, ...], verdicts: dict[str, str], taken: tuple[str, ...]) -> Scene:
    hidden = {item.id for item in mind.persona.demands if item.hidden}
    wants = tuple(
        name
        for name in mind.mood.known
        if mind.mood.met.get(name, 0.0) < MET and (mind.caller.agenda.voiced.get(name) or name in hidden)
    )
    return Scene(
        persona=mind.persona, agent=AGENT, turn=turn, lines=lines, wants=wants, told=frozenset(mind.caller.facts.given),
        verdicts=verdicts, taken=taken, tense=mind.mood.band in ("angry", "furious"),
    )  # fmt: skip


def _fairly(turn: int, last: int, row: int, wants_answer: bool) -> int:
    if last < 0:
        return 0
    return last if row < IN_A_ROW or (wants_answer and row == IN_A_ROW) else 1 - last


def _only_the_first(turn: int, last: int, row: int, wants_answer: bool) -> int:
    return 0


def _to_and_fro(turn: int, last: int, row: int, wants_answer: bool) -> int:
    return (turn - 1) % 2


_Rule = Callable[[int, int, int, bool], int]
MEDIATORS: Final[dict[str, tuple[str, _Rule, bool]]] = {
    "expert": ("expert", _fairly, False),
    "warm_beginner": ("warm_beginner", _fairly, False),
    "one_sided": ("expert", _only_the_first, False),
    "script_reader": ("apology_parrot", _to_and_fro, False),
    "side_taker": ("policy_reciter", _to_and_fro, True),
}
"""Every scripted mediator by name: how he works with each, whom he turns to, whether he takes sides."""


def mediate(persona: Persona, mediator: str, seed: int, *, difficulty: int, back: SayBack) -> Mediated:
    """Hold one call. ``persona`` is as its file has it; the dial is turned here."""
    dialled = persona.at_difficulty(difficulty)
    line = mind_of(dialled, seed, 100.0)
    assert isinstance(line, Mediation)
    how, rule, sides = MEDIATORS[mediator]
    chance = Chance(seed, f"{mediator}|{persona.id}")
    first, second = (TRAINEES[how](one, AGENT, chance, back) for one in parties_of(dialled))
    names = (dialled.who.name, line.minds[1].persona.who.name)
    person = Mediator((first, second), names, rule, sides)
    line.meets(AGENT)
    plan = line.greets(line.mood)
    said: list[tuple[str, str, str]] = []
    curves = [_anger(line)]
    verdicts: tuple[dict[str, str], dict[str, str]] = ({}, {})
    taken: tuple[list[str], list[str]] = ([], [])
    _hear(line, plan, said)
    for turn in range(1, MAX_TURNS + 1):
        spoken = person.reply(turn, line, plan, verdicts, taken)
        said.append(("trainee", " ".join(item.label for item in spoken.reading().labels), spoken.text))
        reply = Reply(text=spoken.text, reading=spoken.reading(), matches=spoken.matches(), let_finish=True)
        answer = line.answers(turn, reply, question_open=plan.question)
        assert answer.other is not None
        plan = answer.plan
        if turn == MAX_TURNS and plan.outcome is None:
            plan = line.times_out(line.mood)
        curves.append(_anger(line))
        verdicts = _verdicts(answer.change.verdicts), _verdicts(answer.other.change.verdicts)
        for known, made in zip(taken, verdicts, strict=True):
            known += [name for name, verdict in made.items() if verdict == "accepted" and name not in known]
        _hear(line, plan, said)
        if plan.outcome is not None:
            break
    still = tuple(tuple(name for name in mind.mood.known if mind.mood.met.get(name, 0.0) < MET) for mind in line.minds)
    return Mediated(
        persona=persona.id, mediator=mediator, difficulty=difficulty, seed=seed, outcome=plan.outcome or "timed_out",
        manner=plan.manner, detail=plan.detail, curves=tuple(curves), said=tuple(said), open=(still[0], still[1]),
    )  # fmt: skip


def _anger(line: Mediation) -> tuple[float, float]:
    first, second = line.minds
    return round(first.mood.points, 3), round(second.mood.points, 3)


def _verdicts(verdicts: tuple[OfferVerdict, ...]) -> dict[str, str]:
    return {one.offer: one.verdict for one in verdicts}


def _hear(line: Mediation, plan: Plan, said: list[tuple[str, str, str]]) -> None:
    line.heard_saying(plan, " ".join(one.text for one in plan.lines), whole=True)
    said.extend((line.minds[one.party].persona.who.name, one.situation, one.text) for one in plan.lines)


def _lower(text: str) -> str:
    """A sentence behind a name: small at the beginning, but for "I" and names in capitals."""
    return text if text.startswith(("I ", "I'")) else text[:1].lower() + text[1:]
