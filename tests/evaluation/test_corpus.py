"""The corpus that the reader is trained on holds what its card says."""

import json
from collections import Counter
from pathlib import Path

import pytest

from simulator.reading import LABELS

CORPUS = Path(__file__).parents[2] / "evaluation" / "corpus"
FILES = sorted(CORPUS.glob("*.jsonl"))


def rows(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_the_six_authors_are_here() -> None:
    assert [file.stem for file in FILES] == ["calls", "edges", "isles", "plain", "states", "world"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_rows_are_well_formed(file: Path) -> None:
    seen = set()
    for row in rows(file):
        assert set(row) == {"id", "scenario", "caller", "reply", "asr", "labels"}
        assert str(row["id"]).startswith(f"{file.stem}-")
        assert row["id"] not in seen
        assert str(row["reply"]).strip()
        assert isinstance(row["labels"], list)
        assert set(row["labels"]) <= set(LABELS)
        assert len(set(row["labels"])) == len(row["labels"])
        seen.add(row["id"])


@pytest.mark.parametrize("file", [file for file in FILES if file.stem != "plain"], ids=lambda file: file.stem)
def test_every_author_has_every_label_and_about_half_recogniser_rows(file: Path) -> None:
    found = rows(file)
    count = Counter(label for row in found for label in row["labels"])  # type: ignore[attr-defined]

    assert {label for label in LABELS if count[label] < 15} == set()
    assert 0.4 < sum(bool(row["asr"]) for row in found) / len(found) < 0.6


def test_no_reply_stands_twice() -> None:
    count = Counter(str(row["reply"]).lower() for file in FILES for row in rows(file) if len(str(row["reply"])) > 40)

    assert [reply for reply, n in count.items() if n > 1] == []
