"""``hotseat personas new``: asks eleven plain questions and writes a caller who can be played at once."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.console.output import clean, notice, result, result_json
from simulator.errors import UserError

if TYPE_CHECKING:
    from personas.interview import Question

Read = Callable[[], str]
"""The next line of what is typed; empty at its end. ``sys.stdin.readline``."""
Tell = Callable[[str], None]


def new(
    file: Annotated[Path | None, typer.Argument(help="Where to write; by default among your own callers.")] = None,
    answers: Annotated[Path | None, typer.Option(help="A file of answers, such as one kept after Ctrl-C.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
) -> None:
    """Eleven plain questions, and a caller who can be played at once. Enter takes what is usual; nothing is overwritten.

    Answers may come through a pipe, line by line as they would be typed, or from a file (--answers). Ctrl-C keeps what
    has been answered; with nothing answered, nothing is written.
    Example: hotseat personas new
    """
    from personas.answers import read_answers

    if file is not None:
        _can_be_written(file)
    given: dict[str, tuple[str, ...]] = read_answers(answers) if answers is not None else {}
    if answers is None or sys.stdin.isatty():
        try:
            asks(given, sys.stdin.readline, _prompt if sys.stdin.isatty() else _silent, patient=sys.stdin.isatty())
        except KeyboardInterrupt:
            raise typer.Exit(_keeps(given, file, answers)) from None
    if not any(given.values()):
        raise UserError(
            "nothing was answered, so nothing was written: give one answer of your own, and Enter for the rest"
        )
    path = write_new(given, file)
    _show(path, as_json=as_json)


def asks(given: dict[str, tuple[str, ...]], read: Read, tell: Tell, *, patient: bool) -> None:
    """Ask what is not in ``given`` yet and put it there.

    ``patient``: a person answers, so what cannot be used is asked again, and the end of the input is a wish to stop
    (KeyboardInterrupt). Otherwise raises UserError, and questions beyond the end have their usual answers.
    """
    from personas.interview import QUESTIONS, problem

    for number, question in enumerate(QUESTIONS, 1):
        while question.key not in given:
            usual = " / ".join(question.default) or "nothing"
            tell(f"\n{number} of {len(QUESTIONS)}. {question.ask}\n{question.help}")
            tell(f"{'An empty line ends the answer. ' if question.many else ''}Just Enter: {usual}")
            lines, ended = _answer(question, read)
            if ended and patient:
                raise KeyboardInterrupt
            wrong = problem(question.key, lines)
            if not wrong:
                given[question.key] = tuple(lines)
            elif patient:
                tell(f"{clean(wrong)}. Once more, please.")
            else:
                raise UserError(f"answer {number} ({question.key}): {clean(wrong)}")


def write_new(given: dict[str, tuple[str, ...]], file: Path | None) -> Path:
    """Write the caller that the answers make; at ``file``, or under a free name among the user's own callers.

    Raises UserError if ``file`` is there already or cannot be written.
    """
    from personas import schema, shelf
    from personas.interview import file_name, persona_text
    from personas.scalars import IDENTIFIER

    if file is None:
        folder, taken = shelf.own_folder(), {one.name for one in shelf.available()}
        base = name = file_name(given)
        number = 2
        while name in taken or (folder / f"{name}.yaml").exists():
            name, number = f"{base}_{number}", number + 1
        file = folder / f"{name}.yaml"
    else:
        name = file.stem if IDENTIFIER.fullmatch(file.stem) else file_name(given)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        way = os.path.relpath(schema.SCHEMA_FILE, file.parent.resolve())
        with file.open("x", encoding="utf-8") as out:
            out.write(persona_text(given, name, Path(way).as_posix()))
    except FileExistsError:
        raise UserError(f"{file} is there already and is not overwritten: give another name") from None
    except OSError as error:
        raise UserError(f"cannot write {file}: {error.strerror or error}; give another place") from None
    return file


def _answer(question: "Question", read: Read) -> tuple[list[str], bool]:
    """The lines of an answer, and whether the input ended in it."""
    lines: list[str] = []
    while True:
        raw = read()
        if not raw:
            return lines, True
        line = raw.strip()
        if line:
            lines.append(line)
        if not question.many or not line:
            return lines, False


def _can_be_written(file: Path) -> None:
    if file.suffix not in (".yaml", ".yml"):
        raise UserError(f"{file} would not be found as a caller: let the name end in .yaml")
    if file.exists():
        raise UserError(f"{file} is there already and is not overwritten: give another name")
    if not file.parent.is_dir():
        raise UserError(f"the folder {file.parent} does not exist: create it, or give another place")


def _keeps(given: dict[str, tuple[str, ...]], file: Path | None, source: Path | None) -> int:
    """Keep the answers so far, and say where. Returns the exit status."""
    from personas.answers import answers_text
    from personas.shelf import own_folder

    if not given:
        notice("stopped; nothing had been answered yet")
        return 2
    first = file.with_suffix(".answers.txt") if file is not None else own_folder() / "new.answers.txt"
    place, number = first, 2
    while place.exists() and place != source:
        place, number = first.with_name(f"{first.stem.removesuffix('.answers')}_{number}.answers.txt"), number + 1
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(answers_text(given), encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot keep the answers in {place}: {error.strerror or error}") from None
    target = f" {file}" if file is not None else ""
    notice(f"stopped; {len(given)} answers are kept: go on with `hotseat personas new{target} --answers {place}`")
    return 2


def _show(path: Path, *, as_json: bool) -> None:
    from personas.checker import read
    from personas.shelf import own_folder
    from personas.vocabulary import VOICES
    from simulator.console.findings import found_in

    persona, findings = read(path)[0], found_in(path)
    count = {level: sum(found.level == level for found in findings) for level in ("error", "warning", "advice")}
    if as_json:
        result_json({"file": str(path), "persona": persona.id if persona else "", "errors": count["error"],
                     "warnings": count["warning"], "advice": count["advice"],
                     "speaker": persona.voice.speaker if persona else ""})  # fmt: skip
        return
    shown = clean(str(path))
    name = path.stem if path.parent == own_folder() else shown
    result(
        f"{shown}: written, {count['error']} errors, {count['warning']} warnings, {count['advice']} pieces of advice"
    )
    if persona is not None:
        speaker = persona.voice.speaker
        result(f"the voice:          {speaker}, {VOICES[speaker]} Another: hotseat personas voices")
    result(f"hear it:            hotseat personas preview {name} greeting")
    result(f"take the call:      hotseat practice {name} --typed")
    result(f"what is missing:    hotseat personas check {shown}")
    result(f"how hard it is:     hotseat rehearse {name} --report")
    result(f"while you write:    hotseat personas watch {shown}")


def _prompt(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _silent(_text: str) -> None:
    """In a pipe nobody reads the questions."""
