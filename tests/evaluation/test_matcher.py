"""The matcher on ``matching.jsonl``, written by a session that had seen neither the persona files nor their sentences.

Thresholds and training were chosen on other rows, but for ``TOWARDS_OFFER``, ``SHARED_FROM`` and six sentences of the bank, and
some of Dana's ways to ask were written in the light of rows that she missed (evaluation/models/MODEL_CARD.md).
"""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from evaluation.encoder import SentenceEncoder
from evaluation.matcher import ASKED_FROM, MOST_FACTS, MOST_OFFERS, SHARED_FROM, EmbeddingMatcher
from personas import shelf
from personas.loader import load
from personas.persona import Persona
from scripts.training.matching_score import read_rows, score
from simulator.errors import ModelError
from simulator.reading import Matches

HERE = Path(__file__).parent
LIBRARY = HERE.parents[1] / "personas" / "library"
ROWS = read_rows(HERE / "matching.jsonl")


@pytest.fixture(scope="module")
def matcher() -> EmbeddingMatcher:
    return EmbeddingMatcher.load()


@pytest.fixture(scope="module")
def dana() -> Persona:
    return load(LIBRARY / "dana_double_billing.yaml")


@pytest.fixture(scope="module")
def joel() -> Persona:
    return load(LIBRARY / "joel_late_bed.yaml")


def test_what_it_must_reach(matcher: EmbeddingMatcher) -> None:
    shares, _ = score(matcher, ROWS)

    assert Counter(row["kind"] for row in ROWS) == {"question": 355, "offer": 324, "outside": 194, "negated": 168}
    assert shares["question right"] >= 0.93, shares
    assert shares["question wrong"] <= 0.04, shares
    assert shares["offer right"] >= 0.91, shares
    assert shares["outside answered"] <= 0.03, shares
    assert shares["negated taken"] <= 0.03, shares  # five of 168


def test_an_offer_comes_with_its_slots_and_words(matcher: EmbeddingMatcher, dana: Persona) -> None:
    reply = "I've refunded the second charge, it will be on your card by Thursday. Your reference is HR-7741."
    offer = matcher.match(reply, dana).offers[0]

    assert offer.offer == "refund_now"
    assert offer.slots == (("reference", "HR-7741"), ("when", "by Thursday"))
    assert offer.quote in reply
    assert offer.score == round(offer.score, 4)


def test_slots_in_the_words_of_a_recogniser(matcher: EmbeddingMatcher, joel: Persona) -> None:
    reply = "ive booked you in for thursday nine till eleven and my name is sam you can ring me if its not there"
    offer = matcher.match(reply, joel).offers[0]

    assert offer.offer == "named_slot"
    assert {name for name, _ in offer.slots} == {"day", "time_window", "name"}


def test_two_offers_in_one_breath(matcher: EmbeddingMatcher, dana: Persona) -> None:
    reply = "I'm refunding the second charge now, and we'll pay the overdraft fee your bank took as well."

    assert {offer.offer for offer in matcher.match(reply, dana).offers} == {"refund_now", "cover_fee"}


def test_each_offer_of_a_reply_has_its_own_day(matcher: EmbeddingMatcher, dana: Persona) -> None:
    reply = (
        "I'm refunding the second charge. It will be back on your card by Thursday. And I'll email you a letter that says it was "
        "our mistake. You will have it by Friday."
    )
    made = {offer.offer: dict(offer.slots) for offer in matcher.match(reply, dana).offers}

    assert made["refund_now"]["when"] == "by Thursday"
    assert "written_proof" in made
    assert all("Thursday" not in given.get("when", "") for name, given in made.items() if name != "refund_now")


def test_a_sentence_about_it_makes_no_offer_of_its_own(matcher: EmbeddingMatcher) -> None:
    """ "You will each have it by Tuesday" sounds like the courier's cloth; it is the letter."""
    owen = shelf.find("marian_owen_parcel")
    found = matcher.match(
        "I will send you both a letter that says what happened. You will each have it by Tuesday.", owen
    )

    assert [(offer.offer, offer.slots) for offer in found.offers] == [("letter_both", (("when", "by Tuesday"),))]


def test_a_refusal_beside_an_offer(matcher: EmbeddingMatcher, dana: Persona) -> None:
    reply = "I can't pay the overdraft fee, but I can put it as a credit on your account."

    assert [offer.offer for offer in matcher.match(reply, dana).offers] == ["account_credit"]


@pytest.mark.parametrize("reply", ["", "   ", "😡😡", "\x00\x07", "ok", "?" * 500, "a " * 500, "I refund it. " * 200])
def test_any_text_has_an_answer(matcher: EmbeddingMatcher, dana: Persona, reply: str) -> None:
    found = matcher.match(reply, dana)

    assert len(found.asked) <= MOST_FACTS
    assert len(found.offers) <= MOST_OFFERS


def test_nothing_said_is_nothing_found(matcher: EmbeddingMatcher, dana: Persona) -> None:
    assert matcher.match("", dana) == Matches()


def test_the_same_words_give_the_same_answer(matcher: EmbeddingMatcher, dana: Persona, joel: Persona) -> None:
    reply = "What is your account number? I'll refund the second charge by Thursday."
    first = matcher.match(reply, dana)
    matcher.match(reply, joel)

    assert matcher.match(reply, dana) == first
    assert matcher.match(reply, dana.at_difficulty(5)) == first


def test_an_offer_that_its_sentence_takes_back_is_none(matcher: EmbeddingMatcher, dana: Persona) -> None:
    for reply in (
        "If it were up to me I'd refund the second charge right now.",
        "they should have refunded your second charge last week",
        "If you'd rung before noon we could have paid the overdraft fee.",
        "did bryce say we would refund the second charge",
    ):
        assert matcher.match(reply, dana).offers == (), reply


def test_questions_without_a_question_mark(matcher: EmbeddingMatcher, dana: Persona) -> None:
    assert [item.fact for item in matcher.match("i just need your account number to pull you up", dana).asked] == [
        "account"
    ]


def test_two_words_can_be_a_question_but_not_who_somebody_is(matcher: EmbeddingMatcher, dana: Persona) -> None:
    assert [item.fact for item in matcher.match("How much?", dana).asked] == ["amount"]
    assert matcher.match("Who's Bryce?", dana).asked == ()


@pytest.mark.parametrize("called", ["Ms Coyle", "Mrs. Coyle", "Thank you. Ms Marian Coyle"])
def test_to_be_called_by_name_is_not_to_be_asked_for_it(matcher: EmbeddingMatcher, called: str) -> None:
    marian = load(LIBRARY / "marian_owen_parcel.yaml")

    assert matcher.match(f"{called}, is there anything else?", marian).asked == ()
    assert [item.fact for item in matcher.match("Is that Ms Coyle?", marian).asked] == ["who_marian"]


def test_a_question_that_two_facts_answer_is_answered_by_the_likelier(matcher: EmbeddingMatcher, dana: Persona) -> None:
    asked = matcher.match("Is the second one, uh, is it fully posted or does it still say pending?", dana).asked

    assert [item.fact for item in asked] == ["posted"]
    assert SHARED_FROM <= asked[0].score < ASKED_FROM


def test_a_missing_or_damaged_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"lacks matcher\.onnx: put it back"):
        SentenceEncoder.load(tmp_path)
    for name in ("matcher.onnx", "matcher.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"nonsense")
    with pytest.raises(ModelError, match="damaged"):
        SentenceEncoder.load(tmp_path)


def test_a_sentence_means_the_same_alone_and_among_others() -> None:
    """8-bit activations have a scale per token: neighbours in a batch change nothing but the last digits."""
    encoder = SentenceEncoder.load()
    lines = ["what is your account number", "i have refunded it", "oh"]
    together = encoder.encode(lines)
    for n, line in enumerate(lines):
        alone = encoder.encode([line])
        assert float(together.vectors[n] @ alone.vectors[0]) > 0.999
        assert np.abs(together.stance[n] - alone.stance[0]).max() < 0.05
