"""What breaks in a call, and what comes too late to count. No audio and no clock."""

import pytest

from simulator import commands as do
from simulator import events as ev
from simulator.ports import FRAME_MS, Transcript
from simulator.reading import FoundLabel, Matches, Reading
from simulator.rehearsal.telephone import MS_PER_CHAR, Speech
from tests.simulator.phone import DANA, GREETED, POLICY, SLOW_MS, phone, said_by

# -- faults -----------------------------------------------------------------------------------------------------------


WHILE = [Speech(12_000, 13_000, "hello there")]
DRAWS_BREATH = frozenset({(1, 0)})
MOMENTS = (1_000, 5_000, 11_000, 12_500, 13_300, 13_800, 14_500)
"""Before her first sound, while she greets, in silence, in the reply, in the pause after it, and in her answer."""


@pytest.mark.parametrize(
    "fault",
    [
        ev.Fault(t=0, what="overflow", detail="the machine was busy"),
        ev.Fault(t=0, what="recognizer", detail="late", turn=1, take=99),
        ev.Fault(t=0, what="reader", detail="late", turn=1, take=99),
        ev.Fault(t=0, what="synthesizer", detail="late", utterance=99),
        ev.Fault(t=0, what="synthesizer", detail="there is no such part", utterance=1, part=50),
    ],
    ids=lambda fault: f"{fault.what}: {fault.detail}",
)
def test_faults_that_concern_nothing_present_change_nothing(fault: ev.Fault) -> None:
    """Nothing may differ from the same call without them, wherever they strike."""
    calm = phone(WHILE, slow_parts=DRAWS_BREATH).run(25_000)
    for moment in MOMENTS:
        call = phone(WHILE, slow_parts=DRAWS_BREATH).run(moment)
        call.tell(ev.Fault(**{**{name: getattr(fault, name) for name in fault.__slots__}, "t": call.t})).run(25_000)
        assert call.log == calm.log


@pytest.mark.parametrize("ears_ms", [0, 2_000])
def test_words_that_the_recogniser_lost_are_no_turn_and_the_call_goes_on(ears_ms: int) -> None:
    """Whether it fails in the pause or when the turn is over already."""
    script = [Speech(7_000, 8_000, "lost words"), Speech(20_000, 21_000, "I said hello")]
    call = phone(script, ears_ms=ears_ms, deaf_takes=frozenset({2})).run(19_000)

    assert call.replies == []
    assert call.reasons == ["greeting", "silence"]  # she asks whether anybody is there
    assert call.run(40_000).replies == ["I said hello"]
    assert call.all(do.ReportTurn)[0].turn == 1


def test_when_no_words_come_she_says_that_she_did_not_catch_it() -> None:
    call = phone([Speech(7_000, 8_000, "hello")], ears_ms=10**9).run(20_000)

    lost = call.all(do.SayAloud)[1]
    assert said_by(DANA, "lost", lost.text)
    assert 0 < call.when(do.SayAloud, 1) - 8_000 - POLICY.give_up_ms <= 2 * FRAME_MS
    assert call.replies == []


def test_a_reply_that_cannot_be_read_still_counts_as_one() -> None:
    call = phone([Speech(7_000, 8_000, "hello", ("hostile",))], ears_ms=200).run(8_200)
    call.ears_ms = 10**9
    (read,) = call.run(8_500).of(do.ReadReply)
    assert isinstance(read, do.ReadReply)
    call.tell(ev.Fault(t=call.t, what="reader", detail="no model", turn=read.turn, take=read.take)).run(9_000)

    (report,) = call.all(do.ReportTurn)
    assert (report.text, report.acts) == ("hello", ("let_finish",))
    assert call.reasons[1] == "end_of_turn"


def test_a_sentence_without_a_voice_stands_in_the_captions() -> None:
    """She is silent for that sentence; what it says counts as said, and the next one follows."""
    call = phone([Speech(8_000, 9_000)], mute_parts=frozenset({(1, 0)})).run(20_000)

    greeting, heard = call.all(do.SayAloud)[0], call.all(do.HeardLine)[0]
    assert (heard.text, heard.whole) == (greeting.text, True)
    saved = MS_PER_CHAR * len(call.all(do.Synthesize)[0].text)
    assert abs(GREETED - call.when(do.HeardLine) - saved) <= FRAME_MS
    assert call.replies == ["I see"]


def test_a_caller_without_any_voice_can_still_be_answered() -> None:
    call = phone([Speech(7_000, 8_000)], mute_parts=frozenset((n, part) for n in range(1, 9) for part in range(9)))
    call.run(12_000)

    assert [(one.text, one.whole) for one in call.all(do.HeardLine)] == [
        (one.text, True) for one in call.all(do.SayAloud)
    ]
    assert call.replies == ["I see"]


def test_a_sentence_that_is_late_is_waited_for() -> None:
    """The rest of her greeting is still being made when its beginning is over: she is not done yet."""
    call = phone(slow_parts=frozenset({(1, 1)})).run(12_000)
    parts = [t for t, one in call.log if isinstance(one, do.Play) and one.utterance == 1]
    heard = call.all(do.HeardLine)[0]

    assert len(parts) >= 2
    assert parts[0] < SLOW_MS <= parts[1]
    assert heard.whole
    assert heard.text == call.all(do.SayAloud)[0].text


def test_she_breathes_between_her_sentences_and_not_before_the_first() -> None:
    plays = [one for one in phone().run(6_000).all(do.Play) if one.utterance == 1]

    assert [one.pause_ms for one in plays] == [0, *[POLICY.pause_between_parts_ms] * (len(plays) - 1)]
    assert len(plays) > 1


def test_a_lost_device_leaves_what_was_heard_so_far() -> None:
    call = phone().run(2_000)
    call.tell(ev.Fault(t=call.t, what="device_lost", detail="unplugged"))

    (heard,) = call.all(do.HeardLine)
    assert 0 < len(heard.text) < len(call.all(do.SayAloud)[0].text)
    assert not heard.whole
    assert len(call.all(do.Stop)) == 1
    assert call.end == ("stopped", "unplugged")


# -- stale results ----------------------------------------------------------------------------------------------------


def test_results_for_what_is_no_longer_there_change_nothing() -> None:
    calm = phone(WHILE, slow_parts=DRAWS_BREATH).run(25_000)
    for moment in MOMENTS:
        call = phone(WHILE, slow_parts=DRAWS_BREATH).run(moment)
        read = Reading(labels=(FoundLabel(label="hostile", probability=0.99, quote="x"),))
        for stale in (
            ev.Transcribed(t=call.t, turn=1, take=99, transcript=Transcript(text="stop the exercise")),
            ev.TurnEndScored(t=call.t, turn=1, take=99, done=1.0),
            ev.ReplyRead(t=call.t, turn=1, take=99, reading=read, matches=Matches()),
            ev.SpeechReady(t=call.t, utterance=99, part=0, duration_ms=1, words=()),
            ev.SpeechReady(t=call.t, utterance=1, part=50, duration_ms=1, words=()),
            ev.PlaybackMoved(t=call.t, utterance=99, position_ms=10**6, idle=True),
        ):
            call.tell(stale)
        assert call.run(25_000).log == calm.log
