"""A recorded call as one HTML file: sound cut from its tracks, scores beside the trainee's own earlier calls."""

import os
import shlex
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulator.background import Background
from simulator.errors import RecordingError, UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from evaluation.debrief import Debrief
    from evaluation.delivery import Measure
    from evaluation.history import Change
    from evaluation.overlay import Overlay
    from evaluation.page import Clip, ClipSpan
    from evaluation.retake import Retake
    from evaluation.timeline import Timeline
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
    sound: "Sound | None" = None,
) -> str:
    """The page of a call. Without ``clips``, or where the sound is no longer there, it has no players. ``sound`` is its sound where that was begun."""
    from evaluation.page import to_page
    from simulator import settings

    found = cut_clips(call, made, sound) if clips else {}
    return to_page(
        made, changes=changes, clips=found, overlay=overlay, again=again(call, made), retake=retake, voice=voice,
        kept_templates=settings.cache_folder() / "templates",
    )  # fmt: skip


class Sound:
    """The sound of a call as its page needs it. ``begin`` has it made beside the debrief."""

    def __init__(self, call: "RecordedCall") -> None:
        self._path = call.path
        self._tracks: dict[str, NDArray[np.int16]] = {}
        self._pitches: dict[tuple[int, int], float | None] = {}
        self._coded: dict[tuple[tuple[str, ...], int, int], bytes] = {}
        self._begun = Background(())

    def begin(self, timeline: "Timeline", *, clips: bool, pitches: bool) -> None:
        """Begin with all that the page of this timeline is likely to need. What cannot be read is left to who needs it."""
        import soundfile  # noqa: F401  # here and not beside: two threads that import hold each other up

        from evaluation.page import spans_of
        from simulator.recording import TRACKS
        from voice import pitch  # noqa: F401

        if not timeline.spoken:
            return
        with suppress(RecordingError):
            there = [name for name in TRACKS if self.track(name) is not None]
            turns = timeline.turns if pitches and TRACKS[0] in there else ()
            self._begun = Background(
                (
                    *(partial(self.pitch, turn.start_ms, turn.end_ms) for turn in turns),
                    *(partial(self.coded, span) for span in (spans_of(timeline) if clips else ())),
                )
            )

    def finish(self) -> None:
        """Have all that was begun."""
        self._begun.finish()

    def track(self, name: str) -> "NDArray[np.int16] | None":
        """A track of the call; None where it is gone. Raises RecordingError when it cannot be read."""
        from voice.clips import read_track

        if name not in self._tracks and (self._path / name).exists():
            self._tracks[name] = read_track(self._path / name)
        return self._tracks.get(name)

    def pitch(self, start_ms: int, end_ms: int) -> float | None:
        """Median pitch of a stretch of the trainee's track, in Hz; None when it is not known."""
        from simulator.recording import TRACKS
        from voice.clips import cut
        from voice.pitch import median_hz

        at, track = (start_ms, end_ms), self.track(TRACKS[0])
        if track is None:
            return None
        if at not in self._pitches:
            self._pitches[at] = median_hz(cut([track], start_ms, end_ms))
        return self._pitches[at]

    def coded(self, span: "ClipSpan") -> bytes:
        """A stretch as FLAC; empty where the recording has nothing. Raises RecordingError when it cannot be read."""
        from voice.clips import cut, to_flac

        key = (span.tracks, span.start_ms, span.end_ms)
        if key not in self._coded:
            tracks = [track for name in span.tracks if (track := self.track(name)) is not None]
            samples = cut(tracks, span.start_ms, span.end_ms)
            self._coded[key] = to_flac(samples) if len(samples) else b""
        return self._coded[key]


def cut_clips(call: "RecordedCall", made: "Debrief", sound: Sound | None = None) -> "dict[str, Clip]":
    """Sound by clip name; empty for a call without sound. Raises RecordingError when a track cannot be read."""
    from evaluation.page import Clip, clip_spans
    from simulator.recording import TRACKS
    from voice import clips

    sound = sound or Sound(call)
    sound.finish()
    for name in TRACKS:
        sound.track(name)  # a damaged track is said before anything is made of the other
    coded = {span.name: sound.coded(span) for span in clip_spans(made)}
    return {name: Clip(media_type=clips.MEDIA_TYPE, data=data) for name, data in coded.items() if data}


def voice_of(call: "RecordedCall", made: "Debrief", sound: Sound | None = None) -> "tuple[Measure, ...]":
    """How each turn was spoken; without pitch where the sound is gone. Raises RecordingError for a damaged track."""
    from evaluation.delivery import delivery, turn_levels

    timeline = made.timeline
    if not timeline.spoken:
        return ()
    sound = sound or Sound(call)
    sound.finish()
    heard = {turn.turn: sound.pitch(turn.start_ms, turn.end_ms) for turn in timeline.turns}
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
