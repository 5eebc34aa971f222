"""The import report in a real browser: axe finds nothing, it fits 390 pixels, and names no other host."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.support.browsing import needs_chromium
from tests.support.deliveries import Desk, row


@needs_chromium
def test_the_page_is_accessible_and_fits_a_phone(browser: Browser, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    odd = [row(f"M{number}", class_="WAT", reported_at="01/03/1926 10:00") for number in range(300)]
    bad = [row(f"X{number}", reported_at="31/02/2026 10:00", note="x" * 300) for number in range(300)]
    desk.deliver(row("M-1", located_at="05/03/2026 10:00"), row("M-2", note="<script>alert(1)</script>", dob="32/01/2011"), *odd, *bad)
    report = desk.take()
    page_path = desk.store / "deliveries" / report.sources[0].delivery_id / "report.html"
    page = browser.new_page(viewport={"width": 390, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_path.as_uri())
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert asked == [page_path.as_uri()]
    assert "100 more are in report.csv" in page.inner_text("main")
