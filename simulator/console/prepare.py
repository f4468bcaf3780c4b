"""``hotseat prepare``: a caller's voice made ahead, so that the first call with her is as quick as the tenth."""

import time
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from simulator.console.output import progress, result, result_json
from simulator.errors import UserError

if TYPE_CHECKING:
    from personas.persona import Persona
    from voice.synthesizer import Mouth

REHEARSED: Final = 20
"""Calls of each scripted trainee from which her beginnings are counted: with twice as many the commonest stay the same."""
ENOUGH: Final = 0.95
"""Share of all her answers whose beginning is made; the rest come up once in many calls."""


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(prepare)


def prepare(
    persona: Annotated[list[str], typer.Argument(help="Names, or paths of files.")],
    minutes: Annotated[
        float, typer.Option(min=0, max=600, help="At most so long for each caller; what is made stays.")
    ] = 10.0,
    difficulty: Annotated[int, typer.Option(min=1, max=5, help="1 gentle to 5 very hard.")] = 3,
    voice: Annotated[str, typer.Option(help="auto, kokoro, piper or pyttsx3.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a caller.")] = False,
) -> None:
    """Make the beginnings of a caller's likeliest answers ahead, so that the first call is as quick as the tenth.

    What is likely is counted in rehearsed calls. What has been made is kept and not made again.
    Example: hotseat prepare dana_double_billing
    """
    from personas import shelf
    from voice.synthesizer import load_synthesizer

    callers = [shelf.find(name) for name in persona]
    if two := next((who.id for who in callers if who.other is not None), None):
        raise UserError(f"{two} has two people on the line, who prepare nothing: leave them out")
    mouth = load_synthesizer(voice)  # type: ignore[arg-type]  # an unknown name is its error
    for who in callers:
        found = _prepared(who, mouth, 60 * minutes, difficulty)
        if as_json:
            result_json(found)
        else:
            result(
                f"{who.id}: {found['made']} beginnings made, {found['kept']} were there; {found['ready']:.0%} of her answers in "
                f"{found['calls']} rehearsed calls begin with one of them"
            )
            if found["ready"] < ENOUGH:
                result(f"  the time was up; go on with: hotseat prepare {who.id}")


def _prepared(who: "Persona", mouth: "Mouth", seconds: float, difficulty: int) -> dict[str, Any]:
    """Make beginnings, commonest first, until enough or the time is up."""
    from evaluation.say_back import say_back
    from simulator.ports import Delivery
    from simulator.rehearsal.beginnings import beginnings, calls_with
    from voice.delivery import ANGER_STEP

    progress(f"{who.id}: rehearsing ...")
    calls = list(calls_with(who, REHEARSED, difficulty, say_back))
    counted = beginnings(calls, ANGER_STEP)
    total, covered, made, kept = counted.total(), 0, 0, 0
    until = time.monotonic() + seconds
    for (text, anger), count in counted.most_common():
        delivery = Delivery(
            speaker=who.voice.speaker, manner=who.who.manner, anger=anger, pace=float(who.voice.pace),
            loudness=who.voice.loudness,
        )  # fmt: skip
        if mouth.kept(text, delivery):
            kept += 1
        elif covered >= ENOUGH * total or time.monotonic() >= until:
            continue
        else:
            mouth.synthesize(text, delivery)
            made += 1
            progress(f"{who.id}: {covered / total:.0%} ready")
        covered += count
    return {
        "persona": who.id, "calls": len(calls), "beginnings": len(counted), "made": made, "kept": kept,
        "ready": round(covered / total, 4) if total else 0.0,
    }  # fmt: skip
