"""The call itself: event in, commands out.

``CallEngine`` holds no thread, no clock, no file and no generator. A driver feeds it what happened, in order of time,
and carries out what it asks for; live calls and replays differ only in where the events come from (rehearsals need no
time and use ``mind`` alone).

Three rules remove whole classes of bug:

* every take and every part of an utterance has a number, and results with a stale one are dropped in one
  place each (``Hearing.current``, ``Utterance.part``);
* nothing is cancelled, only forgotten;
* every wait counts from the end of the last speech frame.
"""

from copy import copy, deepcopy
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from personas.persona import Persona
from simulator import events as ev
from simulator.caller import Caller
from simulator.commands import (
    Command,
    Duck,
    EndCall,
    HeardLine,
    HeardParty,
    MoodView,
    Outcome,
    Play,
    ReadReply,
    ReportParty,
    ReportTurn,
    SayAloud,
    ScoreTurnEnd,
    Stop,
    Synthesize,
    Transcribe,
    Voices,
)
from simulator.crosstalk import Crosstalk, only_nods
from simulator.errors import EngineError
from simulator.floor import Floor, Signal, after
from simulator.gate import PREROLL_MS, KeyGate
from simulator.hearing import Hearing, Take
from simulator.mediation import Mediation, mind_of
from simulator.mind import Kept, Mind, Reply
from simulator.mood import Mood
from simulator.opening_words import opening_word, opening_words
from simulator.plan import Plan
from simulator.ports import Delivery, Transcript
from simulator.quiet import GIVES_UP_AT, Quiet, says_how_long
from simulator.reading import Matches, Reading
from simulator.turn_policy import TurnPolicy
from simulator.utterance import OPENER, Part, Utterance
from simulator.wording import has_phrase, words

Reason = Literal["greeting", "end_of_turn", "cut_in", "silence", "stop"]


SURE_OF_AN_END: Final = 0.9
"""Probability of a turn end from which her answer is made without waiting for more silence."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """How things stood before she took a reply: where to go back to if it was not over."""

    take: Take
    mind: Kept
    quiet: Quiet
    talk: Crosstalk
    let_finish: bool
    gap_ms: int


@dataclass(slots=True)
class CallEngine:
    """One call. Feed ``handle`` every event in order of time; it answers with what is to be done."""

    persona: Persona
    policy: TurnPolicy
    seed: int
    ceiling: float = 100.0
    """Anger never passes this."""
    mind: Mind | Mediation = field(init=False)
    floor: Floor = field(init=False, default=Floor.QUIET)
    t: int = field(init=False, default=-1)
    turn: int = field(init=False, default=0)
    outcome: Outcome | None = field(init=False, default=None)
    _source: Literal["spoken", "typed", "recorded"] = field(init=False, default="spoken")
    _ears: Hearing = field(init=False, default_factory=Hearing)
    _talk: Crosstalk = field(init=False, default_factory=Crosstalk)
    _quiet: Quiet = field(init=False, default_factory=Quiet)
    _utterance: Utterance = field(init=False, default_factory=Utterance)
    _utterances: int = field(init=False, default=0)
    _last_plan: Plan = field(init=False, default_factory=Plan)
    _line: str = field(init=False, default="")
    _gap_ms: int = field(init=False, default=0)
    _let_finish: bool = field(init=False, default=False)
    _out: list[Command] = field(init=False, default_factory=list)
    _ending: EndCall | None = field(init=False, default=None)
    _last_reason: Reason = field(init=False, default="greeting")
    _last_heard: int = field(init=False, default=0)
    """When the caller last stopped sounding."""
    _before: _Before | None = field(init=False, default=None)
    """Before the reply that she is about to answer; None while she is not."""
    _reported: Kept | None = field(init=False, default=None)
    """Her mind as the last report left it, while the reply that it was about goes on."""
    _unsaid: tuple[Plan, Reason] | None = field(init=False, default=None)
    """What she was about to say of her own accord when a sound came. If that held no words, she says it after all."""
    _opened: str = field(init=False, default="")
    """The word that she last began with because the rest was not ready."""

    def __post_init__(self) -> None:
        self.mind = mind_of(self.persona, self.seed, self.ceiling)
        if self.policy.push_to_talk:
            self._ears.gate = KeyGate()

    @property
    def mood(self) -> Mood:
        """How she feels now."""
        return self.mind.mood

    @property
    def caller(self) -> Caller | Mediation:
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
            asked_for_supervisor=self.caller.supervisor.turn is not None,
        )

    @property
    def next_deadline(self) -> int | None:
        """The next time at which something may happen without an event; for drivers that have no frames."""
        if self._utterance.ready and not self._utterance.sounding:
            return max(self.t, self._utterance.not_before)
        return None

    @property
    def listening(self) -> bool:
        """Whether what the microphone hears counts: always, but for push-to-talk with the key up."""
        return not self.policy.push_to_talk or self._ears.gate.speaking

    @property
    def speaking_since(self) -> int | None:
        """Where what the trainee is saying now begins in the microphone's audio; None when he is not speaking."""
        return self._ears.take.start_ms if self.floor is Floor.TRAINEE else None

    @property
    def spoken(self) -> int:
        """How many utterances she has begun or decided: the number of the latest."""
        return self._utterances

    @property
    def saying(self) -> int:
        """The utterance that she is saying or about to say; 0 is none."""
        return self._utterance.number

    @property
    def told(self) -> frozenset[str]:
        """The facts and hidden needs that she has told in answer to a question."""
        return self.mind.told

    @property
    def all_made(self) -> bool:
        """Whether there is nothing of hers left to be made: all she is saying is ready, or she is saying nothing."""
        return self._utterance.made

    @property
    def moments(self) -> tuple[Synthesize, ...]:
        """What she, or either of two, may say now before an answer that is not ready: to be made beforehand."""
        return tuple(
            Synthesize(utterance=0, part=OPENER, text=text, delivery=self._delivery(mind, calm=False))
            for mind in self.mind.minds
            for text in opening_words(mind)
        )

    @property
    def may_cut_in(self) -> bool:
        """Whether she might cut into what the trainee is saying, for its length or its words."""
        return self.floor is Floor.TRAINEE and self._patience_ms is not None

    @property
    def may_be_over(self) -> bool:
        """Whether the trainee has fallen silent and his turn may end."""
        return self.floor is Floor.PAUSE or (self.floor is Floor.TRAINEE and self._ears.up_to_date)

    @property
    def likely_over(self) -> bool:
        """Whether the turn probably ends here: the turn-end model says so, or he has been silent for as long as it takes at
        least. Most pauses are shorter, and what is made in them is made in vain."""
        return self.may_be_over and (
            (self._ears.take.done or 0.0) >= SURE_OF_AN_END or self._since_speech >= self.policy.at_once_ms
        )

    @property
    def take(self) -> tuple[int, int]:
        """(turn, number) of the stretch of the trainee's speech that counts now."""
        return self._ears.take.turn, self._ears.take.number

    @property
    def words_so_far(self) -> str:
        """The words of the reply that is being waited on, as far as they are known."""
        return self._ears.take.text or ""

    @property
    def words_before(self) -> str:
        """The words of his reply before :attr:`speaking_since`; mostly none."""
        return self._ears.take.joined("")

    def would_say(self, text: str, reading: Reading, matches: Matches) -> tuple[Synthesize, ...]:
        """What she would have made audible if the reply ended now and were ``text``. Nothing of the call changes.

        A guess: loudness, overlap and the length of the gap are taken as they stand. Empty outside a reply.
        """
        if self.floor not in (Floor.TRAINEE, Floor.PAUSE) or self._utterance:
            return ()
        self._out = []
        twin = self._twin()
        if twin.floor is Floor.TRAINEE:
            twin._signal(Signal.TRAINEE_PAUSES)
        twin._signal(Signal.TURN_ENDS)
        twin._answer(replace(twin._ears.take, text=text), reading, matches)
        return tuple(command for command in twin._out if isinstance(command, Synthesize))

    def might_say(self, text: str, reading: Reading, matches: Matches) -> tuple[Synthesize, ...]:
        """As :meth:`would_say`, before the reply: what if she is heard to the end, and ``text`` is the answer?"""
        if self.floor not in (Floor.CALLER, Floor.QUIET) or not self.all_made or self._ending is not None:
            return ()
        self._out = []
        twin = self._twin()
        if twin.floor is Floor.CALLER:
            twin._utterance.position = twin._utterance.length_ms
            twin._caller_finished()
        if twin.floor is not Floor.QUIET:
            return ()
        twin._begin_turn()
        for signal in (Signal.TRAINEE_SPEAKS, Signal.TRAINEE_PAUSES, Signal.TURN_ENDS):
            twin._signal(signal)
        twin._answer(replace(twin._ears.take, text=text), reading, matches)
        return tuple(command for command in twin._out if isinstance(command, Synthesize))

    def _twin(self) -> "CallEngine":
        """A copy to guess with. What has been heard frame by frame is long, and shared: no guess adds to it."""
        lent = self._ears.lend(), self._before
        self._before = None
        twin = deepcopy(self)
        for one in (self, twin):
            one._ears.gets_back(lent[0])
            one._before = lent[1]
        return twin

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
                self._quiet = Quiet(since=event.t)
                self._speak(self.caller.greets(self.mood), "greeting", self.t)
            case ev.FrameHeard():
                self._frame(event)
            case ev.Tick():
                self._time_passes()
            case ev.Transcribed():
                self._transcribed(event)
            case ev.WordsHeard():
                self._words_heard(event)
            case ev.TurnEndScored():
                self._scored(event)
            case ev.ReplyRead():
                self._read(event)
            case ev.SpeechReady():
                self._speech_ready(event)
            case ev.PlaybackMoved():
                self._playback(event)
            case ev.TraineeAction():
                self._action(event)
            case _:
                self._fault(event)
        return tuple(self._out)

    # -- the trainee speaks -----------------------------------------------------------------------------------------

    def _frame(self, event: ev.FrameHeard) -> None:
        change = self._ears.frame(event.t, event.p, event.db)
        if change == "on":
            self._speech_on()
        elif change == "lull":
            self._lull()
        elif change == "off":
            self._speech_off()
        self._time_passes()

    def _speech_on(self) -> None:
        if self.floor is Floor.PREPARING and self._utterance:
            self._take_back()  # decided but not yet begun, and the trainee goes on
        elif self.floor in (Floor.QUIET, Floor.HOLD, Floor.CALLER):
            self._begin_turn()
        if self.floor is Floor.CALLER:
            self._talk.since = self._ears.gate.speech_start
            self._do(Duck(gain_db=self.policy.duck_db))
        self._signal(Signal.TRAINEE_SPEAKS)

    @property
    def _both_began(self) -> bool:
        """Whether she took a pause for the end and he went on as she began."""
        after_her = self._ears.gate.speech_start - self._utterance.started
        return self._last_reason == "end_of_turn" and self._ending is None and after_her <= self.policy.collision_ms

    def _begin_turn(self) -> None:
        self.turn += 1
        self._gap_ms = max(0, self._ears.gate.speech_start - self._quiet.since)
        self._ears.begins(self.turn)
        self._talk.cut_in = False

    def _lull(self) -> None:
        """Not a pause yet, but mostly it becomes one: start recognising on a guess."""
        if self.floor is Floor.TRAINEE:
            self._listen(self._ears.take.start_ms, self._ears.end_of_speech(self.t))

    def _speech_off(self) -> None:
        """The trainee may be done."""
        take, end = self._ears.take, self._ears.end_of_speech(self.t)
        if self.floor is Floor.OVERLAP:  # over before she yielded: a nod, or an answer to her last words
            take.end_ms = end
            self._talk.stops(self._ears.forget(), her_cut_in=self._cutting_in)
            self.turn -= 1
            self._do(Duck(gain_db=0))
            self._listen(take.start_ms, end)  # whatever it was, a stop word in it counts at once
        else:
            self._utterance = Utterance()  # was she about to cut in? Now that he pauses there is no need
            if self._ears.up_to_date:
                take.end_ms = end
            else:
                self._listen(take.start_ms, end)
        self._signal(Signal.TRAINEE_PAUSES)

    def _listen(self, start_ms: int, end_ms: int) -> None:
        """Have a stretch of the trainee's speech recognised, as this turn."""
        take = self._ears.cut(self.turn, start_ms, end_ms)
        self._do(Transcribe(turn=take.turn, take=take.number, start_ms=start_ms, end_ms=end_ms))

    def _transcribed(self, event: ev.Transcribed) -> None:
        take = self._ears.current(event.turn, event.take)
        if take is not None:
            take.hears(event.transcript)
            self._heard(take)

    def _heard(self, take: Take) -> None:
        """The words of a take are known."""
        if self.floor is Floor.CALLER:
            self._heard_under_her_voice(take.text or "")
            return
        if not take.text:
            return
        self._do(
            ScoreTurnEnd(
                turn=take.turn, take=take.number, start_ms=take.start_ms, end_ms=take.end_ms,
                words=take.text, expecting=self._last_plan.expecting,
            )
        )  # fmt: skip
        self._do(ReadReply(turn=take.turn, take=take.number, reply=take.text, caller_line=self._line))

    def _heard_under_her_voice(self, text: str) -> None:
        """A nod, or words that may turn out to be the reply; the stop word does not wait for that."""
        self._ears.forget()
        if self.policy.stops(text):
            self._do(Stop(fade_ms=self.policy.fade_ms))
            self._signal(Signal.CALLER_FINISHES)
            self._finish_utterance()
            self._talk.forget()
            self._speak(self.caller.steps_out(self.mood), "stop", self.t)

    def _scored(self, event: ev.TurnEndScored) -> None:
        take = self._ears.current(event.turn, event.take)
        if take is not None:
            take.done = event.done
            if self.floor is Floor.PAUSE:
                self._maybe_end_turn()

    def _read(self, event: ev.ReplyRead) -> None:
        take = self._ears.current(event.turn, event.take)
        if take is not None:
            take.reading, take.matches = event.reading, event.matches
            self._answer_if_due()

    # -- time -------------------------------------------------------------------------------------------------------

    def _time_passes(self) -> None:
        if self.floor is Floor.PAUSE:
            self._maybe_end_turn()
        if self.floor is Floor.PREPARING:
            self._answer_if_due()
            self._take_a_moment()
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
        take = self._ears.take
        if take.text == "":
            self._nothing_said()
            return
        stops = take.text is not None and self.policy.stops(take.text)
        if stops or self._since_speech >= self.policy.wait_ms(take.done, self._last_plan.expecting):
            self._signal(Signal.TURN_ENDS)

    def _nothing_said(self) -> None:
        """A cough, a click, a chair: the turn never was."""
        self._signal(Signal.NOTHING_SAID)
        self._ears.forget()
        self._talk.over_ms = 0
        self.turn -= 1
        unsaid, self._unsaid = self._unsaid, None
        if unsaid is not None:
            self._speak(*unsaid, self.t)

    def _answer_if_due(self) -> None:
        if self.floor is not Floor.PREPARING or self._utterance:
            return
        take = self._ears.take
        if take.text == "":
            self._nothing_said()
        elif take.text is not None and self.policy.stops(take.text):
            self._ears.forget()
            self._speak(self.caller.steps_out(self.mood), "stop", self.t)
        elif take.reading is not None and take.matches is not None:
            self._answer(take, take.reading, take.matches)
        elif self._source != "typed" and self._since_speech > self.policy.give_up_ms:
            self._given_up(take)

    def _given_up(self, take: Take) -> None:
        """The words do not come. What was known before he went on is answered; else she did not catch it."""
        known = take.before
        if known is None or known.reading is None or known.matches is None:
            self._ears.forget()
            self._speak(self.caller.did_not_catch(self.mood), "end_of_turn", self.t)
            return
        take.text, take.words, take.confidence = known.text, known.words, known.confidence
        self._answer(take, known.reading, known.matches)

    @property
    def _since_speech(self) -> int:
        """How long the trainee has been silent."""
        return self.t - self._ears.gate.anchor

    def _maybe_check_in(self) -> None:
        if self.t > self.policy.max_ms:
            self._speak(self.caller.times_out(self.mood), "silence", self.t)
            return
        quiet = self._quiet
        if not quiet.runs_out(self.t, max(self._ears.gate.anchor, self._last_heard), self.policy):
            return
        quiet.check_ins += 1
        if quiet.check_ins == GIVES_UP_AT and self.mood.band != "furious":
            # Twenty seconds cost a patient caller patience; only one who is furious, or out of it, goes now.
            self.mood.patience -= 15
            if self.mood.patience > 0:
                return
        self._speak(self.caller.checks_in(self.mood, quiet.check_ins), "silence", self.t)

    @property
    def _cutting_in(self) -> bool:
        """Whether what she says, or said last, is a cut-in."""
        return self._last_reason == "cut_in"

    def _maybe_yield(self) -> None:
        gate = self._ears.gate
        # The gate stays open after the last sound. A key that is pressed claims the floor; one that was down as she cut
        # in does not take it back by itself.
        against = (gate.last_speech if self._cutting_in else gate.anchor) - self._talk.since
        if self._both_began and against >= self.policy.collision_yield_ms:
            self.turn -= 1
            self._take_back()
            self._signal(Signal.CALLER_YIELDS)
            return
        if against < self.policy.yield_after_ms(self.mood.points):
            return
        first = self._ears.gate.speech_start <= self._utterance.started  # he had begun: it is she who talks over him
        self._talk.wins(
            self._ears.take, against, his_fault=not (first or self._cutting_in), her_cut_in=self._cutting_in
        )
        self._do(Stop(fade_ms=self.policy.fade_ms))
        self._finish_utterance()
        if self._ending is not None:  # a last word is not taken back
            self._end(self._ending)
        else:
            self._signal(Signal.CALLER_YIELDS)

    def _maybe_cut_in(self) -> None:
        limit = self._patience_ms
        if limit is not None and self.t - self._ears.take.began_ms - PREROLL_MS >= limit:
            self._cut_in()

    def _words_heard(self, event: ev.WordsHeard) -> None:
        """She does not wait for the end of what she has asked not to hear."""
        take = self._ears.take
        if self.floor is not Floor.TRAINEE or take.turn != event.turn or self._patience_ms is None:
            return
        phrases = (phrase for trigger in self.mind.persona.triggers for phrase in trigger.when_said)
        if any(has_phrase(event.text, phrase) for phrase in phrases):
            self._cut_in()

    @property
    def _patience_ms(self) -> int | None:
        """How long she listens before she cuts in; None while she would not, or already did."""
        if self._utterance or self._source != "spoken" or self._talk.cut_in or self._talk.over_ms:
            return None
        return self.policy.cut_in_after_ms(self.mind.persona.who.manner, self.mood.points)

    def _cut_in(self) -> None:
        self._talk.cut_in = True
        self._speak(self.caller.cuts_in(self.mood), "cut_in", self.t)

    # -- the caller answers -----------------------------------------------------------------------------------------

    def _answer(self, take: Take, reading: Reading, matches: Matches) -> None:
        text = take.text or ""
        held, spoken = self._quiet.hold(self._gap_ms), self._source != "typed"
        before, self._reported = self._as_it_stands(take) if spoken else None, None
        loud, rate = self._ears.end_turn(take, len(words(text))) if spoken else (0.0, 0.0)
        answer = self.mind.answers(
            self.turn,
            Reply(
                text=text,
                reading=reading,
                matches=matches,
                words=take.words,
                spoken=spoken,
                let_finish=self._let_finish and self._source == "spoken",
                backchannel=self._talk.nods > 0 or (spoken and only_nods(text)),
                silence_s=self._gap_ms / 1000 if self._source == "spoken" and held is None else 0.0,
                hold=held,
                overlap_s=self._talk.over_ms / 1000,
                loud_z=loud,
                rate_z=rate,
            ),
            question_open=self._last_plan.question,
        )
        change, plan, mood = answer.change, answer.plan, self.mind.party(0).mood
        if self.turn >= self.policy.max_turns and plan.outcome is None:
            plan = self.caller.times_out(self.mood)
        self._do(
            ReportTurn(
                turn=take.turn, start_ms=take.began_ms, end_ms=take.end_ms, text=text, confidence=take.confidence,
                before=change.before, after=change.after, ledger=change.ledger,
                acts=tuple(act.name for act in answer.acts),
                offers=tuple((verdict.offer, verdict.verdict) for verdict in change.verdicts),
                revealed=plan.revealed,
                met=tuple((name, round(mood.met.get(name, 0.0), 2)) for name in mood.known),
                moves=tuple(line.situation for line in plan.lines),
                gap_ms=self._gap_ms, overlap_ms=self._talk.over_ms,
            )
        )  # fmt: skip
        if (other := answer.other) is not None:
            self._do(
                ReportParty(
                    turn=take.turn, before=other.change.before, after=other.change.after, ledger=other.change.ledger,
                    acts=tuple(act.name for act in other.acts),
                    offers=tuple((verdict.offer, verdict.verdict) for verdict in other.change.verdicts),
                    met=other.met, to=other.to, named=other.named, words=other.words, against=other.against,
                )
            )  # fmt: skip
        asked = reading.has("hold")
        self._quiet = Quiet(since=self.t, waits=asked, asked=asked, told=asked and says_how_long(text))
        self._ears.forget()
        self._talk.forget()
        self._let_finish = False
        self._speak(plan, "end_of_turn", self._ears.gate.anchor if spoken else self.t)
        self._before = before

    def _as_it_stands(self, take: Take) -> _Before:
        """What answering ``take`` is about to change, copied."""
        return _Before(
            take=copy(take), mind=self.mind.kept(), quiet=copy(self._quiet), talk=copy(self._talk),
            let_finish=self._let_finish, gap_ms=self._gap_ms,
        )  # fmt: skip

    def _speak(self, plan: Plan, reason: Reason, anchor: int) -> None:
        """Decide an utterance: every part is asked for at once, and played in order as it becomes ready.

        A plan that gets here has a line: each situation has one in the house lines that needs nothing to be known.
        """
        if self.floor in (Floor.QUIET, Floor.HOLD):
            self._signal(Signal.CALLER_PLANS)
        self._ending, self._before, self._unsaid = _end_of(plan), None, None
        delay, first = 0, self.mind.party(plan.lines[0].party)
        if reason == "end_of_turn" and self._source == "spoken":
            delay = self.policy.acted_delay_ms(
                self.caller.chance, self.turn, manner=first.persona.who.manner, anger=first.mood.points,
                accepts=plan.accepts,
            )  # fmt: skip
        self._utterances += 1
        self._utterance = Utterance.of(self._utterances, plan, not_before=anchor + delay, decided=self.t)
        self._last_reason = reason
        self._do(
            SayAloud(
                utterance=self._utterances, reason=reason, turn=self.turn, text=self._utterance.text,
                acted_delay_ms=delay,
            )
        )  # fmt: skip
        if plan.shares:
            said = ((n, " ".join(line.text for line in plan.lines if line.party == n)) for n, _ in plan.shares)
            self._do(Voices(utterance=self._utterances, said=tuple(said)))
        for index, part in enumerate(self._utterance.parts):
            whose = self._delivery(self.mind.party(part.party), calm=reason == "stop")
            whose = replace(whose, speaker=part.speaker) if part.speaker else whose
            self._do(Synthesize(utterance=self._utterances, part=index, text=part.text, delivery=whose))

    def _take_a_moment(self) -> None:
        """Her answer is known and the beginning of it is not made yet: a word first, as people do."""
        utterance, answers = self._utterance, self._source == "spoken" and self._last_reason == "end_of_turn"
        if not answers or not utterance or utterance.ready or utterance.opener is not None or self._ending is not None:
            return
        if self.t < max(utterance.decided + self.policy.opens_after_ms, utterance.not_before):
            return
        first = utterance.parts[0]
        mind, chance = self.mind.party(first.party), self.caller.chance
        text = opening_word(mind, utterance.plan, first, last=self._opened, chance=chance, turn=self.turn)
        if text is None:
            return
        utterance.opener = Part(text=text, party=first.party)
        self._do(
            Synthesize(
                utterance=utterance.number, part=OPENER, text=text, delivery=self._delivery(mind, calm=False)
            )
        )  # fmt: skip

    @staticmethod
    def _delivery(mind: Mind, *, calm: bool) -> Delivery:
        """How somebody speaks now."""
        voice = mind.persona.voice
        return Delivery(
            speaker=voice.speaker, manner=mind.persona.who.manner, anger=0 if calm else round(mind.mood.points),
            pace=float(voice.pace), loudness=voice.loudness,
        )  # fmt: skip

    def _speech_ready(self, event: ev.SpeechReady) -> None:
        part = self._utterance.part(event.utterance, event.part)
        if part is not None:
            part.duration_ms, part.words = event.duration_ms, event.words
            self._play_if_due()

    def _play_if_due(self) -> None:
        utterance = self._utterance
        if self.t < utterance.not_before:
            return
        if utterance.opener is not None and utterance.opens:
            # The floor is not hers yet: if he goes on now, what she was about to say is withdrawn as if she had been silent.
            utterance.opener.played, utterance.opened, self._opened = True, self.t, utterance.opener.text
            self._do(Play(utterance=utterance.number, part=OPENER, pause_ms=0))
        if not utterance.ready:
            return
        if not utterance.sounding:
            utterance.begins(self.t)
            self._let_finish = False
            self._signal(Signal.CALLER_SPEAKS)
            self._talk.since = self.t  # if she cut in, the trainee talks against her from now on
        for index, pause in utterance.plays(self.policy.pause_between_parts_ms, self.policy.pause_in_sentence_ms):
            self._do(Play(utterance=utterance.number, part=index, pause_ms=pause))

    def _playback(self, event: ev.PlaybackMoved) -> None:
        utterance = self._utterance
        if utterance.number == event.utterance and utterance.sounding:
            utterance.position = event.position_ms
            if event.idle and utterance.over:
                self._caller_finished()

    def _caller_finished(self) -> None:
        told = any(line.situation in ("greeting", "story") for line in self._utterance.plan.lines)
        self._let_finish = told and self.floor is not Floor.OVERLAP
        self._signal(Signal.CALLER_FINISHES)
        self._finish_utterance()
        if self._ending is not None:
            self._end(self._ending)
            return
        if self.floor is Floor.TRAINEE:  # he goes on after her cut-in: it is all one reply
            self._talk.take_up(self._ears.take, her_cut_in=self._cutting_in)
        aside, self._talk.aside = self._talk.aside, None
        if self.floor is not Floor.QUIET or aside is None:
            return
        # What was said until she cut in is always a reply; what was said under her last words is one, too.
        if self._cutting_in or self.t - aside.end_ms <= self.policy.aside_ms:
            self._reply_was_aside(aside)

    def _reply_was_aside(self, aside: Take) -> None:
        """Words said under her last ones are a reply. They are read now; if they were none, nothing happens."""
        self.turn += 1
        self._gap_ms = 0
        self._talk.nods = max(0, self._talk.nods - (not self._cutting_in))
        self._signal(Signal.TURN_ENDS)
        self._listen(aside.start_ms, aside.end_ms)
        self._ears.take.before = aside.before

    def _finish_utterance(self) -> None:
        """It is over or was stopped: only what was heard counts as said."""
        utterance, self._utterance = self._utterance, Utterance()
        text, whole = utterance.heard()
        self._last_heard, self._before = self.t, None
        self.caller.heard_saying(utterance.plan, text, whole=whole)
        self._line = text or self._line
        self._last_plan = utterance.plan if self._last_reason != "silence" else self._last_plan
        self._do(
            HeardLine(utterance=utterance.number, start_ms=utterance.started, end_ms=self.t, text=text, whole=whole)
        )
        for party, start, end, said in utterance.by_party() if utterance.plan.shares else ():
            self._do(HeardParty(utterance=utterance.number, party=party, start_ms=start, end_ms=end, text=said))
        if self._last_reason == "silence":
            return  # her own "Hello?" ends no silence
        if self._quiet.waits:
            self._quiet.since = self.t
        else:
            self._quiet = Quiet(since=self.t)

    def _take_back(self) -> None:
        """He goes on before she has said a word, or hardly one: what she was about to say has never been, and what it answers is
        the beginning of his reply. It is reported again with the rest of it, as the same turn."""
        utterance, self._utterance = self._utterance, Utterance()
        if utterance.opened >= 0 or utterance.sounding:
            self._do(Stop(fade_ms=self.policy.fade_ms))
        before, self._before, self._ending = self._before, None, None
        if before is None:  # it was no answer, but her greeting, or "Hello?"
            self._unsaid = utterance.plan, self._last_reason
            self._begin_turn()
            self._last_plan = Plan(expecting="words")
            return
        self._reported = self.mind.kept()
        self.mind.goes_back(before.mind)
        self._quiet, self._talk, self._let_finish = before.quiet, before.talk, before.let_finish
        self._gap_ms = before.gap_ms
        self._ears.goes_on(before.take)

    # -- everything else --------------------------------------------------------------------------------------------

    def _action(self, event: ev.TraineeAction) -> None:
        match event.action:
            case "say":
                self._typed(event.text)
            case "hold":
                if self.floor is Floor.QUIET:
                    self._signal(Signal.HOLD)
                    self._quiet = replace(self._quiet, since=self.t, check_ins=0, waits=True)
            case "resume":
                if self.floor is Floor.HOLD:
                    self._signal(Signal.RESUME)
            case "key_down" | "key_up":
                self._key(down=event.action == "key_down")
            case _:
                self._ended_by_trainee(event.action)

    def _key(self, *, down: bool) -> None:
        """Push-to-talk: the key says that the trainee begins, or that he is done; nothing is waited for."""
        gate = self._ears.gate
        if isinstance(gate, KeyGate) and (gate.press if down else gate.release)(self.t):
            if down:
                self._speech_on()
            else:
                self._speech_off()
                if self.floor is Floor.PAUSE:
                    self._signal(Signal.TURN_ENDS)
                    self._answer_if_due()

    def _ended_by_trainee(self, how: Literal["hang_up", "leave", "stop"]) -> None:
        if how == "hang_up":
            fair = self.mind.limits >= 2 and self.mood.band == "furious"  # a limit, a warning, and still abuse
            self._end_now("ended_fairly" if fair else "unresolved", "the trainee ended the call")
        elif how == "leave":
            self._end_now("unresolved", "there was nothing more to say")
        else:
            self._end_now("stopped", "the role-play was stopped")

    def _typed(self, text: str) -> None:
        if self.floor not in (Floor.QUIET, Floor.HOLD):
            raise EngineError("a typed reply came while the caller was speaking")
        self.turn += 1
        self._gap_ms = 0
        take = self._ears.cut(self.turn, self.t, self.t, text.strip())
        self._signal(Signal.TURN_ENDS)
        if take.text:
            self._do(ReadReply(turn=take.turn, take=take.number, reply=take.text, caller_line=self._line))
        else:
            self._answer_if_due()

    def _fault(self, event: ev.Fault) -> None:
        take = self._ears.current(event.turn, event.take)
        part = self._utterance.part(event.utterance, event.part)
        if event.what == "device_lost":
            self._end_now("stopped", event.detail)
        elif event.what == "recognizer" and take is not None:
            take.hears(Transcript(text=""))
            if take.text:
                self._heard(take)
        elif event.what == "reader" and take is not None:
            take.reading, take.matches = Reading(), Matches()
        elif event.what == "synthesizer" and part is not None:
            part.duration_ms = 0  # she is silent here; the words stand in the captions

    def _end_now(self, outcome: Outcome, detail: str) -> None:
        if self._utterance.sounding or self._utterance.opened >= 0:
            self._do(Stop(fade_ms=self.policy.fade_ms))
        if self._utterance.sounding:
            self._finish_utterance()
        self._end(EndCall(outcome=outcome, manner="", detail=detail))

    def _end(self, end: EndCall) -> None:
        if self._reported is not None:  # in the middle of a reply: what was reported of it stands
            self.mind.goes_back(self._reported)
        self.outcome = end.outcome
        self._signal(Signal.END)
        self._do(end)

    def _signal(self, signal: Signal) -> None:
        self.floor = after(self.floor, signal)

    def _do(self, command: Command) -> None:
        self._out.append(command)


def _end_of(plan: Plan) -> EndCall | None:
    """The end that a plan brings about, if it is her last."""
    if plan.outcome is None:
        return None
    return EndCall(outcome=plan.outcome, manner=plan.manner, detail=plan.detail)
