"""The better line for a moment: candidates, each tried on a copy of the mind that the reply came to."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from simulator.background import Background

if TYPE_CHECKING:
    from evaluation.better_lines import Moment, Tried
    from evaluation.timeline import TraineeTurn
    from simulator.moments import Answered
    from simulator.ports import Matcher, ReplyReader
    from simulator.recording import RecordedCall

ABOUT_HER: Final = 0.3
"""Specificity from which words are about this caller, and no stock phrase."""


def moment_of(one: "Answered", earlier: Sequence[str]) -> "Moment":
    """What a better line may be made of. ``earlier`` is what the trainee had said before."""
    from evaluation.advice import CARRIED
    from evaluation.better_lines import Moment
    from personas.persona import MET

    mind = one.before
    mood, caller = mind.mood, mind.caller
    rises = [entry for entry in one.answer.change.ledger if entry.points > 0 and entry.cause not in CARRIED]
    rises.sort(key=lambda entry: -entry.points)
    return Moment(
        persona=mind.persona, agent=mind.agent, turn=one.turn, told=tuple(caller.told), text=one.reply.text,
        hurt=tuple((entry.cause, entry.quote) for entry in rises),
        helped=tuple(
            act.quote for act in one.answer.acts if act.quote and act.name in one.answer.change.eased and act.spec >= ABOUT_HER
        ),
        earlier=tuple(earlier),
        met=frozenset(name for name, level in mood.met.items() if level >= MET), known=frozenset(mood.known),
        revealed=frozenset(caller.facts.given), supervisor_open=caller.supervisor.open,
        early=mood.points >= 80 or (mood.heard < 0.30 and mood.points >= 55),
    )  # fmt: skip


def try_lines(
    one: "Answered", earlier: Sequence[str], reader: "ReplyReader", matcher: "Matcher"
) -> "tuple[Tried, ...]":
    """The candidates for a moment with what each would have done, the one to suggest first."""
    from evaluation.better_lines import try_all

    persona = one.before.persona

    def trial(text: str) -> int:
        return one.instead(text, reader.read(text, one.line), matcher.match(text, persona)).after.anger

    return try_all(moment_of(one, earlier), trial)


class Models:
    """Reader and matcher, loaded beside whatever is done until they are needed; a call is read in that time.

    What goes wrong is raised when they are needed: a debrief without a rise needs neither.
    """

    def __init__(self) -> None:
        # Imported here and not beside: two threads that import hold each other up.
        import onnxruntime  # noqa: F401
        import tokenizers  # noqa: F401

        from evaluation.matcher import EmbeddingMatcher
        from evaluation.reader import TransformerReader
        from simulator import settings

        self._reader: TransformerReader | None = None
        self._matcher: EmbeddingMatcher | None = None
        kept = settings.cache_folder() / "sentences"

        def load_reader() -> None:
            self._reader = TransformerReader.load()

        def load_matcher() -> None:
            self._matcher = EmbeddingMatcher.load(kept=kept)

        self._work = Background((load_matcher, load_reader))

    def both(self) -> "tuple[ReplyReader, Matcher]":
        """Ready. Raises ModelError."""
        self._work.finish()
        assert self._reader is not None and self._matcher is not None
        return self._reader, self._matcher


def trier(call: "RecordedCall", models: Models | None = None) -> "Callable[[TraineeTurn], tuple[Tried, ...]]":
    """Tries better lines for a turn of this call; without ``models`` they are loaded when the first one is tried."""

    def attempt(turn: "TraineeTurn") -> "tuple[Tried, ...]":
        from simulator.commands import reported

        moment = answered_turn(call, turn.turn)
        if moment is None:
            return ()
        said = [one.text for one in reported(command for step in call.steps for command in step.commands)]
        return try_lines(moment, said[: turn.turn - 1], *(models or Models()).both())

    return attempt


def answered_turn(call: "RecordedCall", turn: int) -> "Answered | None":
    """The moment of a turn of a recorded call; None when this version plays the call otherwise up to there."""
    from simulator.errors import EngineError
    from simulator.moments import answered

    try:
        return answered(call, turn)
    except EngineError:
        return None
