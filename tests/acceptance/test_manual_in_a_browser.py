"""The manual in a real browser: axe finds nothing, it fits a phone, it works without scripts, and a reader can go from a finding to its page and back.

`make manual-pages` tries every page; the tests try one of each sort, and the standards with the longest pages.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from candour.findings.reporting.page import write_report
from candour.manual.gathering import gather_manual
from candour.manual.site import write_site
from tests.support.browsing import A4_LESS_MARGINS, RULES, needs_chromium
from tests.support.made_manual import pages_below, whole_manual
from tests.support.small_store import INTERVIEW, assess, scene_from, standards_in, write_generation

ONE_OF_EACH_SORT = (
    "index.html", "how-to-read.html", "by-theme.html", "by-source.html", "by-status.html", "by-failing.html", "questions.html", "kinds.html", "kinds/missing.located.html",
    "changes.html", "words.html",
    "standards/child-seen.html",  # a response
    "standards/csods-stage-order.html",  # an order of stages
    "standards/encompass-before-next-school-day.html",  # two editions
    "standards/oic-caseload-within-limit.html",  # sixteen records in one picture
)  # fmt: skip

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("manual") / "site"
    write_site(whole_manual(), out)
    return out


@pytest.fixture(scope="module")
def tried(site: Path) -> tuple[str, ...]:
    return tuple(pages_below(site)) if os.environ.get("CANDOUR_MANUAL_PAGES") == "all" else ONE_OF_EACH_SORT


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_any_page(browser: Browser, site: Path, tried: tuple[str, ...], width: int) -> None:
    """Of the sample every other page on the phone's width, and the others on the wide one; with all pages, all of them on both."""
    axe, found = Axe(), {}
    sample = tried[width == 1280 :: 2] if tried == ONE_OF_EACH_SORT else tried
    for name in sample:
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto((site / name).as_uri())
        violations = axe.run(page, options=RULES).response["violations"]
        page.close()
        if violations:
            found[name] = [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in violations]
    print(f"axe: {len(sample)} pages of {len(pages_below(site))} at {width} pixels, {len(found)} with something found")
    assert not found


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_scrolls_sideways(browser: Browser, site: Path, tried: tuple[str, ...], width: int) -> None:
    page, wide = browser.new_page(viewport={"width": width, "height": 900}), []
    for name in tried:
        page.goto((site / name).as_uri())
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(name)
    assert wide == []


def test_it_works_without_scripts(browser: Browser, site: Path) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto((site / "index.html").as_uri())
    assert page.locator("tbody tr").count() == len(whole_manual().standards)
    assert not page.locator("#find-here").is_visible()
    page.get_by_role("link", name="Index of words").click()
    page.locator("dt", has_text="appropriate").first.wait_for()
    page.locator("dt:text-is('appropriate') + dd a").click()
    assert "adult" in page.locator("h1").inner_text()
    page.locator("header").get_by_role("link", name="All standards").click()
    assert page.locator("h1").inner_text() == "All standards"


def test_the_list_narrows_to_the_words_typed(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    page.get_by_label("Show only standards with these words").fill("school-day told")
    shown = [row.inner_text() for row in page.locator("tbody tr:visible").all()]
    assert len(shown) == 1 and "The school is told before the next school day" in shown[0]
    assert page.get_by_role("status").inner_text() == f"1 of {len(whole_manual().standards)} standards have these words."
    page.get_by_label("Show only standards with these words").fill("")
    assert page.locator("tbody tr:visible").count() == len(whole_manual().standards)


def test_it_asks_the_network_for_nothing(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in ("index.html", "standards/child-seen.html", "words.html"):
        page.goto((site / name).as_uri())
    assert asked and all(url.startswith(site.as_uri()) for url in asked)


def test_the_first_key_skips_to_the_page(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    page.goto((site / "standards" / "child-seen.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_url("**#main", timeout=10_000)
    assert page.evaluate("document.activeElement.id") == "main"


def test_nothing_is_cut_off_on_paper(browser: Browser, site: Path) -> None:
    page = browser.new_page(viewport={"width": A4_LESS_MARGINS, "height": 1000})
    for name in ("standards/encompass-before-next-school-day.html", "index.html", "kinds/missing.located.html"):
        page.goto((site / name).as_uri())
        page.emulate_media(media="print")
        wide = page.evaluate("[...document.querySelectorAll('table, svg, dl')].map(one => one.getBoundingClientRect().right)")
        assert max(wide) <= A4_LESS_MARGINS, name


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """A report and a manual that know of each other: something not done, in a case still open."""
    standards = standards_in(tmp_path / "standards", INTERVIEW)
    scene = scene_from("2026-01-01 18:00 | missing.located | episode=M1 unit=Eastcliff", standards[0], cases=(("CASE-1", ()),))
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, "2026-03-31 06:40")
    manual = gather_manual(tmp_path / "standards")
    write_site(manual, tmp_path / "manual")
    write_report(tmp_path / "store", tmp_path / "report.html", folder=tmp_path / "standards", manual=str(tmp_path / "manual"))
    write_site(manual, tmp_path / "manual", tmp_path / "report.html")
    return tmp_path


def at(page: Page) -> str:
    return page.url.rpartition("/")[2]


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_finding_to_its_standard_and_back(browser: Browser, told: Path, scripts: bool) -> None:
    page = browser.new_context(java_script_enabled=scripts).new_page()
    page.goto((told / "report.html").as_uri())
    page.locator("section[aria-labelledby=people] summary").first.click()
    page.locator("section[aria-labelledby=people] a[data-manual]").first.click()
    assert (at(page), page.locator("h1").inner_text()) == ("interview.html#v1", "Police see a returned child in person")
    page.locator("header a[data-back]").click()
    assert at(page) == "report.html#s-interview"
    page.locator("#s-interview > summary").click()
    page.locator("#s-interview a[href='#proof-1']").click()
    assert page.locator("#proof-1").is_visible()
    page.locator("#s-interview a[data-manual]").click()
    assert at(page) == "interview.html"


def test_the_report_with_its_links_has_nothing_for_axe(browser: Browser, told: Path) -> None:
    page = browser.new_page()
    page.goto((told / "report.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert not [one["id"] for one in Axe().run(page, options=RULES).response["violations"]]
