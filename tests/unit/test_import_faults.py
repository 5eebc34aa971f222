"""What in an import report ends the command with 1: everything refused or doubtful, but not the hour that the clocks show twice."""

from __future__ import annotations

from datetime import datetime

import pytest

from candour.records.moments import DOUBTS, TWICE
from candour.records.reporting.account import ImportReport, Listed, SourceAccount, UnmappedCode

HOUR_TWICE = Listed("a.csv", 3, "WHEN", "2025-10-26T01:26", DOUBTS[TWICE])
CENTURY = Listed("a.csv", 4, "WHEN", "1926-01-01T00:10", "a hundred years before the extract")


def report(**parts: list[Listed] | list[UnmappedCode]) -> ImportReport:
    source = SourceAccount("made-up", "Made up", False, "made-up.toml", "made-up-1", **parts)  # type: ignore[arg-type]  # lists by field name
    return ImportReport(datetime(2026, 11, 22), False, "store", sources=[source])


def test_an_hour_shown_twice_is_listed_but_no_fault() -> None:
    found = report(doubtful=[HOUR_TWICE])
    assert found.wants_attention()
    assert not found.has_faults()


@pytest.mark.parametrize("part", ["refused", "problems", "doubtful"])
def test_anything_else_is(part: str) -> None:
    assert report(**{part: [CENTURY]}).has_faults()
    assert report(doubtful=[HOUR_TWICE, CENTURY]).has_faults()


def test_nothing_is_no_fault() -> None:
    assert not report().has_faults()
