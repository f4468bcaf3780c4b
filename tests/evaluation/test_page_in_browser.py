"""The page in a real browser: nothing loads, nothing runs that was said, keyboard, sound, print, no axe violation.

Needs Chromium and the extra ``browser``; run by scripts/test-slow.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluation.debrief import Debrief
from evaluation.page import Clip, clip_spans, to_history_page, to_page
from tests.evaluation.test_history_page import NEXT, past_calls
from tests.evaluation.test_mediation import FAIRLY
from tests.evaluation.test_page import hostile
from tests.evaluation.test_page_beside import REMARKS, taken_again, voice
from tests.evaluation.worked_calls import CALLS, debrief_of
from voice.clips import MEDIA_TYPE, to_flac

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser, or a skip that says what is missing."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not here: pip install -e '.[dev,browser]'"
    )
    path = os.environ.get("HOTSEAT_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no browser is here: apt-get install chromium, or set HOTSEAT_BROWSER to one")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Addresses of pages on disk, by name."""
    folder = tmp_path_factory.mktemp("pages")
    made = {name: debrief_of(make()) for name, make in CALLS.items()} | {"hostile": hostile(), "two": FAIRLY}
    again, history = folder / "again.html", folder / "history.html"
    beside = taken_again()
    again.write_text(to_page(beside.now, retake=beside, overlay=REMARKS, voice=voice(beside.now)), encoding="utf-8")
    history.write_text(to_history_page(past_calls(), NEXT), encoding="utf-8")
    return {name: write(debrief, folder / f"{name}.html") for name, debrief in made.items()} | {
        "again": again.as_uri(), "history": history.as_uri(),
    }  # fmt: skip


def write(debrief: Debrief, path: Path) -> str:
    tone = (8000 * np.sin(np.arange(4800) / 8)).astype(np.int16)  # 0.3 s
    clips = {span.name: Clip(media_type=MEDIA_TYPE, data=to_flac(tone)) for span in clip_spans(debrief)}
    path.write_text(to_page(debrief, clips=clips, again="hotseat practice dana_double_billing"), encoding="utf-8")
    return path.as_uri()


class Visit:
    """One page open in a fresh context, with everything it asked for and complained about."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.context = browser.new_context(viewport=DESK, reduced_motion="reduce", **options)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(address)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def violations(self) -> list[str]:
        """What axe finds, one line each."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": RULES}})
        return [
            f"{one['id']}: {one['help']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
            for one in found.response["violations"]
        ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["excellent", "defensive", "solution_first", "again", "two"])
def test_axe_finds_nothing(chromium: Any, pages: dict[str, str], name: str, scheme: str) -> None:
    with Visit(chromium, pages[name], color_scheme=scheme) as visit:
        assert visit.violations() == []  # the question
        visit.page.click("#ask-skip")
        assert visit.violations() == []  # the debrief
        visit.page.set_viewport_size(PHONE)
        assert visit.violations() == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        assert visit.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_history(chromium: Any, pages: dict[str, str], scheme: str) -> None:
    with Visit(chromium, pages["history"], color_scheme=scheme) as visit:
        assert visit.violations() == []
        visit.page.set_viewport_size(PHONE)
        assert visit.violations() == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        assert visit.complaints == []


def test_axe_would_find_something(chromium: Any, pages: dict[str, str]) -> None:
    with Visit(chromium, pages["excellent"]) as visit:
        visit.page.evaluate("document.querySelector('#ask-answer').removeAttribute('aria-labelledby')")

        assert any(line.startswith("label") for line in visit.violations())


def test_the_first_screen_needs_no_scrolling(chromium: Any, pages: dict[str, str]) -> None:
    for name in ("excellent", "defensive", "script_reader", "solution_first", "two"):
        with Visit(chromium, pages[name]) as visit:
            visit.page.click("#ask-skip")
            bottom = visit.page.evaluate("document.querySelector('.first').getBoundingClientRect().bottom")
            assert bottom <= DESK["height"], name


def test_nothing_is_asked_for_and_what_was_said_does_not_run(chromium: Any, pages: dict[str, str]) -> None:
    with Visit(chromium, pages["hostile"]) as visit:
        visit.page.click("#ask-skip")
        for button in visit.page.query_selector_all("button.play")[:2]:
            button.click()
        visit.page.mouse.move(400, 400)

        assert visit.complaints == []
        assert {url.split(":", 1)[0] for url in visit.asked} <= {"file", "data"}
        assert [url for url in visit.asked if url.startswith("file")] == [pages["hostile"]]


def test_the_policy_stops_what_would_run(chromium: Any, pages: dict[str, str], tmp_path: Path) -> None:
    """Were escaping to fail one day, the policy would still hold."""
    page = Path(pages["excellent"].removeprefix("file://")).read_text(encoding="utf-8")
    pierced = tmp_path / "pierced.html"
    pierced.write_text(
        page.replace("<main", "<script>window.ran = 1</script><img src=x onerror='window.ran = 2'><main", 1),
        encoding="utf-8",
    )
    with Visit(chromium, pierced.as_uri()) as visit:
        assert visit.page.evaluate("window.ran === undefined")
        assert any("Content Security Policy" in line for line in visit.complaints)


def test_the_question_comes_first_and_can_be_skipped_by_keyboard(chromium: Any, pages: dict[str, str]) -> None:
    with Visit(chromium, pages["excellent"]) as visit:
        page = visit.page
        assert page.is_visible("#ask-title") and not page.is_visible("#headline")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.is_visible("#headline") and not page.is_visible("#ask-title")
        assert page.evaluate("document.activeElement.id") == "debrief"


def test_the_answer_stands_above_the_result(chromium: Any, pages: dict[str, str]) -> None:
    with Visit(chromium, pages["excellent"]) as visit:
        visit.page.fill("#ask-answer", "Too fast. <b>Slower</b> next time.")
        visit.page.click("#ask-done")

        assert visit.page.inner_text("#own-words q") == "Too fast. <b>Slower</b> next time."


def test_a_link_to_a_moment_goes_there_without_the_question(chromium: Any, pages: dict[str, str]) -> None:
    with Visit(chromium, pages["excellent"] + "#you-3") as visit:
        assert visit.page.is_visible("#you-3") and not visit.page.is_visible("#ask-title")


def test_a_clip_plays_to_the_end_of_its_moment_and_then_stops(chromium: Any, pages: dict[str, str]) -> None:
    with Visit(chromium, pages["excellent"]) as visit:
        page = visit.page
        page.click("#ask-skip")
        button = page.locator(".card.keep button.play")
        name = button.get_attribute("data-clip")
        button.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".card.keep button.play[data-on]")
        assert page.inner_text("#now").startswith("Playing 0:")
        page.wait_for_selector(".card.keep button.play:not([data-on])")
        assert page.evaluate(f"document.getElementById('sound-{name}').paused")
        assert page.evaluate(f"document.getElementById('sound-{name}').played.end(0)") > 0.25
        assert visit.complaints == []


def test_everything_can_be_read_and_heard_without_scripts(chromium: Any, pages: dict[str, str]) -> None:
    with Visit(chromium, pages["excellent"], java_script_enabled=False) as visit:
        page = visit.page
        assert page.is_visible("#ask-title") and page.is_visible("#headline") and page.is_visible("#rules")
        assert not page.is_visible("#ask-buttons") and not page.is_visible("button.play")
        assert page.is_visible("#sound-you-1")
        page.click(".card.keep .at a")
        assert page.url.endswith("#you-2")


def test_it_prints_the_debrief_not_the_question(chromium: Any, pages: dict[str, str]) -> None:
    with Visit(chromium, pages["excellent"]) as visit:
        visit.page.emulate_media(media="print")

        assert visit.page.is_visible("#headline") and visit.page.is_visible("#you-2")
        assert not visit.page.is_visible("#ask-title")
        assert visit.page.pdf(format="A4").startswith(b"%PDF")
