"""Is somebody speaking? Silero VAD, one probability for each 32 ms frame.

Runs the Silero v6 weights that faster-whisper carries through ONNX Runtime with one thread. Why this copy and not
another: ``docs/decisions/010-detector.md``.
"""

from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from simulator.models import model_files
from simulator.ports import FRAME_SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.ports import Samples

CONTEXT_SAMPLES: Final = 64
"""Samples of the frame before that the model wants in front of each frame (faster-whisper 1.2.1, ``vad.py``)."""
STATE_SHAPE: Final = (1, 1, 128)
"""Shape of both halves of the recurrent state that is carried from frame to frame."""


class SileroDetector:
    """A :class:`simulator.ports.SpeechDetector`. Keeps state: one detector serves one call."""

    def __init__(self, session: Any) -> None:
        """``session`` is an ONNX Runtime session with inputs input, h and c; use :meth:`load`."""
        self._session = session
        self._hidden = np.zeros(STATE_SHAPE, dtype=np.float32)
        self._cell = np.zeros(STATE_SHAPE, dtype=np.float32)
        self._window = np.zeros((1, CONTEXT_SAMPLES + FRAME_SAMPLES), dtype=np.float32)

    @classmethod
    def load(cls, path: "Path | None" = None) -> Self:
        """A detector at the start of a call. ``path`` is a ``silero_vad.onnx``; without it the pinned one is taken.

        Raises :class:`simulator.errors.ModelError` when the weights are missing or damaged.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        weights = path or model_files("silero-vad")["silero_vad.onnx"]
        session = onnxruntime.InferenceSession(str(weights), sess_options=options, providers=["CPUExecutionProvider"])
        return cls(session)

    def reset(self) -> None:
        """Forget what was heard, as at the start of a call."""
        self._hidden = np.zeros(STATE_SHAPE, dtype=np.float32)
        self._cell = np.zeros(STATE_SHAPE, dtype=np.float32)
        self._window[:] = 0.0

    def probability(self, frame: "Samples") -> float:
        """Probability that ``frame``, of ``FRAME_SAMPLES`` samples, holds speech, 0 to 1.

        Samples that are not numbers count as silence: one of them would poison the state for the rest of the call.
        """
        if frame.shape != (FRAME_SAMPLES,):
            raise ValueError(f"a frame is {FRAME_SAMPLES} samples, not {frame.shape}")
        self._window[0, :CONTEXT_SAMPLES] = self._window[0, -CONTEXT_SAMPLES:]
        self._window[0, CONTEXT_SAMPLES:] = np.nan_to_num(np.clip(frame, -1.0, 1.0), nan=0.0)
        inputs = {"input": self._window, "h": self._hidden, "c": self._cell}
        output, self._hidden, self._cell = self._session.run(None, inputs)
        return min(1.0, max(0.0, float(output[0])))
