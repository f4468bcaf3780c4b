"""Commands for those who write callers: ``hotseat personas preview``, ``watch``, ``schema``, ``questions``."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from simulator.console.look import personas_app
from simulator.console.new_persona import new
from simulator.console.output import clean, notice, progress, result, result_json
from simulator.errors import UserError

if TYPE_CHECKING:
    from personas.persona import Persona
    from simulator.unanswered import Unanswered

LOOK_EVERY_S: Final = 0.5
EXAMPLES: Final = {"count": "three", "minutes": "four", "agent": "Sam", "promise": "by Thursday", "day": "Thursday"}
"""What stands in braces, as it is spoken in a preview."""


def add_commands() -> None:
    """Register the commands beside ``list``, ``show`` and ``check``."""
    personas_app.command("new")(new)
    personas_app.command("preview")(preview)
    personas_app.command("voices")(voices)
    personas_app.command("watch")(watch)
    personas_app.command("schema")(schema)
    personas_app.command("questions")(questions)


def preview(
    persona: Annotated[str, typer.Argument(help="Name, or path of a file.")],
    situation: Annotated[
        str | None, typer.Argument(help="A situation, or the id of a fact, hidden need, demand or offer.")
    ] = None,
    line: Annotated[str | None, typer.Option(help="These words, whether they are in the file or not.")] = None,
    anger: Annotated[
        int | None, typer.Option(min=0, max=100, help="0 calm to 100 furious; as the call begins.")
    ] = None,
    number: Annotated[int, typer.Option("--number", "-n", min=1, help="Which of the lines is spoken.")] = 1,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write a WAV file instead of playing it.")] = None,
    text_only: Annotated[bool, typer.Option("--text", help="Only show the lines.")] = False,
    speaker: Annotated[
        str, typer.Option(help="Another voice than the file names; see `hotseat personas voices`.")
    ] = "",
    engine: Annotated[str, typer.Option(help="auto, kokoro, piper or pyttsx3.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
) -> None:
    """What a caller says in a situation, and what it sounds like at any anger. Without a situation, which there are.

    Example: hotseat personas preview dana accept --anger 40 --out accept.wav
    """
    from personas import shelf

    who = shelf.find(persona)
    if speaker:
        who = _with_voice(who, speaker)
    if situation is None and line is None:
        _list_situations(who, as_json=as_json)
        return
    if situation is not None and line is not None:
        raise UserError("name a situation or give a --line, not both")
    points = round(who.temper.start_anger) if anger is None else anger
    mood = band_of(points)
    lines = (line,) if line is not None else lines_of(who, situation or "", mood)
    if not lines[0].strip():
        raise UserError("there is nothing to say: give the words in quotes")
    if number > len(lines):
        raise UserError(
            f"there {'is 1 line' if len(lines) == 1 else f'are {len(lines)} lines'}: --number {number} is none"
        )
    spoken = filled(lines[number - 1])
    if not as_json:
        result(f"{clean(who.who.name)} at anger {points}, {mood}:")
        for index, each in enumerate(lines, 1):
            chosen = "->" if index == number and not text_only else "  "
            result(f"{chosen} {index:>2}  {clean(filled(each))}")
    seconds = 0.0 if text_only else _sound(who, spoken, points, engine, out)
    if as_json:
        result_json(
            {"persona": who.id, "situation": situation or "", "anger": points, "mood": mood, "lines": list(lines),
             "spoken": "" if text_only else spoken, "file": str(out) if out and not text_only else "", "seconds": seconds}
        )  # fmt: skip


def voices(as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False) -> None:
    """List the voices that a caller may have: what to write under `voice: {speaker: ...}`.

    Example: hotseat personas voices
    """
    from personas.vocabulary import VOICES

    if as_json:
        result_json([{"speaker": name, "whom": whom} for name, whom in VOICES.items()])
        return
    for name, whom in VOICES.items():
        result(f"{name:<10} {whom}")
    result("Hear one:  hotseat personas preview dana_double_billing greeting --speaker en_gb_m1 --anger 60")


def watch(
    files: Annotated[list[Path], typer.Argument(help="Persona files.")],
) -> None:
    """Check persona files, and again each time one is saved, until Ctrl-C.

    Example: hotseat personas watch my_caller.yaml
    """
    from personas.watching import saved
    from simulator.console.findings import found_in, show_findings

    try:
        for file in saved(files, lambda: time.sleep(LOOK_EVERY_S)):
            findings = found_in(file)
            result(f"--- {clean(str(file))}, {time.strftime('%H:%M:%S')}")
            show_findings(file, findings)
            errors = sum(found.level == "error" for found in findings)
            if findings:
                result(f"{errors} errors in {len(findings)} remarks" if errors else "no errors: it can be played")
            progress("waiting for it to be saved; Ctrl-C ends")
    except KeyboardInterrupt:
        notice("no longer watching")


def schema() -> None:
    """Print the JSON Schema of persona files, for editors that complete and check while you type.

    Example: hotseat personas schema > persona.schema.json
    """
    from personas.schema import schema_text

    result(schema_text().rstrip("\n"))


def questions(
    persona: Annotated[str, typer.Argument(help="Name, or path of a file.")],
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object a line.")] = False,
) -> None:
    """What your own recorded calls asked this caller that the file has no answer to, most often asked first.

    Example: hotseat personas questions dana
    """
    from personas import shelf
    from simulator.settings import calls_folder

    who = shelf.find(persona)
    count, found = unanswered_of(who.id)
    if as_json:
        for each in found:
            result_json({"persona": who.id, "kind": each.kind, "text": each.text, "answered": each.answered,
                         "times": each.times, "calls": each.calls})  # fmt: skip
        return
    if not count:
        result(f"No recorded calls with {who.id} in {calls_folder()}. Take one: hotseat practice {clean(persona)}")
        return
    calls = "1 call" if count == 1 else f"{count} calls"
    if not found:
        result(f"{calls} with {who.id}: nothing was asked that the file has no answer to.")
        return
    result(f"{calls} with {who.id}; not understood, or not in the file:")
    for each in found:
        result(f"  {each.times} x  {clean(each.text)}")
        result(f"       {clean(each.answered)}")
    result("A new thing: add a fact. A known one in other words: add the words to its asked_like or heard_like.")


def unanswered_of(persona: str) -> "tuple[int, list[Unanswered]]":
    """How many recorded calls there are with ``persona``, and what they asked in vain. Unreadable calls are left out."""
    from simulator.own_calls import all_calls
    from simulator.recording import read_call
    from simulator.settings import calls_folder
    from simulator.unanswered import unanswered

    mine = [call for call in all_calls(calls_folder()) if call.persona == persona and call.state != "unreadable"]
    return len(mine), unanswered(read_call(call.path) for call in mine)


def _with_voice(who: "Persona", name: str) -> "Persona":
    """``who`` with another voice. Raises UserError for a name that is none."""
    from voice.voices import speaker

    return who.model_copy(update={"voice": who.voice.model_copy(update={"speaker": speaker(name).name})})


def lines_of(who: "Persona", name: str, mood: str) -> tuple[str, ...]:
    """What ``who`` says in the situation ``name``, or of the part of the file with that id. Raises UserError."""
    from personas.vocabulary import SITUATIONS, did_you_mean

    if name in SITUATIONS:
        return who.lines_for(name, mood)
    hot = mood in ("angry", "furious")
    parts = {
        **{each.id: each.angry if hot and each.angry else each.say for each in who.facts},
        **{each.id: each.say for each in who.hidden_needs},
        **{each.id: each.say for each in who.demands},
        **{each.id: each.accept or who.lines_for("accept", mood) for each in who.offers},
    }
    if name not in parts:
        guess = did_you_mean(name, [*SITUATIONS, *parts]) or f"See `hotseat personas preview {who.id}`."
        raise UserError(f"{clean(name)!r} is no situation and no part of {who.id}. {guess}")
    return parts[name]


def filled(line: str) -> str:
    """``line`` with an example for everything in braces."""
    for name, example in EXAMPLES.items():
        line = line.replace(f"{{{name}}}", example)
    return line


def band_of(points: int) -> str:
    """The mood at an anger of 0 to 100."""
    from simulator.mood import BANDS

    return next(name for name, edge in BANDS if points < edge)


def _list_situations(who: "Persona", *, as_json: bool) -> None:
    from personas.vocabulary import SITUATIONS

    own = {name: {mood: len(lines) for mood, lines in who.lines.get(name, {}).items()} for name in SITUATIONS}
    if as_json:
        result_json({"persona": who.id, "situations": own})
        return
    for name, moods in own.items():
        have = ", ".join(f"{count} {mood}" for mood, count in moods.items()) or "house lines"
        result(f"{name:<22} {SITUATIONS[name]} ({have})")


def _sound(who: "Persona", text: str, anger: int, engine: str, out: Path | None) -> float:
    """Speak ``text`` into ``out``, or aloud. Returns its length in seconds."""
    from simulator.console.devices import chosen
    from simulator.console.listen import delivery_of, mouth_of
    from simulator.errors import DeviceError
    from voice.aloud import play_aloud
    from voice.wav import write_wav

    if out is not None and not out.parent.is_dir():
        raise UserError(f"the folder {out.parent} does not exist: create it, or choose another --out")
    loudspeaker = chosen()["output"] if out is None else None
    if out is None and loudspeaker is None:
        raise DeviceError("there is no loudspeaker: plug one in, write a file with --out, or read with --text")
    speech = mouth_of(engine, telephone=True).synthesize(text, delivery_of(who, anger))
    if not len(speech.samples):
        raise UserError("there is nothing in these words that can be spoken")
    if out is not None:
        write_wav(out, speech.samples)
    elif loudspeaker is not None:
        play_aloud(speech.samples, loudspeaker)
    return round(speech.duration_ms / 1000, 3)
