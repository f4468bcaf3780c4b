"""The keyboard of a call: what keys mean, what a held key is, and a real terminal that is given back as it was."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.console.keys import REPEATS_MS, Keyboard, TalkKey, keys_in, talk_key
from simulator.errors import UserError


class Typing:
    """A terminal that gives what a test typed; None stands for a pause."""

    single = True

    def __init__(self, *typed: bytes | None) -> None:
        self.typed = deque(typed)

    def read(self, timeout_s: float | None = None) -> bytes | None:
        if timeout_s is None:
            while self.typed and self.typed[0] is None:
                self.typed.popleft()
        return self.typed.popleft() if self.typed else b""


def run(switch: TalkKey, presses: list[int], until: int) -> list[tuple[int, str]]:
    """(time, what it asked for) with presses at these times and a look every frame."""
    found: list[tuple[int, str]] = []
    for t in range(0, until, 32):
        for at in presses:
            if t - 32 < at <= t:
                found += [(t, press) for press in switch.press(t)]
        found += [(t, press) for press in switch.look(t)]
    return found


def test_a_press_begins_a_turn_and_the_next_one_ends_it() -> None:
    assert run(TalkKey(), [320, 3200], 10_000) == [(320, "key_down"), (3200, "key_up")]


def test_a_key_that_is_held_is_down_until_its_repeats_end() -> None:
    repeats = [320, *range(832, 4000, 32)]
    found = run(TalkKey(), repeats, 10_000)

    assert found[0] == (320, "key_down")
    assert found[1:3] == [(832, "key_up"), (864, "key_down")]  # its first repeat cannot be told from a second press
    assert found[3:] == [(4160, "key_up")]


@given(st.lists(st.integers(0, 300), max_size=40))
def test_down_and_up_always_take_turns(presses: list[int]) -> None:
    names = [name for _, name in run(TalkKey(), sorted(32 * at for at in presses), 12_000)]

    assert names == ["key_down", "key_up"] * (len(names) // 2) + ["key_down"] * (len(names) % 2)


@given(st.lists(st.integers(REPEATS_MS + 33, 900), min_size=1, max_size=20))
def test_presses_far_apart_are_a_switch(gaps: list[int]) -> None:
    times = [sum(gaps[: index + 1]) for index in range(len(gaps))]

    assert len(run(TalkKey(), times, times[-1] + 1000)) == len(times)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        (" ", ["space"]), ("\n", ["enter"]), ("\x1b", ["esc"]), ("T", ["t"]), ("\x1b[A", []), ("\x1b[1;5C ", ["space"]),
        ("\x1bOP", []), ("\x1bx", []), ("\x1b\x1b", ["esc", "esc"]), (" \x1b", ["space", "esc"]),
    ],
)  # fmt: skip
def test_keys_have_names_and_arrows_are_none(typed: str, names: list[str]) -> None:
    assert keys_in(typed) == names


@pytest.mark.parametrize(
    ("typed", "names"), [("\n", ["enter"]), (" \n", ["space"]), ("t\r\n", ["t"]), ("\n\n", ["enter"] * 2)]
)
def test_where_only_lines_come_an_enter_sends_the_keys_before_it(typed: str, names: list[str]) -> None:
    assert keys_in(typed, single=False) == names


def pressed(*typed: bytes | None, talk: str | None = "space") -> tuple[list[str], int]:
    """(what is asked for, how often the practice was stopped)."""
    keyboard, stops = Keyboard(talk, terminal=Typing(*typed)), []
    with keyboard.watch(lambda: stops.append(1)):
        return list(keyboard.due(1000)), len(stops)


def test_a_keyboard_puts_on_hold_talks_and_stops() -> None:
    assert pressed(b"\n") == (["hold"], 0)
    assert pressed(b" ") == (["key_down"], 0)
    assert pressed(b" ", talk=None) == ([], 0)
    assert pressed(b"t", talk="t") == (["key_down"], 0)
    assert pressed(b"\x1b", None) == ([], 1)
    assert pressed(b"\x1b", b"[A", None) == ([], 0)  # an arrow that came in two pieces
    assert pressed(b"q", b"\n") == (["hold"], 0)


@pytest.mark.parametrize(
    ("asked", "key"), [("", "space"), (" Space ", "space"), ("T", "t"), ("7", "7"), ("tab", "tab")]
)
def test_the_talk_key_can_be_chosen(asked: str, key: str) -> None:
    assert talk_key(asked) == key


@pytest.mark.parametrize("asked", ["enter", "esc", "F5", "ctrl", "ab", "ü"])
def test_other_keys_are_refused_with_what_would_do(asked: str) -> None:
    with pytest.raises(UserError, match="choose space, tab, a letter or a digit"):
        talk_key(asked)


@pytest.mark.skipif(sys.platform == "win32", reason="has no pseudo-terminals")
def test_a_real_terminal_gives_single_keys_and_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    import pty
    import termios

    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    stopped = threading.Event()
    with os.fdopen(theirs, "rb", buffering=0) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        keyboard = Keyboard("space")
        with keyboard.watch(stopped.set):
            assert not termios.tcgetattr(theirs)[3] & (termios.ICANON | termios.ECHO)
            assert termios.tcgetattr(theirs)[3] & termios.ISIG
            os.write(ours, b" ")
            os.write(ours, b"\x1b")
            assert stopped.wait(30)
            assert keyboard.due(1000) == ["key_down"]
        assert termios.tcgetattr(theirs) == before
        assert "keyboard" not in {thread.name for thread in threading.enumerate()}
    os.close(ours)
