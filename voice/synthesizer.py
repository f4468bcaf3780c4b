"""Words to speech: chooses an engine, gives it a mood and a line, keeps what was said.

    text -> words as said -> clauses -> engine -> prosody -> telephone -> level -> Speech
                                 \\______________ cache ______________/

A line is made clause by clause, and ``synthesize`` joins what ``synthesize_clauses`` yields: so a line sounds the same
whether it is heard as it is made or afterwards, and clauses that lines share are made once.
"""

import atexit
import functools
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from simulator.errors import ModelError
from simulator.ports import SAMPLE_RATE, Delivery, Speech, Word
from voice import telephone as phone
from voice.clauses import PAUSE_MS, clauses
from voice.delivery import Acoustics, acoustics, quantise
from voice.engine import Engine
from voice.levels import LINE_CEILING_DBTP, amplify, as_loud, limit
from voice.prosody import Vocoder, shape
from voice.speech_cache import SpeechCache, rounded
from voice.spoken_text import SpokenWord, spoken_words
from voice.voices import TARGET_LUFS, EngineName, Speaker, speaker

if TYPE_CHECKING:
    from simulator.ports import Samples

EngineChoice = Literal["auto", "kokoro", "piper", "pyttsx3"]

ORDER: Final[tuple[EngineName, ...]] = ("kokoro", "piper", "pyttsx3")
"""Best first; ``auto`` takes the first that can be loaded."""
_SOUND_VERSION: Final = "2"
"""Raise when delivery, prosody, levels or the telephone change the sound."""
_LEAST_PACE, _MOST_PACE = 0.6, 1.5

_log = logging.getLogger(__name__)


class Mouth:
    """A :class:`simulator.ports.Synthesizer` on top of one engine. Safe to use from several threads; they take turns."""

    def __init__(
        self,
        engine: Engine,
        *,
        vocoder: Vocoder | None = None,
        telephone: bool = True,
        cache: SpeechCache | None = None,
        turn: "Lock | None" = None,
    ) -> None:
        """``vocoder`` is needed by engines that cannot move their own pitch. Without ``telephone`` the voice is as in the
        room; without ``cache`` every line is made anew. Mouths that share an engine share its ``turn``."""
        self._engine = engine
        self._vocoder = vocoder
        self._telephone = telephone
        self._cache = cache
        self._turn = turn or Lock()

    @property
    def engine_name(self) -> EngineName:
        """Which engine speaks."""
        return self._engine.name

    def synthesize(self, text: str, delivery: Delivery) -> Speech:
        """The whole line, without leading or trailing silence. Text with nothing to say gives an empty ``Speech``.

        Raises :class:`simulator.errors.UserError` for an unknown speaker, :class:`ModelError` when the engine fails.
        """
        pieces, words, length = [], [], 0
        for part in self.synthesize_clauses(text, delivery):
            start_ms = round(length * 1000 / SAMPLE_RATE)
            words += [replace(w, start_ms=w.start_ms + start_ms, end_ms=w.end_ms + start_ms) for w in part.words]
            pieces.append(part.samples)
            length += len(part.samples)
        return Speech(np.concatenate(pieces) if pieces else np.zeros(0, np.float32), tuple(words))

    def kept(self, text: str, delivery: Delivery) -> bool:
        """Whether the whole line is in the cache. Raises :class:`simulator.errors.UserError` for an unknown speaker."""
        if self._cache is None:
            return False
        who, delivery = speaker(delivery.speaker), _held_in(delivery)
        wanted = acoustics(delivery, high_voice=who.high_voice)
        return all(self._cache.holds(self._key(clause, who, wanted)) for clause in clauses(spoken_words(text)))

    def synthesize_clauses(self, text: str, delivery: Delivery) -> Iterator[Speech]:
        """The line in pieces, the first one short, each ready to be played after the one before: every piece but the last
        ends in the pause that belongs there. Word times count from the start of their piece."""
        who, delivery = speaker(delivery.speaker), _held_in(delivery)
        wanted = acoustics(delivery, high_voice=who.high_voice)
        parts = clauses(spoken_words(text))
        for index, clause in enumerate(parts, start=1):
            said = self._clause(clause, who, wanted)
            if index < len(parts):
                pause = round(PAUSE_MS[clause[-1].mark] * wanted.pause_factor / delivery.pace * SAMPLE_RATE / 1000)
                said = Speech(np.concatenate([said.samples, np.zeros(pause, np.float32)]), said.words)
            yield said

    def _clause(self, clause: tuple[SpokenWord, ...], who: Speaker, wanted: Acoustics) -> Speech:
        key = self._key(clause, who, wanted)
        if self._cache is not None and (kept := self._cache.get(key)) is not None:
            return kept
        with self._turn:
            said = self._spoken(clause, who, wanted)
        if self._cache is not None:
            self._cache.put(key, said)
        return said

    def _spoken(self, clause: tuple[SpokenWord, ...], who: Speaker, wanted: Acoustics) -> Speech:
        utterance = self._engine.speak(clause, who, wanted)
        samples, words = shape(utterance, self._vocoder)
        if self._telephone:
            samples = as_loud(phone.band(samples), samples)
        level: float = getattr(who, self._engine.name).level_lufs
        samples = _held(amplify(samples, TARGET_LUFS - level + utterance.left.gain_db))
        if self._telephone:
            samples = limit(phone.line(samples), LINE_CEILING_DBTP)
        return Speech(rounded(samples), _within(words, len(samples)))

    def _key(self, clause: tuple[SpokenWord, ...], who: Speaker, wanted: Acoustics) -> tuple[str, ...]:
        return (
            self._engine.name,
            self._engine.digest,
            _SOUND_VERSION,
            "telephone" if self._telephone else "room",
            who.accent,
            repr(getattr(who, self._engine.name)),
            repr(wanted),
            repr(clause),
        )


def _held_in(delivery: Delivery) -> Delivery:
    """Anger in steps, and a pace that can be spoken."""
    pace = max(_LEAST_PACE, min(_MOST_PACE, delivery.pace))
    return replace(delivery, anger=quantise(delivery.anger), pace=pace)


def _held(samples: "Samples") -> "Samples":
    """Under the ceiling, and given back most of the loudness that this takes: without it a man at anger 90 is 1.4 LU
    quieter than his delivery asks for."""
    return limit(as_loud(limit(samples, LINE_CEILING_DBTP), samples), LINE_CEILING_DBTP)


def _within(words: tuple[Word, ...], length: int) -> tuple[Word, ...]:
    """No word ends after its samples."""
    end = length * 1000 // SAMPLE_RATE
    return tuple(replace(word, start_ms=min(word.start_ms, end), end_ms=min(word.end_ms, end)) for word in words)


def load_synthesizer(
    engine: EngineChoice = "auto", telephone: bool = True, cache: bool = True, *, cache_folder: Path | None = None
) -> Mouth:
    """A mouth that is ready to speak; :attr:`Mouth.engine_name` says which engine it got.

    ``auto`` is Kokoro where it is installed, else Piper, else eSpeak through pyttsx3. ``cache_folder`` stands in for the
    user's cache folder. Raises :class:`ModelError` when the engine asked for, or under ``auto`` every engine, is missing.
    """
    store = SpeechCache(cache_folder or _user_cache()) if cache else None
    reasons = []
    for name in ORDER if engine == "auto" else (engine,):
        try:
            loaded, vocoder, turn = _LOADERS[name]()
        except ModelError as error:
            if engine != "auto":
                raise
            reasons.append(str(error))
            _log.info("voice %s is not available: %s", name, error)
            continue
        _log.info("the caller speaks through %s", name)
        return Mouth(loaded, vocoder=vocoder, telephone=telephone, cache=store, turn=turn)
    raise ModelError(f"the caller has no voice: {reasons[0]}")


def _user_cache() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("hotseat", appauthor=False)) / "speech"


_Loaded = tuple[Engine, Vocoder | None, Lock]
"""What mouths share. An engine takes 20 to 250 MB or a process, so there is one of each in a program."""


@functools.cache
def _kokoro() -> _Loaded:
    from voice.kokoro import KokoroEngine

    return KokoroEngine.load(), None, Lock()


@functools.cache
def _piper() -> _Loaded:
    from voice.piper import PiperEngine
    from voice.vocoder import WorldVocoder

    engine, vocoder = PiperEngine.load(), WorldVocoder.load()
    atexit.register(engine.close)
    return engine, vocoder, Lock()


@functools.cache
def _pyttsx3() -> _Loaded:
    from voice.espeak import Pyttsx3Engine

    engine = Pyttsx3Engine.load()
    atexit.register(engine.close)
    return engine, None, Lock()


_LOADERS: Final[dict[EngineName, Callable[[], _Loaded]]] = {
    "kokoro": _kokoro,
    "piper": _piper,
    "pyttsx3": _pyttsx3,
}
