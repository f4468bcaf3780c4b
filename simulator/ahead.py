"""Makes what she is likely to say before it is needed.

People plan their answer while the other still speaks (Levinson and Torreira 2015: over 600 ms of planning inside a gap of
200 ms). So does she: while the trainee talks, the words so far are recognised now and then and read, the engine is asked
what she would answer to them, and the beginning of that is made and kept in the synthesiser's cache. In a pause the same is
done with the whole reply, so that her voice is made while it is still being decided whether the turn is over.

While she herself speaks, and until the trainee begins, the answers to replies that may come (``simulator.likely_replies``) are begun
too, as many as there is time for. They stay in the cache of spoken clauses, so a caller is quicker in every later call.

The engine answers the question on a copy of itself, guesses leave no trace in the call, and a wrong one costs some computing.
The words so far do reach the call, as an event of their own: she may cut in on them. Live calls only; in counted time there is
nothing to hurry.
"""

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from simulator import events as ev
from simulator.floor import Floor
from simulator.likely_replies import TEXT, likely_replies
from simulator.live import NEAR_POINTS
from simulator.mediation import match_all, pieces_of, read_all
from simulator.ports import KeepingSynthesizer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.commands import Synthesize
    from simulator.live import Conductor, Result, Work
    from simulator.ports import Delivery
    from simulator.reading import Matches, Reading

EVERY_MS: Final = 5_000
"""Between two looks at the words so far. A look takes the ears 0.3 to 1 s, and the pause may come just then: looking every
1.6 s made the median answer 0.2 s later than not looking at all. So only long replies are looked into, and only where she may
want to cut in; others are guessed in their pauses alone."""
PIECES: Final = 2
"""Pieces of a guessed answer that are made: the first, and the one that must be ready when it has been heard."""
PREPARES_MS: Final = 1_800
"""So far into his turn she goes on preparing for it."""
ASKED_A_FRAME: Final = 4
"""Likely replies that are tried in one frame: each takes the engine 1 to 2 ms of a frame's 32."""


@dataclass(slots=True)
class Ahead:
    """Watches one call. ``look`` after every frame, ``learnt`` after every event, on the conductor's thread."""

    conductor: "Conductor"
    _looked_ms: int = 0
    """Call time up to which the words have been looked at."""
    _looking: bool = False
    _making: int = 0
    _line: int = -1
    """The utterance whose likely answers are being made."""
    _likely: "Iterator[tuple[Reading, Matches]]" = field(default_factory=lambda: iter(()))
    _read: "ev.ReplyRead | None" = None
    """The reply in this pause, while nothing has been guessed from it."""
    _asked: set[tuple[str, "Delivery"]] = field(default_factory=set)
    _moments: "tuple[Synthesize, ...]" = ()
    """What she may begin with if nothing else is ready; made first of all."""

    def nearest(self, text: str, delivery: "Delivery", within: int = NEAR_POINTS) -> "Delivery":
        """The delivery in which ``text`` is ready, if there is one at an anger so near, in steps of ``NEAR_POINTS`` up to
        ``within`` points; else itself. Any thread; raises what the synthesiser raises."""
        mouth = self.conductor.models.synthesizer
        if not isinstance(mouth, KeepingSynthesizer):
            return delivery
        steps = sorted(range(-within, within + 1, NEAR_POINTS), key=lambda points: (abs(points), points))
        near = (max(0, min(100, delivery.anger + points)) for points in steps)
        ways = (replace(delivery, anger=anger) for anger in near)
        return next((way for way in ways if mouth.kept(text, way)), delivery)

    def look(self) -> None:
        """Recognise the words so far, where she may cut in; while she speaks, make what she is likely to say next."""
        self._listen_in()
        self._prepare()

    def _prepare(self) -> None:
        """One more beginning of an answer that may be wanted, when her voice has nothing else to do."""
        conductor = self.conductor
        engine = conductor.engine
        if self._making or not engine.all_made:
            return
        asked = engine.might_say
        if engine.floor is Floor.TRAINEE:
            # In his first seconds few turns end; later the recogniser would have to share its core in the pause. If he spoke
            # first of all, she has prepared nothing yet.
            if engine.turn > 1 and conductor.t - (engine.speaking_since or 0) > PREPARES_MS:
                return
            asked = engine.would_say
        elif engine.floor not in (Floor.CALLER, Floor.QUIET):
            return
        if engine.spoken != self._line:
            first = engine.turn <= (engine.floor is Floor.TRAINEE)
            self._line, self._likely = engine.spoken, likely_replies(engine.persona, first=first, told=engine.told)
            self._moments = engine.moments
        while self._moments and not self._making:
            word, *rest = self._moments
            self._moments = tuple(rest)
            self._make((word,))
        if self._making:
            return
        for reading, matches in islice(self._likely, ASKED_A_FRAME):
            self._make(asked(TEXT, reading, matches)[:1])
            if self._making:
                return

    def _listen_in(self) -> None:
        """Recognise the words so far, if there are enough new ones and the ears have nothing else to do."""
        conductor = self.conductor
        engine = conductor.engine
        begun = engine.speaking_since
        if begun is None or not engine.may_cut_in or self._looking or conductor.capture is None:
            return
        start, end = begun, conductor.t
        if end - max(begun, self._looked_ms) < EVERY_MS:
            return
        self._looking, self._looked_ms, turn = True, end, engine.turn
        audio, line = conductor.capture.span(start, end), engine.view.caller_line
        models, persona, pieces = conductor.models, engine.persona, pieces_of(engine.mind)
        asked, first = conductor.take, engine.words_before

        def nothing_new(t: int) -> None:
            self._looking = False

        def listen() -> "Result":
            if conductor.take != asked:
                return nothing_new  # he has paused meanwhile: the recogniser is wanted for all of it
            text = f"{first} {models.recognizer.transcribe(audio).text}".strip()
            reading = read_all(models.reader, text, line, pieces) if text else None
            matches = match_all(models.matcher, text, persona) if text else None

            def told(t: int) -> None:
                self._looking = False
                if reading is None or matches is None or conductor.over:
                    return
                conductor.feed(ev.WordsHeard(t=t, turn=turn, text=text))
                if engine.turn == turn:
                    self._guess(text, reading, matches)

            return told

        conductor.workers.submit("ears", listen, self._failed)

    def learnt(self, event: ev.Event) -> None:
        """The whole reply of a pause has been read: what follows if this was the end of the turn?"""
        engine = self.conductor.engine
        if isinstance(event, ev.ReplyRead):
            self._read = event
        read = self._read
        if read is None or not engine.may_be_over or (read.turn, read.take) != engine.take:
            return
        if engine.likely_over and engine.words_so_far and not self._making:
            self._read = None
            self._guess(engine.words_so_far, read.reading, read.matches)

    def _guess(self, text: str, reading: "Reading", matches: "Matches") -> None:
        if self.conductor.over:
            return
        self._make(self.conductor.engine.would_say(text, reading, matches)[:PIECES])

    def _make(self, pieces: "Sequence[Synthesize]") -> None:
        """Have the pieces made, one guess at a time: what is really asked for waits behind it."""
        if self._making:
            return
        for piece in pieces:
            if (piece.text, piece.delivery) in self._asked:
                continue
            self._asked.add((piece.text, piece.delivery))
            self._making += 1
            self.conductor.workers.submit("mouth", self._work(piece), self._failed)

    def _work(self, piece: "Synthesize") -> "Work":
        synthesizer = self.conductor.models.synthesizer

        def make() -> "Result":
            near = piece.part <= 0  # later pieces are taken only as they are
            synthesizer.synthesize(piece.text, self.nearest(piece.text, piece.delivery) if near else piece.delivery)

            def made(t: int) -> None:
                self._making -= 1

            return made

        return make

    def _failed(self, error: Exception) -> "Result":
        """A guess that fails is no fault of the call; if it was a model, the real work will say so."""

        def forgotten(t: int) -> None:
            self._looking, self._making = False, 0

        return forgotten
