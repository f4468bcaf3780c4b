"""`hotseat prepare`: the beginnings that come often are made, kept, and found again by the call."""

import json

import pytest

from evaluation.say_back import say_back
from personas import shelf
from simulator.cli import main
from simulator.rehearsal.beginnings import beginnings, calls_with
from simulator.rehearsal.calls import rehearse
from simulator.wording import first_clause, sentences

DANA = "dana_double_billing"


def test_every_answer_is_counted_once_by_its_first_clause_and_anger() -> None:
    call = rehearse(shelf.find(DANA), "expert", 3, difficulty=3, back=say_back)
    counted = beginnings([call], 10)
    turns = 1 + sum(who == "trainee" for who, _, _ in call.said)
    assert turns - 1 <= counted.total() <= turns  # she may leave without a word
    greeting = next(text for who, _, text in call.said if who == "caller")
    assert counted[first_clause(sentences(greeting)[0])[0], 70] >= 1
    assert {anger % 10 for _, anger in counted} == {0}
    last = next(text for who, _, text in reversed(call.said) if who == "caller")
    assert call.curve[-1] < 40 and any(anger == int((call.curve[-1] + 5) // 10 * 10) for _, anger in counted), last


def test_all_trainees_call() -> None:
    calls = list(calls_with(shelf.find(DANA), 1, 3, say_back))
    assert len({call.trainee for call in calls}) == len(calls) > 10
    few, many = beginnings(calls[:2], 10), beginnings(calls, 10)
    assert few.keys() <= many.keys()


@pytest.fixture
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.mark.usefixtures("own_cache")
def test_what_is_made_is_kept_and_not_made_again(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["prepare", DANA, "--voice", "pyttsx3", "--minutes", "0.02", "--json"]
    assert main(asked) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["persona"] == DANA and first["made"] >= 1 and 0 < first["ready"] <= 1
    assert main(["prepare", DANA, "--voice", "pyttsx3", "--minutes", "0", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["made"] == 0 and again["kept"] >= first["made"] and again["ready"] == first["ready"]


@pytest.mark.usefixtures("own_cache")
def test_no_time_makes_nothing_and_says_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prepare", DANA, "--voice", "pyttsx3", "--minutes", "0"]) == 0
    out = capsys.readouterr().out
    assert "0 beginnings made" in out and f"go on with: hotseat prepare {DANA}" in out


def test_two_people_on_the_line_prepare_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prepare", "marian_owen_parcel", "--voice", "pyttsx3"]) == 2
    assert "two people on the line" in capsys.readouterr().err
