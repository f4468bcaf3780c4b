"""The geometry of the page's plots: shares of the width and height, so that one drawing fits a phone and a printer.

Nothing here is markup. Shares are in percent with two digits, the same on every machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.advice import clock
from evaluation.debrief import Debrief, anger
from evaluation.retake import Retake
from evaluation.timeline import TraineeTurn

_PIN_PX, _TOP_PERCENT = 22, 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of a time axis, in percent of the width."""

    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One turn in the plot of anger: from where it stood to where it ended."""

    turn: TraineeTurn
    x: float
    y: float
    """Percent from the top."""
    width: float
    """From the step before to this one; the part of the plot that belongs to the turn."""
    path: str
    """Its piece of the curve, in a 1000 by 100 box."""
    letter: str
    """A or B at the two biggest moves, otherwise empty."""
    mid_x: float
    mid_y: float
    """The middle of its piece of the curve, in percent."""
    pin: int
    """Pixels from there to its letter: above the curve, or below it where it runs along the top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Anger over the call."""

    path: str
    """The whole curve, in a 1000 by 100 box."""
    area: str
    """The same, closed at the bottom."""
    steps: tuple[Step, ...]
    times: tuple[tuple[float, str], ...]
    """(percent, label) along the axis: start, middle, end."""
    then: str = ""
    """The first call's curve on the same axis, in a call that takes one up again; otherwise empty."""
    parts: float = 0.0
    """Where the two part, in percent of the width."""


def curve(debrief: Debrief, retake: Retake | None = None) -> Curve:
    """The curve of anger with a straight line from turn to turn, up to the end of the call.

    With ``retake`` the first call's curve too, over the length of the longer one.
    """
    numbers = anger(debrief.timeline, debrief.persona)["curve"]
    call_s = max(debrief.timeline.end_ms / 1000, numbers[-1][0], 0.001)
    end_s = max(call_s, retake.end_ms / 1000) if retake is not None else call_s
    dots = _dots(numbers, end_s)
    letters = {point.turn.turn: "AB"[index] for index, point in enumerate(debrief.turning_points)}
    steps = tuple(
        Step(
            turn=turn, x=after[0], y=after[1], width=round(max(0.0, after[0] - before[0]), 2),
            path=_path([before, after]), letter=letters.get(turn.turn, ""),
            mid_x=round((before[0] + after[0]) / 2, 2), mid_y=round((before[1] + after[1]) / 2, 2),
            pin=_PIN_PX if before[1] + after[1] < 2 * _TOP_PERCENT else -_PIN_PX,
        )
        for turn, before, after in zip(debrief.timeline.turns, dots, dots[1:], strict=False)
    )  # fmt: skip
    whole = [*dots, (share(call_s, end_s), dots[-1][1])]
    times = tuple((at, clock(round(end_s * 10 * at))) for at in (0.0, 50.0, 100.0))
    return Curve(
        path=_path(whole), area=f"{_path(whole)}V100H0Z", steps=steps, times=times,
        then=_path(_dots(retake.drawn()[0], end_s)) if retake is not None else "",
        parts=share(retake.parts_ms / 1000, end_s) if retake is not None else 0.0,
    )  # fmt: skip


def _dots(numbers: Sequence[Sequence[float]], end_s: float) -> list[tuple[float, float]]:
    """(seconds, anger) as percent of the width and percent from the top."""
    return [(share(t_s, end_s), round(100 - level, 2)) for t_s, level in numbers]


def _path(dots: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{10 * x:.1f} {y:.1f}" for x, y in dots)


def share(part: float, whole: float) -> float:
    """Percent of the whole, 0 to 100, to two digits; 0 of nothing."""
    return round(min(100.0, max(0.0, 100 * part / whole)), 2) if whole > 0 else 0.0


def stretch(start_ms: int, end_ms: int, call_ms: int) -> Stretch:
    """A span of call time on the axis of the call; never narrower than can be seen."""
    x = share(start_ms, call_ms)
    return Stretch(x=x, width=round(max(0.3, share(end_ms, call_ms) - x), 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """Values from 0 to 100 over the calls, oldest first, always on that whole scale: a small change looks small."""

    path: str
    """In a 1000 by 100 box, broken where a call has no value."""
    dots: tuple[tuple[float, float], ...]
    """(percent of the width, percent from the top) of each value that there is."""
    newest: float
    """Where the newest call stands, in percent of the width."""


def spark(values: Sequence[float | None]) -> Spark:
    """The drawing of a score or a skill call by call."""
    last = max(1, len(values) - 1)
    places = [None if value is None else (share(at, last), round(100 - value, 2)) for at, value in enumerate(values)]
    if len(values) == 1:  # a single call stands in the middle
        places = [None if place is None else (50.0, place[1]) for place in places]
    runs: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place is not None:
            runs[-1].append(place)
        elif runs[-1]:
            runs.append([])
    return Spark(
        path="".join(_path(run) for run in runs if len(run) > 1),
        dots=tuple(filter(None, places)),
        newest=50.0 if len(values) == 1 else 100.0,
    )
