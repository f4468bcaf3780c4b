"""Events and commands of a call -> turns, lines, gaps, overlaps, delays.

Everything that scores and shows a call stands on a ``Timeline``; nothing else looks at events. It is a pure function of
the recorded steps: no clock, no file, the same steps give the same timeline.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from simulator.certainty import certainty
from simulator.commands import (
    Command,
    EndCall,
    HeardLine,
    HeardParty,
    LedgerEntry,
    MoodView,
    Outcome,
    ReportParty,
    ReportTurn,
    SayAloud,
)
from simulator.events import CallStarted, Event, FrameHeard, ReplyRead, TraineeAction, Transcribed
from simulator.gate import POSTROLL_MS, SpeechGate
from simulator.mood import DOUBTED
from simulator.ports import Word
from simulator.reading import Label, Matches, Reading

Steps = Sequence[tuple[Event, tuple[Command, ...]]]

INTERRUPTION_MS: Final = 500
"""Shorter speech over the other is a backchannel or a collision at a turn's edge (debrief.md, section 4)."""
WORDLESS: Final = frozenset({"let_finish", "backchannel"})
"""Acts that come from timing: no words carry them."""
UNSURE: Final = "not counted"
"""How the ledger's note begins when an act was too unsure to count."""

_LABELS_OF: Final[dict[str, tuple[Label, ...]]] = {
    "action": ("solution",),
    "vague_promise": ("solution", "next_steps", "follow_up", "ownership"),
    "summary_check": ("paraphrase", "closing"),
    "heard_wrong": ("paraphrase",),
    "transfer": ("supervisor",),
    "wall": ("refusal",),
    "honest_limit": ("refusal",),
    "dismiss": ("dismissive",),
    "argue": ("defensive",),
    "rush": ("rushing", "boundary"),
}
"""Labels an act can be made from, where they have another name (behaviours.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActSeen:
    """One act of a turn, with what is known of it."""

    name: str
    quote: str
    """The trainee's words that carry it; the whole reply when nothing narrower is known, empty for a wordless act."""
    probability: float
    """The reader's, 0 to 1; 1 when the recording has none."""
    counted: bool
    """False when the ledger says that it was too unsure to count."""
    repeated: bool
    """The wording was an earlier one again (parroting)."""
    note: str = ""
    """The ledger's note: which strength of an argument, for example."""
    heard: float = 1.0
    """Mean recogniser confidence of the quote's own words, which may be less than the turn's; 1 where there are none."""

    @property
    def doubted(self) -> bool:
        """Whether the caller let it pass because she may have misheard it."""
        return not self.counted and self.note == DOUBTED


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerLine:
    """What the trainee heard of one utterance of the caller."""

    utterance: int
    start_ms: int
    end_ms: int
    text: str
    whole: bool
    reason: str
    """greeting, end_of_turn, cut_in, silence or stop."""
    turn: int
    """The trainee's turn it answers; 0 before the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraineeTurn:
    """One turn of the trainee: its words, what they did, and what the caller had said before."""

    turn: int
    start_ms: int
    end_ms: int
    text: str
    confidence: float
    """The recogniser's, 0 to 1; 1 in a typed call."""
    acts: tuple[ActSeen, ...]
    ledger: tuple[LedgerEntry, ...]
    before: MoodView
    after: MoodView
    offers: tuple[tuple[str, str], ...]
    revealed: tuple[str, ...]
    met: tuple[tuple[str, float], ...]
    moves: tuple[str, ...]
    gap_ms: int
    overlap_ms: int
    """Speech over the caller; 0 when it was she who cut in."""
    line: CallerLine | None
    """What the caller had said before it; None when nothing was heard yet."""
    told: str
    """All that the caller had been heard to say before it."""
    reading: Reading
    matches: Matches
    offers_heard: tuple[tuple[str, float], ...] = ()
    """(offer id, mean recogniser confidence of the very words that make it) of each offer in ``matches``."""

    @property
    def change(self) -> int:
        """Change of anger in thousandths of a point."""
        return self.after.anger - self.before.anger

    @property
    def heard(self) -> str:
        """The words of the caller's line before it."""
        return self.line.text if self.line is not None else ""

    def act(self, name: str) -> ActSeen | None:
        """The act of that name, if it was seen and sure enough to count."""
        return next((act for act in self.acts if act.name == name and act.counted), None)

    def unkind(self, name: str) -> ActSeen | None:
        """The act of that name, if it counted or was only not heard clearly enough for that."""
        return next((act for act in self.acts if act.name == name and (act.counted or act.doubted)), None)

    def points(self, *causes: str) -> int:
        """What these causes moved in this turn, in thousandths of a point of anger."""
        return sum(entry.points for entry in self.ledger if entry.cause in causes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """How long the caller took to answer a turn, from the trainee's last frame of speech to her first sound."""

    turn: int
    utterance: int
    total_ms: int
    acted_ms: int
    """The pause that belongs to the character."""

    @property
    def system_ms(self) -> int:
        """The rest: our own slowness."""
        return max(0, self.total_ms - self.acted_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """One spoke over the other for ``INTERRUPTION_MS`` or more and made them stop."""

    by: str
    """trainee or caller."""
    turn: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A whole call in order of time."""

    source: str
    """spoken, typed or recorded."""
    agent: str
    turns: tuple[TraineeTurn, ...]
    lines: tuple[CallerLine, ...]
    outcome: Outcome | None
    """None when the recording ends before the call did."""
    manner: str
    detail: str
    end_ms: int
    asked_for_supervisor: bool
    trainee_hung_up: bool
    trainee_ms: int
    """How long the trainee spoke; 0 in a typed call."""
    caller_ms: int
    overlap_ms: int
    """How long both spoke."""
    interruptions: tuple[Interruption, ...]
    delays: tuple[Delay, ...]
    second: tuple[TraineeTurn, ...] = ()
    """Two on the line: the same turns as they came to the second of them."""
    reached: tuple[ReportParty, ...] = ()
    """Two on the line: whom each turn spoke to."""
    voices: tuple[HeardParty, ...] = ()
    """Two on the line: which of them was heard when."""

    @property
    def spoken(self) -> bool:
        """Whether there is a voice to speak of."""
        return self.source != "typed"


@dataclass(slots=True)
class _Builder:
    source: str = "spoken"
    agent: str = ""
    t: int = 0
    outcome: Outcome | None = None
    manner: str = ""
    detail: str = ""
    hung_up: bool = False
    turns: list[TraineeTurn] = field(default_factory=list)
    lines: list[CallerLine] = field(default_factory=list)
    decided: dict[int, SayAloud] = field(default_factory=dict)
    read: dict[int, ReplyRead] = field(default_factory=dict)
    """The reading of each turn's latest take: the engine used no other."""
    words: dict[int, Transcribed] = field(default_factory=dict)
    """What was recognised of each turn last."""
    pieces: dict[int, tuple[Word, ...]] = field(default_factory=dict)
    """The words of each turn as far as it has been reported: he may have gone on."""
    gate: SpeechGate = field(default_factory=SpeechGate)
    speech: list[tuple[int, int]] = field(default_factory=list)
    frames: int = 0
    interruptions: list[Interruption] = field(default_factory=list)
    report: ReportTurn | None = None
    second: list[TraineeTurn] = field(default_factory=list)
    reached: list[ReportParty] = field(default_factory=list)
    voices: list[HeardParty] = field(default_factory=list)

    def event(self, event: Event) -> None:
        self.t = event.t
        match event:
            case CallStarted():
                self.source, self.agent = event.source, event.agent
            case FrameHeard():
                self.frames += 1
                if self.gate.feed(event.t, event.p) == "off":
                    self.speech.append((self.gate.speech_start, self.gate.last_speech))
            case Transcribed():
                heard = self.words.get(event.turn)
                if heard is None or event.take >= heard.take:
                    self.words[event.turn] = event
            case ReplyRead():
                known = self.read.get(event.turn)
                if known is None or event.take >= known.take:
                    self.read[event.turn] = event
            case TraineeAction(action="hang_up"):
                self.hung_up = True
            case _:
                pass

    def command(self, command: Command) -> None:
        match command:
            case SayAloud():
                self.decided[command.utterance] = command
            case HeardLine():
                why = self.decided.get(command.utterance)
                self.lines.append(
                    CallerLine(
                        utterance=command.utterance, start_ms=command.start_ms, end_ms=command.end_ms,
                        text=command.text, whole=command.whole, reason=why.reason if why else "end_of_turn",
                        turn=why.turn if why else 0,
                    )
                )  # fmt: skip
                if why is not None and why.reason == "cut_in":
                    self.interruptions.append(
                        Interruption(by="caller", turn=why.turn, start_ms=command.start_ms, end_ms=command.end_ms)
                    )
            case ReportTurn():
                if self.report is not None and self.report.turn == command.turn:
                    self._goes_on(command.turn)
                self.report = command
                self.turns.append(self._turn(command))
                self.pieces[command.turn] = self._words(command)
                self.words.pop(command.turn, None)
            case ReportParty() if self.report is not None:
                self.reached.append(command)
                self.second.append(self._turn(_to_second(self.report, command)))
            case HeardParty():
                self.voices.append(command)
            case EndCall():
                self.outcome, self.manner, self.detail = command.outcome, command.manner, command.detail
            case _:
                pass

    def _goes_on(self, turn: int) -> None:
        """He had only paused: what was reported of the turn is reported again, with the rest of it."""
        self.turns = [each for each in self.turns if each.turn != turn]
        self.second = [each for each in self.second if each.turn != turn]
        self.reached = [each for each in self.reached if each.turn != turn]
        self.interruptions = [each for each in self.interruptions if (each.by, each.turn) != ("trainee", turn)]

    def _turn(self, report: ReportTurn) -> TraineeTurn:
        read = self.read.get(report.turn)
        reading, matches = (read.reading, read.matches) if read else (Reading(), Matches())
        over = next((line for line in reversed(self.lines) if line.end_ms >= report.start_ms and not line.whole), None)
        overlap = 0 if over is not None and over.reason == "cut_in" else report.overlap_ms
        if overlap >= INTERRUPTION_MS:
            end = over.end_ms if over is not None else report.start_ms + overlap
            self.interruptions.append(
                Interruption(by="trainee", turn=report.turn, start_ms=max(0, end - overlap), end_ms=end)
            )
        return TraineeTurn(
            turn=report.turn, start_ms=report.start_ms, end_ms=report.end_ms, text=report.text,
            confidence=report.confidence, acts=self._acts(report, reading, matches), ledger=report.ledger,
            before=report.before, after=report.after, offers=report.offers, revealed=report.revealed, met=report.met,
            moves=report.moves, gap_ms=report.gap_ms, overlap_ms=overlap,
            line=next((line for line in reversed(self.lines) if line.text), None),
            told=" ".join(line.text for line in self.lines if line.text), reading=reading, matches=matches,
            offers_heard=tuple(
                (made.offer, certainty(made.quote, self._words(report))) for made in matches.offers
            ),
        )  # fmt: skip

    def _acts(self, report: ReportTurn, reading: Reading, matches: Matches) -> tuple[ActSeen, ...]:
        words = self._words(report)
        return tuple(
            replace(act, heard=certainty(act.quote, words) if act.quote else 1.0)
            for act in _acts(report, reading, matches)
        )

    def _words(self, report: ReportTurn) -> tuple[Word, ...]:
        """The words of that turn as they were recognised; none in a typed call."""
        said = self.words.get(report.turn)
        return self.pieces.get(report.turn, ()) + (said.transcript.words if said is not None else ())

    def build(self) -> Timeline:
        if self.gate.speaking:
            self.speech.append((self.gate.speech_start, self.gate.last_speech))
        speech = self.speech
        if not self.frames and self.source != "typed":
            speech = [(turn.start_ms, turn.end_ms) for turn in self.turns]
        said = [(line.start_ms, line.end_ms) for line in self.lines]
        return Timeline(
            source=self.source, agent=self.agent, turns=tuple(self.turns), lines=tuple(self.lines),
            outcome=self.outcome, manner=self.manner, detail=self.detail, end_ms=self.t,
            asked_for_supervisor=any("supervisor" in turn.moves for turn in self.turns), trainee_hung_up=self.hung_up,
            trainee_ms=sum(end - start for start, end in speech), caller_ms=sum(end - start for start, end in said),
            overlap_ms=_both(speech, said) if self.frames else sum(turn.overlap_ms for turn in self.turns),
            interruptions=tuple(sorted(self.interruptions, key=lambda item: (item.start_ms, item.by))),
            delays=self._delays(), second=tuple(self.second), reached=tuple(self.reached), voices=tuple(self.voices),
        )  # fmt: skip

    def _delays(self) -> tuple[Delay, ...]:
        """Only in spoken calls: a typed reply ends whenever the key is pressed, a recording was answered by another."""
        if self.source != "spoken":
            return ()
        turns = {turn.turn: turn for turn in self.turns}
        found: list[Delay] = []
        ends = 0
        for line in self.lines:
            turn = turns.get(line.turn)
            if turn is not None and line.reason == "end_of_turn":
                anchor = max(turn.end_ms - POSTROLL_MS, ends)  # words under her last ones were answered after those
                acted = self.decided[line.utterance].acted_delay_ms
                total = max(0, line.start_ms - anchor)
                found.append(Delay(turn=turn.turn, utterance=line.utterance, total_ms=total, acted_ms=acted))
            ends = line.end_ms
        return tuple(found)


def _to_second(report: ReportTurn, other: ReportParty) -> ReportTurn:
    """A turn as it came to the second of two; overlap is told of once, with the first."""
    return replace(
        report, before=other.before, after=other.after, ledger=other.ledger, acts=other.acts, offers=other.offers,
        met=other.met, overlap_ms=0,
    )  # fmt: skip


def _acts(report: ReportTurn, reading: Reading, matches: Matches) -> tuple[ActSeen, ...]:
    found = {item.label: item for item in reading.labels}
    acts: dict[str, ActSeen] = {}
    for name in report.acts:
        if name in acts:
            continue
        entries = [entry for entry in report.ledger if entry.cause == name]
        counting = [entry for entry in entries if not entry.note.startswith(UNSURE)]
        labels = [found[label] for label in _LABELS_OF.get(name, (name,)) if label in found]
        asked = matches.asked[0] if name == "repeat_question" and matches.asked else None
        best = max(counting or entries, key=lambda entry: abs(entry.points), default=None)
        quote = (best.quote if best else "") or (labels[0].quote if labels else "") or (asked.quote if asked else "")
        acts[name] = ActSeen(
            name=name,
            quote=quote or ("" if name in WORDLESS else report.text),
            probability=max((label.probability for label in labels), default=asked.score if asked else 1.0),
            counted=bool(counting) or not entries,
            repeated=any(entry.note == "parroting" for entry in entries),
            note=best.note if best else "",
        )
    return tuple(acts.values())


def _both(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> int:
    """Milliseconds in which both spoke."""
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in one for b in other)


def build_timeline(steps: Steps) -> Timeline:
    """The timeline of a recorded call, given each event with the commands that answered it, in order."""
    builder = _Builder()
    for event, commands in steps:
        builder.event(event)
        for command in commands:
            builder.command(command)
    return builder.build()
