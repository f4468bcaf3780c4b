"""House lines: what a caller of each manner says where the persona file has nothing."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from personas.findings import PersonaError
from personas.source import Mapping, parse, read_source
from personas.texts import read_lines
from personas.vocabulary import MANNERS, Manner

HOUSE_FILE: Final = Path(__file__).with_name("house_lines.yaml")

SituationLines = dict[str, dict[str, tuple[str, ...]]]


@lru_cache(maxsize=len(MANNERS))
def house_lines(manner: Manner) -> SituationLines:
    """Situation -> mood -> lines, for every situation. Do not change what you get: it is shared.

    Only the part of the file that is about ``manner`` is parsed: a call has one manner, and parsing is what loading a
    persona spends its time on.
    """
    text, name = read_source(HOUSE_FILE), HOUSE_FILE.name
    part = re.search(rf"^{manner}:\n(?:(?: .*)?\n)*", text, re.MULTILINE)
    assert part, f"{name} has nothing for {manner}"
    tree = parse("\n" * text.count("\n", 0, part.start()) + part.group(), name)
    assert isinstance(tree, Mapping)
    draft = read_lines(tree.entries[0][1], name)
    if any(finding.level == "error" for finding in draft.findings):
        raise PersonaError(draft.findings)
    found: SituationLines = draft.values["lines"]
    return found
