"""Eleven plain questions, and the persona file that the answers make.

The answers are words; everything else that a file needs (ids, points, ways of asking, a gate) is put in here, so that
the file can be played at once and every part of it be changed afterwards. Nothing asks or prints here: the console
does.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from personas.scalars import IDENTIFIER
from personas.source import REFUSED_CATEGORIES
from personas.spoken import LONG_WORDS, remarks
from personas.vocabulary import MANNERS, OPENINGS, VOICES

_AUXILIARY: Final = "do|did|does|is|are|was|were|have|has|had|can|could|would|will|should|don't|didn't|isn't|aren't|wasn't|weren't|haven't"
_INVERTED: Final = re.compile(rf"(?<!you )(?<!it )(?<!they )(?<!we )(?<!that )(?<!he )(?<!i )\b(?:{_AUXILIARY}) ")
"""An auxiliary before its subject, as in a question that stands alone; "when it was due" has none."""
Answers = Mapping[str, tuple[str, ...]]
"""Key of a question -> the lines of its answer; empty lines are left out."""

MOST_WISHES: Final = 4
POINTS: Final = {1: (100,), 2: (65, 35), 3: (50, 30, 20), 4: (40, 25, 20, 15)}
"""Points by number of wishes: the first weighs most, and is the one that must be met."""
ANGER: Final = {"calm": 25, "annoyed": 45, "angry": 68, "furious": 84}
LONGEST_ANSWER: Final = 400
"""Characters of one line of an answer."""
MOST_LINES: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One of the eleven."""

    key: str
    """What the answer is called in a file of answers."""
    ask: str
    help: str
    """An example, or how to answer."""
    default: tuple[str, ...]
    many: bool = False
    """More than one line; an empty one ends the answer."""


QUESTIONS: Final[tuple[Question, ...]] = (
    Question(key="name", ask="What is the caller's name?", help="First and last name, invented.",
             default=("Alex Morgan",)),
    Question(key="about", ask="What is the call about, in three or four words?", help="Such as: parcel three days late",
             default=("something gone wrong",)),
    Question(key="company", ask="Which company do they call?", help="Invent one, so that nobody is meant.",
             default=("Norwell",)),
    Question(key="manner", ask="How do they sound when they are angry: hot, cold or shaky?",
             help="hot: louder and faster. cold: quieter and shorter. shaky: close to tears.", default=("hot",)),
    Question(key="anger", ask="How angry are they when you pick up?",
             help="calm, annoyed, angry, furious, or a number from 0 to 100.", default=("angry",)),
    Question(key="greeting", ask="What do they say when you pick up?",
             help="One way of saying it a line; two or three ways are good.", default=(), many=True),
    Question(key="story", ask="What happened? In their words, as they tell it on the telephone.",
             help="One piece a line, in the order they tell it. Numbers as they are said: ninety-four sixty.",
             default=("It should have been sorted out by now.", "I've called about it twice, and nobody called back."),
             many=True),
    Question(key="facts", ask="What will you have to ask them, and what do they answer?",
             help="One a line: What is your order number? Two two nine, seven.",
             default=("What is your customer number? Four one, seven three.",), many=True),
    Question(key="wishes", ask="What do they want, and what could a trainee offer that settles it?",
             help="The most important first, four at most. One a line, as both would say it: "
                  "I want it here before Saturday. = I'll send it by courier",
             default=("I want this put right. = I will put this right for you myself",), many=True),
    Question(key="behind", ask="What lies behind it that they tell only somebody who has listened, and asks?",
             help="In their words, such as: It's for my mother. She's eighty on Saturday. Leave it empty for nothing.",
             default=(), many=True),
    Question(key="voice", ask="Whose voice do they have?",
             help="woman or man, British or American, or one of these:\n"
                  + "\n".join(f"  {name}  {whom}" for name, whom in VOICES.items()),
             default=("American woman",)),
)  # fmt: skip

_VOICE_OF: Final = {("us", "f"): "en_us_f2", ("us", "m"): "en_us_m1", ("gb", "f"): "en_gb_f1", ("gb", "m"): "en_gb_m1"}
_SAID_OF_A_VOICE: Final = {
    "f": frozenset("woman female lady girl she her".split()), "m": frozenset("man male gentleman boy guy he him".split()),
    "gb": frozenset("british english uk gb britain england".split()),
    "us": frozenset("american us usa america states".split()), "": frozenset("a an the voice from like".split()),
}  # fmt: skip
_NAME_ASKED: Final = (
    "who am i speaking with", "can i take your name please", "could you give me your full name", "what is your name",
    "may i ask your name", "could you tell me who you are", "can you confirm your name for me", "what should i call you",
)  # fmt: skip
_BEHIND_ASKED: Final = (
    "what has this meant for you", "how has this affected you", "what did this make impossible for you",
    "is there something behind this that i should know", "what makes this so important to you",
    "what was it meant for", "what worries you most about this", "what has the last week been like for you",
)  # fmt: skip
_NOT_YET: Final = {
    "hot": ("Never mind that now. Deal with this first.", "Let's get this sorted first."),
    "cold": ("That is not for now.", "First things first."),
    "shaky": ("I'd... I'd rather not, just now.", "Can we... can we do this first?"),
}
_ASK_WHEN: Final = ("When? Which day?", "By when, exactly?", "And when is that going to be?")
_SAID_AGAIN: Final = ("It's still the same. {}", "Once more, then. {}", "I've told you. {}")
"""How an answer is given a second time. ``{}`` is the answer."""
_HESITATES: Final = re.compile(r"(?:(?:um+|uh+|er+m?|oh|well|so|right|hm+|mm+)\b[,.]* *)+", re.IGNORECASE)
_FILLERS: Final = frozenset(
    """a an the i it is it's i'm my me we you your to of for and in on at that this with want would like get have has
    be been not no please just will can need what what's when where which who why how do did does are was""".split()
)


def problem(key: str, lines: Iterable[str]) -> str:
    """Why ``lines`` cannot be the answer to the question ``key``, in one line; empty if they can."""
    kept = [line for line in map(tidy, lines) if line]
    if len(kept) > MOST_LINES or any(len(line) > LONGEST_ANSWER for line in kept):
        return f"that is too much: at most {MOST_LINES} lines of {LONGEST_ANSWER} characters"
    if key == "manner" and kept and kept[0].lower() not in MANNERS:
        return f"{kept[0]!r} is not a manner: hot, cold or shaky"
    if key == "anger" and kept and _anger(kept[0]) is None:
        return f"{kept[0]!r} is not an anger: calm, annoyed, angry, furious, or a number from 0 to 100"
    if key == "voice" and kept and not voice_of(kept[0]):
        return f"{kept[0]!r} is no voice: say woman or man, British or American, or a name such as en_gb_m1"
    if key == "name" and kept and not re.search(r"[^\W\d_]", kept[0]):
        return f"{kept[0]!r} is not a name"
    if key == "wishes":
        if len(kept) > MOST_WISHES:
            return f"{len(kept)} wishes are too many: {MOST_WISHES} at most, the most important first"
        for line in kept:
            wish, ways = wish_of(line)
            if not wish or not ways or not all(re.search(r"[^\W\d_]", _heard(way)) for way in ways):
                return f"{line!r} is only half: write WISH = OFFER, as both would say it"
    if key == "facts":
        for line in kept:
            question, answer = fact_of(line)
            if not re.search(r"[^\W\d_]", question) or not answer:
                return f"{line!r} is only half: write the question, a question mark, and the answer"
    for text in _spoken(key, kept):
        for level, message, _ in remarks(text):
            if level == "error" or "words; over" in message:
                return f"{text!r}: {message} At most {LONG_WORDS} words, and no braces"
        if not re.search(r"[^\W\d_]", text):
            return f"{text!r} has no words in it"
    return ""


def voice_of(text: str) -> str:
    """The speaker that ``text`` asks for: its name, or "a British man" and the like; empty if it asks for none.

    Who says only one of the two gets an American, or a woman.
    """
    said: list[str] = re.findall(r"[a-z0-9_]+", text.lower())
    if len(said) == 1 and said[0] in VOICES:
        return str(said[0])
    asked = {kind for kind, words in _SAID_OF_A_VOICE.items() if words & set(said)}
    strange = set(said) - frozenset().union(*_SAID_OF_A_VOICE.values())
    if strange or not asked - {""} or {"f", "m"} <= asked or {"gb", "us"} <= asked:
        return ""
    return _VOICE_OF["gb" if "gb" in asked else "us", "m" if "m" in asked else "f"]


def tidy(line: str) -> str:
    """``line`` without what a persona file may not hold, and with single spaces."""
    kept = "".join(" " if char in "\t\n\r\u00a0" else char for char in line)
    return " ".join("".join(c for c in kept if unicodedata.category(c) not in REFUSED_CATEGORIES).split())


def wish_of(line: str) -> tuple[str, tuple[str, ...]]:
    """A line of wishes -> the wish, and the ways of putting the offer that settles it (separated by /)."""
    wish, _, offer = line.partition("=")
    return wish.strip(), tuple(way.strip() for way in offer.split("/") if way.strip())


def fact_of(line: str) -> tuple[str, str]:
    """A line of facts -> the question as the matcher sees one, and the answer."""
    mark = next((each for each in "?=:" if each in line), "")
    question, _, answer = line.partition(mark) if mark else (line, "", "")
    return _heard(question), answer.strip()


def file_name(answers: Answers) -> str:
    """The short name that the caller gets: ``ann_parcel_late``."""
    first = _slug(_one(answers, "name").split()[:1], 1)
    about = _slug([word for word in _heard(_one(answers, "about")).split() if word not in _FILLERS], 3)
    name = "_".join(part for part in (first, about) if part)
    return name if IDENTIFIER.fullmatch(name) else "my_caller"


def persona_text(answers: Answers, name: str, schema: str) -> str:
    """The persona file called ``name``; ``schema`` is the way from its folder to the JSON schema, for editors."""
    manner = _one(answers, "manner").lower()
    caller, about = _one(answers, "name"), _one(answers, "about")
    story, speaker = _lines(answers, "story"), voice_of(_one(answers, "voice"))
    greeting = _lines(answers, "greeting") or (
        f"Hello, it's {caller}. It's about {_lower(about)}.", f"{caller} here. I'm calling about {_lower(about)}."
    )  # fmt: skip
    out = [
        f"# yaml-language-server: $schema={schema}",
        f"# Made by `hotseat personas new`. After each change: hotseat personas check {name}.yaml",
        f"persona: {name}",
        "version: 1",
        f"title: {_quoted(about[:1].upper() + about[1:])}",
        f"company: {_quoted(_one(answers, 'company'))}",
        "difficulty: 3  # 1 gentle to 5 very hard; `hotseat rehearse` says how hard the caller really is",
        "",
        "who:",
        f"  name: {_quoted(caller)}",
        f"  manner: {manner}  # how anger sounds: hot, cold or shaky",
        f"voice: {{speaker: {speaker}}}  # {VOICES[speaker][:-1].lower()}; all of them: hotseat personas voices",
        "",
        f"story: {_quoted(' '.join(story))}  # for you; never spoken",
        "",
        "temper:",
        f"  start_anger: {_anger(_one(answers, 'anger'))}",
        "  wants_to_be_heard_first: 0.75  # 0 'just fix it', 1 'listen to me first'",
        "",
        "facts:  # what they answer when asked",
        *_fact("name", _NAME_ASKED, (f"{caller}.", f"It's {caller}.")),
    ]
    taken = {"name", "behind"}
    for number, line in enumerate(_lines(answers, "facts")):
        question, answer = fact_of(line)
        asked = ways_of_asking(question)
        if not set(asked) & set(_NAME_ASKED):
            out += _fact(_id(question, taken), asked, (answer,), again=(_again(answer, number),))
    if behind := _lines(answers, "behind"):
        out += [
            "",
            "hidden_needs:  # what comes out only after listening",
            "  - id: behind",
            *_list("asked_like", _BEHIND_ASKED),
            "    open_when: {heard: 0.35}",
            *_list("say", behind),
            *_list("not_yet", _NOT_YET[manner]),
        ]
    wishes = [wish_of(line) for line in _lines(answers, "wishes")][:MOST_WISHES]
    ids = [_id(_heard(wish), taken) for wish, _ in wishes]
    out += ["", "demands:  # what they want; the points add up to 100"]
    for number, ((wish, _), each, points) in enumerate(zip(wishes, ids, POINTS[len(wishes)], strict=True)):
        must = ", must: true" if number == 0 else ""
        out.append(f"  - {{id: {each}, points: {points}{must}, say: [{_quoted(wish)}]}}")
    out += ["", "offers:  # what a trainee can put on the table; 100 settles the demand, 55 is hardly ever enough"]
    for number, ((_, ways), each) in enumerate(zip(wishes, ids, strict=True)):
        out += [
            f"  - id: {_id(f'offer {each}', taken)}",
            *_list("heard_like", ways_of_offering(ways)),
            f"    gives: {{{each}: 100}}",
        ]
        if number == 0:
            out += ["    needs: [when]  # taken only when a day or time is said with it", "    ask_for:"]
            out += ["      when:", *(f"        - {_quoted(line)}" for line in _ASK_WHEN)]
    out += [
        "",
        "nothing:  # what asks for no fact and offers nothing; the caller answers it with the story",
        *(f"  - {_quoted(_heard(opening))}" for opening in OPENINGS),
    ]
    out += ["", "lines:", "  greeting:", "    any:", *(f"      - {_quoted(line)}" for line in greeting)]
    out += ["  story:", *(f"    - {_quoted(line)}" for line in story)]
    out += [
        "# Everything else is said in house lines until you write it. Good ones to begin with, three lines or more each:",
        "#   demand_again, accept, not_ready, softens, dont_know, told_to_calm_down, close_warm, hang_up",
        "# The reference of every key: docs/personas.md. How to go on: docs/writing_a_caller.md.",
    ]
    return "\n".join(out) + "\n"


def ways_of_asking(question: str) -> tuple[str, ...]:
    """A question, or the name of a thing to ask for -> eight ways or so of asking it."""
    thing = re.fullmatch(r"(?:what is|what's|whats|can i (?:have|take)|could you give me|may i have) (.+?)", question)
    if thing is None and re.match(r"(?:who|what|when|where|why|how|which|whose)\b", question):
        # "Can you tell me how much do you pay" is no English: only a question without inversion goes into another.
        direct = ("may i ask", "just to check", "and", "so", "sorry")
        leads = direct if _INVERTED.search(question) else ("can you tell me", "do you remember", "may i ask", "and")
        plain = re.sub(r"\bdo (?=(?:you|we|they|i)\b)", "", question, count=1)
        told = (f"can you tell me {plain}", f"do you know {plain}") if plain != question else ()
        return (question, *(f"{lead} {question}" for lead in leads), *told)
    if thing is None and re.match(rf"(?:{_AUXILIARY})\b", question):
        return (question, *(f"{lead} {question}" for lead in ("may i ask", "and", "just to check", "one question")))
    what = thing.group(1).removesuffix(" please") if thing else question
    bare = re.sub(r"^(?:your|the|a|an) ", "", what)
    yours = what if what != bare else f"your {bare}"
    return (
        f"what is {yours}", f"can i take {yours} please", f"could you give me {yours}", f"do you have {yours} to hand",
        f"may i have {yours}", f"what's {yours}", f"{bare} please", f"could you read me the {bare}",
    )  # fmt: skip


def ways_of_offering(ways: Iterable[str]) -> tuple[str, ...]:
    """Ways of putting an offer -> those, and the same promise begun in other ways."""
    found: dict[str, None] = {}
    for way in ways:
        said = _heard(way)
        found[said] = None
        promise = re.fullmatch(
            r"(?:i'll|i will|i can|we'll|we will|we can|let me|i'm going to|we're going to) (.+)", said
        )
        if promise:
            for lead in ("i will", "i'll", "i can", "what i can do is", "let me", "we'll"):
                found[f"{lead} {promise.group(1)}"] = None
    return tuple(found)


def _again(answer: str, number: int) -> str:
    """``answer`` to the fact with this ``number``, given a second time and without the hesitation of the first."""
    rest = answer[found.end() :] if (found := _HESITATES.match(answer)) else answer
    return _SAID_AGAIN[number % len(_SAID_AGAIN)].format(rest[:1].upper() + rest[1:] if rest else answer)


def _spoken(key: str, kept: list[str]) -> list[str]:
    if key == "wishes":
        return [wish_of(line)[0] for line in kept]
    if key == "facts":
        return [fact_of(line)[1] for line in kept]
    return kept if key in ("name", "about", "greeting", "story", "behind") else []


def _lines(answers: Answers, key: str) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(line for line in map(tidy, answers.get(key, ())) if line))
    return kept or next(each.default for each in QUESTIONS if each.key == key)


def _one(answers: Answers, key: str) -> str:
    return _lines(answers, key)[0]


def _anger(text: str) -> int | None:
    if text.lower() in ANGER:
        return ANGER[text.lower()]
    return int(text) if re.fullmatch(r"\d{1,3}", text) and int(text) <= 100 else None


def _heard(text: str) -> str:
    """As a recogniser writes it: small letters, no punctuation but the apostrophe."""
    return " ".join(re.sub(r"[^\w' ]+", " ", text.lower().replace("\u2019", "'")).split())


def _slug(words: list[str], most: int) -> str:
    plain = unicodedata.normalize("NFKD", " ".join(words).lower()).encode("ascii", "ignore").decode()
    return "_".join(re.findall(r"[a-z0-9]+", plain.replace("'", ""))[:most])[:40]


def _id(text: str, taken: set[str]) -> str:
    """A short name out of ``text`` that nobody has yet; it is taken from now on."""
    words = text.split()
    base = _slug([word for word in words if word not in _FILLERS] or words, 3) or "thing"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    taken.add(name)
    return name


def _lower(about: str) -> str:
    return about[:1].lower() + about[1:] if about[1:2].islower() else about


def _fact(name: str, asked: tuple[str, ...], say: tuple[str, ...], again: tuple[str, ...] = ()) -> list[str]:
    return [
        f"  - id: {name}",
        *_list("asked_like", asked),
        *_list("say", say),
        *(_list("again", again) if again else ()),
    ]


def _list(key: str, texts: Iterable[str]) -> list[str]:
    return [f"    {key}:", *(f"      - {_quoted(text)}" for text in texts)]


def _quoted(text: str) -> str:
    """``text`` in double quotes, as YAML reads it back."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
