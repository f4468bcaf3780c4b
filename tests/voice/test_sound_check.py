"""A sound check on a virtual headset: what is measured, and what it says to do."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulator.errors import DeviceError
from simulator.ports import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE
from tests.fakes import spoken
from voice.echo import SWEEP_MS, Leak
from voice.signal import gain
from voice.sound_check import AFTER_MS, QUIET_MS, TALK_MS, SoundCheck, check, judge
from voice.virtual_card import VirtualCard

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.ports import Samples

NO_LEAK = Leak(level_db=-70.0, delay_ms=0, clear=False)
TALK = spoken("Good morning, this is Sam from support, how can I help?")


def noise(count: int, level: float) -> Samples:
    return (np.random.default_rng(1).standard_normal(count) * gain(level)).astype(np.float32)


def talk(level: float = -26.0, room_db: float = -65.0) -> Samples:
    sound = noise(TALK_MS * 16, room_db)
    voice = TALK[: len(sound)] * np.float32(gain(level) / np.sqrt(float(np.square(TALK).mean())))
    sound[: len(voice)] += voice
    return np.clip(sound, -1, 1)


def in_step(looked: threading.Semaphore, closed: threading.Event) -> Callable[[float], None]:
    """A wait that lasts until the frame before has been looked at, or until the check is over."""

    def wait(seconds: float) -> None:
        while not looked.acquire(timeout=0.05) and not closed.is_set():
            pass

    return wait


def held(room: Samples, leak_db: float | None, **options: object) -> tuple[SoundCheck, list[str], int]:
    """A whole check as fast as the machine can: a frame comes when the one before has been looked at."""
    looked, closed = threading.Semaphore(1), threading.Event()
    card = VirtualCard(
        lambda index: room[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES], leak_db=leak_db, real_time=True,
        clock=lambda: 0.0, wait=in_step(looked, closed), **options,  # type: ignore[arg-type]
    )  # fmt: skip
    stages: list[str] = []
    levels: list[float] = []
    frames = (TALK_MS + QUIET_MS) // FRAME_MS + (SWEEP_MS + AFTER_MS + QUIET_MS // 2) // FRAME_MS

    def on_level(level: float, peak: float) -> None:
        levels.append(level)
        if len(levels) >= frames - 1:
            closed.set()
        looked.release()

    found = check(card, stages.append, on_level, next_frame_s=5.0)
    return found, stages, len(levels)


def room_with(voice: Samples, room_db: float = -65.0) -> Samples:
    room = noise(10 * SAMPLE_RATE, room_db)
    room[: len(voice)] = voice
    return room


@pytest.mark.parametrize(("leak_db", "good"), [(-20.0, False), (-35.0, True)])
def test_a_whole_check_finds_voice_room_and_leak(leak_db: float, good: bool) -> None:
    found, stages, frames = held(room_with(talk()), leak_db)

    assert stages == ["talk", "quiet", "play"]
    assert 7_000 < frames * FRAME_MS < 8_500
    assert found.voice_db == pytest.approx(-26.0, abs=2.5)
    assert found.noise_db == pytest.approx(-65.0, abs=1.0)
    assert found.leak.clear
    assert found.leak.level_db == pytest.approx(leak_db, abs=1.0)
    assert found.leak.delay_ms == pytest.approx(32, abs=1)
    assert found.good is good
    assert any("put on a headset" in line for line in found.advice()) is not good


def test_a_headset_that_keeps_to_itself_needs_no_advice() -> None:
    found, _, _ = held(room_with(talk()), None)

    assert found.good
    assert not found.leak.clear
    assert found.advice() == ()
    assert found.threshold_db == pytest.approx(-55.0, abs=1.0)
    assert found.to_json()["leak"]["clear"] is False


def test_a_headset_that_is_unplugged_meanwhile_is_an_error() -> None:
    with pytest.raises(DeviceError, match="the headset went away"):
        looked, closed = threading.Semaphore(1), threading.Event()
        card = VirtualCard(
            lambda index: np.zeros(FRAME_SAMPLES, dtype=np.float32), real_time=True, unplug_after=20,
            clock=lambda: 0.0, wait=in_step(looked, closed),
        )  # fmt: skip
        check(card, on_level=lambda level, peak: looked.release(), next_frame_s=0.2)


def quiet(room_db: float = -65.0) -> Samples:
    return noise(24_000, room_db)


CASES = [
    ("muted", np.zeros(64_000, np.float32), np.zeros(24_000, np.float32), NO_LEAK, "switch its mute off"),
    ("soft", talk(-50.0), quiet(), NO_LEAK, "raise the microphone's gain"),
    ("clipped", np.clip(talk(0.0) * 3, -1, 1), quiet(), NO_LEAK, "lower its gain"),
    ("nobody", noise(64_000, -65.0), quiet(), NO_LEAK, "No voice was heard"),
    ("loud room", talk(-20.0, -40.0), quiet(-40.0), NO_LEAK, "The room is loud"),
    ("leak", talk(), quiet(), Leak(level_db=-15.0, delay_ms=80, clear=True), "put on a headset"),
    ("weak leak", talk(), quiet(), Leak(level_db=-40.0, delay_ms=80, clear=True), "A little of the loudspeaker"),
    ("under the echo", talk(-45.2), quiet(), Leak(level_db=-30.2, delay_ms=80, clear=True), "would not be heard"),
]  # fmt: skip


@pytest.mark.parametrize(("talk_", "quiet_", "leak", "said"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_each_trouble_is_named_with_what_to_do(talk_: Samples, quiet_: Samples, leak: Leak, said: str) -> None:
    advice = judge(talk_, quiet_, leak).advice()

    assert any(said in line for line in advice), advice
    assert not any("put on a headset" in line for line in advice if said != "put on a headset")


def test_the_threshold_follows_the_leak() -> None:
    levels = [
        judge(talk(), quiet(), Leak(level_db=leak, delay_ms=50, clear=True)).threshold_db for leak in (-50, -30, -10)
    ]

    assert levels == pytest.approx([-55.0, -44.0, -24.0], abs=0.5)
    assert judge(talk(), quiet(), NO_LEAK, lost_blocks=3).advice() == (
        "The device lost sound 3 times: close other programs.",
    )
