"""Who the records are about is kept apart, as last known, for its owner's eyes alone; nothing of it comes into a report."""

from __future__ import annotations

import json
import stat
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from candour.records.chronology import open_chronology
from candour.records.identities import COLUMNS
from candour.records.refusals import InputRefused
from candour.records.reporting.summary import attention, summary
from tests.support.deliveries import HEADING, MAPPING, Desk, row

IDENTITIES = """
[[table.identities]]
person_kind = "child"
ref = "NOMINAL"
given_names = ["FORENAME", "MIDDLE"]
family_name = "SURNAME"
other_names = ["ALIAS", "NICKNAME"]
born_on = "BORN"
sex = { column = "SEX", codes = "sex" }
restricted = { column = "RESTRICTED", codes = "yes_no" }
"""
SEX = '\n[codes.sex]\nF = "female"\nM = "male"\n'
WITH = MAPPING.replace("[[table.event]]", IDENTITIES + "[[table.event]]", 1) + SEX
NAMES = ("FORENAME", "MIDDLE", "SURNAME", "ALIAS", "NICKNAME", "BORN", "SEX", "RESTRICTED")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, WITH)


def deliver(desk: Desk, *rows: tuple[str, dict[str, str]], name: str = "missing.csv") -> None:
    lines = []
    for episode, said in rows:
        cells = {"nominal": "K1", **{key: value for key, value in said.items() if key.upper() not in NAMES}}
        lines.append(row(episode, **cells) + "," + ",".join(said.get(column.lower(), "") for column in NAMES))
    desk.deliver(*lines, name=name, heading=f"{HEADING},{','.join(NAMES)}")


def known(desk: Desk, columns: str = "*") -> list[tuple[object, ...]]:
    with duckdb.connect() as db:
        return db.execute(f"select {columns} from read_parquet(?)", [str(open_chronology(desk.store).identities)]).fetchall()


def test_each_record_is_kept_once_with_its_names(desk: Desk) -> None:
    deliver(
        desk,
        ("M1", {"forename": "Zebedee", "middle": "Q", "surname": "Quillfeather", "nickname": "Zeb", "born": "12/03/2012", "sex": "M", "restricted": "Y"}),
        ("M2", {"nominal": "K2", "surname": "Only"}),
        ("M3", {"forename": "Zebediah", "alias": "Z1", "nickname": "Z2"}),
    )  # fmt: skip
    report = desk.take()
    assert known(desk, "record_ref, given_names, family_name, other_names, born_on::varchar, sex, restricted, phone") == [
        ("northshire-missing:child:K1", "Zebediah", "Quillfeather", "Z1;Z2", "2012-03-12", "male", True, None),
        ("northshire-missing:child:K2", None, "Only", None, None, None, None, None),
    ]
    assert report.sources[0].identities == 2
    with duckdb.connect() as db:
        found = db.execute(f"describe select * from '{open_chronology(desk.store).identities}'").fetchall()
    assert {name: kind for name, kind, *_ in found} == dict(COLUMNS)


def test_a_later_delivery_replaces_what_was_known_of_a_record_and_leaves_the_others(desk: Desk) -> None:
    deliver(desk, ("M1", {"surname": "Before", "forename": "Ann"}), ("M2", {"nominal": "K2", "surname": "Kept"}))
    desk.take()
    deliver(desk, ("M3", {"surname": "After"}))
    desk.take(datetime(2026, 6, 1))
    assert known(desk, "ref, given_names, family_name") == [("K1", None, "After"), ("K2", None, "Kept")]


def test_its_owner_alone_can_read_it_wherever_it_lies(desk: Desk) -> None:
    deliver(desk, ("M1", {"surname": "Quillfeather"}))
    desk.take()
    found = list(desk.store.rglob("identities.parquet"))
    assert len(found) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in found} == {0o600}
    delivered = [folder for folder in (desk.store / "deliveries").rglob("files") if folder.is_dir()]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in delivered} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for folder in delivered for path in folder.rglob("*") if path.is_file()} == {0o600}


def test_no_value_of_it_comes_into_an_event_or_a_report(desk: Desk) -> None:
    deliver(
        desk,
        ("M1", {"forename": "Zebedee", "surname": "=Quillfeather", "born": "31/02/2012", "sex": "Wrongword", "alias": "Hidden"}),
        ("M2", {"surname": "Quillfeather"}),
        ("M3", {"forename": "Zebedee", "reported_at": "99/99/2026"}),
    )
    with (desk.folder / "missing.csv").open("a") as file:
        file.write("Zebedee,Quillfeather\n")
    report = desk.take()
    listed = {(item.row, item.column, item.value) for item in report.problems()}
    assert listed == {(1, "BORN", "(not shown)"), (1, "SEX", "(not shown)")}
    said = summary(report) + attention(report, 50) + json.dumps(report.preview)
    for path in (desk.store / "deliveries").rglob("report*"):
        said += path.read_text(encoding="utf-8")
    said += str(desk.query("select * from events") + desk.query("select * from children"))
    assert "(not shown)" in said
    assert not [word for word in ("Zebedee", "Quillfeather", "Wrongword", "31/02/2012", "Hidden") if word in said]


def test_a_trial_run_shows_no_names(desk: Desk) -> None:
    deliver(desk, ("M1", {"forename": "Zebedee", "surname": "Quillfeather"}))
    report = desk.take(dry_run=True)
    assert report.sources[0].identities == 1
    assert "Zebedee" not in json.dumps(report.preview) + summary(report)
    assert not desk.store.exists()


def test_a_source_without_identities_has_none(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.deliver(row())
    desk.take()
    assert not list(desk.store.rglob("identities.parquet"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('person_kind = "child"', 'person_kind = "dog"'), "not one of child, suspect, place"),
        (('person_kind = "child"\n', ""), "needs person_kind"),
        (('family_name = "SURNAME"', 'surname = "SURNAME"'), "does not know 'surname'"),
        (('family_name = "SURNAME"', 'family_name = "NOTE"'), "reads 'NOTE' as a name"),
        (('family_name = "SURNAME"', 'family_name = "EPISODE_NO"'), "reads 'EPISODE_NO' as a name"),
        (('family_name = "SURNAME"', 'family_name = "NOMINAL"'), "reads 'NOMINAL' as a name"),
    ],
)
def test_a_mapping_that_would_let_names_out_or_cannot_be_meant_is_refused(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    desk = Desk(tmp_path, WITH.replace(*change))
    deliver(desk, ("M1", {}))
    with pytest.raises(InputRefused, match=words):
        desk.take()
