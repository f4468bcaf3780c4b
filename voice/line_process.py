"""A program of its own that is given a line and answers with lines: engines whose licence or habits keep them outside."""

import contextlib
import queue
import subprocess
from collections.abc import Callable, Sequence
from threading import Thread
from types import TracebackType
from typing import IO, Final, Literal

from simulator.errors import ModelError

_LAST_LINES: Final = 3
"""How much of what a failed program said goes into the error."""


class LineProcess:
    """A long-lived program; it is started at the first question and again after it has died. One question at a time."""

    def __init__(self, command: Sequence[str], *, listen: Literal["stdout", "stderr"], what: str, mend: str) -> None:
        """``what`` names the program in errors and ``mend`` says what to do."""
        self._command = list(command)
        self._listen = listen
        self._what = what
        self._mend = mend
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str | None] = queue.Queue()

    def ask(self, line: str, is_answer: Callable[[str], bool], *, timeout_s: float = 30.0) -> str:
        """Send ``line`` and return the first line that ``is_answer`` accepts.

        Raises :class:`ModelError` when the program cannot be started, dies or does not answer in time.
        """
        process = self._running()
        heard: list[str] = []
        try:
            assert process.stdin is not None
            process.stdin.write(line + "\n")
            process.stdin.flush()
            while True:
                answer = self._lines.get(timeout=timeout_s)
                if answer is None:
                    break
                if is_answer(answer):
                    return answer
                heard = [*heard[1 - _LAST_LINES :], answer]
        except (queue.Empty, OSError):
            pass
        self.close()
        reason = " | ".join(heard) or "it gave no answer"
        raise ModelError(f"{self._what} failed ({reason[:200]}): {self._mend}")

    def close(self) -> None:
        """End the program. It starts again when it is asked again."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            with contextlib.suppress(OSError):  # it may be gone already
                process.stdin.close()
        try:
            process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> "LineProcess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _running(self) -> "subprocess.Popen[str]":
        if self._process is not None and self._process.poll() is None:
            return self._process
        piped, dropped = subprocess.PIPE, subprocess.DEVNULL
        try:
            process = subprocess.Popen(
                self._command,
                stdin=piped,
                stdout=piped if self._listen == "stdout" else dropped,
                stderr=piped if self._listen == "stderr" else dropped,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise ModelError(f"{self._what} cannot be started ({error.strerror}): {self._mend}") from error
        self._process = process
        self._lines = queue.Queue()
        stream = process.stdout if self._listen == "stdout" else process.stderr
        assert stream is not None
        Thread(target=_drain, args=(stream, self._lines), daemon=True).start()
        return process


def _drain(stream: IO[str], lines: "queue.Queue[str | None]") -> None:
    with stream:
        for line in stream:
            lines.put(line.rstrip("\n"))
    lines.put(None)
