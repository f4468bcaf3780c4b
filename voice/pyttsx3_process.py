"""pyttsx3 in a process of its own: JSON requests on standard input, JSON answers on standard output, sound in files.

Run as ``python -m voice.pyttsx3_process``. It never plays: pyttsx3's playback on Linux cannot be interrupted, and the engine
beneath it is one for each process (``voice.md`` section 8). eSpeak NG is GPL; it is loaded here and nowhere else.

Request: ``{"text", "voice", "words_per_minute", "pitch", "range", "path"}``. Answer: ``{"path"}`` or ``{"error"}``.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Event
from typing import Any, Final

_TRIES: Final = 3
_PATIENCE_S: Final = 10.0
_EMPTY_WAV: Final = 44
"""Bytes of a WAV file without sound."""


class _Speaker:
    """pyttsx3's engine, with the waits that it leaves out."""

    def __init__(self) -> None:
        import pyttsx3
        from pyttsx3.drivers import _espeak

        self._library: Any = _espeak
        self._engine: Any = pyttsx3.init("espeak")
        self._finished = Event()
        self._engine.connect("finished-utterance", lambda name, completed: self._finished.set())

    def save(self, request: Mapping[str, Any]) -> None:
        """Speak into ``request["path"]``. Raises ``RuntimeError`` when nothing came out twice."""
        for _ in range(_TRIES):
            self._settle(request)
            self._finished.clear()
            self._engine.save_to_file(request["text"], request["path"])
            self._engine.runAndWait()
            self._finished.wait(_PATIENCE_S)
            self._library.Synchronize()
            if Path(request["path"]).is_file() and Path(request["path"]).stat().st_size > _EMPTY_WAV:
                return
        raise RuntimeError("no sound came out")

    def _settle(self, request: Mapping[str, Any]) -> None:
        """Set voice and manner and wait until eSpeak has taken them: a request that finds it busy loses its sound or is
        spoken with the settings of the one before. The voice goes first: choosing one resets the others."""
        self._engine.proxy.setBusy(False)
        self._engine.setProperty("voice", request["voice"])
        self._engine.setProperty("rate", int(request["words_per_minute"]))
        self._engine.setProperty("pitch", int(request["pitch"]))
        self._library.SetParameter(self._library.RANGE, int(request["range"]), 0)
        self._library.Synchronize()


def main() -> int:
    """Serve until standard input ends. Returns the exit status."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # pyttsx3 prints "Audio saved to"; answers go to the copy

    def answer(**fields: str) -> None:
        answers.write(json.dumps(fields) + "\n")

    try:
        speaker = _Speaker()
    except Exception as error:  # no library, wrong library: pyttsx3 and ctypes raise several unrelated classes
        answer(error=f"{type(error).__name__}: {error}".splitlines()[0])
        return 1
    for line in sys.stdin:
        try:
            request = json.loads(line)
            speaker.save(request)
            answer(path=request["path"])
        except Exception as error:  # one bad line must not end the process
            answer(error=f"{type(error).__name__}: {error}".splitlines()[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
