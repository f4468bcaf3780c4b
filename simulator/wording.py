"""Plain looking at words: what they repeat, how specific they are, whether they can be checked.

No model and no judgement; the reader says what a reply does, this module only counts words. Typed and recognised text
must count alike, so everything works on lower-case words without punctuation and with contractions opened.
"""

import re
from functools import lru_cache
from typing import Final

_CONTRACTIONS: Final = {
    "i'm": "i am", "i've": "i have", "i'll": "i will", "i'd": "i would",
    "you're": "you are", "you've": "you have", "you'll": "you will", "you'd": "you would",
    "we're": "we are", "we've": "we have", "we'll": "we will", "we'd": "we would",
    "they're": "they are", "they've": "they have", "they'll": "they will",
    "it's": "it is", "it'll": "it will", "that's": "that is", "that'll": "that will", "there's": "there is",
    "he's": "he is", "she's": "she is", "what's": "what is", "where's": "where is", "who's": "who is",
    "how's": "how is", "here's": "here is", "let's": "let us",
    "don't": "do not", "doesn't": "does not", "didn't": "did not", "can't": "can not", "cannot": "can not",
    "won't": "will not", "wouldn't": "would not", "couldn't": "could not", "shouldn't": "should not",
    "isn't": "is not", "aren't": "are not", "wasn't": "was not", "weren't": "were not", "haven't": "have not",
    "hasn't": "has not", "hadn't": "had not",
}  # fmt: skip

_STOP: Final = frozenset(
    """a about actually ah all also am an and any are as at back be because been before being but by can could did do
    does doing done for from get getting go going gonna got had has have having he hello her here hi him his hm how i
    if in into is it its just know let like look made make me mean mm more much my no not now of off oh ok okay on one
    only or our out over per please put really right say see she should so some something sorry still such sure take
    than thank thanks that the their them then there these they thing things this those through to today too um uh
    under up us very want was way we well were what when where which who why will with would yeah yes you your
    understand""".split()
)

_NUMBERS: Final = frozenset(
    """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand double half noon midnight third
    fourth fifth sixth seventh eighth ninth tenth fourteenth nineteenth twentieth""".split()
)
_DAYS: Final = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday tomorrow tonight january february march april june july
    august september october november december""".split()
)
WEEKDAYS: Final = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_CHECKABLE: Final = frozenset("reference today this-afternoon this-evening dollars pounds percent".split())
_NO_TIME: Final = ("as soon as possible", "soon", "shortly", "asap", "in due course", "at the earliest")
"""Promises that stay empty whatever they are about."""
_NO_STEP: Final = (
    "do our best", "do my best", "do everything", "see what", "look into", "looking into", "be in touch",
    "get back to you", "someone will", "somebody will", "be processed", "sort it", "sort this", "sort that",
    "take care of", "handle", "resolve", "fix", "help you", "assist", "working on", "be resolved", "leave it with me",
    "don't worry", "do not worry", "pass this", "escalate", "raise this",
)  # fmt: skip
"""Promises that are empty unless what will be done is named beside them."""
_DOES: Final = (
    "i am", "i have", "i just", "we have", "we are", "i will", "we will", "i can", "we can", "let me", "i would like",
)  # fmt: skip

ECHO_SHARE: Final = 0.9
"""Share of copied three-word runs from which a reply is an echo (persona_engine.md, section 9)."""
ECHO_CAP: Final = 0.5
FULL_SHARE: Final = 0.5
"""Share of content words from the caller's own story at which a sentence counts as fully specific. Nobody speaks in
nothing but facts: the worked calls' own paraphrases reach 0.5 to 0.8."""
SAME_WORDING: Final = 0.75
"""Jaccard similarity of character trigrams from which two wordings are one (persona_engine.md, section 3)."""


_BETWEEN_WORDS: Final = re.compile(r"[^\w']|_")

CLAUSE_WORDS: Final = 3
"""Words on both sides of a cut inside a sentence, as the voice cuts it."""
HEAD_WORDS: Final = 9
"""Words that she may begin with in one piece: they are made in about a second on two cores."""
_OPENERS: Final = frozenset(
    f"{word}," for word in "okay no oh wait yes yeah well right see so ah fine sure look listen now aye".split()
)
_BEGINS_A_CLAUSE: Final = frozenset("and but because while until unless though which who when if".split())


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Lower-case words without punctuation, contractions opened."""
    flat = text.lower().replace("’", "'").replace("-", " ")
    out: list[str] = []
    for word in _BETWEEN_WORDS.sub(" ", flat).split():
        word = word.strip("'")
        out.extend(_CONTRACTIONS.get(word, word.removesuffix("'s")).split())
    return tuple(out)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a line, in order; joined by spaces they are the line. A lone word stays with what follows."""
    pieces: list[str] = []
    held = ""
    for word in text.split():
        held = f"{held} {word}" if held else word
        if _ends_a_sentence(word) and " " in held:
            pieces.append(held)
            held = ""
    if held:
        if pieces and " " not in held:
            pieces[-1] = f"{pieces[-1]} {held}"
        else:
            pieces.append(held)
    return tuple(pieces)


def _ends_a_sentence(word: str) -> bool:
    return word.rstrip("\"'”’)").endswith((".", "?", "!")) and not word.endswith("...")


def first_clause(sentence: str) -> tuple[str, ...]:
    """The sentence, cut once at its first mark with ``CLAUSE_WORDS`` or more on both sides; joined by a space it is whole.

    Where that leaves more than ``HEAD_WORDS`` in front, it is cut before a word that begins a clause, if there is one. A lone
    word that opens an answer ("Okay." or "No,") stands by itself: people begin with one while they plan the rest, and it is
    made in no time.
    """
    said = sentence.split()
    if len(said) > 2 and (_ends_a_sentence(said[0]) or (len(said) > CLAUSE_WORDS and said[0].lower() in _OPENERS)):
        return said[0], " ".join(said[1:])
    marked = (at for at, word in enumerate(said, start=1)
              if at >= CLAUSE_WORDS and word.endswith((",", ";", ":", "—", "…")))  # fmt: skip
    head = next(marked, len(said))
    if len(said) - head < CLAUSE_WORDS:
        head = len(said)
    if head > HEAD_WORDS:
        begins = (at for at in range(CLAUSE_WORDS + 1, min(HEAD_WORDS, head - CLAUSE_WORDS) + 1)
                  if said[at].lower() in _BEGINS_A_CLAUSE and not any(map(is_detail, words(said[at + 1]))))  # fmt: skip
        head = next(begins, head)
    return (" ".join(said[:head]), " ".join(said[head:])) if head < len(said) else (sentence,)


@lru_cache(maxsize=16_384)
def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=4096)
def content(text: str) -> frozenset[str]:
    """The stems of the words that carry content."""
    return frozenset(_stem(word) for word in words(text) if word not in _STOP and len(word) > 1)


FEW: Final = frozenset("one two first second".split())
"""Number words that mostly count nothing: "one of them", "the second one"."""


@lru_cache(maxsize=16_384)
def is_detail(word: str) -> bool:
    """Whether a word is a date, a time, an amount or a number."""
    return word in _NUMBERS or word in _DAYS or any(char.isdigit() for char in word)


def checkable(text: str) -> bool:
    """Whether there is a date, time, amount, number or reference in it that could be checked later."""
    return any(is_detail(word) or word in _CHECKABLE for word in words(text))


_ORDINALS: Final = {
    word: n
    for n, word in enumerate(
        """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
        fifteenth sixteenth seventeenth eighteenth nineteenth twentieth""".split(),
        start=1,
    )
} | {"thirtieth": 30}
_MONTHS: Final = frozenset(
    "january february april june july august september october november december".split()
)  # "march" and "may" are said for much else
_COUNTED: Final = frozenset(
    "time times call calls go try attempt person people one party delivery week visit letter engineer email".split()
)
"""What an ordinal before it counts, instead of naming a day: "the third call"."""


@lru_cache(maxsize=4096)
def dated(text: str) -> frozenset[str]:
    """Weekdays, months and days of the month, in one spelling: "the 3rd" and "the third" are both "3".

    Sums and other numbers are left out: people round them, read them out digit by digit, and recognisers mangle them.
    """
    found: set[str] = set()
    said = words(text)
    for n, word in enumerate(said):
        before, after = said[n - 1] if n else "", said[n + 1] if n + 1 < len(said) else ""
        if word in WEEKDAYS or word in _MONTHS:
            found.add(word)
        elif (day := _day_of_month(word, before)) and after not in _COUNTED and day > 2:
            found.add(str(day))
    return frozenset(found)


def _day_of_month(word: str, before: str) -> int:
    """The day an ordinal names, 1 to 31; 0 for any other word."""
    if word in _ORDINALS:
        tens = {"twenty": 20, "thirty": 30}.get(before, 0)
        day = _ORDINALS[word]
        return tens + day if tens and day < 10 else day
    if word[:-2].isdigit() and word[-2:] in ("st", "nd", "rd", "th") and int(word[:-2]) <= 31:
        return int(word[:-2])
    return 0


def has_phrase(text: str, phrase: str) -> bool:
    """Whether the phrase's words occur in a row in the text."""
    there, wanted = words(text), words(phrase)
    if not wanted or wanted[0] not in there:
        return False
    return any(there[i : i + len(wanted)] == wanted for i in range(len(there) - len(wanted) + 1))


def empty_promise(text: str, *, step_named: bool = False) -> bool:
    """Whether it promises in words that name no step: "as soon as possible", "we'll take care of it"."""
    return any(has_phrase(text, phrase) for phrase in (_NO_TIME if step_named else (*_NO_TIME, *_NO_STEP)))


def says_who(text: str) -> bool:
    """Whether somebody in the text does something: "I am reversing", "we will send"."""
    return any(has_phrase(text, phrase) for phrase in _DOES)


def specificity(text: str, told: str) -> float:
    """How much of ``text`` is about this caller: 0 is a stock phrase, 1 as specific as speech gets.

    The share of content words that the caller has used herself, or that are dates, amounts or numbers, with
    ``FULL_SHARE`` counted as full. An echo of her very words is capped: repeating is not restating.
    """
    own = content(text)
    if not own:
        return 0.0
    known = content(told)
    share = sum(1 for word in own if word in known or is_detail(word)) / len(own)
    specific = min(1.0, share / FULL_SHARE)
    return min(specific, ECHO_CAP) if _echoes(text, told) else specific


def _echoes(text: str, told: str) -> bool:
    said = words(text)
    runs = [said[i : i + 3] for i in range(len(said) - 2)]
    if len(runs) < 3:
        return False
    known = _runs(told)
    return sum(run in known for run in runs) / len(runs) > ECHO_SHARE


@lru_cache(maxsize=64)
def _runs(told: str) -> frozenset[tuple[str, ...]]:
    heard = words(told)
    return frozenset(heard[i : i + 3] for i in range(len(heard) - 2))


@lru_cache(maxsize=4096)
def _trigrams(text: str) -> frozenset[str]:
    flat = f"  {' '.join(words(text))} "
    return frozenset(flat[i : i + 3] for i in range(len(flat) - 2))


def same_wording(one: str, other: str) -> bool:
    """Whether two sentences are the same phrase again."""
    a, b = _trigrams(one), _trigrams(other)
    return bool(a and b) and len(a & b) / len(a | b) >= SAME_WORDING
