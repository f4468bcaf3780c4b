"""The words' own judgement of whether a turn is over."""

import json
import re
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.turn_end import WordsTurnEnd

CORPUS = Path(__file__).parent.parent.parent / "evaluation" / "corpus"
SOUND = np.zeros(0, dtype=np.float32)

Verdict = Literal["waits long", "unsure", "answers"]
LIMITS = {"waits long": (0.0, 0.25), "unsure": (0.25, 0.62), "answers": (0.5, 1.0)}

SAID: list[tuple[str, str, Verdict]] = [
    # trailing conjunctions, articles, prepositions, pronouns and auxiliaries
    ("I can see the order and", "words", "waits long"),
    ("I understand, but.", "words", "waits long"),
    ("It was delayed because", "words", "waits long"),
    ("I will send it to the", "words", "waits long"),
    ("I'm going to check with my", "words", "waits long"),
    ("That was the fault of.", "words", "waits long"),
    ("So what happened is that it's", "words", "waits long"),
    ("I'm really sorry about this, I'll", "words", "waits long"),
    ("Your account has been", "words", "waits long"),
    ("I can credit your bill if", "words", "waits long"),
    # fillers and phrases half said
    ("Yes, um", "answer", "waits long"),
    ("Right, let me just see, uh...", "words", "waits long"),
    ("Okay, so let me", "words", "waits long"),
    ("I would like to, you know", "words", "waits long"),
    ("What I can do is, kind of", "words", "waits long"),
    ("We are going to", "words", "waits long"),
    ("I hear that you waited for three weeks,", "words", "waits long"),
    ("I looked at your account and I-", "words", "waits long"),
    # numbers
    ("It's seven four", "number", "waits long"),
    ("7-4-1", "number", "waits long"),
    ("The reference is B R", "number", "waits long"),
    ("It's 0-7-7 double", "number", "waits long"),
    ("Yes, it is.", "number", "unsure"),
    ("seven four one nine", "number", "unsure"),
    ("It's BR-74192.", "number", "answers"),
    ("seven four one nine two two", "number", "answers"),
    # short answers are whole when something was asked, and a beginning when nothing was
    ("Yes.", "answer", "answers"),
    ("no", "answer", "answers"),
    ("Of course.", "answer", "answers"),
    ("I am sorry.", "answer", "answers"),
    ("I can.", "answer", "answers"),
    ("Yes.", "words", "unsure"),
    ("okay", "words", "unsure"),
    ("I'm so sorry.", "words", "unsure"),
    # questions and closings
    ("Could you give me your order number?", "words", "answers"),
    ("can i take your name please", "words", "answers"),
    ("What can I do to put this right?", "words", "answers"),
    ("What is it for?", "words", "answers"),
    ("Bear with me one moment.", "words", "answers"),
    ("I've refunded the forty two pounds, and the driver will be with you tomorrow.", "words", "answers"),
    ("i have put the refund through and you will see it on your card by friday", "words", "answers"),
    ("You're right, that should not have happened, and I will call you myself on Friday.", "words", "answers"),
    ("Goodbye.", "words", "answers"),
]


@pytest.mark.parametrize(("words", "expecting", "verdict"), SAID)
def test_verdict(words: str, expecting: str, verdict: Verdict) -> None:
    least, most = LIMITS[verdict]

    assert least <= WordsTurnEnd().done(SOUND, words, expecting) <= most


@pytest.mark.parametrize("words", ["", "   ", "...", "?"])
def test_nothing_said_is_no_judgement(words: str) -> None:
    assert WordsTurnEnd().done(SOUND, words, "words") == 0.5


def test_a_number_is_surer_with_every_group() -> None:
    model = WordsTurnEnd()
    grown = [model.done(SOUND, words, "number") for words in ("seven four", "7 4 1 9 2", "7 4 1 9 2 2")]

    assert grown == sorted(grown)
    assert grown[-1] - grown[0] > 0.4


def test_money_is_no_reference_number() -> None:
    model = WordsTurnEnd()

    assert "number" not in " ".join(clue.name for clue in model.clues("I can offer you £42.50", "number"))
    assert "digits" not in " ".join(clue.name for clue in model.clues("I can take off 10% for you", "words"))


@pytest.mark.parametrize(
    ("words", "being_read"),
    [
        ("You go outside and ring 999.", False),
        ("Then call nine one one", False),
        ("ring 9-9-9", False),
        ("That's 998", True),
        ("it ends in nine nine", True),
        ("four nine nine nine", True),
    ],
)
def test_an_emergency_number_is_whole(words: str, being_read: bool) -> None:
    names = [clue.name for clue in WordsTurnEnd().clues(words, "words")]

    assert ("digits being read" in names) == being_read


def test_curly_apostrophes_read_as_straight_ones() -> None:
    model = WordsTurnEnd()

    assert model.done(SOUND, "well I\u2019ll", "words") == model.done(SOUND, "well I'll", "words")


@given(words=st.text(max_size=200), expecting=st.sampled_from(["number", "answer", "words", "other"]))
def test_always_a_probability_and_always_the_same(words: str, expecting: str) -> None:
    model = WordsTurnEnd()
    done = model.done(SOUND, words, expecting)

    assert 0.0 < done < 1.0
    assert done == model.done(SOUND, words, expecting)


SOME_WORDS = ["you", "are", "right", "the", "refund", "is", "done", "please", "yes"]


@given(words=st.lists(st.sampled_from(SOME_WORDS), min_size=1, max_size=20))
def test_an_open_word_never_makes_an_end_likelier(words: list[str]) -> None:
    model, said = WordsTurnEnd(), " ".join(words)

    assert model.done(SOUND, said + " and", "words") <= model.done(SOUND, said, "words")


def test_whole_replies_score_above_the_same_replies_cut_at_a_comma() -> None:
    """Of pairs drawn from our own corpus, the whole reply must score higher in nine of ten: a random pair would give
    half, and a silence timer cannot tell them apart at all."""
    whole, cut = [], []
    model = WordsTurnEnd()
    for line in (CORPUS / "calls.jsonl").read_text(encoding="utf-8").splitlines():
        reply = json.loads(line)["reply"].strip()
        commas = [found.end() - 1 for found in re.finditer(r", ", reply)]
        if commas and reply[-1] in ".?!":
            whole.append(model.done(SOUND, reply, "words"))
            cut.append(model.done(SOUND, reply[: commas[len(commas) // 2]], "words"))
    higher = sum(a > b for a, b in zip(whole, cut, strict=True))

    assert len(whole) > 100
    assert higher / len(whole) > 0.9
