"""Plays one finished sound on a loudspeaker, outside any call."""

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.errors import DeviceError
from simulator.ports import SAMPLE_RATE
from voice.devices import Device, load_sounddevice, reason
from voice.resampling import Resampler

if TYPE_CHECKING:
    from simulator.ports import Samples


def play_aloud(samples: "Samples", device: Device, *, sounddevice: Any = None) -> None:
    """Play ``samples`` (16 kHz) on ``device`` and return when they have been heard.

    Raises DeviceError, in one line, when the device does not take them.
    """
    sd = sounddevice or load_sounddevice()
    sound = samples
    if device.rate_hz != SAMPLE_RATE:
        bridge = Resampler(SAMPLE_RATE, device.rate_hz)
        sound = bridge.feed(np.concatenate([samples, np.zeros(bridge.delay_samples, dtype=np.float32)]))
    try:
        sd.play(sound, device.rate_hz, device=device.index, blocking=True)
    except (sd.PortAudioError, ValueError) as error:
        raise DeviceError(f"{device.name} cannot play this: {reason(error)}; write a file with --out") from error
