"""What authors read is complete: every key, act, situation and placeholder, and examples that hold."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from personas import persona as models
from personas.findings import Finding
from personas.schema import schema_text
from personas.shape import fields_by_key
from personas.vocabulary import ACTS, PLACEHOLDERS, SITUATIONS, SLOTS
from tests.personas.support import findings

ROOT = Path(__file__).parent.parent.parent
DOCS = (ROOT / "docs" / "personas.md").read_text(encoding="utf-8")

SECTIONS: dict[str, type[BaseModel]] = {
    "Sections": models.Persona,
    "who": models.Who,
    "voice": models.Voice,
    "temper": models.Temper,
    "facts": models.Fact,
    "hidden_needs": models.HiddenNeed,
    "demands": models.Demand,
    "offers": models.Offer,
    "triggers": models.Trigger,
    "calming": models.Calming,
    "curveballs": models.Curveball,
    "scoring": models.Scoring,
}


def _part(heading: str) -> str:
    found = re.search(rf"^##+ {heading}\n(.*?)(?=^##)", DOCS, re.MULTILINE | re.DOTALL)
    assert found, f"docs/personas.md has no heading {heading}"
    return found.group(1)


@pytest.mark.parametrize("heading", SECTIONS)
def test_every_key_is_documented_and_no_other(heading: str) -> None:
    table = re.findall(r"^\| `(\w+)` \|", _part(heading), re.MULTILINE)

    assert sorted(fields_by_key(SECTIONS[heading])) == sorted(table)


def test_the_gate_is_documented() -> None:
    for key in fields_by_key(models.OpenWhen):
        assert f"`{key}`" in _part("hidden_needs")


def test_every_field_says_what_it_is_for() -> None:
    every: list[type[BaseModel]] = [*SECTIONS.values(), models.OpenWhen]
    for model in every:
        for key, (_, info) in fields_by_key(model).items():
            assert info.description, f"{model.__name__}.{key}"


@pytest.mark.parametrize("key", list(models.Temper.model_fields))
def test_the_ranges_and_defaults_of_the_table_hold(key: str) -> None:
    info = models.Temper.model_fields[key]
    row = re.search(rf"^\| `{key}` \| (\S+) \| (\S+)-(\S+) \|", DOCS, re.MULTILINE)

    assert row
    (between,) = info.metadata
    assert (info.default, between.low, between.high) == tuple(map(float, row.groups()))


def test_every_word_of_the_vocabulary_is_documented() -> None:
    acts = re.findall(r"`(\w+)`", _part("Acts"))
    assert sorted(ACTS) == sorted(acts)
    lines = _part("Lines")
    assert list(SITUATIONS) == re.findall(r"^\| `(\w+)` \|", lines, re.MULTILINE)
    assert sorted(PLACEHOLDERS) == sorted(re.findall(r"^\| `\{(\w+)\}` \|", lines, re.MULTILINE))
    for slot in SLOTS:
        assert f"`{slot}`" in _part("offers")


def test_the_smallest_useful_file_is_one() -> None:
    (whole, *_) = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)

    found: list[Finding] = findings(whole)

    assert [each for each in found if each.level != "advice"] == []


def test_the_schema_for_editors_is_in_step() -> None:
    shipped = (ROOT / "personas" / "persona.schema.json").read_text(encoding="utf-8")

    assert schema_text() == shipped, 'run: python -c "from personas.schema import *; ..." and see personas/schema.py'
