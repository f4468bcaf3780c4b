"""From labels to acts: what the caller reacts to.

A label is about words; an act is a label seen in this call. Everything here is plain code on purpose: it is never
labelled by hand and never learned (``docs/behaviours.md``), so a trainer can read why something counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simulator import wording
from simulator.certainty import WELL_HEARD
from simulator.reading import FoundLabel, Label, Matches, Reading

_RENAMED: Final[dict[Label, str]] = {
    "dismissive": "dismiss",
    "defensive": "argue",
    "hostile": "hostile",
    "rushing": "rush",
    "blame": "blame",
}
_SAME_NAME: Final[tuple[Label, ...]] = (
    "empathy", "apology", "own_fault", "open_question", "gratitude", "partnership", "options", "explanation",
    "supervisor", "hold", "boundary", "jargon",
)  # fmt: skip
_HARSH: Final = frozenset({"dismissive", "defensive", "blame", "refusal", "rushing", "hostile"})
_PROMISES: Final[tuple[Label, ...]] = ("solution", "next_steps", "follow_up", "ownership")
_KIND: Final[tuple[Label, ...]] = (
    "empathy", "apology", "own_fault", "paraphrase", "open_question", "gratitude", "partnership",
)  # fmt: skip

BUCK: Final = (
    "another department", "different department", "other department", "other team", "different team", "not my",
    "just answer the phone", "only answer the phone", "i just work here", "nothing to do with me", "above my",
    "speak to billing", "the warehouse", "the courier",
)  # fmt: skip
EXCUSE: Final = (
    "we have been busy", "we are very busy", "short staffed", "understaffed", "system was down", "the system", "holidays",
    "did not take your", "high volume", "not my fault", "it happens",
)  # fmt: skip
THREAT: Final = (
    "end this call", "end the call", "hang up", "terminate this call", "terminate the call", "disconnect",
)  # fmt: skip
TRANSFER: Final = (
    "transfer you", "transferring you", "put you through", "putting you through", "pass you on", "pass you over",
    "passing you", "hand you over", "handing you over", "connect you", "connecting you", "redirect you",
)  # fmt: skip
ASKS_FIRST: Final = (
    "would you like", "shall i", "should i", "do you want", "if you like", "if you want", "may i", "can i", "is it okay",
    "would it help", "i can put", "i can transfer", "i can connect", "i could",
)  # fmt: skip
WARM_TRANSFER: Final = (
    "i will stay on", "stay on with you", "i will tell", "i will explain", "i will fill", "i will brief",
    "i have told", "i have explained", "not have to repeat", "not need to repeat", "i will introduce",
    "have your notes", "has your notes", "give them the details", "give her the details", "give him the details",
)  # fmt: skip
CHECKS: Final = (
    "is that right", "have i got that right", "have i got it right", "did i get that right", "is that correct",
    "have i understood", "am i right", "anything i have missed", "have i missed", "does that cover", "correct",
)  # fmt: skip


INSULTS: Final = (
    "you are an idiot", "you idiot", "you are stupid", "you liar", "you are a liar", "shut up",
    "shut your mouth", "piss off", "screw you", "fuck you", "fuck off", "you moron", "you are a moron", "go to hell",
)  # fmt: skip
"""Words that nobody says kindly to a caller. The reader judges tone; these are not left to it."""
_INSULTS: Final = tuple(wording.words(insult) for insult in INSULTS)
INSULTED: Final = 1.0
"""Confidence of an insult in so many words."""
PLAINLY_KIND: Final = 0.8
_HEARTFELT: Final = frozenset({"apology", "own_fault", "empathy"})
COURTESIES: Final = ("have the pleasure of", "pleasure of speaking", "pleasure of talking")
"""Asking for a name like this is read as contempt, at up to 0.98 (scripts/likely_questions), and never is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing a reply does to this caller."""

    name: str
    confidence: float = 1.0
    spec: float = 0.0
    """Specificity, 0 a stock phrase to 1."""
    quote: str = ""
    variant: str = ""
    """Strength of an argument or a hostility: contradict, buck, excuse, threat; empty is the plain act."""
    heard: float = 1.0
    """Confidence of the recogniser in the very words that carry it."""

    @property
    def well_heard(self) -> bool:
        """Whether its words were heard clearly enough to be taken amiss."""
        return self.heard >= WELL_HEARD


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What acts depend on beside the words."""

    told: str
    """All that the caller has said so far."""
    given: frozenset[str]
    """Ids of the facts she has given in answer to a question."""
    question_open: bool
    """Her last move asked for something."""
    abusive_lately: bool = False
    """She was furious, or abusive, in the last three turns."""
    supervisor_asked: bool = False
    known: frozenset[str] = frozenset()
    """Days of the caller's own case and of what was proposed, as ``wording.dated`` spells them."""


def derive(reply: str, reading: Reading, matches: Matches, context: Context) -> tuple[Act, ...]:
    """The acts of a reply, in the order of the label set, derived ones in the place of their labels."""
    if _insults(reply):
        kept = [item for item in reading.labels if item.label in _HARSH]
        plain = FoundLabel(label="hostile", probability=INSULTED, quote=reply)
        reading = Reading(labels=(*(item for item in kept if item.label != "hostile"), plain))
    elif any(item.label in _HEARTFELT and item.probability >= PLAINLY_KIND for item in reading.labels):
        # Contempt is the tone the reader knows least (its model card): beside a plain apology it is not believed.
        reading = Reading(labels=tuple(item for item in reading.labels if item.label != "hostile"))
    else:
        reading = Reading(
            labels=tuple(
                item
                for item in reading.labels
                if item.label != "hostile" or not any(wording.has_phrase(item.quote, each) for each in COURTESIES)
            )
        )
    found = {item.label: item for item in reading.labels}
    whole = wording.specificity(reply, context.told)
    acts: list[Act] = []

    def add(name: str, label: Label, variant: str = "") -> None:
        item = found[label]
        # A sentence borrows from the reply it stands in: "I'm sorry" right after a good summary is about the caller.
        spec = max(wording.specificity(item.quote, context.told), 0.6 * whole)
        found_act = Act(name=name, confidence=item.probability, spec=round(spec, 4), quote=item.quote, variant=variant)
        twin = next((index for index, act in enumerate(acts) if act.name == name), None)
        if twin is None:
            acts.append(found_act)
        elif acts[twin].confidence < found_act.confidence:
            acts[twin] = found_act  # one empty promise read as two labels is one vague promise

    for label in reading.labels:
        name = label.label
        if name == "paraphrase" and _mixed_up(found[name].quote, context, proposes=bool(_PROPOSES & set(found))):
            add("heard_wrong", name)
        elif name == "paraphrase":
            add("paraphrase", name)
            if any(wording.has_phrase(reply, check) for check in CHECKS):
                add("summary_check", name)
        elif name in _PROMISES:
            act = _promise(name, found[name].quote, reply, set(found), offered=bool(matches.offers))
            if act != "vague_promise" or not _only_asks(found[name].quote, matches):
                add(act, name)
        elif name == "refusal":
            kind = {"options", "solution", "next_steps"} & set(found)
            add("honest_limit" if kind else "wall", name)
        elif name == "boundary":
            add("boundary" if context.abusive_lately else "rush", name)
        elif name == "supervisor" and not context.supervisor_asked:
            # Only what was asked for calms. To be passed on unasked is to be got rid of; to be asked is neither.
            if _passes_on(found[name].quote):
                warm = any(wording.has_phrase(reply, phrase) for phrase in WARM_TRANSFER)
                add("transfer", name, "warm" if warm else "cold")
        elif name in _SAME_NAME:
            add(name, name)
        elif name in _RENAMED:
            add(_RENAMED[name], name, _variant(name, found[name].quote))
        elif name == "closing" and wording.has_phrase(reply, "have i missed"):
            add("summary_check", name)

    repeated = [fact for fact in matches.asked if fact.fact in context.given]
    if repeated and "information_request" in found:
        best = repeated[0]
        acts.append(Act(name="repeat_question", confidence=best.score, quote=best.quote))
    if context.question_open and _ignores(reply, found, matches):
        acts.append(Act(name="ignored_question", confidence=0.8, quote=reply))
    return tuple(acts)


def _promise(label: Label, quote: str, reply: str, beside: set[Label], *, offered: bool) -> str:
    """The act of a promise. One with nothing in it that could be checked is vague, and counts against the trainee."""
    empty = wording.empty_promise(quote, step_named=offered)
    concrete = wording.checkable(quote) or (offered and not empty)
    if label == "ownership":
        # "Leave it with me" alone is vague; beside kindness or a concrete step it is a person taking charge.
        alone = not (beside & {*_KIND, "information_request", "greeting", "solution"})
        return "vague_promise" if alone and not concrete and not wording.checkable(reply) else "ownership"
    if not concrete and empty and not wording.checkable(reply):
        return "vague_promise"
    if label == "solution":
        return "action" if concrete or wording.says_who(quote) else "vague_promise"
    return label


def _only_asks(quote: str, matches: Matches) -> bool:
    """Whether a sentence is a question for a fact: "have you tried the reset button?" promises nothing."""
    return quote.rstrip().endswith("?") and any(
        item.quote in quote or quote in item.quote for item in matches.asked if item.quote
    )


_PROPOSES: Final[frozenset[Label]] = frozenset({"solution", "options", "next_steps", "follow_up", "refusal"})


def _mixed_up(quote: str, context: Context, *, proposes: bool) -> bool:
    """Whether a summary holds a day that is not of this case. What is being proposed may bring new ones."""
    return not proposes and bool(context.known) and bool(wording.dated(quote) - context.known)


def _passes_on(sentence: str) -> bool:
    """Whether a sentence hands her over, here and now: not asked first, not denied, not told of others."""
    if any(wording.has_phrase(sentence, phrase) for phrase in ASKS_FIRST):
        return False
    said = wording.words(sentence)
    for phrase in TRANSFER:
        wanted = wording.words(phrase)
        for start in range(len(said) - len(wanted) + 1):
            before = said[max(0, start - 4) : start]
            if said[start : start + len(wanted)] == wanted:
                return bool({"i", "we", "me", "us"} & set(before)) and not {"not", "never"} & set(before)
    return False


def _insults(reply: str) -> bool:
    """Whether one of ``INSULTS`` is thrown, and not denied: "I'm not saying you're a liar" is none."""
    said = wording.words(reply)
    for wanted in _INSULTS:
        if wanted[0] not in said:
            continue
        for start in range(len(said) - len(wanted) + 1):
            before = said[max(0, start - 4) : start]
            if said[start : start + len(wanted)] == wanted and not {"not", "never"} & set(before):
                return True
    return False


def _variant(label: Label, quote: str) -> str:
    if label == "defensive":
        if any(wording.has_phrase(quote, cue) for cue in BUCK):
            return "buck"
        if any(wording.has_phrase(quote, cue) for cue in EXCUSE):
            return "excuse"
    if label == "hostile" and any(wording.has_phrase(quote, cue) for cue in THREAT):
        return "threat"
    return ""


_ANSWERS: Final = frozenset(
    """explanation solution options next_steps follow_up refusal supervisor hold own_fault paraphrase open_question
    information_request ownership apology empathy boundary""".split()
)


def _ignores(reply: str, found: Mapping[Label, object], matches: Matches) -> bool:
    """Whether a reply of some length does nothing at all with the question that is open."""
    if len(wording.words(reply)) < 4 or matches.offers:
        return False
    return not (_ANSWERS & set(found))
