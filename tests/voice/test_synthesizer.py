"""The mouth around an engine: clauses, levels, the cache, choosing. The engine here hums."""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import ModelError, UserError
from simulator.ports import SAMPLE_RATE, Delivery, Word
from voice import synthesizer
from voice.delivery import Acoustics, acoustics
from voice.engine import Utterance
from voice.levels import CEILING_DBTP, true_peak_db
from voice.speech_cache import SpeechCache
from voice.spoken_text import SpokenWord
from voice.synthesizer import Mouth, load_synthesizer
from voice.voices import TARGET_LUFS, EngineName, Speaker, speaker, speakers

LINE = "I was charged twice, and nobody there can tell me why. Twice!"
CALM = Delivery(speaker="en_us_f2", manner="hot", anger=0)
METER = pyloudnorm.Meter(SAMPLE_RATE)


@dataclass
class HummingEngine:
    """A hum of 100 ms for each word, and a note of what was asked."""

    name: EngineName = "kokoro"
    digest: str = "hum"
    asked: list[tuple[str, str, Acoustics]] = field(default_factory=list)

    def speak(self, clause: tuple[SpokenWord, ...], speaker: Speaker, wanted: Acoustics) -> Utterance:
        self.asked.append((" ".join(word.written for word in clause), speaker.name, wanted))
        t = np.arange(len(clause) * 1600) / SAMPLE_RATE
        words = tuple(Word(text=w.written, start_ms=100 * k, end_ms=100 * k + 90) for k, w in enumerate(clause))
        return Utterance(
            (0.1 * np.sin(2 * np.pi * 500 * t)).astype(np.float32), words, Acoustics(gain_db=wanted.gain_db)
        )


def test_a_line_is_what_its_clauses_are_one_after_the_other() -> None:
    mouth = Mouth(HummingEngine())
    whole = mouth.synthesize(LINE, CALM)
    parts = list(mouth.synthesize_clauses(LINE, CALM))
    assert len(parts) == 3
    assert np.array_equal(whole.samples, np.concatenate([part.samples for part in parts]))
    assert [word.text for word in whole.words] == LINE.split()


def test_word_times_are_in_order_and_point_at_sound() -> None:
    whole = Mouth(HummingEngine(), telephone=False).synthesize(LINE, CALM)
    times = [time for word in whole.words for time in (word.start_ms, word.end_ms)]
    assert times == sorted(times) and times[-1] <= whole.duration_ms
    for word in whole.words:
        middle = (word.start_ms + word.end_ms) * SAMPLE_RATE // 2000
        assert float(np.abs(whole.samples[middle - 50 : middle + 50]).max()) > 0.01


def test_there_is_no_silence_at_the_ends_and_some_between_clauses() -> None:
    *first, last = Mouth(HummingEngine(), telephone=False).synthesize_clauses(LINE, CALM)
    for part in first:
        assert float(np.abs(part.samples[:320]).max()) > 0.01
        assert float(np.abs(part.samples[-1600:]).max()) == 0.0
    assert float(np.abs(last.samples[-320:]).max()) > 0.01


def test_anger_shortens_the_pauses_between_clauses() -> None:
    mouth = Mouth(HummingEngine())
    calm, angry = (
        mouth.synthesize(LINE, Delivery(speaker="en_us_f2", manner="hot", anger=anger)).duration_ms
        for anger in (0, 100)
    )
    assert angry < calm


def test_anger_is_rounded_so_that_neighbours_share_a_sound() -> None:
    engine = HummingEngine()
    mouth = Mouth(engine)
    for anger in (46, 50, 54, 56):
        mouth.synthesize("No.", Delivery(speaker="en_us_f2", manner="hot", anger=anger))
    same, _, other = engine.asked[0], engine.asked[2], engine.asked[3]
    assert engine.asked[1] == engine.asked[2] == same and other != same


@pytest.mark.parametrize("text", ["", "   ", "...", "— !"])
def test_nothing_to_say_is_an_empty_speech(text: str) -> None:
    speech = Mouth(HummingEngine()).synthesize(text, CALM)
    assert len(speech.samples) == 0 and speech.words == ()


@settings(max_examples=25, deadline=None)
@given(
    text=st.text(max_size=60),
    manner=st.sampled_from(["hot", "cold", "shaky"]),
    anger=st.integers(-20, 130),
    pace=st.floats(0.1, 5),
)
def test_whatever_is_asked_the_speech_is_sound(text: str, manner: str, anger: int, pace: float) -> None:
    delivery = Delivery(speaker="en_gb_m1", manner=manner, anger=anger, pace=pace)  # type: ignore[arg-type]
    speech = Mouth(HummingEngine()).synthesize(text, delivery)
    assert speech.samples.dtype == np.float32 and np.isfinite(speech.samples).all()
    assert true_peak_db(speech.samples) <= CEILING_DBTP + 0.3


def test_the_level_follows_anger_by_what_delivery_says() -> None:
    mouth = Mouth(HummingEngine(), telephone=False)
    levels = [
        20 * float(np.log10(np.sqrt(np.mean(mouth.synthesize("So?", d).samples ** 2))))
        for d in (Delivery(speaker="en_us_f2", manner="cold", anger=100), CALM)
    ]
    assert levels[1] - levels[0] == pytest.approx(4.0, abs=0.2)


class KnockingEngine(HummingEngine):
    """A second of hum with ten knocks in it that stand out by 13 dB, as loud as the speaker's settings say."""

    def speak(self, clause: tuple[SpokenWord, ...], speaker: Speaker, wanted: Acoustics) -> Utterance:
        t = np.arange(SAMPLE_RATE) / SAMPLE_RATE
        hum = np.sin(2 * np.pi * 500 * t) * np.where(t % 0.1 < 0.008, 4.5, 1.0)
        level_db = speaker.kokoro.level_lufs - METER.integrated_loudness(hum)
        words = tuple(Word(text=word.written, start_ms=0, end_ms=900) for word in clause)
        sound = np.asarray(hum * 10 ** (level_db / 20), np.float32)
        return Utterance(sound, words, Acoustics(gain_db=wanted.gain_db))


@pytest.mark.parametrize("telephone", [False, True])
@pytest.mark.parametrize("anger", [10, 50, 90])
def test_a_shout_is_as_loud_as_its_delivery_asks_though_its_peaks_are_held(anger: int, telephone: bool) -> None:
    shout = replace(CALM, anger=anger)
    spoken = Mouth(KnockingEngine(), telephone=telephone).synthesize("No.", shout).samples
    assert METER.integrated_loudness(spoken) == pytest.approx(TARGET_LUFS + acoustics(shout).gain_db, abs=1.0)
    assert true_peak_db(spoken) <= CEILING_DBTP


def test_the_telephone_is_as_loud_as_the_room() -> None:
    room, telephone = (
        float(METER.integrated_loudness(Mouth(HummingEngine(), telephone=on).synthesize(LINE, CALM).samples))
        for on in (False, True)
    )
    assert telephone == pytest.approx(room, abs=0.2)


def test_an_unknown_speaker_is_the_users_error_and_names_the_nearest() -> None:
    with pytest.raises(UserError, match="en_us_f2"):
        Mouth(HummingEngine()).synthesize("No.", Delivery(speaker="en_us_f22", manner="hot", anger=0))


def test_every_speaker_speaks_and_the_trainees_differ_from_any_caller() -> None:
    engine = HummingEngine()
    for name in speakers():
        Mouth(engine).synthesize("No.", Delivery(speaker=name, manner="hot", anger=0))
    assert [who for _, who, _ in engine.asked] == list(speakers())
    assert speaker("trainee_m").sex == "m" and speaker("trainee_f").sex == "f"
    for name, who in speakers().items():
        assert abs(sum(weight for _, weight in who.kokoro.blend) - 1) < 1e-9
        for trainee in ("trainee_m", "trainee_f"):
            assert name == trainee or who.kokoro != speaker(trainee).kokoro


# The cache


def test_a_line_that_was_said_is_not_made_again_and_sounds_the_same(tmp_path: Path) -> None:
    engine = HummingEngine()
    first = Mouth(engine, cache=SpeechCache(tmp_path)).synthesize(LINE, CALM)
    count = len(engine.asked)
    again = Mouth(engine, cache=SpeechCache(tmp_path)).synthesize(LINE, CALM)
    assert len(engine.asked) == count
    assert np.array_equal(first.samples, again.samples) and first.words == again.words
    without = Mouth(engine).synthesize(LINE, CALM)
    assert np.array_equal(without.samples, first.samples)


@pytest.mark.parametrize("change", ["speaker", "manner", "anger", "pace", "loudness", "telephone", "digest", "text"])
def test_whatever_changes_the_sound_is_another_entry(tmp_path: Path, change: str) -> None:
    engine = HummingEngine()
    cache = SpeechCache(tmp_path)
    before = Delivery(speaker="en_us_f2", manner="hot", anger=50)
    Mouth(engine, cache=cache).synthesize("No.", before)
    after = {
        "speaker": replace(before, speaker="en_gb_m1"),
        "manner": replace(before, manner="cold"),
        "anger": replace(before, anger=90),
        "pace": replace(before, pace=1.3),
        "loudness": replace(before, loudness="loud"),
    }.get(change, before)
    engine.digest = "another" if change == "digest" else engine.digest
    text = "No!" if change == "text" else "No."
    Mouth(engine, cache=cache, telephone=change != "telephone").synthesize(text, after)
    assert len(engine.asked) == 2


def test_what_is_kept_can_be_asked_without_making_it(tmp_path: Path) -> None:
    engine = HummingEngine()
    mouth = Mouth(engine, cache=SpeechCache(tmp_path))
    assert not mouth.kept(LINE, CALM) and not engine.asked
    next(iter(mouth.synthesize_clauses(LINE, CALM)))
    assert len(engine.asked) == 1 and not mouth.kept(LINE, CALM), "its first clause alone is not the line"
    mouth.synthesize(LINE, CALM)
    assert mouth.kept(LINE, CALM) and mouth.kept(LINE, replace(CALM, anger=CALM.anger + 4))
    assert not mouth.kept(LINE, replace(CALM, anger=CALM.anger + 30))
    assert not Mouth(engine).kept(LINE, CALM)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("damage", ["cut", "flip", "empty"])
def test_a_torn_file_is_made_anew(tmp_path: Path, damage: str) -> None:
    engine = HummingEngine()
    mouth = Mouth(engine, cache=SpeechCache(tmp_path))
    first = mouth.synthesize("No.", CALM)
    (path,) = files(tmp_path)
    data = path.read_bytes()
    path.write_bytes(
        {"cut": data[: len(data) // 2], "flip": data[:60] + bytes([data[60] ^ 1]) + data[61:], "empty": b""}[damage]
    )
    again = mouth.synthesize("No.", CALM)
    assert len(engine.asked) == 2 and np.array_equal(first.samples, again.samples)
    mouth.synthesize("No.", CALM)
    assert len(engine.asked) == 2


def test_the_cache_drops_what_was_not_used_for_longest(tmp_path: Path) -> None:
    engine = HummingEngine()
    roomy = Mouth(engine, cache=SpeechCache(tmp_path))
    for age, text in ((40, "One."), (10, "Two."), (30, "Three."), (20, "Four.")):
        before = set(files(tmp_path))
        roomy.synthesize(text, CALM)
        (new,) = set(files(tmp_path)) - before
        os.utime(new, (1_000_000 - age, 1_000_000 - age))
    limit = sum(path.stat().st_size for path in files(tmp_path)) + 100
    tight = Mouth(engine, cache=SpeechCache(tmp_path, limit_bytes=limit))
    tight.synthesize("Five.", CALM)
    assert sum(path.stat().st_size for path in files(tmp_path)) <= limit
    engine.asked.clear()
    for text in ("Two.", "Four.", "Five."):
        tight.synthesize(text, CALM)
    assert engine.asked == []
    tight.synthesize("One.", CALM)
    assert len(engine.asked) == 1


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    engine = HummingEngine()
    mouth = Mouth(engine, cache=SpeechCache(tmp_path / "file" / "cache"))
    assert len(mouth.synthesize("No.", CALM).samples)
    assert len(mouth.synthesize("No.", CALM).samples)
    assert len(engine.asked) == 2


# Choosing


def _fails() -> synthesizer._Loaded:
    raise ModelError("it is missing: run `hotseat models fetch it`")


def _hums() -> synthesizer._Loaded:
    return HummingEngine(name="pyttsx3"), None, Lock()


def test_auto_takes_the_first_that_is_there_and_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(synthesizer._LOADERS, "kokoro", _fails)
    monkeypatch.setitem(synthesizer._LOADERS, "piper", _fails)
    monkeypatch.setitem(synthesizer._LOADERS, "pyttsx3", _hums)
    assert load_synthesizer("auto", cache=False).engine_name == "pyttsx3"


def test_an_engine_that_was_asked_for_and_is_missing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(synthesizer._LOADERS, "kokoro", _fails)
    with pytest.raises(ModelError, match="fetch it"):
        load_synthesizer("kokoro", cache=False)


def test_no_engine_at_all_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in synthesizer.ORDER:
        monkeypatch.setitem(synthesizer._LOADERS, name, _fails)
    with pytest.raises(ModelError, match=r"no voice.*fetch it") as caught:
        load_synthesizer("auto", cache=False)
    assert "\n" not in str(caught.value)


def test_mouths_of_one_program_share_the_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    loaded = _hums()
    monkeypatch.setitem(synthesizer._LOADERS, "pyttsx3", lambda: loaded)
    caller, trainee = (load_synthesizer("pyttsx3", telephone=on, cache_folder=tmp_path) for on in (True, False))
    assert caller._engine is trainee._engine and caller._turn is trainee._turn
