"""Two people on the line: two minds, one trainee between them (``docs/decisions/037-two-people-on-the-line.md``).

``Mediation`` stands where ``CallEngine`` has the mind of one caller. It decides whom a reply reaches, and how; who speaks next; and
when it is over for both. What each of them feels and says is decided by their own ``Mind``, which knows of the other only
what it overhears.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, fields, replace
from functools import partial
from itertools import groupby
from typing import Final, Literal

from personas.persona import Persona
from simulator.acts import Act
from simulator.addressing import Addressed, address, callable_names, takes_side, undotted
from simulator.caller import Caller
from simulator.chance import Chance
from simulator.mind import Answer, Kept, Mind, Other, Reply
from simulator.mood import Mood
from simulator.plan import Line, Plan
from simulator.ports import Matcher, ReplyReader
from simulator.provocation import REACTIONS
from simulator.reading import FoundLabel, Matches, OfferMade, Reading
from simulator.supervisor import Supervisor
from simulator.wording import has_phrase, sentences, words

LEFT_OUT_AFTER: Final = 4
"""Replies in a row that say nothing to somebody, from which on that costs. House default."""
GIVES_UP_AFTER: Final = 11
"""Replies in a row that say nothing to somebody, after which they say that they will go, and then go. House default."""
CROSSINGS_AT_MOST: Final = 2
"""How often one breaks in on the other's story in a call."""
CROSSES_FROM: Final = 55.0
"""Anger from which somebody does."""
CROSSES_EVERY: Final = 3
"""Turns between two of them."""
HEARD_OF_IT: Final = 0.6
"""Share of the broken-off sentence that is heard."""
HAS_TO_SAY: Final = REACTIONS | {"last_warning", "hang_up", "supervisor", "supervisor_again", "handed_over"}
"""Situations of lines that do not wait until the other one has been dealt with."""

Minds = tuple[Mind, Mind]
Manner = Literal["warm", "cool", ""]


def parties_of(persona: Persona) -> tuple[Persona, ...]:
    """Everybody on the line: one caller, or two."""
    return (persona,) if persona.other is None else (persona, persona.other)


def match_all(matcher: Matcher, reply: str, persona: Persona) -> Matches:
    """What ``reply`` asks and offers anybody on the line.

    With two of them each is matched alone, questions sentence by sentence: one may be asked of each in a reply. A shared offer
    is named once.
    """
    if persona.other is None:
        return matcher.match(reply, persona)
    plain = undotted(reply)
    whole = [matcher.match(plain, one) for one in parties_of(persona)]
    each = [matcher.match(piece, one) for one in parties_of(persona) for piece in sentences(plain) or (reply,)]
    offers = {
        made.offer: made for made in sorted((one for found in whole for one in found.offers), key=lambda one: one.score)
    }
    return Matches(
        asked=tuple(sorted((one for found in each for one in found.asked), key=lambda one: (-one.score, one.fact))),
        offers=tuple(sorted(offers.values(), key=lambda one: (-one.score, one.offer))),
        details=tuple(sorted({detail for found in whole for detail in found.details})),
    )


def read_all(reader: ReplyReader, reply: str, line: str, pieces: Callable[[str], tuple[str, ...]]) -> Reading:
    """What was read in ``reply``, an answer to ``line``. What was said to one and what was said to the other are read apart: a
    reader gives each behaviour once, and both may have been listened to in one breath."""
    labels: dict[tuple[str, str], FoundLabel] = {}
    for piece in pieces(reply):
        for found in reader.read(piece, line).labels:
            labels.setdefault((found.label, found.quote), found)
    return Reading(labels=tuple(labels.values()))


def pieces_of(mind: "Mind | Mediation") -> Callable[[str], tuple[str, ...]]:
    """Cuts a reply into what is said to each, as things stand now; with one caller it stays whole."""
    if isinstance(mind, Mind):
        return _whole
    return partial(_apart, mind.names, frozenset({mind.last}))


def _whole(reply: str) -> tuple[str, ...]:
    return (reply,)


def _apart(names: tuple[frozenset[str], frozenset[str]], turned_to: frozenset[int], reply: str) -> tuple[str, ...]:
    said = address(reply, names, turned_to)
    return tuple(" ".join(piece.text for piece in group) for _, group in groupby(said.pieces, key=lambda one: one.to))


def mind_of(persona: Persona, seed: int, ceiling: float = 100.0) -> "Mind | Mediation":
    """The mind of one caller, or of two."""
    first = Mind(persona, seed, ceiling)
    return first if persona.other is None else Mediation((first, Mind(persona.other, seed, ceiling)))


@dataclass(slots=True)
class Mediation:
    """Both callers of one call. Same replies, same answers."""

    minds: Minds
    last: int = 0
    """Who spoke last, as far as it was heard."""
    asking: tuple[bool, bool] = (False, False)
    """Whose last words asked for something."""
    passed_over: list[int] = field(default_factory=lambda: [0, 0])
    """Replies in a row that said nothing to each."""
    done: list[bool] = field(default_factory=lambda: [False, False])
    """Who would close the call."""
    crossings: tuple[int, ...] = ()
    """Turns in which one broke in on the other."""
    names: tuple[frozenset[str], frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        first, second = (mind.persona.who.name for mind in self.minds)
        self.names = callable_names(first, second)

    # -- what the engine asks of whoever is on the line -------------------------------------------------------------

    def party(self, number: int) -> Mind:
        """The mind of that party."""
        return self.minds[number]

    @property
    def persona(self) -> Persona:
        """Who spoke last."""
        return self.minds[self.last].persona

    @property
    def mood(self) -> Mood:
        """How whoever spoke last feels now."""
        return self.minds[self.last].mood

    @property
    def caller(self) -> "Mediation":
        """Stands for what a single caller knows and wants."""
        return self

    @property
    def chance(self) -> Chance:
        """Draws for this call."""
        return self.minds[0].caller.chance

    @property
    def supervisor(self) -> Supervisor:
        """The wish for one: of whoever has asked, else the first's."""
        first, second = (mind.caller.supervisor for mind in self.minds)
        return second if first.turn is None else first

    @property
    def limits(self) -> int:
        """Fair limits that the trainee has set."""
        return sum(mind.limits for mind in self.minds)

    def kept(self) -> Kept:
        """All that may change in either, and between them, copied."""
        own = {each.name: getattr(self, each.name) for each in fields(Mediation) if each.name != "minds"}
        return {"minds": [mind.kept() for mind in self.minds], **deepcopy(own)}

    def goes_back(self, kept: Kept) -> None:
        """Be again as they were. ``kept`` serves once."""
        minds = kept.pop("minds")
        for mind, own in zip(self.minds, minds, strict=True):
            mind.goes_back(own)
        for name, value in kept.items():
            setattr(self, name, value)

    def meets(self, agent: str) -> None:
        """The trainee's name, for both."""
        for mind in self.minds:
            mind.meets(agent)

    def greets(self, mood: Mood) -> Plan:
        """The first words of each."""
        return _together([(n, mind.caller.greets(mind.mood)) for n, mind in enumerate(self.minds)])

    def checks_in(self, mood: Mood, times: int) -> Plan:
        """Silence has lasted."""
        return self._alone(self._named(self.last, self._speaker.checks_in(mood, times)))

    def cuts_in(self, mood: Mood) -> Plan:
        """Whoever spoke last has listened long enough."""
        return self._alone(self._speaker.cuts_in(mood))

    def times_out(self, mood: Mood) -> Plan:
        """Whoever spoke last has to go, and that is the end."""
        plan = self._speaker.times_out(mood)
        return self._alone(replace(plan, detail=f"{self.persona.who.name}: time ran out"))

    def steps_out(self, mood: Mood) -> Plan:
        """The stop word was said."""
        return self._alone(self._speaker.steps_out(mood))

    def did_not_catch(self, mood: Mood) -> Plan:
        """Sound came, but no words that could be read."""
        return self._alone(self._speaker.did_not_catch(mood))

    @property
    def told(self) -> frozenset[str]:
        """What either has told in answer to a question."""
        return self.minds[0].told | self.minds[1].told

    def heard_saying(self, plan: Plan, text: str, *, whole: bool) -> None:
        """What of a plan was heard, shared out by the words of each."""
        rest = text.split()
        for party, own in plan.shares:
            said = [line.text for line in plan.lines if line.party == party]
            length = len(" ".join(said).split())
            heard, rest = rest[:length], rest[length:]
            self.minds[party].caller.heard_saying(own, " ".join(heard), whole=len(heard) == length)
            if heard:
                self.last = party
                self.asking = (own.question, self.asking[1]) if party == 0 else (self.asking[0], own.question)

    # -- what a reply does ------------------------------------------------------------------------------------------

    def answers(self, turn: int, reply: Reply, *, question_open: bool) -> Answer:
        """Take reply number ``turn``. Whose words are an open question is known here, so ``question_open`` is not asked."""
        said = address(reply.text, self.names, frozenset({self.last}))
        sided = takes_side(said, self.names)
        first, second = (self._reaches(n, turn, reply, said, sided) for n in (0, 1))
        plan = self._decide(turn, (first, second), said)
        known = self.minds[1].mood.known
        beside = Other(
            change=second.change, acts=second.acts, to=tuple(sorted(said.to)), named=tuple(sorted(said.named)),
            met=tuple((name, round(self.minds[1].mood.met.get(name, 0.0), 2)) for name in known),
            words=(len(words(said.words_to(0))), len(words(said.words_to(1)))), against=sided[0] if sided else -1,
        )  # fmt: skip
        return replace(first, plan=plan, other=beside)

    def _reaches(self, n: int, turn: int, reply: Reply, said: Addressed, sided: tuple[int, str] | None) -> Answer:
        """What the reply does to party ``n``: all that was said to them, and a little of what was not."""
        mind, spoken_to = self.minds[n], n in said.to
        self.passed_over[n] = 0 if spoken_to else self.passed_over[n] + 1
        added = [Act(name="sided", quote=sided[1])] if sided is not None and sided[0] == n else []
        waited = self.passed_over[n] and self.passed_over[n] % LEFT_OUT_AFTER == 0
        if waited and not mind.caller.agenda.settled(mind.mood):
            added.append(Act(name="left_out"))
        facts = {item.id for item in mind.persona.facts} | {item.id for item in mind.persona.hidden_needs}
        offers = {item.id for item in mind.persona.offers}
        matches = replace(
            reply.matches,
            asked=tuple(one for one in reply.matches.asked if one.fact in facts and n in said.reaches(one.quote)),
            offers=self._not_again(mind, [one for one in reply.matches.offers if one.offer in offers]),
        )
        # To put the other one in the wrong sounds like owning a fault, to a reader who knows nothing of two.
        read = [
            item
            for item in reply.reading.labels
            if not (sided and item.label == "own_fault" and has_phrase(sided[1], item.quote))
        ]
        own = replace(
            reply,
            text=said.words_to(n),
            reading=Reading(labels=tuple(item for item in read if n in said.reaches(item.quote))),
            matches=matches,
            past=Reading(labels=tuple(item for item in read if n not in said.reaches(item.quote))),
            said_past=said.words_past(n),
            added=tuple(added),
            let_finish=reply.let_finish and spoken_to,
            overlap_s=reply.overlap_s if n == self.last else 0.0,
        )
        if spoken_to:
            return mind.answers(turn, own, question_open=self.asking[n])
        answer = mind.overhears(turn, own)
        if (
            self.passed_over[n] >= GIVES_UP_AFTER
            and not mind.caller.agenda.settled(mind.mood)
            and answer.plan.outcome is None
        ):
            return replace(answer, plan=mind.caller.gives_up(mind.mood))
        return answer

    @staticmethod
    def _not_again(mind: Mind, made: list[OfferMade]) -> tuple[OfferMade, ...]:
        """The offers without those that were taken, where several are made: to go over what was agreed takes nothing back."""
        gives = {offer.id: offer.gives for offer in mind.persona.offers}
        fresh = [
            one for one in made if any(level > 100 * mind.mood.met.get(name, 0.0) for name, level in gives[one.offer])
        ]
        return tuple(made if len(made) < 2 else fresh)

    # -- who speaks, and what comes of it ---------------------------------------------------------------------------

    def _decide(self, turn: int, answers: tuple[Answer, Answer], said: Addressed) -> Plan:
        """What is said next, by one of them or by both."""
        lead = self._leads(said)
        other = 1 - lead
        plans = self._closed([answers[0].plan, answers[1].plan])
        if other in said.to and not _has_to_speak(answers[other], plans[other]):
            mind = self.minds[other]
            mind.caller.remember(answers[other].before, mind.mood)
            plans[other] = Plan()
        elif other not in said.to and not plans[other].lines:
            plans[other] = self._crosses(turn, other, plans[lead])
        if plans[lead].outcome is not None and plans[other].outcome is None:
            return _together([(lead, self._named(lead, plans[lead]))])
        shares = [(n, self._named(n, plans[n])) for n in (lead, other) if plans[n].lines]
        return _together(shares, crossed=any(line.situation == "cuts_across" for line in plans[other].lines))

    def _leads(self, said: Addressed) -> int:
        """Who answers: whoever was asked last, or spoken to last; where that is both, the angrier."""
        turn = said.turn_goes_to
        if turn is not None:
            return turn
        return int(self.minds[1].mood.anger > self.minds[0].mood.anger)

    def _closed(self, plans: list[Plan]) -> list[Plan]:
        """It is over when both would close it; until then whoever is content waits."""
        for n, (mind, plan) in enumerate(zip(self.minds, plans, strict=True)):
            content = self.done[n] and mind.caller.agenda.settled(mind.mood) and mind.mood.points < CROSSES_FROM
            self.done[n] = plan.outcome == "resolved" or content
        closing = [plan.outcome == "resolved" for plan in plans]
        if not any(closing):
            return plans
        if all(self.done):
            manner: Manner = "warm" if all(mind.mood.points < 30 for mind in self.minds) else "cool"
            ended = [
                plan if closes else mind.caller.ends(mind.mood)
                for plan, closes, mind in zip(plans, closing, self.minds, strict=True)
            ]
            return [replace(plan, manner=manner) for plan in ended]
        return [
            mind.caller.waits(plan, mind.mood) if closes else plan
            for plan, closes, mind in zip(plans, closing, self.minds, strict=True)
        ]

    def _crosses(self, turn: int, other: int, lead: Plan) -> Plan:
        """The one who was not spoken to breaks in on the other's story, where they are angry enough; mostly an empty plan."""
        mind = self.minds[other]
        telling = bool(lead.lines) and lead.lines[-1].situation == "story"
        lately = bool(self.crossings) and turn - self.crossings[-1] < CROSSES_EVERY
        if not telling or lately or len(self.crossings) >= CROSSINGS_AT_MOST or mind.mood.points < CROSSES_FROM:
            return Plan()
        lines = mind.caller.phrases.say("cuts_across", mind.mood)
        if lines:
            self.crossings = (*self.crossings, turn)
        return Plan(lines=lines, expecting="words")

    def _named(self, n: int, plan: Plan) -> Plan:
        """A plan that ends the call says who ended it."""
        who = self.minds[n].persona.who.name
        ended = plan.outcome in ("hung_up", "escalated")
        return replace(plan, detail=f"{who}: {plan.detail}".rstrip(": ")) if ended else plan

    # -- small things -----------------------------------------------------------------------------------------------

    @property
    def _speaker(self) -> Caller:
        return self.minds[self.last].caller

    def _alone(self, plan: Plan) -> Plan:
        return _together([(self.last, plan)])


def _has_to_speak(answer: Answer, plan: Plan) -> bool:
    """Whether somebody who was spoken to together with the other cannot wait to be spoken to alone."""
    judged = any(verdict.verdict != "known" for verdict in answer.change.verdicts)
    urgent = any(line.situation in HAS_TO_SAY for line in plan.lines)
    return bool(judged or plan.revealed or urgent or plan.outcome)


def _together(shares: list[tuple[int, Plan]], *, crossed: bool = False) -> Plan:
    """One plan of the plans of each, in the order in which they speak. ``crossed``: the second breaks in on the first."""
    lines: list[Line] = []
    for n, plan in shares:
        lines.extend(replace(line, party=n) for line in plan.lines)
        if crossed and n == shares[0][0]:
            lines[-1] = replace(lines[-1], text=broken_off(lines[-1].text))
    plans = [plan for _, plan in shares]
    ended = next((plan for plan in plans if plan.outcome not in (None, "resolved")), None)
    ended = ended or next((plan for plan in plans if plan.outcome is not None), Plan())
    return Plan(
        lines=tuple(lines), outcome=ended.outcome, manner=ended.manner, detail=ended.detail, accepts=plans[0].accepts,
        question=plans[-1].question, expecting=plans[-1].expecting,
        revealed=tuple(name for plan in plans for name in plan.revealed), shares=tuple(shares),
    )  # fmt: skip


def broken_off(text: str) -> str:
    """A line up to the middle of its last sentence, where the other one's voice begins."""
    *before, last = sentences(text)
    said = last.split()
    heard = " ".join(said[: max(1, int(len(said) * HEARD_OF_IT))]).rstrip(".,;:?!")
    return " ".join([*before, f"{heard}—"])
