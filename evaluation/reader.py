"""The reply reader: which behaviours a reply shows, with calibrated probabilities and the words that carry each.

A small transformer (all-MiniLM-L6-v2, fine-tuned on ``evaluation/corpus`` by ``scripts/train_reader``, 8-bit weights)
reads the pair (caller's line, reply) once. Every label has an attention of its own over the reply's words, and its
score is a sum of what the words add: the span that adds most is its quote. ``evaluation/models/MODEL_CARD.md`` has the
numbers.
"""

import json
from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from evaluation.fitting import Fitted
from evaluation.text import breaks_after, ends_sentence, normal, printable
from simulator.errors import ModelError
from simulator.reading import LABELS, FoundLabel, Label, Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MODELS: Final = Path(__file__).parent / "models"
"""Where the reader's files are: reader.onnx, reader.json (calibration), tokenizer.json."""
PARITY: Final = "parity.json"
"""Beside them: rows with the probabilities that the network had in float, before its weights were rounded."""
REPLY_TOKENS: Final = 100
"""Tokens of a reply, or of a piece of a longer one, as in training."""
CALLER_TOKENS: Final = 10
"""Tokens of the caller's line, its end, as in training."""
MAX_PIECES: Final = 12
"""Pieces of a very long reply that are read; what comes after is not."""
QUOTE_SHARE: Final = 0.7
"""A quote is cut at commas and joining words as long as it keeps so much of what its sentence adds to the label."""
_MEND: Final = "put it back with 'git checkout evaluation/models' or reinstall hotseat"


class TransformerReader:
    """A ``ReplyReader``. Build it with :meth:`load`; one reader serves any number of calls."""

    def __init__(self, session: Any, tokenizer: Any, fitted: Fitted) -> None:
        self._session, self._tokenizer, self._fitted = session, tokenizer, fitted
        self._cls, self._sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")

    @classmethod
    def load(cls, folder: Path = MODELS, *, fitted: Fitted | None = None) -> Self:
        """A ready reader on one thread, with the calibration of ``folder`` unless one is given.

        Raises ``ModelError`` if a file is missing or damaged.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        for name in ("reader.onnx", "tokenizer.json") if fitted else ("reader.onnx", "reader.json", "tokenizer.json"):
            if not (folder / name).is_file():
                raise ModelError(f"the reply reader lacks {name}: {_MEND}")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(
                str(folder / "reader.onnx"), options, providers=["CPUExecutionProvider"]
            )
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            if fitted is None:
                fitted = Fitted.from_json(json.loads((folder / "reader.json").read_text(encoding="utf-8")))
        except Exception as error:  # onnxruntime and tokenizers raise classes of their own
            raise ModelError(f"the reply reader is damaged ({type(error).__name__}): {_MEND}") from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return cls(session, tokenizer, fitted)

    def read(self, reply: str, caller_line: str) -> Reading:
        """The labels of ``reply`` whose probability reached their threshold, each with the words that carry it."""
        logits, shares, places = self._run(reply, caller_line)
        if not places:
            return Reading()
        p = self._fitted.probabilities(logits)
        words, found = printable(reply).split(), []
        for n, label in enumerate(LABELS):
            if p[n] >= self._fitted.threshold[n]:
                weight = np.zeros(len(words))
                np.add.at(weight, places, shares[:, n])
                found.append(
                    FoundLabel(label=label, probability=round(float(p[n]), 4), quote=" ".join(span(words, weight)))
                )
        return Reading(labels=tuple(found))

    def probabilities(self, reply: str, caller_line: str) -> dict[Label, float]:
        """Calibrated probability of every label, rounded to 4 places, in label order; zeros for an empty reply."""
        logits, _, places = self._run(reply, caller_line)
        if not places:
            return dict.fromkeys(LABELS, 0.0)
        return {label: round(float(p), 4) for label, p in zip(LABELS, self._fitted.probabilities(logits), strict=True)}

    def logits(self, reply: str, caller_line: str) -> "Floats":
        """Raw scores (labels), for calibration."""
        return self._run(reply, caller_line)[0]

    def _run(self, reply: str, caller_line: str) -> tuple["Floats", "Floats", list[int]]:
        """Scores (labels), what each token adds to them (tokens, labels), and the word each token belongs to."""
        text = normal(reply)
        spaces = [n for n, char in enumerate(text) if char == " "]
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        ids, places = encoded.ids, [bisect_right(spaces, begin) for begin, _ in encoded.offsets]
        first = [self._cls, *self._caller(caller_line), self._sep]
        pieces = [(n, ids[n : n + REPLY_TOKENS]) for n in range(0, len(ids), REPLY_TOKENS)]
        if len(pieces) > 1:  # no shorter piece than the others, so that the last words keep their context
            pieces[-1] = (len(ids) - REPLY_TOKENS, ids[-REPLY_TOKENS:])
        logits = np.full(len(LABELS), -60, dtype=np.float32)
        shares = np.zeros((len(ids), len(LABELS)), dtype=np.float32)
        for begin, piece in pieces[:MAX_PIECES]:
            tokens = np.array([*first, *piece, self._sep], dtype=np.int64)
            kind = np.zeros_like(tokens)
            kind[len(first) :] = 1
            scores, added = self._session.run(None, {"ids": tokens, "kind": kind})
            here = slice(begin, begin + len(piece))
            shares[here] = np.where(scores > logits, added[len(first) : -1], shares[here])
            logits = np.maximum(logits, scores)
        return logits, shares, places

    def _caller(self, line: str) -> list[int]:
        found: list[int] = self._tokenizer.encode(normal(line), add_special_tokens=False).ids
        return found[-CALLER_TOKENS:]


def span(words: "Sequence[str]", weight: "NDArray[np.float64]") -> "Sequence[str]":
    """The sentence with the most ``weight`` (one number a word), without the clauses at its ends that add little."""
    ends = [n + 1 for n, word in enumerate(words) if ends_sentence(word)]
    edges = [0, *ends, len(words)] if not ends or ends[-1] < len(words) else [0, *ends]
    begin, end = max(zip(edges, edges[1:], strict=False), key=lambda cut: float(weight[cut[0] : cut[1]].sum()))
    cuts = [begin, *(n for n in range(begin + 1, end) if breaks_after(words[n - 1], words[n])), end]
    enough = QUOTE_SHARE * float(weight[begin:end].sum())
    while len(cuts) > 2:
        left, right = weight[cuts[1] : cuts[-1]].sum(), weight[cuts[0] : cuts[-2]].sum()
        if max(left, right) < enough:
            break
        cuts = cuts[1:] if left >= right else cuts[:-1]
    return words[cuts[0] : cuts[-1]]
