"""What the caller does next: at most one reaction and one move, then her own agenda.

The mood has changed already when this is asked. A mood never brings a fact along and a line never changes a number:
facts come from the persona's facts, story, demands and offers; the mood only chooses among the ways of saying them.

The order is that of persona_engine.md, section 14: endings, reaction, supervisor, the move that answers the trainee,
and then what she called for: the next piece of her story, the next demand, the demand again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from personas.persona import MET, Curveball, Persona
from personas.vocabulary import RECAP, WISHES
from simulator import wording
from simulator.acts import INSULTED
from simulator.agenda import Agenda
from simulator.answers import Answers, day_in
from simulator.chance import Chance
from simulator.mood import Change, Mood, OfferVerdict, Turn
from simulator.phrases import Phrases
from simulator.plan import Line, Memory, Plan
from simulator.provocation import ASKING, REACTIONS, STOPPING, WITH_A_WARNING, only_grunts, provocations
from simulator.reading import ASKS, Matches, Reading
from simulator.supervisor import Supervisor
from simulator.weights import RAISING

YES_OR_NO: Final = frozenset(
    """yes yeah yep yup okay ok absolutely definitely certainly course promise correct right exactly indeed stands true sure
    guaranteed will does count no not""".split()
)
"""Words that answer whether a promise stands."""
PREPOSITIONS: Final = frozenset({"by", "on", "at", "in", "the", "before", "between", "and", "to"})
"""Words of a promise that say nothing alone."""
IDENTITY: Final = ("name", "address", "date of birth", "postcode", "zip code", "password", "security", "verify")
INVITING: Final = ("go on", "go ahead", "keep going", "continue", "i'm listening")
SMALL_TALK: Final = (
    "how are you today", "how are you doing", "how are you keeping", "how is your day", "how has your day",
    "how is it going", "how are things", "how was your weekend", "any plans for the weekend", "nice weather",
)  # fmt: skip
PARROT_EVERY: Final = 3
CHATTING: Final = frozenset({"open_question", "let_finish", "backchannel", "gratitude"})
"""Acts that small talk may be read as."""
LEAVES_AT: Final = 45.0
"""From this anger on she does not stay where nothing is offered."""
PRESSED_TO_LEAVE: Final = 5
"""How often in a row she asks for the same again, and gets nothing that could be judged, before she goes: nobody asks
"where is my money?" a tenth time."""
PRAISED: Final = 2
"""Compliments in a row that even somebody who is telling a story remarks on."""
HOLLOW_AT_MOST: Final = 6
"""Grunts and compliments in a row that she bears once she has asked for something."""
LAST_WARNING_AT: Final = 92.0
STAYS_AT_MOST: Final = 4
"""Turns after everything is settled in which she still waits to be spoken calm."""
PUZZLED_AT_MOST: Final = 2
"""How often she asks what a word means, and what a vague promise means before she says that it is one."""
SURELY: Final = 0.6
"""Confidence from which a harsh act counts as one at the height of her anger, where points no longer show it."""
SURE_QUESTION: Final = 0.95
"""Probability from which a question counts although the reader heard none: recognisers lose question marks."""


@dataclass(slots=True)
class Caller:
    """Agenda and memory of one caller in one call."""

    persona: Persona
    chance: Chance
    phrases: Phrases = field(init=False)
    facts: Answers = field(init=False)
    agenda: Agenda = field(init=False)
    supervisor: Supervisor = field(init=False)
    told: list[str] = field(default_factory=list)
    """Everything she has been heard to say."""
    warned: bool = False
    parrot_turn: int = -PARROT_EVERY
    insulted: int = 0
    """Turns in which she was treated with contempt."""
    could_close: int = 0
    """Turns in a row that ended with everything settled."""
    stopped_turn: int = -1
    """Turn in which she last reacted and then waited for what he would say to it."""
    mumbled: int = 0
    """Replies that were nothing but grunts."""
    hollow: int = 0
    """Grunts and compliments in a row since she has asked for something."""
    praises: int = 0
    """Compliments in a row."""
    vague: int = 0
    """Vague promises that she has asked back."""

    def __post_init__(self) -> None:
        self.phrases = Phrases(self.persona, self.chance)
        self.facts = Answers(self.persona, self.phrases)
        self.agenda = Agenda(self.persona, self.phrases)
        self.supervisor = Supervisor(self.phrases, self.agenda)

    # -- what she says without having been spoken to ----------------------------------------------------------------

    def greets(self, mood: Mood) -> Plan:
        """Her first words."""
        return Plan(lines=self.phrases.say("greeting", mood), expecting="words")

    def checks_in(self, mood: Mood, times: int) -> Plan:
        """Silence has lasted: "Hello?", and once more, and then she goes."""
        if times >= 3:
            lines = self.phrases.say("give_up_silence", mood)
            return Plan(lines=lines, outcome="hung_up", detail="nobody answered")
        return Plan(lines=self.phrases.say("check_in_1" if times == 1 else "check_in_2", mood), expecting="words")

    def cuts_in(self, mood: Mood) -> Plan:
        """She has listened long enough."""
        return Plan(lines=self.phrases.say("cut_in", mood), question=True)

    def times_out(self, mood: Mood) -> Plan:
        """She has to go."""
        return Plan(lines=self.phrases.say("times_out", mood), outcome="timed_out")

    def is_caught_out(self, ball: Curveball, *, back: bool = False) -> Plan:
        """Something has happened: what is heard then, or (``back``) once it is over. Empty when there is no line left."""
        said, other = (ball.back, "") if back else (ball.say, ball.speaker)
        lines = self.phrases.own(
            "curveball", said, slot=f"curveball {ball.kind}", values={"agent": self.phrases.agent}, speaker=other
        )
        return Plan(lines=lines, question=ball.kind in ("bad_line", "someone_else"), expecting="words")

    def steps_out(self, mood: Mood) -> Plan:
        """The trainee has said the stop word: no caller any more, and a kind last sentence."""
        return Plan(lines=self.phrases.say("stop_word", mood), outcome="stopped", detail="the stop word was said")

    def did_not_catch(self, mood: Mood) -> Plan:
        """Sound came, but no words that could be read."""
        return Plan(lines=self.phrases.say("lost", mood), expecting="words")

    # -- what she says to a reply -----------------------------------------------------------------------------------

    def answers(self, number: int, turn: Turn, change: Change, mood: Mood, reading: Reading, matches: Matches) -> Plan:
        """Her plan after turn ``number``. Her memory is brought up to date on the way."""
        plan = self._answers(number, turn, change, mood, reading, matches)
        if plan.lines or plan.outcome is not None:
            return plan
        # She has said all she has to say about it. Still in anger she goes; else she says the last thing once more.
        if mood.points >= LEAVES_AT and not self.agenda.settled(mood):
            return self._leaves(mood, "nothing was offered")
        return replace(
            plan,
            lines=self.phrases.say("demand_again" if self.agenda.open_demands(mood) else "warming", mood, again=True),
        )

    def _answers(self, number: int, turn: Turn, change: Change, mood: Mood, reading: Reading, matches: Matches) -> Plan:
        self._note_day(change, matches)
        self._count_hollow(turn)
        unanswered = self._promise_unanswered(turn, change, reading)
        ending = self._ending(turn, change, mood)
        if ending is not None and (ending.outcome is not None or turn.overlap_s):
            return ending
        if ending is not None:
            return self._with_an_answer(ending, number, turn, change, mood, reading, matches)
        asked = any(item.fact not in self.facts.given for item in matches.asked)  # a fair question is answered first
        handed = self.supervisor.answered(number, turn, reading, change, mood, asked=asked)
        if handed is not None:
            return handed
        lines: list[Line] = list(self._reaction(number, turn, change, mood))
        if set(self._asked(mood, reading, matches)) - {WISHES}:  # who asks for a number is not saying goodbye
            lines = [line for line in lines if line.situation != "not_done"]
        if unanswered and not asked:
            return Plan(lines=(*lines[:1], *self.phrases.say("promise_again", mood)), question=True)
        offer = _best_verdict(change.verdicts)
        taken = offer is not None and offer.verdict == "accepted"
        provoked = any(line.situation in STOPPING for line in lines) and offer is None
        if provoked and self.stopped_turn != number - 1 and not asked:
            self.stopped_turn = number
            return Plan(lines=tuple(lines), question=True)  # she waits for what he says to that
        if not asked and not taken and self.supervisor.wanted(number, mood):
            if offer is not None and offer.verdict == "rejected":  # what was offered gets its answer first
                lines = list(self.facts.to_offer(offer, mood).lines)
            return Plan(lines=(*lines, *self.supervisor.asks(number, mood))[-2:], question=True)
        plan = self._move(turn, change, mood, reading, matches)
        lines.extend(plan.lines)
        asks = reading.has("open_question") or turn.question_open  # hers is not answered by a kind word
        if plan.lines and (plan.question or not self._goes_on(lines, asked=asks)) and not plan.accepts:
            return _with_lines(plan, lines)
        closing = self._closes(reading, turn, mood, accepted=plan.accepts)
        if closing is not None:
            kept = [line for line in lines[:1] if line.situation != "heard_right"]
            return _with_lines(closing, [*kept, *closing.lines])
        if len(lines) >= 2 or any(_invites(line.text) or line.situation in ASKING for line in lines):
            return _with_lines(plan, lines)
        put_off, turned_down = (
            _given(self.persona, {item.offer for item in change.verdicts if item.verdict == kind})
            for kind in ("not_ready", "rejected")
        )
        agenda = self.agenda.next(mood, not_now=put_off, not_again=turned_down, to_the_point="wall" in change.hurt)
        return Plan(
            lines=(*lines, *agenda.lines),
            accepts=plan.accepts,
            question=agenda.question,
            expecting=agenda.expecting,
            revealed=plan.revealed,
        )

    def overhears(self, number: int, turn: Turn, change: Change, mood: Mood) -> Plan:
        """Her plan after a reply that was said to the other one on the line; mostly she says nothing."""
        if mood.points >= LAST_WARNING_AT and change.after.anger > change.before.anger:
            return self._leaves(mood, "anger")
        if mood.patience <= 0 and mood.points >= 55:
            return self._leaves(mood, "patience")
        offer = _best_verdict(change.verdicts)
        if offer is not None:
            return self.facts.to_offer(offer, mood)
        provoked = bool(turn.acts or change.triggered)
        return Plan(lines=self._provoked(number, turn, change, mood) if provoked else (), expecting="words")

    def gives_up(self, mood: Mood) -> Plan:
        """Nobody has spoken to her for long, while the other one was spoken to."""
        return self._leaves(mood, "nobody spoke to them")

    def waits(self, plan: Plan, mood: Mood) -> Plan:
        """Instead of closing the call with ``plan``: she has what she wanted, the other one on the line has not."""
        kept = [line for line in plan.lines if line.situation not in ("close_warm", "close_cool")]
        return replace(plan, lines=(*kept, *self.phrases.say("waits_for_other", mood)), outcome=None, manner="")

    def ends(self, mood: Mood) -> Plan:
        """Her last words when the other one has closed the call for both."""
        calm = mood.points < 30
        return Plan(lines=self.phrases.say("close_warm" if calm else "close_cool", mood), outcome="resolved")

    def memory(self, mood: Mood) -> Memory:
        """What she knows of this call, to be taken back if she never gets to say what she is planning."""
        agenda, phrases = self.agenda, self.phrases
        return Memory(
            given=frozenset(self.facts.given), story_at=agenda.story_at, voiced=tuple(sorted(agenda.voiced.items())),
            warned=self.warned, supervisor_turn=self.supervisor.turn, supervisor_open=self.supervisor.open,
            parrot_turn=self.parrot_turn, could_close=self.could_close, pressed=agenda.pressed,
            asked_last=agenda.asked_last, called_back=agenda.called_back, known=tuple(mood.known),
            asks_promise=agenda.asks_promise, put_off=agenda.put_off,
            stopped_turn=self.stopped_turn, spoken=tuple(phrases.spoken.items()),
            lines=(tuple(phrases.bag.uses.items()), phrases.bag.last, phrases.bag.drawn),
        )  # fmt: skip

    def remember(self, memory: Memory, mood: Mood) -> None:
        """Go back to what she knew."""
        agenda, phrases = self.agenda, self.phrases
        self.facts.given, agenda.story_at, agenda.voiced = set(memory.given), memory.story_at, dict(memory.voiced)
        self.warned, self.supervisor.turn, self.supervisor.open = (
            memory.warned, memory.supervisor_turn, memory.supervisor_open,
        )  # fmt: skip
        self.parrot_turn, self.could_close, agenda.pressed = memory.parrot_turn, memory.could_close, memory.pressed
        agenda.asked_last, agenda.called_back = memory.asked_last, memory.called_back
        agenda.asks_promise, agenda.put_off = memory.asks_promise, memory.put_off
        self.stopped_turn, phrases.spoken = memory.stopped_turn, dict(memory.spoken)
        mood.known = list(memory.known)
        uses, phrases.bag.last, phrases.bag.drawn = memory.lines
        phrases.bag.uses = dict(uses)

    def heard_saying(self, plan: Plan, text: str, *, whole: bool) -> None:
        """What of a plan was heard. A piece of story that was cut off is told again."""
        if text:
            self.told.append(text)
        if not whole and any(line.situation == "story" and line.text not in text for line in plan.lines):
            self.agenda.story_at = max(0, self.agenda.story_at - 1)

    def _with_an_answer(
        self, warning: Plan, number: int, turn: Turn, change: Change, mood: Mood, reading: Reading, matches: Matches
    ) -> Plan:
        """The warning after an answer to what he has just said: his question, his offer, or the sentence that did it."""
        offer, fair = _best_verdict(change.verdicts), self._asked(mood, reading, matches)[:1]
        if fair or offer is not None:
            told = self.facts.to_questions(fair, mood) if offer is None else self.facts.to_offer(offer, mood)
            return replace(_with_lines(warning, [*told.lines[:1], *warning.lines]), revealed=told.revealed)
        before = self.memory(mood)
        first = self._reaction(number, turn, change, mood)
        if any(line.situation not in WITH_A_WARNING or _invites(line.text) for line in first):
            self.remember(before, mood)  # it does not go with a warning, and is not used up
            first = ()
        return _with_lines(warning, [*first, *warning.lines])

    def _promise_unanswered(self, turn: Turn, change: Change, reading: Reading) -> bool:
        """Whether she asked if a promise stands and this reply says nothing to it. She asks again once."""
        waits, self.agenda.asks_promise = self.agenda.asks_promise, False
        if not waits or change.verdicts or reading.has("hold"):
            return False
        said = set(wording.words(turn.text))
        return not said & (YES_OR_NO | set(wording.words(self.phrases.promise)) - PREPOSITIONS)

    def offers_for(self, demands: Iterable[str]) -> frozenset[str]:
        """The offers that go towards any of ``demands``."""
        wanted = set(demands)
        return frozenset(offer.id for offer in self.persona.offers if wanted & dict(offer.gives).keys())

    def _count_hollow(self, turn: Turn) -> None:
        names = {act.name for act in turn.acts} - {"backchannel", "let_finish", "ignored_question"}
        self.praises = self.praises + 1 if names == {"gratitude"} else 0
        self.hollow = self.hollow + 1 if self.agenda.voiced and (self.praises or only_grunts(turn)) else 0

    def _note_day(self, change: Change, matches: Matches) -> None:
        """The day of an offer she took: she will name it when she closes."""
        taken = {verdict.offer for verdict in change.verdicts if verdict.verdict == "accepted"}
        for made in matches.offers:
            for slot, filling in made.slots if made.offer in taken else ():
                if slot in ("when", "day"):
                    self.phrases.day = day_in(filling) or self.phrases.day

    def _ending(self, turn: Turn, change: Change, mood: Mood) -> Plan | None:
        best = _best_verdict(change.verdicts)
        rude = max(
            (act.confidence for act in turn.acts if act.name == "hostile" and act.variant != "threat"), default=0.0
        )
        if rude and "hostile" in change.hurt:
            self.insulted += 1
            # An insult in so many words ends it. What only sounds like contempt may be misread: she says so once.
            if rude >= INSULTED or (self.insulted > 1 and self.warned):
                return Plan(lines=self.phrases.say("hang_up", mood), outcome="hung_up", detail="rudeness")
            if mood.points < LAST_WARNING_AT:
                return self._warns(mood)
        worse = change.after.anger > change.before.anger or any(
            act.name in RAISING and act.confidence >= SURELY and act.well_heard
            for act in turn.acts  # at the ceiling nothing rises
        )
        if mood.points >= LAST_WARNING_AT and worse:
            return self._leaves(mood, "anger")  # over something that was said, never over a fair question
        taken = best is not None and best.verdict == "accepted"
        if mood.patience <= 0 and mood.points >= 55 and not taken:
            return self._leaves(mood, "patience")
        if self.hollow >= HOLLOW_AT_MOST and mood.points >= LEAVES_AT:
            return self._leaves(mood, "nothing was said")
        if self.agenda.pressed >= PRESSED_TO_LEAVE and mood.points >= LEAVES_AT:
            return self._leaves(mood, "nothing was offered")
        return None

    def _leaves(self, mood: Mood, why: str) -> Plan:
        """She hangs up; the first time she says that she will."""
        if not self.warned:
            return self._warns(mood)
        return Plan(lines=self.phrases.say("hang_up", mood), outcome="hung_up", detail=why)

    def _warns(self, mood: Mood) -> Plan:
        self.warned = True
        return Plan(lines=self.phrases.say("last_warning", mood), question=True)

    def _reaction(self, number: int, turn: Turn, change: Change, mood: Mood) -> tuple[Line, ...]:
        """What she says to what was done to her with a reply, or to a reply that was nothing."""
        lines = self._provoked(number, turn, change, mood)
        if lines:
            return lines
        self.mumbled += only_grunts(turn)
        return self.phrases.say("mumbled", mood) if only_grunts(turn) and self.mumbled % 2 == 0 else ()

    def _provoked(self, number: int, turn: Turn, change: Change, mood: Mood) -> tuple[Line, ...]:
        """The first of these that applies and that she has not said all her lines about, once."""
        may_parrot = number - self.parrot_turn >= PARROT_EVERY
        unfinished = not self.agenda.settled(mood) and bool(self.agenda.open_demands(mood))
        spoken = self.phrases.spoken
        for situation, values in provocations(
            turn, change, may_parrot=may_parrot, unfinished=unfinished,
            asked_nothing=not self.agenda.voiced and "refused_early" not in spoken,
            praised=self.praises >= PRAISED,
        ):  # fmt: skip
            if situation == "what_was_that" and spoken.get(situation, 0) >= PUZZLED_AT_MOST:
                continue  # nobody asks what a word means in turn after turn
            if situation.startswith("trigger"):
                own = self.persona.triggers[int(situation[len("trigger") :])].say
                lines = self.phrases.own("trigger", own, values={"agent": self.phrases.agent})
            else:
                lines = self.phrases.say(situation, mood, values)
            if lines:
                if situation == "parrot":
                    self.parrot_turn = number
                return lines
        return ()

    def _asked(self, mood: Mood, reading: Reading, matches: Matches) -> list[str]:
        """The facts and needs that a reply asks for, two at most."""
        asks = any(label.label in ASKS for label in reading.labels)
        asked = [
            item.fact
            for item in matches.asked
            # "would you rather have it back, or as a credit?" is read as options
            if asks or item.score >= SURE_QUESTION or (item.fact == WISHES and reading.has("options"))
        ][:2]
        return [name for name in asked if not self._comes_anyway(name, mood)]

    def _comes_anyway(self, fact: str, mood: Mood) -> bool:
        """Whether her own agenda answers the question for this fact better than the fact does."""
        if fact not in (RECAP, WISHES):
            return False
        untold = self.agenda.story_at < len(self.agenda.story)
        return untold or (fact == WISHES and any(level >= MET for level in mood.met.values()))

    def _move(self, turn: Turn, change: Change, mood: Mood, reading: Reading, matches: Matches) -> Plan:
        """The answer to what the trainee did, or an empty plan."""
        asked = self._asked(mood, reading, matches)
        offer = _best_verdict(change.verdicts)
        if offer is not None:
            return self.facts.to_offer(offer, mood)
        if asked:
            return self.facts.to_questions(asked, mood)
        eased, names = change.eased, {act.name for act in turn.acts}
        if "hold" in names:
            return Plan(lines=self.phrases.say("hold_before", mood), expecting="words")
        if "heard_wrong" in change.hurt:
            return Plan(lines=self.phrases.say("heard_wrong", mood), expecting="words")
        if {"paraphrase", "summary_check"} & eased:
            return Plan(lines=self.phrases.say("heard_right", mood))
        if names <= CHATTING and any(wording.has_phrase(turn.text, phrase) for phrase in SMALL_TALK):
            return Plan(lines=self.phrases.say("small_talk", mood))
        if reading.has("information_request") and not any(item.fact in (RECAP, WISHES) for item in matches.asked):
            situation = "heard_right" if _her_own(turn) else "dont_know"
            if any(wording.has_phrase(turn.text, word) for word in IDENTITY):
                situation = "verification"
            return Plan(lines=self.phrases.say(situation, mood), expecting="words")
        if "vague_promise" in change.hurt and not change.triggered:
            self.vague += 1
            if self.vague > PUZZLED_AT_MOST:
                return Plan(lines=self.phrases.say("promises_only", mood), question=True)
            return Plan(lines=self.phrases.say("what_was_that", mood), question=True)
        kind = {"apology", "own_fault"} & eased or ("empathy" in eased and mood.heard >= 0.3)
        if kind and "ignored_question" not in change.hurt:
            return Plan(lines=self.phrases.say("softens", mood))
        return Plan()

    # -- her own agenda ---------------------------------------------------------------------------------------------

    def _closes(self, reading: Reading, turn: Turn, mood: Mood, *, accepted: bool) -> Plan | None:
        """She ends the call when there is nothing left, at the latest one turn after that."""
        if not self.agenda.settled(mood):
            self.could_close = 0
            return None
        if any(self.agenda.voiced.get(name, 0) < 2 for name in self.agenda.open_demands(mood)):
            return None
        wraps_up = reading.has("closing") or any(act.name == "summary_check" for act in turn.acts)
        self.could_close += 1
        if not wraps_up and (accepted or self.could_close < 2):
            return None
        named = (wording.WEEKDAYS | {"today", "tomorrow"}) & set(wording.words(turn.text))
        # The day she wrote down, unless he has just spoken of another: it would sound as if she had misheard.
        day = {"day": ""} if named and self.phrases.day.lower() not in named else {}
        if mood.points < 30:
            return Plan(lines=self.phrases.say("close_warm", mood, day), outcome="resolved", manner="warm")
        # Nothing is left to ask for: nobody stays to be angry, least of all when asked again whether that was everything.
        stays = 45 if self.could_close < (2 if reading.has("closing") else STAYS_AT_MOST) else 55
        if mood.points < stays and (wraps_up or self.could_close >= 3):
            return Plan(lines=self.phrases.say("close_cool", mood, day), outcome="resolved", manner="cool")
        return None

    def _goes_on(self, lines: list[Line], *, asked: bool) -> bool:
        """Whether she goes on with her own agenda after these lines.

        A kind word does not stop her before she has told it, nor one that comes with a question (``asked``).
        """
        if any(_invites(line.text) or line.situation in ASKING for line in lines):
            return False
        short = {"heard_right", "heard_wrong", "accept", "reject", "too_late", "not_ready", "small_talk", *REACTIONS}
        if asked or self.agenda.story_at < len(self.agenda.story):
            short.add("softens")
        return all(line.situation in short for line in lines)


def _given(persona: Persona, offers: set[str]) -> frozenset[str]:
    """The demands that any of ``offers`` goes towards."""
    return frozenset(name for offer in persona.offers if offer.id in offers for name, _ in offer.gives)


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


def _her_own(turn: Turn) -> bool:
    """Whether a question holds days or numbers, and none that she has not said: "So that was the nineteenth, yes?" """
    named = {word for word in wording.words(turn.text) if wording.is_detail(word)} - wording.FEW
    return bool(named) and named <= set(wording.words(turn.her_words))
