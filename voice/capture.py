"""Sound on its way in: what lies between a sound callback and the threads that think, and the memory of a whole call.

Theory of operation. A callback may only copy, so it copies into memory that exists already (``SampleRing``) and leaves
a token for whoever waits (``FrameQueue``). One thread writes and one reads; each owns one counter and only looks at the
other's, so neither ever waits for the other. The reader appends every frame to one ``CallAudio``; a take is a span of
it, so the sound before the gate opened is there already and no "recording" switch can come too late.
"""

from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.ports import FRAME_SAMPLES, SAMPLE_RATE
from voice.signal import from_pcm, to_pcm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.ports import Samples

BACKLOG_MS: Final = 60_000
"""How far the reader may fall behind before frames are lost; whole models load in less."""
BLOCK: Final = 10 * SAMPLE_RATE
"""Samples of a call's audio that are given memory, and give it back, together."""


class SampleRing:
    """A bounded queue of samples between one writing and one reading thread; neither waits, neither allocates."""

    def __init__(self, capacity: int) -> None:
        """``capacity`` is in samples."""
        self._ring = np.zeros(capacity, dtype=np.float32)
        self._written = 0
        self._read = 0

    @property
    def waiting(self) -> int:
        """Samples written and not yet read."""
        return self._written - self._read

    def write(self, samples: "Samples") -> bool:
        """Copy all of ``samples`` in, or none of it when it does not fit; say which."""
        count, capacity = len(samples), len(self._ring)
        if count > capacity - (self._written - self._read):
            return False
        at = self._written % capacity
        first = min(count, capacity - at)
        self._ring[at : at + first] = samples[:first]
        self._ring[: count - first] = samples[first:]
        self._written += count  # last: the reader sees samples only once they are there
        return True

    def read_into(self, out: "Samples") -> int:
        """Move as many samples as there are, at most ``len(out)``, to the start of ``out``; return how many."""
        capacity = len(self._ring)
        count = min(len(out), self._written - self._read)
        at = self._read % capacity
        first = min(count, capacity - at)
        out[:first] = self._ring[at : at + first]
        out[first:count] = self._ring[: count - first]
        self._read += count
        return count


class FrameQueue:
    """Microphone frames from the sound card's thread to the one that owns the call.

    ``put`` is what ``SoundCard.open`` wants as ``on_frame``: it copies and returns. No frame is lost before the reader
    is ``backlog_ms`` behind; then the newest are dropped, and counted.
    """

    def __init__(self, backlog_ms: int = BACKLOG_MS) -> None:
        capacity = max(1, backlog_ms * SAMPLE_RATE // 1000 // FRAME_SAMPLES)
        self._ring = SampleRing(capacity * FRAME_SAMPLES)
        self._tokens: SimpleQueue[bool | None] = SimpleQueue()
        self._dropped = 0

    @property
    def waiting(self) -> int:
        """Frames put and not yet taken."""
        return self._ring.waiting // FRAME_SAMPLES

    @property
    def dropped(self) -> int:
        """Frames lost because the reader was too far behind."""
        return self._dropped

    def put(self, frame: "Samples") -> None:
        """Copy one frame of ``FRAME_SAMPLES`` in. Called on the sound card's thread, and on no other."""
        if len(frame) != FRAME_SAMPLES:
            raise ValueError(f"a frame is {FRAME_SAMPLES} samples, not {len(frame)}")
        if self._ring.write(frame):
            self._tokens.put(True)
        else:
            self._dropped += 1

    def wake(self) -> None:
        """Let the reader look at something else: ``get`` answers an empty array, once. Called on any thread."""
        self._tokens.put(None)

    def close(self) -> None:
        """Wake the reader: once it has taken what is there, ``get`` answers None at once."""
        self._tokens.put(False)

    def get(self, timeout_s: float | None = None) -> "Samples | None":
        """The oldest frame, waiting for one at most ``timeout_s`` (None: as long as it takes).

        None when there was none in time, or after ``close``; no samples at all after ``wake``. A microphone that gives
        nothing for a second is gone.
        """
        try:
            there = self._tokens.get(timeout=timeout_s)
        except Empty:
            return None
        if there is None:
            return np.empty(0, dtype=np.float32)
        if not there:
            self._tokens.put(False)
            return None
        frame = np.empty(FRAME_SAMPLES, dtype=np.float32)
        self._ring.read_into(frame)
        return frame

    def get_all(self) -> list["Samples"]:
        """Every frame that is there, oldest first, without waiting: the backlog in one go."""
        frames = []
        while self.waiting and (frame := self.get(timeout_s=0.0)) is not None:
            if len(frame):
                frames.append(frame)
        return frames


class CallAudio:
    """One side of a call from its first sample on: index 0 is t = 0.

    One thread appends; any thread may read and forget meanwhile. Kept as 16-bit samples, 1.9 MB a minute, the same values
    that are written to disk; so a replay from the file hears exactly what the live call heard. A live call forgets what is on
    disk and what nobody will ask for again, so that a long one does not grow.
    """

    def __init__(self) -> None:
        self._blocks: dict[int, NDArray[np.int16]] = {}
        """Block number to its samples. Adding and taking out one entry are atomic, which is all that the threads share."""
        self._length = 0
        self._forgotten = 0

    def __len__(self) -> int:
        """Samples so far, forgotten ones too."""
        return self._length

    @property
    def length_ms(self) -> int:
        """Length so far, in whole milliseconds."""
        return self._length * 1000 // SAMPLE_RATE

    def append(self, samples: "Samples") -> None:
        """Add samples at the end; what is beyond full scale is clipped."""
        pcm, at, done = to_pcm(samples), self._length, 0
        while done < len(pcm):
            block, offset = divmod(at + done, BLOCK)
            if not offset:
                self._blocks[block] = np.zeros(BLOCK, dtype=np.int16)
            count = min(BLOCK - offset, len(pcm) - done)
            self._blocks[block][offset : offset + count] = pcm[done : done + count]
            done += count
        self._length = at + done  # last: a reader that sees the new length sees the samples

    def forget(self, before: int) -> None:
        """Give back the memory of what lies before sample ``before``, as far as whole blocks do; it reads as silence."""
        for block in range(self._forgotten, min(before, self._length) // BLOCK):
            self._blocks.pop(block, None)
            self._forgotten = block + 1

    def pcm(self, start: int = 0, end: int | None = None) -> "NDArray[np.int16]":
        """A copy of the 16-bit samples from index ``start`` to before ``end``, as far as they exist."""
        length = self._length
        start = max(0, start)
        end = length if end is None else max(0, min(end, length))
        out = np.zeros(max(0, end - start), dtype=np.int16)
        for block in range(start // BLOCK, -(-end // BLOCK)):
            kept = self._blocks.get(block)
            if kept is not None:
                low, high = max(start, block * BLOCK), min(end, (block + 1) * BLOCK)
                out[low - start : high - start] = kept[low - block * BLOCK : high - block * BLOCK]
        return out

    def span(self, start_ms: int, end_ms: int) -> "Samples":
        """The samples between two call times, as far as they exist; a span that begins before the call begins at 0."""
        return from_pcm(self.pcm(start_ms * SAMPLE_RATE // 1000, end_ms * SAMPLE_RATE // 1000))

    def samples(self) -> "Samples":
        """Everything so far."""
        return from_pcm(self.pcm())
