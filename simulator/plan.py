"""What the caller means to say next, and the copy of her memory that lets her not have said it."""

from dataclasses import dataclass
from typing import Literal

from simulator.commands import Outcome
from simulator.turn_policy import Expecting


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One part of what she says, and why she says it."""

    situation: str
    text: str
    speaker: str = ""
    """Voice of somebody else who says it; hers when empty."""
    party: int = 0
    """Whose words these are where two are on the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What she says next, and whether the call ends with it."""

    lines: tuple[Line, ...] = ()
    outcome: Outcome | None = None
    manner: Literal["warm", "cool", ""] = ""
    accepts: bool = False
    question: bool = False
    """She has asked for something; ignoring it will cost."""
    expecting: Expecting = "answer"
    revealed: tuple[str, ...] = ()
    detail: str = ""
    shares: "tuple[tuple[int, Plan], ...]" = ()
    """Where two are on the line: whose plans this one is made of, in the order in which they speak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """A copy of what a plan may change before it is spoken."""

    given: frozenset[str]
    story_at: int
    voiced: tuple[tuple[str, int], ...]
    warned: bool
    supervisor_turn: int | None
    supervisor_open: bool
    parrot_turn: int
    could_close: int
    pressed: int
    asked_last: str
    called_back: bool
    asks_promise: bool
    put_off: frozenset[str]
    known: tuple[str, ...]
    stopped_turn: int
    spoken: tuple[tuple[str, int], ...]
    lines: tuple[tuple[tuple[str, int], ...], str, int]
    """Of the line bag: uses, last line, draws."""
