"""The balance report: in words and as a page that says the same, loads nothing and lets nothing in."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from evaluation.say_back import say_back
from personas import shelf
from simulator.rehearsal.calls import Rehearsed, rehearse
from simulator.rehearsal.hardness import LOST, MIDDLING, Measured, compared, hardness, ranked
from simulator.rehearsal.report import balance, row
from simulator.rehearsal.sheet import GROUPS, WHO, Sheet, in_words, to_page
from simulator.rehearsal.trainees import TRAINEES
from simulator.unanswered import Unanswered

DANA = shelf.find("dana")
SOME = ("expert", "warm_beginner", "solution_first", "recovers", "script_reader", "rude")


def held(trainee: str, seed: int = 0) -> Rehearsed:
    return rehearse(DANA, trainee, seed, difficulty=3, back=say_back)


CALLS = tuple(held(trainee, seed) for trainee in SOME for seed in range(2))


@pytest.fixture
def sheet() -> Sheet:
    rows = tuple(row([call for call in CALLS if call.trainee == trainee]) for trainee in SOME)
    return Sheet(
        persona=DANA, difficulty=3, rows=rows, balance=balance(DANA, CALLS),
        mine=Measured(persona=DANA.id, stated=3, hardness=hardness(CALLS) or 0),
        library=(Measured(persona="joel_late_bed", stated=4, hardness=60.0),),
        asked_in_vain=(Unanswered(kind="question", text="What is your <b>postcode</b>?", answered="No idea.", times=2),),
        calls_taken=3,
    )  # fmt: skip


def test_every_trainee_is_explained_and_expected_to_do_something() -> None:
    assert set(WHO) == set(TRAINEES) == {name for _, names in GROUPS for name in names}


def test_hardness_is_the_anger_left_and_a_lost_call_counts_whole() -> None:
    won = held("warm_beginner")

    assert hardness([won, held("rude"), held("expert")]) == round(won.curve[-1], 1)
    assert hardness([replace(won, outcome="hung_up")]) == LOST
    assert hardness([held("rude")]) is None


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ((), "there is nobody in the library to compare with."),
        (
            (("a", 2, 10.0), ("b", 4, 60.0)),
            "harder than 1 of the 2 other callers in the library. The stated difficulty 3",
        ),
        ((("b", 4, 20.0),), "b says 4 and has 20, which should be harder. Raise 'difficulty:'"),
        ((("a", 2, 60.0),), "a says 2 and has 60, which should be easier. Lower 'difficulty:'"),
        ((("me", 3, 90.0),), "there is nobody in the library"),
    ],
)
def test_a_caller_is_placed_among_the_others(others: tuple[tuple[str, int, float], ...], said: str) -> None:
    library = [Measured(persona=name, stated=stated, hardness=hard) for name, stated, hard in others]

    assert said in compared(Measured(persona="me", stated=3, hardness=40.0), library)


def test_stated_and_measured_difficulty_are_compared_pair_by_pair() -> None:
    made = [("b", 4, 20.0), ("a", 2, 10.0), ("c", 2, 20.0), ("d", 5, 50.0)]
    order = ranked(Measured(persona=name, stated=stated, hardness=hard) for name, stated, hard in made)

    assert [one.persona for one in order.callers] == ["a", "b", "c", "d"]
    assert (order.pairs, order.swapped) == (5, (("c", "b"),)), "a and c state the same"
    assert order.text.endswith("agree in 4 of 5 pairs of callers; c states less than b and is not easier")
    assert order.to_plain()["swapped"] == [["c", "b"]]


def test_the_callers_that_ship_are_as_hard_as_their_files_say() -> None:
    ships = [shelf.find(one.name) for one in shelf.available() if one.origin == "library"]
    found = []
    for who in (one for one in ships if one.other is None):
        calls = [
            rehearse(who, each, seed, difficulty=who.difficulty, back=say_back)
            for each in MIDDLING
            for seed in range(8)
        ]
        found.append(Measured(persona=who.id, stated=who.difficulty, hardness=hardness(calls) or 0.0))
    order = ranked(found)

    assert not order.swapped, order.text
    assert {one.stated for one in found} >= {2, 3, 4, 5}


def test_the_words_say_who_wins_how_hard_and_what_is_unsaid(sheet: Sheet) -> None:
    told = "\n".join(in_words(sheet))

    assert "The balance holds" in told
    assert re.search(r"Should win\n  expert +settles 100%   settled 2; anger 68, \d+, \d+ in \d+ turns", told)
    assert re.search(r"Should not win\n  script_reader +settles   0%   left open 2", told)
    assert "harder than 0 of the 1 other callers" in told and "60.0  joel_late_bed" in told
    assert "situations no scripted trainee leads to: " in told and "hold_before" in told
    assert "2 x  What is your <b>postcode</b>?" in told


def test_what_does_not_hold_comes_first_and_is_counted(sheet: Sheet) -> None:
    made = replace(sheet, balance=replace(sheet.balance, faults=("the expert resolves only 10%",), never_met=("fees",)))

    told = in_words(made)

    assert told[1] == "1 thing does not hold yet; see below what."
    assert "  the expert resolves only 10%" in told and "  nobody ever met the demand 'fees'" in told


def test_a_line_is_unused_or_its_whole_situation_is(sheet: Sheet) -> None:
    bare = set(sheet.bare)

    assert "hold_before" in bare and "greeting" not in bare
    assert not [line for line in sheet.unused if line.partition(": ")[0] in bare]
    assert all(line in sheet.balance.unused for line in sheet.unused)


def test_as_json_it_says_the_same(sheet: Sheet) -> None:
    plain = sheet.to_plain()

    assert plain["resolved"]["expert"] == 1.0 and plain["resolved"]["rude"] == 0.0
    assert plain["hardness"] == sheet.mine.hardness if sheet.mine else False
    assert plain["asked_in_vain"] == [{"kind": "question", "text": "What is your <b>postcode</b>?", "times": 2}]


class Page(HTMLParser):
    """What a browser would fetch or run, and whether every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.reaches: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.reaches += [
            name for name, _ in attrs if name in ("src", "href", "data", "action") or name.startswith("on")
        ]
        if tag not in ("meta", "br", "link", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_reaches_for_nothing(sheet: Sheet) -> None:
    page = Page()
    page.feed(text := to_page(sheet))

    assert page.open == [] and page.reaches == []
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert "&lt;b&gt;postcode&lt;/b&gt;" in text and "<b>postcode" not in text
    assert text.count("<polyline") == 5 and "default-src 'none'" in text
    for title in ("Who settles the call", "How hard", "Lines that nobody brought out", "joel_late_bed"):
        assert title in text
