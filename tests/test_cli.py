"""The command line as people and programs use it: results, exit status, one line for what is wrong."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from simulator.cli import main
from simulator.console.practice import find_script


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """(exit status, standard output, standard error) of a command."""
    capsys.readouterr()
    status = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))


EXCELLENT = "\n".join(
    line
    for line in find_script("dana_double_billing", "excellent").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
)


def test_overview_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys)
    assert status == 0 and "hotseat practice" in out and len(out.splitlines()) <= 12
    assert run(capsys, "--version")[1].strip()[0].isdigit()


@pytest.mark.parametrize(
    ("arguments", "needle"),
    [
        (["frobnicate"], "No such command"),
        (["practice"], "choose who calls you"),
        (["practice", "danna_double_billing"], "dana_double_billing"),
        (["practice", "dana", "--fast"], "--fast needs"),
        (["practice", "dana", "--typed", "--trainee", "excellent"], "choose one of"),
        (["practice", "dana", "--trainee", "brilliant", "--fast"], "excellent"),
        (["practice", "dana", "--difficulty", "9", "--typed"], "difficulty"),
        (["practice", "dana", "--mic", "nowhere.wav", "--fast"], "nowhere.wav"),
        (["practice", "dana"], "--typed"),
        (["replay", "nowhere"], "not a recorded call"),
        (["debrief", "nowhere"], "not a recorded call"),
        (["replay", "nowhere.wav"], "--persona"),
        (["transcribe", "nowhere.wav"], "nowhere.wav"),
        (["measure", "nowhere.wav"], "nowhere.wav"),
        (["measure", "nowhere.wav", "--recognizer", "parrot"], "parrot"),
        (["measure", "nowhere.wav", "--channel", "middle"], "middle"),
        (["say", "", "--persona", "dana", "--out", "x.wav"], "nothing to say"),
        (["say", "hello", "--persona", "dana", "--out", "no/such/folder/x.wav"], "does not exist"),
        (["read", "nowhere.jsonl"], "cannot read"),
        (["models", "fetch", "whisper-enormous"], "whisper"),
        (["bench", "everything"], "there is no benchmark"),
        (["rehearse"], "--all"),
        (["rehearse", "dana", "--all"], "not both"),
        (["rehearse", "dana", "--trainee", "genius"], "expert"),
        (["rehearse", "dana", "--difficulty", "7"], "1 to 5"),
        (["rehearse", "dana", "--texts", "--lost", "0.2"], "--lost"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], needle: str
) -> None:
    status, out, err = run(capsys, *arguments)

    assert status == 2
    assert out == ""
    assert needle in err
    assert "Traceback" not in err
    if arguments != ["practice"]:
        assert len(err.strip().splitlines()) == 1


def test_personas(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, _ = run(capsys, "personas", "list", "--json")
    assert status == 0 and {"dana_double_billing", "joel_late_bed"} <= {row["name"] for row in json.loads(out)}
    assert "Wants" in run(capsys, "personas", "show", "dana")[1]
    both = run(capsys, "personas", "show", "marian")[1]
    assert both.count("\nWants\n") == 2
    assert "On the line as well: Owen Prosser, 44" in both
    broken = tmp_path / "broken.yaml"
    broken.write_text("persona: broken\nversion: 1\ntemper: {start_angr: 3}\n")
    status, out, _ = run(capsys, "personas", "check", broken, "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert status == 1
    assert set(rows[0]) == {"file", "line", "column", "level", "message", "hint"}
    assert any("start_anger" in row["message"] + row["hint"] for row in rows)


def test_models_and_doctor(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "models", "--json")
    rows = {row["name"]: row for row in json.loads(out)}
    assert status == 0
    for name in ("whisper-tiny-en", "kokoro-82m-int8", "reader", "matcher", "silero-vad"):
        assert rows[name]["status"] == "present", name
        assert rows[name]["licence"]
        assert all(file["sha256"] and len(file["sha256"]) == 64 for file in rows[name]["files"])
    status, out, _ = run(capsys, "doctor", "--json")
    assert status == 0
    assert {"check", "state", "found", "mend"} == set(json.loads(out)[0])


def test_read_takes_anything(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {"id": "a", "caller": "You charged me twice!", "reply": "I'm so sorry, that was our mistake."},
        {"id": "b", "reply": ""},
        {"id": "c", "caller": None, "reply": "word " * 500},
        {"id": 4, "caller": "\u0000", "reply": "😀🤬 \u0007 これは日本語です"},
    ]
    typed(monkeypatch, "\n".join(json.dumps(row) for row in rows) + "\nJust a plain line.\n{broken\n")

    status, out, err = run(capsys, "read")
    found = [json.loads(line) for line in out.splitlines()]

    assert status == 2 and "standard input:6" in err
    assert [row["id"] for row in found] == ["a", "b", "c", 4, 5]
    assert "apology" in found[0]["labels"]
    assert found[1]["labels"] == []
    for row in found:
        assert set(row) == {"id", "labels", "probabilities"}
        assert all(0 <= p <= 1 for p in row["probabilities"].values()) and len(row["probabilities"]) == 26


def test_a_typed_call_from_start_to_replay(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    call = tmp_path / "call"
    typed(monkeypatch, EXCELLENT)
    status, out, err = run(capsys, "practice", "dana", "--typed", "--json", "--out", call)
    last = json.loads(out.splitlines()[-1])

    assert status == 0
    assert {"call", "outcome", "anger", "scores"} <= set(last)
    assert last["outcome"] == "resolved" and last["anger"] < 40
    assert "Dana:" in err

    status, out, _ = run(capsys, "replay", call)
    assert status == 0 and json.loads(out)["identical"] is True

    status, out, _ = run(capsys, "debrief", call, "--json")
    first = out
    plain = json.loads(out)
    assert status == 0 and set(plain["scores"]) == {"calmness", "empathy", "resolution"}
    for score in plain["scores"].values():
        for item in score["items"]:
            assert {"item", "value", "points", "quote", "t0", "t1"} <= set(item)
    for turn in plain["turns"]:
        moved = sum(round(entry["points"] * 1000) for entry in turn["ledger"])
        assert moved == round((turn["anger_after"] - turn["anger_before"]) * 1000)
    assert run(capsys, "debrief", call, "--json")[1] == first
    status, out, _ = run(capsys, "debrief", call, "--plain")
    assert status == 0 and "uncalibrated" in out and out.isascii() is not None

    log = call / "call.jsonl"
    whole = log.read_bytes()
    log.write_bytes(whole[:5000] + b"X" + whole[5001:])
    status, out, _ = run(capsys, "replay", call)
    assert status == 1
    assert json.loads(out)["first_difference"]["line"] == whole[:5000].count(b"\n") + 1
    status, _, err = run(capsys, "practice", "dana", "--typed", "--out", call)
    assert status == 2 and "exists already" in err


def test_nothing_typed_at_all(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, own_data_folder: Path
) -> None:
    typed(monkeypatch, "\n\n")
    status, out, _ = run(capsys, "practice", "joel", "--typed", "--json", "--no-record")

    assert status == 0
    assert json.loads(out)["outcome"] == "unresolved"
    kept = own_data_folder / "hotseat" / "calls"
    assert not kept.exists() or [path.name for path in kept.iterdir() if path.suffix == ".partial"] == []


def test_the_stop_word_saves_the_call(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    typed(monkeypatch, "Halden, this is Sam.\n/stop\nnever said\n")
    status, out, _ = run(capsys, "practice", "dana", "--typed", "--json", "--out", tmp_path / "call")

    assert status == 0
    last = json.loads(out)
    assert (last["outcome"], last["turns"]) == ("stopped", 1)
    assert run(capsys, "replay", tmp_path / "call")[0] == 0


@pytest.mark.parametrize(
    ("name", "samples", "rate", "subtype", "status"),
    [
        ("empty.wav", np.zeros(0), 16_000, "PCM_16", 2),
        ("silent.wav", np.zeros(16_000), 16_000, "PCM_16", 0),
        ("low.wav", np.zeros(8_000), 8_000, "PCM_16", 0),
        ("high.wav", np.zeros(48_000), 48_000, "FLOAT", 0),
        (
            "stereo.wav",
            np.stack([np.sin(np.arange(16_000) / 9), np.sin(np.arange(16_000) / 5)], axis=1) * 0.5,
            16_000,
            "PCM_16",
            2,
        ),
    ],
)
def test_odd_recordings_are_handled_or_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, samples: object, rate: int, subtype: str, status: int
) -> None:
    path = tmp_path / name
    soundfile.write(path, samples, rate, subtype=subtype)

    got, out, err = run(capsys, "transcribe", path, "--json")

    assert got == status
    if status == 0:
        row = json.loads(out)
        assert set(row) == {"file", "text", "words", "audio_s", "elapsed_s"} and row["text"] == ""
    else:
        assert len(err.strip().splitlines()) == 1 and name in err


def test_a_silent_recording_is_not_scored(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "silent.wav"
    soundfile.write(path, np.zeros(32_000), 16_000)

    status, out, err = run(capsys, "replay", path, "--persona", "dana")

    assert status == 2 and out == "" and "silent" in err


def test_rehearse_reports_each_trainee_and_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    some = ["--seeds", 3, "--trainee", "expert", "--trainee", "rude"]
    status, out, _ = run(capsys, "rehearse", "dana", *some, "--json")
    lines = [json.loads(line) for line in out.splitlines()]

    assert status == 0
    assert [line.get("trainee") for line in lines] == ["expert", "rude", None]
    assert lines[0]["outcomes"] == {"resolved": 3} and lines[0]["anger_end"]["p50"] < 30
    assert lines[1]["outcomes"] == {"hung_up": 3} and lines[1]["turns"]["p50"] < 6
    assert lines[2]["expert_resolves"] == 1.0 and lines[2]["faults"] == []

    status, out, _ = run(capsys, "rehearse", "dana", "--seeds", 2, "--trainee", "policy_reciter", "--show")
    assert "policy_reciter" in out and "[hang_up]" in out


def test_rehearse_says_what_does_not_hold(capsys: pytest.CaptureFixture[str]) -> None:
    """Deaf to nine tenths of it, she cannot be won."""
    status, out, _ = run(capsys, "rehearse", "dana", "--seeds", 3, "--trainee", "expert", "--lost", 0.9)

    assert status == 1
    assert "does not hold: the expert resolves only 0%" in out


def test_the_stop_word_ends_a_typed_call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "Hi, this is Sam.\nRed card, sorry.\nAre you still there?\n")
    status, out, _ = run(
        capsys, "practice", "dana", "--typed", "--json", "--no-record", "--stop-word", "red card"
    )  # fmt: skip

    assert status == 0
    assert json.loads(out.splitlines()[-1])["outcome"] == "stopped"


def test_a_stop_word_of_one_word_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "practice", "dana", "--typed", "--stop-word", "stop")

    assert status == 2 and "two words" in err


def test_a_moment_once_more(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    typed(monkeypatch, "Halden, this is Sam.\nThat is our policy.\nThat is all I can do.\n")
    assert run(capsys, "practice", "dana", "--typed", "--out", tmp_path / "first", "--json")[0] == 0
    before = {file.name: file.read_bytes() for file in (tmp_path / "first").iterdir()}

    typed(monkeypatch, "So you were charged ninety-four sixty twice, and it put your account under.\n")
    status, out, err = run(capsys, "retry", tmp_path / "first", "--turn", "2", "--out", tmp_path / "second", "--plain")
    assert status == 0
    assert "you said then: That is our policy." in err
    assert "-- Then (.) and now (*) --" in out and "Taken up again at turn 2" in out
    assert {file.name: file.read_bytes() for file in (tmp_path / "first").iterdir()} == before

    status, out, _ = run(capsys, "replay", tmp_path / "second", "--json")
    turns = json.loads(out)["turns"]
    assert status == 0 and [turn["turn"] for turn in turns] == [1, 2]
    assert turns[1]["anger_before"] == 68.0 and turns[1]["anger_after"] < 68.0

    again = json.loads(run(capsys, "debrief", tmp_path / "second", "--json")[1])["retake"]
    assert (again["of"], again["turn"]) == ("first", 2)
    assert again["then"]["said"] == "That is our policy." and again["now"]["end"] == round(turns[1]["anger_after"], 1)
    assert again["then"]["curve"][:2] == again["now"]["curve"][:2] and again["then"]["end"] > again["now"]["end"]
    assert json.loads(run(capsys, "debrief", tmp_path / "first", "--json")[1])["retake"] is None
    typed(monkeypatch, "That is our policy.\n")
    out = run(capsys, "retry", tmp_path / "first", "--turn", "2", "--out", tmp_path / "third", "--json")[1]
    assert json.loads(out.splitlines()[-1])["retake"]["now"]["said"] == "That is our policy."
    (tmp_path / "first").rename(tmp_path / "gone")
    status, out, err = run(capsys, "debrief", tmp_path / "second", "--json")
    assert status == 0 and json.loads(out)["retake"] is None and "first, which this call takes up again" in err
    (tmp_path / "gone").rename(tmp_path / "first")

    assert run(capsys, "retry", tmp_path / "first", "--turn", "8")[2].count("choose 1 to 3") == 1
    assert "--typed" in run(capsys, "retry", tmp_path / "first", "--turn", "2", "--mic", "x.wav")[2]


def test_what_if(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    typed(monkeypatch, "Halden, this is Sam.\nThat is our policy.\n")
    assert run(capsys, "practice", "dana", "--typed", "--out", tmp_path / "call", "--json")[0] == 0

    def what_if(*changes: str) -> tuple[int, str, str]:
        return run(
            capsys, "replay", tmp_path / "call", "--json", *(x for change in changes for x in ("--what-if", change))
        )

    status, out, _ = what_if("difficulty=5", "seed=1")
    made = json.loads(out)
    assert status == 0 and made["what_if"] == {"difficulty": "5", "seed": "1"}
    assert made["turns"][0]["anger_now"] > made["turns"][0]["anger_then"]

    joel = json.loads(what_if("persona=joel_late_bed")[1])
    assert joel["diverges_at"] == 1 and joel["turns"][1]["hypothetical"]
    assert json.loads(what_if("temper.start_anger=40")[1])["turns"][0]["anger_now"] == 40.0
    for wrong, says in (("mood=5", "KEY=VALUE"), ("difficulty=9", "1 to 5"), ("temper.zest=1", "start_anger")):
        status, _, err = what_if(wrong)
        assert status == 2 and says in err
