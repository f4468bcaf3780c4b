"""A minute with the headset before the call: levels, noise, clipping, echo, and what to do in plain words."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from simulator.errors import DeviceError
from simulator.ports import FRAME_MS, FRAME_SAMPLES
from voice.capture import CallAudio, FrameQueue
from voice.echo import LONGEST_WAY_MS, MARGIN_DB, SWEEP_MS, Leak, measure, sweep
from voice.signal import SILENCE_DB, level_db

if TYPE_CHECKING:
    from simulator.ports import Samples

TALK_MS: Final = 4_000
QUIET_MS: Final = 1_500
"""Quiet before the sweep: the noise of the room is taken from it."""
AFTER_MS: Final = LONGEST_WAY_MS + 200
CALLER_DB: Final = -20.0
"""Level of an angry caller's loud syllables at the loudspeaker."""
CLIPPED: Final = 0.985
"""A sample beyond this touches full scale."""
CLIPPED_SHARE: Final = 0.001
TOO_SOFT_DB: Final = -45.0
"""A voice below this is heard badly by the models; ITU-T P.56 speech stands at -26."""
NOISY_DB: Final = -45.0
LEAK_BAD_DB: Final = -30.0
"""From here on it takes a raised voice to interrupt her: a bad headset, or no headset at all."""
LEAK_WEAK_DB: Final = -45.0
LOWEST_DB: Final = -60.0
"""No threshold is lower: the noise of a good microphone."""

Stage = Literal["talk", "quiet", "play"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundCheck:
    """What was measured, in dB below full scale, rounded to 1 place."""

    voice_db: float
    """Level of the loud half of what was said."""
    noise_db: float
    """Level of the room while nobody speaks: the median frame."""
    peak_db: float
    clipped: bool
    """Whether the voice ran into full scale."""
    dead: bool
    """The microphone gave digital silence: it is muted, or it is not allowed to be used."""
    leak: Leak
    threshold_db: float
    """While the caller speaks, only sound above this counts as the trainee's."""
    lost_blocks: int
    """Times the device lost samples or ran dry during the check."""
    rate_hz: int

    @property
    def good(self) -> bool:
        """Whether a call can be held like this."""
        return not (self.dead or self.clipped or self.voice_db < TOO_SOFT_DB or self._leaks_badly)

    @property
    def _leaks_badly(self) -> bool:
        return self.leak.clear and self.leak.level_db > LEAK_BAD_DB

    def advice(self) -> tuple[str, ...]:
        """What to do, most important first; one sentence each. Empty when all is well."""
        if self.dead:
            return ("The microphone gives no sound at all: switch its mute off, or choose another with "
                    "`hotseat devices choose`.",)  # fmt: skip
        found: list[str] = []
        if self._leaks_badly:
            found.append(
                f"The microphone hears the loudspeaker ({self.leak.level_db:g} dB): put on a headset, or move the "
                "microphone away from the loudspeaker and turn it down; else you must speak up to interrupt the caller."
            )
        elif self.leak.clear and self.leak.level_db > LEAK_WEAK_DB:
            found.append(
                f"A little of the loudspeaker comes back ({self.leak.level_db:g} dB): fine, but turn it down if the "
                "caller does not hear you over her own voice."
            )
        if self.clipped:
            found.append("Your voice is too loud for the microphone: lower its gain, or move it a hand away.")
        if self.voice_db < self.noise_db + 6:
            found.append("No voice was heard: speak while the meter runs, or choose the right microphone.")
        elif self.voice_db < TOO_SOFT_DB:
            found.append("Your voice is very soft: raise the microphone's gain, or move it closer.")
        elif self.voice_db < self.threshold_db:
            found.append(
                f"Speaking over the caller would not be heard: your voice ({self.voice_db:g} dB) is below "
                f"{self.threshold_db:g} dB; raise the microphone's gain, or turn the loudspeaker down."
            )
        if self.noise_db > NOISY_DB:
            found.append(f"The room is loud ({self.noise_db:g} dB): close a window, or move the microphone closer.")
        if self.lost_blocks:
            found.append(f"The device lost sound {self.lost_blocks} times: close other programs.")
        return tuple(found)

    def to_json(self) -> dict[str, Any]:
        """Everything, with the advice."""
        return {**asdict(self), "good": self.good, "advice": list(self.advice())}


def check(
    card: Any,
    on_stage: Callable[[Stage], None] = lambda stage: None,
    on_level: Callable[[float, float], None] = lambda level, peak: None,
    *,
    next_frame_s: float = 1.0,
) -> SoundCheck:
    """Hold a sound check on a card that is not open yet. ``on_level`` gets level and peak of every frame, in dB.

    Raises DeviceError when the microphone gives nothing for ``next_frame_s``.
    """
    inbox, heard = FrameQueue(), CallAudio()

    def listen(length_ms: int) -> "Samples":
        start = len(heard)
        for _ in range(length_ms // FRAME_MS):
            frame = inbox.get(timeout_s=next_frame_s)
            if frame is None:
                raise DeviceError(str(card.health.fault or "the microphone gives no sound; plug it in again"))
            heard.append(frame)
            on_level(level_db(frame), _peak_db(frame))
        return heard.span(start * 1000 // 16_000, heard.length_ms)

    with card.open(inbox.put) as player:
        on_stage("talk")
        talk = listen(TALK_MS)
        on_stage("quiet")
        quiet = listen(QUIET_MS)
        on_stage("play")
        begun = heard.length_ms
        player.play(1, sweep())
        listen(SWEEP_MS + AFTER_MS + QUIET_MS // 2)
        played = card.loudspeaker.span(begun, heard.length_ms)
    leak = measure(heard.span(begun, heard.length_ms)[: len(played)], played)
    health = card.health
    return judge(talk, quiet, leak, lost_blocks=health.overflows + health.underflows, rate_hz=health.rate_hz)


def judge(talk: "Samples", quiet: "Samples", leak: Leak, *, lost_blocks: int = 0, rate_hz: int = 0) -> SoundCheck:
    """What the recordings of a sound check say."""
    loud = sorted(_levels(talk))
    noise_db = float(np.median(_levels(quiet))) if len(quiet) >= FRAME_SAMPLES else SILENCE_DB
    voice_db = float(np.median(loud[len(loud) // 2 :])) if loud else SILENCE_DB
    echo_db = CALLER_DB + leak.level_db + MARGIN_DB if leak.clear else LOWEST_DB
    return SoundCheck(
        voice_db=round(voice_db, 1),
        noise_db=round(noise_db, 1),
        peak_db=round(_peak_db(talk), 1),
        clipped=bool(len(talk)) and float((np.abs(talk) > CLIPPED).mean()) > CLIPPED_SHARE,
        dead=not talk.any() and not quiet.any(),
        leak=leak,
        threshold_db=round(max(LOWEST_DB, noise_db + 10, echo_db), 1),
        lost_blocks=lost_blocks,
        rate_hz=rate_hz,
    )


def _levels(samples: "Samples") -> list[float]:
    whole = len(samples) // FRAME_SAMPLES * FRAME_SAMPLES
    return [level_db(frame) for frame in samples[:whole].reshape(-1, FRAME_SAMPLES)]


def _peak_db(samples: "Samples") -> float:
    peak = float(np.abs(samples).max(initial=0.0))
    return round(max(SILENCE_DB, 20 * float(np.log10(max(peak, 1e-9)))), 1)
