"""The balance report: what rehearsed calls with one caller say to the person who writes her, in words and as a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from personas.persona import Persona
from simulator.rehearsal.hardness import Measured, compared
from simulator.rehearsal.report import Balance, Row

if TYPE_CHECKING:
    from simulator.unanswered import Unanswered

WHO: Final = {
    "expert": "listens, owns it, settles everything with a day and a name",
    "warm_beginner": "kind and unsure, forgets details", "solution_first": "fixes before listening",
    "script_reader": "set phrases, then goodbye", "apology_parrot": "sorry, over and over",
    "flatterer": "thanks and compliments, over and over", "over_promiser": "promises without anything in them",
    "policy_reciter": "the rule that forbids it", "over_explainer": "background nobody asked for",
    "silent": "says next to nothing", "interrupter": "never lets them finish", "blamer": "it is the caller's fault",
    "rude": "open contempt", "boundary_setter": "an expert who sets a limit when threatened",
    "recovers": "a bad start, then an expert", "loses_temper": "an expert who snaps half-way",
}  # fmt: skip
GROUPS: Final = (
    ("Should win", ("expert", "boundary_setter", "recovers")),
    ("May win", ("warm_beginner", "solution_first")),
    ("Should not win", (
        "script_reader", "apology_parrot", "flatterer", "policy_reciter", "over_promiser", "over_explainer", "silent",
        "interrupter", "blamer", "rude", "loses_temper",
    )),
)  # fmt: skip
SHOWN: Final = 12
"""Unused lines and unanswered questions that the words name; the page and --json have them all."""
_ENDS: Final = {
    "resolved": "settled", "escalated": "passed to a supervisor", "unresolved": "left open",
    "hung_up": "caller hung up", "timed_out": "out of time", "ended_fairly": "ended after a fair warning",
    "stopped": "stopped",
}  # fmt: skip
_CURVES: Final = ("expert", "warm_beginner", "solution_first", "script_reader", "rude")
"""Trainees whose curves are drawn: more lines than that cannot be told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All that a balance report says of one caller at one difficulty."""

    persona: Persona
    difficulty: int
    rows: tuple[Row, ...]
    balance: Balance
    mine: Measured | None
    """None when no middling trainee took part."""
    library: tuple[Measured, ...]
    asked_in_vain: "tuple[Unanswered, ...]" = ()
    calls_taken: int = 0
    """Own recordings that were read for ``asked_in_vain``."""

    @property
    def verdict(self) -> str:
        """The report in a sentence."""
        count = len(self.balance.faults)
        if not count:
            return "The balance holds: skill decides how these calls end."
        return f"{count} {'thing does' if count == 1 else 'things do'} not hold yet; see below what."

    @property
    def comparison(self) -> str:
        """How hard, in words."""
        if self.mine is None:
            return "How hard cannot be said without the trainees warm_beginner, solution_first and recovers."
        return compared(self.mine, self.library)

    @property
    def groups(self) -> list[tuple[str, list[Row]]]:
        """The rows under what is expected of them."""
        by_name = {row.trainee: row for row in self.rows}
        found = [(title, [by_name[name] for name in names if name in by_name]) for title, names in GROUPS]
        return [(title, rows) for title, rows in found if rows]

    @property
    def bare(self) -> list[str]:
        """Situations with own lines of which not one came up."""
        own = {
            situation: sum(len(lines) for lines in moods.values()) for situation, moods in self.persona.lines.items()
        }
        silent: dict[str, int] = {}
        for line in self.balance.unused:
            situation = line.partition(": ")[0]
            silent[situation] = silent.get(situation, 0) + 1
        return [situation for situation, count in own.items() if count and silent.get(situation, 0) >= count]

    @property
    def unused(self) -> list[str]:
        """Lines that never came up although their situation did."""
        bare = set(self.bare)
        return [line for line in self.balance.unused if line.partition(": ")[0] not in bare]

    def to_plain(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            "persona": self.persona.id, "difficulty": self.difficulty, "stated": self.persona.difficulty,
            "verdict": self.verdict, "hardness": self.mine.hardness if self.mine else None, "comparison": self.comparison,
            "library": [{"persona": each.persona, "stated": each.stated, "hardness": each.hardness} for each in self.library],
            "resolved": {row.trainee: round(row.resolved, 4) for row in self.rows},
            "faults": list(self.balance.faults), "never_met": list(self.balance.never_met),
            "situations_never_reached": self.bare, "unused_lines": self.unused, "calls_taken": self.calls_taken,
            "asked_in_vain": [{"kind": each.kind, "text": each.text, "times": each.times} for each in self.asked_in_vain],
        }  # fmt: skip


def in_words(sheet: Sheet) -> list[str]:
    """The report as lines of text."""
    who, calls = sheet.persona, sheet.rows[0].calls
    out = [
        f"{who.title} ({who.who.name}), difficulty {sheet.difficulty}, {calls} calls with each trainee",
        sheet.verdict,
    ]
    for title, rows in sheet.groups:
        out += ["", title]
        out += [f"  {row.trainee:<16} settles {row.resolved:>4.0%}   {ends(row)}; anger {course(row)}" for row in rows]
    if sheet.balance.faults or sheet.balance.never_met:
        out += ["", "What does not hold", *(f"  {fault}" for fault in sheet.balance.faults)]
        out += [f"  nobody ever met the demand '{demand}'" for demand in sheet.balance.never_met]
    out += ["", "How hard", f"  {sheet.comparison}"]
    out += [f"  {'*' * each.stated:<5} {each.hardness:>5.1f}  {each.persona}" for each in _ranked(sheet)]
    out += ["", "Lines that nobody brought out"]
    if sheet.bare:
        out.append(f"  situations no scripted trainee leads to: {', '.join(sheet.bare)}")
    out += [f"  {line}" for line in sheet.unused[:SHOWN]] or ([] if sheet.bare else ["  none"])
    if len(sheet.unused) > SHOWN:
        out.append(f"  and {len(sheet.unused) - SHOWN} more (--page or --json lists them)")
    out += ["", f"Asked in your own {sheet.calls_taken} recorded calls, and not in the file"]
    out += [f"  {each.times} x  {each.text}" for each in sheet.asked_in_vain[:SHOWN]] or ["  nothing"]
    return out


def ends(row: Row) -> str:
    """How the calls of a row ended, most frequent first."""
    parts = sorted(row.outcomes.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{_ENDS[outcome]} {count}" for outcome, count in parts)


def course(row: Row) -> str:
    """The median anger of a row at the start, half-way and at the end."""
    curve = row.curve[: round(row.turns[1]) + 1]
    return f"{curve[0]:.0f}, {curve[len(curve) // 2]:.0f}, {row.anger_end[1]:.0f} in {row.turns[1]:.0f} turns"


def to_page(sheet: Sheet) -> str:
    """The report as one HTML file that loads nothing and runs nothing. All words in it are escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    room = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return room.get_template("sheet.html").render(
        sheet=sheet, who=WHO, ends=ends, course=course, ranked=_ranked(sheet), curves=_curves(sheet.rows),
        longest=_longest(sheet.rows),
    )  # fmt: skip


def _ranked(sheet: Sheet) -> list[Measured]:
    mine = [sheet.mine] if sheet.mine else []
    return sorted(
        [*mine, *(each for each in sheet.library if each.persona != sheet.persona.id)], key=lambda each: -each.hardness
    )


def _longest(rows: Sequence[Row]) -> int:
    return max((round(row.turns[1]) for row in rows if row.trainee in _CURVES), default=1) or 1


def _curves(rows: Sequence[Row]) -> list[tuple[str, str, float, float]]:
    """(trainee, points of a polyline in a field of 600 by 200, x and y of its end)."""
    wide = 600 / _longest(rows)
    found = []
    for row in rows:
        if row.trainee in _CURVES:
            dots = [(n * wide, 200 - 2 * anger) for n, anger in enumerate(row.curve[: round(row.turns[1]) + 1])]
            found.append((row.trainee, " ".join(f"{x:.1f},{y:.1f}" for x, y in dots), *dots[-1]))
    return found
