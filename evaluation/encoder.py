"""The matcher's encoder: meaning of sentences as vectors, and whether each asks, offers or does neither.

all-MiniLM-L6-v2 fine-tuned on the sayings of invented callers by ``scripts/train_matcher``, 8-bit weights. It never saw
a shipped caller. ``evaluation/models/MODEL_CARD.md`` has the numbers.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from evaluation.text import normal
from simulator.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

MODELS: Final = Path(__file__).parent / "models"
SIZE: Final = 384
"""Numbers in one vector."""
MAX_TOKENS: Final = 64
"""A clause is far shorter; what is beyond is not read."""
BATCH: Final = 32
"""Sentences run together; they are sorted by length, so that little is padding."""
NEITHER, ASKS, OFFERS = range(3)
"""Columns of a stance."""
_MEND: Final = "put it back with 'git checkout evaluation/models' or reinstall hotseat"


@dataclass(frozen=True, slots=True)
class Encoded:
    """Sentences as the matcher compares them."""

    vectors: "Vectors"
    """(sentences, SIZE), each of length one: a dot product is a cosine."""
    stance: "Vectors"
    """(sentences, 3): log probability of NEITHER, ASKS, OFFERS."""


class SentenceEncoder:
    """Build it with :meth:`load`."""

    def __init__(self, session: Any, tokenizer: Any, scale: float, bar: float, digest: str) -> None:
        self._session, self._tokenizer = session, tokenizer
        self.digest = digest
        """Of its weights and its tokenizer: the same digest, the same vectors."""
        self.scale, self.bar = scale, bar
        """By what a cosine is multiplied to be a score, and the cosine that a class must pass; both learned."""

    @classmethod
    def load(cls, folder: Path = MODELS) -> Self:
        """A ready encoder on one thread. Raises ``ModelError`` if a file is missing or damaged."""
        import onnxruntime
        from tokenizers import Tokenizer

        for name in ("matcher.onnx", "matcher.json", "tokenizer.json"):
            if not (folder / name).is_file():
                raise ModelError(f"the matcher lacks {name}: {_MEND}")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            graph = (folder / "matcher.onnx").read_bytes()
            session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            card = json.loads((folder / "matcher.json").read_text(encoding="utf-8"))
            scale, bar = float(card["scale"]), float(card["bar"])
        except Exception as error:  # onnxruntime and tokenizers raise classes of their own
            raise ModelError(f"the matcher is damaged ({type(error).__name__}): {_MEND}") from error
        tokenizer.enable_truncation(MAX_TOKENS)
        tokenizer.no_padding()
        digest = sha256(graph + (folder / "tokenizer.json").read_bytes()).hexdigest()
        return cls(session, tokenizer, scale, bar, digest)

    def encode(self, sentences: "Sequence[str]") -> Encoded:
        """Vectors and stance of each sentence."""
        vectors = np.zeros((len(sentences), SIZE), dtype=np.float32)
        stance = np.zeros((len(sentences), 3), dtype=np.float32)
        rows = [self._tokenizer.encode(normal(sentence)).ids for sentence in sentences]
        order = sorted(range(len(rows)), key=lambda n: len(rows[n]))
        for begin in range(0, len(order), BATCH):
            part = order[begin : begin + BATCH]
            ids = np.zeros((len(part), len(rows[part[-1]])), dtype=np.int64)
            mask = np.zeros(ids.shape, dtype=np.int32)
            for n, row in enumerate(part):
                ids[n, : len(rows[row])] = rows[row]
                mask[n, : len(rows[row])] = 1
            vectors[part], stance[part] = self._session.run(None, {"ids": ids, "mask": mask})
        stance -= stance.max(axis=1, keepdims=True)
        return Encoded(vectors, stance - np.log(np.exp(stance).sum(axis=1, keepdims=True)))
