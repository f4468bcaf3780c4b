"""The debrief in a terminal: complete at 80 columns, without colour, and safe whatever was said."""

import io
import re

import pytest
from hypothesis import given, settings
from rich.console import Console

from evaluation.curve import draw_curve
from evaluation.debrief import Debrief
from evaluation.debrief_text import clean, show, to_text
from evaluation.timeline import Steps
from tests.evaluation.random_calls import calls
from tests.evaluation.worked_calls import CALLS, Says, Script, act, debrief_of, excellent, with_turn

settings.load_profile("debrief")
EVIL = "[bold red]Hi[/bold red] \x1b[31mred\x1b[0m \x07\u202egnol\u202c :smile: \x9b2J [link=file:///x]y[/link]"


def rendered(debrief: Debrief, *, width: int = 80, plain: bool = False, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=colour, color_system="standard" if colour else None, legacy_windows=False
    )
    show(debrief, console, plain=plain)
    return out.getvalue()


def test_everything_is_there(worked: Debrief) -> None:
    text = " ".join(to_text(worked).split())

    for wanted in (
        worked.headline, "Anger of Dana", "Keep one", "Try one", "Steady delivery", "Empathy", "Resolution",
        "uncalibrated", "Why the anger moved", "What was said", "How this was computed", "Not for HR use.",
    ):  # fmt: skip
        assert wanted in text
    for score in worked.scores:
        assert f"{score.score} {score.band}" in text
        assert f"between {score.low} and {score.high}" in text
        for item in score.items:
            if not (item.rule_id == "persona.penalty" and item.value == "no"):
                assert item.title in text
    for turn in worked.timeline.turns:
        assert turn.text in text
    if worked.try_.words:
        assert worked.try_.words in text


def test_turning_points_stand_under_the_curve_with_their_words(worked: Debrief) -> None:
    lines = to_text(worked).splitlines()
    marks = next(line for line in lines if re.fullmatch(r" +A +B", line))

    assert marks.index("A") < marks.index("B")
    for letter, point in zip("AB", worked.turning_points, strict=True):
        line = next(line for line in lines if line.startswith(f"{letter} "))
        assert f"{point.points / 1000:+.1f}" in line
        assert point.quote[:20] in line


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(worked: Debrief, width: int) -> None:
    for line in rendered(worked, width=width).splitlines():
        assert len(line) <= width
        assert line == line.rstrip()


def test_plain_text_draws_nothing_outside_ascii(worked: Debrief) -> None:
    text = to_text(worked)

    assert text.isascii()  # Dana's calls are in ASCII, so everything else must be
    assert "\x1b" not in text


def test_a_terminal_without_unicode_gets_the_plain_form() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    steps = Script(turns=(Says(text="Très bien – okay."),), outcome="unresolved").make()
    show(debrief_of(steps), Console(file=out, width=80, legacy_windows=False))
    out.flush()

    assert b"Tr?s bien ? okay." in out.buffer.getvalue()  # type: ignore[attr-defined]


def test_colour_changes_no_word(worked: Debrief) -> None:
    coloured = rendered(worked, colour=True)

    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == rendered(worked)


def test_what_was_said_cannot_steer_the_terminal() -> None:
    """Control characters go, markup stays as the letters it is."""
    steps = Script(turns=(Says(text=EVIL, acts=(act("blame", EVIL),), answer=EVIL),), outcome="unresolved").make()
    for plain in (True, False):
        text = rendered(debrief_of(steps), plain=plain)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
        assert "[bold red]Hi[/bold red]" in text
        assert ":smile:" in text
    assert clean("a\x00b\r\nc") == "a b c"


@settings(max_examples=40)
@given(calls())
def test_any_call_can_be_shown(steps: Steps) -> None:
    for line in to_text(debrief_of(steps)).splitlines():
        assert len(line) <= 80


def test_calls_without_turns_and_unfinished_ones_can_be_shown() -> None:
    assert "ended before your first turn" in to_text(debrief_of(()))
    assert "cut short" in to_text(debrief_of(excellent()[:6]))


def test_unclear_turns_are_marked_and_not_counted() -> None:
    text = to_text(debrief_of(with_turn(excellent(), 4, confidence=0.31)))

    assert "(heard at 31%)" in text
    assert "hangs on words that were not heard clearly" in " ".join(text.split())


def test_typed_replies_stand_before_their_answers() -> None:
    steps = Script(turns=(Says(text="Hello there.", answer="Finally."),), outcome="unresolved", spoken=False).make()
    (turn,) = debrief_of(steps).timeline.turns
    answer = debrief_of(steps).timeline.lines[1]
    text = to_text(debrief_of(with_turn(steps, 1, start_ms=answer.start_ms, end_ms=answer.start_ms)))

    assert turn.text == "Hello there."
    assert text.index("You: Hello there.") < text.index("Dana: Finally.")


def test_flags_stand_beside_the_scores() -> None:
    text = to_text(debrief_of(CALLS["script_reader"]()))

    assert "Flag: The call was ended on the caller" in text
    assert text.index("Flag:") < text.index("Keep one")


@pytest.mark.parametrize("plain", [True, False])
def test_curve_keeps_high_above_low(plain: bool) -> None:
    """A fall from the top to the bottom is drawn from the first row to the last."""
    lines = draw_curve([(0, 100), (60, 0)], 60, [(0, "A"), (60, "B")], width=30, height=6, plain=plain)
    rows = [line[5:] for line in lines[:6]]

    first = [min((i for i, char in enumerate(row) if char != " "), default=99) for row in rows]
    assert first == sorted(first)
    assert rows[0].strip() and rows[5].strip()
    assert lines[-1].strip().startswith("A") and lines[-1].strip().endswith("B")
    assert "0:00" in lines[-2] and "1:00" in lines[-2]


def test_marks_at_the_same_moment_stand_side_by_side() -> None:
    lines = draw_curve([(0, 50)], 10, [(5, "A"), (5, "B")], width=30, height=4, plain=True)

    assert "AB" in lines[-1]
