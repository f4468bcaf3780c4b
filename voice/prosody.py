"""Changes to a spoken clause, on its samples: pace, pauses, brightness, pressure, tremor; pitch through the vocoder.

Everything here takes and gives mono float32 at ``SAMPLE_RATE``. Word times follow every change of time.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from simulator.ports import SAMPLE_RATE, Word
from voice.engine import Utterance
from voice.levels import as_loud

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.ports import Samples

_SILENCE_DB: Final = -50.0
"""Below the clause's peak: nothing is said here. Engines are silent to -70 dB or better, soft fricatives lie above -45."""
_PAUSE_DB: Final = -38.0
_SHORTEST_PAUSE_MS: Final = 90
"""Shorter silences are closures of p, t and k, which must stay."""
_LEAST_PAUSE_MS: Final = 50
_STEP: Final = SAMPLE_RATE // 100
"""10 ms."""


class Vocoder(Protocol):
    """Moves pitch, range, resonances and pace together."""

    def change(
        self, samples: "Samples", *, pitch_st: float, range_factor: float, formants: float, rate: float
    ) -> "Samples":
        """The same words in another voice; the length is divided by ``rate``."""


def shape(utterance: Utterance, vocoder: Vocoder | None = None) -> "tuple[Samples, tuple[Word, ...]]":
    """Do what the engine left, except the gain, which belongs to the last step. ``vocoder`` is needed only where pitch,
    range or resonances are left."""
    samples, words, left = utterance.samples, utterance.words, utterance.left
    if not len(samples):
        return samples, words
    if (left.pitch_st, left.range_factor, left.formants) != (0.0, 1.0, 1.0) and vocoder is not None:
        length = len(samples)
        samples = vocoder.change(
            samples, pitch_st=left.pitch_st, range_factor=left.range_factor, formants=left.formants, rate=left.rate
        )
        words = _moved(words, [0, length], [0, len(samples)])
    elif abs(left.rate - 1) > 0.01:
        length = len(samples)
        samples = stretch(samples, left.rate)
        words = _moved(words, [0, length], [0, len(samples)])
    samples, words = scale_pauses(samples, words, left.pause_factor)
    return press(tilt(tremble(samples, left.tremor), left.tilt_db), left.drive), words


def resample(samples: "Samples", rate: float) -> "Samples":
    """From ``rate`` samples a second to ``SAMPLE_RATE``, by cutting the spectrum: no ripple, exact to the sample."""
    if not len(samples) or rate == SAMPLE_RATE:
        return np.asarray(samples, np.float32)
    padded = np.concatenate([samples, np.zeros(round(rate * 0.05), np.float32)])
    size = round(len(padded) * SAMPLE_RATE / rate)
    spectrum = np.fft.rfft(padded)
    kept = np.zeros(size // 2 + 1, complex)
    count = min(len(kept), len(spectrum))
    kept[:count] = spectrum[:count]
    out = np.fft.irfft(kept, size) * (size / len(padded))
    return np.asarray(out[: round(len(samples) * SAMPLE_RATE / rate)], np.float32)


def trim(samples: "Samples", words: Sequence[Word]) -> "tuple[Samples, tuple[Word, ...]]":
    """Cut silence at both ends down to 10 ms, with 5 ms fades. Silence altogether gives nothing."""
    level = _levels_db(samples)
    loud = np.flatnonzero(level > _SILENCE_DB)
    if not len(loud):
        return np.zeros(0, np.float32), _moved(words, [0, 1], [0, 0])
    start = max(0, int(loud[0]) - 1) * _STEP
    end = min(len(samples), (int(loud[-1]) + 2) * _STEP)
    out = np.array(samples[start:end], np.float32)
    fade = min(80, len(out))
    out[:fade] *= np.linspace(0, 1, fade, dtype=np.float32)
    out[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return out, _moved(words, [start, end], [0, end - start])


def scale_pauses(samples: "Samples", words: Sequence[Word], factor: float) -> "tuple[Samples, tuple[Word, ...]]":
    """Make every silence inside the clause ``factor`` times as long, never shorter than 50 ms."""
    if abs(factor - 1) < 0.01:
        return samples, tuple(words)
    pieces: list[Samples] = []
    old, new = [0], [0]
    done = written = 0
    for start, end in pauses(samples):
        length = max(round((end - start) * factor), _LEAST_PAUSE_MS * SAMPLE_RATE // 1000)
        head = start + min(length, end - start) // 2
        tail = end - (min(length, end - start) - (head - start))
        gap = np.zeros(max(0, length - (end - start)), np.float32)
        pieces += [samples[done:head], gap, samples[tail:end]]
        written += start - done
        old += [start, end]
        new += [written, written + length]
        done, written = end, written + length
    pieces.append(samples[done:])
    return np.concatenate(pieces), _moved(words, [*old, len(samples)], [*new, written + len(samples) - done])


def stretch(samples: "Samples", rate: float) -> "Samples":
    """Speak ``rate`` times as fast at the same pitch (waveform similarity overlap-add, 30 ms frames).

    Meant for 0.7 to 1.4; each frame is taken where it continues the last one best, within 8 ms.
    """
    frame, hop, reach = 480, 240, 128
    if len(samples) < 2 * frame:
        return samples
    window = np.hanning(frame + 1)[:-1].astype(np.float32)
    count = max(2, round(len(samples) / rate) // hop)
    padded = np.concatenate([np.zeros(reach, np.float32), samples, np.zeros(frame + 2 * reach + hop, np.float32)])
    out = np.zeros((count + 1) * hop + frame, np.float32)
    weight = np.zeros_like(out)
    at = reach
    for index in range(count):
        wanted = reach + round(index * hop * rate)
        if index:
            follow = padded[at + hop : at + hop + frame]
            low = max(0, min(wanted, len(padded) - frame - reach) - reach)
            area = padded[low : low + frame + 2 * reach]
            if len(follow) == frame and len(area) > frame:
                likeness = np.correlate(area, follow, mode="valid")
                energy = np.convolve(area**2, np.ones(frame, np.float32), mode="valid")
                at = low + int(np.argmax(likeness / np.sqrt(energy + 1e-6)))
            else:
                at = low
        piece = padded[at : at + frame]
        out[index * hop : index * hop + len(piece)] += piece * window[: len(piece)]
        weight[index * hop : index * hop + frame] += window
    size = round(len(samples) / rate)
    return np.asarray((out / np.maximum(weight, 1e-3))[:size], np.float32)


def tilt(samples: "Samples", db_per_octave: float) -> "Samples":
    """Brighten (or, below 0, dull) by a ramp from 500 Hz to 4 kHz, level above; the loudness stays."""
    if abs(db_per_octave) < 0.05:
        return samples
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    octaves = np.clip(np.log2(np.maximum(hertz, 1.0) / 500), 0, 3)
    out = np.fft.irfft(spectrum * 10 ** (db_per_octave * octaves / 20), len(samples))
    return as_loud(out, samples)


def press(samples: "Samples", drive: float) -> "Samples":
    """Soft compression: peaks give way, the loudness stays. ``drive`` is 0 to 1."""
    if drive < 0.01:
        return samples
    peak = float(np.max(np.abs(samples))) or 1.0
    return as_loud(np.tanh(samples * (1 + 5 * drive) / peak), samples)


def tremble(samples: "Samples", depth: float) -> "Samples":
    """Let the voice waver, up to half a semitone and 2 dB, about five times a second and never quite evenly."""
    if depth < 0.01:
        return samples
    seconds = np.arange(len(samples)) / SAMPLE_RATE
    phase = 2 * np.pi * (5.3 * seconds + 0.35 * np.sin(2 * np.pi * 0.9 * seconds))
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 0.7 * seconds + 1.0)
    delay = depth * 0.03 / (2 * np.pi * 5.3) * SAMPLE_RATE * swell * np.sin(phase)
    places = np.arange(len(samples)) + delay
    wavering = np.interp(places, np.arange(len(samples)), samples)
    return np.asarray(wavering * 10 ** (depth * 2.0 * swell * np.sin(phase + 0.8) / 20), np.float32)


def _levels_db(samples: "Samples") -> "NDArray[np.float64]":
    """Level of each 10 ms, relative to the loudest."""
    count = -(-len(samples) // _STEP)
    padded = np.zeros(count * _STEP, np.float64)
    padded[: len(samples)] = samples
    power = np.mean(np.square(padded.reshape(count, _STEP)), axis=1)
    top = float(power.max()) if count else 0.0
    if top < 1e-12:
        return np.full(count, -200.0)
    return np.asarray(10 * np.log10(np.maximum(power, 1e-20) / top))


def pauses(samples: "Samples") -> list[tuple[int, int]]:
    """(start, end) in samples of every silence inside the clause."""
    quiet = np.concatenate([[False], _levels_db(samples) < _PAUSE_DB, [False]])
    edges = np.flatnonzero(quiet[1:] != quiet[:-1])
    runs = [(int(a) * _STEP, min(int(b) * _STEP, len(samples))) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    shortest = _SHORTEST_PAUSE_MS * SAMPLE_RATE // 1000
    return [(a, b) for a, b in runs if a > 0 and b < len(samples) and b - a >= shortest]


def _moved(words: Sequence[Word], old: Sequence[int], new: Sequence[int]) -> tuple[Word, ...]:
    """Word times after samples at ``old`` went to ``new``."""
    to_ms = 1000 / SAMPLE_RATE

    def at(ms: int) -> int:
        return round(float(np.interp(ms / to_ms, old, new)) * to_ms)

    return tuple(replace(word, start_ms=at(word.start_ms), end_ms=at(word.end_ms)) for word in words)
