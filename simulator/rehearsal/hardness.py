"""How hard a caller is: one number from calls that middling trainees hold with her, so that callers can be compared.

Experts win everybody and the rude win nobody; what differs from caller to caller is what becomes of those in between.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Callers by hardness, each at her own difficulty, and whether what their files state agrees in rank."""

    callers: tuple[Measured, ...]
    """The easiest first."""
    pairs: int
    """Pairs of callers that state different difficulties."""
    swapped: tuple[tuple[str, str], ...]
    """(caller, other) of those pairs in which the caller states less and is as hard or harder."""

    @property
    def text(self) -> str:
        """In words, a line a caller and one for all."""
        rows = [f"{one.persona:<24} states {one.stated}, hardness {one.hardness:5.1f}" for one in self.callers]
        wrong = "".join(f"; {easy} states less than {hard} and is not easier" for easy, hard in self.swapped)
        agree = self.pairs - len(self.swapped)
        return "\n".join(
            [*rows, f"stated and measured difficulty agree in {agree} of {self.pairs} pairs of callers{wrong}"]
        )

    def to_plain(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "hardness": [
                {"persona": one.persona, "stated": one.stated, "hardness": one.hardness} for one in self.callers
            ],
            "pairs": self.pairs, "swapped": [list(pair) for pair in self.swapped],
        }  # fmt: skip


def ranked(callers: Iterable[Measured]) -> Ranked:
    """``callers``, each measured at her own difficulty, set against each other."""
    order = sorted(callers, key=lambda one: (one.hardness, one.persona))
    pairs = [(one, other) for one in order for other in order if one.stated < other.stated]
    swapped = tuple((one.persona, other.persona) for one, other in pairs if one.hardness >= other.hardness)
    return Ranked(callers=tuple(order), pairs=len(pairs), swapped=swapped)


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
