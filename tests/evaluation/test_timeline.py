"""The timeline says when who spoke, and measures delays and interruptions from the recorded events alone."""

from dataclasses import replace

from evaluation.timeline import build_timeline
from simulator.commands import HeardLine, ReportTurn, SayAloud
from simulator.events import CallStarted, FrameHeard, PlaybackMoved, ReplyRead
from simulator.gate import OFF_FRAMES, POSTROLL_MS
from simulator.ports import FRAME_MS
from simulator.reading import FoundLabel, Matches, Reading
from tests.evaluation.worked_calls import CALLS, GREETING, Says, Script, act, excellent, script_reader, solution_first


def test_turns_and_lines_come_in_order_of_time() -> None:
    timeline = build_timeline(excellent())

    assert [turn.turn for turn in timeline.turns] == list(range(1, 11))
    assert [line.start_ms for line in timeline.lines] == sorted(line.start_ms for line in timeline.lines)
    assert timeline.lines[0].text == GREETING and timeline.lines[0].reason == "greeting"
    assert timeline.turns[1].heard == timeline.lines[1].text
    assert timeline.turns[0].told == GREETING
    assert (timeline.outcome, timeline.manner, timeline.agent) == ("resolved", "warm", "Sam")


def test_ledger_adds_up_in_every_turn() -> None:
    for make in CALLS.values():
        for turn in build_timeline(make()).turns:
            assert sum(entry.points for entry in turn.ledger) == turn.after.anger - turn.before.anger


def test_delay_counts_from_the_last_speech_frame_and_leaves_acting_out() -> None:
    timeline = build_timeline(excellent())
    first = timeline.delays[0]
    answer = next(line for line in timeline.lines if line.turn == 1)
    last_speech = timeline.turns[0].end_ms - POSTROLL_MS

    assert first.total_ms == answer.start_ms - last_speech == 350
    assert first.acted_ms == 200
    assert first.system_ms == 150
    assert len(timeline.delays) == 10


def test_system_delay_is_never_negative() -> None:
    steps = [
        (event, tuple(replace(c, acted_delay_ms=5000) if isinstance(c, SayAloud) else c for c in commands))
        for event, commands in excellent()
    ]

    assert {delay.system_ms for delay in build_timeline(steps).delays} == {0}


def test_typed_call_has_no_delays_and_no_talking_time() -> None:
    timeline = build_timeline(excellent(spoken=False))

    assert timeline.delays == ()
    assert timeline.trainee_ms == 0
    assert not timeline.spoken


def test_interruption_by_the_trainee_has_its_length() -> None:
    timeline = build_timeline(solution_first())

    (found,) = timeline.interruptions
    assert (found.by, found.turn, found.end_ms - found.start_ms) == ("trainee", 1, 1200)
    assert found.end_ms == timeline.lines[0].end_ms
    assert timeline.overlap_ms == 1200


def test_speech_after_she_cut_in_is_not_the_trainees_interruption() -> None:
    """She began to speak while the trainee did: whoever cut in has interrupted."""
    steps = Script(turns=(Says(text="And then we will see about that.", overlap_ms=1500),), outcome="unresolved").make()
    cut_in = [
        (event, tuple(replace(c, reason="cut_in") if isinstance(c, SayAloud) else c for c in commands))
        for event, commands in steps
    ]
    timeline = build_timeline(cut_in)

    assert {item.by for item in timeline.interruptions} == {"caller"}
    assert timeline.turns[0].overlap_ms == 0


def test_short_overlap_is_no_interruption() -> None:
    steps = Script(turns=(Says(text="Okay then.", overlap_ms=400),), outcome="unresolved").make()

    assert build_timeline(steps).interruptions == ()


def test_talking_time_comes_from_the_frames() -> None:
    """31 frames of speech make 992 ms, however long the take around them is."""
    frames = [FrameHeard(t=1000 + FRAME_MS * n, p=0.9 if n < 31 else 0.0, db=-30.0) for n in range(31 + OFF_FRAMES)]
    heard = HeardLine(utterance=1, start_ms=1400, end_ms=1500, text="Yes", whole=True)
    steps = [
        (CallStarted(t=0), (SayAloud(utterance=1, reason="greeting", turn=0, text="Yes", acted_delay_ms=0),)),
        *((frame, ()) for frame in frames),
        (PlaybackMoved(t=frames[-1].t, utterance=1, position_ms=100, idle=True), (heard,)),
    ]
    timeline = build_timeline(steps)

    assert timeline.trainee_ms == 31 * FRAME_MS
    assert timeline.caller_ms == 100
    assert timeline.overlap_ms == 100


def test_only_the_latest_takes_reading_counts() -> None:
    """A guess at a pause is read too; what the engine used is the reading of the last take."""
    steps = list(Script(turns=(Says(text="I see.", acts=(act("gratitude", ""),)),), outcome="unresolved").make())
    where = next(index for index, (event, _) in enumerate(steps) if isinstance(event, ReplyRead))
    event, commands = steps[where]
    assert isinstance(event, ReplyRead)
    guess = Reading(labels=(FoundLabel(label="gratitude", probability=0.5, quote="guess"),))
    final = Reading(labels=(FoundLabel(label="gratitude", probability=0.8, quote="final"),))
    steps[where : where + 1] = [
        (replace(event, take=7, reading=final), ()),
        (replace(event, take=6, reading=guess, matches=Matches()), commands),
    ]

    (turn,) = build_timeline(steps).turns
    assert turn.reading == final
    assert turn.acts[0].probability == 0.8


def test_acts_carry_their_words_and_whether_they_counted() -> None:
    timeline = build_timeline(script_reader())
    second, fourth = timeline.turns[1], timeline.turns[3]

    empathy, again = second.act("empathy"), fourth.act("empathy")
    assert empathy is not None and empathy.quote == "I understand your frustration." and not empathy.repeated
    assert again is not None and again.repeated


def test_act_too_unsure_to_count_is_not_there() -> None:
    unsure = Says(text="You did it.", acts=(act("blame", "You did it.", confidence=0.45),))
    turn = build_timeline(Script(turns=(unsure,), outcome="unresolved").make()).turns[0]

    assert turn.acts[0].name == "blame"
    assert turn.act("blame") is None


def test_the_line_before_a_typed_turn_is_not_its_answer() -> None:
    """A typed reply takes no time: it and the answer begin at the same millisecond."""
    steps = Script(
        turns=(Says(text="Hello.", answer="No."), Says(text="Well.")), outcome="unresolved", spoken=False
    ).make()
    at_once = [
        (
            event,
            tuple(replace(c, start_ms=c.end_ms, end_ms=c.end_ms) if isinstance(c, ReportTurn) else c for c in commands),
        )
        for event, commands in steps
    ]
    first, second = build_timeline(at_once).turns

    assert first.heard == GREETING
    assert second.heard == "No."


def test_wordless_acts_have_no_words() -> None:
    turn = build_timeline(excellent()).turns[0]

    assert [(seen.name, seen.quote) for seen in turn.acts] == [("let_finish", ""), ("backchannel", "")]


def test_supervisor_and_hang_up_are_seen() -> None:
    timeline = build_timeline(script_reader())

    assert timeline.asked_for_supervisor
    assert timeline.trainee_hung_up
    assert not build_timeline(excellent()).trainee_hung_up


def test_call_cut_short_has_no_outcome() -> None:
    steps = excellent()[:6]

    timeline = build_timeline(steps)
    assert timeline.outcome is None
    assert len(timeline.turns) == sum(isinstance(c, ReportTurn) for _, commands in steps for c in commands)


def test_no_step_at_all_is_an_empty_call() -> None:
    timeline = build_timeline(())

    assert timeline.turns == () and timeline.end_ms == 0
