"""The page of prompts in a real browser: axe finds nothing, it fits narrow screens, it asks the network for nothing, copies stand side by side."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from candour.cli.main import run as candour
from tests.support.browsing import RULES, needs_chromium
from tests.support.small_store import INTERVIEW, assess, scene_from, standards_in, write_generation

pytestmark = needs_chromium
SAME = "The phone from the hostel was examined and shows the uncle near the harbour on Tuesday night; aunt to be seen"
UNBROKEN = "x" * 300
LINES = f"""
2026-03-01 18:00 | child.contact | seen=yes demeanour_text="Streetwise girl who puts herself at risk" views_text="{UNBROKEN}"
2026-03-02 18:00 | child.contact | seen=yes demeanour_text="Mother said it is a lifestyle choice"
2026-03-04 09:00 | supervision.reviewed | text="{SAME}" actions_set=yes
2026-03-05 09:00 | supervision.reviewed | text="{SAME}" actions_set=yes
2026-03-06 09:00 | supervision.reviewed | text="Noted."
"""


@pytest.fixture(scope="module", params=[LINES, ""], ids=["full", "empty"])
def page_file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("prompts")
    standards = standards_in(root / "standards", INTERVIEW)
    scene = scene_from(request.param, standards[0])
    write_generation(root / "store", scene)
    assess(root / "store", scene, standards, "2026-03-31 06:40")
    assert candour(["prompts", "--store", str(root / "store"), "--html", str(root / "prompts.html"), "--quiet"]) == 0
    return root / "prompts.html"


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser: Browser, page_file: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(page_file.as_uri())
    found = Axe().run(page, options=RULES).response["violations"]
    assert not found, [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_asks_the_network_for_nothing_and_needs_no_script(browser: Browser, page_file: Path) -> None:
    page = browser.new_page(java_script_enabled=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri())
    assert asked == [page_file.as_uri()]
    assert page.get_by_text("A prompt is a question and not a finding.").is_visible()


def test_copies_stand_side_by_side_and_one_above_the_other_on_a_phone(browser: Browser, page_file: Path) -> None:
    for width, beside in ((1280, True), (390, False)):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(page_file.as_uri())
        boxes = [one.bounding_box() for one in page.locator(".sides > div").all()]
        assert len(boxes) in (0, 2)
        if len(boxes) == 2 and boxes[0] and boxes[1]:
            assert (boxes[0]["y"] == boxes[1]["y"]) is beside
