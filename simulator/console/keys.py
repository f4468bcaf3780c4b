"""The keyboard during a spoken call: Enter is the hold button."""

import os
import sys
import threading
from collections.abc import Callable


class HoldButton:
    """Notes presses of Enter while a call runs; asking is free and never waits.

    A thread of its own reads the terminal, because reading waits and works differently on every system. It reads the
    bare file, not ``sys.stdin``: a thread that waits in there would keep the program from ending.
    """

    def __init__(self, read: Callable[[], bytes] = lambda: os.read(sys.stdin.fileno(), 1024)) -> None:
        self._read = read
        self._pressed = threading.Event()
        threading.Thread(target=self._watch, name="hold button", daemon=True).start()

    def __call__(self) -> bool:
        """Whether it was pressed since the last time this was asked."""
        if not self._pressed.is_set():
            return False
        self._pressed.clear()
        return True

    def _watch(self) -> None:
        while self._read():
            self._pressed.set()
