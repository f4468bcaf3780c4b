"""The edges of a call in sample time: waits, holds, faults, typed words, endings. No audio and no clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas import shelf
from personas.persona import Curveball, Persona
from simulator import commands as do
from simulator import events as ev
from simulator.chance import Chance
from simulator.curveballs import Curveballs
from simulator.engine import CallEngine
from simulator.errors import EngineError
from simulator.floor import Floor
from simulator.forms import OfferForms
from simulator.gate import LULL_FRAMES, OFF, ON, POSTROLL_MS, PREROLL_MS, SpeechGate
from simulator.lines import LineBag
from simulator.ports import FRAME_MS, Transcript
from simulator.reading import FoundLabel, Label, Matches, OfferMade, Reading
from simulator.rehearsal.telephone import MS_PER_CHAR, Line, Speech
from simulator.turn_policy import TurnPolicy
from simulator.utterance import OPENER

DANA = shelf.find("dana_double_billing")
JOEL = shelf.find("joel_late_bed")
POLICY = TurnPolicy()

C = TypeVar("C")


@dataclass
class Phone(Line):
    """The line, with parts that break or dawdle."""

    deaf_takes: frozenset[int] = frozenset()
    """Takes on which the recogniser fails."""
    mute_parts: frozenset[tuple[int, int]] = frozenset()
    """(utterance, part) on which the synthesizer fails."""
    slow_parts: frozenset[tuple[int, int]] = frozenset()
    """(utterance, part) that take ``slow_ms`` to make."""
    slow_ms: int = 4_000
    louder_from: int = 10**9
    """From here on the trainee speaks 12 dB louder."""

    def run(self, until_ms: int) -> "Phone":
        super().run(until_ms)
        return self

    def _answer(self, command: do.Command) -> None:
        if isinstance(command, do.Transcribe) and command.take in self.deaf_takes:
            fault = ev.Fault(t=0, what="recognizer", detail="no model", turn=command.turn, take=command.take)
            self._later(fault, self.ears_ms)
            return
        super()._answer(command)
        if isinstance(command, do.Synthesize):
            where = command.utterance, command.part
            due, order, ready = self.queue[-1]
            if where in self.mute_parts:
                self.lengths[where] = 0
                fault = ev.Fault(t=0, what="synthesizer", detail="no voice", utterance=where[0], part=where[1])
                self.queue[-1] = due, order, fault
            elif where in self.slow_parts:
                self.queue[-1] = due + self.slow_ms, order, ready

    def _feed(self, event: ev.Event) -> None:
        if isinstance(event, ev.FrameHeard) and event.t > self.louder_from and event.p > 0.5:
            event = replace(event, db=event.db + 12)
        super()._feed(event)

    def tell(self, event: ev.Event) -> "Phone":
        """Something happens that no script holds."""
        self._feed(event)
        return self

    def all(self, kind: type[C]) -> list[C]:
        """Every command of a kind so far."""
        return [command for _, command in self.log if isinstance(command, kind)]

    @property
    def reasons(self) -> list[str]:
        """Why she spoke, each time that she did."""
        return [one.reason for one in self.all(do.SayAloud)]

    @property
    def replies(self) -> list[str]:
        """What counted as a turn of the trainee."""
        return [one.text for one in do.reported(command for _, command in self.log)]

    @property
    def end(self) -> tuple[str, str]:
        """How the call ended, and why."""
        (end,) = self.all(do.EndCall)
        return end.outcome, end.detail


SLOW_MS = Phone.slow_ms


def phone(
    script: Sequence[Speech] = (),
    *,
    persona: Persona = DANA,
    policy: TurnPolicy = POLICY,
    anger: float | None = None,
    ears_ms: int = 0,
    deaf_takes: frozenset[int] = frozenset(),
    mute_parts: frozenset[tuple[int, int]] = frozenset(),
    slow_parts: frozenset[tuple[int, int]] = frozenset(),
) -> Phone:
    engine = CallEngine(persona, policy, 7)
    if anger is not None:
        engine.mood.shift("test", anger - engine.mood.points)
    return Phone(
        engine, script, ears_ms=ears_ms, deaf_takes=deaf_takes, mute_parts=mute_parts, slow_parts=slow_parts
    )  # fmt: skip


def said_by(persona: Persona, situation: str, text: str) -> bool:
    """Whether ``text`` is one of the lines for a situation."""
    return any(text in group for group in persona.lines_by_fit(situation, "furious"))


def causes(report: do.ReportTurn) -> dict[str, int]:
    """What moved her in a turn, in thousandths of a point."""
    return {entry.cause: entry.points for entry in report.ledger}


def about(at: int, due: int) -> bool:
    """Whether something came when it was due: frames come every 32 ms."""
    return 0 <= at - due < 2 * FRAME_MS


GREETED = next(t for t, one in phone().run(10_000).log if isinstance(one, do.HeardLine))
"""When her greeting is over if nobody disturbs it."""


# -- silence ----------------------------------------------------------------------------------------------------------


def test_a_patient_caller_loses_patience_before_she_goes() -> None:
    """Hello after 6 s, and 6 s after that once more; at 20 s it costs her patience, and only at 40 s she hangs up."""
    call = phone().run(300_000)

    assert call.reasons == ["greeting", "silence", "silence", "silence"]
    assert about(call.when(do.SayAloud, 1), GREETED + 6_000)
    assert about(call.when(do.SayAloud, 2), call.when(do.HeardLine, 1) + 6_000)  # her own "Hello?" is not silence
    assert about(call.when(do.SayAloud, 3), GREETED + 40_000)
    assert call.engine.mood.patience == DANA.temper.patience - 15
    lines = [one.text for one in call.all(do.SayAloud)]
    assert [
        said_by(DANA, situation, text)
        for situation, text in zip(("check_in_1", "check_in_2", "give_up_silence"), lines[1:], strict=True)
    ] == [True, True, True]
    assert call.end == ("hung_up", "nobody answered")


@pytest.mark.parametrize(("patience", "stays"), [(15, False), (16, True)])
def test_a_caller_out_of_patience_goes_the_third_time(patience: float, stays: bool) -> None:
    call = phone()
    call.engine.mood.patience = patience
    call.run(300_000)

    third = GREETED + 40_000 if stays else call.when(do.HeardLine, 2) + 6_000
    assert about(call.when(do.SayAloud, 3), third)
    assert third >= GREETED + 20_000
    assert call.end == ("hung_up", "nobody answered")


def test_the_third_time_comes_after_twenty_seconds_at_the_soonest() -> None:
    """Her own two hellos are short here: it is the twenty seconds that count."""
    mute = frozenset((n, part) for n in (2, 3) for part in range(9))
    call = phone(anger=95, mute_parts=mute).run(300_000)

    assert call.when(do.SayAloud, 2) < GREETED + 13_000
    assert about(call.when(do.SayAloud, 3), GREETED + 20_000)


def test_a_furious_caller_goes_the_third_time_whatever_her_patience() -> None:
    call = phone(anger=95).run(300_000)

    assert about(call.when(do.SayAloud, 3), call.when(do.HeardLine, 2) + 6_000)
    assert call.engine.mood.patience == DANA.temper.patience
    assert call.end == ("hung_up", "nobody answered")


def test_speaking_again_starts_the_waiting_anew() -> None:
    """Two hellos, then a reply: the next silence begins with her first hello, not with hanging up."""
    call = phone([Speech(GREETED + 14_000, GREETED + 15_500, "Sorry, I am here.")])
    call.run(GREETED + 40_000)

    assert call.reasons[:4] == ["greeting", "silence", "silence", "end_of_turn"]
    assert said_by(DANA, "check_in_1", call.all(do.SayAloud)[4].text)


@pytest.mark.parametrize("source", ["typed", "recorded"])
def test_silence_belongs_to_nobody_when_nobody_is_there_to_speak(source: str) -> None:
    """While somebody thinks what to type, and in a recording of another call, she asks no "Hello?"."""
    call = phone()
    call.tell(ev.CallStarted(t=0, source=source))  # type: ignore[arg-type]
    call.t = FRAME_MS
    call.run(120_000)

    assert call.reasons == ["greeting"]
    assert call.engine.floor is Floor.QUIET


@pytest.mark.parametrize(("waits", "what"), [(15_000, "dead_air"), (2_000, "let_finish")])
def test_in_a_recording_nobody_is_blamed_or_praised_for_the_pauses(waits: int, what: str) -> None:
    """They were made for another caller."""
    script = [Speech(GREETED + waits, GREETED + waits + 1_500, "well the thing is")]
    spoken, recorded = phone(script), phone(script)
    recorded.tell(ev.CallStarted(t=0, source="recorded"))
    recorded.t = FRAME_MS

    def noticed(call: Phone) -> set[str]:
        (report,) = call.run(GREETED + waits + 5_000).all(do.ReportTurn)
        assert report.text == "well the thing is"
        return {*causes(report), *report.acts}

    assert what in noticed(spoken)
    assert what not in noticed(recorded)


# -- she has to go ----------------------------------------------------------------------------------------------------


def test_she_has_to_go_when_the_time_is_up() -> None:
    call = phone(policy=TurnPolicy(max_ms=9_000)).run(60_000)

    assert call.reasons == ["greeting", "silence"]
    assert 9_000 < call.when(do.SayAloud, 1) <= 9_000 + 2 * FRAME_MS
    assert said_by(DANA, "times_out", call.all(do.SayAloud)[1].text)
    assert call.end[0] == "timed_out"
    assert call.all(do.HeardLine)[-1].whole  # she says it to the end before the line is dead


def test_she_has_to_go_after_the_last_turn() -> None:
    """The last reply still counts; what she answers is that she has to go."""
    script = [Speech(7_000, 8_000, "I see"), Speech(17_000, 18_000, "go on please")]
    call = phone(script, policy=TurnPolicy(max_turns=2)).run(60_000)

    assert call.replies == ["I see", "go on please"]
    assert said_by(DANA, "times_out", call.all(do.SayAloud)[-1].text)
    assert call.all(do.ReportTurn)[-1].moves == ("times_out",)
    assert call.end[0] == "timed_out"


def test_an_ending_of_her_own_comes_before_having_to_go() -> None:
    script = [Speech(7_000, 8_000, "oh shut up", ("hostile",))]
    call = phone(script, policy=TurnPolicy(max_turns=1)).run(60_000)

    assert call.end == ("hung_up", "rudeness")


def test_talking_against_her_last_words_only_cuts_them_short() -> None:
    call = phone([Speech(9_800, 16_000, "no wait please wait")], policy=TurnPolicy(max_ms=9_000)).run(60_000)

    last = call.all(do.HeardLine)[-1]
    assert not last.whole
    assert call.all(do.SayAloud)[-1].text.startswith(last.text)
    assert call.end[0] == "timed_out"
    ended, stopped = call.when(do.EndCall), call.when(do.Stop)
    assert ended == stopped < 9_800 + POLICY.yield_furious_ms
    assert call.replies == []


# -- holds ------------------------------------------------------------------------------------------------------------


def on_hold(call: Phone, at: int = 8_000) -> Phone:
    call.run(at).act("hold")
    return call


def test_on_hold_she_waits_over_a_minute_before_she_asks() -> None:
    call = on_hold(phone())
    began = call.t
    assert call.engine.floor is Floor.HOLD

    call.run(began + 200_000)
    assert about(call.when(do.SayAloud, 1), began + 75_000)
    assert about(call.when(do.SayAloud, 2), call.when(do.HeardLine, 1) + 6_000)
    assert said_by(DANA, "check_in_1", call.all(do.SayAloud)[1].text)
    assert call.end == ("hung_up", "nobody answered")


def test_a_hold_is_waiting_and_not_dead_air() -> None:
    speech = [Speech(40_000, 41_500, "Thank you for waiting.")]
    held, silent = on_hold(phone(speech)).run(46_000), phone(speech).run(46_000)

    assert held.engine.floor is not Floor.HOLD
    assert "hold" in causes(held.all(do.ReportTurn)[0])
    assert "dead_air" not in causes(held.all(do.ReportTurn)[0])
    assert "hold" not in causes(silent.all(do.ReportTurn)[0])
    assert "dead_air" in causes(silent.all(do.ReportTurn)[0])


def test_a_moment_away_is_no_hold() -> None:
    call = on_hold(phone([Speech(11_500, 12_500, "Here I am.")])).run(18_000)

    assert call.replies == ["Here I am."]
    assert "hold" not in causes(call.all(do.ReportTurn)[0])


def test_after_the_hold_the_line_is_open_again_and_the_wait_still_counts() -> None:
    call = on_hold(phone([Speech(40_000, 41_500, "Thank you for waiting.")])).run(38_000)
    call.act("resume")
    assert call.engine.floor is Floor.QUIET

    assert "hold" in causes(call.run(46_000).all(do.ReportTurn)[0])


def test_nobody_is_put_on_hold_while_she_speaks_and_nobody_taken_back_who_is_not() -> None:
    call = phone().run(2_000)
    for action in ("hold", "resume"):
        call.act(action)
        assert call.engine.floor is Floor.CALLER

    call.run(GREETED + 100)
    call.act("resume")
    assert call.engine.floor is Floor.QUIET
    assert about(call.run(20_000).when(do.SayAloud, 1), GREETED + 6_000)  # silence as ever


def _hold_costs(asks: str) -> int:
    script = [Speech(7_000, 9_000, asks, ("hold",)), Speech(55_000, 56_500, "Thank you for waiting.")]
    call = phone(script).run(62_000)
    assert call.reasons[:2] == ["greeting", "end_of_turn"]
    assert call.reasons.count("silence") == 0  # who was asked to wait does not ask whether anybody is there
    return causes(call.all(do.ReportTurn)[1])["hold"]


@pytest.mark.parametrize(
    "told",
    ["Please hold for two minutes.", "Please hold a moment.", "Hold on for thirty seconds.", "Hold on a minute.",
     "Please hold until 3."],
)  # fmt: skip
def test_a_hold_hurts_less_when_she_is_told_how_long(told: str) -> None:
    """Untold it costs about twice as much (0.52 of it is left)."""
    assert 0 < _hold_costs(told) < 0.6 * _hold_costs("Please hold for me.")


def test_a_hold_she_was_told_about_stays_one_when_the_button_is_pressed() -> None:
    script = [
        Speech(7_000, 9_000, "Please hold for two minutes.", ("hold",)),
        Speech(55_000, 56_500, "Thank you for waiting."),
    ]
    call = phone(script).run(14_000)
    call.act("hold")
    call.run(62_000)

    assert causes(call.all(do.ReportTurn)[1])["hold"] <= _hold_costs("Please hold for two minutes.")


def test_a_hold_by_the_button_alone_costs_more_than_one_she_was_asked_for() -> None:
    def cost(asks: str, *labels: Label) -> int:
        script = [Speech(7_000, 9_000, asks, labels), Speech(55_000, 56_500, "Thank you for waiting.")]
        call = phone(script).run(20_000)
        call.act("hold")
        return causes(call.run(62_000).all(do.ReportTurn)[1])["hold"]

    assert cost("Let me look at that.") > cost("Please hold for me.", "hold") + 1_000


def test_the_wait_she_was_asked_for_counts_from_her_answer_on() -> None:
    """After "hold, please" she waits for a minute and a quarter from the end of her own "fine"."""
    call = phone([Speech(7_000, 9_000, "Please hold for me.", ("hold",))]).run(150_000)

    fine = call.when(do.HeardLine, 1)
    assert said_by(DANA, "hold_before", call.all(do.SayAloud)[1].text)
    assert about(call.when(do.SayAloud, 2), fine + 75_000)


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


# -- typed calls ------------------------------------------------------------------------------------------------------


def typed() -> Phone:
    """A typed call whose greeting is over."""
    call = phone()
    call.tell(ev.CallStarted(t=0, source="typed"))
    call.t = FRAME_MS
    return call.run(10_000)


def types(call: Phone, text: str) -> Phone:
    return call.tell(ev.TraineeAction(t=call.t, action="say", text=text))


def test_a_typed_reply_is_answered_without_waiting_and_without_acting() -> None:
    call = types(typed(), "  hello there  ")
    call.run(call.t + 2 * FRAME_MS)

    (report,) = call.all(do.ReportTurn)
    assert (report.turn, report.text, report.gap_ms, report.overlap_ms) == (1, "hello there", 0, 0)
    assert "dead_air" not in causes(report)
    assert not {"let_finish", "backchannel"} & set(report.acts)  # nobody hears whether a typist listens
    assert call.all(do.SayAloud)[1].acted_delay_ms == 0
    assert call.of(do.ScoreTurnEnd) == call.of(do.Transcribe) == []


@pytest.mark.parametrize("nothing", ["", "   "])
def test_an_empty_typed_reply_is_no_turn(nothing: str) -> None:
    call = types(typed(), nothing)

    assert call.engine.floor is Floor.QUIET
    assert call.engine.view.turn == 0
    assert call.all(do.ReadReply) == []
    types(call, "hello there").run(20_000)
    assert [(one.turn, one.text) for one in call.all(do.ReportTurn)] == [(1, "hello there")]


def test_nobody_types_into_her_words() -> None:
    call = phone()
    call.tell(ev.CallStarted(t=0, source="typed"))
    call.t = FRAME_MS
    call.run(1_000)

    with pytest.raises(EngineError, match="while the caller was speaking"):
        types(call, "hello")


def test_a_typed_reply_ends_a_hold_that_nobody_had_to_sit_through() -> None:
    call = typed()
    call.act("hold")
    assert call.engine.floor is Floor.HOLD
    types(call.run(100_000), "hello there")
    call.run(110_000)

    assert call.replies == ["hello there"]
    assert "hold" not in causes(call.all(do.ReportTurn)[0])
    assert call.reasons[:2] == ["greeting", "end_of_turn"]


def test_a_slow_reader_is_waited_for_when_words_were_typed() -> None:
    """Typed words cannot be lost on the way, so she never says that she did not catch them."""
    call = typed()
    call.ears_ms = 30_000
    types(call, "hello there")
    assert call.run(39_000).of(do.ReportTurn) == []
    assert call.engine.floor is Floor.PREPARING
    call.run(50_000)

    assert call.replies == ["hello there"]
    assert call.reasons == ["greeting", "end_of_turn"]


def test_the_stop_word_can_be_typed() -> None:
    call = types(typed(), "Stop the exercise!")
    call.run(20_000)

    assert call.reasons[-1] == "stop"
    assert call.end == ("stopped", "the stop word was said")
    assert call.replies == []


def test_a_driver_without_frames_is_told_when_she_will_speak() -> None:
    """Her answer is ready and waits for its moment; at no other time is there anything to wait for."""
    call = phone([Speech(7_000, 8_000)], persona=JOEL)
    assert call.engine.next_deadline is None
    while len(call.of(do.SayAloud)) < 2:
        call.run(call.t + FRAME_MS)
    call.run(call.t + FRAME_MS)
    due = call.engine.next_deadline
    delay = call.all(do.SayAloud)[1].acted_delay_ms
    assert delay >= 500  # a cold caller lets one wait
    assert due is not None
    assert due == 8_000 + delay > call.t

    before = len(call.of(do.Play))
    call.tell(ev.Tick(t=due - 1))
    assert len(call.of(do.Play)) == before
    call.tell(ev.Tick(t=due))
    assert call.engine.floor is Floor.CALLER
    assert len(call.of(do.Play)) > before
    assert call.engine.next_deadline is None


def test_what_is_not_made_yet_has_no_moment() -> None:
    engine = CallEngine(DANA, POLICY, 7)
    asked = engine.handle(ev.CallStarted(t=0, source="typed"))
    assert engine.next_deadline is None

    number = next(one.utterance for one in asked if isinstance(one, do.Synthesize))
    engine.handle(ev.Tick(t=500))
    engine.handle(ev.Fault(t=700, what="synthesizer", detail="no voice", utterance=number, part=0))
    assert engine.next_deadline == 700  # no sound will come: her words can be shown now, not in the past


def test_the_stop_word_does_not_wait_for_the_end_of_a_turn() -> None:
    """Even when the turn-end model is sure that more will come."""
    call = phone([Speech(7_000, 9_000, "oh stop the exercise and")])
    call.done = lambda words: 0.0
    call.run(20_000)

    assert call.reasons == ["greeting", "stop"]
    assert call.when(do.SayAloud, 1) - 9_000 < POLICY.at_once_ms


# -- both at once -----------------------------------------------------------------------------------------------------


def test_who_goes_on_after_being_cut_into_has_not_talked_over_her() -> None:
    """She cut in, the trainee talked on, she gave way: one reply, and no blame. The control does the same to her greeting."""
    cut = phone([Speech(7_000, 26_000, "well the thing is")], anger=95).run(34_000)
    over = phone([Speech(1_500, 6_000, "well the thing is")], anger=95).run(14_000)

    assert cut.reasons[1] == "cut_in"
    assert not cut.all(do.HeardLine)[1].whole
    assert cut.replies == over.replies == ["well the thing is"]
    assert cut.all(do.ReportTurn)[0].overlap_ms == 0
    assert "talk_over" not in causes(cut.all(do.ReportTurn)[0])
    assert over.all(do.ReportTurn)[0].overlap_ms >= POLICY.yield_furious_ms
    assert "talk_over" in causes(over.all(do.ReportTurn)[0])


def test_talking_on_until_her_cut_in_is_over_is_one_reply() -> None:
    """She says it to its end against the trainee, who never stopped."""
    patient = TurnPolicy(yield_furious_ms=60_000)
    call = phone([Speech(7_000, 30_000, "well the thing is")], anger=95, policy=patient).run(38_000)

    assert call.reasons[1] == "cut_in"
    assert call.all(do.HeardLine)[1].whole
    assert call.of(do.Stop) == []
    assert call.replies == ["well the thing is"]
    assert call.all(do.ReportTurn)[0].overlap_ms == 0


def test_a_nod_under_her_story_counts_and_falling_silent_under_her_cut_in_is_none() -> None:
    nodded = phone([Speech(1_500, 1_700, "mm-hm"), Speech(7_000, 8_000, "well the thing is")], anger=95).run(12_000)
    cut = phone([Speech(7_000, 22_300, "well the thing is")], anger=95).run(28_000)

    assert nodded.replies == cut.replies == ["well the thing is"]
    assert "backchannel" in nodded.all(do.ReportTurn)[0].acts
    assert cut.reasons[1] == "cut_in"
    assert "backchannel" not in cut.all(do.ReportTurn)[0].acts


def test_an_answer_under_her_last_word_is_no_nod_as_well() -> None:
    call = phone([Speech(GREETED - 500, GREETED - 250, "well the thing is")]).run(GREETED + 3_000)

    assert call.replies == ["well the thing is"]
    assert "backchannel" not in call.all(do.ReportTurn)[0].acts


def test_a_cough_under_her_last_word_is_nothing() -> None:
    call = phone([Speech(GREETED - 500, GREETED - 250, "")]).run(GREETED + 3_000)

    assert len(call.of(do.Transcribe)) == 2  # for a stop word, and as a reply that came too early
    assert call.replies == []
    assert call.engine.floor is Floor.QUIET
    assert call.engine.view.turn == 0


def test_only_who_lets_her_finish_has_let_her_finish() -> None:
    listened = phone([Speech(7_000, 8_000, "well the thing is")]).run(12_000)
    patient = TurnPolicy(yield_calm_ms=60_000, yield_furious_ms=60_000)
    talked = phone([Speech(1_500, 8_000, "well the thing is")], policy=patient).run(12_000)

    assert "let_finish" in listened.all(do.ReportTurn)[0].acts
    assert talked.all(do.HeardLine)[0].whole  # she came to the end, against him
    assert talked.replies == ["well the thing is"]
    assert "let_finish" not in talked.all(do.ReportTurn)[0].acts


def test_a_grunt_alone_is_a_nod_and_words_are_not() -> None:
    def acts(words: str) -> tuple[str, ...]:
        (report,) = phone([Speech(7_000, 8_000, words)]).run(12_000).all(do.ReportTurn)
        return report.acts

    assert "backchannel" in acts("yeah okay I see")
    assert "backchannel" in acts("uh huh yes right oh okay")
    assert "backchannel" not in acts("uh huh yes right oh okay sure")  # seven words are a speech
    assert "backchannel" not in acts("yeah because")
    assert "backchannel" not in acts("...")


def test_she_cuts_into_the_same_monologue_once() -> None:
    call = phone([Speech(7_000, 90_000, "well the thing is")], anger=95).run(95_000)

    assert call.reasons.count("cut_in") == 1


def test_a_nod_under_her_cut_in_does_not_swallow_what_was_said_until_then() -> None:
    script = [Speech(7_000, 22_300, "well the thing is"), Speech(22_900, 23_100, "mm")]
    call = phone(script, anger=95).run(34_000)

    assert call.reasons[1] == "cut_in"
    assert "well the thing is" in call.replies[0]


def test_starting_again_under_her_cut_in_does_not_swallow_what_was_said_until_then() -> None:
    script = [Speech(7_000, 22_300, "well the thing is"), Speech(23_000, 25_500, "no listen to me please")]
    call = phone(script, anger=95).run(34_000)

    assert call.reasons[1] == "cut_in"
    assert "well the thing is" in " ".join(call.replies)


def test_starting_again_under_her_last_words_of_a_cut_in_is_the_same_reply() -> None:
    """She comes to her end before she would give way; what was said before and after the pause is one reply."""
    script = [Speech(7_000, 22_300, "well the thing is"), Speech(25_200, 28_000, "as I was saying to you")]
    call = phone(script, anger=95).run(36_000)

    assert call.reasons[1] == "cut_in"
    assert call.all(do.HeardLine)[1].whole
    assert call.replies == ["well the thing is as I was saying to you"]
    assert call.all(do.ReportTurn)[0].overlap_ms == 0


def test_a_nod_of_long_ago_is_no_part_of_the_monologue_that_she_cuts_into() -> None:
    """He nodded, talked her down and went on before she could answer: it is one reply, and each word counts once."""
    script = [
        Speech(1_500, 1_700, "mm-hm"),
        Speech(2_500, 5_000, "hang on a second there"),
        Speech(6_500, 21_900, "well the thing is"),
    ]
    call = phone(script, anger=95, slow_parts=frozenset({(2, 0), (2, OPENER)})).run(30_000)

    assert "cut_in" not in call.reasons, "she has just given way in this reply"
    assert call.replies == ["hang on a second there well the thing is"]
    assert call.all(do.ReportTurn)[-1].overlap_ms > 0


def test_a_nod_under_her_greeting_counts_although_she_cut_in_later() -> None:
    script = [Speech(1_500, 1_700, "mm-hm"), Speech(7_000, 22_300, "well the thing is")]
    call = phone(script, anger=95).run(28_000)

    assert call.reasons[1] == "cut_in"
    assert call.replies == ["well the thing is"]
    assert "backchannel" in call.all(do.ReportTurn)[0].acts


def test_what_she_was_about_to_tell_is_told_after_the_trainee_has_gone_on() -> None:
    """She had decided to begin her story when he went on: she begins it later, and skips nothing."""
    script = [Speech(7_000, 8_000, "well the thing is"), Speech(8_400, 9_700, "and we never saw it")]
    call = phone(script, persona=JOEL, policy=TurnPolicy(at_once_ms=240, unsure_ms=600)).run(20_000)
    first, second, *_ = JOEL.lines_for("story", "any")

    decided, told = (one.text for one in call.all(do.SayAloud)[1:3])
    assert call.replies == ["well the thing is and we never saw it"]
    assert first in decided
    assert first in told
    assert second not in told
    assert decided not in [one.text for one in call.all(do.HeardLine)[:1]]
    assert [one.utterance for one in call.all(do.HeardLine)] == [1, 3]


# -- hanging up -------------------------------------------------------------------------------------------------------


LIMIT = "I want to help but not while you are shouting at me"


@pytest.mark.parametrize(("limits", "outcome"), [(1, "unresolved"), (2, "ended_fairly")])
def test_hanging_up_is_fair_after_two_limits_and_still_abuse(limits: int, outcome: str) -> None:
    script = [Speech(10_000 + 12_000 * n, 12_000 + 12_000 * n, LIMIT, ("boundary",)) for n in range(limits)]
    call = phone(script, anger=98).run(10_000 + 12_000 * limits)
    call.engine.mood.shift("test", 98 - call.engine.mood.points)
    call.act("hang_up")

    assert call.replies == [LIMIT] * limits
    assert call.end == (outcome, "the trainee ended the call")


def test_hanging_up_on_her_when_she_has_calmed_down_is_not_fair() -> None:
    script = [Speech(10_000 + 12_000 * n, 12_000 + 12_000 * n, LIMIT, ("boundary",)) for n in range(2)]
    call = phone(script, anger=98).run(34_000)
    call.engine.mood.shift("test", 60 - call.engine.mood.points)
    call.act("hang_up")

    assert call.end[0] == "unresolved"


@pytest.mark.parametrize("moment", [2_000, 6_500])
def test_only_what_sounds_is_stopped_when_somebody_hangs_up(moment: int) -> None:
    call = phone().run(moment)
    speaking = call.engine.floor is Floor.CALLER
    call.act("hang_up")

    assert speaking == (moment < GREETED)
    assert len(call.of(do.Stop)) == speaking
    (heard,) = call.all(do.HeardLine)
    assert heard.whole != speaking
    assert call.end == ("unresolved", "the trainee ended the call")


def test_what_was_never_begun_was_never_said() -> None:
    """Hanging up between her decision to answer and her first sound."""
    call = phone([Speech(7_000, 8_000)], persona=JOEL)
    while len(call.of(do.SayAloud)) < 2:
        call.run(call.t + FRAME_MS)
    call.act("hang_up")

    assert call.of(do.Stop) == []
    assert [one.utterance for one in call.all(do.HeardLine)] == [1]


# -- what anybody may know --------------------------------------------------------------------------------------------


def test_the_view_shows_her_latest_words_as_far_as_they_were_heard() -> None:
    call = phone([Speech(1_500, 5_000, "hang on hang on a second")]).run(1_400)
    assert call.engine.view.caller_line == ""
    call.run(4_000)

    view = call.engine.view
    assert view.caller_line == call.all(do.HeardLine)[0].text != ""
    assert (view.t, view.floor, view.outcome) == (call.t, Floor.TRAINEE, None)
    assert view.mood == call.engine.mood.view()
    assert not view.asked_for_supervisor


def test_a_line_of_which_nothing_was_heard_is_not_her_latest() -> None:
    """Her voice failed in the first sentence, the second was not there yet, and then the trainee hung up."""
    call = phone([Speech(7_000, 8_000)], mute_parts=frozenset({(2, 0)}), slow_parts=frozenset({(2, 1)})).run(11_000)
    heard_before = call.all(do.SayAloud)[0].text
    call.tell(ev.TraineeAction(t=call.t, action="hang_up"))

    assert (call.all(do.HeardLine)[1].text, call.all(do.HeardLine)[1].whole) == ("", False)
    assert call.engine.view.caller_line == heard_before


def test_the_view_shows_that_she_asked_for_somebody_else() -> None:
    call = phone([Speech(7_000, 8_000, "well the thing is")])
    call.engine.mood.patience = 20
    call.run(16_000)

    assert "supervisor" in call.all(do.ReportTurn)[0].moves
    assert call.engine.view.asked_for_supervisor


def test_somebody_else_on_the_phone_has_another_voice() -> None:
    ball = Curveball(
        kind="someone_else", chance=1.0, after=1, before=1, say=("This is her brother. Who's that?",),
        back=("It's me again.",), speaker="am_adam",
    )  # fmt: skip
    script = [Speech(7_000, 8_000, "I am sorry", ("apology",)), Speech(16_000, 17_000, "This is Sam", ("greeting",))]
    call = phone(script, persona=DANA.model_copy(update={"curveballs": (ball,)})).run(26_000)

    voices = {one.text: one.delivery.speaker for one in call.all(do.Synthesize)}
    assert voices["Who's that?"] == "am_adam"
    assert voices["It's me again."] == DANA.voice.speaker != "am_adam"


def test_her_voice_carries_the_anger_of_the_moment() -> None:
    for anger in (20.4, 90.6):
        (first, *_) = phone(anger=anger).run(FRAME_MS).all(do.Synthesize)
        assert first.delivery.anger == round(anger)
        assert first.delivery.manner == "hot"


@pytest.mark.parametrize("louder", [True, False])
def test_a_voice_raised_above_ones_own_is_noticed(louder: bool) -> None:
    script = [Speech(7_000, 11_000, "well the thing is"), Speech(21_000, 23_000, "that is how it goes here")]
    call = phone(script)
    call.louder_from = 20_000 if louder else call.louder_from
    first, second = call.run(28_000).all(do.ReportTurn)

    assert "raised_voice" not in causes(first)
    assert ("raised_voice" in causes(second)) is louder


# -- what counts as speech --------------------------------------------------------------------------------------------


def test_the_gate_opens_at_one_threshold_and_closes_at_a_lower_one() -> None:
    def changes(*probabilities: float) -> list[str]:
        gate = SpeechGate()
        fed = [gate.feed(n * FRAME_MS, p) for n, p in enumerate(probabilities, 1)]
        return [change for change in fed if change]

    assert changes(ON, ON, ON) == ["on"]
    assert changes(ON - 0.01, ON - 0.01, ON - 0.01, ON - 0.01) == []
    assert changes(*[ON] * 3, *[OFF] * 20) == ["on"]
    assert changes(*[ON] * 3, *[OFF - 0.01] * 2, OFF) == ["on"]
    assert changes(*[ON] * 3, *[OFF - 0.01] * 6) == ["on", "lull", "off"]
    assert changes(*[ON] * 3, *[OFF - 0.01] * 5, OFF, *[OFF - 0.01] * 5) == ["on", "lull", "lull"]


def test_a_take_is_begun_at_the_lull_and_the_turn_reaches_a_little_beyond_the_last_sound() -> None:
    call = phone([Speech(7_008, 9_024)]).run(12_000)
    (take,), (turn,) = call.all(do.Transcribe), call.all(do.ReportTurn)

    assert take.end_ms == 9_024 + LULL_FRAMES * FRAME_MS
    assert (turn.start_ms, turn.end_ms) == (7_008 - PREROLL_MS, 9_024 + POSTROLL_MS)
    assert take.start_ms == turn.start_ms


def test_a_lull_that_does_not_become_a_pause_is_forgotten() -> None:
    call = phone([Speech(7_008, 9_024), Speech(9_152, 10_016)], ears_ms=200).run(14_000)
    takes, turns = call.all(do.Transcribe), call.all(do.ReportTurn)

    assert [take.end_ms for take in takes] == [9_024 + LULL_FRAMES * FRAME_MS, 10_016 + LULL_FRAMES * FRAME_MS]
    assert [(turn.turn, turn.end_ms) for turn in turns] == [(1, 10_016 + POSTROLL_MS)]


# -- offers in pieces -------------------------------------------------------------------------------------------------


def matches(offer: str = "", score: float = 0.8, quote: str = "x", /, **slots: str) -> Matches:
    filled = tuple(sorted(slots.items()))
    made = (OfferMade(offer=offer, score=score, quote=quote, slots=filled),) if offer else ()
    return Matches(offers=made, details=filled)


def heard(*labels: Label) -> Reading:
    return Reading(labels=tuple(FoundLabel(label=label, probability=0.9, quote="x") for label in labels))


def found(forms: OfferForms, what: Matches, *labels: Label) -> list[tuple[str, tuple[str, ...], str]]:
    return [(one.offer, one.missing, one.quote) for one in forms.take(what, heard(*labels))]


def test_words_like_an_offer_are_one_only_when_something_is_put_on_the_table() -> None:
    told, sure = matches("refund_now", 0.94), matches("refund_now", 0.95)

    assert found(OfferForms(DANA), told, "explanation") == []
    assert found(OfferForms(DANA), told, "solution") == [("refund_now", ("when", "reference"), "x")]
    assert found(OfferForms(DANA), sure) == [("refund_now", ("when", "reference"), "x")]  # said too plainly to miss
    assert found(OfferForms(DANA), matches("free_holiday", 0.99), "solution") == []  # nothing of hers


def test_what_was_missing_completes_the_offer_a_turn_later() -> None:
    forms = OfferForms(DANA)
    assert found(forms, matches("refund_now", when="by thursday"), "solution") == [("refund_now", ("reference",), "x")]

    assert found(forms, matches(day="monday")) == []  # nobody asked for that
    assert found(forms, matches(reference="hr7741")) == [("refund_now", (), "hr7741")]
    assert found(forms, matches(reference="hr9999")) == []  # it is complete: nothing new about it
    assert forms.promise("refund_now") == "by thursday"


def test_two_missing_parts_may_come_one_by_one() -> None:
    forms = OfferForms(DANA)
    found(forms, matches("refund_now"), "solution")

    assert found(forms, matches(when="today")) == [("refund_now", ("reference",), "today")]
    assert found(forms, matches(reference="hr7741")) == [("refund_now", (), "hr7741")]


def test_a_part_said_with_the_offer_makes_one_offer_of_it() -> None:
    forms = OfferForms(DANA)
    found(forms, matches("refund_now"), "solution")

    again = found(forms, matches("refund_now", when="today", reference="hr7741"), "solution")
    assert again == [("refund_now", (), "x")]


def test_a_name_given_once_need_not_be_given_again() -> None:
    persona = DANA.model_copy(
        update={"offers": tuple(item.model_copy(update={"needs": ("name",)}) for item in DANA.offers)}
    )
    forms = OfferForms(persona)

    assert found(OfferForms(persona), matches("refund_now"), "solution") == [("refund_now", ("name",), "x")]
    assert found(forms, matches(name="sam")) == []
    assert found(forms, matches("refund_now"), "solution") == [("refund_now", (), "x")]
    assert found(forms, matches(name="kim")) == []
    assert forms.named == "kim"


def test_of_two_offers_in_one_breath_the_better_one_is_meant() -> None:
    both = Matches(
        offers=tuple(
            OfferMade(offer=name, score=0.9, quote="x", slots=(("when", "thursday"),))
            for name in ("refund_wait", "refund_now", "fix_autopay")
        )
    )
    taken = [name for name, _, _ in found(OfferForms(DANA), both, "solution")]

    assert taken == ["refund_now", "fix_autopay"]  # half the money is in the whole; the mandate is another thing
    alone = Matches(offers=both.offers[:1])
    assert [name for name, _, _ in found(OfferForms(DANA), alone, "solution")] == ["refund_wait"]


def with_offers(**gives: tuple[tuple[str, int], ...]) -> Persona:
    """Dana with nothing but these offers, each named for what it gives."""
    first = DANA.offers[0]
    offers = tuple(first.model_copy(update={"id": name, "gives": given}) for name, given in gives.items())
    return DANA.model_copy(update={"offers": offers})


def test_as_much_of_the_one_and_more_of_the_other_is_the_better_offer() -> None:
    persona = with_offers(money=(("money_back", 100),), both=(("money_back", 100), ("fee_covered", 50)))
    made = tuple(OfferMade(offer=item.id, score=0.9, quote="x") for item in persona.offers)

    assert [name for name, _, _ in found(OfferForms(persona), Matches(offers=made), "solution")] == ["both"]


def test_offers_that_give_the_same_do_not_cancel_each_other() -> None:
    persona = with_offers(card=(("money_back", 100),), cash=(("money_back", 100),))
    made = tuple(OfferMade(offer=item.id, score=0.9, quote="x") for item in persona.offers)

    assert [name for name, _, _ in found(OfferForms(persona), Matches(offers=made), "solution")] == ["card", "cash"]


def test_an_offer_is_made_once_in_a_breath() -> None:
    """What the words fill beside it does not make it twice."""
    made = (OfferMade(offer="refund_now", score=0.9, quote="x"),)
    taken = found(OfferForms(DANA), Matches(offers=made, details=(("reference", "hr7741"),)), "solution")

    assert [name for name, _, _ in taken] == ["refund_now"]


def test_a_day_that_was_turned_down_can_be_named_anew() -> None:
    forms = OfferForms(DANA)
    assert forms.promise("refund_wait") == ""
    found(forms, matches("refund_wait", when="friday"), "solution")
    assert forms.promise("refund_wait") == "friday"
    forms.forget_day("refund_wait")
    forms.forget_day("refund_now")  # never offered: nothing to forget

    assert forms.promise("refund_wait") == ""
    assert found(forms, matches(when="tuesday")) == [("refund_wait", (), "tuesday")]
    assert forms.promise("refund_wait") == "tuesday"


def test_of_a_day_and_a_time_the_day_is_the_promise() -> None:
    forms = OfferForms(DANA)
    found(forms, matches("refund_now", day="thursday", when="this week"), "solution")

    assert forms.promise("refund_now") == "thursday"
    forms.forget_day("refund_now")
    assert forms.promise("refund_now") == ""


# -- lines and what comes between -------------------------------------------------------------------------------------


def test_a_line_with_braces_that_are_no_placeholder_is_said_as_it_stands() -> None:
    bag = LineBag(Chance(1, "test"))

    assert bag.pick((("A {brace is left open.",),), "story") == "A {brace is left open."


def test_every_place_of_a_placeholder_is_filled_and_the_line_counts_as_said() -> None:
    bag = LineBag(Chance(1, "test"))
    line = "{agent}, {agent}. By {day}?"

    assert bag.pick(((line,),), "story") is None
    assert bag.pick(((line,),), "story", {"agent": "Sam", "day": ""}) is None  # one is not known
    assert bag.pick(((line,),), "story", {"agent": "Sam", "day": "Monday"}) == "Sam, Sam. By Monday?"
    assert bag.pick(((line,),), "story", {"agent": "Kim", "day": "Friday"}) is None
    assert bag.uses == {line: 1}


def test_said_again_is_what_was_said_least_over_all_groups() -> None:
    bag = LineBag(Chance(1, "test"))
    said = [bag.pick((("One.",), ("Two.",)), "hello", again=True) for _ in range(4)]

    assert said == ["One.", "Two.", "One.", "Two."]


def test_she_does_not_always_take_the_same_place_of_a_list() -> None:
    bag = LineBag(Chance(1, "test"))
    said = [bag.pick(((f"First {n}.", f"Second {n}."),), "story") or "" for n in range(30)]

    assert {line.split()[0] for line in said} == {"First", "Second"}


def ball(**how: object) -> Curveball:
    return Curveball.model_validate({"kind": "bad_line", "chance": 1.0, "after": 2, "before": 2, "say": ("W?",), **how})


def test_what_comes_between_waits_for_its_reply_and_comes_once() -> None:
    late, early = ball(after=9, before=9), ball(after=2, before=2)
    balls = Curveballs.drawn(DANA.model_copy(update={"curveballs": (late, early)}), Chance(1, "x"))

    assert [balls.due(turn) for turn in (1, 2, 8)] == [None, early, early]  # due until it is taken
    balls.take()
    assert [balls.due(turn) for turn in (8, 9)] == [None, late]
    balls.take()
    assert balls.due(29) is None


@given(st.integers(0, 500), st.integers(1, 20), st.integers(1, 20))
def test_what_comes_between_comes_within_its_bounds(seed: int, after: int, before: int) -> None:
    """One that may be due before it may come is due as soon as it may come."""
    balls = Curveballs.drawn(
        DANA.model_copy(update={"curveballs": (ball(after=after, before=before), ball(chance=0.0))}), Chance(seed, "x")
    )

    ((turn, _),) = balls.waiting
    assert after <= turn <= max(after, before)
