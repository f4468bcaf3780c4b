"""What the checker says of files that authors really spoil, each with its line."""

from pathlib import Path

import pytest

from personas.checker import check
from personas.findings import PersonaError
from personas.loader import load
from personas.vocabulary import FIRST_TO_WRITE, SITUATIONS
from tests.personas.support import DANA, SMALL, dana, findings, line_of, spoil, written

NAME = "dana_double_billing.yaml"

SPOILED = {
    "range": (
        "difficulty: 3 ",
        "difficulty: 7 ",
        "difficulty: 7",
        "difficulty is 7, but it must be between 1 and 5.",
    ),
    "kind": (
        "start_anger: 68",
        "start_anger: high",
        "start_anger: high",
        "temper: start_anger should be a number between 0 and 100, not 'high'.",
    ),
    "unknown setting": (
        "  flares: 1.0",
        "  flare: 1.0",
        "  flare: 1.0",
        "temper has no setting 'flare'. Did you mean 'flares'?",
    ),
    "same id": (
        "  - id: dates\n",
        "  - id: amount\n",
        None,
        "the id 'amount' is already used on line {first}.",
    ),
    "points": (
        "    points: 15\n",
        "    points: 25\n",
        "demands:  # what",
        "the points of all demands add up to 110, they should add up to 100.",
    ),
    "need without demand": (
        "adds_demand: letter",
        "adds_demand: leter",
        "adds_demand: leter",
        "hidden need 'daycare' adds the demand 'leter', but there is no such demand. Did you mean 'letter'?",
    ),
    "demand nobody can meet": (
        "gives: {not_again: 100}",
        "gives: {fees: 100}",
        "  - id: not_again",
        "no offer can satisfy the demand 'not_again' (none gives it 60 or more). The call could never "
        "be resolved. 'out_of_reach: true' if that is meant.",
    ),
    "unknown act": (
        "when: vague_promise",
        "when: vague_promis",
        "when: vague_promis",
        "trigger 'when: vague_promis' is not something the listener can notice. Did you mean 'vague_promise'?",
    ),
    "unknown mood": (
        "  softens:\n    annoyed:",
        "  softens:\n    anoyed:",
        "    anoyed:",
        "lines: softens has 'anoyed', which is not a mood. Use calm, annoyed, angry, furious or any. "
        "Did you mean 'annoyed'?",
    ),
    "placeholder": (
        "said that {count} times now",
        "said that {times} times now",
        "{times}",
        "lines: parrot (any): {times} is not something I can fill in. Known: {count} {minutes} {agent} "
        "{promise} {day}.",
    ),
    "word read as bool": (
        '- "You asked me that already."',
        "- No",
        "      - No",
        "lines: asked_before (any): 'No' was read as bool, not as words. Put it in \"double quotes\".",
    ),
    "line read as map": (
        '- "I can send you a screenshot. But you can see your own billing system, can\'t you?"',
        "- Look: you can see your own billing system",
        "- Look: you",
        "facts 'proof' say: every line must be plain text. If the line contains ': ' put it in \"double quotes\".",
    ),
    "tab": (
        "  greeting:\n",
        "\tgreeting:\n",
        "\tgreeting",
        "there is a TAB here. YAML only allows spaces; replace it with two spaces.",
    ),
}
"""What was replaced by what, a part of the line it is told of (None: see the test), and what is told."""


@pytest.mark.parametrize("slip", SPOILED)
def test_each_slip_gives_its_one_error_at_its_line(slip: str) -> None:
    old, new, part, message = SPOILED[slip]
    text = spoil(dana(), old, new)
    if part is None:
        places = [number for number, line in enumerate(text.splitlines(), 1) if "  - id: amount" in line]
        line, message = places[1], message.format(first=places[0])
    else:
        line = line_of(text, part)

    (found,) = findings(text, "error", NAME)

    assert (line, message) == (found.line, f"{found.message} {found.hint}".strip())


def test_a_fact_that_nobody_can_ask_for() -> None:
    text = dana()
    start = text.index("    asked_like:\n      - do you have a case number")
    text = text[:start] + text[text.index("    say:", start) :]

    (found,) = findings(text, "error", NAME)

    assert line_of(text, "- id: case_number") == found.line
    assert found.message == "facts 'case_number' has no asked_like: questions, so nobody can ever ask for it."


def test_a_fact_with_few_questions_is_a_warning() -> None:
    text = dana()
    start = text.index("      - did you make a manual payment too")
    text = text[:start] + text[text.index("    say:", start) :]

    (found,) = findings(text, name=NAME)

    assert (found.level, found.line) == ("warning", line_of(text, "- id: pressed_twice"))
    assert found.message.startswith(
        "facts 'pressed_twice' has 2 ways of asking; give at least 3, better 8, or the caller"
    )


SMALL_SLIPS = (
    (
        "who: {name: Ann Weller}",
        "who: {name: Ann Weller, manners: hot}",
        "who has no setting 'manners'. Did you mean 'manner'?",
    ),
    (
        "who: {name: Ann Weller}",
        "who: {name: Ann Weller}\ntempers: {flares: 1}",
        "there is no section 'tempers'. Did you mean 'temper'?",
    ),
    (
        "{id: order, ",
        "{id: order, agian: [x], ",
        "facts 'order' has no setting 'agian'. Did you mean 'again'?",
    ),
    (
        "must: true, say",
        "must: true, poinst: 1, say",
        "demand 'arrives' has no setting 'poinst'. Did you mean 'points'?",
    ),
    (
        "gives: {arrives: 100}",
        "gives: {arrives: 100}, need: [day]",
        "offer 'courier' has no setting 'need'. Did you mean 'needs'?",
    ),
    (
        "  story: [",
        "  greetings: {}\n  story: [",
        "lines: 'greetings' is not a situation. Did you mean 'greeting'?",
    ),
    (
        "who: {name: Ann Weller}\n",
        "",
        "the section 'who' is missing.",
    ),
    (
        "who: {name: Ann Weller}",
        "who: {age: 50}",
        "who has no 'name:'.",
    ),
    (
        "must: true, ",
        "",
        "no demand has 'must: true', so nothing has to be put right. Mark the one the call is about.",
    ),
    (
        '  story: ["It was due Monday.", "It is still not here."]\n',
        "",
        "lines: there is no 'story:', and nothing can stand in for it.",
    ),
    (
        ", gives: {arrives: 100}",
        "",
        "offer 'courier' gives nothing, so it can meet no demand.",
    ),
    (
        'say: ["Two two nine, seven."]',
        "say: []",
        "facts 'order' has no lines under 'say:'.",
    ),
    (
        "must: true",
        "must: perhaps",
        "demand 'arrives' must should be true or false, not 'perhaps'.",
    ),
    (
        "points: 100",
        'points: "100"',
        "demand 'arrives' points should be a whole number between 0 and 100, not '100'. Take the quotation marks away.",
    ),
    (
        "points: 100",
        "points: 99.5",
        "demand 'arrives' points should be a whole number between 0 and 100, not 99.5.",
    ),
    (
        "who: {name: Ann Weller}",
        "who: {name: Ann Weller, manner: warm}",
        "who: manner should be hot, cold or shaky, not 'warm'.",
    ),
    (
        "who: {name: Ann Weller}",
        "who: Ann Weller",
        "who should hold settings, one per line, not 'Ann Weller'.",
    ),
    (
        'say: ["Two two nine, seven."]',
        'say: "Two two nine"',
        "facts 'order' say: should be a list, not 'Two two nine'. Write [\"...\"], also for one.",
    ),
    (
        'say: ["Two two nine, seven."]',
        "say: [12:30]",
        "facts 'order' say: '12:30' was read as a date or time, not as words. Put it in \"double quotes\".",
    ),
    (
        'say: ["Two two nine, seven."]',
        "say: [\u201cTwo, two\u201d]",
        "facts 'order' say: a curly quotation mark does not quote, so the text may be cut at a comma. "
        'Use straight "double quotes".',
    ),
    (
        "{id: order,",
        "{id: ../order,",
        "facts '../order' id '../order' is not a short name. Use small letters, digits and _, at most "
        "64, such as 'late_parcel'.",
    ),
    (
        'greeting: {any: ["Hello',
        'greeting: {annoyed: ["{day Hello',
        "lines: greeting (annoyed): there is a { or } without its partner. Write a placeholder as {count}.",
    ),
    (
        "gives: {arrives: 100}",
        "gives: {arives: 100}",
        "offer 'courier' gives 'arives', but there is no such demand. Did you mean 'arrives'?",
    ),
    (
        "gives: {arrives: 100}",
        "gives: {arrives: 100}, needs: [dya], ask_for: {dya: [x y]}",
        "offer 'courier' needs 'dya', which the listener cannot hear, so it could never be taken. Use "
        "when, day, time_window, name, reference. Did you mean 'day'?",
    ),
    (
        "offers:\n",
        "triggers: [{when: defensive, times: 2}]\noffers:\n",
        "trigger 'when: defensive' is not something the listener can notice. Did you mean 'argue'?",
    ),
    (
        "offers:\n",
        "triggers: [{when: empathy, times: 2}]\noffers:\n",
        "trigger 'when: empathy': times makes a raising act worse, but 'empathy' is a calming one. Did "
        "you mean 'times_calm'?",
    ),
    (
        "offers:\n",
        "calming: [{when: wall, times: 2}]\noffers:\n",
        "calming 'when: wall' is a raising act. Write it under triggers.",
    ),
    (
        "offers:\n",
        "triggers: [{add: 3}]\noffers:\n",
        "a trigger needs 'when: <act>' or 'when_said: [phrases]'.",
    ),
    (
        "offers:\n",
        "scoring: {must_do: [solution]}\noffers:\n",
        "scoring: must_do 'solution' is not something the listener can notice. Did you mean 'action'?",
    ),
    (
        "offers:\n",
        "hidden_needs: [{id: h, asked_like: [a b, c d, e f], open_when: {anger_below: 9}, say: [x y], "
        "not_yet: [n o]}]\noffers:\n",
        "hidden need 'h' opens below anger 9, but anger never gets there. Raise anger_below, or lower calms_to.",
    ),
    (
        "story: A",
        "story: B\nstory: A",
        "'story' is already on line 3. Keep one of the two.",
    ),
)


@pytest.mark.parametrize(("old", "new", "said"), SMALL_SLIPS, ids=[said[:40] for _, _, said in SMALL_SLIPS])
def test_every_other_slip(old: str, new: str, said: str) -> None:
    text = spoil(SMALL, old, new)

    errors = findings(text, "error")

    assert [said] == [f"{found.message} {found.hint}".strip() for found in errors]


WARNED = (
    (
        '"It is still not here."',
        '"It was due Monday!"',
        "warning: lines: story: the same text is already on line 12.",
    ),
    (
        '"It is still not here."',
        '"word word word word word word word word word word word word word word word word word word '
        "word word word word word word word word word word word word word word word word word word "
        'word word word word word word word word word word "',
        "warning: lines: story: this line has 46 words; over 45 is a speech.",
    ),
    (
        '"It is still not here."',
        '"..."',
        "warning: lines: story: there are no words in this line",
    ),
    (
        '"It is still not here."',
        '"It is *still* not here."',
        "warning: lines: story: '*' cannot be spoken.",
    ),
    (
        '"It is still not here."',
        '"It cost 94.60."',
        "advice: lines: story: write numbers as they are said.",
    ),
    (
        '  story: ["It was due Monday.", "It is still not here."]',
        '  story: ["It was due Monday."]',
        "warning: lines: story has one line; give 3 or more.",
    ),
    (
        "gives: {arrives: 100}",
        "gives: {arrives: 100}, needs: [day]",
        "warning: offer 'courier' needs 'day' but has no ask_for: line for it.",
    ),
    (
        'greeting: {any: ["Hello, it\'s about a parcel.", "Hi. My parcel. Again."]}',
        'greeting: {any: ["Hello {agent}, it\'s me.", "Hi {agent}. Again."]}',
        "warning: lines: greeting: every line needs something that may be unknown",
    ),
    (
        "offers:\n",
        "hidden_needs: [{id: h, asked_like: [a b, c d, order number please], say: [x y]}]\noffers:\n",
        "warning: the caller will mix up 'order' and 'h': line 5 is almost the same.",
    ),
    (
        "offers:\n",
        "hidden_needs: [{id: h, asked_like: [a b, c d, e f], say: [x y], adds_demand: arrives}]\noffers:\n",
        "warning: hidden need 'h' adds the demand 'arrives', which is not hidden",
    ),
    (
        "persona: late_parcel",
        "persona: lost_parcel",
        "advice: the persona is called 'lost_parcel', but the file 'late_parcel': it is found by the name of the file.",
    ),
)


def test_what_would_be_mixed_up_is_quoted_with_both_sentences() -> None:
    text = spoil(
        SMALL,
        "offers:\n",
        "hidden_needs: [{id: h, asked_like: [a b, c d, order number pleased please], say: [x y]}]\noffers:\n",
    ).replace("order number pleased please", "please order number")

    (found,) = [each for each in findings(text) if "mix up" in each.message]

    assert found.hint == "Reword 'please order number' here, or 'order number please' there."


def test_of_the_situations_without_lines_those_that_matter_most_are_named() -> None:
    (found,) = [each for each in findings(SMALL) if "house lines stand in" in each.message]

    assert found.message.startswith(
        "lines: no lines for demand_again, softens, heard_right, not_ready, accept, warming, told_to_calm_down, close_warm and "
    )
    assert found.hint == (
        "Write these first; `hotseat personas preview late_parcel.yaml` lists every situation and what you have for it."
    )


def test_a_situation_to_write_first_is_one() -> None:
    assert set(FIRST_TO_WRITE) <= set(SITUATIONS) and len(set(FIRST_TO_WRITE)) == len(FIRST_TO_WRITE)


def test_a_voice_that_is_none_is_named() -> None:
    (found,) = findings(SMALL.replace("story: A", "voice: {speaker: en_gb_m3}\nstory: A"), "warning")

    assert found.line == 3
    assert f"{found.message} {found.hint}".startswith(
        "voice: nobody can be heard who is called 'en_gb_m3'. Did you mean 'en_gb_m"
    )


@pytest.mark.parametrize(("old", "new", "said"), WARNED, ids=[said[:40] for _, _, said in WARNED])
def test_notes_do_not_keep_a_file_from_loading(old: str, new: str, said: str) -> None:
    found = [f"{each.level}: {each.message}" for each in findings(spoil(SMALL, old, new))]

    assert any(note.startswith(said) for note in found), found
    assert not [note for note in found if note.startswith("error")]


def test_a_demand_out_of_reach_needs_no_offer() -> None:
    text = spoil(SMALL, "points: 100", "points: 70").replace(
        "offers:", '  - {id: a_year_free, points: 30, out_of_reach: true, say: ["And a year for nothing."]}\noffers:'
    )

    assert findings(text, "error") == []
    (found,) = findings(text.replace("points: 30", "points: 31").replace("points: 70", "points: 69"), "error")
    assert found.message.startswith("demands out of reach have 31 points")


@pytest.mark.parametrize(("level", "errors"), [(54, 0), (55, 1)])
def test_what_nobody_may_promise_must_not_be_taken(level: int, errors: int) -> None:
    offer = (
        f'  - {{id: moon, heard_like: ["the moon is yours", "you get the moon", "i promise you the moon"], '
        f'gives: {{arrives: {level}}}, not_allowed: true, reject: ["No, I don\'t."]}}\n'
    )
    text = spoil(SMALL, "offers:\n", f"offers:\n{offer}")

    found = findings(text, "error")

    assert len(found) == errors, found
    assert all("is not allowed, but gives 'arrives' 55: it could be taken." in each.message for each in found)
    assert all(each.line == line_of(text, "id: moon") for each in found)


def test_every_error_of_a_file_is_told_at_once_and_in_order() -> None:
    text = spoil(spoil(dana(), "difficulty: 3 ", "difficulty: 7 "), "pass_mark: 70", "pass_mark: none")

    errors = findings(text, "error", NAME)

    assert [line_of(text, "difficulty: 7"), line_of(text, "pass_mark: none")] == [each.line for each in errors]


def test_a_file_of_rubbish_is_not_searched_to_the_end() -> None:
    found = findings("".join(f"key{number}: 1\n" for number in range(5000)))

    assert len(found) == 200


def test_load_raises_one_line_that_says_how_many_more(tmp_path: Path) -> None:
    text = spoil(spoil(dana(), "difficulty: 3 ", "difficulty: 7 "), "pass_mark: 70", "pass_mark: none")
    path = written(tmp_path / NAME, text)

    with pytest.raises(PersonaError) as caught:
        load(path)

    line = line_of(text, "difficulty: 7")
    assert f"{path}:{line}:13: difficulty is 7, but it must be between 1 and 5. (and 1 more)" == str(caught.value)


def test_the_shipped_file_is_spoiled_from_a_sound_state() -> None:
    assert check(DANA) == []


def test_a_message_is_short_whatever_the_file_holds() -> None:
    """Found by ``scripts/fuzz_personas``: five thousand letters under ``when`` came back whole."""
    long = "x" * 5_000
    text = (
        SMALL
        + f"calming:\n  - {{when: {long}, times: 1.2}}\ntriggers:\n  - {{when: {long}, when_said: [now], add: 3}}\n"
    )

    found = findings(text)

    assert [each for each in found if "is not something the listener can notice" in each.message]
    assert all(len(str(each)) < 500 for each in found)


def test_a_word_before_an_answer_is_short_and_leads_on() -> None:
    moments = '"Well,", "Well, {agent},", "Now you listen to me once,", "No."'
    text = SMALL.replace("lines:\n", f"lines:\n  takes_a_moment:\n    any: [{moments}]\n", 1)

    found = [each.message for each in findings(text) if "no word to begin any answer with" in each.message]

    assert [part for part in ("'Well, {agent},'", "'Now you listen", "'No.'") if any(part in each for each in found)]
    assert len(found) == 3
