"""The map says which standards inform what, and the gaps that are left are declared here exactly."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from candour.cli.main import program
from candour.records.vocabulary import load_vocabulary
from candour.standards.framework_map import MapRow, framework_map
from candour.standards.frameworks import load_frameworks
from candour.standards.loading import load_standards

WITHOUT: dict[int, str] = {}
"""Failings that dates and codes would show, in whole or in part, and that no standard of the catalogue shows, each with what is missing."""


def rows() -> tuple[MapRow, ...]:
    return framework_map(load_standards(None, load_vocabulary(), examples=False), load_frameworks())


def test_the_decidable_failings_without_a_standard_are_these() -> None:
    """A gap that closes fails here too: take its number out of WITHOUT."""
    named = {int(row.id) for row in rows() if row.framework == "failing" and row.standards}
    decidable = [one.number for one in load_frameworks().failings.values() if "D" in one.kind]
    assert decidable and [number for number in decidable if number not in named] == list(WITHOUT)


def test_every_area_of_inspection_has_a_standard() -> None:
    assert not [row.id for row in rows() if row.framework == "inspection" and not row.standards]


def test_editions_of_one_standard_count_once_and_what_is_not_there_yet_is_said() -> None:
    by_id = {row.id: row for row in rows()}
    assert by_id["35"].standards == ("encompass-before-next-school-day",)
    catalogue = {one.id for one in load_standards(None, load_vocabulary(), examples=False)}
    for row in by_id.values():
        assert set(row.standards) <= catalogue
        assert not set(row.not_yet) & catalogue


def run(*arguments: str) -> str:
    result = CliRunner().invoke(program, ["standards", "map", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_map_is_printed_in_three_forms() -> None:
    listed = json.loads(run("--json"))
    assert [one["framework"] for one in listed].count("failing") == 36
    table = list(csv.DictReader(io.StringIO(run("--csv"))))
    assert [(one["framework"], one["id"], one["standards"].split()) for one in table] == [
        (one["framework"], one["id"], one["standards"]) for one in listed
    ]
    words = run()
    assert "35  school not notified [D]\n    encompass-before-next-school-day" in words
    assert words.count("With no standard: ") == 3


@pytest.mark.parametrize("failing", ["5", "36"])
def test_what_has_none_is_said(failing: str, tmp_path: Path) -> None:
    assert f"\n{failing}  " in run()
    (tmp_path / "empty").mkdir()
    told = run("--standards", str(tmp_path / "empty"))
    assert f"With no standard: {', '.join(str(number) for number in range(1, 37))}." in told
