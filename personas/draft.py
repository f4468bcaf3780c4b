"""What could be read of a persona file so far, with the place of every part and what was found wrong."""

from dataclasses import dataclass, field
from typing import Any, Final

from personas.findings import Finding, Level, printable

LONGEST_MESSAGE: Final = 400
"""Characters of a message, whatever words of the file it quotes."""
MOST_FINDINGS: Final = 200
"""After so many the file is something else than a persona, and looking on only costs time."""

Path = tuple[str | int, ...]
"""Way to a value: ``("facts", 3, "asked_like", 0)``."""


class TooManyFindings(Exception):
    """A draft has ``MOST_FINDINGS``; they are in it."""


@dataclass(slots=True)
class Draft:
    """A persona in the making. Filled by ``shape``, judged by ``rules``, turned into a persona by ``checker``."""

    file: str
    values: dict[str, Any] = field(default_factory=dict)
    """As the model's fields; wrong and missing parts are left out."""
    where: dict[Path, tuple[int, int]] = field(default_factory=dict)
    """Line and column of each value; of its key if the value is a list or a map."""
    broken: set[str] = field(default_factory=set)
    """Sections in which something could not be read."""
    findings: list[Finding] = field(default_factory=list)

    def note(self, at: Path, level: Level, message: str, hint: str = "") -> None:
        """Add a finding at ``at``, or at the nearest known place above it."""
        path = at
        while path and path not in self.where:
            path = path[:-1]
        self.note_at(self.where.get(path, (1, 1)), level, message, hint)

    def note_at(self, position: tuple[int, int], level: Level, message: str, hint: str = "") -> None:
        """Add a finding at a line and column. Raises ``TooManyFindings`` when there are enough."""
        line, column = position
        message, hint = printable(message, LONGEST_MESSAGE), printable(hint, LONGEST_MESSAGE)
        note = Finding(file=self.file, line=line, column=column, level=level, message=message, hint=hint)
        self.findings.append(note)
        if len(self.findings) >= MOST_FINDINGS:
            raise TooManyFindings
