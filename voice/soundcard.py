"""The real headset, through PortAudio.

Theory of operation. One duplex stream for the whole call: microphone and loudspeaker then share one clock, and there is
no start-up between lines. The callback copies and counts, no more: what it raises would vanish in PortAudio, so it is
caught, kept as the card's fault, and the block is filled with silence. Where the device does not take 16 kHz the stream
runs at the device's own rate and ``RateBridge`` converts on a thread of its own; where it does not take float samples
they are turned into 16-bit ones and back in memory that exists already.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator.errors import DeviceError
from simulator.ports import FRAME_SAMPLES, SAMPLE_RATE
from voice.capture import BACKLOG_MS, CallAudio, SampleRing
from voice.card_health import CardHealth
from voice.devices import DeviceName, load_sounddevice, query, reason
from voice.playout import Playout
from voice.rate_bridge import BLOCK_MS, RateBridge
from voice.signal import PCM_SCALE

if TYPE_CHECKING:
    from simulator.ports import FrameCallback, Samples

WENT_AWAY: Final = "the headset went away; plug it in again and start the call anew"
USUAL_RATES_HZ: Final = (48_000, 44_100, 8_000)
"""Tried after 16 kHz and the devices' own defaults; 8 kHz is what a wireless headset of the old kind has."""
SAMPLE_TYPES: Final = ("float32", "int16")
"""Tried in this order; PortAudio converts for most drivers, but not for all."""
BLOCK_S: Final = 1
"""Longest block of 16-bit samples there is memory for; devices ask for 16 or 32 ms."""
CHANNELS: Final = ((1, 1), (1, 2), (2, 2))
"""(microphone, loudspeaker) channels tried in this order; some drivers know stereo only."""


class SoundDeviceCard:
    """A :class:`simulator.ports.SoundCard`: the machine's microphone and loudspeaker."""

    def __init__(
        self,
        input: DeviceName | None = None,
        output: DeviceName | None = None,
        *,
        on_fault: Callable[[DeviceError], None] | None = None,
        playout: Playout | None = None,
        sounddevice: Any = None,
    ) -> None:
        """``input`` and ``output`` choose devices; None is the system's default. Nothing is touched before ``open``.

        ``playout`` goes on where an earlier card of the same call left off.
        ``on_fault`` is told once, on a thread of the card, when the device is of no more use; it must only pass it on.
        ``sounddevice`` stands in for the module of that name.
        """
        self._input = input
        self._output = output
        self._on_fault = on_fault
        self._sounddevice = sounddevice
        self._playout = playout or Playout()
        self._played = SampleRing(BACKLOG_MS * SAMPLE_RATE // 1000)
        self._heard = CallAudio()
        self._bridge: RateBridge | None = None
        self._on_frame: FrameCallback = lambda frame: None
        self._overflows = 0
        self._underflows = 0
        self._slowest_s = 0.0
        self._round_trip_s = 0.0
        self._rate_hz = 0
        self._taken = self._given = np.zeros(0, dtype=np.float32)
        self._fault: DeviceError | None = None
        self._closing = False

    @property
    def health(self) -> CardHealth:
        """What the device went through so far. A fault set here is final: no more frames come."""
        lost, dry = (self._bridge.lost, self._bridge.dry) if self._bridge is not None else (0, 0)
        return CardHealth(
            overflows=self._overflows + lost,
            underflows=self._underflows + dry,
            slowest_callback_ms=round(self._slowest_s * 1000, 3),
            rate_hz=self._rate_hz,
            round_trip_ms=round(self._round_trip_s * 1000, 1),
            fault=self._fault,
        )

    @property
    def loudspeaker(self) -> CallAudio:
        """Everything the caller's side has played, pauses included, beside the microphone: index 0 of both is t = 0.

        For one thread, which must look at least once in ``BACKLOG_MS``: only then is what the callback left taken up.
        """
        while count := self._played.waiting:
            block = np.empty(count, dtype=np.float32)
            self._heard.append(block[: self._played.read_into(block)])
        return self._heard

    def give_up(self) -> None:
        """Call when no frame has come for too long: the device is gone, whatever PortAudio believes."""
        self._set_fault(DeviceError(WENT_AWAY))

    @contextmanager
    def open(self, on_frame: "FrameCallback") -> Iterator[Playout]:
        """As :class:`simulator.ports.SoundCard`; once. Raises DeviceError, in one line, when nothing can be opened."""
        sd = self._sounddevice or load_sounddevice()
        self._on_frame = on_frame
        with ExitStack() as stack:
            stream = self._open_stream(sd)
            stack.callback(stream.close)
            if self._rate_hz != SAMPLE_RATE:
                self._bridge = RateBridge(self._rate_hz, on_frame, self._render, self._failed)
                stack.enter_context(self._bridge)
            stack.callback(self._stop, sd, stream)
            try:
                stream.start()
            except sd.PortAudioError as error:
                problem = reason(error)
                raise DeviceError(f"the sound device does not start: {problem}; run `hotseat devices`") from error
            yield self._playout

    def _open_stream(self, sd: Any) -> Any:
        """The first stream that the devices accept: 16 kHz at best, else a rate of theirs."""
        input_info = query(sd, self._input, "input")
        output_info = query(sd, self._output, "output")
        own = [round(float(info["default_samplerate"])) for info in (input_info, output_info)]
        problem = ""
        for rate_hz in dict.fromkeys([SAMPLE_RATE, *own, *USUAL_RATES_HZ]):
            for sample_type, channels in product(SAMPLE_TYPES, CHANNELS):
                try:
                    stream = sd.Stream(
                        samplerate=rate_hz,
                        blocksize=FRAME_SAMPLES if rate_hz == SAMPLE_RATE else rate_hz * BLOCK_MS // 1000,
                        device=(int(input_info["index"]), int(output_info["index"])),
                        channels=channels,
                        dtype=sample_type,
                        latency="low",
                        callback=self._callback if sample_type == "float32" else self._callback_of_integers,
                        finished_callback=self._finished,
                    )
                except (sd.PortAudioError, ValueError) as error:
                    problem = problem or reason(error)
                else:
                    self._rate_hz = rate_hz
                    if sample_type == "int16":
                        self._taken = np.zeros((BLOCK_S * rate_hz, channels[0]), dtype=np.float32)
                        self._given = np.zeros((BLOCK_S * rate_hz, channels[1]), dtype=np.float32)
                    return stream
        raise DeviceError(
            f"{input_info['name']} and {output_info['name']} do not open together: {problem}; choose others, "
            "both of the same sound system, with `hotseat devices`"
        )

    def _callback(self, indata: Any, outdata: Any, frames: int, times: Any, status: Any) -> None:
        """PortAudio's thread, every block. Copies and counts."""
        begun = time.perf_counter()
        try:
            if status:
                self._overflows += bool(status.input_overflow)
                self._underflows += bool(status.output_underflow)
            if self._fault is not None:
                outdata.fill(0.0)
            elif self._bridge is not None:
                self._bridge.exchange(indata[:, 0], outdata[:, 0])
                outdata[:, 1:] = outdata[:, :1]
            else:
                outdata[:] = self._render(frames)[:, None]
                self._on_frame(indata[:, 0])
            if times.inputBufferAdcTime > 0.0:
                self._round_trip_s = times.outputBufferDacTime - times.inputBufferAdcTime
        except BaseException as error:  # PortAudio would drop it and go on as if nothing had happened
            outdata.fill(0.0)
            self._failed(error)
        self._slowest_s = max(self._slowest_s, time.perf_counter() - begun)

    def _callback_of_integers(self, indata: Any, outdata: Any, frames: int, times: Any, status: Any) -> None:
        """The same for a device of 16-bit samples."""
        if frames > len(self._taken):
            outdata.fill(0)
            self._failed(ValueError(f"the device asked for {frames} samples at once"))
            return
        taken, given = self._taken[:frames], self._given[:frames]
        np.multiply(indata, np.float32(1.0 / PCM_SCALE), out=taken)
        self._callback(taken, given, frames, times, status)
        np.multiply(given, np.float32(PCM_SCALE), out=given)
        np.clip(given, -PCM_SCALE, PCM_SCALE - 1.0, out=given)
        np.rint(given, out=given)
        np.copyto(outdata, given, casting="unsafe")

    def _render(self, frames: int) -> "Samples":
        """Before the microphone's frame is passed on, so that the loudspeaker's track is never the shorter one."""
        block = self._playout.render(frames)
        self._played.write(block)
        return block

    def _finished(self) -> None:
        """PortAudio has ended the stream. Unless we did, the device is gone."""
        if not self._closing:
            self._set_fault(DeviceError(WENT_AWAY))

    def _failed(self, error: BaseException) -> None:
        fault = DeviceError(f"the sound callback failed: {type(error).__name__}: {error}")
        fault.__cause__ = error
        self._set_fault(fault)

    def _set_fault(self, fault: DeviceError) -> None:
        if self._fault is None:
            self._fault = fault
            if self._on_fault is not None:
                self._on_fault(fault)

    def _stop(self, sd: Any, stream: Any) -> None:
        """Let what is rendered be heard to its end, then stop; a device that is gone would never get there."""
        self._closing = True
        try:
            if self._fault is None:
                stream.stop()
            else:
                stream.abort()
        except sd.PortAudioError:
            return


@contextmanager
def loudspeaker(output: DeviceName | None = None, *, sounddevice: Any = None) -> "Iterator[Callable[[Samples], None]]":
    """A function that plays samples at 16 kHz behind one another: ``monitor`` of a virtual card in real time.

    Raises DeviceError when there is no loudspeaker or it does not take 16 kHz.
    """
    sd = sounddevice or load_sounddevice()
    info = query(sd, output, "output")
    playout = Playout()

    def callback(outdata: Any, frames: int, times: Any, status: Any) -> None:
        outdata[:] = playout.render(frames)[:, None]

    try:
        stream = sd.OutputStream(
            samplerate=SAMPLE_RATE, device=int(info["index"]), channels=1, dtype="float32", callback=callback
        )
        with stream:
            yield lambda samples: playout.play(1, samples)
    except sd.PortAudioError as error:
        problem = reason(error)
        raise DeviceError(f"{info['name']} does not play: {problem}; choose another, with `hotseat devices`") from error
