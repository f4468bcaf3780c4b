"""All chance in a call, drawn from a hash.

``sha256(seed | persona | slot | round | index)``: no generator with hidden state, so what is drawn here does not depend
on what was drawn before, and the same events give the same call on every machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chance:
    """Draws for one call."""

    seed: int
    persona: str

    def fraction(self, slot: str, *where: int | str) -> float:
        """A number in [0, 1) for this slot at this place of the call; 53 bits."""
        key = "|".join(str(part) for part in (self.seed, self.persona, slot, *where))
        return (int.from_bytes(sha256(key.encode()).digest()[:8], "big") >> 11) / 2**53

    def integer(self, slot: str, *where: int | str, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both possible."""
        return low + int(self.fraction(slot, *where) * (high - low + 1))

    def shuffled(self, items: Sequence[T], slot: str, *where: int | str) -> list[T]:
        """The items in an order that is fixed for this slot and place."""
        order = sorted(range(len(items)), key=lambda index: (self.fraction(slot, *where, index), index))
        return [items[index] for index in order]
