"""A call taken up again just before one of the trainee's turns: same caller, same state, same seed.

Nothing is copied or guessed: the recorded events up to that moment are fed to a fresh core, whose commands must be the
recorded ones to the byte. So the fork begins in the state that the call had, and its own recording, which begins with
those events, replays like any other. (RCDP and ELB rewind the same way; debrief.md, section 9.)
"""

from dataclasses import dataclass

from simulator.codec import dumps, encode
from simulator.commands import Command, HeardLine, ReportTurn, reported
from simulator.engine import CallEngine
from simulator.errors import EngineError, UserError
from simulator.events import Event
from simulator.floor import Floor
from simulator.recording import RecordedCall
from simulator.replay import engine_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """What a call begins with that is taken up again."""

    of: str
    """Name of the call it comes from."""
    turn: int
    """The trainee's turn that is taken once more, counted from 1."""
    steps: tuple[tuple[Event, tuple[Command, ...]], ...]

    @property
    def t(self) -> int:
        """Call time at which it is taken up, in milliseconds."""
        return self.steps[-1][0].t

    def run(self, engine: CallEngine) -> None:
        """Bring a fresh engine to that moment. Raises UserError when it answers otherwise than it did."""
        for event, commands in self.steps:
            try:
                answered = engine.handle(event)
            except EngineError:
                answered = ()
            if _bytes(answered) != _bytes(commands):
                raise UserError(
                    f"{self.of} cannot be taken up again: this version of hotseat plays it otherwise from "
                    f"{event.t / 1000:.1f} s on; `hotseat replay` shows where"
                )


def fork(call: RecordedCall, turn: int) -> Fork:
    """The call up to the end of what she said before ``turn``.

    Raises UserError when there is no such turn, or when it was said while she was still speaking.
    """
    turns = [one.turn for one in reported(command for step in call.steps for command in step.commands)]
    if turn not in turns:
        known = f"choose 1 to {turns[-1]}" if turns else "nothing was said in this call"
        raise UserError(f"{call.name} has no turn {turn}: {known}")
    engine, heard = engine_of(call.header), False
    for count, (event, commands) in enumerate(call.pairs, start=1):
        try:
            engine.handle(event)
        except EngineError as error:
            raise UserError(f"{call.name} cannot be taken up again: {error}") from None
        heard = heard or any(isinstance(command, HeardLine) for command in commands)
        if heard and engine.turn == turn - 1 and engine.floor is Floor.QUIET:
            return Fork(of=call.name, turn=turn, steps=call.pairs[:count])
        if any(isinstance(command, ReportTurn) and command.turn == turn for command in commands):
            break
    raise UserError(f"turn {turn} was said while she was still speaking; take turn {max(1, turn - 1)} instead")


def _bytes(commands: tuple[Command, ...]) -> list[str]:
    return [dumps(encode(command)) for command in commands]
