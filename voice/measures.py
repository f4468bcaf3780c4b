"""What can be measured of how somebody spoke: level, time, pauses, pitch, brightness. Numbers of sound, not of feeling.

Speech is taken where a call takes it (``own_voice.levels_of_speech``): the frames in which the recognised words were said.
The level is the median of these frames, so neither the room nor a single cry counts. Against whom the numbers are held is not decided here
(:mod:`simulator.own_voice`), and pitch and brightness are shown only: nothing scores them (``docs/debrief.md``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from simulator.gate import OFF_FRAMES, SpeechGate
from simulator.own_voice import VoiceFrame, levels_of_speech
from simulator.ports import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE, Transcript
from voice.signal import from_pcm, level_db, to_pcm
from voice.spoken_text import spoken_words
from voice.word_times import syllables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.ports import Samples

LOWEST_HZ, HIGHEST_HZ = 50.0, 600.0
"""Between these lies the pitch of any speaking voice, shouting included."""
VOICED: Final = 0.5
"""Confidence from which the pitch tracker is believed; SwiftF0's is calibrated to this."""
_LEAST_VOICED: Final = 10
"""Frames of pitch, 16 ms each, below which no pitch is given."""
_LOW_HZ: Final = (50, 1000)
_HIGH_HZ: Final = (1000, 5000)


class Detector(Protocol):
    """As :class:`simulator.ports.SpeechDetector`, and can be made to forget what it heard."""

    def probability(self, frame: "Samples") -> float:
        """Probability of speech in one frame, 0 to 1."""

    def reset(self) -> None:
        """Begin anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What was measured of one recording with speech in it."""

    seconds: float
    """Of the whole recording, rounded to the millisecond."""
    levels_db: tuple[float, ...]
    """Level of each 32 ms frame of speech, in dB below full scale."""
    talk_ms: int
    """From the first sound of speech to the last, pauses included."""
    pauses_ms: tuple[int, ...]
    """Every silence of 192 ms or more between them, by the gate's count."""
    f0_hz: tuple[float, ...]
    """Pitch of every voiced 16 ms; empty where too little was voiced to say."""
    tilt_db: float
    """Energy of 1 to 5 kHz over that of 50 Hz to 1 kHz (alpha ratio) in the frames of speech."""
    words: int = 0
    """0 when nobody said which words they are."""
    syllables: int = 0

    @property
    def speech_ms(self) -> int:
        """Length of the frames of speech: what pace is counted over in a call."""
        return len(self.levels_db) * FRAME_MS

    @property
    def loudness_db(self) -> float:
        """Median level of the frames of speech."""
        return float(np.median(self.levels_db))

    @property
    def f0_median_hz(self) -> float | None:
        """Median pitch; None when too little was voiced."""
        return float(np.median(self.f0_hz)) if self.f0_hz else None

    @property
    def f0_range_st(self) -> float | None:
        """Semitones from the 5th to the 95th percentile of pitch; None when too little was voiced."""
        return pitch_range_st(np.asarray(self.f0_hz)) if self.f0_hz else None

    @property
    def pause_share(self) -> float:
        """Share of the talk that was silence."""
        return sum(self.pauses_ms) / self.talk_ms if self.talk_ms else 0.0

    def to_json(self) -> dict[str, Any]:
        """Stable keys; rates in syllables a second, null without words or without speech to count them over."""
        spoken_ms = self.talk_ms - sum(self.pauses_ms)
        return {
            "seconds": self.seconds, "speech_s": round(self.speech_ms / 1000, 3), "words": self.words,
            "syllables": self.syllables, "pace_syll_s": _rate(self.syllables, self.talk_ms),
            "articulation_syll_s": _rate(self.syllables, spoken_ms), "loudness_db": round(self.loudness_db, 1),
            "pauses": len(self.pauses_ms), "pause_s": round(sum(self.pauses_ms) / 1000, 3),
            "f0_median_hz": _rounded(self.f0_median_hz), "f0_range_st": _rounded(self.f0_range_st),
            "tilt_db": round(self.tilt_db, 1),
        }  # fmt: skip


def measure(samples: "Samples", detector: Detector, tracker: Any, heard: Transcript | None = None) -> Measures | None:
    """Measure a recording; None when there is no speech in it.

    ``samples`` are mono at ``SAMPLE_RATE`` and are taken at the 16 bits a call would keep. ``tracker`` is a
    ``swift_f0.SwiftF0``, ``heard`` what was said, with times from the first sample.
    """
    kept = from_pcm(to_pcm(samples))
    detector.reset()
    gate = SpeechGate()
    frames: list[VoiceFrame] = []
    sound: list[Samples] = []
    stretches: list[tuple[int, int]] = []
    # Silence behind the end closes the gate, as it does in a call.
    whole = np.concatenate([kept, np.zeros(FRAME_SAMPLES * OFF_FRAMES, np.float32)])
    for index in range(len(whole) // FRAME_SAMPLES):
        frame = whole[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES]
        probability, t = round(detector.probability(frame), 3), (index + 1) * FRAME_MS
        if gate.feed(t, probability) == "off":
            stretches.append((gate.speech_start, gate.last_speech))
        frames.append(VoiceFrame(t, level_db(frame), gate.holds_speech(probability)))
        if frames[-1].sure:
            sound.append(frame)
    if gate.speaking:
        stretches.append((gate.speech_start, gate.last_speech))
    levels = levels_of_speech(frames, heard.words if heard is not None else ())
    if not levels or not stretches or not sound:
        return None
    text = heard.text if heard is not None else ""
    return Measures(
        seconds=round(len(samples) / SAMPLE_RATE, 3),
        levels_db=tuple(levels),
        talk_ms=stretches[-1][1] - stretches[0][0],
        pauses_ms=tuple(after[0] - before[1] for before, after in zip(stretches, stretches[1:], strict=False)),
        f0_hz=tuple(float(hertz) for hertz in pitch_hz(kept, tracker)),
        tilt_db=tilt_db(np.concatenate(sound)),
        words=len(text.split()),
        syllables=syllables_in(text),
    )


def syllables_in(text: str) -> int:
    """Syllables of a text as it is said, numbers and codes read out; an estimate by groups of vowels."""
    return sum(syllables(spoken) for word in spoken_words(text) for spoken in word.spoken)


def pitch_hz(samples: "Samples", tracker: Any, sure: float = VOICED) -> "NDArray[np.float64]":
    """Pitch of every 16 ms in which ``tracker`` is at least so ``sure`` that there is one; empty when there are few."""
    found = tracker.detect(samples, SAMPLE_RATE, fmin=LOWEST_HZ, fmax=HIGHEST_HZ)
    hertz = np.asarray(found.pitch_hz[found.confidence >= sure], np.float64)
    return hertz if len(hertz) >= _LEAST_VOICED else np.zeros(0)


def pitch_range_st(hertz: "Sequence[float] | NDArray[np.float64]") -> float:
    """Semitones from the 5th to the 95th percentile."""
    low, high = np.percentile(np.asarray(hertz), [5, 95])
    return 12 * float(np.log2(high / low))


def tilt_db(samples: "Samples") -> float:
    """The alpha ratio: energy of 1 to 5 kHz over that of 50 Hz to 1 kHz, in dB. Higher is brighter, more pressed.

    In a recording of 8000 Hz the band ends at 4 kHz, so such recordings compare only with each other.
    """
    power = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    high, low = (float(power[(hertz >= a) & (hertz < b)].sum()) for a, b in (_HIGH_HZ, _LOW_HZ))
    return 10 * float(np.log10(max(high, 1e-12) / max(low, 1e-12)))


def _rate(count: int, length_ms: int) -> float | None:
    return round(1000 * count / length_ms, 2) if count and length_ms else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
