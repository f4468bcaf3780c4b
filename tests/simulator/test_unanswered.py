"""What a caller was asked in vain, read from recordings."""

from pathlib import Path

import pytest

from personas import shelf
from simulator.cli import main
from simulator.commands import Command, MoodView, ReportTurn, SayAloud
from simulator.events import Tick
from simulator.recording import read_call
from simulator.unanswered import unanswered
from tests.recorded import record

MOOD = MoodView(anger=50_000, band="annoyed", heard=0.1, trust=0.3, patience=90.0, residue=4.0, floor=30.0)


def turn(number: int, text: str, move: str, answer: str) -> tuple[Tick, tuple[Command, ...]]:
    report = ReportTurn(
        turn=number, start_ms=0, end_ms=10, text=text, confidence=1.0, before=MOOD, after=MOOD, ledger=(), acts=(),
        moves=(move,),
    )  # fmt: skip
    aloud = SayAloud(utterance=number, reason="end_of_turn", turn=number, text=answer, acted_delay_ms=0)
    return Tick(t=number * 1000), (report, aloud)


def recorded(folder: Path, name: str, *turns: tuple[str, str, str]) -> Path:
    return record(folder / name, [turn(number, *each) for number, each in enumerate(turns, 1)])


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    folder = tmp_path / "hotseat" / "calls"
    recorded(
        folder, "one",
        ("Right. What is your postcode?", "dont_know", "I don't know that."),
        ("When did it happen?", "fact", "On the third."),
        ("And can I have your date of birth", "verification", "Why would you need that?"),
    )  # fmt: skip
    recorded(
        folder, "two",
        ("what is your postcode", "dont_know", "No idea."),
        ("I'll flumox the account for you.", "what_was_that", "You'll do what?"),
        ("Um.", "dont_know", "What?"),
        ("...", "dont_know", "What?"),
    )  # fmt: skip
    return tmp_path


def test_what_was_asked_in_vain_is_counted_over_calls(calls: Path) -> None:
    folder = calls / "hotseat" / "calls"

    found = unanswered(read_call(folder / name) for name in ("one", "two"))

    assert [(each.kind, each.text, each.times, each.calls) for each in found] == [
        ("question", "What is your postcode?", 2, ["one", "two"]),
        ("question", "Um.", 1, ["two"]),
        ("detail", "And can I have your date of birth", 1, ["one"]),
        ("offer", "I'll flumox the account for you.", 1, ["two"]),
    ]
    assert found[0].answered == "I don't know that."


def test_the_command_reads_ones_own_recordings(
    calls: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(calls))
    name = shelf.find("dana").id

    assert main(["personas", "questions", "dana"]) == 0
    assert main(["personas", "questions", "joel"]) == 0

    told = capsys.readouterr().out
    assert f"2 calls with {name}; not understood, or not in the file:\n  2 x  What is your postcode?" in told
    assert "No recorded calls with joel_late_bed" in told
