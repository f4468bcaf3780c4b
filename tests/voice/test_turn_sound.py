"""What is heard of the end of a turn, on tones whose pitch and level are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.ports import SAMPLE_RATE
from voice.turn_sound import TurnListener, TurnSound

LISTENER = TurnListener.load()


def voice(*stretches: tuple[float, float, float, float]) -> np.ndarray:
    """A humming voice: (seconds, Hz at the start, Hz at the end, level in dB), 0 Hz for silence; then 0.2 s of silence, all
    in faint noise."""
    pieces, phase = [], 0.0
    for seconds, start, end, level in (*stretches, (0.2, 0.0, 0.0, 0.0)):
        count = round(seconds * SAMPLE_RATE)
        turns = phase + np.cumsum(np.linspace(start, end, count)) / SAMPLE_RATE
        phase = float(turns[-1])
        tone = sum(np.sin(2 * np.pi * n * turns) / n for n in range(1, 9)) if start else np.zeros(count)
        pieces.append(0.1 * 10 ** (level / 20) * tone)
    whole = np.concatenate(pieces)
    return (whole + 1e-4 * np.random.default_rng(1).standard_normal(len(whole))).astype(np.float32)


def heard(*stretches: tuple[float, float, float, float]) -> TurnSound:
    found = LISTENER.listen(voice(*stretches))
    assert found is not None
    return found


def test_a_voice_that_sinks_ends_low_and_soft() -> None:
    sinks = heard((1.5, 180, 220, 0), (0.6, 200, 110, -6))
    stays = heard((1.5, 180, 220, 0), (0.6, 200, 230, 0))

    assert sinks.pitch < -0.3 < 0 < stays.pitch
    assert -0.8 < sinks.lowest < 0.0 < stays.lowest  # the bottom of the turn itself is 0
    assert sinks.highest < stays.highest
    assert sinks.level_db < stays.level_db - 3


def test_the_turn_is_compared_with_itself() -> None:
    low, high = heard((1.5, 90, 110, 0), (0.6, 100, 60, 0)), heard((1.5, 180, 220, 0), (0.6, 200, 120, 0))

    assert low.pitch == pytest.approx(high.pitch, abs=0.15)


@given(gain_db=st.floats(-20, 12))
def test_how_loud_the_microphone_is_does_not_matter(gain_db: float) -> None:
    turn = voice((1.0, 180, 220, 0), (0.4, 0, 0, 0), (0.6, 200, 110, -6))
    plain, changed = LISTENER.listen(turn), LISTENER.listen((turn * 10 ** (gain_db / 20)).astype(np.float32))

    assert plain is not None and changed is not None
    assert changed.level_db == pytest.approx(plain.level_db, abs=0.5)
    assert changed.pauses == plain.pauses == 1


def test_pauses_and_times() -> None:
    turn = heard((1.0, 180, 200, 0), (0.5, 0, 0, 0), (0.8, 180, 190, 0), (0.1, 0, 0, 0), (0.7, 190, 150, 0))

    assert turn.pauses == 1  # 0.1 s is none
    assert turn.longest_s == pytest.approx(0.5, abs=0.06)
    assert turn.spoken_s == pytest.approx(3.1, abs=0.06)
    assert turn.since_s == pytest.approx(1.6, abs=0.06)


def test_more_silence_after_the_end_changes_little() -> None:
    turn = voice((1.5, 180, 220, 0), (0.6, 200, 110, -6))
    longer = np.concatenate([turn, 1e-4 * np.random.default_rng(2).standard_normal(1600)]).astype(np.float32)
    first, second = LISTENER.listen(turn), LISTENER.listen(longer)

    assert first is not None and second is not None
    assert (second.pitch, second.lowest, second.spoken_s) == pytest.approx(
        (first.pitch, first.lowest, first.spoken_s), abs=0.05
    )


@pytest.mark.parametrize(
    "audio",
    [
        np.zeros(0, np.float32),
        np.zeros(100, np.float32),
        np.zeros(SAMPLE_RATE, np.float32),
        np.random.default_rng(3).standard_normal(SAMPLE_RATE).astype(np.float32) * np.float32(0.01),
        np.full(4_000, 0.5, np.float32),
    ],
)
def test_without_a_voice_there_is_nothing_to_hear(audio: np.ndarray) -> None:
    assert LISTENER.listen(audio) is None
