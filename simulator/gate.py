"""Speech probabilities in, speech on and speech off out.

Two thresholds (hysteresis) keep a voice from flickering; a short count of frames keeps a click from being a word. Both
counts are short on purpose: other systems lose "yes" and "no" to a start window of 200 ms. What a sound was is judged
later; sound itself is never dropped, because takes reach back before the gate opened (``PREROLL_MS``).
"""

from dataclasses import dataclass
from typing import Final, Literal

from simulator.ports import FRAME_MS

ON: Final = 0.5
"""Probability that opens the gate, as in Silero's own iterator."""
OFF: Final = 0.35
"""Probability under which a frame counts as silence; 0.15 below ON, likewise."""
ON_FRAMES: Final = 3
"""96 ms of speech open the gate (64 to 96 ms is the range in which short answers survive)."""
LULL_FRAMES: Final = 3
"""96 ms of silence are a lull: recognition starts on a guess. In a scripted call 5 of 40 lulls did not become a pause."""
OFF_FRAMES: Final = 6
"""192 ms of silence close it: a pause, in which the turn may end."""
PREROLL_MS: Final = 320
"""How far a take reaches back before the frame that opened the gate, so that no first sound is lost."""
POSTROLL_MS: Final = 160
"""How far a take reaches beyond the last speech frame."""


@dataclass(slots=True)
class SpeechGate:
    """Counts frames; knows no clock. All times are the ``t`` of the frames it was given."""

    speaking: bool = False
    speech_start: int = 0
    """When the current or latest stretch of speech began."""
    last_speech: int = 0
    """End of the last frame that held speech: the one anchor from which every wait counts."""
    _run: int = 0

    def feed(self, t: int, probability: float) -> Literal["on", "lull", "off", None]:
        """Take the frame that ended at ``t``; say whether the gate opened or closed with it, or is about to close."""
        if not self.speaking:
            self._run = self._run + 1 if probability >= ON else 0
            if self._run < ON_FRAMES:
                return None
            self.speaking, self._run = True, 0
            self.speech_start, self.last_speech = t - ON_FRAMES * FRAME_MS, t
            return "on"
        if probability >= OFF:
            self._run, self.last_speech = 0, t
            return None
        self._run += 1
        if self._run < OFF_FRAMES:
            return "lull" if self._run == LULL_FRAMES else None
        self.speaking, self._run = False, 0
        return "off"

    @property
    def anchor(self) -> int:
        """Until when the trainee has held the floor: waits count from here."""
        return self.last_speech

    def take_end(self, t: int) -> int:
        """Where a take ends that is cut at ``t``."""
        return min(t, self.last_speech + POSTROLL_MS)

    def holds_speech(self, probability: float) -> bool:
        """Whether the frame fed last surely held speech, so that its level and its time count as the speaker's."""
        return self.speaking and probability >= ON


@dataclass(slots=True)
class KeyGate:
    """The same for push-to-talk: the trainee's key opens and closes it, and pauses close nothing."""

    speaking: bool = False
    """Whether the key is down."""
    speech_start: int = 0
    """When the key last went down."""
    last_speech: int = 0
    """End of the last frame that held speech while the key was down, or when it went down."""
    anchor: int = 0
    """Until when the key has been down: he has the floor for as long, whether he speaks or not."""
    _heard: bool = False
    _silent: int = 0

    def press(self, t: int) -> bool:
        """The key goes down; False when it was."""
        if self.speaking:
            return False
        self.speaking, self._heard, self._silent = True, False, 0
        self.speech_start = self.last_speech = self.anchor = t
        return True

    def release(self, t: int) -> bool:
        """The key goes up; False when it was."""
        if not self.speaking:
            return False
        self.speaking, self.anchor = False, t
        return True

    def feed(self, t: int, probability: float) -> Literal["on", "lull", "off", None]:
        """As :meth:`SpeechGate.feed`, but only a lull is ever said: on and off are the key's."""
        if not self.speaking:
            return None
        self.anchor = t
        if probability >= (OFF if self._heard else ON):
            self._heard, self._silent, self.last_speech = True, 0, t
            return None
        self._silent += 1
        return "lull" if self._heard and self._silent == LULL_FRAMES else None

    def take_end(self, t: int) -> int:
        """Where a take ends that is cut at ``t``: all of it counts, also what the detector takes for noise."""
        return t

    def holds_speech(self, probability: float) -> bool:
        """As :meth:`SpeechGate.holds_speech`."""
        return self.speaking and probability >= ON
