"""A supervisor's morning in a real browser: the team's list, the case that stands first, a finding in it. Without scripts, wide and narrow."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.plugin import DjangoDbBlocker

from candour_web.people.models import Person
from candour_web.site.wsgi import application
from tests.support.browsing import RULES, needs_chromium
from tests.support.cast import SECRET
from tests.support.made_up_force import WORD, Northshire

pytestmark = [needs_chromium, pytest.mark.usefixtures("asynchronous")]
WIDTHS = (1280, 390)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def asynchronous() -> Iterator[None]:
    """Playwright runs a loop in this thread, in which Django would refuse to be asked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="module")
def address(northshire: Northshire, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The service on a free port of loopback, over the database in which the made-up force is published."""
    with django_db_blocker.unblock(), make_server("127.0.0.1", 0, application, WSGIServer, _Quiet) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


def context_of(browser: Browser, client: Client, address: str, width: int) -> BrowserContext:
    """A browser's window without scripts, in the session of somebody who signed in."""
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=False, base_url=address)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    return context


@pytest.fixture(params=WIDTHS)
def page(
    request: pytest.FixtureRequest, browser: Browser, address: str, northshire: Northshire, signed_in: Callable[[Person], Client]
) -> Iterator[Page]:
    context = context_of(browser, signed_in(northshire.supervisor), address, request.param)
    yield context.new_page()
    context.close()


def hold(browser: Browser, page: Page) -> None:
    """The page is not wider than its window, asks for nothing that fails, and axe finds nothing. Axe is a script, so that it reads a copy."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    sheet = page.request.get("/static/candour.css")
    assert sheet.ok and "text/css" in sheet.headers["content-type"]
    with browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True) as context:
        copy = context.new_page()
        copy.set_content(page.content().replace('<link rel="stylesheet" href="/static/candour.css">', f"<style>{sheet.text()}</style>"))
        assert copy.evaluate("document.documentElement.scrollWidth") <= width
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in Axe().run(copy, options=RULES).response["violations"]] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_supervisor_signs_in_and_stands_before_the_list(browser: Browser, address: str, northshire: Northshire, width: int) -> None:
    cache.clear()  # a code counts once, and the other width may use the same one
    with browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=False, base_url=address) as context:
        page = context.new_page()
        page.goto("/my-team")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        hold(browser, page)
        page.locator('[name="login"]').fill("ds.okafor")
        page.locator('[name="password"]').fill(WORD)
        page.get_by_role("button", name="Sign in").click()
        hold(browser, page)
        page.locator('[name="code"]').fill(str(format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))))
        page.locator("main button[type=submit]").first.click()
        expect(page).to_have_title("My team – Candour")
        expect(page.locator(".candour-case").first).to_contain_text("High risk.")


def test_a_supervisor_goes_from_the_list_to_the_worst_case_and_a_finding(browser: Browser, page: Page) -> None:
    page.goto("/")
    expect(page).to_have_title("My team – Candour")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Eastcliff child abuse team")
    expect(page.get_by_text("As at Wed 1 April 2026, 06:00")).to_be_visible()
    hold(browser, page)

    worst = page.locator(".candour-case").first
    expect(worst).to_contain_text("High risk.")
    worst.get_by_role("heading").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Case NS2")
    expect(page.get_by_role("row", name="What was found")).to_have_count(1)
    expect(page.locator(".candour-entry").first).to_be_visible()
    hold(browser, page)

    title = page.locator("table a").first.inner_text()
    page.locator("table a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    for step in ("Who says so", "The rule", "What happened", "Whose limit"):
        expect(page.locator("dt", has_text=step).first).to_be_visible()
    hold(browser, page)

    page.get_by_role("link", name="Case NS2").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Case NS2")


def test_the_list_is_kept_to_what_is_due_and_the_choice_is_an_address(browser: Browser, page: Page) -> None:
    page.goto("/my-team")
    page.get_by_role("link", name="Due within a week").click()
    expect(page).to_have_url(re.compile(r"/my-team\?show=week$"))
    expect(page.locator('[aria-current="true"]', has_text="Due within a week")).to_be_visible()
    page.get_by_text("Why it cannot be checked").click()
    expect(page.locator("details li").first).to_be_visible()
    hold(browser, page)


def test_the_chronology_is_read_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/my-team")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to main content")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    while page.locator(":focus").get_attribute("href") is None or "/cases/" not in str(page.locator(":focus").get_attribute("href")):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Case NS2")


def test_what_was_known_on_a_day_is_marked_and_a_wrong_day_is_said(browser: Browser, page: Page) -> None:
    page.goto("/my-team")
    page.locator(".candour-case h2 a").first.click()
    page.get_by_label("What was known on").fill("2025-01-01")
    page.get_by_role("button", name="Mark it").click()
    expect(page.locator(".candour-entry--unknown-then").first).to_contain_text("Not yet known on Wed 1 January 2025")
    hold(browser, page)
    page.goto(page.url.replace("2025-01-01", "soon"))
    expect(page.get_by_text("That is not a day")).to_be_visible()
    hold(browser, page)


def test_at_400_per_cent_nothing_is_lost_sideways(
    browser: Browser, address: str, northshire: Northshire, signed_in: Callable[[Person], Client]
) -> None:
    """1280 pixels at 400 % are 320 pixels."""
    context = context_of(browser, signed_in(northshire.supervisor), address, 320)
    page = context.new_page()
    page.goto("/my-team")
    hold(browser, page)
    page.locator(".candour-case h2 a").first.click()
    hold(browser, page)
    page.locator("table a").first.click()
    hold(browser, page)
    context.close()


def test_a_stranger_reads_that_nothing_needs_them_and_finds_no_case(
    browser: Browser, address: str, northshire: Northshire, signed_in: Callable[[Person], Client]
) -> None:
    context = context_of(browser, signed_in(northshire.stranger), address, 390)
    page = context.new_page()
    page.goto("/my-team")
    expect(page.get_by_text("Nothing needs you")).to_be_visible()
    hold(browser, page)
    answer = page.goto("/cases/NS25/000003")
    assert answer is not None and answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here that you can see")
    hold(browser, page)
    context.close()
