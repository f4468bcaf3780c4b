"""Drives the core from a recording and compares."""

from dataclasses import dataclass
from typing import Any

from simulator.codec import dumps, encode
from simulator.commands import Command, EndCall, ReportTurn, reported
from simulator.engine import CallEngine
from simulator.errors import EngineError
from simulator.recording import Header, RecordedCall
from simulator.turn_policy import TurnPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first place where the core answers otherwise than it did, or where the recording is damaged."""

    file: str
    line: int
    t: int | None
    recorded: str
    replayed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The result of a replay."""

    identical: bool
    first_difference: Difference | None
    turns: tuple[ReportTurn, ...]
    end: EndCall | None
    steps: int


def policy_of(header: Header) -> TurnPolicy:
    """The turn policy that a call was played with."""
    plain: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in header.policy.items()
    }
    return TurnPolicy(**plain)


def engine_of(header: Header) -> CallEngine:
    """A fresh core, set up as it was at the start of the recorded call."""
    return CallEngine(header.load_persona(), policy_of(header), header.seed, header.ceiling)


def replay(call: RecordedCall) -> Replayed:
    """Feed the recorded events to a fresh core; its commands must be the recorded ones, byte for byte."""
    if call.damage is not None and call.damage.line == 1:
        # What the call was set up with cannot be trusted, so there is nothing to compare with.
        named = Difference(file=call.damage.file, line=1, t=0, recorded=call.damage.what, replayed="")
        return Replayed(identical=False, first_difference=named, turns=(), end=None, steps=len(call.steps))
    engine = engine_of(call.header)
    difference: Difference | None = None
    commands: list[Command] = []
    for line, step in enumerate(call.steps, 2):
        try:
            answered = engine.handle(step.event)
        except EngineError as error:
            difference = difference or Difference(
                file="call.jsonl", line=line, t=step.event.t, recorded=dumps(encode(step.event)), replayed=str(error)
            )
            break
        commands.extend(answered)
        if answered != step.commands and difference is None:
            difference = _first(line, step.event.t, step.commands, answered)
    if call.damage is not None and (difference is None or call.damage.line <= difference.line):
        difference = Difference(
            file=call.damage.file, line=call.damage.line,
            t=_time_at(call, call.damage.line), recorded=call.damage.what,
            replayed=difference.replayed if difference is not None and difference.line == call.damage.line else "",
        )  # fmt: skip
    return Replayed(
        identical=difference is None,
        first_difference=difference,
        turns=reported(commands),
        end=next((command for command in commands if isinstance(command, EndCall)), None),
        steps=len(call.steps),
    )


def _time_at(call: RecordedCall, line: int) -> int | None:
    return call.steps[line - 2].event.t if 2 <= line < len(call.steps) + 2 else None


def _first(line: int, t: int, recorded: tuple[Command, ...], replayed: tuple[Command, ...]) -> Difference:
    for index in range(max(len(recorded), len(replayed))):
        old = dumps(encode(recorded[index])) if index < len(recorded) else "(nothing)"
        new = dumps(encode(replayed[index])) if index < len(replayed) else "(nothing)"
        if old != new:
            return Difference(file="call.jsonl", line=line, t=t, recorded=old, replayed=new)
    return Difference(file="call.jsonl", line=line, t=t, recorded="", replayed="")
