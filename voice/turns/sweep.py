"""False cut-offs against dead air, by the method of eot-bench (livekit/eot-bench, README and metrics).

Every silence of a turn is a decision point. A model scores it every 100 ms from what was heard so far; a policy of three
knobs acts on the scores:

* threshold: the least score that ends the turn;
* action delay: the least silence before acting;
* timeout: the most silence before the turn ends whatever the score.

All policies are tried. A *false cut-off* is a pause of 0.2 to 5 s within a turn that the policy did not sit out, counted
per pause. *Dead air* is the mean silence after a true end until the policy acts; computing time is not in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP_MS: Final = 100
THRESHOLDS: Final = tuple(round(step / 100, 2) for step in range(101))
DELAYS_MS: Final = tuple(range(200, 1001, 100))
TIMEOUTS_MS: Final = tuple(range(1000, 3501, 500))
SHORTEST_HOLD_MS: Final = 200
LONGEST_HOLD_MS: Final = 5000
STEPS: Final = TIMEOUTS_MS[-1] // STEP_MS
"""Scores per silence: at 100, 200, ... 3500 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A silence with the scores that a model gave it."""

    length_ms: int
    is_end: bool
    scores: tuple[float, ...]
    """After 100, 200, ... ms of silence, as far as the silence lasts, 0 to 1; the last one holds from there on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One setting of the knobs."""

    threshold: float
    delay_ms: int
    timeout_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a policy does to a set of turns."""

    policy: Policy
    cut_off: float
    """Share of the pauses that were cut off, 0 to 1."""
    dead_air_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The outcomes of all policies for one model."""

    outcomes: "NDArray[np.float64]"
    """delay by timeout by threshold by (cut-off share, dead air in ms)."""

    def at_cut_off(self, most: float) -> Outcome | None:
        """The least dead air with at most this share of pauses cut off."""
        return self._best(1, 0, most)

    def at_dead_air(self, most_ms: float) -> Outcome | None:
        """The fewest cut-offs with at most this mean dead air."""
        return self._best(0, 1, most_ms)

    def of(self, policy: Policy) -> Outcome:
        """What one policy does."""
        at = (
            DELAYS_MS.index(policy.delay_ms), TIMEOUTS_MS.index(policy.timeout_ms), THRESHOLDS.index(policy.threshold),
        )  # fmt: skip
        cut_off, dead_air_ms = self.outcomes[at]
        return Outcome(policy=policy, cut_off=float(cut_off), dead_air_ms=float(dead_air_ms))

    def _best(self, wanted: int, bounded: int, most: float) -> Outcome | None:
        allowed = self.outcomes[..., bounded] <= most + 1e-9
        if not allowed.any():
            return None
        least = np.where(allowed, self.outcomes[..., wanted], np.inf).min()
        ties = allowed & (self.outcomes[..., wanted] <= least + 1e-9)
        other = np.where(ties, self.outcomes[..., bounded], np.inf)
        delay, timeout, threshold = np.unravel_index(int(np.argmin(other)), other.shape)
        policy = Policy(threshold=THRESHOLDS[threshold], delay_ms=DELAYS_MS[delay], timeout_ms=TIMEOUTS_MS[timeout])
        return self.of(policy)


def sweep(points: Sequence[Point]) -> Curve:
    """Try every policy on ``points``. Needs at least one end and one pause that counts."""
    holds = [p for p in points if not p.is_end and SHORTEST_HOLD_MS <= p.length_ms <= LONGEST_HOLD_MS]
    ends = [p for p in points if p.is_end]
    if not holds or not ends:
        raise ValueError("false cut-offs need pauses, dead air needs ends; there are none of one kind")
    lengths = np.array([point.length_ms for point in holds])
    hold_scores, end_scores = _table(holds), _table(ends)
    outcomes = np.zeros((len(DELAYS_MS), len(TIMEOUTS_MS), len(THRESHOLDS), 2))
    for row, delay_ms in enumerate(DELAYS_MS):
        hold_acts, end_acts = _acts_ms(hold_scores, delay_ms), _acts_ms(end_scores, delay_ms)
        for column, timeout_ms in enumerate(TIMEOUTS_MS):
            outcomes[row, column, :, 0] = (np.minimum(hold_acts, timeout_ms) < lengths[:, None]).mean(axis=0)
            outcomes[row, column, :, 1] = np.minimum(end_acts, timeout_ms).mean(axis=0)
    return Curve(outcomes=outcomes)


def _table(points: Sequence[Point]) -> "NDArray[np.float64]":
    """One row of scores for each point."""
    rows = np.zeros((len(points), STEPS))
    for row, point in zip(rows, points, strict=True):
        scores = point.scores[:STEPS] or (0.0,)
        row[: len(scores)] = scores
        row[len(scores) :] = scores[-1]
    return rows


def _acts_ms(scores: "NDArray[np.float64]", delay_ms: int) -> "NDArray[np.float64]":
    """When each threshold is first reached from ``delay_ms`` on, endless where it never is: points by thresholds."""
    first = delay_ms // STEP_MS - 1
    highest = np.maximum.accumulate(scores[:, first:], axis=1)
    acts = np.full((len(scores), len(THRESHOLDS)), np.inf)
    for column, threshold in enumerate(THRESHOLDS):
        reached = highest >= threshold
        acts[:, column] = np.where(reached.any(axis=1), (reached.argmax(axis=1) + first + 1) * STEP_MS, np.inf)
    return acts
