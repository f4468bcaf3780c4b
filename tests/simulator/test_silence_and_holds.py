"""What she does when nothing is said: checking in, waiting on hold, having to go. No audio and no clock."""

import pytest

from simulator import commands as do
from simulator import events as ev
from simulator.floor import Floor
from simulator.ports import FRAME_MS
from simulator.reading import Label
from simulator.rehearsal.telephone import Speech
from simulator.turn_policy import TurnPolicy
from tests.simulator.phone import DANA, GREETED, POLICY, Phone, about, causes, phone, said_by

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
