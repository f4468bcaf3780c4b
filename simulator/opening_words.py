"""The word she begins with when the rest of her answer is not made yet: "Well,", "Look,", "Um," (decision 046)."""

from typing import Final

from simulator.chance import Chance
from simulator.mind import Mind
from simulator.plan import Plan
from simulator.utterance import Part
from simulator.wording import words

NO_ANSWER: Final = frozenset(
    {"silence", "interrupted", "lost", "mumbled", "what_was_that", "told_to_calm_down", "parrot"}
)
"""Situations whose lines answer nothing, or come at once."""


def opening_words(mind: Mind) -> tuple[str, ...]:
    """What somebody may begin with as they feel now; nothing that has to be filled in."""
    return tuple(text for text in mind.persona.lines_for("takes_a_moment", mind.mood.band) if "{" not in text)


def opening_word(mind: Mind, plan: Plan, first: Part, *, last: str, chance: Chance, turn: int) -> str | None:
    """The word before ``first``, the first part of ``plan``: neither ``last``, the one she used before, nor what ``first``
    itself begins with. None where there is no such word, or none fits: the voice is another's, or it is no answer."""
    if first.speaker or first.text.startswith("...") or plan.lines[0].situation in NO_ANSWER:
        return None
    free = [text for text in opening_words(mind) if text != last and words(text)[:1] != words(first.text)[:1]]
    return chance.shuffled(free, "takes_a_moment", turn)[0] if free else None
