"""Has the trainee finished? Judged from the words so far and from what the caller has just asked for.

Theory of operation
-------------------
The detector reports a silence; this says how likely it is that nothing follows. Silence alone is a poor guide: waiting
600 ms of it still cuts off one pause in five (eot-bench, silence-only baseline). Words know more. Nobody stops after
"and", "the", "I'll" or "um"; almost everybody stops after a question; a reference number comes in groups with pauses
between them; and "yes" is a whole answer when something was asked, but only a beginning when nothing was.

So the judgement is a sum of clues, each a log-odds with a name, and the probability is its logistic. At most one clue
is taken of each kind. Nothing is trained: the word lists were read off the 4042 replies of ``evaluation/corpus``, where
a word of ``OPEN`` ends about 1 reply per 100 uses or fewer and one of ``LEANING`` up to 5 (``you`` ends 7, ``it`` 10).
The weights were set by hand, so that the three outcomes the turn policy tells apart come out where they belong:
under 0.2 wait long, about 0.5 wait the middle, over 0.8 hardly wait.

It is one voice among several in ``voice.heard_turn_end``, which weighs these clues with what was learnt and heard.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from simulator.ports import Samples


def _set(text: str, separator: str | None = None) -> frozenset[str]:
    return frozenset(item.strip() for item in text.split(separator))


OPEN: Final = _set(
    """a an the my your our their his her its every each some and but or because 'cause if while as until unless
    whether than from of into i i'm i'll i've i'd we we'll we're we've he she it's that's there's they're you're
    you'll you've what's where's who's will should has been can't won't let let's gonna wanna just very mean get
    mr mrs ms dr point double triple treble hundred plus minus dash hyphen slash"""
)
"""Words that something must follow."""
FILLERS: Final = _set("um umm uh uhm er erm ehm ah hm hmm mm")
"""Sounds that keep the floor."""
LEANING: Final = _set(
    """so to for with at by about can could is are was were would that which when where what who whose since in on
    under have had do does did don't doesn't be am like only well not they these those any no then also though
    really how why this"""
)
"""Words that something mostly follows."""
OPEN_ENDINGS: Final = _set(
    """let me|you know|i think|i guess|i understand that|i see that|it looks like|as soon as|as well as|in order
    |due to|such as|a little|a couple|the other|i just|i also|what i can|going to|trying to|able to|have to|need to
    |want to|so that|is that i|bear in mind|for example|first of all|in terms|sort of|kind of|i can|we can|i would
    |okay so|right so|reference is|number is|give me|let's see""",
    "|",
)
"""Ends of a phrase that is only half said, though its last word may well end another."""
CLOSED_ENDINGS: Final = _set(
    """please|bye|goodbye|thanks|thank you|bear with me|one moment|a moment|a minute|a second|for you|for me
    |anything else|is that okay|is that ok|is that all right|is that alright|speaking|help you|have a good day
    |have a nice day|take care|do that|sort that out|sir|madam|ma'am|today|tomorrow|right away|straight away|right now
    |does that help|does that sound fair|isn't it|about that|about this""",
    "|",
)
"""Ends after which people stop."""
BEGINNINGS: Final = _set(
    """yes|yeah|yep|no|nope|okay|ok|right|alright|all right|sure|of course|certainly|absolutely|definitely|correct
    |exactly|fine|good|great|i see|i understand|i know|got it|understood|sorry|i'm sorry|i'm so sorry|i am sorry
    |i apologise|i apologize|thank you|thanks|hello|hi|hello there|hi there|good morning|good afternoon|good evening
    |mm-hm|mhm|uh-huh|it is|it does|i do|i can|i will|i have|i did|we do|we can|we will|not yet|not really|i don't
    |i can't|yes please|no problem|speaking|oh|oh dear|oh no|well|now|so|look|listen""",
    "|",
)
"""Whole turns when something was asked, and the first words of a turn when nothing was."""
ASKS: Final = _set(
    """what what's when where which who whose why how is isn't are aren't was were do does did don't didn't can can't
    could couldn't would wouldn't will won't shall should may have has"""
)
"""Words that begin a question."""
_COUNTING: Final = tuple("zero one two three four five six seven eight nine".split())
DIGIT_WORDS: Final = _set("oh o nought") | frozenset(_COUNTING)
WHOLE_NUMBERS: Final = frozenset({"999", "911", "112", "000", "111", "101", "988"})
"""Numbers of three digits that people ring: nothing follows."""
ENOUGH_DIGITS: Final = 6
"""Reference numbers of the shipped callers and most card, account and phone groups have at least this many."""

FEW_WORDS: Final = 8
MANY_WORDS: Final = 12
"""At a full stop, a reply of the corpus ends with odds of 1 : 5 up to 4 words, 1 : 2.5 up to 8, 1 : 1 up to 12 and
2.5 : 1 after that; the weights take half of it, because short answers to questions are the exception that matters."""

BASE: Final = 0.2
"""Log-odds without any clue."""


@dataclass(frozen=True, slots=True)
class Clue:
    """One reason to think that the turn is over (above 0) or goes on (below)."""

    name: str
    log_odds: float


class WordsTurnEnd:
    """A :class:`simulator.ports.TurnEndModel` that reads and does not listen. Pure; the same words, the same number."""

    def done(self, audio: "Samples", words: str, expecting: str) -> float:
        """Probability that the turn is over, 0 to 1. ``audio`` is not looked at; ``expecting`` is "number", "answer" or
        "words", and anything else counts as "words". Without words it is 0.5: there is nothing to judge by."""
        clues = list(self.clues(words, expecting))
        return 1 / (1 + math.exp(-BASE - sum(clue.log_odds for clue in clues))) if clues else 0.5

    def clues(self, words: str, expecting: str) -> Iterator[Clue]:
        """What speaks for and against an end, at most one clue of each kind."""
        tokens = _tokens(words)
        if tokens:
            yield _mark(words)
            ending = _ending(tokens) if " ".join(tokens) not in BEGINNINGS else None
            if ending is not None:
                yield ending
            yield from _shape(words, tokens, expecting, ending)
            yield from _number(tokens, expecting)


def _tokens(words: str) -> list[str]:
    """Lower-case words without marks; "7-4-1" stays one word."""
    plain = words.lower().replace("\u2019", "'")
    return [token for token in (raw.strip('.,;:!?\u2026"()\u2013\u2014-') for raw in plain.split()) if token]


def _mark(words: str) -> Clue:
    """What the recogniser put at the end; it hears some intonation, but puts a full stop after most things."""
    text = words.rstrip(" \"'")
    if text.endswith(("...", "\u2026", "-", "\u2013", "\u2014")):
        return Clue("trails off", -2.2)
    if text.endswith("?"):
        return Clue("question mark", 2.2)
    if text.endswith((".", "!")):
        return Clue("full stop", 0.5)
    if text.endswith((",", ";", ":")):
        return Clue("comma", -2.2)
    if re.search(r"[.,?!]", text):
        return Clue("no mark, though there are some", -0.5)
    return Clue("no marks at all", 0.2)


def _ending(tokens: list[str]) -> Clue | None:
    """What the last words lead one to expect."""
    text = " " + " ".join(tokens)
    last = tokens[-1]
    if last in FILLERS:
        return Clue("filler", -3.0)
    if last in OPEN:
        return Clue("open word", -3.0)
    if text.endswith(tuple(" " + ending for ending in OPEN_ENDINGS)):
        return Clue("open phrase", -2.2)
    if text.endswith(tuple(" " + ending for ending in CLOSED_ENDINGS)):
        return Clue("closing phrase", 1.0)
    if last in LEANING:
        return Clue("leaning word", -1.4)
    return None


def _shape(words: str, tokens: list[str], expecting: str, ending: Clue | None) -> Iterator[Clue]:
    """Whole short turns, fragments and questions."""
    if " ".join(tokens) in BEGINNINGS:
        yield {
            "answer": Clue("whole answer", 1.6),
            "number": Clue("before the number", -1.5),
        }.get(expecting, Clue("only a beginning", -0.8))
        return
    last_sentence = _tokens(re.split(r"[.!?]\s", words.strip())[-1])
    asks = bool(last_sentence) and (
        last_sentence[0] in ASKS
        or re.search(r"\b(can|could|may|would|shall|do|did) (i|you|we)\b", " ".join(last_sentence))
    )
    half_said = ending is not None and ending.log_odds < 0
    if asks and len(last_sentence) >= 3 and not half_said and "?" not in words.rstrip()[-2:]:
        yield Clue("built as a question", 1.0)
    asked = words.rstrip().endswith("?") or asks or expecting in ("answer", "number")
    if ending is not None:  # it says more than the length
        return
    if len(tokens) > MANY_WORDS:
        yield Clue("long enough", 0.6)
    elif len(tokens) <= FEW_WORDS and not asked:
        yield Clue("short so far", -1.0 if len(tokens) <= FEW_WORDS // 2 else -0.5)


def _number(tokens: list[str], expecting: str) -> Iterator[Clue]:
    """Digits and letters read out so far, at the end of the turn."""
    read = list(takewhile(_digits_in, reversed(tokens)))[::-1]
    count = sum(map(_digits_in, read))
    if expecting == "number" and count:
        if count < ENOUGH_DIGITS - 2:
            yield Clue("number just begun", -2.0)
        elif count < ENOUGH_DIGITS:
            yield Clue("number half read", -1.0)
        else:
            yield Clue("number read", 0.8)
    elif 2 <= count < ENOUGH_DIGITS and _as_digits(read) not in WHOLE_NUMBERS:
        yield Clue("digits being read", -0.9)


def _as_digits(tokens: list[str]) -> str:
    """Their digits in a row: "nine", "one", "one" and "9-1-1" are both "911"; other words count as they stand."""
    values = {"oh": 0, "o": 0, "nought": 0} | {word: n for n, word in enumerate(_COUNTING)}
    return "".join(str(values.get(token, token)).replace("-", "") for token in tokens)


def _digits_in(token: str) -> int:
    """Characters of a reference in ``token``: "four" 1, "b" 1, "7-4-1" 3, "BR741" 5; "£42", "10%" and plain words 0."""
    if token in DIGIT_WORDS or (len(token) == 1 and token.isalpha() and token not in "ai"):
        return 1
    bare = token.replace("-", "").replace("/", "")
    return len(bare) if bare.isalnum() and any(letter.isdigit() for letter in bare) and bare.isascii() else 0
