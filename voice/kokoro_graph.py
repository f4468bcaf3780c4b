"""Gives Kokoro's ONNX graph the controls that anger needs: pace and pitch of each token, pitch range, token times.

The published graph has one knob, ``speed``, and one output, the audio. Inside it the pitch contour is an ordinary tensor
between two nodes, and so are the durations. Moving the pitch *there*, before the vocoder, costs nothing and leaves no
trace; doing it afterwards on the samples costs a second analysis and synthesis, and words (see decision 031).

An ONNX file is a protocol-buffer message. The few fields that matter here are walked by hand, so that no onnx package is
needed at run time: the graph's nodes are copied as they are, three of them are rewritten, and a dozen are put in between.
The weights are not touched.
"""

import struct
from collections.abc import Iterator
from typing import Final

from simulator.errors import ModelError

FRAME_SAMPLES_24K: Final = 600
"""Samples of audio for one unit of a token's duration: 25 ms at 24 kHz."""

VERSION: Final = "1"
"""Raise when ``with_controls`` changes: prepared graphs are kept."""

TOKEN_RATE: Final = "token_rate"
"""Input (1, tokens): each predicted duration is divided by this, then rounded, never below one frame."""
TOKEN_PITCH: Final = "token_pitch"
"""Input (1, tokens): factor on the pitch while the token sounds."""
PITCH_CENTRE: Final = "pitch_centre"
"""Input (1,): Hz, the middle about which the range is scaled."""
PITCH_RANGE: Final = "pitch_range"
"""Input (1,): exponent on the pitch over its centre; 1 leaves the range as it is."""
DURATIONS: Final = "/encoder/Cast_output_0"
"""Output (1, tokens), int64: frames that each token lasts."""

_DURATION_DIVISION: Final = "/encoder/Div_output_0"
_ALIGNMENT: Final = "/encoder/Cast_4_output_0"
"""(tokens, frames), one where a token sounds."""
_PITCH: Final = "/encoder/Squeeze_output_0"
"""(1, 2 x frames), Hz."""
_UNVOICED_BELOW_HZ: Final = 10.0
"""The graph's own limit between a pitch and no pitch; what lies below must stay below."""

_VARINT, _LENGTH = 0, 2
_FLOAT, _INT64 = 1, 7


def with_controls(model: bytes) -> bytes:
    """``model`` with the inputs and the output named above; ``speed`` stays declared and is ignored.

    Raises :class:`ModelError` when the graph is not the one this was written for.
    """
    view = memoryview(model)
    start, begin, end = next(((s, *inside) for field, s, _, inside in _fields(view) if field == 7), (0, 0, 0))
    parts: list[bytes | memoryview] = []
    rewritten = 0
    for field, at, after, (inside_begin, inside_end) in _fields(view[:end], begin):
        raw = view[at:after]
        if field == 1:
            inputs, outputs = _ends(bytes(view[inside_begin:inside_end]))
            if outputs[0] == _DURATION_DIVISION and inputs[1] == "speed":
                raw, rewritten = memoryview(_node("Div", [inputs[0], TOKEN_RATE], outputs)), rewritten + 1
            elif outputs[0] == _PITCH:
                raw, rewritten = (
                    memoryview(_renamed(bytes(view[inside_begin:inside_end])) + _pitch_nodes()),
                    rewritten + 1,
                )
        parts.append(raw)
    if rewritten != 2:
        raise ModelError("the Kokoro model is not the expected one: run `hotseat models fetch kokoro-82m-int8`")
    parts.append(_constants() + _declarations())
    graph = b"".join(parts)
    return bytes(view[:start]) + _chunk(7, graph) + bytes(view[end:])


def _pitch_nodes() -> bytes:
    """From the predicted pitch to the one spoken: (pitch / centre) ** range * centre * factor, where there is a pitch."""
    return b"".join(
        (
            _node("MatMul", [TOKEN_PITCH, _ALIGNMENT], ["hs/frame"]),
            _node("Unsqueeze", ["hs/frame", "hs/two"], ["hs/column"]),
            _node("Concat", ["hs/column", "hs/column"], ["hs/pairs"], _int_attribute("axis", 2)),
            _node("Reshape", ["hs/pairs", "hs/flat"], ["hs/factor"]),
            _node("Max", ["hs/raw", "hs/limit"], ["hs/floored"]),
            _node("Div", ["hs/floored", PITCH_CENTRE], ["hs/relative"]),
            _node("Pow", ["hs/relative", PITCH_RANGE], ["hs/widened"]),
            _node("Mul", ["hs/widened", PITCH_CENTRE], ["hs/hertz"]),
            _node("Mul", ["hs/hertz", "hs/factor"], ["hs/moved"]),
            _node("Greater", ["hs/raw", "hs/limit"], ["hs/voiced"]),
            _node("Where", ["hs/voiced", "hs/moved", "hs/raw"], [_PITCH]),
        )
    )


def _constants() -> bytes:
    return (
        _tensor("hs/two", [1], struct.pack("<q", 2), _INT64)
        + _tensor("hs/flat", [2], struct.pack("<qq", 1, -1), _INT64)
        + _tensor("hs/limit", [1], struct.pack("<f", _UNVOICED_BELOW_HZ), _FLOAT)
    )


def _declarations() -> bytes:
    per_token: list[int | str] = [1, "sequence_length"]
    return b"".join(
        (
            _value(11, TOKEN_RATE, per_token, _FLOAT),
            _value(11, TOKEN_PITCH, per_token, _FLOAT),
            _value(11, PITCH_CENTRE, [1], _FLOAT),
            _value(11, PITCH_RANGE, [1], _FLOAT),
            _value(12, DURATIONS, per_token, _INT64),
        )
    )


def _ends(node: bytes) -> tuple[list[str], list[str]]:
    """Names of a node's inputs and outputs."""
    named: dict[int, list[str]] = {1: [], 2: []}
    for field, _, _, (begin, end) in _fields(memoryview(node)):
        if field in named:
            named[field].append(node[begin:end].decode())
    return named[1], named[2]


def _renamed(node: bytes) -> bytes:
    """The same node with its output called ``hs/raw``."""
    pieces = [
        _chunk(2, b"hs/raw") if field == 2 else node[at:after] for field, at, after, _ in _fields(memoryview(node))
    ]
    return _chunk(1, b"".join(pieces))


def _fields(view: memoryview, at: int = 0) -> Iterator[tuple[int, int, int, tuple[int, int]]]:
    """(field number, start, end, (start, end) of its content) of each field of a message."""
    while at < len(view):
        start = at
        key, at = _read_varint(view, at)
        kind = key & 7
        inside = (at, at)
        if kind == _VARINT:
            _, at = _read_varint(view, at)
        elif kind == _LENGTH:
            length, at = _read_varint(view, at)
            inside = (at, at + length)
            at += length
        else:
            at += {1: 8, 5: 4}[kind]
        yield key >> 3, start, at, inside


def _read_varint(view: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = view[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes((*out, value))


def _chunk(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | _LENGTH) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3 | _VARINT) + _varint(value)


def _node(kind: str, inputs: list[str], outputs: list[str], attribute: bytes = b"") -> bytes:
    names = b"".join(_chunk(1, name.encode()) for name in inputs) + b"".join(
        _chunk(2, name.encode()) for name in outputs
    )
    return _chunk(1, names + _chunk(3, f"hs/{kind}/{outputs[0]}".encode()) + _chunk(4, kind.encode()) + attribute)


def _int_attribute(name: str, value: int) -> bytes:
    return _chunk(5, _chunk(1, name.encode()) + _number(3, value) + _number(20, 2))


def _tensor(name: str, shape: list[int], data: bytes, kind: int) -> bytes:
    dimensions = b"".join(_number(1, size) for size in shape)
    return _chunk(5, dimensions + _number(2, kind) + _chunk(8, name.encode()) + _chunk(9, data))


def _value(field: int, name: str, shape: list[int | str], kind: int) -> bytes:
    sizes = b"".join(
        _chunk(1, _number(1, size) if isinstance(size, int) else _chunk(2, size.encode())) for size in shape
    )
    return _chunk(field, _chunk(1, name.encode()) + _chunk(2, _chunk(1, _number(1, kind) + _chunk(2, sizes))))
