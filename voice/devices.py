"""Which sound devices there are, and which two of them a call uses. The only file that imports sounddevice, and late.

PortAudio reads the list of devices once and knows nothing of plugging and unplugging; :func:`refresh` makes it look
again. Numbers change when a device comes or goes, so a choice is remembered by name and sound system, never by number.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

from simulator.errors import DeviceError

DeviceName = int | str
"""PortAudio's number of a device, its name, or a part of it."""
Side = Literal["input", "output"]
WORD: Final[dict[Side, str]] = {"input": "microphone", "output": "loudspeaker"}
TYPED: Final = "`hotseat practice --typed`"
NO_PORTAUDIO: Final = f"PortAudio is missing: run `apt-get install libportaudio2`, or try {TYPED}"
NO_SOUNDDEVICE: Final = f"the Python package sounddevice is missing: run `pip install sounddevice`, or try {TYPED}"
NO_INPUT: Final = f"there is no microphone: plug in a headset and run `hotseat devices`, or try {TYPED}"
NO_OUTPUT: Final = f"there is no loudspeaker: plug in a headset and run `hotseat devices`, or try {TYPED}"


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

    def channels(self, side: Side) -> int:
        """Channels on one side; 0 when it has none."""
        return self.inputs if side == "input" else self.outputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A device as it is remembered: by what does not change when another one is plugged in."""

    name: str
    system: str

    @classmethod
    def for_device(cls, device: Device) -> "Wish":
        """What to remember of a device."""
        return cls(name=device.name, system=device.system)


def load_sounddevice() -> Any:
    """The module, or DeviceError with the one command that brings what is missing."""
    try:
        import sounddevice  # type: ignore[import-untyped, unused-ignore]
    except ImportError as error:
        raise DeviceError(NO_SOUNDDEVICE) from error
    except OSError as error:
        raise DeviceError(NO_PORTAUDIO) from error
    except Exception as error:  # PortAudio starts when its module is loaded, whose own error is not known before
        raise DeviceError(
            f"the machine's sound system does not start: {reason(error)}; mend it, or try {TYPED}"
        ) from error
    return sounddevice


def list_devices(*, sounddevice: Any = None) -> tuple[Device, ...]:
    """Every device, in PortAudio's order. Empty on a machine without any; DeviceError without PortAudio."""
    sd = sounddevice or load_sounddevice()
    systems = [str(system["name"]) for system in sd.query_hostapis()]
    return tuple(_device(info, systems) for info in sd.query_devices())


def default_devices(*, sounddevice: Any = None) -> tuple[Device | None, Device | None]:
    """(microphone, loudspeaker) that the system would use; None where there is none."""
    sd = sounddevice or load_sounddevice()
    systems = [str(system["name"]) for system in sd.query_hostapis()]
    found: list[Device | None] = []
    for kind in ("input", "output"):
        try:
            found.append(_device(sd.query_devices(kind=kind), systems))
        except (sd.PortAudioError, ValueError):
            found.append(None)
    return found[0], found[1]


def refresh(*, sounddevice: Any = None) -> None:
    """Let PortAudio look for devices again. No stream may be open: it would be gone without a word."""
    sd = sounddevice or load_sounddevice()
    sd._terminate()
    sd._initialize()


def find(devices: tuple[Device, ...], wish: Wish, side: Side) -> Device | None:
    """The device that was remembered, if it is here and has that side."""
    for device in devices:
        if (device.name, device.system) == (wish.name, wish.system) and device.channels(side):
            return device
    return None


def pick(devices: tuple[Device, ...], asked: str, side: Side) -> Device:
    """The one device that ``asked`` means: its number in the list, its name, or a part of it, in either case.

    Raises DeviceError for none and for more than one, naming what would have been understood.
    """
    able = [device for device in devices if device.channels(side)]
    if not able:
        raise DeviceError(NO_INPUT if side == "input" else NO_OUTPUT)
    if asked.strip().isdecimal():
        found = [device for device in able if device.index == int(asked)]
    else:
        low = asked.strip().lower()
        same = [device for device in able if device.name.lower() == low]
        found = same or [device for device in able if low and low in device.name.lower()]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{device.index} {device.name}" for device in (found or able))
    if found:
        raise DeviceError(f"{asked!r} fits more than one {WORD[side]}: choose by number, of {known}")
    raise DeviceError(f"there is no {WORD[side]} {asked!r}: choose {known}")


def query(sd: Any, device: DeviceName | None, side: Side) -> Any:
    """PortAudio's own description of a device that can do what is asked of it, or DeviceError."""
    try:
        return sd.query_devices(device, side)
    except (sd.PortAudioError, ValueError) as error:
        if device is None:
            raise DeviceError(NO_INPUT if side == "input" else NO_OUTPUT) from error
        raise DeviceError(f"{device!r} is no {side} device: {reason(error)}; `hotseat devices` lists them") from error


def reason(error: BaseException) -> str:
    """The first line of what PortAudio says."""
    return str(error).split("\n", 1)[0].strip().rstrip(".") or type(error).__name__


def _device(info: Any, systems: list[str]) -> Device:
    return Device(
        index=int(info["index"]),
        name=str(info["name"]),
        system=systems[int(info["hostapi"])],
        inputs=int(info["max_input_channels"]),
        outputs=int(info["max_output_channels"]),
        rate_hz=round(float(info["default_samplerate"])),
    )
