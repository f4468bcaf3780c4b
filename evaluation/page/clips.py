"""Which stretches of sound a page needs, and how they are put into it.

Sound is cut and coded elsewhere (``voice.clips``); here it is only named. Every line of the transcript has a clip, every
interruption has one of both sides together. Lines that the debrief cites come first, so that a page that would grow
beyond ``LIMIT_BYTES`` loses those that nobody points at.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from evaluation.debrief import Debrief
from evaluation.page.places import LEAD_MS, TAIL_MS, Line, Places, Ref
from evaluation.timeline import Timeline

TRAINEE: Final = "trainee.wav"
CALLER: Final = "caller.wav"
AROUND_MS: Final = 1_000
"""Sound kept before and after an interruption: enough to hear who was speaking."""
LIMIT_BYTES: Final = 8_500_000
"""Of sound in one page; base64 makes a third more of it, so that the page stays below 12 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipSpan:
    """A stretch of a recording that the page wants to play."""

    name: str
    """Anchor of the line, or over-1, over-2, ... for interruptions."""
    tracks: tuple[str, ...]
    """Files of the call folder, mixed when there are two."""
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A stretch of sound as a browser plays it."""

    media_type: str
    """Such as audio/flac."""
    data: bytes

    @property
    def uri(self) -> str:
        """The clip as a data URI."""
        return f"data:{self.media_type};base64,{b64encode(self.data).decode('ascii')}"


def clip_spans(debrief: Debrief) -> tuple[ClipSpan, ...]:
    """The clips of a page, those that are cited first; none for a typed call."""
    if not debrief.timeline.spoken:
        return ()
    places = Places.of(debrief)
    cited = {ref.href for ref in cited_moments(debrief, places)}
    lines = sorted(places.lines, key=lambda line: f"#{line.id}" not in cited)
    return (*_interruptions(debrief.timeline), *map(_of, lines))


def spans_of(timeline: Timeline) -> tuple[ClipSpan, ...]:
    """The clips of a page in no order, before there is a debrief: enough to begin with the sound.

    Where two people are on the line, the page may want others beside them.
    """
    if not timeline.spoken:
        return ()
    said = [(f"you-{turn.turn}", TRAINEE, turn.start_ms, turn.end_ms) for turn in timeline.turns]
    said += [(f"caller-{one.utterance}", CALLER, one.start_ms, one.end_ms) for one in timeline.lines if one.text]
    return (*_interruptions(timeline), *(_span(*each) for each in said))


def within(spans: tuple[ClipSpan, ...], clips: Mapping[str, Clip], limit: int = LIMIT_BYTES) -> dict[str, Clip]:
    """The clips, in the order of ``spans``, that fit into ``limit`` bytes together."""
    kept: dict[str, Clip] = {}
    left = limit
    for span in spans:
        clip = clips.get(span.name)
        if clip is not None and len(clip.data) <= left:
            kept[span.name] = clip
            left -= len(clip.data)
    return kept


def cited_moments(debrief: Debrief, places: Places) -> Iterator[Ref]:
    """Every moment that a sentence above the transcript points at."""
    for point in debrief.turning_points:
        yield places.turn(point.turn)
    spans = [(one.by, one.start_ms, one.end_ms) for one in (debrief.keep, debrief.try_)]
    scores = list(debrief.scores)
    if debrief.of_two is not None:
        scores = [debrief.of_two.fairness, *(score for made in debrief.of_two.each for score in made.scores)]
    spans += [(item.by, item.start_ms, item.end_ms) for score in scores for item in score.items]
    spans += [("trainee", flag.start_ms, flag.end_ms) for flag in debrief.flags]
    for by, start_ms, end_ms in spans:
        ref = places.ref("caller" if by == "caller" else "trainee", start_ms, end_ms)
        if ref is not None:
            yield ref


def _of(line: Line) -> ClipSpan:
    return _span(line.id, TRAINEE if line.by == "trainee" else CALLER, line.start_ms, line.end_ms)


def _span(name: str, track: str, start_ms: int, end_ms: int) -> ClipSpan:
    return ClipSpan(name=name, tracks=(track,), start_ms=max(0, start_ms - LEAD_MS), end_ms=end_ms + TAIL_MS)


def _interruptions(timeline: Timeline) -> Iterator[ClipSpan]:
    for number, item in enumerate(timeline.interruptions, 1):
        yield ClipSpan(
            name=f"over-{number}", tracks=(TRAINEE, CALLER),
            start_ms=max(0, item.start_ms - AROUND_MS), end_ms=item.end_ms + AROUND_MS,
        )  # fmt: skip
