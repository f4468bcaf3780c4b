"""``hotseat devices``: which microphone and loudspeaker there are, which ones a call uses, and whether they will do."""

import sys
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from simulator.console.output import clean, notice, result, result_json
from simulator.errors import DeviceError, UserError
from simulator.preferences import Preferences

if TYPE_CHECKING:
    from voice.devices import Device, Side
    from voice.echo import Leak
    from voice.sound_check import SoundCheck, Stage
    from voice.steady_card import SteadyCard

devices_app = typer.Typer(help="Headset and microphone: list, choose, test.", invoke_without_command=True)

KEYS: Final[dict["Side", str]] = {"input": "microphone", "output": "loudspeaker"}
NONE: Final = (
    "there is no sound device: plug in a headset and run it again, or take calls with `hotseat practice --typed`"
)
SAYS: Final[dict["Stage", str]] = {
    "talk": "Say something, as you would to a caller ...",
    "quiet": "Now be quiet for three seconds; you will hear a soft rising tone ...",
    "play": "",
}
METER_DB: Final = (-66, 0)
METER_WIDTH: Final = 33
FRAMES_PER_LINE: Final = 16
"""A line every half second where the meter cannot move in place."""


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(devices_app, name="devices")


@devices_app.callback()
def _list_by_itself(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False
) -> None:
    if context.invoked_subcommand is None:
        devices_list(as_json)


@devices_app.command("list")
def devices_list(as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False) -> None:
    """List microphones and loudspeakers; an arrow marks the two that a call uses.

    Example: hotseat devices list --json
    """
    from voice.devices import list_devices

    devices = list_devices()
    used = chosen()
    if as_json:
        result_json([_as_json(device, used) for device in devices])
        return
    if not devices:
        raise DeviceError(NONE)
    for side, title in (("input", "Microphones"), ("output", "Loudspeakers")):
        result(title)
        for device in devices:
            if device.channels(side):  # type: ignore[arg-type]
                mark = "->" if used[side] == device else "  "  # type: ignore[index]
                result(f" {mark} {device.index:>3}  {clean(device.name)}  ({clean(device.system)}, {device.rate_hz} Hz, "
                       f"{device.channels(side)} ch)")  # type: ignore[arg-type]  # fmt: skip
        if not any(device.channels(side) for device in devices):  # type: ignore[arg-type]
            result("    none")
    for side, key in KEYS.items():
        wish = Preferences.load().group(key)
        if wish is not None and not _here(devices, wish, side):
            notice(f"the {key} you chose, {clean(str(wish.get('name')))}, is not plugged in; the system's own is used")


@devices_app.command("choose")
def devices_choose(
    microphone: Annotated[str | None, typer.Option("--microphone", "-m", help="Number, name or part of it.")] = None,
    loudspeaker: Annotated[str | None, typer.Option("--loudspeaker", "-l", help="Number, name or part of it.")] = None,
    both: Annotated[str | None, typer.Argument(help="A headset that is both: number, name or part of it.")] = None,
    system: Annotated[bool, typer.Option("--system", help="Forget the choice; use the system's own.")] = False,
    push_to_talk: Annotated[bool | None, typer.Option(help="Whether a key begins and ends your turns.")] = None,
    key: Annotated[str, typer.Option("--talk-key", help="Which: space, tab, a letter or a digit.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
) -> None:
    """Choose what a call uses, and remember it.

    Example: hotseat devices choose "USB headset"
    """
    from voice.devices import list_devices, pick

    asked: dict[Side, str | None] = {"input": microphone or both, "output": loudspeaker or both}
    kept = Preferences.load()
    if push_to_talk is not None or key:
        from simulator.console.keys import talk_key

        on = push_to_talk is not False
        kept = kept.choosing("push_to_talk", {"on": True, "key": talk_key(key)} if on else None)
        kept.save()
        notice(f"push-to-talk is {'on, with ' + talk_key(key) if on else 'off'}")
        if not system and not any(asked.values()):
            return
    if not system and not any(asked.values()):
        raise UserError("say which: `hotseat devices choose NAME`, or --microphone and --loudspeaker, or --system")
    devices = list_devices()
    if not devices and not system:
        raise DeviceError(NONE)
    for side, key in KEYS.items():
        wanted = asked[side]
        if system:
            kept = kept.choosing(key, None)
        elif wanted is not None:
            device = pick(devices, wanted, side)
            kept = kept.choosing(key, {"name": device.name, "system": device.system})
    kept = kept.choosing("sound_check", None)  # measured with other devices
    kept.save()
    used = chosen()
    if as_json:
        result_json({key: _named(used[side]) for side, key in KEYS.items()})
        return
    for side, key in KEYS.items():
        device_used = used[side]
        result(f"{key}: {clean(device_used.name) if device_used else 'none'}")
    if used["input"] and used["output"] and used["input"].system != used["output"].system:
        notice("they belong to different sound systems and may not open together; check with `hotseat devices test`")


@devices_app.command("test")
def devices_test(
    as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Lines instead of a moving meter.")] = False,
) -> None:
    """A sound check of eight seconds: your level, the room, how much of the loudspeaker comes back, and what to do.

    Exit status 1 when a call could not be held like this.

    Example: hotseat devices test
    """
    from voice.sound_check import check

    card = headset_card()
    show_stage, meter = (_quietly, Meter(moving=False, silent=True)) if as_json else (
        _say, Meter(moving=sys.stderr.isatty() and not plain)
    )  # fmt: skip
    try:
        found = check(card, show_stage, meter)
    finally:
        meter.end()
    remember(found)
    show(found, as_json=as_json)
    if not found.good:
        raise typer.Exit(1)


def chosen() -> "dict[Side, Device | None]":
    """The devices that a call uses: what was chosen if it is plugged in, else the system's own; None for none."""
    from voice.devices import default_devices, list_devices

    devices, kept = list_devices(), Preferences.load()
    own = dict(zip(KEYS, default_devices(), strict=True))
    found: dict[Side, Device | None] = {}
    for side, key in KEYS.items():
        wish = kept.group(key)
        found[side] = (_here(devices, wish, side) if wish is not None else None) or own[side]
    return found


def headset_card() -> "SteadyCard":
    """The card of a call: what was chosen, or the system's own, held on to when it is unplugged.

    Raises DeviceError, in one line, when a microphone or a loudspeaker is missing.
    """
    from voice.steady_card import SteadyCard, headset

    used = chosen()
    microphone, loudspeaker = used["input"], used["output"]
    if microphone is None and loudspeaker is None:
        raise DeviceError("there is no sound device: plug in a headset and run it again")
    if microphone is None or loudspeaker is None:
        raise DeviceError(
            f"there is no {KEYS['output' if microphone else 'input']}: plug in a headset and run it again"
        )
    return SteadyCard(headset(microphone, loudspeaker), on_change=_tell)


def _tell(state: str) -> None:
    if state == "away":
        notice("the headset went away and the call stands still: plug it in again within 20 seconds, or press Ctrl-C")
    else:
        notice("the headset is back; go on")


def remember(found: "SoundCheck") -> None:
    """Keep what calls need of a sound check: how much leaks, and the level a voice must have over the caller."""
    group = {
        "leak_db": found.leak.level_db, "leak_clear": found.leak.clear, "delay_ms": found.leak.delay_ms,
        "threshold_db": found.threshold_db, "devices": _names(),
    }  # fmt: skip
    Preferences.load().choosing("sound_check", group).save()


def known_echo() -> "Leak | None":
    """The echo that the latest sound check found, if it was held with the devices that a call would use now."""
    from voice.echo import Leak

    found = Preferences.load().group("sound_check")
    if found is None or found.get("devices") != _names() or not found.get("leak_clear"):
        return None
    try:
        return Leak(level_db=float(found["leak_db"]), delay_ms=int(found["delay_ms"]), clear=True)
    except (KeyError, TypeError, ValueError):
        return None  # a damaged entry is worth no more than none: the next sound check mends it


def warn_of(echo: "Leak | None") -> None:
    """Say before a call what the microphone hears of the caller, or that nobody has looked yet."""
    from voice.sound_check import LEAK_BAD_DB

    if echo is not None and echo.level_db > LEAK_BAD_DB:
        notice(
            f"the microphone hears the caller ({echo.level_db:g} dB), so speak up to interrupt; a headset is better, and "
            "`hotseat devices test` measures it again"
        )
    elif echo is None and Preferences.load().group("sound_check") is None:
        notice("this headset was never checked: `hotseat devices test` takes eight seconds")


def _names() -> list[str]:
    return [device.name if device is not None else "" for device in chosen().values()]


def show(found: "SoundCheck", *, as_json: bool) -> None:
    """Print a sound check."""
    if as_json:
        result_json(found.to_json())
        return
    leak = found.leak
    way = (
        f"{leak.level_db:g} dB, after {leak.delay_ms} ms" if leak.clear else f"none found (under {leak.level_db:g} dB)"
    )
    result(f"your voice   {found.voice_db:>6g} dB   (-26 is usual, peak {found.peak_db:g})")
    result(f"the room     {found.noise_db:>6g} dB")
    result(f"echo         {way}")
    result(f"barge-in     {found.threshold_db:>6g} dB   (over the caller, only what is louder counts as you)")
    for line in found.advice():
        result(f"- {line}")
    result("Good for a call." if found.good else "Not good for a call yet.")


class Meter:
    """Shows the microphone's level: a bar that moves on a terminal, a line every half second elsewhere."""

    def __init__(self, *, moving: bool, silent: bool = False) -> None:
        self._moving = moving
        self._silent = silent
        self._frames = 0
        self._loudest = float(METER_DB[0])

    def __call__(self, level_db: float, peak_db: float) -> None:
        """One frame."""
        if self._silent:
            return
        self._frames += 1
        self._loudest = max(self._loudest, level_db)
        if self._moving and self._frames % 2 == 0:
            print(f"\r  {bar(level_db)} {level_db:6.1f} dB ", end="", file=sys.stderr, flush=True)
        elif not self._moving and self._frames % FRAMES_PER_LINE == 0:
            print(f"  level {self._loudest:.1f} dB", file=sys.stderr, flush=True)
            self._loudest = float(METER_DB[0])

    def end(self) -> None:
        """Leave the line of the bar."""
        if self._moving and self._frames:
            print(file=sys.stderr, flush=True)


def bar(level_db: float) -> str:
    """A level as a bar of ``METER_WIDTH`` characters."""
    low, high = METER_DB
    filled = round((min(max(level_db, low), high) - low) / (high - low) * METER_WIDTH)
    return "#" * filled + "." * (METER_WIDTH - filled)


def _say(stage: "Stage") -> None:
    if SAYS[stage]:
        print(f"\r{SAYS[stage]:<60}", file=sys.stderr, flush=True)


def _quietly(stage: "Stage") -> None:
    """Programs need no words."""


def _here(devices: "tuple[Device, ...]", wish: dict[str, Any], side: "Side") -> "Device | None":
    from voice.devices import Wish, find

    return find(devices, Wish(name=str(wish.get("name")), system=str(wish.get("system"))), side)


def _named(device: "Device | None") -> dict[str, str] | None:
    return None if device is None else {"name": device.name, "system": device.system}


def _as_json(device: "Device", used: "dict[Side, Device | None]") -> dict[str, Any]:
    return {
        "number": device.index, "name": device.name, "system": device.system, "inputs": device.inputs,
        "outputs": device.outputs, "rate_hz": device.rate_hz,
        "chosen": [key for side, key in KEYS.items() if used[side] == device],
    }  # fmt: skip
