"""Text of a persona file -> a tree of nodes with positions, guarded before anything is built.

Theory. YAML can hurt in three ways: a small file that grows (aliases), one that exhausts the stack (depth), one that
makes objects (tags). All three are visible in the parser's *events*, so we walk those, count, refuse, and only then
build our own three plain node classes; ruamel's composer and constructors are never reached. What a person may have
done by accident (a tab, an invisible character, UTF-16, a missing quote) is refused here too, with its position and a
way out. Scalars stay text: what a word means depends on the key it stands under, which ``shape`` knows.
"""

import os
import re
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from personas.findings import Finding, PersonaError, printable

MAX_BYTES: Final = 256 * 1024
"""Largest file; Dana, written out in full, has about 45 KB."""
MAX_DEPTH: Final = 20
"""Deepest nesting; a persona needs 5."""
MAX_NODES: Final = 20_000
"""Most words, lists and maps together; Dana has about 1,500."""

_DOUBTFUL = re.compile(r"[^\x20-\x7e\n\r\t]")
REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_INDENT = re.compile(r"^ *([\t\u00a0])[ \t\u00a0]*\S", re.MULTILINE)
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)
_QUOTES = 'Put the text in "double quotes".'


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A word, number or text."""

    text: str
    """As written, escapes resolved."""
    plain: bool
    """Written without quotes."""
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A list."""

    items: "tuple[Node, ...]"
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Keys with values, in file order; a key may be there twice."""

    entries: "tuple[tuple[Scalar, Node], ...]"
    line: int
    column: int


Node = Scalar | Sequence | Mapping


def read_source(path: str | os.PathLike[str]) -> str:
    """Text of the file at ``path``. Raises ``PersonaError`` unless it is a regular UTF-8 file up to ``MAX_BYTES``."""
    name = os.fspath(path)
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):
            _refuse(name, 1, 1, "this is not a file.", "Name the persona's .yaml file.")
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        _refuse(name, 1, 1, "there is no such file.", "Check the name, or see 'hotseat personas list'.")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a possible file name"
        _refuse(name, 1, 1, f"the file cannot be opened: {printable(reason.lower())}.")
    return decode(data, name)


def decode(data: bytes, name: str) -> str:
    """``data`` as text. Raises ``PersonaError`` for anything but UTF-8 (a leading byte order mark is dropped)."""
    if len(data) > MAX_BYTES:
        _refuse(name, 1, 1, f"the file is larger than {MAX_BYTES // 1024} KB.", "One file holds one caller.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:4]:
        _refuse(name, 1, 1, "the file is not saved as UTF-8.", "Save it again with the encoding 'UTF-8'.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # utf-8-sig counts from behind the mark.
        before = data.removeprefix(b"\xef\xbb\xbf")[: error.start].decode("utf-8", "replace")
        line, column = _position(before, len(before))
        _refuse(name, line, column, "there is a byte here that is not UTF-8.", "Save the file again as 'UTF-8'.")


def text_lines(text: str) -> list[str]:
    """The lines of ``text`` as an editor counts them; ``splitlines`` also cuts at characters that nobody sees."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def parse(text: str, name: str) -> Node:
    """The tree of a YAML ``text``. Raises ``PersonaError`` with one finding at the first thing that is not accepted."""
    _check_characters(text, name)
    return _Builder(name, text).build()


def _check_characters(text: str, name: str) -> None:
    for odd in _DOUBTFUL.finditer(text):
        if unicodedata.category(odd.group()) in REFUSED_CATEGORIES:
            line, column = _position(text, odd.start())
            what = f"there is an invisible character here (U+{ord(odd.group()):04X})."
            _refuse(name, line, column, what, "Delete it and type the text again.")
    if match := _INDENT.search(text):
        line, column = _position(text, match.start(1))
        what = "TAB" if match.group(1) == "\t" else "no-break space"
        _refuse(name, line, column, f"there is a {what} here.", "YAML only allows spaces; replace it with two spaces.")
    if match := _DIRECTIVE.search(text):
        line, column = _position(text, match.start())
        _refuse(name, line, column, "a line must not begin with '%'.", "Remove the line, or indent and quote the text.")


class _Builder:
    """Counts and refuses while events arrive, and builds nodes from the ones that pass."""

    def __init__(self, name: str, text: str) -> None:
        self._name, self._text = name, text
        self._line = self._column = 1  # of the last event: where we were, should the parser itself fall over
        self._nodes = 0
        self._open: list[tuple[NodeEvent, list[Node]]] = []
        self._root: Node | None = None
        self._documents = 0
        self._long_quote: tuple[int, int] | None = None
        """Where the last text in quotes began, if it went over a line's end: a quotation mark may be missing there."""

    def build(self) -> Node:
        try:
            for event in YAML(typ="safe", pure=True).parse(self._text):
                self._line, self._column = event.start_mark.line + 1, event.start_mark.column + 1
                self._take(event)
        except PersonaError:
            raise
        except MarkedYAMLError as error:
            self._explain(error)
        except Exception:  # the parser's own slips (bad escapes, odd characters): the author must never see them
            self._refuse("this cannot be read as YAML from here on.", _QUOTES)
        if self._root is None:
            _refuse(self._name, 1, 1, "the file is empty.", "docs/personas.md has a small example to start from.")
        return self._root

    def _take(self, event: Event) -> None:
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse("a second document starts here ('---').", "One file holds one caller.")
        elif isinstance(event, AliasEvent):
            self._refuse("'*' names an alias, and aliases are not allowed.", f"Write the text out. {_QUOTES}")
        elif isinstance(event, NodeEvent):
            self._guard(event)
            if isinstance(event, ScalarEvent):
                self._add(self._scalar(event))
            else:
                self._open.append((event, []))
                if len(self._open) > MAX_DEPTH:
                    self._refuse(f"lists and maps are nested more than {MAX_DEPTH} deep.", "Is a bracket not closed?")
        elif isinstance(event, SequenceEndEvent | MappingEndEvent):
            self._close()

    def _guard(self, event: NodeEvent) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._refuse(f"the file has more than {MAX_NODES:,} entries.", "One file holds one caller.")
        if event.anchor is not None:
            self._refuse("'&' names an anchor, and anchors are not allowed.", f"Write the text out. {_QUOTES}")
        if getattr(event, "tag", None) is not None:
            self._refuse("'!' names a tag, and tags are not allowed.", _QUOTES)

    def _scalar(self, event: ScalarEvent) -> Scalar:
        value: str = event.value
        # An escape such as "\e" can bring in what the file's own text may not hold.
        for char in () if value.isprintable() else value:
            if char not in "\n\t" and unicodedata.category(char) in REFUSED_CATEGORIES:
                self._refuse(f"this text holds a control character (U+{ord(char):04X}).", "Remove the '\\' escape.")
        plain = event.style is None or event.style == ""
        over = event.style in ("'", '"') and event.end_mark.line > event.start_mark.line
        self._long_quote = (self._line, self._column) if over else None
        return Scalar(text=value, plain=plain, line=self._line, column=self._column)

    def _close(self) -> None:
        event, children = self._open.pop()
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, SequenceStartEvent):
            self._add(Sequence(items=tuple(children), line=line, column=column))
            return
        entries: list[tuple[Scalar, Node]] = []
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._line, self._column = key.line, key.column
                self._refuse("a key must be a plain word, not a list or a map.", _QUOTES)
            entries.append((key, value))
        self._add(Mapping(entries=tuple(entries), line=line, column=column))

    def _add(self, node: Node) -> None:
        if self._open:
            self._open[-1][1].append(node)
        else:
            self._root = node

    def _refuse(self, message: str, hint: str = "") -> NoReturn:
        _refuse(self._name, self._line, self._column, message, hint)

    def _explain(self, error: MarkedYAMLError) -> NoReturn:
        mark = error.problem_mark or error.context_mark
        problem = f"{error.problem or ''} {error.context or ''}"
        if error.context_mark is not None and any(part in problem for part in _TOLD_WHERE_THEY_BEGAN):
            mark = error.context_mark  # where the parser gave up tells nobody which quotation mark or word it was
        if "but found '<scalar>'" in problem and self._long_quote is not None:
            self._line, self._column = self._long_quote
            self._refuse(
                "this quotation mark is closed only on a later line.", "Is one missing at the end of this line?"
            )
        if mark is not None:
            self._line, self._column = mark.line + 1, mark.column + 1
        if "mapping values are not allowed" in problem and (bare := _bare_word_above(self._text, self._line)):
            self._line, self._column = bare
            self._refuse("a ':' is missing after this word.", "Is it 'key: value', with a space?")
        start = f" (it began on line {error.context_mark.line + 1})" if error.context_mark is not None else ""
        for part, message, hint in _PROBLEMS:
            if part in problem:
                self._refuse(message.replace("{start}", start), hint)
        self._refuse(f"this cannot be read: {printable(str(error.problem or 'unknown problem'), 80)}.", _QUOTES)


_TOLD_WHERE_THEY_BEGAN: Final = ("while scanning a quoted scalar", "could not find expected ':'")
_PROBLEMS: Final = (
    ("'\\t'", "there is a TAB here.", "YAML only allows spaces; replace it with two spaces."),
    ("mapping values are not allowed", "a second ': ' in this line cannot be read.",
     'If the text contains ": " put it in "double quotes".'),
    ("while scanning a quoted scalar", "this quotation mark is never closed.", "Add the closing quotation mark."),
    ("while parsing a flow sequence", "the list in [ ] is not closed, or a comma is missing{start}.",
     'Lines with , [ ] { } or : in them need "double quotes".'),
    ("while parsing a flow mapping", "the map in { } is not closed, or a comma is missing{start}.",
     'Text with , [ ] { } or : in it needs "double quotes".'),
    ("could not find expected ':'", "a ':' is missing after this word.", "Is it 'key: value', with a space?"),
    ("but found '<scalar>'", "this text does not belong to what stands before it.",
     "Is there a quotation mark inside the quotes, or a word after a closing ]?"),
    ("while parsing a block", "this line is not in line with the ones above it{start}.",
     "Entries of one list or section begin in the same column."),
    ("while scanning an a", "text must not begin with & or *.", _QUOTES),
    ("while scanning a tag", "text must not begin with !.", _QUOTES),
    ("while scanning a block scalar", "only a line break may follow > or | here.", _QUOTES),
    ("cannot start any token", "text must not begin with this character.", _QUOTES),
    ("expected '<document start>'", "this line does not belong to anything above it.",
     "Sections begin at the very left, and what is in them two spaces further in."),
    ("unknown escape character", "after '\\' in double quotes only n, t, \" and \\ are known.", "Write \\\\ for a \\."),
)  # fmt: skip
"""(part of the parser's problem or context, what we say, what to do). First match wins."""


def _bare_word_above(text: str, line: int) -> tuple[int, int] | None:
    """Line and column of a word without a colon that stands over a list, in the column in which ``line`` begins.

    What follows such a word is read as more of it, up to the next colon, which is the first that the parser minds.
    """
    lines = text_lines(text)[:line]
    indent = len(lines[-1]) - len(lines[-1].lstrip()) if len(lines) == line else 0
    for number in range(line - 1, 0, -1):
        above = lines[number - 1]
        begins = len(above) - len(above.lstrip())
        if above.strip() and begins <= indent and not above.lstrip().startswith("- "):
            bare = begins == indent and re.fullmatch(r"\w+", above.strip())
            return (number, begins + 1) if bare else None
    return None


def _position(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of ``text[index]``; a line ends as YAML ends it."""
    before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _refuse(name: str, line: int, column: int, message: str, hint: str = "") -> NoReturn:
    finding = Finding(file=printable(name, 300), line=line, column=column, level="error", message=message, hint=hint)
    raise PersonaError([finding])
