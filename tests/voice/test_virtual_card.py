"""A sound card made of numbers."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulator.errors import DeviceError, EngineError
from simulator.ports import FRAME_SAMPLES, SoundCard
from voice.signal import level_db
from voice.virtual_card import RecordedMicrophone, VirtualCard

if TYPE_CHECKING:
    from simulator.ports import Samples


def numbered(index: int) -> Samples:
    return np.full(FRAME_SAMPLES, index / 32768, dtype=np.float32)


def silent(index: int) -> Samples:
    return np.zeros(FRAME_SAMPLES, dtype=np.float32)


class Clock:
    """Time passes only while somebody waits for it."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now_s += seconds


# -- by hand --------------------------------------------------------------------------------------------------------


def test_it_is_a_sound_card() -> None:
    card: SoundCard = VirtualCard(silent)

    with card.open(lambda frame: None) as player:
        assert player.position() == (0, 0, True)


def test_each_step_delivers_one_frame_and_draws_one() -> None:
    heard: list[Samples] = []
    card = VirtualCard(numbered)
    line = np.linspace(-0.5, 0.5, 1300, dtype=np.float32)
    with card.open(heard.append) as player:
        assert card.step()
        player.play(1, line)
        for _ in range(3):
            assert card.step()
    loudspeaker = card.loudspeaker.samples()

    np.testing.assert_array_equal(np.concatenate(heard), np.concatenate([numbered(index) for index in range(4)]))
    np.testing.assert_allclose(loudspeaker[512:1812], line, atol=1 / 32768)
    assert not loudspeaker[:512].any()
    assert not loudspeaker[1812:].any()
    assert len(loudspeaker) == card.frames * FRAME_SAMPLES == 4 * 512
    assert player.position() == (1, 81, True)


def test_the_microphone_hears_that_the_caller_speaks_until_the_line_is_over() -> None:
    class Listening:
        def __init__(self) -> None:
            self.heard: list[bool] = []

        def read(self, frame_index: int, caller_speaking: bool) -> Samples:
            self.heard.append(caller_speaking)
            return silent(frame_index)

    microphone = Listening()
    card = VirtualCard(microphone)
    with card.open(lambda frame: None) as player:
        card.step()
        player.play(1, np.zeros(2 * FRAME_SAMPLES, dtype=np.float32))  # silence that is queued is part of the line
        for _ in range(4):
            card.step()

    assert microphone.heard == [False, True, True, False, False]


def test_the_leak_comes_one_frame_later_at_its_level() -> None:
    heard: list[Samples] = []
    card = VirtualCard(silent, leak_db=-20.0)
    with card.open(heard.append) as player:
        player.play(1, np.full(FRAME_SAMPLES, 0.5, dtype=np.float32))
        for _ in range(3):
            card.step()

    assert [level_db(frame) for frame in heard] == [-90.0, -26.0, -90.0]


def test_a_caller_that_leaks_does_not_wrap_around() -> None:
    heard: list[Samples] = []
    card = VirtualCard(lambda index: np.ones(FRAME_SAMPLES, dtype=np.float32), leak_db=0.0)
    with card.open(heard.append) as player:
        player.play(1, np.ones(FRAME_SAMPLES, dtype=np.float32))
        card.step()
        card.step()

    assert float(heard[1].max()) == 1.0


def test_unplugged_it_tells_once_and_delivers_no_more() -> None:
    faults: list[DeviceError] = []
    heard: list[Samples] = []
    card = VirtualCard(silent, unplug_after=2, on_fault=faults.append)
    with card.open(heard.append):
        assert [card.step() for _ in range(4)] == [True, True, False, False]

    assert len(heard) == 2
    assert [str(fault) for fault in faults] == ["the headset went away; plug it in again and start the call anew"]
    assert card.health.fault is faults[0]


def test_overflows_are_counted() -> None:
    card = VirtualCard(silent, overflow_at={1, 3, 99})
    with card.open(lambda frame: None):
        for _ in range(5):
            card.step()

    assert card.health.overflows == 2
    assert card.health.fault is None


def test_a_monitor_hears_what_the_loudspeaker_plays() -> None:
    monitored: list[Samples] = []
    card = VirtualCard(silent, monitor=monitored.append)
    with card.open(lambda frame: None) as player:
        player.play(1, np.full(700, 0.5, dtype=np.float32))
        card.step()
        card.step()

    np.testing.assert_array_equal(np.concatenate(monitored), card.loudspeaker.samples())


def test_misuse_is_our_bug() -> None:
    card = VirtualCard(lambda index: np.zeros(100, dtype=np.float32))
    with pytest.raises(EngineError, match="open virtual sound card"):
        card.step()
    with card.open(lambda frame: None), pytest.raises(EngineError, match="100 samples"):
        card.step()
    with pytest.raises(EngineError, match="opened once"), card.open(lambda frame: None):
        pass
    assert not card.step()


def test_a_recording_plays_to_its_end_and_then_there_is_silence() -> None:
    microphone = RecordedMicrophone(np.full(700, 0.5, dtype=np.float32))
    frames = [microphone.read(0, False)]
    before_its_end = microphone.finished
    frames += [microphone.read(1, False), microphone.read(2, True)]
    sound = np.concatenate(frames)

    assert not before_its_end
    assert microphone.finished
    assert (sound[:700] == 0.5).all()
    assert not sound[700:].any()


# -- in real time ---------------------------------------------------------------------------------------------------


def test_real_time_is_a_frame_every_32_ms() -> None:
    clock, enough = Clock(), threading.Event()
    times: list[float] = []

    def on_frame(frame: Samples) -> None:
        times.append(clock.now_s)
        if len(times) == 100:
            enough.set()

    card = VirtualCard(silent, real_time=True, clock=clock, wait=clock.wait)
    with card.open(on_frame):
        assert enough.wait(30.0)
        with pytest.raises(EngineError):
            card.step()

    np.testing.assert_allclose(times[:100], 100.0 + 0.032 * np.arange(1, 101))


def test_held_up_in_real_time_it_catches_up_and_skips_nothing() -> None:
    clock, enough = Clock(), threading.Event()
    numbers: list[int] = []

    def on_frame(frame: Samples) -> None:
        if len(numbers) == 10:
            clock.now_s += 1.0  # the machine was busy
        numbers.append(round(float(frame[0]) * 32768))
        if len(numbers) == 100:
            enough.set()

    card = VirtualCard(numbered, real_time=True, clock=clock, wait=clock.wait)
    with card.open(on_frame):
        assert enough.wait(30.0)

    assert numbers == list(range(len(numbers)))
    assert len(clock.waits) <= len(numbers) - 1.0 // 0.032 + 1
    assert card.health.slowest_callback_ms == 1000.0


def test_whatever_breaks_on_the_thread_is_the_cards_fault() -> None:
    faults: list[DeviceError] = []
    told = threading.Event()

    def on_fault(fault: DeviceError) -> None:
        faults.append(fault)
        told.set()

    def broken(index: int) -> Samples:
        raise RuntimeError("no more lines")

    clock = Clock()
    card = VirtualCard(broken, real_time=True, on_fault=on_fault, clock=clock, wait=clock.wait)
    with card.open(lambda frame: None):
        assert told.wait(30.0)

    assert str(faults[0]) == "the virtual sound card failed: no more lines"
    assert isinstance(faults[0].__cause__, RuntimeError)
    assert card.health.fault is faults[0]


def test_closing_does_not_wait_for_the_next_frame() -> None:
    """With the true clock: the thread is woken, not left to sleep."""
    card = VirtualCard(silent, real_time=True)
    with card.open(lambda frame: None):
        pass

    assert card.frames <= 1
    assert "virtual-card" not in {thread.name for thread in threading.enumerate()}
