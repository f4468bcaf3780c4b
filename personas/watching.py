"""Which persona files have been saved since they were looked at last. Time is the caller's: nothing here waits."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from personas.sayings import beside

Stamp = tuple[tuple[int, int] | None, ...]
"""Time of the last change and size of a file and of the sayings beside it; None for one that is not there."""


def stamp(path: Path) -> Stamp:
    """What changes when the file at ``path``, or the sayings beside it, are saved."""
    return tuple(_of(each) for each in (path, beside(path)))


def saved(files: Sequence[Path], wait: Callable[[], object], look: Callable[[Path], Stamp] = stamp) -> Iterator[Path]:
    """Every file once, and then each again when it has been saved. Goes on until ``wait`` raises.

    ``wait`` is called between two rounds of looking. A file that is away for one round only is being saved: editors
    write a new file and rename it.
    """
    seen: dict[Path, Stamp] = {}
    away: set[Path] = set()
    while True:
        for file in files:
            now = look(file)
            gone = now[0] is None and seen.get(file, (None,))[0] is not None
            if gone and file not in away:
                away.add(file)
                continue
            away.discard(file)
            if file not in seen or now != seen[file]:
                seen[file] = now
                yield file
        wait()


def _of(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size
