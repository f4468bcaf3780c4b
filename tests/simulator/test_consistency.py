"""Two thousand rehearsed calls hold together, and the check that says so finds what does not."""

from dataclasses import replace

import pytest

from evaluation.say_back import say_back
from personas import shelf
from personas.loader import load
from personas.persona import Persona
from personas.shelf import LIBRARY
from simulator.rehearsal.calls import Rehearsed, rehearse
from simulator.rehearsal.consistency import faults
from simulator.rehearsal.trainees import TRAINEES

SHIPPED = [who for one in shelf.available() if (who := shelf.find(one.name)).other is None]
"""Those who call alone; two people on the line are looked at in ``test_mediators``."""
DRAFTS = [load(path) for path in sorted((LIBRARY.parent / "drafts").glob("*.yaml"))]
CALLS = 2_000
SEEDS = -(-CALLS // (len(SHIPPED) * len(TRAINEES) * 5))
JOEL = shelf.find("joel_late_bed")


@pytest.mark.parametrize("persona", SHIPPED, ids=lambda persona: persona.id)
@pytest.mark.parametrize("trainee", TRAINEES)
def test_two_thousand_calls_hold_together(persona: Persona, trainee: str) -> None:
    found = [
        (difficulty, seed, fault)
        for difficulty in range(1, 6)
        for seed in range(SEEDS)
        for fault in faults(persona, rehearse(persona, trainee, seed, difficulty=difficulty, back=say_back))
    ]

    assert found == []


@pytest.mark.parametrize("persona", DRAFTS, ids=lambda persona: persona.id)
def test_drafts_hold_together(persona: Persona) -> None:
    calls = [rehearse(persona, trainee, 1, difficulty=3, back=say_back) for trainee in TRAINEES]

    assert [fault for call in calls for fault in faults(persona, call)] == []


# -- the check itself ---------------------------------------------------------------------------------------------------


def good() -> Rehearsed:
    return rehearse(JOEL, "expert", 0, difficulty=3, back=say_back)


def caller_line(call: Rehearsed, situation: str) -> int:
    return next(n for n, (who, why, _) in enumerate(call.said) if who == "caller" and why == situation)


def put(call: Rehearsed, at: int, *line: str) -> Rehearsed:
    said = list(call.said)
    said.insert(at, line)  # type: ignore[arg-type]
    return replace(call, said=tuple(said))


def why(call: Rehearsed) -> set[str]:
    return {fault.rsplit(": ", 1)[1] for fault in faults(JOEL, call)}


def test_a_good_call_has_no_faults() -> None:
    assert faults(JOEL, good()) == ()


def test_it_finds_a_line_said_twice_and_a_story_out_of_order() -> None:
    call = good()
    at = caller_line(call, "story")

    assert why(put(call, len(call.said) - 1, *call.said[at])) == {"said before", "not the next piece of her story"}


def test_it_finds_what_nobody_wrote_or_asked_for_or_promised() -> None:
    call = good()
    last = len(call.said) - 1
    fact = JOEL.facts[0].say[0]
    callback = next(line for lines in JOEL.lines["promise_callback"].values() for line in lines if "{promise}" in line)

    assert why(put(call, last, "caller", "warming", "I'm from Mars.")) == {"nobody wrote that"}
    assert why(put(call, 1, "caller", "fact", fact)) == {"nobody asked for that"}
    assert why(put(call, last, "caller", "promise_callback", callback.replace("{promise}", "Sunday"))) == {
        "nobody promised 'sunday'"
    }
    assert why(put(call, 1, "caller", "need", JOEL.hidden_needs[0].say[0])) == {"nobody asked for that"} | (
        {"told before", "said before"} & why(put(call, 1, "caller", "need", JOEL.hidden_needs[0].say[0]))
    )
    assert "it was not asked before" in why(put(call, 1, "caller", "asked_before", "You've had that."))


def test_it_finds_wants_that_are_met_and_thanks_for_nothing() -> None:
    call = good()
    last = len(call.said) - 1
    must = next(item for item in JOEL.demands if item.must)
    said = {words for _, _, words in call.said}
    unsaid = next(line for line in must.say if line not in said)
    accept = next(line for moods in [JOEL.lines_by_fit("accept", "calm")] for group in moods for line in group)

    assert why(put(call, last, "caller", "demand", unsaid)) == {"she has that"}
    assert why(put(call, 1, "caller", "accept", accept)) >= {"nothing was given"}
    assert why(put(call, 1, "caller", "close_warm", JOEL.lines_by_fit("close_warm", "calm")[0][0])) >= {
        "what must be met is not"
    }
