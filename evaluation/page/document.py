"""Debrief in, page out: one file that loads nothing, from a template that escapes everything.

The style and the script are inside the page and named in its Content-Security-Policy by their hash, so that nothing else
can run or load, whatever was said in the call. Sound is in data URIs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from evaluation import rubric
from evaluation.advice import ENDINGS, first_name
from evaluation.debrief import BADGE, FLAGS, TITLES, Debrief, delays, promises, talk, unsaid
from evaluation.delivery import Measure
from evaluation.history import Change
from evaluation.items import Item
from evaluation.mediation import attention
from evaluation.overlay import Overlay, flag_lines, item_key, item_lines, people_scores, turn_lines
from evaluation.page import plots
from evaluation.page.clips import Clip, clip_spans, within
from evaluation.page.frame import asset, environment, policy
from evaluation.page.places import Places, Ref
from evaluation.page.rules import RULES
from evaluation.page.sections import bar, findings, interruptions, marks, remarked, scored, wants, wordless
from evaluation.retake import Retake


def to_page(
    debrief: Debrief,
    *,
    changes: Sequence[Change] = (),
    clips: Mapping[str, Clip] | None = None,
    overlay: Overlay | None = None,
    again: str = "",
    retake: Retake | None = None,
    voice: Sequence[Measure] = (),
    kept_templates: Path | None = None,
) -> str:
    """The whole debrief as HTML. The same arguments give the same text on every machine.

    ``changes`` compares each score with the trainee's own calls before (``evaluation.history.past``); empty shows none.
    ``clips`` holds sound by the names of ``clip_spans``; what is missing has no player, and what would make the page
    larger than 12 MB is left out, uncited lines first. ``overlay`` is what people say about the debrief: it stands under
    what it is about, no value is replaced. ``again`` is the command that takes this call up again.
    ``retake`` sets a call that takes another up again beside that one: both curves stand in one plot. ``voice`` is how
    each turn was spoken (``evaluation.delivery``). Compiled templates are kept in the folder ``kept_templates``, if given.
    """
    timeline = debrief.timeline
    kept = within(clip_spans(debrief), clips or {})
    places = Places.of(debrief, kept)
    remarks = overlay or Overlay()
    style, script = asset("page.css"), asset("page.js")
    of_two = debrief.of_two
    parties = (("", debrief),) if of_two is None else tuple(zip(of_two.names, of_two.each, strict=True))
    retakes = retake.each() if retake is not None else ()
    page = environment(kept_templates).get_template("page.html")
    return page.render(
        debrief=debrief,
        timeline=timeline,
        caller=first_name(debrief.persona) if of_two is None else " and ".join(of_two.names),
        parties=parties,
        scored=scored(debrief),
        second=plots.curve(of_two.each[1], retakes[1] if retakes else None) if of_two is not None else None,
        given=attention(timeline, debrief.persona) if of_two is not None else (),
        reached={one.turn: one for one in timeline.reached},
        badge=BADGE,
        titles=TITLES,
        outcome=ENDINGS[timeline.outcome],
        changes={change.score: change for change in changes if of_two is None},
        compared=any(change.change is not None for change in changes),
        again=again,
        places=places,
        clips=kept,
        left_out=len(set(clips or {}) - set(kept)),
        curve=plots.curve(
            debrief if of_two is None else replace(of_two.each[0], turning_points=()), retakes[0] if retakes else None
        ),
        moves=[(name, point) for name, made in parties for point in made.turning_points],
        retake=retake,
        retakes=tuple(zip((name for name, _ in parties), retakes, strict=False)),
        ticks=marks(timeline, retake.end_ms if retake else timeline.end_ms),
        voice=voice,
        plots=plots,
        up=lambda measure, value: plots.share(value - measure.bottom, measure.top - measure.bottom),
        talk=talk(timeline),
        bar=bar(timeline),
        marks=marks(timeline, timeline.end_ms),
        interruptions=interruptions(timeline, places, kept),
        delays=delays(timeline),
        promises=promises(timeline),
        unsaid=[need for _, made in parties for need in unsaid(made.timeline, made.persona)],
        wants=[want for _, made in parties for want in wants(made)],
        people=_with_people(debrief, remarks),
        remarked=remarked(debrief, remarks),
        item_key=item_key,
        findings=findings,
        wordless=wordless,
        item_lines=lambda item: item_lines(remarks, item),
        flag_lines=lambda flag: flag_lines(remarks, flag),
        turn_lines=lambda turn: turn_lines(remarks, turn.turn, [label.label for label in turn.reading.labels]),
        flag_names=FLAGS,
        rules=RULES,
        item_ref=lambda item: _item_ref(places, item),
        style=style,
        script=script,
        policy=policy(style, script),
    )


def _with_people(debrief: Debrief, remarks: Overlay) -> dict[str, int | None]:
    """The scores in which people have set a value, with those values; by place, as in ``scored``."""
    if not remarks.remarks:
        return {}
    if debrief.of_two is None:
        return people_scores(debrief, remarks, rubric.shipped())
    each = enumerate(people_scores(made, remarks, rubric.shipped()) for made in debrief.of_two.each)
    return {f"{name}-{n}": score for n, found in each for name, score in found.items()}


def _item_ref(places: Places, item: Item) -> Ref | None:
    return places.ref(item.by, item.start_ms, item.end_ms)
