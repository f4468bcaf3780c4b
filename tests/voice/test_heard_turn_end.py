"""The judgement from words, sound and state together."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import ModelError
from simulator.ports import SAMPLE_RATE
from voice.ending_words import EndingWords, features, tokens
from voice.heard_turn_end import ALL, CALLS, FILE, KINDS, SHORT, Fit, HeardTurnEnd, Smart, cues, is_short, read_weights
from voice.turn_sound import TurnListener, TurnSound

STORED = read_weights()
WORDS = EndingWords(STORED["words"])
MODEL = HeardTurnEnd.load()
SUNK = TurnSound(
    pitch=-0.8, lowest=-0.4, highest=-0.4, voicing=0.3, level_db=-18.0, last_db=-12.0, fall_db=-6.0,
    spoken_s=4.0, pauses=1, since_s=2.0, longest_s=0.4,
)  # fmt: skip
"""The end of somebody who is done."""


def untracked(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A tracker that hears no voice."""
    return np.zeros(0), np.zeros(0)


SILENCE = np.zeros(0, dtype=np.float32)


@pytest.mark.parametrize(
    ("over", "going_on", "expecting"),
    [
        (
            "I have put the refund through, it will be there by Friday.",
            "I have put the refund through, it will be",
            "words",
        ),
        ("Could you give me your order number?", "Could you give me your", "words"),
        ("Yes, of course.", "Yes, um", "answer"),
        ("Is there anything else I can help you with?", "Is there", "words"),
        ("I'm sorry, I'll call you back tomorrow morning.", "I'm sorry, I'll call you back and", "words"),
        ("The reference is seven four one nine two two.", "The reference is seven four", "number"),
        ("It's 7-4-1-9-2-2-0.", "It's 7-4", "number"),
        ("We will send it to you.", "We will send it to the", "words"),
    ],
)
def test_what_is_over_scores_above_what_goes_on(over: str, going_on: str, expecting: str) -> None:
    assert MODEL.done(SILENCE, over, expecting) > MODEL.done(SILENCE, going_on, expecting) + 0.2


def test_a_sound_that_is_over_raises_the_judgement() -> None:
    fit = Fit.of(STORED["fits"][ALL])

    def judged(heard: float) -> float:
        smart = Smart(whole=heard, last=heard)
        return fit.probability(dict(cues(WORDS, "I have sent it to your address.", "words", SUNK, smart)))

    assert judged(0.02) < judged(0.5) < judged(0.98)


@pytest.mark.parametrize("fit", [ALL, CALLS, SHORT])
def test_a_voice_that_has_sunk_is_likelier_done_than_one_that_stays_up(fit: str) -> None:
    def judged(sound: TurnSound) -> float:
        found = dict(cues(WORDS, "I have sent it to your address.", "words", sound))
        return Fit.of(STORED["fits"][fit]).probability(found)

    up = replace(SUNK, pitch=0.1, lowest=0.2, highest=0.4, level_db=-6.0, last_db=-5.0)
    assert judged(up) + 0.1 < judged(SUNK)


def test_a_whole_answer_of_one_word_is_believed() -> None:
    once = replace(SUNK, spoken_s=0.5, since_s=0.5, pauses=0, longest_s=0.0)

    assert is_short("Yes.", once) and not is_short("Yes.", SUNK) and not is_short("Yes, of course I will.", once)
    short = Fit.of(STORED["fits"][SHORT]).probability(dict(cues(WORDS, "Yes.", "answer", once)))
    long = Fit.of(STORED["fits"][CALLS]).probability(dict(cues(WORDS, "Yes.", "answer", once)))
    assert long < 0.5 < short


def test_smart_turn_is_asked_for_the_whole_turn_and_for_its_end() -> None:
    class Asked:
        lengths: tuple[int, ...] = ()

        def done(self, audio: np.ndarray, words: str, expecting: str) -> float:
            Asked.lengths += (len(audio),)
            return 0.5

    fit = Fit.of(STORED["fits"][ALL])
    model = HeardTurnEnd(fit, fit, WORDS, TurnListener(untracked), Asked())
    model.done(np.zeros(5 * SAMPLE_RATE, np.float32), "Yes.", "answer")

    assert Asked.lengths == (5 * SAMPLE_RATE, 3 * SAMPLE_RATE)


def test_without_words_and_without_sound_there_is_no_judgement() -> None:
    assert MODEL.done(np.zeros(SAMPLE_RATE, np.float32), "  ", "words") == 0.5
    assert MODEL.done(SILENCE, "", "words") == 0.5


def test_the_real_model_judges_a_turn() -> None:
    chance = np.random.default_rng(1)
    audio = (0.05 * chance.standard_normal(2 * SAMPLE_RATE)).astype(np.float32)
    model = HeardTurnEnd.load(smart=True)

    assert 0 < model.done(audio, "and the", "words") < model.done(audio, "I will call you back tomorrow.", "words") < 1


@given(words=st.text(max_size=300), expecting=st.sampled_from(["number", "answer", "words", "other"]))
def test_always_a_probability_and_always_the_same(words: str, expecting: str) -> None:
    done = MODEL.done(SILENCE, words, expecting)

    assert 0.0 < done < 1.0
    assert done == MODEL.done(SILENCE, words, expecting)


def test_each_fit_has_only_its_own_kinds_of_cue() -> None:
    assert set(STORED["fits"]) == {ALL, SHORT, *(f"without {kind}" for kind in KINDS)}
    for name, fit in STORED["fits"].items():
        kinds = {cue.split(".")[0] for cue in fit["weights"]}
        assert kinds == set(KINDS) - {"smart" if name == SHORT else name.removeprefix("without ")}
    smart = Smart(whole=0.5, last=0.5)
    known = {name for words in ("Yes.", "It is 7") for name, _ in cues(WORDS, words, "number", SUNK, smart)}
    assert {"words.ending", "smart.last", "sound.lowest", "pace.longest", "state.number goes on"} <= known


def test_the_weights_are_small_and_belong_to_the_models_in_use() -> None:
    assert FILE.stat().st_size < 50_000
    from simulator.models import model_digest

    assert STORED["models"]["smart-turn-v3"] == model_digest("smart-turn-v3")


@pytest.mark.parametrize("text", ["", "[]", '{"words": {}}', '{"words": {}, "fits": {}}'])
def test_a_damaged_file_says_what_to_do(tmp_path: Path, text: str) -> None:
    file = tmp_path / "turn_end.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ModelError, match="install hotseat again"):
        HeardTurnEnd.load(file)
    with pytest.raises(ModelError):
        read_weights(tmp_path / "nowhere.json")


def test_features_of_an_ending() -> None:
    assert list(features("Yes. I can see the ")) == [
        "*", "1 the", "2 see the", "3 can see the", "b i", "b i can", "n 4", "s 4", "k 2 4"
    ]  # fmt: skip
    assert "= yes" in list(features("Yes."))
    assert list(features(" ... ")) == []


def test_numbers_are_one_word() -> None:
    assert tokens("It's BR-74192, seven £42 uh-huh.") == ["it's", "0", "0", "0", "uh-huh"]


def test_an_unknown_ending_counts_for_little() -> None:
    plain = EndingWords({"*": -1.0, "1 the": -2.0})

    assert plain.log_odds("zyzzyva") == -1.0
    assert plain.log_odds("the") == -3.0
    assert plain.log_odds("") == 0.0


def test_the_file_is_what_the_script_writes() -> None:
    """Sorted and rounded, so that a new run shows as a small difference."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    assert list(stored["words"]) == sorted(stored["words"])
    assert all(round(value, 2) == value for value in stored["words"].values())
