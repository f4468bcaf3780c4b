"""What a sound card went through during a call, in numbers."""

from dataclasses import dataclass

from simulator.errors import DeviceError


@dataclass(frozen=True, slots=True, kw_only=True)
class CardHealth:
    """A snapshot. All zero and None is a perfect call."""

    overflows: int = 0
    """Times the device reported that microphone samples were lost."""
    underflows: int = 0
    """Times the loudspeaker ran dry: a click or a gap was heard."""
    slowest_callback_ms: float = 0.0
    """Longest time one callback took; under a frame's 32 ms is needed, under 5 ms is usual."""
    rate_hz: int = 0
    """Sample rate at which the device runs; 0 for a virtual card."""
    round_trip_ms: float = 0.0
    """From a sound at the microphone to the earliest answer at the ear, as the device states it; 0 when it does not."""
    fault: DeviceError | None = None
    """Why the device is of no more use, if it is not."""
