"""What comes back of the loudspeaker, and a detector that does not fall for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.gate import SpeechGate
from simulator.ports import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE
from tests.fakes import FakeDetector, spoken
from voice.capture import CallAudio
from voice.detector import SileroDetector
from voice.echo import GOES_ON_FRAMES, LONGEST_WAY_MS, SWEEP_DB, SWEEP_MS, EchoGuard, Leak, measure, sweep
from voice.levels import true_peak_db
from voice.scripted_microphone import levelled
from voice.signal import gain, level_db, samples_in, silence
from voice.virtual_card import VirtualCard

if TYPE_CHECKING:
    from simulator.ports import Samples, SpeechDetector


def noise(count: int, level: float, seed: int = 0) -> Samples:
    return (np.random.default_rng(seed).standard_normal(count) * gain(level)).astype(np.float32)


def played() -> Samples:
    return np.concatenate([silence(64), sweep(), silence(LONGEST_WAY_MS + 200)])


def echoed(leak_db: float, delay_ms: float, noise_db: float, seed: int = 0) -> Samples:
    sound = played()
    heard = noise(len(sound), noise_db, seed)
    late = samples_in(delay_ms)
    heard[late:] += gain(leak_db) * sound[: len(sound) - late]
    return heard


def test_the_sound_is_soft_short_and_has_no_edges() -> None:
    sound = sweep()

    assert len(sound) == samples_in(SWEEP_MS)
    assert level_db(sound) == pytest.approx(SWEEP_DB, abs=0.5)
    assert true_peak_db(sound) < -20
    assert abs(sound[0]) < 1e-6 and abs(sound[-1]) < 1e-6


@settings(max_examples=30)
@given(leak_db=st.integers(-45, 0), delay_ms=st.floats(0, 500), seed=st.integers(0, 99))
def test_a_leak_is_measured_to_a_decibel_over_the_noise_of_an_office(leak_db: int, delay_ms: float, seed: int) -> None:
    found = measure(echoed(leak_db, delay_ms, -65.0, seed), played())

    assert found.clear
    assert found.level_db == pytest.approx(leak_db, abs=1.0)
    assert found.delay_ms == pytest.approx(delay_ms, abs=1.0)


@settings(max_examples=30)
@given(noise_db=st.integers(-80, -30), seed=st.integers(0, 99))
def test_noise_alone_is_no_leak(noise_db: int, seed: int) -> None:
    found = measure(noise(len(played()), noise_db, seed), played())

    assert not found.clear
    assert found.delay_ms == 0


def test_what_cannot_be_seen_is_given_an_upper_bound() -> None:
    """A leak of -60 dB under noise of -45: not found, and not called better than what could have been found."""
    found = measure(echoed(-60.0, 40.0, -45.0), played())

    assert not found.clear
    assert -60.0 <= found.level_db < -20.0


def test_a_room_that_smears_the_echo_is_measured_as_a_whole() -> None:
    response = noise(samples_in(30), 0.0) * np.exp(-np.arange(samples_in(30)) / samples_in(6)).astype(np.float32)
    response *= np.float32(gain(-20.0) / np.sqrt(float(np.square(response).sum())))
    sound = played()
    heard = noise(len(sound), -65.0) + np.convolve(sound, response)[: len(sound)].astype(np.float32)
    found = measure(heard, sound)

    assert found.clear
    assert found.level_db == pytest.approx(-20.0, abs=2.0)


def test_a_dead_microphone_has_no_leak_and_silence_cannot_be_found() -> None:
    found = measure(np.zeros(len(played()), dtype=np.float32), played())

    assert (found.clear, found.level_db) == (False, -100.0)
    with pytest.raises(ValueError, match="nothing was played"):
        measure(played(), np.zeros(100, dtype=np.float32))


# -- the guard ------------------------------------------------------------------------------------------------------


def run(leak_db: float, voice: Samples, voice_at_ms: int, *, guarded: bool, caller_ms: int = 3_000) -> list[float]:
    """Probabilities of every frame while the caller speaks loudly from the start."""
    room = noise(5 * SAMPLE_RATE, -65.0)
    start = samples_in(voice_at_ms)
    room[start : start + len(voice)] += voice[: len(room) - start]
    card = VirtualCard(lambda index: room[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES], leak_db=leak_db)
    inner = FakeDetector()
    leak = Leak(level_db=leak_db, delay_ms=FRAME_MS, clear=True)
    detector = EchoGuard(inner, lambda: card.loudspeaker, leak) if guarded else inner
    found: list[float] = []
    frames: list[Samples] = []
    with card.open(frames.append) as player:
        line = spoken("w" * (caller_ms // 60))
        player.play(1, line)
        while card.step() and card.frames < 5000 // FRAME_MS:
            found.append(detector.probability(frames.pop()))
    assert inner.frames == len(found)
    return found


@pytest.mark.parametrize("leak_db", [-24, -18, -12])
def test_without_a_guard_she_hears_herself_with_it_she_does_not(leak_db: float) -> None:
    nobody = np.zeros(0, dtype=np.float32)

    assert max(run(leak_db, nobody, 0, guarded=False)) > 0.5
    assert max(run(leak_db, nobody, 0, guarded=True)) < 0.5


def test_who_speaks_over_her_is_heard_all_the_same() -> None:
    loud = np.float32(3.0) * spoken("no stop please stop")
    found = run(-24.0, loud, 1_000, guarded=True)
    speech = found[1_100 // FRAME_MS : (1_000 + 60 * 18) // FRAME_MS]

    assert max(found[:30]) < 0.5
    assert sum(p > 0.5 for p in speech) / len(speech) > 0.8


def test_when_she_is_silent_the_guard_changes_nothing() -> None:
    soft = np.float32(0.2) * spoken("yes")

    assert (
        run(-24.0, soft, 4_000, guarded=True)[3_500 // FRAME_MS :]
        == (run(-24.0, soft, 4_000, guarded=False)[3_500 // FRAME_MS :])
    )
    assert max(run(-24.0, soft, 4_000, guarded=True)[3_500 // FRAME_MS :]) > 0.5


def test_the_guard_hears_a_track_that_is_not_there_yet() -> None:
    guard = EchoGuard(FakeDetector(), CallAudio, Leak(level_db=-20.0, delay_ms=40, clear=True))

    assert guard.probability(np.full(FRAME_SAMPLES, 0.1, dtype=np.float32)) == 0.95


def test_while_he_goes_on_a_softer_syllable_counts_too() -> None:
    """Her echo at -40; first a frame 4 dB above it, then one 10 dB above it, then the soft one again, until it is long ago."""
    track = CallAudio()
    track.append(np.full(4 * SAMPLE_RATE, gain(-20.0), dtype=np.float32))
    guard = EchoGuard(FakeDetector(), lambda: track, Leak(level_db=-20.0, delay_ms=40, clear=True))
    soft, loud = (np.full(FRAME_SAMPLES, gain(level), dtype=np.float32) for level in (-36.0, -30.0))
    for _ in range(12):  # nothing has been played before the first
        guard.probability(soft)

    assert guard.probability(soft) == 0.0
    assert guard.probability(loud) == 0.95
    assert [guard.probability(soft) for _ in range(GOES_ON_FRAMES + 1)] == [0.95] * GOES_ON_FRAMES + [0.0]


@pytest.mark.parametrize("delay_ms", [40, 180])
def test_a_real_voice_at_minus_20_does_not_interrupt_itself_and_can_be_interrupted(
    sentence: Samples, other_sentence: Samples, delay_ms: int
) -> None:
    """Silero, the caller at anger's level, a smeared echo at -20 dB, and somebody who speaks over her after 1.5 s."""
    line = levelled(sentence, -16.0)
    smear = noise(samples_in(25), 0.0) * np.exp(-np.arange(samples_in(25)) / samples_in(5)).astype(np.float32)
    smear *= np.float32(gain(-20.0) / np.sqrt(float(np.square(smear).sum())))
    alone = noise(len(line), -65.0)
    alone[samples_in(delay_ms) :] += np.convolve(line, smear)[: len(line) - samples_in(delay_ms)].astype(np.float32)
    both, voice, start = alone.copy(), levelled(other_sentence), samples_in(1_500)
    both[start:] += voice[: len(both) - start]

    def opens(heard: Samples, *, guarded: bool) -> list[int]:
        played, gate = CallAudio(), SpeechGate()
        inner: SpeechDetector = SileroDetector.load()
        leak = Leak(level_db=-20.0, delay_ms=delay_ms, clear=True)
        detector = EchoGuard(inner, lambda: played, leak) if guarded else inner
        times = []
        for index in range(len(heard) // FRAME_SAMPLES):
            piece = slice(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES)
            played.append(line[piece])
            if gate.feed((index + 1) * FRAME_MS, detector.probability(heard[piece])) == "on":
                times.append((index + 1) * FRAME_MS)
        return times

    assert opens(alone, guarded=False), "without a guard this echo is taken for speech, else the test shows nothing"
    assert opens(alone, guarded=True) == []
    begun = opens(both, guarded=True)
    assert begun and 1_500 < begun[0] <= 2_000
