"""A tree of nodes -> plain values in the shape of a model, with a finding for everything that does not fit.

The models in ``persona`` say which keys exist, of what kind and in which range; this file walks a tree along a model
and never gives up at the first error, so that an author sees them all at once. What is wrong is left out of the values
and noted in ``Draft.broken``, so that later rules do not complain about its absence as well.
"""

import math
import types
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from personas.draft import Draft, Path, TooManyFindings
from personas.findings import printable
from personas.keys import Between, Identifier, Needed, NotInFile, WrittenAs
from personas.scalars import BOOLS, IDENTIFIER, NULLS, NUMBER, describe
from personas.source import Mapping, Node, Scalar, Sequence
from personas.texts import MISSING, NOT_SHORT, Nothing, TextReader
from personas.vocabulary import did_you_mean, nearest

Marks = tuple[Any, ...]

_ONE: Final = {
    "hidden_needs": "hidden need",
    "demands": "demand",
    "offers": "offer",
    "triggers": "trigger",
    "curveballs": "curveball",
}
"""What one entry of a list section is called in messages, where it is not the section's own name."""


def fields_by_key(model: type[BaseModel]) -> dict[str, tuple[str, FieldInfo]]:
    """The keys of a section as they are written in a file, each with the name of its field."""
    found = {}
    for name, info in model.model_fields.items():
        written = next((mark.key for mark in info.metadata if isinstance(mark, WrittenAs)), name)
        if not any(isinstance(mark, NotInFile) for mark in info.metadata):
            found[written] = (name, info)
    return found


def read_shape(model: type[BaseModel], node: Node, file: str, only: frozenset[str] | None = None) -> Draft:
    """Read ``node`` along ``model``, or along the keys of it that are in ``only``. Never raises; all that is wrong is in
    the draft's findings.

    If there is too much of it, reading stops and the values are empty.
    """
    draft = Draft(file=file)
    if not isinstance(node, Mapping):
        what = "a persona file is a list of sections, 'persona:' first."
        what = what if only is None else "other: should hold the second caller's sections, 'who:' first."
        hint = "docs/personas.md has a small example to start from."
        draft.note_at((node.line, node.column), "error", what, hint)
        return draft
    draft.where[()] = (1, 1) if only is None else (node.line, node.column)
    with suppress(TooManyFindings):
        draft.values = _Walker(draft).model(model, node, (), _Label(""), only)
    return draft


@dataclass(frozen=True, slots=True)
class _Label:
    """How the place is called in a message."""

    holder: str
    """``temper``, ``facts 'amount'``; empty at the top."""
    colon: bool = False

    def of(self, key: str) -> str:
        return f"{self.holder}{':' if self.colon else ''} {key}" if self.holder else key


class _Walker:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._texts = TextReader(draft)
        self._error = self._texts.error

    def model(
        self, model: type[BaseModel], node: Mapping, path: Path, label: _Label, only: frozenset[str] | None = None
    ) -> dict[str, Any]:
        fields = {key: field for key, field in fields_by_key(model).items() if only is None or key in only}
        values: dict[str, Any] = {}
        seen: set[str] = set()
        unknown: list[Scalar] = []
        for key, value in self._texts.entries(node, label.holder, path):
            if key.text not in fields:
                unknown.append(key)
                continue
            seen.add(key.text)
            name, info = fields[key.text]
            inner = (*path, name)
            place: Node = value if isinstance(value, Scalar) else key
            self._draft.where[inner] = (place.line, place.column)
            if isinstance(value, Scalar) and value.plain and value.text in NULLS and not info.is_required():
                continue  # "triggers:" with nothing under it: as if it were not there
            found = self._value(info.annotation, tuple(info.metadata), value, inner, label.of(key.text))
            if not isinstance(found, Nothing):
                values[name] = found
        missing = [key_text for key_text, (_, info) in fields.items() if info.is_required() and key_text not in seen]
        for key in unknown:
            meant = nearest(key.text, fields) or (missing[0] if len(missing) == len(unknown) == 1 else "")
            if meant in missing:
                missing.remove(meant)  # it is told here, so it is not told again as missing
            word, hint = printable(key.text), f"Did you mean '{meant}'?" if meant else ""
            what = f"{label.holder} has no setting '{word}'." if label.holder else f"there is no section '{word}'."
            self._error(key, what, hint, path or ((fields[meant][0],) if meant else ()))
        for key_text in missing:
            self._missing(node, path, label, key_text)
        return values

    def _missing(self, node: Node, path: Path, label: _Label, key: str) -> None:
        section = str(path[0]) if path else ""
        if not path:
            self._error(node, f"the section '{key}' is missing.", "", (key,))
        elif (section, key) in MISSING:
            self._error(node, f"{label.holder} {MISSING[section, key]}", "", path)
        else:
            self._error(node, f"{label.holder} has no '{key}:'.", "", path)

    def _value(self, kind: Any, marks: Marks, node: Node, path: Path, label: str) -> Any:
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in (Union, types.UnionType):  # X | None
            return self._value(next(each for each in arguments if each is not type(None)), marks, node, path, label)
        if origin is dict and get_origin(arguments[1]) is dict:
            return self._texts.lines(node, path)
        if origin is dict:
            return self._map(arguments[1], marks, node, path, label)
        if origin is tuple and get_origin(arguments[0]) is tuple:
            pairs = self._map(get_args(arguments[0])[1], marks, node, path, label)
            return pairs if isinstance(pairs, Nothing) else tuple(pairs.items())
        if origin is tuple and arguments[0] is str:
            return self._texts.texts(node, marks, path, label)
        if origin is tuple:
            return self._list(arguments[0], marks, node, path)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if not isinstance(node, Mapping):
                what = f"{label} should hold settings, one per line, not {describe(node)}."
                return self._error(node, what, "", path)
            return self.model(kind, node, path, _Label(label, colon=True))
        return self._scalar(kind, marks, node, path, label)

    def _scalar(self, kind: Any, marks: Marks, node: Node, path: Path, label: str) -> Any:
        if kind is bool:
            if isinstance(node, Scalar) and node.plain and node.text.lower() in BOOLS:
                return BOOLS[node.text.lower()]
            return self._error(node, f"{label} should be true or false, not {describe(node)}.", "", path)
        if kind in (int, float):
            return self._number(kind is int, marks, node, path, label)
        text = self._texts.text(node, path, f"{label}:")
        if isinstance(text, Nothing):
            return text
        if get_origin(kind) is Literal and text not in get_args(kind):
            *others, last = [str(each) for each in get_args(kind)]
            what = f"{label} should be {', '.join(others)} or {last}, not '{printable(text)}'."
            return self._error(node, what, did_you_mean(text, (*others, last)), path)
        if any(isinstance(mark, Identifier) for mark in marks) and not IDENTIFIER.fullmatch(text):
            return self._error(node, f"{label} '{printable(text)}' is not a short name.", NOT_SHORT, path)
        if not text and any(isinstance(mark, Needed) for mark in marks):
            return self._error(node, f"{label} is empty.", "", path)
        return text

    def _number(self, whole: bool, marks: Marks, node: Node, path: Path, label: str) -> Any:
        span = next((mark for mark in marks if isinstance(mark, Between)), Between(-math.inf, math.inf))
        within = f" between {span.low:g} and {span.high:g}" if math.isfinite(span.low) else ""
        kind = "a whole number" if whole else "a number"
        if not isinstance(node, Scalar) or not NUMBER.fullmatch(node.text) or not node.plain:
            quoted = isinstance(node, Scalar) and NUMBER.fullmatch(node.text)
            hint = "Take the quotation marks away." if quoted else ""
            return self._error(node, f"{label} should be {kind}{within}, not {describe(node)}.", hint, path)
        value = float(node.text)
        if not span.low <= value <= span.high:
            return self._error(node, f"{label} is {node.text}, but it must be{within}.", "", path)
        if whole and not value.is_integer():
            return self._error(node, f"{label} should be {kind}{within}, not {node.text}.", "", path)
        return int(value) if whole else value

    def _list(self, model: type[BaseModel], marks: Marks, node: Node, path: Path) -> Any:
        section = str(path[0])
        if not isinstance(node, Sequence):
            what = f"{section} should be a list of entries, not {describe(node)}."
            return self._error(node, what, "Each entry begins with '- '.", path)
        if not node.items and any(isinstance(mark, Needed) for mark in marks):
            return self._error(node, f"{section} is empty.", "Give at least one.", path)
        entries: list[dict[str, Any]] = []
        for index, item in enumerate(node.items):
            inner = (*path, index)
            self._draft.where[inner] = (item.line, item.column)
            if isinstance(item, Mapping):
                entries.append(self.model(model, item, inner, _Label(_entry_name(section, index, item))))
            else:
                self._error(item, f"{section}: this entry should hold settings, not {describe(item)}.", "", path)
                entries.append({})  # keeps the places of the others
        return entries

    def _map(self, kind: Any, marks: Marks, node: Node, path: Path, label: str) -> Any:
        if not isinstance(node, Mapping):
            what = f"{label} should be written as {{name: value}}, not {describe(node)}."
            return self._error(node, what, "", path)
        values: dict[str, Any] = {}
        for key, value in self._texts.entries(node, label, path):
            name = self._texts.text(key, path, f"{label}:")
            if isinstance(name, Nothing):
                continue
            if not IDENTIFIER.fullmatch(name):
                self._error(key, f"{label}: '{printable(name)}' is not a short name.", NOT_SHORT, path)
                continue
            self._draft.where[*path, name] = (key.line, key.column)
            found = self._value(kind, marks, value, (*path, name), f"{label}: {name}")
            if not isinstance(found, Nothing):
                values[name] = found
        if not node.entries and any(isinstance(mark, Needed) for mark in marks):
            what = MISSING.get((str(path[0]), str(path[-1])), "is empty.")
            return self._error(node, f"{label.removesuffix(f' {path[-1]}')} {what}", "", path)
        return values


def _entry_name(section: str, index: int, node: Mapping) -> str:
    one = _ONE.get(section, section)
    names = {key.text: value.text for key, value in node.entries if isinstance(value, Scalar)}
    if "id" in names:
        return f"{one} '{printable(names['id'])}'"
    if "when" in names:
        return f"{one} 'when: {printable(names['when'])}'"
    return f"{one} {index + 1}"
