"""How much of what the loudspeaker plays comes back in the microphone, and what to do about it while a call runs.

Theory of operation. What was played is known to the sample, so it is looked for in what was heard: dividing the two
spectra gives the path between loudspeaker and microphone as a response in time, and the energy around its peak is the
leak. Noise spreads evenly over that response, so it is measured where no echo can be (before the sound was played) and
taken off. A sweep is played, not a tone: a tone repeats itself and fits everywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log10
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.gate import ON
from simulator.ports import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE
from voice.signal import SILENCE_DB, faded, gain, level_db, samples_in

if TYPE_CHECKING:
    from simulator.ports import Samples, SpeechDetector
    from voice.capture import CallAudio

SWEEP_MS: Final = 800
SWEEP_HZ: Final = (300.0, 3_400.0)
"""The band of a telephone: what the caller's voice fills."""
SWEEP_DB: Final = -29.0
"""Level of the sweep: well below a speaking caller, so nobody's ears are at risk."""
LONGEST_WAY_MS: Final = 600
"""Latest echo that is looked for; wireless headsets take 100 to 300 ms."""
AROUND_MS: Final = (4, 40)
"""Before and after the strongest echo: what belongs to it."""
CLEAR: Final = 40.0
"""How much stronger (in power) than the noise the strongest echo must be. Among the 4,000 or so independent moments that
are looked at, noise alone comes to 40 about once in two million checks."""
MARGIN_DB: Final = 6.0
"""Above the expected echo: what a voice needs to be told from it. An echo's frames differ by a few dB from each other."""
GOES_ON_DB: Final = 2.0
"""The same while the trainee is already speaking over her: then less is needed to believe that he goes on."""
GOES_ON_FRAMES: Final = 8
"""For so many frames (256 ms) after the last one that was loud enough: a syllable and the gap behind it."""
LOOSE_MS: Final = 32
"""How much earlier or later than measured the echo may come: a stream that is opened again is not timed alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """The way from the loudspeaker to the microphone."""

    level_db: float
    """Level of what comes back, relative to what was played; when it is not ``clear``, it is at most this."""
    delay_ms: int
    """How much later it comes; 0 when it is not clear."""
    clear: bool
    """Whether it stands out of the noise at all."""


def sweep() -> "Samples":
    """The sound that is played: it rises from 300 to 3,400 Hz in 0.8 s, softly."""
    low, high = SWEEP_HZ
    seconds = np.arange(samples_in(SWEEP_MS)) / SAMPLE_RATE
    whole = SWEEP_MS / 1000
    rate = np.log(high / low)
    phase = 2 * np.pi * low * whole / rate * (np.exp(seconds / whole * rate) - 1)  # Farina's exponential sweep
    return faded((np.sqrt(2) * gain(SWEEP_DB) * np.sin(phase)).astype(np.float32), in_ms=20, out_ms=20)


def measure(heard: "Samples", played: "Samples") -> Leak:
    """The leak of ``played`` into ``heard``: both from the same moment on, silence before and after the sweep.

    Raises ValueError when nothing was played.
    """
    if level_db(played) <= SILENCE_DB:
        raise ValueError("nothing was played, so nothing can be found")
    size = 1 << (len(heard) + len(played)).bit_length()
    spectrum, answer = np.fft.rfft(played, size), np.fft.rfft(heard, size)
    hz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    band = (hz > SWEEP_HZ[0] * 1.1) & (hz < SWEEP_HZ[1] * 0.95)
    path = np.zeros(len(spectrum), dtype=np.complex128)
    path[band] = answer[band] * np.conj(spectrum[band]) / (np.abs(spectrum[band]) ** 2 + 1e-12)
    power = np.fft.irfft(path, size) ** 2 / (band.sum() / len(band))
    longest = samples_in(LONGEST_WAY_MS)
    noise = float(power[-longest : -samples_in(50)].mean())  # before the sound was played
    peak = int(power[:longest].argmax())
    around = np.arange(peak - samples_in(AROUND_MS[0]), peak + samples_in(AROUND_MS[1]))
    clear = bool(power[peak] > CLEAR * noise and power[peak] > 1e-10)
    energy = float(power[around].sum()) - (noise * len(around) if clear else 0.0)  # -1 is the last: it goes round
    return Leak(
        level_db=round(10 * log10(max(energy, 1e-10)), 1),
        delay_ms=round(peak * 1000 / SAMPLE_RATE) if clear else 0,
        clear=clear,
    )


class EchoGuard:
    """A :class:`simulator.ports.SpeechDetector` that does not take the caller's own voice for the trainee's.

    While her echo may be in a frame, it counts as speech only when it is louder than the echo can be.
    """

    def __init__(self, inner: "SpeechDetector", loudspeaker: "Callable[[], CallAudio]", leak: Leak) -> None:
        """``loudspeaker`` gives what was played so far, beside the microphone."""
        self._inner = inner
        self._loudspeaker = loudspeaker
        self._leak = leak
        self._frames = 0
        self._goes_on = 0

    def probability(self, frame: "Samples") -> float:
        """As the port says; 0 for what may be echo. The inner detector hears every frame, because it remembers."""
        probability = self._inner.probability(frame)
        self._frames += 1
        echo_db = self._loudest(self._frames * FRAME_MS) + self._leak.level_db
        over_db = level_db(frame) - max(echo_db, SILENCE_DB)
        loud_enough = over_db > (GOES_ON_DB if self._goes_on else MARGIN_DB)
        speaks = over_db > MARGIN_DB and probability >= ON  # the room's own noise, before she began, is no speech
        self._goes_on = GOES_ON_FRAMES if speaks else max(0, self._goes_on - 1)
        return probability if loud_enough or echo_db <= SILENCE_DB else 0.0

    def _loudest(self, now: int) -> float:
        """Level of the loudest stretch of the caller that may echo in the frame that ended at ``now``."""
        late = now - self._leak.delay_ms
        start = max(0, late - FRAME_MS - LOOSE_MS - AROUND_MS[1])
        # What is played during a frame is not heard in it; so a call that is heard again uses the same samples.
        lately = self._loudspeaker().span(start, max(0, min(late + LOOSE_MS, now - FRAME_MS)))
        hop = FRAME_SAMPLES // 2
        return max(
            (level_db(lately[at : at + FRAME_SAMPLES]) for at in range(0, max(1, len(lately) - hop), hop)),
            default=SILENCE_DB,
        )
