"""What trainees are most likely to ask: a question that was judged answered is still understood as it was then."""

from pathlib import Path

import pytest

from personas import shelf
from scripts.measuring.asked import VERDICTS, Asking, counts, read_questions, read_verdicts

SET_A = Path(__file__).parent / "data" / "likely_questions_a.yaml"
JUDGED = read_verdicts(SET_A)


@pytest.fixture(scope="module")
def asking() -> Asking:
    return Asking()


def test_every_caller_was_asked_ten_questions() -> None:
    """Two people on one line are not asked: whom a question is for is another matter."""
    shipped = {one.name for one in shelf.available() if one.origin == "library" and shelf.find(one.name).other is None}

    assert {caller: len(asked) for caller, asked in JUDGED.items()} == dict.fromkeys(shipped, 10)


def test_at_least_92_percent_were_answered() -> None:
    total = counts(JUDGED)["all"]

    assert sum(total[name] for name in VERDICTS) == 140
    assert total["answered"] / 140 >= 0.92
    assert total["wrong"] == 0


@pytest.mark.parametrize("caller", JUDGED)
def test_what_was_answered_is_still_understood(asking: Asking, caller: str) -> None:
    found = asking.ask(shelf.find(caller), read_questions(SET_A)[caller])

    lost = [
        (one.question, judged["understood"], one.understood)
        for judged, one in zip(JUDGED[caller], found, strict=True)
        if judged["verdict"] == "answered" and one.lost(judged["understood"])
    ]
    assert lost == []
