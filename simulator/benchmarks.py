"""What ``hotseat bench`` measures. Nothing here is a test; every table says on which machine it was made."""

import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from simulator.errors import UserError
from simulator.turn_bench import TurnTable, bench_turns

PERSONA: Final = "dana_double_billing"
SCRIPT: Final = "excellent"
CALLS_TIMED: Final = (
    (PERSONA, SCRIPT), ("joel_late_bed", SCRIPT), (PERSONA, "solution_first"), ("gareth_no_heating", SCRIPT),
)  # fmt: skip
INTERRUPTER: Final = "interrupter"
INTERRUPTED_EVERY: Final = 8
"""Rounds of ``latency`` for one call full of interruptions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure."""

    label: str
    p50: float
    p95: float
    unit: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The figures of one benchmark."""

    name: str
    what: str
    rows: tuple[Row, ...]

    def to_plain(self) -> dict[str, Any]:
        """As JSON types."""
        rows = [{name: getattr(row, name) for name in ("label", "p50", "p95", "unit", "n")} for row in self.rows]
        return {"name": self.name, "what": self.what, "rows": rows}

    def lines(self) -> list[str]:
        """For people."""
        return [
            f"{row.label:<44} p50 {row.p50:>9.1f}  p95 {row.p95:>9.1f} {row.unit:<4} n={row.n}" for row in self.rows
        ]


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(pages * size / 1e9),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def row(label: str, values: Sequence[float], unit: str) -> Row:
    """A row from raw values; zero values when there are none."""
    if not values:
        return Row(label=label, p50=0.0, p95=0.0, unit=unit, n=0)
    return Row(
        label=label,
        p50=round(percentile(values, 0.5), 2),
        p95=round(percentile(values, 0.95), 2),
        unit=unit,
        n=len(values),
    )


def start(rounds: int) -> Table:
    """From the command to the caller's first sound, in a fresh process, the first line made anew."""
    first, models = [], []
    for seed in range(rounds):
        begun = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-m", "simulator.benchmarks", "first-sound", str(seed)], stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            for line in child.stdout:
                at = (time.perf_counter() - begun) * 1000
                if line.startswith("models"):
                    models.append(at)
                elif line.startswith("sound"):
                    first.append(at)
    rows = (row("mouth and detector loaded", models, "ms"), row("the caller's first sound", first, "ms"))
    return Table(name="start", what="fresh process, page cache warm, speech cache off", rows=rows)


def latency(rounds: int) -> Table:
    """End of the trainee's speech to the caller's first sound, and his first sound over her to her silence: scripted calls
    in real time, real models. A round is a call by one of ``CALLS_TIMED``, in turn; the first of every eight is followed by a
    call full of interruptions. No clause is kept from before the run: each caller is prepared first (``hotseat prepare``), and
    what one call makes is there for the next."""
    from simulator.latency import Answered, Yielded, answered, holds, yielded
    from simulator.recording import read_call
    from simulator.turn_policy import TurnPolicy
    from voice.wav import read_recording

    turns: list[Answered] = []
    first: list[Answered] = []
    over_her: list[Yielded] = []
    pauses = cut_off = both_began = 0
    with tempfile.TemporaryDirectory() as scratch:
        settings = _own_speech_cache(Path(scratch) / "cache")
        for persona in dict.fromkeys(persona for persona, _ in CALLS_TIMED[:rounds]):
            _run(["prepare", persona, "--json"], settings)
        for number in range(rounds):
            calls = [CALLS_TIMED[number % len(CALLS_TIMED)]]
            calls += [(PERSONA, INTERRUPTER)] * (number % INTERRUPTED_EVERY == 0)
            for persona, script in calls:
                folder = Path(scratch) / f"call-{number}-{script}"
                seed = str(number // len(CALLS_TIMED) + 1)
                _run(
                    ["practice", persona, "--trainee", script, "--no-play", "--seed", seed, "--json", "--out", folder],
                    settings,
                )
                call = read_call(folder)
                if script == INTERRUPTER:
                    sound = read_recording(folder / "caller.wav").samples
                    over_her += yielded(call.pairs, sound, TurnPolicy(), call.header.persona["temper"]["start_anger"])
                    continue
                turns += answered(call.pairs)
                first += answered(call.pairs) if number < len(CALLS_TIMED) else ()
                held = holds(call.pairs)
                pauses, cut_off = pauses + held.pauses, cut_off + held.cut_off
                both_began += held.both_began
            so_far = row("", [turn.sounded_ms for turn in turns], "ms")
            print(
                f"{number + 1} of {rounds} calls: {so_far.n} answers, p50 {so_far.p50:.0f}, p95 {so_far.p95:.0f} ms, "
                f"{cut_off} of {pauses} pauses cut off, in {both_began} both began",
                file=sys.stderr,
                flush=True,
            )
    rows = (
        row("end of speech to first sound", [turn.sounded_ms for turn in turns], "ms"),
        row("  in the first call of each script", [turn.sounded_ms for turn in first], "ms"),
        row("end of speech to the first word of the answer", [turn.answered_ms for turn in turns], "ms"),
        row("  pause noticed", [turn.asked_ms for turn in turns], "ms"),
        row("  words there", [turn.heard_ms for turn in turns], "ms"),
        row("  turn over, answer known", [turn.decided_ms for turn in turns], "ms"),
        row("  first piece of it made", [turn.made_ms for turn in turns], "ms"),
        row("  (the character's own pause)", [turn.acted_ms for turn in turns], "ms"),
        row("spoken over, to lower", [one.ducked_ms for one in over_her], "ms"),
        row("gives way, to silence", [one.stopped_ms for one in over_her], "ms"),
        row("  (the character holds on)", [one.held_on_ms for one in over_her], "ms"),
    )
    what = (
        "scripted trainee in real time through the virtual card, callers prepared; "
        f"{cut_off} of {pauses} pauses within a turn cut off, in {both_began} more both began at once"
    )
    return Table(name="latency", what=what, rows=rows)


def _own_speech_cache(folder: Path) -> dict[str, str]:
    """Settings for a process that keeps its clauses in ``folder`` and shares what else the user's cache holds (Linux; on
    other systems the user's own clauses are used)."""
    from simulator.settings import cache_folder

    home = folder / "hotseat"
    home.mkdir(parents=True)
    for entry in cache_folder().iterdir() if cache_folder().is_dir() else ():
        if entry.name != "speech":
            (home / entry.name).symlink_to(entry)
    return {"XDG_CACHE_HOME": str(folder)}


def memory(rounds: int) -> Table:
    """Peak memory of a whole spoken call in a process of its own."""
    peaks = []
    for seed in range(1, rounds + 1):
        with tempfile.TemporaryDirectory() as scratch:
            peaks.append(
                _run(["practice", PERSONA, "--trainee", SCRIPT, "--fast", "--seed", str(seed), "--json",
                      "--out", Path(scratch) / "call"])
            )  # fmt: skip
    return Table(
        name="memory", what="peak resident memory of a spoken call, debrief included",
        rows=(row("peak", peaks, "MB"),),
    )  # fmt: skip


def reader(rounds: int) -> Table:
    """Reading one reply, one thread, after warming up; and loading."""
    from evaluation.reader import TransformerReader
    from simulator.console.practice import find_script

    begun = time.perf_counter()
    model = TransformerReader.load()
    load = (time.perf_counter() - begun) * 1000
    lines = find_script(PERSONA, SCRIPT).read_text(encoding="utf-8").splitlines()
    replies = [line for line in lines if line and not line.startswith(("#", "["))]
    times = []
    for _ in range(20 * rounds):
        for reply in replies:
            begun = time.perf_counter()
            model.read(reply, "Where is my money?")
            times.append((time.perf_counter() - begun) * 1000)
    return Table(
        name="reader", what="labels with evidence for one reply",
        rows=(row("load", [load], "ms"), row("one reply", times[len(replies):], "ms")),
    )  # fmt: skip


def core(rounds: int) -> Table:
    """The core alone: a ten-minute call replayed, and rehearsed calls of acts."""
    from evaluation.say_back import say_back
    from personas import shelf
    from simulator.engine import CallEngine
    from simulator.rehearsal.calls import rehearse
    from simulator.rehearsal.telephone import Line, Speech
    from simulator.turn_policy import TurnPolicy

    persona, policy = shelf.find(PERSONA), TurnPolicy(max_ms=10**9, max_turns=10**9)
    minutes = 10
    script = [
        Speech(at, at + 6_000, f"I hear you, and number {at} is what I am looking at now, one moment.")
        for at in range(9_000, minutes * 60_000, 20_000)
    ]
    held = Line(CallEngine(persona, policy, 1, ceiling=40), script).run(minutes * 60_000)
    replays, rehearsals = [], []
    for number in range(rounds):
        engine = CallEngine(persona, policy, 1, ceiling=40)
        begun = time.perf_counter()
        for event in held.fed:
            engine.handle(event)
        replays.append((time.perf_counter() - begun) * 1000)
        begun, turns = time.perf_counter(), 0
        for seed in range(100):
            turns += rehearse(persona, "expert", 100 * number + seed, difficulty=3, back=say_back).turns
        rehearsals.append((time.perf_counter() - begun) / turns * 12_000)
    return Table(
        name="core", what=f"{len(held.fed):,} events of a spoken call of {held.t / 60_000:.1f} minutes; acts only",
        rows=(
            row("replay of that call", replays, "ms"), row("1,000 rehearsed calls of 12 turns", rehearsals, "s"),
        ),
    )  # fmt: skip


def _run(arguments: Sequence[str | Path], settings: Mapping[str, str] | None = None) -> float:
    """Run a command of ours in a process of its own, with ``settings`` in its environment; return its peak memory in MB.
    Raises UserError when it fails."""
    child = subprocess.Popen(
        [sys.executable, "-m", "simulator", *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, **(settings or {})},
    )  # fmt: skip
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise UserError(f"a call of the benchmark failed; try it alone: hotseat {' '.join(map(str, arguments))}")
    return usage.ru_maxrss / 1024


def page(rounds: int) -> Table:
    """The debrief as HTML."""
    from simulator.page_bench import MINUTES, measure

    rows = tuple(row(label, values, unit) for label, values, unit in measure(rounds))
    return Table(name="page", what=f"debrief page of a spoken call of {MINUTES} minutes", rows=rows)


MEASURES: Final[dict[str, Callable[[int], Table | TurnTable]]] = {
    "start": start, "latency": latency, "memory": memory, "reader": reader, "core": core, "page": page, "turns": bench_turns,
}  # fmt: skip


def _first_sound(seed: int) -> None:
    """What ``practice`` does until the caller is heard, with a mark after each stage."""
    import numpy as np

    from personas import shelf
    from simulator import events as ev
    from simulator.session import CallPlan, hold_real_time, load_models
    from simulator.turn_policy import TurnPolicy
    from voice.synthesizer import load_synthesizer
    from voice.virtual_card import RecordedMicrophone, VirtualCard

    plan = CallPlan(
        persona=shelf.find(PERSONA), seed=seed, difficulty=3, source="spoken", policy=TurnPolicy(), out=None
    )
    models = load_models(plan, synthesizer=load_synthesizer("auto", cache=False))
    print("models", flush=True)

    class Heard(Exception):
        """The first sound has left the card."""

    def watch(event: ev.Event, commands: object) -> None:
        if isinstance(event, ev.PlaybackMoved) and event.position_ms > 0:
            print("sound", json.dumps(event.t), flush=True)
            raise Heard

    card = VirtualCard(RecordedMicrophone(np.zeros(16_000 * 20, dtype=np.float32)), real_time=True)
    try:
        hold_real_time(plan, models, card, None, [watch])
    except Heard:
        os._exit(0)  # what still loads is of no interest here


if __name__ == "__main__" and sys.argv[1:2] == ["first-sound"]:
    _first_sound(int(sys.argv[2]))
