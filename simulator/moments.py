"""Moments of a call at which a reply was given, kept so that another reply can be tried from the same state."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace

from simulator.commands import HeardLine, SayAloud
from simulator.mind import Answer, Mind, Reply
from simulator.mood import Change
from simulator.reading import Matches, Reading
from simulator.recording import RecordedCall
from simulator.replay import engine_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A reply, the mind that it came to, and what it made of it."""

    turn: int
    before: Mind
    """A copy from before the reply; whoever tries something copies it again."""
    line: str
    """Her words before the reply, as far as they were heard: the reader reads a reply as an answer to them."""
    reply: Reply
    question_open: bool
    answer: Answer

    @property
    def rise(self) -> int:
        """Change of anger in thousandths of a point; negative when she calmed."""
        return self.answer.change.after.anger - self.answer.change.before.anger

    def instead(self, text: str, reading: Reading, matches: Matches) -> Change:
        """What other words would have done to her, over the same silence and in the same voice."""
        mind = deepcopy(self.before)
        reply = replace(self.reply, text=text, reading=reading, matches=matches, words=())
        return mind.answers(self.turn, reply, question_open=self.question_open).change


@dataclass(slots=True)
class WatchedMind(Mind):
    """A mind that shows each reply, with a copy of itself from before, to ``watch``."""

    watch: Callable[[Answered], None] | None = field(default=None)
    line: str = field(default="")
    """Her words as the trainee heard them last; whoever holds the call keeps this."""

    def answers(self, turn: int, reply: Reply, *, question_open: bool) -> Answer:
        watch, self.watch = self.watch, None  # a copy shows nothing to anybody
        before = deepcopy(self) if watch is not None else self
        answer = Mind.answers(self, turn, reply, question_open=question_open)
        self.watch = watch
        if watch is not None:
            watch(
                Answered(
                    turn=turn, before=before, line=self.line, reply=reply, question_open=question_open, answer=answer
                )
            )
        return answer


def answered(call: RecordedCall, turn: int) -> Answered | None:
    """The moment of a turn of a recorded call, which is played through the core once more; None when there is none."""
    engine = engine_of(call.header)
    if engine.persona.other is not None:
        return None  # two minds answered it; what one reply would have done to both is not tried yet
    found: list[Answered] = []

    def keep(one: Answered) -> None:
        if one.turn == turn:
            found.append(one)

    mind = WatchedMind(engine.persona, engine.seed, engine.ceiling, watch=keep)
    engine.mind = mind
    answering = 0
    for event, _ in call.pairs:
        for command in engine.handle(event):
            if isinstance(command, SayAloud) and command.reason == "end_of_turn":
                answering = command.utterance
            elif isinstance(command, HeardLine):
                if found and command.utterance == answering:
                    return found[-1]
                mind.line = command.text or mind.line
    return found[-1] if found else None
