"""A newcomer's first minutes: `candour serve --demo` as one command, and in a browser from its sign-in page to a finding. Wide and narrow."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from candour.cli.demonstrating import MARK
from tests.journeys.test_supervisor import hold
from tests.support.browsing import needs_chromium
from tests.support.program import environment
from tests.support.repository import ROOT
from tests.web.test_commands import free_port

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def address(made_up_store: Path, worker_id: str) -> Iterator[str]:
    """The demonstration of the made-up force, served by the command itself on a free port."""
    home = Path(os.environ["CANDOUR_TEST_SERVER"]) / f"demonstration-{worker_id}"
    home.mkdir(mode=0o711)
    (home / MARK).touch()
    (home / "store").symlink_to(made_up_store)
    port = free_port()
    command = [sys.executable, "-m", "tests.support.program", "serve", "--demo", "--store", str(home / "store")]
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--workers", "1"], cwd=ROOT, env=environment(home / "service"), stdout=log, stderr=log
        )
    try:
        _wait(process, f"http://127.0.0.1:{port}", home / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        shutil.rmtree(home, ignore_errors=True)


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{address}/health"):
                return
        except urllib.error.URLError:
            time.sleep(0.2)
    raise AssertionError(log.read_text())


@pytest.fixture(params=(1280, 390))
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    with browser.new_context(viewport={"width": request.param, "height": 900}, java_script_enabled=False, base_url=address) as context:
        yield context.new_page()


def test_a_newcomer_signs_in_as_a_supervisor_and_comes_to_a_finding(browser: Browser, page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look around as somebody made up")
    hold(browser, page)
    page.get_by_role("button", name="supervisor of Child abuse investigation team (made up)").click()
    expect(page).to_have_title("My team – Candour")
    expect(page.get_by_text("Every person, child and case here is made up.")).to_be_visible()
    hold(browser, page)
    page.locator(".candour-case h2 a").first.click()
    page.locator("table a").first.click()
    expect(page.locator("dt", has_text="Who says so")).to_be_visible()
    hold(browser, page)


def test_the_officer_has_work_and_the_administrator_has_people(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="officer (made up)").click()
    expect(page).to_have_title("My work – Candour")
    expect(page.locator(".candour-case").first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Kit Adler, administrator (made up)").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People")
    expect(page.get_by_role("row", name="Ruth Okafor")).to_be_visible()
