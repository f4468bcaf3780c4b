"""A moment taken up again beside the call it comes from: both curves, what was said then and now, how each ended.

Pure: two debriefs in, values out. The first call's scores are never replaced, and a retake has none beside them: the
calls share their beginning, so a difference says what these words did to this caller from there on, and nothing more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from evaluation.advice import ENDINGS, clock
from evaluation.debrief import Debrief, anger
from evaluation.items import seconds
from evaluation.timeline import TraineeTurn


@dataclass(frozen=True, slots=True, kw_only=True)
class Retake:
    """The first call beside the one that takes it up again."""

    of: str
    """Name of the first call."""
    turn: int
    """The trainee's turn that was taken once more."""
    parts_ms: int
    """Call time up to which both recordings are the same, event for event."""
    then: Debrief
    now: Debrief

    @property
    def end_ms(self) -> int:
        """End of the longer of the two calls: of the axis that shows both."""
        return max(self.then.timeline.end_ms, self.now.timeline.end_ms, 1)

    @property
    def said(self) -> tuple[TraineeTurn | None, TraineeTurn | None]:
        """The turn as it was said then and now; None where the call ended before it."""
        then, now = (
            next((turn for turn in each.timeline.turns if turn.turn == self.turn), None)
            for each in (self.then, self.now)
        )
        return then, now

    def curves(self) -> tuple[Sequence[tuple[float, float]], Sequence[tuple[float, float]]]:
        """(seconds, anger) of both calls."""
        then, now = (
            [(t_s, level) for t_s, level in anger(each.timeline, each.persona)["curve"]] for each in self._both
        )
        return then, now

    def drawn(self) -> tuple[Sequence[tuple[float, float]], Sequence[tuple[float, float]]]:
        """The curves for a plot: both stay where the last shared turn left them until they part."""
        at = self.parts_ms / 1000
        then, now = (
            [
                *(dot for dot in curve if dot[0] < at),
                (at, [dot for dot in curve if dot[0] <= at][-1][1]),
                *(dot for dot in curve if dot[0] > at),
            ]
            for curve in self.curves()
        )
        return then, now

    def each(self) -> "tuple[Retake, ...]":
        """The retake as it came to each of two people on the line; itself, where there is one."""
        then, now = self.then.of_two, self.now.of_two
        if then is None or now is None:
            return (self,)
        return tuple(replace(self, then=was, now=is_) for was, is_ in zip(then.each, now.each, strict=True))

    @property
    def _both(self) -> tuple[Debrief, Debrief]:
        return self.then, self.now

    def headline(self) -> str:
        """Where both ended, in one sentence."""
        then, now = (round(curve[-1][1]) for curve in self.curves())
        ends = [ENDINGS[each.timeline.outcome] for each in self._both]
        return (
            f"Taken up again at turn {self.turn}, {clock(self.parts_ms)} into the call: anger at the end {then} then "
            f"({ends[0]}), {now} now ({ends[1]})."
        )

    def to_json(self) -> dict[str, Any]:
        """JSON values: times in seconds of call time, anger in points."""
        first, *other = self.each()
        return {
            "of": self.of, "turn": self.turn, "t0": seconds(self.parts_ms), "text": first.headline(),
            **first._sides(),
            **({"other": {"text": other[0].headline(), **other[0]._sides()}} if other else {}),
        }  # fmt: skip

    def _sides(self) -> dict[str, Any]:
        """Then and now."""
        return {
            name: {
                "curve": [list(point) for point in curve], "end": curve[-1][1], "outcome": made.timeline.outcome,
                "said": turn.text if turn is not None else None,
            }
            for name, made, curve, turn in zip(("then", "now"), self._both, self.curves(), self.said, strict=True)
        }  # fmt: skip
