"""What the caller says, on its way to the loudspeaker.

Theory of operation. Whoever speaks, ducks or stops puts an order into an inbox and returns at once. The sound side
takes the orders up at the start of its next block, in ``render``, and is the only one that ever touches the queue, the
gains and the counters. So there is no lock that a sound callback could wait for, and what it did is told to the others
in one tuple that is replaced as a whole. Appending to and popping from a ``deque`` and replacing a reference are each
one step for Python threads.

A position counts samples that were rendered, queued pauses included; the device's own buffer comes on top.

A hard ceiling of loudness. Ears are at the other end. Whatever is queued is held under ``CEILING_DBTP``, also where two
pieces meet; a level can only be lowered; so nothing above ``HARD_CEILING_DBTP`` ever leaves ``render``. The arithmetic
is done in ``play``, on the thread of whoever speaks, and what is low enough passes untouched.
"""

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.ports import SAMPLE_RATE
from voice.levels import CEILING_DBTP, limit
from voice.signal import clean, gain, samples_in

if TYPE_CHECKING:
    from simulator.ports import Samples

RAMP_MS: Final = 10
"""Length of a change of level: short enough to feel immediate, long enough not to click."""
HARD_CEILING_DBTP: Final = -1.0
"""Highest true peak that ever leaves the player, in dB below full scale: EBU R 128's maximum. Lines end 1 dB lower; the
rest is for what a fade in mid-wave adds to the curve."""
TAIL_SAMPLES: Final = 512
"""How much of the piece before is looked at when another one is queued behind it."""
UNDER_DBTP: Final = -26.0
"""Highest true peak of what lies under the whole call."""
UNDER_ROOM_DB: Final = 0.6
"""By this lines are held lower while something lies under them, so that both together stay below the hard ceiling."""
SHORTEST_FADE_MS: Final = 2
"""A wave that is cut off at its top swings 1.1 dB beyond it, and clicks."""
BLOCK_SAMPLES: Final = 4096
"""Longest block that is rendered without new memory; sound devices ask for 512 here."""


@dataclass(frozen=True, slots=True)
class _Say:
    utterance: int
    samples: "Samples"


@dataclass(frozen=True, slots=True)
class _Under:
    samples: "Samples"


@dataclass(frozen=True, slots=True)
class _Duck:
    gain: float


@dataclass(frozen=True, slots=True)
class _Stop:
    fade_samples: int


class _Ramp:
    """A factor that moves to its target in a straight line, sample by sample."""

    __slots__ = ("left", "step", "target", "value")

    def __init__(self, value: float) -> None:
        self.reset(value)

    def reset(self, value: float) -> None:
        self.value = self.target = value
        self.step, self.left = 0.0, 0

    def move(self, target: float, samples: int) -> None:
        self.target = target
        if samples <= 0:
            self.reset(target)
            return
        self.step, self.left = (target - self.value) / samples, samples

    def apply(self, block: "Samples", count_up: "Samples", scratch: "Samples") -> None:
        """Multiply ``block`` in place and move on by its length. ``count_up`` is 1, 2, 3, ..."""
        moving = min(self.left, len(block))
        if moving:
            factors = scratch[:moving]
            np.multiply(count_up[:moving], np.float32(self.step), out=factors)
            factors += np.float32(self.value)
            block[:moving] *= factors
            self.left -= moving
            self.value = self.value + self.step * moving if self.left else self.target
        if moving < len(block) and self.value != 1.0:
            block[moving:] *= np.float32(self.value)


class Playout:
    """A :class:`simulator.ports.Player` that a sound card, or a virtual one, draws blocks from.

    ``play``, ``duck``, ``stop`` and ``position`` may be called from any thread; ``render`` from one thread only.

    Utterance numbers only rise: samples of a lower number than the latest, or of one that was stopped, are ignored. So
    a late worker cannot push into what comes after. A higher number plays behind what is queued, at full level.
    """

    def __init__(self) -> None:
        self._inbox: deque[_Say | _Under | _Duck | _Stop] = deque()
        self._under = np.zeros(0, dtype=np.float32)
        self._under_at = 0
        self._ceiling_dbtp = CEILING_DBTP
        self._queue: deque[tuple[int, Samples]] = deque()
        self._offset = 0
        self._current = 0
        self._rendered = 0
        self._latest = 0
        self._stopped = 0
        self._level = _Ramp(1.0)
        self._fade = _Ramp(1.0)
        self._fading = False
        self._told = (0, 0, True)
        self._tail = np.zeros(0, dtype=np.float32)
        self._block = np.zeros(BLOCK_SAMPLES, dtype=np.float32)
        self._scratch = np.zeros(BLOCK_SAMPLES, dtype=np.float32)
        self._count_up = np.arange(1, BLOCK_SAMPLES + 1, dtype=np.float32)

    # -- any thread -------------------------------------------------------------------------------------------------

    def play(self, utterance: int, samples: "Samples") -> None:
        """Queue samples of a line, behind what is queued already; they are copied. Pauses are queued as silence.

        What is louder than ``CEILING_DBTP`` is lowered.
        """
        held = limit(clean(samples), self._ceiling_dbtp, self._tail)
        self._tail = np.concatenate([self._tail, held])[-TAIL_SAMPLES:]
        self._inbox.append(_Say(utterance, held))

    def lay_under(self, loop: "Samples") -> None:
        """From now on ``loop`` sounds under everything, over and over: a room, a line. It is no line of anybody's.

        Nothing ducks or stops it, ``position`` knows nothing of it, and peaks above ``UNDER_DBTP`` are lowered.
        """
        self._ceiling_dbtp = CEILING_DBTP - UNDER_ROOM_DB
        self._inbox.append(_Under(limit(clean(loop), UNDER_DBTP)))

    def duck(self, gain_db: float) -> None:
        """Move the level of what is playing to ``gain_db`` relative to full, within ``RAMP_MS``; above full is full.

        The next utterance starts at full level again.
        """
        self._inbox.append(_Duck(min(1.0, gain(gain_db))))

    def stop(self, fade_ms: int) -> None:
        """Fade out within ``fade_ms`` of the next block, ``SHORTEST_FADE_MS`` at least, and drop everything queued."""
        self._inbox.append(_Stop(samples_in(max(SHORTEST_FADE_MS, fade_ms))))

    def position(self) -> tuple[int, int, bool]:
        """(utterance, milliseconds of it rendered, whether nothing is left to play); utterance 0 is none yet."""
        waiting = bool(self._inbox)  # before _told: an order leaves the inbox only after its effect has been told
        utterance, position_ms, idle = self._told
        return utterance, position_ms, idle and not waiting

    # -- the sound side ---------------------------------------------------------------------------------------------

    def render(self, frames: int) -> "Samples":
        """The next ``frames`` samples, silence where nothing is queued.

        The array is only valid until the next call: copy what must last.
        """
        if frames > len(self._block):
            self._block = np.zeros(frames, dtype=np.float32)
            self._scratch = np.zeros(frames, dtype=np.float32)
            self._count_up = np.arange(1, frames + 1, dtype=np.float32)
        while self._inbox:
            self._take_up(self._inbox[0])
            self._tell()
            self._inbox.popleft()
        block = self._block[:frames]
        done = 0
        while self._queue and done < frames:
            done += self._render_piece(block[done:])
        block[done:] = 0.0
        if len(self._under):
            self._add_under(block)
        self._tell()
        return block

    def _add_under(self, block: "Samples") -> None:
        done = 0
        while done < len(block):
            count = min(len(block) - done, len(self._under) - self._under_at)
            block[done : done + count] += self._under[self._under_at : self._under_at + count]
            self._under_at = (self._under_at + count) % len(self._under)
            done += count

    def _take_up(self, order: _Say | _Under | _Duck | _Stop) -> None:
        match order:
            case _Under(loop):
                self._under, self._under_at = loop, 0
            case _Say(utterance, samples):
                if utterance < self._latest or utterance <= self._stopped:
                    return
                self._latest = utterance
                self._queue.append((utterance, samples))
                if len(self._queue) == 1:
                    self._begin_piece()
            case _Duck(target):
                self._level.move(target, samples_in(RAMP_MS))
            case _Stop(fade_samples):
                self._take_up_stop(fade_samples)

    def _take_up_stop(self, fade_samples: int) -> None:
        """Keep only as much of what is heard now as the fade needs; what was not begun is not heard at all.

        During a fade only its rest is in the queue, so a second stop can shorten a fade but not lengthen it.
        """
        self._stopped = max(self._stopped, self._latest)
        kept: list[tuple[int, Samples]] = []
        if self._rendered:
            left = fade_samples
            for index, (utterance, samples) in enumerate(self._queue):
                if utterance != self._current or not left:
                    break
                start = self._offset if index == 0 else 0
                piece = samples[start : start + left]
                kept.append((utterance, piece))
                left -= len(piece)
            fade_samples -= left
        self._queue.clear()
        self._offset = 0
        self._fading = bool(kept) and fade_samples > 0
        if self._fading:
            self._queue.extend(kept)
            self._fade.move(0.0, fade_samples)
        else:
            self._fade.reset(1.0)

    def _begin_piece(self) -> None:
        """The head of the queue has changed: is it another utterance? Samples that hold nothing are passed over."""
        while self._queue:
            utterance, samples = self._queue[0]
            if utterance != self._current:
                self._current, self._rendered = utterance, 0
                self._level.reset(1.0)
            if len(samples):
                return
            self._queue.popleft()

    def _render_piece(self, block: "Samples") -> int:
        """Render from the head of the queue into the start of ``block``; return how many samples."""
        samples = self._queue[0][1]
        count = min(len(block), len(samples) - self._offset)
        if self._fading:
            count = min(count, self._fade.left)
        piece = block[:count]
        np.copyto(piece, samples[self._offset : self._offset + count])
        self._level.apply(piece, self._count_up, self._scratch)
        self._fade.apply(piece, self._count_up, self._scratch)
        self._offset += count
        self._rendered += count
        if self._offset == len(samples):
            self._queue.popleft()
            self._offset = 0
            if self._fading and not self._fade.left:
                self._fading = False
                self._fade.reset(1.0)
            self._begin_piece()
        return count

    def _tell(self) -> None:
        self._told = (self._current, self._rendered * 1000 // SAMPLE_RATE, not self._queue)
