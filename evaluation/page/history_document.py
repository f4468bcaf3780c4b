"""The history as a page: one file that loads nothing and runs nothing, for the browser, a phone and paper."""

from collections.abc import Sequence
from typing import Final

from evaluation.advice import ENDINGS
from evaluation.debrief import BADGE, SCORES, TITLES
from evaluation.history import PastCall, series, skills
from evaluation.next_exercise import Exercise
from evaluation.page import plots
from evaluation.page.frame import asset, environment, policy

SHOWN: Final = 40
"""Newest calls in a drawing."""


def to_history_page(calls: Sequence[PastCall], exercise: Exercise | None) -> str:
    """The history of ``calls`` (oldest first) as HTML. The same calls give the same text on every machine."""
    style = asset("page.css")
    found = skills(calls)
    return (
        environment()
        .get_template("history.html")
        .render(
            calls=calls,
            callers=len({call.persona for call in calls}),
            series=series(calls),
            skills=[(TITLES[name], own) for name in SCORES if (own := [each for each in found if each.score == name])],
            exercise=exercise,
            endings=ENDINGS,
            scores=SCORES,
            titles=TITLES,
            badge=BADGE,
            spark=lambda values: plots.spark(tuple(values)[-SHOWN:]),
            shown=SHOWN,
            style=style,
            policy=policy(style),
        )
    )
