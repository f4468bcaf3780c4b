"""``hotseat rehearse`` for a call with two people on the line: scripted mediators, and what they show."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from simulator.console.output import progress, result, result_json
from simulator.errors import UserError

if TYPE_CHECKING:
    from personas.persona import Persona
    from simulator.rehearsal.mediators import Mediated

UNFAIR: Final = ("one_sided", "script_reader", "side_taker")
"""Mediators who may hardly ever settle it."""
UNFAIR_AT_MOST: Final = 0.02


def mediations(
    who: "Persona", mediators: Sequence[str], seeds: int, levels: Sequence[int], *, show: bool, as_json: bool
) -> bool:
    """Hold all calls and print them; whether the mediators end as they must. Raises UserError for an unknown one."""
    from evaluation.say_back import say_back
    from simulator.rehearsal.mediators import MEDIATORS, mediate
    from simulator.rehearsal.report import EXPERT_AT_LEAST

    chosen = list(mediators or MEDIATORS)
    if unknown := [name for name in chosen if name not in MEDIATORS]:
        raise UserError(
            f"two people are on the line with {who.id}, and there is no mediator {unknown[0]!r}: "
            f"choose from {', '.join(MEDIATORS)}"
        )
    fine = True
    for level in levels:
        for name in chosen:
            progress(f"{who.id}, difficulty {level}: {name} ...")
            held = [mediate(who, name, seed, difficulty=level, back=say_back) for seed in range(seeds)]
            _print(held, as_json=as_json)
            if show:
                _print_calls(held)
            share = sum(call.outcome == "resolved" for call in held) / len(held)
            fault = ""
            if name == "expert" and share < EXPERT_AT_LEAST[level]:
                fault = f"the expert settles only {share:.0%}: hardly to be won"
            elif name in UNFAIR and share > UNFAIR_AT_MOST:
                fault = f"{name} settles {share:.0%}: too easy"
            if fault:
                fine = False
                result(f"{who.id} {level}  does not hold: {fault}")
    return fine


def _print(held: "Sequence[Mediated]", *, as_json: bool) -> None:
    first = held[0]
    outcomes = dict(sorted(Counter(call.outcome for call in held).items()))
    ends = [sorted(call.curves[-1][n] for call in held)[(len(held) - 1) // 2] for n in (0, 1)]
    turns = sorted(call.turns for call in held)[(len(held) - 1) // 2]
    if as_json:
        result_json(
            {"persona": first.persona, "mediator": first.mediator, "difficulty": first.difficulty, "calls": len(held),
             "outcomes": outcomes, "anger_end": ends, "turns": turns}
        )  # fmt: skip
        return
    said = ", ".join(f"{outcome} {count}" for outcome, count in outcomes.items())
    result(
        f"{first.persona} {first.difficulty}  {first.mediator:<16} anger at the end {ends[0]:5.1f} and {ends[1]:5.1f}, "
        f"turns {turns:4.1f}  {said}"
    )


def _print_calls(held: "Sequence[Mediated]") -> None:
    for call in held:
        result(f"\n--- {call.persona}, difficulty {call.difficulty}, {call.mediator}, seed {call.seed}: {call.outcome} "
               f"{call.manner} {call.detail}")  # fmt: skip
        anger = iter(call.curves)
        for who, why, words in call.said:
            one, two = next(anger) if who == "trainee" else (0.0, 0.0)
            mark = f"{one:5.1f} {two:5.1f}" if who == "trainee" else " " * 11
            result(f"{mark} {who:<8} {words}   [{why}]")
        result("")
