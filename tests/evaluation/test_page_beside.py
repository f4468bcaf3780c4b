"""What stands beside the debrief proper: the call that a retake comes from, people's remarks, how each turn was spoken.

In the page, in the text and in the JSON alike; and there too every sentence has its evidence.
"""

from dataclasses import replace

import pytest

from evaluation.debrief import Debrief
from evaluation.debrief_text import to_text
from evaluation.delivery import Measure, delivery, to_json, turn_levels
from evaluation.overlay import Overlay, Remark
from evaluation.overlay import to_json as overlay_json
from evaluation.page import to_page
from evaluation.retake import Retake
from simulator.events import FrameHeard
from simulator.ports import FRAME_MS
from tests.evaluation.markup import Element, read
from tests.evaluation.test_page import check_evidence, hostile, sound, targets
from tests.evaluation.worked_calls import CALLS, RUBRIC, debrief_of

AT = "2026-11-22T10:00:00+01:00"
REMARKS = Overlay(
    remarks=(
        Remark(k="contest", at=AT, item="empathy.restates", text="I said it back in turn 2", automatic="no", rubric=2),
        Remark(k="set", at=AT, by="Kim", item="empathy.restates", value="yes", text="turn 2 counts", automatic="no"),
        Remark(k="comment", at=AT, by="Kim", turn=1, text="Let the first line end."),
        Remark(k="correct", at=AT, turn=2, text="We do not charge twice.", automatic="as heard", labels=("defensive",)),
    )
)


def taken_again() -> Retake:
    then, now = debrief_of(CALLS["defensive"]()), debrief_of(CALLS["excellent"]())
    return Retake(of="the_first", turn=2, parts_ms=now.timeline.turns[0].end_ms + 1, then=then, now=now)


def voice(made: Debrief) -> tuple[Measure, ...]:
    turns = made.timeline.turns
    levels = {turn.turn: -30.0 + turn.turn for turn in turns}
    return delivery(made.timeline, levels, {turn.turn: 200.0 * 2 ** (turn.turn / 12) for turn in turns})


def by_class(page: Element, name: str) -> list[Element]:
    return [each for each in page.walk() if name in each.classes()]


def test_every_sentence_has_its_evidence_here_too() -> None:
    again = taken_again()
    made = again.now
    page = to_page(made, clips=sound(made), overlay=REMARKS, retake=again, voice=voice(made))

    assert check_evidence(made, read(page)) > 80


def test_both_curves_stand_in_one_plot() -> None:
    again = taken_again()
    page = read(to_page(again.now, retake=again))
    plot = by_class(page, "plot")[0]
    lines = [each for each in plot.all("path") if "line" in each.classes()]

    assert ["then" in each.classes() for each in lines[:2]] == [True, False]
    then, now = (float(each.attributes["d"].split("L")[-1].split()[1]) for each in lines[:2])
    assert then == pytest.approx(100 - again.then.timeline.turns[-1].after.anger / 1000, abs=0.1)
    assert now == pytest.approx(100 - again.now.timeline.turns[-1].after.anger / 1000, abs=0.1)
    assert by_class(plot, "parts")
    words = by_class(page, "retake")[0].text()
    assert again.headline() in words and again.said[0] is not None and again.said[0].text[:60] in words


def test_both_stay_together_until_they_part() -> None:
    then, now = taken_again().drawn()
    at = taken_again().parts_ms / 1000

    assert (at, [level for t, level in now if t <= at][-1]) in now
    assert then[0] == now[0] and any(t == at for t, _ in then)
    assert [dot for dot in now if dot[0] != at] == taken_again().curves()[1]  # nothing else is added


def test_then_and_now_in_text_and_json() -> None:
    again = taken_again()
    text, plain = to_text(again.now, retake=again), again.to_json()

    assert "Then (.) and now (*)" in text and "You said then" in text and "You said now" in text
    assert " ".join(again.headline().split()) in " ".join(text.split())
    assert plain["of"] == "the_first" and plain["turn"] == 2
    for name, made in (("then", again.then), ("now", again.now)):
        assert len(plain[name]["curve"]) == len(made.timeline.turns) + 1
        assert plain[name]["end"] == plain[name]["curve"][-1][1]
        assert plain[name]["outcome"] == made.timeline.outcome
    assert "Then (.)" not in to_text(again.now) and not by_class(read(to_page(again.now)), "retake")


def test_remarks_are_visible_in_page_text_and_json() -> None:
    made = debrief_of(CALLS["defensive"]())
    page = read(to_page(made, overlay=REMARKS))
    text = " ".join(to_text(made, overlay=REMARKS).split())
    plain = overlay_json(made, REMARKS, RUBRIC)
    automatic, changed = plain["scores"]["empathy"]["automatic"], plain["scores"]["empathy"]["with_people"]

    assert changed > automatic
    band = next(each for each in by_class(page, "band") if each.attributes["data-rule"] == "score.empathy").text()
    assert f"building {automatic}" in band
    assert f"{changed} with the values that people have set; the automatic one stays {automatic}" in band
    assert f"{changed} with the values that people set" in text and f" {automatic} building" in text
    item = targets(page)["item-empathy.restates"]
    assert by_class(item, "value")[0].text() == "no"  # the automatic one is never written over
    for line in (
        "contested by you: I said it back in turn 2",
        "Kim: yes (automatic: no), because turn 2 counts",
    ):
        assert line in item.text() and line in text
    assert "rests on words that were corrected (turn 2)" in page.text() or not _rests_on(made, 2)
    for turn, line in (
        (1, "Kim: Let the first line end."),
        (2, 'corrected by you: "We do not charge twice." (reads as defensive; scored as'),
    ):
        assert line in targets(page)[f"you-{turn}"].text() and line in text
    assert [remark["k"] for remark in plain["remarks"]] == ["contest", "set", "comment", "correct"]
    assert plain["items"][0]["automatic"] == "no" and plain["items"][0]["value"] == "yes"
    assert plain["corrected_turns"] == [2]


def _rests_on(made: Debrief, turn: int) -> bool:
    return any(turn in item.turn_ids for score in made.scores for item in score.items)


def test_the_first_screen_leads_to_every_remark() -> None:
    made = debrief_of(CALLS["defensive"]())
    page = read(to_page(made, overlay=REMARKS))
    line = next(each for each in page.all("p") if each.own_text().startswith("People have remarked"))
    links = [each.attributes["href"] for each in line.all("a")]

    assert links[:-1] == ["#item-empathy.restates", "#you-1", "#you-2"]
    assert all(link[1:] in targets(page) for link in links)
    assert "(you, Kim)" in line.text()
    assert "People have remarked" not in read(to_page(made)).text()


def test_a_hostile_remark_is_inert() -> None:
    evil = Overlay(remarks=(Remark(k="comment", at=AT, by="<b>", turn=1, text="</li><script>1</script>\x1b[2J"),))
    page = to_page(hostile(), overlay=evil)

    assert len(read(page).all("script")) == 1 and "\x1b" not in page


def test_each_measure_is_beside_ones_own_middle() -> None:
    made = debrief_of(CALLS["excellent"]())
    pace, loudness, pitch = voice(made)
    page = read(to_page(made, voice=(pace, loudness, pitch)))
    text = " ".join(to_text(made, voice=(pace, loudness, pitch)).split())

    for measure in (loudness, pitch):
        assert measure.middle == pytest.approx(0, abs=1)
        assert measure.bottom <= measure.low <= measure.high <= measure.top
    for name in ("pace", "loudness", "pitch"):
        block = next(each for each in page.walk() if each.attributes.get("data-rule") == f"page.{name}")
        assert "Not scored" in block.text()
    assert "for interest, not scored" in page.text()
    for measure in (pace, loudness, pitch):
        assert f"{measure.title}: {measure.text()} Not scored." in text
    assert set(to_json((pace, loudness, pitch))) == {"pace", "loudness", "pitch"}


def test_short_turns_have_no_value_and_few_turns_no_band() -> None:
    made = debrief_of(CALLS["excellent"]())
    first, *rest = made.timeline.turns
    timeline = replace(made.timeline, turns=(replace(first, text="Yes, I see."), *rest))

    pace = delivery(timeline, {}, {})[0]
    assert pace.values[0][1] is None and "too short" in pace.text()
    assert delivery(replace(timeline, turns=timeline.turns[:3]), {}, {}) == ()
    assert delivery(replace(timeline, source="typed"), {1: -20.0}, {1: 200.0}) == ()


def test_the_gain_of_the_microphone_changes_nothing() -> None:
    made = debrief_of(CALLS["excellent"]())
    levels = {turn.turn: -30.0 + 3 * (turn.turn % 3) for turn in made.timeline.turns}
    louder = {turn: level + 6 for turn, level in levels.items()}

    assert delivery(made.timeline, levels, {}) == delivery(made.timeline, louder, {})


def test_levels_are_those_of_the_turns_own_frames() -> None:
    made = debrief_of(CALLS["excellent"]())
    one, two = made.timeline.turns[:2]
    steps = []
    for t in range(FRAME_MS, made.timeline.end_ms, FRAME_MS):
        inside = [turn for turn in (one, two) if turn.start_ms < t <= turn.end_ms]
        db = {one.turn: -30.0, two.turn: -22.0}[inside[0].turn] if inside else -70.0
        steps.append((FrameHeard(t=t, p=0.99 if inside else 0.01, db=db), ()))

    assert {turn: level for turn, level in turn_levels(steps, made.timeline).items() if turn in (one.turn, two.turn)} == {
        one.turn: -30.0, two.turn: -22.0,
    }  # fmt: skip
