"""The matcher on sentences that no persona file contains: ``matching.jsonl``, two sets written before they were tried."""

import json
from collections import Counter
from pathlib import Path

import pytest

from evaluation.matcher import MOST_FACTS, MOST_OFFERS, EmbeddingMatcher
from evaluation.stance import asks, only_asks, refused
from personas.loader import load
from personas.persona import Persona
from simulator.reading import Matches

HERE = Path(__file__).parent
LIBRARY = HERE.parents[1] / "personas" / "library"
ROWS = [json.loads(line) for line in (HERE / "matching.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def matcher() -> EmbeddingMatcher:
    return EmbeddingMatcher.load()


@pytest.fixture(scope="module")
def dana() -> Persona:
    return load(LIBRARY / "dana_double_billing.yaml")


@pytest.fixture(scope="module")
def joel() -> Persona:
    return load(LIBRARY / "joel_late_bed.yaml")


def test_what_it_must_reach(matcher: EmbeddingMatcher, dana: Persona, joel: Persona) -> None:
    personas = {persona.id: persona for persona in (dana, joel)}
    count: Counter[tuple[str, str]] = Counter()
    for row in sorted(ROWS, key=lambda row: str(row["persona"])):
        found = matcher.match(row["reply"], personas[row["persona"]])
        asked, offers = [item.fact for item in found.asked], [item.offer for item in found.offers]
        match row["kind"]:
            case "question":
                result = "right" if asked[:1] == [row["want"]] else "wrong" if asked else "none"
            case "offer":
                result = "right" if offers[:1] == [row["want"]] else "wrong" if offers else "none"
            case _:
                result = "answered" if offers or (asked and row["kind"] == "outside") else "right"
        count[row["kind"], result] += 1

    assert count["question", "right"] >= 70, count  # of 80
    assert count["offer", "right"] >= 69, count  # of 80
    assert count["outside", "right"] >= 53, count  # of 60
    assert count["negated", "right"] == 40, count  # an offer that was refused must never be taken


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


@pytest.mark.parametrize(
    ("clause", "before"),
    [
        ("I can't refund that", ""),
        ("we don't cover fees", ""),
        ("i could have refunded you", ""),
        ("we would pay it", "if it was our mistake"),
        ("refund or credit it", "we don't"),
        ("did they offer you a voucher", ""),
        ("nobody here can remove it", ""),
    ],
)
def test_refused_supposed_or_asked(clause: str, before: str) -> None:
    assert refused(clause, before)


@pytest.mark.parametrize(
    "clause",
    [
        "I've refunded it so it won't happen again",
        "don't worry, I'm paying the fee",
        "shall I cancel the order and refund you",
        "if you like I can send a loan bed",
        "you're right, nobody came",
    ],
)
def test_still_on_the_table(clause: str) -> None:
    assert not refused(clause)
    assert not only_asks(clause)


def test_questions_without_a_question_mark() -> None:
    assert asks("and what is the number on your bill")
    assert asks("i just need your account number")
    assert not asks("i have refunded the second charge")
