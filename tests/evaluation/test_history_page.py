"""The history as a page: the numbers of the terminal, nothing loaded, nothing run."""

from dataclasses import replace

import pytest

from evaluation.history import PastCall, series, skills
from evaluation.next_exercise import Exercise
from evaluation.page import to_history_page
from evaluation.page.plots import spark
from tests.evaluation.markup import Element, read
from tests.evaluation.worked_calls import CALLS, debrief_of

NAMES = ("defensive", "script_reader", "solution_first", "excellent")
NEXT = Exercise(
    persona="joel_late_bed", first_name="Joel", title="The bed", difficulty=3, step=0, skill=None,
    reasons=("<b>because</b>",),
)  # fmt: skip


def past_calls(names: tuple[str, ...] = NAMES) -> list[PastCall]:
    return [
        PastCall.of(debrief_of(CALLS[name]()), name=f"call {n}", started=f"2026-11-1{n}T10:00:00+01:00")
        for n, name in enumerate(names)
    ]


@pytest.fixture(scope="module")
def page() -> Element:
    return read(to_history_page(past_calls(), NEXT))


def test_every_call_and_every_skill_is_there_with_its_numbers(page: Element) -> None:
    calls, text = past_calls(), page.text()
    rows = [row.text() for table in page.all("table")[:1] for row in table.all("tr")[1:]]

    assert len(rows) == len(calls)
    for row, call in zip(rows, reversed(calls), strict=True):
        assert row.startswith(call.started[:10])
        for score in call.scores.values():
            assert str(score) in row.split() or score is None
    for skill in skills(calls):
        row = next(each.text() for each in page.all("tr") if each.text().startswith(skill.title))
        assert f"{100 * skill.level:.0f} %" in row and f"{skill.observed} of {len(calls)}" in row
    for change in series(calls)[0].changes:
        assert f"{change.change:+d}".replace("-", "−") + " against your own last 3" in text


def test_the_next_exercise_stands_with_its_reasons_escaped(page: Element) -> None:
    card = next(each for each in page.walk() if "card" in each.classes()).text()

    assert "Next: Joel, the bed, difficulty 3" in card and "<b>because</b>" in card
    assert "hotseat practice joel_late_bed" in card
    assert not page.all("b")


def test_every_drawing_has_its_numbers_in_words(page: Element) -> None:
    drawings = [each for each in page.all("svg") if each.attributes.get("role") == "img"]

    assert len(drawings) == 3 + len(skills(past_calls()))
    for drawing in drawings[3:]:
        said = drawing.attributes["aria-label"].split(": ")[1].split(", ")
        assert len(said) == len(NAMES)
        assert sum(each != "not observed" for each in said) == len(drawing.all("circle"))


def test_it_loads_and_runs_nothing_and_names_no_words_of_the_trainee(page: Element) -> None:
    markup = to_history_page(past_calls(), NEXT)

    policy = next(each.attributes["content"] for each in page.all("meta") if "http-equiv" in each.attributes)
    assert not page.all("script") and "script-src 'none'" in policy and "unsafe" not in policy
    for each in page.walk():
        assert not {"src", "style"} & set(each.attributes)
        assert each.attributes.get("href", "#").startswith("#")
    assert markup == to_history_page(past_calls(), NEXT)
    said = [turn.text for name in NAMES for turn in debrief_of(CALLS[name]()).timeline.turns]
    assert said and not [text for text in said if text in page.text()]


def test_without_calls_it_says_which_to_take_first() -> None:
    text = read(to_history_page([], NEXT)).text()

    assert "No calls yet." in text and "Take the first: Joel" in text


def test_one_call_of_an_unknown_end_is_shown() -> None:
    call = replace(past_calls()[0], outcome=None, scores={"calmness": None, "empathy": 3, "resolution": 0})

    text = read(to_history_page([call], None)).text()
    assert "the recording ends before the call did" in text and "not observed" in text and "too little to judge" in text


def test_a_drawing_breaks_where_nothing_was_observed() -> None:
    drawn = spark((0, 50, None, 100, 75))

    assert drawn.path == "M0.0 100.0L250.0 50.0" + "M750.0 0.0L1000.0 25.0"
    assert drawn.dots == ((0.0, 100), (25.0, 50), (75.0, 0), (100.0, 25))
    assert spark((40,)).dots == ((50.0, 60),) and spark(()).path == spark((None,)).path == ""
