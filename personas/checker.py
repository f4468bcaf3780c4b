"""Everything that is wrong with a persona file, with line, column and what was probably meant.

Four steps, each in a file of its own: ``source`` (may this text be read at all?), ``shape`` (is every key known and
every value of the right kind?), ``rules`` (do the parts fit together?), ``advice`` (what could be better?). A file
without a finding of level ``error`` loads.
"""

import os
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from personas.advice import apply_advice
from personas.draft import MOST_FINDINGS, Draft, TooManyFindings
from personas.draft import Path as DraftPath
from personas.findings import Finding, PersonaError, printable
from personas.parties import apply_rules_of_two, split
from personas.persona import PARTY_KEYS, Persona, plain_errors
from personas.rules import apply_rules
from personas.sayings import with_sayings
from personas.shape import read_shape
from personas.source import Node, decode, parse, read_source

__all__ = ["Finding", "check", "check_bytes", "places", "read"]


def check(path: str | os.PathLike[str]) -> list[Finding]:
    """All findings about the file at ``path``, in file order. Never raises, whatever the file holds."""
    return read(path)[1]


def check_bytes(data: bytes, name: str) -> list[Finding]:
    """All findings about ``data``, as if it were a file called ``name``."""
    try:
        return _judge(decode(data, name), name)[1]
    except PersonaError as error:
        return list(error.findings)


def read(path: str | os.PathLike[str]) -> tuple[Persona | None, list[Finding]]:
    """The persona of a file, or None if it has errors; and all findings. Never raises."""
    try:
        persona, findings = _judge(read_source(path), os.fspath(path))
    except PersonaError as error:
        return None, list(error.findings)
    if persona is None:
        return None, findings
    persona, more = with_sayings(persona, Path(path))
    return (None if more else persona), [*findings, *more]


def places(path: str | os.PathLike[str]) -> dict[DraftPath, tuple[int, int]]:
    """Line and column of every value of a file by its way in the model; empty if it cannot be read. Never raises."""
    name = os.fspath(path)
    try:
        tree, second = split(parse(read_source(path), name))
    except PersonaError:
        return {}
    found = read_shape(Persona, tree, name).where
    if second is None:
        return found
    other = read_shape(Persona, second, name, PARTY_KEYS).where
    return {**found, **{("other", *way): place for way, place in other.items()}}


def _judge(text: str, name: str) -> tuple[Persona | None, list[Finding]]:
    tree, second = split(parse(text, name))
    draft = _read(tree, name)
    other = None if second is None else _read(second, name, PARTY_KEYS)
    findings = list(draft.findings)
    if other is not None:
        with suppress(TooManyFindings):
            apply_rules_of_two(draft, other)
        findings = [*draft.findings, *other.findings]
    broken = any(finding.level == "error" for finding in findings)
    persona = None if broken else _build(draft, Path(name).stem)
    if persona is not None and other is not None:
        whole = {"id": f"{persona.id}_other", "company": persona.company, "title": persona.title}
        persona = persona.model_copy(
            update={"other": _build(Draft(file=draft.file, values={**other.values, **whole}), "")}
        )
    return persona, sorted(findings, key=lambda finding: (finding.line, finding.column))[:MOST_FINDINGS]


def _read(tree: Node, name: str, only: frozenset[str] | None = None) -> Draft:
    draft = read_shape(Persona, tree, printable(name, 300), only)
    with suppress(TooManyFindings):
        if draft.where and len(draft.findings) < MOST_FINDINGS:
            apply_rules(draft)
            apply_advice(draft)
    return draft


def _build(draft: Draft, stem: str) -> Persona | None:
    values = dict(draft.values)
    values.setdefault("title", str(values.get("id", stem)).replace("_", " ").capitalize())
    try:
        return Persona.model_validate(values)
    except ValidationError as error:  # shape and model disagree: our slip, told with a position all the same
        for path, message in plain_errors(error):
            draft.note(path, "error", message)
        return None
