"""The call itself: event in, commands out.

``CallEngine`` holds no thread, no clock, no file and no generator. A driver feeds it what happened, in order of time,
and carries out what it asks for; live calls and replays differ only in where the events come from (rehearsals need no time and use ``mind`` alone).

Three rules remove whole classes of bug:

* every take and every part of an utterance has a number, and results with a stale one are dropped in one place
  (``_stale``);
* nothing is cancelled, only forgotten;
* every wait counts from the end of the last speech frame.
"""

from dataclasses import dataclass, field, replace
from typing import Final, Literal

from personas.persona import Persona
from simulator import events as ev
from simulator.caller import Caller, Memory, Plan
from simulator.commands import (
    Command,
    Duck,
    EndCall,
    HeardLine,
    MoodView,
    Outcome,
    Play,
    ReadReply,
    ReportTurn,
    SayAloud,
    ScoreTurnEnd,
    Stop,
    Synthesize,
    Transcribe,
)
from simulator.errors import EngineError
from simulator.floor import Floor, Signal, after
from simulator.gate import POSTROLL_MS, PREROLL_MS, SpeechGate
from simulator.mind import Mind, Reply
from simulator.mood import Hold, Mood
from simulator.own_voice import OwnVoice
from simulator.ports import Delivery
from simulator.reading import Matches, Reading
from simulator.turn_policy import TurnPolicy
from simulator.utterance import Part, Utterance
from simulator.wording import checkable, sentences, words

BACKCHANNELS: Final = frozenset(
    "mm mhm hm hmm uh huh yeah yes yep okay ok right sure i see go on of course no oh ah".split()
)


Reason = Literal["greeting", "end_of_turn", "cut_in", "silence", "stop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """What anybody may know of a call at this moment."""

    t: int
    floor: Floor
    mood: MoodView
    turn: int
    caller_line: str
    """The caller's latest words, as far as they were heard."""
    outcome: Outcome | None
    asked_for_supervisor: bool


@dataclass(slots=True)
class _Take:
    """A stretch of the trainee's speech and what has been made of it so far."""

    turn: int
    number: int
    start_ms: int
    end_ms: int
    text: str | None = None
    confidence: float = 1.0
    reading: Reading | None = None
    matches: Matches | None = None
    done: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _HeldBack:
    """What she was about to say when the trainee went on. If that was only a cough, she says it after all."""

    plan: Plan
    reason: Reason
    after: Memory


@dataclass(slots=True)
class _Silence:
    """The quiet since the caller stopped speaking."""

    since: int
    check_ins: int = 0
    hold_asked: bool = False
    hold_told: bool = False
    promised_s: float | None = None


@dataclass(slots=True)
class CallEngine:
    """One call. Feed ``handle`` every event in order of time; it answers with what is to be done."""

    persona: Persona
    policy: TurnPolicy
    seed: int
    ceiling: float = 100.0
    """Anger never passes this."""
    mind: Mind = field(init=False)
    floor: Floor = field(init=False, default=Floor.QUIET)
    t: int = field(init=False, default=-1)
    turn: int = field(init=False, default=0)
    outcome: Outcome | None = field(init=False, default=None)
    _source: Literal["spoken", "typed", "recorded"] = field(init=False, default="spoken")
    _gate: SpeechGate = field(init=False, default_factory=SpeechGate)
    _voice: OwnVoice = field(init=False, default_factory=OwnVoice)
    _take: _Take | None = field(init=False, default=None)
    _takes: int = field(init=False, default=0)
    _turn_over: bool = field(init=False, default=False)
    _utterance: Utterance | None = field(init=False, default=None)
    _utterances: int = field(init=False, default=0)
    _last_plan: Plan = field(init=False, default_factory=Plan)
    _line: str = field(init=False, default="")
    _silence: _Silence | None = field(init=False, default=None)
    _gap_ms: int = field(init=False, default=0)
    _overlap_from: int | None = field(init=False, default=None)
    _overlap_ms: int = field(init=False, default=0)
    _nods: int = field(init=False, default=0)
    _let_finish: bool = field(init=False, default=False)
    _aside: _Take | None = field(init=False, default=None)
    _out: list[Command] = field(init=False, default_factory=list)
    _ending: Plan | None = field(init=False, default=None)
    _last_reason: Reason = field(init=False, default="greeting")
    _last_heard: int = field(init=False, default=0)
    """When the caller last stopped sounding."""
    _cut_in: bool = field(init=False, default=False)
    """She has cut into this turn; once is enough."""
    _before_plan: Memory | None = field(init=False, default=None)
    """Her memory before she planned what she is about to say."""
    _held_back: _HeldBack | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.mind = Mind(self.persona, self.seed, self.ceiling)

    @property
    def mood(self) -> Mood:
        """How she feels now."""
        return self.mind.mood

    @property
    def caller(self) -> Caller:
        """What she knows and wants."""
        return self.mind.caller

    @property
    def view(self) -> CallView:
        """A frozen snapshot."""
        return CallView(
            t=self.t,
            floor=self.floor,
            mood=self.mood.view(),
            turn=self.turn,
            caller_line=self._line,
            outcome=self.outcome,
            asked_for_supervisor=self.caller.supervisor_turn is not None,
        )

    @property
    def next_deadline(self) -> int | None:
        """The next time at which something may happen without an event; for drivers that have no frames."""
        if self._utterance is not None and self._utterance.started is None and self._ready():
            return max(self.t, self._utterance.not_before)
        return None

    def handle(self, event: ev.Event) -> tuple[Command, ...]:
        """Take one event; return what is to be done because of it, in order.

        Raises EngineError when events come out of order: that is a bug in a driver or here.
        """
        if self.floor is Floor.ENDED:
            return ()
        if isinstance(event, ev.CallStarted) != (self.t < 0):
            raise EngineError(f"{type(event).__name__} cannot be the first event, nor CallStarted a later one")
        if event.t < self.t:
            raise EngineError(f"{type(event).__name__} at {event.t} ms came after {self.t} ms")
        self.t = event.t
        self._out = []
        match event:
            case ev.CallStarted():
                self._source = event.source
                self.mind.meets(event.agent)
                self._silence = _Silence(since=event.t)
                self._speak(self.caller.greets(self.mood), "greeting", self.t)
            case ev.FrameHeard():
                self._frame(event)
            case ev.Tick():
                self._time_passes()
            case ev.Transcribed():
                self._transcribed(event)
            case ev.TurnEndScored():
                take = self._current(event.turn, event.take)
                if take is not None:
                    take.done = event.done
            case ev.ReplyRead():
                self._read(event)
            case ev.SpeechReady():
                self._speech_ready(event)
            case ev.PlaybackMoved():
                self._playback(event)
            case ev.TraineeAction():
                self._action(event)
            case ev.Fault():
                self._fault(event)
        return tuple(self._out)

    # -- the trainee speaks -----------------------------------------------------------------------------------------

    def _frame(self, event: ev.FrameHeard) -> None:
        change = self._gate.feed(event.t, event.p)
        if self._gate.speaking and event.p >= 0.5:
            self._voice.frame(event.db)
        if change == "on":
            self._speech_on()
        elif change == "off":
            self._speech_off()
        self._time_passes()

    def _speech_on(self) -> None:
        start = self._gate.speech_start
        if self.floor in (Floor.QUIET, Floor.HOLD):
            self._begin_turn(start)
            self._signal(Signal.TRAINEE_SPEAKS)
        elif self.floor is Floor.PAUSE:
            self._signal(Signal.TRAINEE_SPEAKS)
        elif self.floor is Floor.PREPARING:
            if self._utterance is not None:
                # Her answer was decided but not yet begun: the trainee goes on. What was said counts as a turn of its
                # own, and her answer waits until it is clear whether this is speech or a cough.
                self._forget_utterance()
                self._begin_turn(start)
            self._turn_over = False
            self._signal(Signal.TRAINEE_SPEAKS)
        elif self.floor is Floor.CALLER:
            self._begin_turn(start)
            self._overlap_from = start
            self._do(Duck(gain_db=self.policy.duck_db))
            self._signal(Signal.TRAINEE_SPEAKS)

    def _begin_turn(self, start: int) -> None:
        """A new turn, unless words said under the caller's voice already began it."""
        self.turn += 1
        self._gap_ms = max(0, start - self._silence.since) if self._silence is not None else 0
        self._takes += 1
        self._take = _Take(turn=self.turn, number=self._takes, start_ms=max(0, start - PREROLL_MS), end_ms=start)
        self._turn_over = False
        self._cut_in = False

    def _speech_off(self) -> None:
        """The trainee may be done: start recognising on a guess."""
        take = self._take
        if self.floor is Floor.OVERLAP:
            self._overlap_ends()
            return
        if self.floor is not Floor.TRAINEE or take is None:
            return
        if self._utterance is not None:
            self._utterance = None  # she was about to cut in; now that he pauses there is no need
        self._signal(Signal.TRAINEE_PAUSES)
        self._takes += 1
        end = min(self.t, self._gate.last_speech + POSTROLL_MS)
        self._take = _Take(turn=take.turn, number=self._takes, start_ms=take.start_ms, end_ms=end)
        self._do(Transcribe(turn=take.turn, take=self._takes, start_ms=take.start_ms, end_ms=end))

    def _overlap_ends(self) -> None:
        """Speech over the caller stopped before she yielded: a backchannel, or an answer to her last words."""
        assert self._take is not None and self._overlap_from is not None
        self._overlap_ms = 0
        self._overlap_from = None
        take = self._take
        take.end_ms = min(self.t, self._gate.last_speech + POSTROLL_MS)
        self._take_up(take)
        self._aside = take
        self._nods += self._last_reason != "cut_in"
        self._take = None
        self.turn -= 1
        self._do(Duck(gain_db=0))
        self._signal(Signal.TRAINEE_PAUSES)

    def _take_up(self, take: _Take) -> None:
        """What was said until she cut in belongs to what is said under her cut-in."""
        if self._aside is not None and self._last_reason == "cut_in":
            take.start_ms = min(take.start_ms, self._aside.start_ms)

    def _transcribed(self, event: ev.Transcribed) -> None:
        take = self._current(event.turn, event.take)
        if take is None:
            return
        take.text, take.confidence = event.transcript.text.strip(), event.transcript.confidence
        if not take.text:
            return
        if self._source != "typed":
            self._do(
                ScoreTurnEnd(
                    turn=take.turn, take=take.number, start_ms=take.start_ms, end_ms=take.end_ms,
                    words=take.text, expecting=self._last_plan.expecting,
                )
            )  # fmt: skip
        self._do(ReadReply(turn=take.turn, take=take.number, reply=take.text, caller_line=self._line))

    def _read(self, event: ev.ReplyRead) -> None:
        take = self._current(event.turn, event.take)
        if take is None:
            return
        take.reading, take.matches = event.reading, event.matches
        self._answer_if_due()

    def _current(self, turn: int, number: int) -> _Take | None:
        """The one place where results for a forgotten take are dropped."""
        take = self._take
        return take if take is not None and (take.turn, take.number) == (turn, number) else None

    # -- time -------------------------------------------------------------------------------------------------------

    def _time_passes(self) -> None:
        if self.floor is Floor.PAUSE:
            self._maybe_end_turn()
        if self.floor is Floor.PREPARING:
            self._answer_if_due()
            self._play_if_due()
        elif self.floor in (Floor.CALLER, Floor.OVERLAP, Floor.TRAINEE):
            self._play_if_due()
            if self.floor is Floor.OVERLAP:
                self._maybe_yield()
            elif self.floor is Floor.TRAINEE:
                self._maybe_cut_in()
        elif self.floor in (Floor.QUIET, Floor.HOLD) and self._source == "spoken":
            self._maybe_check_in()

    def _maybe_end_turn(self) -> None:
        take = self._take
        if take is None:
            return
        if take.text == "":
            self._signal(Signal.NOTHING_SAID)
            self._nothing_said(take)
            return
        silence = self.t - self._gate.last_speech
        stops = take.text is not None and self.policy.stops(take.text)
        if stops or silence >= self.policy.wait_ms(take.done, self._last_plan.expecting):
            self._turn_over = True
            self._signal(Signal.TURN_ENDS)

    def _nothing_said(self, take: _Take) -> None:
        """A cough, a click, a chair: the turn never was, and what it kept her from saying is said after all."""
        self._take, self._overlap_ms = None, 0
        if take.turn == self.turn:
            self.turn -= 1
        held_back, self._held_back = self._held_back, None
        if held_back is not None:
            self.caller.remember(held_back.after, self.mood)
            self._speak(held_back.plan, held_back.reason, self.t)

    def _answer_if_due(self) -> None:
        take = self._take
        if not self._turn_over or take is None or self._utterance is not None:
            return
        if take.text == "":
            self._signal(Signal.NOTHING_SAID)
            self._nothing_said(take)
            self._turn_over = False
        elif take.text is not None and self.policy.stops(take.text):
            self._take, self._turn_over = None, False
            self._speak(self.caller.steps_out(self.mood), "stop", self.t)
        elif take.reading is not None and take.matches is not None:
            self._answer(take, take.reading, take.matches)
        elif self._source != "typed" and self.t - self._gate.last_speech > self.policy.give_up_ms:
            self._take, self._turn_over = None, False
            self._speak(self.caller.did_not_catch(self.mood), "end_of_turn", self.t)

    def _maybe_check_in(self) -> None:
        if self.t > self.policy.max_ms:
            self._speak(self.caller.times_out(self.mood), "silence", self.t)
            return
        silence = self._silence
        if silence is None:
            return
        quiet = self.t - silence.since
        if silence.hold_asked:
            allowed = (silence.promised_s or 60.0) * 1000 + 15_000
            if quiet < allowed:
                return
            quiet -= round(allowed) - self.policy.check_in_ms[0]
        due = self.policy.check_in_ms[min(silence.check_ins, 2)]
        if silence.check_ins >= 3:
            due = 2 * self.policy.check_in_ms[2]
        if quiet < due or self.t - max(self._gate.last_speech, self._last_heard) < self.policy.check_in_ms[0]:
            return  # sound without words, or her own "Hello?", deserves a breath before the next one
        silence.check_ins += 1
        if silence.check_ins == 3 and self.mood.band != "furious":
            # Twenty seconds cost a patient caller patience; only one who is furious, or out of it, goes now.
            self.mood.patience -= 15
            if self.mood.patience > 0:
                return
        self._speak(self.caller.checks_in(self.mood, silence.check_ins), "silence", self.t)

    def _maybe_yield(self) -> None:
        assert self._overlap_from is not None
        against = self.t - self._overlap_from
        if against >= self.policy.yield_after_ms(self.mood.points):
            # Whoever goes on after being cut into has not talked over anybody.
            self._overlap_ms = against if self._last_reason != "cut_in" else 0
            self._overlap_from = None
            self._do(Stop(fade_ms=self.policy.fade_ms))
            if self._ending is not None:  # a last word is not taken back
                self._finish_utterance()
                self._end(self._ending)
                return
            if self._take is not None:
                self._take_up(self._take)
            self._aside = None
            self._signal(Signal.CALLER_YIELDS)
            self._finish_utterance()

    def _maybe_cut_in(self) -> None:
        limit = self.policy.cut_in_after_ms(self.persona.who.manner, self.mood.points)
        take = self._take
        if limit is None or take is None or self._utterance is not None or self._source != "spoken" or self._cut_in:
            return
        if self._gate.speaking and self.t - take.start_ms - PREROLL_MS >= limit and not self._overlap_ms:
            self._cut_in = True
            self._speak(self.caller.cuts_in(self.mood), "cut_in", self.t)

    # -- the caller answers -----------------------------------------------------------------------------------------

    def _answer(self, take: _Take, reading: Reading, matches: Matches) -> None:
        text = take.text or ""
        held, spoken = self._held(), self._source != "typed"
        loud, rate = self._voice.end_turn(len(words(text))) if spoken else (0.0, 0.0)
        answer = self.mind.answers(
            self.turn,
            Reply(
                text=text,
                reading=reading,
                matches=matches,
                spoken=spoken,
                let_finish=self._let_finish and self._source == "spoken",
                backchannel=self._nods > 0 or (spoken and _only_nods(text)),
                silence_s=self._gap_ms / 1000 if self._source == "spoken" and held is None else 0.0,
                hold=held,
                overlap_s=self._overlap_ms / 1000,
                loud_z=loud,
                rate_z=rate,
            ),
            question_open=self._last_plan.question,
        )
        change, plan = answer.change, answer.plan
        self._held_back, self._before_plan = None, answer.before
        if self.turn >= self.policy.max_turns and plan.outcome is None:
            plan = self.caller.times_out(self.mood)
        self._do(
            ReportTurn(
                turn=take.turn, start_ms=take.start_ms, end_ms=take.end_ms, text=text, confidence=take.confidence,
                before=change.before, after=change.after, ledger=change.ledger,
                acts=tuple(act.name for act in answer.acts),
                offers=tuple((verdict.offer, verdict.verdict) for verdict in change.verdicts),
                revealed=plan.revealed,
                met=tuple((name, round(self.mood.met.get(name, 0.0), 2)) for name in self.mood.known),
                moves=tuple(line.situation for line in plan.lines),
                gap_ms=self._gap_ms, overlap_ms=self._overlap_ms,
            )
        )  # fmt: skip
        hold = reading.has("hold")
        self._silence = _Silence(since=self.t, hold_asked=hold, hold_told=hold and _says_how_long(text))
        self._take, self._turn_over = None, False
        self._nods, self._overlap_ms, self._let_finish = 0, 0, False
        anchor = self._gate.last_speech if self._source != "typed" else self.t
        self._speak(plan, "end_of_turn", anchor)

    def _held(self) -> Hold | None:
        silence = self._silence
        if silence is None or not silence.hold_asked or self._gap_ms < 4_000:
            return None
        return Hold(seconds=self._gap_ms / 1000, told=silence.hold_told, promised_s=silence.promised_s)

    def _speak(self, plan: Plan, reason: Reason, anchor: int) -> None:
        """Decide an utterance: every part is asked for at once, and played in order as it becomes ready."""
        if self.floor in (Floor.QUIET, Floor.HOLD):
            self._signal(Signal.CALLER_PLANS)
        self._ending = plan if plan.outcome is not None else None
        if not plan.lines:
            if self._ending is not None:
                self._end(self._ending)
            else:
                self._signal(Signal.NOTHING_SAID)
                self._silence = _Silence(since=self.t)
            return
        delay = 0
        if reason == "end_of_turn" and self._source == "spoken":
            delay = self.policy.acted_delay_ms(
                self.caller.chance, self.turn, manner=self.persona.who.manner, anger=self.mood.points,
                accepts=plan.accepts,
            )  # fmt: skip
        self._utterances += 1
        # Sentence by sentence, so that the first can be heard while the rest is still being made.
        parts = [Part(text=sentence, speaker=line.speaker) for line in plan.lines for sentence in sentences(line.text)]
        self._utterance = Utterance(number=self._utterances, plan=plan, parts=parts, not_before=anchor + delay)
        self._last_reason = reason
        self._do(
            SayAloud(
                utterance=self._utterances, reason=reason, turn=self.turn, text=self._utterance.text,
                acted_delay_ms=delay,
            )
        )  # fmt: skip
        voice = self.persona.voice
        delivery = Delivery(
            speaker=voice.speaker, manner=self.persona.who.manner,
            anger=0 if reason == "stop" else round(self.mood.points),
            pace=float(voice.pace), loudness=voice.loudness,
        )  # fmt: skip
        for index, part in enumerate(parts):
            whose = replace(delivery, speaker=part.speaker) if part.speaker else delivery
            self._do(Synthesize(utterance=self._utterances, part=index, text=part.text, delivery=whose))

    def _speech_ready(self, event: ev.SpeechReady) -> None:
        utterance = self._utterance
        if utterance is None or utterance.number != event.utterance or event.part >= len(utterance.parts):
            return
        part = utterance.parts[event.part]
        part.duration_ms, part.words = event.duration_ms, event.words
        self._play_if_due()

    def _ready(self) -> bool:
        return self._utterance is not None and self._utterance.parts[0].duration_ms is not None

    def _play_if_due(self) -> None:
        utterance = self._utterance
        if utterance is None or not self._ready() or self.t < utterance.not_before:
            return
        if utterance.started is None:
            utterance.started = self.t
            self._let_finish = False
            self._before_plan = None  # what is being said cannot be taken back
            self._signal(Signal.CALLER_SPEAKS)
            if self.floor is Floor.OVERLAP:  # she cut in: from now on the trainee talks against her
                self._overlap_from = self.t
        for index, part in enumerate(utterance.parts):
            if part.duration_ms is None:
                return
            if not part.played:
                part.played = True
                part.pause_ms = self.policy.pause_between_parts_ms if index else 0
                utterance.idle = False
                self._do(Play(utterance=utterance.number, part=index, pause_ms=part.pause_ms))

    def _playback(self, event: ev.PlaybackMoved) -> None:
        utterance = self._utterance
        if utterance is None or utterance.number != event.utterance or utterance.started is None:
            return
        utterance.position, utterance.idle = event.position_ms, event.idle
        length = sum((part.duration_ms or 0) + part.pause_ms for part in utterance.parts)
        if event.idle and all(part.played for part in utterance.parts) and event.position_ms >= length:
            self._caller_finished()

    def _caller_finished(self) -> None:
        cut_in = self._last_reason == "cut_in"
        self._signal(Signal.CALLER_FINISHES)
        overlapped, self._overlap_from = self._overlap_from is not None, None
        self._let_finish = not overlapped and any(
            line.situation in ("greeting", "story") for line in (self._utterance.plan.lines if self._utterance else ())
        )
        self._finish_utterance()
        if self._ending is not None:
            self._end(self._ending)
            return
        aside, self._aside = self._aside, None
        if cut_in and self.floor is Floor.TRAINEE and aside is not None and self._take is not None:
            self._take.start_ms = min(self._take.start_ms, aside.start_ms)  # he goes on: it is all one reply
        if self.floor is not Floor.QUIET or aside is None:
            return
        # What was said until she cut in is always a reply; what was said under her last words is one, too.
        if cut_in or self.t - aside.end_ms <= self.policy.aside_ms:
            self._reply_was_aside(aside)

    def _reply_was_aside(self, aside: _Take) -> None:
        """Words said under her last ones are a reply. They are read now; if they were none, nothing happens."""
        self.turn += 1
        self._takes += 1
        self._take = _Take(turn=self.turn, number=self._takes, start_ms=aside.start_ms, end_ms=aside.end_ms)
        self._gap_ms, self._turn_over = 0, True
        self._nods = max(0, self._nods - (self._last_reason != "cut_in"))
        self._signal(Signal.TURN_ENDS)
        self._do(Transcribe(turn=self.turn, take=self._takes, start_ms=aside.start_ms, end_ms=aside.end_ms))

    def _finish_utterance(self) -> None:
        """It is over or was stopped: only what was heard counts as said."""
        utterance, self._utterance = self._utterance, None
        if utterance is None or utterance.started is None:
            return
        text, whole = utterance.heard()
        self._last_heard = self.t
        self.caller.heard_saying(utterance.plan, text, whole=whole)
        self._line = text or self._line
        self._last_plan = utterance.plan if self._last_reason != "silence" else self._last_plan
        self._do(
            HeardLine(utterance=utterance.number, start_ms=utterance.started, end_ms=self.t, text=text, whole=whole)
        )
        check_ins = self._silence.check_ins if self._silence is not None and self._last_reason == "silence" else 0
        if self._last_reason == "silence" and self._silence is not None:
            self._silence.check_ins = check_ins
        elif self._silence is not None and self._silence.hold_asked:
            self._silence.since = self.t
        else:
            self._silence = _Silence(since=self.t)

    def _forget_utterance(self) -> None:
        """Decided but never begun: it leaves no trace in her memory but what her agenda had already moved on."""
        utterance, self._utterance = self._utterance, None
        if utterance is not None:
            after_it = self.caller.memory(self.mood)
            self.caller.remember(self._before_plan or after_it, self.mood)
            self._held_back = _HeldBack(plan=utterance.plan, reason=self._last_reason, after=after_it)
            self._last_plan = Plan(expecting="words")
            self._ending = None

    # -- everything else --------------------------------------------------------------------------------------------

    def _action(self, event: ev.TraineeAction) -> None:
        match event.action:
            case "say":
                self._typed(event.text)
            case "hang_up":
                fair = self.mind.limits >= 2 and self.mood.band == "furious"  # a limit, a warning, and still abuse
                self._end_now("ended_fairly" if fair else "unresolved", "the trainee ended the call")
            case "leave":
                self._end_now("unresolved", "there was nothing more to say")
            case "stop":
                self._end_now("stopped", "the role-play was stopped")
            case "hold":
                if self.floor is Floor.QUIET:
                    self._signal(Signal.HOLD)
                    told = self._silence is not None and self._silence.hold_told
                    self._silence = _Silence(since=self.t, hold_asked=True, hold_told=told)
            case "resume":
                if self.floor is Floor.HOLD:
                    self._signal(Signal.RESUME)

    def _typed(self, text: str) -> None:
        if self.floor not in (Floor.QUIET, Floor.HOLD):
            raise EngineError("a typed reply came while the caller was speaking")
        self.turn += 1
        self._takes += 1
        self._gap_ms, self._turn_over = 0, True
        self._take = _Take(turn=self.turn, number=self._takes, start_ms=self.t, end_ms=self.t, text=text.strip())
        self._signal(Signal.TURN_ENDS)
        if self._take.text:
            self._do(ReadReply(turn=self.turn, take=self._takes, reply=self._take.text, caller_line=self._line))
        else:
            self._answer_if_due()

    def _fault(self, event: ev.Fault) -> None:
        if event.what == "device_lost":
            self._end_now("stopped", event.detail)
        elif event.what == "recognizer":
            take = self._current(event.turn, event.take)
            if take is not None:
                take.text = ""
        elif event.what == "reader":
            take = self._current(event.turn, event.take)
            if take is not None:
                take.reading, take.matches = Reading(), Matches()
        elif event.what == "synthesizer":
            utterance = self._utterance
            if utterance is not None and utterance.number == event.utterance and event.part < len(utterance.parts):
                utterance.parts[event.part].duration_ms = 0  # she is silent here; the words stand in the captions

    def _end_now(self, outcome: Outcome, detail: str) -> None:
        if self._utterance is not None and self._utterance.started is not None:
            self._do(Stop(fade_ms=self.policy.fade_ms))
            self._finish_utterance()
        self._end(Plan(outcome=outcome, detail=detail))

    def _end(self, plan: Plan) -> None:
        assert plan.outcome is not None
        self.outcome = plan.outcome
        self._signal(Signal.END)
        self._do(EndCall(outcome=plan.outcome, manner=plan.manner, detail=plan.detail))

    def _signal(self, signal: Signal) -> None:
        self.floor = after(self.floor, signal)

    def _do(self, command: Command) -> None:
        self._out.append(command)


def _only_nods(text: str) -> bool:
    said = words(text)
    return bool(said) and len(said) <= 6 and all(word in BACKCHANNELS for word in said)


def _says_how_long(text: str) -> bool:
    said = words(text)
    return checkable(text) or any(word in ("minute", "minutes", "seconds", "moment") for word in said)
