"""Teaching material: a guide names every script of its caller, and each script, typed, ends as the guide says."""

import json
import re
from pathlib import Path

import pytest

from personas import shelf
from simulator.console.practice import find_script
from tests.test_cli import run, typed

PERSONAS = Path(shelf.LIBRARY).parent
GUIDES = sorted((PERSONAS / "guides").glob("*.md"))
ENDS = {"resolved": "resolved", "hangs up": "hung_up", "nothing is settled": "unresolved"}
"""What the last column of a guide's table says at the end, and the outcome of the call."""


def endings(guide: Path) -> dict[str, str]:
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", guide.read_text(encoding="utf-8"), re.MULTILINE)
    return {script: next(end for words, end in ENDS.items() if last.endswith(words)) for script, last in rows}


def test_there_are_guides() -> None:
    assert GUIDES


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_a_guide_names_every_script(guide: Path) -> None:
    scripts = {path.stem for path in (PERSONAS / "trainees" / guide.stem).glob("*.txt")}

    assert set(endings(guide)) == scripts
    assert "excellent" in scripts and len(scripts) >= 3
    assert f"hotseat practice {guide.stem} --trainee excellent" in guide.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("persona", "script", "outcome"),
    [(guide.stem, script, end) for guide in GUIDES for script, end in endings(guide).items()],
)
def test_a_script_ends_as_its_guide_says(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, persona: str, script: str, outcome: str
) -> None:
    lines = find_script(persona, script).read_text(encoding="utf-8").splitlines()
    typed(monkeypatch, "\n".join(re.sub(r"^(\[[^\]]*\] ?)+", "", line) for line in lines if not line.startswith("#")))

    status, out, _ = run(capsys, "practice", persona, "--typed", "--fast", "--json", "--no-record")
    last = json.loads(out.splitlines()[-1])

    assert status == 0
    assert last["outcome"] == outcome
    assert (last["anger"] < 40) == (outcome == "resolved")
