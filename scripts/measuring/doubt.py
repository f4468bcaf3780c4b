"""What a mishearing adds: sentences said by synthetic voices in noise, heard, and read beside what was really said."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator.certainty import certainty
from simulator.ports import Delivery
from simulator.reading import Label
from simulator.rehearsal.stock import shelves
from voice.signal import gain

if TYPE_CHECKING:
    from simulator.ports import Recognizer, ReplyReader, Samples, Synthesizer

HARSH: Final[tuple[Label, ...]] = (
    "dismissive", "defensive", "blame", "refusal", "hostile", "rushing", "jargon",
)  # fmt: skip
"""Labels that speak against the trainee."""
SPEECH_DB: Final = -26.0
AROUND_S: Final = 0.5
HER_LINE: Final = "I was charged twice, and nobody has called me back."
KNOWN: Final = {"company": "Halden Broadband", "agent": "Sam", "when": "by Friday"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A harsh label in what was heard."""

    voice: str
    noise_db: float | None
    label: Label
    probability: float
    said: str
    heard: str
    quote: str
    certainty: float
    """Of the words that carry it."""
    turn: float
    """The recogniser's confidence in all of them."""
    real: bool
    """Whether the reader finds it in what was really said, too."""


def spoken_sentences(each: int) -> list[str]:
    """The first ``each`` sentences of every purpose of every trainee that need no story of hers."""
    found: dict[str, None] = {}
    for purposes in shelves().values():
        for shelf in purposes.values():
            usable = [say for say in shelf.say if "{detail}" not in say]
            found.update(dict.fromkeys(say.format_map(KNOWN) for say in usable[:each]))
    return list(found)


def in_noise(samples: "Samples", noise_db: float | None) -> "Samples":
    """At the level of speech, with silence around it, and noise that many decibels under it that falls 6 dB an octave from
    500 Hz on."""
    level = np.sqrt(np.mean(samples**2)) or 1.0
    around = np.zeros(round(AROUND_S * 16_000), np.float32)
    whole = np.concatenate([around, samples * np.float32(gain(SPEECH_DB) / level), around])
    if noise_db is None:
        return np.asarray(whole, np.float32)
    spectrum = np.fft.rfft(np.random.RandomState(1).standard_normal(len(whole)))
    noise = np.fft.irfft(spectrum / np.maximum(1.0, np.fft.rfftfreq(len(whole), 1 / 16_000) / 500), len(whole))
    noise *= gain(SPEECH_DB - noise_db) / np.sqrt(np.mean(noise**2))
    return np.asarray(np.clip(whole + noise, -1.0, 1.0), np.float32)


def look(
    said: Iterable[str],
    voices: Iterable[str],
    noises: Iterable[float | None],
    mouth: "Synthesizer",
    ears: "Recognizer",
    reader: "ReplyReader",
) -> Iterator[Found]:
    """Every harsh label that is read in what was heard."""
    voices, noises = list(voices), list(noises)
    for sentence in said:
        real = {item.label for item in reader.read(sentence, HER_LINE).labels}
        for voice in voices:
            speech = mouth.synthesize(sentence, Delivery(speaker=voice, manner="cold", anger=0)).samples
            for noise in noises:
                heard = ears.transcribe(in_noise(speech, noise))
                for item in reader.read(heard.text, HER_LINE).labels if heard.text else ():
                    if item.label in HARSH:
                        yield Found(
                            voice=voice, noise_db=noise, label=item.label, probability=item.probability, said=sentence,
                            heard=heard.text, quote=item.quote, certainty=round(certainty(item.quote, heard.words), 4),
                            turn=heard.confidence, real=item.label in real,
                        )  # fmt: skip


def table(found: Iterable[Found], limits: Iterable[float]) -> list[dict[str, Any]]:
    """For each limit, the shares in percent of the labels that are still believed."""
    found = list(found)
    rows = []
    for limit in limits:
        row: dict[str, Any] = {"limit": limit}
        for name, real in (("real", True), ("misheard", False)):
            these = [one for one in found if one.real is real]
            kept = sum(one.certainty >= limit for one in these)
            row |= {name: len(these), f"{name}_believed": round(100 * kept / len(these), 1) if these else None}
        rows.append(row)
    return rows
