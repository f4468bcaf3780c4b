"""What trainers read holds: every file, line, answer and command in the guide and the reference is tried."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from personas import persona as models
from personas.answers import read_answers
from personas.checker import check_bytes
from personas.findings import Finding
from personas.interview import file_name, persona_text
from personas.loader import load
from personas.parties import split
from personas.schema import SCHEMA_FILE
from personas.shape import read_shape
from personas.source import parse
from personas.spoken import remarks
from personas.vocabulary import OPENINGS, VOICES
from simulator.cli import app
from simulator.mood import BAND_SLACK, BANDS
from simulator.rehearsal.sheet import GROUPS
from tests.personas.support import written
from tests.personas.test_docs import SECTIONS
from voice.voices import speakers

DOCS = Path(__file__).parent.parent / "docs"
GUIDE = (DOCS / "writing_a_caller.md").read_text(encoding="utf-8")
REFERENCE = (DOCS / "personas.md").read_text(encoding="utf-8")
REHEARSAL = (DOCS / "rehearsal.md").read_text(encoding="utf-8")


def blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def wrong(model: type, text: str) -> list[str]:
    """What the checker says against a part of a file, apart from what is not in it."""
    first, other = split(parse(text, "x.yaml"))
    drafts = [read_shape(model, first, "x.yaml")]
    if other is not None:
        drafts.append(read_shape(model, other, "x.yaml", models.PARTY_KEYS))
    missing = re.compile(
        r"the section '\w+' is missing\.|.* has no '\w+:'\.|.* so nobody can ever ask for it\.|.* has no asked_like.*"
    )
    return [str(found) for draft in drafts for found in draft.findings if not missing.fullmatch(found.message)]


def keys() -> list[tuple[str, str, str]]:
    """(section, key, example) of every row of the reference."""
    found = []
    for heading in SECTIONS:
        part = re.search(rf"^##+ {heading}\n(.*?)(?=^##)", REFERENCE, re.MULTILINE | re.DOTALL)
        assert part
        for row in re.finditer(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", part[1], re.MULTILINE):
            found.append((heading, row[1], row[2].strip()))
    return found


@pytest.mark.parametrize(("section", "key", "example"), keys(), ids=lambda value: str(value)[:30])
def test_every_key_has_an_example_that_holds(section: str, key: str, example: str) -> None:
    if example.startswith("["):
        assert example == f"[{key}](#{key})" and re.search(rf"^##+ {key}$", REFERENCE, re.MULTILINE | re.IGNORECASE)
        return
    text = example.strip("`")
    assert text.startswith(f"{key}: ")
    assert wrong(SECTIONS[section], text) == []


def test_every_situation_has_a_line_that_can_be_spoken() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| “([^|]+)” \|$", REFERENCE, re.MULTILINE)

    assert len(rows) == len(models.SITUATIONS)
    assert [line for _, line in rows if list(remarks(line))] == []


@pytest.mark.parametrize(
    "text", [*blocks(GUIDE, "yaml"), *blocks(REFERENCE, "yaml")], ids=lambda text: text.split("\n")[0]
)
def test_every_piece_of_a_file_holds(text: str) -> None:
    assert wrong(models.Persona, text) == []


def test_the_pieces_of_the_guide_make_one_caller_together(tmp_path: Path) -> None:
    """Pasted over what `personas new` wrote, as the guide has it."""
    (answers,) = blocks(GUIDE, "answers")
    given = read_answers(written(tmp_path / "a.txt", answers))
    made = persona_text(given, "ann_parcel", "x.json")
    lines, facts, wants, nothing, temper = blocks(GUIDE, "yaml")
    head = made[: made.index("temper:")]
    own = made[made.index("  greeting:") :]
    whole = head + temper + facts + wants + nothing + lines + own

    found: list[Finding] = check_bytes(whole.encode(), "ann_parcel.yaml")

    assert [str(each) for each in found if each.level != "advice"] == []
    assert file_name(given) == "ann_parcel_three_days"


def test_lines_of_the_style_guide_can_be_spoken() -> None:
    table = re.search(r"^\| say \| instead of .*?(?=\n\n)", GUIDE, re.MULTILINE | re.DOTALL)
    assert table
    lines = re.findall(r'^\| "([^|]+)" \|', table[0], re.MULTILINE)
    assert len(lines) >= 8
    assert [line for line in lines if list(remarks(line))] == []


def test_parts_of_the_balance_report_are_called_as_they_are() -> None:
    for title, _ in GROUPS:
        assert f'"{title}"' in GUIDE
    source = (DOCS.parent / "simulator" / "rehearsal" / "sheet.py").read_text(encoding="utf-8")
    for part in (
        "The balance holds",
        "What does not hold",
        "How hard",
        "Lines that nobody brought out",
        "Asked in your own",
    ):
        assert part in GUIDE and part in source


def test_the_options_of_a_call_are_its_own() -> None:
    table = re.search(r"^\| option \| does \|\n(.*?)(?=\n\n)", GUIDE, re.MULTILINE | re.DOTALL)
    assert table
    command = typer.main.get_command(app).commands["practice"]  # type: ignore[attr-defined]  # a group has commands
    known = {name for parameter in command.params for name in parameter.opts}

    named = re.findall(r"^\| `(--[\w-]+)` \|", table[1], re.MULTILINE)
    assert len(named) >= 9 and set(named) <= known


def test_the_openings_of_the_guide_are_tried_by_the_checker() -> None:
    named = re.findall(r"^- ([A-Z][^\n]*\??)$", GUIDE[: GUIDE.index("All three should bring")], re.MULTILINE)

    assert named[-3:] == ["How can I help?", "What seems to be the problem?", "Tell me what happened."]
    assert {"What seems to be the problem?", "Tell me what happened."} <= set(OPENINGS)


def test_the_voices_of_the_reference_are_those_that_can_be_heard() -> None:
    table = re.findall(r"^\| `(en_\w+)` \| ([^|]+) \|$", REFERENCE, re.MULTILINE)

    heard = {one.name: one.description for one in speakers().values() if not one.name.startswith("trainee")}
    assert dict(table) == heard == VOICES


def test_the_ranges_of_the_moods_hold() -> None:
    table = re.findall(r"^\| (\w+) \| (\d+) to (\d+) \|$", REFERENCE, re.MULTILINE)

    assert [(mood, int(low)) for mood, low, _ in table] == list(
        zip((mood for mood, _ in BANDS), (0, *(int(edge) for _, edge in BANDS)), strict=False)
    )
    assert [int(high) for *_, high in table] == [int(edge) - 1 for _, edge in BANDS]
    assert "calm under 30, annoyed 30 to 54, angry 55 to 79, furious from 80" in GUIDE
    assert f"its edge is passed by {BAND_SLACK:g}" in REFERENCE


def test_the_number_of_lines_that_callers_have() -> None:
    library = [load(path) for path in (DOCS.parent / "personas" / "library").glob("*.yaml")]
    counts = [sum(len(lines) for moods in who.lines.values() for lines in moods.values()) for who in library]

    assert "The callers that ship have 270 to 460" in GUIDE
    assert (round(min(counts), -1), round(max(counts), -1)) == (270, 460)


def commands() -> list[str]:
    text = "\n".join((GUIDE, REFERENCE, REHEARSAL))
    found = re.findall(r"^(hotseat .+)$", text, re.MULTILINE) + re.findall(r"`(hotseat [^`]+)`", text)
    return sorted(set(found))


@pytest.mark.parametrize("line", commands())
def test_every_command_is_one(line: str) -> None:
    words = shlex.split(line.split(" > ")[0])[1:]
    command = typer.main.get_command(app)
    while words and (inner := getattr(command, "commands", {}).get(words[0])) is not None:
        command, words = inner, words[1:]
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}

    assert command.name != app.info.name, line
    assert [word for word in words if word.startswith("--") and word not in options] == []


@pytest.mark.parametrize(
    "path", sorted((DOCS.parent / "personas").glob("[ld][ir]*/*.yaml")), ids=lambda path: path.stem
)
def test_every_caller_leads_editors_to_the_schema(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    way = first.removeprefix("# yaml-language-server: $schema=")

    assert way != first and (path.parent / way).resolve() == SCHEMA_FILE.resolve()
