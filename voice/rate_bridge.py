"""Between a sound device that insists on its own sample rate and hotseat's 16 kHz.

The callback only copies between the device and two rings. A worker turns what the microphone gave into frames of
16 kHz, and for every frame it delivers draws one from the playout and turns it back into the device's rate. So both
directions keep the device's own pace, and no arithmetic is done in the callback.

The price is delay: about 26 ms of filter each way (``soxr`` quality MQ, 418 samples at 16 kHz; HQ has 11 ms but gives
its output in bursts of up to 61 ms, which need a deeper ring), and ``CUSHION_MS`` held ready for the loudspeaker.
"""

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator.ports import FRAME_SAMPLES, SAMPLE_RATE
from voice.capture import SampleRing

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.ports import FrameCallback, Samples

RING_S: Final = 60
"""Seconds of sound that either ring holds, so that a worker that is held up loses nothing."""
CUSHION_MS: Final = 48
"""Silence ahead of the first sound: one frame for the worker's turn, half of one for what the filters hold back."""
QUALITY: Final = "MQ"


class RateBridge:
    """Call ``exchange`` from the device's callback and nothing else; everything else happens on a thread of its own."""

    def __init__(
        self,
        rate_hz: int,
        on_frame: "FrameCallback",
        render: "Callable[[int], Samples]",
        on_error: "Callable[[BaseException], None]",
    ) -> None:
        """``rate_hz`` is the device's. ``on_error`` is told, on the worker, what ``on_frame`` or ``render`` raised."""
        self._rate_hz = rate_hz
        self._on_frame = on_frame
        self._render = render
        self._on_error = on_error
        self._heard = SampleRing(RING_S * rate_hz)
        self._to_play = SampleRing(RING_S * rate_hz)
        self._tokens: SimpleQueue[bool] = SimpleQueue()
        self._lost = 0
        self._dry = 0
        self._thread = threading.Thread(target=self._run, name="rate-bridge", daemon=True)
        self._to_play.write(np.zeros(CUSHION_MS * rate_hz // 1000, dtype=np.float32))

    @property
    def lost(self) -> int:
        """Blocks of the microphone that did not fit any more."""
        return self._lost

    @property
    def dry(self) -> int:
        """Blocks for the loudspeaker that had to be filled up with silence."""
        return self._dry

    def __enter__(self) -> "RateBridge":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._tokens.put(False)
        self._thread.join()

    def exchange(self, heard: "Samples", to_play: "Samples") -> None:
        """Take a block of the microphone and fill one for the loudspeaker, both at the device's rate."""
        if self._heard.write(heard):
            self._tokens.put(True)
        else:
            self._lost += 1
        count = self._to_play.read_into(to_play)
        if count < len(to_play):
            to_play[count:] = 0.0
            self._dry += 1

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # a thread's error is seen by nobody unless it is passed on
            self._on_error(error)

    def _work(self) -> None:
        import soxr  # type: ignore[import-untyped, unused-ignore]

        down: Any = soxr.ResampleStream(self._rate_hz, SAMPLE_RATE, 1, dtype="float32", quality=QUALITY)
        up: Any = soxr.ResampleStream(SAMPLE_RATE, self._rate_hz, 1, dtype="float32", quality=QUALITY)
        block = np.zeros(self._rate_hz // 10, dtype=np.float32)
        kept = np.zeros(0, dtype=np.float32)
        while self._tokens.get():
            while count := self._heard.read_into(block):
                kept = np.concatenate([kept, np.clip(down.resample_chunk(block[:count]), -1.0, 1.0)])
                while len(kept) >= FRAME_SAMPLES:
                    frame, kept = kept[:FRAME_SAMPLES], kept[FRAME_SAMPLES:]
                    self._on_frame(frame)
                    self._to_play.write(up.resample_chunk(self._render(FRAME_SAMPLES)))
