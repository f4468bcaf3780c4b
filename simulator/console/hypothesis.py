"""``hotseat replay CALL --what-if KEY=VALUE``: the same replies to somebody else."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from simulator.console.output import clean, result, result_json, wants_json
from simulator.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personas.persona import Persona
    from simulator.recording import RecordedCall

KEYS: Final = ("persona", "difficulty", "seed", "ceiling", "temper.")


def show(call: "RecordedCall", changed: "Sequence[str]", *, as_json: bool) -> None:
    """Print a call as it would have gone. Raises UserError for a key or a value that is none."""
    from simulator import settings
    from simulator.what_if import what_if

    wanted = dict(_pair(item) for item in changed)
    header = call.header
    persona = _persona(call, wanted)
    match = None
    if persona.id != header.persona["id"]:
        from evaluation.matcher import EmbeddingMatcher

        match = EmbeddingMatcher.load(kept=settings.cache_folder() / "sentences").match
    made = what_if(
        call, persona, seed=_number(wanted, "seed", header.seed), match=match,
        ceiling=float(_number(wanted, "ceiling", round(header.ceiling), 40, 100)),
    )  # fmt: skip
    if wants_json(as_json):
        result_json({"call": str(call.path), "what_if": wanted, **asdict(made)})
        return
    result(f"{call.name}, if {', '.join(changed)}:")
    for turn in made.turns:
        mark = "?" if turn.hypothetical else " "
        result(f"{mark}{turn.turn:3}  {turn.anger_then:5.1f} then, {turn.anger_now:5.1f} now  you: {clean(turn.text)}")
        if turn.answer_now != turn.answer_then:
            result(f"      {persona.who.name.split()[0]} now: {clean(turn.answer_now)}")
    if made.diverges_at is not None:
        result(
            f"From turn {made.diverges_at} on the answer would have been another, so what follows (?) is hypothetical."
        )
    result(f"Outcome: {made.outcome or 'the replies were used up before it ended'}.")


def _pair(item: str) -> tuple[str, str]:
    key, equals, value = item.partition("=")
    if not equals or not value or not (key in KEYS or key.startswith("temper.")):
        raise UserError(f"--what-if {item}: write KEY=VALUE with persona, difficulty, seed, ceiling or temper.NAME")
    return key, value


def _number(wanted: dict[str, str], key: str, usual: int, low: int = 0, high: int = 2**31) -> int:
    if key not in wanted:
        return usual
    if not wanted[key].isdecimal() or not low <= int(wanted[key]) <= high:
        between = f" from {low} to {high}" if high < 2**31 else ""
        raise UserError(f"--what-if {key}={wanted[key]}: {key} is a whole number{between}")
    return int(wanted[key])


def _persona(call: "RecordedCall", wanted: dict[str, str]) -> "Persona":
    """The caller to be played, difficulty and temper applied."""
    from personas import shelf
    from personas.persona import Persona

    persona = call.header.load_persona()
    _of_one(persona)
    if "persona" in wanted or "difficulty" in wanted:
        level = _number(wanted, "difficulty", call.header.difficulty, 1, 5)
        persona = shelf.find(wanted.get("persona", persona.id)).at_difficulty(level)
        _of_one(persona)
    plain = persona.to_json()
    for key, value in wanted.items():
        name = key.removeprefix("temper.")
        if name == key:
            continue
        if name not in plain["temper"]:
            raise UserError(f"--what-if {key}: the temper has {', '.join(sorted(plain['temper']))}")
        try:
            plain["temper"][name] = float(value)
        except ValueError:
            raise UserError(f"--what-if {key}={value}: write a number") from None
    try:
        return Persona.from_json(plain)
    except ValueError as error:
        raise UserError(f"--what-if: {str(error).splitlines()[0]}") from None


def _of_one(persona: "Persona") -> None:
    if persona.other is not None:
        raise UserError(
            "--what-if is for one caller; `hotseat retry` takes a call with two people on the line up again"
        )
