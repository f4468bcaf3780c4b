"""From a model's raw scores to calibrated probabilities and thresholds, and how good both are.

Platt scaling per label, pulled towards one scale for all labels because a held-out part has only a few dozen positives
of a rare label. Nothing here knows a model.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator.reading import LABELS, Label

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Scores = NDArray[np.float32]
    Cells = NDArray[np.bool_]
    Vector = NDArray[np.float64]

HARSH: Final[frozenset[Label]] = frozenset(
    {"dismissive", "defensive", "blame", "refusal", "hostile", "rushing", "jargon"}
)
"""Labels that cost the trainee something; they need more evidence."""
KIND_FROM: Final = 0.35
HARSH_FROM: Final = 0.50
"""From what probability the mood counts a label that calms and one that angers; every threshold is moved there."""
SEARCH: Final = (0.20, 0.60)
"""Where a threshold is looked for, on the calibrated probability."""
_PULL: Final = 8.0
"""Weight of the common scale against a label's own cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """Scale, shift and threshold of every label, in label order."""

    scale: "Vector"
    shift: "Vector"
    threshold: "Vector"
    """On the probability."""

    def probabilities(self, logits: "Scores") -> "NDArray[np.float64]":
        """Calibrated probabilities, the shape of ``logits`` (rows, labels)."""
        return _sigmoid(logits * self.scale + self.shift)

    def macro_f1(self, logits: "Scores", gold: "Cells", counts: "Cells | None" = None) -> float:
        """Mean F1 over labels that occur in ``gold``, over the cells that count (all, when None)."""
        found = self.probabilities(logits) >= self.threshold
        counts = np.ones_like(gold) if counts is None else counts
        return float(np.mean([f1(found[c, n], gold[c, n]) for n, c in enumerate(counts.T) if gold[c, n].any()]))

    def calibration_error(
        self, logits: "Scores", gold: "Cells", counts: "Cells | None" = None, bins: int = 10
    ) -> float:
        """Expected calibration error over the cells that count and whose probability is at least .02."""
        p, y = self.probabilities(logits).ravel(), gold.ravel()
        if counts is not None:
            p, y = p[counts.ravel()], y[counts.ravel()]
        p, y = p[p >= 0.02], y[p >= 0.02]
        slot = np.minimum((p * bins).astype(int), bins - 1)
        gaps = [
            abs(p[slot == n].mean() - y[slot == n].mean()) * (slot == n).mean()
            for n in range(bins)
            if (slot == n).any()
        ]
        return float(sum(gaps))

    def to_json(self) -> dict[str, Any]:
        """One object per label, rounded to 4 places."""
        return {
            "calibration": {
                label: {"scale": round(float(a), 4), "shift": round(float(b), 4), "threshold": round(float(t), 4)}
                for label, a, b, t in zip(LABELS, self.scale, self.shift, self.threshold, strict=True)
            }
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Fitted":
        """Back from ``to_json``. Raises ``KeyError`` if a label is missing."""
        rows = [value["calibration"][label] for label in LABELS]
        scale, shift, threshold = (np.array([row[key] for row in rows]) for key in ("scale", "shift", "threshold"))
        return cls(scale=scale, shift=shift, threshold=threshold)


PLAIN: Final = Fitted(scale=np.ones(len(LABELS)), shift=np.zeros(len(LABELS)), threshold=np.full(len(LABELS), 0.5))
"""Raw scores taken as they are: what calibration starts from."""


def f1(found: "NDArray[np.bool_]", gold: "NDArray[np.bool_]") -> float:
    """F1 of one label; 0 when nothing was found and something was there."""
    both = int((found & gold).sum())
    return 2 * both / max(1, int(found.sum()) + int(gold.sum()))


def fit(logits: "Scores", gold: "Cells", counts: "Cells | None" = None) -> Fitted:
    """Calibration and thresholds from held-out rows; only the cells that ``counts`` marks are looked at."""
    counts = np.ones_like(gold) if counts is None else counts
    common = _platt(logits[counts], gold[counts], (1.0, 0.0), 0.01)
    pairs = [_platt(logits[c, n], gold[c, n], common, _PULL) for n, c in enumerate(counts.T)]
    scale, shift = np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])
    p = _sigmoid(logits * scale + shift)
    # The best threshold lies where the mood does not count yet. Moving it there moves the scale with it: a label that is
    # found also counts. It makes probabilities a little high near the threshold; ``calibration_error`` is measured after.
    best = np.array([_threshold(p[c, n], gold[c, n]) for n, c in enumerate(counts.T)])
    floor = np.array([HARSH_FROM if label in HARSH else KIND_FROM for label in LABELS])
    lift = np.maximum(0, _logit(floor) - _logit(best))
    return Fitted(scale=scale.round(4), shift=(shift + lift).round(4), threshold=np.maximum(best, floor))


def _platt(x: "Scores", y: "Cells", towards: tuple[float, float], pull: float) -> tuple[float, float]:
    """Scale and shift that make ``x`` likeliest, by Newton steps with a quadratic pull ``towards`` a pair."""
    mean, target = np.array(towards, dtype=np.float64), y.astype(np.float64)
    at, basis = mean.copy(), np.stack([x.astype(np.float64), np.ones(len(x))], axis=1)
    for _ in range(50):
        p = _sigmoid(basis @ at)
        slope = basis.T @ (p - target) + pull * (at - mean)
        curve = (basis * (p * (1 - p))[:, None]).T @ basis + (pull + 1e-6) * np.eye(2)
        step = np.linalg.solve(curve, slope)
        at = at - np.clip(step, -0.5, 0.5)
        if np.abs(step).max() < 1e-6:
            break
    return max(0.05, float(at[0])), float(at[1])


def _threshold(p: "Vector", y: "Cells") -> float:
    """The threshold in ``SEARCH`` with the best F1, smoothed over its neighbours."""
    low, high = SEARCH
    grid = np.round(np.arange(low - 0.05, high + 0.0501, 0.01), 2)
    scores = np.array([f1(p >= t, y) for t in grid])
    smooth = np.convolve(scores, np.ones(9) / 9, mode="same")
    inside = (grid >= low - 1e-9) & (grid <= high + 1e-9)
    return float(grid[int(np.argmax(np.where(inside, smooth, -1)))])


def _logit(p: "Vector") -> "Vector":
    return np.log(p / (1 - p))


def _sigmoid(x: "NDArray[np.floating[Any]]") -> "NDArray[np.float64]":
    return np.asarray(1 / (1 + np.exp(-np.clip(np.asarray(x, dtype=np.float64), -60, 60))))
