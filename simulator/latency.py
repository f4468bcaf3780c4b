"""Where the time goes between the trainee's last sound and the caller's first.

Every wait counts from one anchor, the end of the last frame with speech, in milliseconds of microphone audio; so the stages
of a recorded call are read off its events and are the same however often they are counted (voice.md, section 10).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from simulator.commands import Command, HeardLine, ReadReply, ReportTurn, SayAloud, Transcribe
from simulator.events import Event, FrameHeard, SpeechReady, Transcribed
from simulator.gate import SpeechGate


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One turn of the trainee that the caller answered. Times in ms after the trainee's last sound."""

    turn: int
    asked_ms: int
    """The pause was noticed and recognition began."""
    heard_ms: int
    """The words were there."""
    decided_ms: int
    """The turn was over and she knew what to say."""
    made_ms: int
    """The first piece of it was ready to play."""
    sounded_ms: int
    """Her first sound."""
    acted_ms: int
    """The pause that belongs to the character; she never sounds before it."""


@dataclass(slots=True)
class _Clock:
    gate: SpeechGate = field(default_factory=SpeechGate)
    anchor: int = 0
    asked: int = 0
    heard: int = 0
    decided: int = 0
    turn: int = 0
    acted: int = 0
    utterance: int = 0
    made: int = 0


def answered(steps: Iterable[tuple[Event, Sequence[Command]]]) -> tuple[Answered, ...]:
    """Every turn that she answered, in order; her greeting, cut-ins and "Hello?" are not answers."""
    clock, found = _Clock(), []
    for event, commands in steps:
        match event:
            case FrameHeard():
                clock.gate.feed(event.t, event.p)
            case Transcribed():
                clock.heard = event.t
            case SpeechReady(utterance=clock.utterance, part=0):
                clock.made = event.t
            case _:
                pass
        for command in commands:
            match command:
                case Transcribe():
                    clock.asked = event.t
                case ReadReply() | ReportTurn():
                    clock.turn = command.turn
                case SayAloud(reason="end_of_turn"):
                    clock.anchor, clock.decided, clock.acted = clock.gate.last_speech, event.t, command.acted_delay_ms
                    clock.utterance = command.utterance
                case SayAloud():
                    clock.utterance = 0
                case HeardLine(utterance=clock.utterance):
                    begin = clock.anchor
                    found.append(
                        Answered(
                            turn=clock.turn, asked_ms=clock.asked - begin, heard_ms=clock.heard - begin,
                            decided_ms=clock.decided - begin, made_ms=clock.made - begin,
                            sounded_ms=command.start_ms - begin, acted_ms=clock.acted,
                        )
                    )  # fmt: skip
                case _:
                    pass
    return tuple(found)
