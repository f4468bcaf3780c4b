"""Measures speech: pitch, range, waver, level, spectral tilt, pauses, true peak.

Nothing here comes from ``voice`` but where pauses are and the alpha ratio, so that the voice is not measured with its own filters.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.ports import SAMPLE_RATE
from voice.measures import tilt_db as alpha_ratio_db
from voice.prosody import pauses

Samples = NDArray[np.float32]

_VOWELS = re.compile(r"[aeiouy]+")
_CONFIDENT = 0.7
"""SwiftF0's confidence from which a frame counts as voiced."""
_PEAK_POINTS = 16
_WAVER_HZ = (3.5, 8.0)
"""Where tremor of the voice lies (4 to 8 Hz in Titze 1994, Principles of Voice Production); intonation is slower."""
_LONG_VOICED = 20
"""Frames of 16 ms, 0.32 s: the shortest stretch of voice in which a waver can be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acoustic:
    """How one manner at one anger sounds, over all lines."""

    pitch_hz: float
    """Median over voiced frames."""
    range_st: float
    """5th to 95th percentile of the pitch, in semitones."""
    waver_cents: float
    """Root mean square of the pitch between 3.5 and 8 Hz."""
    level_lufs: float
    """Integrated loudness of all lines, one after the other (ITU-R BS.1770-4)."""
    tilt_db: float
    """Slope of the long-term average spectrum over the third octaves from 400 Hz to 2.5 kHz, in dB per octave."""
    alpha_db: float
    """The alpha ratio: energy of 1 to 5 kHz over that of 50 Hz to 1 kHz, in dB."""
    rate: float
    """Syllables a second, with the pauses."""
    articulation: float
    """Syllables a second, without the pauses."""
    pauses_s: float
    """Seconds of pause in a line."""
    peak_dbtp: float
    """Highest true peak of any line (ITU-R BS.1770-4, annex 2), see :func:`true_peak`."""


class Ruler:
    """Measures speech."""

    def __init__(self) -> None:
        import pyloudnorm
        import swift_f0

        self._meter = pyloudnorm.Meter(SAMPLE_RATE)
        self._pitch = swift_f0.SwiftF0()

    def measure(self, spoken: Sequence[Samples], texts: Sequence[str]) -> Acoustic:
        """``spoken`` holds one sound for each text."""
        whole = np.concatenate(spoken)
        seconds = len(whole) / SAMPLE_RATE
        silent = sum(self.pauses_s(samples) for samples in spoken)
        count = sum(map(syllables, texts))
        tracks = [self._track(samples) for samples in spoken]
        median, span = _centre_and_range(np.concatenate([track[track > 0] for track in tracks]))
        return Acoustic(
            pitch_hz=median,
            range_st=span,
            waver_cents=_waver(tracks),
            level_lufs=self.lufs(whole),
            tilt_db=tilt(whole),
            alpha_db=alpha_ratio_db(whole),
            rate=count / seconds,
            articulation=count / (seconds - silent),
            pauses_s=silent / len(spoken),
            peak_dbtp=max(map(true_peak, spoken)),
        )

    def lufs(self, samples: Samples) -> float:
        return float(self._meter.integrated_loudness(samples.astype(np.float64)))

    def pitch(self, samples: Samples) -> tuple[float, float]:
        """(median in Hz, range in semitones from the 5th to the 95th percentile)."""
        track = self._track(samples)
        return _centre_and_range(track[track > 0])

    def pauses_s(self, samples: Samples) -> float:
        return sum(end - start for start, end in pauses(samples)) / SAMPLE_RATE

    def _track(self, samples: Samples) -> NDArray[np.float64]:
        """Hz of each 16 ms, 0 where there is no pitch."""
        found = self._pitch.detect(samples, SAMPLE_RATE, fmin=50, fmax=600)
        return np.where(found.confidence > _CONFIDENT, found.pitch_hz, 0.0)


def syllables(text: str) -> int:
    return sum(max(1, len(_VOWELS.findall(re.sub(r"e\b", "", word)))) for word in text.lower().split())


def tilt(samples: Samples) -> float:
    """Least-squares slope of the long-term average spectrum, in dB per octave.

    Each third octave counts with its power per Hz, so that white noise has a slope of 0. The band is what a telephone
    leaves in shape; below it the pitch itself would be measured.
    """
    power = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    octaves = np.arange(-4, 5) / 3
    levels = []
    for octave in octaves:
        low, high = (1000 * 2 ** (octave + side / 6) for side in (-1, 1))
        levels.append(10 * np.log10(float(power[(hertz >= low) & (hertz < high)].mean())))
    return float(np.polyfit(octaves, levels, 1)[0])


def true_peak(samples: Samples) -> float:
    """dB of full scale of the highest of sixteen points for each sample, on the band-limited curve through them.

    BS.1770 asks for four; those are among the sixteen, and four can miss 0.2 dB of a speech's peak.
    """
    size = 1 << (len(samples) + 1024).bit_length()
    curve = np.fft.irfft(np.fft.rfft(samples, size), _PEAK_POINTS * size) * _PEAK_POINTS
    return 20 * float(np.log10(np.abs(curve).max()))


def _centre_and_range(hertz: NDArray[np.float64]) -> tuple[float, float]:
    low, middle, high = np.percentile(hertz, [5, 50, 95])
    return float(middle), 12 * float(np.log2(high / low))


def _waver(tracks: Sequence[NDArray[np.float64]]) -> float:
    from scipy.signal import butter, sosfiltfilt

    band = butter(2, _WAVER_HZ, "bandpass", fs=62.5, output="sos")
    squares = []
    for track in tracks:
        edges = np.flatnonzero(np.diff(np.concatenate([[0], track > 0, [0]])))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            if end - start >= _LONG_VOICED:
                cents = 1200 * np.log2(track[start:end])
                squares.append(sosfiltfilt(band, cents - cents.mean()) ** 2)
    return float(np.sqrt(np.concatenate(squares).mean())) if squares else 0.0
