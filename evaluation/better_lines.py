"""Better sentences for a moment, each with its reason.

Every one is built from what this caller said and what her file offers; nothing is invented. Where no safe sentence can
be built there is only the reason.
"""

from collections.abc import Callable
from dataclasses import dataclass

from evaluation.items import Item
from evaluation.say_back import clauses, say_back, sentences, swap
from evaluation.timeline import Timeline, TraineeTurn
from personas.persona import MET, Offer, Persona
from simulator.commands import LedgerEntry
from simulator.wording import is_detail, words


def plain(name: str) -> str:
    """An id of the persona file in words."""
    return name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class BetterLines:
    """(sentence, reason) for a moment of one call; the sentence may be empty."""

    timeline: Timeline
    persona: Persona

    def instead_of(self, entry: LedgerEntry, turn: TraineeTurn) -> tuple[str, str]:
        """Instead of what raised the anger."""
        cause = entry.cause
        if cause in ("blame", "argue", "hostile", "skipped_me", "rush", "trigger", "stings", "heard_wrong"):
            return self.back()
        if cause in ("wall", "vague_promise", "ignored_question", "offer"):
            return self.offer()
        if cause == "repeat_question":
            return self.read_back(turn)
        other: dict[str, tuple[str, str]] = {
            "talk_over": ("", "Let the line end, then speak: what is said over somebody is not heard."),
            "raised_voice": ("", "Keep to your usual loudness, above all when the other gets louder."),
            "jargon": ("", "Say the same in words the caller would use."),
            "dead_air": ("One moment, I am looking at your account now.", "A silence that is announced costs a third."),
            "hold": ("May I put you on hold for two minutes while I check?", "Why and how long: that halves the cost."),
            "transfer": ("I will stay with this myself.", "Whoever is passed on has to tell it all again."),
            "contradiction": ("", "Say which of the two days holds, and why the other does not."),
            "supervisor_refused": (
                "I can get my supervisor for you. May I try one thing first?",
                "A yes with a proposal keeps the door open.",
            ),
        }  # fmt: skip
        return other.get(cause) or self.feeling()  # dismissing, and any phrase that wore out

    def for_item(self, item: Item) -> tuple[str, str]:
        """For an item that was missing."""
        table: dict[str, Callable[[], tuple[str, str]]] = {
            "restates": self.back, "own_specifics": self.back, "listens_first": self.back, "no_blame": self.back,
            "recovers": self.back, "open_question": self.ask, "hidden_need": self.ask, "names_feeling": self.feeling,
            "apology": self.feeling, "no_dismissing": self.feeling, "no_empty_repeats": self.feeling,
            "owns_fault": self.own_it, "concrete_steps": self.offer, "no_vague_promises": self.offer,
            "promises_hold": self.agreed, "confirms": self.agreed, "key_steps": self.key_step,
        }  # fmt: skip
        if item.item.startswith("demand."):
            return self.offer(item.item.removeprefix("demand."))
        return table[item.item]() if item.item in table else ("", "Wait for the end of the line before you speak.")

    def back(self) -> tuple[str, str]:
        """What happened, said back."""
        why = "Saying back what happened shows that it arrived; fixing counts in full only after that."
        said = next((said for piece in self._told() if (said := say_back(piece))), "")
        return said or "Tell me what happened, from the start. I am listening.", why

    def feeling(self) -> tuple[str, str]:
        """A feeling, with a detail of her own."""
        why = "A detail of this caller's own shows what you understood; a phrase that fits anyone does not."
        parts = [part for piece in self._told() for part in clauses(piece) if 3 <= len(part.split()) <= 14]
        ranked = sorted(parts, key=lambda part: -sum(is_detail(word) for word in words(part)))
        for part in ranked:
            said = swap(part.strip(" .,;!"))
            if said:
                return f"{said[:1].upper() + said[1:]}: I can see why you have had enough of this.", why
        return "", why

    def own_it(self) -> tuple[str, str]:
        """The mistake, owned."""
        why = "Owning the mistake takes away what has piled up; an apology alone does not."
        for piece in self._told():
            for sentence in piece.split(". "):
                said = swap(sentence.strip().rstrip("."))
                if said and said.startswith("We "):
                    return f"That is our mistake: we {said[3:]}.", why
        return "That is our mistake, and you should not have had to call about it.", why

    def ask(self) -> tuple[str, str]:
        """An open question, the one that opens what is still hidden."""
        why = "An open question is the only way to what the caller does not say at first."
        found = {name for turn in self.timeline.turns for name in turn.revealed}
        need = next((need for need in self.persona.hidden_needs if need.id not in found), None)
        asked = need.asked_like[0] if need else "what has this meant for you"
        return f"{_written(asked).rstrip('.?')}?", why

    def offer(self, demand: str = "") -> tuple[str, str]:
        """The best offer for this demand, else for the weightiest one still open."""
        met = dict(self.timeline.turns[-1].met) if self.timeline.turns else {}
        known = [item for item in self.persona.demands if not item.hidden or item.id in met]
        still_open = [item for item in known if met.get(item.id, 0.0) < MET]
        still_open.sort(key=lambda item: (item.id != demand, not item.must, -item.points))
        for wanted in still_open:
            fitting = [offer for offer in self.persona.offers if dict(offer.gives).get(wanted.id, 0) >= 60]
            if fitting:
                chosen = max(fitting, key=lambda offer: dict(offer.gives)[wanted.id])
                return f"{_written(chosen.heard_like[0]).rstrip('.')}.", _with_it(chosen)
        return "", "Name a day, a time or an amount: what cannot be checked does not calm."

    def read_back(self, turn: TraineeTurn) -> tuple[str, str]:
        """What she had given already, read back."""
        why = "Reading back what was given shows that it was written down."
        asked = {item.fact for item in turn.matches.asked}
        for fact in self.persona.facts:
            if fact.id in asked or not asked:
                for said in (*fact.say, *fact.angry):
                    if any(said in line.text for line in self.timeline.lines):
                        answer = " ".join(part for part in sentences(said) if not part.endswith("?")) or said
                        return f'I have it here: "{answer}" Is that right?', why
        return "", why

    def agreed(self) -> tuple[str, str]:
        """What was agreed, in order."""
        why = "Going over it once, in order, shows what was missed while there is still time."
        taken = [offer for turn in self.timeline.turns for offer, verdict in turn.offers if verdict == "accepted"]
        count = len(dict.fromkeys(taken))
        if not count:
            return "", why
        first = "what we agreed" if count == 1 else f"the {count} things we agreed"
        return f"Before we finish, let me go over {first}, one by one, and you tell me what I have missed.", why

    def key_step(self) -> tuple[str, str]:
        """The first act that this caller teaches and that was missing."""
        done = {act.name for turn in self.timeline.turns for act in turn.acts}
        missing = next((name for name in self.persona.scoring.must_do if name not in done), "")
        table: dict[str, Callable[[], tuple[str, str]]] = {
            "paraphrase": self.back, "own_fault": self.own_it, "open_question": self.ask, "empathy": self.feeling,
        }  # fmt: skip
        return table.get(missing, self.offer)()

    def _told(self) -> list[str]:
        """What she was heard to tell: pieces of her story, then what she asked for."""
        pieces = (*self.persona.lines_for("story", "any"), *(say for item in self.persona.demands for say in item.say))
        return [piece for piece in pieces if any(piece in line.text for line in self.timeline.lines)]


def _written(text: str) -> str:
    """A matching phrase, which is in lower case, as a written sentence."""
    said = " ".join("I" + word[1:] if word == "i" or word.startswith("i'") else word for word in text.split())
    return said[:1].upper() + said[1:]


def _with_it(offer: Offer) -> str:
    if not offer.needs:
        return "It gives what was asked for, in full."
    return f"Say with it: {', '.join(plain(slot) for slot in offer.needs)}; without that it is only a promise."
