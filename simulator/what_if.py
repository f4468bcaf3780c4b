"""The same replies to somebody else, or to the same caller in another mood.

A recorded call is played through the core once more to overhear what each reply came to (its reading, how loud, over what
silence); then these replies are given to another mind. Up to the first line that she would have said differently this is
what would have happened. After it the trainee would have answered something else, so the rest is marked hypothetical.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from personas.persona import Persona
from simulator.commands import HeardLine, Outcome, SayAloud
from simulator.mind import Answer, Mind, Reply
from simulator.reading import Matches
from simulator.recording import RecordedCall
from simulator.replay import engine_of

Match = Callable[[str, Persona], Matches]
"""What a reply asks of a caller and offers her."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfTurn:
    """One reply, then and now. Anger in points, after the reply."""

    turn: int
    text: str
    anger_then: float
    anger_now: float
    answer_then: str
    answer_now: str
    hypothetical: bool
    """Said after her words had become others, so perhaps never said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """A call as it would have gone."""

    turns: tuple[WhatIfTurn, ...]
    diverges_at: int | None
    """The first turn that she would have answered otherwise; None when there is none."""
    outcome: Outcome | None
    """None when the replies were used up before the call had ended."""


@dataclass(slots=True)
class _Overheard(Mind):
    """A mind that keeps what it is told."""

    replies: dict[int, tuple[Reply, float]] = field(init=False, default_factory=dict)
    """By turn, as it was when it was over."""

    def answers(self, turn: int, reply: Reply, *, question_open: bool) -> Answer:
        answer = Mind.answers(self, turn, reply, question_open=question_open)
        self.replies[turn] = reply, round(self.mood.points, 3)
        return answer


def what_if(
    call: RecordedCall, persona: Persona, *, seed: int, ceiling: float = 100.0, match: Match | None = None
) -> WhatIf:
    """``call`` with another caller. ``persona`` is as it is to be played, difficulty applied.

    ``match`` is needed for a caller with other facts and offers; without it the recorded matches are taken.
    """
    replies, answers, heard = _overhear(call)
    mind = Mind(persona, seed, ceiling)
    mind.meets(call.header.agent)
    plan = mind.caller.greets(mind.mood)
    turns: list[WhatIfTurn] = []
    diverges: int | None = None
    now, last = " ".join(line.text for line in plan.lines), 0
    for turn, reply, anger_then in replies:
        # Her own words were heard as far as they were then; others would have been heard out.
        text, whole = heard.get(last, (now, True)) if now == answers.get(last, now) else (now, True)
        mind.caller.heard_saying(plan, text, whole=whole)
        last = turn
        matches = match(reply.text, persona) if match is not None else reply.matches
        plan = mind.answers(turn, replace(reply, matches=matches), question_open=plan.question).plan
        now = " ".join(line.text for line in plan.lines)
        then = answers.get(turn, "")
        turns.append(
            WhatIfTurn(
                turn=turn, text=reply.text, anger_then=anger_then, anger_now=round(mind.mood.points, 3),
                answer_then=then, answer_now=now, hypothetical=diverges is not None,
            )
        )  # fmt: skip
        if now != then and diverges is None:
            diverges = turn
        if plan.outcome is not None:
            break
    return WhatIf(turns=tuple(turns), diverges_at=diverges, outcome=plan.outcome)


def _overhear(
    call: RecordedCall,
) -> tuple[list[tuple[int, Reply, float]], dict[int, str], dict[int, tuple[str, bool]]]:
    """Every reply of the call with the anger after it; by turn, what she answered; and how much of that was heard.

    Turn 0 is her greeting.
    """
    engine = engine_of(call.header)
    mind = _Overheard(engine.persona, engine.seed, engine.ceiling)
    engine.mind = mind
    answers: dict[int, str] = {}
    heard: dict[int, tuple[str, bool]] = {}
    saying: dict[int, int] = {}
    for event, _ in call.pairs:
        for command in engine.handle(event):
            if isinstance(command, SayAloud) and command.reason in ("greeting", "end_of_turn"):
                answers[command.turn] = command.text
                saying[command.utterance] = command.turn
            elif isinstance(command, HeardLine) and command.utterance in saying:
                heard[saying[command.utterance]] = (command.text, command.whole)
    return [(turn, *told) for turn, told in mind.replies.items()], answers, heard
