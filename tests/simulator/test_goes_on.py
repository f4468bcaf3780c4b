"""A pause was taken for the end, and he goes on before she has said a word: it is one reply, as if he had not paused."""

from dataclasses import replace
from typing import Literal

import pytest

from evaluation.timeline import build_timeline
from personas import shelf
from simulator import commands as do
from simulator import events as ev
from simulator.commands import reported
from simulator.engine import CallEngine
from simulator.fork import fork
from simulator.mediation import Mediation
from simulator.moments import answered
from simulator.recording import RecordedCall, read_call
from simulator.rehearsal.telephone import Speech
from simulator.replay import replay
from simulator.turn_policy import TurnPolicy
from simulator.what_if import what_if
from tests.recorded import record
from tests.simulator.phone import DANA, JOEL, Phone, phone

EAGER = TurnPolicy(at_once_ms=240, unsure_ms=600)
"""She takes a short pause for an end."""
SORRY = Speech(9_000, 11_000, "That was our mistake and I am sorry.", ("own_fault", "apology"))
MORE = Speech(11_500, 13_000, "You should have called sooner though.", ("blame",))
LATE = frozenset({(n, part) for n in (2, 3) for part in (-1, 0)})
"""Her answers take four seconds to make."""


def in_two() -> Phone:
    return phone([SORRY, MORE], policy=EAGER, slow_parts=LATE).run(22_000)


def in_one() -> Phone:
    whole = Speech(SORRY.at, MORE.until, f"{SORRY.say} {MORE.say}", (*SORRY.labels, *MORE.labels))
    return phone([whole], policy=EAGER, slow_parts=LATE).run(22_000)


def causes(call: Phone) -> dict[str, int]:
    (turn,) = reported(command for _, command in call.log)
    return {entry.cause: entry.points for entry in turn.ledger}


def test_it_does_to_her_what_the_same_words_do_in_one_breath() -> None:
    call = in_two()

    assert [one.text for one in call.all(do.ReportTurn)] == [SORRY.say, f"{SORRY.say} {MORE.say}"]
    assert call.replies == [f"{SORRY.say} {MORE.say}"]
    assert call.engine.turn == 1
    assert causes(call) == causes(in_one())
    assert call.engine.mood.points == in_one().engine.mood.points
    assert len(call.all(do.HeardLine)) == len(in_one().all(do.HeardLine))


def test_it_is_heard_from_its_beginning() -> None:
    (turn,) = reported(command for _, command in in_two().log)

    assert turn.start_ms < SORRY.at + 100
    assert turn.end_ms > MORE.until
    assert turn.gap_ms == in_one().all(do.ReportTurn)[-1].gap_ms


def test_three_pieces_are_one_reply_too() -> None:
    third = Speech(13_500, 15_000, "But I will fix it.", ("ownership",))
    call = phone([SORRY, MORE, third], policy=EAGER, slow_parts=LATE).run(24_000)

    assert call.replies[-1] == f"{SORRY.say} {MORE.say} {third.say}"
    assert call.engine.turn == 1


@pytest.mark.parametrize("fails", [False, True])
def test_a_cough_makes_her_answer_later_and_changes_nothing(fails: bool) -> None:
    """Also where the recogniser can make nothing of the two together."""
    plain = phone([SORRY], policy=EAGER, slow_parts=LATE).run(40_000)
    last = max(one.take for one in plain.all(do.Transcribe))
    deaf = frozenset(range(last + 1, last + 9)) if fails else frozenset[int]()
    call = phone([SORRY, Speech(11_500, 11_700, "")], policy=EAGER, slow_parts=LATE, deaf_takes=deaf).run(40_000)

    assert [text.strip() for text in call.replies] == [SORRY.say]
    assert call.engine.turn == 1
    assert call.all(do.HeardLine)[1].text == plain.all(do.HeardLine)[1].text
    assert causes(call) == causes(plain)


def test_pace_and_loudness_are_of_the_whole_reply() -> None:
    voice = in_two().engine._ears.voice

    assert voice._words == len(f"{SORRY.say} {MORE.say}".split())
    assert 3_400 <= voice._ms <= 3_600, "two seconds and one and a half"


def test_what_comes_after_it_is_a_reply_of_its_own() -> None:
    """Time runs out by replies, and not by their halves."""
    call = phone([SORRY, MORE], policy=replace(EAGER, max_turns=2), slow_parts=LATE).run(22_000)
    assert "times_out" not in call.all(do.ReportTurn)[-1].moves
    assert call.engine.outcome is None


def test_two_on_the_line_take_it_back_both() -> None:
    pair = shelf.find("marian_owen_parcel")
    first = Speech(17_000, 19_000, "Mr Prosser, that was our mistake.", ("own_fault",))
    call = phone([first, replace(MORE, at=19_500, until=21_000)], persona=pair, policy=EAGER, slow_parts=LATE)
    before = phone([], persona=pair, policy=EAGER).run(17_000)
    call.run(19_400)
    assert call.replies == [first.say]
    call.run(19_700)

    assert isinstance(call.engine.mind, Mediation) and isinstance(before.engine.mind, Mediation)
    for mind, same in zip(call.engine.mind.minds, before.engine.mind.minds, strict=True):
        assert mind.mood == same.mood
        assert mind.caller.memory(mind.mood) == same.caller.memory(same.mood)
    assert call.engine.mind.last == before.engine.mind.last
    assert call.engine.mind.passed_over == before.engine.mind.passed_over


def test_a_name_at_its_beginning_holds_for_all_of_it() -> None:
    pair = shelf.find("marian_owen_parcel")
    last = phone([], persona=pair, policy=EAGER).run(17_000).engine.mind
    assert isinstance(last, Mediation)
    other = 1 - last.last
    name = ("Mrs Coyle", "Mr Prosser")[other]
    script = [Speech(17_000, 19_000, f"{name}, that was three days ago."), Speech(19_500, 21_000, "Is it still there?")]
    call = phone(script, persona=pair, policy=EAGER).run(24_000)

    assert call.replies == [f"{name}, that was three days ago. Is it still there?"]
    assert call.all(do.ReportParty)[-1].to == (other,)


def test_hello_is_not_an_answer_to_be_taken_back() -> None:
    """She was about to ask whether anybody is there: what he says then is a new reply."""
    quiet = phone([], persona=JOEL, slow_parts=frozenset({(2, 0)}))
    asked = next(t for t, one in quiet.run(30_000).log if isinstance(one, do.SayAloud) and one.reason == "silence")
    call = phone([Speech(asked + 300, asked + 2_000, "Yes, I am here.")], persona=JOEL, slow_parts=frozenset({(2, 0)}))
    call.run(asked + 6_000)

    assert call.replies == ["Yes, I am here."]
    assert call.engine.turn == 1


def test_a_call_like_this_plays_again_the_same() -> None:
    call = in_two()
    again = phone([], policy=EAGER)
    log = [command for event in call.fed for command in again.engine.handle(event)]

    assert log == [command for _, command in call.log]
    assert sum(isinstance(event, ev.Transcribed) for event in call.fed) >= 2


def test_the_debrief_counts_it_once() -> None:
    call, engine = in_two(), phone([], policy=EAGER).engine
    timeline = build_timeline([(event, engine.handle(event)) for event in call.fed])

    assert [(one.turn, one.text) for one in timeline.turns] == [(1, f"{SORRY.say} {MORE.say}")]
    assert sum(entry.points for entry in timeline.turns[0].ledger) == causes_total(call)
    assert not timeline.interruptions


def causes_total(call: Phone) -> int:
    (turn,) = reported(command for _, command in call.log)
    return turn.after.anger - turn.before.anger


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> RecordedCall:
    """A recorded call of two turns, the first of which went on."""
    said = [SORRY, replace(MORE, at=11_900, until=13_400)]
    first = Phone(CallEngine(DANA, TurnPolicy(), 1), said, slow_parts=LATE).run(60_000).all(do.HeardLine)[1]
    later = Speech(first.end_ms + 800, first.end_ms + 2_500, "And what happened then?")
    line = Phone(CallEngine(DANA, TurnPolicy(), 1), [*said, later], slow_parts=LATE)
    line.run(60_000)
    engine = CallEngine(DANA, TurnPolicy(), 1)
    steps = tuple((event, engine.handle(event)) for event in line.fed)
    return read_call(record(tmp_path_factory.mktemp("calls") / "went_on", steps))


def test_a_recording_of_it_replays_and_is_one_turn_everywhere(kept: RecordedCall) -> None:
    whole = f"{SORRY.say} {MORE.say}"
    again = replay(kept)
    heard = answered(kept, 1)
    tried = what_if(kept, DANA, seed=1)

    assert again.identical, again.first_difference
    assert [turn.text for turn in again.turns] == [whole, "And what happened then?"]
    assert heard is not None and heard.reply.text == whole
    assert [turn.text for turn in tried.turns] == [whole, "And what happened then?"]
    assert tried.diverges_at is None


@pytest.mark.parametrize("turn", [1, 2])
def test_it_can_be_taken_up_again_before_or_after_it(kept: RecordedCall, turn: int) -> None:
    again, fresh = fork(kept, turn), CallEngine(DANA, TurnPolicy(), 1)
    again.run(fresh)

    assert fresh.turn == turn - 1
    rest = kept.pairs[len(again.steps) :]
    assert [fresh.handle(event) for event, _ in rest] == [commands for _, commands in rest]


def test_what_came_before_is_not_lost_when_she_cuts_in_on_the_rest() -> None:
    rest = Speech(11_500, 27_600, "And another thing is this.")
    again = Speech(28_200, 29_500, "Let me finish.")
    for script in ([SORRY, rest], [SORRY, rest, again]):
        call = phone(script, anger=95, policy=EAGER, slow_parts=LATE).run(40_000)
        (turn,) = reported(command for _, command in call.log)

        assert "cut_in" in call.reasons
        assert turn.text.startswith(f"{SORRY.say} {rest.say}")
        assert turn.start_ms < SORRY.at + 100
        assert "apology" in turn.acts


def test_where_the_rest_is_never_recognised_what_was_known_is_answered() -> None:
    call = phone([SORRY, MORE], policy=EAGER, slow_parts=LATE)
    call.run(11_600)  # he has begun to go on
    call.ears_ms = 60_000
    call.run(40_000)

    assert call.replies == [SORRY.say]
    assert call.all(do.ReportTurn)[-1].after == call.engine.mood.view()
    assert "did_not_catch" not in {move for turn in call.all(do.ReportTurn) for move in turn.moves}


@pytest.mark.parametrize("after_ms", [-60, 120])
def test_the_wait_before_it_is_still_the_wait_before_it(after_ms: int) -> None:
    """Also where both began at once."""
    alone = phone([SORRY]).run(40_000)
    begun = next(t for t, command in alone.log if isinstance(command, do.Play) and command.utterance == 2)
    at = begun + after_ms
    call = phone([SORRY, replace(MORE, at=at, until=at + 3_000)]).run(at + 6_000)

    assert call.replies == [f"{SORRY.say} {MORE.say}"]
    assert call.all(do.ReportTurn)[-1].gap_ms == alone.all(do.ReportTurn)[0].gap_ms > 0


def test_no_sound_is_recognised_in_two_pieces() -> None:
    pieces = {one.start_ms: one.end_ms for one in in_two().all(do.Transcribe)}
    first, second = sorted(pieces)

    assert second >= pieces[first] or second >= MORE.at - 100


def test_a_guess_costs_no_more_after_a_long_reply() -> None:
    """It shares what was heard frame by frame: a copy of that would take longer than a frame lasts."""
    call = phone([Speech(9_000, 49_000, SORRY.say)]).run(52_000)
    twin = call.engine._twin()

    assert len(call.engine._ears._ended[0]) > 1_000
    assert twin._ears._ended is call.engine._ears._ended
    assert twin.mood is not call.engine.mood
    assert twin._ears == call.engine._ears


@pytest.mark.parametrize("ends", ["hang_up", "stop"])
def test_a_call_that_ends_in_the_middle_of_it_ends_as_it_was_reported(ends: Literal["hang_up", "stop"]) -> None:
    call = phone([SORRY, MORE], policy=EAGER, slow_parts=LATE).run(12_500)
    assert call.engine.mood.points > call.all(do.ReportTurn)[-1].after.anger / 1000, "taken back meanwhile"
    call.act(ends)

    assert call.engine.mood.view() == call.all(do.ReportTurn)[-1].after
