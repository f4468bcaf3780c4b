"""``hotseat bench turns``: false cut-offs against dead air on rendered turns, for our turn-end model and what it is made of."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from simulator.errors import UserError
from simulator.ports import SAMPLE_RATE, TurnEndModel
from simulator.settings import cache_folder
from simulator.turn_policy import Expecting, TurnPolicy

if TYPE_CHECKING:
    from voice.turns.hearing import Heard
    from voice.turns.shelf import Shelf
    from voice.turns.sweep import Curve

BUDGETS: Final = (0.05, 0.10)
"""Shares of pauses cut off at which dead air is read."""
_TIMED: Final = 30
"""Decisions whose cost is taken."""
DEAD_AIRS_MS: Final = (300, 600)
"""Dead air at which cut-offs are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRow:
    """One model, its best policies."""

    key: str
    label: str
    dead_air_ms_at_5: float | None
    """Least mean dead air with at most 5 % of the pauses cut off."""
    dead_air_ms_at_10: float | None
    cut_off_at_300_ms: float | None
    """Least share of pauses cut off with at most 300 ms of mean dead air."""
    cut_off_at_600_ms: float | None
    policy_at_5: dict[str, float]
    """Threshold, action delay and timeout behind the first figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnTable:
    """What was measured on the held-out turns."""

    name: str
    what: str
    rows: tuple[TurnRow, ...]
    turns: int
    pauses: int
    """Pauses of 0.2 to 5 s."""
    shipped: dict[str, float]
    """The waits of :class:`simulator.turn_policy.TurnPolicy` on our probabilities: cut_off and dead_air_ms."""
    decision_ms: dict[str, float]
    """What one decision costs in a call, without Smart Turn, on this machine: p50 and p95, without the recogniser."""

    def to_plain(self) -> dict[str, Any]:
        """As JSON types."""
        return asdict(self) | {"rows": [asdict(row) for row in self.rows]}

    def lines(self) -> list[str]:
        """For people."""
        head = f"{'':<28} {'dead air, ms':^17}   {'pauses cut off':^17}"
        told = [head, f"{'':<28} {'at 5 %':>8} {'at 10 %':>8}   {'at 300 ms':>9} {'at 600':>7}"]
        for row in self.rows:
            air = " ".join(f"{_or_dash(value, '.0f'):>8}" for value in (row.dead_air_ms_at_5, row.dead_air_ms_at_10))
            cut = (_or_dash(row.cut_off_at_300_ms, ".1%"), _or_dash(row.cut_off_at_600_ms, ".1%"))
            told.append(f"{row.label:<28} {air}   {cut[0]:>9} {cut[1]:>7}")
        shipped, cost = self.shipped, self.decision_ms
        told.append(f"as calls wait now: {shipped['cut_off']:.1%} cut off, {shipped['dead_air_ms']:.0f} ms of dead air")
        told.append(
            f"one decision of a call: p50 {cost['p50']:.1f} ms, p95 {cost['p95']:.1f} ms, beside the recogniser"
        )
        return told


def bench_turns(rounds: int) -> TurnTable:
    """Play the test half of ``voice/turns`` to the models; what was heard before is recalled, so ``rounds`` only says how
    often the cost of a decision is taken. Raises UserError when the turns are not rendered."""
    from voice.heard_turn_end import HeardTurnEnd, read_weights
    from voice.recognizer import WhisperRecognizer
    from voice.smart_turn import SmartTurnEnd
    from voice.turns.columns import columns, in_calls
    from voice.turns.hearing import Listener, hear_all, models_digest
    from voice.turns.script import read_turns
    from voice.turns.shelf import Shelf
    from voice.turns.sweep import sweep

    folder = cache_folder() / "turns"
    chosen = [turn for turn in read_turns() if turn.split == "test"]
    shelf = Shelf(folder)
    if missing := len(shelf.missing(chosen)):
        raise UserError(f"{missing} of {len(chosen)} turns are not rendered; run scripts/make_turns --split test")
    stored = read_weights()
    listener = Listener(WhisperRecognizer.load, SmartTurnEnd.load, folder / "heard", models_digest())
    heard = hear_all(listener, shelf.all(chosen))
    rows = [_row(column.key, column.label, sweep(column.points)) for column in columns(heard, stored)]
    return TurnTable(
        name="turns",
        what=f"{len(chosen)} turns held out, {sum(not one.is_end for one in heard)} pauses; synthetic voices, made pauses",
        rows=tuple(rows),
        turns=len(chosen),
        pauses=sum(not one.is_end for one in heard),
        shipped=wait_out(heard, in_calls(heard, stored), TurnPolicy()),
        decision_ms=_cost(HeardTurnEnd.load(), shelf, heard[-_TIMED:], rounds),
    )


def wait_out(heard: "Sequence[Heard]", ends: Sequence[float], policy: TurnPolicy) -> dict[str, float]:
    """What the waits of ``policy`` do to these silences."""
    waits = [policy.wait_ms(end, _expecting(one)) for one, end in zip(heard, ends, strict=True)]
    both = list(zip(heard, waits, strict=True))
    cut = [wait < one.length_ms for one, wait in both if not one.is_end]
    air = [wait for one, wait in both if one.is_end]
    return {"cut_off": round(sum(cut) / len(cut), 4), "dead_air_ms": round(sum(air) / len(air), 1)}


def _cost(model: "TurnEndModel", shelf: "Shelf", heard: "Sequence[Heard]", rounds: int) -> dict[str, float]:
    """Of judging these silences, ``rounds`` times each, after warming up."""
    from simulator.benchmarks import percentile
    from voice.turns.script import read_turns

    by_id = {turn.id: turn for turn in read_turns()}
    times = []
    for one in heard:
        rendering = shelf.get(by_id[one.turn])
        assert rendering is not None
        so_far = rendering.samples[: (one.start_ms + 200) * SAMPLE_RATE // 1000]
        for _ in range(rounds):
            begun = time.perf_counter()
            model.done(so_far, one.words, one.expecting)
            times.append((time.perf_counter() - begun) * 1000)
    return {"p50": round(percentile(times[rounds:], 0.5), 1), "p95": round(percentile(times[rounds:], 0.95), 1)}


def _expecting(one: "Heard") -> Expecting:
    return one.expecting  # type: ignore[return-value]  # checked when the turns were read


def _row(key: str, label: str, curve: "Curve") -> TurnRow:
    airs = [curve.at_cut_off(budget) for budget in BUDGETS]
    cuts = [curve.at_dead_air(limit) for limit in DEAD_AIRS_MS]
    return TurnRow(
        key=key,
        label=label,
        dead_air_ms_at_5=round(airs[0].dead_air_ms, 1) if airs[0] else None,
        dead_air_ms_at_10=round(airs[1].dead_air_ms, 1) if airs[1] else None,
        cut_off_at_300_ms=round(cuts[0].cut_off, 4) if cuts[0] else None,
        cut_off_at_600_ms=round(cuts[1].cut_off, 4) if cuts[1] else None,
        policy_at_5=asdict(airs[0].policy) if airs[0] else {},
    )


def _or_dash(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)
