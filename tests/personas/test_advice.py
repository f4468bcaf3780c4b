"""What could be better about a caller who can be played: told with its place, and never about the callers that ship."""

from pathlib import Path

import pytest

from personas.checker import check
from personas.delicate import delicate
from personas.shelf import LIBRARY
from tests.personas.support import SMALL, dana, findings, line_of, spoil

WRITTEN = sorted(path for folder in ("library", "drafts") for path in (LIBRARY.parent / folder).glob("*.yaml"))
GREETING = '  greeting: {any: ["Hello, it\'s about a parcel.", "Hi. My parcel. Again."]}\n'

ADVISED = (
    (
        GREETING,
        GREETING + '  softens: {calm: ["Oh. Thank you.", "Well, thanks.", "Kind of you."]}\n',
        "  softens:",
        "advice: lines: softens has nothing for angry or furious; the nearest lines are for calm.",
    ),
    (
        GREETING,
        '  greeting: {calm: ["Hello, it\'s me.", "Hi. It is about my parcel."]}\n',
        "  greeting:",
        "advice: lines: greeting has nothing for angry; the nearest lines are for calm.",
    ),
    (
        GREETING,
        GREETING + '  accept: {any: ["All right then.", "Fine, do that."]}\n',
        "  accept:",
        "advice: lines: accept (any) has two lines; give 3 or more.",
    ),
    (
        GREETING,
        GREETING,
        "lines:",
        "advice: lines: the caller has 4 lines of their own; under 40, two calls sound alike.",
    ),
    (
        "gives: {arrives: 100}",
        "gives: {arrives: 65}",
        "demands:",
        "error: all the best offers together reach 65 of 100 points; a call closes at 70.",
    ),
    (
        "gives: {arrives: 100}",
        "gives: {arrives: 65}",
        "points: 100",
        "advice: demand 'arrives' is met to 65 of 100 by the best offer: taken only in a very good call.",
    ),
    (
        "must: true, say",
        "must: true, by: friday, say",
        "by: friday",
        "warning: demand 'arrives' has a day it is needed by, but the call has none, so it never counts.",
    ),
    (
        "lines:\n",
        'curveballs:\n  - {kind: bad_line, after: 6, before: 4, say: ["Sorry, what?", "You broke up."]}\nlines:\n',
        "kind: bad_line",
        "warning: curveball 1 is due by reply 4, but not before reply 6.",
    ),
    (
        "lines:\n",
        'curveballs:\n  - {kind: someone_else, say: ["Hello?", "Who is that?"]}\nlines:\n',
        "kind: someone_else",
        "advice: curveball 1: nothing is said when the caller has the phone again.",
    ),
    (
        "lines:\n",
        "triggers:\n  - {when: wall, times: 2}\n  - {when: wall, times: 1.5}\nlines:\n",
        "{when: wall, times: 1.5}",
        "warning: trigger 'when: wall' is already on line 11.",
    ),
    (
        "lines:\n",
        "triggers:\n  - {when: rush}\nlines:\n",
        "when: rush",
        "warning: trigger 'when: rush' does nothing",
    ),
    (
        "who: {name: Ann Weller}",
        "who: {name: Ann Weller, talks_like: In broken English.}",
        "talks_like",
        "advice: who talks_like: 'broken english' reads as a stereotype.",
    ),
    (
        "I want it here before Saturday.",
        "I want the bloody thing here, you shithead.",
        "shithead",
        "advice: demands say: 'shithead' is strong swearing.",
    ),
    (
        "It is still not here.",
        "Some retard lost it.",
        "Some retard",
        "warning: lines: story: 'retard' is a slur.",
    ),
)


@pytest.mark.parametrize(("old", "new", "place", "said"), ADVISED, ids=[said[:40] for *_, said in ADVISED])
def test_each_is_told_at_its_line(old: str, new: str, place: str, said: str) -> None:
    text = spoil(SMALL, old, new)

    found = [(each.line, f"{each.level}: {each.message}") for each in findings(text)]

    told = [line for line, note in found if note.startswith(said)]
    assert told == [line_of(text, place)], found


def test_a_rich_caller_with_all_moods_gets_no_advice() -> None:
    assert findings(dana(), name="dana_double_billing.yaml") == []


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_the_lists_leave_careful_callers_alone(path: Path) -> None:
    """They are meant for slips; if they went off on careful callers, nobody would read them."""
    assert [each for each in check(path) if "stereotype" in each.message or "slur" in each.message] == []


@pytest.mark.parametrize(
    "fine",
    [
        "What the hell is this?",
        "Damn right.",
        "It's Karen. Karen Boyd.",
        "You people never listen.",
        "Scunthorpe, Grassington, Cockburn.",
        "Only me, no one else.",
        "He said it with an accent on the word today.",
    ],
)
def test_everyday_words_are_left_alone(fine: str) -> None:
    assert list(delicate(fine)) == []
