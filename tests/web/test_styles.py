"""The style sheet: built from what is kept beside it, without the crown, the font of GOV.UK, or anything fetched from elsewhere."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from candour_web.site.building_styles import SHEET, SOURCES, StylesCannotBeBuilt, build_sheet, fingerprint_in, fingerprint_of_sources, main

KEPT = SHEET.read_text(encoding="utf-8")


def test_the_kept_sheet_says_it_was_built_from_the_sources_as_they_are() -> None:
    """Needs no npm: a change of a source without a new build is found anywhere."""
    assert fingerprint_in(KEPT) == fingerprint_of_sources(), "run: python -m candour_web.site.building_styles"


@pytest.mark.skipif(
    shutil.which("npm") is None, reason="npm is not installed: whether a new build gives the same sheet cannot be told here"
)
def test_a_new_build_gives_the_kept_sheet() -> None:
    try:
        built = build_sheet()
    except StylesCannotBeBuilt as error:
        pytest.skip(f"the sheet cannot be built here: {error}")
    assert built == KEPT


def test_without_npm_it_says_so_and_writes_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", "")
    assert main([]) == 1
    assert "npm is not installed here" in capsys.readouterr().err
    assert SHEET.read_text(encoding="utf-8") == KEPT


def test_it_has_no_crown_no_font_of_its_own_and_fetches_nothing() -> None:
    rules = KEPT.partition("*/")[2]
    assert not re.search(r"crown|crest|GDS Transport|@font-face|@import|url\(", rules, flags=re.IGNORECASE)
    assert set(re.findall(r"font-family:\s*([^;}]+)", rules)) <= {"arial,sans-serif", "sans-serif"}


def test_the_lock_file_names_no_address_and_every_package_has_its_hash() -> None:
    text = (SOURCES / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text, "npm writes whom to fund: take every 'funding' out"
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert "resolved" not in text
    assert packages["node_modules/govuk-frontend"]["version"] == "6.3.0"
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())


def test_a_sheet_without_the_line_has_no_fingerprint() -> None:
    assert fingerprint_in("body{}") == ""
