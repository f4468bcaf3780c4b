"""What scripted trainees say: written sentences by voice and purpose, filled with this caller's own words.

``stock.yaml`` beside this file holds them. {company}, {agent}, {detail} (a clause of hers said back) and {when} are
filled in; a sentence whose filling is not known is not said.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, cast

from simulator.chance import Chance
from simulator.reading import LABELS, Label
from simulator.rehearsal.scene import Clause

STOCK: Final = Path(__file__).with_name("stock.yaml")
_NAME: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The sentences of one voice for one purpose."""

    labels: tuple[Label, ...]
    say: tuple[str, ...]


@lru_cache(maxsize=1)
def shelves() -> dict[str, dict[str, Shelf]]:
    """Voice, purpose, sentences. Raises ``ValueError`` for a label that does not exist."""
    from ruamel.yaml import YAML

    found: dict[str, dict[str, Shelf]] = {}
    for voice, purposes in YAML(typ="safe").load(STOCK.read_text(encoding="utf-8")).items():
        for purpose, entry in purposes.items():
            unknown = set(entry["labels"]) - set(LABELS)
            if unknown:
                raise ValueError(f"stock.yaml: {voice}.{purpose} has the unknown label {sorted(unknown)[0]}")
            labels = cast("tuple[Label, ...]", tuple(entry["labels"]))
            found.setdefault(voice, {})[purpose] = Shelf(labels, tuple(entry["say"]))
    return found


@dataclass(slots=True)
class Stock:
    """Sentences of one trainee in one call: least used first, drawn from the seed."""

    voice: str
    chance: Chance
    _used: dict[str, int] = field(default_factory=dict)

    def say(self, purpose: str, *more: Label, **known: str) -> Clause:
        """A sentence for ``purpose`` with its labels and ``more``. Raises ``KeyError`` if there is none to be said."""
        shelf = shelves()[self.voice][purpose]
        ready = [line for line in shelf.say if all(known.get(name) for name in _NAME.findall(line))]
        if not ready:
            raise KeyError(f"stock.yaml: {self.voice}.{purpose} has no sentence without {{...}}")
        least = min(self._used.get(line, 0) for line in ready)
        fresh = [line for line in ready if self._used.get(line, 0) == least]
        line = self.chance.shuffled(fresh, f"{self.voice}.{purpose}", sum(self._used.values()))[0]
        self._used[line] = least + 1
        text = _NAME.sub(lambda match: known[match[1]], line)
        return Clause(text=text[:1].upper() + text[1:], labels=(*shelf.labels, *more))
