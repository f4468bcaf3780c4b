"""Events and commands as canonical JSON and back.

One codec over dataclass fields serves all of them. Canonical means: the type name under ``"k"``, fields in order of
definition, no spaces, UTF-8, floats as Python's shortest repr. The same value gives the same bytes on every platform.
"""

import json
import math
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from simulator import commands, events
from simulator.errors import RecordingError

_TYPES = {cls.__name__: cls for cls in (*get_args(events.Event), *get_args(commands.Command))}


def to_plain(value: object) -> Any:
    """A value as JSON types; dataclasses become objects, tuples become arrays."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    return value


def dumps(value: object) -> str:
    """Canonical JSON of JSON types."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def encode(value: events.Event | commands.Command) -> dict[str, Any]:
    """An event or a command as a JSON object."""
    return {"k": type(value).__name__, **to_plain(value)}


def decode(plain: object) -> events.Event | commands.Command:
    """The event or command of a JSON object. Raises RecordingError when it is none."""
    if not isinstance(plain, dict) or str(plain.get("k")) not in _TYPES:
        raise RecordingError(f"not an event or a command: {str(plain)[:80]}")
    kind = _TYPES[str(plain["k"])]
    try:
        value = _build(kind, {key: item for key, item in plain.items() if key != "k"})
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise RecordingError(f"a damaged {plain['k']}: {error}") from None
    return cast("events.Event | commands.Command", value)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(hint: Any, plain: Any) -> Any:
    """``plain`` as a value of type ``hint``, checked field by field."""
    if isinstance(hint, type) and is_dataclass(hint):
        if not isinstance(plain, dict):
            raise ValueError(f"expected an object, found {plain!r}")
        hints = _hints(hint)
        unknown = set(plain) - set(hints)
        if unknown:
            raise ValueError(f"unknown field {sorted(unknown)[0]!r}")
        return hint(**{name: _build(hints[name], item) for name, item in plain.items()})
    origin = get_origin(hint)
    if origin is tuple:
        items = get_args(hint)
        if not isinstance(plain, list):
            raise ValueError(f"expected an array, found {plain!r}")
        if len(items) == 2 and items[1] is Ellipsis:
            return tuple(_build(items[0], item) for item in plain)
        if len(items) != len(plain):
            raise ValueError(f"expected {len(items)} items, found {len(plain)}")
        return tuple(_build(item_hint, item) for item_hint, item in zip(items, plain, strict=True))
    if origin is Literal:
        if plain not in get_args(hint):
            raise ValueError(f"{plain!r} is none of {get_args(hint)}")
        return plain
    if hint is float and isinstance(plain, int) and not isinstance(plain, bool):
        return float(plain)
    if hint is float and isinstance(plain, float) and not math.isfinite(plain):
        raise ValueError(f"expected a number, found {plain!r}")
    if not isinstance(hint, type) or not isinstance(plain, hint) or (isinstance(plain, bool) and hint is not bool):
        raise ValueError(f"expected {hint}, found {plain!r}")
    return plain
