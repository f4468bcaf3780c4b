"""Better sentences for a moment, each with its reason.

Every one is built from what this caller said, what her file offers, and the trainee's own words; nothing is invented.
For a turn that raised the anger the candidates are tried: each goes through reader, matcher and mood from the state in
which the turn was taken (``try_all``). Where nothing can be tried, or no turn is meant, ``BetterLines`` has a sentence
by rule alone, or only the reason.
"""

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Final
from zlib import crc32

from evaluation.items import Item
from evaluation.say_back import clauses, lower_first, say_back, sentences, swap
from evaluation.timeline import Timeline, TraineeTurn
from personas.persona import MET, Offer, Persona
from simulator.commands import LedgerEntry
from simulator.wording import WEEKDAYS, has_phrase, is_detail, same_wording, words

STOCK: Final = Path(__file__).with_name("better_lines_stock.yaml")
NEARLY: Final = 2_000
"""How much higher than the lowest, in thousandths of a point, a more fitting line may end. House default."""
ANSWERED: Final = 5_000
"""The same for a line that answers what she has just asked. House default."""
ASKED_FOR: Final = 8_000
"""The same for the supervisor she has asked for. House default."""
MAX_OWN: Final = 40
"""Words of the trainee's own that are kept in a repaired reply."""
MIN_GIST: Final = 6
"""Words of hers that are enough to be worth saying back; fewer are where there is a number or a day in them."""
MAX_GIST: Final = 24
"""Words of hers that can be said back in one breath."""
AT_MOST: Final = {"supervisor": 2, "repaired": 2, "heard": 6, "offer": 2, "ask": 1}
"""Candidates of each kind: each is read and matched, which takes time."""
WRITTEN: Final = 6
"""Ways of putting an offer that are taken from her file, from the top: those further down are there to be recognised."""
HEARD: Final = "Saying back what happened shows that it arrived; fixing counts in full only after that."
OWNED: Final = "Owning the mistake takes away what has piled up; an apology alone does not."
FELT: Final = "A detail of this caller's own shows what you understood; a phrase that fits anyone does not."
ASKED: Final = "An open question is the only way to what the caller does not say at first."
REPAIRED: Final = "This is your own reply without the words that raised the anger."
SUPERVISOR: Final = "A plain yes to what was asked for, and nothing has to be told twice."
NOT_WORDS: Final = frozenset({"dead_air", "hold", "talk_over", "raised_voice"})
"""Causes that no single sentence carries: leaving one out repairs nothing."""
_SUBJECTS: Final = frozenset("you we your our you've we've you'd it it's the there's somebody".split())
"""How something begins that can follow "so" or "I've written down that"."""
_WISHES: Final = ("you want", "you need", "you'd like", "you would like", "you do not ask", "you're asking")
_BEFORE_GIST: Final = re.compile(
    r"^(?:(?:and|but|so|then|now|okay|ok|well|right|yeah|yes|hi|hello|look|no|good (?:morning|afternoon|evening)|today|also)"
    r"\b[,.;:!]?\s*)+", re.IGNORECASE
)  # fmt: skip
_NO_GIST: Final = (
    "do not tell", "before we ask", "before you ask", "may have heard", "only heard", "damn", "hell", "wages on",
    "listen", "tell us", "that is the line", "someone who", "go away", "swear", "stupid", "idiot", "fat lot", "helped ourselves",
    "i", "me", "my", "can hear", "still here", "you need to know", "what about", "you will see", "hanging up", "not eating",
    "we see", "we know", "you know", "like a", "lemonade", "in the ear", "ain't", "gotta", "y'all", "yinz", "you says", "you say",
    "dumb", "never been", "by here", "just it", "ma'am", "cents", "a lie", "a liar", "dying", "big mouth", "it matters to you",
    "not easy to say", "looks like", "you do not like to ask", "what is that", "we can not", "keep saying", "keeps saying", "keep telling", "keep asking", "you could swallow", "pocket change", "toilet",
)  # fmt: skip
"""What nobody would say back: sarcasm, curses, remarks about the talk itself."""
_ASKING: Final = frozenset("what how tell can could would has did where which who is are do does was before".split())
_ASKS_WHAT: Final = (
    "what can you do", "what can be done", "what are you doing", "what happens next", "what happens now", "what have you done",
    "what are you going to do", "which day", "give me a day", "do i get my money", "how do i know", "what stops", "where is my money",
    "what will you do", "what is being done", "who is paying", "is there an answer", "what have you got", "when is it",
)  # fmt: skip
_STARTING: Final = frozenset(
    "i i'm i've i'll we we're we've we'll you you'll you're your there the that a an our he she it".split()
)
_CUT_OFF: Final = frozenset("is are and the a an to of number reference for with by at in on from".split())


def plain(name: str) -> str:
    """An id of the persona file in words."""
    return name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class BetterLines:
    """(sentence, reason) for a moment of one call; the sentence may be empty."""

    timeline: Timeline
    persona: Persona

    def instead_of(self, entry: LedgerEntry, turn: TraineeTurn) -> tuple[str, str]:
        """Instead of what raised the anger."""
        cause = entry.cause
        if cause in ("blame", "argue", "hostile", "skipped_me", "rush", "trigger", "stings", "heard_wrong"):
            return self.back()
        if cause in ("wall", "vague_promise", "ignored_question", "offer"):
            return self.offer()
        if cause == "repeat_question":
            return self.read_back(turn)
        other: dict[str, tuple[str, str]] = {
            "talk_over": ("", "Let the line end, then speak: what is said over somebody is not heard."),
            "raised_voice": ("", "Keep to your usual loudness, above all when the other gets louder."),
            "jargon": ("", "Say the same in words the caller would use."),
            "dead_air": ("One moment, I am looking at your account now.", "A silence that is announced costs a third."),
            "hold": ("May I put you on hold for two minutes while I check?", "Why and how long: that halves the cost."),
            "transfer": ("I will stay with this myself.", "Whoever is passed on has to tell it all again."),
            "contradiction": ("", "Say which of the two days holds, and why the other does not."),
            "supervisor_refused": (
                "I can get my supervisor for you. May I try one thing first?",
                "A yes with a proposal keeps the door open.",
            ),
        }  # fmt: skip
        return other.get(cause) or self.feeling()  # dismissing, and any phrase that wore out

    def for_item(self, item: Item) -> tuple[str, str]:
        """For an item that was missing."""
        table: dict[str, Callable[[], tuple[str, str]]] = {
            "restates": self.back, "own_specifics": self.back, "listens_first": self.back, "no_blame": self.back,
            "recovers": self.back, "open_question": self.ask, "hidden_need": self.ask, "names_feeling": self.feeling,
            "apology": self.feeling, "no_dismissing": self.feeling, "no_empty_repeats": self.feeling,
            "owns_fault": self.own_it, "concrete_steps": self.offer, "no_vague_promises": self.offer,
            "promises_hold": self.agreed, "confirms": self.agreed, "key_steps": self.key_step,
        }  # fmt: skip
        if item.item.startswith("demand."):
            return self.offer(item.item.removeprefix("demand."))
        return table[item.item]() if item.item in table else ("", "Wait for the end of the line before you speak.")

    def back(self) -> tuple[str, str]:
        """What happened, said back."""
        why = "Saying back what happened shows that it arrived; fixing counts in full only after that."
        said = next((said for piece in self._told() if (said := say_back(piece))), "")
        return said or "Tell me what happened, from the start. I am listening.", why

    def feeling(self) -> tuple[str, str]:
        """A feeling, with a detail of her own."""
        why = "A detail of this caller's own shows what you understood; a phrase that fits anyone does not."
        parts = [part for piece in self._told() for part in clauses(piece) if 3 <= len(part.split()) <= 14]
        ranked = sorted(parts, key=lambda part: -sum(is_detail(word) for word in words(part)))
        for part in ranked:
            said = swap(part.strip(" .,;!"))
            if said:
                return f"{said[:1].upper() + said[1:]}: I can see why you have had enough of this.", why
        return "", why

    def own_it(self) -> tuple[str, str]:
        """The mistake, owned."""
        why = "Owning the mistake takes away what has piled up; an apology alone does not."
        for piece in self._told():
            for sentence in piece.split(". "):
                said = swap(sentence.strip().rstrip("."))
                if said and said.startswith("We "):
                    return f"That is our mistake: we {said[3:]}.", why
        return "That is our mistake, and you should not have had to call about it.", why

    def ask(self) -> tuple[str, str]:
        """An open question, the one that opens what is still hidden."""
        why = "An open question is the only way to what the caller does not say at first."
        found = {name for turn in self.timeline.turns for name in turn.revealed}
        need = next((need for need in self.persona.hidden_needs if need.id not in found), None)
        asked = need.asked_like[0] if need else "what has this meant for you"
        return f"{_written(asked).rstrip('.?')}?", why

    def offer(self, demand: str = "") -> tuple[str, str]:
        """The best offer for this demand, else for the weightiest one still open."""
        met = dict(self.timeline.turns[-1].met) if self.timeline.turns else {}
        known = [item for item in self.persona.demands if not item.hidden or item.id in met]
        still_open = [item for item in known if met.get(item.id, 0.0) < MET]
        still_open.sort(key=lambda item: (item.id != demand, not item.must, -item.points))
        for wanted in still_open:
            fitting = [offer for offer in self.persona.offers if dict(offer.gives).get(wanted.id, 0) >= 60]
            if fitting:
                chosen = max(fitting, key=lambda offer: dict(offer.gives)[wanted.id])
                return f"{_written(chosen.heard_like[0]).rstrip('.')}.", _with_it(chosen)
        return "", "Name a day, a time or an amount: what cannot be checked does not calm."

    def read_back(self, turn: TraineeTurn) -> tuple[str, str]:
        """What she had given already, read back."""
        why = "Reading back what was given shows that it was written down."
        asked = {item.fact for item in turn.matches.asked}
        for fact in self.persona.facts:
            if fact.id in asked or not asked:
                for said in (*fact.say, *fact.angry):
                    if any(said in line.text for line in self.timeline.lines):
                        answer = " ".join(part for part in sentences(said) if not part.endswith("?")) or said
                        return f'I have it here: "{answer}" Is that right?', why
        return "", why

    def agreed(self) -> tuple[str, str]:
        """What was agreed, in order."""
        why = "Going over it once, in order, shows what was missed while there is still time."
        taken = [offer for turn in self.timeline.turns for offer, verdict in turn.offers if verdict == "accepted"]
        count = len(dict.fromkeys(taken))
        if not count:
            return "", why
        first = "what we agreed" if count == 1 else f"the {count} things we agreed"
        return f"Before we finish, let me go over {first}, one by one, and you tell me what I have missed.", why

    def key_step(self) -> tuple[str, str]:
        """The first act that this caller teaches and that was missing."""
        done = {act.name for turn in self.timeline.turns for act in turn.acts}
        missing = next((name for name in self.persona.scoring.must_do if name not in done), "")
        table: dict[str, Callable[[], tuple[str, str]]] = {
            "paraphrase": self.back, "own_fault": self.own_it, "open_question": self.ask, "empathy": self.feeling,
        }  # fmt: skip
        return table.get(missing, self.offer)()

    def _told(self) -> list[str]:
        """What she was heard to tell: pieces of her story, then what she asked for."""
        pieces = (*self.persona.lines_for("story", "any"), *(say for item in self.persona.demands for say in item.say))
        return [piece for piece in pieces if any(piece in line.text for line in self.timeline.lines)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The call just before a turn of the trainee, and that turn: all that a better line may be made of."""

    persona: Persona
    agent: str
    """The trainee's name; empty when unknown."""
    turn: int
    """Number of the turn, from 1."""
    told: tuple[str, ...]
    """What she had been heard to say, in order."""
    text: str
    """What the trainee said."""
    hurt: tuple[tuple[str, str], ...]
    """(cause, words) of what raised the anger, strongest first."""
    helped: tuple[str, ...] = ()
    """The trainee's words in the turn that calmed and were about this caller."""
    earlier: tuple[str, ...] = ()
    """What the trainee had said before."""
    met: frozenset[str] = frozenset()
    """Demands met before the turn."""
    known: frozenset[str] = frozenset()
    """Demands on the table before the turn."""
    revealed: frozenset[str] = frozenset()
    """Hidden needs that had come out."""
    supervisor_open: bool = False
    """She has asked for a supervisor and not got an answer."""
    early: bool = False
    """It is too early for offers: she would only note them."""

    @property
    def wanted(self) -> frozenset[str]:
        """Demands that she has just voiced."""
        last = self.told[-1] if self.told else ""
        return frozenset(
            item.id for item in self.persona.demands if any(said in last for said in (*item.say, *item.again))
        )

    @property
    def asked(self) -> bool:
        """Whether she has just said what she wants, asked what can be done, or for somebody who can do it."""
        last = self.told[-1] if self.told else ""
        return self.supervisor_open or bool(self.wanted) or any(has_phrase(last, asks) for asks in _ASKS_WHAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a sentence would have done, in the state in which the turn was taken."""

    words: str
    why: str
    anger: int
    """Anger after it, in thousandths of a point."""


Trial = Callable[[str], int]
"""A sentence -> the anger after it, in thousandths of a point, said instead of a turn in the same state."""


def try_all(moment: Moment, trial: Trial) -> tuple[Tried, ...]:
    """Every candidate with what it would have done; the one to suggest first, then from the lowest anger up.

    Suggested is the most fitting of those that come within ``NEARLY`` of the lowest: the mood model is not so exact that
    a fraction of a point should decide what is fitting to say. What answers her question may end ``ANSWERED`` higher:
    who asks what can be done does not want to hear once more what happened.
    """
    tried = [Tried(words=words, why=why, anger=trial(words)) for words, why in candidates(moment)]
    lowest = min((each.anger for each in tried), default=0)
    answers = {_with_it(offer) for offer in moment.persona.offers} if moment.asked else set[str]()
    room = {SUPERVISOR: ASKED_FOR, **dict.fromkeys(answers, ANSWERED)}
    first = next((each for each in tried if each.anger <= lowest + room.get(each.why, NEARLY)), None)
    rest = sorted((each for each in tried if each is not first), key=lambda each: each.anger)
    return (*(() if first is None else (first,)), *rest)


def candidates(moment: Moment) -> tuple[tuple[str, str], ...]:
    """(sentence, reason) that fit the moment, the most fitting first; never empty, no sentence twice."""
    return tuple({words: (words, why) for words, why in reversed([*_Stock(moment).all()])}.values())[::-1]


@dataclass(slots=True)
class _Stock:
    """The written sentences, filled for one moment. Which of several is taken hangs on what she has just said."""

    moment: Moment
    drawn: int = field(init=False)
    gists: list[str] = field(init=False)

    def __post_init__(self) -> None:
        last = self.moment.told[-1] if self.moment.told else ""
        self.drawn = crc32(f"{last}|{self.moment.turn}|{self.moment.text}".encode())
        self.gists = self._gists()

    def all(self) -> Iterator[tuple[str, str]]:
        """Everything that can be said, by the cause of the rise."""
        moment, made = self.moment, dict[str, list[tuple[str, str]]]()
        cause = next((cause for cause, _ in moment.hurt), "")
        made["supervisor"] = []
        if moment.supervisor_open:
            sorry = f"{self._say('back_sorry', self.gists[0])} " if self.gists else ""
            made["supervisor"] = [(f"{before}{self._say('supervisor')}", SUPERVISOR) for before in ("", sorry)]
        made["repaired"] = [(words, REPAIRED) for words in self._repaired()]
        made["offer"], made["heard"] = self._offers(), []
        made["ask"] = [(words, ASKED) for words in self._asks()]
        about = [list(self._about(gist, cause)) for gist in self.gists[:2]]
        made["heard"] = [each for kind in zip_longest(*about) for each in kind if each is not None]
        if not self.gists:
            plain = "own_plain" if self._owns() else "feeling_plain"
            made["heard"] = [(self._opening(self._say(name)), HEARD) for name in ("listen", "feeling_plain", plain)]
        wants_step = {"wall", "vague_promise", "ignored_question", "offer", "contradiction", "dead_air"}
        step_first = moment.asked or (cause in wants_step and not moment.early)
        order = ("offer", "heard") if step_first else ("heard", "offer")
        for name in ("supervisor", *(("offer",) if moment.asked else ()), "repaired", *order, "ask"):
            yield from made[name][: AT_MOST[name]]

    def _about(self, gist: str, cause: str) -> Iterator[tuple[str, str]]:
        """What can be said about one thing that she told: after blame the mistake owned first, after contempt a feeling."""
        back = (self._say("back_sorry", gist), HEARD)
        if gist.startswith(_WISHES):  # a wish is said back; there is nothing to be sorry for in it
            yield self._say("back", gist), HEARD
            return
        felt = (self._say("feeling", gist), FELT)
        own = (self._say("own", gist), OWNED) if gist.startswith("we ") else None
        if own is None and self._owns():
            own = (self._say("own_other", gist), OWNED)
        first = (
            own if cause in ("blame", "argue") else felt if cause in ("hostile", "dismiss", "raised_voice") else back
        )
        yield from dict.fromkeys(each for each in (first, back, own, felt) if each is not None)

    def _opening(self, words: str) -> str:
        """With the name of the house and one's own, in the first turn."""
        moment = self.moment
        if moment.turn > 1 or not moment.agent:
            return words
        house = f" at {moment.persona.company}" if moment.persona.company else ""
        return f"This is {moment.agent}{house}. {words}"

    def _owns(self) -> bool:
        """Whether this caller's file asks for the mistake to be owned: not every complaint is about one."""
        persona = self.moment.persona
        return "own_fault" in persona.scoring.must_do or any(each.when == "own_fault" for each in persona.calming)

    def _say(self, situation: str, gist: str = "") -> str:
        """A sentence of the stock, one that was not said before where there is one."""
        ways = stock()[situation]
        ways = [ways[(self.drawn + step) % len(ways)] for step in range(len(ways))]
        filled = [way.replace("{gist}", gist).replace("{Gist}", gist[:1].upper() + gist[1:]) for way in ways]
        return next((each for each in filled if not self._used(each)), filled[0])

    def _used(self, words: str) -> bool:
        return any(same_wording(words, said) for said in self.moment.earlier)

    def _gists(self) -> list[str]:
        """What she told of her case, said back, without a stop: what she said last and what was not said back yet first."""
        moment, heard = self.moment, " ".join(self.moment.told)
        persona = moment.persona
        told = [
            *persona.lines_for("story", "any"),
            *(say for item in persona.demands if item.id not in moment.met for say in item.say),
        ]
        told += [say for need in persona.hidden_needs for say in need.say]
        there = sorted((piece for piece in told if piece in heard), key=lambda piece: -heard.rfind(piece))
        found = [gist for piece in there for gist in gists(piece)]
        newest = bool(there) and there[0] in moment.told[-1]
        if not found:
            found = [gist for line in moment.told[:1] for gist in gists(line)]
        said = " ".join(moment.earlier)
        fresh = [gist for gist in dict.fromkeys(found) if not has_phrase(said, gist)] or list(dict.fromkeys(found))
        turned = self.drawn % len(fresh) if fresh and not newest else 0  # not the same one at every turn without news
        return [*fresh[turned:], *fresh[:turned]]

    def _repaired(self) -> Iterator[str]:
        """The sentences of the trainee's own reply that helped, after something said back, and alone."""
        moment = self.moment
        bad = [
            quote
            for cause, quote in moment.hurt
            if quote and cause not in (*NOT_WORDS, "skipped_me", "ignored_question")
        ]
        kept = [
            one
            for one in sentences(moment.text)
            if not any(one in quote or quote in one for quote in bad)
            and any(q in one or one in q for q in moment.helped)
        ]
        own = " ".join(dict.fromkeys(kept))
        if (
            own.lower().startswith(("and ", "but ", "so "))
            or not 4 <= len(own.split()) <= MAX_OWN
            or not _known_details(own, moment)
            or self._used(own)
        ):
            return
        if self.gists and not has_phrase(own, self.gists[0]):
            plain = "sorry" in own.lower() or self.gists[0].startswith(_WISHES)
            yield f"{self._say('back' if plain else 'back_sorry', self.gists[0])} {own}"
        if len(kept) < len(sentences(moment.text)):
            yield own

    def _asks(self) -> list[str]:
        """Open questions: what opens a need that is still hidden, or one of the stock."""
        hidden = [need for need in self.moment.persona.hidden_needs if need.id not in self.moment.revealed]
        ways = [way for need in hidden for way in need.asked_like if way.split()[0] in _ASKING]
        asked = f"{_written(ways[self.drawn % len(ways)]).rstrip('.?')}?" if ways else self._say("ask")
        before = self._say("own", self.gists[0]) if self.gists and self.gists[0].startswith("we ") else ""
        return [each for each in (f"{before} {asked}".strip(), asked) if not self._used(each)]

    def _may_name(self, way: str) -> bool:
        """Whether all sums and dates in a phrase are hers: one that only stands in the file was made up for matching."""
        there = set(words(" ".join(self.moment.told)))
        return all(
            word in there or word in WEEKDAYS or word in ("tomorrow", "one") for word in words(way) if is_detail(word)
        )

    def _offers(self) -> list[tuple[str, str]]:
        """The best offers for what is on the table and open: alone, and after what she told has been said back."""
        moment, made = self.moment, []
        for offer in open_offers(moment.persona, moment.known, moment.met, moment.wanted)[:2]:
            ways = [way for way in offer.heard_like[:WRITTEN] if _sayable(way) and self._may_name(way)]
            ways.sort(key=lambda way: -sum(_holds(way, slot) for slot in offer.needs))
            best = [way for way in ways if all(_holds(way, s) == _holds(ways[0], s) for s in offer.needs)]
            if not best:
                continue
            said = _written(best[self.drawn % len(best)]).rstrip(".?") + ("?" if best[0].split()[0] in _ASKING else ".")
            if self.gists:
                gist = self.gists[0]
                before = self._say(
                    "own" if gist.startswith("we ") else "sorry" if gist.startswith(_WISHES) else "feeling", gist
                )
                made.append((f"{before} {said}", _with_it(offer)))
            made.append((f"{self._say('sorry')} {said}", _with_it(offer)))
        return made


def open_offers(persona: Persona, known: Set[str], met: Set[str], first: Set[str] = frozenset()) -> list[Offer]:
    """The best offer for each demand that is on the table and not met: those in ``first``, then the weightiest."""
    wanted = [item for item in persona.demands if item.id in known and item.id not in met]
    found: list[Offer] = []
    for item in sorted(wanted, key=lambda item: (item.id not in first, not item.must, -item.points)):
        fitting = [offer for offer in persona.offers if dict(offer.gives).get(item.id, 0) >= 60]
        levels = [dict(offer.gives)[item.id] for offer in fitting]
        best = fitting[levels.index(max(levels))] if fitting else None
        if best is not None and best not in found:
            found.append(best)
    return found


def unknown_details(text: str, known: str) -> tuple[str, ...]:
    """Numbers, days and names in ``text`` that do not occur in ``known``, in order, each once.

    A name is a capital letter inside a sentence; a number is digits or a number word ("one" is none: it counts nothing).
    """
    there = set(words(known))
    named = {
        spoken
        for sentence in sentences(text)
        for word in sentence.split()[1:]
        if word[:1].isupper() and not word.startswith(("I'", "I’"))
        for spoken in words(word)
        if spoken != "i"
    }
    return tuple(
        dict.fromkeys(word for word in words(text) if (word in named or is_detail(word)) and word not in there)
    )


def _known_details(text: str, moment: Moment) -> bool:
    """Whether every number, day and name in the trainee's own words is one that she has told."""
    return not unknown_details(text, " ".join((*moment.told, moment.agent, moment.persona.company)))


@lru_cache(maxsize=4096)
def gists(line: str) -> tuple[str, ...]:
    """What a line of hers tells, said back, without a stop: sentences in a row as one where they are short."""
    runs: list[list[str]] = [[]]
    for sentence in sentences(line):
        said = _gist(sentence)
        if not said or sum(len(one.split()) for one in (*runs[-1], said)) > MAX_GIST:
            runs.append([])
        if said:
            then = "then " if runs[-1] and sentence.lower().startswith("then ") else ""
            runs[-1].append(f"{then}{said}")
    return tuple(
        f"{', '.join(run[:-1])}, and {run[-1]}" if len(run) > 1 else run[0]
        for run in runs
        if len(" ".join(run).split()) >= MIN_GIST
        or (run and run[0].startswith(("you", "we ")) and any(is_detail(word) for word in words(run[0])))
    )


def _gist(sentence: str) -> str:
    """A sentence of hers said back, without its stop; empty when it is not one to say back."""
    flat = _BEFORE_GIST.sub("", " ".join(sentence.split()))
    said = lower_first((swap(flat) or "").strip().rstrip(".!,; "))
    count = len(said.split())
    if not 3 <= count <= MAX_GIST or said.split()[0] not in _SUBJECTS or any(has_phrase(said, no) for no in _NO_GIST):
        return ""
    if said.startswith(("your ", "our ", "the ")) and "," in " ".join(said.split()[:5]):
        return ""  # a piece put in front of its sentence, as in "the fee, and who pays that"
    return said


def _sayable(way: str) -> bool:
    """Whether a matching phrase is a whole sentence that one can say: no end cut off, no code spelt out."""
    said = way.split()
    return said[0] in _STARTING and said[-1] not in _CUT_OFF and not any(
        len(word) == 1 and word not in ("i", "a") for word in said
    )  # fmt: skip


def _holds(way: str, slot: str) -> bool:
    """Whether a phrase holds a day or time, where an offer needs one."""
    return slot in ("when", "day", "time_window") and any(is_detail(w) or w in ("today", "now") for w in words(way))


@lru_cache(maxsize=1)
def stock() -> dict[str, list[str]]:
    """The written sentences by situation."""
    from ruamel.yaml import YAML

    found: dict[str, list[str]] = YAML(typ="safe").load(STOCK.read_text(encoding="utf-8"))
    return {name: list(ways) for name, ways in found.items()}


def _written(text: str) -> str:
    """A matching phrase, which is in lower case, as a written sentence."""
    said = " ".join(
        "I" + word[1:] if word == "i" or word.startswith("i'") else word.capitalize() if word in WEEKDAYS else word
        for word in text.split()
    )
    return said[:1].upper() + said[1:]


def _with_it(offer: Offer) -> str:
    if not offer.needs:
        return "It gives what was asked for, in full."
    return f"Say with it: {', '.join(plain(slot) for slot in offer.needs)}; without that it is only a promise."
