"""The made-up people: the same seed gives the same rows, each row has a truth, and the slips are there that a linker must bear."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from candour.simulation.identities.making import SCHEMA, Identity, make_identities, write_identities


def by_person(records: list[Identity]) -> dict[str, list[Identity]]:
    found: dict[str, list[Identity]] = defaultdict(list)
    for one in records:
        found[one.person].append(one)
    return found


def test_the_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    assert list(make_identities(500, 3)) == list(make_identities(500, 3))
    assert list(make_identities(500, 3)) != list(make_identities(500, 4))


def test_every_record_has_its_own_ref_made_of_source_kind_and_ref() -> None:
    records = [one for kind in ("child", "suspect", "place") for one in make_identities(2000, 1, kind)]
    assert len({one.record_ref for one in records}) == len(records)
    assert all(one.record_ref == f"{one.source_system}:{one.person_kind}:{one.ref}" for one in records)


def test_one_child_is_written_differently_and_twins_are_there() -> None:
    people = by_person(list(make_identities(6000, 1)))
    pairs = [(one, two) for own in people.values() for one, two in pairwise(own)]
    turned = [
        pair
        for pair in pairs
        if pair[0].born_on
        and pair[1].born_on
        and pair[0].born_on != pair[1].born_on
        and (pair[0].born_on.day, pair[0].born_on.month) == (pair[1].born_on.month, pair[1].born_on.day)
    ]
    assert len(pairs) > 2000
    assert turned
    homes: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for one in make_identities(6000, 1):
        if one.born_on and one.phone and one.born_on.day > 1:
            homes[one.born_on, one.phone].add(one.person)
    assert sum(len(people) > 1 for people in homes.values()) > 20, "twins, by the same birth and telephone"


def test_written_apart_from_the_truth(tmp_path: Path) -> None:
    path = write_identities(tmp_path, 300, 1)
    names = [name for name, *_ in duckdb.sql(f"DESCRIBE FROM '{path}'").fetchall()]
    assert names == SCHEMA.names
    assert "person" not in names
    (joined,) = duckdb.sql(f"SELECT count(*) FROM '{path}' JOIN '{tmp_path / 'truth.parquet'}' USING (record_ref)").fetchone() or (0,)
    assert joined == 300


def test_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="'officer'"):
        make_identities(1, 1, "officer")
