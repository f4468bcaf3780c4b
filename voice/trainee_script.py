"""A trainee on paper: what he says in a call, one reply a line, and how.

    # A calm one who lets the caller finish.
    I'm so sorry to hear that. Let me look into it right away.
    [mm-hm after 2 s] [wait 1.5 s] Could you tell me the order number?
    [interrupt after 1.2 s] [loud] Let me stop you there.
    answers/apology.wav
    [hang up] Goodbye.

A reply is words, or the path of a recording relative to the script. ``voice.scripted_microphone`` gives it a voice.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from simulator.errors import UserError
from voice.wav import read_recording

if TYPE_CHECKING:
    from simulator.ports import Samples

ALLOWED: Final = "[interrupt after 1.2 s], [wait 8 s], [mm-hm after 2 s], [loud], [soft] and [hang up]"
"""Every directive, as error messages name them."""
LONGEST_S: Final = 600.0
"""Of any time in a directive; a call itself is over after 12 minutes."""
LOUDER_DB: Final = 9.0
"""[loud] raises by this, [soft] lowers by this: beyond the 6 dB by which one person's level varies from day to day
(debrief.md, section 5)."""
RECORDING_ENDS: Final = (".wav", ".flac")

_BRACKET = re.compile(r"\[([^\[\]]*)\]\s*")
_DIRECTIVE = re.compile(
    r"(?P<name>interrupt after|wait|mm-hm after|loud|soft|hang up)(?:\s+(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>s|ms))?"
)
_TIMED: Final = ("interrupt after", "wait", "mm-hm after")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One line of a script."""

    line: int
    """Number of the line in the file, from 1."""
    words: str = ""
    """What is said; empty for a recording, and where only a directive does something."""
    recording: Path | None = None
    """A recording that is played instead of words."""
    wait_ms: int | None = None
    """Silence before speaking, counted from the caller's last sound; None is the microphone's own patience."""
    interrupt_ms: int | None = None
    """Starts this long after the caller began, whether the caller is done or not."""
    nods_ms: tuple[int, ...] = ()
    """An "mm-hm" over the caller, each so long after the caller began; before this reply."""
    louder_db: float = 0.0
    hangs_up: bool = False
    """The trainee ends the call behind it."""

    @property
    def is_spoken(self) -> bool:
        """Whether anything is heard apart from nods."""
        return bool(self.words) or self.recording is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class TraineeScript:
    """A script that holds: every directive is known and every recording can be read."""

    name: str
    """The file's name, for messages."""
    replies: tuple[Reply, ...]

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a script. Raises UserError: "FILE:LINE: what is wrong and what is allowed"."""
        path = Path(path)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            reason = error.strerror
            raise UserError(f"{path} cannot be opened: {reason}; name a text file with one reply a line") from error
        except UnicodeDecodeError as error:
            raise UserError(f"{path} is not text; write one reply a line, in UTF-8") from error
        return cls.parse(text, name=str(path), folder=path.parent)

    @classmethod
    def parse(cls, text: str, *, name: str = "script", folder: Path | None = None) -> Self:
        """As :meth:`load`, from the text itself. Paths of recordings count from ``folder``."""
        replies: list[Reply] = []
        for number, line in enumerate(text.splitlines(), start=1):
            stripped = line.strip()
            if not stripped or stripped.startswith("#"):
                continue
            try:
                if replies and replies[-1].hangs_up:
                    raise UserError(f"nothing can follow the [hang up] of line {replies[-1].line}")
                replies.append(_parse_reply(stripped, number, folder or Path()))
            except UserError as error:
                raise UserError(f"{name}:{number}: {error}") from error
        if not replies:
            raise UserError(f"{name} holds no reply; write one a line, such as: I'm sorry to hear that.")
        return cls(name=name, replies=tuple(replies))

    def read_recordings(self) -> dict[Path, "Samples"]:
        """The samples of every recording that a reply names."""
        paths = {reply.recording for reply in self.replies if reply.recording is not None}
        return {path: read_recording(path, "mix").samples for path in sorted(paths)}


def _parse_reply(text: str, number: int, folder: Path) -> Reply:
    """One line that is not empty. Errors do not name the line yet."""
    reply = Reply(line=number)
    rest = text
    while rest.startswith("["):
        bracket = _BRACKET.match(rest)
        if bracket is None:
            raise UserError(f"a [ is not closed; directives are {ALLOWED}")
        reply = _with_directive(reply, " ".join(bracket[1].lower().split()))
        rest = rest[bracket.end() :]
    rest = rest.strip()
    if rest.lower().endswith(RECORDING_ENDS):
        path = folder / rest
        read_recording(path, "mix")
        return replace(reply, recording=path)
    if not rest and not (reply.hangs_up or reply.nods_ms or reply.wait_ms is not None):
        raise UserError("there is nothing to say behind the directive; write the words on the same line")
    return replace(reply, words=" ".join(rest.split()))


def _with_directive(reply: Reply, directive: str) -> Reply:
    match = _DIRECTIVE.fullmatch(directive)
    if match is None or (match["number"] is not None) != (match["name"] in _TIMED):
        raise UserError(f"[{directive}] is not known; directives are {ALLOWED}")
    name, ms = match["name"], _milliseconds(match)
    changed: Reply
    match name:
        case "interrupt after":
            changed = replace(reply, interrupt_ms=ms)
        case "wait":
            changed = replace(reply, wait_ms=ms)
        case "mm-hm after":
            return replace(reply, nods_ms=tuple(sorted((*reply.nods_ms, ms))))
        case "loud":
            changed = replace(reply, louder_db=LOUDER_DB)
        case "soft":
            changed = replace(reply, louder_db=-LOUDER_DB)
        case _:
            return replace(reply, hangs_up=True)
    if changed.wait_ms is not None and changed.interrupt_ms is not None:
        raise UserError("[wait] and [interrupt after] contradict each other; keep one")
    if reply.louder_db and changed.louder_db != reply.louder_db:
        raise UserError("[loud] and [soft] contradict each other; keep one")
    return changed


def _milliseconds(directive: re.Match[str]) -> int:
    if directive["number"] is None:
        return 0
    seconds = float(directive["number"]) / (1000.0 if directive["unit"] == "ms" else 1.0)
    if seconds > LONGEST_S:
        raise UserError(f"[{directive[0]}] is longer than a call; times go up to {LONGEST_S:.0f} s")
    return round(seconds * 1000)
