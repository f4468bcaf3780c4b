"""Who holds the floor: one table and nothing else.

The engine reports what it noticed (a signal); the table says which state follows. A pair that is not in the table is
impossible by construction, and meeting one is a bug in the engine: ``EngineError``.
"""

from enum import Enum
from typing import Final

from simulator.errors import EngineError


class Floor(Enum):
    """States of the conversation."""

    QUIET = "quiet"
    """Nobody speaks and nobody is about to."""
    TRAINEE = "trainee"
    """The trainee speaks."""
    PAUSE = "pause"
    """The trainee has stopped, perhaps only for breath."""
    PREPARING = "preparing"
    """The turn is the caller's; words or sound are being made."""
    CALLER = "caller"
    """The caller speaks."""
    OVERLAP = "overlap"
    """Both speak."""
    HOLD = "hold"
    """The trainee has put the caller on hold."""
    ENDED = "ended"
    """The call is over."""


class Signal(Enum):
    """What the engine can notice."""

    TRAINEE_SPEAKS = "trainee speaks"
    TRAINEE_PAUSES = "trainee pauses"
    TURN_ENDS = "turn ends"
    NOTHING_SAID = "nothing said"
    CALLER_PLANS = "caller plans"
    CALLER_SPEAKS = "caller speaks"
    CALLER_FINISHES = "caller finishes"
    CALLER_YIELDS = "caller yields"
    HOLD = "hold"
    RESUME = "resume"
    END = "end"


_F, _S = Floor, Signal

TABLE: Final[dict[tuple[Floor, Signal], Floor]] = {
    (_F.QUIET, _S.TRAINEE_SPEAKS): _F.TRAINEE,
    (_F.QUIET, _S.CALLER_PLANS): _F.PREPARING,
    (_F.QUIET, _S.TURN_ENDS): _F.PREPARING,  # a typed reply, or words said under the caller's last ones
    (_F.TRAINEE, _S.TRAINEE_PAUSES): _F.PAUSE,
    (_F.TRAINEE, _S.CALLER_SPEAKS): _F.OVERLAP,  # the caller cuts in
    (_F.PAUSE, _S.TRAINEE_SPEAKS): _F.TRAINEE,
    (_F.PAUSE, _S.TURN_ENDS): _F.PREPARING,
    (_F.PAUSE, _S.NOTHING_SAID): _F.QUIET,  # a cough: sound without words
    (_F.PREPARING, _S.TRAINEE_SPEAKS): _F.TRAINEE,  # the trainee goes on: the prepared answer is forgotten
    (_F.PREPARING, _S.CALLER_SPEAKS): _F.CALLER,
    (_F.PREPARING, _S.NOTHING_SAID): _F.QUIET,
    (_F.CALLER, _S.TRAINEE_SPEAKS): _F.OVERLAP,
    (_F.CALLER, _S.CALLER_FINISHES): _F.QUIET,
    (_F.OVERLAP, _S.TRAINEE_PAUSES): _F.CALLER,  # it was a backchannel
    (_F.OVERLAP, _S.CALLER_YIELDS): _F.TRAINEE,
    (_F.OVERLAP, _S.CALLER_FINISHES): _F.TRAINEE,
    (_F.QUIET, _S.HOLD): _F.HOLD,
    (_F.HOLD, _S.RESUME): _F.QUIET,
    (_F.HOLD, _S.TRAINEE_SPEAKS): _F.TRAINEE,
    (_F.HOLD, _S.TURN_ENDS): _F.PREPARING,
    (_F.HOLD, _S.CALLER_PLANS): _F.PREPARING,
    **{(state, _S.END): _F.ENDED for state in _F if state is not _F.ENDED},
}


def after(state: Floor, signal: Signal) -> Floor:
    """The state that follows. Raises EngineError for a pair that cannot happen."""
    try:
        return TABLE[state, signal]
    except KeyError:
        raise EngineError(f"{signal.value!r} cannot happen while the floor is {state.value!r}") from None
