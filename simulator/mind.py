"""One caller's mind: what a reply does to her mood and what she makes of it.

``CallEngine`` decides when she speaks and what was heard; this decides what she feels and says. It knows no sound and
no time but what each reply brings along, so that a rehearsal can hold thousands of calls with it.
"""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, Final

from personas.persona import Curveball, Persona
from personas.vocabulary import WEEKDAYS, Weekday
from simulator import acts as acting
from simulator import wording
from simulator.acts import Act
from simulator.caller import Caller
from simulator.certainty import WELL_HEARD, certainty
from simulator.chance import Chance
from simulator.curveballs import Curveballs
from simulator.forms import PROPOSALS, OfferForms
from simulator.mood import Change, Hold, Mood, Offered, Turn
from simulator.plan import Memory, Plan
from simulator.ports import Word
from simulator.reading import Matches, Reading, as_meant

OVERHEARD_ACTS: Final = frozenset(
    """apology own_fault partnership ownership action options explanation next_steps follow_up honest_limit hostile dismiss argue
    wall rush vague_promise""".split()
)
"""What reaches somebody to whom it was not said: what is done about the matter, and how people are treated here. Listening to
the other and feeling with the other are the other's alone; nor does it hurt her when only the other is blamed."""
Kept = dict[str, Any]
"""A mind, or two, as it was at some moment."""
ABUSE_LASTS: Final = 3
"""Turns after her worst in which a limit that the trainee sets is fair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply of the trainee with everything that came with it."""

    text: str
    reading: Reading
    matches: Matches
    words: tuple[Word, ...] = ()
    """All the words, ``said_past`` included, with the recogniser's confidence in each; none of what was typed."""
    spoken: bool = True
    """False for typed words, which have no sound and over which nobody can be talked."""
    let_finish: bool = False
    backchannel: bool = False
    silence_s: float = 0.0
    hold: Hold | None = None
    overlap_s: float = 0.0
    loud_z: float = 0.0
    rate_z: float = 0.0
    past: Reading = field(default_factory=Reading)
    """Where two are on the line: what was read in the words that were said to the other one."""
    said_past: str = ""
    """These words."""
    added: tuple[Act, ...] = ()
    """Acts that only a mediation knows."""

    @property
    def whole(self) -> str:
        """All the words, to whomever they were said."""
        return f"{self.text} {self.said_past}".strip()

    @property
    def read(self) -> Reading:
        """Everything read in them."""
        return Reading(labels=(*self.reading.labels, *self.past.labels))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a reply did, and what she will say to it."""

    acts: tuple[Act, ...]
    change: Change
    plan: Plan
    before: Memory
    """Her memory before she planned, to go back to if she never gets to say it."""
    other: "Other | None" = None
    """Where two are on the line: what the reply did to the second of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """The second of two on the line, after a reply. Fields as in ``ReportParty``."""

    change: Change
    acts: tuple[Act, ...]
    met: tuple[tuple[str, float], ...]
    to: tuple[int, ...]
    named: tuple[int, ...]
    words: tuple[int, int]
    against: int


@dataclass(slots=True)
class Mind:
    """The caller of one call. Same replies, same answers."""

    persona: Persona
    seed: int
    ceiling: float = 100.0
    mood: Mood = field(init=False)
    caller: Caller = field(init=False)
    limits: int = field(init=False, default=0)
    """Fair limits that the trainee has set in this call."""
    _forms: OfferForms = field(init=False)
    _case: frozenset[str] = field(init=False)
    """Days of her case."""
    _proposed: frozenset[str] = field(init=False, default=frozenset())
    """Days that the trainee has put on the table."""
    _promised: dict[str, str] = field(init=False, default_factory=dict)
    """What was promised with each offer, as she wrote it down."""
    _furious_turn: int = field(init=False, default=-10)
    _agent: str = field(init=False, default="")
    _curveballs: Curveballs = field(init=False)
    _away: Curveball | None = field(init=False, default=None)
    """Somebody else has the phone."""

    def __post_init__(self) -> None:
        self.mood = Mood.begin(self.persona, self.ceiling)
        self.caller = Caller(self.persona, Chance(self.seed, self.persona.id))
        self._forms = OfferForms(self.persona)
        self._curveballs = Curveballs.drawn(self.persona, self.caller.chance)
        self._case = _details(self.persona)

    @property
    def agent(self) -> str:
        """The trainee's name; empty when unknown."""
        return self._agent

    def meets(self, agent: str) -> None:
        """The trainee's name; she uses it once she has heard it. Empty when unknown."""
        self._agent = agent

    @property
    def minds(self) -> tuple["Mind", ...]:
        """Everybody on the line."""
        return (self,)

    def party(self, number: int) -> "Mind":
        """The mind of that party; with one on the line it is this one."""
        return self

    @property
    def told(self) -> frozenset[str]:
        """The facts and hidden needs that she has told in answer to a question."""
        return self.caller.memory(self.mood).given

    def kept(self) -> Kept:
        """All that may change in her, copied."""
        return deepcopy({each.name: getattr(self, each.name) for each in fields(Mind)})

    def goes_back(self, kept: Kept) -> None:
        """Be again as she was. ``kept`` serves once: from here on it is part of her."""
        for name, value in kept.items():
            setattr(self, name, value)

    def overhears(self, turn: int, reply: Reply) -> Answer:
        """Take reply number ``turn``, which was said to the other one on the line.

        Offers are heard by everybody, and so are silences, noise and what ``reply.added`` holds; the rest reaches her a little.
        """
        mood, caller = self.mood, self.caller
        taken = replace(self._turn(reply, list(reply.added), self._context(turn, question_open=False)), stings=())
        change = self._step(taken)
        before = caller.memory(mood)
        plan = caller.overhears(turn, taken, change, mood)
        self._remember_promises(reply, change)
        return Answer(acts=taken.acts, change=change, plan=plan, before=before)

    def answers(self, turn: int, reply: Reply, *, question_open: bool) -> Answer:
        """Take reply number ``turn``. ``question_open`` is whether her last words asked for something."""
        mood, caller, reading = self.mood, self.caller, reply.reading
        reply = replace(reply, matches=as_meant(reading, reply.matches))
        ball = self._curveballs.due(turn)
        if ball is not None and ball.kind == "bad_line" and mood.band != "furious" and not caller.warned:
            self._curveballs.take()
            before = caller.memory(mood)
            plan = caller.is_caught_out(ball)
            if plan.lines:  # the reply never got through, so it neither helps nor hurts
                return Answer(acts=(), change=mood.shift("bad_line", 0.0), plan=plan, before=before)
        context = self._context(turn, question_open=question_open)
        found = [*acting.derive(reply.text, reading, reply.matches, context), *reply.added]
        if reply.let_finish and reply.spoken:
            found.insert(0, Act(name="let_finish", spec=1.0))
        if reply.backchannel:
            found.insert(0, Act(name="backchannel", spec=1.0))
        if self._agent and wording.has_phrase(reply.text, self._agent):
            caller.phrases.agent = self._agent
        taken = self._turn(reply, found, context)
        self.limits += any(act.name == "boundary" for act in found)
        change = self._step(taken)
        before = caller.memory(mood)
        plan = self._interrupted(ball, change, reply) or caller.answers(
            turn, taken, change, mood, reading, reply.matches
        )
        if self._away is not None and self._away is not ball:
            back, self._away = caller.is_caught_out(self._away, back=True), None
            plan = replace(plan, lines=(*back.lines, *plan.lines))
        self._remember_promises(reply, change)
        return Answer(acts=taken.acts, change=change, plan=plan, before=before)

    def _context(self, turn: int, *, question_open: bool) -> acting.Context:
        """What the acts of reply number ``turn`` depend on."""
        caller = self.caller
        if self.mood.band == "furious":
            self._furious_turn = turn
        return acting.Context(
            told=" ".join(caller.told),
            given=frozenset(caller.facts.given),
            question_open=question_open,
            abusive_lately=turn - self._furious_turn <= ABUSE_LASTS,
            supervisor_asked=caller.supervisor.open,
            known=self._case | self._proposed | frozenset().union(*map(wording.dated, caller.told)),
        )

    def _turn(self, reply: Reply, found: list[Act], context: acting.Context) -> Turn:
        """Everything that the reply brings to her mood, each act with how surely its words were heard."""
        caller, reading = self.caller, reply.reading
        offers = tuple(self._timed(offered) for offered in self._forms.take(reply.matches, reply.read))
        past = acting.derive(reply.said_past, reply.past, Matches(), context) if reply.past.labels else ()
        return Turn(
            acts=_as_heard((*found, *self._contradictions(reply)), reply),
            offers=offers,
            text=reply.text,
            silence_s=reply.silence_s,
            hold=reply.hold,
            overlap_s=reply.overlap_s,
            loud_z=reply.loud_z,
            rate_z=reply.rate_z,
            spoken=reply.spoken,
            her_words=context.told,
            story_told=caller.agenda.story_told,
            words=reply.words,
            stings=self._stings(reply),
            closes=reading.has("closing"),
            question_open=context.question_open,
            refused_supervisor=caller.supervisor.open and reading.has("refusal") and reading.has("supervisor"),
            overheard=_as_heard((act for act in past if act.name in OVERHEARD_ACTS), reply),
            said_past=reply.said_past,
        )

    def _step(self, taken: Turn) -> Change:
        """What the turn does to her mood, and what of its offers stays on the table whatever she says."""
        mood, caller = self.mood, self.caller
        change = mood.step(taken)
        if any(verdict.verdict != "known" for verdict in change.verdicts):
            caller.agenda.pressed = 0  # she got something to judge; that stays so even if her answer is never spoken
        early = {verdict.offer for verdict in change.verdicts if verdict.verdict == "not_ready"}
        caller.agenda.put_off |= early & caller.offers_for(mood.known)  # said is said, whatever becomes of her answer
        return change

    def _interrupted(self, ball: Curveball | None, change: Change, reply: Reply) -> Plan | None:
        """Her plan when something comes between; it waits for a moment at which nothing is left unanswered by it."""
        busy = change.verdicts or change.hurt or reply.matches.asked or self.caller.supervisor.open
        if ball is None or ball.kind == "bad_line" or busy or self.caller.agenda.settled(self.mood):
            return None
        self._curveballs.take()
        plan = self.caller.is_caught_out(ball)
        if plan.lines and ball.kind == "someone_else":
            self._away = ball
        return plan if plan.lines else None

    def _timed(self, offered: Offered) -> Offered:
        """``offered`` with the day promised for it and the demands for which that is too late."""
        promise, today = self._forms.promise(offered.offer), self.persona.who.weekday
        ahead = _days_ahead(promise, today) if today else None
        if ahead is None:
            return offered
        late = frozenset(
            item.id for item in self.persona.demands if item.by and ahead > (_days_ahead(item.by, today) or 0)
        )
        return replace(offered, day=promise, late=late)

    def _contradictions(self, reply: Reply) -> list[Act]:
        """Another day for what was promised. Only a reply with a single day in it says plainly which one it means."""
        days = _weekdays(reply.whole)
        for made in reply.matches.offers:
            old = self._promised.get(made.offer, "")
            if old and len(days) == 1 and not days & _weekdays(old):
                self.caller.phrases.promise = old
                return [Act(name="contradiction", confidence=made.score, quote=made.quote)]
        return []

    def _remember_promises(self, reply: Reply, change: Change) -> None:
        """What was promised with a day to it, and every day that the trainee has brought up himself."""
        if reply.matches.offers or any(reply.read.has(label) for label in PROPOSALS):
            self._proposed |= wording.dated(reply.whole)
        if len(_weekdays(reply.whole)) > 1:
            return  # "sorry about Tuesday, it's Thursday now": which of them is promised cannot be told
        musts = {item.id for item in self.persona.demands if item.must}
        for verdict in change.verdicts:
            if verdict.verdict == "late":
                self._forms.forget_day(verdict.offer)
                continue
            promise = _as_written(self._forms.promise(verdict.offer))
            if promise and verdict.verdict in ("accepted", "not_ready", "known"):
                self._promised[verdict.offer] = promise
            gives = next(dict(item.gives) for item in self.persona.offers if item.id == verdict.offer)
            if (verdict.verdict == "accepted" or (promise and verdict.verdict == "known")) and musts & gives.keys():
                self.caller.phrases.promise = (
                    promise  # she comes back to the day that counts, not to the one named last
                )

    def _stings(self, reply: Reply) -> tuple[tuple[float, str], ...]:
        sore = {fact.id: float(fact.anger) for fact in self.persona.facts if fact.anger}
        return tuple(
            (sore[item.fact], item.quote)
            for item in reply.matches.asked[:2]
            if item.fact in sore and certainty(item.quote, reply.words) >= WELL_HEARD
        )


def _as_heard(acts: Iterable[Act], reply: Reply) -> tuple[Act, ...]:
    """``acts`` with the recogniser's confidence in the words of each. What came from timing has none."""
    return tuple(replace(act, heard=certainty(act.quote, reply.words)) if act.quote else act for act in acts)


def _days_ahead(text: str, today: Weekday | None) -> int | None:
    """How many days after ``today`` the day named in ``text`` is, 0 to 6; None when it names none, or several."""
    said = wording.words(text)
    named = [day for day in WEEKDAYS if day in said]
    if today is None or len(named) > 1:
        return None
    if named:
        return (WEEKDAYS.index(named[0]) - WEEKDAYS.index(today)) % 7
    return 1 if "tomorrow" in said else 0 if {"today", "tonight"} & set(said) else None


def _weekdays(text: str) -> frozenset[str]:
    """The weekdays in ``text``."""
    return wording.WEEKDAYS & frozenset(wording.words(text))


@lru_cache(maxsize=64)
def _details(persona: Persona) -> frozenset[str]:
    """Every day that her file holds: a summary with any of them may be right."""
    parts = [persona.story, persona.who.today, *persona.lines_for("story", "any")]
    for fact in persona.facts:
        parts += [*fact.say, *fact.again, *fact.angry]
    for need in persona.hidden_needs:
        parts += [*need.say, *need.not_yet]
    for demand in persona.demands:
        parts += demand.say
    for offer in persona.offers:
        parts += [*offer.heard_like, *offer.accept, *offer.reject]
    return wording.dated(" . ".join(parts))


def _as_written(promise: str) -> str:
    """A promise as she would write it down: the day with a capital."""
    return " ".join(word.capitalize() if word in wording.WEEKDAYS else word for word in promise.split())
