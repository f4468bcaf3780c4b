"""The list of models as values: what ``models.toml`` says."""

import tomllib
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """One file of a model."""

    name: str
    """As hotseat asks for it."""
    parts: tuple[tuple[str, str], ...] = ()
    """(package, path inside it), joined in order; empty when the model is in no package."""
    size: int | None = None
    """Bytes; None when the file is not pinned."""
    sha256: str | None = None
    """Hex digest of the whole file; None when it is not pinned: then the digest noted at the fetch counts, if any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEntry:
    """A model as ``models.toml`` describes it."""

    name: str
    title: str
    purpose: str
    needed: bool
    """Whether a call with the default settings needs it."""
    licence: str
    attribution: str
    files: tuple[ModelFile, ...]
    packages: tuple[tuple[str, str], ...] = ()
    """(package, exact version)."""
    dependencies: bool = False
    """Whether the packages are installed with what they depend on; most drag in frameworks that are not used here."""
    hub: str | None = None
    """Repository on the official hub, for models that are in no package."""
    own: str | None = None
    """Package of this repository that holds the weights, for the models hotseat trained itself."""
    program: str | None = None
    """Name of the executable, for models that are programs."""
    mend: str | None = None
    """What to do when it is missing, where ``hotseat models fetch`` cannot help."""

    @property
    def size(self) -> int:
        """Bytes of all pinned files."""
        return sum(file.size or 0 for file in self.files)


def read_entries(text: str) -> list[ModelEntry]:
    """Parse the list of models. A key that is not known raises ``TypeError``: the list is ours, so that is a bug."""
    entries = []
    for name, table in tomllib.loads(text).items():
        values: dict[str, Any] = dict(table)
        files = tuple(
            ModelFile(
                name=file["name"],
                parts=tuple((package, inside) for package, inside in file.get("parts", [])),
                size=file.get("bytes"),
                sha256=file.get("sha256"),
            )
            for file in values.pop("files")
        )
        pins = [tuple(pin.split("==", 1)) for pin in values.pop("packages", [])]
        entries.append(ModelEntry(name=name, files=files, packages=tuple((p, v) for p, v in pins), **values))
    return entries
