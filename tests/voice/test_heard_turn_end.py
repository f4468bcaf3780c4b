"""The judgement from words, sound and state together."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import ModelError
from simulator.ports import SAMPLE_RATE
from voice.ending_words import EndingWords, features, tokens
from voice.heard_turn_end import FILE, KINDS, Fit, HeardTurnEnd, Sound, cues, read_weights

STORED = read_weights()
WORDS = EndingWords(STORED["words"])
DEAF = HeardTurnEnd.load(listen=False)
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
    assert DEAF.done(SILENCE, over, expecting) > DEAF.done(SILENCE, going_on, expecting) + 0.2


def test_a_sound_that_is_over_raises_the_judgement() -> None:
    fit = Fit.of(STORED["fits"]["all"])

    def judged(heard: float) -> float:
        sound = Sound(whole=heard, last=heard)
        return fit.probability(dict(cues(WORDS, "I have sent it to your address.", "words", sound)))

    assert judged(0.02) < judged(0.5) < judged(0.98)


def test_smart_turn_is_asked_for_the_whole_turn_and_for_its_end() -> None:
    class Asked:
        lengths: tuple[int, ...] = ()

        def done(self, audio: np.ndarray, words: str, expecting: str) -> float:
            Asked.lengths += (len(audio),)
            return 0.5

    model = HeardTurnEnd(Fit.of(STORED["fits"]["all"]), WORDS, Asked())
    model.done(np.zeros(5 * SAMPLE_RATE, np.float32), "Yes.", "answer")

    assert Asked.lengths == (5 * SAMPLE_RATE, 3 * SAMPLE_RATE)


def test_without_words_and_without_sound_there_is_no_judgement() -> None:
    assert DEAF.done(np.zeros(SAMPLE_RATE, np.float32), "  ", "words") == 0.5
    assert HeardTurnEnd.load().done(SILENCE, "", "words") == 0.5


def test_the_real_model_judges_a_turn() -> None:
    chance = np.random.default_rng(1)
    audio = (0.05 * chance.standard_normal(2 * SAMPLE_RATE)).astype(np.float32)
    model = HeardTurnEnd.load()

    assert 0 < model.done(audio, "and the", "words") < model.done(audio, "I will call you back tomorrow.", "words") < 1


@given(words=st.text(max_size=300), expecting=st.sampled_from(["number", "answer", "words", "other"]))
def test_always_a_probability_and_always_the_same(words: str, expecting: str) -> None:
    done = DEAF.done(SILENCE, words, expecting)

    assert 0.0 < done < 1.0
    assert done == DEAF.done(SILENCE, words, expecting)


def test_each_fit_has_only_its_own_kinds_of_cue() -> None:
    assert set(STORED["fits"]) == {"all", *(f"without {kind}" for kind in KINDS)}
    for name, fit in STORED["fits"].items():
        kinds = {cue.split(".")[0] for cue in fit["weights"]}
        assert kinds == set(KINDS) - {name.removeprefix("without ")}
    known = {
        name for words in ("Yes.", "It is 7") for name, _ in cues(WORDS, words, "number", Sound(whole=0.5, last=0.5))
    }
    assert {"words.ending", "sound.last", "state.number goes on"} <= known


def test_the_weights_are_small_and_belong_to_the_models_in_use() -> None:
    assert FILE.stat().st_size < 50_000
    from simulator.models import model_digest

    assert STORED["models"]["smart-turn-v3"] == model_digest("smart-turn-v3")


@pytest.mark.parametrize("text", ["", "[]", '{"words": {}}', '{"words": {}, "fits": {}}'])
def test_a_damaged_file_says_what_to_do(tmp_path: Path, text: str) -> None:
    file = tmp_path / "turn_end.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ModelError, match="install hotseat again"):
        HeardTurnEnd.load(file, listen=False)
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
