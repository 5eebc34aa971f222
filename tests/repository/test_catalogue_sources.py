"""Each standard carries over honestly what the project's list of standards says of it: who says so, and how far that was verified."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import lru_cache

import pytest

from candour.records.vocabulary import load_vocabulary
from candour.standards.loading import load_standards
from candour.standards.model import BASES, STATUSES, Standard
from candour.standards.rule_parts import parameters_of
from tests.support.outside import outside
from tests.support.repository import ROOT

Row = dict[str, str]
SEEN_IN_THE_TABLE = frozenset({("referral-outcome-chased", 2)})
"""Editions that the list's own table of England and Wales gives as seen, though its row is about the other nation."""
CALLED_LESS = {
    "child-each-sibling-considered": "by which the rule judges are ours, so that it is not called verified",
    "csods-decision-28-days": "since the clock is our reading, the rule is not called verified",
    "ppn-triaged-by-rating": "its figures are ours and not those that the Surrey response gives",
}
"""Standards of which no edition is called verified as far as the list says, and what the note says of why."""
HELD_LESS = {
    "missing-ukmpu-72h": "in a Code of Practice made under statute and not in an Act",
    "contact-all-children-recorded": "is called professional practice, because the guidance is of November 2025",
    "crime-recorded-24h": "no Act was seen that makes them statutory guidance",
    "csods-decision-28-days": "until then its status is professional practice",
    "csods-initial-checks-24h": "until then its status is professional practice",
    "csods-stage-order": "until then its status is professional practice",
    "pp-not-police-station": "is guidance and rests on no Act",
    "pp-roles-separate": "is guidance and rests on no Act",
}
"""Standards of which no edition in force has the status that the list says, and what the note says of why."""
STATUS_WORDS = {"statutory": "statute"}
"""The list says statutory where a standard says statute; the other words are the same."""


@lru_cache(maxsize=1)
def standards() -> tuple[Standard, ...]:
    return load_standards(None, load_vocabulary())


@lru_cache(maxsize=1)
def rows() -> dict[str, Row]:
    with outside("..", "domain", "standards.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def listed() -> list[tuple[Standard, Row]]:
    """Every edition whose id is on the list, with its row. The few that are not are halves of a listed one that has two limits."""
    return [(one, rows()[one.id]) for one in standards() if one.id in rows()]


def test_a_standard_is_where_its_name_says() -> None:
    files = sorted((ROOT / "catalogue" / "standards").rglob("*.toml"))
    by_place = {}
    for file in files:
        (standard,) = load_standards(file, load_vocabulary())
        by_place[file.relative_to(ROOT / "catalogue" / "standards").as_posix()] = standard
    wrong = [
        place
        for place, one in by_place.items()
        if place not in (f"{one.area}/{one.id}.toml", f"{one.area}/{one.id}.v{one.version}.toml") or (one.version > 1) != (".v" in place)
    ]
    assert not wrong


def test_there_are_enough_and_in_every_area() -> None:
    areas = Counter(row["area"][0] for row in {one.id: row for one, row in listed()}.values())
    assert sum(areas.values()) >= 45
    assert sorted(areas) == list("ABCDEFGHIJKLMN")


def test_the_top_ones_are_all_there() -> None:
    top = {name for name, row in rows().items() if row["top25"] == "Y"}
    assert len(top) == 25
    assert not top - {one.id for one in standards()}


def editions() -> dict[str, list[Standard]]:
    """The editions of each standard of the list. The list speaks of one of them; another may be known less well."""
    found: dict[str, list[Standard]] = {}
    for one, _ in listed():
        found.setdefault(one.id, []).append(one)
    return found


def notes_of(some: list[Standard]) -> str:
    """The notes of several editions, as one line."""
    return " ".join(" ".join(one.source.note.split()) for one in some)


def test_how_far_a_source_was_verified_is_carried_over() -> None:
    """No edition claims more than the list; at least one of a standard claims as much, or its note says why it is called less."""
    stronger, less = [], {}
    for name, those in editions().items():
        said = rows()[name]["verification"]
        stronger += [
            (name, one.version, one.source.basis)
            for one in those
            if (name, one.version) not in SEEN_IN_THE_TABLE and BASES.index(one.source.basis) < BASES.index(said)
        ]
        if all(one.source.basis != said for one in those):
            less[name] = notes_of(those)
    assert not stronger
    assert set(less) == set(CALLED_LESS)
    assert not [name for name, words in CALLED_LESS.items() if words not in less[name]]


def test_nothing_is_called_verified_that_was_not() -> None:
    claimed = [(one.id, one.version) for one in standards() if one.source.verified and (one.id, one.version) not in SEEN_IN_THE_TABLE]
    assert claimed
    known = rows()
    assert not [name for name, _ in claimed if name not in known or not known[name]["verification"].startswith("verified")]
    # a figure called verified is never one of ours
    assert not [name for name, _ in claimed if "ours" in known[name]["figure_basis"]]


def test_the_status_is_that_of_the_list() -> None:
    """No edition in force claims more; one at least claims as much, or its note says why it is weaker here."""
    stronger, less = [], {}
    for name, those in editions().items():
        said = STATUS_WORDS.get(rows()[name]["status"], rows()[name]["status"])
        held = [one for one in those if one.edition.commenced and (name, one.version) not in SEEN_IN_THE_TABLE]
        stronger += [(name, one.version, one.status, said) for one in held if STATUSES.index(one.status) < STATUSES.index(said)]
        if all(one.status != said for one in held):
            less[name] = notes_of(held)
    assert not stronger
    assert set(less) == set(HELD_LESS)
    assert not [name for name, words in HELD_LESS.items() if words not in less[name]]


def test_no_note_speaks_of_a_list_that_its_reader_does_not_have() -> None:
    """A note says which document says what; the list of standards that the project was written from is not published with it."""
    assert not [
        (one.id, one.version) for one in standards() if re.search(r"\b(our|the|project's) list('s| says)", one.source.note, re.IGNORECASE)
    ]


def test_the_addresses_are_carried_over() -> None:
    lost = []
    for name, those in editions().items():
        given = {url for one in those for url in one.source.urls}
        lost += [
            (name, url) for part in rows()[name]["source_url"].split(";") if (url := part.strip()).startswith("http") and url not in given
        ]
    assert not lost


def test_a_figure_that_is_ours_can_be_set_by_a_force() -> None:
    ours = [(one, row) for one, row in listed() if "local default (ours)" in row["figure_basis"]]
    assert len(ours) >= 20
    assert not [
        (one.id, row["time_limit"]) for one, row in ours if not parameters_of(one.rule) and (one.id, one.version) not in SEEN_IN_THE_TABLE
    ]


def test_a_figure_that_is_ours_is_said_to_be_ours() -> None:
    ours = [one for one, row in listed() if "local default (ours)" in row["figure_basis"]]
    unsaid = [one.id for one in ours if not re.search(r"\bours?\b|local default", f"{one.source.note} {one.reading}")]
    assert not unsaid


def test_no_parameter_means_two_things() -> None:
    """A force that sets a figure sets it for the standard it was told of: one name, one standard."""
    owners: dict[str, set[str]] = {}
    for one in standards():
        for name in parameters_of(one.rule):
            owners.setdefault(name, set()).add(one.id)
    assert not {name: ids for name, ids in owners.items() if len(ids) > 1}


@pytest.mark.parametrize("field", ["title", "reading"])
def test_two_standards_do_not_say_the_same(field: str) -> None:
    said = Counter(getattr(one, field) for one in {one.id: one for one in standards()}.values())
    assert not [text for text, times in said.items() if times > 1]
