"""The hard ceiling of loudness, and the instant stop: what protects the ears of whoever wears the headset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.ports import FRAME_SAMPLES, SAMPLE_RATE
from voice.levels import CEILING_DBTP, limit, true_peak_db
from voice.playout import HARD_CEILING_DBTP, SHORTEST_FADE_MS, Playout
from voice.signal import samples_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.ports import Samples


def _sign(count: int, hz: float, phase: float) -> Samples:
    wave = np.sin(2 * np.pi * hz / SAMPLE_RATE * np.arange(count) + phase)
    return np.where(wave >= 0, 1.0, -1.0).astype(np.float32)


def _broken(count: int, hz: float, phase: float) -> Samples:
    samples = _sign(count, hz, phase)
    samples[::3], samples[1::7], samples[2::5] = np.inf, np.nan, -1e30
    return samples


LOUD: dict[str, Callable[[int, float, float], Samples]] = {
    "sine": lambda count, hz, phase: np.sin(2 * np.pi * hz / SAMPLE_RATE * np.arange(count) + phase).astype(np.float32),
    "square": _sign,
    "step": lambda count, hz, phase: np.full(count, 1.0 if phase < 3 else -1.0, dtype=np.float32),
    "noise": lambda count, hz, phase: np.random.default_rng(round(hz)).uniform(-4, 4, count).astype(np.float32),
    "clicks": lambda count, hz, phase: (np.arange(count) % 37 == 0).astype(np.float32),
    "broken": _broken,
}
PIECE = st.tuples(
    st.just("play"),
    st.sampled_from(sorted(LOUD)),
    st.integers(0, 3_000),
    st.floats(20, 8_000),
    st.floats(0, 6.3),
    st.floats(0, 30),
)
ORDER = st.one_of(
    PIECE, PIECE,
    st.tuples(st.just("duck"), st.floats(-60, 60)),
    st.tuples(st.just("stop"), st.integers(0, 60)),
    st.tuples(st.just("render"), st.integers(1, 3_000)),
)  # fmt: skip


@settings(max_examples=150)
@given(orders=st.lists(ORDER, max_size=12))
def test_nothing_above_the_ceiling_leaves_the_player_whatever_is_queued(orders: list[tuple]) -> None:  # type: ignore[type-arg]
    playout, utterance, sound = Playout(), 1, [np.zeros(64, dtype=np.float32)]
    for order in orders:
        match order:
            case ("play", kind, count, hz, phase, louder):
                with np.errstate(invalid="ignore"):
                    samples = np.float32(louder) * LOUD[kind](count, hz, phase)
                playout.play(utterance, samples)
            case ("duck", gain_db):
                playout.duck(gain_db)
            case ("stop", fade_ms):
                playout.stop(fade_ms)
                utterance += 1
            case ("render", frames):
                sound.append(playout.render(frames).copy())
    while not playout.position()[2]:
        sound.append(playout.render(FRAME_SAMPLES).copy())
    sound.append(playout.render(FRAME_SAMPLES).copy())

    assert true_peak_db(np.concatenate(sound)) <= HARD_CEILING_DBTP


def test_the_ceiling_is_reached_but_by_what_asks_for_it() -> None:
    """The control: the test above does not pass because everything is silent."""
    playout = Playout()
    playout.play(1, LOUD["sine"](16_000, 440.0, 0.0))

    assert -0.2 < true_peak_db(playout.render(16_000)) - CEILING_DBTP <= 0.0


def test_two_pieces_that_are_low_enough_can_meet_in_one_that_is_not() -> None:
    """Why a piece is looked at together with the one before it."""
    high = limit(np.full(400, 1.0, dtype=np.float32))
    hard = np.where(np.arange(64) % 2, -0.79, 0.79).astype(np.float32)
    low = limit(-hard)

    assert max(true_peak_db(high), true_peak_db(low)) <= CEILING_DBTP + 0.1
    assert true_peak_db(np.concatenate([high, low])) > CEILING_DBTP + 0.5
    assert true_peak_db(np.concatenate([high, limit(low, before=high)])) <= CEILING_DBTP + 0.1


@given(count=st.integers(1, 4_000), cuts=st.lists(st.integers(1, 3_999), max_size=5))
def test_what_is_low_enough_passes_untouched_however_it_is_cut_up(count: int, cuts: list[int]) -> None:
    line = (0.5 * LOUD["sine"](count, 440.0, 0.3)).astype(np.float32)
    playout = Playout()
    for piece in np.split(line, sorted({cut for cut in cuts if cut < count})):
        playout.play(1, piece)

    np.testing.assert_array_equal(playout.render(count), line)


def test_a_level_is_never_raised() -> None:
    playout = Playout()
    playout.play(1, np.full(4_000, 0.1, dtype=np.float32))
    playout.duck(40.0)

    assert float(playout.render(4_000).max()) <= 0.1001


# -- the stop key ---------------------------------------------------------------------------------------------------


@given(
    length=st.integers(1_000, 20_000),
    heard=st.integers(1, 40),
    fade_ms=st.integers(0, 20),
    queued=st.integers(0, 5),
)
def test_a_stop_is_carried_out_within_the_next_block(length: int, heard: int, fade_ms: int, queued: int) -> None:
    """At the device's own blocks of 32 ms: after the block that follows the key there is nothing but silence."""
    playout = Playout()
    for utterance in range(1, queued + 2):
        playout.play(utterance, np.full(length, 0.5, dtype=np.float32))
    for _ in range(heard):
        playout.render(FRAME_SAMPLES)
    playout.stop(fade_ms)
    block = playout.render(FRAME_SAMPLES).copy()

    assert not block[samples_in(max(SHORTEST_FADE_MS, fade_ms)) :].any()
    assert playout.position()[2]
    assert not playout.render(20_000).any()


@pytest.mark.parametrize("times", [1, 2, 3])
def test_it_can_be_stopped_as_often_as_one_likes(times: int) -> None:
    """pyttsx3's fails on the second use (voice.md, section 9)."""
    playout = Playout()
    for utterance in range(1, times + 1):
        playout.play(utterance, np.full(16_000, 0.5, dtype=np.float32))
        assert playout.render(FRAME_SAMPLES).any()
        playout.stop(20)
        playout.render(FRAME_SAMPLES)
        assert not playout.render(FRAME_SAMPLES).any()
