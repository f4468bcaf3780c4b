"""Offers as small forms: what was offered, and which of its details have been given so far.

A trainee says "you'll have it back by Thursday" and, when asked, "HR-7741" a turn later; together that is the offer.
"""

from dataclasses import dataclass, field
from typing import Final

from personas.persona import Persona
from simulator.mood import Offered
from simulator.reading import Label, Matches, Reading

PROPOSALS: Final[tuple[Label, ...]] = ("solution", "options", "next_steps", "follow_up", "ownership")
SURE_OFFER: Final = 0.95
"""Probability from which an offer counts although the reader heard none."""


@dataclass(slots=True)
class OfferForms:
    """Every offer of one call that was put on the table."""

    persona: Persona
    named: str = ""
    """Name that the trainee has given; whoever has given one need not give it again."""
    _filled: dict[str, dict[str, str]] = field(default_factory=dict)

    def take(self, matches: Matches, reading: Reading) -> tuple[Offered, ...]:
        """The offers that this reply really makes or completes.

        Words alike are not enough: retelling what went wrong sounds like an offer to the matcher, so the reader must
        have heard something being put on the table.
        """
        known = {offer.id: offer for offer in self.persona.offers}
        details = dict(matches.details)
        self.named = details.get("name", self.named)
        proposes = any(reading.has(label) for label in PROPOSALS)
        offered: list[Offered] = []
        for made in matches.offers:
            if made.offer in known and (proposes or made.score >= SURE_OFFER):
                form = self._filled.setdefault(made.offer, {})
                form.update(dict(made.slots))
                if self.named:
                    form.setdefault("name", self.named)
                offered.append(Offered(offer=made.offer, missing=self._missing(made.offer), quote=made.quote))
        for name, form in self._filled.items():
            # She asked "which day?" and got a day: that completes the offer it belongs to.
            waiting = self._missing(name)
            if any(slot in details for slot in waiting) and all(one.offer != name for one in offered):
                form.update({slot: details[slot] for slot in waiting if slot in details})
                said = ", ".join(details[slot] for slot in waiting if slot in details)
                offered.append(Offered(offer=name, missing=self._missing(name), quote=said))
        gives = {one.offer: dict(known[one.offer].gives) for one in offered}
        return tuple(one for one in offered if not _outbid(one.offer, gives))

    def promise(self, offer: str) -> str:
        """The day or time promised with ``offer`` so far, as it was said; empty when there is none."""
        form = self._filled.get(offer, {})
        return form.get("day") or form.get("when", "")

    def forget_day(self, offer: str) -> None:
        """The day promised with ``offer`` was turned down; another one may be named without the offer."""
        for slot in ("day", "when"):
            self._filled.get(offer, {}).pop(slot, None)

    def _missing(self, offer: str) -> tuple[str, ...]:
        needs = next(item.needs for item in self.persona.offers if item.id == offer)
        return tuple(slot for slot in needs if slot not in self._filled.get(offer, {}))


def _outbid(offer: str, gives: dict[str, dict[str, int]]) -> bool:
    """Whether another offer of the same breath gives as much of everything and more of something: it is the one meant."""
    own = gives[offer]
    return any(
        name != offer
        and all(other.get(demand, 0) >= level for demand, level in own.items())
        and any(other.get(demand, 0) > own.get(demand, 0) for demand in other)
        for name, other in gives.items()
    )
