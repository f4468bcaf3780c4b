"""What the user has chosen once and wants to keep: a small JSON file in the user's data folder.

Keys that this version does not know survive, so that an older hotseat does not undo what a newer one remembers. The file
is replaced as a whole: after a power cut there is the old one or the new one, never half of one.
"""

import json
import os
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from simulator import settings
from simulator.errors import UserError

FILE: Final = "settings.json"


def path() -> Path:
    """Where the choices are kept."""
    return settings.data_folder() / FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """All that was chosen. A key that is not there was never chosen."""

    values: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Preferences":
        """The user's choices; none when there is no file. UserError names the place where the file is damaged."""
        where = path()
        try:
            values = json.loads(where.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        except UnicodeDecodeError:
            raise UserError(f"{where} is not text; delete it and choose again") from None
        except json.JSONDecodeError as error:
            raise UserError(f"{where}:{error.lineno}:{error.colno}: {error.msg}; mend it or delete it") from None
        if not isinstance(values, dict):
            raise UserError(f"{where} does not hold settings; delete it and choose again")
        return cls(values=values)

    def group(self, key: str) -> dict[str, Any] | None:
        """A group of choices that belong together, such as a device; None when it was never chosen or is no group."""
        value = self.values.get(key)
        return dict(value) if isinstance(value, dict) else None

    def choosing(self, key: str, value: dict[str, Any] | None) -> "Preferences":
        """The same with one group chosen anew, or forgotten."""
        values = {name: kept for name, kept in self.values.items() if name != key}
        return replace(self, values=values if value is None else {**values, key: value})

    def save(self) -> Path:
        """Replace the file; return where it is. OSError when the folder cannot be written."""
        where = path()
        where.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=where.parent, prefix=f".{FILE}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(self.values, file, ensure_ascii=False, indent=2, sort_keys=True)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(where)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return where
