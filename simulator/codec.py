"""Events and commands as canonical JSON and back.

One codec over dataclass fields serves all of them. Canonical means: the type name under ``"k"``, fields in order of
definition, no spaces, UTF-8, floats as Python's shortest repr. The same value gives the same bytes on every platform.
"""

import json
import math
from collections.abc import Callable
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
    fields_only = dict(plain)
    kind = _TYPES[str(fields_only.pop("k"))]
    try:
        value = _builder(kind)(fields_only)
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise RecordingError(f"a damaged {plain['k']}: {error}") from None
    return cast("events.Event | commands.Command", value)


Builder = Callable[[Any], Any]
"""JSON in, a value out; raises ValueError or TypeError for what is no such value."""


@cache
def _builder(hint: Any) -> Builder:
    """What builds a value of type ``hint`` from JSON, checked field by field. A long call has 20,000 events."""
    if isinstance(hint, type) and is_dataclass(hint):
        return _dataclass_builder(hint)
    origin = get_origin(hint)
    if origin is tuple:
        return _tuple_builder(get_args(hint))
    if origin is Literal:
        return _literal_builder(get_args(hint))
    return _float if hint is float else _plain_builder(hint)


def _dataclass_builder(kind: type) -> Builder:
    builders = {name: _builder(hint) for name, hint in get_type_hints(kind).items()}
    known = builders.keys()

    def build(plain: Any) -> Any:
        if not isinstance(plain, dict):
            raise ValueError(f"expected an object, found {plain!r}")
        if not plain.keys() <= known:
            raise ValueError(f"unknown field {sorted(set(plain) - set(builders))[0]!r}")
        return kind(**{name: builders[name](item) for name, item in plain.items()})

    return build


def _tuple_builder(items: tuple[Any, ...]) -> Builder:
    repeated = len(items) == 2 and items[1] is Ellipsis
    builders = [_builder(item) for item in (items[:1] if repeated else items)]

    def build(plain: Any) -> Any:
        if not isinstance(plain, list):
            raise ValueError(f"expected an array, found {plain!r}")
        if repeated:
            return tuple(map(builders[0], plain))
        if len(builders) != len(plain):
            raise ValueError(f"expected {len(builders)} items, found {len(plain)}")
        return tuple(one(item) for one, item in zip(builders, plain, strict=True))

    return build


def _literal_builder(known: tuple[Any, ...]) -> Builder:
    def build(plain: Any) -> Any:
        if plain not in known:
            raise ValueError(f"{plain!r} is none of {known}")
        return plain

    return build


def _float(plain: Any) -> float:
    if type(plain) is float:
        if not math.isfinite(plain):
            raise ValueError(f"expected a number, found {plain!r}")
        return plain
    if type(plain) is int:
        return float(plain)
    raise ValueError(f"expected {float}, found {plain!r}")


def _plain_builder(hint: Any) -> Builder:
    def build(plain: Any) -> Any:
        if type(plain) is hint:
            return plain
        if not isinstance(hint, type) or not isinstance(plain, hint) or (isinstance(plain, bool) and hint is not bool):
            raise ValueError(f"expected {hint}, found {plain!r}")
        return plain

    return build
