"""How hard a caller is: one number from calls that middling trainees hold with her, so that callers can be compared.

Experts win everybody and the rude win nobody; what differs from caller to caller is what becomes of those in between.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from simulator.rehearsal.calls import Rehearsed

MIDDLING: Final[tuple[str, ...]] = ("warm_beginner", "solution_first", "recovers")
"""The trainees whose calls are counted."""
LOST: Final = 100.0
"""What a call counts that was not resolved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A caller's hardness beside the difficulty that her file states."""

    persona: str
    stated: int
    """``difficulty`` of the file, 1 to 5."""
    hardness: float
    """0 to 100: mean anger at the end of the calls of ``MIDDLING``; a call that was not resolved counts 100."""


def hardness(calls: Iterable[Rehearsed]) -> float | None:
    """The hardness that ``calls`` with one caller at one difficulty show; None without any of ``MIDDLING``."""
    points = [call.curve[-1] if call.outcome == "resolved" else LOST for call in calls if call.trainee in MIDDLING]
    return round(sum(points) / len(points), 1) if points else None


def compared(mine: Measured, others: Sequence[Measured]) -> str:
    """In a sentence or two, where ``mine`` stands among ``others`` and whether the stated difficulty agrees."""
    others = [other for other in others if other.persona != mine.persona]
    said = f"Hardness {mine.hardness:.0f} of 100"
    if not others:
        return f"{said}; there is nobody in the library to compare with."
    easier = sum(other.hardness < mine.hardness for other in others)
    said += f", harder than {easier} of the {len(others)} other callers in the library."
    wrong = [
        other for other in others
        if (other.stated < mine.stated and other.hardness > mine.hardness)
        or (other.stated > mine.stated and other.hardness < mine.hardness)
    ]  # fmt: skip
    if not wrong:
        return f"{said} The stated difficulty {mine.stated} agrees with that."
    word = "harder" if wrong[0].stated > mine.stated else "easier"
    shown = f"{wrong[0].persona} says {wrong[0].stated} and has {wrong[0].hardness:.0f}"
    way = "Raise" if wrong[0].stated > mine.stated else "Lower"
    return f"{said} The file says {mine.stated}, but {shown}, which should be {word}. {way} 'difficulty:', or change the temper."
