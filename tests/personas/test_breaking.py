"""Nothing in a persona file can hurt, and what is broken is told where it is. scripts/fuzz_personas does the same at length."""

import time
from pathlib import Path

import pytest

from scripts.breaking.fuzz import bases, flood, made
from scripts.breaking.kinds import Broken, judge, kinds
from scripts.breaking.look import look

KINDS = kinds()


def missed(some: list[Broken]) -> list[str]:
    return [f"{one.kind} ({one.file}:{one.line}): {told}" for one in some for right, told in (judge(one),) if not right]


def test_there_are_three_hundred_kinds_and_more() -> None:
    assert len({one.kind for one in KINDS}) >= 300


def test_a_sample_of_the_kinds_is_told_at_the_right_line() -> None:
    some = KINDS[::25]
    wrong = missed(some)

    assert len(wrong) <= 0.05 * len(some), wrong


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_all_kinds_are_told_at_the_right_line() -> None:
    wrong = missed(KINDS)

    assert len(wrong) <= 0.05 * len(KINDS), wrong


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_no_input_does_harm(first: int, tmp_path: Path) -> None:
    for number in range(first, first + 100):
        started = time.process_time()
        _, fault = look(number, made(number), tmp_path)
        assert fault == "", number
        assert time.process_time() - started < 1.0, number


def test_the_same_number_gives_the_same_input() -> None:
    assert [made(number) for number in range(50)] == [made(number) for number in range(50)]
    assert len({made(number) for number in range(200)}) > 190


def test_the_files_that_are_changed_are_real() -> None:
    small, whole = bases()
    assert len(whole) >= 13 and len(small) > 100


def test_a_flood_is_as_large_as_a_file_may_be() -> None:
    import random

    assert 250_000 < len(flood(random.Random(3), 256 * 1024)) <= 256 * 1024
