"""Marks on the fields of a persona model that say how a key is written in the file.

Pydantic keeps them as metadata and does nothing with them: a range is a rule for files, checked with a position, while
a dialled persona may leave it (``flares`` 1.5 at difficulty 5 is 1.95).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Between:
    """The number lies in ``low`` to ``high``, both included."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class WrittenAs:
    """The key in the file, where it differs from the field's name."""

    key: str


@dataclass(frozen=True, slots=True)
class Identifier:
    """A short name: letters, digits and _."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Lines that the caller says aloud."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Example sentences of the trainee; matched by meaning."""


@dataclass(frozen=True, slots=True)
class Needed:
    """An empty value is as wrong as a missing key."""


@dataclass(frozen=True, slots=True)
class NotInFile:
    """The field is filled by the loader; a file that has the key is wrong."""
