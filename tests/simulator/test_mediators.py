"""Rehearsed mediations: calm must be earned from both."""

import io
import sys
from pathlib import Path

import pytest

from evaluation.say_back import say_back
from personas.loader import load
from personas.shelf import LIBRARY
from simulator.cli import main
from simulator.console.mediate import UNFAIR
from simulator.rehearsal.mediators import MEDIATORS, Mediated, mediate

FILE = LIBRARY / "marian_owen_parcel.yaml"
PAIR = load(FILE)
SEEDS = 3


def held(mediator: str, difficulty: int = 3) -> list[Mediated]:
    return [mediate(PAIR, mediator, seed, difficulty=difficulty, back=say_back) for seed in range(SEEDS)]


@pytest.mark.parametrize("difficulty", [1, 3, 5])
def test_an_expert_settles_it_with_both_calm(difficulty: int) -> None:
    for call in held("expert", difficulty):
        assert (call.outcome, call.open) == ("resolved", ((), ())), call.said[-3:]
        assert max(call.curves[-1]) < 45


@pytest.mark.parametrize("mediator", UNFAIR)
def test_who_is_not_fair_does_not(mediator: str) -> None:
    assert "resolved" not in {call.outcome for call in held(mediator)}


def test_who_takes_sides_drives_the_other_out() -> None:
    for call in held("side_taker"):
        assert (call.outcome, call.detail.split(":")[0]) == ("hung_up", "Owen Prosser")
        first, second = call.curves[-1]
        assert second > 90
        assert second > first


def test_who_speaks_to_one_only_loses_the_other() -> None:
    for call in held("one_sided"):
        assert (call.outcome, call.detail) == ("hung_up", "Owen Prosser: nobody spoke to them")


def test_the_same_seed_gives_the_same_call() -> None:
    assert held("expert") == held("expert")
    assert [len({mediate(PAIR, name, 1, difficulty=3, back=say_back) for _ in range(2)}) for name in MEDIATORS] == [
        1
    ] * 5


def test_the_command_tells_how_they_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["rehearse", str(FILE), "--seeds", "2", "--trainee", "expert", "--trainee", "side_taker", "--show"]) == 0
    )
    out = capsys.readouterr().out

    assert "marian_owen_parcel 3  expert           anger at the end" in out
    assert "hung_up 2" in out
    assert "Owen Prosser" in out


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (["--texts"], "two people on the line"),
        (["--trainee", "blamer"], "there is no mediator 'blamer'"),
        (["--trainee", "nobody"], "there is no trainee 'nobody'"),
    ],
)
def test_what_does_not_go_with_two_is_said(extra: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", str(FILE), "--seeds", "1", *extra]) == 2
    assert message in capsys.readouterr().err


def test_a_mediator_is_none_for_one_caller(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", "dana_double_billing", "--seeds", "1", "--trainee", "side_taker"]) == 2
    assert "mediates between two people" in capsys.readouterr().err


def test_a_typed_call_is_held_replayed_and_debriefed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the real reader and matcher, by the commands that a trainee uses."""
    words = "Ms Coyle, would you begin, please?\nMr Prosser, and what was Monday like for you?\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(words))
    call = tmp_path / "call"

    assert main(["practice", str(FILE), "--typed", "--out", str(call), "--plain"]) == 0
    shown = capsys.readouterr()
    assert "Two people are on the line: Marian Coyle and Owen Prosser." in shown.err
    assert "Owen Prosser: " in shown.err
    assert "Anger of Marian and Owen" in shown.out
    assert main(["replay", str(call)]) == 0
    assert main(["debrief", str(call), "--html", str(tmp_path / "page.html")]) == 0
    assert "Owen: dashes" in (tmp_path / "page.html").read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["replay", str(call), "--what-if", "difficulty=5"]) == 2
    assert "hotseat retry" in capsys.readouterr().err
