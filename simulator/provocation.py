"""What provokes her: which of the things that were done to her with a reply she may react to, the strongest first."""

from collections.abc import Iterator
from typing import Final

from simulator import wording
from simulator.mood import Change, Turn

CALM_DOWN: Final = ("calm down", "relax", "calm yourself", "take a breath", "settle down", "lower your voice")
HIMSELF: Final = (
    "wasn't me", "was not me", "not me", "wasn't us", "not us", "this on me", "that on me", "it on me", "blame me",
    "blame us", "i'm doing", "we're doing", "my job", "my best", "our best", "i'm trying", "personally",
    "hold us responsible", "every company", "we're busy", "we are busy", "high volume", "short of staff",
)  # fmt: skip
"""What a trainee says who defends himself; without it an argument disputes what she has said."""
HARSH: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("sided_against", frozenset({"sided"})),
    ("refused", frozenset({"wall"})),
    ("brushed_off", frozenset({"dismiss"})),
    ("hurried", frozenset({"rush"})),
    ("voice_raised", frozenset({"raised_voice"})),
    ("contradiction", frozenset({"contradiction"})),
    ("transfer", frozenset({"transfer"})),
    ("what_was_that", frozenset({"jargon"})),
)
"""Situation of a reaction, and the causes of hurt that call for it, in this order."""
REACTIONS: Final = frozenset({"interrupted", "told_to_calm_down", "blamed", "trigger", "parrot", "flattered", "hold_after", "boundary",
                              "silence", "left_out", "not_done", "mumbled", "contradicted", "excused", "refused_early",
                              *(name for name, _ in HARSH)})  # fmt: skip
STOPPING: Final = frozenset({"blamed", "told_to_calm_down", "trigger", "not_done", "contradicted", "excused",
                             "refused_early", *(name for name, _ in HARSH)})  # fmt: skip
"""Reactions after which she waits for an answer, but not twice running."""
ASKING: Final = frozenset({"what_was_that", "mumbled", "promise_again"})
"""Reactions that ask the trainee to speak: she never talks on after them."""
WITH_A_WARNING: Final = frozenset({"blamed", "told_to_calm_down", "trigger", "contradicted", "excused", "refused",
                                   "refused_early", "brushed_off", "hurried", "contradiction"})  # fmt: skip
"""Reactions that a last warning may follow in the same breath."""
GRUNTS: Final = frozenset({"backchannel", "let_finish"})
LONG_SILENCE_S: Final = 12.0
LONG_HOLD_S: Final = 20.0
"""A shorter wait is not worth a word."""
_COUNTS: Final = dict(
    enumerate(
        """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
        nineteen twenty""".split(),
        start=2,
    )
)


def provocations(
    turn: Turn, change: Change, *, may_parrot: bool, unfinished: bool, asked_nothing: bool, praised: bool
) -> Iterator[tuple[str, dict[str, str]]]:
    """(situation, values of its placeholders), the strongest first; a trigger as ``trigger`` and its number.

    ``may_parrot`` is whether she has not lately complained of stock phrases, ``unfinished`` whether something is open
    that she wants, ``asked_nothing`` whether she has not yet come to say what,
    ``praised`` whether she has had one compliment after another.
    """
    hurt = change.hurt
    if "talk_over" in hurt:
        yield "interrupted", {}
    if "dismiss" in hurt and any(wording.has_phrase(turn.text, phrase) for phrase in CALM_DOWN):
        yield "told_to_calm_down", {}
    if "blame" in hurt:
        yield "blamed", {}
    if asked_nothing and "wall" in hurt:
        yield "refused_early", {}
    for index in change.triggered:
        yield f"trigger{index}", {}
    if "argue" in hurt:
        himself = any(act.variant in ("excuse", "buck") or any(wording.has_phrase(act.quote or turn.text, cue) for cue in HIMSELF)
                      for act in turn.acts if act.name == "argue")  # fmt: skip
        yield "excused" if himself else "contradicted", {}
    for situation, causes in HARSH:
        if causes & hurt:
            yield situation, {}
    accepted = any(verdict.verdict == "accepted" for verdict in change.verdicts)
    if change.parroted and may_parrot and not accepted:
        yield "parrot", {"count": _COUNTS.get(change.parrot_count, "too many")}
    elif (
        unfinished
        and not accepted
        and {act.name for act in turn.acts} & {"gratitude"}
        and ("ignored_question" in hurt or praised)
    ):
        yield "flattered", {}
    if turn.hold is not None and turn.hold.seconds >= LONG_HOLD_S:
        minutes = max(1, round(turn.hold.seconds / 60))
        yield "hold_after", {"minutes": _COUNTS.get(minutes, "a hundred") if minutes > 1 else ""}
    if "left_out" in hurt:
        yield "left_out", {}
    if any(act.name == "boundary" for act in turn.acts):
        yield "boundary", {}
    if "dead_air" in hurt and turn.silence_s >= LONG_SILENCE_S:
        yield "silence", {}
    if turn.closes and unfinished and not change.verdicts:
        yield "not_done", {}


def only_grunts(turn: Turn) -> bool:
    """Whether a reply was no more than "mm, yes"."""
    return {act.name for act in turn.acts} <= GRUNTS and len(wording.words(turn.text)) <= 3
