"""What is said for what is written."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.clauses import clauses
from voice.number_words import cardinal, ordinal, year
from voice.spoken_text import SpokenWord, spoken_words


def said(text: str) -> str:
    """Words with their marks, ``*`` before shouted and ``#`` before exact ones."""
    return " ".join(
        "*" * word.stressed + "#" * word.exact + " ".join(word.spoken) + word.mark for word in spoken_words(text)
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Ninety-four sixty. Twice.", "Ninety-four sixty. Twice."),
        ("W-H-I-T-L-O-C-K.", "#W H I T L O C K."),
        ("H-B two oh nine", "#H B two oh nine"),
        ("Order HB20931", "Order #H B two zero nine three one"),
        ("$94.60", "ninety-four dollars and sixty cents"),
        ("$1", "one dollar"),
        ("£1,200!", "one thousand two hundred pounds!"),
        ("$0.35", "thirty-five cents"),
        ("£2m", "two million pounds"),
        ("-4 °C", "minus four degrees"),
        ("100%", "one hundred percent"),
        ("3.5", "three point five"),
        ("account 0926", "account #zero nine two six"),
        ("ending 4471", "ending #four four seven one"),
        ("1,204 people", "one thousand two hundred and four people"),
        ("on March 3", "on March third"),
        ("3 March", "third of March"),
        ("the 22nd", "the twenty-second"),
        ("in 2024, 1999 and 2005", "in twenty twenty-four, nineteen ninety-nine and two thousand and five"),
        ("2024-03-04", "march fourth twenty twenty-four"),
        ("at 10:30 or 9:00 or 9am", "at ten thirty or nine o'clock or nine A M"),
        ("9:05pm", "nine oh five P M"),
        ("3-5 days", "three to five days"),
        ("555-0142", "#five five five zero one four two"),
        ("a 24-hour line", "a twenty-four hour line"),
        ("NOT again", "*not again"),
        ("I'VE HAD IT", "*i've *had *it"),
        ("my TV, my PIN", "my T V, my pin"),
        ("Well... no", "Well… no"),
        ("no — yes", "no— yes"),
        ("What?!", "What!"),
        ("don't you're o'clock", "don't you're o'clock"),
        ("it’s", "it's"),
        ("Mr. Keane and Mrs Tran", "mister Keane and missus Tran"),
        ("dana.w@larkmail.com", "#dana dot w at larkmail dot com"),
        ('"Out for delivery" since Tuesday', "Out for delivery since Tuesday"),
        ("OK", "okay"),
        ("", ""),
        ("... — !", ""),
    ],
)
def test_is_read_like_this(written: str, expected: str) -> None:
    assert said(written) == expected


def test_written_words_are_kept_for_the_record() -> None:
    assert [word.written for word in spoken_words("Twice, $94.60!")] == ["Twice,", "$94.60!"]


@given(st.text(alphabet=string.printable + "£€’“”…—°é", max_size=80))
def test_any_text_gives_words_that_an_engine_can_say(text: str) -> None:
    for word in spoken_words(text):
        assert word.spoken and word.mark in ("", *",;:.?!…—")
        for part in word.spoken:
            assert part and " " not in part


@given(st.integers(0, 10**14))
def test_numbers_are_words(value: int) -> None:
    assert set(cardinal(value)) <= set(string.ascii_lowercase + "- ")
    assert ordinal(value) != cardinal(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(21, "twenty-first"), (12, "twelfth"), (100, "one hundredth"), (105, "one hundred and fifth")],
)
def test_ordinals(value: int, expected: str) -> None:
    assert ordinal(value) == expected


def test_years_of_a_century() -> None:
    assert (year(1900), year(1805), year(2010)) == ("nineteen hundred", "eighteen oh five", "twenty ten")


def cut(text: str) -> list[str]:
    return [" ".join(word.written for word in clause) for clause in clauses(spoken_words(text))]


def test_a_line_is_cut_at_sentences_and_early_in_the_first() -> None:
    assert cut("I was charged twice, and nobody can say why. Twice. Look, stop it.") == [
        "I was charged twice,", "and nobody can say why.", "Twice.", "Look, stop it.",
    ]  # fmt: skip


def test_a_short_head_or_rest_is_not_cut_off() -> None:
    assert cut("Look, I want my money back.") == ["Look, I want my money back."]
    assert cut("I want my money back, now.") == ["I want my money back, now."]


@given(st.lists(st.sampled_from(["money", "back,", "no.", "why?", "well...", "and", "—"]), max_size=120))
def test_cutting_loses_no_word_and_leaves_no_long_piece(parts: list[str]) -> None:
    words = spoken_words(" ".join(parts))
    pieces = clauses(words)
    assert tuple(word for piece in pieces for word in piece) == words
    assert all(0 < len(piece) <= 28 for piece in pieces)


def test_a_word_without_a_sound_of_its_own_is_still_a_word() -> None:
    assert spoken_words("#") == (SpokenWord(written="#", spoken=("number",)),)
