"""How well a matcher does on rows that say what is asked, offered, or only sounds like it."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from personas.loader import load
from personas.shelf import LIBRARY
from simulator.ports import Matcher


def read_rows(file: Path) -> list[dict[str, Any]]:
    """Rows {"persona", "kind": question | offer | outside | negated, "want", "reply"}."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def score(
    matcher: Matcher, rows: Iterable[dict[str, Any]], folder: Path = LIBRARY
) -> tuple[dict[str, float], list[tuple[str, dict[str, Any], Any]]]:
    """Shares by kind and result, such as "question right", and what went wrong. The callers' files are in ``folder``.

    A question or offer is right when the best thing found is the one meant, wrong when it is another, missed when there
    is none. An outside row is answered when any fact was found, taken when any offer was; a negated one is taken when
    the offer it sounds like was found.
    """
    count: Counter[tuple[str, str]] = Counter()
    wrong = []
    personas: dict[str, Any] = {}
    for row in sorted(rows, key=lambda row: str(row["persona"])):  # the matcher keeps one persona's sentences
        persona = personas.setdefault(row["persona"], load(folder / f"{row['persona']}.yaml"))
        found = matcher.match(row["reply"], persona)
        asked, offers = [item.fact for item in found.asked], [item.offer for item in found.offers]
        match row["kind"]:
            case "question":
                result = "right" if asked[:1] == [row["want"]] else "wrong" if asked else "missed"
            case "offer":
                result = "right" if offers[:1] == [row["want"]] else "wrong" if offers else "missed"
            case "outside":
                result = "answered" if asked else "taken" if offers else "right"
            case _:
                result = "taken" if row["want"] in offers else "other" if offers else "right"
        count[row["kind"], result] += 1
        if result != "right":
            wrong.append((result, row, found))
    total: Counter[str] = Counter()
    for (kind, _), n in count.items():
        total[kind] += n
    return {f"{kind} {result}": n / total[kind] for (kind, result), n in sorted(count.items())}, wrong
