"""What can go wrong, and whose business it is.

HotseatError
├── UserError        the input is at fault; the message says what to do next
├── DeviceError      no sound device, or it went away
├── ModelError       a model is missing, damaged or not the pinned one
├── RecordingError   a call on disk cannot be read
└── EngineError      an impossible order of events: by definition our bug

``personas.findings.PersonaError`` stands beside this tree, because personas know nothing of the simulator.

The command line prints one line for the first four and exits with status 2; for ``EngineError`` it asks for a report.
"""


class HotseatError(Exception):
    """Root of every error raised on purpose. Catch it at the outermost edge only."""


class UserError(HotseatError):
    """The input cannot be used. The message is one line and says what to do next."""


class DeviceError(HotseatError):
    """A sound device is missing or was lost."""


class ModelError(HotseatError):
    """A model cannot be used. The message names the one command that mends it."""


class RecordingError(HotseatError):
    """A recorded call cannot be read."""


class EngineError(HotseatError):
    """The core was fed an impossible order of events. This is a bug in hotseat."""
