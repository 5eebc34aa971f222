"""The first hour, run as its page tells it: every command is run, and its output is what the page shows."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from candour.cli.main import run
from tests.support.repository import ROOT
from tests.support.shown import Shown, differences, shown_on, shown_on_text, with_present_figures

DOCS = ROOT / "docs"
MEND = bool(os.environ.get("CANDOUR_MEND_PAGES"))
"""Whether the pages are given the figures that come now, where the catalogue has changed, instead of being held to them."""
FILES = (DOCS / "tutorials" / "first-report", DOCS / "how-to" / "write-a-standard", DOCS / "how-to" / "share-a-pack")
PAGES = {
    "tutorials/first-report.md": 12,
    "how-to/ask-what-was-known-then.md": 5,
    "how-to/link-records.md": 6,
    "how-to/set-a-local-limit.md": 5,
    "how-to/share-a-pack.md": 7,
    "how-to/write-a-standard.md": 7,
}
"""The pages that show commands with their output, and how many commands at least each shows."""


def test_a_difference_would_be_seen() -> None:
    page = Shown("candour", ("one", "...", "three 3"))
    assert differences(page, "one\ntwo\nthree 3\n") == []
    assert differences(page, "one\nthree 3\n") == []
    assert differences(page, "none\nthree 3\n")
    assert differences(page, "one\ntwo\nthree 4\n")
    assert differences(page, "one\nthree 3\nfour\n")
    assert differences(Shown("candour", ("one",)), "one\ntwo\n")
    assert differences(Shown("candour", ("Run 0001: 5 records; 1.5 seconds.",)), "Run 0001: 5 records; 2 seconds.") == []
    assert differences(Shown("candour", ("Run 0001: 5 records; 1.5 seconds.",)), "Run 0001: 6 records; 1.5 seconds.")


def test_present_figures_are_put_on_a_page() -> None:
    page = "```console\n$ candour one\nRun 0001: 5 records; 1.5 seconds.\n...\n  Done 7\nother\n```\n"
    shown = shown_on_text(page)[0]
    assert with_present_figures(page, shown, "Run 0001: 5 records; 9 seconds.\nmore\n  Done 8\nothers\n") == page.replace(
        "Done 7", "Done 8"
    )


def outcome_of(words: list[str], capfd: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run `candour ...` here, or `python ...` beside it (a script is one of the repository's)."""
    if words[0] == "candour":
        code = run(words[1:])
        return code, "".join(capfd.readouterr())
    assert words[0] == "python"
    arguments = [str(ROOT / word) if word.startswith("benchmarks/") else word for word in words[1:]]
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_the_page_shows_what_comes(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    for folder in FILES:
        shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    shown = shown_on(DOCS / page)
    assert len(shown) >= PAGES[page]
    for one in shown:
        code, output = outcome_of(shlex.split(one.command), capfd)
        assert code in (0, 1), f"{one.command}: {output}"
        if MEND:
            (DOCS / page).write_text(with_present_figures((DOCS / page).read_text(encoding="utf-8"), one, output), encoding="utf-8")
        else:
            assert not differences(one, output), one.command
    assert not MEND, "The pages were given the present figures. Look at what changed, and run again without CANDOUR_MEND_PAGES."
