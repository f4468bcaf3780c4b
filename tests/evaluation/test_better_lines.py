"""Better lines: what is made for a moment, what is chosen, and that nothing in it is invented."""

from dataclasses import replace

import pytest

from evaluation.better_lines import (
    ANSWERED,
    SUPERVISOR,
    Moment,
    candidates,
    gists,
    open_offers,
    stock,
    try_all,
    unknown_details,
)
from personas import shelf
from simulator.wording import content

DANA = shelf.find("dana_double_billing")
STORY = DANA.lines_for("story", "any")
BLAMED = Moment(
    persona=DANA, agent="Sam", turn=3, told=("Hi.", STORY[0]), text="You must have paid it twice.",
    hurt=(("blame", "You must have paid it twice."),), known=frozenset({"money_back", "fees"}), early=True,
)  # fmt: skip


def test_what_happened_is_said_back_from_the_other_side() -> None:
    assert gists(STORY[0]) == (
        "we took ninety-four sixty on the third, and then we took ninety-four sixty again on the fourth",
    )
    assert gists("Is anybody there?") == () and gists("Don't tell me to calm down.") == ()


def test_after_blame_the_mistake_is_owned_before_anything_is_offered() -> None:
    first, *_ = candidates(BLAMED)

    assert "we took ninety-four sixty on the third" in first[0].lower()
    assert content("sorry mistake us wrong apologise") & content(first[0])


def test_before_anything_was_told_the_line_asks_and_says_who_is_speaking() -> None:
    made = candidates(replace(BLAMED, told=("Hello?",), turn=1, early=False, known=frozenset()))

    assert made and made[0][0].startswith("This is Sam at Halden Broadband. ") and made[0][0].endswith(("?", "."))


def test_what_helped_in_the_reply_is_kept_and_what_hurt_is_left_out() -> None:
    kept = "I am looking at both charges you told me of on my screen."
    moment = replace(BLAMED, text=f"{kept} You must have paid it twice.", helped=(kept,))
    made = [words for words, _ in candidates(moment)]

    assert kept in made
    assert not any("paid it twice" in words for words in made)


def test_a_day_that_only_the_trainee_named_is_not_repeated() -> None:
    kept = "I am looking at both charges and it is done by Saturday."
    moment = replace(BLAMED, text=f"{kept} You must have paid it twice.", helped=(kept,))

    assert not any("Saturday" in words for words, _ in candidates(moment))


def test_only_offers_for_what_she_wants_and_has_not_got() -> None:
    named = [offer.id for offer in open_offers(DANA, {"money_back", "fees"}, {"money_back"})]

    assert named == ["cover_fee"]
    assert [offer.id for offer in open_offers(DANA, {"money_back", "fees"}, set(), {"fees"})] == [
        "cover_fee",
        "refund_now",
    ]


@pytest.mark.parametrize("told", [("Hello?",), ("Hi.", STORY[0]), ("Hi.", *STORY), (*STORY, DANA.demands[1].say[0])])
@pytest.mark.parametrize("cause", ["blame", "wall", "hostile", "talk_over", "vague_promise"])
def test_no_line_holds_a_number_a_day_or_a_name_that_is_not_hers(told: tuple[str, ...], cause: str) -> None:
    moment = replace(BLAMED, told=told, hurt=((cause, BLAMED.text),), early=False)
    known = " ".join((*told, "Sam", DANA.company, *(way for offer in DANA.offers for way in offer.heard_like)))

    for words, why in candidates(moment):
        assert unknown_details(words, known) == () and why
        assert "{" not in words


def test_the_most_fitting_of_the_good_ones_is_taken() -> None:
    order = [words for words, _ in candidates(BLAMED)]
    anger = dict.fromkeys(order, 70_000) | {order[0]: 61_500, order[1]: 60_000}
    tried = try_all(BLAMED, anger.__getitem__)

    assert tried[0].words == order[0]  # within two points of the lowest
    assert [each.anger for each in tried[1:]] == sorted(each.anger for each in tried[1:])
    assert try_all(BLAMED, (anger | {order[0]: 63_000}).__getitem__)[0].words == order[1]


def test_what_she_asked_for_comes_before_what_calms_a_little_more() -> None:
    moment = replace(BLAMED, supervisor_open=True)
    anger = {words: 60_000 if why != SUPERVISOR else 60_000 + ANSWERED for words, why in candidates(moment)}

    assert try_all(moment, anger.__getitem__)[0].why == SUPERVISOR


def test_the_stock_holds_no_facts() -> None:
    """Days, sums and names come from the caller or not at all."""
    for situation, ways in stock().items():
        for way in ways:
            said = way.replace("{gist}", "x").replace("{Gist}", "x")
            assert unknown_details(said, "") == (), f"{situation}: {way}"
