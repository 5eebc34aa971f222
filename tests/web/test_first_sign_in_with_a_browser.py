"""A new administrator's first sign-in and first work, in a browser without scripts and on a narrow screen; axe finds nothing on any page."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from candour_web.people.actions import add_person, give_role
from candour_web.people.rules import Role, Scope
from candour_web.people.scope import within
from tests.support.browsing import RULES, needs_chromium, opened_browser
from tests.support.cast import FIRST_DAY, NOW

WORD = "four quite unlike words"
WIDTHS = (1280, 390)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Chromium, beside which Django may be asked things in the same thread."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with opened_browser() as opened:
        yield opened


def look(page: Page, copy: Page, faults: list[str]) -> None:
    """Note what axe finds on the page, narrow, and whether it is wider than the screen. Axe needs scripts, so a copy of the page is read."""
    copy.route("**/copy", lambda route: route.fulfill(body=page.content(), content_type="text/html"))
    copy.goto(page.url.partition("?")[0].rstrip("/") + "/copy")
    for width in WIDTHS:
        copy.set_viewport_size({"width": width, "height": 800})
        if copy.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{page.title()} is wider than {width}")
    found = Axe().run(copy, options=RULES).response["violations"]
    faults += [f"{page.title()}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in found]


@needs_chromium
def test_a_new_administrator_signs_in_and_adds_an_officer(live_server: LiveServer, browser: Browser) -> None:
    with within(Scope(powers=frozenset({"accounts"}))):
        person, word = add_person(by=None, sign_in_name="k.adler", name="Kit Adler")
        give_role(by=None, to=person, role=Role.ADMINISTRATOR, from_on=FIRST_DAY, now=NOW)
    page = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800}).new_page()
    page.set_default_timeout(10_000)
    copy = browser.new_context(bypass_csp=True).new_page()
    faults: list[str] = []

    def send(**typed: str) -> None:
        for name, words in typed.items():
            page.fill(f"[name={name}]", words)
        page.click("main button")
        look(page, copy, faults)

    page.goto(live_server.url)
    look(page, copy, faults)
    send(login="k.adler", password="not it")
    assert "That name and password do not go together" in page.inner_text("main")
    send(login="k.adler", password=word)
    assert page.inner_text("h1") == "Choose a password of your own"
    send(oldpassword=word, password1=WORD, password2=WORD)
    send(password=WORD)
    secret = re.search(r'candour-key">([A-Z2-7]+)<', page.content())
    assert secret
    send(code=str(format_hotp_value(hotp_value(secret[1], int(time.time()) // 30))))
    assert page.inner_text("h1") == "Codes for the day you have no phone"
    page.click("text=Go to what needs you")
    assert page.inner_text("h1") == "People"
    look(page, copy, faults)
    page.click("text=Add a person")
    send(name="Wilhelmina Featherstonehaugh-Cholmondeley of Upper Northshire", sign_in_name="dc.feather")
    page.click("text=Go to Wilhelmina")
    page.click("text=Give a role")
    page.select_option("[name=role]", "officer")
    send()
    assert "officer\nFrom" in page.inner_text("main")
    page.click("text=Sign out")
    assert page.inner_text("h1") == "Sign in"
    assert faults == []
