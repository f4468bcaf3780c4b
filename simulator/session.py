"""Sets up one call and holds it: models, sound card, recorder, screen.

This is where adapters are built; everything below it knows ports only. There are three ways to hold a call: typed,
spoken in counted time (``fast``: as quick as the machine can, the same events every time), and spoken in real time.
"""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from personas.persona import Persona
from simulator import events as ev
from simulator import settings, version
from simulator.ahead import Ahead
from simulator.commands import Outcome
from simulator.engine import CallEngine
from simulator.errors import DeviceError, HotseatError, RecordingError
from simulator.floor import Floor
from simulator.fork import Fork
from simulator.live import Conductor, Inline, Models, Observer, Page, Pages, Threaded, TypedCall
from simulator.mediation import match_all, parties_of
from simulator.ports import (
    FRAME_MS,
    SAMPLE_RATE,
    Matcher,
    Recognizer,
    ReplyReader,
    Synthesizer,
    Transcript,
    TurnEndModel,
)
from simulator.reading import Matches, Reading
from simulator.recording import CallWriter, Header
from simulator.turn_policy import TurnPolicy

if TYPE_CHECKING:
    from simulator.ports import Samples
    from voice.capture import CallAudio
    from voice.echo import Leak
    from voice.scripted_microphone import ScriptedMicrophone
    from voice.virtual_card import Microphone, RecordedMicrophone

Source = Literal["spoken", "typed", "recorded"]

LINGER_MS: Final = 4_000
"""How long a call goes on in silence after a script or a recording has ended, so that the last reply is answered."""
SCRIPT_S: Final = 3.0
"""A scripted microphone may be silent for so long: its next line is being made, on a busy machine by the caller's engine."""
EARS_BY_MS: Final = 2_000
"""Latest call time at which recogniser, reader and matcher begin to load, should her first word take long."""
REMEMBERS_MS: Final = 120_000
"""Sound that stays in memory beyond the reply that is being spoken: what was said under her voice may be taken up again."""
VOICE_MODELS: Final = {"kokoro": "kokoro-82m-int8", "piper": "piper-joe", "pyttsx3": "espeak-ng"}
"""Voice engine to the name of its model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlan:
    """Everything that decides a call."""

    persona: Persona
    seed: int
    difficulty: int
    source: Source
    agent: str = ""
    policy: TurnPolicy = field(default_factory=TurnPolicy)
    out: Path | None = None
    """Folder of the recording; None keeps nothing."""
    keep_audio: bool = True
    voice: str = "auto"
    recognizer: str = "whisper-tiny-en"
    ceiling: float = 100.0
    script: str = ""
    """Name of the scripted trainee; empty for a person."""
    echo: "Leak | None" = None
    """How much of the caller the microphone hears, by the sound check; None when it hears nothing, or nobody checked."""
    fork: Fork | None = None
    """Taken up again from an earlier call; None begins at the beginning."""
    before: tuple[bytes, bytes] = (b"", b"")
    """With a fork: the trainee's and the caller's sound of the call it comes from, PCM16; silence where it is missing."""

    @property
    def sound_before(self) -> tuple[bytes, bytes]:
        """Both tracks up to where the call is taken up, each exactly as long as that; empty without a fork."""
        size = 2 * (self.fork.t * SAMPLE_RATE // 1000) if self.fork is not None else 0
        trainee, caller = self.before
        return trainee[:size].ljust(size, b"\0"), caller[:size].ljust(size, b"\0")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult:
    """What is left of a call."""

    path: Path | None
    outcome: Outcome
    anger: float
    """At the end, in points; of two people the angrier one's."""
    turns: int
    asked_for_supervisor: bool
    failures: tuple[str, ...]


class Keys(Protocol):
    """The keyboard of a call."""

    def watch(self, stop: Callable[[], None]) -> AbstractContextManager[None]:
        """Listen; ``stop`` is called at once, on any thread, when the stop key is pressed."""

    def due(self, t: int) -> "Sequence[Literal['hold', 'key_down', 'key_up']]":
        """What has been pressed since the last time this was asked; ``t`` is the call time."""


class Ears:
    """Recogniser, reader, matcher and turn-end model on a thread of their own.

    They load there while the caller says hello, not before, because on two cores her first word would wait for them; and
    they work there too: the recogniser's library ties its threads to
    the one that loads it, and is five to ten times slower when another one calls it
    (``docs/decisions/006-one-thread-for-the-ears.md``).
    """

    def __init__(self, load: Callable[[], tuple[Recognizer, ReplyReader, Matcher, TurnEndModel]]) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hearing")
        self._load = load

    @cached_property
    def _loading(self) -> "Future[tuple[Recognizer, ReplyReader, Matcher, TurnEndModel]]":
        return self._thread.submit(self._load)

    def begin(self) -> None:
        """Load now, in the background. Whoever needs them earlier need not call this."""
        _ = self._loading

    def check(self) -> None:
        """Raise what went wrong in loading, once that is known: a call without ears must not look like a silent one."""
        if "_loading" in self.__dict__ and self._loading.done():
            self._loading.result()

    def transcribe(self, audio: "Samples") -> Transcript:
        loading = self._loading  # here, not on the ears' own thread, which would wait for itself
        return self._thread.submit(lambda: loading.result()[0].transcribe(audio)).result()

    def read(self, reply: str, caller_line: str) -> Reading:
        loading = self._loading
        return self._thread.submit(lambda: loading.result()[1].read(reply, caller_line)).result()

    def match(self, reply: str, persona: Persona) -> Matches:
        loading = self._loading
        return self._thread.submit(lambda: loading.result()[2].match(reply, persona)).result()

    def done(self, audio: "Samples", words: str, expecting: str) -> float:
        loading = self._loading
        return self._thread.submit(lambda: loading.result()[3].done(audio, words, expecting)).result()


def load_models(plan: CallPlan, *, synthesizer: Synthesizer | None = None) -> Models:
    """Everything that hears, reads and speaks. The ears load in the background; the mouth is ready on return."""
    from voice.detector import SileroDetector
    from voice.synthesizer import load_synthesizer

    def ears() -> tuple[Recognizer, ReplyReader, Matcher, TurnEndModel]:
        from evaluation.matcher import EmbeddingMatcher
        from evaluation.reader import TransformerReader
        from voice.heard_turn_end import HeardTurnEnd
        from voice.recognizer import load_recognizer

        matcher = EmbeddingMatcher.load(kept=settings.cache_folder() / "sentences")
        match_all(matcher, "", plan.persona)  # the persona's own sentences are embedded before the first reply
        return load_recognizer(plan.recognizer), TransformerReader.load(), matcher, HeardTurnEnd.load()

    late = Ears(ears)
    mouth = synthesizer or load_synthesizer(plan.voice)  # type: ignore[arg-type]  # an unknown name is its error
    detector = SileroDetector.load()
    return Models(detector=detector, recognizer=late, turn_end=late, reader=late, matcher=late, synthesizer=mouth)


def load_typed_models(plan: CallPlan) -> Models:
    """What a typed call needs: nothing that hears or sounds."""
    from evaluation.matcher import EmbeddingMatcher
    from evaluation.reader import TransformerReader

    deaf = _Deaf()
    matcher = EmbeddingMatcher.load(kept=settings.cache_folder() / "sentences")
    match_all(matcher, "", plan.persona)
    return Models(
        detector=deaf, recognizer=deaf, turn_end=deaf, reader=TransformerReader.load(), matcher=matcher,
        synthesizer=Pages(),
    )  # fmt: skip


class _Deaf:
    """Stands where a typed call has no microphone."""

    def probability(self, frame: "Samples") -> float:
        return 0.0

    def transcribe(self, audio: "Samples") -> Any:
        raise DeviceError("a typed call has no microphone")

    def done(self, audio: "Samples", words: str, expecting: str) -> float:
        return 1.0


def header_of(plan: CallPlan, models: Models, *, spoken: bool) -> Header:
    """The first line of the recording, with the digest of every model that takes part."""
    from simulator.models import model_digest

    names = ["reader", "matcher"]
    if spoken:
        engine = getattr(models.synthesizer, "engine_name", "")
        names += [plan.recognizer, "silero-vad", *([VOICE_MODELS[engine]] if engine in VOICE_MODELS else [])]
    digests = {}
    for name in names:
        try:
            digests[name] = model_digest(name)
        except HotseatError:
            digests[name] = ""  # a program, or a recogniser of another library: nothing of ours to digest
    return Header(
        persona=plan.persona.to_json(),
        seed=plan.seed,
        difficulty=plan.difficulty,
        agent=plan.agent,
        source=plan.source,
        started=datetime.now().astimezone().isoformat(timespec="seconds"),
        version=version.text(),
        models=digests,
        policy=asdict(plan.policy),
        consent="audio" if plan.keep_audio else "words",
        ceiling=plan.ceiling,
        script=plan.script,
        echo={"level_db": plan.echo.level_db, "delay_ms": plan.echo.delay_ms} if plan.echo is not None else {},
        fork={"of": plan.fork.of, "turn": plan.fork.turn} if plan.fork is not None else {},
    )


def new_call_folder(persona: Persona) -> Path:
    """A fresh folder name in the user's calls."""
    stamp = datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
    base = settings.calls_folder() / f"{stamp}_{persona.id}"
    path, count = base, 1
    while path.exists() or path.with_name(path.name + ".partial").exists():
        count += 1
        path = base.with_name(f"{base.name}_{count}")
    return path


@contextmanager
def recorder(plan: CallPlan, models: Models, *, spoken: bool) -> Iterator[CallWriter | None]:
    """The recording of a call, or None when nothing is to be kept."""
    if plan.out is None:
        yield None
        return
    if plan.out.exists():
        raise RecordingError(f"{plan.out} exists already; choose another --out, nothing is overwritten")
    with CallWriter(plan.out, header_of(plan, models, spoken=spoken), keep_audio=spoken and plan.keep_audio) as writer:
        yield writer


class Interrupt:
    """Ctrl-C asks, and the call answers between two steps, so that no step is half recorded. A second one insists."""

    def __init__(self, at_once: Callable[[], None] = lambda: None) -> None:
        """``at_once`` is done in the moment of asking: the voice stops before the call has noticed."""
        self.requested = False
        self.stopped = False
        """Whether it was the stop key that asked, which ends the practice instead of hanging up."""
        self._at_once = at_once
        self._before: Any = None

    def __enter__(self) -> "Interrupt":
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *exc: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def stop_now(self) -> None:
        """The stop key was pressed. Called on any thread."""
        self.requested = self.stopped = True
        self._at_once()

    def _ask(self, number: int, frame: object) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
        self._at_once()


def engine_for(plan: CallPlan) -> CallEngine:
    """The core at the start of the call, or brought to where it is taken up again."""
    engine = CallEngine(plan.persona, plan.policy, plan.seed, plan.ceiling)
    if plan.fork is not None:
        plan.fork.run(engine)
    return engine


def _begin(plan: CallPlan, conductor: Conductor, writer: CallWriter | None = None) -> None:
    """Open the line, or write down what came before the moment at which it is taken up again."""
    if plan.fork is None:
        conductor.feed(ev.CallStarted(t=0, agent=plan.agent, source=plan.source))
        return
    for event, commands in plan.fork.steps:
        for observer in conductor.observers:
            observer(event, commands)
    conductor.t = plan.fork.t
    if writer is not None:
        writer.sound(*plan.sound_before)


def _observers(writer: CallWriter | None, watching: Sequence[Observer]) -> list[Observer]:
    return [*([writer.step] if writer is not None else []), *watching]


def _result(plan: CallPlan, conductor: Conductor) -> CallResult:
    engine = conductor.engine
    return CallResult(
        path=plan.out,
        outcome=engine.outcome or "stopped",
        anger=round(max(engine.mind.party(n).mood.points for n in range(len(parties_of(plan.persona)))), 3),
        turns=engine.turn,
        asked_for_supervisor=engine.view.asked_for_supervisor,
        failures=tuple(conductor.failures),
    )


# -- typed ------------------------------------------------------------------------------------------------------------


def hold_typed(
    plan: CallPlan, replies: Iterator[str], watching: Sequence[Observer] = (), *, at_end: str = "leave"
) -> CallResult:
    """A call of typed replies. ``at_end`` is what their end means: "hang_up" at a keyboard, "leave" for a pipe.

    Ctrl-C stops and saves.
    """
    models = load_typed_models(plan)
    with recorder(plan, models, spoken=False) as writer:
        conductor = Conductor(
            engine=engine_for(plan), models=models, workers=Inline(), observers=_observers(writer, watching)
        )
        call = TypedCall(conductor)
        try:
            with Interrupt() as interrupt:
                if plan.fork is None:
                    call.begin(plan.agent)
                else:
                    conductor.player = Page()
                    _begin(plan, conductor, writer)
            for reply in replies:
                with Interrupt() as interrupt:
                    if reply.strip():
                        call.say(reply)
                if conductor.over or interrupt.requested:
                    break
            call.act("stop" if interrupt.requested else at_end)
        except KeyboardInterrupt:
            call.act("stop")
        return _result(plan, conductor)


# -- spoken -----------------------------------------------------------------------------------------------------------


def hold_fast(
    plan: CallPlan, models: Models, microphone: "ScriptedMicrophone | RecordedMicrophone | Microphone",
    watching: Sequence[Observer] = (), *, engine: CallEngine | None = None, keys: "Keys | None" = None,
) -> CallResult:  # fmt: skip
    """A spoken call in counted time: the virtual card is stepped by hand and work is done between two frames.
    ``engine`` is that of :func:`engine_for`, for a microphone that is told what stands in it.
    """
    from voice.virtual_card import VirtualCard

    card, under = VirtualCard(microphone), _under(plan)
    with recorder(plan, models, spoken=True) as writer:
        ears = _Microphone(plan.sound_before[0])
        conductor = Conductor(
            engine=engine or engine_for(plan), models=guarded(models, plan.echo, lambda: card.loudspeaker), workers=Inline(),
            observers=_observers(writer, watching), capture=ears.audio,
        )  # fmt: skip
        frames: list[Samples] = []
        with Interrupt() as interrupt, card.open(frames.append) as player:
            conductor.player = player
            if under is not None:
                player.lay_under(under)
            _begin(plan, conductor, writer)
            ending = _Ending(microphone)
            while not conductor.over and not interrupt.requested and card.step():
                frame = frames.pop()
                _check_ears(conductor)
                conductor.frame(*ears.hear(frame))
                if writer is not None:
                    writer.sound(
                        ears.last_pcm(), card.loudspeaker.pcm(len(ears.audio) - len(frame) - ears.before).tobytes()
                    )
                _press(conductor, keys)
                ending.look(conductor)
            _stop(conductor)
        return _result(plan, conductor)


def hold_real_time(
    plan: CallPlan,
    models: Models,
    card: Any,
    microphone: Any = None,
    watching: Sequence[Observer] = (),
    keys: "Keys | None" = None,
) -> CallResult:
    """A spoken call in real time, on a headset or on a paced virtual card."""
    from voice.capture import FrameQueue
    from voice.steady_card import NOTICED_S, SteadyCard

    inbox, under = FrameQueue(), _under(plan)
    with recorder(plan, models, spoken=True) as writer:
        ears = _Microphone(plan.sound_before[0])
        workers = Threaded(inbox.wake)
        conductor = Conductor(
            engine=engine_for(plan), models=guarded(models, plan.echo, lambda: card.loudspeaker), workers=workers,
            observers=_observers(writer, watching), capture=ears.audio,
        )  # fmt: skip
        conductor.ahead = Ahead(conductor)
        ending = _Ending(microphone)
        patience_s = NOTICED_S if microphone is None or isinstance(card, SteadyCard) else SCRIPT_S
        written = 0
        try:
            with ExitStack() as stack:
                interrupt = stack.enter_context(Interrupt(lambda: _silence(conductor)))
                conductor.player = player = stack.enter_context(card.open(inbox.put))
                if under is not None:
                    player.lay_under(under)
                if keys is not None:
                    stack.enter_context(keys.watch(interrupt.stop_now))
                _begin(plan, conductor, writer)
                while not conductor.over and not interrupt.requested:
                    frame = inbox.get(timeout_s=patience_s)
                    if frame is None and isinstance(card, SteadyCard):
                        away_s = card.recover(lambda: interrupt.requested)
                        if away_s is not None:  # no frame, no time: the call stood still
                            conductor.feed(
                                ev.Fault(t=conductor.t, what="overflow", detail=f"headset away {away_s:.1f} s")
                            )
                            continue
                        if interrupt.requested:
                            break
                    if frame is None:
                        detail = str(card.health.fault or "the microphone stopped; plug the headset in again")
                        conductor.feed(ev.Fault(t=conductor.t, what="device_lost", detail=detail))
                        break
                    if not len(frame):  # work is done: its result need not wait for the next frame
                        conductor.deliver()
                        continue
                    _check_ears(conductor)
                    conductor.frame(*ears.hear(frame))
                    if writer is not None:
                        written = _write_sound(writer, ears, card.loudspeaker, written)
                    _forget_sound(conductor, ears, card.loudspeaker, written if writer is not None else None)
                    _press(conductor, keys)
                    ending.look(conductor)
                # A person with a headset hangs up with Ctrl-C, as one does on a telephone; a fair end of an abusive call too.
                hangs_up = interrupt.requested and not interrupt.stopped and microphone is None
                _stop(conductor, "hang_up" if hangs_up else "stop")
        finally:
            workers.close()
        return _result(plan, conductor)


def _under(plan: CallPlan) -> "Samples | None":
    """What lies under the call: the caller's room and line, from where the call is taken up."""
    import numpy as np

    from voice.surroundings import surroundings

    loop = surroundings(plan.persona.voice.room, plan.persona.voice.line, plan.seed)
    if loop is None or plan.fork is None:
        return loop
    return np.roll(loop, -(plan.fork.t * SAMPLE_RATE // 1000))


def _silence(conductor: Conductor) -> None:
    """Stop her voice now, whatever the call is doing; any thread."""
    if conductor.player is not None:
        conductor.player.stop(conductor.engine.policy.fade_ms)


def guarded(models: Models, echo: "Leak | None", loudspeaker: "Callable[[], CallAudio]") -> Models:
    """The same with a detector that does not take the caller's echo for the trainee, where there is one."""
    if echo is None:
        return models
    from voice.echo import EchoGuard

    return replace(models, detector=EchoGuard(models.detector, loudspeaker, echo))


def _check_ears(conductor: Conductor) -> None:
    """Load the ears once she has been heard, or the trainee speaks first, or a moment has passed; a call whose ears are broken
    ends."""
    ears = conductor.models.recognizer
    if isinstance(ears, Ears):
        sounding = conductor.player is not None and conductor.player.position()[1] > 0
        if sounding or conductor.engine.turn or conductor.t >= EARS_BY_MS:
            ears.begin()
        ears.check()


def _write_sound(writer: CallWriter, ears: "_Microphone", loudspeaker: Any, written: int) -> int:
    """Write what both sides have, keeping the two tracks the same length."""
    ready = min(len(ears.audio) - ears.before, len(loudspeaker))
    if ready > written:
        mine = ears.audio.pcm(ears.before + written, ears.before + ready)
        writer.sound(mine.tobytes(), loudspeaker.pcm(written, ready).tobytes())
    return max(ready, written)


def _forget_sound(conductor: Conductor, ears: "_Microphone", loudspeaker: Any, written: int | None) -> None:
    """Give back the memory of what is on disk (``written`` samples; None when nothing is recorded) and is asked for no more."""
    begun = conductor.engine.speaking_since
    needed_ms = (conductor.t if begun is None else begun) - REMEMBERS_MS
    until = max(0, needed_ms * SAMPLE_RATE // 1000 - ears.before)
    until = until if written is None else min(until, written)
    ears.audio.forget(ears.before + until)
    loudspeaker.forget(until)


def _press(conductor: Conductor, keys: "Keys | None") -> None:
    """Do what the keys ask for that were pressed since the frame before."""
    for press in keys.due(conductor.t) if keys is not None else ():
        if conductor.over:
            return
        if press == "hold":
            _press_hold(conductor)
        else:
            conductor.feed(ev.TraineeAction(t=conductor.t, action=press))


def _press_hold(conductor: Conductor) -> None:
    """Put the caller on hold or take them back; nobody is put on hold in the middle of a sentence."""
    if conductor.engine.floor is Floor.QUIET:
        conductor.feed(ev.TraineeAction(t=conductor.t, action="hold"))
    elif conductor.engine.floor is Floor.HOLD:
        conductor.feed(ev.TraineeAction(t=conductor.t, action="resume"))


def _stop(conductor: Conductor, action: Literal["stop", "hang_up"] = "stop") -> None:
    """End a call that is not over: it was interrupted."""
    if not conductor.over:
        conductor.feed(ev.TraineeAction(t=conductor.t, action=action))


class _Microphone:
    """The microphone side: every model hears exactly the samples that are written to disk."""

    def __init__(self, before: bytes = b"") -> None:
        import numpy as np

        from voice.capture import CallAudio
        from voice.signal import from_pcm

        self.audio = CallAudio()
        self.audio.append(from_pcm(np.frombuffer(before, "<i2")))
        self.before = len(self.audio)
        """Samples of the call that this one takes up again."""
        self._last = b""

    def hear(self, frame: "Samples") -> tuple["Samples", float]:
        """Keep a frame; return it as it is kept, with its level in dB below full scale."""
        from voice.signal import from_pcm, level_db

        start = len(self.audio)
        self.audio.append(frame)
        pcm = self.audio.pcm(start)
        self._last = pcm.tobytes()
        kept = from_pcm(pcm)
        return kept, max(-90.0, level_db(kept))

    def last_pcm(self) -> bytes:
        return self._last


class _Ending:
    """Ends a call whose script or recording is over, or in which the script hangs up."""

    def __init__(self, microphone: Any) -> None:
        self._microphone = microphone
        self._quiet_ms = 0

    def look(self, conductor: Conductor) -> None:
        """Called after every frame."""
        if conductor.over or self._microphone is None:
            return
        if getattr(self._microphone, "hung_up", False):
            self._end(conductor, "hang_up")
            return
        if not getattr(self._microphone, "finished", False):
            return
        quiet = conductor.engine.floor in (Floor.QUIET, Floor.HOLD)
        self._quiet_ms = self._quiet_ms + FRAME_MS if quiet else 0
        if self._quiet_ms >= LINGER_MS:
            self._end(conductor, "leave")

    def _end(self, conductor: Conductor, action: Literal["hang_up", "leave"]) -> None:
        conductor.feed(ev.TraineeAction(t=conductor.t, action=action))
