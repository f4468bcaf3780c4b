"""JSON Schema of a persona file, for editors: completion and a first check while typing.

Made from the same models as the checker; ``persona.schema.json`` beside this file is its output, and a test keeps the
two in step. Draft 7, because that is what YAML editors read. The checker knows more; this only helps the hand.
"""

import json
import types
from pathlib import Path
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from personas.keys import Between, Identifier, Needed
from personas.persona import PARTY_KEYS, Persona
from personas.scalars import IDENTIFIER
from personas.shape import fields_by_key
from personas.vocabulary import ANY, MOODS, SITUATIONS

SCHEMA_FILE: Final = Path(__file__).with_name("persona.schema.json")
"""What editors are pointed to."""

_LINES: Final[dict[str, Any]] = {"type": "array", "items": {"type": "string"}}


def json_schema() -> dict[str, Any]:
    """The schema as JSON values."""
    whole = _section(Persona)
    party = {
        **whole,
        "description": Persona.model_fields["other"].description,
        "required": [key for key in whole["required"] if key in PARTY_KEYS],
        "properties": {key: value for key, value in whole["properties"].items() if key in PARTY_KEYS},
    }
    whole["properties"] = {**whole["properties"], "other": party}
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": "hotseat persona", **whole}


def schema_text() -> str:
    """The schema as it stands in ``persona.schema.json``."""
    return json.dumps(json_schema(), indent=1) + "\n"


def _section(model: type[BaseModel]) -> dict[str, Any]:
    fields = fields_by_key(model)
    properties = {
        key: {"description": info.description, **_kind(info.annotation, tuple(info.metadata))}
        for key, (_, info) in fields.items()
    }
    required = [key for key, (_, info) in fields.items() if info.is_required()]
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _kind(kind: Any, marks: tuple[Any, ...]) -> dict[str, Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _kind(next(each for each in arguments if each is not type(None)), marks)
    if origin is dict and get_origin(arguments[1]) is dict:
        return _situations()
    if origin is dict:
        return {"type": "object", "additionalProperties": _kind(arguments[1], marks)}
    if origin is tuple and get_origin(arguments[0]) is tuple:
        return {"type": "object", "additionalProperties": _kind(get_args(arguments[0])[1], marks)}
    if origin is tuple:
        least = {"minItems": 1} if any(isinstance(mark, Needed) for mark in marks) else {}
        return {"type": "array", "items": _kind(arguments[0], marks), **least}
    if origin is Literal:
        return {"enum": list(arguments)}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _section(kind)
    if kind in (int, float):
        span = next((mark for mark in marks if isinstance(mark, Between)), None)
        bounds = {} if span is None else {"minimum": span.low, "maximum": span.high}
        return {"type": "integer" if kind is int else "number", **bounds}
    if kind is bool:
        return {"type": "boolean"}
    short = any(isinstance(mark, Identifier) for mark in marks)
    return {"type": "string", "pattern": f"^{IDENTIFIER.pattern}$"} if short else {"type": "string"}


def _situations() -> dict[str, Any]:
    moods = {mood: _LINES for mood in (*MOODS, ANY)}
    by_mood = {"type": "object", "additionalProperties": False, "properties": moods}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["greeting", "story"],
        "properties": {
            name: {"description": meaning, **(_LINES if name == "story" else by_mood)}
            for name, meaning in SITUATIONS.items()
        },
    }
