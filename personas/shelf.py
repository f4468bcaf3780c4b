"""Finding personas by name: the shipped library, then the user's own folder, then any path."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from platformdirs import user_data_dir

from personas.checker import read
from personas.findings import Finding, PersonaError, printable
from personas.loader import load
from personas.persona import Persona
from personas.scalars import IDENTIFIER
from personas.vocabulary import did_you_mean

LIBRARY: Final = Path(__file__).with_name("library")
"""The callers that ship."""
SUFFIXES: Final = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A persona on the shelf, as a list shows it."""

    name: str
    """What ``find`` takes."""
    path: Path
    origin: Literal["library", "own"]
    title: str = ""
    caller: str = ""
    """The person's name; both names where two are on the line."""
    company: str = ""
    trains: tuple[str, ...] = ()
    difficulty: int = 0
    """1 to 5; 0 if the file has errors."""
    error: str = ""
    """One line if the file cannot be used."""


def own_folder() -> Path:
    """The user's own personas; it need not exist."""
    return Path(user_data_dir("hotseat")) / "personas"


def find(name_or_path: str | os.PathLike[str]) -> Persona:
    """The persona of that name, else of the file at that path.

    A name is the file's name without ``.yaml``; its beginning is enough if only one caller has it: ``dana``. The
    shipped library comes before the user's folder. Raises ``PersonaError``, which names the nearest known name.
    """
    wanted = os.fspath(name_or_path)
    shelf = dict(_files())
    if wanted in shelf:
        return load(shelf[wanted][0])
    if wanted.endswith(SUFFIXES) or any(mark in wanted for mark in (os.sep, os.altsep or os.sep)):
        return load(wanted)
    begins = [name for name in shelf if name.startswith((f"{wanted}_", f"{wanted}-"))]
    if wanted and len(begins) == 1:
        return load(shelf[begins[0]][0])
    if IDENTIFIER.fullmatch(wanted) is None and Path(printable(wanted, 300)).is_file():
        return load(wanted)
    raise PersonaError([_unknown(wanted, list(shelf), begins)])


def available() -> list[Shelved]:
    """Every persona on the shelf, the shipped ones first, then by name; a broken file is listed with its error."""
    return [_summary(name, path, origin) for name, (path, origin) in _files()]


def _files() -> Iterator[tuple[str, tuple[Path, Literal["library", "own"]]]]:
    taken: set[str] = set()
    folders: tuple[tuple[Path, Literal["library", "own"]], ...] = ((LIBRARY, "library"), (own_folder(), "own"))
    for folder, origin in folders:
        try:
            paths = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
        except OSError:
            continue  # no such folder: nothing of the user's own yet
        home = folder.resolve()
        for path in paths:
            inside = path.resolve().is_relative_to(home)  # a link out of the folder is not the user's persona
            if inside and path.stem not in taken and IDENTIFIER.fullmatch(path.stem) and path.is_file():
                taken.add(path.stem)
                yield path.stem, (path, origin)


def _summary(name: str, path: Path, origin: Literal["library", "own"]) -> Shelved:
    persona, findings = read(path)
    if persona is None:
        return Shelved(name=name, path=path, origin=origin, error=str(PersonaError(findings)))
    return Shelved(
        name=name,
        path=path,
        origin=origin,
        title=persona.title,
        caller=" and ".join(one.who.name for one in (persona, persona.other) if one is not None),
        company=persona.company,
        trains=persona.trains,
        difficulty=persona.difficulty,
    )


def _unknown(wanted: str, known: list[str], begins: list[str]) -> Finding:
    if len(begins) > 1:
        hint = f"It could be {', '.join(begins[:5])}."
    else:
        first_names = {name.split("_")[0]: name for name in reversed(known)}
        guess = did_you_mean(wanted, known) or did_you_mean(wanted, first_names)
        hint = f"{guess} See 'hotseat personas list'.".strip()
    message = f"there is no persona '{printable(wanted)}'."
    return Finding(
        file=printable(wanted, 300) or "(no name)", line=0, column=0, level="error", message=message, hint=hint
    )
