"""Remarks on a debrief from the command line: contest, a trainer's value, a comment, corrected words."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.console.output import clean, notice, result, result_json
from simulator.errors import UserError

if TYPE_CHECKING:
    from evaluation.debrief import Debrief
    from evaluation.overlay import Overlay, Remark
    from evaluation.timeline import TraineeTurn
    from simulator.recording import RecordedCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The options of one command, as given."""

    contest: str
    set_value: str
    comment: tuple[int, str] | None
    correct: tuple[int, str] | None
    because: str
    by: str

    @property
    def anything(self) -> bool:
        """Whether there is anything to note, or to complain about."""
        return any((self.contest, self.set_value, self.comment, self.correct, self.because, self.by))


def overlay_of(call: "RecordedCall") -> "Overlay":
    """The overlay beside a call; lines that cannot be used are named."""
    from simulator.overlay_file import read

    overlay, faults = read(call.path)
    for fault in faults:
        notice(fault)
    return overlay


def plain(made: "Debrief", overlay: "Overlay") -> dict[str, Any]:
    """The ``overlay`` key of the debrief's JSON."""
    from evaluation.overlay import to_json
    from evaluation.rubric import shipped

    return to_json(made, overlay, shipped())


def note(call: "RecordedCall", made: "Debrief", said: Said, *, as_json: bool) -> None:
    """Keep one remark beside the call and say what was kept. Raises UserError."""
    from simulator.overlay_file import append

    given = [bool(said.contest), bool(said.set_value), said.comment is not None, said.correct is not None]
    if sum(given) != 1:
        raise UserError("choose one of --contest, --set, --comment and --correct; --because and --by belong to it")
    remark = _about_an_item(made, said) if given[0] or given[1] else _about_a_turn(made, said)
    append(call.path, remark)
    if as_json:
        result_json({"call": str(call.path), "noted": remark.to_json()})
    else:
        about = remark.item or f"turn {remark.turn}"
        automatic = f"; the automatic value stays: {clean(remark.automatic)}" if remark.item else ""
        result(f"noted on {about}{automatic}")


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _about_an_item(made: "Debrief", said: Said) -> "Remark":
    from evaluation.overlay import Remark, find, one_line, value_of

    if not said.because:
        raise UserError("say why, in one line: --because")
    name, equals, value = said.set_value.rpartition("=")
    if said.set_value and not equals:
        raise UserError(f"--set takes ITEM=VALUE, such as empathy.restates=partly, not {clean(said.set_value)[:60]!r}")
    if said.set_value and not said.by:
        raise UserError("a value has a name under it: --by NAME")
    key, automatic = find(made, said.contest or name)
    return Remark(
        k="contest" if said.contest else "set", at=_now(), by=one_line(said.by, "--by") if said.by else "", item=key,
        value="" if said.contest else value_of(value), text=one_line(said.because, "--because"), automatic=automatic,
        rubric=made.rubric_version,
    )  # fmt: skip


def _about_a_turn(made: "Debrief", said: Said) -> "Remark":
    from evaluation.overlay import Remark, one_line

    if said.because:
        raise UserError("--because belongs to --contest and --set; a comment says it all itself")
    number, words = said.comment or said.correct or (0, "")
    turn = next((each for each in made.timeline.turns if each.turn == number), None)
    if turn is None:
        last = len(made.timeline.turns)
        raise UserError(
            f"there is no turn {number}: {f'turns 1 to {last}' if last else 'nothing was said in this call'}"
        )
    by = one_line(said.by, "--by") if said.by else ""
    if said.comment is not None:
        return Remark(k="comment", at=_now(), by=by, turn=number, text=one_line(words, "--comment"))
    text = one_line(words, "--correct")
    labels = _read_again(turn, text)
    return Remark(k="correct", at=_now(), by=by, turn=number, text=text, automatic=turn.text, labels=labels)


def _read_again(turn: "TraineeTurn", text: str) -> tuple[str, ...]:
    """What the reader finds in the right words; kept with them, so that showing them needs no model."""
    from evaluation.reader import TransformerReader

    return tuple(found.label for found in TransformerReader.load().read(text, turn.heard).labels)
