"""Two people on the line: what reaches whom, who speaks, and when it is over."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.persona import Persona
from simulator.commands import Duck, EndCall, HeardLine, HeardParty, ReportParty, ReportTurn, Synthesize, Voices
from simulator.engine import CallEngine
from simulator.events import CallStarted, PlaybackMoved, ReplyRead, SpeechReady, Tick, TraineeAction
from simulator.mediation import broken_off, match_all, mind_of, parties_of, pieces_of, read_all
from simulator.mind import Mind, Reply
from simulator.mood import DOUBTED
from simulator.ports import Word
from simulator.reading import LABELS, FactAsked, FoundLabel, Label, Matches, OfferMade, Reading
from simulator.rehearsal.telephone import Line as Telephone
from simulator.rehearsal.telephone import Speech as Says
from simulator.turn_policy import TurnPolicy
from tests.mediation import ADA, BO, FENCE, LIND, TwoOnTheLine

ALONE = FENCE.model_copy(update={"other": None})


def test_one_caller_has_one_mind_and_two_have_two() -> None:
    assert isinstance(mind_of(ALONE, 1, 100.0), Mind)
    assert parties_of(ALONE) == (ALONE,)
    assert parties_of(FENCE) == (FENCE, BO)


def test_both_greet_and_the_second_has_the_last_word() -> None:
    call = TwoOnTheLine()

    assert (call.speakers(), call.line.last) == ([ADA, LIND], LIND)
    assert call.line.persona is call.line.party(LIND).persona


# -- what reaches whom ------------------------------------------------------------------------------------------------


def test_what_is_said_to_one_is_felt_by_that_one() -> None:
    call = TwoOnTheLine()
    before = call.anger
    answer = call.say("Ms Kerr, so the fence lay on your beans for three days.", "paraphrase")

    assert answer.other is not None
    assert call.anger[ADA] < before[ADA]
    assert call.anger[LIND] == before[LIND]
    assert (answer.other.to, answer.other.named, answer.other.against) == ((ADA,), (ADA,), -1)
    assert [act.name for act in answer.acts] == ["paraphrase"]
    assert answer.other.acts == ()


def test_an_apology_to_one_reaches_the_other_a_little() -> None:
    call = TwoOnTheLine()
    answer = call.say("Ms Kerr, that was our mistake, we left the fence there.", "own_fault")

    assert answer.other is not None
    own = next(entry for entry in answer.change.ledger if entry.cause == "own_fault")
    past = next(entry for entry in answer.other.change.ledger if entry.cause == "own_fault")
    assert own.points < past.points < 0
    assert (own.note, past.note) == ("", "overheard")
    assert "own_fault" not in answer.other.change.eased
    assert answer.other.change.after.heard > answer.other.change.before.heard
    assert answer.other.change.after.trust > answer.other.change.before.trust


def test_contempt_for_one_lowers_the_others_trust() -> None:
    call = TwoOnTheLine()
    answer = call.say("Ms Kerr, I really could not care less about that.", "hostile", "dismissive")

    assert answer.other is not None
    notes = {entry.cause: entry.note for entry in answer.other.change.ledger}
    assert notes == {"hostile": "overheard", "dismiss": "overheard"}
    assert answer.other.change.hurt == frozenset()
    assert answer.other.change.after.trust < answer.other.change.before.trust


def test_an_unsure_act_is_not_overheard() -> None:
    call = TwoOnTheLine()
    call.line.minds[LIND].mood.heard = 0.2
    reading = Reading(labels=(FoundLabel(label="own_fault", probability=0.3, quote="our mistake"),))
    answer = call.line.answers(
        1, Reply(text="Ms Kerr, our mistake", reading=reading, matches=Matches()), question_open=False
    )

    assert answer.other is not None
    assert [entry.cause for entry in answer.other.change.ledger if entry.points] == []


def test_a_question_is_for_whoever_was_asked() -> None:
    call = TwoOnTheLine()
    call.say("Mr Lind, when did it come down?", "information_request", asked=("when_a", "when_b"))

    assert call.said_by(LIND) == "On Sunday, says b."
    assert ADA not in call.speakers()


def test_an_offer_is_heard_by_both_and_each_judges_it() -> None:
    call = TwoOnTheLine()
    for mind in call.line.minds:
        mind.mood.shift("test", 40 - mind.mood.points)
        mind.mood.heard = mind.mood.trust = 0.6
    answer = call.say("Ms Kerr, could you pay half?", "solution", offers=("half",))

    assert answer.other is not None
    assert [(one.offer, one.verdict) for one in answer.change.verdicts] == [("half", "accepted")]
    assert [(one.offer, one.verdict) for one in answer.other.change.verdicts] == [("half", "rejected")]
    assert call.said_by(LIND) == "Not half, says b."
    assert call.speakers() == [ADA, LIND]
    assert answer.other.met == (("fence", 0.0), ("sorry", 0.0))


def test_to_go_over_what_was_agreed_takes_nothing_back() -> None:
    call = TwoOnTheLine()
    for mind in call.line.minds:
        mind.mood.shift("test", 40 - mind.mood.points)
        mind.mood.heard = mind.mood.trust = 0.6
    call.say("We build the fence by Monday.", "solution", offers=("new_fence",), slots=(("when", "by monday"),))
    answer = call.say("Both of you: the fence, and a note by Tuesday.", "solution", offers=("new_fence", "note_a", "note_b"),
                      slots=(("when", "by tuesday"),))  # fmt: skip
    again = call.say("Both of you: the fence it is.", "solution", offers=("new_fence",))

    assert answer.other is not None
    assert again.other is not None
    assert [one.offer for one in answer.change.verdicts] == ["note_a"]
    assert [one.offer for one in answer.other.change.verdicts] == ["note_b"]
    assert [one.verdict for one in again.other.change.verdicts] == ["known"]


def test_taking_a_side_hurts_the_other_who_says_so() -> None:
    call = TwoOnTheLine()
    before = call.anger
    answer = call.say("Ms Kerr, you did nothing wrong.", "empathy")

    assert answer.other is not None
    assert (answer.other.against, call.anger[LIND] > before[LIND] + 5) == (LIND, True)
    assert "sided" in answer.other.change.hurt
    assert call.plan.lines[-1].situation == "sided_against"
    assert call.speakers() == [ADA, LIND]


def test_to_put_the_other_in_the_wrong_owns_no_fault() -> None:
    call = TwoOnTheLine()
    answer = call.say("Ms Kerr, Mr Lind should have asked. And we were late, that was our mistake.",
                      ("own_fault", "Mr Lind should have asked."))  # fmt: skip
    other = call.say("Ms Kerr, we were late, that was our mistake.", "own_fault")

    assert [act.name for act in answer.acts] == []
    assert [act.name for act in other.acts] == ["own_fault"]


def test_a_phrase_that_sets_one_off_does_so_when_it_is_said_to_the_other() -> None:
    call = TwoOnTheLine()
    call.say("Ms Kerr, so somebody cut it down?", "open_question")

    assert call.said_by(LIND) == "I cut nothing, says b."


def test_who_is_left_out_four_times_says_so_once() -> None:
    call = TwoOnTheLine()
    words = ["Mr Lind, go on.", "Mr Lind, I see.", "Mr Lind, and then?", "Mr Lind, all right.", "Mr Lind, I hear you."]
    hurt = ["left_out" in call.say(text).change.hurt for text in words]

    assert hurt == [False, False, False, True, False]
    assert any(line.situation == "left_out" for line in call.answers[3].plan.lines)


def test_who_is_never_spoken_to_goes() -> None:
    call = TwoOnTheLine()
    while call.plan.outcome is None and call.turn < 20:
        call.line.minds[ADA].mood.shift("test", 50 - call.line.minds[ADA].mood.points)
        call.say("Mr Lind, I hear you.")

    assert (call.turn, call.plan.outcome, call.plan.detail) == (12, "hung_up", "Ms Ada Kerr: nobody spoke to them")


def test_nobody_is_left_out_whose_matter_is_settled() -> None:
    call = TwoOnTheLine()
    call.line.minds[ADA].mood.met = {"fence": 1.0, "sorry": 1.0}

    assert all("left_out" not in call.say("Mr Lind, go on.").change.hurt for _ in range(5))


# -- who speaks -------------------------------------------------------------------------------------------------------


def test_of_two_who_were_asked_the_angrier_answers() -> None:
    call = TwoOnTheLine()
    call.say("Both of you, what happened?", "open_question")
    first = call.speakers()
    call = TwoOnTheLine()
    call.line.minds[LIND].mood.shift("test", 10)
    call.say("Both of you, what happened?", "open_question")

    assert (first[0], call.speakers()[0]) == (ADA, LIND)


def test_who_was_not_heard_tells_it_when_asked() -> None:
    call = TwoOnTheLine()
    call.line.crossings = (1, 2)
    call.say("Both of you, what happened?", "open_question")
    held = call.line.minds[LIND].caller.agenda.story_at
    call.say("Mr Lind, and you?", "open_question")

    assert (held, call.line.minds[LIND].caller.agenda.story_at) == (0, 1)


def test_an_angry_one_breaks_in_on_the_others_story_twice_at_most() -> None:
    broken = []
    call = TwoOnTheLine()
    for turn in range(1, 12):
        call.line.minds[ADA].caller.agenda.story_at = 0
        call.line.minds[LIND].mood.shift("test", 70 - call.line.minds[LIND].mood.points)
        call.line.passed_over[LIND] = 0
        call.say("Ms Kerr, go on.", "open_question")
        if any(line.situation == "cuts_across" for line in call.plan.lines):
            broken.append(turn)
            assert call.said_by(ADA).endswith("—")
            assert call.line.last == LIND

    assert len(broken) == 2
    assert broken[1] - broken[0] >= 3


def test_a_calm_one_lets_the_other_tell_it() -> None:
    call = TwoOnTheLine()
    call.line.minds[LIND].mood.shift("test", -15)
    call.say("Ms Kerr, go on.", "open_question")

    assert call.speakers() == [ADA]


def test_with_nothing_left_to_break_in_with_nobody_does() -> None:
    call = TwoOnTheLine()
    call.line.minds[LIND].caller.phrases.bag.uses = {
        line: 1 for group in BO.lines_by_fit("cuts_across", "angry") for line in group
    }
    call.say("Ms Kerr, go on.", "open_question")

    assert (call.speakers(), call.line.crossings) == ([ADA], ())


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("One. It came down on a Sunday.", "One. It came down—"),
        ("No.", "No—"),
        ("It fell down, you see.", "It fell down—"),
    ],
)
def test_a_broken_off_line(text: str, broken: str) -> None:
    assert broken_off(text) == broken


# -- the end ----------------------------------------------------------------------------------------------------------


def settled(call: TwoOnTheLine, *parties: int, anger: float = 25.0) -> None:
    for party in parties:
        mind = call.line.minds[party]
        mind.mood.met = {"fence": 1.0, "sorry": 1.0}
        mind.mood.shift("test", anger - mind.mood.points)
        mind.caller.agenda.story_at = 9


def test_who_is_content_first_waits_and_both_close_it() -> None:
    call = TwoOnTheLine()
    settled(call, ADA)
    call.say("Ms Kerr, anything else?", "closing")
    waited = [line.situation for line in call.plan.lines if line.party == ADA]
    open_still = call.plan.outcome
    settled(call, LIND)
    call.say("Mr Lind, anything else?", "closing")

    assert (waited[-1], open_still) == ("waits_for_other", None)
    assert (call.plan.outcome, call.plan.manner, call.speakers()) == ("resolved", "warm", [LIND, ADA])
    assert [line.situation for line in call.plan.lines] == ["close_warm", "close_warm"]


def test_it_is_closed_coolly_where_one_of_them_is_cool() -> None:
    call = TwoOnTheLine()
    settled(call, ADA)
    call.say("Ms Kerr, anything else?", "closing")
    settled(call, LIND, anger=40)
    call.line.minds[LIND].mood.residue = 20
    call.say("Mr Lind, anything else?", "closing")

    assert (call.plan.outcome, call.plan.manner) == ("resolved", "cool")


def test_who_is_angry_again_no_longer_waits() -> None:
    call = TwoOnTheLine()
    settled(call, ADA)
    call.say("Ms Kerr, anything else?", "closing")
    call.line.minds[ADA].mood.shift("test", 60)
    settled(call, LIND)
    call.say("Mr Lind, anything else?", "closing")

    assert call.plan.outcome is None


def test_an_insult_to_one_ends_it_for_both() -> None:
    call = TwoOnTheLine()
    call.say("Mr Lind, shut up, you idiot.", "hostile")

    assert (call.plan.outcome, call.plan.detail, call.speakers()) == ("hung_up", "Mr Bo Lind: rudeness", [LIND])


@pytest.mark.parametrize("why", ["anger", "patience"])
def test_who_only_listens_can_have_enough_too(why: str) -> None:
    call = TwoOnTheLine()
    mood = call.line.minds[LIND].mood
    for _ in range(2):
        if why == "anger":
            mood.shift("test", 97 - mood.points)
        else:
            mood.patience = 0
        call.say("Ms Kerr, you did nothing wrong." if why == "anger" else "Ms Kerr, go on.")
    ends = [answer.plan.outcome for answer in call.answers]

    assert ends == [None, "hung_up"]
    assert call.plan.detail == f"Mr Bo Lind: {why}"
    assert any(line.situation == "last_warning" for line in call.answers[0].plan.lines)


def test_one_of_them_can_be_handed_to_a_supervisor() -> None:
    call = TwoOnTheLine()
    call.line.minds[LIND].caller.supervisor.turn = 0
    call.line.minds[LIND].caller.supervisor.open = True

    assert call.line.supervisor.turn == 0
    call.say("Mr Lind, I'm putting you through to my supervisor.", "supervisor")
    assert (call.plan.outcome, call.plan.detail) == ("escalated", "Mr Bo Lind")


def test_a_call_has_one_chance() -> None:
    assert TwoOnTheLine().line.chance == TwoOnTheLine().line.minds[ADA].caller.chance


def test_limits_are_counted_for_both() -> None:
    call = TwoOnTheLine()
    for mind in call.line.minds:
        mind.mood.shift("test", 90 - mind.mood.points)
    call.say("Both of you, please stop shouting at me.", "boundary")

    assert call.line.limits == 2


# -- memory -----------------------------------------------------------------------------------------------------------


def test_what_was_not_heard_of_the_second_is_not_known_to_have_been_said() -> None:
    call = TwoOnTheLine()
    call.plan = call.line.greets(call.line.mood)
    told = [list(mind.caller.told) for mind in call.line.minds]
    first = next(line.text for line in call.plan.lines if line.party == ADA)
    call.line.last = LIND
    call.line.heard_saying(call.plan, first, whole=False)

    assert [len(mind.caller.told) - len(was) for mind, was in zip(call.line.minds, told, strict=True)] == [1, 0]
    assert call.line.last == ADA


# -- reading ----------------------------------------------------------------------------------------------------------


class Finds:
    """A reader and matcher that find what stands in the words."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def read(self, reply: str, caller_line: str) -> Reading:
        self.heard.append(reply)
        return Reading(labels=(FoundLabel(label="paraphrase", probability=0.9, quote=reply),))

    def match(self, reply: str, persona: Persona) -> Matches:
        offers = [one.id for one in persona.offers if one.id.split("_")[0] in reply]
        return Matches(
            asked=tuple(FactAsked(fact=one.id, score=0.8, quote=reply) for one in persona.facts if "when" in reply),
            offers=tuple(OfferMade(offer=one, score=len(reply) / 100, quote=reply) for one in offers),
            details=(("when", reply),) if "Monday" in reply else (),
        )


def test_questions_are_matched_sentence_by_sentence_and_offers_in_the_whole_reply() -> None:
    """One may be asked of each; a day belongs to the offer that it is said of, in whichever sentence."""
    text = "A new fence on Monday. And half of it, when? A note."
    found = match_all(Finds(), text, FENCE)

    assert [(one.offer, one.quote) for one in found.offers] == [
        (name, text) for name in ("half", "new_fence", "note_a", "note_b")
    ]
    assert [(one.fact, one.quote) for one in found.asked] == [
        ("when_a", "And half of it, when?"), ("when_b", "And half of it, when?"),
    ]  # fmt: skip
    assert found.details == (("when", text),)


def test_with_one_caller_a_reply_is_matched_and_read_whole() -> None:
    finds = Finds()
    mind = mind_of(ALONE, 1, 100.0)

    assert match_all(finds, "A new fence. And half.", ALONE) == finds.match("A new fence. And half.", ALONE)
    read_all(finds, "Ms Kerr, yes. Mr Lind, no.", "", pieces_of(mind))
    assert finds.heard == ["Ms Kerr, yes. Mr Lind, no."]


def test_what_is_said_to_each_is_read_apart() -> None:
    finds = Finds()
    mind = mind_of(FENCE, 1, 100.0)
    found = read_all(finds, "Ms Kerr, you saw it. It hurt. Mr Lind, you slept.", "", pieces_of(mind))

    assert finds.heard == ["Ms Kerr, you saw it. It hurt.", "Mr Lind, you slept."]
    assert [one.quote for one in found.labels] == finds.heard
    assert match_all(finds, "", FENCE) == Matches()


# -- in the engine ----------------------------------------------------------------------------------------------------


def typed(persona: Persona = FENCE) -> tuple[CallEngine, list[object]]:
    """A typed call after the greeting, with all commands so far."""
    engine = CallEngine(persona, TurnPolicy(), 5)
    out: list[object] = list(engine.handle(CallStarted(t=0, agent="Sam", source="typed")))
    return engine, out


def sound(engine: CallEngine, asked: list[object], t: int, *, heard: float = 1.0) -> list[object]:
    """Every part asked for takes a tenth of a second a word; heard up to that share."""
    out: list[object] = []
    parts = [one for one in asked if isinstance(one, Synthesize)]
    for one in parts:
        words = tuple(
            Word(text=word, start_ms=100 * n, end_ms=100 * n + 100) for n, word in enumerate(one.text.split())
        )
        out += engine.handle(
            SpeechReady(t=t, utterance=one.utterance, part=one.part, duration_ms=100 * len(words), words=words)
        )
    out += engine.handle(Tick(t=t))
    length = sum(100 * len(one.text.split()) for one in parts) + 1000
    out += engine.handle(
        PlaybackMoved(t=t + 5000, utterance=parts[0].utterance, position_ms=int(length * heard), idle=heard == 1.0)
    )
    return out


def test_each_has_a_voice_a_manner_and_an_anger() -> None:
    engine, out = typed()
    spoken = [one for one in out if isinstance(one, Synthesize)]
    assert {(one.delivery.speaker, one.delivery.manner, one.delivery.anger) for one in spoken} == {
        ("en_us_f1", "hot", 70), ("en_us_m1", "cold", 66),
    }  # fmt: skip
    assert [party for one in out if isinstance(one, Voices) for party, _ in one.said] == [ADA, LIND]
    heard = [one for one in sound(engine, out, 10) if isinstance(one, HeardParty)]
    whole = [one for one in engine.handle(Tick(t=9000)) if isinstance(one, HeardLine)]
    assert [one.party for one in heard] == [ADA, LIND]
    assert heard[0].end_ms <= heard[1].start_ms
    assert whole == []


def reply(engine: CallEngine, text: str, t: int, *labels: str) -> list[object]:
    engine.handle(TraineeAction(t=t, action="say", text=text))
    found = tuple(FoundLabel(label=label, probability=0.95, quote=text) for label in labels)  # type: ignore[arg-type]
    return list(
        engine.handle(
            ReplyRead(t=t, turn=engine.turn, take=engine.turn, reading=Reading(labels=found), matches=Matches())
        )
    )


def test_a_turn_is_reported_for_both_and_their_ledgers_add_up() -> None:
    engine, out = typed()
    sound(engine, out, 10)
    out = reply(engine, "Ms Kerr, I agree with you. Mr Lind, calm down.", 6000, "dismissive")
    (first,) = [one for one in out if isinstance(one, ReportTurn)]
    (second,) = [one for one in out if isinstance(one, ReportParty)]

    assert sum(entry.points for entry in first.ledger) == first.after.anger - first.before.anger
    assert sum(entry.points for entry in second.ledger) == second.after.anger - second.before.anger > 0
    assert (second.turn, second.to, second.named, second.words, second.against) == (1, (0, 1), (0, 1), (6, 4), LIND)
    assert second.acts[-1] == "sided"
    assert [name for name, _ in second.met] == ["fence", "sorry"]


def test_one_of_them_may_be_cut_off() -> None:
    engine, out = typed()
    parts = [one for one in out if isinstance(one, Synthesize)]
    for one in parts:
        words = tuple(
            Word(text=word, start_ms=100 * n, end_ms=100 * n + 100) for n, word in enumerate(one.text.split())
        )
        engine.handle(SpeechReady(t=5, utterance=1, part=one.part, duration_ms=100 * len(words), words=words))
    engine.handle(PlaybackMoved(t=255, utterance=1, position_ms=250, idle=False))
    ended = engine.handle(TraineeAction(t=255, action="hang_up"))
    heard = [one for one in ended if isinstance(one, HeardParty)]

    assert [(one.party, len(one.text.split())) for one in heard] == [(ADA, 3)]
    assert heard[0].end_ms <= 255
    assert isinstance(ended[-1], EndCall)
    assert not any(isinstance(one, Duck) for one in ended)


def test_they_speak_and_are_spoken_to_aloud() -> None:
    script = (
        Says(9_000, 11_000, "Ms Kerr, what happened?", ("open_question",)),
        Says(22_000, 24_000, "Mr Lind, I agree with you.", ("empathy",)),
        Says(40_000, 42_000, "Both of you, calm down.", ("dismissive",)),
    )
    call = Telephone(CallEngine(FENCE, TurnPolicy(), 7), script).run(60_000)
    commands = [command for _, command in call.log]
    heard = [one for one in commands if isinstance(one, HeardParty)]
    reached = [one for one in commands if isinstance(one, ReportParty)]

    assert [one.party for one in heard][:2] == [ADA, LIND]
    assert all(one.start_ms <= one.end_ms for one in heard)
    assert [(one.to, one.against) for one in reached] == [((ADA,), -1), ((LIND,), ADA), ((ADA, LIND), -1)]
    voices = {one.delivery.speaker for one in commands if isinstance(one, Synthesize)}
    assert voices == {"en_us_f1", "en_us_m1"}
    again = CallEngine(FENCE, TurnPolicy(), 7)
    assert [one for event in call.fed for one in again.handle(event)] == commands


def test_a_guess_of_what_both_would_say_changes_nothing() -> None:
    script = (Says(9_000, 11_000, "Ms Kerr, what happened?", ("open_question",)),)
    call = Telephone(CallEngine(FENCE, TurnPolicy(), 7), script)
    call.run(10_000)
    before = call.engine.mind.party(LIND).mood.view()
    guess = call.engine.would_say("Ms Kerr, I agree with you.", Reading(), Matches())

    assert guess
    assert call.engine.mind.party(LIND).mood.view() == before


def _plain(text: str) -> Reply:
    return Reply(text=text, reading=Reading(), matches=Matches())


def test_a_view_of_two() -> None:
    engine, _ = typed()

    assert engine.view.asked_for_supervisor is False
    assert engine.persona is FENCE


@pytest.mark.parametrize("word", ["silence", "cuts", "lost", "stop", "out"])
def test_whoever_spoke_last_speaks_for_both(word: str) -> None:
    call = TwoOnTheLine()
    line, mood = call.line, call.line.mood
    plan = {
        "silence": lambda: line.checks_in(mood, 3), "cuts": lambda: line.cuts_in(mood), "lost": lambda: line.did_not_catch(mood),
        "stop": lambda: line.steps_out(mood), "out": lambda: line.times_out(mood),
    }[word]()  # fmt: skip

    assert {one.party for one in plan.lines} == {LIND}
    assert plan.outcome == {"silence": "hung_up", "stop": "stopped", "out": "timed_out"}.get(word)
    if word in ("silence", "out"):
        assert plan.detail.startswith("Mr Bo Lind: ")


# -- what always holds ------------------------------------------------------------------------------------------------

NAMED = st.sampled_from(["Ms Kerr, ", "Mr Lind, ", "Both of you, ", ""])
SAID = st.sampled_from(
    ["I agree with you.", "go on.", "that was our mistake.", "when was it?", "we build the fence.", "pay half each.",
     "so somebody cut it down?", "calm down.", "he was wrong.", "anything else?"]
)  # fmt: skip
TURNS = st.lists(
    st.tuples(
        NAMED, SAID, st.lists(st.sampled_from(LABELS), max_size=4, unique=True),
        st.lists(st.sampled_from(["when_a", "when_b", "need_a", "need_b"]), max_size=2, unique=True),
        st.lists(st.sampled_from(["new_fence", "half", "note_a", "note_b"]), max_size=2, unique=True),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


def play(turns: list[tuple[str, str, list[str], list[str], list[str]]], persona: Persona) -> TwoOnTheLine:
    call = TwoOnTheLine(persona)
    for name, text, labels, asked, offers in turns:
        call.say(f"{name}{text}", *labels, asked=tuple(asked), offers=tuple(offers))  # type: ignore[arg-type]
        if call.plan.outcome is not None:
            break
    return call


@settings(max_examples=60, deadline=None)
@given(TURNS, st.sampled_from([1, 3, 5]))
def test_whatever_is_said_each_ledger_adds_up_and_it_is_the_same_again(
    turns: list[tuple[str, str, list[str], list[str], list[str]]], difficulty: int
) -> None:
    call = play(turns, FENCE.at_difficulty(difficulty))
    again = play(turns, FENCE.at_difficulty(difficulty))

    assert call.answers == again.answers
    for answer in call.answers:
        assert answer.other is not None
        assert answer.plan.lines, "somebody always says something"
        for change in (answer.change, answer.other.change):
            assert sum(entry.points for entry in change.ledger) == change.after.anger - change.before.anger
            assert 0 <= change.after.anger <= 100_000
        assert all(line.party in (ADA, LIND) for line in answer.plan.lines)
    chained = [answer.change for answer in call.answers]
    assert all(one.after == two.before for one, two in zip(chained, chained[1:], strict=False))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(LABELS), max_size=5, unique=True), st.permutations([0, 1]))
def test_it_does_not_matter_who_is_called_first_in_one_reply(labels: list[str], order: list[int]) -> None:
    """What two pieces of a reply do to each does not depend on which of them comes first."""
    pieces = ["Ms Kerr, I hear what you say.", "Mr Lind, that is noted here."]
    quoted = [(label, pieces[n % 2]) for n, label in enumerate(labels)]
    calls = []
    for arranged in (pieces, [pieces[n] for n in order]):
        call = TwoOnTheLine()
        call.say(" ".join(arranged), *quoted)  # type: ignore[arg-type]
        calls.append(call.anger)

    assert calls[0] == calls[1]


def test_nothing_of_one_caller_is_different() -> None:
    engine, out = typed(ALONE)
    sound(engine, out, 10)
    out += reply(engine, "I agree with you. Mr Lind, calm down.", 6000, "dismissive")

    assert not [one for one in out if isinstance(one, Voices | HeardParty | ReportParty)]
    assert "other" not in ALONE.to_json()


def test_two_callers_go_through_a_recording() -> None:
    assert Persona.from_json(FENCE.to_json()) == FENCE
    assert FENCE.to_json()["other"]["who"]["name"] == "Mr Bo Lind"
    assert replace(TurnPolicy()) == TurnPolicy()


# -- what may have been misheard ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("confidence", "counts"), [(0.5, False), (0.95, True)])
@pytest.mark.parametrize(
    ("text", "labels", "cause"),
    [
        ("Ms Kerr, you did nothing wrong.", (), "sided"),
        ("Ms Kerr, I really could not care less about that.", ("hostile",), "hostile"),
        ("Ms Kerr, did he not just cut it down.", (), "trigger"),
    ],
)
def test_unkind_words_that_were_not_heard_clearly_are_not_taken_amiss_by_the_other(
    text: str, labels: tuple[Label, ...], cause: str, confidence: float, counts: bool
) -> None:
    call = TwoOnTheLine()
    answer = call.line.answers(
        1,
        Reply(
            text=text,
            reading=Reading(labels=tuple(FoundLabel(label=one, probability=0.99, quote=text) for one in labels)),
            matches=Matches(),
            words=tuple(
                Word(text=word, start_ms=n * 300, end_ms=n * 300 + 200, confidence=confidence)
                for n, word in enumerate(text.split())
            ),
        ),
        question_open=False,
    )

    assert answer.other is not None
    entries = [entry for entry in answer.other.change.ledger if entry.cause == cause]
    assert any(entry.points > 0 for entry in entries) == counts
    assert any(line.situation == "sided_against" for line in answer.plan.lines) == (counts and cause == "sided")
    if not counts and cause != "trigger":
        assert [entry.note for entry in entries] == [DOUBTED]


def test_only_the_words_that_were_doubted_are() -> None:
    """What was said to one is no surer, and no less sure, for what was said to the other in the same breath."""
    call = TwoOnTheLine()
    kind, unkind = "Ms Kerr, thank you for that.", "Mr Lind, I really could not care less."
    words = [*((word, 0.95) for word in kind.split()), *((word, 0.4) for word in unkind.split())]
    reading = Reading(labels=(FoundLabel(label="hostile", probability=0.99, quote=unkind),))
    answer = call.line.answers(
        1,
        Reply(
            text=f"{kind} {unkind}", reading=reading, matches=Matches(),
            words=tuple(Word(text=word, start_ms=n * 300, end_ms=n * 300 + 200, confidence=sure) for n, (word, sure) in enumerate(words)),
        ),
        question_open=False,
    )  # fmt: skip

    assert answer.other is not None
    (act,) = answer.other.acts
    assert (act.name, act.heard) == ("hostile", 0.4)
    assert answer.other.change.hurt == frozenset()
