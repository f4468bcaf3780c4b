"""Where in the call a sentence of the debrief comes from: lines of the transcript, and references to them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from evaluation.advice import clock, first_name
from evaluation.debrief import Debrief
from evaluation.items import By
from evaluation.mediation import lines_of
from evaluation.timeline import CallerLine, TraineeTurn

LEAD_MS: Final = 120
"""Sound kept before a line, so that its first consonant is not cut; a little more than the gate's own pre-roll error."""
TAIL_MS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the transcript: a trainee's turn or what was heard of an utterance of the caller."""

    id: str
    """Anchor in the page and name of its clip: you-3, caller-4."""
    by: By
    who: str
    """You, or the caller's first name."""
    start_ms: int
    end_ms: int
    text: str
    whole: bool
    """False when the caller was stopped in it."""
    turn: TraineeTurn | None
    """Set in a trainee's line."""
    said: CallerLine | None
    """Set in a caller's line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """A reference from a sentence to a moment of the call."""

    href: str
    """Anchor of the line that holds it."""
    by: By
    label: str
    """Call time, as people read it."""
    start_ms: int
    end_ms: int
    clip: str
    """Name of the clip to play; empty without sound."""
    offset_s: float
    """Where in the clip the moment begins."""
    length_s: float


@dataclass(frozen=True, slots=True)
class Places:
    """The lines of a call in order of time, and references into them."""

    lines: tuple[Line, ...]
    clips: Collection[str]
    """Names of the clips that the page holds."""

    @classmethod
    def of(cls, debrief: Debrief, clips: Collection[str] = ()) -> "Places":
        """The places of a call."""
        timeline = debrief.timeline
        spoken = [("", first_name(debrief.persona), timeline.lines)]
        if debrief.of_two is not None:
            spoken = [("ab"[n], name, lines_of(timeline, n)) for n, name in enumerate(debrief.of_two.names)]
        found = [
            Line(
                id=f"you-{turn.turn}", by="trainee", who="You", start_ms=turn.start_ms, end_ms=turn.end_ms,
                text=turn.text, whole=True, turn=turn, said=None,
            )
            for turn in timeline.turns
        ]  # fmt: skip
        found += [
            Line(
                id=f"caller-{line.utterance}{party}", by="caller", who=who, start_ms=line.start_ms, end_ms=line.end_ms,
                text=line.text, whole=line.whole, turn=None, said=line,
            )
            for party, who, lines in spoken
            for line in lines
            if line.text
        ]  # fmt: skip
        return cls(tuple(sorted(found, key=lambda line: (line.start_ms, line.by != "trainee", line.id))), clips)

    def line_at(self, by: By, start_ms: int, end_ms: int) -> Line | None:
        """That side's line which shares most time with the span; the one that begins nearest when none does."""
        own = [line for line in self.lines if line.by == by]
        return max(
            own,
            key=lambda line: (
                min(line.end_ms, end_ms) - max(line.start_ms, start_ms) if _meet(line, start_ms, end_ms) else -1,
                -abs(line.start_ms - start_ms),
            ),
            default=None,
        )

    def ref(self, by: By, start_ms: int | None, end_ms: int | None) -> Ref | None:
        """A reference to a span of one side; None without a span or without any line of that side."""
        if start_ms is None or end_ms is None or (line := self.line_at(by, start_ms, end_ms)) is None:
            return None
        clip_start = max(0, line.start_ms - LEAD_MS)
        inside = min(max(start_ms, line.start_ms), line.end_ms)
        until = min(max(end_ms, inside), line.end_ms) + TAIL_MS
        return Ref(
            href=f"#{line.id}", by=by, label=clock(start_ms), start_ms=start_ms, end_ms=end_ms,
            clip=line.id if line.id in self.clips else "",
            offset_s=max(0, inside - LEAD_MS - clip_start) / 1000,
            length_s=(until - max(clip_start, inside - LEAD_MS)) / 1000,
        )  # fmt: skip

    def turn(self, turn: TraineeTurn) -> Ref:
        """A reference to a whole turn."""
        found = self.ref("trainee", turn.start_ms, turn.end_ms)
        assert found is not None  # every turn is a line
        return found

    def call(self, end_ms: int) -> Ref | None:
        """A reference to the call as a whole: it leads to the first line."""
        if not self.lines:
            return None
        first = self.lines[0]
        return Ref(
            href=f"#{first.id}", by=first.by, label=f"0:00 to {clock(end_ms)}", start_ms=0, end_ms=end_ms, clip="",
            offset_s=0.0, length_s=0.0,
        )  # fmt: skip


def _meet(line: Line, start_ms: int, end_ms: int) -> bool:
    return line.start_ms <= end_ms and start_ms <= line.end_ms
