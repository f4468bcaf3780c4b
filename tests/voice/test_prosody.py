"""Changes to speech on its samples."""

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.ports import SAMPLE_RATE, Word
from voice.delivery import Acoustics
from voice.engine import Utterance
from voice.prosody import pauses, press, resample, scale_pauses, shape, stretch, tilt, tremble, trim
from voice.spoken_text import spoken_words
from voice.vocoder import WorldVocoder
from voice.word_times import estimated

Samples = NDArray[np.float32]


def lufs(samples: Samples) -> float:
    return float(pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(samples.astype(np.float64)))


def voice(hertz: float, seconds: float, level: float = 0.3) -> Samples:
    """A buzz with the harmonics of a voice."""
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    harmonics = range(1, int(3400 / hertz) + 1)
    wave = sum(np.sin(2 * np.pi * hertz * k * t) / k for k in harmonics)
    return np.asarray(level * wave / 2, np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def spoken_twice() -> tuple[Samples, tuple[Word, ...]]:
    """Two words with 0.4 s between them."""
    samples = np.concatenate([voice(150, 0.5), silence(0.4), voice(150, 0.6)])
    return samples, (Word(text="one", start_ms=0, end_ms=500), Word(text="two", start_ms=900, end_ms=1500))


def loudest_hz(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * SAMPLE_RATE / len(samples)


@pytest.mark.parametrize("rate", [24_000, 22_050, 8_000, 24_960])
def test_resampling_keeps_pitch_level_and_time(rate: int) -> None:
    t = np.arange(rate) / rate
    out = resample((0.5 * np.sin(2 * np.pi * 440 * t)).astype(np.float32), rate)
    assert abs(len(out) - SAMPLE_RATE) <= 1
    assert loudest_hz(out) == pytest.approx(440, abs=1.5)
    assert float(np.abs(out[2000:-2000]).max()) == pytest.approx(0.5, abs=0.01)


def test_trimming_leaves_speech_and_moves_words() -> None:
    samples = np.concatenate([silence(0.3), voice(150, 0.5), silence(0.7)])
    out, words = trim(samples, [Word(text="one", start_ms=310, end_ms=800)])
    assert 500 <= len(out) * 1000 // SAMPLE_RATE <= 530
    assert 0 <= words[0].start_ms <= 25 and 490 <= words[0].end_ms <= 520


def test_trimming_silence_leaves_nothing() -> None:
    out, words = trim(silence(0.5), [Word(text="one", start_ms=100, end_ms=200)])
    assert len(out) == 0 and words[0].end_ms == 0


@pytest.mark.parametrize("factor", [0.5, 0.75, 1.4, 2.0])
def test_pauses_and_the_words_after_them_move(factor: float) -> None:
    samples, words = spoken_twice()
    out, moved = scale_pauses(samples, words, factor)
    change_ms = 400 * (factor - 1)
    assert (len(out) - len(samples)) * 1000 / SAMPLE_RATE == pytest.approx(change_ms, abs=12)
    assert moved[0] == words[0]
    assert moved[1].start_ms - words[1].start_ms == pytest.approx(change_ms, abs=12)
    assert np.array_equal(out[-8000:], samples[-8000:])


def test_a_pause_never_vanishes() -> None:
    samples, words = spoken_twice()
    (start, end), *_ = pauses(scale_pauses(samples, words, 0.01)[0]) or [(0, 0)]
    out, moved = scale_pauses(samples, words, 0.01)
    assert 35 <= moved[1].start_ms - moved[0].end_ms <= 70
    assert len(out) < len(samples) and end - start < SAMPLE_RATE // 10


@settings(max_examples=30, deadline=None)
@given(factor=st.floats(0.3, 3.0), rate=st.floats(0.7, 1.5))
def test_words_stay_in_order_and_within_the_sound(factor: float, rate: float) -> None:
    samples, words = spoken_twice()
    out, moved = shape(Utterance(samples, words, Acoustics(rate=rate, pause_factor=factor)))
    times = [time for word in moved for time in (word.start_ms, word.end_ms)]
    assert times == sorted(times)
    assert times[0] >= 0 and times[-1] <= len(out) * 1000 / SAMPLE_RATE + 1


@pytest.mark.parametrize("rate", [0.8, 1.1, 1.3])
def test_stretching_changes_time_and_not_pitch(rate: float) -> None:
    samples = voice(200, 1.0)
    out = stretch(samples, rate)
    assert len(out) == round(len(samples) / rate)
    assert loudest_hz(out[1600:-1600]) == pytest.approx(200, rel=0.02)
    rms_before, rms_after = (float(np.sqrt(np.mean(x[800:-800] ** 2))) for x in (samples, out))
    assert rms_after == pytest.approx(rms_before, rel=0.1)


def test_tilt_brightens_and_keeps_the_loudness() -> None:
    samples = voice(150, 1.0)
    out = tilt(samples, 3.0)

    def high_db(x: Samples) -> float:
        power = np.abs(np.fft.rfft(x)) ** 2
        hertz = np.fft.rfftfreq(len(x), 1 / SAMPLE_RATE)
        return 10 * float(np.log10(power[hertz > 1500].sum() / power[hertz < 500].sum()))

    assert high_db(out) - high_db(samples) > 5
    assert high_db(tilt(samples, -1.0)) < high_db(samples)
    assert lufs(out) == pytest.approx(lufs(samples), abs=0.1)


def test_pressing_lowers_the_crest_and_keeps_the_loudness() -> None:
    samples = voice(120, 1.0)
    out = press(samples, 0.45)
    assert float(np.abs(out).max()) < float(np.abs(samples).max()) * 0.95
    assert lufs(out) == pytest.approx(lufs(samples), abs=0.1)


def test_a_trembling_voice_wavers_in_pitch_and_level() -> None:
    samples = voice(200, 2.0)
    out = tremble(samples, 1.0)
    crossings = np.flatnonzero((out[:-1] < 0) & (out[1:] >= 0)).astype(float)
    periods = np.diff(crossings)
    local = [float(np.median(part)) for part in np.array_split(periods, 40)]
    assert len(out) == len(samples)
    assert 12 * np.log2(max(local) / min(local)) > 0.3
    levels = [float(np.sqrt(np.mean(part**2))) for part in np.array_split(out, 40)]
    assert 20 * np.log10(max(levels) / min(levels)) > 1.0


def test_nothing_to_do_changes_nothing() -> None:
    samples, words = spoken_twice()
    out, same = shape(Utterance(samples, words, Acoustics(gain_db=5.0)))
    assert np.array_equal(out, samples) and same == words


def test_the_vocoder_moves_pitch_and_time() -> None:
    vocoder = WorldVocoder.load()
    samples = voice(110, 1.0)
    out = vocoder.change(samples, pitch_st=12.0, range_factor=1.0, formants=1.1, rate=1.25)
    assert len(out) == round(len(samples) / 1.25)
    spectrum = np.abs(np.fft.rfft(out[1600:-1600]))
    hertz = np.fft.rfftfreq(len(out) - 3200, 1 / SAMPLE_RATE)
    first = float(hertz[hertz < 300][np.argmax(spectrum[hertz < 300])])
    assert first == pytest.approx(220, rel=0.03)


def test_the_vocoder_survives_what_is_no_voice() -> None:
    vocoder = WorldVocoder.load()
    for samples in (silence(0.5), np.random.default_rng(1).standard_normal(8000).astype(np.float32) * np.float32(0.1)):
        out = vocoder.change(samples, pitch_st=3.0, range_factor=1.2, formants=1.0, rate=1.0)
        assert len(out) == len(samples) and np.isfinite(out).all()


def test_estimated_words_leave_the_pause_free() -> None:
    samples, _ = spoken_twice()
    for text in ("hello there", "hello, in there", "so, everybody"):
        words = estimated(samples, spoken_words(text))
        assert 480 <= words[0].end_ms <= 520 and 880 <= words[1].start_ms <= 920
        assert words[-1].end_ms == len(samples) * 1000 // SAMPLE_RATE


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["a", "money", "W-H-I", "4471", "back,"]), min_size=1, max_size=12))
def test_estimated_words_are_in_order(parts: list[str]) -> None:
    samples, _ = spoken_twice()
    words = estimated(samples, spoken_words(" ".join(parts)))
    assert [word.text for word in words] == parts
    times = [time for word in words for time in (word.start_ms, word.end_ms)]
    assert times == sorted(times) and times[0] == 0
