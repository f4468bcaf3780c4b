"""A file is reported when it was saved, once, and not while an editor is replacing it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from personas.watching import Stamp, saved, stamp
from tests.personas.support import written

A, B = Path("a.yaml"), Path("b.yaml")


def rounds(*looks: dict[Path, int | None]) -> Iterator[Path]:
    """What is reported when the files look like that, round by round."""
    now = iter(looks)
    current = next(now)

    def wait() -> None:
        nonlocal current
        try:
            current = next(now)
        except StopIteration:
            raise KeyboardInterrupt from None

    def look(path: Path) -> Stamp:
        at = current[path]
        return (None if at is None else (at, 1), None)

    return saved(list(looks[0]), wait, look)


def reported(*looks: dict[Path, int | None]) -> list[Path]:
    found = []
    with pytest.raises(KeyboardInterrupt):
        for path in rounds(*looks):
            found.append(path)
    return found


def test_each_is_reported_at_first_and_when_it_changes() -> None:
    assert reported({A: 1, B: 1}, {A: 1, B: 1}, {A: 1, B: 2}, {A: 1, B: 2}) == [A, B, B]


def test_one_that_is_away_for_a_round_is_being_saved() -> None:
    assert reported({A: 1}, {A: None}, {A: 2}) == [A, A]
    assert reported({A: 1}, {A: None}, {A: 1}) == [A]


def test_one_that_stays_away_is_reported_once() -> None:
    assert reported({A: 1}, {A: None}, {A: None}, {A: None}) == [A, A]


def test_one_that_is_not_there_yet_is_reported_when_it_comes() -> None:
    assert reported({A: None}, {A: None}, {A: 1}) == [A, A]


def test_saving_changes_the_stamp_of_a_file_and_of_its_sayings(tmp_path: Path) -> None:
    path = written(tmp_path / "a.yaml", "x")
    alone = stamp(path)
    written(tmp_path / "a.sayings.txt", "order: what is it")
    beside = stamp(path)
    written(path, "longer")

    assert len({alone, beside, stamp(path)}) == 3
    assert stamp(tmp_path / "none.yaml")[0] is None
