"""Sixteen scripted trainees, from the expert to the rude one.

Each is a way of working, not a script: it looks at what the caller has just said and chooses what to do next, with
sentences from the stock, the caller's own story said back, and the offers of her file. Good ones differ from poor ones
only in what they do and when; all of them have the same offers at hand.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from personas.persona import Offer, Persona
from simulator.chance import Chance
from simulator.reading import Label
from simulator.rehearsal.scene import Clause, Scene, Spoken
from simulator.rehearsal.stock import Stock
from simulator.wording import is_detail, words

SayBack = Callable[[str], str | None]
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
WINDOWS: Final = ("between nine and eleven", "between eight and ten", "between twelve and two")


@dataclass(slots=True)
class Trainee(ABC):
    """What every trainee can do. A subclass says what he does."""

    persona: Persona
    agent: str
    chance: Chance
    back: SayBack
    """Says a sentence of hers back from the agent's side, or None (``evaluation.say_back``)."""
    voice: str = "expert"
    stock: Stock = field(init=False)
    summed: int = field(init=False, default=0)
    """Pieces of her story that he has said back."""
    asked: dict[str, int] = field(init=False, default_factory=dict)
    made: dict[str, int] = field(init=False, default_factory=dict)
    heard: list[str] = field(init=False, default_factory=list)
    """What of hers can be said back: her story and demands as she told them. A need, once it is out, is mostly a reproach to
    herself ("I ran her off"), and nobody says that back."""
    owned: int = field(init=False, default=0)
    days: dict[str, str] = field(init=False, default_factory=dict)
    told: frozenset[str] = field(init=False, default=frozenset())
    """Needs and facts that have come out."""

    def __post_init__(self) -> None:
        self.stock = Stock(self.voice, self.chance)

    @abstractmethod
    def reply(self, scene: Scene) -> Spoken:
        """What he says now."""

    # -- what he can say --------------------------------------------------------------------------------------------

    def say(self, purpose: str, *more: Label, **known: str) -> Clause:
        """A sentence of his stock."""
        known = {"company": self.persona.company or "customer care", "agent": self.agent, **known}
        return self.stock.say(purpose, *more, **{name: value for name, value in known.items() if value})

    def listen(self, scene: Scene) -> None:
        """Keep what she tells."""
        self.told = scene.told
        for line in scene.lines:
            if line.situation in ("story", "demand") and line.text not in self.heard:
                self.heard.append(line.text)

    def sum_up(self) -> Clause | None:
        """The next thing of hers that he has not said back yet, with a check; None when nothing is left to say back."""
        while self.summed < len(self.heard):
            said = self.back(self.heard[self.summed])
            self.summed += 1
            if said:
                return Clause(text=said, labels=("paraphrase",))
        return None

    def detail(self) -> str:
        """A clause of hers said back, for a sentence that is about her; empty when there is none."""
        pieces = [part for line in self.heard if (said := self.back(line)) for part in _clauses(said)]
        fresh = [part for part in pieces if self.asked.get(f"detail {part}", 0) == 0]
        if not fresh:
            return ""
        best = max(fresh, key=lambda part: sum(is_detail(word) for word in words(part)))
        self.asked[f"detail {best}"] = 1
        return best

    def ask_need(self, scene: Scene) -> Clause | None:
        """An open question towards what is still hidden; twice a need at most."""
        for need in self.persona.hidden_needs:
            if need.id not in scene.told and self.asked.get(need.id, 0) < 2:
                times = self.asked[need.id] = self.asked.get(need.id, 0) + 1
                way = need.asked_like[(self._draw("need", need.id, high=len(need.asked_like)) + times) % len(
                    need.asked_like
                )]  # fmt: skip
                return Clause(text=_question(way), labels=("open_question",), asked=need.id)
        return None

    def ask_fact(self, fact: str) -> Clause:
        """A lookup question."""
        ways = next(item.asked_like for item in self.persona.facts if item.id == fact)
        way = ways[self._draw("fact", fact, high=len(ways))]
        self.asked[fact] = self.asked.get(fact, 0) + 1
        return Clause(text=_question(way), labels=("information_request",), asked=fact)

    def best_offer(self, demand: str) -> Offer | None:
        """The offer that meets ``demand`` best; one made less often before one that only gives more."""
        fitting = [offer for offer in self.persona.offers if dict(offer.gives).get(demand, 0) >= 60]
        return max(fitting, key=lambda offer: (-self.made.get(offer.id, 0), dict(offer.gives)[demand]), default=None)

    def worst_offer(self, demand: str) -> Offer | None:
        """The offer that a careless trainee reaches for first."""
        fitting = [offer for offer in self.persona.offers if 0 < dict(offer.gives).get(demand, 0) < 60]
        return min(fitting, key=lambda offer: (self.made.get(offer.id, 0), dict(offer.gives)[demand]), default=None)

    def put(self, offer: Offer, *, complete: bool = True) -> list[Clause]:
        """``offer`` on the table, with all that it needs when ``complete``."""
        times = self.made[offer.id] = self.made.get(offer.id, 0) + 1
        kept = {self.days[offer.id]} if offer.id in self.days else set(list(self.days.values())[-1:])
        ways = [way for way in offer.heard_like if not kept or set(_days_in(way)) <= kept] or list(offer.heard_like)
        way = ways[(self._draw("offer", offer.id, high=len(ways)) + times) % len(ways)]
        named = _days_in(way)
        if named:
            self.days[offer.id] = named[-1]
        clauses = [Clause(text=_statement(way), labels=("solution",), offer=offer.id)]
        if complete and offer.needs:
            clauses.append(self.slots(offer))
        return clauses

    def slots(self, offer: Offer) -> Clause:
        """The details that an offer needs, as one sentence."""
        day = self.weekday(offer)
        window = WINDOWS[self._draw("window", offer.id, high=len(WINDOWS))]
        number = 1000 + self._draw("number", offer.id, high=9000)
        today = day.lower() == self.persona.who.weekday
        given = {
            "when": "today" if today else f"by {day}", "day": "today" if today else day, "time_window": window, "name": self.agent, "reference": f"HR{number}",
        }  # fmt: skip
        parts = []
        if {"day", "when"} & set(offer.needs):
            parts.append("it will be " + ("today" if today else f"{'on' if 'day' in offer.needs else 'by'} {day}"))
        if "time_window" in offer.needs:
            parts.append(window)
        if "reference" in offer.needs:
            parts.append(f"your reference is HR {number}")
        if "name" in offer.needs:
            parts.append(f"my name is {self.agent}")
        text = ", ".join(parts)
        return Clause(
            text=f"{text[:1].upper()}{text[1:]}.",
            labels=("next_steps",),
            offer=offer.id,
            slots=tuple(sorted((slot, given[slot].lower()) for slot in offer.needs if slot in given)),
        )

    def weekday(self, offer: Offer) -> str:
        """The day that he has named for ``offer``, or will: he keeps to the one he named last."""
        drawn = DAYS[self._draw("day", offer.id, high=len(DAYS))]
        return self.days.setdefault(offer.id, next(reversed(self.days.values()), drawn))

    def day(self, offer: Offer) -> str:
        """By when."""
        day = self.weekday(offer)
        return "today" if day.lower() == self.persona.who.weekday else f"by {day}"

    def deadline(self, offer: Offer) -> str:
        """The day by which what ``offer`` gives is needed, as far as she has told; empty when there is none."""
        gives = dict(offer.gives)
        told = {need.adds_demand for need in self.persona.hidden_needs if need.id in self.told}
        return next(
            (item.by.capitalize() for item in self.persona.demands
             if item.by and item.id in gives and (not item.hidden or item.id in told)),
            "",
        )  # fmt: skip

    def missing_detail(self, scene: Scene) -> list[Clause]:
        """What she has just asked for: the details of the offer that she is testing, or a day in time."""
        if scene.said("too_late"):
            return self._sooner(scene)
        if not scene.said("ask_for"):
            return []
        for name, verdict in scene.verdicts.items():
            offer = next((item for item in self.persona.offers if item.id == name), None)
            if offer is not None and verdict == "tested" and offer.needs:
                return [self.slots(offer)]
        return []

    def _sooner(self, scene: Scene) -> list[Clause]:
        for offer in self.persona.offers:
            if scene.verdicts.get(offer.id) == "late":
                self.days[offer.id] = self.deadline(offer) or self.weekday(offer)
                return [Clause(text="Then it has to be sooner, I'll see to that.", labels=("ownership",)),
                        self.slots(offer)]  # fmt: skip
        return []

    def facts(self) -> list[str]:
        """Ids of the facts a clerk would ask for, in the file's order."""
        return [fact.id for fact in self.persona.facts if not fact.anger]

    def _draw(self, *where: str, high: int) -> int:
        return self.chance.integer(where[0], *where[1:], low=0, high=high - 1)


def _days_in(text: str) -> list[str]:
    """The weekdays that a sentence names, in the order of the week."""
    return [day for day in DAYS if day.lower() in words(text)]


@dataclass(slots=True)
class Attentive(Trainee):
    """One who takes in what she says and answers in sentences, calmly and in his turn."""

    confirms: bool = False
    """Says that a promise stands when she asks."""

    def reply(self, scene: Scene) -> Spoken:
        self.listen(scene)
        clauses = self.answer(scene)
        if self.confirms and scene.said("promise_callback", "promise_again").endswith("?"):
            clauses = [Clause(text="Yes, that still stands."), *clauses]
        return Spoken(clauses=tuple(clauses))

    @abstractmethod
    def answer(self, scene: Scene) -> list[Clause]:
        """The sentences of his reply."""


@dataclass(slots=True)
class Expert(Attentive):
    """Lets her tell it, says it back, owns it, asks what it meant, settles every demand with a day and a name."""

    confirms: bool = True
    enough: int = 2
    """Pieces said back before he turns to fixing."""

    def weekday(self, offer: Offer) -> str:
        """A day in time, since he has listened to when she needs it."""
        self.days.setdefault(offer.id, self.deadline(offer) or Trainee.weekday(self, offer))
        return self.days[offer.id]

    def answer(self, scene: Scene) -> list[Clause]:
        if scene.turn == 1:
            return [self.say("greeting"), self.say("listen")]
        if scene.said("supervisor"):
            return [self.say("try_first"), *self._fix(scene)]
        detail = self.missing_detail(scene)
        if detail:
            return detail
        story = scene.said("story", "need")
        said_back = self.sum_up()
        if said_back is not None and (story or self.owned < self.enough):
            self.owned += 1
            beside = self.say(("own_fault", "own_fault", "apology")[self.owned % 3], detail=self.detail())
            return [said_back, beside]
        if story:
            return [self.say("own_fault", detail=self.detail()), self.say("empathy", detail=self.detail())]
        if scene.said("not_ready", "told_to_calm_down", "blamed") or (scene.tense and self.owned < 3):
            self.owned += 1
            return [self.say("own_fault", detail=self.detail()), self.say("apology", detail=self.detail())]
        need = self.ask_need(scene) if self.owned >= 1 else None
        if need is not None:
            return [need]
        if scene.wants and not self.asked.get("wish"):
            self.asked["wish"] = 1
            return [self.say("gratitude"), self.say("wish")]
        if scene.wants:
            return self._fix(scene)
        if scene.said("not_yet", "fact", "verification"):
            return [self.say("empathy", detail=self.detail()), self.say("ownership")]
        if not self.asked.get("anything else"):
            self.asked["anything else"] = 1
            beside = self.say("own_fault", detail=self.detail())
            return [*self._agreed(scene), beside, self.say("gratitude"), self.say("follow_up", when="on Friday")]
        return [self.say("gratitude"), self.say("wrap_up")]

    def _fix(self, scene: Scene) -> list[Clause]:
        for demand in scene.wants:
            offer = self.best_offer(demand)
            if offer is not None and self.made.get(offer.id, 0) < 4:
                after = "follow_up" if self.made.get("told", 0) % 2 else "next_steps"
                self.made["told"] = self.made.get("told", 0) + 1
                owns = self.say("own_fault", detail=self.detail()) if after == "follow_up" else self.say("ownership")
                return [owns, *self.put(offer), self.say(after, when=self.day(offer))]
        if scene.wants:
            return [self.say("follow_up", when="by Friday"), self.say("partnership")]
        return []

    def _agreed(self, scene: Scene) -> list[Clause]:
        said = [_statement(offer.heard_like[0]) for name in scene.taken[-2:] for offer in self.persona.offers
                if offer.id == name]  # fmt: skip
        if not said:
            return []
        text = "So, to go over it once: " + " ".join(said) + " Have I got that right?"
        return [Clause(text=text, labels=("paraphrase",))]


@dataclass(slots=True)
class WarmBeginner(Attentive):
    """Kind and unsure: feels with her, asks for numbers too early, forgets details, gets there in the end."""

    voice: str = "warm"
    confirms: bool = True

    def answer(self, scene: Scene) -> list[Clause]:
        if scene.turn == 1:
            return [self.say("greeting"), self.say("apology")]
        if scene.said("supervisor"):
            return [self.say("try_first"), *self._fix(scene, complete=True)]
        detail = self.missing_detail(scene)
        if detail:
            return detail
        if scene.turn == 2:
            return [self.say("empathy"), self.ask_fact(self.facts()[0])]
        if scene.said("story", "need"):
            tries = self._draw("sums up", str(scene.turn), high=3) > 0 or (not self.summed and len(self.heard) > 1)
            return [(self.sum_up() if tries else None) or self.say("listen"), self.say("empathy")]
        if scene.said("not_ready") or (scene.tense and self.owned < 2):
            self.owned += 1
            return [self.say("own_fault" if self.owned == 1 else "empathy"), self.say("apology")]
        if self.owned and self.asked.get("need tried", 0) == 0 and self._draw("asks", high=2):
            self.asked["need tried"] = 1
            need = self.ask_need(scene)
            if need is not None:
                return [need]
        if scene.wants:
            return self._fix(scene, complete=self._draw("complete", str(scene.turn), high=2) > 0)
        if not scene.taken:
            return [self.say("listen")]
        if not self.asked.get("sorry again"):
            self.asked["sorry again"] = 1
            return [self.say("own_fault")]
        return [self.say("gratitude"), self.say("wrap_up")]

    def _fix(self, scene: Scene, *, complete: bool) -> list[Clause]:
        for demand in scene.wants:
            offer = self.best_offer(demand)
            if offer is not None and self.made.get(offer.id, 0) < 4:
                return [self.say("ownership"), *self.put(offer, complete=complete)]
        return [self.say("ownership"), self.say("gratitude")]


@dataclass(slots=True)
class SolutionFirst(Attentive):
    """Fixes before he has listened; learns in mid-call that she wants to be heard."""

    voice: str = "brisk"
    confirms: bool = True
    learns_at: int = 6

    def answer(self, scene: Scene) -> list[Clause]:
        if scene.turn == 1:
            return [self.say("greeting"), self.ask_fact(self.facts()[0]), self.say("done")]
        detail = self.missing_detail(scene)
        if detail:
            return detail
        if scene.said("last_warning"):
            return [self.sum_up() or self.say("own_fault"), self.say("apology")]
        first = next((item.id for item in self.persona.demands if item.must), self.persona.demands[0].id)
        wants = scene.wants or (first,)
        if scene.turn < self.learns_at:
            poor = self.worst_offer(wants[0]) if scene.turn == 3 else None
            offer = poor or self.best_offer(wants[0])
            if offer is None:
                return [self.say("press")]
            return [*self.put(offer), *([self.say("press")] if scene.turn == 4 else [])]
        said = self.sum_up()
        if said is not None and self.owned < 1:
            self.owned += 1
            return [said]
        need = self.ask_need(scene)
        if need is not None and self.asked[need.asked] == 1:
            return [need]
        for demand in scene.wants:
            offer = self.best_offer(demand)
            if offer is not None and self.made.get(offer.id, 0) < 5:
                return self.put(offer)
        if scene.tense and not scene.taken and self.asked.get("sorry", 0) < 3:
            self.asked["sorry"] = self.asked.get("sorry", 0) + 1
            return [self.say("own_fault")]
        return [self.say("wrap_up")]


@dataclass(slots=True)
class Repeater(Trainee):
    """Says the same few things whatever she says: script reader, apology parrot, flatterer, and their like."""

    first: tuple[str, ...] = ("greeting",)
    then: tuple[tuple[str, ...], ...] = ()
    """Purposes of the replies after the first, in turn; "?" asks for a number, "?again" for the first one again, "offer"
    makes the weakest offer there is."""
    loud_z: float = 0.0
    overlap_s: float = 0.0
    silence_s: float = 0.0
    leaves: bool = False
    """He says goodbye when he has been through it once, done or not."""

    def reply(self, scene: Scene) -> Spoken:
        self.listen(scene)
        wanted = self.first if scene.turn == 1 else self.then[(scene.turn - 2) % len(self.then)]
        done = self.leaves and scene.turn - 1 == len(self.then)
        clauses = [clause for purpose in wanted for clause in self._one(purpose, scene)]
        return Spoken(
            clauses=tuple(clauses), loud_z=self.loud_z, overlap_s=self.overlap_s if scene.turn > 1 else 0.0,
            silence_s=self.silence_s, ends=done,
        )  # fmt: skip

    def _one(self, purpose: str, scene: Scene) -> list[Clause]:
        facts = self.facts()
        if purpose == "?":
            count = self.asked["?"] = self.asked.get("?", 0) + 1
            return [self.ask_fact(facts[(count - 1) % len(facts)])]
        if purpose == "?again":
            return [self.ask_fact(facts[0])]
        if purpose == "offer":
            weak = next((found for demand in scene.wants if (found := self.worst_offer(demand)) is not None), None)
            return self.put(weak, complete=False) if weak is not None else []
        return [self.say(purpose)]


@dataclass(slots=True)
class Turning(Trainee):
    """Two trainees in one: the second takes over at a turn."""

    before: Trainee | None = None
    after: Trainee | None = None
    at: int = 5

    def reply(self, scene: Scene) -> Spoken:
        assert self.before is not None and self.after is not None
        self.before.listen(scene)
        self.after.listen(scene)
        if scene.turn == self.at:
            self.after.summed = 0
        return (self.before if scene.turn < self.at else self.after).reply(scene)


@dataclass(slots=True)
class BoundarySetter(Expert):
    """An expert who sets a fair limit when she shouts."""

    limits: int = 0

    def reply(self, scene: Scene) -> Spoken:
        if scene.tense and scene.turn > 2 and self.limits < 2 and scene.said("last_warning", "trigger"):
            self.limits += 1
            self.listen(scene)
            own = Stock("limit", self.chance)
            return Spoken(clauses=(own.say("limit" if self.limits == 1 else "warn"),))
        return Expert.reply(self, scene)


Maker = Callable[[Persona, str, Chance, SayBack], Trainee]


def _repeater(voice: str, *then: tuple[str, ...], first: tuple[str, ...] = ("greeting",), **how: Any) -> Maker:
    def make(persona: Persona, agent: str, chance: Chance, back: SayBack) -> Trainee:
        return Repeater(persona, agent, chance, back, voice=voice, first=first, then=then, **how)

    return make


def _recovers(persona: Persona, agent: str, chance: Chance, back: SayBack) -> Trainee:
    start = _repeater("blame", ("argue",))(persona, agent, chance, back)
    return Turning(
        persona, agent, chance, back, before=start, after=Expert(persona, agent, chance, back, enough=3), at=4
    )


def _loses_temper(persona: Persona, agent: str, chance: Chance, back: SayBack) -> Trainee:
    rest = _repeater("temper", ("snap",), ("argue",), first=("snap",), loud_z=1.4)(persona, agent, chance, back)
    return Turning(persona, agent, chance, back, before=Expert(persona, agent, chance, back), after=rest, at=6)


TRAINEES: Final[dict[str, Maker]] = {
    "expert": Expert,
    "warm_beginner": WarmBeginner,
    "solution_first": SolutionFirst,
    "script_reader": _repeater(
        "script",
        ("empathy", "?"),
        ("empathy", "apology", "?"),
        ("empathy", "?again"),
        ("apology", "vague"),
        ("empathy", "apology"),
        ("vague", "empathy"),
        ("wrap_up",),
        leaves=True,
    ),
    "apology_parrot": _repeater("parrot", ("apology",)),
    "flatterer": _repeater("flatter", ("praise",)),
    "over_promiser": _repeater("promise", ("vague", "vague_next"), ("vague",), ("vague_next",)),
    "policy_reciter": _repeater("policy", ("rule",), ("no",), ("rule", "no")),
    "over_explainer": _repeater("explain", ("lecture",), ("lecture", "offer")),
    "silent": _repeater("silent", ("filler",), first=("filler",), silence_s=9.0),
    "interrupter": _repeater("interrupt", ("cut", "?"), ("cut",), first=("cut",), overlap_s=1.6),
    "blamer": _repeater("blame", ("blame",), ("argue", "blame")),
    "rude": _repeater("rude", ("hostile",), ("rush", "dismiss", "hostile"), first=("greeting", "rush"), loud_z=1.8),
    "boundary_setter": BoundarySetter,
    "recovers": _recovers,
    "loses_temper": _loses_temper,
}
"""Every scripted trainee by name; the order in which they must end is ``report.RANKED``."""


def _clauses(said: str) -> list[str]:
    flat = said.removeprefix("So, ").removesuffix(" Have I got that right?").strip()
    parts = [part.strip(" .") for piece in flat.split(". ") for part in piece.split(", ")]
    return [part[:1].lower() + part[1:] for part in parts if 4 <= len(part.split()) <= 14]


def _question(way: str) -> str:
    return _statement(way).rstrip(".") + "?"


def _statement(way: str) -> str:
    said = " ".join("I" + word[1:] if word == "i" or word.startswith("i'") else word for word in way.split())
    return said[:1].upper() + said[1:].rstrip(".?") + "."
