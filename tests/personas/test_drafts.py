"""Drafts are not shipped, but anyone can take one up: it passes the checker and names no machine's folder."""

from pathlib import Path

import pytest

from personas.checker import check_bytes
from personas.shelf import LIBRARY

DRAFTS = sorted((LIBRARY.parent / "drafts").glob("*.yaml"))


@pytest.mark.parametrize("path", DRAFTS, ids=lambda path: path.stem)
def test_a_draft_holds(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert [found for found in check_bytes(text.encode(), path.name) if found.level == "error"] == []
    assert text.startswith("# yaml-language-server: $schema=../persona.schema.json\n")
    assert path.with_name(f"{path.stem}.sayings.txt").exists()
