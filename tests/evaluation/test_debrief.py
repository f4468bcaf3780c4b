"""The debrief as data: the same call gives the same bytes, every number has its place, nothing is invented."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings

from evaluation.debrief import BADGE, SCORES, Debrief
from evaluation.rubric import Rubric
from evaluation.say_back import say_back, swap
from evaluation.timeline import Steps
from simulator.wording import content
from tests.evaluation.random_calls import calls
from tests.evaluation.worked_calls import (
    CALLS,
    DANA,
    RUBRIC,
    STORY_1,
    Says,
    Script,
    act,
    debrief_of,
    excellent,
    with_turn,
)

settings.load_profile("debrief")
ROOT = Path(__file__).parents[2]
KEYS = {
    "call", "persona", "headline", "outcome", "manner", "asked_for_supervisor", "anger", "scores", "flags",
    "turning_points", "keep", "try", "unsaid", "promises", "turns", "caller_lines", "delays", "talk", "rubric", "badge",
}  # fmt: skip


def test_keys_are_stable(worked: Debrief) -> None:
    plain = worked.to_json()

    assert set(plain) == KEYS
    assert set(plain["anger"]) == {"start", "peak", "end", "curve"}
    assert set(plain["scores"]) == set(SCORES)
    assert set(plain["scores"]["empathy"]) == {"score", "band", "low", "high", "confidence", "items"}
    assert {
        "item", "value", "points", "max", "confidence", "turn_ids", "t0", "t1", "quote", "clip", "rule_id",
        "rule_version", "asr_confidence", "anger",
    } <= set(plain["scores"]["empathy"]["items"][0])  # fmt: skip
    assert {"turn", "t0", "t1", "text", "confidence", "acts", "anger_before", "anger_after", "ledger"} <= set(
        plain["turns"][0]
    )
    assert plain["badge"] == BADGE == "uncalibrated"
    assert plain["rubric"] == {"version": RUBRIC.version}
    assert json.loads(worked.canonical()) == plain


@settings(max_examples=60)
@given(calls())
def test_same_call_same_bytes(steps: Steps) -> None:
    assert debrief_of(steps).canonical() == debrief_of(tuple(steps)).canonical()


def test_same_bytes_whatever_the_hash_seed() -> None:
    """Sets and dictionaries must not leak their order into the debrief."""
    program = (
        "import hashlib; from tests.evaluation.worked_calls import CALLS, debrief_of; "
        "from evaluation.debrief_text import to_text; "
        "made = [debrief_of(make()) for make in CALLS.values()]; "
        "print(hashlib.sha256(''.join(d.canonical() + to_text(d) for d in made).encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip

    assert len(seen) == 1
    assert len(seen.pop().strip()) == len(hashlib.sha256().hexdigest())


def test_ledger_of_every_turn_sums_to_its_change(worked: Debrief) -> None:
    for turn in worked.to_json()["turns"]:
        total = sum(entry["points"] for entry in turn["ledger"])
        assert round(turn["anger_after"] - turn["anger_before"], 3) == round(total, 3)


def test_anger_curve_starts_and_ends_with_the_call(worked: Debrief) -> None:
    numbers, turns = worked.to_json()["anger"], worked.timeline.turns

    assert numbers["curve"][0] == [0.0, numbers["start"]]
    assert numbers["curve"][-1] == [turns[-1].end_ms / 1000, numbers["end"]]
    assert numbers["peak"] == max(level for _, level in numbers["curve"])
    assert len(numbers["curve"]) == len(turns) + 1


def test_clips_name_track_and_span_and_are_missing_without_sound() -> None:
    spoken = debrief_of(excellent()).to_json()["scores"]["empathy"]["items"][0]
    typed = debrief_of(excellent(spoken=False)).to_json()["scores"]["empathy"]["items"][0]

    assert spoken["clip"] == {"track": "trainee.wav", "start": spoken["t0"], "end": spoken["t1"]}
    assert typed["clip"] is None


def test_headlines() -> None:
    assert re.fullmatch(
        r'Dana calmed from 68 to \d+\. You agreed "refund now" at 1:\d\d, and 3 more things\.',
        debrief_of(excellent()).headline,
    )
    assert debrief_of(CALLS["defensive"]()).headline == (
        "Dana's anger went up from 68 to 100, and Dana hung up at 0:29. Nothing was agreed."
    )
    assert debrief_of(()).headline == "The call with Dana ended before your first turn."


def test_turning_points_are_the_biggest_moves_with_their_words() -> None:
    up, down = debrief_of(CALLS["solution_first"]()).to_json()["turning_points"]

    assert (up["direction"], up["turn"], up["cause"]) == ("up", 1, "talk_over")
    assert (down["direction"], down["turn"], down["cause"]) == ("down", 8, "offer")
    assert "refund Thursday" in down["quote"]


def test_two_turning_points_even_when_anger_only_rose() -> None:
    points = debrief_of(CALLS["defensive"]()).turning_points

    assert [point.turn.turn for point in points] == [1, 2]
    assert points[1].cause == "blame" and points[1].quote == "Did you maybe press pay again yourself?"


def test_keep_one_is_the_turn_whose_own_words_calmed_most() -> None:
    keep = debrief_of(excellent()).keep

    assert (keep.turn, keep.act) == (2, "paraphrase")
    assert "You said it back in your own words" in keep.text
    assert STORY_1[:20] in keep.text


def test_try_one_takes_the_clearest_rise_and_says_what_cost() -> None:
    attempt = debrief_of(CALLS["script_reader"]()).try_

    assert (attempt.turn, attempt.act) == (4, "repeat_question")
    assert attempt.words == 'I have it here: "It\'s four four seven one, oh nine two six." Is that right?'
    assert "Anger went from 62 to 68." in attempt.text


def test_try_one_never_takes_a_turn_heard_unclearly() -> None:
    steps = with_turn(CALLS["script_reader"](), 4, confidence=0.3)

    assert debrief_of(steps).try_.turn != 4


def test_try_one_without_a_rise_takes_what_was_missing() -> None:
    turns = (
        Says(text="I see.", acts=(act("gratitude", "Thanks for telling me."),), answer=STORY_1),
        Says(text="Thank you.", acts=(act("gratitude", "Thank you."),), answer="So?"),
    )
    attempt = debrief_of(Script(turns=turns, outcome="unresolved").make()).try_

    assert attempt.act == "demand.money_back"
    assert attempt.words and attempt.why


def test_suggested_sentences_invent_nothing(worked: Debrief) -> None:
    """Every content word of a suggestion is the caller's, the persona file's, or one of the fixed frames'."""
    frames = (
        "So, have I got that right? I can see why you have had enough of this. That is our mistake. I have it here. Is "
        "that right? Have I missed anything? Tell me what happened from the start. I am listening."
    )
    known = content(json.dumps(DANA.to_json())) | content(frames) | content(" ".join(DANA.model_dump_json().split("_")))
    assert content(worked.try_.words) <= known


def test_unsaid_needs_come_with_a_question_that_opens_them() -> None:
    (need,) = debrief_of(CALLS["defensive"]()).to_json()["unsaid"]

    assert need["need"] == "daycare"
    assert need["ask"] == DANA.hidden_needs[0].asked_like[0]
    assert debrief_of(excellent()).to_json()["unsaid"] == []


def test_promises_are_listed_with_whether_they_can_be_checked() -> None:
    found = debrief_of(CALLS["script_reader"]()).to_json()["promises"]

    assert [(each["turn"], each["checkable"]) for each in found] == [(5, False), (7, False)]
    assert all(each["checkable"] for each in debrief_of(excellent()).to_json()["promises"])


def test_delays_and_talk() -> None:
    plain = debrief_of(CALLS["solution_first"]()).to_json()

    assert plain["delays"]["system_ms"] == {"median": 150, "p95": 150, "max": 150}
    assert plain["talk"]["interruptions"][0]["by"] == "trainee"
    assert 0 < plain["talk"]["trainee_share"] < 1
    assert debrief_of(excellent(spoken=False)).to_json()["delays"]["system_ms"] is None


def test_header_facts_go_to_the_call_and_never_hide_what_was_measured() -> None:
    plain = debrief_of(excellent(), call={"seed": 7, "turns": 99}).to_json()

    assert plain["call"]["seed"] == 7
    assert plain["call"]["turns"] == 10


@pytest.mark.parametrize(
    ("line", "swapped"),
    [
        ("You took ninety-four sixty on the third.", "We took ninety-four sixty on the third."),
        ("I was home and I wasn't out, my phone rang.", "You were home and you weren't out, your phone rang."),
        ("I told you twice.", "You told us twice."),
        ("I've been charged by you.", "You've been charged by us."),
        ("Bryce promised me five days", "Bryce promised you five days"),
        ("Where is my money?", None),
        ("We waited all day.", None),
    ],
)
def test_swapping_sides(line: str, swapped: str | None) -> None:
    assert swap(line) == swapped


def test_saying_back_leaves_out_what_is_unsafe() -> None:
    assert say_back("You took it twice on Monday. Why?") == "So, we took it twice on Monday. Have I got that right?"
    assert say_back("Why?") is None


def test_every_rule_is_explained_in_the_docs() -> None:
    docs = (ROOT / "docs" / "debrief.md").read_text(encoding="utf-8")

    for rules in Rubric.load().items.values():
        for rule in rules.values():
            assert f"`{rule.rule_id}`" in docs
    for other in ("`persona.bonus`", "`persona.penalty`", "`flags.hostile_words`", "`flags.hung_up_first`"):
        assert other in docs
    for key in KEYS:
        assert f"`{key}`" in docs
