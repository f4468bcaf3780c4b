"""What happens to her in the middle of a call: a bad line, a child in the room, a call cut off, somebody else on the phone.

Nobody is to blame for any of it, so nothing here costs or gives anger by itself. What the trainee makes of it does: who
hurries her back is rushing, who waits and picks up the thread is listening.
"""

from dataclasses import dataclass, field
from typing import Final

from personas.persona import Curveball, Persona
from simulator.chance import Chance

AT_MOST: Final = 2
"""Of one call."""


@dataclass(slots=True)
class Curveballs:
    """The curveballs of one call, drawn from its seed before it begins."""

    waiting: list[tuple[int, Curveball]] = field(default_factory=list)
    """(earliest reply, what happens), the next first."""

    @classmethod
    def drawn(cls, persona: Persona, chance: Chance) -> "Curveballs":
        """Which of the persona's curveballs come, and when."""
        coming = []
        for index, ball in enumerate(persona.curveballs):
            if chance.fraction("curveball", index) < ball.chance:
                last = max(ball.after, ball.before)
                coming.append((chance.integer("curveball at", index, low=ball.after, high=last), ball))
        return cls(sorted(coming, key=lambda one: one[0])[:AT_MOST])

    def due(self, turn: int) -> Curveball | None:
        """What could happen in answer to reply number ``turn``; it stays due until it is taken."""
        return self.waiting[0][1] if self.waiting and turn >= self.waiting[0][0] else None

    def take(self) -> None:
        """It has happened."""
        self.waiting.pop(0)
