"""The trainee's own recordings: only they are touched, and nothing goes without being asked for."""

import json
import os
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from simulator import own_calls
from simulator.errors import UserError
from simulator.own_calls import OwnCall, all_calls, delete, due, export, find, purge
from simulator.recording import read_call
from tests.evaluation.worked_calls import CALLS
from tests.recorded import record

NOW = datetime.fromisoformat("2026-11-22T12:00:00+00:00")


def ago(days: float) -> str:
    return (NOW - timedelta(days=days)).isoformat(timespec="seconds")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three calls with sound, 200, 40 and 1 days old, and things that are no calls."""
    home = tmp_path / "calls"
    for name, days in (("old", 200), ("middle", 40), ("new", 1)):
        record(home / name, CALLS["excellent"](), started=ago(days), sound=True)
    (home / "notes.txt").write_text("not a call")
    (home / "empty").mkdir()
    outside = record(tmp_path / "elsewhere", CALLS["excellent"](), started=ago(300))
    (home / "linked").symlink_to(outside)
    return home


def names(calls: list[OwnCall]) -> list[str]:
    return [call.name for call in calls]


def test_calls_are_listed_oldest_first_and_links_are_passed_over(folder: Path) -> None:
    calls = all_calls(folder)

    assert names(calls) == ["old", "middle", "new"]
    assert [call.age_days(NOW) for call in calls] == [200, 40, 1]
    for call in calls:
        assert (call.state, call.persona, call.difficulty) == ("whole", "dana_double_billing", 3)
        assert call.sound_bytes == 2 * (44 + 32_000)
        assert call.other_bytes == (call.path / "call.jsonl").stat().st_size
    assert all_calls(folder / "nowhere") == []


def test_a_clock_set_back_makes_nothing_old(folder: Path) -> None:
    past = NOW - timedelta(days=400)
    calls = all_calls(folder)
    assert [call.age_days(past) for call in calls] == [0, 0, 0]
    assert due(calls, past, sound_days=0, call_days=0) == []


@pytest.mark.parametrize(
    "wanted",
    ["", ".", "..", "../elsewhere", "../calls/new", "new/..", "new/../new", "/", "/etc", "linked", "notes.txt", "empty",
     "new/call.jsonl", "nowhere", "new\x00", "~", "*", "a" * 300],
)  # fmt: skip
def test_nothing_but_an_own_call_is_found(folder: Path, wanted: str) -> None:
    with pytest.raises(UserError, match="none of your calls") as error:
        find(folder, wanted)
    assert "\n" not in str(error.value)


def test_a_call_is_found_by_name_and_by_its_path(folder: Path) -> None:
    assert find(folder, "new").name == "new"
    assert find(folder, str(folder / "new")).path == folder / "new"
    with pytest.raises(UserError):
        find(folder, str(folder.parent / "elsewhere"))
    with pytest.raises(UserError):
        find(folder, str(folder / "linked"))


def test_a_deleted_call_leaves_a_line_without_content(folder: Path) -> None:
    history = folder.with_name("history.html")
    history.write_text("three calls")
    delete(find(folder, "middle"), NOW)

    assert not history.exists()  # it showed the call
    assert names(all_calls(folder)) == ["old", "new"]
    assert sorted(path.name for path in folder.iterdir()) == [
        "deleted.jsonl",
        "empty",
        "linked",
        "new",
        "notes.txt",
        "old",
    ]
    line = json.loads((folder / "deleted.jsonl").read_text())
    assert line == {"call": "middle", "deleted": NOW.isoformat(), "why": "by hand"}
    assert (folder.parent / "elsewhere" / "call.jsonl").is_file()


def test_a_link_inside_a_call_is_not_followed_when_it_is_deleted(folder: Path) -> None:
    (folder / "new" / "more").symlink_to(folder.parent / "elsewhere")
    delete(find(folder, "new"), NOW)
    assert (folder.parent / "elsewhere" / "call.jsonl").is_file()


def test_a_running_call_is_not_deleted(folder: Path) -> None:
    (folder / "new").rename(folder / "new.partial")
    os.utime(folder / "new.partial" / "trainee.wav", (NOW.timestamp() - 5,) * 2)
    for name in ("call.jsonl", "caller.wav"):
        os.utime(folder / "new.partial" / name, (NOW.timestamp() - 900,) * 2)
    call = find(folder, "new.partial")

    with pytest.raises(UserError, match="may be running"):
        delete(call, NOW)
    delete(call, NOW + timedelta(minutes=5))
    assert "new.partial" not in names(all_calls(folder))


def test_age_decides_sound_first_then_the_whole_call(folder: Path) -> None:
    items = due(all_calls(folder), NOW, sound_days=30, call_days=180)
    assert [(item.call.name, item.what, item.days) for item in items] == [("old", "call", 200), ("middle", "sound", 40)]
    before = read_call(folder / "middle")

    purge(items, NOW)

    assert names(all_calls(folder)) == ["middle", "new"]
    after = read_call(folder / "middle")
    assert not (folder / "middle" / "trainee.wav").exists()
    assert after.damage is None and after.closed and after.steps == before.steps
    assert due(all_calls(folder), NOW, sound_days=30, call_days=180) == []


def test_sound_that_is_merely_gone_is_still_damage(folder: Path) -> None:
    (folder / "new" / "caller.wav").unlink()
    damage = read_call(folder / "new").damage
    assert damage is not None and damage.file == "caller.wav"


def test_sound_that_was_changed_is_damage_whatever_a_note_says(folder: Path) -> None:
    own_calls.remove_sound(find(folder, "new"), NOW)
    (folder / "new" / "caller.wav").write_bytes(b"RIFF")
    damage = read_call(folder / "new").damage
    assert damage is not None and "digest" in damage.what


@pytest.mark.parametrize("text", ["", "{", "[]", '{"removed": 3}', '{"removed": [["trainee.wav"]]}'])
def test_a_damaged_note_excuses_nothing(folder: Path, text: str) -> None:
    (folder / "new" / "trainee.wav").unlink()
    (folder / "new" / "removed.json").write_text(text)
    assert read_call(folder / "new").damage is not None


def test_an_export_holds_everything_and_is_a_call_again(folder: Path, tmp_path: Path) -> None:
    (folder / "new" / "overlay.jsonl").write_text('{"k":"comment","at":"","turn":1,"text":"x"}\n')
    out = tmp_path / "mine.zip"
    assert export(all_calls(folder), out, sound=True, now=NOW) == []

    with zipfile.ZipFile(out) as archive:
        archive.extractall(tmp_path / "unpacked")
    for name in ("old", "middle", "new"):
        there, here = tmp_path / "unpacked" / name, folder / name
        assert {file.name: file.read_bytes() for file in there.iterdir()} == {
            file.name: file.read_bytes() for file in here.iterdir()
        }
        assert read_call(there).damage is None
    assert out.stat().st_mode & 0o077 == 0


def test_an_export_without_sound_says_so_inside(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.zip"
    export([find(folder, "new")], out, sound=False, now=NOW)

    with zipfile.ZipFile(out) as archive:
        assert sorted(archive.namelist()) == ["new/call.jsonl", "new/removed.json"]
        archive.extractall(tmp_path / "unpacked")
    assert read_call(tmp_path / "unpacked" / "new").damage is None


def test_an_export_never_writes_over_a_file_and_leaves_no_half_one(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.zip"
    out.write_text("dear to me")
    with pytest.raises(UserError, match="exists already"):
        export(all_calls(folder), out, sound=True, now=NOW)
    assert out.read_text() == "dear to me"

    with pytest.raises(UserError, match="cannot write"):
        export(all_calls(folder), tmp_path / "no" / "such.zip", sound=True, now=NOW)

    gone = find(folder, "new")
    (folder / "new" / "leak").symlink_to("/etc/hostname")
    left_out = export([gone], tmp_path / "second.zip", sound=True, now=NOW)
    assert left_out == ["new/leak: a link or no plain file"]
    assert not list(tmp_path.glob("*.part"))


def test_an_unreadable_header_is_listed_and_can_be_exported_and_deleted(folder: Path, tmp_path: Path) -> None:
    (folder / "new" / "call.jsonl").write_bytes(b"\xff\xfe rubbish")
    call = find(folder, "new")
    assert (call.state, call.persona) == ("unreadable", "")
    export([call], tmp_path / "it.zip", sound=True, now=NOW)
    delete(call, NOW)
    assert names(all_calls(folder)) == ["old", "middle"]
