"""The engines themselves, on the models and programs of this machine; a test is skipped where its engine is missing."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.errors import ModelError
from simulator.ports import SAMPLE_RATE
from voice.delivery import Acoustics
from voice.engine import Utterance
from voice.espeak import Pyttsx3Engine
from voice.kokoro import KokoroEngine
from voice.kokoro_graph import with_controls
from voice.line_process import LineProcess
from voice.phonemes import Phonemizer, british
from voice.piper import PiperEngine
from voice.spoken_text import spoken_words
from voice.voices import speaker, speakers

LINE = "My money is gone, again."
CALM = Acoustics()


def pitch_hz(samples: NDArray[np.float32]) -> float:
    import swift_f0

    found = swift_f0.SwiftF0().detect(samples, SAMPLE_RATE, fmin=50, fmax=600)
    return float(np.median(found.pitch_hz[found.confidence > 0.6]))


def level_db(samples: NDArray[np.float32]) -> float:
    return 20 * float(np.log10(np.sqrt(np.mean(samples**2))))


@pytest.fixture(scope="module")
def kokoro() -> KokoroEngine:
    try:
        return KokoroEngine.load()
    except ModelError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def calm(kokoro: KokoroEngine) -> Utterance:
    return kokoro.speak(spoken_words(LINE), speaker("en_us_f2"), CALM)


def test_kokoro_gives_speech_with_a_time_for_every_word(calm: Utterance) -> None:
    assert [word.text for word in calm.words] == LINE.split()
    times = [time for word in calm.words for time in (word.start_ms, word.end_ms)]
    assert times == sorted(times) and times[-1] <= len(calm.samples) * 1000 // SAMPLE_RATE
    assert 1.0 < len(calm.samples) / SAMPLE_RATE < 2.6
    for word in calm.words:
        assert level_db(calm.samples[word.start_ms * 16 : word.end_ms * 16]) > level_db(calm.samples) - 15, word.text


def test_kokoro_is_the_same_on_every_run(kokoro: KokoroEngine, calm: Utterance) -> None:
    again = kokoro.speak(spoken_words(LINE), speaker("en_us_f2"), CALM)
    assert np.array_equal(again.samples, calm.samples)


def test_kokoro_moves_its_own_pitch_range_and_pace(kokoro: KokoroEngine, calm: Utterance) -> None:
    wanted = Acoustics(pitch_st=4.0, rate=1.12, gain_db=3.0, tilt_db=1.0)
    angry = kokoro.speak(spoken_words(LINE), speaker("en_us_f2"), wanted)
    assert 12 * np.log2(pitch_hz(angry.samples) / pitch_hz(calm.samples)) == pytest.approx(4.0, abs=0.7)
    assert len(angry.samples) < 0.95 * len(calm.samples)
    assert angry.left == Acoustics(gain_db=3.0, tilt_db=1.0)


def test_kokoro_leaves_what_is_too_fast_for_it(kokoro: KokoroEngine) -> None:
    hurried = kokoro.speak(spoken_words("No."), speaker("en_us_f2"), Acoustics(rate=1.3))
    assert hurried.left.rate == pytest.approx(1.3 / 1.15)


def test_capitals_are_longer_and_louder(kokoro: KokoroEngine) -> None:
    plain, loud = (
        kokoro.speak(spoken_words(text), speaker("en_us_f2"), CALM) for text in ("I said no more.", "I said NO more.")
    )

    def third(said: Utterance) -> tuple[int, float]:
        word = said.words[2]
        return word.end_ms - word.start_ms, level_db(said.samples[word.start_ms * 16 : word.end_ms * 16])

    assert third(loud)[0] > third(plain)[0] and third(loud)[1] > third(plain)[1] + 1


class FewSamples:
    """Stands in for the network: notes how many tokens came and answers with a tone, two frames for each."""

    tokens = 0

    def run(self, names: list[str], feed: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        self.tokens = feed["tokens"].shape[1]
        tone = np.sin(np.arange(self.tokens * 1200) / 8).astype(np.float32)
        return [tone, np.full((1, self.tokens), 2, np.float32)]


def test_a_line_longer_than_the_network_takes_is_cut_and_every_word_keeps_its_place(phonemizer: Phonemizer) -> None:
    session = FewSamples()
    styles = {"jm_kumo": np.zeros((510, 256), np.float32)}
    engine = KokoroEngine(session, phonemizer, {symbol: 1 for symbol in "ɛkstɹˌˈɔəɹdnɪi lAaæ"}, styles, "none")
    said = engine.speak(spoken_words("extraordinarily " * 60), speaker("en_gb_m1"), CALM)
    assert session.tokens == 510
    assert len(said.words) == 60 and said.words[-1].end_ms <= len(said.samples) * 1000 // SAMPLE_RATE


def test_men_are_lower_than_women(kokoro: KokoroEngine) -> None:
    man = kokoro.speak(spoken_words(LINE), speaker("en_gb_m1"), CALM)
    woman = kokoro.speak(spoken_words(LINE), speaker("en_us_f1"), CALM)
    assert pitch_hz(man.samples) < 130 < 150 < pitch_hz(woman.samples)


def test_another_graph_is_refused() -> None:
    with pytest.raises(ModelError, match="models fetch"):
        with_controls(b"\x08\x09")


@pytest.fixture(scope="module")
def phonemizer() -> Phonemizer:
    try:
        return Phonemizer.load()
    except ModelError as error:
        pytest.skip(str(error))


def test_every_sound_has_its_word(phonemizer: Phonemizer) -> None:
    found = phonemizer.phonemes(spoken_words("It's W-H-I, not $94.60!"), "us")
    assert len(found.symbols) == len(found.owners)
    assert set(found.owners) == {-1, 0, 1, 2, 3}
    assert "".join(s for s, owner in zip(found.symbols, found.owners, strict=True) if owner == 1).startswith("dˈʌb")


def test_letters_are_named_the_way_the_speaker_would(phonemizer: Phonemizer) -> None:
    assert "zˈi" in phonemizer.phonemes(spoken_words("X-Y-Z"), "us").symbols
    assert "zˈɛd" in phonemizer.phonemes(spoken_words("X-Y-Z"), "gb").symbols


@pytest.mark.parametrize(
    ("word", "american", "expected"),
    [
        ("car", "kˈɑɹ", "kˈɑː"),
        ("lot", "lˈɑt", "lˈɒt"),
        ("go", "ɡˈO", "ɡˈQ"),
        ("better", "bˈɛTəɹ", "bˈɛtə"),
        ("very", "vˈɛɹi", "vˈɛɹi"),
        ("four", "fˈɔɹ", "fˈɔː"),
        ("last", "lˈæst", "lˈɑːst"),
        ("hour", "ˈWəɹ", "ˈWə"),
    ],
)
def test_a_british_speaker_drops_her_r(word: str, american: str, expected: str) -> None:
    assert british(american, word) == expected


@pytest.fixture(scope="module")
def espeak() -> Iterator[Pyttsx3Engine]:
    try:
        engine = Pyttsx3Engine.load()
    except ModelError as error:
        pytest.skip(str(error))
    yield engine
    engine.close()


def test_espeak_never_loses_a_clause(espeak: Pyttsx3Engine) -> None:
    """pyttsx3 alone drops about one request in thirty, or speaks it with the settings of the last (decision 033)."""
    who = speaker("en_us_f2")
    lengths = set()
    for index in range(30):
        said = espeak.speak(
            spoken_words("No, not again."), who, Acoustics(pitch_st=index % 3, rate=(1.0, 1.4)[index % 2])
        )
        lengths.add((index % 2, round(len(said.samples) / SAMPLE_RATE, 1)))
    slow, fast = ({length for fast, length in lengths if fast == which} for which in (0, 1))
    assert max(slow) - min(slow) <= 0.11 and max(fast) - min(fast) <= 0.11
    assert min(slow) > max(fast)


def test_espeak_speaks_in_every_voice_of_the_list(espeak: Pyttsx3Engine) -> None:
    women: list[float] = []
    men: list[float] = []
    for who in speakers().values():
        said = espeak.speak(spoken_words(LINE), who, CALM)
        (women if who.sex == "f" else men).append(pitch_hz(said.samples))
        assert [word.text for word in said.words] == LINE.split()
    assert min(women) > max(men)


def test_espeak_gets_higher_and_quicker(espeak: Pyttsx3Engine) -> None:
    who = speaker("en_gb_m1")
    low, high = (
        espeak.speak(spoken_words(LINE), who, Acoustics(pitch_st=st, rate=rate)) for st, rate in ((0, 1), (5, 1.25))
    )
    assert pitch_hz(high.samples) > 1.2 * pitch_hz(low.samples)
    assert len(high.samples) < 0.9 * len(low.samples)


FAKE_PIPER = """
import sys, time, wave, pathlib
folder = pathlib.Path(sys.argv[sys.argv.index("--output-dir") + 1])
for number, line in enumerate(sys.stdin):
    print("INFO:piper:thinking", file=sys.stderr, flush=True)
    path = folder / f"{number}.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1); out.setsampwidth(2); out.setframerate(22050)
        out.writeframes(b"\\x00\\x20\\x00\\xe0" * 2000 * len(line.split()))
    print("INFO:piper:Wrote", path, file=sys.stderr, flush=True)
"""


def fake_piper(script: str) -> PiperEngine:
    folder = tempfile.TemporaryDirectory()
    command = [sys.executable, "-c", script, "--output-dir", folder.name]
    return PiperEngine(LineProcess(command, listen="stderr", what="Piper", mend="mend it"), folder, "fake")


def test_piper_is_a_program_that_stays_and_everything_is_left_to_the_vocoder() -> None:
    engine = fake_piper(FAKE_PIPER)
    who = speaker("en_us_f2")
    for text in ("One two.", "One two three four."):
        said = engine.speak(spoken_words(text), who, Acoustics(pitch_st=2.0))
        assert len(said.samples) / SAMPLE_RATE == pytest.approx(len(text.split()) * 4000 / 22050, abs=0.03)
        assert said.left.pitch_st == who.piper.pitch_st + 2.0 and said.left.formants == who.piper.formants
    assert list(Path(engine._folder.name).iterdir()) == []
    engine.close()


@pytest.mark.parametrize("script", ["import sys; print('no such model', file=sys.stderr); sys.exit(1)", "not python"])
def test_a_program_that_fails_is_an_error_of_one_line(script: str) -> None:
    engine = fake_piper(script)
    with pytest.raises(ModelError, match="Piper failed") as caught:
        engine.speak(spoken_words("One."), speaker("en_us_f2"), CALM)
    assert "mend it" in str(caught.value) and "\n" not in str(caught.value)
    engine.close()


def test_a_program_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ModelError, match="cannot be started"):
        LineProcess(["/nowhere/piper"], listen="stdout", what="Piper", mend="mend it").ask("x", lambda line: True)


def test_a_program_that_died_is_started_again() -> None:
    script = "import sys; line = sys.stdin.readline(); print('said', line, end='', flush=True)"
    with LineProcess([sys.executable, "-c", script], listen="stdout", what="It", mend="mend it") as process:
        assert process.ask("one", lambda line: True) == "said one"
        process.close()
        assert process.ask("two", lambda line: True) == "said two"
