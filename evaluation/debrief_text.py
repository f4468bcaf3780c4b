"""The debrief in a terminal, and as plain text.

Order follows the page (debrief.md, section 7): what happened in one sentence, the curve with its two turning points,
one thing to keep, one to try, the three scores; then the evidence, the ledger and the words. Everything people or
models said is shown as it is: control characters are taken out and nothing is read as markup.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.text import Text

from evaluation.advice import CARRIED, clock, first_name, shorten
from evaluation.curve import draw_curve, draw_two
from evaluation.debrief import BADGE, FLAGS, TITLES, Debrief, OfTwo, anger, delays, talk, unsaid
from evaluation.delivery import Measure
from evaluation.items import NOT_OBSERVED, Item, Score
from evaluation.mediation import attention, transcript
from evaluation.overlay import Overlay, flag_lines, item_lines, people_scores, turn_lines
from evaluation.retake import Retake
from evaluation.rubric import shipped
from evaluation.timeline import TraineeTurn
from simulator.commands import LedgerEntry

_VALUES: Final = {
    "yes": ("yes ", "green"),
    "partly": ("part", "yellow"),
    "no": ("no  ", "red"),
    NOT_OBSERVED: ("--  ", "dim"),
}
_BANDS: Final = {"strong": "green", "steady": "cyan", "building": "yellow", NOT_OBSERVED: "dim"}
_CURVE_ROWS: Final = 8
_MAX_WIDTH: Final = 100
_OTHERS: Final = 3
"""Better lines shown, the suggested one among them."""


def clean(text: str) -> str:
    """Text on one line without control, formatting or invisible characters, so that it cannot steer a terminal."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def to_text(
    debrief: Debrief,
    *,
    width: int = 80,
    overlay: Overlay | None = None,
    retake: Retake | None = None,
    voice: Sequence[Measure] = (),
) -> str:
    """The whole debrief as plain ASCII-framed text without colour (what people and models said keeps its letters)."""
    out = io.StringIO()
    console = Console(file=out, width=width, color_system=None, force_terminal=False, legacy_windows=False)
    show(debrief, console, plain=True, overlay=overlay, retake=retake, voice=voice)
    return out.getvalue()


def show(
    debrief: Debrief,
    console: Console,
    *,
    plain: bool = False,
    overlay: Overlay | None = None,
    retake: Retake | None = None,
    voice: Sequence[Measure] = (),
) -> None:
    """Print the debrief; ``plain``, or a console without Unicode, gets no drawing characters and no colour.

    What people say about it (``overlay``) stands under what it is about; no automatic value is replaced.
    A call that takes another up again (``retake``) is drawn beside that one; ``voice`` is how
    each turn was spoken.
    """
    page = _Page if debrief.of_two is None else _PageOfTwo
    page(debrief, console, plain or not _unicode(console), overlay or Overlay(), retake, voice).whole()


def _unicode(console: Console) -> bool:
    return console.encoding.lower().startswith("utf")


@dataclass(frozen=True, slots=True)
class _Page:
    debrief: Debrief
    console: Console
    plain: bool
    overlay: Overlay
    retake: Retake | None
    voice: Sequence[Measure]

    @property
    def width(self) -> int:
        return min(self.console.width, _MAX_WIDTH)

    def whole(self) -> None:
        self.top()
        for score in self.debrief.scores:
            self.items(score)
        self.ledger()
        self.transcript()
        self.measures()
        self.foot()

    # -- printing ---------------------------------------------------------------------------------------------------

    def say(self, *parts: str | tuple[str, str], indent: int = 0, hang: int = 0) -> None:
        """One paragraph: plain strings and (string, style) pairs; never markup. ``hang`` indents its further lines."""
        text = Text()
        for part in parts:
            words, style = part if isinstance(part, tuple) else (part, "")
            text.append(words, style="" if self.plain else style)
        room = max(20, self.width - indent - hang)
        first, *rest = text.wrap(self.console, room + hang) or [text]
        if rest and hang:  # wrap what follows the first line anew, narrower
            used = len(first.plain)
            used += len(text.plain[used:]) - len(text.plain[used:].lstrip())
            rest = list(text[used:].wrap(self.console, room))
        for row, line in enumerate([first, *rest]):
            line.rstrip()
            self.line(Text(" " * (indent + (hang if row else 0))) + line)

    def remarks(self, lines: Iterable[str], indent: int) -> None:
        """What people say about what stands above."""
        for line in lines:
            self.say((f"* {clean(line)}", "magenta"), indent=indent, hang=2)

    def line(self, text: str | Text, style: str = "") -> None:
        """One line that is never wrapped."""
        text = Text(text, style="" if self.plain else style) if isinstance(text, str) else text
        if not _unicode(self.console):
            text = Text(text.plain.encode(self.console.encoding, "replace").decode(self.console.encoding))
        self.console.print(text, no_wrap=True, overflow="crop", highlight=False)

    def title(self, text: str) -> None:
        rule = "-" if self.plain else "─"
        self.line("")
        self.line(f"{rule * 2} {text} {rule * max(0, self.width - len(text) - 4)}", "bold")

    # -- first screen -----------------------------------------------------------------------------------------------

    def top(self) -> None:
        debrief, name = self.debrief, clean(first_name(self.debrief.persona))
        self.say((clean(debrief.headline), "bold"))
        self.title(f"Anger of {name}")
        self.curve()
        self.then_and_now()
        self.scores()
        self.flags()
        self.title("Keep one")
        self.say(clean(debrief.keep.text))
        self.title("Try one")
        self.say(clean(debrief.try_.text))
        if debrief.try_.words:
            self.say("Try: ", (f'"{clean(debrief.try_.words)}"', "bold"))
        if debrief.try_.why:
            self.say("Why: ", clean(debrief.try_.why))
        for other in debrief.try_.tried[1:_OTHERS]:
            self.say(f'or, to {other.anger / 1000:.0f}: "{clean(other.words)}"', indent=2, hang=2)

    def curve(self) -> None:
        numbers, timeline = anger(self.debrief.timeline, self.debrief.persona), self.debrief.timeline
        points = self.debrief.turning_points
        marks = [(point.turn.end_ms / 1000, "AB"[index]) for index, point in enumerate(points)]
        for line in draw_curve(
            [(t_s, level) for t_s, level in numbers["curve"]], timeline.end_ms / 1000, marks,
            width=max(20, self.width - 6), height=_CURVE_ROWS, plain=self.plain,
        ):  # fmt: skip
            self.line(line)
        for index, point in enumerate(points):
            quote = f' "{clean(shorten(point.quote, 120))}"' if point.quote else ""
            cause = f" {point.cause.replace('_', ' ')}:" if point.cause else ""
            style = "red" if point.points > 0 else "green"
            self.say(
                (f"{'AB'[index]} ", "bold"), f"{clock(point.turn.start_ms)} ", (f"{point.points / 1000:+.1f}", style),
                f"{cause}{quote}", hang=2,
            )  # fmt: skip
        self.say(
            f"Start {numbers['start']:.1f}, peak {numbers['peak']:.1f}, end {numbers['end']:.1f}. "
            "Anger is the caller's, out of 100; it is not a score of yours."
        )

    def then_and_now(self) -> None:
        """A moment taken up again beside the call it comes from."""
        for again in self.retake.each() if self.retake is not None else ():
            self.beside(again)

    def beside(self, again: Retake) -> None:
        """Both curves of one caller, and what was said at the moment."""
        whose = f"{clean(first_name(again.now.persona))}: then" if self.debrief.of_two is not None else "Then"
        self.title(f"{whose} ({'.' if self.plain else '·'}) and now ({'*' if self.plain else '●'})")
        width = max(20, self.width - 6)
        for line in draw_two(*again.drawn(), again.parts_ms / 1000, width=width, height=_CURVE_ROWS, plain=self.plain):
            self.line(line)
        self.say(again.headline())
        for name, turn in zip(("then", "now"), again.said, strict=True):
            if turn is not None:
                self.say(f'You said {name}, {clock(turn.start_ms)}: "{clean(turn.text)}"', hang=2)

    def scores(self) -> None:
        self.title(f"Scores ({BADGE})")
        self.scores_in(self.debrief)

    def scores_in(self, debrief: Debrief) -> None:
        """A line for each score, and what it would be with the values that people set."""
        people = people_scores(debrief, self.overlay, shipped()) if self.overlay.remarks else {}
        for score in debrief.scores:
            self.score_line(score)
            if people.get(score.name) is not None:
                self.remarks([f"{people[score.name]} with the values that people set below"], 16)

    def score_line(self, score: Score) -> None:
        label = f"{TITLES[score.name]:<16}"
        if score.score is None:
            self.say(label, (f"not observed: too little to judge ({score.low}-{score.high} possible)", "dim"))
            return
        filled = round(score.score / 5)
        full, empty = ("#", ".") if self.plain else ("█", "░")
        self.say(
            label, (full * filled + empty * (20 - filled), _BANDS[score.band]), f" {score.score:>3}  ",
            (f"{score.band:<8}", _BANDS[score.band]), f"  between {score.low} and {score.high}",
        )  # fmt: skip

    def flags(self) -> None:
        for flag in self.debrief.flags:
            self.say(
                ("Flag: ", "bold red"), f"{FLAGS[flag.flag]} at {clock(flag.start_ms)}: ",
                f'"{clean(flag.quote)}" (in no score; open to review)', hang=6,
            )  # fmt: skip
            self.remarks(flag_lines(self.overlay, flag), 6)

    # -- evidence ---------------------------------------------------------------------------------------------------

    def items(self, score: Score) -> None:
        self.title(f"{TITLES[score.name]}: what it is made of")
        self.listed(score)

    def listed(self, score: Score) -> None:
        """The items of a score."""
        for item in score.items:
            if not (item.rule_id == "persona.penalty" and item.value == "no"):
                self.item(item)

    def item(self, item: Item) -> None:
        value, style = _VALUES[item.value]
        if item.max or item.points:
            points = f"{item.points:.0f} of {item.max:.0f}" if item.max else f"{item.points:+.0f}"
            if item.rule_id.startswith("persona."):
                points = f"{item.points:+.0f} on top"
        else:
            points = "not counted" if item.value == NOT_OBSERVED else "0"
        unsure = (
            f", heard at {item.asr_confidence:.0%}"
            if item.asr_confidence is not None and item.asr_confidence < self.debrief.clear_from
            else ""
        )
        note = f" - {clean(item.note)}" if item.note else ""
        self.say((value, style), f" {clean(item.title)} ({points}{unsure}){note}", hang=5)
        if item.quote and item.start_ms is not None:
            who = clean(first_name(self.debrief.persona)) if item.by == "caller" else "you"
            moved = f" [anger {item.anger / 1000:+.1f}]" if item.anger else ""
            self.say((f'{clock(item.start_ms)} {who}: "{clean(shorten(item.quote))}"{moved}', "dim"), indent=5, hang=5)
        self.remarks(item_lines(self.overlay, item), 5)

    def ledger(self) -> None:
        self.title("Why the anger moved, turn by turn")
        if not self.debrief.timeline.turns:
            self.say("There was no turn.")
        for turn in self.debrief.timeline.turns:
            self.say(
                (f"{turn.turn:>2} {clock(turn.start_ms):>5} ", "bold"),
                f"{turn.before.anger / 1000:.1f} -> {turn.after.anger / 1000:.1f} ",
                (f"({turn.change / 1000:+.1f})", "red" if turn.change > 0 else "green"), "  ",
                ", ".join(self.causes(turn.ledger)) or "nothing moved", hang=9,
            )  # fmt: skip

    @staticmethod
    def causes(ledger: Iterable[LedgerEntry]) -> list[str]:
        out = []
        for entry in ledger:
            note = f" ({clean(entry.note)})" if entry.note and entry.cause not in CARRIED else ""
            out.append(f"{clean(entry.cause).replace('_', ' ')} {entry.points / 1000:+.1f}{note}")
        return out

    def transcript(self) -> None:
        self.title("What was said")
        timeline, name = self.debrief.timeline, clean(first_name(self.debrief.persona))
        said: list[tuple[int, int, str, str, float, TraineeTurn | None]] = [
            (line.start_ms, 1, name, line.text + ("" if line.whole else " -"), 1.0, None)
            for line in timeline.lines
            if line.text
        ]
        said += [(turn.start_ms, 0, "You", turn.text, turn.confidence, turn) for turn in timeline.turns]
        for start_ms, _, who, text, confidence, turn in sorted(said, key=lambda each: each[:2]):
            unsure = f" (heard at {confidence:.0%})" if confidence < self.debrief.clear_from else ""
            self.say(
                (f"{clock(start_ms):>5} {who}: ", "cyan" if who == "You" else "magenta"),
                f"{clean(text)}{unsure}",
                hang=6,
            )
            if turn is not None:
                labels = [label.label for label in turn.reading.labels]
                self.remarks(turn_lines(self.overlay, turn.turn, labels), 6)

    # -- numbers ----------------------------------------------------------------------------------------------------

    def measures(self) -> None:
        timeline, persona = self.debrief.timeline, self.debrief.persona
        said, answered = talk(timeline), delays(timeline)
        missing = unsaid(timeline, persona)
        if not (missing or timeline.spoken):
            return
        self.title("Also")
        for need in missing:
            self.say(
                f'Never came out: "{clean(need["text"])}" A question that would have asked for it: '
                f'"{clean(need["ask"])}?"', hang=2,
            )  # fmt: skip
        if timeline.spoken and said["trainee_share"] is not None:
            self.say(
                f"Talking: you {said['trainee_s']:.0f} s, {clean(first_name(persona))} {said['caller_s']:.0f} s "
                f"({said['trainee_share']:.0%} yours), both at once {said['both_s']:.1f} s. Not scored.",
                hang=2,
            )
        for item in timeline.interruptions:
            who = "You spoke over the caller" if item.by == "trainee" else "The caller cut in"
            self.say(f"{who} at {clock(item.start_ms)} for {(item.end_ms - item.start_ms) / 1000:.1f} s.", hang=2)
        self.delivery()
        if answered["system_ms"] is not None:
            self.say(
                f"Response delay: ours {answered['system_ms']['median']} ms (median), "
                f"{answered['system_ms']['p95']} ms (95th percentile); acted by the caller "
                f"{answered['acted_ms']['median']} ms (median).", hang=2,
            )  # fmt: skip

    def delivery(self) -> None:
        """How each turn was spoken."""
        for measure in self.voice:
            self.say(f"{measure.title}: {clean(measure.text())} Not scored.", hang=2)

    def foot(self) -> None:
        self.title("How this was computed")
        self.say(
            f"From the recorded call and rubric version {self.debrief.rubric_version} alone: the same call gives the "
            "same numbers. What was not observed is left out and widens the range; words that were not heard clearly "
            f"cannot cost points. {BADGE.capitalize()}: not yet compared with the judgement of people. It describes "
            "words and delivery and infers no feelings of yours. Not for HR use."
        )


@dataclass(frozen=True, slots=True)
class _PageOfTwo(_Page):
    """The same for two people on the line: both curves in one plot, then everything for each, and whether it was fair."""

    def whole(self) -> None:
        of_two = self.debrief.of_two
        assert of_two is not None
        self.both(of_two)
        self.items(of_two.fairness)
        for name, made in zip(of_two.names, of_two.each, strict=True):
            page = _Page(made, self.console, self.plain, self.overlay, None, ())
            for score in made.scores:
                page.title(f"{name}: {TITLES[score.name]}")
                page.listed(score)
        self.ledgers(of_two)
        self.words_of_both(of_two)
        if self.voice:
            self.title("Also")
            self.delivery()
        self.foot()

    def both(self, of_two: OfTwo) -> None:
        """The first screen."""
        for made in of_two.each:
            self.say((clean(made.headline), "bold"))
        self.title(f"Anger of {clean(of_two.names[0])} and {clean(of_two.names[1])}")
        one, two = (
            [(t_s, level) for t_s, level in anger(made.timeline, made.persona)["curve"]] for made in of_two.each
        )
        for line in draw_two(one, two, 0.0, width=max(20, self.width - 6), height=_CURVE_ROWS, plain=self.plain):
            self.line(line)
        signs = (".", "*") if self.plain else ("·", "●")
        for sign, name, curve in zip(signs, of_two.names, (one, two), strict=True):
            levels = [level for _, level in curve]
            self.say(f"{sign} {clean(name)}: start {levels[0]:.1f}, peak {max(levels):.1f}, end {levels[-1]:.1f}")
        self.then_and_now()
        self.title(f"Scores ({BADGE})")
        self.score_line(of_two.fairness)
        for name, made in zip(of_two.names, of_two.each, strict=True):
            self.say((clean(name), "bold"))
            self.scores_in(made)
        self.flags()
        given = attention(self.debrief.timeline, self.debrief.persona)
        for one_given in given:
            self.say(
                f"{clean(one_given.name)}: {one_given.turns} of your replies, {one_given.words} words, called by name "
                f"{one_given.called} times; spoke {one_given.talk_s:.0f} s.", hang=2,
            )  # fmt: skip
        for name, made in zip(of_two.names, of_two.each, strict=True):
            self.title(f"{clean(name)}: keep one, try one")
            self.say(clean(made.keep.text))
            self.say(clean(made.try_.text))
            if made.try_.words:
                self.say("Try: ", (f'"{clean(made.try_.words)}"', "bold"))

    def ledgers(self, of_two: OfTwo) -> None:
        """What each turn did to each."""
        self.title("Why the anger moved, turn by turn, for each")
        timeline = self.debrief.timeline
        for first, second, reached in zip(timeline.turns, timeline.second, timeline.reached, strict=True):
            to = " and ".join(clean(of_two.names[n]) for n in reached.to)
            self.say((f"{first.turn:>2} {clock(first.start_ms):>5} ", "bold"), f"to {to}")
            for name, turn in zip(of_two.names, (first, second), strict=True):
                self.say(
                    f"{clean(name)} {turn.before.anger / 1000:.1f} -> {turn.after.anger / 1000:.1f} ",
                    (f"({turn.change / 1000:+.1f})", "red" if turn.change > 0 else "green"), "  ",
                    ", ".join(self.causes(turn.ledger)) or "nothing moved", indent=9, hang=2,
                )  # fmt: skip

    def words_of_both(self, of_two: OfTwo) -> None:
        """The transcript with the names of both."""
        self.title("What was said")
        timeline = self.debrief.timeline
        said = [(start_ms, 1, clean(name), text) for start_ms, name, text in transcript(timeline, of_two.names)]
        said += [(turn.start_ms, 0, "You", turn.text) for turn in timeline.turns]
        for start_ms, _, who, text in sorted(said, key=lambda each: each[:2]):
            style = "cyan" if who == "You" else "magenta"
            self.say((f"{clock(start_ms):>5} {who}: ", style), clean(text), hang=6)
