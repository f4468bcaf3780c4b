"""What ``hotseat personas check`` and ``watch`` print about a file."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulator.console.output import clean, notice, progress, result, result_json

if TYPE_CHECKING:
    from evaluation.encoder import SentenceEncoder
    from evaluation.matcher import EmbeddingMatcher
    from evaluation.openings import Swallowed
    from evaluation.told_apart import Alike
    from personas.findings import Finding
    from personas.persona import Persona

_CALLED: Final = {"facts": "fact", "hidden_needs": "hidden need", "offers": "offer"}
SHOWN_WAYS: Final = 8
"""Sentences that one message names: enough to see what they share."""


def found_in(file: Path, *, alike: bool = False) -> "list[Finding]":
    """Every finding about ``file``. Where there is no error, also the standard openings of a call that something in it
    swallows; with ``alike`` also what the matcher cannot keep apart.

    Without the matcher the openings are left out, with a notice; ``alike`` raises ModelError.
    """
    from personas.checker import read
    from simulator.errors import ModelError

    persona, findings = read(file)
    if persona is None:
        return findings
    try:
        encoder, matcher = _matcher(remembers=alike)
    except ModelError as error:
        if alike:
            raise
        notice(f"the openings of a call were not tried on {file}: {error}")
        return findings
    if alike:
        progress(f"{file}: trying every question and offer on the matcher ...")
    more: list[Finding] = []
    for one, under in ((persona, ()), (persona.other, ("other",))):
        if one is not None:
            more += _of_openings(file, one, encoder, matcher, under)
            more += _of_alike(file, one, matcher, under) if alike else []
    return sorted([*findings, *more], key=lambda found: (found.line, found.column))


@cache
def _matcher(*, remembers: bool) -> "tuple[SentenceEncoder, EmbeddingMatcher]":
    """The matcher and its encoder, loaded once: ``watch`` asks again at each save, and what it has read it knows.

    Without ``remembers`` the vectors of whole callers are kept in the cache folder, as for calls; with it each sentence is
    remembered by itself, for a caller is tried with one part after another left out.
    """
    from evaluation.encoder import SentenceEncoder
    from evaluation.matcher import EmbeddingMatcher
    from evaluation.told_apart import RememberingEncoder
    from simulator import settings

    encoder = RememberingEncoder(SentenceEncoder.load())
    return encoder, EmbeddingMatcher.load(encoder, kept=None if remembers else settings.cache_folder() / "sentences")


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


def _of_openings(
    file: Path, persona: "Persona", encoder: "SentenceEncoder", matcher: "EmbeddingMatcher", under: tuple[str, ...]
) -> "list[Finding]":
    """``under`` is where in the file the persona stands."""
    from evaluation.openings import swallowed

    return [_of_opening(file, persona, each, under) for each in swallowed(persona, matcher, encoder)]


def _of_opening(file: Path, persona: "Persona", found: "Swallowed", under: tuple[str, ...]) -> "Finding":
    from personas.findings import Finding, printable

    line, column = _place(file, persona, found, under)
    openings = _quoted(found.openings)
    what = f"{openings} would be taken for the {_CALLED[found.kind]} '{found.name}', and open no story"
    hint = f"Word it less openly, or write under nothing: [{', '.join(_as_heard(each) for each in found.openings)}]."
    message = f"{what}: '{printable(found.words)}' is too near to it."
    return Finding(file=str(file), line=line, column=column, level="warning", message=message, hint=hint)


def _of_alike(file: Path, persona: "Persona", matcher: "EmbeddingMatcher", under: tuple[str, ...]) -> "list[Finding]":
    from evaluation.told_apart import told_apart
    from personas.findings import Finding

    made = []
    for each in told_apart(persona, matcher):
        line, column = _place(file, persona, each, under)
        called = _CALLED[each.kind]
        key = "heard_like" if each.kind == "offers" else "asked_like"
        ways = _quoted((each.words, *each.others))
        they = "it" if each.times == 1 else "they"
        if each.taken_for:
            what = f"{called} '{each.name}' is taken for '{each.taken_for}' in {each.times} of {each.of} ways: {ways}"
            what += f" would be, if {they} did not stand under {key} of '{each.name}'."
            hint = "Write in each list what only it has, or make one of the two."
        else:
            what = f"the {key} of {called} '{each.name}' has {each.times} of {each.of} ways that stand alone: {ways}."
            what += f" If {they} were not in this list, the others in it would not catch {'it' if they == 'it' else 'them'}."
            hint = "A trainee will say it a little differently, so add two close to each, or take the odd one out."
        made.append(Finding(file=str(file), line=line, column=column, level="advice", message=what, hint=hint))
    return made


def _place(file: Path, persona: "Persona", found: "Alike | Swallowed", under: tuple[str, ...]) -> tuple[int, int]:
    """Line and column of the sentence that ``found`` is about; of its fact, need or offer if it stands in another file."""
    from personas.checker import places
    from personas.draft import Path as DraftPath

    where = places(file)
    number = next(n for n, part in enumerate(getattr(persona, found.kind)) if part.id == found.name)
    key = "heard_like" if found.kind == "offers" else "asked_like"
    part: DraftPath = (*under, found.kind, number)
    return where.get((*part, key, found.number)) or where.get(part, (1, 1))


def _quoted(ways: tuple[str, ...]) -> str:
    from personas.findings import printable

    shown = ", ".join(f"'{printable(each)}'" for each in ways[:SHOWN_WAYS])
    return f"{shown} and {len(ways) - SHOWN_WAYS} more" if len(ways) > SHOWN_WAYS else shown


def _as_heard(opening: str) -> str:
    return f'"{opening.rstrip(".?").replace(",", "").lower()}"'
