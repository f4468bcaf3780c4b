"""A rehearsed trainee in a spoken call, with fakes at the edges: he adapts, and says it the way he is."""

from pathlib import Path

import pytest

from evaluation.timeline import Timeline, build_timeline
from personas import shelf
from scripts.measuring.graded import AdaptiveMicrophone, Graded, InACall, as_reply
from simulator.live import Models
from simulator.recording import read_call
from simulator.rehearsal.scene import Clause, Spoken
from simulator.replay import replay
from simulator.session import CallPlan, engine_for, hold_fast
from simulator.wording import words
from tests.fakes import FakeDetector, FakeMatcher, FakeReader, FakeRecognizer, FakeSynthesizer, FakeTurnEnd, spoken

DANA = shelf.find("dana_double_billing").model_copy(update={"curveballs": ()})


def held(trainee: str, out: Path) -> tuple[InACall, Timeline]:
    reader = FakeReader({"sorry": ("apology",), "Have I got that right": ("paraphrase",), "understand": ("empathy",)})
    models = Models(
        detector=FakeDetector(), recognizer=FakeRecognizer(), turn_end=FakeTurnEnd(), reader=reader,
        matcher=FakeMatcher(), synthesizer=FakeSynthesizer(),
    )  # fmt: skip
    call = Graded(persona=DANA, trainee=trainee, seed=1, difficulty=3, engine="pyttsx3")
    plan = CallPlan(persona=DANA, seed=1, difficulty=3, source="spoken", agent="Sam", out=out, keep_audio=False)
    engine = engine_for(plan)
    person = InACall.of(call, engine)
    hold_fast(plan, models, AdaptiveMicrophone(person, spoken), engine=engine)
    recorded = read_call(out)
    assert recorded.closed
    assert replay(recorded).identical
    return person, build_timeline(recorded.pairs)


def test_he_says_back_what_she_has_told_him(tmp_path: Path) -> None:
    _, timeline = held("expert", tmp_path / "call")
    back = next(turn for turn in timeline.turns if "Have I got that right" in turn.text)

    assert back.turn > 1
    assert len(set(words(back.text)) & set(words(back.told))) >= 5
    assert [line.turn for line in timeline.lines if line.reason == "end_of_turn"][:3] == [1, 2, 3]


def test_a_script_that_is_through_ends_the_call(tmp_path: Path) -> None:
    person, timeline = held("script_reader", tmp_path / "call")

    assert person.over and timeline.trainee_hung_up
    assert person.replies == 8
    assert len(timeline.turns) == 7  # he puts the phone down on his last word, before she can answer it


@pytest.mark.parametrize(("trainee", "talks_over"), [("interrupter", True), ("apology_parrot", False)])
def test_one_who_interrupts_speaks_over_her(tmp_path: Path, trainee: str, talks_over: bool) -> None:
    _, timeline = held(trainee, tmp_path / "call")

    assert any(item.by == "trainee" for item in timeline.interruptions) is talks_over


def test_one_who_is_silent_leaves_her_waiting(tmp_path: Path) -> None:
    _, timeline = held("silent", tmp_path / "call")

    assert any(turn.gap_ms >= 6_000 for turn in timeline.turns)


def test_how_he_says_it() -> None:
    rude = Spoken(clauses=(Clause(text="Get on with it."),), loud_z=1.8, overlap_s=1.6, ends=True)

    first, later = (as_reply(rude, number=number) for number in (1, 2))
    assert (first.louder_db, first.interrupt_ms) == (0.0, None)
    assert later.louder_db == pytest.approx(10.8)
    assert later.interrupt_ms and later.hangs_up and later.words == "Get on with it."
    assert as_reply(Spoken(clauses=(), silence_s=9.0), number=2).wait_ms == 9_000


def test_a_call_is_known_by_all_it_comes_from() -> None:
    one = Graded(persona=DANA, trainee="expert", seed=1, difficulty=3, engine="pyttsx3")
    others = [
        Graded(persona=DANA, trainee="rude", seed=1, difficulty=3, engine="pyttsx3"),
        Graded(persona=DANA, trainee="expert", seed=2, difficulty=3, engine="pyttsx3"),
        Graded(persona=DANA, trainee="expert", seed=1, difficulty=4, engine="pyttsx3"),
        Graded(persona=DANA, trainee="expert", seed=1, difficulty=3, engine="kokoro"),
        Graded(persona=DANA, trainee="expert", seed=1, difficulty=3, engine=""),
        Graded(persona=shelf.find("joel_late_bed"), trainee="expert", seed=1, difficulty=3, engine="pyttsx3"),
    ]

    assert len({each.key for each in (one, *others)}) == 7
    assert one.voice != Graded(persona=DANA, trainee="expert", seed=2, difficulty=3, engine="pyttsx3").voice
