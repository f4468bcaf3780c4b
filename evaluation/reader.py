"""The reply reader: which behaviours a reply shows, with calibrated probabilities.

A small transformer (all-MiniLM-L6-v2, fine-tuned on ``evaluation/corpus`` by ``scripts/train_reader``, int8) reads the
pair (caller's line, reply). When a reply has several sentences each is read too, in one batch: the sentence that
carries a label most becomes its quote. ``evaluation/models/MODEL_CARD.md`` has the numbers.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from evaluation.fitting import Fitted
from evaluation.text import normal, printable, sentences
from simulator.errors import ModelError
from simulator.reading import LABELS, FoundLabel, Label, Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODELS: Final = Path(__file__).parent / "models"
"""Where the reader's files are: reader.onnx, reader.json (calibration), tokenizer.json."""
REPLY_TOKENS: Final = 80
"""Tokens of a reply, or of a piece of a longer one, as in training."""
CALLER_TOKENS: Final = 20
"""Tokens of the caller's line, its end, as in training."""
MAX_PIECES: Final = 12
"""Sentences read on their own at most; the rest of a very long reply is read in whole pieces only."""
_MEND: Final = "put it back with 'git checkout evaluation/models' or reinstall hotseat"


class TransformerReader:
    """A ``ReplyReader``. Build it with :meth:`load`; one reader serves any number of calls."""

    def __init__(self, session: Any, tokenizer: Any, fitted: Fitted) -> None:
        self._session, self._tokenizer, self._fitted = session, tokenizer, fitted
        self._cls, self._sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")

    @classmethod
    def load(cls, folder: Path = MODELS) -> Self:
        """A ready reader on one thread. Raises ``ModelError`` if a file is missing or damaged."""
        import onnxruntime
        from tokenizers import Tokenizer

        for name in ("reader.onnx", "reader.json", "tokenizer.json"):
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
            fitted = Fitted.from_json(json.loads((folder / "reader.json").read_text(encoding="utf-8")))
        except Exception as error:  # onnxruntime and tokenizers raise classes of their own
            raise ModelError(f"the reply reader is damaged ({type(error).__name__}): {_MEND}") from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return cls(session, tokenizer, fitted)

    def read(self, reply: str, caller_line: str) -> Reading:
        """The labels of ``reply`` whose probability reached their threshold, each with the sentence that carries it."""
        parts = sentences(reply)
        if not parts:
            return Reading()
        whole, each = self._all(reply, parts, caller_line)
        found = []
        for n, label in enumerate(LABELS):
            if whole[n] >= self._fitted.threshold[n]:
                quote = parts[int(np.argmax(each[:, n]))] if len(each) else printable(reply)
                found.append(FoundLabel(label=label, probability=round(float(whole[n]), 4), quote=quote))
        return Reading(labels=tuple(found))

    def probabilities(self, reply: str, caller_line: str) -> dict[Label, float]:
        """Calibrated probability of every label, rounded to 4 places, in label order; zeros for an empty reply."""
        if not sentences(reply):
            return dict.fromkeys(LABELS, 0.0)
        whole, _ = self._all(reply, (), caller_line)
        return {label: round(float(p), 4) for label, p in zip(LABELS, whole, strict=True)}

    def _all(
        self, reply: str, parts: tuple[str, ...], caller_line: str
    ) -> tuple["NDArray[np.float64]", "NDArray[np.float64]"]:
        """Probabilities of the whole reply (labels) and of its sentences (sentences, labels); none if there is one."""
        caller = self._ids(caller_line)[-CALLER_TOKENS:]
        ids = self._ids(reply)
        pieces = [ids[n : n + REPLY_TOKENS] for n in range(0, max(1, len(ids)), REPLY_TOKENS)]
        if len(pieces) > 1:  # no shorter piece than half, so that the last words keep some context
            pieces[-1] = ids[-REPLY_TOKENS:]
        pieces = pieces[:MAX_PIECES]
        alone = [self._ids(part)[:REPLY_TOKENS] for part in parts[: 2 * MAX_PIECES]] if len(parts) > 1 else []
        # The whole is read apart from its sentences: int8 activations are scaled over a batch, and the probabilities
        # must not depend on whether quotes were asked for.
        whole = np.max([self._run(caller, [piece])[0] for piece in pieces], axis=0)
        return whole, self._run(caller, alone) if alone else np.zeros((0, len(LABELS)))

    def _ids(self, text: str) -> list[int]:
        found: list[int] = self._tokenizer.encode(normal(text), add_special_tokens=False).ids
        return found

    def _run(self, caller: list[int], replies: list[list[int]]) -> "NDArray[np.float64]":
        first = [self._cls, *caller, self._sep]
        longest = len(first) + max(len(reply) for reply in replies) + 1
        ids = np.zeros((len(replies), longest), dtype=np.int64)
        mask, kind = np.zeros_like(ids), np.zeros_like(ids)
        for n, reply in enumerate(replies):
            end = len(first) + len(reply) + 1
            ids[n, :end] = [*first, *reply, self._sep]
            mask[n, :end] = 1
            kind[n, len(first) : end] = 1
        (logits,) = self._session.run(None, {"ids": ids, "mask": mask, "kind": kind})
        return self._fitted.probabilities(logits)
