"""Does the trainee sound finished? Smart Turn v3.2 listens to the last eight seconds and takes no notice of words.

A Whisper-tiny encoder with a head, 8 million parameters, int8: about 30 ms on one core, run once in a pause. Its input is
Whisper's log-mel picture of eight seconds at zero mean and unit variance, silence put in front of what is shorter; the
features are computed here, by the definition of Whisper's (OpenAI, MIT) with Slaney's mel scale, and checked against the
package's own in ``tests/voice/test_smart_turn.py``. Line noise costs it dearly: it is given the microphone as it is.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from simulator.errors import ModelError
from simulator.models import model_digest, model_files
from simulator.ports import SAMPLE_RATE

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from simulator.ports import Samples

MODEL: Final = "smart-turn-v3"
WINDOW: Final = 8 * SAMPLE_RATE
"""Samples that the model sees."""
_WINDOW_POINTS: Final = 400
_HOP: Final = 160
_BANDS: Final = 80
_LEAST_POWER: Final = 1e-10
_LEAST_VARIANCE: Final = 1e-7
_RANGE: Final = 8.0
"""Bels below the loudest point at which the picture is cut off."""


class SmartTurnEnd:
    """A :class:`simulator.ports.TurnEndModel` that listens and does not read. The same sound, the same number."""

    def __init__(self, session: Any, digest: str = "") -> None:
        """``session`` is an ONNX Runtime session with the input ``input_features``; use :meth:`load`."""
        self._session = session
        self.digest = digest

    @classmethod
    def load(cls, path: "Path | None" = None) -> Self:
        """``path`` is the model's file; without it the pinned one is taken.

        Raises :class:`ModelError` when the weights or their runtime are missing, or the weights damaged.
        """
        weights = path or model_files(MODEL)["smart-turn.onnx"]
        try:
            import onnxruntime
        except ImportError as error:
            raise ModelError("onnxruntime is missing: run `pip install onnxruntime`") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(str(weights), sess_options=options, providers=["CPUExecutionProvider"])
        return cls(session, "" if path else model_digest(MODEL))

    def done(self, audio: "Samples", words: str, expecting: str) -> float:
        """Probability that the turn is over, 0 to 1. ``words`` and ``expecting`` are not looked at. Without sound 0.5."""
        if not len(audio):
            return 0.5
        (answer,) = self._session.run(None, {"input_features": log_mel(audio)[None]})
        return min(1.0, max(0.0, float(np.ravel(answer)[0])))


def log_mel(audio: "Samples") -> "NDArray[np.float32]":
    """The model's picture of the last 8 s of ``audio``: 80 bands by 800 steps of 10 ms, roughly -1 to 1."""
    sound = np.nan_to_num(np.asarray(audio[-WINDOW:], np.float32))
    sound = np.concatenate([np.zeros(WINDOW - len(sound), np.float32), sound])
    sound = (sound - sound.mean()) / np.sqrt(sound.var() + _LEAST_VARIANCE)
    padded = np.pad(sound.astype(np.float64), _WINDOW_POINTS // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW_POINTS)[::_HOP][: WINDOW // _HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW_POINTS + 1)[:-1])) ** 2
    bels = np.log10(np.maximum(power @ _mel_bands(), _LEAST_POWER)).T
    return np.asarray((np.maximum(bels, bels.max() - _RANGE) + 4.0) / 4.0, np.float32)


@cache
def _mel_bands() -> "NDArray[np.float64]":
    """Weights of the 201 frequencies in the 80 bands: triangles on Slaney's scale, each of the same area."""
    edges = _hertz(np.linspace(0.0, _mel(SAMPLE_RATE / 2), _BANDS + 2))
    at = np.linspace(0.0, SAMPLE_RATE / 2, _WINDOW_POINTS // 2 + 1)[:, None]
    up = (at - edges[:-2]) / (edges[1:-1] - edges[:-2])
    down = (edges[2:] - at) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(0.0, np.minimum(up, down)) * 2.0 / (edges[2:] - edges[:-2]))


_BEND_HZ: Final = 1000.0
"""Slaney's scale is straight below, 15 mels long, and logarithmic above, 27 mels for a factor of 6.4."""


def _mel(hertz: float) -> float:
    return hertz * 15 / _BEND_HZ if hertz < _BEND_HZ else 15 + 27 * float(np.log(hertz / _BEND_HZ) / np.log(6.4))


def _hertz(mels: "NDArray[np.float64]") -> "NDArray[np.float64]":
    return np.where(mels < 15, mels * _BEND_HZ / 15, _BEND_HZ * 6.4 ** ((mels - 15) / 27))
