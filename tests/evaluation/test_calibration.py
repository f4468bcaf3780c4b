"""Sheets are blind and come back whole; the badge goes only by the rule."""

import csv
import io
import random

import pytest

from evaluation.calibration import Report, compare
from evaluation.debrief import Debrief
from evaluation.items import NOT_OBSERVED
from evaluation.rubric import Rubric
from evaluation.sheet_guide import QUESTIONS
from evaluation.sheets import COLUMNS, code_of, machine_answers, merge, read_sheet, sheet, titles, transcript
from simulator.errors import UserError
from tests.evaluation.worked_calls import CALLS, debrief_of

MADE = {name: debrief_of(CALLS[name]()) for name in sorted(CALLS)}
ITEM, SCORE = "empathy.restates", "score:empathy"


# -- sheets ----------------------------------------------------------------------------------------------------------


def filled(text: str, answers: dict[str, str], mark: str = ",") -> bytes:
    """The sheet with values, saved as a spreadsheet would."""
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=mark)
    writer.writeheader()
    for row in rows:
        writer.writerow({**row, "value": answers.get(row["item"], "")})
    return out.getvalue().encode()


def test_a_sheet_asks_about_every_item_of_the_rubric_but_the_outcome() -> None:
    rules = {rule.rule_id for score in Rubric.load().items.values() for rule in score.values()}
    assert set(QUESTIONS) == rules - {"resolution.outcome"}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_sheets_and_transcripts_are_blind(made: Debrief) -> None:
    text = sheet([("0123abcd", made)], "Kim")
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))

    assert [row["item"] for row in rows] == list(titles(made))
    assert all(row["value"] == row["why"] == "" and row["rater"] == "Kim" for row in rows)
    assert set(machine_answers(made)) <= set(titles(made))
    words = transcript("0123abcd", made, {})
    for line in made.timeline.lines:
        assert " ".join(line.text.split()) in words
    for secret in ("anger", "score", "building", "steady", "strong", "Sam "):
        said = " ".join(turn.text for turn in made.timeline.turns) + " ".join(line.text for line in made.timeline.lines)
        assert secret in said or secret not in words.lower() or secret in made.persona.story, secret


def test_corrected_words_are_marked() -> None:
    words = transcript("0123abcd", MADE["excellent"], {2: "the right words"})
    assert "Agent: the right words [words corrected by hand]" in words
    assert MADE["excellent"].timeline.turns[1].text not in words


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_sheet_comes_back_however_it_was_saved(mark: str) -> None:
    text = sheet([("0123abcd", MADE["excellent"])], "")
    said = {ITEM: " Partly", SCORE: "72,5" if mark != "," else "72.5", "empathy.apology": "n/o"}
    found = read_sheet(filled(text, said, mark), "sheets/Kim.csv")

    assert {(each.rater, each.call, each.item, each.value) for each in found} == {
        ("Kim", "0123abcd", ITEM, "partly"),
        ("Kim", "0123abcd", SCORE, 72.5),
        ("Kim", "0123abcd", "empathy.apology", NOT_OBSERVED),
    }


@pytest.mark.parametrize(
    ("answers", "needle"),
    [({ITEM: "maybe"}, "none of yes"), ({SCORE: "high"}, "0 to 100"), ({SCORE: "101"}, "0 to 100"),
     ({SCORE: "nan"}, "0 to 100"), ({}, "no answers")],
)  # fmt: skip
def test_a_wrong_answer_is_named_with_its_line(answers: dict[str, str], needle: str) -> None:
    text = sheet([("0123abcd", MADE["excellent"])], "Kim")
    with pytest.raises(UserError, match=needle) as error:
        read_sheet(filled(text, answers), "Kim.csv")
    assert "\n" not in str(error.value)
    if answers:
        line = next(n for n, key in enumerate(titles(MADE["excellent"]), 2) if key in answers)
        assert f"Kim.csv:{line}:" in str(error.value)


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"a,b\n1,2\n", "cöll,item\n".encode("cp1252"), b"\xff" * 100])
def test_what_is_no_sheet_is_refused(data: bytes) -> None:
    with pytest.raises(UserError, match=r"x\.csv"):
        read_sheet(data, "x.csv")


def test_an_unknown_item_and_two_answers_are_refused() -> None:
    head = ",".join(COLUMNS)
    with pytest.raises(UserError, match=r"x\.csv:2: there is no item"):
        read_sheet(f"{head}\nKim,c,calmness.nice,,,yes,\n".encode(), "x.csv")
    twice = read_sheet(f"{head}\nKim,c,{ITEM},,,yes,\nKim,c,{ITEM},,,no,\n".encode(), "x.csv")
    with pytest.raises(UserError, match="twice"):
        merge(twice)
    assert merge([twice[0], twice[0]]) == {"Kim": {"c": {ITEM: "yes"}}}


def test_titles_are_no_formulas() -> None:
    assert ",'=cmd," in sheet([("c", MADE["excellent"])], "=cmd") or "'=cmd" in sheet(
        [("c", MADE["excellent"])], "=cmd"
    )
    assert code_of(b"a") != code_of(b"b") and len(code_of(b"a")) == 8


# -- the rule --------------------------------------------------------------------------------------------------------

STEPS = ("no", "partly", "yes")


def panel(calls: int, *, slip: float, machine_slip: float, raters: int = 2, seed: int = 1) -> Report:
    """A truth of three steps; each side misses it by a step with this chance. Scores follow with some noise."""
    chance = random.Random(seed)

    def said(truth: int, slips: float) -> dict[str, str | float]:
        step = truth if chance.random() >= slips else min(2, max(0, truth + chance.choice((-1, 1))))
        return {ITEM: STEPS[step], SCORE: min(100.0, max(0.0, 20 + 30 * step + chance.gauss(0, 60 * slips)))}

    truth = {f"c{number}": number % 3 for number in range(calls)}
    machine = {code: said(value, machine_slip) for code, value in truth.items()}
    people = {f"r{rater}": {code: said(value, slip) for code, value in truth.items()} for rater in range(raters)}
    return compare(machine, people)


def passed(report: Report) -> dict[str, bool]:
    return {each.key: each.passed for each in report.rows}


def test_a_machine_as_good_as_people_loses_the_badge() -> None:
    report = panel(60, slip=0.1, machine_slip=0.1)
    assert report.missing == () and report.sessions == 60 and report.raters == ("r0", "r1")
    assert passed(report) == {ITEM: True, SCORE: True}
    for each in report.rows:
        for side in (each.machine, each.people):
            assert side.value is not None and side.interval is not None
            assert side.interval.low <= side.value <= side.interval.high


def test_a_machine_clearly_worse_than_people_keeps_it() -> None:
    report = panel(90, slip=0.0, machine_slip=0.3)
    found = next(each for each in report.rows if each.key == ITEM)
    assert found.machine.interval is not None and found.machine.interval.low > 0.4
    assert not found.passed and "worse than people" in found.why


def test_a_machine_that_guesses_keeps_it() -> None:
    chance = random.Random(3)
    machine = {f"c{n}": {ITEM: chance.choice(STEPS)} for n in range(60)}
    people = {rater: {f"c{n}": {ITEM: STEPS[n % 3]} for n in range(60)} for rater in ("r0", "r1")}
    found = compare(machine, people).rows[0]
    assert not found.passed and "under 0.4" in found.why
    assert found.machine.value is not None and abs(found.machine.value) < 0.35
    assert found.people.value == pytest.approx(1.0) and found.people.percent == 1.0


@pytest.mark.parametrize(
    ("calls", "raters", "needles"),
    [(29, 2, ["29 of 30 calls", "1 more"]), (40, 1, ["1 of 2 people", "0 of 30 calls"]), (30, 2, [])],
)
def test_thirty_calls_and_two_people_are_needed(calls: int, raters: int, needles: list[str]) -> None:
    report = panel(calls, slip=0.0, machine_slip=0.0, raters=raters)
    assert len(report.missing) == len([each for each in needles if " of " in each])
    for needle in needles:
        assert any(needle in line for line in report.missing)
    assert all(passed(report).values()) == (not needles)


def test_an_item_rarely_observed_keeps_the_badge_however_well_it_agrees() -> None:
    machine = {f"c{n}": {ITEM: STEPS[n % 3] if n < 12 else NOT_OBSERVED} for n in range(60)}
    found = compare(machine, {"r0": machine, "r1": machine}).rows[0]
    assert (found.sessions, found.passed) == (12, False) and "12 of 30" in found.why
    assert found.machine.percent == 1.0 and found.machine.value == pytest.approx(1.0)


def test_where_everybody_always_says_yes_nothing_is_shown() -> None:
    machine = {f"c{n}": {ITEM: "yes", SCORE: 80.0} for n in range(60)}
    for found in compare(machine, {"r0": machine, "r1": machine}).rows:
        assert found.machine.value is None and not found.passed and "undefined" in found.why
        assert found.machine.percent == 1.0


def test_bias_says_who_is_kinder() -> None:
    machine = {f"c{n}": {ITEM: STEPS[min(2, n % 3 + 1)], SCORE: 30.0 + n} for n in range(60)}
    people = {f"c{n}": {ITEM: STEPS[n % 3], SCORE: 20.0 + n} for n in range(60)}
    report = compare(machine, {"r0": people, "r1": people})
    item, score = report.rows
    assert item.machine.bias == pytest.approx(2 / 3) and score.machine.bias == pytest.approx(10)
    assert item.people.bias == score.people.bias == 0


def test_the_demands_of_a_call_are_pooled_and_resampled_with_it() -> None:
    machine = {f"c{n}": {f"resolution.demands/demand.d{k}": STEPS[(n + k) % 3] for k in range(4)} for n in range(30)}
    report = compare(machine, {"r0": machine, "r1": machine})
    assert [each.key for each in report.rows] == ["resolution.demands"]
    assert report.rows[0].sessions == 30 and report.rows[0].passed


def test_people_who_share_no_call_can_still_take_part() -> None:
    truth = {f"c{n}": {ITEM: STEPS[n % 3], SCORE: 10.0 * (n % 9)} for n in range(80)}
    half, rest = dict(list(truth.items())[:40]), dict(list(truth.items())[40:])
    report = compare(truth, {"a": half, "b": half, "c": rest, "d": rest})
    assert report.sessions == 80 and passed(report) == {ITEM: True, SCORE: True}


def test_the_same_sheets_give_the_same_report() -> None:
    assert panel(40, slip=0.2, machine_slip=0.2).to_json() == panel(40, slip=0.2, machine_slip=0.2).to_json()
