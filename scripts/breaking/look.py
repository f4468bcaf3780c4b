"""What becomes of a file that nobody would write, and whether that is as it should be."""

from collections.abc import Iterable
from pathlib import Path

from personas.answers import read_answers
from personas.checker import check_bytes, read
from personas.findings import Finding, PersonaError
from scripts.breaking.fuzz import made


def look(number: int, data: bytes, folder: Path) -> tuple[str, str]:
    """What became of an input, and what is wrong with that."""
    if number % 50 == 1:
        path = folder / "answers.txt"
        path.write_bytes(data)
        try:
            read_answers(path)
        except PersonaError as error:
            return "answers", judged(error.findings, data)
        return "answers", ""
    if number % 50 == 2:
        path = folder / "caller.yaml"
        path.write_bytes(made(number + 7))
        path.with_name("caller.sayings.txt").write_bytes(data)
        persona, findings = read(path)
        return ("playable" if persona else "refused"), ""
    findings = check_bytes(data, "caller.yaml")
    wrong = any(found.level == "error" for found in findings)
    return ("refused" if wrong else "playable"), judged(findings, data)


def judged(findings: Iterable[Finding], data: bytes) -> str:
    """Whether every finding is one printable line about a place that is there."""
    last = data.count(b"\n") + data.count(b"\r") + 2
    for found in findings:
        if not 1 <= found.line <= last or found.column < 1:
            return f"is reported at {found.line}:{found.column}, and has {last} lines"
        text = str(found)
        if not text.isprintable() or len(text) > 1_000:
            return f"is reported in words that cannot be printed: {text[:80]!r}"
    return ""
