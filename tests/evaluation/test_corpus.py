"""The corpus that the reader is trained on holds what its card says."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from simulator.reading import LABELS

CORPUS = Path(__file__).parents[2] / "evaluation" / "corpus"
FILES = sorted(CORPUS.glob("*.jsonl"))


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


EVERY = [row for file in FILES for row in rows(file)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_rows_are_well_formed(file: Path) -> None:
    seen = set()
    for row in rows(file):
        assert set(row) == {"id", "scenario", "caller", "reply", "asr", "labels", "unsure"}
        assert row["id"].startswith(f"{file.stem}-")
        assert row["id"] not in seen
        assert row["reply"].strip()
        for key in ("labels", "unsure"):
            assert set(row[key]) <= set(LABELS)
            assert row[key] == sorted(set(row[key]), key=LABELS.index)
        if row["asr"]:
            assert row["reply"] == row["reply"].lower()
        seen.add(row["id"])


def test_there_is_enough_of_everything() -> None:
    count = Counter(label for row in EVERY for label in row["labels"])
    beside = Counter(label for row in EVERY if len(row["labels"]) > 1 for label in row["labels"])
    task = {"information_request", "greeting", "closing"}

    assert len(EVERY) >= 8_000
    assert {label: count[label] for label in LABELS if count[label] < 350} == {}
    assert {label: beside[label] for label in LABELS if beside[label] < 200} == {}
    assert sum(set(row["labels"]) <= task for row in EVERY) >= 1_500


def test_half_of_what_is_spoken_is_in_the_form_of_a_recogniser() -> None:
    spoken = [row for row in EVERY if not row["id"].startswith("social")]

    assert 0.45 < sum(row["asr"] for row in spoken) / len(spoken) < 0.6


def test_no_reply_stands_twice() -> None:
    count = Counter(row["reply"].lower() for row in EVERY if len(row["reply"]) > 40)

    assert [reply for reply, n in count.items() if n > 1] == []
