"""Fixtures of the debrief's tests; the calls themselves are made in ``worked_calls``."""

import pytest
from hypothesis import settings

from evaluation.debrief import Debrief
from tests.evaluation.worked_calls import CALLS, debrief_of

settings.register_profile("debrief", deadline=None, derandomize=True)


@pytest.fixture(params=sorted(CALLS))
def worked(request: pytest.FixtureRequest) -> Debrief:
    """The debrief of each worked call in turn."""
    return debrief_of(CALLS[request.param]())
