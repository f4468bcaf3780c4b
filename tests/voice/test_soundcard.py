"""The real card, with a stand-in for sounddevice: devices, rates, faults. And what a machine without any says."""

from __future__ import annotations

import builtins
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from simulator.errors import DeviceError
from simulator.ports import FRAME_SAMPLES, SAMPLE_RATE
from tests.voice.fake_sounddevice import HEADSET, TIMES, WELL, FakeSoundDevice, info, tone
from voice.capture import FrameQueue
from voice.devices import Device, default_devices, list_devices
from voice.playout import Playout
from voice.rate_bridge import BLOCK_MS, CUSHION_MS, RateBridge
from voice.soundcard import SoundDeviceCard, loudspeaker

if TYPE_CHECKING:
    from simulator.ports import Samples

# -- devices --------------------------------------------------------------------------------------------------------


def test_devices_are_listed_with_what_they_can_do() -> None:
    sd = FakeSoundDevice(devices=(info(0, "Speakers", 0, 2, 48_000.0), info(1, "USB mic", 1, 0, 44_100.0)))

    assert list_devices(sounddevice=sd) == (
        Device(index=0, name="Speakers", system="ALSA", inputs=0, outputs=2, rate_hz=48_000),
        Device(index=1, name="USB mic", system="ALSA", inputs=1, outputs=0, rate_hz=44_100),
    )
    microphone, speakers = default_devices(sounddevice=sd)
    assert (microphone and microphone.name, speakers and speakers.name) == ("USB mic", "Speakers")


def test_a_machine_without_devices_lists_none() -> None:
    sd = FakeSoundDevice(devices=())

    assert list_devices(sounddevice=sd) == ()
    assert default_devices(sounddevice=sd) == (None, None)


@pytest.mark.parametrize(
    ("devices", "message"),
    [
        ((), "there is no microphone: plug in a headset and run `hotseat devices`, or try `hotseat practice --typed`"),
        (
            (info(0, "USB mic", 1, 0),),
            "there is no loudspeaker: plug in a headset and run `hotseat devices`, or try `hotseat practice --typed`",
        ),
    ],
)
def test_what_is_missing_is_said_in_one_line(devices: tuple[dict[str, Any], ...], message: str) -> None:
    card = SoundDeviceCard(sounddevice=FakeSoundDevice(devices=devices))

    with pytest.raises(DeviceError) as caught, card.open(lambda frame: None):
        pass
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            OSError("PortAudio library not found"),
            "PortAudio is missing: run `apt-get install libportaudio2`, or try `hotseat practice --typed`",
        ),
        (
            ImportError("No module named 'sounddevice'"),
            "the Python package sounddevice is missing: run `pip install sounddevice`, "
            "or try `hotseat practice --typed`",
        ),
    ],
)
@pytest.mark.parametrize("use", ["open", "list", "defaults", "monitor"])
def test_without_portaudio_every_use_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, error: Exception, message: str, use: str
) -> None:
    true_import = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "sounddevice":
            raise error
        return true_import(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)

    def opened() -> None:
        with SoundDeviceCard().open(lambda frame: None):
            pass

    def monitored() -> None:
        with loudspeaker():
            pass

    uses: dict[str, Callable[[], object]] = {
        "open": opened,
        "list": list_devices,
        "defaults": default_devices,
        "monitor": monitored,
    }
    with pytest.raises(DeviceError) as caught:
        uses[use]()
    assert str(caught.value) == message


def test_a_device_that_is_not_there_is_named() -> None:
    card = SoundDeviceCard("Yeti", sounddevice=FakeSoundDevice())

    with pytest.raises(DeviceError, match=r"'Yeti' is no input device: .*; `hotseat devices` lists them"):
        card.open(lambda frame: None).__enter__()


def test_devices_are_chosen_by_a_part_of_their_name() -> None:
    sd = FakeSoundDevice(devices=(HEADSET, info(1, "USB mic", 1, 0), info(2, "Big speakers", 0, 1)))
    with SoundDeviceCard("usb", "speakers", sounddevice=sd).open(lambda frame: None):
        pass

    assert sd.attempts[0]["device"] == (1, 2)


# -- the stream -----------------------------------------------------------------------------------------------------


def test_16_khz_is_used_as_it_is() -> None:
    sd, frames = FakeSoundDevice(), FrameQueue()
    card = SoundDeviceCard(sounddevice=sd)
    with card.open(frames.put) as player:
        line = tone(700, SAMPLE_RATE)
        player.play(1, line)
        heard = [tone(FRAME_SAMPLES, SAMPLE_RATE, 300.0 + index) for index in range(2)]
        played = [sd.streams[0].block(frame) for frame in heard]

    np.testing.assert_array_equal(np.concatenate(frames.get_all()), np.concatenate(heard))
    np.testing.assert_array_equal(np.concatenate(played)[:700, 0], line)
    assert not np.concatenate(played)[700:].any()
    np.testing.assert_allclose(card.loudspeaker.samples(), np.concatenate(played)[:, 0], atol=1 / 32768)
    assert player.position() == (1, 43, True)
    assert sd.attempts == [
        {
            "samplerate": 16_000,
            "blocksize": 512,
            "device": (0, 0),
            "channels": (1, 1),
            "dtype": "float32",
            "latency": "low",
        }
    ]
    assert sd.streams[0].log == ["start", "stop", "close"]
    assert card.health.rate_hz == 16_000
    assert card.health.round_trip_ms == 80.0
    assert card.health.fault is None


def test_stereo_devices_get_the_same_on_both_sides() -> None:
    sd, frames = FakeSoundDevice(channels=((2, 2),)), FrameQueue()
    with SoundDeviceCard(sounddevice=sd).open(frames.put) as player:
        line = tone(FRAME_SAMPLES, SAMPLE_RATE)
        player.play(1, line)
        played = sd.streams[0].block(tone(FRAME_SAMPLES, SAMPLE_RATE, 300.0))

    np.testing.assert_array_equal(played, np.stack([line, line], axis=1))
    np.testing.assert_array_equal(frames.get_all()[0], tone(FRAME_SAMPLES, SAMPLE_RATE, 300.0))


def test_devices_that_do_not_open_together_say_why_in_one_line() -> None:
    card = SoundDeviceCard(sounddevice=FakeSoundDevice(rates=()))

    with pytest.raises(DeviceError) as caught:
        card.open(lambda frame: None).__enter__()
    assert str(caught.value) == (
        "Headset and Headset do not open together: Error opening Stream: Invalid sample rate [PaErrorCode -9997]; "
        "choose others, both of the same sound system, with `hotseat devices`"
    )


def test_a_stream_that_does_not_start_is_closed_and_said() -> None:
    sd = FakeSoundDevice(does_not_start=True)

    with pytest.raises(DeviceError, match=r"the sound device does not start: .*; run `hotseat devices`"):
        SoundDeviceCard(sounddevice=sd).open(lambda frame: None).__enter__()
    assert sd.streams[0].log[-1] == "close"


def test_flags_of_the_device_are_counted() -> None:
    sd = FakeSoundDevice()
    card = SoundDeviceCard(sounddevice=sd)
    quiet = np.zeros(FRAME_SAMPLES, dtype=np.float32)
    with card.open(lambda frame: None):
        sd.streams[0].block(quiet, SimpleNamespace(input_overflow=True, output_underflow=False))
        sd.streams[0].block(quiet, SimpleNamespace(input_overflow=True, output_underflow=True))
        sd.streams[0].block(quiet)

    assert (card.health.overflows, card.health.underflows) == (2, 1)


def test_what_the_callback_raises_is_kept_and_the_ear_hears_silence() -> None:
    sd = FakeSoundDevice()
    faults: list[DeviceError] = []

    def broken(frame: Samples) -> None:
        raise MemoryError("full")

    card = SoundDeviceCard(on_fault=faults.append, sounddevice=sd)
    with card.open(broken) as player:
        player.play(1, tone(2048, SAMPLE_RATE))
        played = [sd.streams[0].block(tone(FRAME_SAMPLES, SAMPLE_RATE)) for _ in range(2)]
        sd.streams[0].finished_callback()

    assert not np.concatenate(played).any()
    assert [str(fault) for fault in faults] == ["the sound callback failed: MemoryError: full"]
    assert card.health.fault is faults[0]


def test_a_stream_that_ends_by_itself_is_a_lost_device() -> None:
    sd = FakeSoundDevice(gone=True)
    faults: list[DeviceError] = []
    card = SoundDeviceCard(on_fault=faults.append, sounddevice=sd)
    with card.open(lambda frame: None):
        sd.streams[0].finished_callback()

    assert [str(fault) for fault in faults] == ["the headset went away; plug it in again and start the call anew"]
    assert sd.streams[0].log == ["start", "abort", "close"]


def test_a_call_that_ends_is_no_lost_device() -> None:
    card = SoundDeviceCard(sounddevice=FakeSoundDevice())
    with card.open(lambda frame: None):
        pass

    assert card.health.fault is None


# -- devices with a rate of their own -------------------------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("late_blocks", [0, 1])
def test_at_another_rate_nothing_is_lost_in_either_direction(rate_hz: int, late_blocks: int) -> None:
    """Also not when the worker comes a block late every other time."""
    frames: list[Samples] = []
    playout = Playout()
    playout.play(1, tone(5 * SAMPLE_RATE, SAMPLE_RATE))
    bridge = RateBridge(rate_hz, lambda frame: frames.append(frame.copy()), playout.render, lambda error: None)
    block = rate_hz * BLOCK_MS // 1000
    sound = tone(5 * rate_hz, rate_hz, 300.0)
    played = []
    for index, start in enumerate(range(0, len(sound) - block, block)):
        to_play = np.ones(block, dtype=np.float32)
        bridge.exchange(sound[start : start + block], to_play)
        played.append(to_play)
        if index % (late_blocks + 1) == late_blocks:
            bridge.convert()
    heard, spoken = np.concatenate(frames), np.concatenate(played)

    assert (bridge.lost, bridge.dry) == (0, 0)
    assert {len(frame) for frame in frames} == {FRAME_SAMPLES}
    assert len(heard) >= 4.9 * SAMPLE_RATE
    np.testing.assert_allclose(heard[100:], tone(len(heard), SAMPLE_RATE, 300.0)[100:], atol=0.005)
    cushion, edge = CUSHION_MS * rate_hz // 1000, rate_hz // 50
    assert not spoken[:cushion].any()
    np.testing.assert_allclose(spoken[cushion + edge :], tone(len(spoken) - cushion, rate_hz)[edge:], atol=0.005)


def test_a_worker_that_is_held_up_gets_everything_later_and_the_gap_is_counted() -> None:
    frames: list[Samples] = []
    bridge = RateBridge(48_000, frames.append, lambda count: np.zeros(count, dtype=np.float32), lambda error: None)
    to_play = np.ones(768, dtype=np.float32)
    for _ in range(1000):
        bridge.exchange(tone(768, 48_000), to_play)
    bridge.convert()

    assert bridge.lost == 0
    assert len(frames) == 1000 * BLOCK_MS // 32 - 1
    assert bridge.dry == 1000 - CUSHION_MS // BLOCK_MS


def test_a_device_that_wants_its_own_rate_gets_it() -> None:
    """Through the card, with the worker on its thread."""
    sd = FakeSoundDevice(devices=(info(0, "Interface", 1, 1, 48_000.0),), rates=(48_000,), channels=((1, 2),))
    enough = threading.Event()
    threads: list[str] = []
    card = SoundDeviceCard(sounddevice=sd)

    def on_frame(frame: Samples) -> None:
        threads.append(threading.current_thread().name)
        if len(threads) == 10:
            enough.set()

    with card.open(on_frame) as player:
        player.play(1, tone(SAMPLE_RATE, SAMPLE_RATE))
        played = [sd.streams[0].block(tone(768, 48_000)) for _ in range(21)]
        assert enough.wait(30.0)

    assert (sd.streams[0].settings["samplerate"], sd.streams[0].settings["blocksize"]) == (48_000, 768)
    assert card.health.rate_hz == 48_000
    assert len(card.loudspeaker) == len(threads) * FRAME_SAMPLES
    np.testing.assert_allclose(card.loudspeaker.samples(), tone(len(card.loudspeaker), SAMPLE_RATE), atol=1 / 32768)
    assert set(threads) == {"rate-bridge"}
    assert all((block[:, 0] == block[:, 1]).all() for block in played)
    assert "rate-bridge" not in {thread.name for thread in threading.enumerate()}
    assert sd.streams[0].log == ["start", "stop", "close"]


def test_what_breaks_on_the_worker_is_the_cards_fault() -> None:
    sd = FakeSoundDevice(devices=(info(0, "Interface", 1, 1, 48_000),), rates=(48_000,))
    told = threading.Event()

    def broken(frame: Samples) -> None:
        raise ValueError("bad frame")

    card = SoundDeviceCard(on_fault=lambda fault: told.set(), sounddevice=sd)
    with card.open(broken):
        for _ in range(4):
            sd.streams[0].block(tone(768, 48_000))
        assert told.wait(30.0)

    assert str(card.health.fault) == "the sound callback failed: ValueError: bad frame"


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [(1, 1), (1, 2), (2, 2)])
@pytest.mark.parametrize("sample_type", ["float32", "int16"])
def test_every_usual_device_is_opened_as_it_wants_to_be(
    rate_hz: int, channels: tuple[int, int], sample_type: str
) -> None:
    sd = FakeSoundDevice(rates=(rate_hz,), channels=(channels,), sample_types=(sample_type,))
    card = SoundDeviceCard(sounddevice=sd)
    frames = FrameQueue()
    block = FRAME_SAMPLES if rate_hz == SAMPLE_RATE else rate_hz * BLOCK_MS // 1000
    scale = 32768 if sample_type == "int16" else 1
    heard = np.asarray(tone(block * 40, rate_hz, 300.0) * scale, dtype=sample_type)
    with card.open(frames.put) as player:
        player.play(1, tone(SAMPLE_RATE, SAMPLE_RATE))
        played = [sd.streams[0].block(piece) for piece in np.split(heard, 40)]
        first = frames.get(timeout_s=30.0)

    sound = np.concatenate(played)
    assert sound.dtype == sample_type
    assert (sound == sound[:, :1]).all()
    assert card.health.rate_hz == rate_hz
    assert first is not None
    np.testing.assert_allclose(first[100:], tone(FRAME_SAMPLES, SAMPLE_RATE, 300.0)[100:], atol=0.005)
    # Driven at full speed the worker may be behind, so only what did come out is looked at.
    assert float(np.abs(sound).max()) / scale <= 0.51


def test_16_bit_samples_survive_both_ways_to_the_bit() -> None:
    sd = FakeSoundDevice(sample_types=("int16",))
    frames = FrameQueue()
    heard = np.arange(-256, 256, dtype=np.int16)
    with SoundDeviceCard(sounddevice=sd).open(frames.put) as player:
        player.play(1, np.arange(-256, 256, dtype=np.float32) / np.float32(32768))
        played = sd.streams[0].block(heard)

    np.testing.assert_array_equal(played[:, 0], heard)
    np.testing.assert_array_equal(frames.get_all()[0], heard.astype(np.float32) / 32768)


def test_the_stop_key_silences_the_headset_within_the_next_block() -> None:
    """The whole path: a key on one thread, PortAudio's callback on another."""
    sd = FakeSoundDevice()
    with SoundDeviceCard(sounddevice=sd).open(lambda frame: None) as player:
        player.play(1, tone(5 * SAMPLE_RATE, SAMPLE_RATE))
        quiet = np.zeros(FRAME_SAMPLES, dtype=np.float32)
        before = [sd.streams[0].block(quiet) for _ in range(3)]
        key = threading.Thread(target=player.stop, args=(5,))
        key.start()
        key.join()
        after = [sd.streams[0].block(quiet)[:, 0] for _ in range(3)]

    assert all(block.any() for block in before)
    assert not np.concatenate(after)[5 * SAMPLE_RATE // 1000 :].any()


# -- the monitor ----------------------------------------------------------------------------------------------------


def test_the_monitor_plays_what_it_is_given() -> None:
    sd = FakeSoundDevice(channels=((1, 1),))
    with loudspeaker(sounddevice=sd) as play:
        play(tone(300, SAMPLE_RATE))
        play(tone(300, SAMPLE_RATE))
        outdata = np.ones((700, 1), dtype=np.float32)
        sd.streams[0].callback(outdata, 700, TIMES, WELL)

    np.testing.assert_array_equal(outdata[:600, 0], np.tile(tone(300, SAMPLE_RATE), 2))
    assert not outdata[600:].any()


def test_a_monitor_that_does_not_open_says_so() -> None:
    with (
        pytest.raises(DeviceError, match=r"Headset does not play: .*; choose another, with `hotseat devices`"),
        loudspeaker(sounddevice=FakeSoundDevice(rates=())),
    ):
        pass
