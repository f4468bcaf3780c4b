"""What real calls asked a caller, or offered her, that her file has no answer to.

Read from recordings: a reply to which she said that she did not know, or could not tell what was meant. A persona
grows by these: each is a fact to add, or one more way of asking for a fact that is there.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from simulator.commands import Command, ReportTurn, SayAloud
from simulator.recording import RecordedCall
from simulator.wording import words

Kind = Literal["question", "detail", "offer"]
_KINDS: Final[dict[str, Kind]] = {"dont_know": "question", "verification": "detail", "what_was_that": "offer"}
"""The situation of her answer -> what it was that she could not answer."""
_SENTENCE: Final = re.compile(r"(?<=[.?!])\s+")


@dataclass(slots=True, kw_only=True)
class Unanswered:
    """Something said to her, in one or several calls, that her file has no answer to."""

    kind: Kind
    """question: she did not know. detail: asked to identify her. offer: she could not tell what it was."""
    text: str
    """As it was said first; of a reply with a question in it, the question."""
    answered: str
    """What she said to it."""
    times: int = 0
    calls: list[str] = field(default_factory=list)
    """Names of the recordings, in the order given."""


def unanswered(calls: Iterable[RecordedCall]) -> list[Unanswered]:
    """All of them, most often said first; the same words, apart from capitals and stops, count as the same."""
    found: dict[tuple[Kind, tuple[str, ...]], Unanswered] = {}
    for call in calls:
        latest = {one.turn: step for step in call.steps for one in step.commands if isinstance(one, ReportTurn)}
        for step in latest.values():
            turn = next(each for each in step.commands if isinstance(each, ReportTurn))
            kind = next((_KINDS[move] for move in turn.moves if move in _KINDS), None)
            text = _question(turn.text) if kind in ("question", "detail") else turn.text.strip()
            if kind is None or not words(text):
                continue
            item = found.setdefault(
                (kind, tuple(words(text))), Unanswered(kind=kind, text=text, answered=_said(step.commands))
            )
            item.times += 1
            if call.name not in item.calls:
                item.calls.append(call.name)
    return sorted(found.values(), key=lambda item: (-item.times, item.kind != "question", item.text))


def _question(text: str) -> str:
    """The last sentence of ``text`` that asks, else all of it."""
    asking = [each for each in _SENTENCE.split(text.strip()) if each.endswith("?")]
    return asking[-1] if asking else text.strip()


def _said(commands: tuple[Command, ...]) -> str:
    return " ".join(each.text for each in commands if isinstance(each, SayAloud))
