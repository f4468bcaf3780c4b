"""Every caller at every anger: what is measured, what must hold, and the tables that say so.

What must hold, step by step from one anger to the next: *hot* rises in median pitch, pitch range, level, rate and tilt
(less steep), and pauses never grow; *cold* falls in level and rate, and pauses never shrink; *shaky* rises in pitch
and in waver. At every anger at most 5 % of the words are misheard, at least 95 % of the lines are nearest to another
line of the same caller, the level is within 1 LU of what the delivery asks for, and no true peak is above -2 dBTP.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np
from ruamel.yaml import YAML

from scripts.measuring.identity import Embeddings, Encoder, recognised
from scripts.measuring.ruler import Acoustic, Ruler
from scripts.measuring.understood import Listener
from simulator.ports import Delivery, Manner
from voice.delivery import acoustics
from voice.synthesizer import Mouth
from voice.voices import TARGET_LUFS, speaker, speakers

Place = Literal["room", "telephone"]
PLACES: Final[tuple[Place, ...]] = get_args(Place)

MOST_WORDS_WRONG: Final = 5.0
"""Percent."""
LEAST_RECOGNISED: Final = 95.0
"""Percent of lines."""
MOST_OFF_TARGET_LU: Final = 1.0
HIGHEST_PEAK_DBTP: Final = -2.0
_FEWEST_CALLERS: Final = 8
"""Nearest neighbours among fewer say little."""

RISING: Final[Mapping[Manner, Mapping[str, int]]] = {
    "hot": {"pitch_hz": 1, "range_st": 1, "level_lufs": 1, "tilt_db": 1, "rate": 1},
    "cold": {"level_lufs": -1, "rate": -1},
    "shaky": {"pitch_hz": 1, "waver_cents": 1},
}
"""What must rise (1) or fall (-1) at every step."""
PAUSES: Final[Mapping[Manner, int]] = {"hot": -1, "cold": 1, "shaky": 0}
"""Which way pauses may go."""
_ANY_PAUSE_S: Final = 0.005
"""Pauses are found in steps of 10 ms; what is less in a line is no change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One caller in one manner at one anger in one place."""

    acoustic: Acoustic
    target_lufs: float
    """Level the delivery asks for: the common target and what anger adds."""
    words_wrong: float | None = None
    """Percent."""
    misheard: tuple[str, ...] = ()


@dataclass(slots=True)
class Survey:
    """All that was measured. Keys are (speaker, manner, anger, place)."""

    cells: dict[tuple[str, Manner, int, Place], Heard] = field(default_factory=dict)
    alike: dict[tuple[int, Place], dict[str, float]] = field(default_factory=dict)
    """Percent of lines nearest to their own caller, at the same anger."""
    alike_across: dict[tuple[int, Place], dict[str, float]] = field(default_factory=dict)
    """The same among lines at all the other angers."""


def shipped_manners(personas: Path) -> dict[str, tuple[Manner, ...]]:
    """The manners in which each caller's voice is used by a persona in the library or among the drafts.

    A caller whom no persona uses yet is hot. The trainees' voices are left out: they are never angry.
    """
    used: dict[str, set[Manner]] = {name: set() for name in speakers() if not name.startswith("trainee")}
    for path in sorted(personas.glob("*/*.yaml")):
        persona = YAML(typ="safe", pure=True).load(path)
        if isinstance(persona, dict) and "who" in persona and "voice" in persona:
            used[persona["voice"]["speaker"]].add(persona["who"].get("manner", "hot"))
    return {name: tuple(m for m in get_args(Manner) if m in found) or ("hot",) for name, found in used.items()}


def survey(
    mouths: Mapping[Place, Mouth],
    who: Iterable[tuple[str, Manner]],
    angers: Sequence[int],
    texts: Sequence[str],
    *,
    listener: Listener | None,
    encoder: Encoder | None,
) -> Survey:
    """Speak and measure everything. Callers are compared with each other in the first manner ``who`` has for each."""
    ruler, result = Ruler(), Survey()
    embedded: dict[tuple[int, Place], dict[str, Embeddings]] = {(a, p): {} for a in angers for p in mouths}
    for name, manner in who:
        for anger in angers:
            delivery = Delivery(speaker=name, manner=manner, anger=anger)
            target = TARGET_LUFS + acoustics(delivery, high_voice=speaker(name).high_voice).gain_db
            for place, mouth in mouths.items():
                spoken = [mouth.synthesize(text, delivery).samples for text in texts]
                wrong, misheard = listener.errors(spoken, texts) if listener else (None, [])
                result.cells[name, manner, anger, place] = Heard(
                    acoustic=ruler.measure(spoken, texts),
                    target_lufs=target,
                    words_wrong=wrong,
                    misheard=tuple(misheard),
                )
                if encoder and name not in embedded[anger, place]:
                    embedded[anger, place][name] = encoder.embed(spoken)
    if encoder:
        for (anger, place), rows in embedded.items():
            others = [embedded[other, place] for other in angers if other != anger]
            result.alike[anger, place] = recognised([rows], rows)
            if others:
                result.alike_across[anger, place] = recognised(others, rows)
    return result


def failures(found: Survey) -> list[str]:
    """What does not hold, one line each."""
    return [*_steps(found), *_bounds(found), *_told_apart(found)]


def _steps(found: Survey) -> Iterable[str]:
    for name, manner, place in dict.fromkeys((n, m, p) for n, m, _, p in found.cells):
        rows = [(a, h.acoustic) for (n, m, a, p), h in found.cells.items() if (n, m, p) == (name, manner, place)]
        for (low, calmer), (high, angrier) in zip(rows, rows[1:], strict=False):
            for measure, way in RISING[manner].items():
                before, after = getattr(calmer, measure), getattr(angrier, measure)
                if (after - before) * way <= 0:
                    word = "rise" if way > 0 else "fall"
                    yield (
                        f"{name} {manner} {place}: {measure} does not {word} from {low} to {high}: "
                        f"{before:.2f}, {after:.2f}"
                    )
            if (angrier.pauses_s - calmer.pauses_s) * PAUSES[manner] < -_ANY_PAUSE_S:
                yield (
                    f"{name} {manner} {place}: pauses go the wrong way from {low} to {high}: "
                    f"{calmer.pauses_s:.2f}, {angrier.pauses_s:.2f} s a line"
                )


def _bounds(found: Survey) -> Iterable[str]:
    for (name, manner, anger, place), heard in found.cells.items():
        where = f"{name} {manner} {place} at {anger}"
        off = heard.acoustic.level_lufs - heard.target_lufs
        if abs(off) > MOST_OFF_TARGET_LU:
            yield f"{where}: level is {off:+.1f} LU off the target of {heard.target_lufs:.1f} LUFS"
        if heard.acoustic.peak_dbtp > HIGHEST_PEAK_DBTP:
            yield f"{where}: true peak is {heard.acoustic.peak_dbtp:.2f} dBTP"
        if heard.words_wrong is not None and heard.words_wrong > MOST_WORDS_WRONG:
            yield f"{where}: {heard.words_wrong:.1f} % of the words are misheard: {'; '.join(heard.misheard)}"


def _told_apart(found: Survey) -> Iterable[str]:
    for title, table in (("the same anger", found.alike), ("all other angers", found.alike_across)):
        for (anger, place), callers in table.items():
            if len(callers) < _FEWEST_CALLERS:
                continue
            mean = float(np.mean(list(callers.values())))
            if mean < LEAST_RECOGNISED:
                worst = ", ".join(f"{name} {share:.0f}" for name, share in callers.items() if share < LEAST_RECOGNISED)
                yield f"{place} at {anger}: {mean:.1f} % of lines nearest to their caller among {title} ({worst})"


def table(found: Survey, name: str, manner: Manner) -> str:
    """One caller in one manner, over places and angers."""
    lines = [
        f"{name}, {manner}",
        "           anger  pitch Hz  range st  waver c  LUFS   off LU  tilt dB/oct  alpha dB  syll/s  without pauses"
        "  pauses s  dBTP   wrong %  nearest %  across %",
    ]
    for (n, m, anger, place), heard in found.cells.items():
        if (n, m) != (name, manner):
            continue
        a = heard.acoustic
        same, across = (t.get((anger, place), {}).get(name) for t in (found.alike, found.alike_across))
        lines.append(
            f"{place:9s}  {anger:5d}  {a.pitch_hz:8.1f}  {a.range_st:8.2f}  {a.waver_cents:7.1f}  {a.level_lufs:5.1f}"
            f"  {a.level_lufs - heard.target_lufs:+6.2f}  {a.tilt_db:11.2f}  {a.alpha_db:8.1f}  {a.rate:6.2f}"
            f"  {a.articulation:14.2f}  {a.pauses_s:8.2f}  {a.peak_dbtp:5.2f}  {_or_none(heard.words_wrong):>7s}"
            f"  {_or_none(same):>9s}  {_or_none(across):>8s}"
        )
    return "\n".join([lines[0], lines[1], *sorted(lines[2:], key=lambda line: line[:9])])


def as_json(found: Survey) -> dict[str, Any]:
    """The same for a program."""
    return {
        "cells": [
            {"speaker": n, "manner": m, "anger": a, "place": p, **asdict(heard)}
            for (n, m, a, p), heard in found.cells.items()
        ],
        "nearest": [{"anger": a, "place": p, **callers} for (a, p), callers in found.alike.items()],
        "nearest_across": [{"anger": a, "place": p, **callers} for (a, p), callers in found.alike_across.items()],
        "failures": failures(found),
    }


def _or_none(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
