"""Nodes -> words: single texts, lists of lines, and the lines of a caller by situation and mood."""

import re
from contextlib import suppress
from typing import Any, Final

from personas.draft import Draft, Path, TooManyFindings
from personas.findings import printable
from personas.keys import Identifier, Needed, Spoken
from personas.scalars import IDENTIFIER, describe, read_as
from personas.source import Mapping, Node, Scalar, Sequence
from personas.spoken import remarks
from personas.vocabulary import ANY, MOODS, SITUATIONS, did_you_mean

NOT_SHORT: Final = "Use small letters, digits and _, at most 64, such as 'late_parcel'."
MISSING: Final = {
    ("facts", "asked_like"): "has no asked_like: questions, so nobody can ever ask for it.",
    ("hidden_needs", "asked_like"): "has no asked_like: questions, so nobody can ever bring it out.",
    ("offers", "heard_like"): "has no heard_like: sentences, so nobody can ever make it.",
    ("offers", "gives"): "gives nothing, so it can meet no demand.",
}
"""What the lack of a key means, where that is worth saying: (section, key)."""


class Nothing:
    """Stands for a value that could not be used."""


NOTHING: Final = Nothing()


def read_lines(node: Node, file: str) -> Draft:
    """Read ``node`` as situation -> mood -> lines; they are the draft's value ``lines``."""
    draft = Draft(file=file)
    with suppress(TooManyFindings):
        lines = TextReader(draft).lines(node, ("lines",))
        draft.values = {} if isinstance(lines, Nothing) else {"lines": lines}
    return draft


class TextReader:
    """Reads words into a draft. Every method gives the value, or ``NOTHING`` after noting why not."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def error(self, node: Node, message: str, hint: str, path: Path) -> Nothing:
        """Note an error at ``node`` and that the section of ``path`` is broken."""
        if path:
            self._draft.broken.add(str(path[0]))
        self._draft.note_at((node.line, node.column), "error", message, hint)
        return NOTHING

    def entries(self, node: Mapping, holder: str, path: Path) -> list[tuple[Scalar, Node]]:
        """The entries of a map without repeated keys, which are errors."""
        lines: dict[str, int] = {}
        kept = []
        for key, value in node.entries:
            if key.text in lines:
                inside = f"{holder}: " if holder else ""
                what = f"{inside}'{printable(key.text)}' is already on line {lines[key.text]}."
                self.error(key, what, "Keep one of the two.", path)
                continue
            lines[key.text] = key.line
            kept.append((key, value))
        return kept

    def text(self, node: Node, path: Path, label: str) -> str | Nothing:
        """Words, with every run of white space made one space."""
        if not isinstance(node, Scalar):
            hint = 'If the text contains ": " put it in "double quotes".'
            return self.error(node, f"{label} should be text, not {describe(node)}.", hint, path)
        if node.plain and (taken_for := read_as(node.text)):
            what = f"{label} '{printable(node.text)}' was read as {taken_for}, not as words."
            return self.error(node, what, 'Put it in "double quotes".', path)
        if node.plain and node.text.startswith(("\u201c", "\u201d", "\u201e", "\u00ab")):
            what = f"{label} a curly quotation mark does not quote, so the text may be cut at a comma."
            return self.error(node, what, 'Use straight "double quotes".', path)
        return " ".join(node.text.split())

    def texts(self, node: Node, marks: tuple[Any, ...], path: Path, label: str) -> tuple[str, ...] | Nothing:
        """A list of lines, questions or names, as ``marks`` say."""
        label = label if label.endswith(":") else f"{label}:"
        if not isinstance(node, Sequence):
            what = f"{label} should be a list, not {describe(node)}."
            return self.error(node, what, 'Write ["..."], also for one.', path)
        found: list[str] = []
        seen: dict[str, int] = {}
        for index, item in enumerate(node.items):
            self._draft.where[*path, index] = (item.line, item.column)
            text = self._item(item, marks, path, label)
            if isinstance(text, Nothing):
                continue
            same = re.sub(r"[\W_]+", " ", text.casefold()).strip()
            if same and same in seen:
                what = f"{label} the same text is already on line {seen[same]}."
                self._draft.note_at((item.line, item.column), "warning", what, "Say it in another way, or delete it.")
            seen.setdefault(same, item.line)
            found.append(text)
        if not node.items and any(isinstance(mark, Needed) for mark in marks):
            section, key = str(path[0]), str(path[-1])
            what = MISSING.get((section, key), f"has no lines under '{key}:'.")
            return self.error(node, f"{label.removesuffix(f' {key}:')} {what}", "", path)
        return tuple(found)

    def _item(self, item: Node, marks: tuple[Any, ...], path: Path, label: str) -> str | Nothing:
        if not isinstance(item, Scalar):
            hint = "If the line contains ': ' put it in \"double quotes\"."
            return self.error(item, f"{label} every line must be plain text.", hint, path)
        text = self.text(item, path, label)
        if isinstance(text, Nothing):
            return text
        if not text:
            return self.error(item, f"{label} there is an empty line.", "Delete it, or write something.", path)
        if any(isinstance(mark, Identifier) for mark in marks) and not IDENTIFIER.fullmatch(text):
            return self.error(item, f"{label} '{printable(text)}' is not a short name.", NOT_SHORT, path)
        if any(isinstance(mark, Spoken) for mark in marks):
            for level, message, hint in remarks(text):
                if level == "error":
                    return self.error(item, f"{label} {message}", hint, path)
                self._draft.note_at((item.line, item.column), level, f"{label} {message}", hint)
        return text

    def lines(self, node: Node, path: Path) -> dict[str, dict[str, tuple[str, ...]]] | Nothing:
        """Situation -> mood -> lines; ``story``, a plain list in the file, is kept under ``any``."""
        if not isinstance(node, Mapping):
            return self.error(node, f"lines should hold situations, not {describe(node)}.", "", path)
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for key, value in self.entries(node, "lines", path):
            situation = key.text
            self._draft.where[*path, situation] = (key.line, key.column)
            if situation not in SITUATIONS:
                what = f"lines: '{printable(situation)}' is not a situation."
                self.error(key, what, did_you_mean(situation, SITUATIONS), path)
            elif situation == "story" and not isinstance(value, Mapping):
                pieces = self.texts(value, (Spoken(),), (*path, situation, ANY), "lines: story:")
                if not isinstance(pieces, Nothing):
                    found[situation] = {ANY: pieces}
            elif situation == "story":
                what = "lines: story is told in order, so it has no moods."
                self.error(key, what, 'Write one piece per line: - "..."', path)
            elif isinstance(value, Mapping):
                found[situation] = self._moods(value, situation, path)
            else:
                what = f"lines: {situation} should hold moods, not {describe(value)}."
                self.error(key, what, 'For every mood alike write any: ["..."]', path)
        return found

    def _moods(self, node: Mapping, situation: str, path: Path) -> dict[str, tuple[str, ...]]:
        moods: dict[str, tuple[str, ...]] = {}
        for key, value in self.entries(node, f"lines: {situation}", path):
            mood = key.text
            if mood not in (*MOODS, ANY):
                what = f"lines: {situation} has '{printable(mood)}', which is not a mood."
                known = f"Use {', '.join(MOODS)} or {ANY}."
                self.error(key, what, f"{known} {did_you_mean(mood, (*MOODS, ANY))}".rstrip(), path)
                continue
            inner = (*path, situation, mood)
            self._draft.where[inner] = (key.line, key.column)
            texts = self.texts(value, (Spoken(),), inner, f"lines: {situation} ({mood}):")
            if not isinstance(texts, Nothing):
                moods[mood] = texts
        return moods
