"""Debrief in, page out: one file that loads nothing, from a template that escapes everything.

The style and the script are inside the page and named in its Content-Security-Policy by their hash, so that nothing else
can run or load, whatever was said in the call. Sound is in data URIs.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from evaluation.advice import clock, first_name, shorten
from evaluation.debrief import BADGE, TITLES, Debrief, delays, promises, talk, unsaid
from evaluation.history import Change
from evaluation.items import Item
from evaluation.mediation import attention
from evaluation.overlay import Overlay, flag_lines, item_lines, turn_lines
from evaluation.page import plots
from evaluation.page.clips import Clip, clip_spans, within
from evaluation.page.places import Places, Ref
from evaluation.page.rules import RULES
from evaluation.page.sections import bar, findings, interruptions, marks, wants

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE: Final = Path(__file__).parent
_FLAGS: Final = {"hostile_words": "Words that attack", "hung_up_first": "The call was ended on the caller"}
_OUTCOMES: Final = {
    "resolved": "settled", "escalated": "passed to a supervisor", "unresolved": "ended before it was settled",
    "hung_up": "the caller hung up", "timed_out": "time ran out", "ended_fairly": "an abusive call, ended by the book",
    "stopped": "the practice was stopped", None: "the recording ends before the call did",
}  # fmt: skip


def to_page(
    debrief: Debrief,
    *,
    changes: Sequence[Change] = (),
    clips: Mapping[str, Clip] | None = None,
    overlay: Overlay | None = None,
    again: str = "",
) -> str:
    """The whole debrief as HTML. The same arguments give the same text on every machine.

    ``changes`` compares each score with the trainee's own calls before (``evaluation.history.past``); empty shows none.
    ``clips`` holds sound by the names of ``clip_spans``; what is missing has no player, and what would make the page
    larger than 12 MB is left out, uncited lines first. ``overlay`` is what people say about the debrief: it stands under
    what it is about, no value is replaced. ``again`` is the command that takes this call up again.
    """
    timeline = debrief.timeline
    kept = within(clip_spans(debrief), clips or {})
    places = Places.of(debrief, kept)
    remarks = overlay or Overlay()
    style, script = _asset("page.css"), _asset("page.js")
    of_two = debrief.of_two
    people = (("", debrief),) if of_two is None else tuple(zip(of_two.names, of_two.each, strict=True))
    scored = [(score.name, "", score) for score in debrief.scores]
    if of_two is not None:
        scored = [("fairness", "", of_two.fairness)]
        scored += [(f"{score.name}-{n}", name, score) for n, (name, made) in enumerate(people) for score in made.scores]
    page = _environment().get_template("page.html")
    return page.render(
        debrief=debrief,
        timeline=timeline,
        caller=first_name(debrief.persona) if of_two is None else " and ".join(of_two.names),
        people=people,
        scored=scored,
        second=plots.curve(of_two.each[1]) if of_two is not None else None,
        given=attention(timeline, debrief.persona) if of_two is not None else (),
        reached={one.turn: one for one in timeline.reached},
        badge=BADGE,
        titles=TITLES,
        outcome=_OUTCOMES[timeline.outcome],
        changes={change.score: change for change in changes if of_two is None},
        compared=any(change.change is not None for change in changes),
        again=again,
        places=places,
        clips=kept,
        left_out=len(set(clips or {}) - set(kept)),
        curve=plots.curve(debrief if of_two is None else replace(of_two.each[0], turning_points=())),
        moves=[(name, point) for name, made in people for point in made.turning_points],
        pace=plots.pace(timeline.turns) if timeline.spoken else None,
        plots=plots,
        talk=talk(timeline),
        bar=bar(timeline),
        marks=marks(timeline),
        interruptions=interruptions(timeline, places, kept),
        delays=delays(timeline),
        promises=promises(timeline),
        unsaid=[need for _, made in people for need in unsaid(made.timeline, made.persona)],
        wants=[want for _, made in people for want in wants(made)],
        findings=findings,
        item_lines=lambda item: item_lines(remarks, item),
        flag_lines=lambda flag: flag_lines(remarks, flag),
        turn_lines=lambda turn: turn_lines(remarks, turn.turn, [label.label for label in turn.reading.labels]),
        flag_names=_FLAGS,
        rules=RULES,
        item_ref=lambda item: _item_ref(places, item),
        style=style,
        script=script,
        policy=_policy(style, script),
    )


def _item_ref(places: Places, item: Item) -> Ref | None:
    return places.ref(item.by, item.start_ms, item.end_ms)


def _policy(style: str, script: str) -> str:
    """Nothing loads, nothing runs and nothing is sent, but for this style, this script and the sound in the page."""
    return "; ".join(
        (
            "default-src 'none'", f"style-src '{_digest(style)}'", f"script-src '{_digest(script)}'",
            "media-src data:", "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'",
        )
    )  # fmt: skip


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode('ascii')}"


@cache
def _asset(name: str) -> str:
    from markupsafe import Markup

    text = (_HERE / name).read_text(encoding="utf-8")
    assert "</" not in text  # nothing in it may close the element that holds it
    return Markup(text)  # a file of ours


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=_printable, auto_reload=False,
    )  # fmt: skip
    made.filters.update(
        clock=clock, points=_points, thousandths=_thousandths, words=_words, shorten=shorten, s=_seconds
    )
    return made


def _printable(value: Any) -> Any:
    """Everything people or models said without control, line-breaking or bidirectional characters."""
    if type(value) is str and not value.isprintable():
        return "".join(char if char.isprintable() else " " for char in value)
    return value


def _points(thousandths: int) -> str:
    """A change of anger with a true minus, to a tenth of a point."""
    return f"{thousandths / 1000:+.1f}".replace("-", "\u2212")


def _thousandths(value: int) -> str:
    """The same to the thousandth, so that what is shown adds up."""
    return f"{value / 1000:+.3f}".replace("-", "\u2212")


def _words(name: str) -> str:
    """An id in words."""
    return name.replace("_", " ")


def _seconds(t_ms: int) -> str:
    """Call time for programs."""
    return f"{t_ms / 1000:.3f}"
