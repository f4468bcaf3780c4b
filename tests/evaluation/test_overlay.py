"""What people say stands beside the automatic values and never in their place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.debrief import make_debrief
from evaluation.debrief_text import to_text
from evaluation.overlay import (
    VALUES,
    Overlay,
    Remark,
    find,
    item_key,
    one_line,
    parse,
    people_scores,
    to_json,
    value_of,
)
from evaluation.timeline import build_timeline
from simulator.errors import UserError
from tests.evaluation.random_calls import calls
from tests.evaluation.worked_calls import CALLS, DANA, RUBRIC, debrief_of

MADE = debrief_of(CALLS["excellent"]())
AT = "2026-11-22T10:00:00+00:00"


def setting(item: str, value: str, by: str = "Kim") -> Remark:
    return Remark(k="set", at=AT, by=by, item=item, value=value, text="turn 3 counts", automatic="no", rubric=2)


def overlay(*remarks: Remark) -> Overlay:
    return Overlay(remarks=remarks)


def test_a_remark_survives_the_file() -> None:
    remarks = (
        Remark(k="contest", at=AT, item="empathy.restates", text="I did", automatic="no", rubric=2),
        setting("empathy.restates", "partly"),
        Remark(k="comment", at=AT, by="Kim", turn=2, text="Ruhe – so ist's gut."),
        Remark(k="correct", at=AT, turn=2, text="right words", automatic="wrong words", labels=("apology",)),
    )
    text = "".join(json.dumps(remark.to_json()) + "\n" for remark in remarks)

    assert parse(text) == (Overlay(remarks=remarks), [])


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "3", "null", '{"k":"praise","at":""}', '{"k":"set","at":"","value":"maybe"}', '{"k":"comment"}',
     '{"k":"comment","at":"","turn":"two"}', '{"k":"comment","at":3}', '{"k":"comment","at":"","surprise":1}', "[" * 5000],
)  # fmt: skip
def test_a_line_that_cannot_be_used_is_named_and_spoils_no_other(line: str) -> None:
    good = json.dumps(setting("empathy.restates", "yes").to_json())
    found, faults = parse(f"{good}\n{line}\n{good}\n")

    assert len(found.remarks) == 2
    assert len(faults) == 1 and faults[0].startswith("line 2 ")


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    parse(text)


def test_items_are_found_by_key_and_by_name() -> None:
    for score in MADE.scores:
        for item in score.items:
            assert find(MADE, item_key(item)) == (item_key(item), item.value)
    assert find(MADE, "restates") == ("empathy.restates", MADE.score("empathy").items[0].value)
    assert find(MADE, "demand.money_back")[0] == "resolution.demands/demand.money_back"
    keys = [item_key(item) for score in MADE.scores for item in score.items]
    assert len(set(keys)) == len(keys)
    with pytest.raises(UserError, match=r"empathy\.restates"):
        find(MADE, "empathy.restate")
    with pytest.raises(UserError, match=r"demands/demand\.money_back"):
        find(MADE, "demands")


def test_words_for_values() -> None:
    assert [value_of(word) for word in ("Yes", " partly ", "no", "not_observed", "Not Observed")] == [
        "yes", "partly", "no", "not observed", "not observed",
    ]  # fmt: skip
    for bad in ("maybe", "", "1"):
        with pytest.raises(UserError, match="not_observed"):
            value_of(bad)
    assert one_line(" two\nlines ", "it") == "two lines"
    for bad in (" \n", "x" * 2001):
        with pytest.raises(UserError):
            one_line(bad, "it")


@given(calls())
def test_setting_every_item_to_what_it_is_changes_no_score_by_much(steps: object) -> None:
    """Yes, partly and no are coarser than points; what is all yes or all no must come out exactly."""
    made = make_debrief(build_timeline(steps), DANA, RUBRIC)  # type: ignore[arg-type]
    whole = [item for score in made.scores for item in score.items if item.max and item.points in (0, item.max)]
    same = overlay(*(setting(item_key(item), "yes" if item.points else "no") for item in whole))

    for name, with_people in people_scores(made, same, RUBRIC).items():
        automatic = made.score(name).score
        assert (with_people is None) == (automatic is None)
        assert automatic is None or with_people is None or abs(with_people - automatic) <= 1


@given(calls(), st.sampled_from(("calmness", "empathy", "resolution")), st.data())
def test_a_kinder_value_never_lowers_a_score(steps: object, name: str, data: st.DataObject) -> None:
    made = make_debrief(build_timeline(steps), DANA, RUBRIC)  # type: ignore[arg-type]
    item = data.draw(
        st.sampled_from([item for item in made.score(name).items if not item.rule_id.startswith("persona.")])
    )
    found = [
        people_scores(made, overlay(setting(item_key(item), value)), RUBRIC)[name] for value in ("no", "partly", "yes")
    ]

    if None not in found:
        assert found == sorted(found, key=lambda each: each or 0)


def test_the_last_value_stands_and_the_automatic_one_stays() -> None:
    before = MADE.canonical()
    said = overlay(setting("empathy.restates", "yes"), setting("empathy.restates", "no", by="Lee"))
    plain = to_json(MADE, said, RUBRIC)

    assert MADE.canonical() == before
    assert plain["items"] == [
        {"item": "empathy.restates", "automatic": "yes", "value": "no", "by": "Lee", "because": "turn 3 counts"}
    ]
    scores = plain["scores"]["empathy"]
    assert scores["automatic"] == MADE.score("empathy").score and scores["with_people"] < scores["automatic"]
    assert set(to_json(MADE, Overlay(), RUBRIC)) == set(plain)


def test_not_observed_leaves_an_item_out() -> None:
    low = next(item for item in MADE.score("calmness").items if item.max and item.points == item.max)
    said = overlay(setting(item_key(low), "not observed"))
    assert people_scores(MADE, said, RUBRIC)["calmness"] == MADE.score("calmness").score == 100


def test_the_text_shows_both_and_nothing_without_an_overlay() -> None:
    turn = MADE.timeline.turns[1].turn
    said = overlay(
        setting("empathy.restates", "no"),
        Remark(k="contest", at=AT, item="empathy.apology", text="I [bold]did[/bold]\x1b[2J", automatic="no", rubric=2),
        Remark(k="comment", at=AT, by="Kim", turn=turn, text="Breathe."),
        Remark(k="correct", at=AT, turn=turn, text="right words", automatic="wrong", labels=("apology",)),
    )
    text = " ".join(to_text(MADE, overlay=said).split())

    assert "yes Say it back in your own words" in text
    assert "* Kim: no (automatic: no), because turn 3 counts" in text
    assert "* contested by you: I [bold]did[/bold] [2J" in text and "\x1b" not in text
    assert "* Kim: Breathe." in text
    assert 'corrected by you: "right words" (reads as apology; scored as' in text
    assert "rests on words that were corrected (turn 2)" in text
    assert "with the values that people set" in text
    assert to_text(MADE, overlay=Overlay()) == to_text(MADE)
    assert set(VALUES) == {"yes", "partly", "no", "not observed"}
