"""The turns on paper: what is said, where it pauses, for how long and why."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, get_args

from simulator.errors import UserError
from simulator.turn_policy import Expecting

Split = Literal["train", "test"]
PauseKind = Literal["hesitation", "filler", "clause", "list", "number", "breath", "thinking"]
VoiceEngine = Literal["kokoro", "piper", "pyttsx3", "flite"]

FILE: Final = Path(__file__).with_name("turns.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words said in one breath, and the silence after them."""

    text: str
    pause: PauseKind | None = None
    """Why the speaker stops here and will go on; None at the end of the turn."""
    ms: int = 0
    """Length of the silence; 0 at the end of the turn."""
    held: bool = False
    """Whether the words are to sound unfinished: always within a sentence, at some full stops, never at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of a trainee."""

    id: str
    split: Split
    """``train`` may be looked at and fitted to; ``test`` is only measured."""
    author: str
    """Who wrote the words: a file of ``evaluation/corpus``, or ``turns`` for those written for this set."""
    scenario: str
    expecting: Expecting
    """What the caller has just asked for."""
    caller: str
    """Her line before."""
    pieces: tuple[Piece, ...]
    engine: VoiceEngine
    voice: str
    """A speaker of ``voices.toml``; for flite its own voice."""
    pace: float
    level_db: float
    """Of the speech, root mean square below full scale."""
    noise_db: float
    """Of the room, likewise, the same from the first sample to the last."""

    @property
    def text(self) -> str:
        """Everything that is said."""
        return " ".join(piece.text for piece in self.pieces)


@cache
def read_turns(path: Path = FILE) -> tuple[Turn, ...]:
    """All turns, in the order of the file. Raises UserError, with the line, for a row that does not hold."""
    turns = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            turns.append(_turn(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(f"{path.name}:{number}: this is no turn ({error}); see README.md beside it") from error
    if len({turn.id for turn in turns}) != len(turns):
        raise UserError(f"{path.name}: an id occurs twice; ids name the rendered files, so make them unique")
    return tuple(turns)


def _turn(row: dict[str, Any]) -> Turn:
    pieces = tuple(Piece(**piece) for piece in row.pop("pieces"))
    turn = Turn(pieces=pieces, **row)
    if not pieces or pieces[-1].pause is not None or any(piece.pause is None for piece in pieces[:-1]):
        raise ValueError("every piece but the last has a pause")
    kinds = get_args(PauseKind)
    if any(piece.ms <= 0 or piece.pause not in kinds for piece in pieces[:-1]):
        raise ValueError(f"a pause has a length and is one of {', '.join(kinds)}")
    if turn.split not in get_args(Split) or turn.expecting not in get_args(Expecting):
        raise ValueError("split is train or test; expecting is number, answer or words")
    return turn
