"""Between a sound device that insists on its own sample rate and hotseat's 16 kHz.

The callback only copies between the device and two rings. A worker turns what the microphone gave into frames of
16 kHz, and for every frame it delivers draws one from the playout and turns it back into the device's rate. So both
directions keep the device's own pace, and no arithmetic is done in the callback.
"""

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from simulator.ports import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE
from voice.capture import SampleRing
from voice.resampling import Resampler

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.ports import FrameCallback, Samples

RING_S: Final = 60
"""Seconds of sound that either ring holds, so that a worker that is held up loses nothing."""
BLOCK_MS: Final = 16
"""Length of the device's blocks: half a frame, so that a frame waits for the device as short as possible."""
FILTERS_MS: Final = 8
"""More than both filters hold back together, at 8 kHz the longest."""
SPARE_MS: Final = 16
"""How late the worker may be before a gap is heard."""
CUSHION_MS: Final = BLOCK_MS + FRAME_MS + FILTERS_MS + SPARE_MS
"""Silence ahead of the first sound: the block that is being played, the frame that is being gathered, and the spare."""


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
        self._on_frame = on_frame
        self._render = render
        self._on_error = on_error
        self._heard = SampleRing(RING_S * rate_hz)
        self._to_play = SampleRing(RING_S * rate_hz)
        self._down = Resampler(rate_hz, SAMPLE_RATE)
        self._up = Resampler(SAMPLE_RATE, rate_hz)
        self._block = np.zeros(rate_hz // 10, dtype=np.float32)
        self._kept = np.zeros(0, dtype=np.float32)
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

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._tokens.put(False)
        self._thread.join()

    def exchange(self, heard: "Samples", to_play: "Samples") -> None:
        """Take a block of the microphone and fill one for the loudspeaker, both at the device's rate."""
        count = self._to_play.read_into(to_play)
        if count < len(to_play):
            to_play[count:] = 0.0
            self._dry += 1
        if self._heard.write(heard):
            self._tokens.put(True)
        else:
            self._lost += 1

    def convert(self) -> None:
        """Convert all that has come in. The worker's task; public so that it can be done in step with the blocks."""
        while count := self._heard.read_into(self._block):
            self._kept = np.concatenate([self._kept, np.clip(self._down.feed(self._block[:count]), -1.0, 1.0)])
            while len(self._kept) >= FRAME_SAMPLES:
                frame, self._kept = self._kept[:FRAME_SAMPLES], self._kept[FRAME_SAMPLES:]
                self._to_play.write(np.clip(self._up.feed(self._render(FRAME_SAMPLES)), -1.0, 1.0))
                self._on_frame(frame)

    def _run(self) -> None:
        try:
            while self._tokens.get():
                self.convert()
        except BaseException as error:  # a thread's error is seen by nobody unless it is passed on
            self._on_error(error)
