"""Questions put to a caller in the middle of a call, typed, and what she makes of them.

Every question meets the same moment: the opening below has been said, with the shipped reader and matcher; she has told her
whole story and what she wants most; her anger is at most ``WILLING``; nothing comes between (no curveballs). So no answer
fails because she is too angry to give it, and what she confides only later may stay hidden. Each question gets a copy of her
mind of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Literal, get_args

from ruamel.yaml import YAML

from evaluation.matcher import EmbeddingMatcher
from evaluation.reader import TransformerReader
from personas.persona import Persona
from simulator import settings
from simulator.mediation import Mediation, match_all, mind_of, pieces_of, read_all
from simulator.mind import Answer, Mind, Reply
from simulator.plan import Plan
from simulator.rehearsal.calls import AGENT

OPENING: Final = (
    f"Hello, this is {AGENT}. I'm listening.",
    "I'm so sorry. You have every right to be angry.",
    "That sounds awful. Please go on.",
    "I understand why you're upset. Thank you for telling me.",
)
"""What is said to her before the question. It asks for nothing and offers nothing."""
WILLING: Final = 45.0
"""Anger, in points, that she is brought down to where the opening leaves more: annoyed, and willing to answer."""
SEED: Final = 1

Verdict = Literal["answered", "dont_know", "miss", "wrong"]
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question and what became of it."""

    caller: str
    question: str
    understood: tuple[str, ...]
    """``fact ID`` or ``need ID`` for each that she told, ``not yet ID`` for a need that stayed hidden, ``offer ID VERDICT``
    for what she took for an offer; empty when she told nothing."""
    situations: tuple[str, ...]
    """Of her lines, in order."""
    answer: str
    """All that she said to it."""
    heard: tuple[tuple[str, float], ...]
    """What the matcher found, facts, needs and offers, with its probability of each."""
    labels: tuple[str, ...]
    """What the reader found."""

    def lost(self, understood: str) -> tuple[str, ...]:
        """What of ``understood``, joined by ", " as in a file of verdicts, she does not understand any more."""
        return tuple(name for name in understood.split(", ") if name and name not in self.understood)

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "caller": self.caller, "question": self.question, "understood": list(self.understood),
            "situations": list(self.situations), "answer": self.answer, "heard": dict(self.heard), "labels": list(self.labels),
        }  # fmt: skip


class Asking:
    """The shipped reader and matcher, and callers to ask. Where two are on the line, whom a question is for is worked out from
    its words, as in a call; both have told their story."""

    def __init__(self) -> None:
        self._reader = TransformerReader.load()
        self._matcher = EmbeddingMatcher.load(kept=settings.cache_folder() / "sentences")

    def ask(self, persona: Persona, questions: Iterable[str]) -> list[Asked]:
        """Each question, put to ``persona`` at the same moment of the same call."""
        other = persona.other and persona.other.model_copy(update={"curveballs": ()})
        mind, plan = self._in_mid_call(persona.model_copy(update={"curveballs": (), "other": other}))
        return [self._ask(deepcopy(mind), plan, question) for question in questions]

    def _in_mid_call(self, persona: Persona) -> tuple[Mind | Mediation, Plan]:
        mind = mind_of(persona, SEED)
        mind.meets(AGENT)
        plan = mind.caller.greets(mind.mood)
        _hear(mind, plan)
        for turn, text in enumerate(OPENING, 1):
            plan = self._say(mind, persona, plan, turn, text)[1].plan
            _hear(mind, plan)
        for one in _parties(mind):
            agenda = one.caller.agenda
            one.caller.told.extend(agenda.story[agenda.story_at :])
            agenda.story_at = len(agenda.story)
            if not agenda.voiced:  # and she has said what she wants most
                plan = agenda.next(one.mood)
                _hear(one, plan)
            if one.mood.points > WILLING:
                one.mood.shift("asked", WILLING - one.mood.points)
        # What she said last was no question that now waits for its answer.
        if isinstance(mind, Mediation):
            mind.asking = (False, False)
        return mind, replace(plan, question=False)

    def _say(self, mind: Mind | Mediation, persona: Persona, plan: Plan, turn: int, text: str) -> tuple[Reply, Answer]:
        before = " ".join(line.text for line in plan.lines)
        reply = Reply(
            text=text,
            reading=read_all(self._reader, text, before, pieces_of(mind)),
            matches=match_all(self._matcher, text, persona),
            spoken=False,
        )
        return reply, mind.answers(turn, reply, question_open=plan.question)

    def _ask(self, mind: Mind | Mediation, plan: Plan, question: str) -> Asked:
        parties = _parties(mind)
        persona = parties[0].persona
        reply, answer = self._say(mind, persona, plan, len(OPENING) + 1, question)
        told = answer.plan.revealed
        given = {name for one in parties for name in one.caller.facts.given}
        needs = {need.id: need for one in parties for need in one.persona.hidden_needs}
        said = {line.text for line in answer.plan.lines}
        changes = (answer.change, *((answer.other.change,) if answer.other else ()))
        verdicts = {item.offer: item.verdict for change in changes for item in change.verdicts}
        matches = reply.matches
        return Asked(
            caller=persona.id,
            question=question,
            understood=(
                *(f"need {name}" if name in needs else f"fact {name}" for name in told if name in given),
                *(f"not yet {name}" for name, need in needs.items() if name not in told and said & set(need.not_yet)),
                *(f"offer {made.offer} {verdicts.get(made.offer, 'unheard')}" for made in matches.offers),
            ),
            situations=tuple(line.situation for line in answer.plan.lines),
            answer=_spoken(answer.plan, parties),
            heard=(
                *((item.fact, item.score) for item in matches.asked),
                *((made.offer, made.score) for made in matches.offers),
            ),
            labels=tuple(found.label for found in reply.reading.labels),
        )


def _parties(mind: Mind | Mediation) -> tuple[Mind, ...]:
    """Everybody on the line."""
    return mind.minds if isinstance(mind, Mediation) else (mind,)


def _spoken(plan: Plan, parties: Sequence[Mind]) -> str:
    """The words of a plan; with whose they are, where two are on the line."""
    if len(parties) == 1:
        return " ".join(line.text for line in plan.lines)
    shares = groupby(plan.lines, key=lambda line: line.party)
    return " ".join(
        f"{parties[party].persona.who.name}: {' '.join(line.text for line in lines)}" for party, lines in shares
    )


def read_questions(path: Path) -> dict[str, list[str]]:
    """The questions of each caller: of a plain list, or of a file of verdicts."""
    parts = YAML(typ="safe", pure=True).load(path)
    return {
        caller: [each if isinstance(each, str) else each["question"] for each in asked]
        for caller, asked in parts.items()
    }


def read_verdicts(path: Path) -> dict[str, list[dict[str, str]]]:
    """Per caller the questions that somebody has judged: ``question``, ``verdict``, ``understood``, ``why``. Raises ValueError
    for a verdict there is none of."""
    parts = YAML(typ="safe", pure=True).load(path)
    judged = {
        caller: [each for each in asked if not isinstance(each, str) and "verdict" in each]
        for caller, asked in parts.items()
    }
    wrong = [f"{caller}: {each}" for caller, some in judged.items() for each in some if each["verdict"] not in VERDICTS]
    if wrong:
        raise ValueError(f"{path}: no such verdict: {'; '.join(wrong)}")
    return judged


def counts(judged: Mapping[str, Iterable[Mapping[str, str]]]) -> dict[str, dict[str, int]]:
    """How often each verdict was given, per caller and over ``all``."""
    table = {
        caller: {verdict: sum(each["verdict"] == verdict for each in asked) for verdict in VERDICTS}
        for caller, asked in ((name, list(some)) for name, some in judged.items())
    }
    return {**table, "all": {verdict: sum(row[verdict] for row in table.values()) for verdict in VERDICTS}}


def _hear(mind: Mind | Mediation, plan: Plan) -> None:
    mind.caller.heard_saying(plan, " ".join(line.text for line in plan.lines), whole=True)
