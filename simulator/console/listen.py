"""Commands that use one ear or one mouth alone: ``transcribe``, ``say``, ``read``."""

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.console.output import clean, notice, progress, result, result_json, wants_json
from simulator.errors import UserError

if TYPE_CHECKING:
    from personas.persona import Persona
    from simulator.ports import Delivery
    from voice.synthesizer import Mouth


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(transcribe)
    app.command()(say)
    app.command()(read)


def transcribe(
    files: Annotated[list[Path], typer.Argument(help="Recordings: WAV or FLAC.")],
    channel: Annotated[str | None, typer.Option(help="Side of a stereo recording: left or right.")] = None,
    recognizer: Annotated[str, typer.Option(help="Which recogniser; see `hotseat models`.")] = "whisper-tiny-en",
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, with word times and confidences.")] = False,
) -> None:
    """Write down what is said in recordings.

    Example: hotseat transcribe call.wav --json
    """
    from voice.recognizer import load_recognizer
    from voice.wav import read_recording

    recordings = [(file, read_recording(file, channel_of(channel))) for file in files]
    for file, recording in recordings:
        for warning in recording.warnings:
            notice(f"{file}: {warning}")
    progress("loading the recogniser ...")
    ear = load_recognizer(recognizer)
    for file, recording in recordings:
        started = time.perf_counter()
        heard = ear.transcribe(recording.samples)
        elapsed = time.perf_counter() - started
        if wants_json(as_json):
            result_json(
                {
                    "file": str(file),
                    "text": heard.text,
                    "words": [
                        {
                            "word": word.text,
                            "start": word.start_ms / 1000,
                            "end": word.end_ms / 1000,
                            "confidence": word.confidence,
                        }
                        for word in heard.words
                    ],
                    "audio_s": round(len(recording.samples) / 16_000, 3),
                    "elapsed_s": round(elapsed, 3),
                }
            )
        else:
            result(clean(heard.text) or f"({file}: no words)")


def say(
    text: Annotated[str, typer.Argument(help="What the caller says.")],
    persona: Annotated[str, typer.Option("--persona", "-p", help="Whose voice.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The WAV file to write.")],
    anger: Annotated[int, typer.Option(min=0, max=100, help="0 calm to 100 furious.")] = 50,
    engine: Annotated[str, typer.Option(help="auto, kokoro, piper or pyttsx3.")] = "auto",
    telephone: Annotated[bool, typer.Option(help="Through a telephone line, as in a call.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
) -> None:
    """Hear a caller's voice at any anger, as a sound file.

    Example: hotseat say "Where is my money?" --persona dana_double_billing --anger 80 --out angry.wav
    """
    from personas import shelf
    from voice.wav import write_wav

    if not text.strip():
        raise UserError("there is nothing to say: give the words in quotes")
    if not out.parent.is_dir():
        raise UserError(f"the folder {out.parent} does not exist: create it, or choose another --out")
    delivery = delivery_of(shelf.find(persona), anger)
    mouth = mouth_of(engine, telephone=telephone)
    started = time.perf_counter()
    first = next(iter(mouth.synthesize_clauses(text, delivery)), None)
    first_ms = round((time.perf_counter() - started) * 1000)
    speech = mouth.synthesize(text, delivery)
    if first is None or not len(speech.samples):
        raise UserError("there is nothing in these words that can be spoken")
    write_wav(out, speech.samples)
    seconds = round(speech.duration_ms / 1000, 3)
    if wants_json(as_json):
        result_json({"file": str(out), "seconds": seconds, "first_sound_ms": first_ms, "engine": mouth.engine_name})
    else:
        result(f"{out}: {seconds} s, first sound after {first_ms} ms ({mouth.engine_name})")


def read(
    file: Annotated[
        Path | None, typer.Argument(help="JSON lines, or plain replies; standard input without it.")
    ] = None,
) -> None:
    """Read replies: which behaviours are in them, with calibrated probabilities. JSON lines in and out.

    Example: echo '{"id":1,"caller":"Twice!","reply":"I am sorry, that was our mistake."}' | hotseat read
    """
    from evaluation.reader import TransformerReader

    try:
        lines = sys.stdin.buffer.read() if file is None else file.read_bytes()
    except OSError as error:
        raise UserError(f"cannot read {file}: {error.strerror}") from None
    reader = TransformerReader.load()
    bad = 0
    for number, raw in enumerate(lines.decode("utf-8", errors="replace").splitlines(), 1):
        if not raw.strip():
            continue
        try:
            row = _row(raw, number)
        except ValueError as error:
            notice(f"{file or 'standard input'}:{number}: {error}")
            bad += 1
            continue
        probabilities = reader.probabilities(row["reply"], row["caller"])
        reading = reader.read(row["reply"], row["caller"])
        result_json(
            {
                "id": row["id"],
                "labels": [found.label for found in reading.labels],
                "probabilities": {label: round(p, 4) for label, p in probabilities.items()},
            }
        )
    if bad:
        raise typer.Exit(2)


def _row(raw: str, number: int) -> dict[str, Any]:
    """A JSON object with a reply, or a plain line, which is a reply itself."""
    if not raw.lstrip().startswith("{"):
        return {"id": number, "caller": "", "reply": raw}
    try:
        row = json.loads(raw)
    except ValueError as error:
        raise ValueError(f"this is not JSON ({error}); a line is {{'id', 'caller', 'reply'}}") from None
    if not isinstance(row, dict) or not isinstance(row.get("reply"), str):
        raise ValueError('a "reply" with words is missing')
    caller = row.get("caller")
    return {"id": row.get("id", number), "caller": caller if isinstance(caller, str) else "", "reply": row["reply"]}


def delivery_of(who: "Persona", anger: int) -> "Delivery":
    """How ``who`` speaks at ``anger``, 0 to 100."""
    from simulator.ports import Delivery

    voice = who.voice
    return Delivery(speaker=voice.speaker, manner=who.who.manner, anger=anger, pace=voice.pace, loudness=voice.loudness)


def mouth_of(engine: str, *, telephone: bool) -> "Mouth":
    """The voice engine of that name. Raises UserError for one that there is not."""
    from voice.synthesizer import load_synthesizer

    if engine not in ("auto", "kokoro", "piper", "pyttsx3"):
        raise UserError(f"there is no voice engine {engine!r}: choose auto, kokoro, piper or pyttsx3")
    return load_synthesizer(engine, telephone=telephone, cache=False)  # type: ignore[arg-type]  # checked above


def channel_of(name: str | None) -> Any:
    """The side of a recording, checked."""
    if name not in (None, "left", "right", "mix"):
        raise UserError(f"there is no channel {name!r}: choose left, right or mix")
    return name
