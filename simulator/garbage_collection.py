"""Python's search for cycles, and when it is not worth its time."""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """No search for cycles meanwhile: for work that builds much, keeps it and makes no cycles worth finding.

    A long call is 20,000 steps, and every search goes through all of them: a tenth of the time of ``hotseat debrief``.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def leave_all_at_exit() -> None:
    """Spare the interpreter its last searches at exit: the system takes all memory back at once anyway."""
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
