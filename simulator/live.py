"""Drives the core from microphone and models.

One ``Conductor`` owns the engine. It turns microphone frames and the results of work into events, carries out the
commands, and lets observers (recorder, screen) watch. Two ways of getting work done make the two kinds of call:

* ``Inline``: work is done at once and its result arrives with the next frame. Time is counted in samples, so a call
  runs as fast as the machine can and gives the same events every time.
* ``Threaded``: work is done by worker threads while the microphone runs on; results arrive when they are ready.

The sound card's callback only copies frames into the inbox; no model ever runs on its thread.
"""

import queue
from collections import deque
from collections.abc import Callable, Container, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

from simulator import events as ev
from simulator.commands import (
    Command,
    Duck,
    EndCall,
    Play,
    ReadReply,
    ScoreTurnEnd,
    Stop,
    Synthesize,
    Transcribe,
)
from simulator.engine import CallEngine
from simulator.errors import EngineError, HotseatError
from simulator.floor import Floor
from simulator.mediation import match_all, pieces_of, read_all
from simulator.ports import (
    FRAME_MS,
    SAMPLE_RATE,
    Delivery,
    KeepingSynthesizer,
    Matcher,
    Player,
    Recognizer,
    ReplyReader,
    Speech,
    SpeechDetector,
    Synthesizer,
    Transcript,
    TurnEndModel,
    Word,
)
from simulator.utterance import OPENER

if TYPE_CHECKING:
    from simulator.ahead import Ahead
    from simulator.ports import Samples

NEAR_POINTS: Final = 10
"""A first clause that is ready is taken at an anger so far from hers: a semitone and a decibel at most (``voice.delivery``),
against half a second and more of waiting."""
OPENER_POINTS: Final = 20
"""The same for a word before an answer."""
Result = Callable[[int], ev.Event | None]
"""Makes the event of finished work, given the call time at which it arrives; None if it is none of the call's."""
Work = Callable[[], Result]
Observer = Callable[[ev.Event, Sequence[Command]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Everything that hears, reads and speaks in a call."""

    detector: SpeechDetector
    recognizer: Recognizer
    turn_end: TurnEndModel
    reader: ReplyReader
    matcher: Matcher
    synthesizer: Synthesizer


class Workers(Protocol):
    """How work gets done."""

    def submit(self, lane: str, work: Work, failed: Callable[[Exception], Result]) -> None:
        """Do ``work`` in the order of its lane: "ears", "mouth", or "shelf", where what the mouth has kept is fetched."""

    def ready(self) -> list[Result]:
        """Results that have arrived, in order."""


class Inline:
    """Work is done when it is asked for; its result is ready at the next look."""

    def __init__(self) -> None:
        self._results: deque[Result] = deque()

    def submit(self, lane: str, work: Work, failed: Callable[[Exception], Result]) -> None:
        self._results.append(_attempt(work, failed))

    def ready(self) -> list[Result]:
        results = list(self._results)
        self._results.clear()
        return results


class Threaded:
    """One thread for the ears and one for the mouth, so that a long line never delays the recogniser; and one that fetches
    what is made already, so that it does not wait behind what is being made."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._lanes = {lane: ThreadPoolExecutor(1, thread_name_prefix=lane) for lane in ("ears", "mouth", "shelf")}
        self._results: queue.SimpleQueue[Result] = queue.SimpleQueue()
        self._wake = wake

    def submit(self, lane: str, work: Work, failed: Callable[[Exception], Result]) -> None:
        def run() -> None:
            self._results.put(_attempt(work, failed))
            self._wake()

        self._lanes[lane].submit(run)

    def ready(self) -> list[Result]:
        results = []
        while True:
            try:
                results.append(self._results.get_nowait())
            except queue.Empty:
                return results

    def close(self) -> None:
        """Forget what has not begun and wait for what has."""
        for name in ("shelf", "ears", "mouth"):  # the shelf gives work to the mouth
            self._lanes[name].shutdown(wait=True, cancel_futures=True)


def _nothing(t: int) -> None:
    """The result of work that nobody waits for any more."""


def _attempt(work: Work, failed: Callable[[Exception], Result]) -> Result:
    try:
        return work()
    except Exception as error:  # a model that breaks must become a Fault in the call, whatever it raised
        return failed(error)


class Capture(Protocol):
    """The microphone audio of the whole call."""

    def span(self, start_ms: int, end_ms: int) -> "Samples":
        """Samples between two call times."""


@dataclass(slots=True)
class Conductor:
    """Owns one engine; ``feed`` and ``frame`` must be called from one thread."""

    engine: CallEngine
    models: Models
    workers: Workers
    observers: Sequence[Observer] = ()
    player: Player | None = None
    capture: Capture | None = None
    t: int = 0
    over: bool = False
    ahead: "Ahead | None" = None
    """Makes her likely answers before they are needed; None in counted time."""
    openers: Container[int] | None = None
    """Utterances that begin with a word before what follows is made, as they did when the call was recorded; None where
    the synthesizer says what is made."""
    _speech: dict[tuple[int, int], Speech] = field(default_factory=dict)
    _heard: tuple[int, int, bool] = (0, 0, True)
    take: int = 0
    """The latest that was asked for; work for an earlier one that has not begun is not done."""
    failures: list[str] = field(default_factory=list)

    def feed(self, event: ev.Event) -> None:
        """Hand an event to the core and do what it asks for."""
        commands = self.engine.handle(event)
        for observer in self.observers:
            observer(event, commands)
        for command in commands:
            self._execute(command)
        if self.ahead is not None:
            self.ahead.learnt(event)

    def frame(self, samples: "Samples", level_db: float) -> None:
        """One microphone frame: the metronome. Results that arrived meanwhile and the player's position come with it."""
        self.t += FRAME_MS
        probability = self.models.detector.probability(samples)
        if not self.engine.listening:  # the key is up: as if the microphone were off
            probability = 0.0
        self.feed(ev.FrameHeard(t=self.t, p=round(float(probability), 3), db=round(float(level_db), 1)))
        self.deliver()
        self.look_at_player()
        if self.ahead is not None:
            self.ahead.look()

    def deliver(self) -> None:
        """Results of work, at the present call time."""
        for result in self.workers.ready():
            if self.over:
                return
            event = result(self.t)
            if event is not None:
                self.feed(event)

    def look_at_player(self) -> None:
        """Report what has been heard of the caller, when that has changed."""
        if self.player is None or self.over:
            return
        utterance, position, idle = heard = self.player.position()
        if utterance and heard != self._heard:
            self._heard = heard
            self.feed(ev.PlaybackMoved(t=self.t, utterance=utterance, position_ms=position, idle=idle))

    def _execute(self, command: Command) -> None:
        models = self.models
        match command:
            case Transcribe(turn=turn, take=take, start_ms=start, end_ms=end):
                audio = self.capture.span(start, end) if self.capture is not None else None

                self.take = take

                def transcribe() -> Result:
                    if take != self.take:
                        return _nothing  # he went on meanwhile: a longer take waits behind this one
                    heard = models.recognizer.transcribe(audio) if audio is not None else Transcript(text="")
                    moved = replace(heard, words=tuple(_shifted(word, start) for word in heard.words))
                    return lambda t: ev.Transcribed(t=t, turn=turn, take=take, transcript=moved)

                self._submit("ears", transcribe, "recognizer", turn=turn, take=take)
            case ScoreTurnEnd(turn=turn, take=take, start_ms=start, end_ms=end, words=words, expecting=expecting):
                sound = self.capture.span(start, end) if self.capture is not None else None

                def score() -> Result:
                    done = round(float(models.turn_end.done(sound, words, expecting)), 3) if sound is not None else 1.0
                    return lambda t: ev.TurnEndScored(t=t, turn=turn, take=take, done=done)

                self._submit("ears", score, "reader", turn=turn, take=take)
            case ReadReply(turn=turn, take=take, reply=reply, caller_line=line):
                pieces = pieces_of(self.engine.mind)

                def read() -> Result:
                    reading = read_all(models.reader, reply, line, pieces)
                    matches = match_all(models.matcher, reply, self.engine.persona)
                    return lambda t: ev.ReplyRead(t=t, turn=turn, take=take, reading=reading, matches=matches)

                self._submit("ears", read, "reader", turn=turn, take=take)
            case Synthesize(utterance=utterance, part=part, text=text, delivery=delivery):
                self._make(utterance, part, text, delivery)
            case Play(utterance=utterance, part=part, pause_ms=pause):
                self._play(utterance, part, pause)
            case Duck(gain_db=gain):
                if self.player is not None:
                    self.player.duck(gain)
            case Stop(fade_ms=fade):
                if self.player is not None:
                    self.player.stop(fade)
            case EndCall():
                self.over = True
            case _:
                pass

    def _make(self, utterance: int, part: int, text: str, delivery: Delivery) -> None:
        """Fetch a part of an utterance if it is made already, or have it made behind what is being made."""
        synthesizer, near = self.models.synthesizer, self.ahead if part <= 0 else None

        def make(spoken: Delivery) -> Result:
            if utterance != self.engine.saying:
                return _nothing  # she will say something else
            speech = synthesizer.synthesize(text, spoken)

            def made(t: int) -> ev.Event:
                self._speech[utterance, part] = speech  # here, because this runs on the conductor's thread
                return ev.SpeechReady(
                    t=t, utterance=utterance, part=part, duration_ms=speech.duration_ms, words=speech.words
                )

            return made

        def is_made(spoken: Delivery) -> bool:
            if part == OPENER and self.openers is not None:
                return utterance in self.openers
            return isinstance(synthesizer, KeepingSynthesizer) and synthesizer.kept(text, spoken)

        def fetch() -> Result:
            within = OPENER_POINTS if part == OPENER else NEAR_POINTS
            spoken = near.nearest(text, delivery, within) if near is not None else delivery
            if is_made(spoken):
                return make(spoken)
            if part != OPENER:  # a word that must be made first is no quicker than what it stands for
                self._submit("mouth", lambda: make(spoken), "synthesizer", utterance=utterance, part=part)
            return _nothing

        self._submit("shelf", fetch, "synthesizer", utterance=utterance, part=part)

    def _play(self, utterance: int, part: int, pause_ms: int) -> None:
        import numpy as np

        speech = self._speech.pop((utterance, part), None)
        self._speech = {key: kept for key, kept in self._speech.items() if key[0] >= utterance}
        if self.player is None:
            return
        # A part that could not be made is played as nothing: the player must still report that it is over.
        self.player.play(utterance, np.zeros(max(1, pause_ms * SAMPLE_RATE // 1000), dtype=np.float32))
        if speech is not None:
            self.player.play(utterance, speech.samples)

    def _submit(
        self, lane: str, work: Work, what: str, *, turn: int = 0, take: int = 0, utterance: int = 0, part: int = 0
    ) -> None:
        def failed(error: Exception) -> Result:
            detail = str(error) if isinstance(error, HotseatError) else f"{type(error).__name__}: {error}"
            self.failures.append(f"{what}: {detail}")
            return lambda t: ev.Fault(
                t=t, what=what, detail=detail, turn=turn, take=take, utterance=utterance, part=part,  # type: ignore[arg-type]
            )  # fmt: skip

        self.workers.submit(lane, work, failed)


def _shifted(word: Word, by_ms: int) -> Word:
    return replace(word, start_ms=word.start_ms + by_ms, end_ms=word.end_ms + by_ms)


# -- typed calls ----------------------------------------------------------------------------------------------------

READING_MS_PER_WORD = 300
"""Typed calls count time as if the caller's words were read at 200 words a minute. It is only counted, never waited."""
TYPING_MS_PER_WORD = 400


class Pages:
    """The caller of a typed call: her words appear at once and count as heard."""

    def synthesize(self, text: str, delivery: object) -> Speech:
        """Silent speech with word times."""
        import numpy as np

        words = tuple(
            Word(text=word, start_ms=index * READING_MS_PER_WORD, end_ms=(index + 1) * READING_MS_PER_WORD)
            for index, word in enumerate(text.split())
        )
        return Speech(np.zeros(len(words) * READING_MS_PER_WORD * SAMPLE_RATE // 1000, dtype=np.float32), words)


@dataclass(slots=True)
class Page:
    """A player that has played everything as soon as it is told to."""

    utterance: int = 0
    ms: int = 0

    def play(self, utterance: int, samples: "Samples") -> None:
        if utterance != self.utterance:
            self.utterance, self.ms = utterance, 0
        self.ms += len(samples) * 1000 // SAMPLE_RATE

    def duck(self, gain_db: float) -> None:
        """Nothing sounds."""

    def stop(self, fade_ms: int) -> None:
        """Nothing sounds."""

    def position(self) -> tuple[int, int, bool]:
        return self.utterance, self.ms, True


@dataclass(slots=True)
class TypedCall:
    """A call in which the trainee types. ``say`` returns when the caller has answered."""

    conductor: Conductor

    def begin(self, agent: str) -> None:
        """Open the line and let the caller say her first words."""
        self.conductor.player = Page()
        self.conductor.feed(ev.CallStarted(t=0, agent=agent, source="typed"))
        self._settle()

    def say(self, text: str) -> None:
        """One typed reply."""
        conductor = self.conductor
        conductor.t += TYPING_MS_PER_WORD * len(text.split())
        conductor.feed(ev.TraineeAction(t=conductor.t, action="say", text=text))
        self._settle()

    def act(self, action: str) -> None:
        """Hang up or stop."""
        if not self.conductor.over:
            self.conductor.feed(ev.TraineeAction(t=self.conductor.t, action=action))  # type: ignore[arg-type]

    def _settle(self) -> None:
        """Let everything happen that follows without the trainee."""
        conductor, engine = self.conductor, self.conductor.engine
        for _ in range(100):
            if conductor.over:
                return
            conductor.deliver()
            due = engine.next_deadline
            if due is not None:
                conductor.t = max(conductor.t, due)
                conductor.feed(ev.Tick(t=conductor.t))
            if engine.floor is Floor.CALLER:
                utterance, length, _ = conductor.player.position() if conductor.player else (0, 0, True)
                conductor.t += length
                conductor.feed(ev.PlaybackMoved(t=conductor.t, utterance=utterance, position_ms=length, idle=True))
            if engine.floor in (Floor.QUIET, Floor.HOLD):
                return
        raise EngineError("a typed call did not come to rest")
