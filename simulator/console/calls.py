"""Commands on recorded calls: ``replay`` and ``debrief``."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.console import hypothesis, page, remarks
from simulator.console.output import clean, notice, progress, result, result_json, wants_json
from simulator.console.retake import retake_of
from simulator.errors import RecordingError, UserError
from simulator.garbage_collection import no_collection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.delivery import Measure
    from evaluation.overlay import Overlay
    from evaluation.retake import Retake
    from evaluation.timeline import Timeline
    from simulator.console.better import Models
    from simulator.recording import RecordedCall
    from simulator.replay import Replayed

SOUND = (".wav", ".flac")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(replay)
    app.command()(no_collection()(debrief))


def find_call(path: Path) -> "RecordedCall":
    """A call by the path of its folder, or by its name in the user's own calls."""
    from simulator.recording import read_call

    return read_call(_folder_of(path))


def _folder_of(path: Path) -> Path:
    from simulator import settings

    own = settings.calls_folder() / path
    return own if not path.exists() and own.exists() else path


def make_debrief_of(
    call: "RecordedCall",
    *,
    delivery: bool = True,
    better: "bool | Models" = False,
    timeline: "Timeline | None" = None,
) -> Any:
    """The debrief of a recorded call; without ``delivery`` the items that need a voice are not observed.

    With ``better`` the sentence to try is computed, by models that are being loaded already, if they are given.
    ``timeline`` is that of the call where the caller has it.
    """
    from evaluation.debrief import make_debrief
    from evaluation.rubric import shipped
    from simulator.console.better import Models, trier

    if timeline is None:
        timeline = timeline_of(call)
    facts = {
        "name": call.name, "seed": call.header.seed, "difficulty": call.header.difficulty, "source": call.header.source,
        "version": call.header.version,
    }  # fmt: skip
    persona = call.header.load_persona()
    tries = trier(call, better if isinstance(better, Models) else None) if better else None
    return make_debrief(timeline, persona, shipped(), delivery=delivery, call=facts, try_lines=tries)


def timeline_of(call: "RecordedCall") -> "Timeline":
    """The timeline of a recorded call. Raises RecordingError for one of which only the header is there."""
    from evaluation.timeline import build_timeline

    if not call.steps:
        raise RecordingError(f"{call.path} holds no call: nothing was recorded after the header")
    return build_timeline(call.pairs)


def show_debrief(
    made: Any,
    *,
    plain: bool,
    overlay: "Overlay | None" = None,
    retake: "Retake | None" = None,
    voice: "Sequence[Measure]" = (),
) -> None:
    """Print a debrief to the terminal, with what people say about it and the call that it takes up again."""
    from rich.console import Console

    from evaluation.debrief_text import show

    show(
        made, Console(no_color=plain or None, highlight=False), plain=plain, overlay=overlay, retake=retake, voice=voice
    )


def debrief(
    call: Annotated[Path, typer.Argument(help="A call folder, or the name of one of your own calls.")],
    file: Annotated[
        Path | None, typer.Argument(help="With --html: the file to write; otherwise debrief.html in the call folder.")
    ] = None,
    html: Annotated[
        bool, typer.Option("--html", help="One page for the browser, with sound; prints its path.")
    ] = False,
    open_page: Annotated[bool, typer.Option("--open", help="The page, opened in the browser.")] = False,
    clips: Annotated[bool, typer.Option("--clips/--no-clips", help="The page with sound or without.")] = True,
    delivery: Annotated[
        bool, typer.Option("--delivery/--no-delivery", help="Whether loudness and talking over are scored.")
    ] = True,
    plain: Annotated[bool, typer.Option("--plain", help="No colour, no drawing characters.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The whole debrief as JSON.")] = False,
    contest: Annotated[
        str, typer.Option(metavar="ITEM", help="Disagree with an item, or a flag; with --because.")
    ] = "",
    set_value: Annotated[
        str,
        typer.Option(
            "--set", metavar="ITEM=VALUE", help="A trainer's value beside the automatic one; with --because and --by."
        ),
    ] = "",
    comment: Annotated[tuple[int, str] | None, typer.Option(metavar="TURN TEXT", help="A comment on a turn.")] = None,
    correct: Annotated[
        tuple[int, str] | None, typer.Option(metavar="TURN TEXT", help="What was really said in a turn.")
    ] = None,
    because: Annotated[str, typer.Option(help="The reason, in one line.")] = "",
    by: Annotated[str, typer.Option(help="Who says so; without it, the trainee.")] = "",
) -> None:
    """What worked in a call and what did not, every point tied to a moment.

    Remarks are kept beside the recording and shown beside the automatic values, which stay what they are.

    Examples:
      hotseat debrief 2026-11-21_10-00-00_dana_double_billing
      hotseat debrief CALL --html --open
      hotseat debrief CALL --html for_kim.html --no-clips
      hotseat debrief CALL --contest empathy.restates --because "I said it back in turn 3"
      hotseat debrief CALL --set empathy.restates=yes --because "turn 3 counts" --by Kim
      hotseat debrief CALL --correct 3 "So that was ninety-four sixty, twice."
    """
    from simulator.console.better import Models
    from simulator.page_file import Sound, voice_of

    html = html or open_page
    if file is not None and not html:
        raise UserError(f"to write the debrief to {file}, say --html (see `hotseat debrief --help`)")
    if html and as_json:
        raise UserError("choose one of --html and --json")
    wanted = not (contest or set_value or comment or correct)
    models = Models() if wanted and _folder_of(call).exists() else None
    recorded = find_call(call)
    if recorded.damage is not None:
        where = f"line {recorded.damage.line}" if recorded.damage.line else "the whole file"
        notice(f"the recording is damaged ({recorded.damage.file}, {where}): {recorded.damage.what}")
    timeline = timeline_of(recorded)
    sound = Sound(recorded)
    if wanted:
        sound.begin(timeline, clips=html and clips, pitches=delivery)
    made = make_debrief_of(recorded, delivery=delivery, better=models or False, timeline=timeline)
    said = remarks.Said(contest=contest, set_value=set_value, comment=comment, correct=correct, because=because, by=by)
    if said.anything:
        remarks.note(recorded, made, said, as_json=as_json)
        return
    overlay = remarks.overlay_of(recorded)
    again, voice = retake_of(recorded, made), voice_of(recorded, made, sound) if delivery else ()
    if html:
        page.write(
            recorded, made, file=file, clips=clips, show=open_page, overlay=overlay, retake=again, voice=voice,
            sound=sound,
        )  # fmt: skip
    elif as_json:
        from evaluation.delivery import to_json

        taken = again.to_json() if again is not None else None
        result_json(
            {**made.to_json(), "overlay": remarks.plain(made, overlay), "retake": taken, "delivery": to_json(voice)}
        )
    else:
        show_debrief(made, plain=plain, overlay=overlay, retake=again, voice=voice)


def replay(
    calls: Annotated[list[Path], typer.Argument(help="Call folders, or recordings of a trainee with --persona.")],
    relisten: Annotated[bool, typer.Option("--relisten", help="Listen again with the models that are here.")] = False,
    changed: Annotated[
        list[str] | None,
        typer.Option("--what-if", metavar="KEY=VALUE", help="The same replies to another caller or in another mood."),
    ] = None,
    persona: Annotated[str | None, typer.Option("--persona", "-p", help="Who is called, for a recording.")] = None,
    channel: Annotated[
        str | None, typer.Option(help="The trainee's side of a stereo recording: left or right.")
    ] = None,
    seed: Annotated[int, typer.Option(help="For a recording.")] = 1,
    difficulty: Annotated[int, typer.Option(min=1, max=5, help="For a recording.")] = 3,
    out: Annotated[Path | None, typer.Option(help="Keep the scored recording as a call in this folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object a line.")] = False,
) -> None:
    """Play calls again through the core and compare byte for byte; or score recordings of a trainee.

    Exit status 1 when a call is not the same. With --what-if nothing is compared: the recorded replies are given to
    another caller (persona=NAME), with the dial elsewhere (difficulty=1 to 5), another seed (seed=N), a ceiling
    (ceiling=40 to 100) or another temper (temper.start_anger=50).

    Examples:
      hotseat replay CALL
      hotseat replay CALL --relisten
      hotseat replay CALL --what-if difficulty=5
      hotseat replay session.wav --persona dana_double_billing --channel left
    """
    same = True
    for path in calls:
        if path.suffix.lower() in SOUND and not path.is_dir():
            _score_recording(path, persona, channel, seed=seed, difficulty=difficulty, out=out, as_json=as_json)
        elif changed:
            hypothesis.show(find_call(path), changed, as_json=as_json)
        elif relisten:
            same &= _relisten(find_call(path), as_json=as_json)
        else:
            same &= _replay(find_call(path), as_json=as_json)
    if not same:
        raise typer.Exit(1)


def _replay(call: "RecordedCall", *, as_json: bool) -> bool:
    from simulator.replay import replay as run

    done = run(call)
    difference = asdict(done.first_difference) if done.first_difference is not None else None
    if wants_json(as_json):
        result_json(
            {
                "call": str(call.path),
                "identical": done.identical,
                "first_difference": difference,
                "turns": [_turn(turn) for turn in done.turns],
                "outcome": done.end.outcome if done.end is not None else None,
                "steps": done.steps,
                "closed": call.closed,
            }
        )
    elif done.identical:
        result(f"{call.name}: identical, {done.steps} steps, {len(done.turns)} turns{_end(done)}")
    else:
        assert done.first_difference is not None
        first = done.first_difference
        at = f" at {first.t / 1000:.2f} s" if first.t is not None else ""
        where = f"line {first.line}{at}" if first.line else "the sound"
        result(f"{call.name}: not identical. First difference: {first.file}, {where}")
        result(f"  recorded: {clean(first.recorded)[:300]}")
        if first.replayed:
            result(f"  replayed: {clean(first.replayed)[:300]}")
    return done.identical


def _end(done: "Replayed") -> str:
    return f", {done.end.outcome}" if done.end is not None else ", cut off"


def _turn(turn: Any) -> dict[str, Any]:
    return {
        "turn": turn.turn,
        "start": turn.start_ms / 1000,
        "end": turn.end_ms / 1000,
        "text": turn.text,
        "acts": list(turn.acts),
        "anger_before": turn.before.anger / 1000,
        "anger_after": turn.after.anger / 1000,
    }


def _relisten(call: "RecordedCall", *, as_json: bool) -> bool:
    from simulator.relisten import relisten

    progress("loading the models ...")
    done = relisten(call)
    if wants_json(as_json):
        result_json(
            {
                "call": str(call.path),
                "identical": done.same,
                "first_difference": done.differences[0] if done.differences else None,
                "turns": [_turn(turn) for turn in done.turns],
                "differences": done.differences,
                "outcome": done.outcome,
                "recorded_outcome": done.recorded_outcome,
            }
        )
    else:
        verdict = "the same turns" if done.same else f"{len(done.differences)} turns differ"
        result(f"{call.name}: {verdict}, {done.outcome} (recorded: {done.recorded_outcome})")
        for difference in done.differences:
            result(f"  {clean(json.dumps(difference, ensure_ascii=False))}")
    return done.same


def _score_recording(
    path: Path, persona: str | None, channel: str | None, *, seed: int, difficulty: int, out: Path | None, as_json: bool
) -> None:
    """A recording of a trainee in some other call: read turn by turn, scored against a persona."""
    import tempfile

    from personas import shelf
    from simulator.console.listen import channel_of
    from simulator.recording import read_call
    from simulator.relisten import hear_recording
    from voice.wav import is_silent, read_recording

    if persona is None:
        raise UserError(f"{path} is a recording: say who is called with --persona (see `hotseat personas list`)")
    who = shelf.find(persona).at_difficulty(difficulty)
    recording = read_recording(path, channel_of(channel))
    for warning in recording.warnings:
        notice(f"{path}: {warning}")
    if is_silent(recording.samples):
        raise UserError(f"{path} is silent: there is nothing to score (is it the other --channel?)")
    with tempfile.TemporaryDirectory() as scratch:
        folder = out or Path(scratch) / path.stem
        progress("loading the models ...")
        held = hear_recording(recording.samples, who, seed=seed, difficulty=difficulty, out=folder)
        call = read_call(folder)
        made = make_debrief_of(call)
        if wants_json(as_json):
            from simulator.replay import replay as run

            done = run(call)
            plain = made.to_json()
            result_json(
                {
                    "call": str(path),
                    "identical": done.identical,
                    "first_difference": None,
                    "turns": [_turn(turn) for turn in done.turns],
                    "persona": who.id,
                    "outcome": held.outcome,
                    "anger": held.anger,
                    "scores": {name: score["score"] for name, score in plain["scores"].items()},
                    "debrief": plain,
                }
            )
        else:
            show_debrief(made, plain=False)
