"""The rows of evaluation/corpus, and which of them are held out."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from simulator.reading import LABELS

CORPUS: Final = Path(__file__).resolve().parents[2] / "evaluation" / "corpus"
UNSURE: Final = 2 / 3
"""Target of a cell that two of three readings gave; its opposite when one of three did."""


@dataclass(frozen=True, slots=True)
class Row:
    """A reply, the line before it, and what it was read as."""

    caller: str
    reply: str
    labels: frozenset[str]
    unsure: frozenset[str] = frozenset()
    """Labels on which the readings of this row differ; those in ``labels`` too had the majority."""
    author: str = ""
    scenario: str = ""
    """With the author in front: unique over the corpus."""


def read_corpus(folder: Path = CORPUS) -> list[Row]:
    """Every row, author by author in alphabetical order."""
    rows = []
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            raw = json.loads(line)
            rows.append(
                Row(
                    caller=raw["caller"], reply=raw["reply"], labels=frozenset(raw["labels"]),
                    unsure=frozenset(raw["unsure"]), author=file.stem, scenario=f"{file.stem}/{raw['scenario']}",
                )
            )  # fmt: skip
    return rows


def held_out(row: Row, part: int, parts: int) -> bool:
    """Whether a row's scenario belongs to the held-out part. By digest, so that a new scenario moves no other."""
    return int(hashlib.sha256(row.scenario.encode()).hexdigest(), 16) % parts == part


def targets(rows: Iterable[Row]) -> np.ndarray:
    """(rows, labels) from 0 to 1: what share of the readings gave the label."""
    return np.array(
        [
            [(UNSURE if label in row.labels else 1 - UNSURE) if label in row.unsure else float(label in row.labels)
             for label in LABELS]
            for row in rows
        ],
        dtype=np.float32,
    )  # fmt: skip


def gold(rows: Iterable[Row]) -> tuple[np.ndarray, np.ndarray]:
    """(rows, labels) majority, and which cells all readings agree on: only those are scored."""
    rows = list(rows)
    return (
        np.array([[label in row.labels for label in LABELS] for row in rows]),
        np.array([[label not in row.unsure for label in LABELS] for row in rows]),
    )
