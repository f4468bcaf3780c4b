"""Who speaks, from plain numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import EngineError
from simulator.floor import TABLE, Floor, Signal, after
from simulator.gate import LULL_FRAMES, OFF_FRAMES, ON_FRAMES, SpeechGate
from simulator.ports import FRAME_MS


def run(gate: SpeechGate, probabilities: list[float], start: int = 0) -> list[tuple[int, str]]:
    out = []
    for index, probability in enumerate(probabilities, 1):
        t = start + index * FRAME_MS
        change = gate.feed(t, probability)
        if change:
            out.append((t, change))
    return out


def test_a_short_yes_opens_the_gate() -> None:
    """Three frames, 96 ms: the shortest word people say."""
    gate = SpeechGate()

    assert run(gate, [0.9] * 3 + [0.0] * 10) == [
        (96, "on"), (96 + LULL_FRAMES * FRAME_MS, "lull"), (96 + OFF_FRAMES * FRAME_MS, "off"),
    ]  # fmt: skip
    assert gate.speech_start == 0
    assert gate.last_speech == 96


def test_a_click_does_not() -> None:
    assert run(SpeechGate(), [0.0, 0.9, 0.9, 0.0, 0.9, 0.0, 0.9, 0.9, 0.1]) == []


def test_a_weak_consonant_does_not_close_it() -> None:
    gate = SpeechGate()

    assert [change for _, change in run(gate, [0.9] * 5 + [0.2] * (OFF_FRAMES - 1) + [0.4] + [0.2] * 5)] == [
        "on", "lull", "lull",
    ]  # fmt: skip


@given(st.lists(st.floats(0, 1), max_size=200))
def test_changes_alternate_and_the_anchor_never_lies_ahead(probabilities: list[float]) -> None:
    gate, expected, lull_at = SpeechGate(), "on", 0
    for index, probability in enumerate(probabilities, 1):
        t = index * FRAME_MS
        change = gate.feed(t, probability)
        assert gate.last_speech <= t
        assert gate.speech_start >= 0
        if change == "lull":
            assert gate.speaking and t - gate.last_speech == LULL_FRAMES * FRAME_MS
            lull_at = t
        elif change:
            assert expected == change
            assert change == "on" or t - lull_at == (OFF_FRAMES - LULL_FRAMES) * FRAME_MS
            expected = "off" if change == "on" else "on"
            if change == "on":
                assert t - gate.speech_start == ON_FRAMES * FRAME_MS


@pytest.mark.parametrize("state", list(Floor))
@pytest.mark.parametrize("signal", list(Signal))
def test_the_table_is_the_only_way(state: Floor, signal: Signal) -> None:
    if (state, signal) in TABLE:
        assert after(state, signal) is TABLE[state, signal]
    else:
        with pytest.raises(EngineError):
            after(state, signal)


def test_every_state_can_be_left_and_the_end_cannot() -> None:
    for state in Floor:
        leads = {target for (source, _), target in TABLE.items() if source is state}
        assert (not leads) if state is Floor.ENDED else Floor.ENDED in leads


def test_every_state_can_be_reached() -> None:
    reached, frontier = {Floor.QUIET}, [Floor.QUIET]
    while frontier:
        here = frontier.pop()
        for (source, _), target in TABLE.items():
            if source is here and target not in reached:
                reached.add(target)
                frontier.append(target)
    assert reached == set(Floor)


F, S = Floor, Signal
STORIES: dict[str, list[tuple[Signal, Floor]]] = {
    "a turn and its answer": [
        (S.CALLER_PLANS, F.PREPARING), (S.CALLER_SPEAKS, F.CALLER), (S.CALLER_FINISHES, F.QUIET),
        (S.TRAINEE_SPEAKS, F.TRAINEE), (S.TRAINEE_PAUSES, F.PAUSE), (S.TURN_ENDS, F.PREPARING),
        (S.CALLER_SPEAKS, F.CALLER),
    ],
    "a breath, and on; a cough": [
        (S.TRAINEE_SPEAKS, F.TRAINEE), (S.TRAINEE_PAUSES, F.PAUSE), (S.TRAINEE_SPEAKS, F.TRAINEE),
        (S.TRAINEE_PAUSES, F.PAUSE), (S.NOTHING_SAID, F.QUIET),
    ],
    "more to say while she makes up her answer": [
        (S.TURN_ENDS, F.PREPARING), (S.TRAINEE_SPEAKS, F.TRAINEE), (S.TRAINEE_PAUSES, F.PAUSE),
        (S.TURN_ENDS, F.PREPARING), (S.NOTHING_SAID, F.QUIET),
    ],
    "mm-hm while she speaks; then over her, until she gives way": [
        (S.CALLER_PLANS, F.PREPARING), (S.CALLER_SPEAKS, F.CALLER), (S.TRAINEE_SPEAKS, F.OVERLAP),
        (S.TRAINEE_PAUSES, F.CALLER), (S.TRAINEE_SPEAKS, F.OVERLAP), (S.CALLER_YIELDS, F.TRAINEE),
    ],
    "she cuts in, and has said it first": [
        (S.TRAINEE_SPEAKS, F.TRAINEE), (S.CALLER_SPEAKS, F.OVERLAP), (S.CALLER_FINISHES, F.TRAINEE),
    ],
    "a hold, ended by a word": [(S.HOLD, F.HOLD), (S.TRAINEE_SPEAKS, F.TRAINEE)],
    "a hold, ended by a button; and by a typed reply": [
        (S.HOLD, F.HOLD), (S.RESUME, F.QUIET), (S.HOLD, F.HOLD), (S.TURN_ENDS, F.PREPARING),
    ],
    "a hold that she has had enough of": [(S.HOLD, F.HOLD), (S.CALLER_PLANS, F.PREPARING)],
}  # fmt: skip


@pytest.mark.parametrize("name", STORIES)
def test_how_a_call_goes(name: str) -> None:
    """From quiet, through every step that a call may take."""
    state = F.QUIET
    for signal, follows in STORIES[name]:
        assert after(state, signal) is follows
        assert after(state, S.END) is F.ENDED
        state = follows


def test_the_stories_are_all_that_can_happen() -> None:
    """A pair that no story has is one that cannot come: the table says so too."""
    told = {(F.QUIET, S.END)}
    for story in STORIES.values():
        state = F.QUIET
        for signal, follows in story:
            told |= {(state, signal), (follows, S.END)}
            state = follows
    assert set(TABLE) == told


def test_what_cannot_happen_is_said_in_words() -> None:
    with pytest.raises(EngineError, match=r"^'caller yields' cannot happen while the floor is 'hold'$"):
        after(F.HOLD, S.CALLER_YIELDS)
    for member in (*F, *S):
        assert member.value == member.name.lower().replace("_", " ")
