"""A recorded call as one HTML file: sound cut from its tracks, scores beside the trainee's own earlier calls."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulator.errors import UserError

if TYPE_CHECKING:
    from evaluation.debrief import Debrief
    from evaluation.delivery import Measure
    from evaluation.history import Change
    from evaluation.overlay import Overlay
    from evaluation.page import Clip
    from evaluation.retake import Retake
    from simulator.recording import RecordedCall


PAGE: Final = "debrief.html"
"""Where the page of a call is kept in its folder. It holds sound, so it goes when the sound goes."""


HISTORY_PAGE: Final = "history.html"
"""The page of all calls, beside their folder. It holds numbers and names, none of the trainee's words; it goes when a call
is deleted."""


def page_of(
    call: "RecordedCall",
    made: "Debrief",
    *,
    clips: bool = True,
    changes: Sequence["Change"] = (),
    overlay: "Overlay | None" = None,
    retake: "Retake | None" = None,
    voice: "Sequence[Measure]" = (),
) -> str:
    """The page of a call. Without ``clips``, or where the sound is no longer there, it has no players."""
    from evaluation.page import to_page
    from simulator import settings

    sound = cut_clips(call, made) if clips else {}
    return to_page(
        made, changes=changes, clips=sound, overlay=overlay, again=again(call, made), retake=retake, voice=voice,
        kept_templates=settings.cache_folder() / "templates",
    )  # fmt: skip


def cut_clips(call: "RecordedCall", made: "Debrief") -> "dict[str, Clip]":
    """Sound by clip name; empty for a call without sound. Raises RecordingError when a track cannot be read."""
    from evaluation.page import Clip, clip_spans
    from simulator.recording import TRACKS
    from voice import clips

    tracks = {name: clips.read_track(call.path / name) for name in TRACKS if (call.path / name).exists()}
    found = {}
    for span in clip_spans(made):
        parts = [tracks[name] for name in span.tracks if name in tracks]
        samples = clips.cut(parts, span.start_ms, span.end_ms)
        if len(samples):
            found[span.name] = Clip(media_type=clips.MEDIA_TYPE, data=clips.to_flac(samples))
    return found


def voice_of(call: "RecordedCall", made: "Debrief") -> "tuple[Measure, ...]":
    """How each turn was spoken; without pitch where the sound is gone. Raises RecordingError for a damaged track."""
    from evaluation.delivery import delivery, turn_levels
    from simulator.recording import TRACKS
    from voice import clips
    from voice.pitch import median_hz

    timeline, pitches = made.timeline, {}
    if not timeline.spoken:
        return ()
    path = call.path / TRACKS[0]
    if path.exists():
        track = clips.read_track(path)
        heard = {turn.turn: median_hz(clips.cut([track], turn.start_ms, turn.end_ms)) for turn in timeline.turns}
        pitches = {turn: hertz for turn, hertz in heard.items() if hertz is not None}
    return delivery(timeline, turn_levels(call.pairs, timeline), pitches)


def again(call: "RecordedCall", made: "Debrief") -> str:
    """The command that takes the call up again just before the moment to try, or from the start without one.

    Where that moment is a line of the caller's, it is the turn that answers it.
    """
    typed = " --typed" if call.header.source == "typed" else ""
    moment, turns = made.try_, made.timeline.turns
    turn = moment.turn
    if turn is None and moment.start_ms is not None:
        turn = next((each.turn for each in turns if each.start_ms >= moment.start_ms), None)
    if turn is not None:
        return f"hotseat retry {shlex.quote(_as_typed(call))} --turn {turn}{typed}"
    header = call.header
    return f"hotseat practice {header.persona['id']} --difficulty {header.difficulty} --seed {header.seed}{typed}"


def _as_typed(call: "RecordedCall") -> str:
    """A call as a command takes it: by name among the trainee's own calls, otherwise by its path."""
    from simulator import settings

    return call.name if call.path.resolve().parent == settings.calls_folder().resolve() else str(call.path)


def write_page(path: Path, page: str) -> None:
    """Write the page in one step, readable by its owner only. Raises UserError where it cannot be written."""
    scratch = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(page)
        scratch.replace(path)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise UserError(f"cannot write {path}: {error.strerror}; name another FILE") from None
