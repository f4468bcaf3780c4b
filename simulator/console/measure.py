"""``hotseat measure``: delivery measures of recordings, against the speaker's own neutral clips."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.console.listen import channel_of
from simulator.console.output import notice, progress, result, result_json, wants_json
from simulator.errors import ModelError, UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.own_measures import Difference
    from voice.measures import Measures


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(measure)


def measure(
    files: Annotated[list[Path], typer.Argument(help="Recordings of one speaker: WAV or FLAC.")],
    neutral: Annotated[
        list[Path] | None,
        typer.Option("--neutral", help="A neutral clip of the same speaker and microphone. May be given again."),
    ] = None,
    channel: Annotated[str | None, typer.Option(help="Side of a stereo recording: left or right.")] = None,
    recognizer: Annotated[
        str, typer.Option(help="Who counts the words; see `hotseat models`. 'none' leaves pace out.")
    ] = "whisper-tiny-en",
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object a line.")] = False,
) -> None:
    """Loudness, pace, pauses, pitch and brightness, against the speaker's own neutral clips. No judgement of anybody.

    A file that is also a neutral clip is held against the others. Only loudness is ever scored; docs/debrief.md says why.

    Example: hotseat measure angry.wav --neutral greeting.wav --neutral story.wav
    """
    from simulator.own_measures import SCORED, OwnMeasures

    measured = ruler(channel, recognizer)
    known: dict[Path, Measures] = {}
    for path in dict.fromkeys((*(neutral or ()), *files)):
        progress(f"measuring {path} ...")
        if path.absolute() not in known:
            known[path.absolute()] = measured(path)
    rows: list[tuple[Path, Measures, Difference | None]] = []
    for file in files:
        own = OwnMeasures(tuple(known[path] for path in _others(neutral or (), file)))
        if neutral and not own.known:
            raise UserError(
                f"the neutral clips for {file} hold {own.speech_ms / 1000:.1f} s of speech and 3 s are needed: give more "
                "with --neutral"
            )
        found = known[file.absolute()]
        rows.append((file, found, own.against(found) if neutral else None))
    for file, found, difference in rows:
        if wants_json(as_json):
            against = difference.to_json() if difference else {"deviations": None, "differences": None}
            result_json({"file": str(file), **found.to_json(), **against, "scored": list(SCORED)})
        else:
            for line in _lines(file, found, difference):
                result(line)


def _others(neutral: "tuple[Path, ...] | list[Path]", file: Path) -> list[Path]:
    """The neutral clips without the file itself, each once."""
    return [path for path in dict.fromkeys(path.absolute() for path in neutral) if path != file.absolute()]


def ruler(channel: str | None, recognizer: str) -> "Callable[[Path], Measures]":
    """Reads, recognises and measures one recording. ``recognizer`` "none" leaves the words out."""
    from voice.detector import SileroDetector
    from voice.measures import measure as measures_of
    from voice.recognizer import load_recognizer
    from voice.wav import read_recording

    side = channel_of(channel)
    try:
        import swift_f0
    except ImportError:
        raise ModelError("the pitch tracker is missing: run `pip install swift-f0==0.3.0`") from None
    detector, tracker = SileroDetector.load(), swift_f0.SwiftF0()
    ear = None if recognizer == "none" else load_recognizer(recognizer)

    def of(path: Path) -> "Measures":
        recording = read_recording(path, side)
        for warning in recording.warnings:
            notice(f"{path}: {warning}")
        heard = ear.transcribe(recording.samples) if ear is not None else None
        found = measures_of(recording.samples, detector, tracker, heard)
        if found is None:
            raise UserError(f"{path} holds no speech to measure: record it again, or leave it out")
        return found

    return of


def _lines(file: Path, found: "Measures", difference: "Difference | None") -> list[str]:
    plain = found.to_json()
    rows: list[tuple[str, Any, str, str]] = [
        ("loudness", plain["loudness_db"], "dB", ""),
        ("pace", plain["pace_syll_s"], "syllables/s", ""),
        ("articulation", plain["articulation_syll_s"], "syllables/s", ""),
        ("pauses", plain["pauses"], f"in all {plain['pause_s']:g} s", ""),
        ("pitch", plain["f0_median_hz"], "Hz", ""),
        ("brightness", plain["tilt_db"], "dB", ""),
    ]
    if difference is not None:
        against = (
            _signed(difference.loudness_db, "dB") + _deviations(difference.loudness),
            _deviations(difference.pace).removeprefix(", "),
            _signed(difference.articulation_percent, "%"),
            _signed(difference.pause_percent, "% of the time"),
            _signed(difference.pitch_st, "semitones") + "; never scored",
            _signed(difference.tilt_db, "dB") + "; never scored",
        )
        rows = [(name, value, unit, mine) for (name, value, unit, _), mine in zip(rows, against, strict=True)]
    head = f"{file}: {plain['speech_s']:g} s of speech, {plain['words']} words"
    return [head, *(f"  {name:<13} {_shown(value):>7} {unit:<14} {mine}".rstrip() for name, value, unit, mine in rows)]


def _shown(value: Any) -> str:
    return "-" if value is None else f"{value:g}"


def _signed(value: float | None, unit: str) -> str:
    return "not known" if value is None else f"{value:+g} {unit}"


def _deviations(value: float | None) -> str:
    return ", too little to say" if value is None else f", {value:+.2f} deviations"
