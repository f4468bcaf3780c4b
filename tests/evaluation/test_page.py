"""The page: every sentence has its evidence, nothing that was said is markup, the same call gives the same bytes."""

import hashlib
import os
import re
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given, settings

from evaluation.debrief import Debrief
from evaluation.history import PastCall, past
from evaluation.overlay import Overlay, Remark
from evaluation.page import Clip, clip_spans, spans_of, to_page
from evaluation.page.clips import LIMIT_BYTES, within
from evaluation.page.frame import environment
from evaluation.page.places import Places
from evaluation.page.rules import RULES
from evaluation.timeline import Steps
from tests.evaluation.markup import Element, read
from tests.evaluation.random_calls import calls
from tests.evaluation.worked_calls import CALLS, RUBRIC, Says, Script, act, debrief_of, excellent

settings.load_profile("debrief")
ROOT = Path(__file__).parents[2]
NO_CLAIM = frozenset({"ask", "own-words", "now"})
"""Parts of the page that say nothing about the call: the question, the trainee's own answer, the player's status."""
SIGNPOSTS = frozenset("h2 h3 nav thead svg".split())
"""Headings, the list of parts, heads of tables: they name what follows and claim nothing (the headline does). Drawings
show what is said beside them in words."""
EVIL = """</script><script>alert(1)</script><img src=x onerror=alert(2)>" onmouseover="x' {{ 7 * 7 }} &lt; \x1b[2J \u202egnol"""


def sound(debrief: Debrief) -> dict[str, Clip]:
    """A clip for every span, with bytes that tell which."""
    return {span.name: Clip(media_type="audio/flac", data=span.name.encode()) for span in clip_spans(debrief)}


def page_of(debrief: Debrief) -> str:
    return to_page(debrief, clips=sound(debrief), again="hotseat practice dana_double_billing")


def test_compiled_templates_are_kept_and_change_nothing(tmp_path: Path) -> None:
    made, folder = debrief_of(excellent()), tmp_path / "templates"
    plain = to_page(made)

    def fresh() -> str:
        environment.cache_clear()
        return to_page(made, kept_templates=folder)

    assert fresh() == plain
    kept = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert len(kept) == 2
    assert fresh() == plain and {path: path.stat().st_mtime_ns for path in folder.iterdir()} == kept
    for left in (0, 10, 40, 60, 100, 1_000):
        for path in kept:
            path.write_bytes(path.read_bytes()[:left])
        assert fresh() == plain  # a damaged file is made again
        assert all(path.stat().st_size > 1_000 for path in kept)


def test_templates_that_cannot_be_kept_cost_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    made = debrief_of(excellent())

    assert to_page(made, kept_templates=tmp_path / "file" / "templates") == to_page(made)


def targets(page: Element) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for each in page.walk():
        if name := each.attributes.get("id"):
            assert name not in found, f"two elements are called {name}"
            found[name] = each
    return found


def sentences(page: Element) -> list[Element]:
    """Every element of the debrief that holds words of its own, whatever its tag, and does not only name what follows."""
    main = next(each for each in page.walk() if each.tag == "main")
    footer = next(each for each in page.walk() if each.tag == "footer")
    found = []
    for each in [*main.walk(), *footer.walk()]:
        around = list(each.up())
        names = {outer.attributes.get("id", "") for outer in around}
        signpost = any(outer.tag in SIGNPOSTS and outer.attributes.get("id") != "headline" for outer in around)
        if names & NO_CLAIM or signpost or any(outer.tag == "a" for outer in around):
            continue
        if re.search(r"[A-Za-z]", each.own_text()):
            found.append(each)
    return found


def evidence(sentence: Element) -> Element | None:
    """The nearest element around a sentence that names a time span or a rule."""
    marked = ({"data-t0", "data-t1"}, {"data-rule"})
    return next((each for each in sentence.up() if any(keys <= set(each.attributes) for keys in marked)), None)


def span_of(element: Element) -> tuple[float, float]:
    start, end = (float(element.attributes[key]) for key in ("data-t0", "data-t1"))
    return start, end


def check_evidence(made: Debrief, page: Element) -> int:
    """Each sentence has evidence, and what names a span links to a line said in it, what names a rule to that rule."""
    names = targets(page)
    found = sentences(page)
    end_s = made.timeline.end_ms / 1000
    for sentence in found:
        around = evidence(sentence)
        assert around is not None, f"no evidence: {sentence.text()!r}"
        links = [each.attributes["href"][1:] for each in around.all("a") if each.attributes.get("href", "")[:1] == "#"]
        links.append(around.attributes.get("id", ""))  # a line of the call, or a rule, is its own proof
        if "data-t0" in around.attributes:
            start, end = span_of(around)
            assert 0 <= start <= end <= end_s, f"no time of this call: {sentence.text()!r}"
            lines = [span_of(names[link]) for link in links if link.startswith(("you-", "caller-"))]
            meets = any(first <= end and start <= last for first, last in lines)
            assert meets, f"leads to no line at {start} to {end} s: {sentence.text()!r}"
        else:
            rule = around.attributes["data-rule"]
            assert f"rule-{rule}" in names, f"unknown rule {rule}: {sentence.text()!r}"
            assert f"rule-{rule}" in links, f"leads not to its rule {rule}: {sentence.text()!r}"
    return len(found)


def test_every_sentence_links_to_a_time_span_or_a_rule(worked: Debrief) -> None:
    page = read(page_of(worked))

    assert check_evidence(worked, page) > 60
    for link in page.all("a"):
        href = link.attributes["href"]
        assert href.startswith("#") and href[1:] in targets(page), f"a dead link: {href}"


@settings(max_examples=25)
@given(calls())
def test_any_call_has_evidence_for_every_sentence(steps: Steps) -> None:
    made = debrief_of(steps)

    check_evidence(made, read(page_of(made)))


@settings(max_examples=10)
@given(calls(spoken=False))
def test_so_has_any_typed_call(steps: Steps) -> None:
    made = debrief_of(steps)
    page = read(page_of(made))

    check_evidence(made, page)
    assert not page.all("audio") and not page.all("button")[2:]  # the two of the question


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("<dl>", "<p>You are a wonderful person.</p><dl>", r"no evidence: 'You are a wonderful person\.'"),
        ("<dl>", "<div>You are wonderful.</div><dl>", "no evidence"),
        ("<dl>", "<p data-rule='page.talk'>You talk well.</p><dl>", "leads not to its rule page.talk"),
        ("<dl>", "<p data-rule='page.luck'>You were lucky.</p><dl>", "unknown rule page.luck"),
        ("<dl>", "<p data-t0='0.0' data-t1='1.0'>You began well.</p><dl>", "leads to no line at 0.0 to 1.0 s"),
        (
            "<dl>",
            "<p data-t0='0.0' data-t1='1.0'>So <a href='#you-5'>5</a>.</p><dl>",
            "leads to no line at 0.0 to 1.0 s",
        ),
        ("<dl>", "<p data-t0='9000.0' data-t1='9001.0'>Late <a href='#you-1'>1</a>.</p><dl>", "no time of this call"),
    ],
)
def test_a_sentence_without_evidence_is_found(old: str, new: str, found: str) -> None:
    """The walk itself: one more sentence than the page has proofs for, or one whose proof is another moment's."""
    made = debrief_of(excellent())
    bare = page_of(made)
    assert old in bare

    with pytest.raises(AssertionError, match=found):
        check_evidence(made, read(bare.replace(old, new, 1)))


def test_quotes_stand_in_the_line_that_they_link_to(worked: Debrief) -> None:
    """A trainee's quote of an item is really in the line behind its link."""
    page = read(page_of(worked))
    names, seen = targets(page), 0
    for each in page.walk():
        if "quote" in each.classes():
            line = names[each.all("a")[0].attributes["href"][1:]]
            quoted = each.all("q")[0].text()
            if not quoted.endswith("..."):
                assert " ".join(quoted.split()) in line.text()
                seen += 1
    assert seen > 5


def test_every_play_button_plays_a_clip_that_is_there(worked: Debrief) -> None:
    page = read(page_of(worked))
    names = targets(page)
    buttons = [each for each in page.all("button") if "play" in each.classes()]

    assert len(buttons) > 10
    for button in buttons:
        player = names[f"sound-{button.attributes['data-clip']}"]
        kind, data = player.attributes["src"].split(",", 1)
        assert kind == "data:audio/flac;base64"
        assert b64decode(data).decode() == button.attributes["data-clip"]
        assert float(button.attributes["data-from"]) >= 0
        assert button.text().startswith("Play ")
    lines = [each for each in page.walk() if each.parent and "call" in each.parent.classes()]
    assert len(lines) == len(worked.timeline.turns) + sum(bool(line.text) for line in worked.timeline.lines)
    for line in lines:
        assert line.all("audio")[0].attributes["controls"] == ""  # plays without the script too


def test_the_ledger_shown_adds_up(worked: Debrief) -> None:
    table = next(each for each in read(page_of(worked)).all("table") if "ledger" in each.classes())
    turns = table.all("tbody")

    assert len(turns) == len(worked.timeline.turns)
    for turn in turns:
        rows = [row.all("td")[-1].text().replace("−", "-") for row in turn.all("tr")[1:]]
        parts, total = [round(1000 * float(row)) for row in rows[:-1]], round(1000 * float(rows[-1]))
        assert sum(parts) == total
        before, after = turn.all("tr")[-1].all("td")[0].text().split(" to ")
        assert round(1000 * (float(after) - float(before))) == total


def test_the_first_screen_has_what_a_trainee_reads_first(worked: Debrief) -> None:
    page = read(page_of(worked))
    order = [each.attributes.get("id", "") for each in page.walk()]
    first = next(each for each in page.walk() if "first" in each.classes()).text()

    assert order.index("ask") < order.index("debrief") < order.index("headline") < order.index("turns")
    for wanted in (worked.headline, "Keep one", "Try one", *(point.quote[:40] for point in worked.turning_points)):
        assert wanted in first
    for score in worked.scores:
        assert f"{score.band} {score.score} between {score.low} and {score.high}" in first
    if worked.try_.words:
        assert worked.try_.words in first and worked.try_.why in first
    assert "hotseat practice dana_double_billing" in first
    assert "No earlier calls of yours" in first


def test_the_change_against_own_calls_is_said() -> None:
    earlier = [debrief_of(CALLS[name]()) for name in ("script_reader", "solution_first")]
    now = debrief_of(excellent())
    kept = [PastCall.of(each, name=f"call {n}", started=f"2026-11-2{n}") for n, each in enumerate([*earlier, now])]
    changes = past(kept)
    text = read(to_page(now, changes=changes)).text()

    assert "No earlier calls" not in text
    for change in changes:
        assert change.change is not None
        signed = f"{change.change:+d}".replace("-", "−")
        assert f"{signed} against your own last 2 ({change.before[0]}, {change.before[1]})" in text


def test_remarks_of_people_stand_beside_the_value() -> None:
    said = Remark(k="contest", at="2026-11-22", item="empathy.restates", text="<b>I did</b>", automatic="no")
    page = to_page(debrief_of(CALLS["defensive"]()), overlay=Overlay(remarks=(said,)))

    assert "contested by you: &lt;b&gt;I did&lt;/b&gt;" in page


def hostile() -> Debrief:
    evil = Script(turns=(Says(text=EVIL, acts=(act("blame", EVIL),), answer=EVIL),), outcome="unresolved").make()
    return debrief_of(evil)


def test_hostile_words_are_inert() -> None:
    made = hostile()
    page = to_page(made, clips=sound(made), again=EVIL)
    tree = read(page)

    assert len(tree.all("script")) == len(tree.all("style")) == 1
    assert not tree.all("img") and "{{" in tree.text() and "49" not in tree.text().split()
    for each in tree.walk():
        assert not [name for name in each.attributes if name.startswith("on") or name == "style"]
    assert "</script><script>alert(1)</script><img src=x onerror=alert(2)>" in tree.text()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)


def test_the_policy_names_this_style_and_this_script_and_nothing_else() -> None:
    tree = read(page_of(debrief_of(excellent())))
    policy = next(
        each.attributes["content"]
        for each in tree.all("meta")
        if each.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(part.split(" ", 1) for part in policy.split("; "))

    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["media-src"] == "data:"
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        inside = tree.all(tag)[0].own_text_exactly()
        named = rules[rule].removeprefix("'sha256-").removesuffix("'")
        assert b64decode(named) == hashlib.sha256(inside.encode()).digest()
    assert "unsafe" not in policy


def test_nothing_is_loaded_from_anywhere() -> None:
    page = page_of(debrief_of(excellent()))

    for each in read(page).walk():
        for name in {"src", "href", "action", "poster", "data", "srcset"} & set(each.attributes):
            assert each.attributes[name].startswith(("#", "data:audio/flac;base64,"))
    assert not re.search(r"https?:|url\(|@import", page)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_same_call_same_bytes_whatever_the_hash_seed(seed: str) -> None:
    program = (
        "import hashlib, tests.evaluation.conftest; from tests.evaluation.test_page import page_of; "
        "from tests.evaluation.worked_calls import CALLS, debrief_of; "
        "print(hashlib.sha256(''.join(page_of(debrief_of(make())) for make in CALLS.values()).encode()).hexdigest())"
    )
    seen = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    here = "".join(page_of(debrief_of(make())) for make in CALLS.values())

    assert seen.stdout.strip() == hashlib.sha256(here.encode()).hexdigest()


def test_a_call_that_ended_at_once_has_a_page() -> None:
    made = debrief_of(())

    assert check_evidence(made, read(page_of(made))) > 10


def test_every_rule_is_explained_and_documented() -> None:
    rubric = {rule.rule_id for items in RUBRIC.items.values() for rule in items.values()}
    guide = (ROOT / "docs" / "debrief.md").read_text(encoding="utf-8")

    assert rubric <= set(RULES)
    for rule in RULES:
        if not rule.startswith(("page.", "score.")):
            assert f"`{rule}`" in guide


def test_cited_lines_come_first_and_the_limit_holds() -> None:
    made = debrief_of(CALLS["solution_first"]())
    spans = clip_spans(made)
    assert set(spans) == set(spans_of(made.timeline))  # what is begun before the debrief is what it comes to need
    clips = {span.name: Clip(media_type="audio/flac", data=bytes(100)) for span in spans}
    kept = within(spans, clips, limit=450)

    assert list(kept) == [span.name for span in spans][:4]
    assert spans[0].name == "over-1" and spans[0].tracks == ("trainee.wav", "caller.wav")
    assert f"#{made.turning_points[0].turn.turn}" in {f"#{name.removeprefix('you-')}" for name in kept}
    assert len(within(spans, clips)) == len(spans)
    assert LIMIT_BYTES * 4 / 3 + 300_000 < 12_000_000


def test_a_reference_leads_to_the_line_of_that_side_and_into_its_clip() -> None:
    made = debrief_of(excellent())
    places = Places.of(made, {f"you-{turn.turn}" for turn in made.timeline.turns})
    turn = made.timeline.turns[1]
    ref = places.ref("trainee", turn.start_ms + 500, turn.end_ms)

    assert ref is not None and (ref.href, ref.clip) == ("#you-2", "you-2")
    assert ref.offset_s == pytest.approx(0.5)
    assert ref.length_s == pytest.approx((turn.end_ms - turn.start_ms - 500 + 120 + 200) / 1000)
    assert places.ref("caller", turn.start_ms, turn.end_ms) is not None
    assert places.ref("trainee", None, 5) is None


def test_without_clips_the_page_is_small(worked: Debrief) -> None:
    assert len(to_page(worked).encode()) < 300_000
