"""Persona files that nobody would write: real ones changed by chance, evil pieces put together, bytes out of nowhere.

``made(number)`` is the same input on every machine; a number is all that has to be kept of one that did harm.
"""

import random
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Final

from personas.interview import persona_text
from personas.source import MAX_BYTES

ROOT: Final = Path(__file__).resolve().parent.parent.parent
TOKENS: Final = (
    b"&a ", b"*a", b"!!python/object:os.system ", b"!x ", b"%YAML 1.1\n", b"---\n", b"...\n", b"\t", b"  ", b"- ", b": ",
    b":", b"? ", b"|\n", b">\n", b"|2-\n", b"'", b'"', b"\\", b"\\x", b"\\ud800", b"\\U00110000", b"#", b"# ", b"{", b"}", b"[",
    b"]", b",", b"<<: ", b"~", b"null", b"No", b"yes", b"0x7f", b"1e999", b"-.inf", b".nan", b"9" * 400, b"1_000", b"12:30:45",
    b"2026-11-22", b"=", b"`", b"@", b"\x00", b"\x1b[31m", b"\x7f", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xe2\x80\xae",
    b"\xef\xbb\xbf", b"\xc2\x85", b"\xe2\x80\xa8", b"\xf0\x9f\x98\xa1", b"\xcc\x81" * 50, b"\r", b"\r\n", b"\n", b"\n\n\n",
    b"{agent}", b"{x}", b"{}", b"{{", b"../../etc/passwd", b"__class__", b"x" * 5000, b"a.b.c", b"[" * 40, b"{a: " * 40,
    b"- " * 40, b"$(id)", b"%s%n", b"<script>", b"facts:", b"lines:", b"persona:", b"say: [", b"id: ", b"points: -1",
)  # fmt: skip
"""What is put into a file in odd places."""
FLOODS: Final = (
    b"[", b"{", b"- ", b"a: ", b"? ", b'"', b"'", b"&a ", b"!x ", b"#", b" ", b"\n", b"x", b"- x\n", b"a: b\n", b"[],", b"{},",
    b"\\", b"|\n", b"\t", b"\xc3\xa9", b",", b": ", b"- - ", b"x ", b"''", b"lines: {}\n", b'"\\n', b"a:\n ",
)  # fmt: skip
"""What is repeated until the file is large."""


ANSWERS: Final = {
    "manner": ("shaky",), "story": ("It was due Monday.", "It is not here."), "behind": ("It's for my mother.",),
    "facts": ("What is your order number? Two two nine.", "When did you order it? On the second."),
    "wishes": ("I want it here. = I'll send it by courier", "And the postage. = I'll refund the postage"),
}  # fmt: skip


@lru_cache(maxsize=1)
def bases() -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """(small files, whole callers)."""
    whole = [
        path.read_bytes()
        for folder in ("library", "drafts")
        for path in sorted((ROOT / "personas" / folder).glob("*.yaml"))
    ]
    small = []
    for text in whole:
        head = text[: text.index(b"\nfacts:") + 1]
        parts = re.split(rb"(?m)^(?=[a-z_]+:)", text)
        small += [part[:4000] for part in parts if len(part) > 40]
        small.append(
            head
            + b"".join(
                _shortened(part) for part in parts if part.startswith((b"facts", b"demands", b"offers", b"lines"))
            )
        )
    return tuple(small), tuple(whole)


def _shortened(part: bytes) -> bytes:
    lines = part.splitlines(keepends=True)
    return b"".join(lines[:40])


def made(number: int) -> bytes:
    """Input number ``number``."""
    chance = random.Random(number)
    small, whole = bases()
    way = chance.random()
    if way < 0.04:
        return _changed(chance, chance.choice(whole), chance.randint(1, 8))
    if way < 0.35:
        return _changed(
            chance, persona_text(ANSWERS if way < 0.2 else {}, "x", "y").encode(), chance.choice((1, 1, 2, 3))
        )
    if way < 0.80:
        return _changed(chance, chance.choice(small), chance.choice((1, 1, 2, 3, 8, 30)))
    if way < 0.90:
        return b"".join(chance.choice(TOKENS) for _ in range(chance.randint(1, 60)))
    if way < 0.93:
        return chance.randbytes(chance.randint(0, 600))
    if way < 0.935:
        return flood(chance, MAX_BYTES)
    if way < 0.96:
        return flood(chance, 4000)
    return "".join(chr(chance.randrange(sys.maxunicode + 1)) for _ in range(chance.randint(0, 200))).encode(
        "utf-8", "surrogatepass"
    )


def flood(chance: random.Random, size: int) -> bytes:
    """One or two pieces repeated up to ``size`` bytes, after the beginning of a file or none."""
    begin = chance.choice((b"", b"persona: x\n", b"facts:\n  - ", b"lines:\n  story:\n    - ", b"a: "))
    pieces = chance.choice(FLOODS) + chance.choice((b"", b"", chance.choice(FLOODS)))
    end = chance.choice((b"", b"\n", b"]", b'"', b": x\n"))
    return (begin + pieces * (size // len(pieces)))[: size - len(end)] + end


def _changed(chance: random.Random, data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = chance.choice(_CHANGES)(chance, data)
    return data[: MAX_BYTES + 10]


def _bytes(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + chance.randint(0, 1) :]


def _token(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(TOKENS) + data[at + chance.choice((0, 0, 1, 5)) :]


def _value(chance: random.Random, data: bytes) -> bytes:
    """Another value behind a key."""
    keys = [match.end() for match in re.finditer(rb"\w:[ ]", data)]
    if not keys:
        return _token(chance, data)
    at = chance.choice(keys)
    end = data.find(b"\n", at)
    return data[:at] + chance.choice(TOKENS) + (data[end:] if end >= 0 else b"")


def _cut(chance: random.Random, data: bytes) -> bytes:
    at, end = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
    return data[:at] + data[min(end, at + 200) :]


def _doubled(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + data[at : at + chance.randint(1, 300)] + data[at:]


def _lines(chance: random.Random, data: bytes) -> bytes:
    """Two lines change places, or one is moved in or out."""
    lines = data.splitlines(keepends=True) or [b""]
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    if chance.random() < 0.5:
        lines[one], lines[two] = lines[two], lines[one]
    else:
        lines[one] = lines[one][1:] if chance.random() < 0.5 else chance.choice((b" ", b"  ", b"\t")) + lines[one]
    return b"".join(lines)


def _spliced(chance: random.Random, data: bytes) -> bytes:
    other = chance.choice(bases()[0])
    at, there = chance.randrange(len(data) + 1), chance.randrange(len(other) + 1)
    return data[:at] + other[there : there + 500] + data[at:]


_CHANGES: Final = (_bytes, _bytes, _token, _token, _value, _value, _cut, _doubled, _lines, _lines, _spliced)
