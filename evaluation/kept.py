"""A caller's sentences as vectors, kept on disk: reading fifteen hundred of them takes two seconds, finding them none.

A file is named by what is in it (the encoder's bytes and the sentences), written beside its place and renamed. One that
cannot be read is made anew, a folder that cannot be written keeps nothing; so it can cost time and nothing else.
"""

import os
import tempfile
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np

from evaluation.encoder import SIZE, Encoded, SentenceEncoder

MOST_FILES: Final = 40
"""Callers and versions of callers; beyond it the files not used for longest go. One is 2 to 3 MB."""


class KeptEncoder:
    """``SentenceEncoder.encode`` with a memory."""

    def __init__(self, encoder: SentenceEncoder, folder: Path | None) -> None:
        """``folder`` is made when the first sentences are kept; with None nothing is."""
        self._encoder, self._folder = encoder, folder

    def encode(self, sentences: Sequence[str]) -> Encoded:
        """Vectors and stance of each sentence, read or remembered; equal to the last bit."""
        if self._folder is None or not sentences:
            return self._encoder.encode(sentences)
        name = sha256("\n".join([self._encoder.digest, *sentences]).encode()).hexdigest()[:40]
        path = self._folder / f"{name}.npz"
        found = _read(path, len(sentences))
        if found is None:
            found = self._encoder.encode(sentences)
            _write(path, found)
        return found


def _read(path: Path, rows: int) -> Encoded | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            vectors, stance = kept["vectors"], kept["stance"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    with suppress(OSError):  # a cache that can only be read still serves
        os.utime(path)
    whole = vectors.shape == (rows, SIZE) and stance.shape == (rows, 3)
    return Encoded(vectors, stance) if whole and vectors.dtype == stance.dtype == np.float32 else None


def _write(path: Path, encoded: Encoded) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as draft:
            np.savez(draft, vectors=encoded.vectors, stance=encoded.stance)
        Path(draft.name).replace(path)
        oldest = sorted(path.parent.glob("*.npz"), key=lambda each: each.stat().st_mtime)
        for each in oldest[:-MOST_FILES]:
            each.unlink(missing_ok=True)
    except OSError:
        return
