"""Who speaks, from plain numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import EngineError
from simulator.floor import TABLE, Floor, Signal, after
from simulator.gate import OFF_FRAMES, ON_FRAMES, SpeechGate
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

    assert run(gate, [0.9] * 3 + [0.0] * 10) == [(96, "on"), (96 + OFF_FRAMES * FRAME_MS, "off")]
    assert gate.speech_start == 0
    assert gate.last_speech == 96


def test_a_click_does_not() -> None:
    assert run(SpeechGate(), [0.0, 0.9, 0.9, 0.0, 0.9, 0.0, 0.9, 0.9, 0.1]) == []


def test_a_weak_consonant_does_not_close_it() -> None:
    gate = SpeechGate()

    assert [change for _, change in run(gate, [0.9] * 5 + [0.2] * (OFF_FRAMES - 1) + [0.4] + [0.2] * 5)] == ["on"]


@given(st.lists(st.floats(0, 1), max_size=200))
def test_changes_alternate_and_the_anchor_never_lies_ahead(probabilities: list[float]) -> None:
    gate, expected = SpeechGate(), "on"
    for index, probability in enumerate(probabilities, 1):
        t = index * FRAME_MS
        change = gate.feed(t, probability)
        assert gate.last_speech <= t
        assert gate.speech_start >= 0
        if change:
            assert expected == change
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
