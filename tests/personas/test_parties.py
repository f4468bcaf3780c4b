"""Two callers in one file: both are checked, each with its own lines of the file, and then the two together."""

from pathlib import Path

import pytest

from personas.checker import check, check_bytes, places
from personas.loader import load
from personas.persona import Persona
from personas.shelf import LIBRARY

FILE = LIBRARY / "marian_owen_parcel.yaml"
TEXT = FILE.read_text(encoding="utf-8")
BEGINS = TEXT[: TEXT.index("\nother:")].count("\n") + 2
"""The line of ``other:``."""


def changed(old: str, new: str, *, second: bool = True) -> list[str]:
    """Errors and warnings, as "line: message", after the words were changed in the second caller (or the first)."""
    at = TEXT.index("\nother:")
    head, tail = TEXT[:at], TEXT[at:]
    assert old in (tail if second else head)
    text = head + tail.replace(old, new, 1) if second else head.replace(old, new, 1) + tail
    found = [one for one in check_bytes(text.encode(), FILE.name) if one.level != "advice"]
    return [f"{one.line}: {one.message}" for one in found]


def test_the_file_holds_two_complete_callers() -> None:
    pair = load(FILE)

    assert pair.other is not None
    assert (pair.id, pair.other.id) == ("marian_owen_parcel", "marian_owen_parcel_other")
    assert (pair.who.manner, pair.other.who.manner) == ("hot", "cold")
    assert pair.voice.speaker != pair.other.voice.speaker
    assert pair.company == pair.other.company
    assert pair.other.lines_for("times_out", "any"), "the house lines of the second one's manner stand in"
    assert {offer.id for offer in pair.offers} & {offer.id for offer in pair.other.offers} >= {
        "pay_for_roll",
        "letter_both",
    }
    assert pair.other.other is None


def test_the_dial_turns_for_both() -> None:
    pair = load(FILE)
    hard = pair.at_difficulty(5)

    assert pair.other is not None
    assert hard.other is not None
    assert hard.temper.start_anger > pair.temper.start_anger
    assert hard.other.temper.start_anger > pair.other.temper.start_anger
    assert Persona.from_json(hard.to_json()) == hard
    assert hard.digest() != pair.digest()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("start_anger: 62", "start_angr: 62", "temper has no setting 'start_angr'"),
        ("points: 45", "points: 35", "the points of all demands add up to 90"),
        ("  who:\n", "  persona: owen\n  who:\n", "there is no section 'persona'"),
        ("- id: asleep", "- id: tracking", "the id 'tracking' is already used on line"),
        ("name: Owen Prosser", "name: Mrs. Marian Coyle", "cannot be told apart by their names"),
        ("gives: {cleared: 85}", "gives: {clear: 85}", "gives 'clear', but there is no such demand"),
    ],
)
def test_what_is_wrong_with_the_second_is_told_on_its_line(old: str, new: str, message: str) -> None:
    found = changed(old, new)

    assert any(message in one and int(one.split(":")[0]) > BEGINS for one in found), found


def test_without_an_offer_for_both_nothing_concerns_the_two() -> None:
    text = TEXT
    for name in ("pay_for_roll", "correct_record", "letter_both", "split_cost", "he_pays", "voucher",
                 "words_for_group", "look_into"):  # fmt: skip
        at = text.index("\nother:")
        text = text[:at] + text[at:].replace(f"- id: {name}\n", f"- id: {name}_too\n")
    found = [one.message for one in check_bytes(text.encode(), FILE.name) if one.level == "warning"]

    assert found == ["no offer has the same id for both, so nothing that is offered concerns the two of them."]


@pytest.mark.parametrize(
    ("tail", "message"),
    [
        ("other: 7\n", "other: should hold the second caller's sections"),
        ("other: [one]\n", "other: should hold the second caller's sections"),
        ("other: {}\n", "the section 'who' is missing"),
        ("other:\n  who: {name: Bo}\nother:\n  who: {name: Al}\n", "there is no section 'other'"),
    ],
)
def test_an_other_that_is_none(tail: str, message: str) -> None:
    found = check_bytes((TEXT[: TEXT.index("\nother:") + 1] + tail).encode(), FILE.name)

    assert any(message in one.message for one in found), [one.message for one in found]
    assert all(one.line >= 1 for one in found)


def test_sayings_may_be_of_either(tmp_path: Path) -> None:
    file = tmp_path / FILE.name
    file.write_text(TEXT, encoding="utf-8")
    (tmp_path / "marian_owen_parcel.sayings.txt").write_text(
        "tracking: the number\nasleep: were you in bed\npay_for_roll: it is on us\nnobody: x\n", encoding="utf-8"
    )
    found = [one for one in check(file) if one.level == "error"]
    (tmp_path / "marian_owen_parcel.sayings.txt").write_text(
        "tracking: the number\nasleep: were you in bed\npay_for_roll: it is on us\n", encoding="utf-8"
    )
    pair = load(file)

    assert ["'nobody'" in one.message for one in found] == [True]
    assert pair.other is not None
    assert "the number" in pair.facts[0].asked_like
    assert "were you in bed" in pair.other.facts[0].asked_like
    for one in (pair, pair.other):
        assert "it is on us" in next(offer.heard_like for offer in one.offers if offer.id == "pay_for_roll")


def test_places_of_the_second_are_under_other() -> None:
    found = places(FILE)
    first, second = found["facts", 0, "id"], found["other", "facts", 0, "id"]

    assert first[0] < BEGINS < second[0]
