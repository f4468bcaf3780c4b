"""``hotseat calibrate``: blind label sheets for trainers, and how far people and the machine agree."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.console.output import clean, notice, progress, result, result_json
from simulator.errors import HotseatError, UserError

if TYPE_CHECKING:
    from evaluation.calibration import Agreement, Calibrated, Report
    from evaluation.debrief import Debrief
    from simulator.recording import RecordedCall

app = typer.Typer(help="Label sheets for trainers, and agreement of people and machine.", no_args_is_help=True)


def add_to(parent: typer.Typer) -> None:
    """Register the commands."""
    parent.add_typer(app, name="calibrate")


@app.command("sheets")
def write_sheets(
    calls: Annotated[list[Path], typer.Argument(help="Call folders, folders of calls, or names of your own calls.")],
    out: Annotated[Path, typer.Option(help="A new folder for the sheets.")],
    rater: Annotated[
        list[str] | None, typer.Option("--rater", help="Who rates; a sheet each. May be given again.")
    ] = None,
    sound: Annotated[bool, typer.Option("--sound", help="Copy the recordings too, for the delivery items.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
) -> None:
    """Blind label sheets: a CSV to fill in, a transcript of each call, and what to do. Nothing the machine thinks.

    Example: hotseat calibrate sheets ~/.local/share/hotseat/calls --out rating --rater Kim --rater Lee
    """
    from evaluation.sheet_guide import README
    from evaluation.sheets import sheet, transcript
    from simulator.console.remarks import overlay_of
    from simulator.recording import TRACKS

    found = list(_debriefs(calls))
    if not found:
        raise UserError("none of these calls can be read: see `hotseat calls list`")
    names = [_file_name(name) for name in rater or ()] or [""]
    try:
        out.mkdir(parents=True)
    except FileExistsError:
        raise UserError(f"{out} exists already: choose another --out, so that no answers are written over") from None
    files = [f"sheet-{name}.csv" if name else "sheet.csv" for name in names]
    for name, file in zip(rater or [""], files, strict=True):
        (out / file).write_text(sheet([(code, made) for code, _, made in found], name), encoding="utf-8", newline="")
    for code, call, made in found:
        text = transcript(code, made, overlay_of(call).corrected())
        (out / f"{code}.txt").write_text(text, encoding="utf-8")
        for track in TRACKS if sound else ():
            if (call.path / track).is_file():
                shutil.copyfile(call.path / track, out / f"{code}-{track}")
    heard = (
        "   CODE-trainee.wav and CODE-caller.wav are what was heard."
        if sound
        else '   There is no sound; what needs it is "not observed".'
    )
    (out / "README.txt").write_text(README.format(sheets=" or ".join(files), sound=heard), encoding="utf-8")
    if as_json:
        result_json({"folder": str(out), "calls": [code for code, _, _ in found], "sheets": files})
    else:
        result(
            f"{len(found)} {'call' if len(found) == 1 else 'calls'} in {out}: start with README.txt, fill in {', '.join(files)}"
        )


@app.command("read")
def read_sheets(
    sheets: Annotated[list[Path], typer.Argument(help="Filled-in sheets.")],
    calls: Annotated[
        list[Path] | None,
        typer.Option("--calls", help="Where the rated calls are; default: your own. May be given again."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
) -> None:
    """How far people agree with each other and the machine with them, and which items lose the badge "uncalibrated".

    Exit status 1 when there are too few calls or people for any to lose it.
    Example: hotseat calibrate read sheet-Kim.csv sheet-Lee.csv
    """
    from evaluation.calibration import compare
    from evaluation.sheets import machine_answers, merge, read_sheet
    from simulator.settings import calls_folder

    answers = []
    for path in sheets:
        try:
            answers += read_sheet(path.read_bytes(), str(path))
        except OSError as error:
            raise UserError(f"cannot read {path}: {error.strerror or error}") from None
    people = merge(answers)
    wanted = {each.call for each in answers}
    machine = {code: machine_answers(made) for code, _, made in _debriefs(calls or [calls_folder()], wanted)}
    if lost := sorted(wanted - machine.keys()):
        notice(f"{len(lost)} rated calls are not here and are left out: {clean(', '.join(lost[:5]))} (see --calls)")
    if not machine:
        raise UserError("none of the rated calls is here: say where they are with --calls")
    progress("comparing ...")
    report = compare(machine, people, seed=seed)
    if as_json:
        result_json({**report.to_json(), "seed": seed, "calls_missing": lost})
    else:
        for line in _lines(report):
            result(line)
    if report.missing:
        raise typer.Exit(1)


def _debriefs(paths: list[Path], wanted: set[str] | None = None) -> "Iterator[tuple[str, RecordedCall, Debrief]]":
    """(code, call, debrief) of each call once; those that cannot be used are named and left out."""
    from evaluation.sheets import code_of
    from personas.findings import PersonaError
    from simulator.console.calls import find_call, make_debrief_of
    from simulator.recording import LOG

    seen: set[str] = set()
    folders = list(_folders(paths))
    progress(f"reading {len(folders)} {'call' if len(folders) == 1 else 'calls'} ...")
    for path in folders:
        try:
            call = find_call(path)
            code = code_of((call.path / LOG).read_bytes())
            if code in seen or (wanted is not None and code not in wanted):
                continue
            seen.add(code)
            if not call.closed or (call.damage is not None and call.damage.line):
                notice(f"left out: {call.name} is damaged or was not closed")
                continue
            yield code, call, make_debrief_of(call)
        except (HotseatError, PersonaError) as error:
            notice(f"left out: {clean(str(error))}")


def _folders(paths: list[Path]) -> Iterator[Path]:
    """The call folders themselves; a folder of calls gives all of its calls."""
    from simulator.own_calls import all_calls
    from simulator.recording import LOG

    for path in paths:
        inside = all_calls(path) if path.is_dir() and not (path / LOG).is_file() else []
        yield from [each.path for each in inside] or [path]


def _file_name(rater: str) -> str:
    name = "".join(char if char.isalnum() else "_" for char in rater).strip("_")[:40]
    if not name:
        raise UserError("--rater needs a name or a code")
    return name


def _lines(report: "Report") -> Iterator[str]:
    yield f"{report.sessions} calls rated by two people or more, {len(report.raters)} people: {clean(', '.join(report.raters))}"
    for line in report.missing:
        yield f"Missing: {line}"
    yield ""
    yield f"{'':<30} {'machine with people':<40} {'people with people':<40}"
    head = f"{'value  95 %':<19} {'same':>5} {'bias':>6}"
    yield f"{'item (kappa), score (ICC)':<30} {head:<40} {head:<40} calls"
    for row in report.rows:
        yield f"{row.key:<30} {_agreement(row, row.machine):<40} {_agreement(row, row.people):<40} {row.sessions:>5}"
    yield ""
    passed = [row.key for row in report.rows if row.passed]
    yield f"Calibrated: {', '.join(passed) if passed else 'nothing yet'}"
    for row in report.rows:
        if not row.passed:
            yield f"Still uncalibrated: {row.key}: {row.why}"
    yield ""
    yield "Kappa is quadratic-weighted, ICC is ICC(2,1) absolute agreement, intervals resample whole calls."
    yield "same: equal answers, or scores within 10 points. bias: above 0, the first side is kinder."
    yield "ICC under 0.5 is poor, to 0.75 moderate, to 0.9 good, above excellent (Koo & Li)."


def _agreement(row: "Calibrated", side: "Agreement") -> str:
    value = "  --" if side.value is None else f"{side.value:>5.2f}"
    interval = "" if side.interval is None else f"{side.interval.low:.2f} to {side.interval.high:.2f}"
    same = "--" if side.percent is None else f"{side.percent:.0%}"
    bias = "--" if side.bias is None else f"{side.bias:+.1f}"
    return f"{value} {interval:<13} {same:>5} {bias:>6}"
