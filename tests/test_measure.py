"""``hotseat measure``, as people and programs use it, and what it stands on."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from evaluation.calmness import DELIVERY
from simulator.ports import SAMPLE_RATE, Delivery
from tests.evaluation.worked_calls import CALLS
from tests.recorded import record
from tests.test_cli import run
from voice.measures import pitch_hz, pitch_range_st, syllables_in, tilt_db
from voice.vocoder import WorldVocoder
from voice.wav import write_wav

Samples = NDArray[np.float32]
NEUTRAL = (
    "I am sorry about the delay. Your parcel is at the depot, and the driver will bring it on Friday.",
    "Let me look that up for you. I can see two payments here, on the third and on the fourth of the month.",
)
SAID = "I have put it on the same refund, so you will have the money back on Thursday morning."
KEYS = {
    "file", "seconds", "speech_s", "words", "syllables", "pace_syll_s", "articulation_syll_s", "loudness_db", "pauses",
    "pause_s", "f0_median_hz", "f0_range_st", "tilt_db", "deviations", "differences", "scored",
}  # fmt: skip


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One speaker: two neutral clips, a reply, and the reply 12 dB louder, higher by 4 semitones, and with a pause."""
    from voice.synthesizer import load_synthesizer
    from voice.voices import speakers

    folder = tmp_path_factory.mktemp("clips")
    mouth = load_synthesizer("kokoro", telephone=False, cache=False)
    calm = Delivery(speaker=next(iter(speakers())), manner="cold", anger=0)

    def say(text: str) -> Samples:
        return mouth.synthesize(text, calm).samples * np.float32(0.2)

    for number, text in enumerate(NEUTRAL, 1):
        write_wav(folder / f"neutral{number}.wav", say(text))
    reply = say(SAID)
    write_wav(folder / "same.wav", reply)
    write_wav(folder / "loud.wav", reply * np.float32(10 ** (12 / 20)))
    higher = WorldVocoder.load().change(reply, pitch_st=4.0, range_factor=1.0, formants=1.0, rate=1.0)
    write_wav(folder / "high.wav", higher)
    write_wav(folder / "twice.wav", np.concatenate([reply, np.zeros(SAMPLE_RATE, np.float32), reply]))
    write_wav(folder / "silent.wav", np.zeros(SAMPLE_RATE, np.float32))
    write_wav(folder / "short.wav", say("Two words.")[:SAMPLE_RATE])
    return folder


def measured(capsys: pytest.CaptureFixture[str], folder: Path, *names: str) -> list[dict[str, object]]:
    neutral = [part for number in (1, 2) for part in ("--neutral", folder / f"neutral{number}.wav")]
    status, out, err = run(capsys, "measure", *(folder / name for name in names), *neutral, "--json")
    assert (status, err) == (0, "")
    return [json.loads(line) for line in out.splitlines()]


def test_against_the_speakers_own_neutral_clips(capsys: pytest.CaptureFixture[str], clips: Path) -> None:
    same, loud, high, twice = measured(capsys, clips, "same.wav", "loud.wav", "high.wav", "twice.wav")

    assert set(same) == KEYS and same["scored"] == ["loudness"]
    assert loud["loudness_db"] - same["loudness_db"] == pytest.approx(12, abs=0.2)  # type: ignore[operator]
    assert abs(same["deviations"]["loudness"]) <= 0.5  # type: ignore[index]
    assert loud["deviations"]["loudness"] - same["deviations"]["loudness"] == pytest.approx(2, abs=0.01)  # type: ignore[index]
    assert loud["deviations"]["pace"] == pytest.approx(same["deviations"]["pace"], abs=0.3)  # type: ignore[index]
    lift = high["differences"]["pitch_st"] - same["differences"]["pitch_st"]  # type: ignore[index]
    assert lift == pytest.approx(4, abs=0.7)
    assert twice["pauses"] == same["pauses"] * 2 + 1 and twice["pause_s"] > same["pause_s"] + 0.8  # type: ignore[operator]
    assert twice["pace_syll_s"] < same["pace_syll_s"]  # type: ignore[operator]
    assert twice["articulation_syll_s"] == pytest.approx(same["articulation_syll_s"], rel=0.1)


def test_a_neutral_clip_is_held_against_the_others(capsys: pytest.CaptureFixture[str], clips: Path) -> None:
    (first,) = measured(capsys, clips, "neutral1.wav")
    neutral = clips / "neutral2.wav"
    out = run(capsys, "measure", clips / "neutral1.wav", "--neutral", neutral, "--json")[1]

    assert json.loads(out)["differences"] == first["differences"]


def test_without_neutral_clips_there_is_nothing_to_compare_with(
    capsys: pytest.CaptureFixture[str], clips: Path
) -> None:
    status, out, _ = run(capsys, "measure", clips / "same.wav", "--recognizer", "none", "--json")
    plain = json.loads(out)

    assert status == 0 and set(plain) == KEYS
    assert plain["deviations"] is None and plain["differences"] is None
    assert plain["words"] == 0 and plain["pace_syll_s"] is None and plain["loudness_db"] < -20


@pytest.mark.parametrize(
    ("arguments", "needle"),
    [
        (["silent.wav"], "no speech"),
        (["same.wav", "--neutral", "silent.wav"], "no speech"),
        (["same.wav", "--neutral", "same.wav"], "3 s are needed"),
        (["same.wav", "--neutral", "short.wav"], "3 s are needed"),
        (["same.wav", "--neutral", "nowhere.wav"], "nowhere.wav"),
        ([""], "folder"),
    ],
)
def test_what_cannot_be_measured_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], clips: Path, arguments: list[str], needle: str
) -> None:
    placed = [part if part.startswith("--") else str(clips / part) for part in arguments]
    status, out, err = run(capsys, "measure", *placed, "--recognizer", "none")

    assert (status, out) == (2, "")
    assert needle in err and "Traceback" not in err and len(err.strip().splitlines()) == 1


def test_people_read_lines(capsys: pytest.CaptureFixture[str], clips: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.console.measure.wants_json", lambda flag: flag)
    status, out, _ = run(
        capsys, "measure", clips / "loud.wav", "--neutral", clips / "neutral1.wav", "--recognizer", "none"
    )

    assert status == 0 and "loudness" in out and "deviations" in out and "never scored" in out
    assert "not known" in out  # no words, no pace


def test_syllables_of_what_is_said_not_of_what_is_written() -> None:
    assert [syllables_in(text) for text in ("", "refund", "the 3rd", "$35", "HR-7741")] == [0, 2, 2, 5, 8]


def test_pitch_and_tilt_of_known_sound() -> None:
    class Tracker:
        def detect(self, samples: Samples, rate: int, *, fmin: float, fmax: float) -> object:
            class Found:
                pitch_hz = np.array([100.0, 200.0] * 10 + [400.0])
                confidence = np.array([0.9] * 20 + [0.1])

            return Found()

    hertz = pitch_hz(np.zeros(16, np.float32), Tracker())
    assert len(hertz) == 20 and pitch_range_st(hertz) == pytest.approx(12)

    t = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    low, high = np.sin(2 * np.pi * 500 * t), np.sin(2 * np.pi * 2000 * t)
    assert tilt_db(np.asarray(low + high, np.float32)) == pytest.approx(0, abs=0.1)
    assert tilt_db(np.asarray(low + 0.1 * high, np.float32)) == pytest.approx(-20, abs=0.1)


def test_delivery_can_be_left_out_of_a_debrief(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    call = record(tmp_path / "call", CALLS["excellent"]())
    whole, without = (
        json.loads(run(capsys, "debrief", call, "--json", *option)[1])["scores"] for option in ((), ("--no-delivery",))
    )

    assert without["empathy"] == whole["empathy"] and without["resolution"] == whole["resolution"]
    values = {item["item"]: item["value"] for item in without["calmness"]["items"]}
    assert {values[name] for name in DELIVERY} == {"not observed"}
    assert {item["value"] for item in whole["calmness"]["items"] if item["item"] in DELIVERY} != {"not observed"}
