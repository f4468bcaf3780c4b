"""House lines: what a caller of each manner says where the persona file has nothing."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from personas.findings import PersonaError
from personas.source import Mapping, parse, read_source
from personas.texts import read_lines
from personas.vocabulary import MANNERS, Manner

HOUSE_FILE: Final = Path(__file__).with_name("house_lines.yaml")

SituationLines = dict[str, dict[str, tuple[str, ...]]]


def house_lines(manner: Manner) -> SituationLines:
    """Situation -> mood -> lines, for every situation. Do not change what you get: it is shared."""
    return _all_house_lines()[manner]


@lru_cache(maxsize=1)
def _all_house_lines() -> dict[str, SituationLines]:
    name = HOUSE_FILE.name
    tree = parse(read_source(HOUSE_FILE), name)
    assert isinstance(tree, Mapping), "house_lines.yaml holds one map"
    found: dict[str, SituationLines] = {}
    for manner, node in tree.entries:
        draft = read_lines(node, name)
        if any(finding.level == "error" for finding in draft.findings):
            raise PersonaError(draft.findings)
        found[manner.text] = draft.values["lines"]
    missing = set(MANNERS) - set(found)
    assert not missing, f"house_lines.yaml has nothing for {missing}"
    return found
