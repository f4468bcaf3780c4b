"""The callback budget, in real time: whatever the models do, the sound callback is not held up and nothing is lost.

After moonshine's test (voice.md, section 11): the callback runs at the true pace and is timed, the models behind it are
slower than real time. The path is the real one: PortAudio's callback of ``SoundDeviceCard``, the frame queue, the call's
own thread, the worker threads, the recording on disk. Only the device and the models are stand-ins.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from personas import shelf
from simulator.commands import Command
from simulator.events import Event, FrameHeard
from simulator.live import Models
from simulator.ports import FRAME_MS, FRAME_SAMPLES
from simulator.recording import read_call
from simulator.session import CallPlan, hold_real_time
from tests.fakes import FakeDetector, FakeMatcher, FakeReader, FakeRecognizer, FakeSynthesizer, FakeTurnEnd, spoken
from tests.voice.fake_sounddevice import FakeSoundDevice, FakeStream
from voice.signal import from_pcm, to_pcm
from voice.soundcard import SoundDeviceCard
from voice.wav import read_recording

if TYPE_CHECKING:
    from simulator.ports import Samples

FRAMES = 40
"""1.3 s."""
SLOW_S = 0.25
"""How long each model blocks: eight frames."""


class PacedStream(FakeStream):
    """Calls the callback every 32 ms on a thread of its own, as a device does, and keeps how long each call took."""

    def __init__(self, module: Paced, callback: Any, finished_callback: Any = None, **settings: Any) -> None:
        super().__init__(module, callback, finished_callback, **settings)
        self.paced = module
        self.thread = threading.Thread(target=self._run, name="portaudio")

    def start(self) -> None:
        super().start()
        self.thread.start()

    def stop(self) -> None:
        self.thread.join()
        super().stop()

    def _run(self) -> None:
        due = time.perf_counter()
        for number in range(FRAMES):
            due += FRAME_MS / 1000
            time.sleep(max(0.0, due - time.perf_counter()))
            frame = self.paced.sound[number * FRAME_SAMPLES : (number + 1) * FRAME_SAMPLES]
            begun = time.perf_counter()
            self.block(frame)
            self.paced.took_ms.append(1000 * (time.perf_counter() - begun))


class Paced(FakeSoundDevice):
    """A module whose streams keep time."""

    def __init__(self, sound: Samples) -> None:
        super().__init__()
        self.sound = sound
        self.took_ms: list[float] = []

    def Stream(self, **settings: Any) -> FakeStream:
        return PacedStream(self, **settings)


class Slow:
    """Holds a model up for ``SLOW_S``, half of it with Python's own lock in its hands, and notes on which thread."""

    def __init__(self) -> None:
        self.threads: list[str] = []

    def __call__(self) -> None:
        self.threads.append(threading.current_thread().name)
        until = time.perf_counter() + SLOW_S / 2
        while time.perf_counter() < until:  # what inference does to other threads
            sum(range(200))
        time.sleep(SLOW_S / 2)


class AllHeard:
    """Watches the call and hangs up once it has taken every frame."""

    def __init__(self) -> None:
        self.frames = 0

    def __call__(self, event: Event, commands: Sequence[Command]) -> None:
        self.frames += isinstance(event, FrameHeard)

    @property
    def hung_up(self) -> bool:
        return self.frames == FRAMES


@pytest.mark.slow
def test_slow_models_neither_hold_up_the_callback_nor_lose_a_sample(tmp_path: Path) -> None:
    """He speaks twice before she has found her first word; the recogniser is slower than he is."""
    sound = np.random.RandomState(0).standard_normal(FRAMES * FRAME_SAMPLES).astype(np.float32) * np.float32(0.0003)
    for at, words in ((0, "Yes."), (17, "I am.")):
        voice = spoken(words)
        sound[at * FRAME_SAMPLES : at * FRAME_SAMPLES + len(voice)] += voice
    hears, speaks = Slow(), Slow()
    models = Models(
        detector=FakeDetector(), recognizer=FakeRecognizer(before=hears), turn_end=FakeTurnEnd(),
        reader=FakeReader({}), matcher=FakeMatcher(), synthesizer=FakeSynthesizer(before=speaks),
    )  # fmt: skip
    sd = Paced(sound)
    card = SoundDeviceCard(sounddevice=sd)
    plan = CallPlan(
        persona=shelf.find("dana_double_billing"), seed=3, difficulty=3, source="spoken", out=tmp_path / "call"
    )

    all_heard = AllHeard()
    result = hold_real_time(plan, models, card, all_heard, [all_heard])

    assert len(sd.took_ms) == FRAMES
    assert max(sd.took_ms) < FRAME_MS
    assert card.health.slowest_callback_ms < FRAME_MS
    assert card.health.overflows == 0
    assert len(hears.threads) >= 2 and speaks.threads
    assert {name.rsplit("_", 1)[0] for name in hears.threads} == {"ears"}
    assert {name.rsplit("_", 1)[0] for name in speaks.threads} == {"mouth"}
    assert result.path is not None and read_call(result.path).damage is None
    kept = read_recording(result.path / "trainee.wav").samples
    np.testing.assert_array_equal(kept, from_pcm(to_pcm(sound))[: len(kept)])
    assert len(kept) == FRAMES * FRAME_SAMPLES


@pytest.mark.slow
def test_the_budget_can_be_broken() -> None:
    """The control: a model on the capture thread is what the test above would catch."""
    sd = Paced(np.zeros(FRAMES * FRAME_SAMPLES, dtype=np.float32))
    slow, frames = Slow(), []

    def on_frame(frame: Samples) -> None:
        frames.append(frame)
        if len(frames) == 3:
            slow()

    card = SoundDeviceCard(sounddevice=sd)
    with card.open(on_frame):
        pass

    assert max(sd.took_ms) > FRAME_MS
    assert card.health.slowest_callback_ms > FRAME_MS
    assert slow.threads == ["portaudio"]
