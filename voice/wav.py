"""Recordings as files: reading whatever people have into the one form hotseat works with, and writing that form.

The one form is mono float32 at ``SAMPLE_RATE``, -1..1. WAV of every common sample type, FLAC and whatever else
libsndfile opens are read. What can be mended is mended and said in ``Recording.warnings``; what cannot is a
:class:`UserError`.
"""

import wave
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from simulator.errors import UserError
from simulator.ports import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.ports import Samples

Channel = Literal["left", "right", "mix"]

SILENT_PEAK_DB: Final = -60.0
"""A recording whose loudest sample is below this holds no speech: quiet talk into a headset peaks above -40 dB."""
SAME_CHANNELS_DB: Final = -30.0
"""Two channels whose difference is this far below their sum carry the same thing, a mono recording saved as stereo."""
MIN_RATE_HZ: Final = 8_000
"""Below telephone rate the recogniser is of no use."""
BLOCK_FRAMES: Final = 65_536
"""Read in blocks, so that a damaged end does not cost the sound before it."""
HEADER_BYTES: Final = 65_536
"""How far into a WAV file its data chunk is looked for; headers with a cover picture are about this long."""
SIZE_UNKNOWN: Final = (0, 0xFFFF_FFFF)
"""What writers that stream put into the data chunk before they know its size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A recording, ready for the models."""

    samples: "Samples"
    """Mono, at ``SAMPLE_RATE``, -1..1, at least one sample, never NaN."""
    rate_hz: int
    """Sample rate of the file; a file of 8000 Hz has nothing above 4 kHz, which matters to measures of timbre."""
    warnings: tuple[str, ...] = ()
    """What was mended, one line each, without the file's name."""


def read_recording(path: str | Path, channel: Channel | None = None) -> Recording:
    """Read ``path``. ``channel`` picks one side of a stereo file; without it both sides must carry the same.

    Raises :class:`UserError` when there is nothing to read, or when two voices would be mixed unasked.
    """
    path = Path(path)
    _refuse_non_files(path)
    frames, rate_hz, warnings = _read_frames(path)
    if rate_hz < MIN_RATE_HZ:
        raise UserError(f"{path} is sampled at {rate_hz} Hz; record it again with at least {MIN_RATE_HZ} Hz")
    if not len(frames):
        raise UserError(f"{path} holds no sound; record it again")
    broken = ~np.isfinite(frames)
    if broken.any():
        frames = np.where(broken, np.float32(0), frames)
        warnings.append(f"{int(broken.any(axis=1).sum())} samples are not numbers and were set to silence")
    mono = _choose_channel(path, frames, channel, warnings)
    peak = float(np.abs(mono).max())
    if peak > 1.0:
        mono = mono / np.float32(peak)
        warnings.append(f"samples reach {peak:.3g} times full scale and were lowered to fit")
    return Recording(samples=_resampled(mono, rate_hz), rate_hz=rate_hz, warnings=tuple(warnings))


def is_silent(samples: "Samples") -> bool:
    """Whether nothing in ``samples`` can be speech."""
    return not len(samples) or float(np.abs(samples).max()) < 10 ** (SILENT_PEAK_DB / 20)


def write_wav(path: str | Path, samples: "Samples") -> None:
    """Write mono samples at ``SAMPLE_RATE`` as 16-bit PCM. What is beyond -1..1 is clipped, NaN becomes silence."""
    scaled = np.nan_to_num(np.asarray(samples, dtype=np.float32), nan=0.0) * 32768.0
    pcm = np.clip(np.rint(scaled), -32768, 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(pcm.tobytes())


def _refuse_non_files(path: Path) -> None:
    if path.is_dir():
        raise UserError(f"{path} is a folder; name a recording in it")
    if not path.exists():
        raise UserError(f"{path} does not exist; check the name of the recording")
    try:
        with path.open("rb") as file:
            if not file.read(1):
                raise UserError(f"{path} is an empty file; record it again")
    except OSError as error:
        raise UserError(f"{path} cannot be opened: {error.strerror}") from error


def _read_frames(path: Path) -> tuple["NDArray[np.float32]", int, list[str]]:
    """(frames x channels, rate, warnings), as far as the file can be read."""
    import soundfile

    warnings: list[str] = []
    declared, present = _wav_data_size(path)
    if present and declared not in SIZE_UNKNOWN and present < declared:
        warnings.append(f"the file is cut off: it holds {present} of {declared} bytes of sound")
    if present and declared == 0:
        return _read_headerless(path, present, warnings)
    blocks: list[NDArray[np.float32]] = []
    try:
        with soundfile.SoundFile(str(path)) as file:
            rate_hz, channels = int(file.samplerate), int(file.channels)
            while len(block := file.read(BLOCK_FRAMES, dtype="float32", always_2d=True)):
                blocks.append(block)
    except soundfile.LibsndfileError as error:
        if not blocks:
            raise UserError(f"{path} is not a recording that can be read; save it as WAV or FLAC") from error
        warnings.append("the file is damaged: it was read up to the damage")
    frames = np.concatenate(blocks) if blocks else np.zeros((0, channels), dtype=np.float32)
    return frames, rate_hz, warnings


def _read_headerless(path: Path, present: int, warnings: list[str]) -> tuple["NDArray[np.float32]", int, list[str]]:
    """A WAV whose writer was stopped before it noted the size: the same bytes with the size filled in."""
    import io

    import soundfile

    data = bytearray(path.read_bytes())
    size_at = data.index(b"data", 12) + 4
    data[size_at : size_at + 4] = present.to_bytes(4, "little")
    try:
        frames, rate_hz = soundfile.read(io.BytesIO(bytes(data)), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise UserError(f"{path} is not a recording that can be read; save it as WAV or FLAC") from error
    warnings.append("the file's header says that it is empty: all that follows it was read")
    return frames, int(rate_hz), warnings


def _wav_data_size(path: Path) -> tuple[int, int]:
    """(size the data chunk claims, bytes that follow its header); (0, 0) for what is no plain WAV."""
    with path.open("rb") as file:
        head = file.read(HEADER_BYTES)
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return 0, 0
    at = 12
    while at + 8 <= len(head):
        size = int.from_bytes(head[at + 4 : at + 8], "little")
        if head[at : at + 4] == b"data":
            return size, path.stat().st_size - at - 8
        at += 8 + size + size % 2
    return 0, 0


def _choose_channel(
    path: Path, frames: "NDArray[np.float32]", channel: Channel | None, warnings: list[str]
) -> "NDArray[np.float32]":
    count = frames.shape[1]
    if count == 1:
        return frames[:, 0]
    mean: NDArray[np.float32] = frames.mean(axis=1, dtype=np.float32)
    if channel == "mix":
        return mean
    if channel is not None:
        return frames[:, 0 if channel == "left" else 1]
    sounding = [index for index in range(count) if not is_silent(frames[:, index])]
    if len(sounding) == 1 and count == 2:
        warnings.append(f"only the {('left', 'right')[sounding[0]]} channel holds sound; it was taken")
        return frames[:, sounding[0]]
    energy_apart = float(np.square(frames - mean[:, None], dtype=np.float64).mean())
    energy = float(np.square(mean, dtype=np.float64).mean())
    if energy_apart <= energy * 10 ** (SAME_CHANNELS_DB / 10):
        return mean
    raise UserError(f"{path} has {count} different channels; say which is the trainee: --channel left, right or mix")


def _resampled(mono: "NDArray[np.float32]", rate_hz: int) -> "Samples":
    if rate_hz == SAMPLE_RATE:
        return np.ascontiguousarray(mono, dtype=np.float32)
    import soxr  # type: ignore[import-untyped]

    resampled = soxr.resample(mono, rate_hz, SAMPLE_RATE, quality="HQ")
    return np.ascontiguousarray(np.clip(resampled, -1.0, 1.0), dtype=np.float32)
