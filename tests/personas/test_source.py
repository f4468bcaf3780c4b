"""The guard: nothing that a file may hold reaches further than it should, and nothing makes a traceback."""

import os
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.checker import check, check_bytes
from personas.findings import PersonaError
from personas.source import MAX_BYTES, Mapping, Scalar, Sequence, parse, read_source
from tests.personas.support import SMALL, dana

REFUSED = {
    "aliases": (b"a: &a [x]\nb: *a\n", 1, 4, "'&' names an anchor"),
    "alias alone": (b"b: *a\n", 1, 4, "'*' names an alias"),
    "billion laughs": (b"a: &a [x,x]\n" + b"b: &b [*a,*a]\n" * 20, 1, 4, "'&' names an anchor"),
    "merge key": (b"a: {<<: *x}\n", 1, 9, "'*' names an alias"),
    "tag": (b"a: !!python/object/apply:os.system [x]\n", 1, 4, "'!' names a tag"),
    "tag on a word": (b"a: !!str x\n", 1, 4, "'!' names a tag"),
    "deep list": (b"a: " + b"[" * 20_000, 1, 23, "nested more than 20 deep"),
    "deep map": (b"{a: " * 20_000, 1, 81, "nested more than 20 deep"),
    "deep block": (b"- " * 20_000, 1, 41, "nested more than 20 deep"),
    "many nodes": (b"a: [" + b"x," * 21_000 + b"]", 1, 39_999, "more than 20,000 entries"),
    "large": (b"#" * (MAX_BYTES + 1), 1, 1, "larger than 256 KB"),
    "second document": (b"a: b\n---\nc: d\n", 2, 1, "second document"),
    "directive": (b"%YAML 1.1\n---\na: b\n", 1, 1, "must not begin with '%'"),
    "key is a list": (b"a: b\n[c]: d\n", 2, 1, "a key must be a plain word"),
    "utf-16": ("a: b".encode("utf-16"), 1, 1, "not saved as UTF-8"),
    "utf-32": ("a: b".encode("utf-32-be"), 1, 1, "not saved as UTF-8"),
    "latin-1": ("a: b\nc: caf\u00e9".encode("latin-1"), 2, 7, "a byte here that is not UTF-8"),
    "latin-1 after a mark": (b"\xef\xbb\xbfa: \xe9", 1, 4, "a byte here that is not UTF-8"),
    "mark in the middle": ("a: b\n\ufeffc: d".encode(), 2, 1, "invisible character here (U+FEFF)"),
    "text turned round": ("a: b\u202ec".encode(), 1, 5, "invisible character here (U+202E)"),
    "control character": (b"a: b\x1b[31m", 1, 5, "invisible character here (U+001B)"),
    "escaped control": (b'a: "\\e[31m"', 1, 4, "holds a control character (U+001B)"),
    "escaped surrogate": (b'a: "\\ud800"', 1, 4, "holds a control character (U+D800)"),
    "escape beyond": (b'a: "\\U00110000"', 1, 1, "cannot be read as YAML"),
    "nul": (b"a: b\nc: \x00", 2, 4, "invisible character here (U+0000)"),
    "tab": (b"a:\n  b: 1\n\tc: 2\n", 3, 1, "there is a TAB here."),
    "no-break space": ("a:\n  b: 1\n\u00a0 c: 2\n".encode(), 3, 1, "there is a no-break space here."),
    "open quote": (b'a: b\nc: "d\ne: f\n', 2, 4, "this quotation mark is never closed"),
    "open list": (b"a: [b\nc: d\n", 2, 2, "the list in [ ] is not closed, or a comma is missing (it began on line 1)"),
    "two colons": (b"a: b\nc: d: e\n", 2, 5, "a second ': ' in this line"),
    "out of line": (b"a:\n  b: 1\n c: 2\n", 3, 2, "not in line with the ones above it (it began on line"),
    "bare word": (b"a: b\nc\n", 2, 1, "a ':' is missing after this word"),
    "placeholder first": (b"a: [{count} times]", 1, 13, "the list in [ ] is not closed"),
    "percent": (b"a: %b", 1, 4, "must not begin with this character"),
    "empty": (b"", 1, 1, "the file is empty"),
    "only a comment": (b"# hello\n", 1, 1, "the file is empty"),
    "a list": (b"- a\n", 1, 1, "a persona file is a list of sections"),
}


@pytest.mark.parametrize("attack", REFUSED)
def test_it_is_refused_at_its_place(attack: str) -> None:
    data, line, column, part = REFUSED[attack]

    (found,) = check_bytes(data, "x.yaml")

    assert found.level == "error"
    assert part in found.message
    assert (line, column) == (found.line, found.column)


@pytest.mark.parametrize("attack", ["deep list", "deep map", "many nodes", "billion laughs"])
def test_it_is_refused_soon(attack: str) -> None:
    """The composer of the YAML library takes 5 s and the whole stack for the deep list; we may take one."""
    started = time.process_time()

    check_bytes(REFUSED[attack][0], "x.yaml")

    assert time.process_time() - started < 3


def test_a_leading_mark_and_windows_line_ends_are_harmless() -> None:
    plain = check_bytes(SMALL.encode(), "late_parcel.yaml")
    windows = check_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode(), "late_parcel.yaml")

    assert plain == windows


def test_positions_of_nodes() -> None:
    tree = parse('a: 1\nb:\n  - "x y"\n  - {c: d}\n', "x.yaml")

    assert isinstance(tree, Mapping)
    (_, one), (key, items) = tree.entries
    assert Scalar(text="1", plain=True, line=1, column=4) == one
    assert (key.text, key.line, key.column) == ("b", 2, 1)
    assert isinstance(items, Sequence)
    assert Scalar(text="x y", plain=False, line=3, column=5) == items.items[0]
    assert (items.items[1].line, items.items[1].column) == (4, 5)


def test_what_is_not_a_file_is_refused(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe.yaml"
    os.mkfifo(fifo)
    for path in (tmp_path, fifo, tmp_path / "none.yaml", "/dev/zero", "a\0b.yaml", "x" * 5000, tmp_path / "n\newline"):
        (found,) = check(path)

        assert found.level == "error"
        assert "\n" not in str(found)
        with pytest.raises(PersonaError):
            read_source(path)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_a_traceback(data: bytes) -> None:
    _must_be_sound(data)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab:-?[]{},&*!|>'\"%@` #\n\t\\~0.<\u00a0", max_size=120))
def test_no_yaml_makes_a_traceback(text: str) -> None:
    _must_be_sound(text.encode())


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_slip_of_the_hand_makes_a_traceback(data: st.DataObject) -> None:
    """A small file with pieces cut out, doubled or swapped for odd ones."""
    text = SMALL
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 30)))
        text = (
            text[:start]
            + data.draw(st.sampled_from(["", "\n", "[]", "{}", "null", "- x", "no", "1e999", ": "]))
            + text[end:]
        )
    _must_be_sound(text.encode())


def test_a_large_file_of_every_line_is_still_read() -> None:
    """The limits are far from what an author needs."""
    assert len(dana().encode()) < MAX_BYTES / 4


def _must_be_sound(data: bytes) -> None:
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    for found in check_bytes(data, "x.yaml"):
        assert 1 <= found.line <= lines + 1
        assert found.column >= 1
        assert str(found).isprintable()


def test_the_stack_is_left_alone() -> None:
    before = sys.getrecursionlimit()
    check_bytes(b"[" * 20_000, "x.yaml")

    assert sys.getrecursionlimit() == before
