"""The trainee's own recordings: which there are, how large, how old; deleting, exporting and ageing them out.

Only folders directly in the user's calls folder are ever touched, and only by their name: no path, no link, nothing
that merely looks like one. A deleted call leaves a line without content in ``deleted.jsonl``; sound that was removed
leaves ``removed.json`` in its folder, so that reading the call does not call it damaged.
"""

import json
import os
import re
import shutil
import stat
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from simulator.errors import RecordingError, UserError
from simulator.page_file import HISTORY_PAGE, PAGE
from simulator.recording import LOG, REMOVED, TRACKS, read_header

SOUND_DAYS: Final = 30
"""Default age in days from which ``purge`` removes sound (experience.md, section 12)."""
CALL_DAYS: Final = 180
"""Default age in days from which ``purge`` removes a whole call: the six months that CNIL's NS-57 named."""
TOMBSTONES: Final = "deleted.jsonl"
RUNNING_S: Final = 30
"""A ``.partial`` folder written to within so many seconds may be a call that is being held."""
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}")

State = Literal["whole", "not closed", "unreadable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCall:
    """One recording as a list shows it; only its header has been read."""

    name: str
    path: Path
    state: State
    started: datetime
    """From the header; the folder's own time when the header cannot be read."""
    persona: str
    """Empty when the header cannot be read."""
    difficulty: int
    source: str
    script: str
    """Name of the scripted trainee that held it; empty for a person."""
    fork_of: str
    """Name of the call that it takes up again; empty for a call of its own."""
    sound_bytes: int
    other_bytes: int

    def age_days(self, now: datetime) -> int:
        """Whole days since the call; 0 when the clock says that it has not been held yet."""
        return max(0, (now - self.started).days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """One thing that ``purge`` would remove, or has removed."""

    call: OwnCall
    what: Literal["sound", "call"]
    days: int

    @property
    def size(self) -> int:
        """Bytes that it frees."""
        return self.call.sound_bytes + (self.call.other_bytes if self.what == "call" else 0)


def all_calls(folder: Path) -> list[OwnCall]:
    """Every call in ``folder``, oldest first. Links and anything that is not a call are passed over."""
    try:
        found = [path for path in folder.iterdir() if _is_call(path)]
    except OSError:
        return []
    return sorted((_look(path) for path in found), key=lambda call: (call.started, call.name))


def find(folder: Path, wanted: str) -> OwnCall:
    """The call of that name, or of that path if it lies directly in ``folder``.

    Raises UserError for anything else: other folders are never touched.
    """
    given = Path(wanted)
    name = given.name if given.parent != Path() and _inside(given, folder) else wanted
    path = folder / name
    if not _NAME.fullmatch(name) or ".." in name or not _is_call(path):
        raise UserError(f"{_shown(wanted)} is none of your calls: see `hotseat calls list`")
    return _look(path)


def with_forks(chosen: Sequence[OwnCall], calls: Sequence[OwnCall]) -> list[OwnCall]:
    """``chosen`` and every call in ``calls`` that takes one of them up again: a fork holds the call's beginning."""
    found = {call.name: call for call in chosen}
    grown = True
    while grown:
        more = {call.name: call for call in calls if call.fork_of in found and call.name not in found}
        found.update(more)
        grown = bool(more)
    return list(found.values())


def delete(call: OwnCall, now: datetime, why: str = "by hand") -> None:
    """Remove a call for good. It leaves its place in one step, so that half a call is never left under its name.

    Raises UserError when it may still be running, RecordingError when it cannot be removed.
    """
    _not_running(call, now)
    doomed = call.path.with_name(f".deleting-{call.name}")
    try:
        call.path.rename(doomed)
        line = {"call": call.name, "deleted": now.isoformat(timespec="seconds"), "why": why}
        with (call.path.parent / TOMBSTONES).open("a", encoding="utf-8") as stones:
            stones.write(json.dumps(line) + "\n")
        shutil.rmtree(doomed)
        call.path.parent.with_name(HISTORY_PAGE).unlink(
            missing_ok=True
        )  # it may show the call; made again when asked for
    except OSError as error:
        raise RecordingError(
            f"cannot delete {call.name}: {error.strerror or error}; {doomed} is what is left"
        ) from None


def remove_sound(call: OwnCall, now: datetime) -> None:
    """Remove the sound of a call and note it in the folder; words and scores stay."""
    _not_running(call, now)
    _write(call.path / REMOVED, _note(now))  # first, so that a crash in between leaves nothing that looks damaged
    for name in (*TRACKS, PAGE):  # the page holds the same sound
        (call.path / name).unlink(missing_ok=True)


def due(calls: Sequence[OwnCall], now: datetime, *, sound_days: int, call_days: int) -> list[Purged]:
    """What is older than that, oldest first: whole calls from ``call_days``, the sound of others from ``sound_days``."""
    found: list[Purged] = []
    for call in calls:
        days = call.age_days(now)
        if now - call.started > timedelta(days=call_days):
            found.append(Purged(call=call, what="call", days=days))
        elif now - call.started > timedelta(days=sound_days) and call.sound_bytes and call.state == "whole":
            found.append(Purged(call=call, what="sound", days=days))
    return found


def purge(items: Iterable[Purged], now: datetime) -> None:
    """Remove what ``due`` named."""
    for item in items:
        if item.what == "call":
            delete(item.call, now, why=f"older than {item.days} days")
        else:
            remove_sound(item.call, now)


def export(calls: Sequence[OwnCall], out: Path, *, sound: bool, now: datetime) -> list[str]:
    """One zip of whole call folders, with or without sound. Returns what was left out, one line each.

    The file appears under its name only when it is complete. Raises UserError when it exists or cannot be written.
    """
    if out.exists():
        raise UserError(f"{out} exists already: choose another --out")
    part = out.with_name(out.name + ".part")
    left_out: list[str] = []
    try:
        file = part.open("xb")
    except FileExistsError:
        raise UserError(f"{part} is there from another export: remove it, or choose another --out") from None
    except OSError as error:
        raise UserError(f"cannot write {out}: {error.strerror or error}") from None
    try:
        with file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for call in calls:
                    left_out += _pack(archive, call, sound=sound, now=now)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o600)
        part.rename(out)
    except OSError as error:
        raise UserError(f"cannot write {out}: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)
    return left_out


def _pack(archive: zipfile.ZipFile, call: OwnCall, *, sound: bool, now: datetime) -> list[str]:
    left_out: list[str] = []
    without = False
    for file in sorted(call.path.rglob("*")):
        inside = file.relative_to(call.path).as_posix()
        if file.is_symlink() or not (file.is_file() or file.is_dir()):
            left_out.append(f"{call.name}/{inside}: a link or no plain file")
        elif file.is_file() and inside in TRACKS and not sound:
            without = True
        elif inside == PAGE and not sound:
            continue  # it holds the same sound, and can be made again
        elif file.is_file() and (sound or inside != REMOVED):
            archive.write(file, f"{call.name}/{inside}")
    if without or (not sound and (call.path / REMOVED).is_file()):
        archive.writestr(f"{call.name}/{REMOVED}", _note(now))
    return left_out


def _note(now: datetime) -> str:
    return json.dumps({"removed": list(TRACKS), "at": now.isoformat(timespec="seconds")}) + "\n"


def _look(path: Path) -> OwnCall:
    sizes = {file.name: file.lstat().st_size for file in path.rglob("*") if not file.is_dir()}
    sound = sum(size for name, size in sizes.items() if name in TRACKS)
    state: State = "not closed" if path.suffix == ".partial" else "whole"
    persona, difficulty, source, script, fork_of = "", 0, "", "", ""
    started = datetime.fromtimestamp(path.lstat().st_mtime).astimezone()
    try:
        header = read_header(path)
        started = datetime.fromisoformat(header.started).astimezone()
        persona, difficulty = str(header.persona.get("id", "")), int(header.difficulty)
        source, script, fork_of = str(header.source), str(header.script), str(header.fork.get("of", ""))
    except (RecordingError, ValueError, TypeError, AttributeError):
        state = "unreadable"
    return OwnCall(
        name=path.name, path=path, state=state, started=started, persona=persona, difficulty=difficulty, source=source, script=script, fork_of=fork_of,
        sound_bytes=sound, other_bytes=sum(sizes.values()) - sound,
    )  # fmt: skip


def _is_call(path: Path) -> bool:
    """A real folder, not a link, that holds a call's log."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode) and not path.name.startswith(".") and (path / LOG).is_file()
    except (OSError, ValueError):
        return False


def _inside(path: Path, folder: Path) -> bool:
    try:
        return path.parent.resolve() == folder.resolve() and not path.is_symlink()
    except (OSError, ValueError):
        return False


def _not_running(call: OwnCall, now: datetime) -> None:
    newest = max((file.lstat().st_mtime for file in call.path.iterdir()), default=0.0)
    if call.state == "not closed" and 0 <= now.timestamp() - newest < RUNNING_S:
        raise UserError(f"{call.name} was written to a moment ago and may be running: end the call first")


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)


def _shown(text: str) -> str:
    return "".join(char for char in text if char.isprintable())[:200] or "(nothing)"
