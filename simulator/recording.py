"""A call on disk, written as it happens.

A call is a folder::

    call.jsonl     header, then every event with the commands that answered it, in the order handled; a closing line
    trainee.wav    16 kHz PCM16; sample index / 16 = milliseconds of call time
    caller.wav     the same for the caller's side, as it was heard

While the call runs the folder is called ``NAME.partial``. Every line ends in a checksum that covers the line and the
checksum before it, so a changed, missing or moved byte is found and its line named; the closing line carries the
digests of the sound files. A line torn by a crash is dropped on reading. Live sound is never written in a format that
a crash makes unreadable: the WAV header is brought up to date every second.
"""

import json
import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final

from personas.persona import Persona
from simulator.background import Background
from simulator.codec import decode, dumps, encode
from simulator.commands import Command, EndCall, ReportTurn
from simulator.errors import RecordingError
from simulator.events import Event
from simulator.garbage_collection import no_collection
from simulator.ports import SAMPLE_RATE

FORMAT: Final = 1
LOG: Final = "call.jsonl"
TRACKS: Final = ("trainee.wav", "caller.wav")
REMOVED: Final = "removed.json"
"""Stands in the folder of a call whose sound was removed on purpose, and names the files."""
_SEAL: Final = ',"sum":"'
_START: Final = "hotseat"
_SCAN: Final = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # there since 2.0, not in the stubs


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a call needs to be played again: nothing outside the folder is asked for."""

    persona: dict[str, Any]
    """``Persona.to_json()`` as it was played, difficulty applied."""
    seed: int
    difficulty: int
    agent: str
    source: str
    """spoken, typed or recorded."""
    started: str
    """Wall time, ISO 8601, for people; nothing is computed from it."""
    version: str
    """Of hotseat."""
    models: dict[str, str]
    """Name and digest of every model that took part."""
    policy: dict[str, Any]
    """The turn policy's numbers."""
    consent: str
    """What the trainee agreed to be kept: "audio", "words" or "nothing"."""
    ceiling: float = 100.0
    fork: dict[str, Any] = field(default_factory=dict)
    """Of a call that was taken up again: {"of": name of the call, "turn": the trainee's turn}; else empty."""
    script: str = ""
    """Name of the scripted trainee that held the call; empty for a person."""
    echo: dict[str, Any] = field(default_factory=dict)
    """Of a call whose microphone heard the caller: {"level_db": relative to what was played, "delay_ms"}; else empty."""
    format: int = FORMAT

    def to_plain(self) -> dict[str, Any]:
        """As JSON types."""
        return {"k": "Header", **{name: getattr(self, name) for name in self.__dataclass_fields__}}

    def load_persona(self) -> Persona:
        """The caller of this call."""
        return Persona.from_json(self.persona)


@dataclass(frozen=True, slots=True)
class Step:
    """An event and the commands that answered it."""

    event: Event
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """The first place where a recording is not what was written."""

    file: str
    line: int
    """1 is the header; 0 when the damage is in a sound file."""
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall:
    """A call read back from disk."""

    path: Path
    header: Header
    steps: tuple[Step, ...]
    damage: Damage | None
    """The first damage found, if any; ``steps`` holds what could be read before it and, where possible, after it."""
    closed: bool
    """Whether the call was closed in order; False after a crash."""

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def pairs(self) -> tuple[tuple[Event, tuple[Command, ...]], ...]:
        """The steps as plain pairs."""
        return tuple((step.event, step.commands) for step in self.steps)


def _seal(previous: str, body: str) -> str:
    return sha256((previous + body).encode()).hexdigest()[:16]


class WavTrack:
    """A PCM16 mono WAV that is valid after every ``sync``, whatever happens next."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("wb")
        self._samples = 0
        self._synced = 0
        self._header()

    def write(self, pcm: bytes) -> None:
        """Append samples, two bytes each, little-endian."""
        self._file.write(pcm)
        self._samples += len(pcm) // 2
        if self._samples - self._synced >= SAMPLE_RATE:
            self.sync()

    def pad_to(self, samples: int) -> None:
        """Append silence until the track is ``samples`` long."""
        if samples > self._samples:
            self.write(bytes(2 * (samples - self._samples)))

    def sync(self) -> None:
        """Bring the header up to date and hand everything to the system."""
        self._header()
        self._file.flush()
        self._synced = self._samples

    def close(self) -> None:
        self.sync()
        os.fsync(self._file.fileno())
        self._file.close()

    def _header(self) -> None:
        size = 2 * self._samples
        here = self._file.tell()
        self._file.seek(0)
        self._file.write(
            b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt "
            + struct.pack("<IHHIIHH", 16, 1, 1, SAMPLE_RATE, 2 * SAMPLE_RATE, 2, 16) + b"data" + struct.pack("<I", size)
        )  # fmt: skip
        if here > 44:
            self._file.seek(here)


@dataclass(slots=True)
class CallWriter:
    """Writes one call; use it with ``with``. Leaving the block closes the folder, even on the way out of an error."""

    path: Path
    header: Header
    keep_audio: bool = True
    _log: IO[str] = field(init=False)
    _partial: Path = field(init=False)
    _sum: str = field(init=False, default=_START)
    _steps: int = field(init=False, default=0)
    tracks: dict[str, WavTrack] = field(init=False, default_factory=dict)

    def __enter__(self) -> "CallWriter":
        self._partial = self.path.with_name(self.path.name + ".partial")
        try:
            self._partial.mkdir(parents=True, exist_ok=False)
        except FileExistsError:
            raise RecordingError(f"{self._partial} is in use by another call; choose another --out") from None
        except OSError as error:
            raise RecordingError(f"cannot write the call to {self.path.parent}: {error.strerror}") from None
        self._partial.chmod(0o700)
        self._log = (self._partial / LOG).open("w", encoding="utf-8", newline="\n")
        self._line(dumps(self.header.to_plain()))
        self._sync()
        if self.keep_audio:
            self.tracks = {name: WavTrack(self._partial / name) for name in TRACKS}
        return self

    def step(self, event: Event, commands: Sequence[Command]) -> None:
        """Write an event and its answer."""
        self._steps += 1
        line = {"n": self._steps, "e": encode(event), "c": [encode(command) for command in commands]}
        self._line(dumps(line))
        if any(isinstance(command, ReportTurn | EndCall) for command in commands):
            self._sync()

    def sound(self, trainee: bytes, caller: bytes) -> None:
        """Append what both sides sounded like in the same stretch of time, as PCM16, little-endian."""
        for name, pcm in zip(TRACKS, (trainee, caller), strict=True):
            if name in self.tracks:
                self.tracks[name].write(pcm)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for track in self.tracks.values():
            track.close()
        digests = {name: sha256((self._partial / name).read_bytes()).hexdigest() for name in self.tracks}
        self._line(dumps({"k": "Closed", "steps": self._steps, "audio": digests}))
        self._sync()
        self._log.close()
        self._partial.rename(self.path)

    def _line(self, body: str) -> None:
        self._sum = _seal(self._sum, body)
        self._log.write(f'{body[:-1]}{_SEAL}{self._sum}"}}\n')

    def _sync(self) -> None:
        self._log.flush()
        os.fsync(self._log.fileno())


def read_call(path: Path) -> RecordedCall:
    """Read a call folder (or its ``call.jsonl``), whole or damaged.

    Raises RecordingError when there is no call at all: no folder, no log, or a header that cannot be read.
    """
    path = path.absolute()
    folder = path.parent if path.name == LOG else path
    log = folder / LOG
    if not log.is_file():
        partial = folder.with_name(folder.name + ".partial")
        if (partial / LOG).is_file():
            folder, log = partial, partial / LOG
        else:
            raise RecordingError(f"{path} is not a recorded call: there is no {LOG} in it")
    raw, sound = log.read_bytes(), _Digests(folder)
    lines, damage = _checked_lines(raw)
    if not lines:
        raise RecordingError(f"{log} has no readable header")
    header = _header(lines[0][1], log)
    steps: list[Step] = []
    closing: dict[str, Any] | None = None
    with no_collection():
        for number, plain in lines[1:]:
            try:
                if plain.get("k") == "Closed":
                    closing = plain
                    continue
                step = _step(plain)
                if plain.get("n") != len(steps) + 1 and damage is None:
                    wanted = len(steps) + 1
                    damage = Damage(file=LOG, line=number, what=f"step {plain.get('n')} where {wanted} should be")
                steps.append(step)
            except (RecordingError, AttributeError, KeyError, TypeError) as error:
                damage = damage or Damage(file=LOG, line=number, what=str(error))
    if closing is not None:
        damage = damage or _audio_damage(folder, closing.get("audio") or {}, sound)
        if closing.get("steps") != len(steps) and damage is None:
            damage = Damage(
                file=LOG, line=len(lines), what=f"{len(steps)} steps where {closing.get('steps')} were written"
            )
    elif folder.suffix != ".partial" and damage is None:
        # A crash leaves a ".partial" folder; one without the suffix was closed, so its last line has been lost since.
        damage = Damage(file=LOG, line=len(steps) + 2, what="the closing line is gone or cut off")
    return RecordedCall(path=folder, header=header, steps=tuple(steps), damage=damage, closed=closing is not None)


def read_header(path: Path) -> Header:
    """Only the header of a call folder: fast, for lists. Raises RecordingError when it cannot be read."""
    log = path / LOG
    try:
        with log.open("rb") as file:
            lines, _ = _checked_lines(file.readline())
    except OSError as error:
        raise RecordingError(f"{log} cannot be read: {error.strerror}") from None
    if not lines:
        raise RecordingError(f"{log} has no readable header")
    return _header(lines[0][1], log)


def _checked_lines(raw: bytes) -> tuple[list[tuple[int, dict[str, Any]]], Damage | None]:
    """Every line that parses, with its number, and the first one whose checksum does not hold."""
    previous, damage = _START, None
    lines: list[tuple[int, dict[str, Any]]] = []
    pieces = raw.decode("utf-8", errors="replace").split("\n")
    torn = pieces.pop()  # what follows the last line end: nothing, or a line cut off by a crash
    for number, text in enumerate(pieces, 1):
        body, found, seal = text.rpartition(_SEAL)
        body += "}"
        wanted = _seal(previous, body)
        if (not found or seal != f'{wanted}"}}') and damage is None:
            damage = Damage(file=LOG, line=number, what="the line is not as it was written (checksum)")
        # After damage the chain goes on from what the line claims, so that only changed lines are named.
        previous = seal.removesuffix('"}') if found else wanted
        try:
            plain = _parsed(body)
            if isinstance(plain, dict):
                lines.append((number, plain))
        except ValueError:
            damage = damage or Damage(file=LOG, line=number, what="the line cannot be read")
    if torn and damage is None and lines and lines[-1][1].get("k") == "Closed":
        damage = Damage(file=LOG, line=len(pieces) + 1, what="something was added after the end")
    return lines, damage


def _parsed(body: str) -> Any:
    """``json.loads``, in half the time for a line as it is written. Raises ValueError."""
    try:
        plain, end = _SCAN(body, 0)
        if end == len(body):
            return plain
    except StopIteration:  # how the scanner says that no value begins there
        pass
    return json.loads(body)


def _step(plain: dict[str, Any]) -> Step:
    event, commands = decode(plain["e"]), tuple(decode(item) for item in plain["c"])
    return Step(event, commands)  # type: ignore[arg-type]  # decode has checked both against the closed unions


def _header(plain: dict[str, Any], log: Path) -> Header:
    if plain.get("k") != "Header":
        raise RecordingError(f"{log} does not begin with a header")
    if plain.get("format") != FORMAT:
        raise RecordingError(f"{log} has format {plain.get('format')}; this version of hotseat reads format {FORMAT}")
    try:
        return Header(**{key: value for key, value in plain.items() if key != "k"})
    except TypeError as error:
        raise RecordingError(f"{log} has a damaged header: {error}") from None


class _Digests:
    """Digests of the sound files of a folder, computed while its log is read."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._found = folder, dict[str, str]()
        self._work = Background(partial(self._add, name) for name in TRACKS)

    def of(self, name: str) -> str:
        """Hex sha256 of a file. Raises OSError where it cannot be read."""
        self._work.finish()
        return self._found[name] if name in self._found else _digest(self._folder / name)

    def _add(self, name: str) -> None:
        with suppress(OSError):  # whoever asks for it is told
            self._found[name] = _digest(self._folder / name)


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _audio_damage(folder: Path, digests: dict[str, str], sound: _Digests) -> Damage | None:
    removed = _removed(folder)
    for name, digest in sorted(digests.items()):
        file = folder / name
        if not file.is_file() and name in removed:
            continue
        if not file.is_file():
            return Damage(file=name, line=0, what="the sound file is gone")
        if sound.of(name) != digest:
            return Damage(file=name, line=0, what="the sound is not as it was recorded (digest)")
    return None


def _removed(folder: Path) -> tuple[str, ...]:
    """Sound files that were removed on purpose."""
    try:
        plain = json.loads((folder / REMOVED).read_text(encoding="utf-8"))
        return tuple(name for name in plain["removed"] if name in TRACKS)
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def partial_calls(folder: Path) -> Iterator[Path]:
    """Calls that were not closed, oldest first."""
    yield from sorted(folder.glob("*.partial"))
