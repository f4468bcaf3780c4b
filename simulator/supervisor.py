"""Her wish for somebody else: when she asks for a supervisor, and what becomes of it."""

from dataclasses import dataclass
from typing import Final

from simulator import wording
from simulator.agenda import Agenda
from simulator.mood import Change, Mood, Turn
from simulator.phrases import Phrases
from simulator.plan import Line, Plan
from simulator.reading import Reading

ASKS_EVERY: Final = 4
"""Turns between two demands for a supervisor."""
PRESSED_FOR_SUPERVISOR: Final = 3
"""How often in a row she asks for the same again before she asks for somebody else."""

_YES: Final = frozenset("okay ok sure yes yeah yep right alright fine certainly course".split())
_BESIDE_YES: Final = frozenset("oh ah well of all then that's that will do thing no problem good".split())


def _agrees(text: str) -> bool:
    """Whether a reply is a bare yes."""
    said = set(wording.words(text))
    return bool(said & _YES or {"will", "do"} <= said) and said <= _YES | _BESIDE_YES


@dataclass(slots=True)
class Supervisor:
    """Her wish for one, in one call."""

    phrases: Phrases
    agenda: Agenda
    turn: int | None = None
    """Turn in which she last asked."""
    open: bool = False
    """She has asked and not got an answer."""

    def asks(self, number: int, mood: Mood) -> tuple[Line, ...]:
        """She asks, in turn ``number``."""
        before, self.turn, self.open = self.turn, number, True
        again = self.phrases.say("supervisor_again", mood) if before is not None else ()
        return again or self.phrases.say("supervisor", mood)

    def wanted(self, number: int, mood: Mood) -> bool:
        """Whether she asks for one in turn ``number``."""
        lately = self.turn is not None and number - self.turn < ASKS_EVERY
        if lately or self.agenda.settled(mood):
            return False
        cause = (
            (mood.points >= 78 and mood.trust < 0.20 and number >= 3 and (self.agenda.voiced or number >= 6))
            or mood.patience < 25
            or mood.rejected >= 2
        )
        cause = cause or self.agenda.pressed >= PRESSED_FOR_SUPERVISOR
        if cause and mood.rejected >= 2:
            mood.rejected = 0
        return cause and mood.points >= 40

    def answered(
        self, number: int, turn: Turn, reading: Reading, change: Change, mood: Mood, *, asked: bool
    ) -> Plan | None:
        """What becomes of her wish for a supervisor."""
        if not self.open:
            return None
        if not reading.has("supervisor"):
            if any(verdict.verdict == "accepted" for verdict in change.verdicts):
                self.open = False  # she has got something without one
            elif self.turn == number - 1 and not asked:
                agreed = _agrees(turn.text)
                lines = self.phrases.say("supervisor_sure" if agreed else "supervisor_again", mood)
                return Plan(lines=lines, question=True) if lines else None
            return None
        if reading.has("refusal"):
            return Plan(lines=self.phrases.say("supervisor_refused", mood), question=True)
        tries_first = reading.has("solution") or reading.has("open_question") or reading.has("ownership")
        if tries_first and mood.heard >= 0.5 and mood.trust >= 0.35:
            self.open, self.agenda.pressed = False, 0
            return Plan(lines=self.phrases.say("supervisor_withdrawn", mood), expecting="words")
        if tries_first and (lines := self.phrases.say("supervisor_again", mood)):
            return Plan(lines=lines, question=True)  # "let me try first" is no hand-over, and she does not trust it
        return Plan(lines=self.phrases.say("handed_over", mood), outcome="escalated")
