"""Another voice from the same words: pitch, range, resonances and pace moved with the WORLD vocoder.

WORLD takes speech apart into pitch, spectral envelope and noisiness and puts it together again. Its own pitch trackers
double the pitch of low voices, so the pitch comes from SwiftF0 (``speech_models.md`` section 4). Cost: about 0.1 s of one
core for a second of speech. Only engines that cannot move their own pitch need it.
"""

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator.errors import ModelError
from simulator.ports import SAMPLE_RATE
from voice.measures import HIGHEST_HZ, LOWEST_HZ, VOICED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.ports import Samples

_FRAME_MS: Final = 5.0


class WorldVocoder:
    """See :class:`voice.prosody.Vocoder`."""

    def __init__(self, world: Any, detector: Any) -> None:
        self._world = world
        self._detector = detector

    @classmethod
    def load(cls) -> "WorldVocoder":
        """Raises :class:`ModelError` when WORLD or the pitch tracker is not installed."""
        try:
            import pyworld
            import swift_f0
        except ImportError as error:
            raise ModelError(
                "the vocoder is missing: run `pip install pyworld-prebuilt==0.3.6.post1 swift-f0==0.3.0`"
            ) from error
        return cls(pyworld, swift_f0.SwiftF0())

    def change(
        self, samples: "Samples", *, pitch_st: float, range_factor: float, formants: float, rate: float
    ) -> "Samples":
        """Shift by ``pitch_st`` semitones, scale the range about the median, the resonances by ``formants`` and the pace
        by ``rate``. Speech shorter than 0.1 s is given back as it is."""
        if len(samples) < SAMPLE_RATE // 10:
            return samples
        signal = np.ascontiguousarray(samples, np.float64)
        times = np.arange(0, len(signal) / SAMPLE_RATE, _FRAME_MS / 1000)
        pitch = self._pitch(samples, times)
        envelope = self._world.cheaptrick(signal, pitch, times, SAMPLE_RATE)
        noise = self._world.d4c(signal, pitch, times, SAMPLE_RATE)
        if formants != 1.0:
            envelope, noise = _warped(envelope, formants), _warped(noise, formants)
        moved = _moved(pitch, pitch_st, range_factor)
        moved, envelope, noise = (_paced(rows, rate) for rows in (moved, envelope, noise))
        out = self._world.synthesize(moved, envelope, noise, SAMPLE_RATE, _FRAME_MS)
        return np.asarray(out[: round(len(samples) / rate)], np.float32)

    def _pitch(self, samples: "Samples", times: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Hz at ``times``, 0 where there is no pitch."""
        found = self._detector.detect(samples, SAMPLE_RATE, fmin=LOWEST_HZ, fmax=HIGHEST_HZ)
        voiced = found.confidence >= VOICED
        if not voiced.any():
            return np.zeros(len(times))
        hertz = np.interp(times, found.timestamps[voiced], found.pitch_hz[voiced])
        nearest = np.clip(np.searchsorted(found.timestamps, times), 0, len(voiced) - 1)
        return np.ascontiguousarray(np.where(voiced[nearest], hertz, 0.0))


def _moved(pitch: "NDArray[np.float64]", pitch_st: float, range_factor: float) -> "NDArray[np.float64]":
    voiced = pitch > 0
    if not voiced.any():
        return pitch
    centre = float(np.median(pitch[voiced]))
    out = np.zeros_like(pitch)
    out[voiced] = centre * (pitch[voiced] / centre) ** range_factor * 2 ** (pitch_st / 12)
    return np.clip(out, 0, 700)


def _warped(rows: "NDArray[np.float64]", factor: float) -> "NDArray[np.float64]":
    """Move everything in each spectrum ``factor`` times up."""
    bins = np.arange(rows.shape[1])
    places = np.minimum(bins / factor, rows.shape[1] - 1)
    low = places.astype(int)
    part = places - low
    high = np.minimum(low + 1, rows.shape[1] - 1)
    return np.ascontiguousarray(rows[:, low] * (1 - part) + rows[:, high] * part)


def _paced(rows: "NDArray[np.float64]", rate: float) -> "NDArray[np.float64]":
    """Frames for speech ``rate`` times as fast; each new frame takes the nearest old one."""
    count = max(2, round(len(rows) / rate))
    return np.ascontiguousarray(rows[np.minimum(np.round(np.arange(count) * rate).astype(int), len(rows) - 1)])
