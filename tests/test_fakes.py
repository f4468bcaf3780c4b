"""The fakes themselves: what is written in the secret writing can be read back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.ports import Delivery
from tests.fakes import CHARACTER_MS, FakeDetector, FakeMatcher, FakeReader, FakeRecognizer, FakeSynthesizer, spoken
from voice.signal import from_pcm, samples_in, to_pcm

DELIVERY = Delivery(speaker="anyone", manner="hot", anger=50)


@given(
    text=st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=40),
    lead=st.integers(0, 4000),
    gain=st.sampled_from([0.36, 1.0, 2.8]),
    noise_db=st.sampled_from([-90, -65]),
)
def test_every_text_is_read_back_at_any_level_and_offset(text: str, lead: int, gain: float, noise_db: int) -> None:
    noise = np.random.default_rng(0).standard_normal(lead + len(text) * samples_in(CHARACTER_MS) + 4000)
    audio = (noise * 10 ** (noise_db / 20)).astype(np.float32)
    voice = spoken(text) * np.float32(gain)
    audio[lead : lead + len(voice)] += voice
    transcript = FakeRecognizer().transcribe(from_pcm(to_pcm(audio)))

    assert transcript.text.split() == text.split()
    for word in transcript.words[:1]:
        wanted = lead / 16 + (len(text) - len(text.lstrip())) * CHARACTER_MS
        assert word.start_ms == pytest.approx(wanted, abs=3)


def test_a_span_that_cuts_words_off_loses_letters() -> None:
    audio = spoken("Hello there")

    assert (
        FakeRecognizer().transcribe(audio[samples_in(2 * CHARACTER_MS) : samples_in(8 * CHARACTER_MS)]).text == "llo th"
    )


def test_noise_holds_no_words() -> None:
    noise = (np.random.default_rng(0).standard_normal(48_000) * 10 ** (-65 / 20)).astype(np.float32)

    assert FakeRecognizer().transcribe(noise).text == ""
    assert FakeRecognizer().transcribe(noise[:0]).words == ()


def test_what_is_synthesised_is_recognised_with_the_same_times() -> None:
    speech = FakeSynthesizer().synthesize("You’ve had it \u2014 since  March?", DELIVERY)
    heard = FakeRecognizer().transcribe(speech.samples)

    assert heard.text == "You've had it - since March?"
    assert [word.text for word in speech.words] == [word.text for word in heard.words]
    for said, read in zip(speech.words, heard.words, strict=True):
        assert read.start_ms == pytest.approx(said.start_ms, abs=2)
        assert read.end_ms == pytest.approx(said.end_ms, abs=12)
    assert speech.duration_ms == len("You've had it - since  March?") * CHARACTER_MS


def test_every_frame_of_a_voice_is_speech_for_the_detector() -> None:
    detector, voice = FakeDetector(), spoken("I see what you mean")
    frames = voice[: len(voice) // 512 * 512].reshape(-1, 512)

    assert {detector.probability(frame) for frame in frames} == {0.95}
    assert detector.probability(np.zeros(512, dtype=np.float32)) == 0.05


def test_tables_answer_by_pieces_of_the_reply() -> None:
    reading = FakeReader({"sorry": ["apology"], "I understand": ["empathy"]}).read("I'm Sorry, I understand.", "")

    assert [found.label for found in reading.labels] == ["apology", "empathy"]
    assert reading.has("apology")


def test_a_matcher_answers_by_pieces_of_the_reply() -> None:
    matches = FakeMatcher(facts={"order number": "order"}, offers={"refund": "refund"})

    found = matches.match("A REFUND.", None)  # type: ignore[arg-type]
    assert [offer.offer for offer in found.offers] == ["refund"]
    assert found.asked == ()
