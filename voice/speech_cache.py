"""Spoken clauses on disk, so that a line that was said once is there at once the next time.

One file for a clause: magic, the sha256 of the rest, then JSON with the words and 16-bit samples. A file is written beside
its place and renamed, and one that does not match its digest is made anew; so a crash, a full disk or two processes at once
can cost time and nothing else.
"""

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.ports import Speech, Word

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.ports import Samples

LIMIT_BYTES: Final = 300 * 1024 * 1024
"""About two and a half hours of speech."""
_KEEP: Final = 0.9
"""After a clearing this part of the limit is left, so that not every clause clears again."""
_MAGIC: Final = b"HSC1"
_SUFFIX: Final = ".speech"
_LARGEST: Final = 32767.0


def rounded(samples: "Samples") -> "Samples":
    """The samples as the cache gives them back (16 bits), so that a first and a second hearing are the same."""
    return np.asarray(_sixteen(samples) / np.float32(_LARGEST), np.float32)


class SpeechCache:
    """A folder of clauses. Nothing in it is needed; it may be deleted at any time."""

    def __init__(self, folder: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
        """``folder`` is made when the first clause is put. A folder that cannot be written switches the cache off."""
        self._folder = folder
        self._limit = limit_bytes
        self._size: int | None = None

    def get(self, key: Sequence[str]) -> Speech | None:
        """What was put under ``key``, or None. Marks the clause as used."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        found = _decoded(data)
        try:
            if found is None:
                path.unlink()
            else:
                os.utime(path)
        except OSError:
            pass  # a read-only cache still serves
        return found

    def holds(self, key: Sequence[str]) -> bool:
        """Whether something was put under ``key``; whether it is still whole is only seen by :meth:`get`."""
        return self._path(key).is_file()

    def put(self, key: Sequence[str], speech: Speech) -> None:
        """Keep ``speech``; when the folder grows beyond its limit, the clauses not used for longest go."""
        path = self._path(key)
        data = _encoded(speech)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as draft:
                draft.write(data)
            Path(draft.name).replace(path)
        except OSError:
            return
        self._size = self._measure() if self._size is None else self._size + len(data)
        if self._size > self._limit:
            self._clear()

    def _path(self, key: Sequence[str]) -> Path:
        digest = sha256("\x1f".join(key).encode()).hexdigest()
        return self._folder / digest[:2] / (digest[2:40] + _SUFFIX)

    def _files(self) -> list[tuple[float, int, Path]]:
        found = []
        for path in self._folder.glob(f"*/*{_SUFFIX}"):
            try:
                stat = path.stat()
            except OSError:
                continue
            found.append((stat.st_mtime, stat.st_size, path))
        return found

    def _measure(self) -> int:
        return sum(size for _, size, _ in self._files())

    def _clear(self) -> None:
        files = sorted(self._files())
        total = sum(size for _, size, _ in files)
        for _, size, path in files:
            if total <= self._limit * _KEEP:
                break
            path.unlink(missing_ok=True)
            total -= size
        self._size = total


def _sixteen(samples: "Samples") -> "NDArray[np.int16]":
    return np.asarray(np.round(np.clip(samples, -1, 1) * _LARGEST), "<i2")


def _encoded(speech: Speech) -> bytes:
    head = json.dumps({"words": [asdict(word) for word in speech.words]}).encode()
    body = len(head).to_bytes(4, "little") + head + _sixteen(speech.samples).tobytes()
    return _MAGIC + sha256(body).digest() + body


def _decoded(data: bytes) -> Speech | None:
    body = data[36:]
    if data[:4] != _MAGIC or sha256(body).digest() != data[4:36]:
        return None
    size = int.from_bytes(body[:4], "little")
    words = tuple(Word(**word) for word in json.loads(body[4 : 4 + size])["words"])
    samples = np.frombuffer(body[4 + size :], "<i2").astype(np.float32) / np.float32(_LARGEST)
    return Speech(samples, words)
