"""Whose each reference of a linked chronology is: by its source and the reference, and by neither alone."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from candour.records.chronology import open_chronology
from candour.records.links import link_folder
from candour.records.references import REFERENCES_FILE, NotWhole, References
from tests.support.two_systems import link, take

ROWS = [("child", "coast", "K1", "coast:child:K1"), ("child", None, "K2", "dales:child:D2"), ("place", "coast", "K1", "coast:place:K1")]


def references(folder: Path, rows: list[tuple[str, str | None, str, str]]) -> References:
    folder.mkdir()
    names = ("person_kind", "source_system", "ref", "person_ref")
    pq.write_table(
        pa.table({name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(names)}), folder / REFERENCES_FILE
    )
    return References(folder)


def test_a_reference_without_a_source_is_of_nobody_and_a_blank_one_stays_blank(tmp_path: Path) -> None:
    whose = references(tmp_path / "now", ROWS)
    rows = [("coast", None), ("coast", "K1"), (None, "K2"), (None, None), ("dales", "K2"), ("dales", "K1")]
    events = pa.table({name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(("source_system", "child_ref"))})
    expected = [None, "coast:child:K1", "K2", None, "K2", "K1"]
    assert whose.put_into({"any": events}, ["child_ref"])["any"]["child_ref"].to_pylist() == expected
    assert [row["child_ref"] for row in whose.put_into_rows(events.to_pylist())] == expected


def test_a_reference_without_a_source_is_never_one_that_was_of_another_person(tmp_path: Path) -> None:
    before = references(tmp_path / "before", [("child", "coast", "K1", "coast:child:K9"), ("child", None, "K2", "dales:child:D9")])
    assert references(tmp_path / "now", ROWS).of_others_than(before) == {("child_ref", "coast"): ["K1"]}


def test_the_events_that_are_written_and_the_rows_by_kind_say_the_same_of_an_event_without_a_source(tmp_path: Path) -> None:
    at = {"reported_at": "01/03/2026 18:00", "created_at": "01/03/2026 18:00"}
    store = take(tmp_path, {"coast": [(name, "K1", "Orla", "Quillfeather", "N", at) for name in ("M1", "M2")]})
    file = open_chronology(store).events
    duckdb.sql(
        f"copy (select * replace (if(event_id like '%:M1:%', null, source_system) as source_system) from '{file}' order by position) to '{file}.new' (format parquet)"
    )
    Path(f"{file}.new").rename(file)
    folder = link_folder(store, link(store).link_id) / "chronology"
    written = pq.read_table(folder / "events.parquet", columns=["source_system", "child_ref"]).to_pydict()
    assert written == {"source_system": [None, "coast"], "child_ref": ["K1", "coast:child:K1"]}
    own = pq.read_table(file, columns=["source_system", "child_ref"])
    assert References(folder).put_into({"any": own}, ["child_ref"])["any"]["child_ref"].to_pylist() == written["child_ref"]


@pytest.mark.parametrize("harm", ["cut short", "no table", "another table"])
def test_a_table_that_is_not_whole_is_refused_by_name(harm: str, tmp_path: Path) -> None:
    references(tmp_path / "now", ROWS)
    file = tmp_path / "now" / REFERENCES_FILE
    if harm == "another table":
        pq.write_table(pa.table({"ref": ["K1"]}), file)
    else:
        file.write_bytes(file.read_bytes()[:-20] if harm == "cut short" else b"")
    with pytest.raises(NotWhole, match=r"references\.parquet: cannot be read; it is not whole"):
        References(tmp_path / "now")
