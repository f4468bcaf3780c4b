"""Whether callers can be told apart: nearest neighbours of speaker embeddings.

The embedding is Resemblyzer's (GE2E, Wan et al. 2018, arXiv 1710.10467), whose weights come inside its package. Each
line of each caller is compared with the *other* lines of all callers, so that the same words never help; it counts as
recognised when the most alike (by cosine) is by the same caller.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scripts.measuring.kept import Kept

Samples = NDArray[np.float32]
Embeddings = NDArray[np.float64]
"""(lines, 256), each of length one."""


class Encoder:
    """Embeds lines."""

    def __init__(self, kept: Kept) -> None:
        import torch
        from resemblyzer import VoiceEncoder, preprocess_wav

        torch.set_num_threads(1)
        self._kept = kept
        self._prepared = preprocess_wav
        self._encoder = VoiceEncoder("cpu", verbose=False)

    def embed(self, spoken: Sequence[Samples]) -> Embeddings:
        """One row a line."""
        rows = [
            self._kept.get("resemblyzer", samples, lambda samples=samples: self._embed(samples)) for samples in spoken
        ]
        return np.array(rows, np.float64)

    def _embed(self, samples: Samples) -> list[float]:
        return [float(value) for value in self._encoder.embed_utterance(self._prepared(samples))]


def recognised(known: Sequence[Mapping[str, Embeddings]], asked: Mapping[str, Embeddings]) -> dict[str, float]:
    """For each caller of ``asked`` the percent of lines whose nearest neighbour in ``known`` is the same caller.

    Each of ``known``, one for an anger, holds the same lines in the same order as ``asked``; a line is never compared
    with itself, whoever says it.
    """
    names = list(asked)
    everything = np.stack([np.stack([rows[name] for name in names]) for rows in known])
    found = {}
    for name, rows in asked.items():
        hits = 0
        for line, row in enumerate(rows):
            alike = everything @ row
            alike[:, :, line] = -2.0
            hits += names[int(np.unravel_index(alike.argmax(), alike.shape)[1])] == name
        found[name] = 100 * hits / len(rows)
    return found
