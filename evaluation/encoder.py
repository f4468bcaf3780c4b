"""Sentence embeddings: the original all-MiniLM-L6-v2, run by ONNX Runtime without torch.

``models/minilm_graph.onnx`` holds the graph only, written by ``scripts/encoder_graph``; its weights are references into
the ``model.safetensors`` of the package that carries the model (``simulator/models.toml``), which ONNX Runtime maps
into memory itself. docs/decisions/007-sentence-encoder.md has the measurements.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from evaluation.text import normal
from simulator.errors import ModelError
from simulator.models import model_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

GRAPH: Final = Path(__file__).parent / "models" / "minilm_graph.onnx"
SIZE: Final = 384
"""Numbers in one embedding."""
MAX_TOKENS: Final = 64
"""A clause is far shorter; what is beyond is not read."""
BATCH: Final = 32
"""Sentences run together; they are sorted by length, so that little is padding."""


class SentenceEncoder:
    """Meaning of sentences as vectors. Build it with :meth:`load`."""

    def __init__(self, session: Any, tokenizer: Any) -> None:
        self._session, self._tokenizer = session, tokenizer

    @classmethod
    def load(cls) -> Self:
        """A ready encoder on one thread. Raises ``ModelError`` if the model is missing or not the pinned one."""
        import onnxruntime
        from tokenizers import Tokenizer

        files = model_files("minilm-l6-v2")
        weights = files["model.safetensors"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(weights.parent))
        try:
            session = onnxruntime.InferenceSession(GRAPH.read_bytes(), options, providers=["CPUExecutionProvider"])
            tokenizer = Tokenizer.from_file(str(files["tokenizer.json"]))
        except Exception as error:  # onnxruntime and tokenizers raise classes of their own
            raise ModelError(
                f"the sentence encoder cannot be read ({type(error).__name__}): run 'hotseat models fetch minilm-l6-v2'"
            ) from error
        tokenizer.enable_truncation(MAX_TOKENS)
        tokenizer.no_padding()
        return cls(session, tokenizer)

    def encode(self, sentences: "Sequence[str]") -> "Vectors":
        """One row of ``SIZE`` floats a sentence, of length one, so that a dot product is the cosine."""
        out = np.zeros((len(sentences), SIZE), dtype=np.float32)
        rows = [self._tokenizer.encode(normal(sentence)).ids for sentence in sentences]
        order = sorted(range(len(rows)), key=lambda n: len(rows[n]))
        for begin in range(0, len(order), BATCH):
            part = order[begin : begin + BATCH]
            ids = np.zeros((len(part), len(rows[part[-1]])), dtype=np.int64)
            mask = np.zeros_like(ids)
            for n, row in enumerate(part):
                ids[n, : len(rows[row])] = rows[row]
                mask[n, : len(rows[row])] = 1
            (out[part],) = self._session.run(None, {"ids": ids, "mask": mask})
        return out
