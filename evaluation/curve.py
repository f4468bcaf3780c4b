"""The anger curve in characters: braille dots where the terminal has them, plain ASCII otherwise."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

_DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a braille cell, by row and column."""


def draw_curve(
    curve: Sequence[tuple[float, float]], end_s: float, marks: Sequence[tuple[float, str]], *, width: int, height: int,
    plain: bool,
) -> list[str]:  # fmt: skip
    """Lines of text: the curve over a time axis, and a row of marks under it.

    ``curve`` holds (seconds, anger 0 to 100) and is drawn with a straight line between its points; ``marks`` holds
    (seconds, letter). ``width`` and ``height`` count characters of the plot, without the labels on its left.
    """
    end_s = max(end_s, curve[-1][0], 0.001)
    columns, rows = (width, height) if plain else (2 * width, 4 * height)
    heights = _heights(curve, end_s, columns, rows)
    lines = _framed(_plain(heights, rows) if plain else _braille(heights, width, height), end_s, width, plain=plain)
    if marks:
        row_of_marks = [" "] * width
        for t_s, letter in marks:
            place = min(width - 1, round(t_s / end_s * (width - 1)))
            while row_of_marks[place] != " " and place < width - 1:
                place += 1
            row_of_marks[place] = letter
        lines.append(f"     {''.join(row_of_marks).rstrip()}")
    return [line.rstrip() for line in lines]


def draw_two(
    then: Sequence[tuple[float, float]], now: Sequence[tuple[float, float]], from_s: float, *, width: int, height: int,
    plain: bool,
) -> list[str]:  # fmt: skip
    """Two calls that part at ``from_s`` over one time axis: ``.`` then, ``*`` now, a bar where they part.

    Points as in ``draw_curve``. The two are told apart by their sign, so that no colour is needed.
    """
    end_s = max(then[-1][0], now[-1][0], 0.001)
    fork = min(width - 1, round(from_s / end_s * (width - 1)))
    cells = [[" "] * width for _ in range(height)]
    for row in cells:
        row[fork] = ":" if plain else "┊"
    for curve, sign in ((then, "." if plain else "·"), (now, "*" if plain else "●")):
        until = round(curve[-1][0] / end_s * (width - 1))
        for column, level in enumerate(_heights(curve, end_s, width, height)[: until + 1]):
            if sign in ".·" or column >= fork:
                cells[height - 1 - level][column] = sign
    return [line.rstrip() for line in _framed(["".join(row) for row in cells], end_s, width, plain=plain)]


def _heights(curve: Sequence[tuple[float, float]], end_s: float, columns: int, rows: int) -> list[int]:
    levels = [_at(curve, column / max(1, columns - 1) * end_s) for column in range(columns)]
    return [min(rows - 1, max(0, round(level / 100 * (rows - 1)))) for level in levels]


def _framed(cells: Sequence[str], end_s: float, width: int, *, plain: bool) -> list[str]:
    """The plot with its scale on the left and the time axis below."""
    bar = "|" if plain else "│"
    labels = {0: "100", len(cells) // 2: " 50", len(cells) - 1: "  0"}
    lines = [f"{labels.get(row, '   ')} {bar}{text}" for row, text in enumerate(cells)]
    return [*lines, f"    {'+' if plain else '└'}{('-' if plain else '─') * width}", f"     {_axis(end_s, width)}"]


def _at(curve: Sequence[tuple[float, float]], t_s: float) -> float:
    for (before_s, before), (after_s, after) in pairwise(curve):
        if t_s <= after_s:
            span = after_s - before_s
            return after if span <= 0 else before + (after - before) * max(0.0, t_s - before_s) / span
    return curve[-1][1]


def _plain(heights: list[int], rows: int) -> list[str]:
    return ["".join("*" if rows - 1 - height == row else " " for height in heights) for row in range(rows)]


def _braille(heights: list[int], width: int, height: int) -> list[str]:
    cells = [[0] * width for _ in range(height)]
    previous = heights[0]
    for column, level in enumerate(heights):
        for dot in range(min(previous, level), max(previous, level) + 1):  # the steps between columns are filled
            row = 4 * height - 1 - dot
            cells[row // 4][column // 2] |= _DOTS[row % 4][column % 2]
        previous = level
    return ["".join(chr(0x2800 + cell) if cell else " " for cell in row) for row in cells]


def _axis(end_s: float, width: int) -> str:
    """Start, middle and end of the call as minutes and seconds."""
    text = [" "] * width
    for share in (0.0, 0.5, 1.0):
        label = f"{int(end_s * share) // 60}:{int(end_s * share) % 60:02d}"
        start = min(width - len(label), max(0, round(share * width) - (len(label) // 2 if 0 < share < 1 else 0)))
        text[start : start + len(label)] = label
    return "".join(text)
