"""A sound card made of numbers, for machines without one: scripted trainees, recordings, tests, benchmarks.

It keeps time by counting samples. Driven by hand, ``step`` delivers one microphone frame and draws one frame from the
playout, without a clock and without a wait; with ``real_time`` a thread does the same every 32 ms, as a device would.

What is heard at the loudspeaker is kept, sample for sample beside the microphone: index 0 of both is t = 0.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from simulator.errors import DeviceError, EngineError
from simulator.ports import FRAME_MS, FRAME_SAMPLES
from voice.capture import CallAudio
from voice.card_health import CardHealth
from voice.playout import Playout
from voice.signal import clean, gain

if TYPE_CHECKING:
    from simulator.ports import FrameCallback, Samples

FRAME_S: Final = FRAME_MS / 1000
UNPLUGGED: Final = "the headset went away; plug it in again and start the call anew"


class Microphone(Protocol):
    """Where a virtual card's microphone frames come from."""

    def read(self, frame_index: int, caller_speaking: bool) -> "Samples":
        """Frame number ``frame_index``, ``FRAME_SAMPLES`` long. Asked for once each, in order, from 0.

        ``caller_speaking`` says whether the caller's line was not over yet at the end of the frame before.
        """


class RecordedMicrophone:
    """A recording plays as the microphone, whatever the caller does; then digital silence."""

    def __init__(self, samples: "Samples") -> None:
        self._samples = clean(samples)
        self._next = 0

    @property
    def finished(self) -> bool:
        """Whether the recording has been read to its end."""
        return self._next * FRAME_SAMPLES >= len(self._samples)

    def read(self, frame_index: int, caller_speaking: bool) -> "Samples":
        """As :class:`Microphone`."""
        self._next = frame_index + 1
        frame = np.zeros(FRAME_SAMPLES, dtype=np.float32)
        piece = self._samples[frame_index * FRAME_SAMPLES : self._next * FRAME_SAMPLES]
        frame[: len(piece)] = piece
        return frame


class _FunctionMicrophone:
    def __init__(self, function: Callable[[int], "Samples"]) -> None:
        self._function = function

    def read(self, frame_index: int, caller_speaking: bool) -> "Samples":
        return self._function(frame_index)


class VirtualCard:
    """A :class:`simulator.ports.SoundCard` without a device. Opened once."""

    def __init__(
        self,
        microphone: Microphone | Callable[[int], "Samples"],
        *,
        real_time: bool = False,
        leak_db: float | None = None,
        unplug_after: int | None = None,
        unplug_tells: bool = True,
        overflow_at: Collection[int] = (),
        monitor: Callable[["Samples"], None] | None = None,
        on_fault: Callable[[DeviceError], None] | None = None,
        playout: Playout | None = None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        """``microphone`` gives a frame of samples for a frame number.

        ``leak_db``: how much of what the loudspeaker played one frame ago the microphone hears; -30 is a bad headset.
        ``unplug_after``: frames after which the device is gone. ``on_fault`` is told, on the card's thread; without
        ``unplug_tells`` nobody is: frames just stop, as PortAudio's do.
        ``overflow_at``: frame numbers at which the device reports lost input. They are counted, nothing is lost.
        ``monitor`` gets a copy of every rendered frame, to let a person listen.
        ``playout`` goes on where an earlier card of the same call left off.
        ``clock`` (seconds) and ``wait`` pace the real-time thread; tests bring their own.
        """
        self._microphone = _FunctionMicrophone(microphone) if callable(microphone) else microphone
        self._real_time = real_time
        self._leak = None if leak_db is None else np.float32(gain(leak_db))
        self._unplug_after = unplug_after
        self._unplug_tells = unplug_tells
        self._overflow_at = frozenset(overflow_at)
        self._monitor = monitor
        self._on_fault = on_fault
        self._clock = clock
        self._closing = threading.Event()
        self._wait = wait or self._closing.wait
        self._on_frame: FrameCallback | None = None
        self._playout = playout or Playout()
        self._heard = CallAudio()
        self._last = np.zeros(FRAME_SAMPLES, dtype=np.float32)
        self._frames = 0
        self._overflows = 0
        self._slowest_s = 0.0
        self._fault: DeviceError | None = None

    @property
    def frames(self) -> int:
        """Microphone frames delivered so far; times ``FRAME_MS`` it is the call time."""
        return self._frames

    @property
    def loudspeaker(self) -> CallAudio:
        """Everything the caller's side has played, pauses included."""
        return self._heard

    @property
    def health(self) -> CardHealth:
        """What the device went through so far."""
        return CardHealth(
            overflows=self._overflows, slowest_callback_ms=round(self._slowest_s * 1000, 3), fault=self._fault
        )

    def give_up(self) -> None:
        """The device is gone."""
        if self._fault is None:
            self._fault = DeviceError(UNPLUGGED)
            if self._on_fault is not None:
                self._on_fault(self._fault)

    @contextmanager
    def open(self, on_frame: "FrameCallback") -> Iterator[Playout]:
        """As :class:`simulator.ports.SoundCard`. In real time the first frame comes 32 ms after opening."""
        if self._on_frame is not None:
            raise EngineError("a virtual sound card is opened once; make a new one")
        self._on_frame = on_frame
        thread = threading.Thread(target=self._run, name="virtual-card", daemon=True) if self._real_time else None
        if thread is not None:
            thread.start()
        try:
            yield self._playout
        finally:
            self._closing.set()
            if thread is not None:
                thread.join()

    def step(self) -> bool:
        """Deliver one frame and draw one; False when the device is gone or closed. By hand only."""
        if self._real_time or self._on_frame is None:
            raise EngineError("step drives an open virtual sound card that is not in real time")
        return self._step()

    def _step(self) -> bool:
        if self._closing.is_set() or self._fault is not None or self._on_frame is None:
            return False
        if self._unplug_after is not None and self._frames >= self._unplug_after:
            if self._unplug_tells:
                self.give_up()
            return False
        frame = self._microphone.read(self._frames, not self._playout.position()[2])
        if len(frame) != FRAME_SAMPLES:
            raise EngineError(f"a microphone gave {len(frame)} samples for a frame of {FRAME_SAMPLES}")
        if self._leak is not None:
            frame = np.clip(frame + self._last * self._leak, -1.0, 1.0)
        self._overflows += self._frames in self._overflow_at
        self._frames += 1
        begun = self._clock()
        self._on_frame(frame)
        self._last = self._playout.render(FRAME_SAMPLES).copy()
        self._slowest_s = max(self._slowest_s, self._clock() - begun)
        self._heard.append(self._last)
        if self._monitor is not None:
            self._monitor(self._last)
        return True

    def _run(self) -> None:
        """The real-time thread. When it was held up it delivers the missed frames at once: none is skipped."""
        due = self._clock()
        try:
            while not self._closing.is_set():
                due += FRAME_S
                ahead_s = due - self._clock()
                if ahead_s > 0:
                    self._wait(ahead_s)
                if not self._step():
                    return
        except Exception as error:  # a thread's error is seen by nobody: it becomes the device's fault
            self._fault = DeviceError(f"the virtual sound card failed: {error}")
            self._fault.__cause__ = error
            if self._on_fault is not None:
                self._on_fault(self._fault)
