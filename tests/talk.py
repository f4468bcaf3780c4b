"""A conversation with one caller in words alone: replies and all that came with them read by hand."""

from personas import shelf
from personas.persona import Persona
from simulator.commands import LedgerEntry
from simulator.mind import Answer, Mind, Reply
from simulator.mood import Hold
from simulator.ports import Word
from simulator.reading import FactAsked, FoundLabel, Label, Matches, OfferMade, Reading

DANA = shelf.find("dana_double_billing")


class Talk:
    """She has greeted and waits for the first reply. The trainee is Sam."""

    def __init__(
        self, persona: Persona = DANA, *, anger: float = 50.0, heard: float = 0.6, ceiling: float = 100.0
    ) -> None:
        self.mind = Mind(persona, 3, ceiling)
        self.mind.meets("Sam")
        self.mind.mood.shift("test", anger - self.mind.mood.points)
        self.mind.mood.heard = heard
        self.turn = 0
        self.plan = self.mind.caller.greets(self.mind.mood)
        self._hear()

    def say(
        self,
        text: str,
        *labels: Label,
        asks: tuple[str, ...] = (),
        offer: str = "",
        hold: Hold | None = None,
        silence_s: float = 0.0,
        overlap_s: float = 0.0,
        sure: float = 0.9,
        heard: float | None = None,
        **slots: str,
    ) -> Answer:
        """One reply; ``slots`` are the details in it, such as ``when="on friday"``; ``heard`` is the recogniser's confidence in
        every word of it, None for a typed one."""
        self.turn += 1
        details = tuple(sorted(slots.items()))
        made = OfferMade(offer=offer, score=0.97, quote=text, slots=details)
        found = tuple(FoundLabel(label=label, probability=sure, quote=text) for label in labels)
        answer = self.mind.answers(
            self.turn,
            Reply(
                text=text,
                reading=Reading(labels=found),
                matches=Matches(
                    asked=tuple(FactAsked(fact=name, score=0.9, quote=text) for name in asks),
                    offers=(made,) if offer else (),
                    details=details,
                ),
                words=()
                if heard is None
                else tuple(Word(text=word, start_ms=0, end_ms=0, confidence=heard) for word in text.split()),
                hold=hold,
                silence_s=silence_s,
                overlap_s=overlap_s,
            ),
            question_open=self.plan.question,
        )
        self.plan = answer.plan
        self._hear()
        return answer

    def moves(self) -> list[str]:
        """Situations of what she says."""
        return [line.situation for line in self.plan.lines]

    def words(self) -> str:
        """What she says."""
        return " ".join(line.text for line in self.plan.lines)

    def says_it_all(self) -> "Talk":
        """She has told her story, so that what she says next is an answer or a demand."""
        self.mind.caller.agenda.story_at = 99
        return self

    def _hear(self) -> None:
        self.mind.caller.heard_saying(self.plan, self.words(), whole=True)


def causes(answer: Answer) -> dict[str, LedgerEntry]:
    """What moved her, by cause."""
    return {entry.cause: entry for entry in answer.change.ledger}
