"""Hears recorded sound again: a call of ours with the models that are here, or any recording of a trainee.

``relisten`` answers "what does a new model change?": the recorded microphone runs through the real models while
everything else is as it was. The caller's lines take the time that they took, and the results of work arrive after the
delay that they had, so that only what the models hear can differ.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from personas.persona import Persona
from simulator import events as ev
from simulator.commands import Command, EndCall, ReportTurn, Synthesize, Transcribe, reported
from simulator.errors import RecordingError
from simulator.live import Conductor, Result, Work, _attempt
from simulator.ports import FRAME_MS, SAMPLE_RATE, Delivery, Speech, Transcript, Word
from simulator.recording import RecordedCall
from simulator.replay import engine_of
from simulator.session import CallPlan, CallResult, guarded, hold_fast, load_models
from simulator.utterance import OPENER

if TYPE_CHECKING:
    from simulator.ports import Samples
    from voice.capture import CallAudio
    from voice.echo import Leak


@dataclass(frozen=True, slots=True, kw_only=True)
class Reheard:
    """What hearing a call again gave."""

    steps: tuple[tuple[ev.Event, tuple[Command, ...]], ...]
    """The call as it went this time; ``evaluation.timeline`` takes it like a recorded one."""

    same: bool
    """Whether every turn has the same words and moved anger by the same amount, and the call ended alike."""
    turns: tuple[ReportTurn, ...]
    differences: list[dict[str, Any]]
    outcome: str
    recorded_outcome: str


class RecordedMouth:
    """The caller's lines as long as they were: nothing is synthesised when a line was said before."""

    def __init__(self, call: RecordedCall) -> None:
        texts: dict[tuple[int, int], str] = {}
        self._spoken: dict[str, tuple[int, tuple[Word, ...]]] = {}
        for step in call.steps:
            for command in step.commands:
                if isinstance(command, Synthesize):
                    texts[command.utterance, command.part] = command.text
            if isinstance(step.event, ev.SpeechReady):
                text = texts.get((step.event.utterance, step.event.part), "")
                self._spoken[text] = (step.event.duration_ms, step.event.words)

    def synthesize(self, text: str, delivery: Delivery) -> Speech:
        """Silence of the recorded length; for a line that was not said, of a length to match its words."""
        import numpy as np

        duration, words = self._spoken.get(text, (350 * len(text.split()), ()))
        samples = np.zeros(-(-duration * SAMPLE_RATE // 1000), dtype=np.float32)
        spoken = words or tuple(
            Word(text=word, start_ms=350 * index, end_ms=350 * (index + 1)) for index, word in enumerate(text.split())
        )
        return Speech(samples, spoken)


class DelayedInline:
    """Work done at once, whose result arrives after the delay that it had in the recorded call."""

    def __init__(self, delays: dict[str, deque[int]], now: Callable[[], int]) -> None:
        self._delays, self._now = delays, now
        self._waiting: list[tuple[int, int, Result]] = []
        self._count = 0

    def submit(self, lane: str, work: Work, failed: Callable[[Exception], Result]) -> None:
        outcome = _attempt(work, failed)
        kind = type(outcome(0)).__name__
        delays = self._delays.get(kind)
        delay = delays.popleft() if delays else 0
        self._count += 1
        self._waiting.append((self._now() + delay, self._count, outcome))

    def ready(self) -> list[Result]:
        due = sorted((item for item in self._waiting if item[0] <= self._now()), key=lambda item: item[:2])
        self._waiting = [item for item in self._waiting if item[0] > self._now()]
        return [result for _, _, result in due]


class HeldWords:
    """Hears the recorded words whatever the sound: what a changed voice does apart from recognition.

    Stands both where the sound is kept and where it is recognised, because only the first is told from when to when. A
    word belongs to a stretch when its middle lies in it, so that a stretch cut a frame earlier or later has the same
    words.
    """

    def __init__(self, call: RecordedCall, audio: "CallAudio") -> None:
        # The last take of a stretch counts. A nod under her next line has the number of the turn before and is one more, and so
        # is each piece of a reply that went on.
        asked = {
            (c.turn, c.take): c.start_ms for step in call.steps for c in step.commands if isinstance(c, Transcribe)
        }
        heard: dict[int, Transcript] = {}
        for step in call.steps:
            if isinstance(step.event, ev.Transcribed) and step.event.transcript.words:
                heard[asked.get((step.event.turn, step.event.take), 0)] = step.event.transcript
        self._heard = list(heard.values())
        self._audio = audio
        self._span = (0, 0)

    def span(self, start_ms: int, end_ms: int) -> "Samples":
        """As :class:`simulator.live.Capture`."""
        self._span = (start_ms, end_ms)
        return self._audio.span(start_ms, end_ms)

    def transcribe(self, audio: "Samples") -> Transcript:
        """The words of the span that was asked for last, with word times counted from its start."""
        start, end = self._span
        inside = [
            (heard, [word for word in heard.words if start <= (word.start_ms + word.end_ms) / 2 <= end])
            for heard in self._heard
        ]
        found = [(heard, words) for heard, words in inside if words]
        words = tuple(_earlier(word, start) for _, part in found for word in part)
        if len(found) == 1 and len(found[0][1]) == len(found[0][0].words):
            return replace(found[0][0], words=words)
        confidence = sum(word.confidence for word in words) / len(words) if words else 1.0
        return Transcript(text=" ".join(word.text for word in words), words=words, confidence=round(confidence, 4))


def _earlier(word: Word, by_ms: int) -> Word:
    return replace(word, start_ms=word.start_ms - by_ms, end_ms=word.end_ms - by_ms)


_ASKS: Final = {
    "Transcribe": "Transcribed",
    "ScoreTurnEnd": "TurnEndScored",
    "ReadReply": "ReplyRead",
    "Synthesize": "SpeechReady",
}


def _key(item: Any) -> tuple[int, int]:
    return (item.turn, item.take) if hasattr(item, "take") else (item.utterance, item.part)


def _opened(call: RecordedCall) -> frozenset[int]:
    """The utterances that she began with a word because the rest was not made."""
    ready = (step.event for step in call.steps if isinstance(step.event, ev.SpeechReady))
    return frozenset(event.utterance for event in ready if event.part == OPENER)


def _recorded_delays(call: RecordedCall) -> dict[str, deque[int]]:
    """Delay in milliseconds of every result, by kind, in the order in which the work was asked for. A word before an answer
    that was not at hand has none, and is not asked for again."""
    asked: list[tuple[str, tuple[int, int], int]] = []
    arrived: dict[tuple[str, tuple[int, int]], int] = {}
    for step in call.steps:
        kind = type(step.event).__name__
        if kind in _ASKS.values():
            arrived[kind, _key(step.event)] = step.event.t
        for command in step.commands:
            answer = _ASKS.get(type(command).__name__)
            if answer is not None:
                asked.append((answer, _key(command), step.event.t))
    delays: dict[str, deque[int]] = defaultdict(deque)
    for answer, key, t in asked:
        if key[1] == OPENER and answer == "SpeechReady" and (answer, key) not in arrived:
            continue
        delays[answer].append(arrived.get((answer, key), t) - t)
    return delays


def relisten(
    call: RecordedCall, samples: "Samples | None" = None, *, hearing: "type[HeldWords] | None" = None
) -> Reheard:
    """Run the recorded microphone through the models again. Raises RecordingError when the call has no sound.

    ``samples`` is other sound of the same length in its place: the trainee with noise, say. ``hearing`` stands in for the
    recogniser: with :class:`HeldWords` every stretch has the words it had.
    """
    from voice.capture import CallAudio
    from voice.signal import level_db
    from voice.virtual_card import VirtualCard
    from voice.wav import read_recording

    sound = call.path / "trainee.wav"
    if not sound.is_file():
        raise RecordingError(f"{call.name} was not spoken, or its sound was not kept: there is nothing to listen to")
    samples = read_recording(sound).samples if samples is None else samples
    header = call.header
    plan = CallPlan(
        persona=header.load_persona(), seed=header.seed, difficulty=header.difficulty, source="spoken",
        agent=header.agent,
        recognizer=next((name for name in header.models if name.startswith(("whisper", "moonshine"))), "whisper-tiny-en"),
    )  # fmt: skip
    models = guarded(load_models(plan, synthesizer=RecordedMouth(call)), _echo_of(call), _caller_of(call))
    audio = CallAudio()
    audio.append(samples)
    held = hearing(call, audio) if hearing is not None else None
    if held is not None:
        models = replace(models, recognizer=held)
    heard: list[tuple[ev.Event, tuple[Command, ...]]] = []
    conductor = Conductor(
        engine=engine_of(header), models=models,
        workers=DelayedInline(_recorded_delays(call), lambda: conductor.t),
        observers=[lambda event, commands: heard.append((event, tuple(commands)))], capture=held or audio,
        openers=_opened(call),
    )  # fmt: skip
    frames: list[Samples] = []
    start = next((step.event for step in call.steps if isinstance(step.event, ev.CallStarted)), None)
    actions = deque(step.event for step in call.steps if isinstance(step.event, ev.TraineeAction | ev.Fault))
    card = VirtualCard(lambda index: audio.span(index * FRAME_MS, (index + 1) * FRAME_MS))
    with card.open(frames.append) as player:
        conductor.player = player
        conductor.feed(start or ev.CallStarted(t=0))
        while not conductor.over and (card.frames + 1) * FRAME_MS <= audio.length_ms and card.step():
            frame = frames.pop()
            conductor.frame(frame, max(-90.0, level_db(frame)))
            while actions and actions[0].t <= conductor.t and not conductor.over:
                action = actions.popleft()
                if isinstance(action, ev.TraineeAction):
                    conductor.feed(ev.TraineeAction(t=conductor.t, action=action.action, text=action.text))
    before = reported(c for step in call.steps for c in step.commands)
    after = reported(c for _, commands in heard for c in commands)
    outcome = next((c.outcome for _, cs in heard for c in cs if isinstance(c, EndCall)), "unfinished")
    recorded = next((c.outcome for s in call.steps for c in s.commands if isinstance(c, EndCall)), "unfinished")
    differences = _compare(before, after)
    return Reheard(
        same=not differences and outcome == recorded, steps=tuple(heard), turns=after, differences=differences,
        outcome=outcome, recorded_outcome=recorded,
    )  # fmt: skip


def _echo_of(call: RecordedCall) -> "Leak | None":
    from voice.echo import Leak

    return Leak(**call.header.echo, clear=True) if call.header.echo else None


def _caller_of(call: RecordedCall) -> "Callable[[], CallAudio]":
    """What the loudspeaker played in the call; nothing where it was not kept."""
    from voice.capture import CallAudio
    from voice.wav import read_recording

    audio, track = CallAudio(), call.path / "caller.wav"
    if call.header.echo and track.is_file():
        audio.append(read_recording(track).samples)
    return lambda: audio


def _compare(before: Sequence[ReportTurn], after: Sequence[ReportTurn]) -> list[dict[str, Any]]:
    differences = []
    for index in range(max(len(before), len(after))):
        old = before[index] if index < len(before) else None
        new = after[index] if index < len(after) else None
        was = None if old is None else {"text": old.text, "acts": list(old.acts), "anger": old.after.anger / 1000}
        now = None if new is None else {"text": new.text, "acts": list(new.acts), "anger": new.after.anger / 1000}
        if was != now:
            differences.append({"turn": index + 1, "recorded": was, "reheard": now})
    return differences


class _AtOnce:
    """A caller whose lines take no time: the recording is of another conversation, and nobody waits for ours."""

    def synthesize(self, text: str, delivery: Delivery) -> Speech:
        import numpy as np

        words = tuple(Word(text=word, start_ms=0, end_ms=0) for word in text.split())
        return Speech(np.zeros(1, dtype=np.float32), words)


def hear_recording(samples: "Samples", persona: Persona, *, seed: int, difficulty: int, out: Path) -> CallResult:
    """Score any recording of a trainee as if they had spoken to this persona. Silence costs nothing in it."""
    from voice.virtual_card import RecordedMicrophone

    plan = CallPlan(persona=persona, seed=seed, difficulty=difficulty, source="recorded", out=out)
    models = load_models(plan, synthesizer=_AtOnce())
    return hold_fast(plan, models, RecordedMicrophone(samples))
