"""The reply reader that ships: an answer to any text, calibrated, quick, the same for typed and recognised words."""

import json
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation import fitting
from evaluation.fitting import HARSH, Fitted
from evaluation.reader import MODELS, PARITY, TransformerReader, span
from evaluation.text import normal, sentence_clauses, sentences
from simulator.errors import ModelError
from simulator.reading import LABELS, Reading

CALLER = "You charged me twice and nobody called me back."


@pytest.fixture(scope="module")
def reader() -> TransformerReader:
    return TransformerReader.load()


@pytest.mark.parametrize(
    ("reply", "label"),
    [
        ("Thank you for calling Brightline, this is Sam, how can I help?", "greeting"),
        ("I'm really sorry about the double charge.", "apology"),
        ("That's our mistake, you shouldn't have had to call.", "own_fault"),
        ("Can I have your account number please?", "information_request"),
        ("can i take your account number please", "information_request"),
        ("I've refunded the second charge to your card.", "solution"),
        ("We can't refund after thirty days, it's our policy.", "refusal"),
        ("May I put you on hold for two minutes while I check?", "hold"),
        ("Is there anything else I can help you with today?", "closing"),
        ("let me get my supervisor on the line for you", "supervisor"),
    ],
)
def test_plain_cases(reader: TransformerReader, reply: str, label: str) -> None:
    assert label in {found.label for found in reader.read(reply, CALLER).labels}


@pytest.mark.parametrize(
    "text", ["", "  \n", "😡", "👍👍👍", "\x00\x1b[31m\x07", "word " * 500, "?" * 2000, "ß漢字Ωж", "a", "..."]
)
def test_any_text_has_an_answer(reader: TransformerReader, text: str) -> None:
    assert isinstance(reader.read(text, text), Reading)
    assert list(reader.probabilities(text, text)) == list(LABELS)


def test_nothing_said_has_no_label(reader: TransformerReader) -> None:
    assert reader.read("", CALLER) == reader.read("😡", CALLER) == Reading()
    assert set(reader.probabilities("", CALLER).values()) == {0.0}


def test_labels_are_those_over_their_threshold(reader: TransformerReader) -> None:
    fitted = Fitted.from_json(json.loads((MODELS / "reader.json").read_text(encoding="utf-8")))
    reply = "I'm so sorry. I've refunded it, and I'll call you on Thursday to make sure it came."
    chances = reader.probabilities(reply, CALLER)
    found = {item.label: item.probability for item in reader.read(reply, CALLER).labels}

    assert found == {
        label: chances[label] for label, t in zip(LABELS, fitted.threshold, strict=True) if chances[label] >= t
    }
    assert all(p == round(p, 4) for p in chances.values())


def test_thresholds_are_where_the_mood_begins_to_count(reader: TransformerReader) -> None:
    fitted = Fitted.from_json(json.loads((MODELS / "reader.json").read_text(encoding="utf-8")))
    for label, threshold in zip(LABELS, fitted.threshold, strict=True):
        assert threshold >= (0.5 if label in HARSH else 0.35), label


def test_the_quote_is_the_sentence_that_carries_the_label(reader: TransformerReader) -> None:
    reply = "Good morning, this is Sam. Can I have your account number please?"
    quotes = {found.label: found.quote for found in reader.read(reply, "").labels}

    assert "Good morning, this is Sam.".startswith(quotes["greeting"])
    assert quotes["information_request"] == "Can I have your account number please?"


def test_a_long_reply_is_read_to_its_end(reader: TransformerReader) -> None:
    filler = "The line went through the yard and along the wall to the street. " * 14

    assert reader.read(filler + "Can I have your account number please?", "").has("information_request")


def test_typed_and_recognised_forms_come_close(reader: TransformerReader) -> None:
    typed = reader.probabilities("I’m so sorry, that’s our mistake. I can’t undo it, but I’ll refund you.", CALLER)
    heard = reader.probabilities("im so sorry thats our mistake i cant undo it but i'll refund you", CALLER)

    assert max(abs(typed[label] - heard[label]) for label in LABELS) < 0.5


def test_the_exported_graph_reads_as_the_network_did(reader: TransformerReader) -> None:
    """``parity.json`` holds what the network gave in float; the graph has 8-bit weights and one row at a time."""
    rows = json.loads((MODELS / PARITY).read_text(encoding="utf-8"))
    mine = np.array([list(reader.probabilities(row["reply"], row["caller"]).values()) for row in rows])
    torch = np.array([row["p"] for row in rows])

    assert len(rows) >= 30
    assert np.abs(mine - torch).max() < 0.2
    assert np.abs(mine - torch).mean() < 0.01
    assert ((mine >= 0.5) == (torch >= 0.5)).mean() > 0.99


def test_the_words_of_a_quote_stand_in_the_reply(reader: TransformerReader) -> None:
    reply = "right so i am sorry about that, it was our system that did it twice, and i've put the money back today"
    for found in reader.read(reply, CALLER).labels:
        assert found.quote in reply
        assert found.quote


def test_a_line_without_stops_gives_a_short_quote(reader: TransformerReader) -> None:
    reply = "okay so can i have your account number please and i am really sorry that this has happened to you twice"
    quotes = {found.label: found.quote for found in reader.read(reply, CALLER).labels}

    assert "account number" in quotes["information_request"]
    assert "sorry" not in quotes["information_request"]
    assert "sorry" in quotes["apology"]


@given(
    st.lists(st.sampled_from(["so", "and", "refund.", "sorry,", "we", "did?", "it"]), min_size=1, max_size=30),
    st.randoms(),
)
def test_a_span_is_a_run_of_words_with_most_of_the_weight_of_its_sentence(words: list[str], chance: Random) -> None:
    weight = np.array([chance.random() for _ in words])
    part = list(span(words, weight))

    assert part
    assert any(words[n : n + len(part)] == part for n in range(len(words)))


def test_it_fits_the_repository() -> None:
    assert (MODELS / "reader.onnx").stat().st_size < 30_000_000


def test_a_missing_or_damaged_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"lacks reader\.onnx: put it back"):
        TransformerReader.load(tmp_path)
    for name in ("reader.onnx", "reader.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"nonsense")
    with pytest.raises(ModelError, match="damaged"):
        TransformerReader.load(tmp_path)


@given(st.text(max_size=120))
@settings(max_examples=60)
def test_normal_text_is_plain_and_stays_so(text: str) -> None:
    once = normal(text)

    assert normal(once) == once
    assert "\n" not in once
    assert once == once.strip()


@given(st.text(max_size=200))
def test_sentences_and_clauses_lose_no_words(text: str) -> None:
    words = "".join(char for sentence in sentences(text) for char in sentence if char.isalnum())
    clauses = "".join(char for parts in sentence_clauses(text) for part in parts for char in part if char.isalnum())

    assert words == clauses


def test_calibration_finds_the_scale_that_made_the_data() -> None:
    chance = np.random.default_rng(3)
    logits = chance.normal(size=(6000, len(LABELS))).astype(np.float32) * 3
    gold = chance.random(logits.shape) < 1 / (1 + np.exp(-(0.5 * logits - 1)))
    fitted = fitting.fit(logits, gold)

    lift = fitted.shift + 1
    kind = np.array([label not in HARSH for label in LABELS])

    assert np.abs(fitted.scale - 0.5).max() < 0.08
    assert np.median(np.abs(lift[kind])) < 0.15, "the best threshold is near .35 already: little to move"
    assert (lift[~kind] > 0.3).all(), "harsh labels are moved up to .50, where the mood begins to count them"
    unmoved = Fitted(scale=fitted.scale, shift=np.full(len(LABELS), -1.0), threshold=fitted.threshold)
    assert fitted.macro_f1(logits, gold) > unmoved.macro_f1(logits, gold)
    assert unmoved.calibration_error(logits, gold) < 0.02
    again = Fitted.from_json(fitted.to_json())
    assert again.macro_f1(logits, gold) == pytest.approx(fitted.macro_f1(logits, gold), abs=0.01)


def test_a_title_ends_no_sentence() -> None:
    said = "Am I speaking to Mr. Merz? Good. Dr. Lee and Mrs. Owen rang."

    assert sentences(said) == ("Am I speaking to Mr. Merz?", "Good.", "Dr. Lee and Mrs. Owen rang.")
    assert sentence_clauses("Is that Mr. Merz?") == (("Is that Mr. Merz?",),)
