"""Where the time goes between the trainee's last sound and the caller's first, and whom her quickness cut off.

Every wait counts from one anchor, the end of the last frame with speech, in milliseconds of microphone audio; so the stages
of a recorded call are read off its events and are the same however often they are counted (voice.md, section 10).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.commands import Command, Duck, HeardLine, Play, ReadReply, ReportTurn, SayAloud, Stop, Transcribe
from simulator.events import Event, FrameHeard, SpeechReady, Transcribed
from simulator.gate import SpeechGate
from simulator.ports import SAMPLE_RATE
from simulator.turn_policy import TurnPolicy
from simulator.utterance import OPENER

if TYPE_CHECKING:
    from simulator.ports import Samples

WENT_ON_MS: Final = 3_500
"""A trainee who speaks again so soon after a decision, and before her line is over, was not done: nobody's pause is longer
in ``voice/turns``. Of a trainee who means to interrupt it would be wrong; the scripts that are timed have none."""


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
    answered_ms: int
    """The first word of the answer: later than her first sound where she began with "Well," because the rest was not ready."""
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
    opener_ms: int = 0
    """How long the word lasts that she can begin with."""
    opened: bool = False
    plays: int = 0
    """When the first piece of the answer was put behind what was playing, and after how long a pause."""
    pause: int = 0


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
            case SpeechReady(utterance=clock.utterance, part=part) if part == OPENER:
                clock.opener_ms = event.duration_ms
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
                    clock.utterance, clock.opened = command.utterance, False
                case SayAloud():
                    clock.utterance = 0
                case Play(utterance=clock.utterance, part=part, pause_ms=pause_ms) if part <= 0:
                    clock.opened, clock.plays, clock.pause = clock.opened or part == OPENER, event.t, pause_ms
                case HeardLine(utterance=clock.utterance):
                    begin = clock.anchor
                    spoken = command.start_ms + clock.opener_ms * clock.opened
                    word_ms = max(clock.plays, spoken) + clock.pause
                    found.append(
                        Answered(
                            turn=clock.turn, asked_ms=clock.asked - begin, heard_ms=clock.heard - begin,
                            decided_ms=clock.decided - begin, made_ms=clock.made - begin,
                            sounded_ms=command.start_ms - begin, answered_ms=word_ms - begin, acted_ms=clock.acted,
                        )
                    )  # fmt: skip
                case _:
                    pass
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """The silences of 0.2 s and more within the trainee's turns."""

    pauses: int
    cut_off: int
    """In how many of them she began to speak before he spoke again. As in eot-bench it is her sound that counts and not her
    decision: an answer that was withdrawn before it sounded cut nobody off."""
    both_began: int = 0
    """In how many more she began as he did: with his first sound, or before it could be known (some 100 ms)."""


def holds(steps: Iterable[tuple[Event, Sequence[Command]]]) -> Holds:
    """Counted from the same events as :func:`answered`."""
    gate, pauses, cut_off, both_began = SpeechGate(), 0, 0, 0
    paused_at: int | None = None
    deciding = answering = began = 0
    for event, commands in steps:
        if isinstance(event, FrameHeard):
            change = gate.feed(event.t, event.p)
            if change == "off":
                paused_at = gate.last_speech
            elif change == "on" and paused_at is not None:
                went_on = gate.speech_start - paused_at <= WENT_ON_MS
                pauses += went_on
                cut_off += went_on and answering > 0 and began < gate.speech_start
                both_began += went_on and answering > 0 and began >= gate.speech_start
                paused_at, answering = None, 0
        for command in commands:
            match command:
                case SayAloud(reason="end_of_turn"):
                    deciding = command.utterance
                case Play(utterance=utterance) if utterance == deciding:
                    deciding, answering, began = 0, utterance, event.t
                case HeardLine(utterance=utterance) if utterance == answering:
                    paused_at, answering = None, 0
                case _:
                    pass
    return Holds(pauses=pauses, cut_off=cut_off, both_began=both_began)


RAMP_MS: Final = 10
"""How long she takes to get lower (``voice.playout``)."""
_QUIET: Final = 0.03
"""-30 dB: peaks of her room and line (``voice.room``) are lower, those of her words higher, also when she is ducked."""
_STILL: Final = 3 * SAMPLE_RATE // 100
"""30 ms without a louder sample: she has stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Yielded:
    """One time the trainee spoke over her until she stopped. Milliseconds."""

    ducked_ms: int
    """From his first sound until hers is lower: when it was ordered, and the way of an order to her sound, as measured on
    the order to stop that follows."""
    stopped_ms: int
    """From the moment when by her character she gives way until nothing of her is heard."""
    held_on_ms: int
    """What belongs to the character: how long against him she talks on (``TurnPolicy.yield_after_ms``)."""


def yielded(
    steps: Iterable[tuple[Event, Sequence[Command]]], caller: "Samples", policy: TurnPolicy, start_anger: float
) -> tuple[Yielded, ...]:
    """Every barge-in that ended in her silence. ``caller`` is her side of the recording, in which it is read when she was
    really silent; the moments before that are taken from the events. ``start_anger`` is hers, in points."""
    gate, found = SpeechGate(), []
    anger, onset, ducked = start_anger, 0, 0
    for event, commands in steps:
        if isinstance(event, FrameHeard):
            gate.feed(event.t, event.p)
        for command in commands:
            match command:
                case ReportTurn():
                    anger = command.after.anger / 1000
                case Duck(gain_db=level) if level < 0:
                    onset, ducked = gate.speech_start, event.t
                case Duck():
                    ducked = 0
                case Stop(fade_ms=fade_ms) if ducked:
                    held_on = policy.yield_after_ms(anger)
                    after_order = _silent_ms(caller, event.t) - event.t
                    found.append(
                        Yielded(
                            ducked_ms=ducked - onset + max(0, after_order - fade_ms) + RAMP_MS,
                            stopped_ms=max(0, event.t + after_order - onset - held_on),
                            held_on_ms=held_on,
                        )
                    )
                    ducked = 0
                case _:
                    pass
    return tuple(found)


def _silent_ms(caller: "Samples", ordered: int) -> int:
    """When none of her words is played any more after it was ordered; her next line does not count."""
    begin = ordered * SAMPLE_RATE // 1000
    sounding = np.flatnonzero(np.abs(caller[begin : begin + SAMPLE_RATE]) > _QUIET)
    if not len(sounding) or sounding[0] > _STILL:
        return ordered
    gaps = np.flatnonzero(np.diff(sounding) > _STILL)
    last = int(sounding[gaps[0]] if len(gaps) else sounding[-1])
    return ordered + (last + 1) * 1000 // SAMPLE_RATE
