"""Spoken calls: every word goes through synthesis, the line, speech detection, recognition and the reader."""

import json
from pathlib import Path

import pytest

from simulator.cli import main

DANA = "dana_double_billing"


def practise(
    capsys: pytest.CaptureFixture[str], script: str, out: Path, seed: int = 1, persona: str = DANA
) -> dict[str, object]:
    capsys.readouterr()
    status = main(
        ["practice", persona, "--trainee", script, "--fast", "--json", "--seed", str(seed), "--out", str(out)]
    )
    assert status == 0
    last: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return last


@pytest.mark.timeout(900)
def test_a_spoken_call_is_settled_replayed_and_heard_again(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    call = tmp_path / "call"
    result = practise(capsys, "excellent", call)

    assert result["outcome"] == "resolved"
    assert isinstance(result["anger"], float) and result["anger"] < 40

    assert main(["replay", str(call)]) == 0
    assert json.loads(capsys.readouterr().out)["identical"] is True
    assert main(["replay", str(call), "--relisten"]) == 0
    assert json.loads(capsys.readouterr().out)["differences"] == []

    sound = call / "trainee.wav"
    whole = sound.read_bytes()
    sound.write_bytes(whole[:9000] + bytes([whole[9000] ^ 1]) + whole[9001:])
    assert main(["replay", str(call)]) == 1
    assert json.loads(capsys.readouterr().out)["first_difference"]["file"] == "trainee.wav"


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(1, 11))
def test_the_worked_calls_end_as_they_must(capsys: pytest.CaptureFixture[str], tmp_path: Path, seed: int) -> None:
    """Excellent ends calm, solution first later and higher, the script reader never, the defensive one alone."""
    results = {
        script: practise(capsys, script, tmp_path / script, seed)
        for script in ("excellent", "solution_first", "script_reader", "defensive")
    }
    excellent, solution, reader, defensive = results.values()

    assert excellent["outcome"] == "resolved" and excellent["anger"] < 40  # type: ignore[operator]
    assert solution["outcome"] == "resolved"
    assert solution["anger"] > excellent["anger"] and solution["turns"] > excellent["turns"]  # type: ignore[operator]
    assert reader["outcome"] != "resolved"
    assert defensive["outcome"] == "hung_up" or defensive["asked_for_supervisor"]
    for script in results:
        assert main(["replay", str(tmp_path / script)]) == 0
