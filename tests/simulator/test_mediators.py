"""Rehearsed mediations: calm must be earned from both."""

import io
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.say_back import say_back
from personas.house import house_lines
from personas.loader import load
from personas.persona import Persona
from personas.shelf import LIBRARY
from simulator.cli import main
from simulator.console.mediate import UNFAIR
from simulator.mediation import parties_of
from simulator.phrases import SAID_AGAIN
from simulator.reading import LABELS, Label
from simulator.rehearsal.mediators import MEDIATORS, Mediated, mediate
from tests.mediation import TwoOnTheLine

FILE = LIBRARY / "marian_owen_parcel.yaml"
PAIR = load(FILE)
MARIAN, OWEN = parties_of(PAIR)
TURNED = OWEN.model_copy(update={"other": MARIAN.model_copy(update={"other": None})})
"""The same two people, the second one first."""
SEEDS = 3


def held(mediator: str, difficulty: int = 3, pair: Persona = PAIR) -> list[Mediated]:
    return [mediate(pair, mediator, seed, difficulty=difficulty, back=say_back) for seed in range(SEEDS)]


@pytest.mark.parametrize("difficulty", [1, 3, 5])
def test_an_expert_settles_it_with_both_calm(difficulty: int) -> None:
    for call in held("expert", difficulty):
        assert (call.outcome, call.open) == ("resolved", ((), ())), call.said[-3:]
        assert max(call.curves[-1]) < 45


@pytest.mark.parametrize("mediator", UNFAIR)
def test_who_is_not_fair_does_not(mediator: str) -> None:
    assert "resolved" not in {call.outcome for call in held(mediator)}


def test_who_takes_sides_drives_the_other_out() -> None:
    for call in held("side_taker"):
        assert (call.outcome, call.detail.split(":")[0]) == ("hung_up", "Owen Prosser")
        first, second = call.curves[-1]
        assert second > 90
        assert second > first


def test_who_speaks_to_one_only_loses_the_other() -> None:
    for call in held("one_sided"):
        assert (call.outcome, call.detail) == ("hung_up", "Owen Prosser: nobody spoke to them")


# -- fair to both: whatever is taken away from one of them, it is not settled -------------------------------------------


def test_it_does_not_matter_who_of_the_two_comes_first() -> None:
    assert {call.outcome for call in held("expert", pair=TURNED)} == {"resolved"}
    for mediator in UNFAIR:
        assert "resolved" not in {call.outcome for call in held(mediator, pair=TURNED)}, mediator
    assert {call.detail for call in held("one_sided", pair=TURNED)} == {"Marian Coyle: nobody spoke to them"}


ASKED = sorted(
    {fact.id for one in (MARIAN, OWEN) for fact in one.facts}
    | {need.id for one in (MARIAN, OWEN) for need in one.hidden_needs}
)
TURNS = st.lists(
    st.tuples(
        st.sampled_from(["I agree with you.", "Go on, please.", "That was our mistake.", "What was it for?", "We pay for it.",
                         "You each have it in writing.", "Is there anything else?"]),
        st.lists(st.sampled_from(LABELS), max_size=4, unique=True),
        st.lists(st.sampled_from(ASKED), max_size=2),
        st.lists(st.sampled_from(sorted({offer.id for one in (MARIAN, OWEN) for offer in one.offers})), max_size=3, unique=True),
    ),
    min_size=1, max_size=14,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(TURNS, st.sampled_from([1, 3, 5]), st.sampled_from([0, 1]))
def test_who_speaks_to_one_only_never_settles_it(
    turns: list[tuple[str, list[Label], list[str], list[str]]], difficulty: int, party: int
) -> None:
    """Whatever is said, asked and offered, with every day and name that an offer needs."""
    call = TwoOnTheLine(PAIR.at_difficulty(difficulty))
    name = ("Ms Coyle", "Mr Prosser")[party]
    for said, labels, asked, offers in turns:
        call.say(f"{name}, {said}", *labels, asked=tuple(asked), offers=tuple(offers), slots=(("when", "tomorrow"),))
        assert call.plan.outcome != "resolved"
        if call.plan.outcome is not None:
            return


def without(persona: Persona, demand: str) -> Persona:
    """A caller to whom nobody can give what ``demand`` is about; what else an offer gives stays."""
    offers = tuple(
        offer.model_copy(update={"gives": tuple((name, 5 if name == demand else level) for name, level in offer.gives)})
        for offer in persona.offers
    )
    return persona.model_copy(update={"offers": offers})


@pytest.mark.parametrize(("party", "must"), [(0, "money"), (1, "cleared")])
def test_it_is_not_settled_while_one_of_them_lacks_what_they_must_have(party: int, must: str) -> None:
    other = without(OWEN, must) if party else OWEN
    pair = (PAIR if party else without(PAIR, must)).model_copy(update={"other": other})

    assert "resolved" not in {call.outcome for call in held("expert", pair=pair)}
    assert {call.outcome for call in held("expert")} == {"resolved"}, "and it is, where they can have it"


# -- the words ----------------------------------------------------------------------------------------------------------


def forms(persona: Persona, lines: Mapping[str, Mapping[str, Sequence[str]]]) -> list[re.Pattern[str]]:
    """Every line in the caller's part of the file, with anything in its braces; ``lines`` are those of the situations."""
    own = [line for moods in lines.values() for group in moods.values() for line in group]
    for fact in persona.facts:
        own += [*fact.say, *fact.again, *fact.angry]
    for need in persona.hidden_needs:
        own += [*need.say, *need.not_yet]
    for demand in persona.demands:
        own += [*demand.say, *demand.again]
    for offer in persona.offers:
        own += [*offer.accept, *offer.reject, *(line for lines in dict(offer.ask_for).values() for line in lines)]
    for trigger in persona.triggers:
        own += trigger.say
    for ball in persona.curveballs:
        own += ball.say
    return [re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(line))) for line in own]


@pytest.mark.parametrize("mediator", MEDIATORS)
@pytest.mark.parametrize("difficulty", [1, 5])
def test_each_speaks_for_themselves_and_says_nothing_twice(mediator: str, difficulty: int) -> None:
    """Somebody who is left out to the end may run out of words of their own; who is treated fairly never does."""
    known = {one.who.name: forms(one, one.lines) for one in (MARIAN, OWEN)}
    if mediator in UNFAIR:
        known = {
            one.who.name: [*known[one.who.name], *forms(one, house_lines(one.who.manner))] for one in (MARIAN, OWEN)
        }
    for call in held(mediator, difficulty):
        told: dict[str, list[str]] = {name: [] for name in known}
        stories: dict[str, list[str]] = {name: [] for name in known}
        for who, why, words in call.said:
            if who == "trainee" or words.endswith("—"):  # broken in on: not the whole line
                continue
            assert any(form.fullmatch(words) for form in known[who]), (who, why, words)
            assert why in SAID_AGAIN or words not in told[who], (who, why, words)
            told[who].append(words)
            if why == "story":
                stories[who].append(words)
        for one in (MARIAN, OWEN):
            pieces = list(one.lines_for("story", "any"))
            assert stories[one.who.name] == [piece for piece in pieces if piece in stories[one.who.name]]


def test_what_nobody_planned_comes_here_too_and_it_is_settled_all_the_same() -> None:
    calls = [mediate(PAIR, "expert", seed, difficulty=3, back=say_back) for seed in range(30)]
    surprised = [call for call in calls if any(why == "curveball" for _, why, _ in call.said)]

    assert 3 <= len(surprised) <= 25
    assert {call.outcome for call in surprised} == {"resolved"}


def test_the_same_seed_gives_the_same_call() -> None:
    assert held("expert") == held("expert")
    assert [len({mediate(PAIR, name, 1, difficulty=3, back=say_back) for _ in range(2)}) for name in MEDIATORS] == [
        1
    ] * 5


def test_the_command_tells_how_they_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["rehearse", str(FILE), "--seeds", "2", "--trainee", "expert", "--trainee", "side_taker", "--show"]) == 0
    )
    out = capsys.readouterr().out

    assert "marian_owen_parcel 3  expert           anger at the end" in out
    assert "hung_up 2" in out
    assert "Owen Prosser" in out


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (["--texts"], "two people on the line"),
        (["--trainee", "blamer"], "there is no mediator 'blamer'"),
        (["--trainee", "nobody"], "there is no trainee 'nobody'"),
    ],
)
def test_what_does_not_go_with_two_is_said(extra: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", str(FILE), "--seeds", "1", *extra]) == 2
    assert message in capsys.readouterr().err


def test_a_mediator_is_none_for_one_caller(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", "dana_double_billing", "--seeds", "1", "--trainee", "side_taker"]) == 2
    assert "mediates between two people" in capsys.readouterr().err


def test_a_typed_call_is_held_replayed_and_debriefed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the real reader and matcher, by the commands that a trainee uses."""
    words = "Ms Coyle, would you begin, please?\nMr Prosser, and what was Monday like for you?\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(words))
    call = tmp_path / "call"

    assert main(["practice", str(FILE), "--typed", "--out", str(call), "--plain"]) == 0
    shown = capsys.readouterr()
    assert "Two people are on the line: Marian Coyle and Owen Prosser." in shown.err
    assert "Owen Prosser: " in shown.err
    assert "Anger of Marian and Owen" in shown.out
    assert main(["replay", str(call)]) == 0
    assert main(["debrief", str(call), "--html", str(tmp_path / "page.html")]) == 0
    assert "Owen: dashes" in (tmp_path / "page.html").read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["replay", str(call), "--what-if", "difficulty=5"]) == 2
    assert "hotseat retry" in capsys.readouterr().err
