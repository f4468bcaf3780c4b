"""A persona file -> a persona, or one line that says why not."""

import os

from personas.checker import read
from personas.findings import PersonaError
from personas.house import house_lines
from personas.persona import Persona

__all__ = ["PersonaError", "load"]


def load(path: str | os.PathLike[str]) -> Persona:
    """The persona of the file at ``path``, complete with the house lines of its manner.

    Raises ``PersonaError``, whose text is one line: the first error as ``FILE:LINE:COLUMN: message`` and how many more.
    """
    persona, findings = read(path)
    if persona is None:
        raise PersonaError(findings)
    other = _complete(persona.other) if persona.other is not None else None
    return _complete(persona).model_copy(update={"other": other})


def _complete(persona: Persona) -> Persona:
    return persona.model_copy(update={"house": dict(house_lines(persona.who.manner))})
