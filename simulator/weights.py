"""What an act weighs: points of anger, gains and losses of heard and trust.

The numbers and the evidence behind their order are in ``docs/mood.md``. Listening (L), relating (R) and solving (P) are
families, because the order in which they come matters.
"""

from typing import Final, Literal, NamedTuple

Family = Literal["L", "R", "P"]


class Calming(NamedTuple):
    """Weights of a calming act: family, points of anger, gain of heard, gain of trust, share a stock phrase keeps."""

    family: Family
    anger: float
    heard: float
    trust: float
    stock: float


class Raising(NamedTuple):
    """Weights of a raising act: points of anger, loss of heard, loss of trust."""

    anger: float
    heard: float
    trust: float


CALMING: Final[dict[str, Calming]] = {
    "paraphrase": Calming("L", 7, 0.24, 0.04, 0.25),
    "summary_check": Calming("L", 5, 0.18, 0.05, 0.30),
    "open_question": Calming("L", 3, 0.10, 0.02, 0.60),
    "let_finish": Calming("L", 1, 0.08, 0.01, 1),
    "backchannel": Calming("L", 0.5, 0.02, 0, 1),
    "empathy": Calming("R", 5, 0.13, 0.03, 0.35),
    "apology": Calming("R", 6, 0.06, 0.04, 0.30),
    "own_fault": Calming("R", 4, 0.05, 0.08, 0.60),
    "gratitude": Calming("R", 2.5, 0.03, 0.02, 0.50),
    "partnership": Calming("R", 2, 0.03, 0.03, 0.60),
    "ownership": Calming("P", 5, 0.03, 0.10, 0.50),
    "action": Calming("P", 7, 0.03, 0.12, 0.30),
    "options": Calming("P", 4, 0.02, 0.06, 0.70),
    "explanation": Calming("P", 4, 0.02, 0.06, 0.40),
    "next_steps": Calming("P", 3, 0.02, 0.06, 0.50),
    "follow_up": Calming("P", 3, 0.01, 0.08, 0.40),
    "honest_limit": Calming("P", 1.5, 0.02, 0.07, 0.60),
    "supervisor": Calming("P", 4, 0.02, 0.05, 1),
}
RAISING: Final[dict[str, Raising]] = {
    "hostile": Raising(20, 0.20, 0.20),
    "hostile:threat": Raising(10, 0.10, 0.10),
    "blame": Raising(15, 0.10, 0.12),
    "dismiss": Raising(12, 0.15, 0.06),
    "argue": Raising(8, 0.07, 0.10),
    "argue:contradict": Raising(9, 0.12, 0.10),
    "argue:buck": Raising(8, 0.04, 0.12),
    "argue:excuse": Raising(7, 0.04, 0.08),
    "wall": Raising(8, 0.04, 0.08),
    "repeat_question": Raising(6, 0.12, 0.06),
    "rush": Raising(6, 0.08, 0.03),
    "vague_promise": Raising(4, 0.0, 0.06),
    "ignored_question": Raising(4, 0.06, 0.03),
    "jargon": Raising(2.5, 0.02, 0.01),
    "heard_wrong": Raising(2, 0.04, 0.02),
    "transfer": Raising(12, 0, 0.05),
    "transfer:warm": Raising(3, 0, 0),
    "contradiction": Raising(5, 0, 0.15),
    "sided": Raising(10, 0.12, 0.12),
    "left_out": Raising(4, 0.08, 0),
}
