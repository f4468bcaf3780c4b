"""Which line says it: least used first, seeded among equals, never the same twice in a row.

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
        self, options: Sequence[str], slot: str, values: Mapping[str, str] | None = None, *, once: bool = False
    ) -> str | None:
        """One of ``options`` with its placeholders filled, or None when none can be said.

        ``once`` refuses lines that were said before in this call (trigger lines are never said twice).
        """
        values = values or {}
        sayable = [line for line in options if all(values.get(name) for name in _names(line))]
        if once:
            sayable = [line for line in sayable if not self.uses.get(line)]
        if len(sayable) > 1:
            sayable = [line for line in sayable if line != self.last]
        if not sayable:
            return None
        least = min(self.uses.get(line, 0) for line in sayable)
        self.drawn += 1
        line = self.chance.shuffled([one for one in sayable if self.uses.get(one, 0) == least], slot, self.drawn)[0]
        self.uses[line] = self.uses.get(line, 0) + 1
        self.last = line
        for name in _names(line):
            line = line.replace("{" + name + "}", values[name])
        return line


def _names(line: str) -> list[str]:
    return [piece.split("}")[0] for piece in line.split("{")[1:] if "}" in piece]
