"""A stand-in for the module sounddevice: devices as a test wants them, streams that it drives block by block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from simulator.ports import Samples

TIMES = SimpleNamespace(inputBufferAdcTime=10.0, currentTime=10.03, outputBufferDacTime=10.08)
WELL = SimpleNamespace(input_overflow=False, output_underflow=False)


class PortAudioError(Exception):
    def __str__(self) -> str:
        return str(self.args[0])


def info(index: int, name: str, inputs: int, outputs: int, rate_hz: float = 16_000.0) -> dict[str, Any]:
    return {
        "index": index,
        "name": name,
        "hostapi": 0,
        "max_input_channels": inputs,
        "max_output_channels": outputs,
        "default_samplerate": rate_hz,
    }


HEADSET = info(0, "Headset", 1, 2)


class FakeStream:
    """A stream that a test drives block by block."""

    def __init__(self, module: FakeSoundDevice, callback: Any, finished_callback: Any = None, **settings: Any) -> None:
        module.attempts.append(settings)
        channels = settings["channels"]
        if settings["samplerate"] not in module.rates:
            raise PortAudioError("Error opening Stream: Invalid sample rate [PaErrorCode -9997]\nmore", -9997)
        if settings["dtype"] not in module.sample_types:
            raise PortAudioError("Error opening Stream: Sample format not supported", -9994)
        if channels not in module.channels:
            raise PortAudioError("Error opening Stream: Invalid number of channels", -9998)
        self.module, self.settings = module, settings
        self.callback, self.finished_callback = callback, finished_callback
        self.log: list[str] = []
        module.streams.append(self)

    def start(self) -> None:
        if self.module.does_not_start:
            raise PortAudioError("Error starting stream: Unanticipated host error [PaErrorCode -9999]", -9999)
        self.log.append("start")

    def stop(self) -> None:
        self.log.append("stop")
        if self.module.gone:
            raise PortAudioError("Error stopping stream")
        if self.finished_callback:
            self.finished_callback()

    def abort(self) -> None:
        self.log.append("abort")
        if self.module.gone:
            raise PortAudioError("Error aborting stream")

    def close(self) -> None:
        self.log.append("close")

    def __enter__(self) -> FakeStream:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.close()

    def block(self, heard: Any, status: Any = WELL, times: Any = TIMES) -> Any:
        """Call the callback as PortAudio would; return the loudspeaker's block."""
        channels_in, channels_out = self.settings["channels"]
        indata = np.repeat(heard[:, None], channels_in, axis=1)
        outdata = np.full((len(heard), channels_out), 9, dtype=self.settings["dtype"])
        self.callback(indata, outdata, len(heard), times, status)
        return outdata


@dataclass
class FakeSoundDevice:
    """Stands in for the module sounddevice."""

    devices: Sequence[dict[str, Any]] = (HEADSET,)
    rates: Sequence[int] = (16_000,)
    channels: Sequence[Any] = ((1, 1),)
    sample_types: Sequence[str] = ("float32",)
    plugged: Sequence[dict[str, Any]] | None = None
    """What will be there once PortAudio has looked again."""
    does_not_start: bool = False
    gone: bool = False
    attempts: list[dict[str, Any]] = field(default_factory=list)
    streams: list[FakeStream] = field(default_factory=list)
    PortAudioError = PortAudioError

    def query_hostapis(self) -> tuple[dict[str, Any], ...]:
        return ({"name": "ALSA"},)

    def query_devices(self, device: int | str | None = None, kind: str | None = None) -> Any:
        if device is None and kind is None:
            return list(self.devices)
        able = [each for each in self.devices if kind is None or each[f"max_{kind}_channels"]]
        if device is None:
            if not able:
                raise PortAudioError("Error querying device -1")
            return able[0]
        for each in able:
            if device == each["index"] or (isinstance(device, str) and device.lower() in each["name"].lower()):
                return each
        raise ValueError(f"No {kind} device matching {device!r}")

    def _terminate(self) -> None:
        self.streams = [stream for stream in self.streams if "close" in stream.log]

    def _initialize(self) -> None:
        if self.plugged is not None:
            self.devices = self.plugged

    def Stream(self, **settings: Any) -> FakeStream:
        return FakeStream(self, **settings)

    def OutputStream(self, **settings: Any) -> FakeStream:
        return FakeStream(self, **{**settings, "channels": (1, settings["channels"])})


def tone(count: int, rate_hz: int, hz: float = 440.0) -> Samples:
    return np.asarray(0.5 * np.sin(2 * np.pi * hz / rate_hz * np.arange(count)), dtype=np.float32)
