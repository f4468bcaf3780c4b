"""What words repeat, how specific they are, whether they can be checked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import wording

TOLD = "You took ninety-four sixty on the third. Then you took ninety-four sixty again on the fourth. Same bill."


def test_stock_phrases_are_not_specific() -> None:
    assert wording.specificity("I understand your frustration.", TOLD) == 0
    assert wording.specificity("I apologize for the inconvenience.", TOLD) == 0


def test_the_callers_own_facts_are() -> None:
    assert wording.specificity("So we took ninety-four sixty on the third and again on the fourth.", TOLD) >= 0.9


def test_an_echo_is_capped() -> None:
    assert wording.specificity("You took ninety-four sixty on the third.", TOLD) == wording.ECHO_CAP


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It'll be on your card by Thursday.", True),
        ("reference H R seven seven four one", True),
        ("You'll have it in 3 days", True),
        ("As soon as possible.", False),
        ("One moment please", False),
    ],
)
def test_what_can_be_checked(text: str, expected: bool) -> None:
    assert wording.checkable(text) is expected


def test_contractions_and_case_do_not_matter() -> None:
    assert wording.has_phrase("It's ONLY ninety dollars, ma'am!", "it is only")
    assert not wording.has_phrase("it is lonely", "only")
    assert not wording.has_phrase("anything", "")


def test_the_same_phrase_again() -> None:
    assert wording.same_wording("I understand your frustration.", "i understand your frustration")
    assert wording.same_wording("I understand your frustration.", "I understand your frustration, ma'am.")
    assert not wording.same_wording("I understand your frustration.", "That sounds exhausting.")


@given(st.text(), st.text())
def test_any_text_has_an_answer(text: str, told: str) -> None:
    assert 0 <= wording.specificity(text, told) <= 1
    assert isinstance(wording.checkable(text), bool)
    assert wording.same_wording(text, told) == wording.same_wording(told, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where is my money?", ("Where is my money?",)),
        ("No. No, no. I'm not telling it again.", ("No. No, no.", "I'm not telling it again.")),
        ("Well. That's... that's fair, actually.", ("Well. That's... that's fair, actually.",)),
        ("I want it back. Today.", ("I want it back. Today.",)),
        ('She said "no." Then nothing.', ('She said "no."', "Then nothing.")),
        ("", ()),
    ],
)
def test_lines_fall_into_sentences(text: str, expected: tuple[str, ...]) -> None:
    assert wording.sentences(text) == expected


@given(st.lists(st.sampled_from(["and", "I", "but,", "who", "—", "nine", "said", "so;"]), min_size=1, max_size=30))
def test_a_first_clause_loses_nothing(said: list[str]) -> None:
    pieces = wording.first_clause(" ".join(said))
    assert " ".join(pieces).split() == said
    lone = len(pieces) == 2 and len(pieces[0].split()) == 1
    assert len(pieces) == 1 or lone or min(len(piece.split()) for piece in pieces) >= wording.CLAUSE_WORDS


@given(st.text())
def test_sentences_lose_nothing(text: str) -> None:
    assert " ".join(wording.sentences(text)).split() == text.split()


@pytest.mark.parametrize(
    ("sentence", "pieces"),
    [
        ("Look, I know.", ("Look, I know.",)),
        ("Look, I know that.", ("Look,", "I know that.")),
        ("Okay. Thank you for saying that.", ("Okay.", "Thank you for saying that.")),
        ("Okay. Well.", ("Okay. Well.",)),
        ("Dana, I know that one.", ("Dana, I know that one.",)),
        ("I have rung you twice, and nobody called back.", ("I have rung you twice,", "and nobody called back.")),
        ("I have rung you twice, honestly.", ("I have rung you twice, honestly.",)),
        ("Forty-five dollars — that was my rent money.", ("Forty-five dollars —", "that was my rent money.")),
        ("", ("",)),
        ("I have twenty-five minutes for lunch and I'm spending it on you, so please.",
         ("I have twenty-five minutes for lunch", "and I'm spending it on you, so please.")),
        ("I waited here all morning between nine and eleven for somebody to come.",
         ("I waited here all morning between nine and eleven for somebody to come.",)),
        ("I waited there all of the morning for nothing but you.",
         ("I waited there all of the morning for nothing but you.",)),
    ],
)  # fmt: skip
def test_the_first_clause_is_cut_where_both_sides_are_worth_hearing(sentence: str, pieces: tuple[str, ...]) -> None:
    assert wording.first_clause(sentence) == pieces
    assert " ".join(pieces) == sentence
