"""The speech detector, with its real weights and with recordings that our own voice makes."""

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.ports import FRAME_SAMPLES, SAMPLE_RATE
from voice.detector import SileroDetector

Samples = NDArray[np.float32]


@pytest.fixture(scope="module")
def detector() -> SileroDetector:
    return SileroDetector.load()


def probabilities(detector: SileroDetector, audio: Samples) -> list[float]:
    detector.reset()
    frames = audio[: len(audio) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    return [detector.probability(frame) for frame in frames]


def noises() -> dict[str, Samples]:
    rng = np.random.default_rng(7)
    t = np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    sounds = {
        "silence": np.zeros(len(t)),
        "quiet hiss": rng.normal(0, 0.003, len(t)),
        "loud hiss": rng.normal(0, 0.1, len(t)),
        "mains hum": 0.2 * np.sin(2 * np.pi * 50 * t) + 0.1 * np.sin(2 * np.pi * 150 * t),
        "dial tone": 0.2 * np.sin(2 * np.pi * 350 * t) + 0.2 * np.sin(2 * np.pi * 440 * t),
        "clicks": np.where(rng.random(len(t)) < 0.0005, 0.8, 0.0),
    }
    return {name: sound.astype(np.float32) for name, sound in sounds.items()}


@pytest.mark.parametrize("name", list(noises()))
def test_noise_is_not_speech(detector: SileroDetector, name: str) -> None:
    assert max(probabilities(detector, noises()[name])) < 0.5


def test_speech_is_found_where_it_is(detector: SileroDetector, sentence: Samples) -> None:
    second = np.zeros(SAMPLE_RATE, dtype=np.float32)
    found = probabilities(detector, np.concatenate([second, sentence, second]))
    first = SAMPLE_RATE // FRAME_SAMPLES
    last = first + len(sentence) // FRAME_SAMPLES

    assert max(found[: first - 1]) < 0.3
    assert np.mean(np.array(found[first:last]) > 0.5) > 0.6
    assert max(found[last + 8 :]) < 0.35


def test_quiet_microphones_are_heard_too(detector: SileroDetector, sentence: Samples) -> None:
    loud = np.mean(np.array(probabilities(detector, sentence)) > 0.5)
    quiet = np.mean(np.array(probabilities(detector, sentence * np.float32(0.1))) > 0.5)

    assert quiet > 0.8 * loud


def test_the_same_frames_give_the_same_numbers_after_a_reset(detector: SileroDetector, sentence: Samples) -> None:
    assert probabilities(detector, sentence) == probabilities(detector, sentence)


def test_the_state_is_carried(detector: SileroDetector, sentence: Samples) -> None:
    """Frames judged one by one without their past would give other numbers."""
    carried = probabilities(detector, sentence)
    alone = []
    for frame in sentence[: len(carried) * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES):
        detector.reset()
        alone.append(detector.probability(frame))

    assert np.abs(np.array(carried) - np.array(alone)).max() > 0.3


def test_two_detectors_do_not_share_state(detector: SileroDetector, sentence: Samples) -> None:
    other = SileroDetector.load()
    detector.reset()
    for frame in sentence[: 20 * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES):
        detector.probability(frame)

    assert other.probability(np.zeros(FRAME_SAMPLES, dtype=np.float32)) < 0.1


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_a_broken_sample_does_not_poison_the_call(detector: SileroDetector, sentence: Samples, bad: float) -> None:
    detector.reset()
    broken = np.full(FRAME_SAMPLES, bad, dtype=np.float32)

    assert 0.0 <= detector.probability(broken) <= 1.0
    after = [detector.probability(frame) for frame in sentence[: 60 * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)]
    assert max(after) > 0.5


@pytest.mark.parametrize("length", [0, 1, 511, 513, 1024])
def test_a_frame_of_another_length_is_our_bug(detector: SileroDetector, length: int) -> None:
    with pytest.raises(ValueError, match="512"):
        detector.probability(np.zeros(length, dtype=np.float32))
