"""The live screen: who speaks, and the words where they are wanted. Nearly empty on purpose; the teaching comes after.

Lines only, no cursor movement: it works in a pipe, with a screen reader and on a dumb terminal.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.commands import Command, EndCall, HeardLine, ReportTurn, SayAloud, Voices
from simulator.console.output import clean
from simulator.events import CallStarted, Event, TraineeAction

ENDINGS = {
    "resolved": "The call was closed by the caller: settled.",
    "escalated": "The caller was handed to a supervisor.",
    "unresolved": "The call ended before it was settled.",
    "hung_up": "The caller hung up.",
    "timed_out": "The caller had to go.",
    "ended_fairly": "You ended the call after a fair limit and a warning.",
    "stopped": "The practice was stopped; everything until here is kept.",
}


@dataclass(slots=True)
class Screen:
    """Prints a call as it goes to standard error, so that results on standard output stay clean."""

    caller: str
    captions: bool
    """Whether the caller's words are shown."""
    echo: bool = False
    """Whether the trainee's recognised words are shown."""
    two: tuple[str, ...] = ()
    """What both are called, where two are on the line."""
    _echoed: tuple[int, str] = (0, "")
    """Turn and words that were shown last: he may go on."""

    def __call__(self, event: Event, commands: Sequence[Command]) -> None:
        """Watch one step of the call."""
        if isinstance(event, CallStarted):
            who = (
                "both callers are simulated and their voices are"
                if self.two
                else "the caller is simulated and the voice is"
            )
            self._line(f"This is practice: {who} computer-made.\n")
            if self.two:
                self._line(
                    f"Two people are on the line: {' and '.join(self.two)}. Say the name of the one you speak to.\n"
                )
        if isinstance(event, TraineeAction) and event.action == "hang_up":
            self._line("(you hang up)")
        if isinstance(event, TraineeAction) and event.action == "hold":
            self._line("(on hold; Enter takes the caller back, and so does speaking)")
        if isinstance(event, TraineeAction) and event.action == "resume":
            self._line("(off hold)")
        if isinstance(event, TraineeAction) and event.action == "key_down":
            self._line("(you talk; the key again ends your turn)")
        if isinstance(event, TraineeAction) and event.action == "key_up":
            self._line("(your turn is over)")
        for command in commands:
            match command:
                case ReportTurn(turn=turn, text=text) if self.echo:
                    went_on = turn == self._echoed[0] and text.startswith(self._echoed[1])
                    self._line(f"you: ... {clean(text[len(self._echoed[1]) :])}" if went_on else f"you: {clean(text)}")
                    self._echoed = turn, text
                case SayAloud(text=text, reason=reason):
                    if self.captions and not self.two:
                        cut_in = " (cuts in)" if reason == "cut_in" else ""
                        self._line(f"{self.caller}{cut_in}: {clean(text)}")
                    elif not self.two:
                        self._line(f"{self.caller} speaks ...")
                case Voices(said=said):
                    for party, words in said:
                        self._line(f"{self.two[party]}{f': {clean(words)}' if self.captions else ' speaks ...'}")
                case HeardLine(whole=False, text=text) if self.captions:
                    self._line(f"    (you heard: {clean(text) or 'nothing of it'})")
                case HeardLine() if not self.captions:
                    self._line("your turn")
                case EndCall(outcome=outcome):
                    self._line(f"\n{ENDINGS[outcome]}")

    def _line(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)
