"""The rubric: weights and thresholds that a trainer may change, read from YAML with errors that name the line."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from simulator.errors import UserError

SHIPPED: Final = Path(__file__).parent / "rubric.yaml"

_SHARE, _COUNT, _SHARES, _AMOUNT = "a number from 0 to 1", "a whole number from 1 on", "a list of shares", "a number"
_PLAIN: Final[dict[str, dict[str, str]]] = {
    "bands": {"steady": _AMOUNT, "strong": _AMOUNT},
    "values": {"yes": _SHARE, "partly": _SHARE},
    "hearing": {
        "clear_from": _SHARE, "against_from": _SHARE, "short_turn_s": _AMOUNT, "absence_confidence": _SHARE, "flag_from": _SHARE,
        "enough": _SHARE,
    },
}  # fmt: skip
_ITEMS: Final[dict[str, dict[str, dict[str, str]]]] = {
    "calmness": {
        "lets_finish": {"over_s": _AMOUNT, "credit": _SHARES},
        "talk_over_share": {"full_up_to": _SHARE, "none_from": _SHARE},
        "own_loudness": {"needs_speech_s": _AMOUNT, "credit": _SHARES},
        "recovers": {"spike_points": _AMOUNT, "within_turns": _COUNT},
        "no_hostile_words": {"credit": _SHARES},
        "no_blame": {"credit": _SHARES},
        "no_dismissing": {"credit": _SHARES},
        "no_rushing": {"credit": _SHARES},
        "limits_fairly": {"limit_alone": _SHARE},
    },
    "empathy": {
        "restates": {"needed": _COUNT},
        "open_question": {"needed": _COUNT},
        "own_specifics": {"needed": _COUNT, "specific_from": _SHARE},
        "listens_first": {"credit": _SHARES},
        "names_feeling": {"stock_phrase": _SHARE},
        "owns_fault": {"needed": _COUNT},
        "apology": {"stock_phrase": _SHARE},
        "no_empty_repeats": {"credit": _SHARES},
    },
    "resolution": {
        "demands": {"must_counts": _AMOUNT},
        "hidden_need": {},
        "outcome": dict.fromkeys(
            ("resolved_warm", "resolved_cool", "ended_fairly", "escalated", "unresolved", "timed_out", "hung_up"),
            _SHARE,
        ),
        "concrete_steps": {"needed": _COUNT},
        "no_vague_promises": {"credit": _SHARES},
        "confirms": {"closing_alone": _SHARE},
        "promises_hold": {"credit": _SHARES},
        "key_steps": {},
    },
}


_FAIRNESS: Final[dict[str, dict[str, str]]] = {
    "hears": {"needed": _COUNT},
    "names": {},
    "no_sides": {"credit": _SHARES},
    "leaves_nobody_out": {"credit": _SHARES},
    "shares_attention": {"full_from": _SHARE, "none_up_to": _SHARE},
    "serves_both": {},
}
"""Of a call with two people on the line; a rubric without the section takes the shipped one's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRule:
    """The numbers of one item."""

    name: str
    rule_id: str
    """Score and item, such as ``empathy.restates``; stable, docs/debrief.md explains each."""
    weight: float
    numbers: Mapping[str, float | tuple[float, ...]]

    def number(self, key: str) -> float:
        """One of its thresholds."""
        value = self.numbers[key]
        assert not isinstance(value, tuple)
        return value

    def shares(self, key: str) -> tuple[float, ...]:
        """One of its lists of shares."""
        value = self.numbers[key]
        assert isinstance(value, tuple)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """Everything that scoring may depend on beside the call and the persona."""

    version: int
    bands: Mapping[str, float]
    values: Mapping[str, float]
    hearing: Mapping[str, float]
    items: Mapping[str, Mapping[str, ItemRule]]
    """Score, item name, rule; in the order in which they are shown."""
    fairness: Mapping[str, ItemRule]
    """Item name, rule: what is looked at beside these where two are on the line."""

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Self:
        """The rubric of a file. Raises ``UserError``: one line with file, line number and what to put there."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"cannot read the rubric {path}: {error}") from None
        yaml = YAML(typ="rt")
        try:
            plain = yaml.load(text)
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
            raise UserError(f"{path}:{line}: {error.problem or 'this is not YAML'}") from None
        except YAMLError as error:
            raise UserError(f"{path}:1: {' '.join(str(error).split())}") from None
        return cls(**_Reader(str(path)).rubric(plain))

    def band(self, score: int) -> str:
        """building, steady or strong."""
        if score >= self.bands["strong"]:
            return "strong"
        return "steady" if score >= self.bands["steady"] else "building"

    def value(self, share: float) -> str:
        """yes, partly or no."""
        if share >= self.values["yes"]:
            return "yes"
        return "partly" if share >= self.values["partly"] else "no"


@cache
def shipped() -> Rubric:
    """The rubric that ships, read once a process: reading it takes longer than scoring a call."""
    return Rubric.load()


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads along the tables above; knows the file's name for its errors."""

    file: str

    def rubric(self, plain: Any) -> dict[str, Any]:
        """The fields of a ``Rubric``."""
        top = self._mapping(plain, 1, "the rubric", {"version", *_PLAIN, *_ITEMS, "fairness"})
        version = self._value(top, "version", _COUNT)
        sections = {name: self._numbers(self._section(top, name), name, keys) for name, keys in _PLAIN.items()}
        self._in_order(top, sections["bands"], "bands", "steady", "strong")
        self._in_order(top, sections["values"], "values", "partly", "yes")
        fair = self._items(top, "fairness", _FAIRNESS) if "fairness" in top else shipped().fairness
        items = {score: self._items(top, score, known) for score, known in _ITEMS.items()}
        return {"version": version, **sections, "items": items, "fairness": fair}

    def _items(self, top: Any, score: str, known: dict[str, dict[str, str]]) -> dict[str, ItemRule]:
        section = self._section(top, score)
        line = _line(top, score)
        self._mapping(section, line, f"'{score}'", set(known))
        rules: dict[str, ItemRule] = {}
        for name, keys in known.items():
            if name not in section:
                raise self._error(line, f"'{score}' lacks the item '{name}'; write it with weight: 0 to switch it off")
            numbers = self._numbers(section[name], name, {"weight": _AMOUNT, **keys}, _line(section, name))
            weight = numbers.pop("weight")
            rules[name] = ItemRule(name=name, rule_id=f"{score}.{name}", weight=weight, numbers=numbers)
        if not any(rule.weight for rule in rules.values()):
            raise self._error(line, f"every item of '{score}' has weight 0; give at least one a weight")
        return rules

    def _section(self, top: Any, name: str) -> Any:
        if name not in top:
            raise self._error(1, f"the rubric lacks the section '{name}'; copy it from the shipped rubric.yaml")
        return top[name]

    def _numbers(self, plain: Any, name: str, keys: dict[str, str], line: int = 1) -> dict[str, Any]:
        self._mapping(plain, line, f"'{name}'", set(keys))
        for key in keys:
            if key not in plain:
                raise self._error(line, f"'{name}' lacks '{key}': give it {keys[key]}")
        return {key: self._value(plain, key, kind) for key, kind in keys.items()}

    def _mapping(self, plain: Any, line: int, what: str, known: set[str]) -> Any:
        if not isinstance(plain, dict):
            raise self._error(line, f"{what} should be a list of 'name: value' lines")
        for key in plain:
            if key not in known:
                near = get_close_matches(str(key), sorted(known), n=1)
                hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(sorted(known))}"
                raise self._error(_line(plain, key), f"{what} has no '{key}'; {hint}")
        return plain

    def _value(self, plain: Any, key: str, kind: str) -> Any:
        value, line = plain.get(key), _line(plain, key)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if kind == _COUNT and isinstance(value, int) and number and value >= 1:
            return int(value)
        if kind == _AMOUNT and number and 0 <= value <= 1_000_000:
            return float(value)
        if kind == _SHARE and number and 0 <= value <= 1:
            return float(value)
        if kind == _SHARES and isinstance(value, list) and value:
            shares = tuple(float(item) for item in value if isinstance(item, int | float) and 0 <= item <= 1)
            if len(shares) != len(value) or list(shares) != sorted(shares, reverse=True):
                raise self._error(line, f"'{key}' should be shares from 0 to 1, each no greater than the one before")
            return shares
        raise self._error(line, f"'{key}' should be {kind}, not {value!r}"[:160])

    def _in_order(self, top: Any, numbers: dict[str, Any], section: str, low: str, high: str) -> None:
        if numbers[low] > numbers[high]:
            raise self._error(_line(top, section), f"in '{section}', '{low}' must not be above '{high}'")

    def _error(self, line: int, message: str) -> UserError:
        return UserError(f"{self.file}:{line}: {' '.join(message.split())}")


def _line(plain: Any, key: Any) -> int:
    """The line of a key, counted from 1."""
    try:
        return int(plain.lc.key(key)[0]) + 1
    except (AttributeError, KeyError, TypeError):
        return 1
