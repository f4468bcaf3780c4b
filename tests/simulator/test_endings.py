"""One whole call for each way a call can end, and how she ends it."""

import pytest

from evaluation.say_back import say_back
from personas import shelf
from simulator.chance import Chance
from simulator.rehearsal.calls import Rehearsed, rehearse
from simulator.rehearsal.scene import Clause, Scene, Spoken
from simulator.rehearsal.trainees import TRAINEES, Expert

DANA, JOEL = shelf.find("dana_double_billing"), shelf.find("joel_late_bed")


class HandsOver(Expert):
    """Explains and explains, and passes her on to his superior as soon as she asks for one."""

    def reply(self, scene: Scene) -> Spoken:
        if scene.said("supervisor", "supervisor_again"):
            return Spoken(clauses=(Clause(text="I'll put you through to my supervisor now.", labels=("supervisor",)),))
        return Spoken(clauses=(Clause(text=f"That is how it is, number {scene.turn}.", labels=("explanation",)),))


ENDINGS = [
    ("expert", 3, "resolved", "warm", "", "close_warm"),
    ("solution_first", 5, "resolved", "cool", "", "close_cool"),
    ("script_reader", 3, "unresolved", "", "the trainee ended the call", ""),
    ("policy_reciter", 3, "hung_up", "", "anger", "hang_up"),
    ("rude", 3, "hung_up", "", "rudeness", "hang_up"),
    ("apology_parrot", 3, "hung_up", "", "nothing was offered", "hang_up"),
]


def last_line(call: Rehearsed) -> str:
    return next(why for who, why, _ in reversed(call.said) if who == "caller")


@pytest.mark.parametrize(("trainee", "difficulty", "outcome", "manner", "detail", "line"), ENDINGS)
def test_every_ending(trainee: str, difficulty: int, outcome: str, manner: str, detail: str, line: str) -> None:
    call = rehearse(DANA, trainee, 0, difficulty=difficulty, back=say_back)

    assert (call.outcome, call.manner, call.detail) == (outcome, manner, detail)
    assert not line or last_line(call) == line


def test_she_runs_out_of_patience() -> None:
    call = rehearse(JOEL, "over_promiser", 0, difficulty=5, back=say_back)

    assert (call.outcome, call.detail, last_line(call)) == ("hung_up", "patience", "hang_up")


def test_thirty_replies_are_enough() -> None:
    """Nobody leaves who is not angry; in the end they have run out of time."""
    mild = JOEL.temper.model_copy(update={"start_anger": 30, "patience": 1_000, "flares": 0.1})
    call = rehearse(JOEL.model_copy(update={"temper": mild}), "flatterer", 0, difficulty=3, back=say_back)

    assert (call.outcome, call.turns, last_line(call)) == ("timed_out", 30, "times_out")


def test_she_is_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TRAINEES, "hands_over", HandsOver)
    call = rehearse(DANA, "hands_over", 0, difficulty=3, back=say_back)

    assert (call.outcome, last_line(call)) == ("escalated", "handed_over")


@pytest.mark.parametrize("trainee", [name for name in TRAINEES if name not in ("rude", "interrupter")])
def test_she_warns_before_she_hangs_up(trainee: str) -> None:
    for seed in range(3):
        call = rehearse(DANA, trainee, seed, difficulty=4, back=say_back)
        said = [why for who, why, _ in call.said if who == "caller"]

        assert "hang_up" not in said or "last_warning" in said[: said.index("hang_up")]


def test_the_same_call_again_to_the_letter() -> None:
    calls = [rehearse(DANA, "expert", 11, difficulty=3, back=say_back) for _ in range(2)]

    assert calls[0] == calls[1]
    assert Chance(11, "x").fraction("a") == Chance(11, "x").fraction("a")
