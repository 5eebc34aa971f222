"""Mappings that cannot be meant are refused, and the message names the file, the key and the value."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from candour.records.mapping import SourceMapping
from candour.records.mapping_file import load_mappings, read_mapping
from candour.records.refusals import InputRefused
from candour.records.vocabulary import load_vocabulary
from tests.support.deliveries import MAPPING

WORDS = load_vocabulary()


def mapping_of(tmp_path: Path, text: str) -> SourceMapping:
    path = tmp_path / "m.toml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path, WORDS)


def test_the_mapping_says_what_it_holds(tmp_path: Path) -> None:
    mapping = mapping_of(tmp_path, MAPPING)
    assert mapping.holds() == {
        "missing.located": ["case_ref", "child_ref", "episode_ref"],
        "missing.reported": [
            "case_ref",
            "child_ref",
            "circumstances_text",
            "classification",
            "episode_ref",
            "from_care",
            "org",
            "recorded_at",
        ],
    }
    assert mapping.complete[0].start == datetime(2025, 1, 1)
    assert mapping.verified is False
    assert [event.blank_time for event in mapping.tables[0].events] == ["skip", "skip"]


def test_a_log_whose_events_share_their_time_keeps_rows_without_one(tmp_path: Path) -> None:
    mapping = mapping_of(tmp_path, MAPPING.replace('at = "LOCATED_AT"', 'at = "REPORTED_AT"'))
    assert [event.blank_time for event in mapping.tables[0].events] == ["unknown", "unknown"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('kind = "missing.reported"', 'kind = "missing.reportd"', "'missing.reportd' is not a kind"),
        ("classification = {", "classificaton = {", "'classificaton' is not a field of missing.reported"),
        ('MISSING = "missing"', 'MISSING = "mising"', "'mising'"),
        ('Y = "yes"', 'Y = "maybe"', "'maybe'"),
        ('codes = "yes_no"', 'codes = "yesno"', "'yesno'"),
        ('file = "missing*.csv"', 'file = "../../etc/passwd"', "outside the delivered folder"),
        ('file = "missing*.csv"', 'file = "/etc/passwd"', "outside the delivered folder"),
        ('file = "missing*.csv"', 'file = "C:\\\\x.csv"', "outside the delivered folder"),
        ('"%d/%m/%Y"]', '"%Q"]', "'%Q'"),
        ('midnight = "day"', 'midnight = "noon"', "'noon'"),
        ('delivers = "changes"', 'delivers = "some"', "'some'"),
        ('name = "northshire-missing"', 'name = "Northshire Missing"', "'Northshire Missing'"),
        ('name = "northshire-missing"', 'name = "a"\ntime_zone = "Europe/Londn"', "'Europe/Londn'"),
        ('name = "northshire-missing"', 'name = "a"\nverified = "yes"', "verified must be true or false"),
        ('kinds = ["missing.reported", "missing.located"]', 'kinds = ["missing.assessed"]', "'missing.assessed', which no event"),
        ('from = "2025-01-01"', 'from = "last year"', "'last year'"),
        ('from = "2025-01-01"', 'from = "2025-01-01"\nto = "2024-01-01"', "before it begins"),
        ('name = "located"', 'name = "reported"', "another event of this source"),
        ('key = ["EPISODE_NO"]', 'version = "V"', "has a version and no key"),
        ('org = { value = "police" }', 'org = { value = "police", column = "X" }', "either column"),
        ('org = { value = "police" }', 'orgs = "X"', "does not know 'orgs'"),
        ('at = "REPORTED_AT"', "at = []", "needs at ="),
        ('born_on = "DOB"', 'bornon = "DOB"', "does not know 'bornon'"),
        ("[codes.yes_no]", "[codes.yes_no", "not TOML"),
        ('child_ref = "NOMINAL"\n', "", "needs child_ref"),
    ],
)
def test_nonsense_is_refused_with_its_place(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in MAPPING
    with pytest.raises(InputRefused) as refusal:
        mapping_of(tmp_path, MAPPING.replace(old, new, 1))
    assert str(refusal.value).startswith("m.toml: ")
    assert words in str(refusal.value)


def test_code_editions_hold_from_their_day(tmp_path: Path) -> None:
    text = MAPPING.replace(
        '[codes.classification]\nMISSING = "missing"\nABSENT = "absent"\nOTH = "unmapped"\n',
        '[[codes.classification.edition]]\nvalues = { M = "missing" }\n[[codes.classification.edition]]\nfrom = 2026-04-01\nvalues = { M = "absent" }\n',
    )
    table = mapping_of(tmp_path, text).tables[0].events[0].fields["classification"].codes
    assert table is not None
    assert [table.on(day)["M"] for day in (date(2026, 3, 31), date(2026, 4, 1), None)] == ["missing", "absent", "absent"]
    with pytest.raises(InputRefused, match="must begin after the edition before it"):
        mapping_of(tmp_path, text.replace("from = 2026-04-01\n", ""))


def test_a_source_that_is_nowhere_is_refused() -> None:
    with pytest.raises(InputRefused, match="There is no mapping 'nowhere'"):
        load_mappings("nowhere", WORDS)


def test_two_mappings_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(MAPPING, encoding="utf-8")
    with pytest.raises(InputRefused, match=r"is also the name in a\.toml"):
        load_mappings(tmp_path, WORDS)
