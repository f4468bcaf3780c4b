"""Short stretches of a recording as FLAC, small enough to stand in a page.

FLAC because every browser plays it, because it is fast (ten minutes of speech in under half a second, where Opus takes
eighteen and MP3 three; decision 016) and because it is exact: the same sound gives the same bytes. What it would spend
on the noise of a quiet room is saved by rounding: speech keeps ``KEPT_BITS`` bits of each clip's own range.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.errors import RecordingError
from simulator.ports import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

MEDIA_TYPE: Final = "audio/flac"
KEPT_BITS: Final = 10
"""Of a clip's loudest sample, sign apart: rounding noise about 60 dB below it, under that of a headset microphone."""
_FIXED_PREDICTORS: Final = 0.0
"""libFLAC's fastest level predicts with whole numbers only, so that no processor rounds otherwise; it costs 2 %."""


def read_track(path: Path) -> "NDArray[np.int16]":
    """A track of a call folder, mono at ``SAMPLE_RATE``. Raises RecordingError when it cannot be read."""
    import soundfile

    try:
        samples, rate = soundfile.read(path, dtype="int16")
    except (OSError, RuntimeError) as error:
        raise RecordingError(f"cannot read {path}: {error}") from None
    if rate != SAMPLE_RATE or samples.ndim != 1:
        raise RecordingError(f"{path} is not a track of a call: {rate} Hz, {samples.ndim} dimensions")
    found: NDArray[np.int16] = samples
    return found


def cut(tracks: Sequence["NDArray[np.int16]"], start_ms: int, end_ms: int) -> "NDArray[np.int16]":
    """The stretch between two call times, the tracks added up; empty where the recording has nothing."""
    first, last = (t_ms * SAMPLE_RATE // 1000 for t_ms in (start_ms, end_ms))
    parts = [track[first:last].astype(np.int32) for track in tracks]
    mixed = np.zeros(max((len(part) for part in parts), default=0), dtype=np.int32)
    for part in parts:
        mixed[: len(part)] += part
    limited: NDArray[np.int16] = np.clip(mixed, -32768, 32767).astype(np.int16)
    return limited


def to_flac(samples: "NDArray[np.int16]") -> bytes:
    """The samples as a FLAC file of 16 kHz, each clip rounded to ``KEPT_BITS`` of its own range."""
    import soundfile

    peak = int(np.abs(samples.astype(np.int32)).max()) if len(samples) else 0
    spare = max(0, peak.bit_length() - KEPT_BITS)
    half = (1 << spare) >> 1
    rounded = np.clip((samples.astype(np.int32) + half) >> spare, -(32768 >> spare), 32767 >> spare) << spare
    file = io.BytesIO()
    with soundfile.SoundFile(
        file, "w", samplerate=SAMPLE_RATE, channels=1, format="FLAC", subtype="PCM_16",
        compression_level=_FIXED_PREDICTORS,
    ) as out:  # fmt: skip
        out.write(rounded.astype(np.int16))
    return file.getvalue()
