"""``hotseat rehearse``: scripted trainees against a caller, and what that says about her."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from simulator import settings
from simulator.console.output import clean, progress, result, result_json
from simulator.errors import UserError

if TYPE_CHECKING:
    from personas.persona import Persona
    from simulator.rehearsal.calls import Listening, Rehearsed
    from simulator.rehearsal.hardness import Measured
    from simulator.rehearsal.report import Balance, Row

COMPARED_SEEDS: Final = 20
"""Calls a trainee that the callers of the library hold for a comparison: a second or two each."""


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(rehearse)


def rehearse(
    persona: Annotated[list[str] | None, typer.Argument(help="Names, or paths of files.")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every caller, at every difficulty.")] = False,
    trainee: Annotated[list[str] | None, typer.Option(help="Only these trainees; may be given again.")] = None,
    seeds: Annotated[int, typer.Option(min=1, max=10_000, help="Calls a trainee.")] = 200,
    difficulty: Annotated[str, typer.Option(help="1 to 5, or a range such as 1-5.")] = "",
    lost: Annotated[float, typer.Option(min=0, max=0.9, help="Share of what is said that is not heard.")] = 0.0,
    texts: Annotated[bool, typer.Option("--texts", help="The real reader and matcher read the words (slow).")] = False,
    show: Annotated[bool, typer.Option("--show", help="Print every call word for word.")] = False,
    report: Annotated[bool, typer.Option("--report", help="The balance report in words.")] = False,
    page: Annotated[Path | None, typer.Option(help="The balance report as an HTML page: the file to write.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines.")] = False,
) -> None:
    """Scripted trainees take her calls, from the expert to the rude one: can she be won, is she too easy, what is unsaid?

    Exit status 1 when the order of the trainees or the share they resolve is not as it must be.
    Example: hotseat rehearse dana_double_billing --seeds 50
    """
    from personas import shelf
    from simulator.console.mediate import mediations
    from simulator.rehearsal.hardness import Measured, hardness, ranked
    from simulator.rehearsal.mediators import MEDIATORS
    from simulator.rehearsal.trainees import TRAINEES

    if everyone and persona:
        raise UserError("name callers or say --all, not both")
    if texts and lost:
        raise UserError("--lost belongs to acts; with --texts the real reader loses what it loses")
    names = [one.name for one in shelf.available() if not one.error] if everyone else list(persona or ())
    if not names:
        raise UserError("say which caller: hotseat rehearse dana_double_billing, or --all")
    chosen = list(trainee or TRAINEES)
    if unknown := [name for name in chosen if name not in TRAINEES and name not in MEDIATORS]:
        raise UserError(f"there is no trainee {unknown[0]!r}: choose from {', '.join(TRAINEES)}")
    levels = _levels(difficulty or ("1-5" if everyone else "3"))
    if page is not None and len(names) * len(levels) != 1:
        raise UserError("a page is about one caller at one difficulty: name one, without --all")
    listening = _listening(lost, texts=texts)
    fine, measured = True, list["Measured"]()
    for name in names:
        who = shelf.find(name)
        if who.other is not None:
            if texts or lost:
                raise UserError(f"{who.id} has two people on the line: --texts and --lost are for one caller")
            fine = mediations(who, trainee or (), seeds, levels, show=show, as_json=as_json) and fine
            continue
        if unknown := [one for one in chosen if one not in TRAINEES]:
            raise UserError(
                f"{unknown[0]!r} mediates between two people, and {who.id} is one: choose from {', '.join(TRAINEES)}"
            )
        for level in levels:
            calls: list[Rehearsed] = []
            for each in chosen:
                progress(f"{who.id}, difficulty {level}: {each} ...")
                held = _hold(who, each, seeds, level, listening)
                calls += held
                if as_json or not (report or page):
                    _print_row(held, as_json=as_json)
                if show:
                    _print_calls(held)
            if (hard := hardness(calls)) is not None and level == who.difficulty:
                measured.append(Measured(persona=who.id, stated=who.difficulty, hardness=hard))
            if as_json or not (report or page):
                fine = _print_balance(who, calls, as_json=as_json) and fine
            if report or page:
                fine = _report(who, calls, level, page, as_json=as_json) and fine
    if len(measured) > 1:
        order = ranked(measured)
        if as_json:
            result_json(order.to_plain())
        else:
            result(order.text)
    raise typer.Exit(0 if fine else 1)


def _levels(text: str) -> list[int]:
    first, _, last = text.partition("-")
    if not first.isdigit() or (last and not last.isdigit()) or not 1 <= int(first) <= int(last or first) <= 5:
        raise UserError(f"--difficulty is {text!r}: give 1 to 5, or a range such as 1-5")
    return list(range(int(first), int(last or first) + 1))


def _listening(lost: float, *, texts: bool) -> "Listening":
    from simulator.rehearsal.calls import Listening

    if not texts:
        return Listening(lost=lost)
    from evaluation.matcher import EmbeddingMatcher
    from evaluation.reader import TransformerReader

    return Listening(
        reader=TransformerReader.load(), matcher=EmbeddingMatcher.load(kept=settings.cache_folder() / "sentences")
    )


def _hold(who: "Persona", trainee: str, seeds: int, level: int, listening: "Listening") -> "list[Rehearsed]":
    from evaluation.say_back import say_back
    from simulator.rehearsal.calls import rehearse as hold

    back: Callable[[str], str | None] = say_back
    return [hold(who, trainee, seed, difficulty=level, back=back, listening=listening) for seed in range(seeds)]


def _print_row(held: "list[Rehearsed]", *, as_json: bool) -> None:
    from simulator.rehearsal.report import row

    made: Row = row(held)
    if as_json:
        result_json(made.to_plain())
        return
    ends = ", ".join(f"{outcome} {count}" for outcome, count in made.outcomes.items())
    low, middle, high = made.anger_end
    result(f"{made.persona} {made.difficulty}  {made.trainee:<16} anger at the end {middle:5.1f} ({low:.0f} to {high:.0f}), "
           f"peak {made.peak[1]:5.1f}, turns {made.turns[1]:4.1f}  {ends}")  # fmt: skip


def _print_calls(held: "list[Rehearsed]") -> None:
    for call in held:
        result(f"\n--- {call.persona}, difficulty {call.difficulty}, {call.trainee}, seed {call.seed}: {call.outcome} "
               f"{call.manner} {call.detail}")  # fmt: skip
        anger = iter(call.curve)
        for who, why, words in call.said:
            mark = f"{next(anger, 0.0):5.1f}" if who == "trainee" else "     "
            result(f"{mark} {who:<8} {words}   [{why}]")
        result(f"{call.curve[-1]:5.1f}\n")


def _report(who: "Persona", calls: "list[Rehearsed]", level: int, page: Path | None, *, as_json: bool) -> bool:
    """Print the balance report, or write it as a page. Returns whether the balance holds."""
    from simulator.console.authoring import unanswered_of
    from simulator.page_file import write_page
    from simulator.rehearsal.hardness import Measured, hardness
    from simulator.rehearsal.report import balance, row
    from simulator.rehearsal.sheet import Sheet, in_words, to_page

    by_trainee: dict[str, list[Rehearsed]] = {}
    for call in calls:
        by_trainee.setdefault(call.trainee, []).append(call)
    hard = hardness(calls)
    taken, in_vain = unanswered_of(who.id)
    sheet = Sheet(
        persona=who, difficulty=level, rows=tuple(row(held) for held in by_trainee.values()), balance=balance(who, calls),
        mine=None if hard is None else Measured(persona=who.id, stated=who.difficulty, hardness=hard),
        library=_library(level), asked_in_vain=tuple(in_vain), calls_taken=taken,
    )  # fmt: skip
    if page is not None:
        write_page(page, to_page(sheet))
    if as_json:
        result_json(sheet.to_plain())
    elif page is not None:
        result(f"{clean(str(page))}: written. {sheet.verdict}")
    else:
        for line in in_words(sheet):
            result(clean(line))
    return not sheet.balance.faults


def _library(level: int) -> "tuple[Measured, ...]":
    """How hard the callers that ship are, measured now."""
    from personas import shelf
    from simulator.rehearsal.calls import Listening
    from simulator.rehearsal.hardness import MIDDLING, Measured, hardness

    found = []
    for one in shelf.available():
        if one.origin == "library" and not one.error:
            who = shelf.find(one.name)
            if who.other is not None:
                continue  # a mediation is held by other trainees, and its numbers say nothing beside these
            progress(f"how hard is {one.name} ...")
            held = [call for each in MIDDLING for call in _hold(who, each, COMPARED_SEEDS, level, Listening())]
            found.append(Measured(persona=who.id, stated=who.difficulty, hardness=hardness(held) or 0.0))
    return tuple(found)


def _print_balance(who: "Persona", calls: "list[Rehearsed]", *, as_json: bool) -> bool:
    from simulator.rehearsal.report import balance

    made: Balance = balance(who, calls)
    if as_json:
        result_json(made.to_plain())
    else:
        for fault in made.faults:
            result(f"{made.persona} {made.difficulty}  does not hold: {fault}")
        for demand in made.never_met if any(call.trainee == "expert" for call in calls) else ():
            result(f"{made.persona} {made.difficulty}  nobody ever met the demand {demand!r}")
        result(f"{made.persona} {made.difficulty}  lines never said: {len(made.unused)} (--json lists them)")
    return not made.faults
