"""The three scores: their shape on the worked calls, and the fairness rules as properties."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.debrief import SCORES, Debrief, make_debrief
from evaluation.items import Item
from evaluation.rubric import SHIPPED, Rubric
from evaluation.timeline import Steps, build_timeline
from personas.persona import Offer, Persona
from simulator.commands import LedgerEntry, ReportTurn
from simulator.errors import UserError
from simulator.events import Transcribed
from simulator.ports import Transcript, Word
from tests.evaluation.random_calls import calls
from tests.evaluation.worked_calls import CALLS, DANA, RUBRIC, Says, Script, act, debrief_of, excellent, with_turn

settings.load_profile("debrief")
DELIVERY = {"lets_finish", "talk_over_share", "own_loudness"}


def scores(debrief: Debrief) -> dict[str, int | None]:
    return {score.name: score.score for score in debrief.scores}


def items(debrief: Debrief) -> dict[str, Item]:
    return {f"{score.name}.{item.item}": item for score in debrief.scores for item in score.items}


def score_of(name: str, call: str, **options: bool) -> int:
    found = debrief_of(CALLS[call](), **options).score(name).score
    assert found is not None
    return found


# -- shape ----------------------------------------------------------------------------------------------------------


def test_worked_calls_have_the_expected_shape() -> None:
    assert score_of("empathy", "excellent") >= 80
    assert score_of("resolution", "excellent") >= 80
    assert score_of("calmness", "excellent") >= 80
    assert score_of("resolution", "solution_first") >= 65
    assert score_of("empathy", "solution_first") < score_of("empathy", "excellent") - 5
    assert score_of("empathy", "script_reader") <= 55
    assert score_of("resolution", "script_reader") <= 35
    assert max(score_of(name, "defensive") for name in SCORES) < 50


@pytest.mark.parametrize("name", SCORES)
def test_order_of_the_worked_calls(name: str) -> None:
    assert score_of(name, "excellent") >= score_of(name, "solution_first") > score_of(name, "defensive")
    assert score_of(name, "solution_first") > score_of(name, "script_reader") >= score_of(name, "defensive")


def test_every_item_has_a_quote_a_time_and_a_rule(worked: Debrief) -> None:
    for key, item in items(worked).items():
        assert item.rule_version == RUBRIC.version
        assert item.rule_id.split(".")[0] in (*SCORES, "persona")
        if item.value != "not observed" and not item.rule_id.startswith("persona."):
            assert item.quote, key
            assert item.start_ms is not None and item.end_ms is not None and item.start_ms <= item.end_ms, key


def test_quotes_are_words_that_were_said(worked: Debrief) -> None:
    timeline = worked.timeline
    said = " ".join([*(turn.text for turn in timeline.turns), *(line.text for line in timeline.lines)])
    acts = " ".join(seen.quote for turn in timeline.turns for seen in turn.acts)
    for item in items(worked).values():
        assert item.quote in said or item.quote in acts


def test_anger_of_an_item_is_the_ledgers() -> None:
    debrief = debrief_of(CALLS["defensive"]())
    blame = items(debrief)["calmness.no_blame"]
    turn = debrief.timeline.turns[1]

    assert blame.value == "no"
    assert blame.turn_ids == (2,)
    assert blame.anger == sum(entry.points for entry in turn.ledger if entry.cause == "blame") > 0


def test_points_of_the_items_make_the_score(worked: Debrief) -> None:
    for score in worked.scores:
        total = sum(item.points for item in score.items)
        assert score.score is not None
        assert abs(min(100.0, max(0.0, total)) - score.score) <= 1.0


def test_apology_gives_less_each_time_and_repeats_cost() -> None:
    sorry = act("apology", "I am sorry about the double charge.")
    other = act("empathy", "That sounds exhausting.")
    once = Script(turns=(Says(text="Sorry.", acts=(sorry, other)),), outcome="unresolved").make()
    often = Script(turns=(Says(text="Sorry.", acts=(sorry, other)),) * 4, outcome="unresolved").make()
    first, fourth = items(debrief_of(once)), items(debrief_of(often))

    assert first["empathy.no_empty_repeats"].value == "yes"
    assert fourth["empathy.no_empty_repeats"].value == "no"
    assert fourth["empathy.apology"].points <= first["empathy.apology"].points


def test_abuse_has_its_own_right_answer() -> None:
    """Ending an abusive call by the book is no failure: no flag, nothing lost for demands that could not be met."""
    turns = (Says(text="I want to help, and I need us to keep this respectful.", acts=(act("boundary", ""),)),) * 2
    fair = debrief_of(Script(turns=turns, outcome="ended_fairly", hangs_up=True).make())

    assert fair.flags == ()
    assert items(fair)["resolution.demand.money_back"].value == "not observed"
    assert items(fair)["resolution.outcome"].value == "yes"
    assert items(fair)["calmness.limits_fairly"].value == "yes"
    assert items(fair)["calmness.limits_fairly"].turn_ids == (1, 2)


@pytest.mark.parametrize(
    ("limits", "hangs_up", "value"),
    [(1, False, "partly"), (0, True, "no"), (1, True, "partly"), (0, False, "not observed")],
)
def test_a_limit_alone_is_half_the_answer(limits: int, hangs_up: bool, value: str) -> None:
    insult = Says(text="Oh, shut up.", acts=(act("hostile", ""),))
    limit = Says(text="I want to help, and I need us to keep this respectful.", acts=(act("boundary", ""),))
    turns = (insult,) * 8 + (limit,) * limits
    left = debrief_of(Script(turns=turns, outcome="unresolved", hangs_up=hangs_up).make())

    assert left.timeline.turns[-1].after.band == "furious"
    assert items(left)["calmness.limits_fairly"].value == value


def test_contradicting_promises_are_found() -> None:
    def says(day: str) -> Says:
        return Says(text=f"It will be there {day}.", offers=(("refund_now", ()),), slots=(("when", day),))

    same = Script(turns=(says("by thursday"), says("on thursday")), outcome="unresolved").make()
    other = Script(turns=(says("by thursday"), says("by friday")), outcome="unresolved").make()

    assert items(debrief_of(same))["resolution.promises_hold"].value == "yes"
    assert items(debrief_of(other))["resolution.promises_hold"].value == "no"
    assert items(debrief_of(other))["resolution.promises_hold"].turn_ids == (1, 2)


def test_unreachable_demands_and_unknown_hidden_ones_are_not_held_against_the_trainee() -> None:
    extra = DANA.demands[2].model_copy(update={"out_of_reach": True})
    persona = DANA.model_copy(update={"demands": (*DANA.demands[:2], extra, DANA.demands[3])})
    found = items(debrief_of(CALLS["script_reader"](), persona))

    assert "resolution.demand.not_again" not in found
    assert "resolution.demand.letter" not in found
    assert "resolution.demand.fees" in found


def test_owning_the_fault_is_asked_only_of_callers_whose_file_asks() -> None:
    scoring = DANA.scoring.model_copy(update={"must_do": ("action",)})
    persona = DANA.model_copy(update={"scoring": scoring, "calming": ()})

    assert items(debrief_of(CALLS["defensive"]()))["empathy.owns_fault"].value == "no"
    assert items(debrief_of(CALLS["defensive"](), persona))["empathy.owns_fault"].value == "not observed"


def test_listening_first_has_to_be_earned_by_listening() -> None:
    """A promise after nothing but stock phrases is no sign of listening, and a wordless nod is nobody's detail."""
    phrase = act("empathy", "I understand your frustration.", 0.0)
    fix = act("action", "I will refund it on Thursday.")
    nods = tuple(Says(text="I understand.", acts=(act("let_finish", ""), phrase)) for _ in range(3))
    silent = Script(turns=(*nods, Says(text="I will refund it on Thursday.", acts=(fix,))), outcome="unresolved").make()
    asked = Says(text="What happened?", acts=(act("open_question", "What happened?"), act("let_finish", "")))
    listened = Script(turns=(asked, Says(text="It's back.", acts=(fix,), told=True)), outcome="unresolved").make()

    found = items(debrief_of(silent))
    assert found["empathy.listens_first"].value != "yes"
    assert "I understand." not in found["empathy.own_specifics"].quote
    assert items(debrief_of(listened))["empathy.listens_first"].turn_ids != ()


@pytest.mark.parametrize(("greets", "late", "value"), [(True, False, "no"), (False, False, "yes"), (True, True, "yes")])
def test_how_may_i_help_you_in_the_greeting_invites_nobody_to_tell_more(greets: bool, late: bool, value: str) -> None:
    """Nothing has been told by then."""
    asked = Says(
        text="How may I help you?",
        acts=(act("open_question", "How may I help you?"), act("let_finish", "")),
        greets=greets,
    )
    fix = Says(text="It's back.", acts=(act("action", "I will refund it on Thursday."),), told=True)
    first = (Says(text="One moment."),) if late else ()
    found = items(debrief_of(Script(turns=(*first, asked, fix), outcome="unresolved").make()))

    assert found["empathy.open_question"].value == value


def test_persona_bonus_and_penalty() -> None:
    good, bad = items(debrief_of(excellent())), items(debrief_of(CALLS["script_reader"]()))

    assert good["resolution.found_hidden_need"].points == 10
    assert good["resolution.letter_before_530"].value == "yes"
    assert bad["resolution.found_hidden_need"].points == 0
    assert bad["resolution.asked_for_account_twice"].points == -5
    scoring = DANA.scoring.model_copy(update={"bonus": {"sang_a_song": 5}})
    odd = items(debrief_of(excellent(), DANA.model_copy(update={"scoring": scoring})))
    assert odd["resolution.sang_a_song"].value == "not observed"


# -- flags ----------------------------------------------------------------------------------------------------------


def rude(confidence: float = 0.93, probability: float = 0.9) -> Steps:
    says = Says(text="Oh, whatever.", acts=(act("hostile", "whatever", confidence=probability),), confidence=confidence)
    return Script(turns=(says,), outcome="hung_up").make()


def test_insult_raises_a_flag_only_when_heard_and_read_clearly() -> None:
    (flag,) = debrief_of(rude()).flags

    assert (flag.flag, flag.turn, flag.quote) == ("hostile_words", 1, "whatever")
    assert debrief_of(rude(confidence=0.4)).flags == ()
    assert debrief_of(rude(probability=0.6)).flags == ()


def promised(*, allowed: bool = False) -> Persona:
    """Dana, to whom nobody may promise that the fees are paid."""
    offers = (
        offer.model_copy(update={"not_allowed": not allowed, "gives": ()}) if offer.id == "cover_fee" else offer
        for offer in DANA.offers
    )
    return DANA.model_copy(update={"offers": tuple(offers)})


def test_a_promise_that_nobody_may_make_raises_a_flag_where_it_was_heard_clearly() -> None:
    said = "We'll cover the overdraft fee too."
    words = (Says(text="One moment."), Says(text=said, offers=(("cover_fee", ()),)))
    steps = Script(turns=words, outcome="unresolved", persona=promised()).make()

    (flag,) = debrief_of(steps, promised()).flags
    assert (flag.flag, flag.turn, flag.quote, flag.confidence) == ("promised_not_allowed", 2, said, 0.84)
    assert debrief_of(steps, promised(allowed=True)).flags == ()
    assert debrief_of(heard_as(steps, 2, said, 0.76), promised()).flags
    assert debrief_of(heard_as(steps, 2, said, 0.74), promised()).flags == ()


def test_hanging_up_first_raises_a_flag_unless_all_was_settled() -> None:
    assert [flag.flag for flag in debrief_of(CALLS["script_reader"]()).flags] == ["hung_up_first"]
    settled = Script(
        turns=(Says(text="Done.", acts=(act("paraphrase", "x"),) * 3),), outcome="unresolved", hangs_up=True
    ).make()
    met = tuple((demand.id, 1.0) for demand in DANA.demands if not demand.hidden)
    assert debrief_of(with_turn(settled, 1, met=met)).flags == ()


# -- fairness -------------------------------------------------------------------------------------------------------


@settings(max_examples=150)
@given(calls())
def test_scores_stay_in_range_with_the_interval_around_them(steps: Steps) -> None:
    for score in debrief_of(steps).scores:
        assert 0 <= score.low <= score.high <= 100
        assert 0 <= score.confidence <= 1
        if score.score is not None:
            assert score.low <= score.score <= score.high
        for item in score.items:
            assert item.value in ("yes", "partly", "no", "not observed")
            assert item.rule_id.startswith("persona.") or 0 <= item.points <= item.max <= 100


@settings(max_examples=150)
@given(calls(), st.sets(st.integers(1, 6), min_size=1), st.sampled_from((0.0, 0.2, 0.49, 0.5, 0.74)))
def test_mishearing_never_costs(steps: Steps, turns: set[int], confidence: float) -> None:
    """Less confidence in any turns: no score falls, no item becomes a "no", no flag appears."""
    before, worse = debrief_of(steps), steps
    for turn in before.timeline.turns:
        if turn.turn in turns:
            worse = with_turn(worse, turn.turn, confidence=min(turn.confidence, confidence))
    after = debrief_of(worse)

    for name, score in scores(after).items():
        old = scores(before)[name]
        assert score is None or old is None or score >= old, name
    was, now = items(before), items(after)
    assert {key for key, item in now.items() if item.value == "no"} <= {
        key for key, item in was.items() if item.value == "no" or item.rule_id == "persona.penalty"
    }
    assert {flag.turn for flag in after.flags} <= {flag.turn for flag in before.flags}


def test_words_heard_unclearly_are_not_observed_and_widen_the_interval() -> None:
    clear = debrief_of(excellent())
    unclear = debrief_of(with_turn(excellent(), 4, confidence=0.3))
    item = items(unclear)["empathy.open_question"]

    assert items(clear)["empathy.open_question"].value == "yes"
    assert item.value == "not observed"
    assert item.asr_confidence == 0.3
    assert "not heard clearly" in item.note
    before, after = clear.score("empathy"), unclear.score("empathy")
    assert after.high - after.low > before.high - before.low
    assert after.confidence < before.confidence


def heard_as(steps: Steps, turn: int, quote: str, confidence: float) -> Steps:
    """The same call with the recogniser's words of one turn, sure of all but those of ``quote``."""
    report = next(c for _, commands in steps for c in commands if isinstance(c, ReportTurn) and c.turn == turn)
    before, _, after = report.text.partition(quote)
    words = tuple(
        Word(text=text, start_ms=0, end_ms=0, confidence=sure)
        for part, sure in ((before, 0.95), (quote, confidence), (after, 0.95))
        for text in part.split()
    )
    said = Transcribed(t=0, turn=turn, take=1, transcript=Transcript(text=report.text, words=words, confidence=0.8))
    return (*steps[:1], (said, ()), *steps[1:])


@pytest.mark.parametrize(
    ("turn", "quote", "item"),
    [
        (2, "Did you maybe press pay again yourself?", "calmness.no_blame"),
        (3, "you need to calm down. It's only ninety dollars.", "calmness.no_dismissing"),
    ],
)
def test_words_that_were_not_heard_clearly_cost_nothing_in_a_turn_that_was(turn: int, quote: str, item: str) -> None:
    whole = CALLS["defensive"]()
    sure, unsure = (debrief_of(heard_as(whole, turn, quote, confidence)) for confidence in (0.76, 0.74))

    assert items(debrief_of(whole))[item].value == items(sure)[item].value == "no"
    assert items(unsure)[item].value == "not observed"
    assert "not heard clearly" in items(unsure)[item].note
    assert scores(sure)["calmness"] == scores(debrief_of(whole))["calmness"]
    assert (scores(unsure)["calmness"] or 0) > (scores(sure)["calmness"] or 0)


def test_no_flag_from_words_that_were_not_heard_clearly() -> None:
    insult = Says(text="You are an idiot and I can see it.", acts=(act("hostile", "You are an idiot"),))
    steps = Script(turns=[insult], outcome="unresolved").make()

    flags = [
        [flag.flag for flag in debrief_of(heard_as(steps, 1, "You are an idiot", sure)).flags] for sure in (0.76, 0.74)
    ]
    assert flags == [["hostile_words"], []]


def test_a_whole_call_heard_unclearly_has_no_score_for_words() -> None:
    steps = excellent()
    for turn in range(1, 11):
        steps = with_turn(steps, turn, confidence=0.2)
    debrief = debrief_of(steps)

    assert debrief.score("empathy").score is None
    assert debrief.score("empathy").band == "not observed"
    assert (debrief.score("empathy").low, debrief.score("empathy").high) == (0, 100)
    assert debrief.score("resolution").score is not None


def test_an_unclear_grunt_hides_nothing() -> None:
    """A turn under a second cannot have held the open question that was missing."""
    steps = CALLS["defensive"]()
    short = with_turn(steps, 4, confidence=0.2, start_ms=20_000, end_ms=20_600)
    long = with_turn(steps, 4, confidence=0.2)

    assert items(debrief_of(short))["empathy.open_question"].value == "no"
    assert items(debrief_of(long))["empathy.open_question"].value == "not observed"


def test_time_to_think_costs_no_marks() -> None:
    """Twelve seconds of silence may anger her by more than a flare; that flare is not held against the trainee."""
    calm = CALLS["excellent"]()
    turn = debrief_of(calm).timeline.turns[2]
    waited = replace(turn.before, anger=turn.before.anger - 8_000)
    silence = LedgerEntry(cause="dead_air", points=8_000, quote="", note="")
    angered = {"before": waited, "after": replace(turn.after, anger=waited.anger + 8_000)}
    slow = with_turn(calm, 3, gap_ms=14_000, ledger=(silence,), **angered)
    rude = with_turn(calm, 3, ledger=(replace(silence, cause="blame"),), **angered)

    before, silent, blamed = (items(debrief_of(steps))["calmness.recovers"] for steps in (calm, slow, rude))
    assert before == silent
    assert 3 in blamed.turn_ids
    assert debrief_of(slow).score("calmness").score == debrief_of(calm).score("calmness").score


@settings(max_examples=60)
@given(calls())
def test_delivery_items_off_changes_nothing_else(steps: Steps) -> None:
    on, off = debrief_of(steps), debrief_of(steps, delivery=False)

    assert on.score("empathy") == off.score("empathy")
    assert on.score("resolution") == off.score("resolution")
    assert on.flags == off.flags
    assert {item.value for item in off.score("calmness").items if item.item in DELIVERY} == {"not observed"}


@pytest.mark.parametrize("call", sorted(CALLS))
def test_typed_copy_has_the_same_text_items(call: str) -> None:
    """Delivery is not observed in a typed call; everything said counts the same."""
    spoken, typed = debrief_of(CALLS[call](spoken=True)), debrief_of(CALLS[call](spoken=False))

    values = {key: item.value for key, item in items(spoken).items() if item.item not in {*DELIVERY, "recovers"}}
    copies = items(typed)
    assert {key: copies[key].value for key in values} == values
    for name in DELIVERY:
        assert copies[f"calmness.{name}"].value == "not observed"
        assert copies[f"calmness.{name}"].asr_confidence is None


def test_loudness_is_flagged_only_when_it_comes_back() -> None:
    def loud(times: int) -> str:
        turns = [Says(text="I can see the two payments here now.", loud_z=2.0 if n < times else 0.0) for n in range(6)]
        return items(debrief_of(Script(turns=turns, outcome="unresolved").make()))["calmness.own_loudness"].value

    assert [loud(0), loud(1), loud(2), loud(3)] == ["yes", "yes", "partly", "no"]


def test_slow_answers_cost_nothing() -> None:
    slow = tuple(
        (event, tuple(replace(c, gap_ms=5500) if isinstance(c, ReportTurn) else c for c in commands))
        for event, commands in excellent()
    )

    assert scores(debrief_of(slow)) == scores(debrief_of(excellent()))


def test_stopping_the_practice_costs_nothing_that_might_have_come() -> None:
    cut = (*excellent()[:6],)
    found = items(debrief_of(cut))

    assert found["resolution.outcome"].value == "not observed"
    assert found["resolution.demand.money_back"].value == "not observed"
    assert found["resolution.hidden_need"].value == "not observed"


# -- rubric ---------------------------------------------------------------------------------------------------------


def edited(tmp_path: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "rubric.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_a_trainer_can_switch_an_item_off(tmp_path: Path) -> None:
    rubric = Rubric.load(edited(tmp_path, "  open_question:\n    weight: 14", "  open_question:\n    weight: 0"))
    debrief = make_debrief(build_timeline(excellent()), DANA, rubric)

    assert "empathy.open_question" not in items(debrief)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("version: 4", "version: two", "'version' should be a whole number"),
        ("    weight: 22", "    wieght: 22", "did you mean 'weight'?"),
        ("    weight: 22", "    weight: -1", "'weight' should be a number"),
        ("  restates:", "  restate:", "did you mean 'restates'?"),
        ("empathy:\n", "sympathy:\n", "did you mean 'empathy'?"),
        ("    credit: [1, 0.5, 0]", "    credit: [0, 1]", "each no greater than the one before"),
        ("    credit: [1, 0.5, 0]", "    credit: none", "should be a list of shares"),
        ("  steady: 50", "  steady: 90", "'steady' must not be above 'strong'"),
        ("  enough: 0.3", "  enough: .inf", "'enough' should be a number from 0 to 1"),
        ("version: 4", "version: [", "rubric.yaml:"),
        ("version: 4", "version: 4\nversion: 5", "duplicate"),
    ],
)
def test_faults_of_a_rubric_name_line_and_remedy(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = edited(tmp_path, old, new)

    with pytest.raises(UserError) as caught:
        Rubric.load(path)
    message = str(caught.value)
    assert says in message
    assert message.startswith(f"{path}:") and "\n" not in message
    assert int(message.removeprefix(f"{path}:").split(":")[0]) >= 1


def test_missing_rubric_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot read the rubric"):
        Rubric.load(tmp_path / "none.yaml")


def test_offers_of_the_persona_are_what_the_calls_use() -> None:
    """The worked calls follow Dana's file; if it changes, they must too."""
    assert all(isinstance(offer, Offer) for offer in DANA.offers)
    assert {"refund_now", "cover_fee", "fix_autopay", "written_proof", "voucher"} <= {offer.id for offer in DANA.offers}
