"""Smart Turn's picture of the sound, and what the model makes of it."""

import importlib.util
from importlib import metadata
from types import ModuleType

import numpy as np
import pytest

from simulator.ports import SAMPLE_RATE
from voice.smart_turn import WINDOW, SmartTurnEnd, log_mel

TIMES = np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
GLIDE = (0.3 * np.sin(2 * np.pi * (150 * TIMES + 40 * TIMES**2))).astype(np.float32)


def original() -> ModuleType:
    """The package's own features; the package itself, with its many needs, is not imported."""
    path = metadata.distribution("pipecat-ai").locate_file("pipecat/audio/turn/smart_turn/_whisper_features.py")
    spec = importlib.util.spec_from_file_location("original_features", str(path))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seconds", [0.3, 3.0, 8.0, 11.0])
def test_features_are_those_of_the_package(seconds: float) -> None:
    chance = np.random.default_rng(3)
    audio = (0.1 * chance.standard_normal(round(seconds * SAMPLE_RATE))).astype(np.float32)
    last = audio[-WINDOW:]
    padded = np.pad(last, (WINDOW - len(last), 0))

    np.testing.assert_allclose(log_mel(audio), original().compute_whisper_log_mel_features(padded), atol=1e-5)


def test_a_low_tone_lights_a_low_band() -> None:
    low, high = (log_mel((0.3 * np.sin(2 * np.pi * hertz * TIMES)).astype(np.float32)) for hertz in (200, 4000))

    assert low.shape == (80, 800) and low.dtype == np.float32
    assert int(low[:, -20].argmax()) == 4  # 200 Hz is 3 mels; band n has its centre at 0.5586 (n + 1)
    assert int(high[:, -20].argmax()) == 62  # 4 kHz is 35.2


def test_silence_is_put_in_front() -> None:
    picture = log_mel(GLIDE)

    assert picture[:, : 500 - 2].max() < picture[:, 502:].max() - 0.5


def test_louder_is_not_surer() -> None:
    np.testing.assert_allclose(log_mel(GLIDE), log_mel(2 * GLIDE), atol=1e-3)


def test_a_probability_each_time_the_same() -> None:
    model = SmartTurnEnd.load()
    first = model.done(GLIDE, "", "words")

    assert 0.0 <= first <= 1.0
    assert first == SmartTurnEnd.load().done(GLIDE, "anything", "number")
    assert model.done(GLIDE[:0], "", "words") == 0.5


def test_samples_that_are_no_numbers_do_not_matter() -> None:
    broken = GLIDE.copy()
    broken[100] = np.nan
    mended = GLIDE.copy()
    mended[100] = 0.0

    np.testing.assert_array_equal(log_mel(broken), log_mel(mended))
