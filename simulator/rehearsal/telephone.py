"""A telephone line in sample time: a whole spoken call without audio, models or a clock.

Frames come from a script of who speaks when, recognition and reading take as long as told, the player counts
milliseconds. It is how the core's timing is tested and measured.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from simulator import commands as do
from simulator import events as ev
from simulator.engine import CallEngine
from simulator.floor import Floor
from simulator.ports import FRAME_MS, Transcript, Word
from simulator.reading import FoundLabel, Label, Matches, Reading

MS_PER_CHAR = 50
"""How long the caller takes to say a letter."""


@dataclass(frozen=True, slots=True)
class Speech:
    """The trainee speaks from ``at`` to ``until`` (milliseconds of call time)."""

    at: int
    until: int
    say: str = "I see"
    labels: tuple[Label, ...] = ()


@dataclass
class Line:
    """A telephone line in sample time: frames from a script, instant models, a player that counts."""

    engine: CallEngine
    script: Sequence[Speech] = ()
    ears_ms: int = 0
    """How long recognition and reading take."""
    done: Callable[[str], float] = lambda words: 0.9
    t: int = 0
    log: list[tuple[int, do.Command]] = field(default_factory=list)
    fed: list[ev.Event] = field(default_factory=list)
    """Every event the engine was given."""
    queue: list[tuple[int, int, ev.Event]] = field(default_factory=list)
    lengths: dict[tuple[int, int], int] = field(default_factory=dict)
    playing: int = 0
    queued_ms: int = 0
    position: int = 0
    stopped: bool = True

    def run(self, until_ms: int) -> "Line":
        """Frames until ``until_ms``, or until the call ends."""
        if self.t == 0:
            self._feed(ev.CallStarted(t=0, agent="Sam"))
        while self.t < until_ms and self.engine.floor is not Floor.ENDED:
            self.t += FRAME_MS
            talking = any(one.at < self.t <= one.until for one in self.script)
            self._feed(ev.FrameHeard(t=self.t, p=0.95 if talking else 0.02, db=-28.0 if talking else -65.0))
            for item in sorted(self.queue, key=lambda item: item[:2]):
                if item[0] <= self.t:
                    self.queue.remove(item)
                    self._feed(_at(item[2], self.t))
            self._play()
        return self

    def act(self, action: Literal["say", "hang_up", "leave", "hold", "resume", "stop", "key_down", "key_up"]) -> None:
        self._feed(ev.TraineeAction(t=self.t, action=action))

    def of(self, kind: type) -> list[do.Command]:
        return [command for _, command in self.log if isinstance(command, kind)]

    def when(self, kind: type, index: int = 0) -> int:
        return [t for t, command in self.log if isinstance(command, kind)][index]

    def _play(self) -> None:
        if not self.playing or self.stopped:
            return
        self.position = min(self.position + FRAME_MS, self.queued_ms)
        idle = self.position >= self.queued_ms
        self._feed(ev.PlaybackMoved(t=self.t, utterance=self.playing, position_ms=self.position, idle=idle))
        self.stopped = self.stopped or (idle and self.engine.floor is not Floor.CALLER)

    def _feed(self, event: ev.Event) -> None:
        self.fed.append(event)
        for command in self.engine.handle(event):
            self.log.append((self.t, command))
            self._answer(command)

    def _later(self, event: ev.Event, after: int) -> None:
        self.queue.append((self.t + after, len(self.queue), event))

    def _answer(self, command: do.Command) -> None:
        match command:
            case do.Transcribe(turn=turn, take=take, start_ms=start, end_ms=end):
                said = [one.say for one in self.script if one.at < end and one.until > start]
                text = " ".join(said)
                words = tuple(Word(text=word, start_ms=start, end_ms=end) for word in text.split())
                heard = Transcript(text=text, words=words, confidence=0.9)
                self._later(ev.Transcribed(t=0, turn=turn, take=take, transcript=heard), self.ears_ms)
            case do.ScoreTurnEnd(turn=turn, take=take, words=words):
                self._later(ev.TurnEndScored(t=0, turn=turn, take=take, done=self.done(words)), 0)
            case do.ReadReply(turn=turn, take=take, reply=reply):
                labels = {label for one in self.script if one.say in reply for label in one.labels}
                found = tuple(FoundLabel(label=label, probability=0.9, quote=reply) for label in sorted(labels))
                read = ev.ReplyRead(t=0, turn=turn, take=take, reading=Reading(labels=found), matches=Matches())
                self._later(read, self.ears_ms)
            case do.Synthesize(utterance=utterance, part=part, text=text):
                duration = MS_PER_CHAR * len(text)
                self.lengths[utterance, part] = duration
                spoken, step = text.split(), duration // max(1, len(text.split()))
                words = tuple(
                    Word(text=word, start_ms=index * step, end_ms=(index + 1) * step)
                    for index, word in enumerate(spoken)
                )
                ready = ev.SpeechReady(t=0, utterance=utterance, part=part, duration_ms=duration, words=words)
                self._later(ready, 0)
            case do.Play(utterance=utterance, part=part, pause_ms=pause):
                if utterance != self.playing:
                    self.playing, self.queued_ms, self.position = utterance, 0, 0
                self.queued_ms += pause + self.lengths[utterance, part]
                self.stopped = False
            case do.Stop():
                self.stopped = True
            case _:
                pass


def _at(event: ev.Event, t: int) -> ev.Event:
    return replace(event, t=t)
