"""What can happen in a call.

Every event is frozen and carries ``t``: milliseconds of microphone audio since the call began. Results of work carry
the number of what was asked for (turn and take, or utterance and part), so that a late answer to a forgotten question
is dropped in one place. Do not subclass these; the union below is closed.
"""

from dataclasses import dataclass
from typing import Literal

from simulator.ports import Transcript, Word
from simulator.reading import Matches, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted:
    """The line is open. Always the first event, at t = 0."""

    t: int
    agent: str = ""
    """The trainee's first name as the caller may use it; empty when unknown."""
    source: Literal["spoken", "typed", "recorded"] = "spoken"
    """Where the trainee's words come from. When they are typed, or taken from a recording of another call, silence
    belongs to nobody and costs nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameHeard:
    """One microphone frame of 32 ms ended at ``t``."""

    t: int
    p: float
    """Probability that the trainee speaks in it, 0 to 1, rounded to 3 places."""
    db: float
    """Level of the frame in dB below full scale, rounded to 1 place; -90 is digital silence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEndScored:
    """The turn-end model has judged a pause."""

    t: int
    turn: int
    take: int
    done: float
    """Probability that the turn is over, 0 to 1, rounded to 3 places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcribed:
    """The recogniser has read a take. Word times are call times."""

    t: int
    turn: int
    take: int
    transcript: Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsHeard:
    """What the recogniser makes of a reply that is still being spoken. It may still change; nothing is scored by it."""

    t: int
    turn: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRead:
    """Reader and matcher have read the words of a take."""

    t: int
    turn: int
    take: int
    reading: Reading
    matches: Matches


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechReady:
    """One part of an utterance has been synthesised."""

    t: int
    utterance: int
    part: int
    duration_ms: int
    words: tuple[Word, ...]
    """Times count from the start of the part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackMoved:
    """What the trainee has heard of the caller so far."""

    t: int
    utterance: int
    position_ms: int
    """Milliseconds of this utterance that have left the loudspeaker, pauses between its parts included."""
    idle: bool
    """Nothing queued is left to play."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraineeAction:
    """The trainee did something other than speak."""

    t: int
    action: Literal["say", "hang_up", "leave", "hold", "resume", "stop", "key_down", "key_up"]
    """``say`` is a typed reply; ``leave`` is the end of a script, a recording or a pipe, which is nobody's decision;
    ``stop`` ends the role-play at once (the stop word); ``key_down`` and ``key_up`` begin and end a turn where the policy is
    push-to-talk, and mean nothing elsewhere."""
    text: str = ""
    """The words of a typed reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something outside the core failed. The call holds or ends, never breaks."""

    t: int
    what: Literal["device_lost", "recognizer", "reader", "synthesizer", "overflow"]
    detail: str
    turn: int = 0
    take: int = 0
    utterance: int = 0
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Time passed without a frame (typed calls and rehearsals)."""

    t: int


Event = (
    CallStarted
    | FrameHeard
    | TurnEndScored
    | Transcribed
    | WordsHeard
    | ReplyRead
    | SpeechReady
    | PlaybackMoved
    | TraineeAction
    | Fault
    | Tick
)
