"""The call that a retake comes from, found beside it and set against it."""

from typing import TYPE_CHECKING

from simulator.console.output import clean, notice
from simulator.errors import HotseatError

if TYPE_CHECKING:
    from evaluation.debrief import Debrief
    from evaluation.retake import Retake
    from simulator.recording import RecordedCall


def retake_of(call: "RecordedCall", made: "Debrief") -> "Retake | None":
    """The call beside the one it takes up again; None for a call of its own, or where the first is gone (which is said)."""
    of = str(call.header.fork.get("of", ""))
    if not of:
        return None
    first = _first(call, of)
    parts_ms = _same_until(first, call) if first is not None else None
    if first is None or parts_ms is None:
        notice(f"{clean(of)}, which this call takes up again, is not here as it was: its curve is not shown")
        return None
    from evaluation.retake import Retake
    from simulator.console.calls import make_debrief_of

    return Retake(of=of, turn=int(call.header.fork["turn"]), parts_ms=parts_ms, then=make_debrief_of(first), now=made)


def _first(call: "RecordedCall", of: str) -> "RecordedCall | None":
    """By its name beside the call, or among the trainee's own calls."""
    from simulator import settings
    from simulator.recording import read_call

    for folder in (call.path.parent, settings.calls_folder()):
        if (folder / of).name == of and (folder / of).is_dir():
            try:
                return read_call(folder / of)
            except HotseatError:
                continue
    return None


def _same_until(first: "RecordedCall", again: "RecordedCall") -> int | None:
    """Call time of the last event that both share with its answers; None when they do not even begin alike."""
    alike = 0
    while alike < min(len(first.steps), len(again.steps)) and first.steps[alike] == again.steps[alike]:
        alike += 1
    return again.steps[alike - 1].event.t if alike else None
