"""A persona file -> a persona, or one line that says why not."""

import os

from personas.checker import read
from personas.findings import PersonaError
from personas.house import house_lines
from personas.persona import Persona
from personas.vocabulary import SITUATIONS

__all__ = ["PersonaError", "load"]


def load(path: str | os.PathLike[str]) -> Persona:
    """The persona of the file at ``path``, complete with the house lines it needs.

    Raises ``PersonaError``, whose text is one line: the first error as ``FILE:LINE:COLUMN: message`` and how many more.
    """
    persona, findings = read(path)
    if persona is None:
        raise PersonaError(findings)
    house = house_lines(persona.who.manner)
    missing = {name: house[name] for name in SITUATIONS if not any(persona.lines.get(name, {}).values())}
    return persona.model_copy(update={"house": missing})
