"""Shared by the tests of ``personas``."""

from pathlib import Path

from personas.checker import check_bytes
from personas.findings import Finding
from personas.loader import load
from personas.persona import Persona
from personas.shelf import LIBRARY

DANA = LIBRARY / "dana_double_billing.yaml"
JOEL = LIBRARY / "joel_late_bed.yaml"
SHIPPED = tuple(sorted(LIBRARY.glob("*.yaml")))

SMALL = """\
persona: late_parcel
who: {name: Ann Weller}
story: A birthday present that was due Monday.
facts:
  - {id: order, asked_like: ["order number please", "which order", "the reference"], say: ["Two two nine, seven."]}
demands:
  - {id: arrives, points: 100, must: true, say: ["I want it here before Saturday."]}
offers:
  - {id: courier, heard_like: ["by courier", "it comes friday", "on friday then"], gives: {arrives: 100}}
lines:
  greeting: {any: ["Hello, it's about a parcel.", "Hi. My parcel. Again."]}
  story: ["It was due Monday.", "It is still not here."]
"""


def parties(path: Path) -> tuple[Persona, ...]:
    """Everybody who speaks in the file: one caller, or two."""
    persona = load(path)
    return (persona,) if persona.other is None else (persona, persona.other)


def dana() -> str:
    return DANA.read_text(encoding="utf-8")


def spoil(text: str, old: str, new: str) -> str:
    """``text`` with its only ``old`` replaced."""
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    return text.replace(old, new)


def line_of(text: str, part: str) -> int:
    """The line, from 1, that holds the only ``part``."""
    lines = [number for number, line in enumerate(text.splitlines(), 1) if part in line]
    assert len(lines) == 1, f"{part!r} is on lines {lines}"
    return lines[0]


def findings(text: str, level: str | None = None, name: str = "late_parcel.yaml") -> list[Finding]:
    return [found for found in check_bytes(text.encode(), name) if level in (None, found.level)]


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
