"""The report in a real browser: axe finds nothing, it fits 390 pixels, it works by keyboard, and it prints what was folded away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from candour.findings.finding import Finding
from candour.findings.reporting.page import write_report
from tests.support.browsing import A4_LESS_MARGINS, RULES, needs_chromium
from tests.support.small_store import INTERVIEW, assess, assess_by_hand, scene_from, standards_in, write_generation

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with everything in it: every outcome, several months and units, one of them of sixty letters."""
    root = tmp_path_factory.mktemp("report")
    standards = standards_in(root / "standards", INTERVIEW)
    scene = scene_from("2026-01-01 18:00 | missing.located | episode=M1 unit=Eastcliff actor=PC1274", standards[0])
    write_generation(root / "store", scene)
    assess_by_hand(root / "store", standards, list(many_findings()), "2026-12-31 09:00")
    write_report(root / "store", root / "report.html", folder=root / "standards")
    return root / "report.html"


def many_findings() -> Iterator[Finding]:
    units = ("Eastcliff", "The missing from home and child exploitation team, Eastcliff", None)
    outcomes = ("met", "met", "late", "missed", "cannot_tell", "excused", "pending")
    start = datetime(2026, 1, 1, 18)
    for number in range(240):
        outcome, begins = outcomes[number % 7], start + timedelta(days=number)
        done = begins + timedelta(hours=30) if outcome in ("met", "late") else None
        one = Finding(
            "", "interview", 1, "case", "CASE-1", "CASE-1", "CHILD-1", "M1", "E1", number, 0, begins, begins + timedelta(hours=24), outcome, "not_answered",
            missing="missing.interviewed" if outcome == "cannot_tell" else None, satisfied_at=done, limit_text="24 hours", limit_whose="standard",
            unit=units[number % 3],
        )  # fmt: skip
        yield replace(one, finding_id=f"interview@E{number}", reason="source" if outcome == "cannot_tell" else one.reason)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("empty")
    standards = standards_in(root / "standards", INTERVIEW)
    scene = scene_from("", standards[0])
    write_generation(root / "store", scene)
    assess(root / "store", scene, standards, "2026-03-31 06:40")
    write_report(root / "store", root / "report.html", folder=root / "standards")
    return root / "report.html"


def opened(browser: Browser, file: Path, width: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, java_script_enabled=True)
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    return page


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["report", "empty"])
def test_axe_finds_nothing(browser: Browser, request: pytest.FixtureRequest, name: str, width: int) -> None:
    page = opened(browser, request.getfixturevalue(name), width)
    found = Axe().run(page, options=RULES).response["violations"]
    assert not found, [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_page_itself_never_scrolls_sideways(browser: Browser, report: Path, width: int) -> None:
    page = opened(browser, report, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_first_key_skips_to_the_report(browser: Browser, report: Path) -> None:
    page = opened(browser, report, 1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_url("**#main", timeout=10_000)
    assert page.evaluate("document.activeElement.id") == "main"


def test_it_asks_the_network_for_nothing(browser: Browser, report: Path) -> None:
    page = browser.new_page(java_script_enabled=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    assert asked == [report.as_uri()]
    assert page.locator("h1").is_visible()


def test_what_is_folded_away_is_printed_but_for_the_full_list(browser: Browser, report: Path) -> None:
    page = browser.new_page(java_script_enabled=True)
    page.goto(report.as_uri())
    assert not page.locator("#c-limits").is_visible()
    page.emulate_media(media="print")
    assert page.locator("#c-limits").is_visible() and page.locator("#cm-interview").is_visible()
    assert not page.locator("#c-list").is_visible(), "hundreds of rows are printed only by a reader who opened them"


def test_no_table_is_cut_off_on_paper(browser: Browser, report: Path) -> None:
    page = browser.new_page(viewport={"width": A4_LESS_MARGINS, "height": 1000})
    page.goto(report.as_uri())
    page.emulate_media(media="print")
    wide = page.evaluate("[...document.querySelectorAll('table')].map(one => [one.caption.textContent, one.getBoundingClientRect().right])")
    assert [one for one in wide if one[1] > A4_LESS_MARGINS] == []
