"""Nothing leaves the machine, and nothing waits to."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_socket import SocketBlockedError

ROOT = Path(__file__).parent.parent
BLOCKED = """
import socket

class Blocked(OSError):
    pass

def refuse(*arguments, **named):
    raise Blocked("a socket was opened")

class NoSocket(socket.socket):
    def __init__(self, *arguments, **named):
        refuse()

socket.socket = NoSocket
socket.create_connection = socket.getaddrinfo = refuse

import io, sys
from simulator.cli import main
sys.stdin = io.TextIOWrapper(io.BytesIO(b"Halden, this is Sam.\\nI'm sorry, that was our mistake.\\n"), encoding="utf-8")
status = main(["practice", "dana", "--typed", "--json"])
from voice.detector import SileroDetector
from voice.recognizer import load_recognizer
import numpy as np
SileroDetector.load().probability(np.zeros(512, dtype=np.float32))
load_recognizer().transcribe(np.zeros(16000, dtype=np.float32))
raise SystemExit(status)
"""


@pytest.mark.filterwarnings("ignore:A test tried")
def test_the_suite_itself_has_no_internet() -> None:
    import socket

    with pytest.raises(SocketBlockedError):
        socket.create_connection(("127.0.0.1", 9))


def test_a_call_and_the_models_need_no_socket_and_leave_no_reports(tmp_path: Path) -> None:
    """In a fresh process, with every way to a socket blocked and empty folders."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "HF_", "DO_NOT"))},
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "HOME": str(tmp_path),
    }

    done = subprocess.run(
        [sys.executable, "-c", BLOCKED], capture_output=True, text=True, cwd=ROOT, env=environment, check=False
    )

    assert done.returncode == 0, done.stderr
    assert '"outcome"' in done.stdout
    left = {path.relative_to(tmp_path).parts[1] for path in (tmp_path / "cache").glob("*")}
    assert left <= {"hotseat"}, left
