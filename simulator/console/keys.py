"""The keyboard during a spoken call: Enter puts on hold, Esc stops the practice at once, one key can be a talk button.

A thread of its own reads the terminal, because reading waits. The terminal is asked for single keys where it can give them
(``termios``); elsewhere keys count once Enter is pressed behind them. Terminals tell when a key goes down, never when it
comes up, so the talk key is a switch; one that is held down is known by its repeats, and then acts as a button.
"""

import os
import queue
import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final, Literal, Protocol

from simulator.errors import UserError

Press = Literal["hold", "key_down", "key_up"]

REPEATS_MS: Final = 160
"""A press so soon after the last one is the keyboard's repeat: keyboards repeat 10 to 40 times a second."""
ESCAPE_S: Final = 0.05
"""What follows Esc sooner belongs to it: arrows and function keys come as sequences that begin with it."""
NAMED: Final = {" ": "space", "\n": "enter", "\r": "enter", "\t": "tab", "\x1b": "esc"}
TAKEN: Final = ("enter", "esc")
_SEQUENCE: Final = re.compile("\x1b(\\[[0-9;?]*[@-~]|O.|[^\x1b])")


def talk_key(asked: str) -> str:
    """The key that ``asked`` means: "space", "tab", or one letter or digit. UserError for any other."""
    key = asked.strip().lower() or "space"
    if key in ("space", "tab") or (len(key) == 1 and key.isalnum() and key.isascii()):
        return key
    why = "it has another use" if key in TAKEN else "a terminal does not tell it"
    raise UserError(f"{asked!r} cannot be the talk key, {why}: choose space, tab, a letter or a digit")


class TalkKey:
    """A switch made of key presses; held down, a button. Times are call times in ms, so nothing is waited for."""

    def __init__(self) -> None:
        self._down = False
        self._held = False
        self._last = -REPEATS_MS - 1

    def press(self, t: int) -> Sequence[Press]:
        """It was pressed, or repeated itself."""
        repeats, self._last = t - self._last <= REPEATS_MS, t
        if not repeats:
            self._held = False
            return self._turn(not self._down)
        self._held = True
        return self._turn(True)  # its first repeat came late, and was taken for a second press

    def look(self, t: int) -> Sequence[Press]:
        """Time has passed: was it let go?"""
        if not self._held or t - self._last <= REPEATS_MS:
            return ()
        self._held = False
        return self._turn(False)

    def _turn(self, down: bool) -> Sequence[Press]:
        if down == self._down:
            return ()
        self._down = down
        return ("key_down",) if down else ("key_up",)


class Terminal(Protocol):
    """Where keys come from."""

    single: bool
    """Whether every key comes at once, not only behind an Enter."""

    def read(self, timeout_s: float | None = None) -> bytes | None:
        """What was typed; None after ``timeout_s`` without anything, nothing at all once it is over."""


class Keyboard:
    """The keys of one call. ``due`` is asked after every frame and never waits."""

    def __init__(self, talk: str | None = None, *, terminal: Terminal | None = None) -> None:
        """``talk`` is the name of the talk key, None without one; ``terminal`` stands in for the real one."""
        self._talk = talk
        self._switch = TalkKey()
        self._terminal = terminal
        self._pressed: queue.SimpleQueue[str] = queue.SimpleQueue()

    @contextmanager
    def watch(self, stop: Callable[[], None]) -> Iterator[None]:
        """Listen to the keyboard; ``stop`` is called in the moment of Esc, on a thread of the keyboard."""
        if self._terminal is not None:
            self._listen(self._terminal, stop)
            yield
            return
        with _terminal() as terminal:
            thread = threading.Thread(target=self._listen, args=(terminal, stop), name="keyboard", daemon=True)
            thread.start()
            try:
                yield
            finally:
                terminal.close()
                if terminal.single:
                    thread.join()

    def due(self, t: int) -> list[Press]:
        """What has been asked for since the last time, at call time ``t``."""
        found: list[Press] = []
        while not self._pressed.empty():
            key = self._pressed.get()
            if key == "enter":
                found.append("hold")
            elif key == self._talk:
                found += self._switch.press(t)
        return [*found, *self._switch.look(t)]

    def _listen(self, terminal: Terminal, stop: Callable[[], None]) -> None:
        while typed := terminal.read():
            while typed.endswith(b"\x1b") and terminal.single and (more := terminal.read(ESCAPE_S)):
                typed += more
            for key in keys_in(typed.decode("utf-8", errors="replace"), single=terminal.single):
                if key == "esc":
                    stop()
                else:
                    self._pressed.put(key)


def keys_in(typed: str, *, single: bool = True) -> list[str]:
    """The names of the keys that were typed; arrows and the like are none. Without ``single``, of lines."""
    typed = _SEQUENCE.sub("", typed)
    if not single:
        typed = re.sub("(?<=[^\r\n])(\r\n|\r|\n)", "", typed)  # the Enter that only sent the keys before it
    return [NAMED.get(char, char.lower()) for char in typed]


class ScriptedKey:
    """The talk key of a scripted trainee: down while a reply is being said."""

    def __init__(self, speaking: Callable[[], bool]) -> None:
        self._speaking = speaking
        self._down = False

    @contextmanager
    def watch(self, stop: Callable[[], None]) -> Iterator[None]:
        """Nothing to listen to."""
        yield

    def due(self, t: int) -> list[Press]:
        """As :meth:`Keyboard.due`."""
        if self._speaking() == self._down:
            return []
        self._down = not self._down
        return ["key_down" if self._down else "key_up"]


class _Single:
    """The real terminal, a key at a time. It reads the bare file: a thread that waits in ``sys.stdin`` could not be left."""

    single = True

    def __init__(self, file: int) -> None:
        self._file = file
        self._woken, self._wake = os.pipe()

    def read(self, timeout_s: float | None = None) -> bytes | None:
        from select import select

        ready, _, _ = select([self._file, self._woken], [], [], timeout_s)
        if self._woken in ready:
            return b""
        return os.read(self._file, 1024) if ready else None

    def close(self) -> None:
        """End a ``read`` that waits, and every later one."""
        os.write(self._wake, b".")


class _Lines:
    """The real terminal where it gives whole lines only."""

    single = False

    def __init__(self, file: int) -> None:
        self._file = file

    def read(self, timeout_s: float | None = None) -> bytes | None:
        return os.read(self._file, 1024)

    def close(self) -> None:
        """A thread that waits for a line cannot be woken; it ends with the program."""


@contextmanager
def _terminal() -> "Iterator[_Single | _Lines]":
    """Standard input, set to single keys without echo where it can be, and set back afterwards."""
    file = sys.stdin.fileno()
    try:
        import termios
        import tty
    except ImportError:  # a system without terminals of this kind
        yield _Lines(file)
        return
    try:
        before = termios.tcgetattr(file)
        tty.setcbreak(file)  # Ctrl-C stays what it is
    except termios.error:
        yield _Lines(file)
        return
    single = _Single(file)
    try:
        yield single
    finally:
        with suppress(termios.error):  # the terminal itself may be gone
            termios.tcsetattr(file, termios.TCSADRAIN, before)
        for end in (single._woken, single._wake):
            os.close(end)
