"""Where a stretch of audio holds speech, and how to cut it into pieces a recogniser can take.

Theory. A recogniser with a 30 s window drops or invents words where a piece is too long or mostly silent. So only what
the speech detector heard is handed over, and long speech is cut where people pause. Dropping speech is the worse error:
thresholds here are lower than those of the turn gate, and the margins are wide.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from simulator.ports import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE, Transcript, Word

if TYPE_CHECKING:
    from simulator.ports import Samples

SPEECH_ON: Final = 0.4
"""A frame this likely to be speech starts a span."""
SPEECH_OFF: Final = 0.2
"""A frame less likely than this ends it."""
LOUD_DB: Final = 15.0
"""What follows or precedes heard speech and comes this close to its level is kept too: the detector is deaf to some
people's shouting (2 of 24 strongly angry RAVDESS clips, one speaker, under 0.1 for whole sentences)."""
LOUD_FRAMES: Final = 156
"""At most 5 s of it, so that steady noise as loud as the voice does not disable the detector."""
LOUD_GAP_FRAMES: Final = 15
"""Pauses of at most 480 ms within it."""
MARGIN_MS: Final = 320
"""Kept before and after a span: weak consonants at its edges, and the recogniser's own need of a little silence."""
JOIN_MS: Final = 3_000
"""Spans closer than this go into one piece, because words are better recognised with their neighbours; a longer silence
within a piece invites invented words."""
LONGEST_LOOP_WORDS: Final = 16
"""Groups of up to so many words are looked at for loops; the longest seen had eleven."""
MOST_WORD_TURNS: Final = 4
"""How often one word may follow itself: people say "no no no no"."""
MOST_GROUP_TURNS: Final = 2
"""How often a longer group may: people say "I told you, I told you". A recogniser that loops says it thirty times, as
Whisper did on clicks and Moonshine at the end of a piece."""
LONGEST_MS: Final = 25_000
"""Of a piece; Whisper's window is 30 s and its last seconds are the least reliable."""
UNHEARD_MS: Final = 1_000
"""Speech after the last word of a piece from which its end is recognised once more, alone. Whisper now and then stops before
the end ("... by Thursday, and" of a reply that went on with a reference), mostly after a pause; what it leaves out is lost."""


class FreshDetector(Protocol):
    """A speech detector that can forget what it heard."""

    def probability(self, frame: "Samples") -> float:
        """As :class:`simulator.ports.SpeechDetector`."""

    def reset(self) -> None:
        """Be as at the start of a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of audio."""

    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        """How long it is."""
        return self.end_ms - self.start_ms


def transcribe_pieces(
    audio: "Samples",
    detector: FreshDetector,
    recognise: Callable[["Samples"], Sequence[Word]],
    longest_ms: int = LONGEST_MS,
) -> Transcript:
    """Give the speech in ``audio`` to ``recognise`` piece by piece and put the words together.

    ``recognise`` returns words with times from the start of its piece; the transcript's count from the start of
    ``audio``, never run backwards and never leave it.
    """
    clean = np.nan_to_num(np.clip(np.asarray(audio, dtype=np.float32), -1.0, 1.0), nan=0.0)
    audio_ms = len(clean) * 1000 // SAMPLE_RATE
    probabilities = speech_probabilities(clean, detector)
    words: list[Word] = []
    spans = speech_spans(probabilities, levels_db(clean))

    def heard(piece: Span) -> list[Word]:
        samples = clean[piece.start_ms * SAMPLE_RATE // 1000 : piece.end_ms * SAMPLE_RATE // 1000]
        found: list[Word] = []
        for word in without_loops(recognise(samples)):
            earliest = found[-1].start_ms if found else words[-1].start_ms if words else 0
            start_ms = min(max(piece.start_ms + word.start_ms, earliest), audio_ms)
            end_ms = min(max(piece.start_ms + word.end_ms, start_ms), audio_ms)
            found.append(Word(text=word.text, start_ms=start_ms, end_ms=end_ms, confidence=word.confidence))
        return found

    for piece in cut_pieces(spans, probabilities, audio_ms, longest_ms):
        words += (found := heard(piece))
        tail = _unheard(found, spans, piece)
        if tail is not None:
            more = heard(tail)
            twice = max(n for n in range(len(more) + 1) if _bare(more[:n]) == _bare(words[len(words) - n :]))
            words += more[twice:]
    confidence = sum(word.confidence for word in words) / len(words) if words else 1.0
    return Transcript(text=" ".join(word.text for word in words), words=tuple(words), confidence=round(confidence, 4))


def _unheard(words: Sequence[Word], spans: Sequence[Span], piece: Span) -> Span | None:
    """The end of a piece, where somebody speaks long after the last of its ``words``; mostly None."""
    said_ms = words[-1].end_ms if words else piece.end_ms  # a piece without any words holds none
    rest = [
        Span(start_ms=max(span.start_ms, said_ms), end_ms=min(span.end_ms, piece.end_ms))
        for span in spans
        if span.end_ms > said_ms and span.start_ms < piece.end_ms
    ]
    if sum(span.length_ms for span in rest) < UNHEARD_MS:
        return None
    return Span(start_ms=max(said_ms, rest[0].start_ms - MARGIN_MS), end_ms=piece.end_ms)


def _bare(words: Sequence[Word]) -> list[str]:
    return ["".join(letter for letter in word.text.lower() if letter.isalnum()) for word in words]


def without_loops(words: Sequence[Word]) -> list[Word]:
    """``words`` without what a looping recogniser repeats: of a group that follows itself too often, the first few."""
    kept: list[Word] = []
    bare: list[str] = []
    for word in words:
        kept.append(word)
        bare += _bare([word])
        for size in range(1, min(LONGEST_LOOP_WORDS, len(bare) // 2) + 1):
            span = size * ((MOST_WORD_TURNS if size == 1 else MOST_GROUP_TURNS) + 1)
            if len(bare) >= span and bare[-span:-size] == bare[-span + size :]:
                del kept[-size:], bare[-size:]
                break
    return kept


def spread_words(text: str, length_ms: int, confidence: float) -> list[Word]:
    """Words for a recogniser that gives no times: laid out over a piece of ``length_ms``, without its margins, each as
    long as it has letters. Good for pace, too coarse for pauses."""
    texts = text.split()
    margin_ms = min(MARGIN_MS, length_ms // 4)
    letters = sum(len(word) + 1 for word in texts)
    words, done = [], 0
    for word in texts:
        start_ms = margin_ms + done * (length_ms - 2 * margin_ms) // letters
        done += len(word) + 1
        end_ms = margin_ms + done * (length_ms - 2 * margin_ms) // letters
        words.append(Word(text=word, start_ms=start_ms, end_ms=end_ms, confidence=confidence))
    return words


def speech_probabilities(audio: "Samples", detector: FreshDetector) -> list[float]:
    """One probability per frame of ``audio``; the last frame is filled up with silence."""
    detector.reset()
    padded = np.pad(audio, (0, -len(audio) % FRAME_SAMPLES))
    return [detector.probability(frame) for frame in padded.reshape(-1, FRAME_SAMPLES)]


def levels_db(audio: "Samples") -> list[float]:
    """Level of each frame, dB relative to full scale, -100 at the least; the last frame is filled up with silence."""
    padded = np.pad(audio, (0, -len(audio) % FRAME_SAMPLES)).reshape(-1, FRAME_SAMPLES)
    return [float(level) for level in 10 * np.log10(np.square(padded, dtype=np.float64).mean(axis=1) + 1e-10)]


def speech_spans(probabilities: Sequence[float], levels: Sequence[float]) -> tuple[Span, ...]:
    """Stretches of speech, without margins. One probability and one level in dB per frame."""
    heard = _hysteresis(probabilities)
    spoken = sorted(level for level, on in zip(levels, heard, strict=True) if on)
    if not spoken:
        return ()
    loud = spoken[-1 - len(spoken) // 20] - LOUD_DB
    after, before = _spread(heard, levels, loud), _spread(heard[::-1], levels[::-1], loud)[::-1]
    kept = [a or b for a, b in zip(after, before, strict=True)]
    edges = [i for i in range(len(kept) + 1) if (i > 0 and kept[i - 1]) != (i < len(kept) and kept[i])]
    return tuple(
        Span(start_ms=start * FRAME_MS, end_ms=end * FRAME_MS)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    )


def _hysteresis(probabilities: Sequence[float]) -> list[bool]:
    heard, on = [], False
    for probability in probabilities:
        on = probability >= (SPEECH_OFF if on else SPEECH_ON)
        heard.append(on)
    return heard


def _spread(heard: Sequence[bool], levels: Sequence[float], loud_db: float) -> list[bool]:
    """``heard`` and, after each heard frame, what is as loud as it: at most ``LOUD_FRAMES``, with pauses of at most
    ``LOUD_GAP_FRAMES``."""
    kept = list(heard)
    since_heard = since_loud = LOUD_FRAMES + 1
    for index, on in enumerate(heard):
        since_heard = 0 if on else since_heard + 1
        gap, since_loud = since_loud, 0 if on or levels[index] >= loud_db else since_loud + 1
        if not on and since_loud == 0 and since_heard <= LOUD_FRAMES and gap <= LOUD_GAP_FRAMES:
            kept[index - gap : index + 1] = [True] * (gap + 1)
        elif since_loud > LOUD_GAP_FRAMES:
            since_heard = LOUD_FRAMES + 1
    return kept


def cut_pieces(
    spans: Sequence[Span], probabilities: Sequence[float], audio_ms: int, longest_ms: int = LONGEST_MS
) -> tuple[Span, ...]:
    """Pieces for the recogniser: all ``spans`` with their margins, in order, none overlapping, none too long.

    Neighbours are joined while they fit. A span that is too long itself is cut at its least likely frame.
    """
    parts = [part for span in spans for part in _halve_until(span, probabilities, longest_ms - 2 * MARGIN_MS)]
    groups: list[Span] = []
    for part in parts:
        last = groups[-1] if groups else None
        if (
            last is not None
            and part.start_ms - last.end_ms <= JOIN_MS
            and part.end_ms - last.start_ms + 2 * MARGIN_MS <= longest_ms
        ):
            groups[-1] = Span(start_ms=last.start_ms, end_ms=part.end_ms)
        else:
            groups.append(part)
    return tuple(_with_margins(groups, audio_ms))


def _halve_until(span: Span, probabilities: Sequence[float], longest_ms: int) -> list[Span]:
    """Cut ``span`` at the frame of its middle half that is least likely speech, until no part is too long."""
    if span.length_ms <= longest_ms:
        return [span]
    quarter = span.length_ms // 4 // FRAME_MS
    first = span.start_ms // FRAME_MS
    middle = range(first + quarter, span.end_ms // FRAME_MS - quarter)
    cut_ms = min(middle, key=lambda index: probabilities[index]) * FRAME_MS
    left, right = Span(start_ms=span.start_ms, end_ms=cut_ms), Span(start_ms=cut_ms, end_ms=span.end_ms)
    return _halve_until(left, probabilities, longest_ms) + _halve_until(right, probabilities, longest_ms)


def _with_margins(groups: Sequence[Span], audio_ms: int) -> list[Span]:
    """Widen each group by ``MARGIN_MS``, but never past the middle of the gap to its neighbour or the audio's ends."""
    widened = []
    for index, group in enumerate(groups):
        before = groups[index - 1].end_ms if index else -group.start_ms
        after = groups[index + 1].start_ms if index + 1 < len(groups) else 2 * audio_ms - group.end_ms
        widened.append(
            Span(
                start_ms=max(group.start_ms - MARGIN_MS, (before + group.start_ms) // 2),
                end_ms=min(group.end_ms + MARGIN_MS, (after + group.end_ms) // 2, audio_ms),
            )
        )
    return widened
