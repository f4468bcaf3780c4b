"""``hotseat debrief --html``: the debrief as a file for the browser."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.console.output import notice, progress, result
from simulator.errors import HotseatError, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.debrief import Debrief
    from evaluation.delivery import Measure
    from evaluation.history import Change
    from evaluation.overlay import Overlay
    from evaluation.retake import Retake
    from simulator.page_file import Sound
    from simulator.recording import RecordedCall

COMPARED = 12
"""Newest earlier calls that are looked at for those to compare with; reading one takes a tenth of a second or two."""


def write(
    call: "RecordedCall", made: "Debrief", *, file: Path | None, clips: bool, show: bool, overlay: "Overlay",
    retake: "Retake | None" = None, voice: "Sequence[Measure]" = (),
    sound: "Sound | None" = None,
) -> None:  # fmt: skip
    """Write the page into ``file`` or the call folder and print where it is; ``show`` opens it in the browser."""
    from simulator.page_file import PAGE, page_of, write_page

    path = file if file is not None else call.path / PAGE
    if path.is_dir():
        raise UserError(f"{path} is a folder: name a file in it, such as {path / PAGE}")
    progress("making the page ...")
    page = page_of(
        call, made, clips=clips, changes=changes(call, made), overlay=overlay, retake=retake, voice=voice, sound=sound
    )
    write_page(path, page)
    result(str(path))
    if show:
        open_in_browser(path)


def changes(call: "RecordedCall", made: "Debrief") -> "tuple[Change, ...]":
    """The call's scores beside the trainee's own calls before it; empty when it is the first, or a moment taken again.

    Moments taken again are left out, and what a scripted trainee said is compared with scripts only, as in the history.
    """
    from datetime import datetime

    from evaluation.history import PastCall, past
    from simulator.own_calls import all_calls
    from simulator.settings import calls_folder

    if call.header.fork:
        return ()
    scripted = bool(call.header.script)
    started = datetime.fromisoformat(call.header.started).astimezone()
    before = [
        own
        for own in all_calls(calls_folder())
        if own.state == "whole" and own.started < started and not own.fork_of and bool(own.script) == scripted
    ]
    found = [old for own in before[-COMPARED:] if (old := _past(own)) is not None]
    return past([*found, PastCall.of(made, name=call.name, started=call.header.started)])


def _past(own: Any) -> Any:
    """What the history keeps of an earlier call; None when it cannot be read, which is no reason to show no page."""
    from evaluation.history import PastCall
    from personas.findings import PersonaError
    from simulator.console.calls import make_debrief_of
    from simulator.recording import read_call

    try:
        return PastCall.of(make_debrief_of(read_call(own.path)), name=own.name, started=own.started.isoformat())
    except (HotseatError, PersonaError, OSError):
        return None


def open_in_browser(path: Path) -> None:
    """Show a file in the browser; a notice where there is none."""
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        notice(f"no browser found here: open {path} yourself")
