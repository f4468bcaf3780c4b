"""What ``hotseat personas check`` and ``watch`` print about a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulator.console.output import clean, progress, result, result_json

if TYPE_CHECKING:
    from evaluation.told_apart import Alike
    from personas.findings import Finding
    from personas.persona import Persona

_CALLED: Final = {"facts": "fact", "hidden_needs": "hidden need", "offers": "offer"}


def found_in(file: Path, *, alike: bool = False) -> "list[Finding]":
    """Every finding about ``file``; with ``alike`` also what the matcher cannot keep apart, if there is no error."""
    from personas.checker import read

    persona, findings = read(file)
    if not alike or persona is None:
        return findings
    from evaluation.encoder import SentenceEncoder
    from evaluation.matcher import EmbeddingMatcher
    from evaluation.told_apart import RememberingEncoder, told_apart

    progress(f"{file}: trying every question and offer on the matcher ...")
    matcher = EmbeddingMatcher.load(RememberingEncoder(SentenceEncoder.load()))
    more = _as_findings(file, persona, told_apart(persona, matcher))
    if persona.other is not None:
        more += _as_findings(file, persona.other, told_apart(persona.other, matcher), ("other",))
    return sorted([*findings, *more], key=lambda found: (found.line, found.column))


def show_findings(file: Path, findings: "list[Finding]", *, as_json: bool = False) -> None:
    """Print them, a line each; "good" when there are none."""
    for found in findings:
        if as_json:
            result_json(
                {
                    "file": found.file, "line": found.line, "column": found.column, "level": found.level,
                    "message": found.message, "hint": found.hint,
                }
            )  # fmt: skip
        else:
            place = f"{found.file}:{found.line}:{found.column}"
            result(clean(f"{place}: {found.level}: {found.message} {found.hint}".rstrip()))
    if not findings and not as_json:
        result(f"{clean(str(file))}: good")


def _as_findings(
    file: Path, persona: "Persona", found: "tuple[Alike, ...]", under: tuple[str, ...] = ()
) -> "list[Finding]":
    """``under`` is where in the file the persona stands."""
    from personas.checker import places
    from personas.draft import Path as DraftPath
    from personas.findings import Finding, printable

    where = places(file)
    made = []
    for each in found:
        number = next(n for n, part in enumerate(getattr(persona, each.kind)) if part.id == each.name)
        key = "heard_like" if each.kind == "offers" else "asked_like"
        part: DraftPath = (*under, each.kind, number)
        line, column = where.get((*part, key, each.number)) or where.get(part, (1, 1))
        called = _CALLED[each.kind]
        if each.taken_for:
            what = f"{called} '{each.name}' is taken for '{each.taken_for}' in {each.times} of {each.of} ways"
            hint = "Say in each what only it has, or make one of the two."
        else:
            what = f"{called} '{each.name}' is not understood in {each.times} of {each.of} ways when worded anew"
            hint = "Write more ways of putting it that are near each other."
        message = f"{what}, such as '{printable(each.words)}'."
        made.append(Finding(file=str(file), line=line, column=column, level="advice", message=message, hint=hint))
    return made
