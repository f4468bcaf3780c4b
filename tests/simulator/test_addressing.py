"""Whom a reply speaks to, and whether it takes a side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.addressing import address, callable_names, takes_side
from simulator.wording import words
from tests.mediation import ADA, LIND, towards

NAMES = callable_names("Ms Ada Kerr", "Mr Bo Lind")


def to(text: str, last: int = ADA) -> list[int]:
    return sorted(address(text, NAMES, frozenset({last})).to)


def test_titles_and_a_shared_surname_call_nobody() -> None:
    assert callable_names("Mrs Ana Sole", "Mr Tom Sole") == (frozenset({"ana"}), frozenset({"tom"}))


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("Mr Lind, what did you see?", [LIND]),
        ("Thank you, Ms Kerr.", [ADA]),
        ("Okay thank you Mr. Lind, I see that.", [LIND]),
        ("What did you do then, Mr Lind?", [LIND]),
        ("What about you Bo?", [LIND]),
        ("Mr Lind what did you see", [LIND]),
        ("Bo Lind, please go on.", [LIND]),
        ("And you both want it built?", [ADA, LIND]),
        ("I will come back to each of you.", [ADA, LIND]),
        ("Ms Kerr and Mr Lind, good morning.", [ADA, LIND]),
        ("", [ADA]),
        ("Go on.", [ADA]),
        ("Mr. Lint, what did you see?", [LIND]),
        ("Ms Carr, what did you see?", [ADA]),
        ("Mr Lynd and Ms Kerr, hello.", [ADA, LIND]),
        ("Linda, hello.", [LIND]),
    ],
)
def test_who_is_called(text: str, whom: list[int]) -> None:
    assert to(text) == whom


@pytest.mark.parametrize(
    "text",
    [
        "You say that Mr Lind took it down.",
        "So Mr Lind's fence fell on your beans.",
        "Mr Lind was not at home.",
        "I will speak about Lind's dog later.",
        "It was never told to Mr Lind before Sunday.",
        "I have just spoken about Mr Lind",
        "Mr Smith, what did you see?",
        "Well, find out what it was.",
        "Dr, please go on.",
        "Find it, please.",
    ],
)
def test_who_is_talked_about_is_not_called(text: str) -> None:
    said = address(text, NAMES, frozenset({ADA}))

    assert (sorted(said.to), said.named) == ([ADA], frozenset())


def test_who_spoke_last_is_spoken_to() -> None:
    assert (to("Go on.", ADA), to("Go on.", LIND)) == ([ADA], [LIND])


def test_a_call_holds_until_the_next() -> None:
    said = address(
        "Good morning to you both. Ms Kerr, I hear you. That is hard. Mr Lind, one moment.", NAMES, frozenset({LIND})
    )

    assert towards(said) == [
        ("Good morning to you both.", [ADA, LIND]),
        ("Ms Kerr, I hear you.", [ADA]),
        ("That is hard.", [ADA]),
        ("Mr Lind, one moment.", [LIND]),
    ]
    assert said.named == {ADA, LIND}
    assert said.words_to(ADA) == "Good morning to you both. Ms Kerr, I hear you. That is hard."
    assert said.words_past(ADA) == "Mr Lind, one moment."


def test_two_calls_in_one_sentence_cut_it() -> None:
    said = address("Ms Kerr, I see, and Mr Lind, what about you?", NAMES, frozenset({LIND}))

    assert towards(said) == [("Ms Kerr, I see,", [ADA]), ("and Mr Lind, what about you?", [LIND])]


def test_the_turn_goes_to_whoever_was_asked_last() -> None:
    assert address("Ms Kerr, would you begin? Mr Lind, I'll come to you.", NAMES, frozenset({LIND})).turn_goes_to == ADA
    assert address("Ms Kerr, thank you. Mr Lind, thank you.", NAMES, frozenset({ADA})).turn_goes_to == LIND
    assert address("Thank you both.", NAMES, frozenset({ADA})).turn_goes_to is None


def test_a_quote_reaches_whom_it_was_said_to() -> None:
    said = address("Ms Kerr, I am sorry. Mr Lind, what did you see?", NAMES, frozenset({LIND}))

    assert said.reaches("I am sorry.") == {ADA}
    assert said.reaches("what did you see") == {LIND}
    assert said.reaches("sorry. Mr Lind,") == {ADA, LIND}
    assert said.reaches("not in it") == {ADA, LIND}
    assert said.reaches("") == {ADA, LIND}


@pytest.mark.parametrize(
    ("text", "against"),
    [
        ("Ms Kerr, I agree with you.", LIND),
        ("Ms Kerr, you're completely right, he should have asked.", LIND),
        ("Ms Kerr, Mr Lind was wrong to do that.", LIND),
        ("To you both: Mr Lind is to blame.", LIND),
        ("Mr Lind, it is her fault.", ADA),
        ("Mr Lind, your neighbour had no right to do that.", ADA),
    ],
)
def test_taking_a_side_is_noticed(text: str, against: int) -> None:
    found = takes_side(address(text, NAMES, frozenset({ADA})), NAMES)

    assert found is not None
    assert found[0] == against
    assert found[1] in text


@pytest.mark.parametrize(
    "text",
    [
        "Ms Kerr, you feel that he should have asked.",
        "Ms Kerr, you're saying Mr Lind was wrong.",
        "Ms Kerr, I am not saying he is to blame.",
        "Both of you, he should have a letter by now.",
        "Ms Kerr, that is our fault.",
        "Mr Lind, I understand how that felt.",
        "Thank you both.",
    ],
)
def test_telling_a_view_is_no_side(text: str) -> None:
    assert takes_side(address(text, NAMES, frozenset({ADA})), NAMES) is None


PIECES = st.sampled_from(
    ["Ms Kerr,", "Mr Lind,", "I see.", "and", "both of you", "he should have asked.", "what did you see?", "Bo", "Thank you,",
     "Kerr's", "Mr.", "—", "you", ""]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12), st.sampled_from([ADA, LIND]))
def test_no_word_is_lost_and_everything_is_said_to_somebody(pieces: list[str], last: int) -> None:
    text = " ".join(pieces)
    said = address(text, NAMES, frozenset({last}))

    assert words(" ".join(piece.text for piece in said.pieces)) == words(text)
    assert all(piece.to and piece.to <= {ADA, LIND} for piece in said.pieces)
    assert said.named <= {ADA, LIND}
    for party in (ADA, LIND):
        assert len(words(said.words_to(party))) + len(words(said.words_past(party))) == len(words(text))
    assert address(text, NAMES, frozenset({last})) == said
