"""Rings, the frame queue and the memory of a call."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.ports import FRAME_SAMPLES, SAMPLE_RATE
from tests.fakes import FakeRecognizer
from voice.capture import BLOCK, CallAudio, FrameQueue, SampleRing
from voice.signal import from_pcm, to_pcm
from voice.virtual_card import VirtualCard

if TYPE_CHECKING:
    from simulator.ports import Samples


def numbered(index: int) -> Samples:
    """A frame that says its number: no two are alike up to 32 000."""
    return np.full(FRAME_SAMPLES, index / 32768, dtype=np.float32)


def number_of(frame: Samples) -> int:
    assert (frame == frame[0]).all()
    return round(float(frame[0]) * 32768)


# -- the ring -------------------------------------------------------------------------------------------------------


@given(
    capacity=st.integers(1, 40),
    turns=st.lists(st.tuples(st.booleans(), st.integers(0, 50)), max_size=60),
)
def test_a_ring_is_a_queue_with_a_limit(capacity: int, turns: list[tuple[bool, int]]) -> None:
    ring, wanted, marker = SampleRing(capacity), np.zeros(0, dtype=np.float32), 0
    for writes, count in turns:
        if writes:
            samples = np.arange(marker, marker + count, dtype=np.float32)
            fits = len(wanted) + count <= capacity
            assert ring.write(samples) is fits
            if fits:
                wanted, marker = np.concatenate([wanted, samples]), marker + count
        else:
            out = np.full(count, -1.0, dtype=np.float32)
            read = ring.read_into(out)
            assert read == min(count, len(wanted))
            np.testing.assert_array_equal(out[:read], wanted[:read])
            assert (out[read:] == -1.0).all()
            wanted = wanted[read:]
        assert ring.waiting == len(wanted)


# -- the frame queue ------------------------------------------------------------------------------------------------


def test_frames_come_out_as_they_went_in() -> None:
    frames = FrameQueue()
    for index in range(5):
        frames.put(numbered(index))
    first = frames.get()

    assert first is not None
    assert number_of(first) == 0
    assert frames.waiting == 4
    assert [number_of(frame) for frame in frames.get_all()] == [1, 2, 3, 4]
    assert frames.get(timeout_s=0.0) is None


def test_a_frame_put_is_a_copy() -> None:
    frames, block = FrameQueue(), numbered(7)
    frames.put(block)
    block[:] = 0.0
    frame = frames.get()

    assert frame is not None
    assert number_of(frame) == 7


def test_a_minute_of_backlog_is_kept_and_what_is_more_is_counted() -> None:
    frames = FrameQueue()
    for index in range(60_000 // 32 + 3):
        frames.put(numbered(index))

    assert frames.dropped == 3
    assert [number_of(frame) for frame in frames.get_all()] == list(range(60_000 // 32))
    frames.put(numbered(9))
    assert [number_of(frame) for frame in frames.get_all()] == [9]


def test_closing_wakes_the_reader_behind_the_last_frame() -> None:
    frames = FrameQueue()
    frames.put(numbered(1))
    frames.close()

    assert frames.get() is not None
    assert frames.get() is None
    assert frames.get() is None


def test_a_frame_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="512 samples, not 160"):
        FrameQueue().put(np.zeros(160, dtype=np.float32))


@pytest.mark.slow
def test_a_slow_recogniser_costs_the_callback_nothing_and_loses_no_sample() -> None:
    """Moonshine's idea: a card at the true cadence, a consumer that blocks 250 ms, and a clock on every callback."""
    frames, audio = FrameQueue(), CallAudio()
    never, enough = threading.Event(), threading.Event()
    ran_on: set[str] = set()

    def before() -> None:
        ran_on.add(threading.current_thread().name)
        never.wait(0.25)

    recognizer = FakeRecognizer(before)
    largest_backlog = 0

    def consume() -> None:
        nonlocal largest_backlog
        while (frame := frames.get()) is not None:
            for each in (frame, *(backlog := frames.get_all())):
                audio.append(each)
            largest_backlog = max(largest_backlog, len(backlog))
            recognizer.transcribe(audio.span(audio.length_ms - 320, audio.length_ms))
            if audio.length_ms >= 1500:
                enough.set()

    consumer = threading.Thread(target=consume, name="consumer")
    consumer.start()
    card = VirtualCard(numbered, real_time=True)
    with card.open(frames.put) as player:
        player.play(1, np.full(SAMPLE_RATE, 0.1, dtype=np.float32))
        assert enough.wait(20.0)
    frames.close()
    consumer.join(20.0)

    assert not consumer.is_alive()
    assert card.health.slowest_callback_ms < 32.0
    assert frames.dropped == 0
    np.testing.assert_array_equal(audio.samples(), np.concatenate([numbered(n) for n in range(card.frames)]))
    assert ran_on == {"consumer"}
    assert largest_backlog >= 5  # it was held up in truth: 250 ms are 7 frames
    assert np.count_nonzero(card.loudspeaker.pcm()) == SAMPLE_RATE


# -- the memory of a call -------------------------------------------------------------------------------------------


def test_every_16_bit_sample_survives() -> None:
    every = np.arange(-32768, 32768, dtype=np.int32).astype(np.int16)

    np.testing.assert_array_equal(to_pcm(from_pcm(every)), every)


def test_what_is_beyond_full_scale_is_clipped_not_wrapped() -> None:
    np.testing.assert_array_equal(to_pcm(np.array([1.5, 1.0, -1.5], dtype=np.float32)), [32767, 32767, -32768])


@given(st.lists(st.integers(0, 700), max_size=30), st.integers(-500, 3000), st.integers(-500, 3000))
def test_a_span_is_a_cut_out_of_everything(lengths: list[int], start_ms: int, end_ms: int) -> None:
    audio, marker, pieces = CallAudio(), 0, [np.zeros(0, dtype=np.int16)]
    for length in lengths:
        pieces.append(np.arange(marker, marker + length, dtype=np.int32).astype(np.int16))
        audio.append(from_pcm(pieces[-1]))
        marker += length
    everything = np.concatenate(pieces)

    assert len(audio) == len(everything)
    np.testing.assert_array_equal(audio.pcm(), everything)
    np.testing.assert_array_equal(
        to_pcm(audio.span(start_ms, end_ms)), everything[max(0, start_ms * 16) : max(0, end_ms * 16)]
    )


def test_a_long_call_outgrows_its_first_memory() -> None:
    audio, minute = CallAudio(), np.full(60 * SAMPLE_RATE, 0.25, dtype=np.float32)
    for _ in range(12):
        audio.append(minute)
    audio.append(numbered(5))

    assert audio.length_ms == 12 * 60_000 + 32
    assert number_of(audio.span(720_000, 720_032)) == 5
    assert (audio.span(359_990, 360_010) == 0.25).all()


def test_waking_the_reader_is_no_frame_and_loses_none() -> None:
    inbox = FrameQueue()
    inbox.wake()
    inbox.put(np.full(FRAME_SAMPLES, 0.5, dtype=np.float32))
    inbox.wake()

    woken, frame, again = inbox.get(0.0), inbox.get(0.0), inbox.get(0.0)

    assert woken is not None and not len(woken) and again is not None and not len(again)
    assert frame is not None and frame[0] == 0.5 and inbox.get(0.0) is None


@given(st.lists(st.integers(1, 3 * BLOCK // 2), min_size=1, max_size=6), st.integers(-10, 5 * BLOCK))
@example([BLOCK, 3 * BLOCK // 2, 5], 2 * BLOCK + 7)
@example([5 * BLOCK], BLOCK)
@settings(max_examples=25)
def test_what_a_call_forgets_reads_as_silence_and_the_rest_stays(lengths: list[int], before: int) -> None:
    audio, whole = CallAudio(), []
    for number, length in enumerate(lengths):
        piece = np.full(length, 0.1 + 0.1 * number, np.float32)
        audio.append(piece)
        whole.append(to_pcm(piece))
    expected = np.concatenate(whole)
    assert np.array_equal(audio.pcm(), expected)
    audio.forget(before)
    gone = max(0, min(before, len(expected))) // BLOCK * BLOCK
    assert len(audio) == len(expected)
    assert not audio.pcm(0, gone).any()
    assert np.array_equal(audio.pcm(gone), expected[gone:])
    assert len(audio._blocks) == -(-len(expected) // BLOCK) - gone // BLOCK
    audio.append(np.full(7, 0.5, np.float32))
    assert np.array_equal(audio.pcm(len(expected)), to_pcm(np.full(7, 0.5, np.float32)))
