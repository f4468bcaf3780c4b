"""Broken persona files by kind, each with the line that its message should name.

A kind is one slip in one sort of place: the key ``temper.flares`` misspelt, a quotation mark missing behind an answer of
``facts[].say``, a TAB before a line of ``lines``. It is made in as many of the callers that have such a place as asked.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from personas.checker import check_bytes
from personas.source import Mapping, Node, Scalar, Sequence, parse

ROOT: Final = Path(__file__).resolve().parent.parent.parent
NEEDED: Final = frozenset(
    """persona who who.name story facts facts[].id facts[].asked_like facts[].say hidden_needs[].id hidden_needs[].asked_like
    hidden_needs[].say demands demands[].id demands[].points demands[].say offers offers[].id offers[].heard_like
    offers[].gives lines lines.greeting lines.story calming[].when curveballs[].kind curveballs[].say""".split()
)
"""Places without which a file cannot be used."""
NUMBERS: Final = frozenset(
    """difficulty version who.age voice.pace temper.start_anger temper.calms_to temper.flares temper.forgives
    temper.stays_angry temper.wants_to_be_heard_first temper.patience temper.trusts_us temper.old_grievance
    temper.tells_story_in facts[].anger demands[].points triggers[].times triggers[].times_calm triggers[].add
    calming[].times curveballs[].chance curveballs[].after curveballs[].before scoring.pass_mark
    hidden_needs[].open_when.heard""".split()
)
CHOICES: Final = frozenset("who.manner who.weekday voice.loudness demands[].by curveballs[].kind".split())
SHORT_NAMES: Final = frozenset("persona facts[].id hidden_needs[].id demands[].id offers[].id voice.speaker".split())
ACTS: Final = frozenset("triggers[].when calming[].when".split())
TRUTHS: Final = frozenset("demands[].must demands[].hidden demands[].out_of_reach".split())
SPOKEN: Final = re.compile(
    r"lines\.\w+\.\w+\[\]|lines\.story\[\]|(facts|hidden_needs|demands)\[\]\.(say|again|angry|not_yet)\[\]|"
    r"offers\[\]\.(accept|reject)\[\]|offers\[\]\.ask_for\.\w+\[\]|triggers\[\]\.say\[\]|curveballs\[\]\.(say|back)\[\]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One broken file."""

    kind: str
    file: str
    line: int
    """Where the slip is, from 1."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """A key with its value, or an item of a list (then ``key`` is None)."""

    sort: str
    """Its way with names of lists and no numbers: ``facts[].say[]``."""
    key: Scalar | None
    value: Node
    owner_line: int
    """Line on which the entry or section begins that it belongs to."""


class Slip(Exception):
    """This slip cannot be made here."""


Edit = Callable[[list[str], Place], int]
"""Changes the lines of a file and gives the line of the slip, from 1."""


def kinds(samples: int = 1, seed: int = 1) -> list[Broken]:
    """Every kind of broken file, in up to ``samples`` callers each. The same every time."""
    callers = [(path.name, shortened(path.read_text(encoding="utf-8"))) for folder in ("library", "drafts")
               for path in sorted((ROOT / "personas" / folder).glob("*.yaml"))]  # fmt: skip
    by_sort: dict[str, list[tuple[str, str, Place]]] = {}
    for name, text in callers:
        for place in _places(parse(text, name)):
            by_sort.setdefault(place.sort, []).append((name, text, place))
    found = []
    for sort in sorted(by_sort):
        for what, edit in _slips(sort):
            chance = random.Random(f"{seed} {what} {sort}")
            made: list[Broken] = []
            for name, text, place in chance.sample(by_sort[sort], min(40, len(by_sort[sort]))):
                lines = text.split("\n")
                try:
                    line = edit(lines, place)
                except Slip:
                    continue
                changed = "\n".join(lines)
                if changed != text:
                    made.append(Broken(kind=f"{what}: {sort}", file=name, line=line, data=_encoded(changed)))
                if len(made) == samples:
                    break
            found += made
    return [*found, *_by_hand(callers)]


def shortened(text: str, most: int = 3) -> str:
    """A caller with at most ``most`` sentences in each list: as good for breaking, and checked in a third of the time."""
    kept: list[str] = []
    count, indent = 0, -1
    for line in text.split("\n"):
        item = re.match(r"( *)- (?!\{|\w+:)", line)
        count = count + 1 if item and len(item[1]) == indent else 1
        indent = len(item[1]) if item else -1
        if count <= most:
            kept.append(line)
    return "\n".join(kept)


def judge(one: Broken) -> tuple[bool, str]:
    """Whether the first error is on the right line or one of the two beside it, and what is said; "nothing" if so."""
    errors = [found for found in check_bytes(one.data, one.file) if found.level == "error"]
    if not errors:
        return False, "nothing"
    told = f"line {errors[0].line}: {errors[0].message}"
    return abs(errors[0].line - one.line) <= 1, told


def _encoded(text: str) -> bytes:
    """UTF-8, where U+DCxx stands for one raw byte."""
    return text.encode("utf-8", "surrogateescape")


def _places(root: Node) -> Iterator[Place]:
    def walk(node: Node, sort: str, owner: int) -> Iterator[Place]:
        if isinstance(node, Mapping):
            for key, value in node.entries:
                named = "*" if sort.endswith((".gives", ".ask_for", ".bonus", ".penalty")) else key.text
                inner = f"{sort}.{named}" if sort else named
                yield Place(inner, key, value, owner)
                yield from walk(value, inner, key.line if not sort else owner)
        elif isinstance(node, Sequence):
            for item in node.items:
                yield Place(f"{sort}[]", None, item, item.line)
                yield from walk(item, f"{sort}[]", item.line)

    yield from walk(root, "", 1)


def _slips(sort: str) -> Iterator[tuple[str, Edit]]:
    """The slips that can be made in a place of this sort."""
    item = sort.endswith("[]")
    if not item and not sort.endswith(".*"):
        yield "misspelt", _misspelt
        yield "doubled", _doubled
        yield "no colon", _key(lambda line, end: line[:end] + line[end + 1 :])
        yield "no space after the colon", _no_space
        yield "TAB before", _before("\t")
        yield "no-break space before", _before("\u00a0")
    if sort in NEEDED:
        yield "left out", _left_out
        yield "left empty", _value("")
    if sort in NUMBERS:
        yield "word for a number", _value("high")
        yield "far too large", _value("99999")
        yield "below nothing", _value("-7")
        yield "list for a number", _value("[1, 2]")
        yield "number in quotes", _value('"5"')
        yield "comma in the number", _value("1,5x")
    if sort in CHOICES:
        yield "no such choice", _value("purple")
        yield "list for a choice", _value("[hot]")
    if sort in SHORT_NAMES:
        yield "not a short name", _value("../../Etc")
        yield "list for a name", _value("[a, b]")
    if sort in ACTS:
        yield "no such act", _value("shouting")
    if sort in TRUTHS:
        yield "neither true nor false", _value("perhaps")
    if sort == "hidden_needs[].adds_demand":
        yield "no such demand", _value("nowhere")
    if sort == "offers[].gives.*":
        yield "no such demand", _rename("nowhere")
        yield "word for a number", _value("much")
        yield "far too large", _value("300")
    if sort == "offers[].needs[]":
        yield "no such slot", _value("moonphase")
    if sort == "scoring.must_do[]":
        yield "no such act", _value("smiling")
    if SPOKEN.fullmatch(sort):
        yield "no such placeholder", _in_quotes("{company} ")
        yield "brace not closed", _in_quotes("{agent ")
    if item and sort.split(".")[-1] != "must_do[]" and sort.count("[]") + sort.startswith("lines") >= 1:
        yield from _in_lists(sort)


def _in_lists(sort: str) -> Iterator[tuple[str, Edit]]:
    """Slips of the hand in a line of a list."""
    if sort not in (
        "facts[].asked_like[]",
        "facts[].say[]",
        "offers[].heard_like[]",
        "lines.story[]",
        "demands[].say[]",
    ) and not (
        sort.startswith("lines.")
        and sort.split(".")[1].removesuffix("[]") in ("accept", "softens", "greeting", "hang_up")
    ):
        return
    yield "quote not closed", _item(lambda text: text.rstrip()[:-1] if text.rstrip().endswith('"') else None)
    yield "quote not opened", _item(lambda text: text[1:] + " x" if text.startswith('"') else None, keep=': "x')
    yield "quote inside quotes", _item(lambda text: f'"a "b" {text[1:]}' if text.startswith('"') else None)
    yield "curly quotes", _item(lambda text: "\u201cWell, no.\u201d")
    yield "colon without quotes", _item(lambda text: "Look: this is it")
    yield "read as a truth", _item(lambda text: "No")
    yield "read as a number", _item(lambda text: "94.60")
    yield "read as a time", _item(lambda text: "12:30")
    yield "read as nothing", _item(lambda text: "~")
    yield "empty line", _item(lambda text: '""')
    yield "anchor", _item(lambda text: f"&a {text}")
    yield "alias", _item(lambda text: "*a")
    yield "tag", _item(lambda text: f"!!str {text}")
    yield "percent sign", _item(lambda text: "%s of it")
    yield "at sign", _item(lambda text: "@all of it")
    yield "backtick", _item(lambda text: "`well`")
    yield "bracket not closed", _item(lambda text: '["a", "b"')
    yield "brace not closed", _item(lambda text: '{a: "b"')
    yield "a list in the list", _item(lambda text: '["a", "b"]')
    yield "a map in the list", _item(lambda text: "{a: b}")
    yield "odd escape", _item(lambda text: '"a \\q b"')
    yield "control escape", _item(lambda text: '"a \\e b"')
    yield "zero-width space", _item(lambda text: f'"a\u200b{text[1:]}')
    yield "turned text", _item(lambda text: f'"a\u202e{text[1:]}')
    yield "control character", _item(lambda text: f'"a\x07{text[1:]}')
    yield "NUL", _item(lambda text: f'"a\x00{text[1:]}')
    yield "latin-1 byte", _item(lambda text: f'"caf\udce9{text[1:]}')
    yield "no dash", _whole(lambda line: line.replace("- ", "", 1) if line.lstrip().startswith('- "') else None)
    yield (
        "no space after the dash",
        _whole(lambda line: line.replace("- ", "-", 1) if line.lstrip().startswith("- ") else None),
    )
    yield "too far left", _whole(lambda line: line[3:] if line.startswith("      - ") else None)
    yield "TAB before", _whole(lambda line: f"\t{line.lstrip()}" if line.lstrip().startswith("- ") else None)
    yield "second document", _whole(lambda line: f"---\n{line}" if line.lstrip().startswith("- ") else None)
    yield "directive", _whole(lambda line: f"%YAML 1.1\n{line}" if line.lstrip().startswith("- ") else None)


# -- edits -------------------------------------------------------------------------------------------------------------


def _misspelt(lines: list[str], place: Place) -> int:
    key = _plain_key(place)
    word = key.text
    at = max(1, len(word) // 2)
    spelt = (
        word[:at] + ("x" if len(word) < 4 else word[at + 1] + word[at]) + word[at + 2 :]
        if len(word) > at + 1
        else f"{word}x"
    )
    if spelt == word:
        spelt = f"{word}x"
    _replace(lines, key.line, key.column, word, spelt)
    return key.line


def _doubled(lines: list[str], place: Place) -> int:
    key = _plain_key(place)
    text = lines[key.line - 1]
    if (
        not isinstance(place.value, Scalar)
        or place.value.line != key.line
        or text.lstrip().startswith("-")
        or "{" in text
    ):
        raise Slip
    lines.insert(key.line, text)
    return key.line + 1


def _key(change: Callable[[str, int], str]) -> Edit:
    def edit(lines: list[str], place: Place) -> int:
        key = _plain_key(place)
        line = lines[key.line - 1]
        end = key.column - 1 + len(key.text)
        if line[end : end + 1] != ":":
            raise Slip
        lines[key.line - 1] = change(line, end)
        return key.line

    return edit


def _no_space(lines: list[str], place: Place) -> int:
    key = _plain_key(place)
    if not isinstance(place.value, Scalar) or place.value.line != key.line:
        raise Slip
    return _key(lambda line, end: line[: end + 1] + line[end + 2 :])(lines, place)


def _before(mark: str) -> Edit:
    def edit(lines: list[str], place: Place) -> int:
        key = _plain_key(place)
        line = lines[key.line - 1]
        if key.column == 1 or line[: key.column - 1].strip():
            raise Slip
        lines[key.line - 1] = mark + line.lstrip()
        return key.line

    return edit


def _left_out(lines: list[str], place: Place) -> int:
    key = _plain_key(place)
    line = lines[key.line - 1]
    if line[: key.column - 1].strip():  # in braces, or the first key after a dash
        inside = re.compile(rf"\b{key.text}: (\"[^\"]*\"|\[[^\]]*\]|[^,}}\[]*?)(, |(?=}}))")
        found = inside.search(line, key.column - 1)
        if "{" not in line or found is None:
            raise Slip
        lines[key.line - 1] = line[: found.start()] + line[found.end() :]
        return key.line
    del lines[key.line - 1 : _end(lines, key.line, key.column)]
    return 1 if key.column == 1 else place.owner_line


def _value(text: str) -> Edit:
    def edit(lines: list[str], place: Place) -> int:
        node = place.value
        if isinstance(node, Scalar) and node.line == (place.key or node).line:
            line = lines[node.line - 1]
            lines[node.line - 1] = line[: node.column - 1] + text + line[_scalar_end(line, node) :]
            return node.line
        if place.key is None or lines[place.key.line - 1][: place.key.column - 1].strip("- "):
            raise Slip
        line = lines[place.key.line - 1]
        if line.rstrip().endswith(("]", "}")) and "{" in line[: place.key.column]:
            raise Slip
        end = _end(lines, place.key.line, place.key.column)
        lines[place.key.line - 1 : end] = [f"{line[: place.key.column - 1]}{place.key.text}: {text}".rstrip()]
        return place.key.line

    return edit


def _rename(name: str) -> Edit:
    def edit(lines: list[str], place: Place) -> int:
        key = _plain_key(place)
        _replace(lines, key.line, key.column, key.text, name)
        return key.line

    return edit


def _in_quotes(text: str) -> Edit:
    def edit(lines: list[str], place: Place) -> int:
        node = place.value
        line = lines[node.line - 1]
        if not isinstance(node, Scalar) or line[node.column - 1] != '"':
            raise Slip
        lines[node.line - 1] = line[: node.column] + text + line[node.column :]
        return node.line

    return edit


def _item(change: Callable[[str], str | None], keep: str = "") -> Edit:
    """Changes an item that has a line of a block list to itself."""

    def edit(lines: list[str], place: Place) -> int:
        node = place.value
        line = lines[node.line - 1]
        if (
            not isinstance(node, Scalar)
            or line[: node.column - 1].strip() != "-"
            or _scalar_end(line, node) != len(line)
        ):
            raise Slip
        old = line[node.column - 1 :]
        if keep and keep[:2] not in old:
            raise Slip
        new = change(old)
        if new is None:
            raise Slip
        lines[node.line - 1] = line[: node.column - 1] + new
        return node.line

    return edit


def _whole(change: Callable[[str], str | None]) -> Edit:
    def edit(lines: list[str], place: Place) -> int:
        new = change(lines[place.value.line - 1])
        if new is None:
            raise Slip
        lines[place.value.line - 1] = new
        return place.value.line

    return edit


def _plain_key(place: Place) -> Scalar:
    if place.key is None or not place.key.plain:
        raise Slip
    return place.key


def _replace(lines: list[str], line: int, column: int, old: str, new: str) -> None:
    text = lines[line - 1]
    if text[column - 1 : column - 1 + len(old)] != old:
        raise Slip
    lines[line - 1] = text[: column - 1] + new + text[column - 1 + len(old) :]


def _scalar_end(line: str, node: Scalar) -> int:
    """Index behind a scalar in its line. Raises ``Slip`` if it goes on in the next."""
    rest = line[node.column - 1 :]
    if rest[:1] == '"':
        found = re.match(r'"(?:[^"\\]|\\.)*"', rest)
    elif rest[:1] in ("|", ">"):
        found = None
    else:
        flow = "{" in line[: node.column] or "[" in line[: node.column]
        found = re.match(r"[^,\]}#]*[^,\]}#\s]" if flow else r"(?:[^#]|(?<! )#)*(?<! )", rest)
    if found is None:
        raise Slip
    return node.column - 1 + found.end()


def _end(lines: list[str], line: int, column: int) -> int:
    """Index behind the last line of a block value whose key is at ``line`` and ``column``."""
    end = line
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) >= column or (
        lines[end].startswith(" " * (column - 1) + "- ") and not lines[line - 1].lstrip().startswith("- ")
    )):  # fmt: skip
        end += 1
    return end


# -- by hand -----------------------------------------------------------------------------------------------------------


def _by_hand(callers: list[tuple[str, str]]) -> Iterator[Broken]:
    """What fits no pattern: slips between two parts of a file, and what editors and browsers do to a text."""
    name, text = next(one for one in callers if one[0] == "dana_double_billing.yaml")

    def at(kind: str, old: str, new: str, *, shift: int = 0, line: int = 0) -> Iterator[Broken]:
        if text.count(old) == 1:
            where = line or text[: text.index(old)].count("\n") + 1 + shift
            yield Broken(kind=f"by hand: {kind}", file=name, line=where, data=_encoded(text.replace(old, new)))

    first = text.index("\n") + 1
    yield from at("points of all demands", "    points: 15\n", "    points: 25\n", line=_line(text, "demands:"))
    yield from at("id used twice", "  - id: dates\n", "  - id: amount\n")
    yield from at("no demand is a must", "    must: true\n", "", line=_line(text, "demands:"))
    yield from at(
        "nobody can meet it", "gives: {not_again: 100}", "gives: {fees: 100}", line=_line(text, "- id: not_again")
    )
    yield from at("gate never opens", "open_when: {heard: 0.35}", "open_when: {anger_below: 5}")
    yield from at("gate of no kind", "open_when: {heard: 0.35}", "open_when: {listened: 0.35}")
    yield from at("gate is a number", "open_when: {heard: 0.35}", "open_when: 0.35")
    yield from at("capital letter", "who:\n", "Who:\n")
    yield from at("section indented", "\nvoice:", "\n voice:", shift=1)
    yield from at("section ends in a full stop", "\nvoice:", "\nvoice.", shift=1)
    for kind, data, line in (
        ("empty", b"", 1),
        ("only spaces", b"   \n\n", 1),
        ("only a comment", b"# hello\n", 1),
        ("only words", b"a caller who is angry\n", 1),
        ("a list", b"- persona: x\n", 1),
        ("JSON with a trailing word", b'{"persona": "x"} x\n', 1),
        ("a web page", b"<!DOCTYPE html>\n<html><body>persona</body></html>\n", 1),
        ("a letter", b"Dear all,\n\nhere is my caller: Ann.\nShe is: angry.\n", 1),
        ("UTF-16", text.encode("utf-16"), 1),
        ("UTF-16 without a mark", text.encode("utf-16-be"), 1),
        ("UTF-32", text.encode("utf-32"), 1),
        ("a picture", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", 1),
        ("a zip", b"PK\x03\x04\x14\x00\x06\x00", 1),
        ("too large", b"#" * 300_000, 1),
        ("two files in one", text.encode() + b"---\n" + text.encode(), text.count("\n") + 1),
        ("the file twice", text.encode() + text.encode(), text.count("\n") + 2),
        ("conflict of two versions", (text[:first] + "<<<<<<< HEAD\n" + text[first:]).encode(), 2),
        ("a diff", ("--- a/x.yaml\n+++ b/x.yaml\n" + text).encode(), 1),
        ("fenced", ("```yaml\n" + text + "```\n").encode(), 1),
        ("cut in the middle of a line", text[: text.index("greeting:") + 60].encode(), _line(text, "greeting:") + 2),
    ):
        yield Broken(kind=f"by hand: {kind}", file=name, line=line, data=data)


def _line(text: str, part: str) -> int:
    """The line, from 1, on which ``part`` is first."""
    return text[: text.index(part)].count("\n") + 1
