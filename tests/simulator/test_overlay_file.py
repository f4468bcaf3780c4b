"""The overlay file is only ever added to, whole lines at a time."""

import threading
from pathlib import Path

import pytest

from evaluation.overlay import Remark
from simulator.errors import RecordingError
from simulator.overlay_file import OVERLAY, append, read


def remark(text: str) -> Remark:
    return Remark(k="comment", at="2026-11-22T10:00:00+00:00", turn=1, text=text)


def test_remarks_come_back_in_order(tmp_path: Path) -> None:
    assert read(tmp_path)[0].remarks == ()
    first, second = (
        remark("one"),
        remark("zwei – größer \ud83d\ude42".encode("utf-16", "surrogatepass").decode("utf-16")),
    )
    append(tmp_path, first)
    before = (tmp_path / OVERLAY).read_bytes()
    append(tmp_path, second)

    assert (tmp_path / OVERLAY).read_bytes().startswith(before)
    assert read(tmp_path) == (type(read(tmp_path)[0])(remarks=(first, second)), [])
    assert (tmp_path / OVERLAY).stat().st_mode & 0o077 == 0


def test_a_torn_line_costs_only_itself(tmp_path: Path) -> None:
    append(tmp_path, remark("one"))
    whole = (tmp_path / OVERLAY).read_bytes()
    for cut in range(1, len(whole)):
        (tmp_path / OVERLAY).write_bytes(whole + whole[:cut])
        append(tmp_path, remark("after"))
        overlay, faults = read(tmp_path)
        texts = [each.text for each in overlay.remarks]
        if cut == len(whole) - 1:  # only the line end was lost
            assert texts == ["one", "one", "after"] and not faults
        else:
            assert texts == ["one", "after"] and len(faults) == 1


def test_many_writers_lose_nothing(tmp_path: Path) -> None:
    def write(number: int) -> None:
        for turn in range(20):
            append(tmp_path, remark(f"{number}-{turn}"))

    writers = [threading.Thread(target=write, args=(number,)) for number in range(5)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    overlay, faults = read(tmp_path)
    assert not faults and len({each.text for each in overlay.remarks}) == 100


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("dear to me\n")
    (tmp_path / "call").mkdir()
    (tmp_path / "call" / OVERLAY).symlink_to(target)
    with pytest.raises(RecordingError):
        append(tmp_path / "call", remark("x"))
    assert target.read_text() == "dear to me\n"


def test_no_such_call(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot write"):
        append(tmp_path / "nowhere", remark("x"))
