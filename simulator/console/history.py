"""``hotseat history``: the trainee's own calls over time, and which to take next."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.console.output import clean, notice, progress, result, result_json
from simulator.errors import UserError

if TYPE_CHECKING:
    from evaluation.history import PastCall
    from evaluation.next_exercise import Exercise
    from personas.persona import Persona


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(history)


def history(
    file: Annotated[
        Path | None, typer.Argument(help="With --html: the file to write; otherwise history.html beside your calls.")
    ] = None,
    html: Annotated[bool, typer.Option("--html", help="One page for the browser; prints its path.")] = False,
    open_page: Annotated[bool, typer.Option("--open", help="The page, opened in the browser.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="No drawing characters: the numbers themselves.")] = False,
    scripted: Annotated[bool, typer.Option("--scripted", help="Count calls of scripted trainees as yours.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
) -> None:
    """Your own calls over time: scores with the change, skills, and which call to take next. Compared with nobody else's.

    Examples:
      hotseat history
      hotseat history --html --open
    """
    html = html or open_page
    if file is not None and not html:
        raise UserError(f"to write the history to {file}, say --html (see `hotseat history --help`)")
    if html and as_json:
        raise UserError("choose one of --html and --json")
    from evaluation.history import series, skills
    from evaluation.history_text import to_lines
    from evaluation.next_exercise import next_exercise
    from simulator.settings import calls_folder

    calls, skipped = past_calls(calls_folder(), scripted=scripted)
    exercise = next_exercise(calls, _callers())
    for line in skipped:
        notice(f"skipped: {clean(line)}")
    if as_json:
        result_json(
            {
                "calls": len(calls),
                "series": [each.to_json() for each in series(calls)],
                "skills": [each.to_json() for each in skills(calls)],
                "next": exercise.to_json() if exercise is not None else None,
                "skipped": skipped,
                "badge": "uncalibrated",
            }
        )
        return
    if html:
        _write(calls, exercise, file, show=open_page)
        return
    drawable = (sys.stdout.encoding or "").lower().startswith("utf")
    for line in to_lines(calls, exercise, plain=plain or not drawable):
        result(clean(line) if drawable else clean(line).encode("ascii", "replace").decode())


def _write(calls: "list[PastCall]", exercise: "Exercise | None", file: Path | None, *, show: bool) -> None:
    """Write the page and print where it is."""
    from evaluation.page import to_history_page
    from simulator.console.page import open_in_browser
    from simulator.page_file import HISTORY_PAGE, write_page
    from simulator.settings import data_folder

    path = file if file is not None else data_folder() / HISTORY_PAGE
    if path.is_dir():
        raise UserError(f"{path} is a folder: name a file in it, such as {path / HISTORY_PAGE}")
    if file is None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_page(path, to_history_page(calls, exercise))
    result(str(path))
    if show:
        open_in_browser(path)


def past_calls(folder: Path, *, scripted: bool = False) -> "tuple[list[PastCall], list[str]]":
    """Every readable call in ``folder``, oldest first, and a line for each that is left out.

    Lost or removed sound leaves a call in: its scores come from the log alone. A moment taken up again is practice and
    never replaces the call's own score, so it does not count; nor does what a scripted trainee said, unless ``scripted``.
    """
    from evaluation.history import PastCall
    from personas.findings import PersonaError
    from simulator.console.calls import make_debrief_of
    from simulator.errors import HotseatError
    from simulator.own_calls import all_calls
    from simulator.recording import read_call

    found: list[PastCall] = []
    skipped: list[str] = []
    forks = scripts = 0
    calls = all_calls(folder)
    if len(calls) > 1:
        progress(f"reading {len(calls)} calls ...")
    for own in calls:
        if own.state == "not closed":
            skipped.append(f"{own.name}: the call was not closed")
            continue
        if own.fork_of or (own.script and not scripted):
            forks, scripts = forks + bool(own.fork_of), scripts + (not own.fork_of)
            continue
        try:
            call = read_call(own.path)
            if call.damage is not None and call.damage.line:
                skipped.append(f"{own.name}: damaged at line {call.damage.line} ({call.damage.what})")
                continue
            made = make_debrief_of(call)
            found.append(PastCall.of(made, name=own.name, started=own.started.isoformat(timespec="seconds")))
        except (HotseatError, PersonaError, OSError) as error:
            skipped.append(f"{own.name}: {' '.join(str(error).split())}")
    if forks:
        skipped.append(f"moments taken up again, which do not count: {forks}")
    if scripts:
        skipped.append(f"calls of scripted trainees, which --scripted counts: {scripts}")
    return found, skipped


def _callers() -> "list[Persona]":
    from personas import shelf

    return [shelf.find(one.name) for one in shelf.available() if not one.error]
