"""How much better the better line is: rehearsed calls, every turn that raised the anger, and the line computed for it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from evaluation.better_lines import stock, unknown_details
from evaluation.matcher import EmbeddingMatcher
from evaluation.reader import TransformerReader
from evaluation.say_back import say_back, swap
from personas.persona import Persona
from simulator import settings
from simulator.console.better import try_lines
from simulator.moments import Answered
from simulator.reading import Matches, Reading
from simulator.rehearsal.calls import AGENT, Listening, rehearse
from simulator.wording import content

CONTROL = "I understand your frustration."
"""A stock phrase, to see how much of the gain is only that the wrong thing was not said."""
RISE = 5_000
"""Rise of anger, in thousandths of a point, from which a turn counts."""


@dataclass(slots=True)
class Models:
    """The real reader and matcher; the same words are read once."""

    reader: TransformerReader
    matcher: EmbeddingMatcher
    read_before: dict[tuple[str, str], Reading] = field(default_factory=dict)
    matched_before: dict[tuple[str, str], Matches] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Models":
        """Those that come with hotseat."""
        kept = settings.cache_folder() / "sentences"
        return cls(TransformerReader.load(), EmbeddingMatcher.load(kept=kept))

    def read(self, reply: str, caller_line: str) -> Reading:
        """The reading of a reply."""
        key = (reply, caller_line)
        if key not in self.read_before:
            self.read_before[key] = self.reader.read(reply, caller_line)
        return self.read_before[key]

    def match(self, reply: str, persona: Persona) -> Matches:
        """The facts it asks for and the offers it makes."""
        key = (reply, persona.id)
        if key not in self.matched_before:
            self.matched_before[key] = self.matcher.match(reply, persona)
        return self.matched_before[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One turn that raised the anger, and its better line. Anger in thousandths of a point."""

    persona: str
    trainee: str
    seed: int
    difficulty: int
    turn: int
    cause: str
    """What raised it most."""
    heard: str
    text: str
    before: int
    after: int
    line: str
    """Empty when none was found."""
    anger: int
    """After the line, in the same state; as ``after`` when there is none."""
    control: int
    """After ``CONTROL`` in the same state: how far not having said it would have gone alone."""
    tried: int
    unknown: tuple[str, ...]
    """What the line holds that the caller's file does not and that was not said."""

    @property
    def lower(self) -> bool:
        """Whether there is a line and it ends lower than what was said."""
        return bool(self.line) and self.anger < self.after

    @property
    def calms(self) -> bool:
        """Whether there is a line and it ends lower than the anger before the turn."""
        return bool(self.line) and self.anger < self.before

    def to_json(self) -> dict[str, Any]:
        """JSON values, anger in points."""
        return {
            **asdict(self),
            **{name: getattr(self, name) / 1000 for name in ("before", "after", "anger", "control")},
        }


def measure(persona: Persona, trainee: str, calls: Iterable[tuple[int, int]], models: Models) -> list[Measured]:
    """Every turn that counts, of the calls of (seed, difficulty) with this trainee."""
    found: list[Measured] = []
    for seed, difficulty in calls:
        said: list[str] = []
        rises: list[tuple[Answered, int]] = []

        def look(one: Answered, said: list[str] = said, rises: list[tuple[Answered, int]] = rises) -> None:
            if one.rise >= RISE:
                rises.append((one, len(said)))
            said.append(one.reply.text)

        listening = Listening(reader=models, matcher=models)
        rehearse(persona, trainee, seed, difficulty=difficulty, back=say_back, listening=listening, watch=look)
        for one, count in rises:
            tried = try_lines(one, said[:count], models, models)
            change = one.answer.change
            causes = sorted(change.ledger, key=lambda entry: -entry.points)
            line = tried[0].words if tried else ""
            found.append(
                Measured(
                    persona=persona.id, trainee=trainee, seed=seed, difficulty=difficulty, turn=one.turn,
                    cause=causes[0].cause if causes else "", heard=one.line, text=one.reply.text,
                    before=change.before.anger, after=change.after.anger, line=line,
                    anger=tried[0].anger if tried else change.after.anger, tried=len(tried),
                    control=one.instead(CONTROL, models.read(CONTROL, one.line), models.match(CONTROL, persona)).after.anger,
                    unknown=unknown_facts(line, persona, one) if line else (),
                )
            )  # fmt: skip
    return found


def unknown_facts(line: str, persona: Persona, one: Answered) -> tuple[str, ...]:
    """What stands in ``line`` and neither in the caller's file, nor in what she said, nor in the written stock.

    Details (numbers, days, names) may come from her file and her words only, never from the stock or the trainee. Any
    other content word may also be the stock's or the trainee's own.
    """
    file = " ".join(_texts(persona.model_dump()))
    told = " ".join(one.before.caller.told)
    swapped = swap(told.replace("?", ".").replace('"', "").replace("...", " ")) or ""
    hers = " . ".join((file, told, swapped, AGENT))
    words = (
        content(hers) | content(" ".join(way for ways in stock().values() for way in ways)) | content(one.reply.text)
    )
    return (
        *unknown_details(line, hers),
        *sorted(content(line) - words - content(" ".join(unknown_details(line, hers)))),
    )


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def numbers(found: list[Measured]) -> dict[str, Any]:
    """Shares in percent, differences in points of anger (positive: the line ends lower), over all and by trainee and cause."""
    commonest = Counter(one.line for one in found if one.line).most_common(1)
    return {
        "all": _row(found),
        "trainees": {name: _row([one for one in found if one.trainee == name]) for name in _names(found, "trainee")},
        "causes": {name: _row([one for one in found if one.cause == name]) for name in _names(found, "cause")},
        "different": len({one.line for one in found if one.line}),
        "commonest": commonest[0][1] if commonest else 0,
        "violations": [
            {
                "persona": one.persona,
                "trainee": one.trainee,
                "turn": one.turn,
                "what": " ".join(one.unknown),
                "line": one.line,
            }
            for one in found
            if one.unknown
        ],
    }


def _names(found: list[Measured], of: str) -> list[str]:
    return list(dict.fromkeys(str(getattr(one, of)) for one in found))


def _row(found: list[Measured]) -> dict[str, float]:
    gains = sorted((one.after - one.anger) / 1000 for one in found if one.line)
    count = len(found)
    return {
        "turns": count,
        "found": 100 * len(gains) / count if count else 0.0,
        "lower": 100 * sum(one.lower for one in found) / count if count else 0.0,
        "calms": 100 * sum(one.calms for one in found) / count if count else 0.0,
        "control_calms": 100 * sum(one.control < one.before for one in found) / count if count else 0.0,
        "control_lower": 100 * sum(one.control < one.after for one in found) / count if count else 0.0,
        "control_p50": sorted((one.after - one.control) / 1000 for one in found)[count // 2] if count else 0.0,
        "p50": gains[len(gains) // 2] if gains else 0.0,
        "p5": gains[len(gains) // 20] if gains else 0.0,
    }
