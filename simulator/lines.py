"""Which line says it: one she has not said yet, seeded among those that fit best.

Lines are authored (``personas/``); nothing here changes a word beyond filling the few placeholders, and a line whose
placeholder is not known yet is not said at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulator.chance import Chance


@dataclass(slots=True)
class LineBag:
    """Remembers what was said in one call."""

    chance: Chance
    uses: dict[str, int] = field(default_factory=dict)
    last: str = ""
    drawn: int = 0

    def pick(
        self,
        groups: Sequence[Sequence[str]],
        slot: str,
        values: Mapping[str, str] | None = None,
        *,
        again: bool = False,
    ) -> str | None:
        """A line that she has not said in this call, its placeholders filled, from the first group that has one.

        When she has said them all: with ``again`` the one she has said least often, the last thing she said excepted;
        else None. ``slot`` seeds the choice.
        """
        values = values or {}
        sayable = [[line for line in group if all(values.get(name) for name in _names(line))] for group in groups]
        fresh = next((left for group in sayable if (left := [line for line in group if not self.uses.get(line)])), None)
        if fresh is None and again:
            said = [line for group in sayable for line in group]
            others = [line for line in said if line != self.last] or said
            least = min((self.uses[line] for line in others), default=0)
            fresh = [line for line in others if self.uses[line] == least]
        if not fresh:
            return None
        self.drawn += 1
        line = self.chance.shuffled(fresh, slot, self.drawn)[0]
        self.uses[line] = self.uses.get(line, 0) + 1
        self.last = line
        for name in _names(line):
            line = line.replace("{" + name + "}", values[name])
        return line


def _names(line: str) -> list[str]:
    return [piece.split("}")[0] for piece in line.split("{")[1:] if "}" in piece]
