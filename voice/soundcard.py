"""The real headset, through PortAudio. The only file that imports sounddevice, and only once a device is wanted.

Theory of operation. One duplex stream for the whole call: microphone and loudspeaker then share one clock, and there is
no start-up between lines. The callback copies and counts, no more: what it raises would vanish in PortAudio, so it is
caught, kept as the card's fault, and the block is filled with silence. Where the device does not take 16 kHz the stream
runs at the device's own rate and ``RateBridge`` converts on a thread of its own.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator.errors import DeviceError
from simulator.ports import FRAME_SAMPLES, SAMPLE_RATE
from voice.capture import BACKLOG_MS, CallAudio, SampleRing
from voice.card_health import CardHealth
from voice.playout import Playout
from voice.rate_bridge import BLOCK_MS, RateBridge

if TYPE_CHECKING:
    from simulator.ports import FrameCallback, Samples

DeviceName = int | str
"""PortAudio's number of a device, or a part of its name."""
TYPED: Final = "`hotseat practice --typed`"
NO_PORTAUDIO: Final = f"PortAudio is missing: run `apt-get install libportaudio2`, or try {TYPED}"
NO_SOUNDDEVICE: Final = f"the Python package sounddevice is missing: run `pip install sounddevice`, or try {TYPED}"
NO_INPUT: Final = f"there is no microphone: plug in a headset and run `hotseat devices`, or try {TYPED}"
NO_OUTPUT: Final = f"there is no loudspeaker: plug in a headset and run `hotseat devices`, or try {TYPED}"
WENT_AWAY: Final = "the headset went away; plug it in again and start the call anew"
USUAL_RATES_HZ: Final = (48_000, 44_100)
"""Tried after 16 kHz and the devices' own defaults."""
CHANNELS: Final = ((1, 1), (1, 2), (2, 2))
"""(microphone, loudspeaker) channels tried in this order; some drivers know stereo only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A sound device as PortAudio sees it."""

    index: int
    name: str
    system: str
    """The sound system it belongs to, such as ALSA or Core Audio; both sides of a call must belong to the same."""
    inputs: int
    """Microphone channels; 0 for a loudspeaker."""
    outputs: int
    """Loudspeaker channels; 0 for a microphone."""
    rate_hz: int
    """The rate it prefers."""


def list_devices(*, sounddevice: Any = None) -> tuple[Device, ...]:
    """Every device, in PortAudio's order. Empty on a machine without any; DeviceError without PortAudio."""
    sd = sounddevice or _load_sounddevice()
    systems = [str(system["name"]) for system in sd.query_hostapis()]
    return tuple(_device(info, systems) for info in sd.query_devices())


def default_devices(*, sounddevice: Any = None) -> tuple[Device | None, Device | None]:
    """(microphone, loudspeaker) that a call uses when none is named; None where there is none."""
    sd = sounddevice or _load_sounddevice()
    systems = [str(system["name"]) for system in sd.query_hostapis()]
    found: list[Device | None] = []
    for kind in ("input", "output"):
        try:
            found.append(_device(sd.query_devices(kind=kind), systems))
        except (sd.PortAudioError, ValueError):
            found.append(None)
    return found[0], found[1]


class SoundDeviceCard:
    """A :class:`simulator.ports.SoundCard`: the machine's microphone and loudspeaker."""

    def __init__(
        self,
        input: DeviceName | None = None,
        output: DeviceName | None = None,
        *,
        on_fault: Callable[[DeviceError], None] | None = None,
        sounddevice: Any = None,
    ) -> None:
        """``input`` and ``output`` choose devices; None is the system's default. Nothing is touched before ``open``.

        ``on_fault`` is told once, on a thread of the card, when the device is of no more use; it must only pass it on.
        ``sounddevice`` stands in for the module of that name.
        """
        self._input = input
        self._output = output
        self._on_fault = on_fault
        self._sounddevice = sounddevice
        self._playout = Playout()
        self._played = SampleRing(BACKLOG_MS * SAMPLE_RATE // 1000)
        self._heard = CallAudio()
        self._bridge: RateBridge | None = None
        self._on_frame: FrameCallback = lambda frame: None
        self._overflows = 0
        self._underflows = 0
        self._slowest_s = 0.0
        self._round_trip_s = 0.0
        self._rate_hz = 0
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

    @contextmanager
    def open(self, on_frame: "FrameCallback") -> Iterator[Playout]:
        """As :class:`simulator.ports.SoundCard`; once. Raises DeviceError, in one line, when nothing can be opened."""
        sd = self._sounddevice or _load_sounddevice()
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
                problem = _reason(error)
                raise DeviceError(f"the sound device does not start: {problem}; run `hotseat devices`") from error
            yield self._playout

    def _open_stream(self, sd: Any) -> Any:
        """The first stream that the devices accept: 16 kHz at best, else a rate of theirs."""
        input_info = _query(sd, self._input, "input", NO_INPUT)
        output_info = _query(sd, self._output, "output", NO_OUTPUT)
        own = [round(float(info["default_samplerate"])) for info in (input_info, output_info)]
        problem = ""
        for rate_hz in dict.fromkeys([SAMPLE_RATE, *own, *USUAL_RATES_HZ]):
            for channels in CHANNELS:
                try:
                    stream = sd.Stream(
                        samplerate=rate_hz,
                        blocksize=FRAME_SAMPLES if rate_hz == SAMPLE_RATE else rate_hz * BLOCK_MS // 1000,
                        device=(int(input_info["index"]), int(output_info["index"])),
                        channels=channels,
                        dtype="float32",
                        latency="low",
                        callback=self._callback,
                        finished_callback=self._finished,
                    )
                except (sd.PortAudioError, ValueError) as error:
                    problem = problem or _reason(error)
                else:
                    self._rate_hz = rate_hz
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
        """Let what is rendered be heard to its end, then stop; a device that is gone cannot be stopped any more."""
        self._closing = True
        try:
            stream.stop()
        except sd.PortAudioError:
            return


@contextmanager
def loudspeaker(output: DeviceName | None = None, *, sounddevice: Any = None) -> "Iterator[Callable[[Samples], None]]":
    """A function that plays samples at 16 kHz behind one another: ``monitor`` of a virtual card in real time.

    Raises DeviceError when there is no loudspeaker or it does not take 16 kHz.
    """
    sd = sounddevice or _load_sounddevice()
    info = _query(sd, output, "output", NO_OUTPUT)
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
        problem = _reason(error)
        raise DeviceError(f"{info['name']} does not play: {problem}; choose another, with `hotseat devices`") from error


def _load_sounddevice() -> Any:
    try:
        import sounddevice  # type: ignore[import-untyped, unused-ignore]
    except ImportError as error:
        raise DeviceError(NO_SOUNDDEVICE) from error
    except OSError as error:
        raise DeviceError(NO_PORTAUDIO) from error
    return sounddevice


def _query(sd: Any, device: DeviceName | None, kind: str, missing: str) -> Any:
    """PortAudio's description of a device that can do what is asked of it."""
    try:
        info = sd.query_devices(device, kind)
    except (sd.PortAudioError, ValueError) as error:
        if device is None:
            raise DeviceError(missing) from error
        raise DeviceError(f"{device!r} is no {kind} device: {_reason(error)}; `hotseat devices` lists them") from error
    return info


def _device(info: Any, systems: list[str]) -> Device:
    return Device(
        index=int(info["index"]),
        name=str(info["name"]),
        system=systems[int(info["hostapi"])],
        inputs=int(info["max_input_channels"]),
        outputs=int(info["max_output_channels"]),
        rate_hz=round(float(info["default_samplerate"])),
    )


def _reason(error: BaseException) -> str:
    """The first line of what PortAudio says."""
    return str(error).split("\n", 1)[0].strip().rstrip(".") or type(error).__name__
