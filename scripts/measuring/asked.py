"""Questions put to a caller in the middle of a call, typed, and what she makes of them.

Every question meets the same moment: the opening below has been said, with the shipped reader and matcher; she has told her
whole story and what she wants most; her anger is at most ``WILLING``; nothing comes between (no curveballs). So no answer fails because she is too
angry to give it, and what she confides only later may stay hidden. Each question gets a copy of her mind of its own.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, get_args

from ruamel.yaml import YAML

from evaluation.matcher import EmbeddingMatcher
from evaluation.reader import TransformerReader
from personas.persona import Persona
from simulator import settings
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
    """The shipped reader and matcher, and callers to ask."""

    def __init__(self) -> None:
        self._reader = TransformerReader.load()
        self._matcher = EmbeddingMatcher.load(kept=settings.cache_folder() / "sentences")

    def ask(self, persona: Persona, questions: Iterable[str]) -> list[Asked]:
        """Each question, put to ``persona`` at the same moment of the same call."""
        mind, plan = self._in_mid_call(persona.model_copy(update={"curveballs": ()}))
        return [self._ask(deepcopy(mind), plan, question) for question in questions]

    def _in_mid_call(self, persona: Persona) -> tuple[Mind, Plan]:
        mind = Mind(persona, SEED)
        mind.meets(AGENT)
        plan = mind.caller.greets(mind.mood)
        _hear(mind, plan)
        for turn, text in enumerate(OPENING, 1):
            plan = self._say(mind, plan, turn, text)[1].plan
            _hear(mind, plan)
        story = mind.caller.agenda.story
        for text in story[mind.caller.agenda.story_at :]:
            mind.caller.told.append(text)
        mind.caller.agenda.story_at = len(story)
        if not mind.caller.agenda.voiced:  # and she has said what she wants most
            plan = mind.caller.agenda.next(mind.mood)
            _hear(mind, plan)
        if mind.mood.points > WILLING:
            mind.mood.shift("asked", WILLING - mind.mood.points)
        # What she said last was no question that now waits for its answer.
        return mind, replace(plan, question=False)

    def _say(self, mind: Mind, plan: Plan, turn: int, text: str) -> tuple[Reply, Answer]:
        before = " ".join(line.text for line in plan.lines)
        reply = Reply(
            text=text,
            reading=self._reader.read(text, before),
            matches=self._matcher.match(text, mind.persona),
            spoken=False,
        )
        return reply, mind.answers(turn, reply, question_open=plan.question)

    def _ask(self, mind: Mind, plan: Plan, question: str) -> Asked:
        reply, answer = self._say(mind, plan, len(OPENING) + 1, question)
        given, told = mind.caller.facts.given, answer.plan.revealed
        needs = {need.id: need for need in mind.persona.hidden_needs}
        said = {line.text for line in answer.plan.lines}
        verdicts = {item.offer: item.verdict for item in answer.change.verdicts}
        matches = reply.matches
        return Asked(
            caller=mind.persona.id,
            question=question,
            understood=(
                *(f"need {name}" if name in needs else f"fact {name}" for name in told if name in given),
                *(f"not yet {name}" for name, need in needs.items() if name not in told and said & set(need.not_yet)),
                *(f"offer {made.offer} {verdicts.get(made.offer, 'unheard')}" for made in matches.offers),
            ),
            situations=tuple(line.situation for line in answer.plan.lines),
            answer=" ".join(line.text for line in answer.plan.lines),
            heard=(
                *((item.fact, item.score) for item in matches.asked),
                *((made.offer, made.score) for made in matches.offers),
            ),
            labels=tuple(found.label for found in reply.reading.labels),
        )


def read_questions(path: Path) -> dict[str, list[str]]:
    """The questions of each caller: of a plain list, or of a file of verdicts."""
    parts = YAML(typ="safe", pure=True).load(path)
    return {
        caller: [each if isinstance(each, str) else each["question"] for each in asked]
        for caller, asked in parts.items()
    }


def read_verdicts(path: Path) -> dict[str, list[dict[str, str]]]:
    """Per caller the judged questions: ``question``, ``verdict``, ``understood``, ``why``."""
    parts: dict[str, list[dict[str, str]]] = YAML(typ="safe", pure=True).load(path)
    wrong = [
        f"{caller}: {each}" for caller, asked in parts.items() for each in asked if each.get("verdict") not in VERDICTS
    ]
    if wrong:
        raise ValueError(f"{path}: no such verdict: {'; '.join(wrong)}")
    return parts


def counts(judged: Mapping[str, Iterable[Mapping[str, str]]]) -> dict[str, dict[str, int]]:
    """How often each verdict was given, per caller and over ``all``."""
    table = {
        caller: {verdict: sum(each["verdict"] == verdict for each in asked) for verdict in VERDICTS}
        for caller, asked in ((name, list(some)) for name, some in judged.items())
    }
    return {**table, "all": {verdict: sum(row[verdict] for row in table.values()) for verdict in VERDICTS}}


def _hear(mind: Mind, plan: Plan) -> None:
    mind.caller.heard_saying(plan, " ".join(line.text for line in plan.lines), whole=True)
