"""The four worked calls keep the shape of the design: signs, bands, endings and their order."""

import pytest

from personas import shelf
from tests.simulator.worked_calls import CALLS, DEFENSIVE, EXCELLENT, SCRIPT_READER, SOLUTION_FIRST, Held, hold

DANA = shelf.find("dana_double_billing")
SEEDS = range(10)


def anger(held: Held) -> float:
    return held.engine.mood.points


@pytest.mark.parametrize("seed", SEEDS)
def test_endings_and_their_order(seed: int) -> None:
    excellent, solution, script, defensive = (hold(DANA, replies, seed) for replies in CALLS.values())

    assert (excellent.end.outcome, excellent.end.manner) == ("resolved", "warm")
    assert solution.end.outcome == "resolved"
    assert script.end.outcome != "resolved"
    assert defensive.end.outcome == "hung_up"
    assert anger(excellent) < 40
    assert anger(excellent) < anger(solution) < anger(script) < anger(defensive)
    assert len(excellent.turns) < len(solution.turns)


def test_excellent_falls_one_band_at_a_time() -> None:
    turns = hold(DANA, EXCELLENT).turns

    assert all(turn.after.anger <= turn.before.anger for turn in turns)
    bands = [turn.after.band for turn in turns]
    assert [band for index, band in enumerate(bands) if index == 0 or band != bands[index - 1]] == [
        "angry",
        "annoyed",
        "calm",
    ]
    assert "need" in turns[3].moves
    assert turns[5].offers == (("refund_now", "accepted"),)


def test_script_reader_turns_the_caller() -> None:
    """The phrase works, half works, then turns against the trainee; the repeated question does the damage."""
    turns = hold(DANA, SCRIPT_READER).turns
    moved = [turn.after.anger - turn.before.anger for turn in turns]

    assert moved[1] < 0 and moved[2] < 0
    assert moved[3] > 4_000
    assert any(entry.cause == "repeat_question" for entry in turns[3].ledger)
    assert any(entry.cause == "empathy" and entry.points > 0 for entry in turns[3].ledger)
    assert any(entry.cause == "vague_promise" for entry in turns[4].ledger)
    assert "trigger" in turns[4].moves
    assert hold(DANA, SCRIPT_READER).engine.view.asked_for_supervisor


def test_defensive_is_warned_and_left() -> None:
    held = hold(DANA, DEFENSIVE)

    assert "last_warning" in [move for turn in held.turns for move in turn.moves]
    assert held.turns[-1].moves == ("hang_up",)


def test_a_refund_that_comes_too_early_is_only_noted() -> None:
    turns = hold(DANA, SOLUTION_FIRST).turns
    verdicts = [dict(turn.offers).get("refund_now") for turn in turns]

    assert verdicts[1] == "not_ready"
    assert verdicts[7] == "accepted"
    assert max(turn.after.anger for turn in turns) > 68_000


@pytest.mark.parametrize("name", sorted(CALLS))
@pytest.mark.parametrize("difficulty", range(1, 6))
def test_every_ledger_adds_up(name: str, difficulty: int) -> None:
    for turn in hold(DANA.at_difficulty(difficulty), CALLS[name]).turns:
        assert sum(entry.points for entry in turn.ledger) == turn.after.anger - turn.before.anger


@pytest.mark.parametrize("name", sorted(CALLS))
def test_the_same_call_gives_the_same_bytes(name: str) -> None:
    from simulator.codec import dumps, encode

    def everything() -> list[str]:
        out: list[str] = []
        hold(DANA, CALLS[name], watching=(lambda event, commands: out.extend(dumps(encode(c)) for c in commands),))
        return out

    assert everything() == everything()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", sorted(CALLS))
def test_no_line_twice_in_a_row_and_nothing_invented(name: str, seed: int) -> None:
    """Every digit-like word she says is in the persona's file."""
    import json

    held = hold(DANA, CALLS[name], seed)
    source = json.dumps(DANA.to_json(), ensure_ascii=False).lower()
    texts = [said.text for said in held.said]

    assert all(one != other for one, other in zip(texts, texts[1:], strict=False))
    for text in texts:
        for word in text.split():
            if any(char.isdigit() for char in word):
                assert word.lower().strip(".,?!") in source


def test_difficulty_separates_good_from_mediocre() -> None:
    ends = [anger(hold(DANA.at_difficulty(d), EXCELLENT)) for d in range(1, 6)]
    mediocre = [anger(hold(DANA.at_difficulty(d), SOLUTION_FIRST)) for d in range(1, 6)]

    assert ends == sorted(ends)
    assert all(good < other for good, other in zip(ends, mediocre, strict=True))
    assert {hold(DANA.at_difficulty(d), EXCELLENT).end.outcome for d in range(1, 6)} == {"resolved"}


def test_a_missing_detail_completes_the_offer_a_turn_later() -> None:
    """She asks what to quote; the reference alone is the answer."""
    from tests.simulator.worked_calls import Said

    replies = (
        *EXCELLENT[:5],
        Said("I'm reversing the second charge right now, it'll be there by Thursday.", ("solution",), (),
             {"refund_now": {"when": "by thursday"}}),
        Said("HR-7741.", ("information_request",), details={"reference": "hr7741"}),
    )  # fmt: skip
    turns = hold(DANA, replies).turns

    assert turns[5].offers == (("refund_now", "tested"),)
    assert "ask_for" in turns[5].moves
    assert turns[6].offers == (("refund_now", "accepted"),)
    assert ("money_back", 1.0) in turns[6].met


def test_the_better_of_two_offers_in_one_breath_is_meant() -> None:
    from tests.simulator.worked_calls import Said

    both = Said("The refund, it'll be processed, it's on your card by Thursday, reference HR-7741.", ("solution",), (),
                {"refund_wait": {"when": "by thursday"}, "refund_now": {"when": "by thursday", "reference": "hr7741"}})  # fmt: skip
    turns = hold(DANA, (*EXCELLENT[:5], both)).turns

    assert turns[5].offers == (("refund_now", "accepted"),)
