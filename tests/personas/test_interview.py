"""Eleven questions make a caller who can be played and won, whatever was answered."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.say_back import say_back
from personas.answers import answers_text, read_answers
from personas.checker import check_bytes
from personas.findings import PersonaError
from personas.interview import (
    QUESTIONS,
    fact_of,
    file_name,
    persona_text,
    problem,
    voice_of,
    ways_of_asking,
    ways_of_offering,
    wish_of,
)
from personas.loader import load
from personas.vocabulary import MANNERS
from simulator.rehearsal.calls import rehearse
from tests.personas.support import written

ANN = {
    "name": ("Ann Weller",),
    "about": ("parcel three days late",),
    "company": ("Parcello",),
    "greeting": ("Hello, it's about a parcel that isn't here.", "Hi. My parcel. Again."),
    "story": ("It was due Monday.", "Your website says: out for delivery.", "I took a day off for it."),
    "facts": (
        "What is your order number? Two two nine, seven.",
        "When did you order it? On the second.",
        "delivery address: Four Mill Lane.",
    ),
    "wishes": (
        "I want it here before Saturday. = I'll send it by courier for Friday",
        "And I want the postage back. = I'll refund the postage / You get the postage back",
    ),
    "behind": ("It's for my mother. She's eighty on Saturday.",),
}


def test_there_are_eleven() -> None:
    assert len(QUESTIONS) == 11


@pytest.mark.parametrize("answers", [{}, ANN], ids=["only Enter", "all answered"])
@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("anger", ["calm", "angry", "95"])
def test_the_caller_holds_and_skill_decides(
    tmp_path: Path, answers: dict[str, tuple[str, ...]], manner: str, anger: str
) -> None:
    answers = {**answers, "manner": (manner,), "anger": (anger,)}
    name = file_name(answers)
    path = written(tmp_path / f"{name}.yaml", persona_text(answers, name, "persona.schema.json"))

    persona = load(path)

    assert [found for found in check_bytes(path.read_bytes(), path.name) if found.level != "advice"] == []
    for seed in range(3):
        ends = {
            trainee: rehearse(persona, trainee, seed, difficulty=3, back=say_back).outcome
            for trainee in ("expert", "script_reader", "rude")
        }
        assert ends["expert"] == "resolved" and ends["script_reader"] != "resolved" and ends["rude"] == "hung_up"


def test_what_was_answered_is_in_the_file(tmp_path: Path) -> None:
    name = file_name(ANN)
    persona = load(written(tmp_path / f"{name}.yaml", persona_text(ANN, name, "x.json")))

    assert name == "ann_parcel_three_days"
    assert (persona.who.name, persona.company, persona.title) == ("Ann Weller", "Parcello", "Parcel three days late")
    assert persona.lines["story"]["any"] == ANN["story"]
    assert persona.lines["greeting"]["any"] == ANN["greeting"]
    assert [each.id for each in persona.facts] == ["name", "order_number", "order", "delivery_address"]
    assert persona.facts[1].say == ("Two two nine, seven.",)
    assert [(each.points, each.must, each.say) for each in persona.demands] == [
        (65, True, ("I want it here before Saturday.",)),
        (35, False, ("And I want the postage back.",)),
    ]
    assert persona.hidden_needs[0].say == ANN["behind"]
    assert "you get the postage back" in persona.offers[1].heard_like


@settings(max_examples=60, deadline=None)
@given(
    answers=st.fixed_dictionaries(
        {}, optional={question.key: st.lists(st.text(max_size=80), max_size=6) for question in QUESTIONS}
    )
)
def test_no_answer_makes_a_file_with_an_error(answers: dict[str, list[str]]) -> None:
    given_ = {key: tuple(lines) for key, lines in answers.items() if not problem(key, lines)}
    name = file_name(given_)

    found = check_bytes(persona_text(given_, name, "x.json").encode(), f"{name}.yaml")

    assert [each for each in found if each.level == "error"] == []


words = st.text(alphabet="abc \"'\\:#{}[]-&*!|>%@`,?=/\u201cé\t", min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(wishes=st.lists(st.tuples(words, words), min_size=1, max_size=4), facts=st.lists(st.tuples(words, words)))
def test_nor_does_odd_punctuation(wishes: list[tuple[str, str]], facts: list[tuple[str, str]]) -> None:
    answers = {
        "wishes": tuple(f"{wish} = {way}" for wish, way in wishes),
        "facts": tuple(f"{question}? {answer}" for question, answer in facts),
    }
    answers = {key: lines for key, lines in answers.items() if not problem(key, lines)}

    found = check_bytes(persona_text(answers, "x", "x.json").encode(), "x.yaml")

    assert [each for each in found if each.level == "error"] == []


def test_halves_of_an_answer() -> None:
    assert wish_of("I want it. = I'll send it / It comes") == ("I want it.", ("I'll send it", "It comes"))
    assert fact_of("What is your order number? Two: two.") == ("what is your order number", "Two: two.")
    assert fact_of("order number: Two two.") == ("order number", "Two two.")


@pytest.mark.parametrize(
    ("key", "lines", "said"),
    [
        ("manner", ["warm"], "'warm' is not a manner: hot, cold or shaky"),
        ("anger", ["120"], "'120' is not an anger: calm, annoyed, angry, furious, or a number from 0 to 100"),
        ("wishes", ["I want it"], "'I want it' is only half: write WISH = OFFER, as both would say it"),
        ("wishes", ["a = b"] * 5, "5 wishes are too many: 4 at most, the most important first"),
        ("facts", ["my number"], "'my number' is only half: write the question, a question mark, and the answer"),
        ("story", ["word " * 46], "this line has 46 words"),
        ("story", ["It is {here}."], "At most 45 words, and no braces"),
        ("greeting", ["..."], "'...' has no words in it"),
        ("name", ["?"], "'?' is not a name"),
        ("voice", ["deep"], "'deep' is no voice: say woman or man, British or American, or a name such as en_gb_m1"),
        ("story", ["x" * 500], "that is too much: at most 30 lines of 400 characters"),
    ],
)
def test_what_cannot_be_an_answer_is_said(key: str, lines: list[str], said: str) -> None:
    assert said in problem(key, lines)
    assert problem(key, []) == ""


def test_ways_of_asking_and_offering() -> None:
    assert "could you give me your order number" in ways_of_asking("what's your order number")
    assert "do you remember when it broke" in ways_of_asking("when it broke")
    assert len(ways_of_asking("is it plugged in")) >= 4
    assert ways_of_offering(["I'll send a courier."])[:3] == (
        "i'll send a courier", "i will send a courier", "i can send a courier",
    )  # fmt: skip


@pytest.mark.parametrize(
    "question", ["how much do you normally pay", "which store did you take it to", "when did you book"]
)
def test_no_question_is_put_into_another_as_it_stands(question: str) -> None:
    ways = ways_of_asking(question)

    assert len(ways) >= 5 and question in ways and f"may i ask {question}" in ways
    assert not [way for way in ways if way.endswith(question) and way.startswith(("can you tell me", "do you"))]


def test_a_question_with_do_goes_into_another_without_it() -> None:
    assert "can you tell me how much you normally pay" in ways_of_asking("how much do you normally pay")


@pytest.mark.parametrize(
    ("said", "speaker"),
    [
        ("woman", "en_us_f2"),
        ("British man", "en_gb_m1"),
        ("a man from England", "en_gb_m1"),
        ("British", "en_gb_f1"),
        ("en_us_m2", "en_us_m2"),
        ("man or woman", ""),
        ("deep", ""),
        ("a", ""),
    ],
)
def test_a_voice_is_asked_for_in_plain_words(said: str, speaker: str) -> None:
    assert voice_of(said) == speaker
    assert bool(problem("voice", [said])) == (not speaker)


def test_the_voice_that_was_answered_is_in_the_file() -> None:
    text = persona_text({**ANN, "voice": ("British man",)}, "x", "x.json")

    assert "voice: {speaker: en_gb_m1}  # british man in his forties; all of them: hotseat personas voices" in text


def test_an_answer_is_given_again_without_its_hesitation() -> None:
    text = persona_text({"facts": ("What is your ticket number? Um, four four zero. It's pink.",)}, "x", "x.json")

    assert "\"It's still the same. Four four zero. It's pink.\"" in text


def test_answers_are_read_as_they_were_kept(tmp_path: Path) -> None:
    kept = {**ANN, "greeting": ()}

    assert read_answers(written(tmp_path / "a.answers.txt", answers_text(kept))) == kept


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("nmae: Ann\n", 1, "'nmae' is none of the eleven questions. Did you mean 'name'?"),
        ("name: Ann\nstory:\n  x y\nname: Bob\n", 4, "'name' is already on line 1. Keep one of the two."),
        ("  Ann\n", 1, "this line answers nothing. Write the key of a question above it: name:"),
        ("# a\nmanner: warm\n", 2, "manner: 'warm' is not a manner: hot, cold or shaky."),
        ("name: A\u0085 B\u2028\nnmae: C\n", 2, "'nmae' is none of the eleven questions. Did you mean 'name'?"),
        ("just words\n", 1, "'just words' is none of the eleven questions."),
    ],
)
def test_a_wrong_line_of_answers_is_named(tmp_path: Path, text: str, line: int, said: str) -> None:
    path = written(tmp_path / "a.txt", text)

    with pytest.raises(PersonaError) as caught:
        read_answers(path)

    assert str(caught.value).startswith(f"{path}:{line}:1: {said}")
