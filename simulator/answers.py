"""What she answers to a question about her case and to an offer. Facts come from her file, never from her mood."""

from dataclasses import dataclass, field
from typing import Final

from personas.persona import Fact, HiddenNeed, Persona
from simulator import wording
from simulator.mood import Mood, OfferVerdict
from simulator.phrases import Phrases
from simulator.plan import Line, Plan

NUMBER_SLOTS: Final = frozenset({"reference", "account", "order", "amount", "phone"})
NOT_READY_AT_MOST: Final = 2
"""Times that she says it is too early; after that she asks what it is worth."""


@dataclass(slots=True)
class Answers:
    """Her answers in one call."""

    persona: Persona
    phrases: Phrases
    given: set[str] = field(default_factory=set)
    """Facts and needs she has told in answer to a question."""

    def to_offer(self, verdict: OfferVerdict, mood: Mood) -> Plan:
        """She takes it, tests it, asks for what is missing, or turns it down."""
        offer = next(item for item in self.persona.offers if item.id == verdict.offer)
        phrases, kind = self.phrases, verdict.verdict
        if kind == "accepted":
            values = {"agent": phrases.agent, "day": phrases.day}
            own = phrases.own("accept", offer.accept, *self.persona.lines_by_fit("accept", mood.band), values=values)
            return Plan(lines=own, accepts=True)
        if kind == "tested" and verdict.missing:
            slot = verdict.missing[0]
            if lines := phrases.own("ask_for", dict(offer.ask_for).get(slot, ())):
                return Plan(lines=lines, question=True, expecting="number" if slot in NUMBER_SLOTS else "answer")
        if kind == "tested":
            return Plan(lines=phrases.say("test", mood), question=True)
        if kind == "rejected":
            return Plan(
                lines=phrases.own("reject", offer.reject, *self.persona.lines_by_fit("reject", mood.band)),
            )
        if kind == "late":
            return Plan(lines=phrases.say("too_late", mood, {"day": day_in(verdict.day)}), question=True)
        if kind == "not_ready" and phrases.spoken.get("not_ready", 0) < NOT_READY_AT_MOST:
            return Plan(lines=phrases.say("not_ready", mood))
        return Plan(lines=phrases.say("test", mood), question=True)

    def to_questions(self, asked: list[str], mood: Mood) -> Plan:
        """What she knows of each; ``asked`` are facts and needs of her own file."""
        facts = {item.id: item for item in self.persona.facts}
        needs = {item.id: item for item in self.persona.hidden_needs}
        lines: list[Line] = []
        revealed: list[str] = []
        for name in asked:
            if name in needs:
                lines.extend(self._to_need(needs[name], mood, revealed))
            else:
                lines.extend(self._to_fact(facts[name], mood))
                revealed.append(name)
        asks = any(line.situation == "need" and line.text.endswith("?") for line in lines)
        return Plan(lines=tuple(lines), revealed=tuple(revealed), question=asks, expecting="words")

    def _to_need(self, need: HiddenNeed, mood: Mood, revealed: list[str]) -> tuple[Line, ...]:
        gate = need.open_when
        opens = (
            (gate.heard is None or mood.heard >= gate.heard)
            and (gate.trust is None or mood.trust >= gate.trust)
            and (gate.anger_below is None or mood.points < gate.anger_below)
        )
        if need.id in self.given:
            return self.phrases.say("asked_before", mood)
        lines = self.phrases.own("need" if opens else "not_yet", need.say if opens else need.not_yet, slot="need")
        if lines and opens:
            self.given.add(need.id)
            revealed.append(need.id)
            if need.adds_demand:
                mood.reveal(need.adds_demand)
        return lines

    def _to_fact(self, fact: Fact, mood: Mood) -> tuple[Line, ...]:
        if fact.id in self.given:
            return self.phrases.own("again", fact.again) or self.phrases.say("asked_before", mood)
        self.given.add(fact.id)
        angry = mood.band in ("angry", "furious")
        return self.phrases.own("fact", *((fact.angry, fact.say) if angry else (fact.say, fact.angry)))


def day_in(words: str) -> str:
    """The weekday that ``words`` name last, with a capital; empty when there is none."""
    named = [word for word in wording.words(words) if word in wording.WEEKDAYS]
    return named[-1].capitalize() if named else ""
