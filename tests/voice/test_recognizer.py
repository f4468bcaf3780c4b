"""Speech to words: the real model on our own voice, and the rules around it with stand-ins."""

import sys
from dataclasses import dataclass
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.errors import ModelError
from simulator.ports import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE, Word
from tests.voice.conftest import SENTENCE
from voice.moonshine import MoonshineRecognizer
from voice.pieces import (
    Span,
    cut_pieces,
    levels_db,
    speech_spans,
    spread_words,
    transcribe_pieces,
    without_loops,
)
from voice.recognizer import LEAST_LOGPROB, WhisperRecognizer, load_recognizer, noisy
from voice.speech_recognition_adapter import OFFLINE, SpeechRecognitionRecognizer, _library

Samples = NDArray[np.float32]
SECOND = np.zeros(SAMPLE_RATE, dtype=np.float32)


class LoudIsSpeech:
    """A detector for made sounds."""

    def reset(self) -> None: ...

    def probability(self, frame: Samples) -> float:
        return 0.9 if float(np.abs(frame).max()) > 0.1 else 0.05


def burst(seconds: float) -> Samples:
    return np.full(int(seconds * SAMPLE_RATE), 0.5, dtype=np.float32)


def plain(text: str) -> list[str]:
    return "".join(letter for letter in text.lower() if letter.isalnum() or letter == " ").split()


# ---- the real model


@pytest.fixture(scope="module")
def whisper() -> WhisperRecognizer:
    return WhisperRecognizer.load()


def test_a_sentence_is_heard_with_its_times(whisper: WhisperRecognizer, sentence: Samples) -> None:
    heard = whisper.transcribe(np.concatenate([SECOND, sentence, SECOND]))
    wrong = set(plain(heard.text)) ^ set(plain(SENTENCE))
    last_ms = 1000 + len(sentence) * 1000 // SAMPLE_RATE

    assert len(wrong) <= 4
    assert {"sorry", "delay", "parcel", "depot", "friday"} <= set(plain(heard.text))
    assert heard.text == " ".join(word.text for word in heard.words)
    assert 700 <= heard.words[0].start_ms <= 1500
    assert last_ms - 700 <= heard.words[-1].end_ms <= last_ms + 500
    assert all(a.end_ms <= b.end_ms and a.start_ms <= b.start_ms for a, b in pairwise(heard.words))
    assert 0.5 < heard.confidence <= 1.0


def test_the_same_audio_gives_the_same_words(whisper: WhisperRecognizer, sentence: Samples) -> None:
    assert whisper.transcribe(sentence) == whisper.transcribe(sentence.copy())


@pytest.mark.parametrize("level", [0.0, 0.01, 0.2])
def test_noise_says_nothing(whisper: WhisperRecognizer, level: float) -> None:
    noise = np.random.default_rng(1).normal(0, level, 5 * SAMPLE_RATE).astype(np.float32) if level else SECOND

    assert whisper.transcribe(noise).text == ""


def test_clicks_that_whisper_alone_turns_into_a_sermon_say_nothing(whisper: WhisperRecognizer) -> None:
    rng = np.random.default_rng(3)
    clicks = np.where(rng.random(8 * SAMPLE_RATE) < 0.0005, 0.8, 0.0).astype(np.float32)

    assert whisper.transcribe(clicks).words == ()


@pytest.mark.parametrize("samples", [0, 1, 100, 511, 512, 1600])
def test_next_to_nothing_is_no_error(whisper: WhisperRecognizer, samples: int) -> None:
    assert whisper.transcribe(np.zeros(samples, dtype=np.float32)).text == ""


def test_broken_samples_are_no_error(whisper: WhisperRecognizer) -> None:
    assert whisper.transcribe(np.full(SAMPLE_RATE, np.nan, dtype=np.float32)).text == ""


# ---- what Whisper returns, and what is kept of it


@dataclass
class Found:
    """As faster-whisper's Segment."""

    avg_logprob: float
    words: list[Any]


def said(*parts: str) -> list[Any]:
    return [
        SimpleNamespace(word=part, start=index * 0.5, end=index * 0.5 + 0.4, probability=0.9 - index * 0.1)
        for index, part in enumerate(parts)
    ]


def recognizer_that_finds(*segments: Found) -> WhisperRecognizer:
    model = SimpleNamespace(transcribe=lambda piece, **options: (iter(segments), None))
    return WhisperRecognizer(model, LoudIsSpeech())


def test_what_the_model_doubts_is_thrown_away() -> None:
    recognizer = recognizer_that_finds(
        Found(LEAST_LOGPROB - 0.01, said(" Thanks", " for", " watching")), Found(-0.3, said(" Hello"))
    )

    assert recognizer.transcribe(burst(2)).text == "Hello"


def test_split_words_are_joined_again() -> None:
    heard = recognizer_that_finds(Found(-0.3, said(" a", " real", "-time", " demo."))).transcribe(burst(4))

    assert [word.text for word in heard.words] == ["a", "real-time", "demo."]
    assert (heard.words[1].start_ms, heard.words[1].end_ms) == (500, 1400)
    assert heard.words[1].confidence == pytest.approx(0.7)


def test_times_never_leave_the_audio() -> None:
    late = [SimpleNamespace(word=" late", start=50.0, end=60.0, probability=1.0)]

    heard = recognizer_that_finds(Found(-0.1, late)).transcribe(burst(1))

    assert heard.words == (Word(text="late", start_ms=1000, end_ms=1000),)


# ---- cutting speech into pieces


def pieces_of(sound: Samples, longest_ms: int = 25_000) -> tuple[Span, ...]:
    padded = np.pad(sound, (0, -len(sound) % FRAME_SAMPLES)).reshape(-1, FRAME_SAMPLES)
    probabilities = [LoudIsSpeech().probability(frame) for frame in padded]
    spans = speech_spans(probabilities, levels_db(sound))
    return cut_pieces(spans, probabilities, len(sound) * 1000 // SAMPLE_RATE, longest_ms)


def test_speech_near_other_speech_is_one_piece() -> None:
    sound = np.concatenate([SECOND, burst(2), SECOND, burst(2), SECOND])

    (piece,) = pieces_of(sound)

    assert abs(piece.start_ms - 680) <= FRAME_MS
    assert abs(piece.end_ms - 6320) <= FRAME_MS


def test_a_long_silence_parts_two_pieces() -> None:
    first, second = pieces_of(np.concatenate([burst(2), *[SECOND] * 5, burst(2)]))

    assert first.end_ms < 2500
    assert second.start_ms > 6500


def test_long_talk_is_cut_where_it_pauses() -> None:
    pause = np.zeros(SAMPLE_RATE // 2, dtype=np.float32)
    sound = np.concatenate([part for _ in range(8) for part in (burst(5), pause)])

    pieces = pieces_of(sound)

    assert len(pieces) == 2
    assert all(piece.length_ms <= 25_000 for piece in pieces)
    assert abs(pieces[0].end_ms - 4 * 5500) < 400


def test_talk_without_a_pause_is_cut_all_the_same() -> None:
    pieces = pieces_of(burst(120))

    assert all(piece.length_ms <= 25_000 for piece in pieces)
    assert pieces[0].start_ms == 0
    assert pieces[-1].end_ms == 120_000
    assert all(a.end_ms == b.start_ms for a, b in pairwise(pieces))


@given(
    lengths=st.lists(st.tuples(st.integers(1, 40), st.integers(1, 60)), max_size=12),
    longest_ms=st.sampled_from([2_000, 12_000, 25_000]),
)
def test_pieces_hold_all_speech_once(lengths: list[tuple[int, int]], longest_ms: int) -> None:
    """``lengths`` are (speech, silence) in frames times ten."""
    probabilities: list[float] = []
    for speech, silence in lengths:
        probabilities += [0.9] * (speech * 10) + [0.0] * (silence * 10)
    levels = [-20.0 if probability else -80.0 for probability in probabilities]
    pieces = cut_pieces(speech_spans(probabilities, levels), probabilities, len(probabilities) * FRAME_MS, longest_ms)

    assert all(0 < piece.length_ms <= longest_ms for piece in pieces)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(pieces))
    for index, probability in enumerate(probabilities):
        middle = index * FRAME_MS + FRAME_MS // 2
        if probability:
            assert any(piece.start_ms <= middle < piece.end_ms for piece in pieces)


def test_shouting_that_the_detector_misses_is_kept_by_its_level() -> None:
    """As in RAVDESS clip 03-01-05-02-02-01-06: the detector hears two frames of a shouted sentence."""
    probabilities = [0.0] * 30 + [0.6, 0.5] + [0.05] * 60 + [0.0] * 30
    levels = [-70.0] * 30 + [-15.0] * 25 + [-45.0] * 8 + [-12.0] * 29 + [-70.0] * 30

    (span,) = speech_spans(probabilities, levels)

    assert (span.start_ms, span.end_ms) == (30 * FRAME_MS, 92 * FRAME_MS)


def test_loud_sound_far_from_speech_is_left_out() -> None:
    probabilities = [0.9] * 30 + [0.0] * 100
    levels = [-15.0] * 30 + [-70.0] * 50 + [-15.0] * 50

    assert speech_spans(probabilities, levels) == (Span(start_ms=0, end_ms=30 * FRAME_MS),)


def test_steady_noise_as_loud_as_the_voice_is_kept_for_a_while_only() -> None:
    probabilities = [0.9] * 30 + [0.0] * 1000

    (span,) = speech_spans(probabilities, [-15.0] * 1030)

    assert span.end_ms <= 30 * FRAME_MS + 5_000


def test_words_of_later_pieces_count_from_the_start_of_the_audio() -> None:
    sound = np.concatenate([burst(1), *[SECOND] * 5, burst(1)])

    heard = transcribe_pieces(sound, LoudIsSpeech(), lambda piece: [Word(text="yes", start_ms=400, end_ms=700)])

    first, second = (word.start_ms for word in heard.words)
    assert first == 400
    assert abs(second - (6000 - 320 + 400)) < FRAME_MS


@pytest.mark.parametrize(
    ("said_s", "tail", "text"),
    [
        (1.0, "my reference", "by Thursday my reference"),  # two seconds that it left out
        (2.6, "never asked", "by Thursday"),  # it may be half a second out
        (1.0, "Thursday.", "by Thursday"),  # the times were wrong, and nothing was left out
        (1.0, "Thursday, and R7", "by Thursday and R7"),
        (1.0, "", "by Thursday"),
    ],
)
def test_an_end_that_was_not_heard_is_heard_again_alone(said_s: float, tail: str, text: str) -> None:
    """Whisper stops in the middle of a reply now and then; somebody speaks on and there is not a word of it."""
    asked: list[int] = []

    def recognise(piece: Samples) -> list[Word]:
        asked.append(len(piece))
        if len(asked) == 1:
            end = round(said_s * 1000)
            return [
                Word(text="by", start_ms=320, end_ms=600), Word(text="Thursday", start_ms=600, end_ms=max(601, end)),
            ]  # fmt: skip
        return [Word(text=word, start_ms=300, end_ms=900) for word in tail.split()]

    heard = transcribe_pieces(burst(3), LoudIsSpeech(), recognise)

    assert heard.text == text
    assert len(asked) == (2 if said_s < 2 else 1)
    assert [word.start_ms for word in heard.words] == sorted(word.start_ms for word in heard.words)
    assert all(word.end_ms <= 3_000 for word in heard.words)


# ---- loops


def words_of(text: str) -> list[Word]:
    return [Word(text=word, start_ms=0, end_ms=0) for word in text.split()]


@pytest.mark.parametrize(
    ("heard", "kept"),
    [
        ("No, no, no, no.", "No, no, no, no."),
        ("no no no no no no no I said", "no no no no I said"),
        ("I told you, I told you.", "I told you, I told you."),
        ("look at this and " * 9 + "bye", "look at this and look at this and bye"),
        ("I'm going to take a look at this customer service and " * 4, "I'm going to take a look at this customer "
         "service and I'm going to take a look at this customer service and"),
        ("one two three four five six", "one two three four five six"),
    ],
)  # fmt: skip
def test_loops_are_cut_and_people_are_not(heard: str, kept: str) -> None:
    assert " ".join(word.text for word in without_loops(words_of(heard))) == kept


@given(words=st.lists(st.sampled_from(["a", "b", "c"]), max_size=40))
def test_cutting_loops_twice_changes_nothing_more(words: list[str]) -> None:
    once = without_loops(words_of(" ".join(words)))

    assert without_loops(once) == once


@given(text=st.text(st.characters(categories=["L", "Z"]), max_size=60), length_ms=st.integers(0, 30_000))
def test_laid_out_words_fill_the_piece_in_order(text: str, length_ms: int) -> None:
    words = spread_words(text, length_ms, 0.9)

    assert [word.text for word in words] == text.split()
    assert all(0 <= word.start_ms <= word.end_ms <= length_ms for word in words)
    assert all(a.end_ms == b.start_ms for a, b in pairwise(words))


# ---- other recognisers


def test_moonshine_gets_short_pieces_only() -> None:
    lengths: list[float] = []

    def transcribe(piece: list[float], rate: int) -> Any:
        lengths.append(len(piece) / rate)
        return SimpleNamespace(lines=[SimpleNamespace(text=" all right ")])

    heard = MoonshineRecognizer(
        SimpleNamespace(transcribe_without_streaming=transcribe), LoudIsSpeech()
    ).transcribe(burst(30))  # fmt: skip

    assert len(lengths) >= 3
    assert max(lengths) <= 12.0
    assert heard.words[:2] != ()
    assert plain(heard.text)[:2] == ["all", "right"]


def library_that(answer: Any) -> Any:
    """As the module ``speech_recognition``, with one engine."""

    class UnknownValueError(Exception): ...

    class AudioData:
        def __init__(self, data: bytes, rate: int, width: int) -> None:
            self.heard = (len(data), rate, width)

    class Recognizer:
        def recognize_made(self, audio: Any, **options: Any) -> str:
            assert audio.heard[1:] == (SAMPLE_RATE, 2)
            if isinstance(answer, str):
                return answer
            raise UnknownValueError if answer is None else answer

        def listen(self) -> None:
            raise AssertionError("listen() owns the microphone and must never be called")

    return SimpleNamespace(Recognizer=Recognizer, AudioData=AudioData, UnknownValueError=UnknownValueError)


def test_speech_recognition_gets_cut_audio_and_gives_words() -> None:
    recognizer = SpeechRecognitionRecognizer(library_that("one two"), "made", {}, LoudIsSpeech())

    heard = recognizer.transcribe(np.concatenate([SECOND, burst(1), SECOND]))

    assert heard.text == "one two"
    assert 900 < heard.words[0].start_ms < heard.words[1].end_ms < 2100


def test_speech_recognition_that_understands_nothing_says_nothing() -> None:
    assert SpeechRecognitionRecognizer(library_that(None), "made", {}, LoudIsSpeech()).transcribe(burst(1)).text == ""


def test_speech_recognition_that_fails_is_a_model_error() -> None:
    recognizer = SpeechRecognitionRecognizer(library_that(OSError("no route")), "made", {}, LoudIsSpeech())

    with pytest.raises(ModelError, match="engine made failed: no route"):
        recognizer.transcribe(burst(1))


@pytest.mark.parametrize("engine", ["google", "openai", "azure", "whisper", "google_cloud", "amazon"])
def test_engines_that_may_use_the_network_are_refused(engine: str) -> None:
    with pytest.raises(ModelError, match="network"):
        SpeechRecognitionRecognizer.load(engine)


def test_a_network_engine_loads_when_the_caller_allows_it() -> None:
    assert SpeechRecognitionRecognizer.load("google", allow_network=True)


def test_every_engine_of_the_library_is_either_offline_or_refused() -> None:
    """A new engine of a later version must not slip through."""
    for name in dir(_library().Recognizer):
        engine = name.removeprefix("recognize_")
        if name.startswith("recognize_") and engine not in OFFLINE:
            with pytest.raises(ModelError):
                SpeechRecognitionRecognizer.load(engine)


def test_an_engine_that_lacks_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice.speech_recognition_adapter.find_spec", lambda module: None)

    with pytest.raises(ModelError, match="pip install pocketsphinx"):
        load_recognizer("speech-recognition:sphinx")


def test_speech_recognition_with_the_pinned_whisper_needs_no_network(sentence: Samples) -> None:
    recognizer = load_recognizer("speech-recognition:faster_whisper")

    assert "parcel" in plain(recognizer.transcribe(sentence).text)


@pytest.mark.parametrize("name", ["nobody", "speech-recognition:", "speech-recognition", ""])
def test_an_unknown_name_lists_the_known_ones(name: str) -> None:
    with pytest.raises(ModelError, match="whisper-tiny-en"):
        load_recognizer(name)


def test_nothing_heavy_is_imported_before_loading() -> None:
    import subprocess

    code = "import sys, voice.recognizer, voice.detector, voice.wav, voice.moonshine; print(sorted(sys.modules))"
    names = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("faster_whisper", "ctranslate2", "onnxruntime", "soundfile", "soxr", "speech_recognition"):
        assert f"'{heavy}'" not in names


@pytest.mark.parametrize(("over_noise_db", "found"), [(40, False), (10, True), (0, True)])
def test_noise_is_told_from_quiet(over_noise_db: float, found: bool) -> None:
    """Half a second of tone, half a second without, twice, in white noise so far below it."""
    chance = np.random.default_rng(1)
    seconds = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    speech = 0.3 * np.sin(2 * np.pi * 200 * seconds) * (seconds % 1 < 0.5)
    noise = chance.standard_normal(len(speech)) * 0.3 / np.sqrt(2) * 10 ** (-over_noise_db / 20)

    assert noisy((speech + noise).astype(np.float32)) is found


def test_no_sound_is_not_noisy() -> None:
    assert not noisy(np.zeros(0, np.float32))
