"""``hotseat retry``: one moment of a call once more."""

import wave
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.console import practice as taking
from simulator.console.calls import find_call, make_debrief_of
from simulator.console.output import notice, progress
from simulator.errors import UserError

if TYPE_CHECKING:
    from simulator.fork import Fork
    from simulator.recording import RecordedCall
    from simulator.session import CallPlan


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(retry)


def retry(
    call: Annotated[Path, typer.Argument(help="A call folder, or the name of one of your own calls.")],
    turn: Annotated[int, typer.Option("--turn", min=1, help="Which of your turns, as the debrief counts them.")],
    typed: Annotated[bool, typer.Option("--typed", help="Type the replies, or pipe them in line by line.")] = False,
    trainee: Annotated[str | None, typer.Option(help="A scripted trainee, as in practice.")] = None,
    mic: Annotated[Path | None, typer.Option(help="A recording that plays as the microphone.")] = None,
    fast: Annotated[bool, typer.Option("--fast", help="No waiting for real time (--trainee, --mic, --typed).")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for the new recording; default: your own calls.")] = None,
    no_play: Annotated[bool, typer.Option("--no-play", help="Do not play the caller aloud.")] = False,
    captions: Annotated[bool, typer.Option("--captions", help="Show the caller's words.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="No colour, no drawing characters.")] = False,
    voice: Annotated[str, typer.Option(help="The caller's engine: auto, kokoro, piper or pyttsx3.")] = "auto",
    recognizer: Annotated[str, typer.Option(help="Who hears you; see `hotseat models`.")] = "whisper-tiny-en",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line at the end.")] = False,
) -> None:
    """Take a call up again just before one of your turns: same caller, same mood, same seed.

    The first call stays as it is. The new one stands beside it, says where it comes from, and replays like any other.

    Examples:
      hotseat retry 2026-11-21_10-00-00_dana_double_billing --turn 4
      hotseat retry CALL --turn 4 --typed
    """
    if sum((typed, trainee is not None, mic is not None)) > 1:
        raise UserError("choose one of --typed, --trainee and --mic")
    if fast and not (typed or trainee or mic):
        raise UserError("--fast needs --trainee, --mic or --typed: a person cannot be hurried")
    from simulator.fork import fork

    recorded = find_call(call)
    typed = typed or (recorded.header.source == "typed" and trainee is None and mic is None)
    if recorded.header.source == "typed" and not typed:
        raise UserError(f"{recorded.name} was typed; take it up with --typed")
    again = fork(recorded, turn)
    plan = replace(_plan(recorded, again, out), voice=voice, recognizer=recognizer)
    if not as_json:
        _remind(recorded, again)
    talk = None
    if plan.policy.push_to_talk and not typed:
        talk = taking.remembered_talk_key(scripted=trainee is not None, keyboard=not fast)
    if typed:
        held = taking.typed_call(plan)
    elif trainee is not None or mic is not None:
        held = taking.virtual_call(plan, trainee, mic, fast=fast, play=not no_play, echo=not as_json, talk=talk)
    else:
        held = taking.headset_call(plan, captions=captions, or_demo=False, talk=talk)
    taking.finish(plan, held, as_json=as_json, plain=plain)


def _plan(call: "RecordedCall", again: "Fork", out: Path | None) -> "CallPlan":
    from simulator.replay import policy_of
    from simulator.session import CallPlan, new_call_folder

    header = call.header
    persona = header.load_persona()
    return CallPlan(
        persona=persona, seed=header.seed, difficulty=header.difficulty, source=header.source,  # type: ignore[arg-type]
        agent=header.agent, policy=policy_of(header), out=out or new_call_folder(persona),
        keep_audio=header.consent == "audio", ceiling=header.ceiling, fork=again, before=_sound(call),
    )  # fmt: skip


def _sound(call: "RecordedCall") -> tuple[bytes, bytes]:
    """Both tracks; empty where there is none."""
    from simulator.recording import TRACKS

    tracks = []
    for name in TRACKS:
        pcm = b""
        if (call.path / name).is_file():
            with wave.open(str(call.path / name)) as track:
                pcm = track.readframes(track.getnframes())
        tracks.append(pcm)
    return tracks[0], tracks[1]


def _remind(call: "RecordedCall", again: "Fork") -> None:
    """Where the call stands when it is taken up."""
    debrief = make_debrief_of(call)
    turn = next(turn for turn in debrief.timeline.turns if turn.turn == again.turn)
    progress(f"{call.name} from turn {again.turn}, {again.t / 1000:.0f} s into it.")
    if turn.heard:
        notice(f"the caller had just said: {turn.heard}")
    notice(f"you said then: {turn.text}")
