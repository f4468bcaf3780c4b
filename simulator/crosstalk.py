"""Both speak at once: who talks over whom, what is only a nod, and what is an answer that came too early.

* What stops before she yields was a nod, unless it turns out at the end of her words to have been the reply.
* What goes on until she yields was talking over her; the turn counts from its first word.
* After her own cut-in nobody has talked over anybody: what was said until then and what is said under it are one reply.
"""

from dataclasses import dataclass
from typing import Final

from simulator.hearing import Take
from simulator.wording import words

BACKCHANNELS: Final = frozenset(
    "mm mhm hm hmm uh huh yeah yes yep okay ok right sure i see go on of course no oh ah".split()
)


@dataclass(slots=True)
class Crosstalk:
    """What has been said against her voice since the last turn."""

    since: int = 0
    """When the trainee began to speak against her; of no meaning while only one of them speaks."""
    over_ms: int = 0
    """How long he talked over her until she yielded."""
    nods: int = 0
    aside: Take | None = None
    """What he said under her voice, or until she cut in."""
    cut_in: bool = False
    """She has cut into this turn; once is enough."""

    def stops(self, take: Take, *, her_cut_in: bool) -> None:
        """He stopped before she yielded."""
        self.over_ms = 0
        self.take_up(take, her_cut_in=her_cut_in)
        self.aside = take
        self.nods += not her_cut_in

    def wins(self, take: Take, against_ms: int, *, his_fault: bool, her_cut_in: bool) -> None:
        """She yielded to him. ``his_fault`` is whether he talked over her, and not she over him."""
        self.over_ms = against_ms if his_fault else 0
        self.take_up(take, her_cut_in=her_cut_in)
        self.aside = None

    def forget(self) -> None:
        """The turn is over."""
        self.nods = self.over_ms = 0

    def take_up(self, take: Take, *, her_cut_in: bool) -> None:
        """What was said until she cut in belongs to what is said under her cut-in."""
        if self.aside is not None and her_cut_in:
            take.start_ms, take.before = min(take.start_ms, self.aside.start_ms), self.aside.before


def only_nods(text: str) -> bool:
    """Whether a reply is nothing but "mm, yes, go on"."""
    said = words(text)
    return bool(said) and len(said) <= 6 and all(word in BACKCHANNELS for word in said)
