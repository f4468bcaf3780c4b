"""Blind label sheets: a CSV for a spreadsheet and a transcript a call, and the way back.

Blind means that nothing the machine thinks is in them: no score, no value, no anger, no name of a person or folder. A
call is called by the first digits of its log's digest, so a sheet finds its call again on any machine.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath
from typing import Final

from evaluation.advice import clock, first_name
from evaluation.debrief import SCORES, TITLES, Debrief
from evaluation.items import NOT_OBSERVED
from evaluation.overlay import item_key
from evaluation.sheet_guide import QUESTIONS, SCORE_QUESTIONS
from simulator.errors import UserError

COLUMNS: Final = ("rater", "call", "item", "title", "question", "value", "why")
SCORE: Final = "score:"
"""How the key of a whole score begins."""
_VALUES: Final = {
    "yes": "yes", "y": "yes", "partly": "partly", "part": "partly", "p": "partly", "no": "no", "n": "no",
    NOT_OBSERVED: NOT_OBSERVED, "n/o": NOT_OBSERVED, "no evidence": NOT_OBSERVED, "-": NOT_OBSERVED, "--": NOT_OBSERVED,
}  # fmt: skip
_ENDS: Final = {
    "resolved": "settled", "escalated": "handed to a supervisor", "unresolved": "not settled",
    "hung_up": "the caller hung up", "timed_out": "the caller had to go", "stopped": "the practice was stopped",
    "ended_fairly": "the agent ended the call after a limit and a warning",
}  # fmt: skip
_MAX_BYTES: Final = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of one person about one call."""

    rater: str
    call: str
    """Code of the call."""
    item: str
    """Key of an item, or ``SCORE`` and the name of a score."""
    value: str | float
    """yes, partly, no, not observed; a number for a score."""


def code_of(log: bytes) -> str:
    """The code of the call with this ``call.jsonl``: eight hexadecimal digits."""
    return sha256(log).hexdigest()[:8]


def machine_answers(debrief: Debrief) -> dict[str, str | float]:
    """What the machine says, by the keys of the sheet; a score without enough evidence is left out."""
    found: dict[str, str | float] = {
        item_key(item): item.value for score in debrief.scores for item in score.items if item.rule_id in QUESTIONS
    }
    found.update({f"{SCORE}{each.name}": float(each.score) for each in debrief.scores if each.score is not None})
    return found


def titles(debrief: Debrief) -> dict[str, str]:
    """Key and title of everything a sheet asks about, in order: the items of a score, then the score."""
    found: dict[str, str] = {}
    for score in debrief.scores:
        found.update({item_key(item): item.title for item in score.items if item.rule_id in QUESTIONS})
        found[f"{SCORE}{score.name}"] = TITLES[score.name]
    return found


def sheet(calls: Iterable[tuple[str, Debrief]], rater: str = "") -> str:
    """The CSV to fill in, with a byte order mark so that spreadsheets read it as UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for code, debrief in calls:
        for key, title in titles(debrief).items():
            name = key.removeprefix(SCORE)
            question = SCORE_QUESTIONS[name] if key.startswith(SCORE) else QUESTIONS[key.split("/")[0]]
            writer.writerow([_cell(rater), code, key, _cell(title), question, "", ""])
    return "\ufeff" + out.getvalue()


def _cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    text = "".join(char if char.isprintable() else " " for char in text)
    return f"'{text}" if text[:1] in tuple("=+-@") else text


def transcript(code: str, debrief: Debrief, corrected: Mapping[int, str]) -> str:
    """The call as a trainer reads it: times, words, who spoke over whom, how it ended; no number of the machine's."""
    timeline, caller = debrief.timeline, first_name(debrief.persona)
    rows = [
        (line.start_ms, 1, caller, line.text + ("" if line.whole else " -- (stops)"))
        for line in timeline.lines
        if line.text
    ]
    for turn in timeline.turns:
        said = f"{corrected[turn.turn]} [words corrected by hand]" if turn.turn in corrected else turn.text
        over = f" [over {caller} for {turn.overlap_ms / 1000:.1f} s]" if turn.overlap_ms else ""
        rows.append((turn.start_ms, 0, "Agent", said + over))
    lines = [f"{clock(start):>6}  {who}: {_plain(text)}" for start, _, who, text in sorted(rows)]
    story = _plain(debrief.persona.story)
    wants = "\n".join(f"  - {_plain(demand.say[0])}" for demand in debrief.persona.demands if not demand.hidden)
    hides = "\n".join(f"  - {_plain(need.say[0])}" for need in debrief.persona.hidden_needs)
    hidden = f"What {caller} tells only who asks:\n{hides}\n\n" if hides else ""
    ended = _ENDS.get(timeline.outcome or "", "the recording stops")
    return (
        f"Call {code}: {caller} calls {_plain(debrief.persona.company) or 'the company'} "
        f"({'typed' if not timeline.spoken else 'spoken'})\n\n"
        f"What it is about (the agent was not told): {story}\n\nWhat {caller} asks for:\n{wants}\n\n{hidden}"
        + "\n".join(lines)
        + f"\n\nEnd, after {clock(timeline.end_ms)}: {ended}.\n"
    )


def _plain(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def read_sheet(data: bytes, file: str) -> list[Answer]:
    """The answers of a filled-in sheet; empty values are left out.

    Takes commas, semicolons and tabs, because spreadsheets save as they please. Raises UserError with file and line.
    """
    if len(data) > _MAX_BYTES:
        raise UserError(f"{file} is larger than any sheet: is it the right file?")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    head = text.split("\n", 1)[0]
    mark = max(",;\t", key=head.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark)
    if missing := [name for name in ("call", "item", "value") if name not in (rows.fieldnames or ())]:
        raise UserError(f"{file}:1: the column {missing[0]!r} is missing; is it a sheet of `hotseat calibrate sheets`?")
    answers = []
    try:
        for row in rows:
            value = _plain(row["value"] or "")
            if value:
                rater = _plain(row.get("rater") or "").lstrip("'") or PurePath(file).stem
                where = f"{file}:{rows.line_num}"
                key = _plain(row["item"] or "")
                answers.append(
                    Answer(rater=rater, call=_plain(row["call"] or ""), item=key, value=_value(value, key, where))
                )
    except csv.Error as error:
        raise UserError(f"{file}:{rows.line_num}: {error}") from None
    if not answers:
        raise UserError(f'{file} has no answers: fill in the column "value"')
    return answers


def _value(value: str, key: str, where: str) -> str | float:
    if key.startswith(SCORE):
        if key.removeprefix(SCORE) not in SCORES:
            raise UserError(f"{where}: there is no score {key[:40]!r}")
        try:
            number = float(value.replace(",", "."))
        except ValueError:
            number = -1.0
        if not 0 <= number <= 100:
            raise UserError(f"{where}: {value[:40]!r} is no number from 0 to 100")
        return number
    if key.split("/")[0] not in QUESTIONS:
        raise UserError(f'{where}: there is no item {key[:60]!r}; the column "item" must stay as it was')
    found = _VALUES.get(value.lower().replace("_", " "))
    if found is None:
        raise UserError(f"{where}: {value[:40]!r} is none of yes, partly, no, not observed")
    return found


def merge(answers: Sequence[Answer]) -> dict[str, dict[str, dict[str, str | float]]]:
    """Rater, call, item, value. Raises UserError when one person answers the same question in two ways."""
    found: dict[str, dict[str, dict[str, str | float]]] = {}
    for each in answers:
        known = found.setdefault(each.rater, {}).setdefault(each.call, {})
        if known.setdefault(each.item, each.value) != each.value:
            raise UserError(
                f"{each.rater} answers {each.item} of call {each.call} twice and differently: keep one sheet"
            )
    return found
