"""A sound card that outlives its device: unplugging holds the call, plugging in again goes on.

Theory of operation. A call counts time in samples, so while no frame comes nothing happens in it: the caller neither
waits nor gets angrier, and what she was saying stays where it was. Losing the device therefore needs no event of its
own; somebody must only notice. PortAudio does not say so: a headset's callbacks stop, and after about a second they may
go on *from another microphone* (measured; experience.md, section 10). So half a second without a frame counts as lost,
before that can happen: the stream is closed, PortAudio looks for devices again, and only the very same microphone and
loudspeaker, by name and sound system, are opened again. No other one is ever listened to without asking.

Whoever owns the call waits for frames, and calls ``recover`` when none came in ``NOTICED_S``; one thread does both.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import numpy as np

from simulator.errors import DeviceError, EngineError
from simulator.ports import FRAME_MS, FRAME_SAMPLES
from voice.capture import CallAudio
from voice.card_health import CardHealth
from voice.devices import WORD, Device, Side, Wish, find, list_devices, refresh
from voice.playout import Playout
from voice.soundcard import SoundDeviceCard

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from simulator.ports import FrameCallback, Player, Samples

NOTICED_S: Final = 0.5
"""No frame for this long: the device is gone. Sixteen frames, and well before another microphone may take over."""
PATIENCE_S: Final = 20.0
"""How long a call waits for its headset: time to find the plug. After that it ends, saved."""
LOOK_AGAIN_S: Final = 0.5
SILENT_S: Final = 2.0
"""A microphone that gives digital silence for this long is muted or dead; a real room always makes some noise."""
GONE: Final = "the headset went away and did not come back in {:.0f} s; the call is kept as far as it went"


class Card(Protocol):
    """What is wrapped: :class:`voice.soundcard.SoundDeviceCard` or :class:`voice.virtual_card.VirtualCard`."""

    @property
    def loudspeaker(self) -> CallAudio:
        """What was played, beside the microphone."""

    @property
    def health(self) -> CardHealth:
        """What it went through."""

    def give_up(self) -> None:
        """The device is gone."""

    def open(self, on_frame: "FrameCallback") -> "AbstractContextManager[Player]":
        """As :class:`simulator.ports.SoundCard`."""


class SteadyCard:
    """A :class:`simulator.ports.SoundCard` for one call. ``recover`` is for the thread that takes the frames."""

    def __init__(
        self,
        make: Callable[[Playout], Card],
        *,
        patience_s: float = PATIENCE_S,
        on_change: Callable[[Literal["away", "back"]], None] = lambda state: None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        """``make`` gives a card for the devices of this call, or raises DeviceError while they are not there.

        ``on_change`` is told when the device is lost and when it is back, on the thread that called ``recover``.
        ``clock`` and ``wait`` count seconds; tests bring their own.
        """
        self._make = make
        self._patience_s = patience_s
        self._on_change = on_change
        self._clock = clock
        self._wait = wait
        self._playout = Playout()
        self._on_frame: FrameCallback | None = None
        self._open: ExitStack | None = None
        self._card: Card | None = None
        self._frames = 0
        self._frames_before = 0
        self._silent = 0
        self._heard = CallAudio()
        self._past = CardHealth()
        self._fault: DeviceError | None = None
        self._lost_at: float | None = None

    @property
    def muted(self) -> bool:
        """Whether the microphone has given nothing but digital silence for ``SILENT_S``."""
        return self._silent * FRAME_MS >= SILENT_S * 1000

    @property
    def health(self) -> CardHealth:
        """Of all devices of this call together; a fault only once it is final."""
        return replace(self._together(), fault=self._fault)

    @property
    def loudspeaker(self) -> CallAudio:
        """Everything the caller's side has played while the microphone was there: both tracks stay beside each other."""
        if self._card is not None:
            now = self._card.loudspeaker
            taken = len(self._heard) - self._frames_before * FRAME_SAMPLES
            end = (self._frames - self._frames_before) * FRAME_SAMPLES
            self._heard.append(now.pcm(taken, end).astype(np.float32) / np.float32(32768))
            now.forget(taken)
        return self._heard

    @contextmanager
    def open(self, on_frame: "FrameCallback") -> Iterator[Playout]:
        """As :class:`simulator.ports.SoundCard`; once. Raises DeviceError when the devices are not there to begin with."""
        if self._on_frame is not None:
            raise EngineError("a sound card is opened once; make a new one")
        self._on_frame = on_frame
        self._connect()
        try:
            yield self._playout
        finally:
            self._disconnect()

    def recover(self, stop: Callable[[], bool] = lambda: False) -> float | None:
        """No frame came: wait for the device to come back, and go on with it; return for how many seconds it was away.

        None when it did not come back within ``patience_s``, or when ``stop`` said so; then ``health.fault`` says why.
        """
        if self._lost_at is None or self._frames > self._frames_before:
            self._lost_at = self._clock()  # a device that opens but gives no frame is still away
            self._on_change("away")
        if self._card is not None:
            self._card.give_up()
        self._disconnect()
        while not stop():
            try:
                self._connect()
            except DeviceError:
                if self._clock() - self._lost_at >= self._patience_s:
                    break
                self._wait(LOOK_AGAIN_S)
            else:
                if self._clock() - self._lost_at >= self._patience_s + LOOK_AGAIN_S:
                    break
                self._on_change("back")
                return self._clock() - self._lost_at
        self._disconnect()
        self._fault = DeviceError(GONE.format(self._clock() - self._lost_at))
        return None

    def _connect(self) -> None:
        assert self._on_frame is not None
        stack = ExitStack()
        card = self._make(self._playout)
        stack.enter_context(card.open(self._frame))
        self._card, self._open = card, stack

    def _disconnect(self) -> None:
        """Close what is open and take its part of the loudspeaker's track."""
        if self._open is None or self._card is None:
            return
        self._open.close()
        heard = self.loudspeaker
        missing = self._frames * FRAME_SAMPLES - len(heard)
        heard.append(np.zeros(max(0, missing), dtype=np.float32))
        self._past = self._together()
        self._frames_before = self._frames
        self._card = self._open = None

    def _frame(self, frame: "Samples") -> None:
        """On the card's thread."""
        self._silent = 0 if frame.any() else self._silent + 1
        if self._on_frame is not None:
            self._on_frame(frame)
        self._frames += 1

    def _together(self) -> CardHealth:
        if self._card is None:
            return self._past
        now, past = self._card.health, self._past
        return replace(
            now,
            overflows=now.overflows + past.overflows,
            underflows=now.underflows + past.underflows,
            slowest_callback_ms=max(now.slowest_callback_ms, past.slowest_callback_ms),
        )


def headset(microphone: Device, loudspeaker: Device, *, sounddevice: Any = None) -> Callable[[Playout], Card]:
    """A ``make`` for :class:`SteadyCard`: these two devices and no others, wherever in the list they come back."""
    wishes: dict[Side, Wish] = {"input": Wish.for_device(microphone), "output": Wish.for_device(loudspeaker)}
    made = 0

    def make(playout: Playout) -> Card:
        nonlocal made
        if made:
            refresh(sounddevice=sounddevice)
        made += 1
        devices = list_devices(sounddevice=sounddevice)
        found = {side: find(devices, wish, side) for side, wish in wishes.items()}
        for side, device in found.items():
            if device is None:
                raise DeviceError(f"the {WORD[side]} {wishes[side].name} is not plugged in")
        numbers = [device.index for device in found.values() if device is not None]
        return SoundDeviceCard(*numbers, playout=playout, sounddevice=sounddevice)

    return make
