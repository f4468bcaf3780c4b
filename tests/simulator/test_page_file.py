"""``hotseat debrief CALL --html``: the file, its sound, its command to try again, and what a wrong call is told."""

import re
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from simulator import own_calls, settings
from simulator.cli import main
from simulator.console.calls import make_debrief_of
from simulator.errors import RecordingError
from simulator.page_bench import TRIED, hold
from simulator.page_file import PAGE, Sound, cut_clips, voice_of
from simulator.recording import TRACKS, read_call


def noise() -> "np.ndarray":
    return (3000 * np.random.default_rng(1).normal(0, 0.3, 16_000)).astype(np.int16)


@pytest.fixture
def call() -> Path:
    """A spoken call of forty seconds among the trainee's own."""
    folder = settings.calls_folder() / "2026-01-02_10-00-00_dana_double_billing"
    folder.parent.mkdir(parents=True, exist_ok=True)
    hold(folder, noise(), minutes=0.8)
    return folder


def test_the_page_stands_in_the_call_folder_and_its_path_is_printed(
    call: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["debrief", call.name, "--html"]) == 0

    page = call / PAGE
    assert capsys.readouterr().out.strip() == str(page)
    assert page.stat().st_mode & 0o777 == 0o600
    text = page.read_text(encoding="utf-8")
    assert text.count("data:audio/flac;base64,") >= 4
    assert re.search(r"hotseat</span> <span class=\"nb\">(retry|practice)</span>", text)
    assert str(call.parent) not in text  # own calls go by their name
    assert TRIED in text  # with the better line computed, as the benchmark measures it
    assert main(["replay", str(call)]) == 0  # and the folder is still the call that it was


def test_a_page_without_sound_goes_where_it_is_told(call: Path, tmp_path: Path) -> None:
    assert main(["debrief", str(call), "--html", str(tmp_path / "kim.html"), "--no-clips"]) == 0

    text = (tmp_path / "kim.html").read_text(encoding="utf-8")
    assert "data:audio" not in text and "<audio" not in text and len(text) < 300_000
    assert not (call / PAGE).exists()


def test_the_same_call_gives_the_same_file(call: Path, tmp_path: Path) -> None:
    for name in ("one.html", "two.html"):
        assert main(["debrief", str(call), str(tmp_path / name), "--html"]) == 0

    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_the_sound_is_the_same_whether_it_was_begun_beside_the_debrief_or_not(call: Path) -> None:
    recorded = read_call(call)
    made = make_debrief_of(recorded)
    begun = Sound(recorded)
    begun.begin(made.timeline, clips=True, pitches=True)

    assert voice_of(recorded, made, begun) == voice_of(recorded, made)
    assert cut_clips(recorded, made, begun) == cut_clips(recorded, made) != {}


def test_a_track_that_cannot_be_read_is_named_by_who_needs_it(call: Path) -> None:
    recorded = read_call(call)
    made = make_debrief_of(recorded)
    (call / TRACKS[1]).write_bytes(b"no sound")
    sound = Sound(recorded)
    sound.begin(made.timeline, clips=True, pitches=True)

    with pytest.raises(RecordingError, match=TRACKS[1]):
        cut_clips(recorded, made, sound)


def test_own_earlier_calls_are_compared_with(call: Path, tmp_path: Path) -> None:
    assert "No earlier calls of yours" in page_of(call, tmp_path)
    header = (call / "call.jsonl").read_text(encoding="utf-8").splitlines()[0]
    assert '"started":"2026-01-01T00:00:00"' in header
    later = call.with_name("2026-01-03_10-00-00_dana_double_billing")
    hold(later, noise(), minutes=0.5, started="2026-01-03T10:00:00")

    assert "against your own last call" in page_of(later, tmp_path)


def page_of(call: Path, folder: Path) -> str:
    assert main(["debrief", str(call), "--html", str(folder / "page.html"), "--no-clips"]) == 0
    return (folder / "page.html").read_text(encoding="utf-8")


def test_when_the_sound_goes_the_page_goes(call: Path, tmp_path: Path) -> None:
    assert main(["debrief", call.name, "--html"]) == 0
    now = datetime(2026, 3, 1, tzinfo=UTC)
    own = own_calls.find(settings.calls_folder(), call.name)
    own_calls.export([own], tmp_path / "words.zip", sound=False, now=now)
    assert PAGE.encode() not in (tmp_path / "words.zip").read_bytes()
    own_calls.remove_sound(own, now)

    assert not (call / PAGE).exists()
    assert "data:audio" not in page_of(call, tmp_path)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["CALL", "x.html"], "say --html"),
        (["CALL", "--html", "--json"], "choose one of --html and --json"),
        (["CALL", "--html", "/nowhere/at/all.html"], "cannot write /nowhere/at/all.html"),
        (["CALL", "--html", "/"], "is a folder: name a file in it"),
        (["no_such_call", "--html"], "no_such_call"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    call: Path, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["debrief", *(call.name if each == "CALL" else each for each in arguments)]) == 2

    error = capsys.readouterr().err.strip()
    assert told in error and "\n" not in error
