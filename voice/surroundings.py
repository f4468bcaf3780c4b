"""Where the caller calls from, and over what line: quiet sound that lies under the whole call, also between her lines.

Everything is computed, nothing is recorded: coloured noise, hums, knocks and clicks, drawn from a seed. What is made is a
loop without a seam, because it is put together from whole periods and its filters run in a circle. It goes through the
telephone like her voice, and only to the loudspeaker; the microphone's side never has it (``voice.telephone``).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from simulator.ports import SAMPLE_RATE
from voice import telephone
from voice.signal import gain, samples_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.ports import Samples

    Curve = NDArray[np.float64]

Room = Literal["quiet", "street", "office", "kitchen", "car"]
Line = Literal["clear", "hiss", "crackle"]

LOOP_S: Final = 16
"""Long enough that nobody notices that it comes back."""
ROOM_DB: Final = {"quiet": None, "street": -46.0, "office": -50.0, "kitchen": -48.0, "car": -45.0}
"""Root mean square level of each room in dB of full scale; a caller speaks at -20 and louder."""
LINE_DB: Final = {"clear": None, "hiss": -54.0, "crackle": -56.0}

_COUNT: Final = LOOP_S * SAMPLE_RATE
_HERTZ: Final = np.asarray(np.fft.rfftfreq(_COUNT, 1 / SAMPLE_RATE), np.float64)


def surroundings(room: str, line: str, seed: int) -> "Samples | None":
    """The loop for a caller in this room on this line; None where both are silent. The same seed gives the same samples.

    ``room`` and ``line`` are of :data:`Room` and :data:`Line`; KeyError for anything else.
    """
    # The legacy generator, because NumPy promises the same stream of it for ever.
    draw = np.random.RandomState([seed % 2**32, *room.encode(), *line.encode()])
    whole = np.zeros(_COUNT)
    for level, make in ((ROOM_DB[room], _ROOMS.get(room)), (LINE_DB[line], _LINES.get(line))):
        if level is not None and make is not None:
            sound = _through_the_telephone(make(draw))
            whole += sound * (gain(level) / np.sqrt(np.mean(np.square(sound))))
    return whole.astype(np.float32) if whole.any() else None


def _through_the_telephone(sound: "Curve") -> "Curve":
    return np.fft.irfft(np.fft.rfft(sound) * telephone.passes(_HERTZ), _COUNT)


def _noise(draw: np.random.RandomState, colour: "Callable[[Curve], Curve]") -> "Curve":
    """Noise whose amplitude follows ``colour`` of the frequency, at level 1, without a seam."""
    amplitude = np.where(_HERTZ > 20.0, colour(np.maximum(_HERTZ, 20.0)), 0.0)
    phases = np.exp(2j * np.pi * draw.random_sample(len(_HERTZ)))
    noise = np.fft.irfft(amplitude * phases, _COUNT)
    return np.asarray(noise / np.sqrt(np.mean(np.square(noise))))


def _swells(draw: np.random.RandomState, count: int, width_s: float) -> "Curve":
    """``count`` rises and falls of about ``width_s`` at random moments, 0 to 1, in a circle."""
    step = SAMPLE_RATE // 100
    times = np.arange(0, _COUNT + step, step) / SAMPLE_RATE
    curve = np.zeros(len(times))
    for _ in range(count):
        middle, width = LOOP_S * draw.random_sample(), width_s * (0.6 + 0.8 * draw.random_sample())
        away = np.abs(times - middle)
        away = np.minimum(away, np.abs(LOOP_S - away))
        curve += (0.5 + 0.5 * draw.random_sample()) * np.exp(-np.square(away / width))
    curve[-1] = curve[0]
    return np.interp(np.arange(_COUNT) / SAMPLE_RATE, times, np.minimum(curve, 1.0))


def _knocks(draw: np.random.RandomState, count: int, hertz: tuple[float, float], decay_ms: float) -> "Curve":
    """``count`` short tones that die away, each of its own pitch and strength, in a circle."""
    length = samples_in(6 * decay_ms)
    seconds = np.arange(length) / SAMPLE_RATE
    curve = np.zeros(_COUNT)
    for _ in range(count):
        pitch = hertz[0] + (hertz[1] - hertz[0]) * draw.random_sample()
        tone = np.sin(2 * np.pi * pitch * seconds) * np.exp(-seconds * 1000 / decay_ms)
        at = (draw.randint(_COUNT) + np.arange(length)) % _COUNT
        curve[at] += (0.3 + 0.7 * draw.random_sample()) * tone
    return curve


def _hum(draw: np.random.RandomState, hertz: float, overtones: int) -> "Curve":
    """A steady tone and its overtones, each weaker than the one below; whole periods fit into the loop."""
    base = round(hertz * LOOP_S) / LOOP_S
    spectrum = np.zeros(len(_HERTZ), np.complex128)
    for number in range(1, overtones + 1):
        spectrum[round(base * number * LOOP_S)] = np.exp(2j * np.pi * draw.random_sample()) / number**0.7
    curve = np.fft.irfft(spectrum, _COUNT)
    return np.asarray(curve / np.sqrt(np.mean(np.square(curve))))


def _street(draw: np.random.RandomState) -> "Curve":
    """Traffic: a far rumble, and cars that come past."""
    rumble = _noise(draw, lambda hertz: hertz**-0.9)
    passing = _noise(draw, lambda hertz: 1 / (1 + (hertz / 900) ** 2))
    return np.asarray(0.6 * rumble + 1.2 * _swells(draw, 5, 1.3) * passing)


def _office(draw: np.random.RandomState) -> "Curve":
    """Air from the ceiling, a murmur far away, and somebody typing now and then."""
    air = _noise(draw, lambda hertz: hertz**-0.6 / (1 + (hertz / 2_500) ** 2))
    murmur = _noise(draw, lambda hertz: 1 / (1 + (hertz / 500) ** 2)) * (0.3 + _swells(draw, 40, 0.14))
    typing = _knocks(draw, 60, (1_200, 2_600), 4.0) * _swells(draw, 4, 1.2)
    return np.asarray(air + 0.5 * murmur + 0.9 * typing)


def _kitchen(draw: np.random.RandomState) -> "Curve":
    """A refrigerator, water for a while, a spoon against a cup."""
    water = _noise(draw, lambda hertz: (hertz / 1_000) / (1 + (hertz / 1_800) ** 2)) * _swells(draw, 2, 2.2)
    return np.asarray(0.5 * _hum(draw, 100.0, 12) + 0.8 * water + 1.0 * _knocks(draw, 7, (1_900, 3_100), 45.0))


def _car(draw: np.random.RandomState) -> "Curve":
    """The road, and an engine that pulls a little harder at times."""
    road = _noise(draw, lambda hertz: hertz**-0.8 / (1 + (hertz / 1_400) ** 2))
    return np.asarray(road + 0.4 * _hum(draw, 62.0, 14) * (0.6 + 0.4 * _swells(draw, 3, 2.5)))


def _hiss(draw: np.random.RandomState) -> "Curve":
    """The even noise of a long line."""
    return _noise(draw, lambda hertz: np.ones_like(hertz))


def _crackle(draw: np.random.RandomState) -> "Curve":
    """A bad contact: hiss, and crackling in bursts."""
    bursts = _swells(draw, 6, 0.5)
    return np.asarray(0.5 * _hiss(draw) + 1.5 * _knocks(draw, 220, (900, 3_000), 1.5) * bursts)


_ROOMS: Final[dict[str, "Callable[[np.random.RandomState], Curve]"]] = {
    "street": _street, "office": _office, "kitchen": _kitchen, "car": _car,
}  # fmt: skip
_LINES: Final[dict[str, "Callable[[np.random.RandomState], Curve]"]] = {"hiss": _hiss, "crackle": _crackle}
