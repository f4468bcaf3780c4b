"""What ``hotseat doctor`` looks at. Every check is quick, opens nothing for long and changes nothing."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from simulator import settings
from simulator.errors import HotseatError


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing about this machine."""

    check: str
    state: Literal["good", "optional", "missing"]
    """``optional``: not here, and a call can be held without it."""
    found: str
    mend: str = ""
    """The one command or act that mends it."""


def examine() -> list[Finding]:
    """Everything, in the order in which a call needs it."""
    return [_python(), *_models(), *_devices(), _light_voice(), _disk(), _cores()]


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding(check="python", state="good", found=version)


def _models() -> Iterator[Finding]:
    from simulator.models import all_models, status

    for entry in all_models():
        state = status(entry)
        if state == "present":
            yield Finding(check=f"model {entry.name}", state="good", found=entry.title)
        else:
            yield Finding(
                check=f"model {entry.name}",
                state="missing" if entry.needed else "optional",
                found=f"{state.replace('_', ' ')}: {entry.title}",
                mend=entry.mend or f"hotseat models fetch {entry.name}",
            )


def _devices() -> Iterator[Finding]:
    from voice.devices import default_devices

    try:
        microphone, loudspeaker = default_devices()
    except HotseatError as error:
        yield Finding(check="headset", state="optional", found=str(error), mend="hotseat practice --typed needs none")
        return
    for check, device in (("microphone", microphone), ("loudspeaker", loudspeaker)):
        if device is None:
            mend = "plug in a headset; hotseat practice --typed needs none"
            yield Finding(check=check, state="optional", found=f"there is no {check}", mend=mend)
        else:
            yield Finding(check=check, state="good", found=device.name)


def _light_voice() -> Finding:
    if shutil.which("espeak-ng"):
        return Finding(check="light voice", state="good", found="espeak-ng, for `--voice pyttsx3`")
    return Finding(
        check="light voice",
        state="optional",
        found="espeak-ng is not here",
        mend="apt-get install espeak-ng libespeak-ng1",
    )


def _disk() -> Finding:
    folder = settings.data_folder()
    here = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(here).free / 1e9
    writable = os.access(here, os.W_OK)
    if free < 0.5 or not writable:
        what = f"{free:.1f} GB free in {here}" if writable else f"{here} cannot be written"
        return Finding(check="disk", state="missing", found=what, mend="free some space, or choose a folder with --out")
    return Finding(check="disk", state="good", found=f"{free:.0f} GB free; calls are kept in {folder}")


def _cores() -> Finding:
    cores = os.cpu_count() or 1
    if cores < 2:
        return Finding(
            check="processor", state="optional", found="one core: answers will be slow", mend="use --voice pyttsx3"
        )
    return Finding(check="processor", state="good", found=f"{cores} cores")
