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


def test_questions_that_nobody_has_judged_are_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "asked.yaml"
    file.write_text(
        "dana_double_billing:\n"
        "  - What is your name?\n"
        "  - question: How much was it?\n"
        "  - {question: And when?, verdict: miss, understood: '', why: ''}\n"
    )

    assert read_questions(file) == {"dana_double_billing": ["What is your name?", "How much was it?", "And when?"]}
    assert [each["question"] for each in read_verdicts(file)["dana_double_billing"]] == ["And when?"]
    file.write_text("dana_double_billing:\n  - {question: And when?, verdict: maybe}\n")
    with pytest.raises(ValueError, match="no such verdict"):
        read_verdicts(file)


def test_of_two_on_the_line_the_one_who_is_asked_answers(asking: Asking) -> None:
    pair = shelf.find("marian_owen_parcel")

    hers, his = asking.ask(pair, ["Mrs Coyle, were you at home on Monday?", "Mr Prosser, were you at home on Monday?"])

    assert hers.answer.startswith("Marian Coyle: ")
    assert his.answer.startswith("Owen Prosser: ")
    assert hers.understood
    assert his.understood == ("fact asleep",)


def test_every_caller_was_asked_ten_questions() -> None:
    """This set has none for two people on one line."""
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
