"""Work beside other work: each task once, whoever does it, and nothing that goes wrong is lost."""

import gc
import threading

import pytest

from simulator.background import Background
from simulator.garbage_collection import no_collection


def test_every_task_is_done_once_whoever_does_it() -> None:
    done: list[int] = []

    work = Background([lambda n=n: done.append(n) for n in range(2_000)])  # type: ignore[misc]
    work.finish()
    work.finish()

    assert sorted(done) == list(range(2_000))


def test_who_needs_the_work_does_what_is_left_of_it() -> None:
    begun, go_on, by = threading.Event(), threading.Event(), dict[str, int]()

    def first() -> None:
        begun.set()
        go_on.wait()

    def second() -> None:
        by["second"] = threading.get_ident()
        go_on.set()

    work = Background([first, second])
    begun.wait()
    work.finish()

    assert by["second"] == threading.get_ident()


def test_what_goes_wrong_is_told_to_who_needs_the_work() -> None:
    work = Background([lambda: 1 // 0])

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            work.finish()


def test_the_search_for_cycles_comes_back() -> None:
    assert gc.isenabled()
    with pytest.raises(KeyError), no_collection():
        assert not gc.isenabled()
        with no_collection():
            pass
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()
