"""What the benchmarks print is what they measured."""

import pytest

from simulator.benchmarks import percentile, row


@pytest.mark.parametrize(
    ("values", "p50", "p95"),
    [([7.0], 7.0, 7.0), ([2.0, 1.0], 1.0, 2.0), ([3.0, 1.0, 2.0], 2.0, 3.0), (list(range(1, 101)), 50, 95)],
)
def test_nearest_rank(values: list[float], p50: float, p95: float) -> None:
    assert (percentile(values, 0.5), percentile(values, 0.95)) == (p50, p95)


def test_nothing_measured_is_said() -> None:
    assert row("nothing", [], "ms").n == 0
