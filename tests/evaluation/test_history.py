"""Own calls over time: what a change is measured against, what a skill costs, what comes next."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.history import LAST, PastCall, PastItem, past, series, skills
from evaluation.history_text import sparkline, to_lines
from evaluation.next_exercise import ACTS, next_exercise, strong, trains
from evaluation.rubric import Rubric
from personas.loader import load
from tests.evaluation.worked_calls import CALLS, DANA, LIBRARY, debrief_of

JOEL = load(LIBRARY / "joel_late_bed.yaml")
BOTH = (DANA, JOEL)


def band(score: int | None) -> str:
    return "not observed" if score is None else "strong" if score >= 75 else "steady" if score >= 50 else "building"


def call(
    calmness: int | None = 60,
    empathy: int | None = 60,
    resolution: int | None = 60,
    *,
    persona: str = DANA.id,
    difficulty: int = 3,
    spoken: bool = True,
    outcome: str | None = "resolved",
    items: tuple[PastItem, ...] = (),
) -> PastCall:
    scores = {"calmness": calmness, "empathy": empathy, "resolution": resolution}
    return PastCall(
        name="a call", started="2026-11-01T10:00:00+00:00", persona=persona, first_name=persona[:4].title(),
        difficulty=difficulty, spoken=spoken, outcome=outcome, turns=5, anger_start=68, anger_end=20, scores=scores,
        bands={name: band(score) for name, score in scores.items()}, items=items,
    )  # fmt: skip


def item(rule_id: str, share: float | None, most: float = 20) -> PastItem:
    return PastItem(rule_id=rule_id, title=rule_id, share=share, max=most if share is not None else 0)


def changes(*calls: PastCall) -> dict[str, tuple[int | None, bool]]:
    return {each.score: (each.change, each.alike) for each in past(calls)}


def test_a_call_is_compared_with_the_mean_of_its_own_last_three() -> None:
    found = past([call(empathy=0), call(empathy=40), call(empathy=50), call(empathy=60), call(empathy=80)])

    assert [each.score for each in found] == ["calmness", "empathy", "resolution"]
    assert found[1].before == (40, 50, 60) and len(found[1].before) == LAST
    assert (found[1].now, found[1].band, found[1].change, found[1].alike) == (80, "strong", 30, True)


def test_a_first_call_has_nothing_to_be_compared_with() -> None:
    assert past([]) == ()
    assert changes(call()) == {"calmness": (None, False), "empathy": (None, False), "resolution": (None, False)}


def test_the_same_caller_at_the_same_difficulty_comes_before_others() -> None:
    other, harder = call(empathy=0, persona=JOEL.id), call(empathy=0, difficulty=5)

    assert changes(call(empathy=50), other, harder, call(empathy=60))["empathy"] == (10, True)
    assert changes(other, call(empathy=60))["empathy"] == (60, False)


def test_what_was_not_observed_is_no_zero() -> None:
    assert changes(call(empathy=50), call(empathy=None), call(empathy=60))["empathy"] == (10, True)
    assert changes(call(empathy=50), call(empathy=None))["empathy"] == (None, True)


def test_delivery_of_a_typed_call_is_not_compared_with_a_spoken_one() -> None:
    found = changes(call(calmness=90, empathy=50), call(calmness=40, empathy=60, spoken=False))

    assert found["calmness"] == (None, False)
    assert found["empathy"] == (10, True)


@given(st.lists(st.integers(0, 100), min_size=2, max_size=8), st.integers(1, 20))
def test_a_constant_shift_of_all_scores_changes_no_change(scores: list[int], shift: int) -> None:
    before = past([call(empathy=score) for score in scores])[1].change
    assert past([call(empathy=score + shift) for score in scores])[1].change == before


def test_calls_are_grouped_by_caller_and_difficulty_the_newest_first() -> None:
    groups = series([call(), call(persona=JOEL.id), call(difficulty=4), call()])

    assert [(each.persona, each.difficulty, len(each.calls)) for each in groups] == [
        (DANA.id, 3, 2),
        (DANA.id, 4, 1),
        (JOEL.id, 3, 1),
    ]


def test_later_calls_count_more_and_a_skill_not_needed_costs_nothing() -> None:
    better = [call(items=(item("empathy.restates", share),)) for share in (0.0, 0.0, 1.0)]
    worse = [call(items=(item("empathy.restates", share),)) for share in (1.0, 0.0, 0.0)]
    assert skills(better)[0].level > 1 / 3 > skills(worse)[0].level
    assert skills(better)[0].lost == pytest.approx(20 * (1 - skills(better)[0].level))

    rare = [call(items=(item("calmness.recovers", share),)) for share in (0.0, None, None)]
    found = skills(rare)[0]
    assert (found.level, found.observed, found.calls_ago, found.shares) == (0.0, 1, 2, (0.0, None, None))
    assert found.lost < 20 / 3


def test_a_real_debrief_becomes_a_past_call() -> None:
    made = debrief_of(CALLS["excellent"]())
    kept = PastCall.of(made, name="x", started="2026-11-01T10:00:00+00:00")

    assert kept.scores == {score.name: score.score for score in made.scores}
    assert kept.persona == DANA.id and kept.spoken and kept.turns == len(made.timeline.turns)
    assert len({each.rule_id for each in kept.items}) == len(kept.items)
    assert not any(each.rule_id.startswith("persona.") for each in kept.items)
    assert all(each.share is None or 0 <= each.share <= 1 for each in kept.items)
    demands = next(each for each in kept.items if each.rule_id == "resolution.demands")
    assert demands.max == pytest.approx(
        sum(each.max for each in made.score("resolution").items if each.rule_id == "resolution.demands"), abs=0.1
    )


# -- the next exercise -----------------------------------------------------------------------------------------------


def test_the_first_call_is_the_gentlest_caller() -> None:
    found = next_exercise([], BOTH)
    assert found is not None and (found.persona, found.difficulty, found.step) == (DANA.id, 3, 0)
    assert found.command == f"hotseat practice {DANA.id}"
    assert next_exercise([], ()) is None


def test_not_the_same_caller_at_once() -> None:
    for last, other in ((DANA, JOEL), (JOEL, DANA)):
        found = next_exercise([call(persona=last.id)], BOTH)
        assert found is not None and found.persona == other.id
    only = next_exercise([call()], (DANA,))
    assert only is not None and only.persona == DANA.id and any("only caller" in why for why in only.reasons)


STRONG = call(80, 80, 80)
HUNG_UP = call(40, 30, 20, outcome="hung_up")


@pytest.mark.parametrize(
    ("calls", "difficulty", "step"),
    [
        ([STRONG], 3, 0),
        ([STRONG, STRONG], 4, 1),
        ([STRONG, call(), STRONG], 3, 0),
        ([STRONG, replace(STRONG, difficulty=4)], 4, 0),  # two at the present difficulty
        ([replace(STRONG, difficulty=5)] * 2, 5, 0),
        ([HUNG_UP], 3, 0),
        ([HUNG_UP, HUNG_UP], 2, -1),
        ([replace(HUNG_UP, difficulty=1)] * 2, 1, 0),
        ([STRONG, replace(STRONG, outcome="stopped"), STRONG], 4, 1),  # a stopped call says nothing
        ([replace(STRONG, outcome=None)] * 2, 3, 0),
        ([replace(STRONG, persona=JOEL.id), STRONG], 4, 1),  # the level is the trainee's, whoever calls
    ],
)
def test_difficulty_follows_the_last_two_calls(calls: list[PastCall], difficulty: int, step: int) -> None:
    found = next_exercise(calls, BOTH)
    assert found is not None and (found.difficulty, found.step) == (difficulty, step)
    assert (f"--difficulty {difficulty}" in found.command) == (difficulty != 3)


def test_one_weak_score_is_no_strong_call() -> None:
    assert strong(call(80, 60, 80)) and strong(call(None, 80, 80))
    assert not strong(call(80, 80, 40)) and not strong(call(80, 60, 60)) and not strong(call(80, None, None))


def test_the_skill_that_costs_most_names_the_caller_who_trains_it() -> None:
    """Joel's file asks for an honest date and next steps, Dana's for owning the fault: whoever fits is named."""
    third = load(LIBRARY / "dana_double_billing.yaml").model_copy(update={"id": "quiet_nora", "hidden_needs": ()})
    items = (item("resolution.hidden_need", 0.0), item("empathy.restates", 0.9), item("resolution.outcome", 0.0, 60))
    found = next_exercise([call(persona=JOEL.id, items=items)], (third, DANA, JOEL))

    assert found is not None and found.skill is not None
    assert (found.skill.rule_id, found.persona) == ("resolution.hidden_need", DANA.id)
    assert "20 points" in found.reasons[0]


def test_nothing_to_train_names_the_caller_not_heard_for_longest() -> None:
    third = JOEL.model_copy(update={"id": "quiet_nora"})
    calls = [call(persona="quiet_nora"), call(persona=JOEL.id), call()]
    found = next_exercise(calls, (DANA, JOEL, third))
    assert found is not None and found.persona == "quiet_nora" and found.skill is None


def test_every_skill_of_the_rubric_is_known_and_some_caller_trains_most() -> None:
    rules = {rule.rule_id for score in Rubric.load().items.values() for rule in score.values()}
    assert set(ACTS) <= rules
    assert rules - set(ACTS) == {"resolution.demands", "resolution.outcome", "resolution.key_steps"}
    assert trains(DANA, "empathy.owns_fault")[0] > 0
    assert trains(DANA, "resolution.outcome") == (0, "")


# -- as text ---------------------------------------------------------------------------------------------------------


def test_a_sparkline_keeps_the_whole_scale() -> None:
    assert sparkline([0, 50, 100, None], plain=False) == "▁▅█·"
    assert sparkline([49, 51], plain=False) in {"▄▅", "▄▄"}
    assert sparkline([0, 50, 100, None], plain=True) == "0 50 100 --"
    assert sparkline([], plain=False) == ""


def test_plain_text_is_ascii_and_says_what_to_do_first() -> None:
    made = [PastCall.of(debrief_of(CALLS[name]()), name=name, started="2026-11-01") for name in sorted(CALLS)]
    text = "\n".join(to_lines(made, next_exercise(made, BOTH), plain=True))
    assert text.isascii() and f"{len(made)} calls" in text and "Next: Joel" in text and "Not for HR use" in text

    empty = list(to_lines([], next_exercise([], BOTH), plain=True))
    assert empty[0] == "No calls yet." and "hotseat practice dana_double_billing --typed" in empty[-1]
