"""A scripted trainee with a voice: the microphone of a virtual sound card.

Theory of operation. Time is counted in frames. The trainee hears only whether the caller is speaking, and from that
keeps three things: when the caller began, for how long there has been quiet, and whether the caller has answered the
latest reply. A pause of the caller shorter than ``patience_ms`` belongs to the line. The caller has answered once a
line that began after the trainee did is heard after the trainee is done; what merely ran on under an interruption, or
was over before the trainee was done, is no answer.

Everything that a script says is made before the call begins, so that no frame waits for a synthesiser. ``add`` is for calls
in counted time, in which nothing waits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.errors import EngineError
from simulator.ports import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE
from voice.signal import clean, gain, samples_in
from voice.trainee_script import Reply, TraineeScript

if TYPE_CHECKING:
    from simulator.ports import Samples

PATIENCE_MS: Final = 300
"""Quiet after which the trainee begins: people take 200 ms, and the caller's pauses within a line are shorter."""
UNANSWERED_MS: Final = 25_000
"""Quiet after which the trainee goes on without an answer; the caller gives up after 20 s."""
RESUMED_MS: Final = 2_000
"""A caller who goes on within this had only paused, and a [wait] counts anew; later it is a "Hello?", and does not."""
ROOM_DB: Final = -65.0
"""Level of the room: a quiet office through a headset. Without it the models would hear digital silence."""
ROOM_S: Final = 8
"""The noise repeats after this many seconds."""
VOICE_DB: Final = -26.0
"""Level of a spoken reply while there is voice: the nominal level of ITU-T P.56."""
VOICED_DB: Final = -40.0
"""A stretch this far below the loudest one is a pause when the level is taken."""
NOD: Final = "Mm-hm."
NOD_DB: Final = -6.0
"""A nod is said under one's breath."""


@dataclass(frozen=True, slots=True)
class _Line:
    reply: Reply
    samples: "Samples"


class ScriptedMicrophone:
    """A :class:`voice.virtual_card.Microphone` that says the replies of a script, each when its time has come.

    The same script, the same voice and the same caller give the same samples.
    """

    def __init__(
        self,
        script: TraineeScript,
        speak: Callable[[str], "Samples"],
        *,
        patience_ms: int = PATIENCE_MS,
        seed: int = 0,
    ) -> None:
        """``speak`` gives the samples of words, at any level; it is asked here, for every reply.

        ``patience_ms`` of quiet make the trainee begin; ``seed`` is for the noise of the room.
        """
        self._speak = speak
        recordings = script.read_recordings()
        self._lines = [
            _Line(reply, _louder(_voice(reply, speak, recordings), reply.louder_db)) for reply in script.replies
        ]
        nods = any(reply.nods_ms for reply in script.replies)
        self._nod = _louder(levelled(speak(NOD)), NOD_DB) if nods else np.zeros(0, dtype=np.float32)
        self._patience_ms = patience_ms
        # The legacy generator, because NumPy promises the same stream of it for ever.
        noise = np.random.RandomState(seed).standard_normal(ROOM_S * SAMPLE_RATE)
        self._room = (noise * gain(ROOM_DB)).astype(np.float32)
        self._next_frame = 0
        self._index = 0
        self._nods_done = 0
        self._speech: Samples = np.zeros(0, dtype=np.float32)
        self._replying = False
        self._under: Samples = np.zeros(0, dtype=np.float32)
        self._hung_up = False
        self._reply_began = -1
        self._caller_began: int | None = None
        self._caller_quiet_since = 0
        self._own_quiet_since = 0
        self._wait_from = 0
        self._checks_in = False
        self._answered = False

    @property
    def finished(self) -> bool:
        """Whether every reply has been said to its end."""
        return self._index == len(self._lines) and not self._replying and not len(self._under)

    @property
    def answered(self) -> bool:
        """Whether the caller has begun to answer what was said last, or has greeted when nothing was."""
        return self._answered

    def add(self, reply: Reply) -> None:
        """One more reply, behind those of the script: for a trainee who chooses it when she has spoken."""
        recordings = TraineeScript(name="", replies=(reply,)).read_recordings()
        self._lines.append(_Line(reply, _louder(_voice(reply, self._speak, recordings), reply.louder_db)))

    @property
    def hung_up(self) -> bool:
        """Whether the script's [hang up] has been reached: the driver ends the call for the trainee."""
        return self._hung_up

    @property
    def speaking(self) -> bool:
        """Whether a reply is being said now."""
        return self._replying

    def read(self, frame_index: int, caller_speaking: bool) -> "Samples":
        """The next frame; ``caller_speaking`` is what the trainee heard at the end of the frame before."""
        if frame_index != self._next_frame:
            raise EngineError(f"a scripted microphone was asked for frame {frame_index}, not {self._next_frame}")
        self._next_frame += 1
        now = frame_index * FRAME_MS
        self._listen(now, caller_speaking)
        if not self._replying:
            self._decide(now, caller_speaking)
        start = frame_index * FRAME_SAMPLES % len(self._room)
        frame = self._room[start : start + FRAME_SAMPLES].copy()
        self._under = _add_head(frame, self._under)
        self._speech = _add_head(frame, self._speech)
        if self._replying and not len(self._speech):
            self._end_reply(now + FRAME_MS)
        np.clip(frame, -1.0, 1.0, out=frame)
        return frame

    # -- listening --------------------------------------------------------------------------------------------------

    def _listen(self, now: int, caller_speaking: bool) -> None:
        """Follow the caller. ``_caller_began`` is None in the quiet between lines."""
        if caller_speaking:
            if self._caller_began is None:
                self._caller_began = now
                self._checks_in = self._answered and now - self._caller_quiet_since >= RESUMED_MS
            self._answered |= not self._replying and self._caller_began > self._reply_began
            self._caller_quiet_since = now + FRAME_MS
            if not self._checks_in:
                self._wait_from = now + FRAME_MS
        elif self._caller_began is not None and now - self._caller_quiet_since >= self._patience_ms:
            self._caller_began = None

    def _decide(self, now: int, caller_speaking: bool) -> None:
        """Say what is due, if anything is. Lines that say nothing are passed over without costing a frame."""
        while self._index < len(self._lines) and not self._replying:
            line = self._lines[self._index]
            self._nod_when_due(line.reply, now, caller_speaking)
            if not self._due(line.reply, now, caller_speaking):
                return
            self._index += 1
            self._nods_done = 0
            if line.reply.is_spoken:
                self._speech, self._replying = line.samples, True
                self._reply_began, self._answered = now, False
            elif line.reply.hangs_up:
                self._hung_up = True

    def _nod_when_due(self, reply: Reply, now: int, caller_speaking: bool) -> None:
        nods = reply.nods_ms[self._nods_done :]
        if nods and caller_speaking and self._heard_for(now) >= nods[0] and not len(self._under):
            self._under = self._nod
            self._nods_done += 1

    def _due(self, reply: Reply, now: int, caller_speaking: bool) -> bool:
        if reply.interrupt_ms is not None and caller_speaking:
            return self._heard_for(now) >= reply.interrupt_ms and not len(self._under)
        quiet_ms = now - max(self._caller_quiet_since, self._own_quiet_since)
        if caller_speaking or quiet_ms < self._patience_ms or len(self._under):
            return False
        wait_ms = 0 if reply.wait_ms is None else reply.wait_ms
        if not self._answered:
            return quiet_ms >= max(UNANSWERED_MS, wait_ms)
        return now - self._wait_from >= wait_ms

    def _heard_for(self, now: int) -> int:
        """How long the line that answers the latest reply has been going on; -1 while there is none."""
        began = self._caller_began
        return now - began if self._answered and began is not None and began > self._reply_began else -1

    def _end_reply(self, now: int) -> None:
        self._replying = False
        self._own_quiet_since = now
        self._hung_up |= self._lines[self._index - 1].reply.hangs_up


def levelled(samples: "Samples", level_db: float = VOICE_DB) -> "Samples":
    """A copy whose level, pauses left out, is ``level_db``: voices are recorded at all levels, trainees are not."""
    result = clean(samples)
    block = samples_in(20)
    blocks = result[: len(result) // block * block].reshape(-1, block).astype(np.float64)
    powers = np.square(blocks).mean(axis=1)
    voiced = powers[powers > powers.max(initial=0.0) * gain(VOICED_DB) ** 2]
    if not len(voiced):
        return result
    result *= np.float32(gain(level_db) / np.sqrt(voiced.mean()))
    return np.clip(result, -1.0, 1.0)


def _voice(reply: Reply, speak: Callable[[str], "Samples"], recordings: Mapping[Path, "Samples"]) -> "Samples":
    if reply.recording is not None:
        return recordings[reply.recording]
    return levelled(speak(reply.words)) if reply.words else np.zeros(0, dtype=np.float32)


def _louder(samples: "Samples", louder_db: float) -> "Samples":
    louder: Samples = np.clip(samples * np.float32(gain(louder_db)), -1.0, 1.0)
    return louder


def _add_head(frame: "Samples", samples: "Samples") -> "Samples":
    """Mix the start of ``samples`` into ``frame``; return what is left of them."""
    head = samples[: len(frame)]
    frame[: len(head)] += head
    return samples[len(frame) :]
