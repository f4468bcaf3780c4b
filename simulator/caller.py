"""What the caller does next: at most one reaction and one move, then her own agenda.

The mood has changed already when this is asked. A mood never brings a fact along and a line never changes a number:
facts come from the persona's facts, story, demands and offers; the mood only chooses among the ways of saying them.

The order is that of persona_engine.md, section 14: endings, reaction, supervisor, the move that answers the trainee,
and then what she called for: the next piece of her story, the next demand, the demand again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from personas.persona import MET, Curveball, Fact, HiddenNeed, Persona
from simulator import wording
from simulator.acts import INSULTED
from simulator.chance import Chance
from simulator.commands import Outcome
from simulator.lines import LineBag
from simulator.mood import Change, Mood, OfferVerdict, Turn
from simulator.reading import Matches, Reading
from simulator.turn_policy import Expecting
from simulator.weights import RAISING

CALM_DOWN: Final = ("calm down", "relax", "calm yourself", "take a breath", "settle down", "lower your voice")
IDENTITY: Final = ("name", "address", "date of birth", "postcode", "zip code", "password", "security", "verify")
HARSH: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("contradicted", frozenset({"argue"})),
    ("refused", frozenset({"wall"})),
    ("brushed_off", frozenset({"dismiss", "rush"})),
    ("voice_raised", frozenset({"raised_voice"})),
    ("contradiction", frozenset({"contradiction"})),
    ("transfer", frozenset({"transfer"})),
    ("what_was_that", frozenset({"jargon"})),
)
"""Situation of a reaction, and the causes of hurt that call for it, in this order."""
REACTIONS: Final = frozenset({"interrupted", "told_to_calm_down", "blamed", "trigger", "parrot", "hold_after", "boundary",
                              "silence", "not_done", "mumbled", *(name for name, _ in HARSH)})  # fmt: skip
STOPPING: Final = frozenset({"blamed", "told_to_calm_down", "trigger", "not_done", *(name for name, _ in HARSH)})
"""Reactions after which she waits for an answer, but not twice running."""
GRUNTS: Final = frozenset({"backchannel", "let_finish"})
SAID_AGAIN: Final = frozenset(
    {
        "greeting", "check_in_1", "check_in_2", "give_up_silence", "cut_in", "lost", "interrupted", "last_warning",
        "hang_up", "stop_word", "close_warm", "close_cool", "times_out", "transfer", "supervisor_refused", "hold_before",
        "asked_before", "dont_know",
    }
)  # fmt: skip
"""Situations in which she must say something, if need be what she has said before; in all others she rather says
nothing than repeat herself."""
INVITING: Final = ("go on", "go ahead", "keep going", "continue", "i'm listening")
SMALL_TALK: Final = (
    "how are you today", "how are you doing", "how are you keeping", "how is your day", "how has your day",
    "how is it going", "how are things", "how was your weekend", "any plans for the weekend", "nice weather",
)  # fmt: skip
NUMBER_SLOTS: Final = frozenset({"reference", "account", "order", "amount", "phone"})
SUPERVISOR_EVERY: Final = 4
"""Turns between two demands for a supervisor."""
PARROT_EVERY: Final = 3
CHATTING: Final = frozenset({"open_question", "let_finish", "backchannel", "gratitude"})
"""Acts that small talk may be read as."""
NOT_READY_AT_MOST: Final = 2
"""Times that she says it is too early; after that she asks what it is worth."""
LONG_SILENCE_S: Final = 12.0
PRESSED_FOR_SUPERVISOR: Final = 3
LEAVES_AT: Final = 45.0
"""From this anger on she does not stay where nothing is offered."""
PRESSED_TO_LEAVE: Final = 5
"""How often in a row she asks for the same again, and gets nothing that could be judged, before she asks for somebody
else, and before she goes: nobody asks "where is my money?" a tenth time."""
LAST_WARNING_AT: Final = 92.0
STAYS_AT_MOST: Final = 4
"""Turns after everything is settled in which she still waits to be spoken calm."""
SURELY: Final = 0.6
"""Confidence from which a harsh act counts as one at the height of her anger, where points no longer show it."""
SURE_QUESTION: Final = 0.95
"""Probability from which a question counts although the reader heard none: recognisers lose question marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One part of what she says, and why she says it."""

    situation: str
    text: str
    speaker: str = ""
    """Voice of somebody else who says it; hers when empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What she says next, and whether the call ends with it."""

    lines: tuple[Line, ...] = ()
    outcome: Outcome | None = None
    manner: Literal["warm", "cool", ""] = ""
    accepts: bool = False
    question: bool = False
    """She has asked for something; ignoring it will cost."""
    expecting: Expecting = "answer"
    revealed: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """A copy of what a plan may change before it is spoken."""

    given: frozenset[str]
    story_at: int
    voiced: tuple[tuple[str, int], ...]
    warned: bool
    supervisor_turn: int | None
    supervisor_open: bool
    parrot_turn: int
    could_close: int
    pressed: int
    called_back: bool
    known: tuple[str, ...]
    stopped_turn: int
    spoken: tuple[tuple[str, int], ...]
    lines: tuple[tuple[tuple[str, int], ...], str, int]
    """Of the line bag: uses, last line, draws."""


@dataclass(slots=True)
class Caller:
    """Agenda and memory of one caller in one call."""

    persona: Persona
    chance: Chance
    agent: str = ""
    bag: LineBag = field(init=False)
    told: list[str] = field(default_factory=list)
    """Everything she has been heard to say."""
    given: set[str] = field(default_factory=set)
    """Facts she has given in answer to a question."""
    story_at: int = 0
    voiced: dict[str, int] = field(default_factory=dict)
    triggered: set[int] = field(default_factory=set)
    warned: bool = False
    supervisor_turn: int | None = None
    """Turn in which she last asked for a supervisor."""
    supervisor_open: bool = False
    parrot_turn: int = -PARROT_EVERY
    insulted: int = 0
    """Turns in which she was treated with contempt."""
    could_close: int = 0
    """Turns in a row that ended with everything settled."""
    pressed: int = 0
    """Times in a row that she had to ask for the same again."""
    promise: str = ""
    """What was promised last with a day to it, as she would write it down."""
    called_back: bool = False
    """She has reminded the trainee of it."""
    day: str = ""
    stopped_turn: int = -1
    """Turn in which she last reacted and then waited for what he would say to it."""
    mumbled: int = 0
    """Replies that were nothing but grunts."""
    spoken: dict[str, int] = field(default_factory=dict)
    """How often she has said something in each situation."""

    def __post_init__(self) -> None:
        self.bag = LineBag(self.chance)

    # -- what she says without having been spoken to ----------------------------------------------------------------

    def greets(self, mood: Mood) -> Plan:
        """Her first words."""
        return Plan(lines=self._say("greeting", mood), expecting="words")

    def checks_in(self, mood: Mood, times: int) -> Plan:
        """Silence has lasted: "Hello?", and once more, and then she goes."""
        if times >= 3:
            lines = self._say("give_up_silence", mood)
            return Plan(lines=lines, outcome="hung_up", detail="nobody answered")
        return Plan(lines=self._say("check_in_1" if times == 1 else "check_in_2", mood), expecting="words")

    def cuts_in(self, mood: Mood) -> Plan:
        """She has listened long enough."""
        return Plan(lines=self._say("cut_in", mood), question=True)

    def times_out(self, mood: Mood) -> Plan:
        """She has to go."""
        return Plan(lines=self._say("times_out", mood), outcome="timed_out")

    def is_caught_out(self, ball: Curveball, *, back: bool = False) -> Plan:
        """Something has happened: what is heard then, or (``back``) once it is over. Empty when there is no line left."""
        text = self.bag.pick((ball.back if back else ball.say,), f"curveball {ball.kind}", {"agent": self.agent})
        other = "" if back else ball.speaker
        return Plan(
            lines=(Line(situation="curveball", text=text, speaker=other),) if text else (),
            question=ball.kind in ("bad_line", "someone_else"), expecting="words",
        )  # fmt: skip

    def steps_out(self, mood: Mood) -> Plan:
        """The trainee has said the stop word: no caller any more, and a kind last sentence."""
        return Plan(lines=self._say("stop_word", mood), outcome="stopped", detail="the stop word was said")

    def did_not_catch(self, mood: Mood) -> Plan:
        """Sound came, but no words that could be read."""
        return Plan(lines=self._say("lost", mood), expecting="words")

    # -- what she says to a reply -----------------------------------------------------------------------------------

    def answers(self, number: int, turn: Turn, change: Change, mood: Mood, reading: Reading, matches: Matches) -> Plan:
        """Her plan after turn ``number``. Her memory is brought up to date on the way."""
        plan = self._answers(number, turn, change, mood, reading, matches)
        if plan.lines or plan.outcome is not None:
            return plan
        # She has said all she has to say about it. Still in anger she goes; else she says the last thing once more.
        if mood.points >= LEAVES_AT and not self.settled(mood):
            return self._leaves(mood, "nothing was offered")
        return replace(
            plan, lines=self._say("demand_again" if self._open_demands(mood) else "warming", mood, again=True)
        )

    def _answers(self, number: int, turn: Turn, change: Change, mood: Mood, reading: Reading, matches: Matches) -> Plan:
        self._note_day(change, matches)
        ending = self._ending(turn, change, mood)
        if ending is not None:
            return ending
        asked = any(item.fact not in self.given for item in matches.asked)  # a fair question is answered first
        handed = self._handed_over(number, reading, change, mood, asked=asked)
        if handed is not None:
            return handed
        lines: list[Line] = list(self._reaction(number, turn, change, mood))
        provoked = any(line.situation in STOPPING for line in lines) and _best_verdict(change.verdicts) is None
        if provoked and self.stopped_turn != number - 1 and not asked:
            self.stopped_turn = number
            return Plan(lines=tuple(lines), question=True)  # she waits for what he says to that
        if not asked and self._wants_supervisor(number, mood):
            self.supervisor_turn, self.supervisor_open = number, True
            return Plan(lines=(*lines, *self._say("supervisor", mood))[-2:], question=True)
        plan = self._move(turn, change, mood, reading, matches)
        lines.extend(plan.lines)
        asks = reading.has("open_question") or turn.question_open  # hers is not answered by a kind word
        if plan.outcome is not None or (
            plan.lines and (plan.question or not self._goes_on(lines, asked=asks)) and not plan.accepts
        ):
            return _with_lines(plan, lines)
        closing = self._closes(reading, turn, mood, accepted=plan.accepts)
        if closing is not None:
            kept = [line for line in lines[:1] if line.situation != "heard_right"]
            return _with_lines(closing, [*kept, *closing.lines])
        if len(lines) >= 2 or any(_invites(line.text) for line in lines):
            return _with_lines(plan, lines)
        agenda = self._agenda(mood)
        return Plan(
            lines=(*lines, *agenda.lines),
            accepts=plan.accepts,
            question=agenda.question,
            expecting=agenda.expecting,
            revealed=plan.revealed,
        )

    def memory(self, mood: Mood) -> Memory:
        """What she knows of this call, to be taken back if she never gets to say what she is planning."""
        return Memory(
            given=frozenset(self.given), story_at=self.story_at, voiced=tuple(sorted(self.voiced.items())),
            warned=self.warned, supervisor_turn=self.supervisor_turn, supervisor_open=self.supervisor_open,
            parrot_turn=self.parrot_turn, could_close=self.could_close, pressed=self.pressed,
            called_back=self.called_back, known=tuple(mood.known),
            stopped_turn=self.stopped_turn, spoken=tuple(self.spoken.items()),
            lines=(tuple(self.bag.uses.items()), self.bag.last, self.bag.drawn),
        )  # fmt: skip

    def remember(self, memory: Memory, mood: Mood) -> None:
        """Go back to what she knew."""
        self.given, self.story_at, self.voiced = set(memory.given), memory.story_at, dict(memory.voiced)
        self.warned, self.supervisor_turn, self.supervisor_open = (
            memory.warned, memory.supervisor_turn, memory.supervisor_open,
        )  # fmt: skip
        self.parrot_turn, self.could_close, self.pressed = memory.parrot_turn, memory.could_close, memory.pressed
        self.called_back, self.stopped_turn, self.spoken = memory.called_back, memory.stopped_turn, dict(memory.spoken)
        mood.known = list(memory.known)
        uses, self.bag.last, self.bag.drawn = memory.lines
        self.bag.uses = dict(uses)

    def heard_saying(self, plan: Plan, text: str, *, whole: bool) -> None:
        """What of a plan was heard. A piece of story that was cut off is told again."""
        if text:
            self.told.append(text)
        if not whole and any(line.situation == "story" and line.text not in text for line in plan.lines):
            self.story_at = max(0, self.story_at - 1)

    @property
    def story_told(self) -> bool:
        """Whether she has had her say."""
        pieces = len(self._story)
        return self.story_at >= min(pieces, self.persona.temper.tells_story_in)

    @property
    def _story(self) -> tuple[str, ...]:
        return tuple(self.persona.lines_for("story", "any"))

    def _say(
        self, situation: str, mood: Mood, values: Mapping[str, str] | None = None, *, again: bool = False
    ) -> tuple[Line, ...]:
        known = {"agent": self.agent, "promise": self.promise, "day": self.day, **(values or {})}
        groups = self.persona.lines_by_fit(situation, mood.band)
        text = self.bag.pick(groups, situation, known, again=again or situation in SAID_AGAIN)
        if not text:
            return ()
        self.spoken[situation] = self.spoken.get(situation, 0) + 1
        return (Line(situation=situation, text=text),)

    def _note_day(self, change: Change, matches: Matches) -> None:
        """The day of an offer she took: she will name it when she closes."""
        taken = {verdict.offer for verdict in change.verdicts if verdict.verdict == "accepted"}
        for made in matches.offers:
            for slot, filling in made.slots if made.offer in taken else ():
                if slot in ("when", "day"):
                    self.day = _day_in(filling) or self.day

    def _ending(self, turn: Turn, change: Change, mood: Mood) -> Plan | None:
        rude = max(
            (act.confidence for act in turn.acts if act.name == "hostile" and act.variant != "threat"), default=0.0
        )
        if rude and "hostile" in change.hurt:
            self.insulted += 1
            # An insult in so many words ends it. What only sounds like contempt may be misread: she says so once.
            if rude >= INSULTED or self.insulted > 1:
                return Plan(lines=self._say("hang_up", mood), outcome="hung_up", detail="rudeness")
            if mood.points < LAST_WARNING_AT:
                return self._warns(mood)
        worse = change.after.anger > change.before.anger or any(
            act.name in RAISING and act.confidence >= SURELY
            for act in turn.acts  # at the ceiling nothing rises
        )
        if mood.points >= LAST_WARNING_AT and worse:
            return self._leaves(mood, "anger")  # over something that was said, never over a fair question
        if mood.patience <= 0 and mood.points >= 55:
            return self._leaves(mood, "patience")
        if self.pressed >= PRESSED_TO_LEAVE and mood.points >= LEAVES_AT:
            return self._leaves(mood, "nothing was offered")
        if turn.hold is not None and turn.hold.seconds > 180 and not turn.hold.asked:
            return Plan(lines=self._say("hang_up", mood), outcome="hung_up", detail="left waiting")
        return None

    def _leaves(self, mood: Mood, why: str) -> Plan:
        """She hangs up; the first time she says that she will."""
        if not self.warned:
            return self._warns(mood)
        return Plan(lines=self._say("hang_up", mood), outcome="hung_up", detail=why)

    def _warns(self, mood: Mood) -> Plan:
        self.warned = True
        return Plan(lines=self._say("last_warning", mood), question=True)

    def _handed_over(self, number: int, reading: Reading, change: Change, mood: Mood, *, asked: bool) -> Plan | None:
        """What becomes of her wish for a supervisor."""
        if not self.supervisor_open:
            return None
        if not reading.has("supervisor"):
            if any(verdict.verdict == "accepted" for verdict in change.verdicts):
                self.supervisor_open = False  # she has got something without one
            elif self.supervisor_turn == number - 1 and not asked:
                lines = self._say("supervisor_again", mood)
                return Plan(lines=lines, question=True) if lines else None
            return None
        if reading.has("refusal"):
            return Plan(lines=self._say("supervisor_refused", mood), question=True)
        tries_first = reading.has("solution") or reading.has("open_question") or reading.has("ownership")
        if tries_first and mood.heard >= 0.5 and mood.trust >= 0.35:
            self.supervisor_open, self.pressed = False, 0
            return Plan(lines=self._say("supervisor_withdrawn", mood), expecting="words")
        if tries_first and (lines := self._say("supervisor_again", mood)):
            return Plan(lines=lines, question=True)  # "let me try first" is no hand-over, and she does not trust it
        return Plan(lines=self._say("handed_over", mood), outcome="escalated")

    def _reaction(self, number: int, turn: Turn, change: Change, mood: Mood) -> tuple[Line, ...]:
        """The first of these that applies and that she has not said all her lines about, once."""
        for situation, values in self._provoked(number, turn, change, mood):
            if situation.startswith("trigger"):
                groups = (self.persona.triggers[int(situation[len("trigger") :])].say,)
                text = self.bag.pick(groups, "trigger", {"agent": self.agent})
                lines: tuple[Line, ...] = (Line(situation="trigger", text=text),) if text else ()
            else:
                lines = self._say(situation, mood, values)
            if lines:
                if situation == "parrot":
                    self.parrot_turn = number
                return lines
        return ()

    def _provoked(self, number: int, turn: Turn, change: Change, mood: Mood) -> Iterator[tuple[str, dict[str, str]]]:
        """What she may react to, the strongest first; a trigger as ``trigger`` and its number."""
        hurt, names = change.hurt, {act.name for act in turn.acts}
        if "talk_over" in hurt:
            yield "interrupted", {}
        if "dismiss" in hurt and any(wording.has_phrase(turn.text, phrase) for phrase in CALM_DOWN):
            yield "told_to_calm_down", {}
        if "blame" in hurt:
            yield "blamed", {}
        for index in change.triggered:
            yield f"trigger{index}", {}
        for situation, causes in HARSH:
            if causes & hurt:
                yield situation, {}
        accepted = any(verdict.verdict == "accepted" for verdict in change.verdicts)
        if change.parroted and number - self.parrot_turn >= PARROT_EVERY and not accepted:
            yield "parrot", {"count": _COUNTS.get(change.parrot_count, "too many")}
        if turn.hold is not None and turn.hold.seconds >= 20:
            minutes = max(1, round(turn.hold.seconds / 60))
            yield "hold_after", {"minutes": _COUNTS.get(minutes, "a hundred") if minutes > 1 else ""}
        if "boundary" in names:
            yield "boundary", {}
        if "dead_air" in hurt and turn.silence_s >= LONG_SILENCE_S:
            yield "silence", {}
        closing = turn.closes and not self.settled(mood) and self._open_demands(mood)
        if closing and not change.verdicts:
            yield "not_done", {}
        if names <= GRUNTS and len(wording.words(turn.text)) <= 3:
            self.mumbled += 1
            if self.mumbled % 2 == 0:
                yield "mumbled", {}

    def _wants_supervisor(self, number: int, mood: Mood) -> bool:
        lately = self.supervisor_turn is not None and number - self.supervisor_turn < SUPERVISOR_EVERY
        if lately or self.settled(mood):
            return False
        cause = (
            (mood.points >= 78 and mood.trust < 0.20 and number >= 3 and (self.voiced or number >= 6))
            or mood.patience < 25
            or mood.rejected >= 2
        )
        cause = cause or self.pressed >= PRESSED_FOR_SUPERVISOR
        if cause and mood.rejected >= 2:
            mood.rejected = 0
        return cause and mood.points >= 40

    def _move(self, turn: Turn, change: Change, mood: Mood, reading: Reading, matches: Matches) -> Plan:
        """The answer to what the trainee did, or an empty plan."""
        asks = reading.has("information_request") or reading.has("open_question") or reading.has("blame")
        asked = [item.fact for item in matches.asked if asks or item.score >= SURE_QUESTION][:2]
        offer = _best_verdict(change.verdicts)
        if offer is not None:
            return self._to_offer(offer, mood)
        if asked:
            return self._to_questions(asked, mood)
        eased, names = change.eased, {act.name for act in turn.acts}
        if "hold" in names:
            return Plan(lines=self._say("hold_before", mood), expecting="words")
        if "heard_wrong" in change.hurt:
            return Plan(lines=self._say("heard_wrong", mood), expecting="words")
        if {"paraphrase", "summary_check"} & eased:
            return Plan(lines=self._say("heard_right", mood))
        if names <= CHATTING and any(wording.has_phrase(turn.text, phrase) for phrase in SMALL_TALK):
            return Plan(lines=self._say("small_talk", mood))
        if reading.has("information_request"):
            situation = "heard_right" if wording.checkable(turn.text) else "dont_know"
            if any(wording.has_phrase(turn.text, word) for word in IDENTITY):
                situation = "verification"
            return Plan(lines=self._say(situation, mood), expecting="words")
        if "vague_promise" in change.hurt and not change.triggered:
            return Plan(lines=self._say("what_was_that", mood), question=True)
        if {"apology", "own_fault"} & eased or ("empathy" in eased and mood.heard >= 0.3):
            return Plan(lines=self._say("softens", mood))
        return Plan()

    def _to_offer(self, verdict: OfferVerdict, mood: Mood) -> Plan:
        offer = next(item for item in self.persona.offers if item.id == verdict.offer)
        if verdict.verdict == "accepted":
            groups = (offer.accept, *self.persona.lines_by_fit("accept", mood.band))
            text = self.bag.pick(groups, "accept", {"agent": self.agent, "day": self.day})
            return Plan(lines=(Line(situation="accept", text=text),) if text else (), accepts=True)
        if verdict.verdict == "tested" and verdict.missing:
            slot = verdict.missing[0]
            text = self.bag.pick((dict(offer.ask_for).get(slot, ()),), "ask_for")
            if text:
                expecting: Expecting = "number" if slot in NUMBER_SLOTS else "answer"
                return Plan(lines=(Line(situation="ask_for", text=text),), question=True, expecting=expecting)
        if verdict.verdict == "tested":
            return Plan(lines=self._say("test", mood), question=True)
        if verdict.verdict == "rejected":
            text = self.bag.pick((offer.reject, *self.persona.lines_by_fit("reject", mood.band)), "reject")
            return Plan(lines=(Line(situation="reject", text=text),) if text else ())
        if verdict.verdict == "late":
            return Plan(lines=self._say("too_late", mood, {"day": _day_in(verdict.day)}), question=True)
        if verdict.verdict == "not_ready" and self.spoken.get("not_ready", 0) < NOT_READY_AT_MOST:
            return Plan(lines=self._say("not_ready", mood))
        return Plan(lines=self._say("test", mood), question=True)

    def _to_questions(self, asked: list[str], mood: Mood) -> Plan:
        lines: list[Line] = []
        revealed: list[str] = []
        for name in asked:
            need = next((item for item in self.persona.hidden_needs if item.id == name), None)
            if need is not None:
                lines.extend(self._to_need(need, mood, revealed))
                continue
            fact = next((item for item in self.persona.facts if item.id == name), None)
            if fact is not None:
                lines.extend(self._to_fact(fact, mood))
                revealed.append(name)
        return Plan(lines=tuple(lines), revealed=tuple(revealed), expecting="words")

    def _to_need(self, need: HiddenNeed, mood: Mood, revealed: list[str]) -> list[Line]:
        gate = need.open_when
        opens = (
            (gate.heard is None or mood.heard >= gate.heard)
            and (gate.trust is None or mood.trust >= gate.trust)
            and (gate.anger_below is None or mood.points < gate.anger_below)
        )
        if need.id in self.given:
            return list(self._say("asked_before", mood))
        text = self.bag.pick((need.say if opens else need.not_yet,), "need")
        if text is None:
            return []
        if opens:
            self.given.add(need.id)
            revealed.append(need.id)
            if need.adds_demand:
                mood.reveal(need.adds_demand)
        return [Line(situation="need" if opens else "not_yet", text=text)]

    def _to_fact(self, fact: Fact, mood: Mood) -> list[Line]:
        if fact.id in self.given:
            text = self.bag.pick((fact.again,), "again")
            return [Line(situation="again", text=text)] if text else list(self._say("asked_before", mood))
        self.given.add(fact.id)
        angry = mood.band in ("angry", "furious")
        text = self.bag.pick((fact.angry, fact.say) if angry else (fact.say, fact.angry), "fact")
        return [Line(situation="fact", text=text)] if text else []

    # -- her own agenda ---------------------------------------------------------------------------------------------

    def _open_demands(self, mood: Mood) -> list[str]:
        """What she still wants. What nobody can give her she asks for twice, and then she knows."""
        vain = {item.id for item in self.persona.demands if item.out_of_reach and self.voiced.get(item.id, 0) >= 2}
        return [name for name in mood.known if mood.met.get(name, 0.0) < MET and name not in vain]

    def settled(self, mood: Mood) -> bool:
        """Everything that had to be met is met, and most of the rest."""
        musts = [demand.id for demand in self.persona.demands if demand.must and demand.id in mood.known]
        return all(mood.met.get(name, 0.0) >= MET for name in musts) and mood.progress >= 0.70

    def _closes(self, reading: Reading, turn: Turn, mood: Mood, *, accepted: bool) -> Plan | None:
        """She ends the call when there is nothing left, at the latest one turn after that."""
        if not self.settled(mood):
            self.could_close = 0
            return None
        if any(self.voiced.get(name, 0) < 2 for name in self._open_demands(mood)):
            return None
        wraps_up = reading.has("closing") or any(act.name == "summary_check" for act in turn.acts)
        self.could_close += 1
        if not wraps_up and (accepted or self.could_close < 2):
            return None
        if mood.points < 30:
            return Plan(lines=self._say("close_warm", mood), outcome="resolved", manner="warm")
        stays = 45 if self.could_close < STAYS_AT_MOST else 55  # nothing is left to ask for: nobody stays to be angry
        if mood.points < stays and (wraps_up or self.could_close >= 3):
            return Plan(lines=self._say("close_cool", mood), outcome="resolved", manner="cool")
        return None

    def _goes_on(self, lines: list[Line], *, asked: bool) -> bool:
        """Whether she goes on with her own agenda after these lines.

        A kind word does not stop her before she has told it, nor one that comes with a question (``asked``).
        """
        if any(_invites(line.text) for line in lines):
            return False
        short = {"heard_right", "heard_wrong", "accept", "reject", "too_late", "not_ready", "small_talk", *REACTIONS}
        if asked or self.story_at < len(self._story):
            short.add("softens")
        return all(line.situation in short for line in lines)

    def _agenda(self, mood: Mood) -> Plan:
        story = self._story
        if self.story_at < len(story):
            text = story[self.story_at]
            self.story_at += 1
            self.bag.last = text
            return Plan(lines=(Line(situation="story", text=text),), expecting="words")
        still_open = self._open_demands(mood)
        if not still_open and self.promise and not self.called_back:
            self.called_back = True
            return Plan(lines=self._say("promise_callback", mood), expecting="words")
        if not still_open:
            return Plan(lines=self._say("warming", mood), expecting="words")
        first = next((item.id for item in self.persona.demands if item.must), None)
        fewest = min(self.voiced.get(name, 0) for name in still_open)
        fresh = [name for name in still_open if self.voiced.get(name, 0) == fewest]
        if fewest and first in still_open and self.pressed % 2:
            fresh = [first]  # every other time what the call is about
        told = [item.id for item in self.persona.demands if item.hidden and item.id in fresh and not fewest]
        name = (told or fresh)[0]  # what she has just confided comes before what she came with
        self.voiced[name] = self.voiced.get(name, 0) + 1
        if fewest:
            self.pressed += 1
        demand = next(item for item in self.persona.demands if item.id == name)
        said = (demand.again or (() if name == first else demand.say)) if fewest else demand.say
        asking = self.bag.pick((said,), "demand")
        if asking:
            return Plan(lines=(Line(situation="demand", text=asking),), question=True)
        return Plan(lines=self._say("demand_again", mood), question=True)


_COUNTS: Final = dict(
    enumerate(
        """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
        nineteen twenty""".split(),
        start=2,
    )
)


def _day_in(words: str) -> str:
    """The weekday that ``words`` name last, with a capital; empty when there is none."""
    named = [word for word in wording.words(words) if word in wording.WEEKDAYS]
    return named[-1].capitalize() if named else ""


def _invites(text: str) -> bool:
    """Whether a line of hers asks the trainee to speak, so that nothing of her own may follow it."""
    return text.endswith("?") or any(wording.has_phrase(text, phrase) for phrase in INVITING)


def _with_lines(plan: Plan, lines: list[Line]) -> Plan:
    return Plan(
        lines=tuple(lines[:3]), outcome=plan.outcome, manner=plan.manner, accepts=plan.accepts,
        question=plan.question, expecting=plan.expecting, revealed=plan.revealed, detail=plan.detail,
    )  # fmt: skip


_ORDER: Final = ("accepted", "late", "tested", "rejected", "not_ready")


def _best_verdict(verdicts: tuple[OfferVerdict, ...]) -> OfferVerdict | None:
    """The verdict that she answers to; what she knows already is not answered."""
    for kind in _ORDER:
        for verdict in verdicts:
            if verdict.verdict == kind:
                return verdict
    return None
