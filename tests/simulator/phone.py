"""A call in sample time whose parts can break or dawdle, and the words for what is looked at in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from personas import shelf
from personas.persona import Persona
from simulator import commands as do
from simulator import events as ev
from simulator.engine import CallEngine
from simulator.ports import FRAME_MS
from simulator.rehearsal.telephone import Line, Speech
from simulator.turn_policy import TurnPolicy

DANA = shelf.find("dana_double_billing")
JOEL = shelf.find("joel_late_bed")
POLICY = TurnPolicy()

C = TypeVar("C")


@dataclass
class Phone(Line):
    """The line, with parts that break or dawdle."""

    deaf_takes: frozenset[int] = frozenset()
    """Takes on which the recogniser fails."""
    mute_parts: frozenset[tuple[int, int]] = frozenset()
    """(utterance, part) on which the synthesizer fails."""
    slow_parts: frozenset[tuple[int, int]] = frozenset()
    """(utterance, part) that take ``slow_ms`` to make."""
    slow_ms: int = 4_000
    louder_from: int = 10**9
    """From here on the trainee speaks 12 dB louder."""

    def run(self, until_ms: int) -> "Phone":
        super().run(until_ms)
        return self

    def _answer(self, command: do.Command) -> None:
        if isinstance(command, do.Transcribe) and command.take in self.deaf_takes:
            fault = ev.Fault(t=0, what="recognizer", detail="no model", turn=command.turn, take=command.take)
            self._later(fault, self.ears_ms)
            return
        super()._answer(command)
        if isinstance(command, do.Synthesize):
            where = command.utterance, command.part
            due, order, ready = self.queue[-1]
            if where in self.mute_parts:
                self.lengths[where] = 0
                fault = ev.Fault(t=0, what="synthesizer", detail="no voice", utterance=where[0], part=where[1])
                self.queue[-1] = due, order, fault
            elif where in self.slow_parts:
                self.queue[-1] = due + self.slow_ms, order, ready

    def _feed(self, event: ev.Event) -> None:
        if isinstance(event, ev.FrameHeard) and event.t > self.louder_from and event.p > 0.5:
            event = replace(event, db=event.db + 12)
        super()._feed(event)

    def tell(self, event: ev.Event) -> "Phone":
        """Something happens that no script holds."""
        self._feed(event)
        return self

    def all(self, kind: type[C]) -> list[C]:
        """Every command of a kind so far."""
        return [command for _, command in self.log if isinstance(command, kind)]

    @property
    def reasons(self) -> list[str]:
        """Why she spoke, each time that she did."""
        return [one.reason for one in self.all(do.SayAloud)]

    @property
    def replies(self) -> list[str]:
        """What counted as a turn of the trainee."""
        return [one.text for one in do.reported(command for _, command in self.log)]

    @property
    def end(self) -> tuple[str, str]:
        """How the call ended, and why."""
        (end,) = self.all(do.EndCall)
        return end.outcome, end.detail


SLOW_MS = Phone.slow_ms


def phone(
    script: Sequence[Speech] = (),
    *,
    persona: Persona = DANA,
    policy: TurnPolicy = POLICY,
    anger: float | None = None,
    ears_ms: int = 0,
    deaf_takes: frozenset[int] = frozenset(),
    mute_parts: frozenset[tuple[int, int]] = frozenset(),
    slow_parts: frozenset[tuple[int, int]] = frozenset(),
) -> Phone:
    engine = CallEngine(persona, policy, 7)
    if anger is not None:
        engine.mood.shift("test", anger - engine.mood.points)
    return Phone(
        engine, script, ears_ms=ears_ms, deaf_takes=deaf_takes, mute_parts=mute_parts, slow_parts=slow_parts
    )  # fmt: skip


def said_by(persona: Persona, situation: str, text: str) -> bool:
    """Whether ``text`` is one of the lines for a situation."""
    return any(text in group for group in persona.lines_by_fit(situation, "furious"))


def causes(report: do.ReportTurn) -> dict[str, int]:
    """What moved her in a turn, in thousandths of a point."""
    return {entry.cause: entry.points for entry in report.ledger}


def about(at: int, due: int) -> bool:
    """Whether something came when it was due: frames come every 32 ms."""
    return 0 <= at - due < 2 * FRAME_MS


GREETED = next(t for t, one in phone().run(10_000).log if isinstance(one, do.HeardLine))
"""When her greeting is over if nobody disturbs it."""
