"""Reading whatever people record into mono float32 at 16 kHz."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.errors import UserError
from simulator.ports import SAMPLE_RATE
from voice.wav import is_silent, read_recording, write_wav

Frames = NDArray[np.float32]


def tone(rate_hz: int = SAMPLE_RATE, seconds: float = 0.5, hz: float = 440.0, peak: float = 0.5) -> Frames:
    return (peak * np.sin(2 * np.pi * hz * np.arange(int(rate_hz * seconds)) / rate_hz)).astype(np.float32)


def loudest_hz(samples: Frames) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * SAMPLE_RATE / len(samples)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"])
def test_every_common_sample_type(tmp_path: Path, subtype: str) -> None:
    soundfile.write(tmp_path / "a.wav", tone(), SAMPLE_RATE, subtype=subtype)

    heard = read_recording(tmp_path / "a.wav")

    assert heard.samples.dtype == np.float32
    assert np.abs(heard.samples - tone()).max() < 0.03
    assert heard.warnings == ()


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("name", ["a.wav", "a.flac"])
def test_every_common_rate_keeps_pitch_length_and_level(tmp_path: Path, rate_hz: int, name: str) -> None:
    soundfile.write(tmp_path / name, tone(rate_hz), rate_hz)

    heard = read_recording(tmp_path / name)

    assert heard.rate_hz == rate_hz
    assert abs(len(heard.samples) - SAMPLE_RATE // 2) <= 1
    assert abs(loudest_hz(heard.samples) - 440) <= 2
    assert abs(float(np.sqrt(np.mean(heard.samples**2))) - 0.5 / np.sqrt(2)) < 0.01


def test_resampling_lets_no_high_tone_fold_down(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(48_000, hz=15_000.0), 48_000)

    heard = read_recording(tmp_path / "a.wav").samples

    assert float(np.sqrt(np.mean(heard[800:-800] ** 2))) < 1e-3


def stereo(left: Frames, right: Frames, path: Path) -> Path:
    soundfile.write(path, np.stack([left, right], axis=1), SAMPLE_RATE)
    return path


def test_two_voices_are_not_mixed_unasked(tmp_path: Path) -> None:
    path = stereo(tone(hz=440), tone(hz=1000), tmp_path / "a.wav")

    with pytest.raises(UserError, match="--channel"):
        read_recording(path)


@pytest.mark.parametrize(("channel", "hz"), [("left", 440.0), ("right", 1000.0)])
def test_a_named_channel_is_taken(tmp_path: Path, channel: str, hz: float) -> None:
    path = stereo(tone(hz=440), tone(hz=1000), tmp_path / "a.wav")

    heard = read_recording(path, "left" if channel == "left" else "right")

    assert abs(loudest_hz(heard.samples) - hz) <= 2


def test_mix_holds_both(tmp_path: Path) -> None:
    path = stereo(tone(hz=440), tone(hz=1000), tmp_path / "a.wav")

    expected = (tone(hz=440) + tone(hz=1000)) / 2

    assert np.abs(read_recording(path, "mix").samples - expected).max() < 1e-3


def test_mono_saved_as_stereo_needs_no_channel(tmp_path: Path) -> None:
    path = stereo(tone(), tone() * 0.99, tmp_path / "a.wav")

    assert np.abs(read_recording(path).samples - tone()).max() < 0.01


def test_one_dead_side_is_left_out_and_said(tmp_path: Path) -> None:
    path = stereo(np.zeros_like(tone()), tone(), tmp_path / "a.wav")

    heard = read_recording(path)

    assert np.abs(heard.samples - tone()).max() < 1e-3
    assert heard.warnings == ("only the right channel holds sound; it was taken",)


def test_two_dead_sides_are_silence(tmp_path: Path) -> None:
    path = stereo(np.zeros_like(tone()), np.zeros_like(tone()), tmp_path / "a.wav")

    assert is_silent(read_recording(path).samples)


def test_more_channels_than_two_must_be_chosen(tmp_path: Path) -> None:
    frames = np.stack([tone(hz=hz) for hz in (300, 500, 700, 900)], axis=1)
    soundfile.write(tmp_path / "a.wav", frames, SAMPLE_RATE)

    with pytest.raises(UserError, match="4 different channels"):
        read_recording(tmp_path / "a.wav")
    assert abs(loudest_hz(read_recording(tmp_path / "a.wav", "right").samples) - 500) <= 2


@pytest.mark.parametrize("kept", [46, 47, 1_000, 9_001])
def test_a_cut_file_is_read_as_far_as_it_goes(tmp_path: Path, kept: int) -> None:
    write_wav(tmp_path / "a.wav", tone())
    whole = (tmp_path / "a.wav").read_bytes()
    (tmp_path / "a.wav").write_bytes(whole[:kept])

    heard = read_recording(tmp_path / "a.wav")

    assert len(heard.samples) == (kept - 44) // 2
    assert "cut off" in heard.warnings[0]
    assert np.abs(heard.samples - tone()[: len(heard.samples)]).max() < 1e-3


@pytest.mark.parametrize("size", [b"\x00\x00\x00\x00", b"\xff\xff\xff\xff"])
def test_a_header_that_was_never_finished(tmp_path: Path, size: bytes) -> None:
    write_wav(tmp_path / "a.wav", tone())
    whole = (tmp_path / "a.wav").read_bytes()
    (tmp_path / "a.wav").write_bytes(whole[:40] + size + whole[44:])

    assert len(read_recording(tmp_path / "a.wav").samples) == len(tone())


def test_a_damaged_flac_is_read_up_to_the_damage(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 20 * SAMPLE_RATE).astype(np.float32)
    soundfile.write(tmp_path / "a.flac", noise, SAMPLE_RATE)
    whole = (tmp_path / "a.flac").read_bytes()
    (tmp_path / "a.flac").write_bytes(whole[: len(whole) // 2])

    heard = read_recording(tmp_path / "a.flac")

    assert 4 * SAMPLE_RATE < len(heard.samples) < 12 * SAMPLE_RATE
    assert "damage" in heard.warnings[0]


def test_what_is_no_number_becomes_silence(tmp_path: Path) -> None:
    frames = tone()
    frames[100:110] = np.nan
    frames[200] = np.inf
    soundfile.write(tmp_path / "a.wav", frames, SAMPLE_RATE, subtype="FLOAT")

    heard = read_recording(tmp_path / "a.wav")

    assert np.isfinite(heard.samples).all()
    assert not heard.samples[100:110].any()
    assert heard.warnings == ("11 samples are not numbers and were set to silence",)


def test_floats_over_full_scale_are_lowered(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(peak=20_000.0), SAMPLE_RATE, subtype="FLOAT")

    heard = read_recording(tmp_path / "a.wav")

    assert 0.99 < float(np.abs(heard.samples).max()) <= 1.0
    assert "full scale" in heard.warnings[0]


def test_what_cannot_be_read_is_one_line_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("not a recording\n" * 50, encoding="utf-8")
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "riff.wav").write_bytes(b"RIFF\x10\x00\x00\x00WAVEjunk")
    (tmp_path / "header.flac").write_bytes(b"fLaC")
    write_wav(tmp_path / "nothing.wav", np.zeros(0, dtype=np.float32))
    soundfile.write(tmp_path / "slow.wav", tone(4_000), 4_000)
    for name in ("text.wav", "empty.wav", "riff.wav", "header.flac", "nothing.wav", "slow.wav", "missing.wav", "."):
        with pytest.raises(UserError) as caught:
            read_recording(tmp_path / name)

        assert str(tmp_path / name) in str(caught.value)
        assert "\n" not in str(caught.value)


@settings(max_examples=60, deadline=None)
@given(garbage=st.binary(min_size=1, max_size=300), kept=st.integers(0, 60))
def test_garbage_never_escapes_as_anything_but_a_user_error(
    tmp_path_factory: pytest.TempPathFactory, garbage: bytes, kept: int
) -> None:
    path = tmp_path_factory.mktemp("garbage") / "a.wav"
    write_wav(path, tone(seconds=0.01))
    path.write_bytes(path.read_bytes()[:kept] + garbage)
    try:
        heard = read_recording(path)
    except UserError:
        return
    assert len(heard.samples)
    assert np.isfinite(heard.samples).all()
    assert float(np.abs(heard.samples).max()) <= 1.0


@given(values=st.lists(st.integers(-32768, 32767), min_size=1, max_size=200))
@settings(deadline=None)
def test_written_samples_come_back_exactly(tmp_path_factory: pytest.TempPathFactory, values: list[int]) -> None:
    path = tmp_path_factory.mktemp("round") / "a.wav"
    samples = np.array(values, dtype=np.float32) / np.float32(32768)
    write_wav(path, samples)

    assert np.array_equal(read_recording(path).samples, samples)


def test_writing_clips_and_survives_what_is_no_number(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", np.array([2.0, -2.0, np.nan, 0.5], dtype=np.float32))

    assert read_recording(tmp_path / "a.wav").samples.tolist() == [32767 / 32768, -1.0, 0.0, 0.5]


@pytest.mark.parametrize(("peak", "silent"), [(0.0, True), (0.0005, True), (0.002, False), (0.5, False)])
def test_silence_is_judged_by_its_peak(peak: float, silent: bool) -> None:
    assert is_silent(tone(peak=peak)) is silent
