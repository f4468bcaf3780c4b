"""Bytes of models on disk: checking them against a digest, joining parts, noting digests at a fetch."""

import json
import os
from collections.abc import Iterable
from hashlib import file_digest
from pathlib import Path
from typing import Final

NOTED: Final = "sha256.json"
"""Beside a model that was fetched from a hub: file name -> sha256 at the time of the fetch."""


def digest_of(path: Path) -> str:
    """Hex sha256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


class Checker:
    """Compares files with digests and remembers the good results, so that the next start need not read 200 MB."""

    def __init__(self, memory: Path) -> None:
        """``memory`` is a JSON file; it may be missing, damaged or not writable, which only costs time."""
        self._memory = memory

    def holds(self, path: Path, size: int | None, sha256: str | None) -> bool:
        """Whether ``path`` exists with that size and digest; what is None is not compared."""
        try:
            stat = path.stat()
        except OSError:
            return False
        if size is not None and stat.st_size != size:
            return False
        if sha256 is None:
            return True
        key = f"{path.resolve()}|{stat.st_size}|{stat.st_mtime_ns}"
        if self._recall().get(key) == sha256:
            return True
        if digest_of(path) != sha256:
            return False
        self._remember(key, sha256)
        return True

    def _recall(self) -> dict[str, str]:
        try:
            known = json.loads(self._memory.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    def _remember(self, key: str, sha256: str) -> None:
        path = key.split("|", 1)[0]
        known = {k: v for k, v in self._recall().items() if k.split("|", 1)[0] != path}
        known[key] = sha256
        try:
            write_atomic(self._memory, (json.dumps(known, indent=0, sort_keys=True) + "\n").encode())
        except OSError:  # a read-only home: the check is simply done again next time
            return


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    draft.write_bytes(data)
    draft.replace(path)


def join_parts(parts: Iterable[Path], target: Path) -> None:
    """Write ``parts`` one after the other into ``target``."""
    write_atomic(target, b"".join(part.read_bytes() for part in parts))


def read_digests(folder: Path) -> dict[str, str]:
    """What :func:`write_digests` noted in ``folder``; empty when there is nothing to read."""
    try:
        noted = json.loads((folder / NOTED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(digest) for name, digest in noted.items()} if isinstance(noted, dict) else {}


def write_digests(folder: Path, names: Iterable[str]) -> None:
    """Note the sha256 of the files that a fetch brought, so that later damage is seen."""
    found = {name: digest_of(folder / name) for name in names if (folder / name).is_file()}
    write_atomic(folder / NOTED, (json.dumps(found, indent=1, sort_keys=True) + "\n").encode())
