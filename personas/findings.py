"""What is wrong with a persona file, where, and what was probably meant."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "advice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to know about a persona file."""

    file: str
    """The file as it was named to us."""
    line: int
    """Counted from 1; 0 when the finding is about no place in a file."""
    column: int
    """Counted from 1, in characters."""
    level: Level
    """``error``: cannot be used. ``warning``: can, but the caller will stumble. ``advice``: could be better."""
    message: str
    """What is wrong, in the author's words. One line."""
    hint: str = ""
    """What was probably meant, or what to do. One line, may be empty."""

    def __str__(self) -> str:
        """``FILE:LINE:COLUMN: message hint``, one line; without a place when there is no file (line 0)."""
        if not self.line:
            return f"{self.message} {self.hint}".rstrip()
        return f"{self.file}:{self.line}:{self.column}: {self.message} {self.hint}".rstrip()


class PersonaError(Exception):
    """A persona cannot be used. ``str`` is one line: the first error and how many more there are."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        """Every finding, warnings too, in file order; at least one is an error."""
        errors = [finding for finding in self.findings if finding.level == "error"]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        super().__init__(f"{errors[0]}{more}" if errors else "the persona cannot be used.")


def printable(text: str, limit: int = 60) -> str:
    """``text`` fit to stand in a one-line message: no control characters, no line breaks, not too long."""
    clean = "".join(char if char.isprintable() else "?" for char in text[: limit + 1])
    return clean if len(clean) <= limit else clean[: limit - 3] + "..."
