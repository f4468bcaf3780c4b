"""More ways of asking and offering, kept beside a persona file so that the file stays easy to read.

``dana.yaml`` may have ``dana.sayings.txt`` next to it: one way a line, ``id: words``, where ``id`` is a fact, a hidden
need or an offer of that persona. They are matched exactly as the lines under ``asked_like`` and ``heard_like`` are. A
line that a recogniser wrote and the matcher missed is best added here. Words that came near and mean none of them go
under ``nothing``.
"""

import re
from pathlib import Path
from typing import Final

from personas.findings import Finding, PersonaError, printable
from personas.persona import Persona
from personas.source import decode, text_lines
from personas.vocabulary import did_you_mean

NOTHING: Final = "nothing"
"""Stands for an id: words that ask for no fact and make no offer of this persona."""
ENDING: Final = ".sayings.txt"
LONGEST: Final = 200
"""Characters of one saying: what a person says in one breath."""
_LINE: Final = re.compile(r"(?P<id>[a-z][a-z0-9_]*)\s*:\s*(?P<words>\S.*)")


def beside(path: Path) -> Path:
    """Where the sayings of the persona file at ``path`` would be."""
    return path.with_name(f"{path.stem}{ENDING}")


def with_sayings(persona: Persona, path: Path) -> tuple[Persona, list[Finding]]:
    """``persona`` with the sayings beside its file added, and what is wrong with them; itself if there are none."""
    file = beside(path)
    try:
        if not file.is_file():
            return persona, []
        text = decode(file.read_bytes(), str(file))
    except PersonaError as error:
        return persona, list(error.findings)
    except OSError as error:
        return persona, [_finding(file, 1, 1, f"cannot be read: {error.strerror}.")]
    known = _ids(persona) | (_ids(persona.other) if persona.other is not None else set()) | {NOTHING}
    more: dict[str, list[str]] = {}
    wrong = []
    for number, raw in enumerate(text_lines(text), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            wrong.append(_finding(file, number, 1, f"{printable(line)!r} is not 'id: words'."))
        elif match["id"] not in known:
            hint = did_you_mean(match["id"], known)
            wrong.append(
                _finding(file, number, 1, f"{match['id']!r} is no fact, hidden need or offer of this persona.", hint)
            )
        elif len(match["words"]) > LONGEST:
            wrong.append(
                _finding(file, number, 1, f"is longer than {LONGEST} characters; only the words that ask or offer.")
            )
        else:
            more.setdefault(match["id"], []).append(match["words"])
    if persona.other is not None:
        persona = persona.model_copy(update={"other": _with(persona.other, more)})
    return _with(persona, more), wrong


def _ids(persona: Persona) -> set[str]:
    asked = {part.id for part in persona.facts} | {part.id for part in persona.hidden_needs}
    return asked | {part.id for part in persona.offers}


def _with(persona: Persona, more: dict[str, list[str]]) -> Persona:
    return persona.model_copy(
        update={
            "nothing": _joined(persona.nothing, more.get(NOTHING, [])),
            "facts": tuple(
                part.model_copy(update={"asked_like": _joined(part.asked_like, more.get(part.id, []))})
                for part in persona.facts
            ),
            "hidden_needs": tuple(
                part.model_copy(update={"asked_like": _joined(part.asked_like, more.get(part.id, []))})
                for part in persona.hidden_needs
            ),
            "offers": tuple(
                part.model_copy(update={"heard_like": _joined(part.heard_like, more.get(part.id, []))})
                for part in persona.offers
            ),
        }
    )


def _joined(first: tuple[str, ...], more: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*first, *more]))


def _finding(file: Path, line: int, column: int, message: str, hint: str = "") -> Finding:
    return Finding(file=str(file), line=line, column=column, level="error", message=message, hint=hint)
