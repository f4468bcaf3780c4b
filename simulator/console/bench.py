"""``hotseat bench``: how fast and how large, on this machine, and how well turns are ended. Figures, never a test."""

from typing import Annotated

import typer

from simulator.console.output import progress, result, result_json
from simulator.errors import UserError

NAMES = ("start", "latency", "memory", "reader", "core", "page")
"""What ``all`` measures."""
ASKED_FOR = ("turns",)
"""What needs rendered turns (scripts/make_turns) and is measured only by name."""


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(bench)


def bench(
    name: Annotated[str, typer.Argument(help="start, latency, memory, reader, core, page, all, or turns.")] = "all",
    rounds: Annotated[int, typer.Option(min=1, max=1000, help="How often; more is steadier.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
) -> None:
    """Measure this machine: cold start to the caller's first sound, end of speech to first sound, memory, reader, core.

    "turns" measures no speed but how well the end of a turn is told from a pause, on turns rendered by scripts/make_turns.

    Example: hotseat bench latency
    """
    from simulator import benchmarks

    chosen = NAMES if name == "all" else (name,)
    if any(one not in NAMES + ASKED_FOR for one in chosen):
        raise UserError(f"there is no benchmark {name!r}: choose {', '.join(NAMES + ASKED_FOR)} or all")
    machine = benchmarks.machine()
    tables = []
    for one in chosen:
        progress(f"measuring {one} ...")
        tables.append(benchmarks.MEASURES[one](rounds))
    if as_json:
        result_json({"machine": machine, "measures": [table.to_plain() for table in tables]})
        return
    result(
        f"machine: {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, load {machine['load']}"
    )
    for table in tables:
        result(f"\n{table.name}: {table.what}")
        for line in table.lines():
            result(f"  {line}")
