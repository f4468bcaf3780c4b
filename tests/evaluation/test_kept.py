"""Vectors kept on disk: the same as read anew, and never in the way."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from evaluation.encoder import SIZE, Encoded
from evaluation.kept import MOST_FILES, KeptEncoder


class Counting:
    """An encoder whose vectors tell the sentence apart, and that counts how often it reads."""

    def __init__(self, digest: str = "a") -> None:
        self.digest, self.read = digest, 0

    def encode(self, sentences: Sequence[str]) -> Encoded:
        self.read += 1
        seeds = [sum(map(ord, self.digest + sentence)) for sentence in sentences]
        rows = [np.random.default_rng(seed).standard_normal(SIZE + 3).astype(np.float32) for seed in seeds]
        table = np.array(rows, dtype=np.float32).reshape(len(rows), SIZE + 3)
        return Encoded(table[:, :SIZE], table[:, SIZE:])


def kept(encoder: Counting, folder: Path | None) -> KeptEncoder:
    return KeptEncoder(encoder, folder)  # type: ignore[arg-type]


def same(a: Encoded, b: Encoded) -> bool:
    return a.vectors.tobytes() == b.vectors.tobytes() and a.stance.tobytes() == b.stance.tobytes()


def test_read_once_and_remembered_to_the_bit(tmp_path: Path) -> None:
    encoder = Counting()
    first = kept(encoder, tmp_path / "new").encode(["where is it", "refund me"])
    again = kept(encoder, tmp_path / "new").encode(["where is it", "refund me"])

    assert encoder.read == 1
    assert same(first, again)


def test_other_sentences_and_other_weights_are_read_anew(tmp_path: Path) -> None:
    encoder, other = Counting(), Counting("b")
    first = kept(encoder, tmp_path).encode(["one", "two"])
    assert not same(first, kept(encoder, tmp_path).encode(["two", "one"]))
    assert not same(first, kept(other, tmp_path).encode(["one", "two"]))
    assert (encoder.read, other.read) == (2, 1)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 half a zip", b"\x93NUMPY"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    encoder = Counting()
    first = kept(encoder, tmp_path).encode(["one"])
    (file,) = tmp_path.glob("*.npz")
    file.write_bytes(damage)

    assert same(first, kept(encoder, tmp_path).encode(["one"]))
    assert encoder.read == 2
    assert same(first, kept(encoder, tmp_path).encode(["one"]))
    assert encoder.read == 2


def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    encoder = Counting()
    for _ in range(2):
        assert len(kept(encoder, tmp_path / "file" / "below").encode(["one"]).vectors) == 1
    assert encoder.read == 2


def test_without_a_folder_or_sentences_nothing_is_written(tmp_path: Path) -> None:
    kept(Counting(), None).encode(["one"])
    assert kept(Counting(), tmp_path).encode([]).vectors.shape == (0, SIZE)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_stays_small(tmp_path: Path) -> None:
    encoder = Counting()
    for n in range(MOST_FILES + 5):
        kept(encoder, tmp_path).encode([f"sentence {n}"])
    assert len(list(tmp_path.iterdir())) == MOST_FILES
