"""What must hold between the parts of a persona, beyond the shape of each: the rules of a caller that can be played.

A rule looks at a draft and adds findings. It stays silent about parts that could not be read: one slip, one message.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path as FilePath
from typing import Any, Final

from personas.draft import Draft, Path
from personas.findings import printable
from personas.vocabulary import (
    ACT_OF_LABEL,
    ACTS,
    CALMING_ACTS,
    FIRST_TO_WRITE,
    RAISING_ACTS,
    SITUATIONS,
    SLOTS,
    VOICES,
    did_you_mean,
    placeholders_in,
)

ENOUGH_TO_ACCEPT: Final = 60
"""The bar starts at 55 and rises with anger (engine, section 5); an offer under 60 is hardly ever taken."""
LEAST_TO_ACCEPT: Final = 55
"""The bar at its lowest; what gives less is never taken."""
ENOUGH_TO_CLOSE: Final = 70
"""Percent of the points that must be met before a call can close."""
FEW_QUESTIONS: Final = 3
"""Fewer examples than this and retrieval misses one question in four (measured in the design, section 14)."""
MOST_COMPARED: Final = 1_000
"""Questions compared with each other; more would take seconds, and nobody writes them."""
SAME_QUESTION: Final = 0.8
"""Two questions that share this part of their words are taken for the same."""
LONGEST_MOMENT: Final = 3
"""Words of a line that only fills the time until the answer is ready."""
MOST_NAMED: Final = 8
"""Situations without lines that are named; the rest is counted."""
_NEVER_MISSED: Final = frozenset(
    {"greeting", "story", "stop_word", "takes_a_moment", "cuts_across", "sided_against", "left_out", "waits_for_other"}
)
"""Situations whose absence is either an error of its own or nothing to mend: the house lines serve everybody."""
MAY_BE_UNKNOWN: Final = frozenset({"agent", "promise", "day"})

Rule = Callable[[Draft], None]


def apply_rules(draft: Draft) -> None:
    """Run every rule over ``draft``."""
    for rule in _RULES:
        rule(draft)


def _entries(draft: Draft, section: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    for index, entry in enumerate(draft.values.get(section, ())):
        yield (section, index), entry


def _ids(draft: Draft, section: str) -> list[str]:
    return [entry["id"] for _, entry in _entries(draft, section) if "id" in entry]


def _ids_are_unique(draft: Draft) -> None:
    for sections in (("facts", "hidden_needs"), ("demands",), ("offers",)):
        seen: dict[str, int] = {}
        for section in sections:
            for path, entry in _entries(draft, section):
                if (name := entry.get("id")) in seen:
                    what = f"the id '{name}' is already used on line {seen[name]}."
                    draft.note((*path, "id"), "error", what)
                elif name is not None:
                    seen[name] = draft.where[*path, "id"][0]


def _points_add_up(draft: Draft) -> None:
    demands = [entry for _, entry in _entries(draft, "demands")]
    if "demands" in draft.broken or not demands:
        return
    total = sum(entry["points"] for entry in demands)
    if total != 100:
        draft.note(("demands",), "error", f"the points of all demands add up to {total}, they should add up to 100.")
    if not any(entry.get("must") for entry in demands):
        what = "no demand has 'must: true', so nothing has to be put right."
        draft.note(("demands",), "error", what, "Mark the one the call is about.")
    beyond = sum(entry["points"] for entry in demands if entry.get("out_of_reach"))
    if beyond > 100 - ENOUGH_TO_CLOSE:
        what = (
            f"demands out of reach have {beyond} points; with more than {100 - ENOUGH_TO_CLOSE} no call could be won."
        )
        draft.note(("demands",), "error", what)


def _offers_and_demands_meet(draft: Draft) -> None:
    demands = _ids(draft, "demands")
    best: dict[str, int] = {}
    sound = not draft.broken & {"offers", "demands"}
    for path, offer in _entries(draft, "offers"):
        for name, level in offer.get("gives", ()):
            best[name] = max(level, best.get(name, 0))
            if name not in demands and "demands" not in draft.broken:
                sound = False
                what = f"offer '{offer.get('id', '?')}' gives '{name}', but there is no such demand."
                draft.note((*path, "gives", name), "error", what, did_you_mean(name, demands))
            elif offer.get("not_allowed") and level >= LEAST_TO_ACCEPT:
                what = f"offer '{offer.get('id', '?')}' is not allowed, but gives '{name}' {level}: it could be taken."
                draft.note((*path, "gives", name), "error", what, f"Give it less than {LEAST_TO_ACCEPT}.")
    if not sound:
        return
    for path, demand in _entries(draft, "demands"):
        name, met = demand["id"], best.get(demand["id"], 0) >= ENOUGH_TO_ACCEPT
        if demand.get("out_of_reach"):
            if demand.get("must"):
                draft.note(
                    path, "error", f"demand '{name}' is a must and out of reach: the call could never be resolved."
                )
            elif met:
                draft.note(path, "error", f"demand '{name}' is out of reach, but an offer gives it {best[name]}.")
        elif not met:
            what = f"no offer can satisfy the demand '{name}' (none gives it {ENOUGH_TO_ACCEPT} or more)."
            draft.note(
                path, "error", f"{what} The call could never be resolved.", "'out_of_reach: true' if that is meant."
            )


def _hidden_needs_lead_somewhere(draft: Draft) -> None:
    demands = {entry["id"]: entry for _, entry in _entries(draft, "demands") if "id" in entry}
    added = set()
    sound = not draft.broken & {"hidden_needs", "demands"}
    start = draft.values.get("temper", {}).get("start_anger", 65)
    lowest = draft.values.get("temper", {}).get("calms_to", 10)
    for path, need in _entries(draft, "hidden_needs"):
        name, target, gate = need.get("id", "?"), need.get("adds_demand"), need.get("open_when", {})
        added.add(target)
        if target is not None and target not in demands and "demands" not in draft.broken:
            sound = False
            what = f"hidden need '{name}' adds the demand '{target}', but there is no such demand."
            draft.note((*path, "adds_demand"), "error", what, did_you_mean(target, demands))
        elif target in demands and not demands[target].get("hidden"):
            what = (
                f"hidden need '{name}' adds the demand '{target}', which is not hidden: the caller asks for it anyway."
            )
            draft.note((*path, "adds_demand"), "warning", what, f"Write 'hidden: true' in the demand '{target}'.")
        if gate.get("anger_below", 100) <= lowest:
            what = f"hidden need '{name}' opens below anger {gate['anger_below']:g}, but anger never gets there."
            draft.note((*path, "open_when"), "error", what, "Raise anger_below, or lower calms_to.")
        elif gate.get("anger_below", 0) > start:
            what = f"hidden need '{name}' is open from the start: anger begins at {start:g}."
            draft.note((*path, "open_when"), "advice", what)
        for key in ("heard", "trust"):
            if gate.get(key, 0) > 0.9:
                what = f"hidden need '{name}' opens at {key} {gate[key]:g}; a very good call reaches about 0.8."
                draft.note((*path, "open_when"), "warning", what, "0.35 is a usual gate.")
        if gate and not need.get("not_yet"):
            what = f"hidden need '{name}' has a gate but no not_yet: line for being asked too early."
            draft.note(path, "advice", what)
    for path, demand in _entries(draft, "demands"):
        if sound and demand.get("hidden") and demand["id"] not in added:
            what = f"demand '{demand['id']}' is hidden and no hidden need adds it, so it never comes up."
            draft.note(path, "error" if demand.get("must") else "warning", what, "Give a hidden need 'adds_demand:'.")


def _slots_are_asked_for(draft: Draft) -> None:
    for path, offer in _entries(draft, "offers"):
        name, needs, asks = offer.get("id", "?"), offer.get("needs", ()), offer.get("ask_for", {})
        for index, slot in enumerate(needs):
            at = (*path, "needs", index)
            if slot not in SLOTS:
                what = f"offer '{name}' needs '{slot}', which the listener cannot hear, so it could never be taken."
                draft.note(at, "error", what, f"Use {', '.join(SLOTS)}. {did_you_mean(slot, SLOTS)}".rstrip())
            elif slot not in asks and "offers" not in draft.broken:
                what = f"offer '{name}' needs '{slot}' but has no ask_for: line for it."
                draft.note(at, "warning", what, f'Write ask_for: {{{slot}: ["..."]}}.')
        for slot in asks:
            if slot not in needs:
                what = f"offer '{name}' asks for '{slot}', but does not need it."
                draft.note((*path, "ask_for", slot), "warning", what, did_you_mean(slot, needs))


def _acts_are_known(draft: Draft) -> None:
    for path, trigger in _entries(draft, "triggers"):
        act, phrases = trigger.get("when"), trigger.get("when_said")
        if act is None and not phrases and "triggers" not in draft.broken:
            what = "a trigger needs 'when: <act>' or 'when_said: [phrases]'."
            draft.note(path, "error", what)
        elif act is not None and phrases:
            draft.note(
                path, "error", f"trigger 'when: {printable(act)}' also has when_said.", "Make two triggers of it."
            )
        if act is not None and _act_is_known(draft, "trigger 'when: {}'", act, (*path, "when")):
            if "times" in trigger and act in CALMING_ACTS:
                what = f"trigger 'when: {act}': times makes a raising act worse, but '{act}' is a calming one."
                draft.note((*path, "times"), "error", what, "Did you mean 'times_calm'?")
            if "times_calm" in trigger and act in RAISING_ACTS:
                what = f"trigger 'when: {act}': times_calm weakens a calming act, but '{act}' is a raising one."
                draft.note((*path, "times_calm"), "error", what, "Did you mean 'times'?")
            if "add" in trigger:
                what = f"trigger 'when: {act}': add goes with when_said; an act has its own weight."
                draft.note((*path, "add"), "error", what, "Did you mean 'times'?")
        if phrases and act is None and not {"add", "say"} & set(trigger) and "triggers" not in draft.broken:
            draft.note(path, "warning", "this trigger does nothing: it has neither 'add' nor 'say'.")
    for path, calming in _entries(draft, "calming"):
        act = calming.get("when")
        known = act is not None and _act_is_known(draft, "calming 'when: {}'", act, (*path, "when"))
        if known and act in RAISING_ACTS:
            what = f"calming 'when: {act}' is a raising act."
            draft.note((*path, "when"), "error", what, "Write it under triggers.")
    for index, act in enumerate(draft.values.get("scoring", {}).get("must_do", ())):
        _act_is_known(draft, "scoring: must_do '{}'", act, ("scoring", "must_do", index))


def _act_is_known(draft: Draft, holder: str, act: str, at: Path) -> bool:
    if act in ACTS:
        return True
    hint = f"Did you mean '{ACT_OF_LABEL[act]}'?" if act in ACT_OF_LABEL else did_you_mean(act, ACTS)
    draft.note(at, "error", f"{holder.format(printable(act))} is not something the listener can notice.", hint)
    return False


def _questions_are_enough(draft: Draft) -> None:
    for section, one in (("facts", "facts"), ("hidden_needs", "hidden need")):
        for path, entry in _entries(draft, section):
            asked = entry.get("asked_like")
            if asked and len(asked) < FEW_QUESTIONS:
                what = f"{one} '{entry.get('id', '?')}' has {_ways(len(asked), 'asking')}; give at least 3, better 8,"
                draft.note(path, "warning", f"{what} or the caller will say 'sorry, what?' too often.")
    for path, entry in _entries(draft, "offers"):
        heard = entry.get("heard_like")
        if heard and len(heard) < FEW_QUESTIONS:
            what = f"offer '{entry.get('id', '?')}' has {_ways(len(heard), 'putting it')}; give at least 3, better 6,"
            draft.note(path, "advice", f"{what} or the caller will miss it.")


def _ways(count: int, verb: str) -> str:
    return f"{count} way{'' if count == 1 else 's'} of {verb}"


def _questions_differ(draft: Draft) -> None:
    """Near copies only; what merely *means* the same is for the matcher's own check, which has a model."""
    for sections, key in ((("facts", "hidden_needs"), "asked_like"), (("offers",), "heard_like")):
        known: list[tuple[str, str, frozenset[str], int]] = []
        told: set[tuple[str, str]] = set()
        for section in sections:
            for path, entry in _entries(draft, section):
                name = entry.get("id", "?")
                for index, question in enumerate(entry.get(key, ())[: MOST_COMPARED - len(known)]):
                    words = frozenset(re.findall(r"\w+", question.lower()))
                    at = (*path, key, index)
                    for other, asked, others, line in known:
                        if other == name or (other, name) in told or not words:
                            continue
                        if _alike(words, others):
                            told.add((other, name))
                            what = f"the caller will mix up '{other}' and '{name}': line {line} is almost the same."
                            hint = f"Reword '{printable(question)}' here, or '{printable(asked)}' there."
                            draft.note(at, "warning", what, hint)
                    known.append((name, question, words, draft.where.get(at, (1, 1))[0]))


def _alike(some: frozenset[str], others: frozenset[str]) -> bool:
    fewer, more = sorted((len(some), len(others)))
    if fewer < SAME_QUESTION * more:  # cannot share enough; spares most of the comparing
        return False
    return len(some & others) >= SAME_QUESTION * len(some | others)


def _lines_are_enough(draft: Draft) -> None:
    lines = draft.values.get("lines")
    if lines is None:
        return
    for situation in ("greeting", "story"):
        if not any(lines.get(situation, {}).values()) and "lines" not in draft.broken:
            what = f"lines: there is no '{situation}:', and nothing can stand in for it."
            draft.note(("lines",), "error", what)
    for situation, moods in lines.items():
        for mood, texts in moods.items():
            if len(texts) < 2:
                place = f"{situation} ({mood})" if situation != "story" else situation
                what = f"lines: {place} has {'one line' if texts else 'no lines'}; give 3 or more."
                draft.note(("lines", situation, mood), "warning", what, "Else the caller repeats the same thing.")
        every = [text for texts in moods.values() for text in texts]
        if situation != "promise_callback" and every and all(placeholders_in(text) & MAY_BE_UNKNOWN for text in every):
            what = f"lines: {situation}: every line needs something that may be unknown, such as the trainee's name."
            draft.note(("lines", situation), "warning", what, "Write two without {agent}, {promise} or {day}.")
    missing = [each for each in SITUATIONS if each not in lines and each not in _NEVER_MISSED]
    if missing:
        ranked = [*(each for each in FIRST_TO_WRITE if each in missing), *missing]
        first = list(dict.fromkeys(ranked))[:MOST_NAMED]
        rest = len(missing) - len(first)
        what = f"lines: no lines for {', '.join(first)}{f' and {rest} more' if rest else ''}; house lines stand in."
        hint = f"`hotseat personas preview {draft.file}` lists every situation and what you have for it."
        draft.note(
            ("lines",), "advice", what, f"Write these first; {hint}" if rest else "Write those that matter to you."
        )


def _voices_are_known(draft: Draft) -> None:
    named: list[tuple[Path, str]] = [(("voice", "speaker"), draft.values.get("voice", {}).get("speaker", ""))]
    named += [((*path, "speaker"), ball.get("speaker", "")) for path, ball in _entries(draft, "curveballs")]
    for path, name in named:
        if name and name not in VOICES:
            what = f"{path[0]}: nobody can be heard who is called '{name}'."
            hint = did_you_mean(name, VOICES) or "`hotseat personas voices` lists the voices."
            draft.note(path, "warning", what, hint)


def _file_has_its_name(draft: Draft) -> None:
    name, stem = draft.values.get("id"), FilePath(draft.file).stem
    if name is not None and name != stem:
        what = f"the persona is called '{name}', but the file '{stem}': it is found by the name of the file."
        draft.note(("id",), "advice", what)


def _moments_are_short(draft: Draft) -> None:
    """What is said before an answer that is not ready is over before the answer is."""
    for mood, texts in (draft.values.get("lines") or {}).get("takes_a_moment", {}).items():
        for index, text in enumerate(texts):
            if placeholders_in(text) or len(text.split()) > LONGEST_MOMENT or not text.endswith((",", "...")):
                what = f"lines: takes_a_moment: '{printable(text)}' is no word to begin any answer with."
                hint = f'At most {LONGEST_MOMENT} words, nothing in braces, and a comma at the end: "Well,".'
                draft.note(("lines", "takes_a_moment", mood, index), "warning", what, hint)


_RULES: Final[tuple[Rule, ...]] = (
    _ids_are_unique,
    _points_add_up,
    _offers_and_demands_meet,
    _hidden_needs_lead_somewhere,
    _slots_are_asked_for,
    _acts_are_known,
    _questions_are_enough,
    _questions_differ,
    _lines_are_enough,
    _moments_are_short,
    _voices_are_known,
    _file_has_its_name,
)
