"""Commands that look at what is here: ``personas``, ``models``, ``doctor``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.console.output import clean, notice, result, result_json

if TYPE_CHECKING:
    from personas.persona import Persona

personas_app = typer.Typer(help="Who can call you: list them, look at one, check a file.", no_args_is_help=True)
models_app = typer.Typer(help="Which models are here, where each comes from, its licence and digest.")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(personas_app, name="personas")
    app.add_typer(models_app, name="models")
    app.command()(doctor)


@personas_app.command("list")
def personas_list(as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False) -> None:
    """List the callers: those that ship, and your own.

    Example: hotseat personas list
    """
    from personas import shelf

    everyone = shelf.available()
    if as_json:
        result_json(
            [
                {
                    "name": one.name, "title": one.title, "caller": one.caller, "company": one.company,
                    "difficulty": one.difficulty, "trains": list(one.trains), "origin": one.origin,
                    "path": str(one.path), "error": one.error,
                }
                for one in everyone
            ]
        )  # fmt: skip
        return
    for one in everyone:
        if one.error:
            result(f"{one.name:<24} cannot be used: {clean(one.error)}")
        else:
            result(
                f"{one.name:<24} {'*' * one.difficulty:<5} {clean(one.title)} ({clean(one.caller)}, {clean(one.company)})"
            )


@personas_app.command("show")
def personas_show(
    persona: Annotated[str, typer.Argument(help="Name, or path of a file.")],
    as_json: Annotated[bool, typer.Option("--json", help="The whole persona as JSON.")] = False,
) -> None:
    """Show one caller, as a trainer sees them: with the story, what they want and what sets them off.

    Example: hotseat personas show dana_double_billing
    """
    from personas import shelf

    who = shelf.find(persona)
    if as_json:
        result_json(who.to_json())
        return
    result(f"{clean(who.title)}: {clean(who.who.name)}, {who.who.age or '?'}, calls {clean(who.company)}")
    result(f"difficulty {who.difficulty} of 5, {who.who.manner} anger, starts at {who.temper.start_anger:g}")
    _show_party(who)
    if who.other is not None:
        second = who.other
        result(f"\nOn the line as well: {clean(second.who.name)}, {second.who.age or '?'}")
        result(f"{second.who.manner} anger, starts at {second.temper.start_anger:g}")
        _show_party(second)


def _show_party(who: "Persona") -> None:
    """The story of one caller, what they want, what they know and what works on them."""
    result("")
    result(clean(who.story.strip()))
    for title, items in (
        ("Wants", [f"{demand.points:>3} {'must ' if demand.must else ''}{'hidden ' if demand.hidden else ''}{demand.id}: "
                   f"{demand.say[0]}" for demand in who.demands]),
        ("Tells only who listens", [f"{need.id}: {need.say[0]}" for need in who.hidden_needs]),
        ("Sets them off", [trigger.when or ", ".join(trigger.when_said) for trigger in who.triggers]),
        ("Works well on them", [soothing.when for soothing in who.calming]),
        ("Facts you can ask for", [fact.id for fact in who.facts]),
    ):  # fmt: skip
        if items:
            result(f"\n{title}")
            for item in items:
                result(f"  {clean(item)}")


@personas_app.command("check")
def personas_check(
    files: Annotated[list[Path], typer.Argument(help="Persona files.")],
    alike: Annotated[
        bool, typer.Option("--alike", help="Also try which questions and offers are taken for each other (slow).")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object a line for each finding.")] = False,
) -> None:
    """Check persona files: line, column, what is wrong, and what was probably meant. Exit status 1 on any error.

    Example: hotseat personas check my_caller.yaml
    """
    from simulator.console.findings import found_in, show_findings

    errors = 0
    for file in files:
        findings = found_in(file, alike=alike)
        errors += sum(finding.level == "error" for finding in findings)
        show_findings(file, findings, as_json=as_json)
    if errors:
        raise typer.Exit(1)


@models_app.callback(invoke_without_command=True)
def models(context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False) -> None:
    """Which models are here, where each comes from, its licence and digest.

    Example: hotseat models
    """
    if context.invoked_subcommand is not None:
        return
    from simulator.models import all_models, status

    rows = [(entry, status(entry)) for entry in all_models()]
    if as_json:
        result_json([_model_row(entry, state) for entry, state in rows])
        return
    for entry, state in rows:
        size = f"{entry.size / 1e6:.0f} MB" if entry.size else ""
        result(f"{entry.name:<20} {state:<13} {size:>7}  {entry.licence:<14} {entry.title}")
        for package, version in entry.packages:
            result(f"{'':<20} from {package} {version}")
        for file in _digests(entry, state):
            if file["sha256"]:
                result(f"{'':<20} sha256 {file['sha256'][:16]}... {file['name']}")
    missing = [entry for entry, state in rows if entry.needed and state != "present"]
    for entry in missing:
        result(f"\nneeded and not here: {entry.name}. Run `hotseat models fetch {entry.name}`")


@models_app.command("fetch")
def models_fetch(name: Annotated[str, typer.Argument(help="Name of the model, as `hotseat models` lists it.")]) -> None:
    """Bring a model to this machine. The only command that uses the network.

    Example: hotseat models fetch whisper-base
    """
    from simulator.models import fetch

    files = fetch(name)
    for path in files.values():
        result(f"{name}: {path}")


def _digests(entry: Any, state: str) -> list[dict[str, Any]]:
    """Name, size and digest of every file; of our own weights, which change when they are trained anew, as they are."""
    from simulator.model_files import digest_of
    from simulator.models import model_files

    files = [{"name": file.name, "size": file.size, "sha256": file.sha256} for file in entry.files]
    if entry.own and state == "present":
        here = model_files(entry.name)
        files = [
            {"name": name, "size": path.stat().st_size, "sha256": digest_of(path)}
            for name, path in sorted(here.items())
        ]
    return files


def _model_row(entry: Any, state: str) -> dict[str, Any]:
    return {
        "name": entry.name,
        "title": entry.title,
        "purpose": entry.purpose,
        "status": state,
        "needed": entry.needed,
        "licence": entry.licence,
        "attribution": entry.attribution,
        "packages": [{"package": package, "version": version} for package, version in entry.packages],
        "hub": entry.hub,
        "files": _digests(entry, state),
    }


def doctor(as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False) -> None:
    """What this machine has and lacks, with the one command that mends each. Exit status 1 if a call cannot be held.

    Example: hotseat doctor
    """
    from simulator.console.health import examine

    findings = examine()
    if as_json:
        result_json([{"check": f.check, "state": f.state, "found": f.found, "mend": f.mend} for f in findings])
    else:
        for found in findings:
            result(f"{found.state:<8} {found.check:<22} {found.found}")
            if found.mend:
                result(f"{'':<31} -> {found.mend}")
    if any(found.state == "missing" for found in findings):
        notice("something that a call needs is missing; see the arrows above")
        raise typer.Exit(1)
