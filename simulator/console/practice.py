"""``hotseat practice``: one call, with any of its inputs."""

import io
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.console.output import clean, notice, progress, result, result_json
from simulator.errors import DeviceError, UserError

if TYPE_CHECKING:
    from personas.persona import Persona
    from simulator.session import CallPlan, CallResult
    from simulator.turn_policy import TurnPolicy

DEMO_PERSONA = "dana_double_billing"
DEMO_SCRIPT = "excellent"
STOP_WORDS = ("/stop", "/quit")
ENGINES = ("auto", "kokoro", "piper", "pyttsx3")


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(practice)


def practice(
    persona: Annotated[str | None, typer.Argument(help="Who calls: a name, or the path of a persona file.")] = None,
    typed: Annotated[bool, typer.Option("--typed", help="Type the replies, or pipe them in line by line.")] = False,
    trainee: Annotated[
        str | None, typer.Option(help="A scripted trainee: a file of lines, or a shipped one such as 'excellent'.")
    ] = None,
    mic: Annotated[Path | None, typer.Option(help="A recording that plays as the microphone.")] = None,
    fast: Annotated[bool, typer.Option("--fast", help="No waiting for real time (--trainee, --mic, --typed).")] = False,
    seed: Annotated[int, typer.Option(help="The same seed and the same words give the same call.")] = 1,
    difficulty: Annotated[int | None, typer.Option(min=1, max=5, help="1 gentle to 5 very hard; 3 as written.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the recording; default: your own calls.")] = None,
    no_record: Annotated[bool, typer.Option("--no-record", help="Keep nothing on disk.")] = False,
    no_play: Annotated[bool, typer.Option("--no-play", help="Do not play the caller aloud.")] = False,
    captions: Annotated[bool, typer.Option("--captions", help="Show the caller's words.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="No colour, no drawing characters.")] = False,
    name: Annotated[str, typer.Option("--name", help="Your first name, as the caller may use it.")] = "",
    voice: Annotated[str, typer.Option(help="The caller's engine: auto, kokoro, piper or pyttsx3.")] = "auto",
    recognizer: Annotated[str, typer.Option(help="Who hears you; see `hotseat models`.")] = "whisper-tiny-en",
    ceiling: Annotated[int, typer.Option(min=40, max=100, help="Anger the caller never passes.")] = 100,
    stop_word: Annotated[str, typer.Option(help="Words that end the role-play; 'stop the exercise' always does.")] = "",
    curveballs: Annotated[
        bool | None, typer.Option(help="What may come between, such as a bad line; by itself only with a person.")
    ] = None,
    push_to_talk: Annotated[
        bool | None, typer.Option(help="A key begins and ends your turns; `hotseat devices choose` remembers it.")
    ] = None,
    key: Annotated[str, typer.Option("--talk-key", help="Which key: space, tab, a letter or a digit.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line at the end.")] = False,
    or_demo: Annotated[bool, typer.Option("--or-demo", hidden=True)] = False,
) -> None:
    """Take a call. Put on a headset and talk; hang up with Ctrl-C. Afterwards comes the debrief.

    Examples:
      hotseat practice dana_double_billing
      hotseat practice dana_double_billing --typed
      hotseat practice dana_double_billing --trainee excellent --fast --json
    """
    from personas import shelf

    if sum((typed, trainee is not None, mic is not None)) > 1:
        raise UserError("choose one of --typed, --trainee and --mic")
    if fast and not (typed or trainee or mic):
        raise UserError("--fast needs --trainee, --mic or --typed: a person cannot be hurried")
    if persona is None:
        _list_callers()
        raise typer.Exit(2)
    if voice not in ENGINES:
        raise UserError(f"there is no voice engine {voice!r}: choose {', '.join(ENGINES)}")
    talk = _talk_key(push_to_talk, key, typed=typed, scripted=trainee is not None, keyboard=not fast)
    who = shelf.find(persona)
    a_person = sys.stdin.isatty() if typed else trainee is None and mic is None
    if not (a_person if curveballs is None else curveballs):
        who = who.model_copy(update={"curveballs": ()})  # a script cannot say a thing again
    dial = difficulty or 3
    plan = _plan(
        who.at_difficulty(dial), seed=seed, difficulty=dial, out=out, no_record=no_record, name=name, voice=voice, recognizer=recognizer,
        ceiling=ceiling, source="typed" if typed else "spoken", policy=_policy(stop_word, push_to_talk=talk is not None),
        script=Path(trainee).stem if trainee is not None else "",
    )  # fmt: skip
    if typed:
        held = typed_call(plan)
    elif trainee is not None or mic is not None:
        held = virtual_call(plan, trainee, mic, fast=fast, play=not no_play, echo=not as_json, talk=talk)
    else:
        held = headset_call(plan, captions=captions, or_demo=or_demo, talk=talk)
    finish(plan, held, as_json=as_json, plain=plain)


def _talk_key(asked: bool | None, key: str, *, typed: bool, scripted: bool, keyboard: bool) -> str | None:
    """The talk key of this call, as asked for or remembered; None without push-to-talk."""
    from simulator.preferences import Preferences

    kept = Preferences.load().group("push_to_talk") or {}
    a_person = not (typed or scripted) and keyboard
    if asked is None and not key and not (a_person and kept.get("on") is True):
        return None
    if asked is False:
        return None
    if typed:
        raise UserError("--push-to-talk is for spoken calls: leave it out with --typed")
    return remembered_talk_key(key, scripted=scripted, keyboard=keyboard)


def remembered_talk_key(asked: str = "", *, scripted: bool, keyboard: bool) -> str:
    """The talk key that is asked for, else the one that was chosen, else space. UserError where nobody can press it."""
    from simulator.console.keys import talk_key
    from simulator.preferences import Preferences

    if not scripted and not (keyboard and sys.stdin.isatty()):
        raise UserError("push-to-talk needs a keyboard: run it in a terminal, without a pipe and without --fast")
    kept = Preferences.load().group("push_to_talk") or {}
    return talk_key(asked or str(kept.get("key", "")))


def _policy(stop_word: str, *, push_to_talk: bool = False) -> "TurnPolicy":
    from simulator.turn_policy import TurnPolicy
    from simulator.wording import words

    if stop_word and len(words(stop_word)) < 2:
        raise UserError("--stop-word needs two words or more: a single one comes up in a call by chance")
    usual = TurnPolicy(push_to_talk=push_to_talk)
    return replace(usual, stop_words=(*usual.stop_words, stop_word)) if stop_word else usual


def _plan(persona: "Persona", *, out: Path | None, no_record: bool, name: str, **rest: Any) -> "CallPlan":
    from simulator.session import CallPlan, new_call_folder

    # The debrief is a function of the recording, so even a call that is not kept is recorded, then thrown away.
    folder = new_call_folder(persona) if no_record else out or new_call_folder(persona)
    return CallPlan(persona=persona, out=folder, agent=name, keep_audio=not no_record, **rest)


def _list_callers() -> None:
    from personas import shelf

    notice("choose who calls you:")
    for one in shelf.available():
        print(f"  hotseat practice {one.name:<24} {'*' * one.difficulty:<5} {one.title}", file=sys.stderr)


def typed_call(plan: "CallPlan") -> "CallResult":
    """A call of replies from the keyboard or a pipe."""
    from simulator.console.screen import Screen
    from simulator.session import hold_typed

    progress("loading the reader ...")
    at_end = "hang_up" if sys.stdin.isatty() else "leave"
    return hold_typed(
        plan, _typed_replies(), [Screen(caller=first_name(plan), two=both_names(plan), captions=True)], at_end=at_end
    )


def _typed_replies() -> Iterator[str]:
    """Replies from the keyboard or a pipe, until the end of input or a stop word."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    keyboard = sys.stdin.isatty()
    if keyboard:
        print("Type what you say and press Enter. Ctrl-D hangs up, /stop ends the practice.", file=sys.stderr)
    while True:
        if keyboard:
            print("> ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            return
        if line.strip().lower() in STOP_WORDS:
            raise KeyboardInterrupt
        if not keyboard:
            print(f"you: {clean(line)}", file=sys.stderr)
        yield line


def virtual_call(
    plan: "CallPlan", trainee: str | None, mic: Path | None, *, fast: bool, play: bool, echo: bool,
    talk: str | None = None,
) -> "CallResult":  # fmt: skip
    """A call of a scripted trainee, or of a recording that plays as the microphone."""
    from simulator.console.keys import Keyboard, ScriptedKey
    from simulator.console.screen import Screen
    from simulator.session import hold_fast, hold_real_time, load_models
    from voice.virtual_card import RecordedMicrophone, VirtualCard
    from voice.wav import read_recording

    microphone: Any
    if mic is not None:
        recording = read_recording(mic)
        for warning in recording.warnings:
            notice(f"{mic}: {warning}")
        progress("loading the models ...")
        models = load_models(plan)
        microphone = RecordedMicrophone(recording.samples)
    else:
        assert trainee is not None
        from voice.trainee_script import TraineeScript

        script = TraineeScript.load(find_script(plan.persona.id, trainee))
        progress("loading the models ...")
        models = load_models(plan)
        microphone = _scripted(plan, script, models.synthesizer)
    watching = [Screen(caller=first_name(plan), two=both_names(plan), captions=True, echo=True)] if echo else []
    keys: Keyboard | ScriptedKey | None = None
    if trainee is not None and plan.policy.push_to_talk:
        keys = ScriptedKey(lambda: microphone.speaking)
    elif sys.stdin.isatty() and not fast:
        print(_keys_line(talk, ctrl_c="stops it, too"), file=sys.stderr)
        keys = Keyboard(talk)
    if fast:
        return hold_fast(plan, models, microphone, watching, keys=keys)
    with ExitStack() as stack:
        monitor = _loudspeaker(stack) if play else None
        card = VirtualCard(microphone, real_time=True, monitor=monitor)
        return hold_real_time(plan, models, card, microphone, watching, keys)


def _scripted(plan: "CallPlan", script: Any, mouth: Any) -> Any:
    """A scripted trainee with a voice that is not the caller's."""
    from simulator.ports import Delivery
    from voice.scripted_microphone import ScriptedMicrophone
    from voice.synthesizer import load_synthesizer
    from voice.voices import speaker

    other = "trainee_m" if speaker(plan.persona.voice.speaker).sex == "f" else "trainee_f"
    clear = load_synthesizer(mouth.engine_name, telephone=False)
    delivery = Delivery(speaker=other, manner="cold", anger=0)
    return ScriptedMicrophone(script, lambda words: clear.synthesize(words, delivery).samples)


def _loudspeaker(stack: ExitStack) -> Any:
    """Lets a person listen to a scripted call, where there is something to listen with."""
    from voice.soundcard import loudspeaker

    try:
        return stack.enter_context(loudspeaker())
    except DeviceError:
        return None


def find_script(persona: str, name: str) -> Path:
    """A script by path, or a shipped one of this caller by name. Raises UserError naming those that ship."""
    path = Path(name)
    if path.is_file():
        return path
    from importlib.resources import files

    folder = Path(str(files("personas"))) / "trainees" / persona
    shipped = folder / f"{name}.txt"
    if shipped.is_file() and path.name == name:
        return shipped
    known = ", ".join(sorted(one.stem for one in folder.glob("*.txt"))) or "none"
    raise UserError(f"there is no script {name}: give the path of a file, or one that ships for {persona}: {known}")


def headset_call(plan: "CallPlan", *, captions: bool, or_demo: bool, talk: str | None = None) -> "CallResult":
    """A call on the headset. Raises DeviceError without one, unless ``or_demo`` lets a script take it."""
    from simulator.console.devices import headset_card, known_echo, warn_of
    from simulator.console.keys import Keyboard
    from simulator.console.screen import Screen
    from simulator.session import hold_real_time, load_models

    try:
        card = headset_card()
    except DeviceError as error:
        if not or_demo:
            other = f"try `hotseat practice {plan.persona.id} --typed`, or `--trainee excellent --fast` for a demo"
            raise DeviceError(f"{error}; without sound, {other}") from None
        notice(
            f"{error}. Here is the demo call instead: a scripted trainee with a voice, through the whole voice chain."
        )
        notice("to take a call yourself without sound: hotseat practice dana_double_billing --typed")
        notice("the models load first, then the call runs through them; that can take a few minutes on a small machine")
        return virtual_call(plan, DEMO_SCRIPT, None, fast=True, play=False, echo=True)
    plan = replace(plan, echo=known_echo())
    warn_of(plan.echo)
    progress("loading the models ...")
    models = load_models(plan)
    screen = Screen(caller=first_name(plan), two=both_names(plan), captions=captions)
    if not sys.stdin.isatty():
        print("Ctrl-C ends the call and keeps it.", file=sys.stderr)
        return hold_real_time(plan, models, card, None, [screen])
    print(_keys_line(talk), file=sys.stderr)
    return hold_real_time(plan, models, card, None, [screen], Keyboard(talk))


def _keys_line(talk: str | None, *, ctrl_c: str = "hangs up") -> str:
    """What the keys do, short enough for a line."""
    from simulator.console.keys import NAMED

    names = {name: name.capitalize() for name in NAMED.values()}
    talks = f"{names.get(talk, talk)} begins and ends your turn, " if talk is not None else ""
    return f"{talks}Enter holds, Esc stops the practice at once, Ctrl-C {ctrl_c}; the call is kept."


def first_name(plan: "CallPlan") -> str:
    """The caller's first name."""
    return plan.persona.who.name.split()[0]


def both_names(plan: "CallPlan") -> tuple[str, ...]:
    """What two people on the line are called on the screen; empty when there is one."""
    other = plan.persona.other
    return () if other is None else (plan.persona.who.name, other.who.name)


def finish(plan: "CallPlan", held: "CallResult", *, as_json: bool, plain: bool) -> None:
    """Show or print the debrief, and throw away what was not to be kept."""
    from simulator.console.calls import make_debrief_of, show_debrief
    from simulator.console.retake import retake_of
    from simulator.page_file import voice_of
    from simulator.recording import read_call

    for failure in dict.fromkeys(held.failures):
        notice(failure)
    assert held.path is not None
    call = read_call(held.path)
    debrief = make_debrief_of(call, better=not as_json)
    kept = plan.keep_audio
    again = retake_of(call, debrief)
    if as_json:
        result_json(
            {
                "call": str(held.path) if kept else None,
                "persona": plan.persona.id,
                "outcome": held.outcome,
                "manner": debrief.to_json()["manner"],
                "anger": held.anger,
                "scores": {name: score["score"] for name, score in debrief.to_json()["scores"].items()},
                "turns": held.turns,
                "asked_for_supervisor": held.asked_for_supervisor,
                "seed": plan.seed,
                "difficulty": plan.difficulty,
                **({"retake": again.to_json()} if again is not None else {}),
            }
        )
    else:
        show_debrief(debrief, plain=plain, retake=again, voice=voice_of(call, debrief))
        if kept:
            result(f"\nThe call is in {held.path}")
            result(f"Again later: hotseat debrief {held.path}")
    if not kept:
        import shutil

        shutil.rmtree(held.path)
