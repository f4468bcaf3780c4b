"""``overlay.jsonl`` beside a recording: append-only, one remark a line, never rewritten.

The recording itself and its checksums are not touched by it.
"""

import fcntl
import json
import os
from pathlib import Path
from typing import Final

from evaluation.overlay import Overlay, Remark, parse
from simulator.errors import RecordingError

OVERLAY: Final = "overlay.jsonl"


def append(call: Path, remark: Remark) -> None:
    """Add a remark to the call in this folder: on disk when this returns, whole or not at all to whoever reads.

    A line that a crash has torn is closed first, so that it spoils no other. Raises RecordingError.
    """
    line = json.dumps(remark.to_json(), ensure_ascii=False) + "\n"
    path = call / OVERLAY
    try:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            end = os.fstat(file).st_size
            torn = end > 0 and os.pread(file, 1, end - 1) != b"\n"
            data = (b"\n" if torn else b"") + line.encode("utf-8", errors="replace")
            if os.write(file, data) != len(data):
                raise RecordingError(f"the disk is full: the remark is not in {path}")
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        raise RecordingError(f"cannot write {path}: {error.strerror or error}") from None


def read(call: Path) -> tuple[Overlay, list[str]]:
    """The overlay of the call in this folder, empty without one, and a line for each line that cannot be used."""
    path = call / OVERLAY
    if not path.is_file():
        return Overlay(), []
    try:
        overlay, faults = parse(path.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise RecordingError(f"cannot read {path}: {error.strerror or error}") from None
    return overlay, [f"{path}: {fault}" for fault in faults]
