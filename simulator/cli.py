"""The command line: puts the commands together and turns errors into one line.

Exit status: 0 done, 1 the thing checked did not hold, 2 the input or the machine is at fault. Nothing heavy is imported
here: every command imports what it needs when it runs, so that ``hotseat`` answers at once.
"""

import sys
from typing import Annotated

import typer

from simulator import garbage_collection
from simulator.console import (
    authoring,
    bench,
    calibrate,
    calls,
    devices,
    history,
    listen,
    look,
    measure,
    own_calls,
    practice,
    prepare,
    rehearse,
    retry,
)

app = typer.Typer(
    name="hotseat",
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_UsageError = typer.BadParameter.__mro__[1]
"""Typer brings its own copy of Click and exports only the leaves of its errors; this is their root for wrong usage."""

OVERVIEW = """\
hotseat puts you on the phone with an angry caller who does not exist.

  hotseat personas list                     who can call you
  hotseat practice dana_double_billing      take the call with a headset
  hotseat practice dana_double_billing --typed    take it without sound
  hotseat debrief CALL                      what worked, moment by moment
  hotseat retry CALL --turn 4               that moment once more
  hotseat replay CALL                       the same call again, byte for byte
  hotseat rehearse dana_double_billing      scripted trainees take her calls: is she too easy?
  hotseat doctor                            what this machine has and lacks

Every command explains itself with --help. Nothing leaves this machine."""


@app.callback(invoke_without_command=True)
def _overview(
    context: typer.Context,
    show_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Practise calls with an angry caller who does not exist. Nothing leaves this machine."""
    if show_version:
        from simulator import version

        typer.echo(version.text())
        raise typer.Exit()
    if context.invoked_subcommand is None:
        typer.echo(OVERVIEW)


practice.add_to(app)
prepare.add_to(app)
calls.add_to(app)
retry.add_to(app)
history.add_to(app)
own_calls.add_to(app)
calibrate.add_to(app)
listen.add_to(app)
look.add_to(app)
authoring.add_commands()
measure.add_to(app)
rehearse.add_to(app)
bench.add_to(app)
devices.add_to(app)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status. Never a traceback for bad input."""
    from personas.findings import PersonaError
    from simulator.errors import EngineError, HotseatError

    garbage_collection.leave_all_at_exit()
    try:
        result = app(args=arguments, standalone_mode=False)
        return result if isinstance(result, int) else 0
    except typer.Exit as leaving:
        return leaving.exit_code
    except _UsageError as error:  # type: ignore[misc]  # an exception class, found through its subclass
        context = getattr(error, "ctx", None)
        where = f" (see `{context.command_path} --help`)" if context is not None else ""
        _complain(error.format_message() + where)
        return 2
    except (typer.Abort, KeyboardInterrupt):
        _complain("stopped")
        return 2
    except EngineError as error:
        _complain(f"this is a bug in hotseat, please report it with the call folder: {error}")
        return 2
    except (HotseatError, PersonaError) as error:
        _complain(str(error))
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        _complain(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
        return 2


def _complain(message: str) -> None:
    print(f"hotseat: {message}", file=sys.stderr)
