"""What would make a caller better who can be played already: where lines are missing or few, what can hardly come up,
and words that want thinking about. Nothing here is an error but a call that no trainee could ever win.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from personas.delicate import delicate
from personas.draft import Draft, Path
from personas.rules import ENOUGH_TO_ACCEPT, ENOUGH_TO_CLOSE
from personas.vocabulary import ANY, MOODS

HARDLY_TAKEN: Final = 70
"""An offer that meets a demand less than this is taken only when she is nearly calm and trusts (engine, section 5)."""
RICH: Final = 40
"""Own lines under which two calls with a caller sound alike; the callers that ship have 250 and more."""
TOO_FAR: Final = 2
"""Bands between a mood and the nearest lines from which those sound wrong: a furious caller with a calm line."""
_ONLY_IN: Final[dict[str, tuple[str, ...]]] = {
    "greeting": (),  # only the mood she begins in, which is looked at by itself
    "warming": ("calm", "annoyed", "angry"),
    "not_ready": ("annoyed", "angry", "furious"),
    "supervisor": ("annoyed", "angry", "furious"),
    "last_warning": ("furious",),
    "hang_up": ("angry", "furious"),
    "close_warm": ("calm",),
    "close_cool": ("annoyed",),
}
"""Moods in which a situation comes up, where that is not all of them."""
_ONCE: Final = frozenset({"greeting", "story", "hang_up", "close_warm", "close_cool", "times_out", "stop_word"})
"""Situations that come at most once in a call, so that two lines are enough."""
_WORDS_ABOUT_THEM: Final = (("title",), ("story",), ("who", "work"), ("who", "today"), ("who", "talks_like"))


def apply_advice(draft: Draft) -> None:
    """Add to ``draft`` what could be better. Silent about parts that could not be read."""
    for rule in _RULES:
        rule(draft)


def _moods_are_covered(draft: Draft) -> None:
    lines: dict[str, dict[str, tuple[str, ...]]] = draft.values.get("lines") or {}
    for situation, moods in lines.items():
        own = [mood for mood in MOODS if moods.get(mood)]
        if ANY in moods or not own or situation == "story":
            continue
        wanted = _ONLY_IN.get(situation, MOODS) if situation != "greeting" else (_starts_in(draft),)
        bare = [mood for mood in wanted if min(_between(mood, each) for each in own) >= TOO_FAR]
        if bare:
            nearest = min(own, key=lambda each: _between(bare[0], each))
            what = f"lines: {situation} has nothing for {' or '.join(bare)}; the nearest lines are for {nearest}."
            draft.note(("lines", situation), "advice", what, f"Write some for {bare[-1]}, or under any:.")


def _lines_are_many(draft: Draft) -> None:
    lines = draft.values.get("lines")
    if lines is None or "lines" in draft.broken:
        return
    for situation, moods in lines.items():
        for mood, texts in moods.items():
            if len(texts) == 2 and situation not in _ONCE:
                what = f"lines: {situation} ({mood}) has two lines; give 3 or more."
                draft.note(("lines", situation, mood), "advice", what, "The third time, the caller must borrow.")
    own = sum(len(texts) for moods in lines.values() for texts in moods.values())
    if own < RICH:
        what = f"lines: the caller has {own} lines of their own; under {RICH}, two calls sound alike."
        draft.note(("lines",), "advice", what, "A caller for daily use has 120 and more.")


def _call_can_be_won(draft: Draft) -> None:
    if draft.broken & {"demands", "offers"}:
        return
    demands = draft.values.get("demands", ())
    best: dict[str, int] = {}
    for offer in draft.values.get("offers", ()):
        for name, level in offer.get("gives", ()):
            best[name] = max(level, best.get(name, 0))
    for index, demand in enumerate(demands):
        level = best.get(demand.get("id"), 0)
        if demand.get("must") and ENOUGH_TO_ACCEPT <= level < HARDLY_TAKEN:
            what = (
                f"demand '{demand['id']}' is met to {level} of 100 by the best offer: taken only in a very good call."
            )
            draft.note(("demands", index), "advice", what, "Give one offer 80 or more, if it can be settled at all.")
    if any(best.get(each.get("id"), 0) < ENOUGH_TO_ACCEPT and not each.get("out_of_reach") for each in demands):
        return  # told already, demand by demand
    if sum(each.get("points", 0) for each in demands if each.get("out_of_reach")) > 100 - ENOUGH_TO_CLOSE:
        return  # told already
    shown = [each for each in demands if not each.get("hidden")]
    if demands and all(_reached(some, best) < ENOUGH_TO_CLOSE for some in (shown, demands)):
        most = max(_reached(some, best) for some in (shown, demands))
        what = f"all the best offers together reach {most:.0f} of 100 points; a call closes at {ENOUGH_TO_CLOSE}."
        draft.note(("demands",), "error", f"{what} It could never be resolved.", "Let an offer give more.")


def _reached(demands: Any, best: dict[str, int]) -> float:
    points = sum(each.get("points", 0) for each in demands)
    met = sum(each.get("points", 0) * best.get(each.get("id"), 0) for each in demands)
    return met / points if points else 0.0


def _days_mean_something(draft: Draft) -> None:
    if "who" in draft.broken or draft.values.get("who", {}).get("weekday"):
        return
    for index, demand in enumerate(draft.values.get("demands", ())):
        if demand.get("by"):
            what = f"demand '{demand.get('id', '?')}' has a day it is needed by, but the call has none, so it never counts."
            draft.note(("demands", index, "by"), "warning", what, "Write 'weekday: monday' under who.")


def _curveballs_can_come(draft: Draft) -> None:
    for index, ball in enumerate(draft.values.get("curveballs", ())):
        after, before = ball.get("after", 3), ball.get("before", 8)
        if before < after:
            what = f"curveball {index + 1} is due by reply {before}, but not before reply {after}."
            draft.note(("curveballs", index), "warning", what, "Let 'before' be the larger number.")
        if ball.get("chance") == 0:
            draft.note(
                ("curveballs", index, "chance"), "advice", f"curveball {index + 1} has chance 0: it never comes."
            )
        if ball.get("kind") == "someone_else" and not ball.get("back"):
            what = f"curveball {index + 1}: nothing is said when the caller has the phone again."
            draft.note(("curveballs", index), "advice", what, 'Write back: ["..."].')


def _triggers_do_something(draft: Draft) -> None:
    seen: dict[str, int] = {}
    for index, trigger in enumerate(draft.values.get("triggers", ())):
        act = trigger.get("when")
        if act is None:
            continue
        if act in seen:
            what = f"trigger 'when: {act}' is already on line {seen[act]}."
            draft.note(("triggers", index, "when"), "warning", what, "Make one of the two.")
        seen.setdefault(act, draft.where.get(("triggers", index, "when"), (1, 1))[0])
        if not {"times", "times_calm", "say"} & set(trigger) and "triggers" not in draft.broken:
            what = f"trigger 'when: {act}' does nothing: it has neither 'times' nor 'times_calm' nor 'say'."
            draft.note(("triggers", index), "warning", what)


def _words_are_weighed(draft: Draft) -> None:
    for path, text in (*_about_them(draft), *_spoken(draft)):
        for level, message, hint in delicate(text):
            draft.note(path, level, f"{_place(path)}: {message}", hint)


def _about_them(draft: Draft) -> Iterator[tuple[Path, str]]:
    for path in _WORDS_ABOUT_THEM:
        value: Any = draft.values
        for key in path:
            value = value.get(key, {}) if isinstance(value, dict) else {}
        if isinstance(value, str):
            yield path, value


def _spoken(draft: Draft) -> Iterator[tuple[Path, str]]:
    """Everything the caller says, with its place."""
    for situation, moods in (draft.values.get("lines") or {}).items():
        for mood, texts in moods.items():
            yield from (((("lines", situation, mood, index)), text) for index, text in enumerate(texts))
    for section in ("facts", "hidden_needs", "demands", "offers", "triggers", "curveballs"):
        for number, entry in enumerate(draft.values.get(section, ())):
            for key in ("say", "again", "angry", "not_yet", "accept", "reject", "back"):
                for index, text in enumerate(entry.get(key, ())):
                    yield (section, number, key, index), text


def _place(path: Path) -> str:
    if path[0] == "lines":
        return f"lines: {path[1]}" + (f" ({path[2]})" if path[1] != "story" else "")
    return " ".join(str(each) for each in path if isinstance(each, str))


def _starts_in(draft: Draft) -> str:
    start = draft.values.get("temper", {}).get("start_anger", 65)
    return next((mood for mood, edge in zip(MOODS, (30, 55, 80), strict=False) if start < edge), MOODS[-1])


def _between(some: str, other: str) -> int:
    return abs(MOODS.index(some) - MOODS.index(other))


_RULES: Final[tuple[Callable[[Draft], None], ...]] = (
    _moods_are_covered,
    _lines_are_many,
    _call_can_be_won,
    _days_mean_something,
    _curveballs_can_come,
    _triggers_do_something,
    _words_are_weighed,
)
