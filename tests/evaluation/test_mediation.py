"""The debrief of a call with two people on the line: both get theirs, and the same; fairness is about what was said."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.debrief import Debrief, make_debrief
from evaluation.debrief_text import to_text
from evaluation.mediation import attention, names_of, timeline_of, title_of, transcript
from evaluation.overlay import Overlay, Remark
from evaluation.page import to_page
from evaluation.page.places import Places
from evaluation.retake import Retake
from evaluation.rubric import Rubric
from evaluation.timeline import Timeline, TraineeTurn, build_timeline
from personas.persona import Persona
from simulator.commands import Command, Synthesize
from simulator.engine import CallEngine
from simulator.events import CallStarted, Event, PlaybackMoved, ReplyRead, SpeechReady, Tick, TraineeAction
from simulator.ports import Word
from simulator.reading import FoundLabel, Label, Matches, OfferMade, Reading
from simulator.turn_policy import TurnPolicy
from tests.evaluation.markup import read
from tests.mediation import FENCE, LIND

RUBRIC = Rubric.load()
Steps = list[tuple[Event, tuple[Command, ...]]]
Said = tuple[str, tuple[tuple[Label, str], ...], tuple[str, ...]]
"""Words, labels with their quotes, offers."""

FAIR: list[Said] = [
    ("Good morning to you both. Ms Kerr, would you begin?", (("open_question", "would you begin?"),), ()),
    ("Ms Kerr, so the fence lay on your beans for three days.", (("paraphrase", "so the fence lay on your beans for three days."),), ()),
    ("Mr Lind, thank you. What was it like for you?", (("open_question", "What was it like for you?"),), ()),
    ("Mr Lind, so it came down on Sunday and nobody called you.", (("paraphrase", "so it came down on Sunday and nobody called you."),), ()),
    ("Both of you, we build it by Monday.", (("solution", "we build it by Monday."),), ("new_fence",)),
]  # fmt: skip
UNFAIR: list[Said] = [
    ("Ms Kerr, I agree with you, Mr Lind was wrong.", (("empathy", "I agree with you"),), ()),
    ("Ms Kerr, what happened then?", (("open_question", "what happened then?"),), ()),
    ("Ms Kerr, so it lay on your beans.", (("paraphrase", "so it lay on your beans."),), ()),
    ("Ms Kerr, he had no right to do that.", (), ()),
    ("Ms Kerr, go on.", (), ()),
]


def play(said: list[Said], persona: Persona = FENCE) -> Steps:
    """A typed call of these replies."""
    engine, steps, t = CallEngine(persona, TurnPolicy(), 5), Steps(), 0

    def feed(event: Event) -> tuple[Command, ...]:
        commands = engine.handle(event)
        steps.append((event, commands))
        return commands

    def settle(commands: tuple[Command, ...]) -> None:
        nonlocal t
        parts = [one for one in commands if isinstance(one, Synthesize)]
        for one in parts:
            words = tuple(
                Word(text=word, start_ms=300 * n, end_ms=300 * n + 300) for n, word in enumerate(one.text.split())
            )
            feed(SpeechReady(t=t, utterance=one.utterance, part=one.part, duration_ms=300 * len(words), words=words))
        feed(Tick(t=t))
        t += sum(300 * len(one.text.split()) + 400 for one in parts)
        feed(PlaybackMoved(t=t, utterance=parts[-1].utterance, position_ms=t, idle=True))

    settle(feed(CallStarted(t=0, agent="Sam", source="typed")))
    for text, labels, offers in said:
        if engine.outcome is not None:
            break
        t += 1000
        feed(TraineeAction(t=t, action="say", text=text))
        reading = Reading(labels=tuple(FoundLabel(label=name, probability=0.95, quote=quote) for name, quote in labels))
        matches = Matches(
            offers=tuple(OfferMade(offer=one, score=0.97, quote=text, slots=(("when", "by monday"),)) for one in offers)
        )
        settle(feed(ReplyRead(t=t, turn=engine.turn, take=engine.turn, reading=reading, matches=matches)))
    if engine.outcome is None:
        feed(TraineeAction(t=t, action="leave"))
    return steps


def debrief_of(said: list[Said]) -> Debrief:
    return make_debrief(build_timeline(play(said)), FENCE, RUBRIC)


FAIRLY, UNFAIRLY = debrief_of(FAIR), debrief_of(UNFAIR)


def of_two(made: Debrief) -> Any:
    return made.to_json()["mediation"]


def item(made: Debrief, name: str) -> str:
    assert made.of_two is not None
    return next(one.value for one in made.of_two.fairness.items if one.item == name)


@pytest.mark.parametrize("party", [0, 1])
def test_what_nobody_may_promise_is_flagged_whoever_it_was_promised_to(party: int) -> None:
    """ "note_a" is an offer of the first one's alone, "note_b" of the second's."""
    assert FENCE.other is not None
    parties = [FENCE, FENCE.other]
    name = f"note_{'ab'[party]}"
    offers = tuple(
        offer.model_copy(update={"not_allowed": offer.id == name, "gives": (("sorry", 10),)})
        for offer in parties[party].offers
    )
    parties[party] = parties[party].model_copy(update={"offers": offers})
    pair = parties[0].model_copy(update={"other": parties[1]})
    said: list[Said] = [*FAIR[:4], ("Both of you, you get a note.", (("solution", "you get a note."),), (name,))]
    made = make_debrief(build_timeline(play(said, pair)), pair, RUBRIC)

    assert [(flag.flag, flag.turn) for flag in made.flags] == [("promised_not_allowed", 5)]


def test_each_has_the_call_as_it_came_to_them() -> None:
    assert FAIRLY.of_two is not None
    for made, who in zip(FAIRLY.of_two.each, (FENCE, FENCE.other), strict=True):
        assert who is not None
        assert made.persona.who == who.who
        assert len(made.timeline.turns) == len(FAIR)
        for turn in made.timeline.turns:
            assert sum(entry.points for entry in turn.ledger) == turn.change
        assert {line.text for line in made.timeline.lines}
    first, second = (made.timeline for made in FAIRLY.of_two.each)
    assert "says a" in first.lines[-1].text
    assert "says b" in second.lines[-1].text
    assert first.turns[1].act("paraphrase") is not None
    assert second.turns[1].act("paraphrase") is None


def test_what_one_of_them_said_before_a_turn_is_theirs() -> None:
    timeline = build_timeline(play(FAIR))
    second = timeline_of(timeline, FENCE, LIND)

    assert second.turns[0].heard.startswith("Hello,")
    assert second.turns[0].told == second.turns[0].heard


@pytest.mark.parametrize(
    "name", ["hears_1", "hears_2", "names_1", "names_2", "no_sides", "leaves_nobody_out", "serves_both"]
)
def test_a_fair_call_is_fair(name: str) -> None:
    assert item(FAIRLY, name) == "yes"


@pytest.mark.parametrize(
    ("name", "value"),
    [("hears_1", "yes"), ("hears_2", "no"), ("names_2", "no"), ("no_sides", "no"), ("leaves_nobody_out", "partly"),
     ("shares_attention", "no"), ("serves_both", "not observed")],
)  # fmt: skip
def test_an_unfair_one_is_not(name: str, value: str) -> None:
    assert item(UNFAIRLY, name) == value


def test_the_fair_call_scores_higher() -> None:
    assert FAIRLY.of_two is not None
    assert UNFAIRLY.of_two is not None
    assert (FAIRLY.of_two.fairness.score or 0) > 90
    assert (UNFAIRLY.of_two.fairness.score or 0) < 50


def test_attention_is_counted_for_each() -> None:
    ada, lind = attention(build_timeline(play(UNFAIR)), FENCE)

    assert (ada.turns, ada.called, lind.turns, lind.called, lind.words) == (5, 5, 0, 0, 0)
    assert ada.talk_s > 0


def test_a_name_both_have_is_not_enough_to_tell_them_apart() -> None:
    other = FENCE.other
    assert other is not None
    twins = FENCE.model_copy(update={
        "who": FENCE.who.model_copy(update={"name": "Sam Kerr"}),
        "other": other.model_copy(update={"who": other.who.model_copy(update={"name": "Sam Lind"})}),
    })  # fmt: skip

    assert (names_of(FENCE), names_of(twins)) == (("Ms Ada", "Mr Bo"), ("Sam Kerr", "Sam Lind"))
    assert title_of(twins) == "Sam"


def test_the_three_scores_are_of_whoever_came_off_worse() -> None:
    assert UNFAIRLY.of_two is not None
    for n, score in enumerate(UNFAIRLY.scores):
        assert score.score == min(made.scores[n].score or 0 for made in UNFAIRLY.of_two.each)


def test_who_hung_up_is_said_of_that_one_only() -> None:
    made = debrief_of([("Mr Lind, shut up, you idiot.", (("hostile", "shut up, you idiot."),), ())])

    assert made.of_two is not None
    ada, lind = made.of_two.each
    assert ("hung up" in ada.headline, "hung up" in lind.headline) == (False, True)
    assert (ada.timeline.outcome, lind.timeline.outcome, made.timeline.outcome) == ("unresolved", "hung_up", "hung_up")


def test_a_call_without_a_turn() -> None:
    made = debrief_of([])

    assert made.of_two is not None
    assert made.of_two.fairness.score is None
    assert "mediation" in made.to_json()
    assert to_text(made)


def test_the_json_tells_all_of_it() -> None:
    plain = of_two(UNFAIRLY)

    assert [one["persona"]["name"] for one in plain["parties"]] == ["Ms Ada Kerr", "Mr Bo Lind"]
    assert plain["reached"][0] == {"turn": 1, "to": ["Ms Ada"], "named": ["Ms Ada"], "against": "Mr Bo"}
    assert {one["who"] for one in plain["voices"]} == {"Ms Ada", "Mr Bo"}
    assert json.loads(UNFAIRLY.canonical()) == UNFAIRLY.to_json()
    assert debrief_of(UNFAIR).canonical() == UNFAIRLY.canonical()


def test_one_caller_has_nothing_of_it() -> None:
    alone = FENCE.model_copy(update={"other": None})
    made = make_debrief(build_timeline(play(FAIR, alone)), alone, RUBRIC)

    assert made.of_two is None
    assert "mediation" not in made.to_json()


def test_a_side_is_nothing_to_keep() -> None:
    assert UNFAIRLY.of_two is not None
    for made in UNFAIRLY.of_two.each:
        assert made.keep.turn not in (1, 4)


def test_the_text_has_both_names_everywhere() -> None:
    text = to_text(UNFAIRLY)

    for words in ("Anger of Ms Ada and Mr Bo", "Fair to both", "Ms Ada: keep one, try one", "Mr Bo: Empathy", "sided"):
        assert words in text
    assert "Mr Bo 66.0 ->" in text


def test_the_page_shows_both_and_every_line_has_its_speaker() -> None:
    page = read(to_page(UNFAIRLY))
    text = page.text()

    assert "Ms Ada: unbroken line; Mr Bo: dashes" in text
    assert "said to the other" in text
    assert {line.who for line in Places.of(UNFAIRLY).lines} == {"You", "Ms Ada", "Mr Bo"}
    ids = [each.attributes["id"] for each in page.walk() if each.attributes.get("id")]
    assert len(ids) == len(set(ids))
    links = [each.attributes["href"] for each in page.walk() if each.attributes.get("href", "").startswith("#")]
    assert {link[1:] for link in links} <= set(ids)


def test_who_speaks_is_in_the_transcript() -> None:
    timeline: Timeline = build_timeline(play(FAIR))
    rows = transcript(timeline, ("Ada", "Bo"))

    assert [who for _, who, _ in rows][:2] == ["Ada", "Bo"]
    assert [t for t, _, _ in rows] == sorted(t for t, _, _ in rows)


def test_a_rubric_of_before_takes_the_shipped_fairness(tmp_path: Any) -> None:
    from evaluation.rubric import SHIPPED

    old = tmp_path / "rubric.yaml"
    old.write_text(SHIPPED.read_text(encoding="utf-8").split("\nfairness:")[0] + "\n", encoding="utf-8")

    assert Rubric.load(old).fairness == RUBRIC.fairness


WORDS = st.sampled_from(
    ["Ms Kerr, go on.", "Mr Lind, go on.", "Both of you, thank you.", "Ms Kerr, I agree with you.", "Yes."]
)


@settings(max_examples=15, deadline=None)
@given(st.lists(WORDS, max_size=6))
def test_any_call_can_be_debriefed_and_the_two_change_places(said: list[str]) -> None:
    """Whoever is first in the file is treated as whoever is second."""
    other = FENCE.other
    assert other is not None
    swapped = other.model_copy(update={"other": FENCE.model_copy(update={"other": None})})
    replies: list[Said] = [(text, (), ()) for text in said]
    one = make_debrief(build_timeline(play(replies)), FENCE, RUBRIC)
    two = make_debrief(build_timeline(play(replies, swapped)), swapped, RUBRIC)

    assert one.of_two is not None
    assert two.of_two is not None
    assert [score.name for score in one.scores] == [score.name for score in two.scores]
    assert one.of_two.names == two.of_two.names[::-1]
    assert to_text(one) and to_text(two)


# -- what stands beside the debrief ------------------------------------------------------------------------------------


def test_a_retake_is_drawn_for_each_of_the_two() -> None:
    again = Retake(of="the_first", turn=1, parts_ms=100, then=UNFAIRLY, now=FAIRLY)
    first, second = again.each()
    plain = again.to_json()
    page = to_page(FAIRLY, retake=again)
    text = to_text(FAIRLY, retake=again)

    assert (plain["text"], plain["other"]["text"]) == (first.headline(), second.headline())
    assert plain["now"]["curve"] != plain["other"]["now"]["curve"]
    assert len(re.findall(r'class="line then" d=', page)) == 2
    for name, one in zip(("Ms Ada", "Mr Bo"), (first, second), strict=True):
        assert f"{name}: {one.headline()}" in page
        assert one.headline() in " ".join(text.split())
    assert "Ms Ada: then" in text and "Mr Bo: then" in text


def test_remarks_lead_to_the_item_of_each_of_the_two() -> None:
    remark = Remark(
        k="set", at="2026-11-22T10:00:00+01:00", by="Kim", item="empathy.restates", value="yes", text="it was"
    )
    page = read(to_page(FAIRLY, overlay=Overlay(remarks=(remark,))))
    ids = [each.attributes["id"] for each in page.walk() if "id" in each.attributes]
    links = [each.attributes["href"] for each in page.walk() if each.attributes.get("href", "").startswith("#item-")]

    assert len(ids) == len(set(ids))
    assert links == ["#item-empathy.restates-0", "#item-empathy.restates-1"]
    assert {link[1:] for link in links} <= set(ids)
    assert "it was" in to_text(FAIRLY, overlay=Overlay(remarks=(remark,)))


def test_a_side_taken_in_words_that_were_not_heard_clearly_costs_nothing() -> None:
    timeline = build_timeline(play(UNFAIR))

    def doubted(turn: TraineeTurn) -> TraineeTurn:
        return replace(turn, acts=tuple(replace(act, heard=0.4) for act in turn.acts))

    made = make_debrief(replace(timeline, second=tuple(map(doubted, timeline.second))), FENCE, RUBRIC)

    assert (item(UNFAIRLY, "no_sides"), item(made, "no_sides")) == ("no", "not observed")
