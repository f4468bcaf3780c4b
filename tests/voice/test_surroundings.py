"""Rooms and lines under a call: soft, the same for the same seed, without a seam, and never louder than the ceiling."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas import vocabulary
from simulator.ports import FRAME_SAMPLES, SAMPLE_RATE
from voice.levels import true_peak_db
from voice.playout import HARD_CEILING_DBTP, Playout
from voice.signal import level_db
from voice.surroundings import LINE_DB, LOOP_S, ROOM_DB, Line, Room, surroundings

PLACES = [(room, line) for room in ROOM_DB for line in LINE_DB if (room, line) != ("quiet", "clear")]


def test_a_persona_can_name_every_room_and_line() -> None:
    assert get_args(Room) == get_args(vocabulary.Room) == tuple(ROOM_DB)
    assert get_args(Line) == get_args(vocabulary.Line) == tuple(LINE_DB)


def test_a_quiet_room_on_a_clear_line_is_nothing() -> None:
    assert surroundings("quiet", "clear", 1) is None


@pytest.mark.parametrize(("room", "line"), PLACES)
def test_each_is_soft_and_even_and_turns_without_a_seam(room: str, line: str) -> None:
    loop = surroundings(room, line, 7)
    assert loop is not None and len(loop) == LOOP_S * SAMPLE_RATE and loop.dtype == np.float32
    loudest = max(level for level in (ROOM_DB[room], LINE_DB[line]) if level is not None)
    seconds = [level_db(second) for second in loop.reshape(LOOP_S, SAMPLE_RATE)]

    assert loudest - 0.3 <= level_db(loop) <= loudest + 3.1
    assert level_db(loop) <= -43, "20 dB and more below a caller"
    assert max(seconds) <= -36
    assert min(seconds) >= -72, "a line that goes dead sounds like a call that was cut off"
    seam = abs(float(loop[0]) - float(loop[-1]))
    assert seam <= np.abs(np.diff(loop)).max()


def test_the_same_seed_gives_the_same_samples_and_another_one_others() -> None:
    one, same, other = (surroundings("street", "crackle", seed) for seed in (5, 5, 6))
    assert one is not None and same is not None and other is not None
    assert one.tobytes() == same.tobytes() != other.tobytes()


def test_it_lies_under_everything_and_nobody_takes_it_for_a_line() -> None:
    loop = np.linspace(-0.01, 0.01, 700, dtype=np.float32)
    playout = Playout()
    playout.lay_under(loop)
    alone = playout.render(FRAME_SAMPLES).copy()
    assert playout.position() == (0, 0, True)
    playout.play(1, np.full(FRAME_SAMPLES, 0.25, dtype=np.float32))
    under = playout.render(FRAME_SAMPLES).copy()
    playout.stop(20)
    after = playout.render(FRAME_SAMPLES).copy()

    whole = np.tile(loop, 3)
    np.testing.assert_allclose(alone, whole[:512], atol=1e-6)
    np.testing.assert_allclose(under, 0.25 + whole[512:1024], atol=1e-6)
    np.testing.assert_allclose(after, whole[1024:1536], atol=1e-6)
    assert playout.position() == (1, 32, True)


@settings(max_examples=40)
@given(
    orders=st.lists(
        st.one_of(
            st.tuples(st.just("play"), st.floats(0, 30)), st.tuples(st.just("duck"), st.floats(-60, 60)),
            st.tuples(st.just("stop"), st.integers(0, 60)), st.tuples(st.just("render"), st.integers(1, 3_000)),
        ),
        max_size=12,
    ),
    loud=st.floats(0, 30), seed=st.integers(0, 99),
)  # fmt: skip
def test_both_together_stay_below_the_ceiling(orders: list[tuple[str, float]], loud: float, seed: int) -> None:
    draw = np.random.default_rng(seed)
    playout, heard, utterance = Playout(), [], 1
    playout.lay_under((draw.uniform(-1, 1, 1_500) * loud).astype(np.float32))
    for name, value in orders:
        if name == "play":
            wave = np.sign(np.sin(2 * np.pi * draw.uniform(50, 7_000) / SAMPLE_RATE * np.arange(2_000)))
            playout.play(utterance, (wave * value).astype(np.float32))
        elif name == "duck":
            playout.duck(value)
        elif name == "stop":
            playout.stop(int(value))
            utterance += 1
        else:
            heard.append(playout.render(int(value)).copy())
    heard.append(playout.render(3_000).copy())

    assert true_peak_db(np.concatenate(heard)) <= HARD_CEILING_DBTP
