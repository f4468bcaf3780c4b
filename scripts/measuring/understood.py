"""How many words a recogniser gets wrong that hotseat does not use by default: Whisper base, or tiny.en to compare.

Lines are put together, up to 26 s with a second between them, because Whisper's encoder always takes as long as for
30 s. Decoding is greedy, without earlier text and without prompts.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from scripts.measuring.kept import Kept
from simulator.models import model_folder
from simulator.ports import SAMPLE_RATE

Samples = NDArray[np.float32]

RECOGNISER = "whisper-base"
_LONGEST_S = 26
_BETWEEN = np.zeros(SAMPLE_RATE, np.float32)


class Listener:
    """Counts word errors after Whisper's English normaliser ("it's" = "it is", "favour" = "favor")."""

    def __init__(self, kept: Kept, model: str = RECOGNISER) -> None:
        from faster_whisper import WhisperModel
        from whisper_normalizer.english import EnglishTextNormalizer  # type: ignore[import-untyped]

        self._kept = kept
        self._name = model
        self._model = WhisperModel(str(model_folder(model)), device="cpu", compute_type="int8", cpu_threads=1)
        self._plain = EnglishTextNormalizer()

    def errors(self, spoken: Sequence[Samples], texts: Sequence[str]) -> tuple[float, list[str]]:
        """(percent of words wrong, what was misheard as "said -> heard")."""
        import jiwer

        wanted, got = [], []
        for samples, said in _together(spoken, texts):
            heard = self._kept.get(self._name, samples, lambda samples=samples: self._hear(samples))
            wanted.append(self._plain(said))
            got.append(self._plain(heard))
        aligned = jiwer.process_words(wanted, got)
        misheard = [
            f"{' '.join(want[part.ref_start_idx : part.ref_end_idx])} -> "
            f"{' '.join(have[part.hyp_start_idx : part.hyp_end_idx])}"
            for want, have, parts in zip(aligned.references, aligned.hypotheses, aligned.alignments, strict=True)
            for part in parts
            if part.type != "equal"
        ]
        return 100 * float(aligned.wer), misheard

    def _hear(self, samples: Samples) -> str:
        segments, _ = self._model.transcribe(
            samples,
            language="en",
            beam_size=1,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        return " ".join(segment.text.strip() for segment in segments)


def _together(spoken: Sequence[Samples], texts: Sequence[str]) -> Iterator[tuple[Samples, str]]:
    pieces: list[Samples] = []
    said: list[str] = []
    for samples, text in zip(spoken, texts, strict=True):
        if pieces and sum(map(len, pieces)) + len(samples) > _LONGEST_S * SAMPLE_RATE:
            yield np.concatenate(pieces), " ".join(said)
            pieces, said = [], []
        pieces += [samples, _BETWEEN]
        said.append(text)
    yield np.concatenate(pieces), " ".join(said)
