"""What was not heard clearly: how sure the words are, and that she takes nothing in them amiss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.certainty import WELL_HEARD, certainty
from simulator.ports import Word
from simulator.reading import Label
from simulator.weights import RAISING
from tests.talk import Talk, causes


def words(*said: tuple[str, float]) -> tuple[Word, ...]:
    return tuple(Word(text=text, start_ms=0, end_ms=0, confidence=sure) for text, sure in said)


GREETING = words(
    ("Hold", 0.46), ("and", 0.79), ("draw", 0.3), ("a", 0.66), ("band,", 0.91), ("you'll", 0.54), ("do.", 0.42)
)


def test_a_quote_is_as_sure_as_its_own_words() -> None:
    assert certainty("and draw a band,", GREETING) == pytest.approx((0.79 + 0.3 + 0.66 + 0.91) / 4)
    assert certainty("Draw a band.", GREETING) == pytest.approx((0.3 + 0.66 + 0.91) / 3, abs=1e-4)
    assert certainty("you will do", GREETING) == pytest.approx((0.54 + 0.54 + 0.42) / 3)


def test_a_quote_that_is_not_among_the_words_is_as_sure_as_all_of_them() -> None:
    assert certainty("draw the line", GREETING) == pytest.approx(
        sum(word.confidence for word in GREETING) / 7, abs=1e-4
    )


def test_typed_words_are_sure() -> None:
    assert certainty("and draw a band,", ()) == 1.0


@given(st.lists(st.tuples(st.text("ab'.,- ", max_size=4), st.floats(0, 1)), max_size=6), st.text("ab'.,- ", max_size=8))
def test_it_is_a_probability_and_no_surer_than_the_surest_word(said: list[tuple[str, float]], quote: str) -> None:
    found = certainty(quote, words(*said))

    assert 0 <= found <= max((sure for _, sure in said), default=1.0) + 1e-4


UNKIND: tuple[Label, ...] = ("hostile", "blame", "dismissive", "defensive", "refusal", "rushing", "jargon")


@pytest.mark.parametrize("label", UNKIND)
def test_doubtful_unkind_words_do_not_anger_her(label: Label) -> None:
    text = "You are wasting my time with that."
    sure, doubted = (Talk().say(text, label, sure=0.98, heard=heard) for heard in (WELL_HEARD, WELL_HEARD - 0.01))

    assert set(RAISING) & sure.change.hurt
    assert not set(RAISING) & doubted.change.hurt
    noted = [entry for entry in doubted.change.ledger if entry.note == "not counted: not heard clearly"]
    assert noted and all(entry.points == 0 for entry in noted)
    assert doubted.change.after.trust >= sure.change.after.trust


def test_doubtful_kind_words_help_as_much_as_sure_ones() -> None:
    text = "I'm sorry we charged you ninety-four sixty twice."
    sure, doubted = (Talk().say(text, "apology", "own_fault", heard=heard) for heard in (0.95, 0.4))

    assert sure.change.after == doubted.change.after


def test_a_sore_phrase_provokes_only_if_it_was_heard() -> None:
    phrase = next(item.when_said[0] for item in Talk().mind.persona.triggers if item.when_said)
    sure, doubted = (Talk().say(f"Well, {phrase}.", heard=heard) for heard in (0.9, 0.6))

    assert causes(sure)["trigger"].points > 0
    assert "trigger" not in causes(doubted)


def test_a_doubtful_insult_brings_no_last_warning() -> None:
    sure, doubted = Talk(anger=90.0), Talk(anger=90.0)
    sure.say("Shut up, you idiot.", "hostile", sure=0.98, heard=0.9)
    doubted.say("Shut up, you idiot.", "hostile", sure=0.98, heard=0.6)

    assert sure.plan.outcome == "hung_up"
    assert doubted.plan.outcome is None and "last_warning" not in doubted.moves()
