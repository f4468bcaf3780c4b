"""The trainee's side of the line: stretches of speech, what has been made of each, and the voice in them."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Literal

from simulator.gate import PREROLL_MS, KeyGate, SpeechGate
from simulator.own_voice import OwnVoice, VoiceFrame, levels_of_speech
from simulator.ports import FRAME_MS, Transcript, Word
from simulator.reading import Matches, Reading


@dataclass(slots=True)
class Take:
    """A stretch of the trainee's speech and what has been made of it so far.

    As it is made without arguments it is no take at all: takes count from 1, and no result is ever for number 0.
    """

    turn: int = -1
    number: int = 0
    start_ms: int = 0
    end_ms: int = 0
    text: str | None = None
    words: tuple[Word, ...] = ()
    """With their times; empty when nothing was recognised."""
    confidence: float = 1.0
    reading: Reading | None = None
    matches: Matches | None = None
    done: float | None = None
    """Probability that the turn is over; None while the model is still thinking."""
    before: "Take | None" = None
    """What was taken for the whole turn, before it went on. Each piece is recognised once; what is read are the words of all."""

    @property
    def began_ms(self) -> int:
        """When the turn began, of which this is the last piece."""
        return self.start_ms if self.before is None else self.before.began_ms

    def hears(self, heard: Transcript) -> None:
        """Take what was recognised, behind the words of the piece before it."""
        self.text, self.words, self.confidence = heard.text.strip(), heard.words, heard.confidence
        if self.before is not None:
            counts = len(self.before.words), len(heard.words)
            self.text = self.joined(self.text)
            self.words = (*self.before.words, *heard.words)
            if any(counts):
                total = self.before.confidence * counts[0] + heard.confidence * counts[1]
                self.confidence = round(total / sum(counts), 4)

    def joined(self, text: str) -> str:
        """``text`` behind the words of the piece before it."""
        return text if self.before is None else f"{self.before.text} {text}".strip()


@dataclass(slots=True)
class Hearing:
    """Gate, voice and the take that counts now. Every other take is forgotten."""

    gate: SpeechGate | KeyGate = field(default_factory=SpeechGate)
    voice: OwnVoice = field(default_factory=OwnVoice)
    take: Take = field(default_factory=Take)
    _takes: int = 0
    _frames: list[VoiceFrame] = field(default_factory=list)
    """Of this turn, from shortly before its first speech on."""
    _spoke: bool = False
    _ended: tuple[list[VoiceFrame], OwnVoice] = field(default_factory=lambda: ([], OwnVoice()))
    """The frames of the turn that was ended last, and the voice as it was known before it."""

    def frame(self, t: int, p: float, db: float) -> Literal["on", "lull", "off", None]:
        """Take a frame; say whether speech began or paused with it, or may be about to pause."""
        change = self.gate.feed(t, p)
        self._frames.append(VoiceFrame(t, db, self.gate.holds_speech(p)))
        self._spoke = self._spoke or self.gate.speaking
        if not self._spoke:
            del self._frames[: -PREROLL_MS // FRAME_MS]
        return change

    def end_turn(self, take: Take, count: int) -> tuple[float, float]:
        """(loudness, pace) of the turn of ``count`` words that ``take`` is, as :meth:`OwnVoice.end_turn`."""
        self._ended = self._frames, deepcopy(self.voice)
        spoken = [frame for frame in self._frames if frame.t > take.began_ms]  # a cough before it is not of this turn
        for level_db in levels_of_speech(spoken, take.words):
            self.voice.frame(level_db)
        self._frames, self._spoke = [], False
        return self.voice.end_turn(count)

    def begins(self, turn: int) -> None:
        """The first take of a turn; how long it is will be known when speech pauses."""
        start = self.gate.speech_start
        self.cut(turn, max(0, start - PREROLL_MS), start)

    def lend(self) -> tuple[list[VoiceFrame], tuple[list[VoiceFrame], OwnVoice]]:
        """What has been heard frame by frame, to be given back with ``gets_back``; nothing is left here."""
        lent = self._frames, self._ended
        self._frames, self._ended = [], ([], self.voice)
        return lent

    def gets_back(self, lent: tuple[list[VoiceFrame], tuple[list[VoiceFrame], OwnVoice]]) -> None:
        """Have again what was lent."""
        self._frames, self._ended = lent

    def goes_on(self, ended: Take) -> None:
        """The turn that ended with ``ended`` is not over: it is taken up again with all that was heard in it."""
        frames, self.voice = self._ended
        self._frames, self._spoke = frames + self._frames, True
        self.begins(ended.turn)
        # Its first sound may lie before the gate opened, and in the piece before it nothing is recognised twice.
        self.take.start_ms = max(self.take.start_ms, min(ended.end_ms, self.gate.speech_start))
        self.take.before = ended

    def cut(self, turn: int, start_ms: int, end_ms: int, text: str | None = None) -> Take:
        """A take of its own number; whatever is still being made of the last one will be forgotten."""
        self._takes += 1
        before = self.take.before if self.take.turn == turn else None
        self.take = Take(turn=turn, number=self._takes, start_ms=start_ms, end_ms=end_ms, text=text, before=before)
        return self.take

    def forget(self) -> Take:
        """There is no take any more; return what it was."""
        take, self.take = self.take, Take()
        return take

    def end_of_speech(self, t: int) -> int:
        """Where a take ends whose last speech frame was the latest."""
        return self.gate.take_end(t)

    @property
    def up_to_date(self) -> bool:
        """Whether the take reaches beyond the last speech: it was begun at the lull that has become a pause."""
        return self.take.end_ms > self.gate.last_speech

    def current(self, turn: int, number: int) -> Take | None:
        """The one place where results for a forgotten take are dropped."""
        return self.take if (self.take.turn, self.take.number) == (turn, number) else None
