"""What people say about a debrief: contests, a trainer's values, comments, corrected words.

An overlay stands beside the automatic values and never replaces one: both are always shown. It is a list of remarks in
the order in which they were made; the last value set for an item is the one that stands. A contest is kept with the
automatic value and the rubric version it was about, so that it can serve as calibration data later.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from math import floor
from typing import Any, Final, Literal, get_args

from evaluation.debrief import SCORES, Debrief, Flag
from evaluation.items import NOT_OBSERVED, Item, Score
from evaluation.rubric import Rubric
from simulator.errors import UserError

Kind = Literal["contest", "set", "comment", "correct"]
VALUES: Final = ("yes", "partly", "no", NOT_OBSERVED)
SHARES: Final = {"yes": 1.0, "partly": 0.5, "no": 0.0}
"""What a value set by a person counts; "partly" is half, because a person gives no finer one."""
LONGEST: Final = 2000
"""Characters of one remark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One line of ``overlay.jsonl``. Fields that its kind does not use are empty."""

    k: Kind
    at: str
    """Wall time, ISO 8601; nothing is computed from it."""
    by: str = ""
    """Who says so; empty is the trainee."""
    item: str = ""
    """contest, set: key of the item (``item_key``) or ``flags.NAME``."""
    turn: int = 0
    """comment, correct."""
    value: str = ""
    """set: one of ``VALUES``."""
    text: str = ""
    """contest and set: the reason; comment: the comment; correct: the right words."""
    automatic: str = ""
    """contest, set: the value that the rubric gave then; correct: the words that were recognised."""
    rubric: int = 0
    """contest, set: the version of the rubric that gave it."""
    labels: tuple[str, ...] = ()
    """correct: what the reader reads in the right words."""

    def to_json(self) -> dict[str, Any]:
        """JSON values without the empty fields."""
        return {name: value for name, value in asdict(self).items() if value not in ("", 0, ())}


def parse(text: str) -> tuple["Overlay", list[str]]:
    """The overlay of the text of an ``overlay.jsonl``, and one line for each line that cannot be used."""
    remarks: list[Remark] = []
    faults: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                remarks.append(_remark(json.loads(line)))
            except (ValueError, TypeError, KeyError, RecursionError) as error:
                faults.append(f"line {number} cannot be used ({type(error).__name__})")
    return Overlay(remarks=tuple(remarks)), faults


def _remark(plain: dict[str, Any]) -> Remark:
    plain = {**plain, "labels": tuple(map(str, plain.get("labels", ())))}
    remark = Remark(**plain)
    words = (remark.at, remark.by, remark.item, remark.value, remark.text, remark.automatic)
    numbers = (remark.turn, remark.rubric)
    if remark.k not in get_args(Kind) or not all(isinstance(each, str) for each in words):
        raise ValueError("not a remark")
    if not all(isinstance(each, int) for each in numbers) or (remark.k == "set" and remark.value not in VALUES):
        raise ValueError("not a remark")
    return remark


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """All remarks on a call, in the order in which they were made."""

    remarks: tuple[Remark, ...] = ()

    def on_item(self, key: str) -> tuple[Remark, ...]:
        """Contests and values of an item or flag."""
        return tuple(remark for remark in self.remarks if remark.k in ("contest", "set") and remark.item == key)

    def value_of(self, key: str) -> Remark | None:
        """The last value set for an item."""
        return next((remark for remark in reversed(self.on_item(key)) if remark.k == "set"), None)

    def on_turn(self, turn: int) -> tuple[Remark, ...]:
        """Comments on a turn, and corrections of it."""
        return tuple(remark for remark in self.remarks if remark.k in ("comment", "correct") and remark.turn == turn)

    def corrected(self) -> dict[int, str]:
        """Turn and its right words, the last correction of each."""
        return {remark.turn: remark.text for remark in self.remarks if remark.k == "correct"}


def item_key(item: Item) -> str:
    """What names an item in one call: its rule, and its own name where one rule makes several items."""
    return item.rule_id if item.rule_id.endswith(f".{item.item}") else f"{item.rule_id}/{item.item}"


def find(debrief: Debrief, wanted: str) -> tuple[str, str]:
    """(key, automatic value) of an item by its key, its rule or its bare name, or of a raised flag.

    Raises UserError, which names the nearest known key.
    """
    items = {item_key(item): item for score in debrief.scores for item in score.items}
    flags = {f"flags.{flag.flag}" for flag in debrief.flags}
    if wanted in items:
        return wanted, items[wanted].value
    if wanted in flags:
        return wanted, "raised"
    named = [key for key, item in items.items() if wanted in (item.item, item.rule_id, item.rule_id.split(".")[-1])]
    if len(named) == 1:
        return named[0], items[named[0]].value
    known = named or get_close_matches(wanted, [*items, *flags], n=3, cutoff=0.5) or sorted([*items, *flags])[:3]
    raise UserError(f"{_short(wanted)!r} names no one item of this call: {', '.join(known)} (see `--json`, `rule_id`)")


def value_of(word: str) -> str:
    """A value as a person writes it. Raises UserError."""
    plain = " ".join(word.strip().lower().replace("_", " ").split())
    if plain not in VALUES:
        raise UserError(f"{_short(word)!r} is no value: write yes, partly, no or not_observed")
    return plain


def one_line(text: str, what: str) -> str:
    """A remark's text, checked. Raises UserError when it is empty or too long."""
    line = " ".join(text.split())
    if not line:
        raise UserError(f"{what} is empty: say it in one line")
    if len(line) > LONGEST:
        raise UserError(f"{what} has {len(line)} characters; {LONGEST} are enough for one line")
    return line


def with_people(score: Score, overlay: Overlay, rubric: Rubric) -> int | None:
    """The score with the values that people have set; None without a score. The automatic one stays what it is.

    The weighted mean again, with a person's value in place of the automatic one wherever there is one. Points of the
    persona's own file (``persona.*``) go on top as they are; a value set for one of them is shown and not counted.
    """
    mine = [item for item in score.items if not item.rule_id.startswith("persona.")]
    scale = next((item.max / rule.weight for item in mine if item.max and (rule := _rule(item, rubric))), None)
    gained = inside = 0.0
    for item in mine:
        changed = overlay.value_of(item_key(item))
        rule = _rule(item, rubric)
        most = item.max or (scale * rule.weight if scale is not None and rule is not None else 0.0)
        if changed is None:
            gained, inside = gained + item.points, inside + item.max
        elif changed.value != NOT_OBSERVED:
            gained, inside = gained + SHARES[changed.value] * most, inside + most
    extra = sum(item.points for item in score.items if item.rule_id.startswith("persona."))
    if score.score is None or not inside:
        return None
    return floor(min(100.0, max(0.0, 100 * gained / inside + extra)) + 0.5)


def people_scores(debrief: Debrief, overlay: Overlay, rubric: Rubric) -> dict[str, int | None]:
    """The scores in which people have set a value, with those values."""
    changed = {remark.item.split(".")[0] for remark in overlay.remarks if remark.k == "set"}
    return {name: with_people(debrief.score(name), overlay, rubric) for name in SCORES if name in changed}


def _rule(item: Item, rubric: Rubric) -> Any:
    """The rule of an item that is the only one of its rule: then its weight is the item's."""
    score, _, name = item.rule_id.partition(".")
    return rubric.items.get(score, {}).get(name) if name == item.item else None


def to_json(debrief: Debrief, overlay: Overlay, rubric: Rubric) -> dict[str, Any]:
    """The ``overlay`` key of the debrief's JSON: every remark, and both values where a person has set one."""
    automatic = {item_key(item): item.value for score in debrief.scores for item in score.items}
    changed = {key: remark for key in automatic if (remark := overlay.value_of(key)) is not None}
    return {
        "remarks": [remark.to_json() for remark in overlay.remarks],
        "items": [
            {"item": key, "automatic": automatic[key], "value": remark.value, "by": remark.by, "because": remark.text}
            for key, remark in changed.items()
        ],
        "scores": {
            name: {"automatic": debrief.score(name).score, "with_people": score}
            for name, score in people_scores(debrief, overlay, rubric).items()
        },
        "corrected_turns": sorted(overlay.corrected()),
    }  # fmt: skip


def item_lines(overlay: Overlay, item: Item) -> Iterator[str]:
    """Lines of text under an item."""
    yield from _lines(overlay.on_item(item_key(item)))
    if touched := sorted(overlay.corrected().keys() & set(item.turn_ids)):
        yield f"rests on words that were corrected (turn {', '.join(map(str, touched))})"


def flag_lines(overlay: Overlay, flag: Flag) -> Iterator[str]:
    """Lines of text under a flag."""
    return _lines(overlay.on_item(f"flags.{flag.flag}"))


def _lines(remarks: Sequence[Remark]) -> Iterator[str]:
    for remark in remarks:
        who = remark.by or "you"
        if remark.k == "contest":
            yield f"contested by {who}: {remark.text}"
        else:
            yield f"{who}: {remark.value} (automatic: {remark.automatic}), because {remark.text}"


def turn_lines(overlay: Overlay, turn: int, labels: Sequence[str]) -> Iterator[str]:
    """Lines of text under a turn; ``labels`` are those that the reader found in what was recognised."""
    for remark in overlay.on_turn(turn):
        who = remark.by or "you"
        if remark.k == "comment":
            yield f"{who}: {remark.text}"
        else:
            reads = ", ".join(remark.labels).replace("_", " ") or "nothing"
            was = ", ".join(labels).replace("_", " ") or "nothing"
            yield f'corrected by {who}: "{remark.text}" (reads as {reads}; scored as {was})'


def _short(text: str) -> str:
    return "".join(char for char in text if char.isprintable())[:60]
