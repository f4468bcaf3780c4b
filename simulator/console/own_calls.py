"""``hotseat calls``: the trainee's own recordings. Nothing is removed without being named and agreed to first."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.console.output import clean, notice, result, result_json
from simulator.errors import UserError

if TYPE_CHECKING:
    from simulator.own_calls import OwnCall, Purged

app = typer.Typer(help="Your own recordings: list, delete, export, purge by age.", no_args_is_help=True)

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Json = Annotated[bool, typer.Option("--json", help="JSON.")]


def add_to(parent: typer.Typer) -> None:
    """Register the commands."""
    parent.add_typer(app, name="calls")


@app.command("list")
def list_calls(as_json: Json = False) -> None:
    """Your recordings: when, who called, how large, how old, and what purge would remove.

    Example: hotseat calls list
    """
    from simulator.own_calls import CALL_DAYS, SOUND_DAYS, all_calls, due
    from simulator.settings import calls_folder

    now, folder = _now(), calls_folder()
    calls = all_calls(folder)
    old = {item.call.name: item.what for item in due(calls, now, sound_days=SOUND_DAYS, call_days=CALL_DAYS)}
    if as_json:
        result_json(
            {
                "folder": str(folder),
                "bytes": sum(call.sound_bytes + call.other_bytes for call in calls),
                "calls": [{**_plain(call, now), "due": old.get(call.name)} for call in calls],
            }
        )
        return
    if not calls:
        result(f"No calls in {folder}. Take one: hotseat practice dana_double_billing")
        return
    for call in calls:
        marks: list[str] = [] if call.state == "whole" else [call.state]
        marks += [f"scripted trainee {clean(call.script)}"] if call.script else []
        marks += [f"takes up {clean(call.fork_of)} again"] if call.fork_of else []
        marks += (
            [f"old: purge would remove its {'sound' if old[call.name] == 'sound' else 'whole folder'}"]
            if call.name in old
            else []
        )
        result(
            f"{clean(call.name):<44} {call.started:%Y-%m-%d %H:%M}  {call.age_days(now):>3} d  "
            f"{_size(call.sound_bytes):>8} sound  {_size(call.other_bytes):>8} words"
            f"{'  (' + '; '.join(marks) + ')' if marks else ''}"
        )
    whole = sum(call.sound_bytes + call.other_bytes for call in calls)
    result(f"{len(calls)} {'call' if len(calls) == 1 else 'calls'}, {_size(whole)}, in {folder}")


@app.command("delete")
def delete_calls(
    calls: Annotated[list[str], typer.Argument(help="Names, as `hotseat calls list` shows them.")],
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Delete calls for good: sound, words, notes, and what takes them up again. It asks first.

    Example: hotseat calls delete 2026-11-21_10-00-00_dana_double_billing
    """
    from simulator import own_calls
    from simulator.settings import calls_folder

    folder = calls_folder()
    found = own_calls.with_forks([own_calls.find(folder, name) for name in calls], own_calls.all_calls(folder))
    for call in found:
        _tell(f"{clean(call.name)}: sound {_size(call.sound_bytes)}, words {_size(call.other_bytes)}, {call.state}")
    _agree(f"Delete {'this call' if len(found) == 1 else f'these {len(found)} calls'} for good?", yes=yes)
    for call in found:
        own_calls.delete(call, _now())
    if as_json:
        result_json({"deleted": [call.name for call in found]})
    else:
        result(f"deleted: {', '.join(clean(call.name) for call in found)}")


@app.command("export")
def export_calls(
    out: Annotated[Path, typer.Option(help="The zip to write; it must not exist yet.")],
    calls: Annotated[list[str] | None, typer.Argument(help="Names; without any, all of them.")] = None,
    no_sound: Annotated[bool, typer.Option("--no-sound", help="Words and numbers only.")] = False,
    as_json: Json = False,
) -> None:
    """Pack calls into one zip, all of what is kept of them. Unpacked, each is a call again.

    Example: hotseat calls export --out my-calls.zip
    """
    from simulator import own_calls
    from simulator.settings import calls_folder

    folder = calls_folder()
    wanted = {call.name: call for call in (own_calls.find(folder, name) for name in calls or ())}
    chosen = list(wanted.values()) if calls else own_calls.all_calls(folder)
    if not chosen:
        raise UserError(f"there are no calls in {folder} to export")
    left_out = own_calls.export(chosen, out, sound=not no_sound, now=_now())
    for line in left_out:
        notice(f"left out: {clean(line)}")
    size = out.stat().st_size
    if as_json:
        result_json({"file": str(out), "bytes": size, "calls": [call.name for call in chosen], "left_out": left_out})
    else:
        result(
            f"{out}: {len(chosen)} {'call' if len(chosen) == 1 else 'calls'}, {_size(size)}{', no sound' if no_sound else ''}"
        )


@app.command("purge")
def purge_calls(
    sound_days: Annotated[int | None, typer.Option(min=0, help="Remove the sound of older calls; default 30.")] = None,
    call_days: Annotated[int | None, typer.Option(min=0, help="Remove older calls whole; default 180.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Remove what is old: sound after 30 days, whole calls after 180. It names everything and asks first.

    A call without its sound still replays and still has its debrief.
    Example: hotseat calls purge --dry-run
    """
    from simulator import own_calls
    from simulator.settings import calls_folder

    now = _now()
    whole = own_calls.CALL_DAYS if call_days is None else call_days
    sound = own_calls.SOUND_DAYS if sound_days is None else sound_days
    items = own_calls.due(own_calls.all_calls(calls_folder()), now, sound_days=sound, call_days=whole)
    for item in items:
        _tell(f"{clean(item.call.name)}: {item.days} days old, {_what(item)}, {_size(item.size)}")
    if items and not dry_run:
        parts = [f"the sound of {_count(items, 'sound')}"] if any(item.what == "sound" for item in items) else []
        parts += [f"{_count(items, 'call')} whole"] if any(item.what == "call" for item in items) else []
        _agree(f"Remove {' and '.join(parts)}, {_size(sum(item.size for item in items))}?", yes=yes)
        own_calls.purge(items, now)
    if as_json:
        rows = [{"call": item.call.name, "what": item.what, "days": item.days, "bytes": item.size} for item in items]
        result_json({"removed": not dry_run, "items": rows})
    elif not items:
        result(f"nothing is older than {sound} days with sound, or {whole} days")
    else:
        result("nothing was removed (--dry-run)" if dry_run else f"removed: {len(items)}")


def _now() -> datetime:
    return datetime.now().astimezone()


def _what(item: "Purged") -> str:
    return "its sound" if item.what == "sound" else "the whole call"


def _count(items: "list[Purged]", what: str) -> str:
    number = sum(item.what == what for item in items)
    return f"{number} {'call' if number == 1 else 'calls'}"


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _agree(question: str, *, yes: bool) -> None:
    """Ask, or refuse to go on where nobody can answer."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UserError("nobody is there to agree: add --yes if you are sure")
    if not typer.confirm(question, err=True):
        raise UserError("nothing was removed")


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1000:.0f} kB"


def _plain(call: "OwnCall", now: datetime) -> dict[str, Any]:
    return {
        "call": call.name, "started": call.started.isoformat(timespec="seconds"), "days": call.age_days(now),
        "persona": call.persona, "difficulty": call.difficulty, "source": call.source, "script": call.script, "fork_of": call.fork_of, "state": call.state,
        "sound_bytes": call.sound_bytes, "other_bytes": call.other_bytes,
    }  # fmt: skip
