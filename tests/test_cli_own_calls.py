"""``history``, ``calls``, ``calibrate`` and remarks on a debrief, as people and programs use them."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from personas import shelf
from simulator.settings import calls_folder
from tests.evaluation.worked_calls import CALLS, excellent
from tests.recorded import record
from tests.test_cli import run

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def calls() -> Path:
    """Every worked call, a day apart."""
    folder = calls_folder()
    for day, name in enumerate(sorted(CALLS), 1):
        record(folder / f"{day}_{name}", CALLS[name](), started=f"2026-11-{day:02}T10:00:00+00:00", sound=True)
    return folder


# -- history ---------------------------------------------------------------------------------------------------------


def test_no_calls_yet(capsys: Capture) -> None:
    status, out, _ = run(capsys, "history")
    easiest = min(shelf.available(), key=lambda one: (one.difficulty, one.name)).name
    assert status == 0 and f"hotseat practice {easiest} --typed" in out
    plain = json.loads(run(capsys, "history", "--json")[1])
    assert plain["calls"] == 0 and plain["series"] == [] and plain["next"]["command"].startswith("hotseat practice")
    assert json.loads(run(capsys, "calls", "list", "--json")[1])["calls"] == []
    assert "Take one" in run(capsys, "calls", "list")[1]


def test_history_of_calls(capsys: Capture, calls: Path) -> None:
    status, out, err = run(capsys, "history", "--json")
    plain = json.loads(out)

    assert status == 0 and plain["calls"] == len(CALLS) and plain["skipped"] == [] and err == ""
    assert set(plain) == {"calls", "series", "skills", "next", "skipped", "badge"}
    assert plain["badge"] == "uncalibrated" and plain["next"]["persona"] != "dana_double_billing"
    (dana,) = plain["series"]
    assert [call["call"] for call in dana["calls"]] == sorted(path.name for path in calls.iterdir())
    newest = json.loads(run(capsys, "debrief", dana["calls"][-1]["call"], "--json")[1])
    for name, score in newest["scores"].items():
        assert dana["newest"][name]["now"] == score["score"]
    assert run(capsys, "history", "--json")[1] == out

    status, path, _ = run(capsys, "history", "--html")
    page = Path(path.strip())
    assert status == 0 and page.name == "history.html" and page.stat().st_mode & 0o777 == 0o600
    assert f"{len(CALLS)} calls" in page.read_text(encoding="utf-8")
    assert run(capsys, "history", "--html", "--json")[0] == 2 and run(capsys, "history", "x.html")[0] == 2

    text = run(capsys, "history", "--plain")[1]
    assert text.isascii() and "Next: " in text and "Next: Dana" not in text and "\x1b" not in text


def test_damaged_and_unfinished_calls_are_named_and_skipped(capsys: Capture, calls: Path) -> None:
    first, second, third, *_ = sorted(calls.iterdir())
    first.rename(first.with_name(f"{first.name}.partial"))
    raw = (second / "call.jsonl").read_bytes()
    at = (raw.index(b"\n") + len(raw)) // 2  # in the middle of what follows the header
    (second / "call.jsonl").write_bytes(raw[:at] + b"X" + raw[at + 1 :])
    (third / "caller.wav").unlink()  # sound is not needed for the numbers
    (calls / "broken").mkdir()
    (calls / "broken" / "call.jsonl").write_text("nothing\n")

    status, out, err = run(capsys, "history", "--json")
    skipped = json.loads(out)["skipped"]

    assert status == 0 and json.loads(out)["calls"] == len(CALLS) - 2
    assert len(skipped) == 3 and len(err.strip().splitlines()) == 3
    assert any("not closed" in line for line in skipped) and any("damaged at line" in line for line in skipped)
    assert any("broken" in line and "header" in line for line in skipped)


def test_scripted_trainees_and_second_tries_are_no_progress(capsys: Capture) -> None:
    record(calls_folder() / "demo", excellent(), script="excellent")
    record(calls_folder() / "again", excellent(), fork={"of": "demo", "turn": 2})
    status, out, err = run(capsys, "history", "--json")
    assert status == 0 and json.loads(out)["calls"] == 0 and len(json.loads(out)["skipped"]) == 2
    assert "scripted trainees" in err and "taken up again" in err
    assert json.loads(run(capsys, "history", "--scripted", "--json")[1])["calls"] == 1
    text = run(capsys, "calls", "list")[1]
    assert "scripted trainee excellent" in text and "takes up demo again" in text

    status, out, _ = run(capsys, "calls", "delete", "demo", "--yes", "--json")  # the fork holds its beginning
    assert status == 0 and sorted(json.loads(out)["deleted"]) == ["again", "demo"]


# -- calls -----------------------------------------------------------------------------------------------------------


def test_delete_asks_first(capsys: Capture, calls: Path) -> None:
    name = sorted(path.name for path in calls.iterdir())[0]
    status, out, err = run(capsys, "calls", "delete", name)
    assert status == 2 and out == "" and "--yes" in err and (calls / name).is_dir()

    status, out, _ = run(capsys, "calls", "delete", name, "--yes", "--json")
    assert status == 0 and json.loads(out) == {"deleted": [name]} and not (calls / name).exists()


@pytest.mark.parametrize("wanted", ["..", "../../hotseat", "/", "nowhere", "1_*"])
def test_delete_takes_no_paths(capsys: Capture, calls: Path, wanted: str) -> None:
    before = sorted(calls.parent.parent.rglob("*"))
    status, _, err = run(capsys, "calls", "delete", wanted, "--yes")
    assert status == 2 and "none of your calls" in err and len(err.strip().splitlines()) == 1
    assert sorted(calls.parent.parent.rglob("*")) == before


def test_one_wrong_name_deletes_nothing(capsys: Capture, calls: Path) -> None:
    good = sorted(path.name for path in calls.iterdir())[0]
    assert run(capsys, "calls", "delete", good, "nowhere", "--yes")[0] == 2
    assert (calls / good).is_dir()


def test_export_and_purge(capsys: Capture, calls: Path, tmp_path: Path) -> None:
    status, out, _ = run(capsys, "calls", "export", "--out", tmp_path / "all.zip", "--no-sound", "--json")
    plain = json.loads(out)
    assert status == 0 and len(plain["calls"]) == len(CALLS) and plain["left_out"] == []
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert not [name for name in archive.namelist() if name.endswith(".wav")]
    assert run(capsys, "calls", "export", "--out", tmp_path / "all.zip")[0] == 2

    before = sorted(calls.rglob("*"))
    status, out, _ = run(capsys, "calls", "purge", "--sound-days", 0, "--dry-run", "--json")
    assert (
        status == 0
        and json.loads(out)["removed"] is False
        and {row["what"] for row in json.loads(out)["items"]} <= {"sound", "call"}
    )
    assert run(capsys, "calls", "purge", "--sound-days", 0)[0] == 2  # nobody is there to agree
    assert sorted(calls.rglob("*")) == before

    status, out, _ = run(capsys, "calls", "purge", "--sound-days", 0, "--call-days", 9999, "--yes", "--json")
    assert status == 0 and len(json.loads(out)["items"]) == len(CALLS)
    assert not list(calls.rglob("*.wav"))
    assert json.loads(run(capsys, "history", "--json")[1])["calls"] == len(CALLS)


# -- remarks ---------------------------------------------------------------------------------------------------------


def test_contest_value_comment_and_corrected_words(capsys: Capture, calls: Path) -> None:
    name = next(path.name for path in calls.iterdir() if path.name.endswith("_excellent"))
    before = json.loads(run(capsys, "debrief", name, "--json")[1])
    raw = (calls / name / "call.jsonl").read_bytes()
    assert before["overlay"] == {"remarks": [], "items": [], "scores": {}, "corrected_turns": []}

    assert run(capsys, "debrief", name, "--contest", "restates", "--because", "not in turn 2")[0] == 0
    assert run(capsys, "debrief", name, "--set", "empathy.restates=no", "--because", "once", "--by", "Kim")[0] == 0
    assert run(capsys, "debrief", name, "--comment", 2, "Breathe.", "--by", "Kim")[0] == 0
    status, out, _ = run(capsys, "debrief", name, "--correct", 2, "I'm so sorry, that was our mistake.", "--json")
    assert status == 0 and "apology" in json.loads(out)["noted"]["labels"]

    after = json.loads(run(capsys, "debrief", name, "--json")[1])
    overlay = after.pop("overlay")
    before.pop("overlay")
    assert after == before and (calls / name / "call.jsonl").read_bytes() == raw
    assert [remark["k"] for remark in overlay["remarks"]] == ["contest", "set", "comment", "correct"]
    assert overlay["items"][0] | {"because": ""} == {
        "item": "empathy.restates", "automatic": "yes", "value": "no", "by": "Kim", "because": "",
    }  # fmt: skip
    assert overlay["scores"]["empathy"]["with_people"] < overlay["scores"]["empathy"]["automatic"]
    assert overlay["corrected_turns"] == [2]
    text = run(capsys, "debrief", name, "--plain")[1]
    assert "Kim: no (automatic: yes)" in text and "contested by you" in text and "Kim: Breathe." in text


@pytest.mark.parametrize(
    ("options", "needle"),
    [
        (["--contest", "restates"], "--because"),
        (["--contest", "niceness", "--because", "x"], "names no one item"),
        (["--set", "restates", "--because", "x", "--by", "K"], "ITEM=VALUE"),
        (["--set", "restates=maybe", "--because", "x", "--by", "K"], "yes, partly, no"),
        (["--set", "restates=yes", "--because", "x"], "--by"),
        (["--comment", 99, "x"], "no turn 99"),
        (["--comment", "x", "x"], "integer"),
        (["--correct", 1, " "], "empty"),
        (["--comment", 1, "x", "--because", "y"], "--because belongs"),
        (["--contest", "restates", "--comment", 1, "x", "--because", "y"], "choose one"),
        (["--by", "Kim"], "choose one"),
    ],
)
def test_a_wrong_remark_is_refused_in_one_line(
    capsys: Capture, calls: Path, options: list[object], needle: str
) -> None:
    name = next(path.name for path in calls.iterdir() if path.name.endswith("_excellent"))
    status, out, err = run(capsys, "debrief", name, *options)
    assert status == 2 and out == "" and needle in err and len(err.strip().splitlines()) == 1
    assert not (calls / name / "overlay.jsonl").exists()


# -- calibrate -------------------------------------------------------------------------------------------------------


def fill(sheet: Path, calls: int) -> None:
    """A person who says yes to every other call and partly to the rest."""
    text = sheet.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;", key=text[:20].count)))
    codes = sorted({row["call"] for row in rows})[:calls]
    for row in rows:
        if row["call"] in codes:
            even = codes.index(row["call"]) % 2
            row["value"] = str(40 + 30 * even) if row["item"].startswith("score:") else ("partly", "yes")[even]
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def test_sheets_there_and_back(capsys: Capture, tmp_path: Path) -> None:
    folder, out = tmp_path / "calls", tmp_path / "rating"
    steps = min((CALLS[name]() for name in sorted(CALLS)), key=len)
    for number in range(30):
        record(folder / f"call{number}", steps, started=f"2026-10-{number + 1:02}T10:00:00+00:00")
    who = ["--rater", "Kim", "--rater", "Lee"]
    status, text, _ = run(capsys, "calibrate", "sheets", folder, "--out", out, *who, "--json")
    made = json.loads(text)
    assert status == 0 and len(made["calls"]) == 30 and made["sheets"] == ["sheet-Kim.csv", "sheet-Lee.csv"]
    assert {path.name for path in out.iterdir()} == {
        "README.txt", "sheet-Kim.csv", "sheet-Lee.csv", *(f"{code}.txt" for code in made["calls"])
    }  # fmt: skip
    assert run(capsys, "calibrate", "sheets", folder, "--out", out)[0] == 2  # no answers are written over

    sheets = [out / name for name in made["sheets"]]
    assert run(capsys, "calibrate", "read", *sheets, "--calls", folder)[0] == 2  # nothing filled in yet
    for sheet in sheets:
        fill(sheet, 29)
    status, text, _ = run(capsys, "calibrate", "read", *sheets, "--calls", folder)
    assert status == 1 and "Missing: 29 of 30 calls are rated by 2 people and scored: 1 more" in text
    assert "Still uncalibrated: empathy.restates" in text and "Kim, Lee" in text

    for sheet in sheets:
        fill(sheet, 30)
    status, text, _ = run(capsys, "calibrate", "read", *sheets, "--calls", folder, "--json")
    report = json.loads(text)
    assert status == 0 and report["missing"] == [] and report["raters"] == ["Kim", "Lee"] and report["sessions"] == 30
    restates = next(row for row in report["rows"] if row["item"] == "empathy.restates")
    assert restates["people_people"]["value"] == 1.0  # both say the same, half of it yes
    assert restates["calibrated"] is False  # the machine says the same of all thirty: it cannot tell them apart
    score = next(row for row in report["rows"] if row["item"] == "score:empathy")
    assert score["people_people"]["value"] == 1.0 and score["calibrated"] is False


def test_rated_calls_that_are_not_here(capsys: Capture, tmp_path: Path) -> None:
    record(tmp_path / "calls" / "one", excellent())
    run(capsys, "calibrate", "sheets", tmp_path / "calls", "--out", tmp_path / "rating")
    fill(tmp_path / "rating" / "sheet.csv", 1)
    status, _, err = run(capsys, "calibrate", "read", tmp_path / "rating" / "sheet.csv")
    assert status == 2 and "--calls" in err
    assert run(capsys, "calibrate", "read", tmp_path / "nowhere.csv")[0] == 2
    assert run(capsys, "calibrate", "sheets", tmp_path / "nowhere", "--out", tmp_path / "other")[0] == 2
