"""How commands print: results to standard output, everything else to standard error."""

import json
import sys
from typing import Any

SAFE_BREAKS = {"\n": " ", "\t": " ", "\r": " "}


def clean(text: str) -> str:
    """Text from a persona, a recording or a file without control characters, so that it cannot steer a terminal."""
    return "".join(SAFE_BREAKS.get(char, char) for char in text if char in SAFE_BREAKS or char.isprintable())


def result(line: str) -> None:
    """One line of the result."""
    print(line, flush=True)


def result_json(value: Any) -> None:
    """One JSON object of the result, on a line of its own."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def progress(line: str) -> None:
    """What is going on; silent in a pipe."""
    if sys.stderr.isatty():
        print(line, file=sys.stderr, flush=True)


def notice(line: str) -> None:
    """Something the user should know, also in a pipe."""
    print(f"hotseat: {line}", file=sys.stderr, flush=True)


def wants_json(flag: bool) -> bool:
    """Data commands speak JSON when asked to, and to programs."""
    return flag or not sys.stdout.isatty()
