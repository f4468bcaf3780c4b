"""Prepared networks are written once, read later, and made again when the file is no good."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from simulator.models import model_files
from voice.prepared_graph import session


def silero() -> bytes:
    (path,) = model_files("silero-vad").values()
    return path.read_bytes()


def answer(network: Any) -> np.ndarray:
    given = {}
    for each in network.get_inputs():
        shape = [size if isinstance(size, int) else 1 for size in each.shape]
        kind = np.int64 if "int64" in each.type else np.float32
        given[each.name] = np.full(shape, 1, kind)
    return np.asarray(network.run(None, given)[0])


def test_a_later_start_reads_what_the_first_one_wrote(tmp_path: Path) -> None:
    first = session("vad", "digest", silero, onnxruntime.SessionOptions(), tmp_path)

    def never() -> bytes:
        raise AssertionError("it was to be read, not made")

    later = session("vad", "digest", never, onnxruntime.SessionOptions(), tmp_path)

    np.testing.assert_array_equal(answer(first), answer(later))


def test_another_graph_is_made_and_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    session("vad", "digest", silero, onnxruntime.SessionOptions(), tmp_path)
    (before,) = tmp_path.iterdir()
    session("vad", "another", silero, onnxruntime.SessionOptions(), tmp_path)
    (after,) = tmp_path.iterdir()

    assert before != after


@pytest.mark.parametrize("damage", [b"", b"no network", None])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: bytes | None) -> None:
    session("vad", "digest", silero, onnxruntime.SessionOptions(), tmp_path)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if damage is None else damage)

    assert answer(session("vad", "digest", silero, onnxruntime.SessionOptions(), tmp_path)).size
    assert path.read_bytes() == whole


def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")

    assert answer(session("vad", "digest", silero, onnxruntime.SessionOptions(), file / "graphs")).size
