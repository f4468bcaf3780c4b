"""What no believable caller does: say a thing twice, know what nobody told her, ask for what she has.

A check of a whole rehearsed call, independent of the code that chose the lines: it sees only the words, what each
reply asked for, and which demands were met when.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from personas.persona import MET, Persona
from simulator.rehearsal.calls import AGENT, Rehearsed
from simulator.wording import words

_FILLED = {"agent": re.escape(AGENT), "count": "[a-z ]+", "minutes": "[a-z ]*", "promise": ".+", "day": "[A-Z][a-z]+"}


@dataclass(slots=True)
class _Call:
    persona: Persona
    call: Rehearsed
    turn: int = 0
    """Replies the trainee has given so far."""
    lines: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    story: int = 0
    heard: set[str] = field(default_factory=set)
    """Words of the trainee so far."""

    @property
    def asked(self) -> frozenset[str]:
        return self.call.asked[self.turn - 1] if self.turn else frozenset()

    def met(self, ago: int = 0) -> frozenset[str]:
        at = self.turn - ago
        return self.call.met_by[at - 1] if at >= 1 else frozenset()


def faults(persona: Persona, call: Rehearsed) -> tuple[str, ...]:
    """What does not hold in ``call``, each in one sentence; empty when all does. ``persona`` is as its file has it."""
    state, found, forms = _Call(persona, call), [], _forms(persona)
    for who, why, said in call.said:
        if who == "trainee":
            state.turn += 1
            state.heard |= set(words(said))
            continue
        found += [f"turn {state.turn}, {why}, {said!r}: {fault}" for fault in _line(state, why, said, forms)]
        state.lines.add(said)
    return tuple(found)


def _line(state: _Call, why: str, said: str, forms: tuple[tuple[re.Pattern[str], str], ...]) -> Iterator[str]:
    persona = state.persona
    if said in state.lines:
        yield "said before"
    source = next(((form, line) for form, line in forms if form.fullmatch(said)), None)
    if source is None:
        yield "nobody wrote that"
    elif {"{day}", "{promise}"} & set(re.findall(r"{\w+}", source[1])):
        filled = " ".join(source[0].fullmatch(said).groups())  # type: ignore[union-attr]
        unheard = [word for word in words(filled) if word not in state.heard | {AGENT.lower()}]
        if unheard:
            yield f"nobody promised {unheard[0]!r}"
    match why:
        case "story":
            pieces = persona.lines_for("story", "any")
            if state.story >= len(pieces) or pieces[state.story] != said:
                yield "not the next piece of her story"
            state.story += 1
        case "fact":
            ids = {fact.id for fact in persona.facts if said in (*fact.say, *fact.angry)}
            if not ids & state.asked:
                yield "nobody asked for that"
            state.given |= ids
        case "again" | "asked_before":
            if not state.asked & state.given:
                yield "it was not asked before"
        case "need":
            ids = {need.id for need in persona.hidden_needs if said in need.say}
            if not ids & state.asked:
                yield "nobody asked for that"
            if ids & state.given:
                yield "told before"
            state.given |= ids
        case "demand" | "demand_again":
            asked_for = {demand.id for demand in persona.demands if said in (*demand.say, *demand.again)}
            if asked_for and asked_for <= state.met():
                yield "she has that"
            if why == "demand_again" and all(item.id in state.met() for item in persona.demands):
                yield "there is nothing left to ask for"
        case "accept":
            if state.met() == state.met(1) and not _more_given(state, said):
                yield "nothing was given"
        case "close_warm" | "close_cool":
            if not {item.id for item in persona.demands if item.must and not item.hidden} <= state.met():
                yield "what must be met is not"


def _more_given(state: _Call, said: str) -> bool:
    """Whether the offer she takes adds to what was met already, or gives less than counts as met."""
    offers = [offer for offer in state.persona.offers if said in offer.accept]
    return any(level < 100 * MET or name in state.met() for each in offers for name, level in dict(each.gives).items())


@lru_cache(maxsize=32)
def _forms(persona: Persona) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Every line she may say, as a pattern with its placeholders open."""
    lines = [
        *(line for source in (persona.lines, persona.house) for moods in source.values() for each in moods.values()
          for line in each),
        *(line for fact in persona.facts for line in (*fact.say, *fact.angry, *fact.again)),
        *(line for need in persona.hidden_needs for line in (*need.say, *need.not_yet)),
        *(line for offer in persona.offers for line in (*offer.accept, *offer.reject)),
        *(line for offer in persona.offers for asks in dict(offer.ask_for).values() for line in asks),
        *(line for demand in persona.demands for line in (*demand.say, *demand.again)),
        *(line for trigger in persona.triggers for line in trigger.say),
        *(line for ball in persona.curveballs for line in (*ball.say, *ball.back)),
    ]  # fmt: skip

    def form(line: str) -> re.Pattern[str]:
        pieces = re.split(r"{(\w+)}", line)
        return re.compile("".join(
            re.escape(piece) if n % 2 == 0 else f"({_FILLED[piece]})" for n, piece in enumerate(pieces)
        ))  # fmt: skip

    return tuple((form(line), line) for line in dict.fromkeys(lines))
