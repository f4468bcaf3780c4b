"""What the core can ask for. Imperative, frozen; the union below is closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from simulator.ports import Delivery

Outcome = Literal["resolved", "escalated", "unresolved", "hung_up", "timed_out", "ended_fairly", "stopped"]
"""How a call ended.

resolved: every demand that had to be met was met, and the caller closed the call, warmly or coolly.
escalated: the caller asked for a supervisor and was handed over.
unresolved: the trainee ended the call (Ctrl-C on a headset), or had no more to say, before that.
hung_up: the caller ended it in anger or without hope.
timed_out: 30 turns or 12 minutes were not enough.
ended_fairly: the trainee ended an abusive call after a limit and a warning.
stopped: the role-play was stopped (stop word, Ctrl-C elsewhere, a fault).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcribe:
    """Recognise the microphone audio between two call times."""

    turn: int
    take: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTurnEnd:
    """Judge whether the turn is over. ``expecting`` is what the caller just asked for: "number", "answer" or "words"."""

    turn: int
    take: int
    start_ms: int
    end_ms: int
    words: str
    expecting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReply:
    """Read what the words do to this caller."""

    turn: int
    take: int
    reply: str
    caller_line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesize:
    """Make one part of an utterance audible."""

    utterance: int
    part: int
    text: str
    delivery: Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """Play a synthesised part after ``pause_ms`` of silence, behind what is queued already."""

    utterance: int
    part: int
    pause_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Duck:
    """Set the caller's level relative to full, because the trainee speaks over it (or no longer does)."""

    gain_db: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Fade the caller out and forget what is queued."""

    fade_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One named cause of a change of anger."""

    cause: str
    """An act, or one of the ledger's own words: offer, skipped_me, sinking, cooling, limit, ..."""
    points: int
    """Thousandths of an anger point; positive raises."""
    quote: str = ""
    note: str = ""
    """Why it counted less or not at all, or which offer it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodView:
    """The caller's mood as others may see it."""

    anger: int
    """Thousandths of a point, 0 to 100 000."""
    band: Literal["calm", "annoyed", "angry", "furious"]
    heard: float
    trust: float
    patience: float
    residue: float
    floor: float
    """The lowest anger possible now, in points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTurn:
    """Show and record what a turn did: the change of anger, to the thousandth, with every cause.

    A later report of the same turn takes the place of the earlier one: he had only paused, and went on before she spoke.
    """

    turn: int
    start_ms: int
    end_ms: int
    text: str
    confidence: float
    before: MoodView
    after: MoodView
    ledger: tuple[LedgerEntry, ...]
    """Points sum to ``after.anger - before.anger`` exactly."""
    acts: tuple[str, ...]
    offers: tuple[tuple[str, str], ...] = ()
    """(offer id, accepted | rejected | tested | not_ready | known) of each offer made."""
    revealed: tuple[str, ...] = ()
    """Facts told and hidden needs revealed in answer."""
    met: tuple[tuple[str, float], ...] = ()
    """Every known demand and the level to which it is met, 0 to 1."""
    moves: tuple[str, ...] = ()
    """Situations of the lines the caller answers with."""
    gap_ms: int = 0
    """Silence before the trainee began."""
    overlap_ms: int = 0
    """How long the trainee spoke over the caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SayAloud:
    """Tell observers that an utterance was decided: its words, why, and the two delays before it."""

    utterance: int
    reason: Literal["greeting", "end_of_turn", "cut_in", "silence", "stop"]
    turn: int
    text: str
    acted_delay_ms: int
    """The wait that belongs to the character, counted from the last speech frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardLine:
    """Tell observers what of an utterance was heard, once it is over or was stopped."""

    utterance: int
    start_ms: int
    end_ms: int
    text: str
    """Only the words that began before the sound stopped."""
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportParty:
    """Two on the line: what the turn just reported did to the second of them, and whom it spoke to."""

    turn: int
    before: MoodView
    after: MoodView
    ledger: tuple[LedgerEntry, ...]
    """Points sum to ``after.anger - before.anger`` exactly."""
    acts: tuple[str, ...]
    offers: tuple[tuple[str, str], ...] = ()
    met: tuple[tuple[str, float], ...] = ()
    to: tuple[int, ...] = ()
    """The parties that it spoke to."""
    named: tuple[int, ...] = ()
    """The parties that it called by name."""
    words: tuple[int, int] = (0, 0)
    """How many words went to each; what went to both counts for both."""
    against: int = -1
    """The party against whom it took a side; -1 when it took none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """Two on the line: whose words the utterance just decided is made of."""

    utterance: int
    said: tuple[tuple[int, str], ...]
    """(party, words), in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardParty:
    """Two on the line: what one of them was heard to say of an utterance."""

    utterance: int
    party: int
    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCall:
    """The call is over."""

    outcome: Outcome
    manner: Literal["warm", "cool", ""] = ""
    """How a resolved call was closed."""
    detail: str = ""


Command = (
    Transcribe
    | ScoreTurnEnd
    | ReadReply
    | Synthesize
    | Play
    | Duck
    | Stop
    | ReportTurn
    | SayAloud
    | HeardLine
    | ReportParty
    | Voices
    | HeardParty
    | EndCall
)


def reported(commands: Iterable[Command]) -> tuple[ReportTurn, ...]:
    """What each turn came to, in order."""
    return tuple({command.turn: command for command in commands if isinstance(command, ReportTurn)}.values())
