"""The quiet since she stopped speaking: when she asks whether anybody is there, and when it was a wait she agreed to."""

from dataclasses import dataclass
from typing import Final

from simulator.mood import Hold
from simulator.turn_policy import TurnPolicy
from simulator.wording import checkable, words

HOLD_MS: Final = 75_000
"""How long she waits on hold before her first "Hello?": a minute, and a quarter for good measure."""
SHORTEST_HOLD_MS: Final = 4_000
"""Whoever is back sooner has not let her wait."""
GIVES_UP_AT: Final = 3
"""The check-in that is her last."""


@dataclass(slots=True)
class Quiet:
    """One stretch of it."""

    since: int = 0
    check_ins: int = 0
    waits: bool = False
    """She is on hold: she was asked to wait, or the button was pressed."""
    asked: bool = False
    """She was asked."""
    told: bool = False
    """She was told how long."""

    def runs_out(self, t: int, sounded: int, policy: TurnPolicy) -> bool:
        """Whether it has lasted until the next check-in. ``sounded`` is when anybody was last heard.

        Sound without words, or her own "Hello?", deserves a breath before the next one.
        """
        quiet = t - self.since
        if self.waits:
            if quiet < HOLD_MS:
                return False
            quiet -= HOLD_MS - policy.check_in_ms[0]
        due = policy.check_in_ms[self.check_ins] if self.check_ins < GIVES_UP_AT else 2 * policy.check_in_ms[-1]
        return quiet >= due and t - sounded >= policy.check_in_ms[0]

    def hold(self, gap_ms: int) -> Hold | None:
        """The wait that ``gap_ms`` of it was, if it was one."""
        if not self.waits or gap_ms < SHORTEST_HOLD_MS:
            return None
        return Hold(seconds=gap_ms / 1000, asked=self.asked, told=self.told)


def says_how_long(text: str) -> bool:
    """Whether words that ask her to wait say how long."""
    return checkable(text) or any(word in ("minute", "minutes", "seconds", "moment") for word in words(text))
