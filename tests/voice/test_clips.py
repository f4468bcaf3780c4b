"""Clips are exact, small, and playable by whoever plays FLAC."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from simulator.errors import RecordingError
from voice.clips import KEPT_BITS, cut, read_track, to_flac
from voice.wav import write_wav


def tone(level: float, seconds: float = 1.0) -> np.ndarray:
    times = np.arange(int(16_000 * seconds)) / 16_000
    shape = np.sin(2 * np.pi * 220 * times) * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * times))
    noise = np.random.default_rng(1).normal(0, 0.003, len(times))
    return (32767 * level * np.clip(shape + noise, -1, 1)).astype(np.int16)


def decoded(data: bytes) -> np.ndarray:
    samples, rate = soundfile.read(io.BytesIO(data), dtype="int16")
    assert rate == 16_000 and samples.ndim == 1
    return samples


@pytest.mark.parametrize("level", [0.9, 0.1, 0.01])
def test_rounding_stays_sixty_db_under_the_loudest_sample(level: float) -> None:
    samples = tone(level)
    error = decoded(to_flac(samples)).astype(float) - samples

    assert len(error) == len(samples)
    assert np.abs(error).max() <= max(0.5, np.abs(samples.astype(float)).max() / 2**KEPT_BITS)
    if level > 0.05:
        below = 20 * np.log10(np.sqrt((error**2).mean()) / np.abs(samples.astype(float)).max())
        assert below < -60


def test_quiet_sound_is_kept_as_it_is() -> None:
    quiet = tone(0.01)

    assert np.array_equal(decoded(to_flac(quiet)), quiet)


def test_the_same_sound_gives_the_same_bytes() -> None:
    assert to_flac(tone(0.5)) == to_flac(tone(0.5))


def test_rounding_saves_room() -> None:
    exact = io.BytesIO()
    soundfile.write(exact, tone(0.5), 16_000, format="FLAC", subtype="PCM_16")

    assert len(to_flac(tone(0.5))) < 0.7 * len(exact.getvalue())


def test_full_scale_does_not_wrap() -> None:
    edges = np.array([32767, -32768] * 800, dtype=np.int16)

    assert np.abs(decoded(to_flac(edges)).astype(int) - edges).max() <= 64


def test_cutting_counts_in_call_time_and_mixes() -> None:
    one, other = np.full(16_000, 100, dtype=np.int16), np.full(8_000, 32_760, dtype=np.int16)

    assert len(cut([one], 250, 750)) == 8_000
    assert len(cut([one], 900, 5_000)) == 1_600
    assert len(cut([one], 2_000, 3_000)) == len(cut([], 0, 1_000)) == 0
    mixed = cut([one, other], 400, 600)
    assert mixed[0] == 32_767 and mixed[-1] == 100


def test_a_file_that_is_no_track_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot read"):
        read_track(tmp_path / "missing.wav")
    write_wav(tmp_path / "fine.wav", np.zeros(160, dtype=np.float32))
    assert len(read_track(tmp_path / "fine.wav")) == 160
    soundfile.write(tmp_path / "other.wav", np.zeros((80, 2), dtype=np.int16), 8_000)
    with pytest.raises(RecordingError, match="is not a track of a call: 8000 Hz"):
        read_track(tmp_path / "other.wav")
