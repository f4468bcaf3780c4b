"""Calls in sample time: who speaks when, what is heard, what is forgotten. No audio and no clock."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas import shelf
from simulator import commands as do
from simulator import events as ev
from simulator.engine import CallEngine
from simulator.errors import EngineError
from simulator.floor import Floor
from simulator.ports import FRAME_MS, Transcript
from simulator.reading import Matches, Reading
from simulator.rehearsal.telephone import MS_PER_CHAR, Line, Speech
from simulator.turn_policy import TurnPolicy

DANA = shelf.find("dana_double_billing")
JOEL = shelf.find("joel_late_bed")


def line(script: Sequence[Speech] = (), *, persona: object = DANA, **options: object) -> Line:
    engine = CallEngine(persona, options.pop("policy", TurnPolicy()), 7)  # type: ignore[arg-type]
    return Line(engine, script, **options)  # type: ignore[arg-type]


GREETING_MS = 6_500
"""Longer than any greeting of these callers at ``MS_PER_CHAR``."""


def test_she_greets_and_a_smooth_turn_follows() -> None:
    call = line([Speech(7_000, 9_000, "Halden, this is Sam.", ("greeting",))]).run(20_000)

    says = call.of(do.SayAloud)
    assert [one.reason for one in says[:2]] == ["greeting", "end_of_turn"]  # type: ignore[attr-defined]
    heard = call.of(do.HeardLine)[0]
    assert heard.whole  # type: ignore[attr-defined]
    report = call.of(do.ReportTurn)[0]
    assert report.text == "Halden, this is Sam."  # type: ignore[attr-defined]
    assert report.gap_ms > 0  # type: ignore[attr-defined]
    spoken_again = next(t for t, command in call.log if isinstance(command, do.Play) and command.utterance == 2)
    assert 9_000 + 192 < spoken_again <= 9_000 + 1_100


def test_a_take_reaches_back_before_the_first_frame_of_speech() -> None:
    """No first word is lost: the gate opens late, the take does not."""
    call = line([Speech(7_000, 9_000)]).run(12_000)

    take = call.of(do.Transcribe)[0]
    assert take.start_ms <= 7_000 - 200  # type: ignore[attr-defined]
    assert take.end_ms >= 9_000  # type: ignore[attr-defined]


@pytest.mark.parametrize("length", [96, 128, 200])
def test_short_words_are_not_lost(length: int) -> None:
    call = line([Speech(7_008, 7_008 + length, "yes")]).run(12_000)

    assert [report.text for report in call.of(do.ReportTurn)] == ["yes"]  # type: ignore[attr-defined]


def test_a_held_pause_is_one_turn() -> None:
    """She has said "and": the model knows that more will come, and the wait is long."""
    script = [Speech(7_000, 8_000, "I've looked at it and"), Speech(9_000, 10_000, "it was our mistake")]
    call = line(script, done=lambda words: 0.05 if words.endswith("and") else 0.9).run(16_000)

    reports = call.of(do.ReportTurn)
    assert [report.text for report in reports] == ["I've looked at it and it was our mistake"]  # type: ignore[attr-defined]


def test_without_the_model_the_same_pause_cuts_him_off() -> None:
    """The control: the test above does not pass by itself."""
    script = [Speech(7_000, 8_000, "I've looked at it and"), Speech(9_000, 10_000, "it was our mistake")]

    call = line(script, done=lambda words: 0.95).run(16_000)

    assert call.of(do.ReportTurn)[0].text == "I've looked at it and"  # type: ignore[attr-defined]


def test_a_cough_is_no_turn() -> None:
    call = line([Speech(7_000, 7_300, "")]).run(11_000)

    assert call.of(do.ReportTurn) == []
    assert call.engine.turn == 0
    assert call.engine.floor is Floor.QUIET


def test_silence_before_speech_costs_and_she_checks_in_twice() -> None:
    call = line([]).run(60_000)

    reasons = [one.reason for one in call.of(do.SayAloud)]  # type: ignore[attr-defined]
    assert reasons[:3] == ["greeting", "silence", "silence"]
    first = call.when(do.SayAloud, 1)
    finished = call.when(do.HeardLine, 0)
    assert 6_000 <= first - finished <= 6_100


def test_nobody_there_at_all_ends_the_call() -> None:
    call = line([]).run(300_000)

    assert call.engine.outcome == "hung_up"


def test_barge_in_ducks_then_stops_and_only_what_was_heard_counts() -> None:
    """An angry caller talks on for a while; then she stops, and the rest was never said."""
    call = line([Speech(1_500, 5_000, "Hang on, hang on a second please")]).run(7_000)

    ducked, stopped = call.when(do.Duck), call.when(do.Stop)
    assert 1_500 + 64 <= ducked <= 1_500 + 130
    anger = call.engine.mood.points
    assert abs((stopped - 1_500) - TurnPolicy().yield_after_ms(68)) <= 64, anger
    heard = call.of(do.HeardLine)[0]
    said = call.of(do.SayAloud)[0]
    assert not heard.whole  # type: ignore[attr-defined]
    assert said.text.startswith(heard.text)  # type: ignore[attr-defined]
    assert 0 < len(heard.text) < len(said.text)  # type: ignore[attr-defined]
    report = call.of(do.ReportTurn)[0]
    assert any(entry.cause == "talk_over" for entry in report.ledger) == (report.overlap_ms >= 800)  # type: ignore[attr-defined]


def test_a_backchannel_does_not_stop_her() -> None:
    call = line([Speech(1_500, 1_700, "mm-hm")]).run(7_000)

    assert [command.gain_db for command in call.of(do.Duck)] == [-12, 0]  # type: ignore[attr-defined]
    assert call.of(do.Stop) == []
    assert call.of(do.HeardLine)[0].whole  # type: ignore[attr-defined]
    assert call.of(do.ReportTurn) == []


def test_a_yes_under_her_last_word_is_an_answer() -> None:
    greeting = line().run(32).of(do.SayAloud)[0].text  # type: ignore[attr-defined]
    end = MS_PER_CHAR * len(greeting)

    call = line([Speech(end - 300, end - 100, "yes")]).run(end + 2_500)

    assert [report.text for report in call.of(do.ReportTurn)] == ["yes"]  # type: ignore[attr-defined]


def test_going_on_while_she_draws_breath_is_not_lost() -> None:
    """Slow ears: the trainee goes on before the answer is there; the whole turn counts, the stale result does not."""
    script = [Speech(7_000, 8_000, "first half"), Speech(9_200, 10_000, "second half")]
    call = line(script, ears_ms=1_500).run(16_000)

    texts = [report.text for report in call.of(do.ReportTurn)]  # type: ignore[attr-defined]
    assert texts == ["first half second half"]


def test_results_for_a_forgotten_take_change_nothing() -> None:
    call = line([Speech(7_000, 8_000)]).run(7_500)
    before = call.engine.view

    stale = ev.Transcribed(t=call.t, turn=1, take=999, transcript=Transcript(text="stale"))
    assert call.engine.handle(stale) == ()
    assert call.engine.handle(ev.SpeechReady(t=call.t, utterance=99, part=0, duration_ms=1, words=())) == ()
    assert call.engine.view == before


def test_hanging_up_and_stopping() -> None:
    for action, outcome in (("hang_up", "unresolved"), ("leave", "unresolved"), ("stop", "stopped")):
        call = line().run(2_000)
        call.act(action)
        assert call.engine.outcome == outcome
        assert isinstance(call.log[-1][1], do.EndCall)
        assert call.engine.handle(ev.FrameHeard(t=call.t + 32, p=0.0, db=-60.0)) == ()


def test_a_lost_device_ends_the_call_kept() -> None:
    call = line().run(2_000)
    call._feed(ev.Fault(t=call.t, what="device_lost", detail="unplugged"))

    end = call.of(do.EndCall)[0]
    assert (end.outcome, end.detail) == ("stopped", "unplugged")  # type: ignore[attr-defined]


def test_a_broken_reader_does_not_break_the_call() -> None:
    call = line([Speech(7_000, 8_000, "hello")])
    call._answer = lambda command, original=call._answer: (  # type: ignore[method-assign]
        call._later(ev.Fault(t=0, what="reader", detail="boom", turn=command.turn, take=command.take), 0)
        if isinstance(command, do.ReadReply)
        else original(command)
    )
    call.run(14_000)

    assert call.of(do.ReportTurn)[0].ledger != ()  # type: ignore[attr-defined]
    assert call.engine.floor is not Floor.ENDED


def test_ears_that_never_answer() -> None:
    """After a while she says that she did not catch it, and the call goes on."""
    call = line([Speech(7_000, 8_000, "hello")], ears_ms=10**9).run(20_000)

    assert len(call.of(do.SayAloud)) >= 2
    assert call.of(do.ReportTurn) == []


def test_a_furious_caller_cuts_into_a_monologue_and_a_cold_one_never_does() -> None:
    monologue = [Speech(7_000, 60_000, "well the thing is")]
    hot = line(monologue)
    hot.engine.mood.shift("test", 25)
    cold = line(monologue, persona=JOEL)
    cold.engine.mood.shift("test", 30)

    assert "cut_in" in [one.reason for one in hot.run(40_000).of(do.SayAloud)]  # type: ignore[attr-defined]
    assert "cut_in" not in [one.reason for one in cold.run(40_000).of(do.SayAloud)]  # type: ignore[attr-defined]


def test_order_of_events_is_checked() -> None:
    engine = CallEngine(DANA, TurnPolicy(), 1)
    with pytest.raises(EngineError):
        engine.handle(ev.Tick(t=0))
    engine.handle(ev.CallStarted(t=0))
    with pytest.raises(EngineError):
        engine.handle(ev.CallStarted(t=1))
    engine.handle(ev.Tick(t=100))
    with pytest.raises(EngineError):
        engine.handle(ev.Tick(t=99))


speech = st.lists(
    st.tuples(
        st.integers(0, 4_000), st.integers(64, 6_000), st.sampled_from(["", "yes", "I'm sorry about that", "so"])
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(speech, st.integers(0, 1_500), st.sampled_from([0.05, 0.5, 0.95]), st.sampled_from([DANA, JOEL]))
def test_any_way_of_speaking_is_a_possible_call(
    pieces: list[tuple[int, int, str]], ears_ms: int, done: float, persona: object
) -> None:
    """Whatever the trainee does: no impossible transition, heard text is a prefix of said text, same events same bytes."""
    from simulator.codec import dumps, encode

    script, at = [], 500
    for gap, length, text in pieces:
        at += gap
        script.append(Speech(at, at + length, text, ("apology",) if "sorry" in text else ()))
        at += length
    runs = [line(script, persona=persona, ears_ms=ears_ms, done=lambda words: done).run(at + 8_000) for _ in range(2)]

    assert [dumps(encode(c)) for _, c in runs[0].log] == [dumps(encode(c)) for _, c in runs[1].log]
    said = {one.utterance: one.text for one in runs[0].of(do.SayAloud)}  # type: ignore[attr-defined]
    for heard in runs[0].of(do.HeardLine):
        assert said[heard.utterance].startswith(heard.text)  # type: ignore[attr-defined]
    for report in runs[0].of(do.ReportTurn):
        change = report.after.anger - report.before.anger  # type: ignore[attr-defined]
        assert sum(entry.points for entry in report.ledger) == change  # type: ignore[attr-defined]


def furious(script: Sequence[Speech], **options: object) -> Line:
    call = line(script, **options)
    call.engine.mood.shift("test", 25)
    return call


@pytest.mark.parametrize("stop_at", [22_100, 22_300, 23_000, 24_000])
def test_what_was_said_until_she_cut_in_is_answered(stop_at: int) -> None:
    """Whether the trainee stops just before, at, or during the cut-in: the monologue is read, and she cuts in once."""
    call = furious([Speech(7_000, stop_at, "well the thing is")]).run(stop_at + 9_000)

    assert [report.text for report in call.of(do.ReportTurn)] == ["well the thing is"]  # type: ignore[attr-defined]
    assert [one.reason for one in call.of(do.SayAloud)].count("cut_in") <= 1  # type: ignore[attr-defined]
    assert all(report.overlap_ms == 0 for report in call.of(do.ReportTurn))  # type: ignore[attr-defined]


def test_a_recording_is_never_cut_into() -> None:
    call = furious([Speech(7_000, 60_000, "well the thing is")])
    call._feed(ev.CallStarted(t=0, source="recorded"))
    call.t = FRAME_MS
    call.run(50_000)

    assert "cut_in" not in [one.reason for one in call.of(do.SayAloud)]  # type: ignore[attr-defined]


def test_a_cough_before_her_answer_does_not_swallow_it() -> None:
    script = [Speech(7_000, 8_000, "I see"), Speech(8_700, 8_850, "")]
    slow = TurnPolicy(at_once_ms=300)
    call = line(script, policy=slow, persona=JOEL).run(18_000)

    said = [one.text for one in call.of(do.SayAloud)]  # type: ignore[attr-defined]
    heard = [one.text for one in call.of(do.HeardLine)]  # type: ignore[attr-defined]
    assert said[-1] in heard
    assert call.engine.caller.agenda.story_at == 1


def test_a_cough_before_the_greeting_does_not_swallow_it() -> None:
    call = line([Speech(0, 200, "")])
    original = call._answer
    call._answer = lambda command: (  # type: ignore[method-assign]
        call._later(
            ev.SpeechReady(t=0, utterance=command.utterance, part=command.part, duration_ms=1_000, words=()), 400
        )
        if isinstance(command, do.Synthesize)
        else original(command)
    )
    call.lengths = {(n, part): 1_000 for n in range(9) for part in range(9)}
    call.run(6_000)

    assert call.of(do.HeardLine)[0].whole  # type: ignore[attr-defined]


def test_a_last_word_is_not_taken_back() -> None:
    """Talking over her goodbye does not keep her on the line."""
    call = line([Speech(7_000, 8_000, "oh shut up", ("hostile",)), Speech(9_300, 14_000, "no wait wait")]).run(20_000)

    assert call.engine.outcome == "hung_up"


def test_a_cut_in_that_comes_too_late_is_dropped() -> None:
    """The trainee pauses while her cut-in is still being made, and nothing was said: no cut-in, and no crash."""
    call = furious([Speech(7_000, 22_100, "")])
    original = call._answer
    call._answer = lambda command: (  # type: ignore[method-assign]
        call._later(ev.SpeechReady(t=0, utterance=command.utterance, part=command.part, duration_ms=500, words=()), 900)
        if isinstance(command, do.Synthesize) and command.utterance > 1
        else original(command)
    )
    call.lengths = {(number, part): 500 for number in range(20) for part in range(9)}
    call.run(26_000)

    assert "cut_in" in [one.reason for one in call.of(do.SayAloud)]  # type: ignore[attr-defined]
    assert 2 not in [one.utterance for one in call.of(do.Play)]  # type: ignore[attr-defined]


events_of_a_line = st.lists(
    st.tuples(
        st.sampled_from(["talk", "hush", "hush", "heard", "empty", "read", "ready", "played", "fault"]),
        st.integers(1, 60) | st.just(640),
    ),
    max_size=60,
)


@settings(max_examples=200, deadline=None)
@given(events_of_a_line, st.sampled_from([DANA, DANA, JOEL]), st.integers(0, 30))
def test_no_order_of_results_is_impossible(pieces: list[tuple[str, int]], persona: object, heat: int) -> None:
    """Results may come late, twice, empty or never: the engine never meets a transition that it does not know."""
    engine = CallEngine(persona, TurnPolicy(), 5)  # type: ignore[arg-type]
    engine.mood.shift("test", float(heat))
    asked: dict[str, list[do.Command]] = {"Transcribe": [], "ReadReply": [], "Synthesize": [], "Play": []}
    t, played = 0, 0

    def feed(event: ev.Event) -> None:
        for command in engine.handle(event):
            if type(command).__name__ in asked:
                asked[type(command).__name__].append(command)

    feed(ev.CallStarted(t=0))
    for what, count in pieces:
        if what in ("talk", "hush"):
            for _ in range(count):
                t += FRAME_MS
                feed(ev.FrameHeard(t=t, p=0.9 if what == "talk" else 0.0, db=-30.0))
            continue
        for command in asked["Transcribe"][-2:] if what in ("heard", "empty", "fault") else ():
            assert isinstance(command, do.Transcribe)
            text = "" if what == "empty" else "well I am sorry"
            if what == "fault":
                feed(ev.Fault(t=t, what="recognizer", detail="x", turn=command.turn, take=command.take))
            else:
                heard = Transcript(text=text)
                feed(ev.Transcribed(t=t, turn=command.turn, take=command.take, transcript=heard))
        for command in asked["ReadReply"][-2:] if what == "read" else ():
            assert isinstance(command, do.ReadReply)
            feed(ev.ReplyRead(t=t, turn=command.turn, take=command.take, reading=Reading(), matches=Matches()))
        for command in asked["Synthesize"][-3:] if what == "ready" else ():
            assert isinstance(command, do.Synthesize)
            feed(ev.SpeechReady(t=t, utterance=command.utterance, part=command.part, duration_ms=64, words=()))
        for command in asked["Play"][-1:] if what == "played" else ():
            assert isinstance(command, do.Play)
            played += 64 * count
            feed(ev.PlaybackMoved(t=t, utterance=command.utterance, position_ms=played, idle=True))
    assert 0 <= engine.mood.points <= 100


def test_noise_without_words_is_not_followed_by_a_row_of_hellos() -> None:
    """The quiet counts from the last sound, so she does not ask twice and hang up the moment a vacuum cleaner stops."""
    call = line([Speech(7_000, 22_000, "")], persona=JOEL).run(27_900)

    assert [one.reason for one in call.of(do.SayAloud)] == ["greeting"]  # type: ignore[attr-defined]
    assert "silence" in [one.reason for one in call.run(30_000).of(do.SayAloud)]  # type: ignore[attr-defined]


def test_the_stop_word_ends_the_call_at_once_and_kindly() -> None:
    """Without waiting for the reader, in a calm voice, however angry she was."""
    engine = CallEngine(DANA, TurnPolicy(), 1)
    line = Line(engine, [Speech(at=6_000, until=8_000, say="No, um, stop the exercise please")]).run(30_000)

    (stopped,) = [one for one in line.of(do.SayAloud) if one.reason == "stop"]
    (end,) = line.of(do.EndCall)
    assert (end.outcome, end.detail) == ("stopped", "the stop word was said")
    assert stopped.text in DANA.lines_for("stop_word", "any")
    assert line.of(do.Synthesize)[-1].delivery.anger == 0
    assert line.when(do.SayAloud, -1) - 8_000 < TurnPolicy().unsure_ms
    assert line.of(do.ReportTurn) == []


def test_the_stop_word_counts_against_her_voice_too() -> None:
    engine = CallEngine(DANA, TurnPolicy(), 1)
    line = Line(engine, [Speech(at=1_000, until=3_500, say="stop the exercise")]).run(30_000)

    assert [end.outcome for end in line.of(do.EndCall)] == ["stopped"]


def test_a_stop_word_too_short_to_stop_her_stops_the_call() -> None:
    """Said in half a second, under an angry caller who talks on: it is recognised as a nod would be."""
    call = line([Speech(at=2_000, until=2_500, say="stop the exercise")]).run(30_000)

    assert [end.outcome for end in call.of(do.EndCall)] == ["stopped"]  # type: ignore[attr-defined]
    assert call.when(do.Stop) < 3_000


@pytest.mark.parametrize("before_ms", range(0, 320, FRAME_MS))
def test_words_under_her_very_last_ones_are_recognised_whenever_she_ends(before_ms: int) -> None:
    """She may end before his last sound, in the lull after it, or later."""
    ends = next(t for t, one in line().run(12_000).log if isinstance(one, do.HeardLine))
    said = Speech(at=ends - before_ms - 512, until=ends - before_ms, say="How can I help you today?")
    call = line([said]).run(20_000)

    assert any(one.end_ms > said.until for one in call.of(do.Transcribe))  # type: ignore[attr-defined]
    assert [report.text for report in call.of(do.ReportTurn)] == [said.say]  # type: ignore[attr-defined]


def _speaks(text: str, *, persona: object = DANA, at: int = 12_000, turn: int = 1) -> Line:
    """A long reply of which so much has been recognised at that time."""
    call = line([Speech(7_000, 20_000, "Well, it's only thirty-five dollars.")], persona=persona)
    call.run(at)
    call._feed(ev.WordsHeard(t=at, turn=turn, text=text))
    return call.run(30_000)


def test_she_cuts_in_on_what_she_has_asked_not_to_hear() -> None:
    call = _speaks("well, it's only thirty")

    cut_in = next(t for t, one in call.log if isinstance(one, do.SayAloud) and one.reason == "cut_in")
    assert cut_in == pytest.approx(12_000, abs=FRAME_MS)
    assert [report.turn for report in call.of(do.ReportTurn)] == [1]  # type: ignore[attr-defined]
    assert sum(one.reason == "cut_in" for one in call.of(do.SayAloud)) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "call",
    [
        lambda: _speaks("well, you have to understand"),
        lambda: _speaks("well, it's only thirty", turn=7),
        lambda: _speaks("well, it's only thirty", at=4_000),
        lambda: _speaks("well, it's only thirty", persona=JOEL),
    ],
    ids=["other words", "another turn", "while she speaks", "a cold caller"],
)
def test_otherwise_she_listens(call: Callable[[], Line]) -> None:
    assert [one.reason for one in call().of(do.SayAloud) if one.reason == "cut_in"] == []  # type: ignore[attr-defined]
