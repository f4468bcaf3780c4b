"""Kokoro-82M, the default voice of the caller: a neural voice that runs on a processor without a graphics card.

Pitch, pitch range and pace are set inside the network (``voice.kokoro_graph``), the size of the speaker by playing a slower,
lower rendering faster; no vocoder touches the sound. Voice vectors may be mixed. Output is the same on every run.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator.errors import ModelError
from simulator.models import model_digest, model_files
from simulator.ports import Word
from voice import kokoro_graph as graph
from voice.delivery import Acoustics
from voice.engine import Utterance
from voice.phonemes import Phonemizer
from voice.prosody import resample, trim
from voice.spoken_text import SpokenWord
from voice.voices import EngineName, KokoroVoice, Speaker

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.ports import Samples

MODEL: Final = "kokoro-82m-int8"
THREADS: Final = 2
_RATE: Final = 24_000
_MAX_TOKENS: Final = 508
"""The network takes 510 with the two ends."""
_FASTEST: Final = 1.15
"""Beyond this the network drops sounds (word error 15 % at 1.3); the rest is left to time stretching."""
_EXACT_RATE: Final = 0.87
"""Codes and spelled names are said more slowly."""
_STRESS_RATE: Final = 0.82
_STRESS_PITCH_ST: Final = 1.5
_STRESS_GAIN_DB: Final = 3.0
_VERSION: Final = "1"
"""Raise when the sound changes for the same model, so that cached lines are made anew."""


class KokoroEngine:
    """One loaded model; its memory is shared by all speakers. Not for several threads at once."""

    name: EngineName = "kokoro"

    def __init__(
        self,
        session: Any,
        phonemizer: Phonemizer,
        symbols: Mapping[str, int],
        styles: Mapping[str, "NDArray[np.float32]"],
        digest: str,
    ) -> None:
        self._session = session
        self._phonemizer = phonemizer
        self._symbols = symbols
        self._styles = styles
        self.digest = f"{digest}-{_VERSION}"

    @classmethod
    def load(cls, *, threads: int = THREADS) -> "KokoroEngine":
        """Takes about 1.5 s the first time, less later, and 250 MB. Raises :class:`ModelError` when the model or its runtime is missing or damaged."""
        files = model_files(MODEL)
        try:
            import onnxruntime
        except ImportError as error:
            raise ModelError("onnxruntime is missing: run `pip install onnxruntime`") from error
        from voice import prepared_graph

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        digest = model_digest(MODEL)
        session = prepared_graph.session(
            "kokoro",
            f"{digest} {graph.VERSION}",
            lambda: graph.with_controls(files["model.onnx"].read_bytes()),
            options,
        )
        symbols = json.loads(files["vocab.json"].read_text(encoding="utf-8"))["vocab"]
        with np.load(files["voices.npz"]) as stored:
            styles = {name: np.asarray(stored[name][:, 0, :], np.float32) for name in stored.files}
        return cls(session, Phonemizer.load(), symbols, styles, digest)

    def speak(self, clause: tuple[SpokenWord, ...], speaker: Speaker, wanted: Acoustics) -> Utterance:
        """See :class:`voice.engine.Engine`. Leaves pauses, tremor and what of the pace is beyond the network."""
        voice = speaker.kokoro
        spoken = self._phonemizer.phonemes(clause, speaker.accent)
        tokens = [
            (self._symbols[symbol], owner)
            for symbol, owner in zip(spoken.symbols, spoken.owners, strict=True)
            if symbol in self._symbols
        ]
        tokens = tokens[:_MAX_TOKENS]
        if not any(owner >= 0 for _, owner in tokens):
            return Utterance(np.zeros(0, np.float32), (), wanted)
        rate = voice.rate * wanted.rate
        own_rate = min(rate / voice.formants, _FASTEST)
        audio, frames = self._run(tokens, clause, voice, wanted, own_rate)
        samples = resample(audio, _RATE * voice.formants)
        words = _word_times(tokens, frames, clause, 25.0 / voice.formants)
        samples = _stress(samples, words, clause)
        samples, words = trim(samples, words)
        left = Acoustics(
            rate=rate / (own_rate * voice.formants),
            gain_db=wanted.gain_db,
            tilt_db=wanted.tilt_db,
            pause_factor=wanted.pause_factor,
            drive=wanted.drive,
            tremor=wanted.tremor,
        )
        return Utterance(samples, words, left)

    def _run(
        self,
        tokens: list[tuple[int, int]],
        clause: tuple[SpokenWord, ...],
        voice: KokoroVoice,
        wanted: Acoustics,
        rate: float,
    ) -> "tuple[Samples, NDArray[np.int64]]":
        pitch = 2.0 ** ((voice.pitch_st + wanted.pitch_st) / 12) / voice.formants
        rates = np.full((1, len(tokens) + 2), rate, np.float32)
        pitches = np.full((1, len(tokens) + 2), pitch, np.float32)
        for index, (_, owner) in enumerate(tokens, start=1):
            if owner >= 0 and clause[owner].exact:
                rates[0, index] *= _EXACT_RATE
            if owner >= 0 and clause[owner].stressed:
                rates[0, index] *= _STRESS_RATE
                pitches[0, index] *= 2.0 ** (_STRESS_PITCH_ST / 12)
        style = sum(weight * self._styles[name][len(tokens) - 1] for name, weight in voice.blend)
        audio, durations = self._session.run(
            ["audio", graph.DURATIONS],
            {
                "tokens": np.array([[0, *(token for token, _ in tokens), 0]], np.int64),
                "style": np.asarray(style, np.float32).reshape(1, -1),
                "speed": np.ones(1, np.float32),
                graph.TOKEN_RATE: rates,
                graph.TOKEN_PITCH: pitches,
                graph.PITCH_CENTRE: np.array([voice.centre_hz], np.float32),
                graph.PITCH_RANGE: np.array([wanted.range_factor], np.float32),
            },
        )
        return np.asarray(audio, np.float32).ravel(), np.asarray(durations, np.int64).ravel()


def _word_times(
    tokens: list[tuple[int, int]], frames: "NDArray[np.int64]", clause: tuple[SpokenWord, ...], frame_ms: float
) -> tuple[Word, ...]:
    """From the durations of the tokens; a word without a sound of its own gets no time at the place it stands."""
    ends = np.cumsum(frames)
    words, last = [], 0
    for index, word in enumerate(clause):
        mine = [at for at, (_, owner) in enumerate(tokens, start=1) if owner == index]
        start = round(float(ends[mine[0] - 1]) * frame_ms) if mine else last
        last = round(float(ends[mine[-1]]) * frame_ms) if mine else last
        words.append(Word(text=word.written, start_ms=start, end_ms=last))
    return tuple(words)


def _stress(samples: "Samples", words: tuple[Word, ...], clause: tuple[SpokenWord, ...]) -> "Samples":
    """Lift the words written in capitals, with 30 ms slopes."""
    if not any(word.stressed for word in clause):
        return samples
    gain_db = np.zeros(len(samples), np.float32)
    for word, spoken in zip(words, clause, strict=True):
        if spoken.stressed:
            gain_db[word.start_ms * 16 : word.end_ms * 16] = _STRESS_GAIN_DB
    slope = np.ones(480, np.float32) / 480
    return np.asarray(samples * 10 ** (np.convolve(gain_db, slope, mode="same") / 20), np.float32)
