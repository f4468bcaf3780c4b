"""The playout queue, as a sound callback sees it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.ports import SAMPLE_RATE
from voice.playout import BLOCK_SAMPLES, RAMP_MS, SHORTEST_FADE_MS, Playout
from voice.signal import samples_in

if TYPE_CHECKING:
    from simulator.ports import Samples

BLOCKS = st.sampled_from([1, 7, 64, 160, 512, 513, 1024, BLOCK_SAMPLES, BLOCK_SAMPLES + 1])
LENGTHS = st.integers(0, 5000)


def ones(count: int, value: float = 0.5) -> Samples:
    return np.full(count, value, dtype=np.float32)


def drain(playout: Playout, block: int = 512) -> Samples:
    """Everything until nothing is left, whole blocks."""
    blocks = []
    while not playout.position()[2]:
        blocks.append(playout.render(block).copy())
    return np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.float32)


# -- playing --------------------------------------------------------------------------------------------------------


def test_a_new_playout_is_idle_and_silent() -> None:
    playout = Playout()

    assert playout.position() == (0, 0, True)
    assert not playout.render(512).any()
    assert playout.position() == (0, 0, True)


def test_what_was_queued_counts_before_anything_is_rendered() -> None:
    playout = Playout()
    playout.play(1, ones(512))

    assert playout.position() == (0, 0, False)


@given(
    pieces=st.lists(st.tuples(st.integers(0, 1), LENGTHS), min_size=1, max_size=6),
    blocks=st.lists(BLOCKS, min_size=1, max_size=8),
)
def test_everything_queued_is_rendered_once_and_in_order(pieces: list[tuple[int, int]], blocks: list[int]) -> None:
    playout, queued, utterance = Playout(), [], 1
    marker = 0
    for rise, length in pieces:
        utterance += rise
        samples = (np.arange(marker, marker + length) % 997 / 2000 + 0.001).astype(np.float32)
        marker += length
        playout.play(utterance, samples)
        queued.append(samples)
    wanted = np.concatenate(queued)
    rendered = [np.zeros(0, dtype=np.float32)]
    turn = 0
    while not playout.position()[2]:
        rendered.append(playout.render(blocks[turn % len(blocks)]).copy())
        turn += 1
    sound = np.concatenate(rendered)

    np.testing.assert_array_equal(sound[: len(wanted)], wanted)
    assert not sound[len(wanted) :].any()


@given(pieces=st.lists(st.tuples(st.integers(0, 1), LENGTHS), min_size=1, max_size=6), block=BLOCKS)
def test_the_position_only_rises_and_never_passes_what_was_queued(pieces: list[tuple[int, int]], block: int) -> None:
    playout, utterance = Playout(), 1
    lengths: dict[int, int] = {}
    for rise, length in pieces:
        utterance += rise
        lengths[utterance] = lengths.get(utterance, 0) + length
        playout.play(utterance, ones(length))
    before = (0, 0)
    while not playout.position()[2]:
        playout.render(block)
        number, position_ms, _ = playout.position()

        assert (number, position_ms) >= before
        assert position_ms <= lengths[number] * 1000 // SAMPLE_RATE
        before = (number, position_ms)
    assert before == (utterance, lengths[utterance] * 1000 // SAMPLE_RATE)


def test_pauses_between_parts_count_as_heard() -> None:
    playout = Playout()
    playout.play(3, ones(samples_in(100)))
    playout.play(3, np.zeros(samples_in(180), dtype=np.float32))
    playout.play(3, ones(samples_in(40)))
    drain(playout, block=160)

    assert playout.position() == (3, 320, True)


def test_a_later_part_goes_on_counting() -> None:
    playout = Playout()
    playout.play(1, ones(1600))
    drain(playout)
    playout.render(4096)  # the next part is late; the gap is not part of the utterance
    playout.play(1, ones(800))
    drain(playout)

    assert playout.position() == (1, 150, True)


def test_a_new_number_starts_at_nothing() -> None:
    playout = Playout()
    playout.play(1, ones(1600))
    drain(playout)
    playout.play(2, ones(1600))
    playout.render(160)

    assert playout.position() == (2, 10, False)


def test_an_older_number_is_ignored() -> None:
    playout = Playout()
    playout.play(2, ones(160))
    playout.play(1, ones(1600))
    drain(playout)

    assert playout.position() == (2, 10, True)


def test_samples_that_are_no_numbers_become_silence() -> None:
    playout = Playout()
    playout.play(1, np.array([np.nan, 0.25, -0.25], dtype=np.float32))

    np.testing.assert_array_equal(playout.render(3), np.array([0.0, 0.25, -0.25], dtype=np.float32))


def test_what_is_queued_is_a_copy() -> None:
    playout, samples = Playout(), ones(64)
    playout.play(1, samples)
    samples[:] = 0.0

    assert playout.render(64).all()


def test_two_channels_are_refused() -> None:
    with pytest.raises(ValueError, match="one channel"):
        Playout().play(1, np.zeros((4, 2), dtype=np.float32))


def test_rendering_reuses_its_memory() -> None:
    playout = Playout()
    playout.play(1, ones(2048))

    assert np.shares_memory(playout.render(512), playout.render(512))


# -- ducking --------------------------------------------------------------------------------------------------------


def test_ducking_is_there_within_the_ramp_and_without_a_click() -> None:
    playout = Playout()
    playout.play(1, ones(16_000))
    playout.render(512)
    playout.duck(-12)
    sound = playout.render(512).copy()
    ramp = samples_in(RAMP_MS)

    assert np.abs(np.diff(sound)).max() <= 0.5 * (1 - 10 ** (-12 / 20)) / ramp * 1.01
    np.testing.assert_allclose(sound[ramp:], 0.5 * 10 ** (-12 / 20), rtol=1e-5)
    playout.duck(0)
    np.testing.assert_allclose(playout.render(512)[ramp:], 0.5)


@given(gains=st.lists(st.floats(-60, 0), min_size=1, max_size=5), block=BLOCKS)
def test_however_often_it_is_ducked_the_level_never_jumps(gains: list[float], block: int) -> None:
    playout = Playout()
    playout.play(1, ones(60_000))
    sound = [playout.render(block).copy()]
    for gain_db in gains:
        playout.duck(gain_db)
        sound.append(playout.render(block).copy())
    steps = np.abs(np.diff(np.concatenate(sound)))

    assert steps.max(initial=0.0) <= 0.5 / samples_in(RAMP_MS) * 1.01


def test_the_next_utterance_is_at_full_level() -> None:
    playout = Playout()
    playout.play(1, ones(512))
    playout.duck(-12)
    drain(playout)
    playout.play(2, ones(512))

    np.testing.assert_array_equal(playout.render(512), ones(512))


# -- stopping -------------------------------------------------------------------------------------------------------


@given(
    length=st.integers(1, 20_000),
    before=st.integers(1, 6_000),
    fade_ms=st.integers(0, 100),
    block=BLOCKS,
    again=st.booleans(),
)
def test_after_a_stop_there_is_silence_within_the_fade(
    length: int, before: int, fade_ms: int, block: int, again: bool
) -> None:
    playout = Playout()
    playout.play(1, ones(length))
    playout.play(2, ones(length))
    playout.render(before)
    playout.stop(fade_ms)
    sound = [playout.render(block).copy()]
    if again:
        playout.stop(fade_ms)
    sound += [playout.render(block).copy() for _ in range(4000 // block + 1)]
    faded = np.concatenate(sound)

    assert not faded[samples_in(max(SHORTEST_FADE_MS, fade_ms)) :].any()
    assert np.all(np.diff(np.abs(faded)) <= 1e-6)
    assert playout.position()[2]


def test_a_stop_counts_the_fade_as_heard_and_no_more() -> None:
    playout = Playout()
    playout.play(1, ones(16_000))
    playout.render(1600)
    playout.stop(20)
    drain(playout)

    assert playout.position() == (1, 120, True)


def test_what_was_never_begun_is_not_heard_at_all() -> None:
    playout = Playout()
    playout.play(1, ones(1600))
    playout.stop(20)

    assert not playout.render(1600).any()
    assert playout.position()[1:] == (0, True)


def test_a_late_part_of_what_was_stopped_is_ignored() -> None:
    playout = Playout()
    playout.play(6, ones(1600))
    playout.render(512)
    playout.stop(0)
    playout.play(6, ones(1600))

    assert not playout.render(512)[samples_in(SHORTEST_FADE_MS) :].any()
    assert playout.position() == (6, 32 + SHORTEST_FADE_MS, True)


def test_the_next_utterance_waits_for_the_fade_and_is_whole() -> None:
    playout = Playout()
    playout.play(1, ones(16_000))
    playout.render(512)
    playout.stop(20)
    playout.play(2, ones(700, 0.25))
    sound = playout.render(2048).copy()
    fade = samples_in(20)

    assert sound[fade - 1] <= 0.5 / fade * 1.01
    np.testing.assert_array_equal(sound[fade : fade + 700], ones(700, 0.25))
    assert not sound[fade + 700 :].any()
    assert playout.position() == (2, 43, True)


def test_a_second_stop_does_not_lengthen_the_fade_and_drops_what_came_between() -> None:
    playout = Playout()
    playout.play(1, ones(16_000))
    playout.render(512)
    playout.stop(20)
    playout.render(160)
    playout.play(2, ones(512))
    playout.stop(500)
    sound = playout.render(2048).copy()

    assert not sound[samples_in(10) :].any()
    assert playout.position() == (1, 52, True)


def test_stopping_silence_does_no_harm() -> None:
    playout = Playout()
    playout.stop(20)
    playout.render(512)
    playout.play(1, ones(512))

    np.testing.assert_array_equal(playout.render(512), ones(512))


# -- threads --------------------------------------------------------------------------------------------------------


def test_it_does_not_look_idle_while_an_order_is_being_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment between the inbox and the queue, looked at from another thread in truth."""
    playout, idle = Playout(), []
    take_up = playout._take_up

    def looked_at(order: Any) -> None:
        idle.append(playout.position()[2])
        take_up(order)

    monkeypatch.setattr(playout, "_take_up", looked_at)
    playout.play(1, ones(1000))
    playout.render(512)

    assert idle == [False]


def test_it_never_looks_idle_while_something_is_left_to_play() -> None:
    """One thread queues and looks, another renders as fast as it can."""
    playout, done = Playout(), threading.Event()
    rendered = [0]

    def sound() -> None:
        while not done.is_set():
            rendered[0] += int(np.count_nonzero(playout.render(160)))

    thread = threading.Thread(target=sound)
    thread.start()
    try:
        for utterance in range(1, 60):
            playout.play(utterance, ones(1000))
            while not (heard := playout.position())[2]:
                pass
            assert heard == (utterance, 62, True)
    finally:
        done.set()
        thread.join()

    assert rendered[0] == 59 * 1000
