"""Both speak at once: nods, talking over, cut-ins. No audio and no clock."""

from simulator import commands as do
from simulator.floor import Floor
from simulator.rehearsal.telephone import Speech
from simulator.turn_policy import TurnPolicy
from simulator.utterance import OPENER
from tests.simulator.phone import GREETED, JOEL, POLICY, causes, phone

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
