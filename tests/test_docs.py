"""What is not documented fails here."""

import typing
from pathlib import Path

import pytest
import typer

from simulator import commands, events
from simulator.cli import app
from simulator.reading import LABELS

ROOT = Path(__file__).parent.parent


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", [*typing.get_args(events.Event), *typing.get_args(commands.Command)])
def test_every_event_and_command_is_described(kind: type) -> None:
    assert f"| `{kind.__name__}` |" in read("docs/recording.md")
    assert kind.__doc__


def test_every_label_is_described_and_no_other() -> None:
    guide = read("docs/behaviours.md")
    for label in LABELS:
        assert f"`{label}`" in guide


def commands_of(app: typer.Typer) -> dict[str, str]:
    found = {
        (command.name or command.callback.__name__): command.callback.__doc__ or ""
        for command in app.registered_commands
        if command.callback is not None
    }
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for name, text in commands_of(group.typer_instance).items():
            found[f"{group.name} {name}"] = text
    return found


@pytest.mark.parametrize(("name", "text"), sorted(commands_of(app).items()))
def test_every_command_has_an_example_and_is_in_the_readme(name: str, text: str) -> None:
    assert "Example" in text and f"hotseat {name.split()[0]}" in text
    assert f"hotseat {name.split()[0]}" in read("README.md")


def test_decisions_are_short_and_numbered() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert len(files) >= 5
    numbers = [file.name.split("-")[0] for file in files]
    assert len(set(numbers)) == len(numbers)
    for file in files:
        assert file.name[:3].isdigit() and file.read_text(encoding="utf-8").startswith("# ")
