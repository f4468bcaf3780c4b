"""Her words: a line for a situation, picked from her own and the house's, with what she knows filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from personas.persona import Persona
from simulator.chance import Chance
from simulator.lines import LineBag
from simulator.mood import Mood
from simulator.plan import Line

SAID_AGAIN: Final = frozenset(
    {
        "greeting", "check_in_1", "check_in_2", "give_up_silence", "cut_in", "lost", "interrupted", "last_warning",
        "hang_up", "stop_word", "close_warm", "close_cool", "times_out", "transfer", "supervisor_refused", "hold_before",
        "asked_before", "dont_know", "waits_for_other",
    }
)  # fmt: skip
"""Situations in which she must say something, if need be what she has said before; in all others she rather says
nothing than repeat herself."""


@dataclass(slots=True)
class Phrases:
    """Lines of one caller in one call, and what stands in their braces."""

    persona: Persona
    chance: Chance
    agent: str = ""
    """The trainee's name, once she has heard it."""
    promise: str = ""
    """What was promised last with a day to it, as she would write it down."""
    day: str = ""
    """The day of it, bare."""
    spoken: dict[str, int] = field(default_factory=dict)
    """How often she has said something in each situation."""
    bag: LineBag = field(init=False)

    def __post_init__(self) -> None:
        self.bag = LineBag(self.chance)

    def say(
        self, situation: str, mood: Mood, values: Mapping[str, str] | None = None, *, again: bool = False
    ) -> tuple[Line, ...]:
        """A line for ``situation``; empty when she has said them all and the situation lets her be silent."""
        known = {"agent": self.agent, "promise": self.promise, "day": self.day, **(values or {})}
        groups = self.persona.lines_by_fit(situation, mood.band)
        text = self.bag.pick(groups, situation, known, again=again or situation in SAID_AGAIN)
        if not text:
            return ()
        self.spoken[situation] = self.spoken.get(situation, 0) + 1
        return (Line(situation=situation, text=text),)

    def own(
        self,
        situation: str,
        *groups: Sequence[str],
        slot: str = "",
        values: Mapping[str, str] | None = None,
        speaker: str = "",
    ) -> tuple[Line, ...]:
        """One of ``groups``, words for one thing in her file; empty when she has said them all.

        ``slot`` seeds the choice, where it is not the situation.
        """  # fmt: skip
        text = self.bag.pick(groups, slot or situation, values)
        return (Line(situation=situation, text=text, speaker=speaker),) if text else ()
