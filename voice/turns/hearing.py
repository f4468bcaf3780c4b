"""What the models hear at each silence of the rendered turns; slow, so it is kept on disk.

At a silence the recogniser gets the turn up to 200 ms into it, as it does in a call; Smart Turn gets the same, and for its
own column a few times more.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulator.models import model_digest
from simulator.ports import SAMPLE_RATE, Recognizer
from voice.smart_turn import SmartTurnEnd
from voice.turn_sound import TurnListener, TurnSound
from voice.turns.rendering import Rendering
from voice.turns.script import Turn
from voice.turns.shelf import row_digest, write_whole

if TYPE_CHECKING:
    from simulator.ports import Samples

HEARD_MS: Final = 200
"""Silence that the models have heard when they judge: the gate closes after 192 ms."""
LAST_MS: Final = 3_000
"""Smart Turn hears the whole turn, and once more only so much of its end."""
LISTENS_MS: Final = (200, 300, 500, 800, 1200)
"""When Smart Turn is asked for its own column; each answer holds until the next."""
VERSION: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One silence as the models know it."""

    turn: str
    """Id of the turn."""
    expecting: str
    start_ms: int
    length_ms: int
    is_end: bool
    kind: str
    """Why there is a pause, or "end"."""
    words: str
    """What the recogniser made of the turn so far."""
    sounds: tuple[float, ...]
    """Smart Turn's probability after each of ``LISTENS_MS`` of silence, as far as the silence lasts."""
    sound_last: float
    """Its probability after 200 ms when it hears the last three seconds only."""
    sound: TurnSound | None
    """Pitch, level and pauses of the turn so far."""


class Listener:
    """Plays turns to the models, or recalls what they said."""

    def __init__(
        self, recognizer: Callable[[], Recognizer], sound: Callable[[], SmartTurnEnd], memory: Path, digest: str
    ) -> None:
        """``recognizer`` and ``sound`` are loaded when something has to be heard; ``digest`` stands for their bytes."""
        self._load = (recognizer, sound)
        self._models: tuple[Recognizer, SmartTurnEnd, TurnListener] | None = None
        self._memory = memory
        self._digest = digest

    def hear(self, turn: Turn, rendering: Rendering) -> list[Heard]:
        """The silences of ``turn`` that last at least 200 ms."""
        key = sha256(f"{VERSION} {row_digest(turn)} {self._digest}".encode()).hexdigest()[:16]
        path = self._memory / f"{turn.id}.json"
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            if kept["key"] == key:
                return [_recalled(row, turn) for row in kept["heard"]]
        except (OSError, ValueError, KeyError):
            pass
        heard = self._listen(turn, rendering)
        write_whole(path, json.dumps({"key": key, "heard": [asdict(one) for one in heard]}) + "\n")
        return heard

    def _listen(self, turn: Turn, rendering: Rendering) -> list[Heard]:
        if self._models is None:
            self._models = (self._load[0](), self._load[1](), TurnListener.load())
        recognizer, smart, listener = self._models

        def until(start_ms: int, silent_ms: int) -> "Samples":
            return rendering.samples[: (start_ms + silent_ms) * SAMPLE_RATE // 1000]

        heard = []
        for silence in rendering.silences:
            if silence.length_ms < HEARD_MS:
                continue
            so_far = until(silence.start_ms, HEARD_MS)
            times = [ms for ms in LISTENS_MS if ms <= silence.length_ms]
            heard.append(
                Heard(
                    turn=turn.id,
                    expecting=turn.expecting,
                    start_ms=silence.start_ms,
                    length_ms=silence.length_ms,
                    is_end=silence.is_end,
                    kind=silence.kind or "end",
                    words=recognizer.transcribe(so_far).text,
                    sounds=tuple(round(smart.done(until(silence.start_ms, ms), "", ""), 4) for ms in times),
                    sound_last=round(smart.done(so_far[-LAST_MS * SAMPLE_RATE // 1000 :], "", ""), 4),
                    sound=listener.listen(so_far),
                )
            )
        return heard


def models_digest() -> str:
    """Stands for the recogniser and Smart Turn."""
    return f"{model_digest('whisper-tiny-en')}-{model_digest('smart-turn-v3')}"


def hear_all(
    listener: Listener, rendered: Iterable[tuple[Turn, Rendering]], told: Callable[[Turn], None] = lambda turn: None
) -> list[Heard]:
    """The silences of all turns."""
    heard: list[Heard] = []
    for turn, rendering in rendered:
        heard += listener.hear(turn, rendering)
        told(turn)
    return heard


def _recalled(row: dict[str, object], turn: Turn) -> Heard:
    row["sounds"] = tuple(row["sounds"])  # type: ignore[arg-type]
    row["expecting"] = turn.expecting
    row["sound"] = TurnSound(**row["sound"]) if row["sound"] else None  # type: ignore[arg-type]
    return Heard(**row)  # type: ignore[arg-type]
