"""A run is published whole or not at all, once, and with every row that the run's own files have."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from django.db import connection, connections
from django.db.utils import ProgrammingError

from candour.findings.proofs import open_run
from candour_web.casework import actions
from candour_web.casework.actions import PublicationRefused, Published, publish_run
from candour_web.casework.published_tables import PublishedTable, published_tables, reading
from candour_web.site.embedded import ADMINISTRATOR, OWNER, Embedded
from tests.support.published import AWKWARD, assess_again, small_store

pytestmark = pytest.mark.usefixtures("transactional_db")
NOW = datetime(2026, 3, 10, 13, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    small_store(tmp_path / "store")
    return tmp_path / "store"


def publish(store: Path, run_id: str | None = None) -> Published:
    return publish_run(store=store, run_id=run_id, folder=store.parent / "standards", by=None, now=NOW)


@pytest.fixture(autouse=True)
def look(server: Embedded, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tests see everything: they look as the server's administrator, whom no row-level security binds."""
    address = server.address(ADMINISTRATOR, str(connections["owner"].settings_dict["NAME"]))
    monkeypatch.setitem(_LOOKING, "address", address)


_LOOKING: dict[str, str] = {}


def asked(words: LiteralString, *values: object) -> list[tuple[Any, ...]]:
    """What is in the database now, for all to see that has been committed."""
    with psycopg.connect(_LOOKING["address"], options="-c timezone=UTC") as looking:
        return looking.execute(words, values or None).fetchall()


def asked_as_the_service(words: str) -> list[tuple[Any, ...]]:
    """What the service's own role is answered."""
    with connection.cursor() as cursor:
        cursor.execute(words)
        return cursor.fetchall()


def parts() -> set[str]:
    return {name for (name,) in asked("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^casework_.*_p[0-9]+$'")}


def as_words(value: object) -> str:
    """A value as text, however the two databases give it."""
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)).isoformat()
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True)
    if isinstance(value, list):
        return "{" + ",".join('"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in value) + "}"
    if isinstance(value, str) and value.startswith("{") and value.endswith("}") and ":" in value:
        return json.dumps(json.loads(value), sort_keys=True)
    return value.isoformat() if isinstance(value, date) else repr(value) if value is None or isinstance(value, bool) else str(value)


def test_every_row_of_the_runs_files_is_in_the_database(store: Path) -> None:
    published = publish(store).publication
    opened = open_run(store, None, store.parent / "standards")
    with reading(opened) as db:
        for table in published_tables(opened):
            columns = ", ".join(f'"{column}"' for column in table.columns)
            there = sorted(
                tuple(map(as_words, row)) for row in asked(f"SELECT {columns} FROM {table.name} WHERE publication_id = {published.pk}")
            )
            here = sorted(tuple(map(as_words, row)) for row in db.execute(table.select).fetchall())
            assert there == here, table.name
            assert published.counts[table.name] == len(here) > 0
    assert asked("SELECT occurred_text FROM casework_event ORDER BY position LIMIT 2") == [(AWKWARD,), ("",)]


def test_a_case_says_who_holds_it_and_the_risk_last_recorded(store: Path) -> None:
    publish(store)
    assert asked("SELECT case_ref, officer_ref, supervisor_ref, risk_level FROM casework_case ORDER BY 1") == [
        ("K1", None, None, None),
        ("K2", "PC7", "DS3", "high"),
    ]


def test_the_same_run_twice_changes_nothing(store: Path) -> None:
    first, before = publish(store), parts()
    second = publish(store)
    assert (first.already, second.already, second.publication.pk) == (False, True, first.publication.pk)
    assert (parts(), asked("SELECT count(*) FROM casework_publication")) == (before, [(1,)])
    assert asked("SELECT who, kind, what, record FROM trail_entry") == [("candour", "collection", "run published", "run 0001")]
    assert second.sentence() == "Run 0001 is what is published already; nothing was changed."


def test_a_reader_sees_the_old_run_until_the_new_one_is_whole(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = publish(store).publication
    assess_again(store, "2026-03-20 12:00")
    seen: list[tuple[str, int]] = []
    fill = actions._fill

    def fill_and_look(cursor: Any, db: Any, table: PublishedTable, publication: int) -> int:
        copied = fill(cursor, db, table, publication)
        seen.extend(
            asked("SELECT run_id, (SELECT count(DISTINCT publication_id) FROM casework_event) FROM casework_publication WHERE stands")
        )
        return copied

    monkeypatch.setattr(actions, "_fill", fill_and_look)
    new = publish(store).publication
    assert set(seen) == {("0001", 1)} and len(seen) == 6
    assert asked("SELECT id, stands FROM casework_publication ORDER BY 1") == [(old.pk, False), (new.pk, True)]
    assert asked("SELECT count(*) FROM casework_finding WHERE publication_id = %s", old.pk) == [(2,)], (
        "a page that had begun is still answered"
    )


def _wrong_question(cursor: Any, db: Any, table: PublishedTable, publication: int) -> PublishedTable:
    return replace(table, select="select no_such_column from finding")


def _lost_connection(cursor: Any, db: Any, table: PublishedTable, publication: int) -> PublishedTable:
    cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    return table


def _rows_that_do_not_fit(cursor: Any, db: Any, table: PublishedTable, publication: int) -> PublishedTable:
    return replace(table, select="select repeat('x', 100) as finding_id from range(300000)", columns=("version",))


@pytest.mark.parametrize("fault", [_wrong_question, _lost_connection, _rows_that_do_not_fit])
def test_a_publication_that_fails_leaves_the_old_run(
    store: Path, monkeypatch: pytest.MonkeyPatch, fault: Callable[..., PublishedTable]
) -> None:
    publish(store)
    before = parts()
    assess_again(store, "2026-03-20 12:00")
    fill = actions._fill

    def fill_wrongly(cursor: Any, db: Any, table: PublishedTable, publication: int) -> int:
        wanted = table if table.name != "casework_finding" else fault(cursor, db, table, publication)
        return fill(cursor, db, wanted, publication)

    monkeypatch.setattr(actions, "_fill", fill_wrongly)
    with pytest.raises(Exception, match=r"no_such_column|terminating|closed|invalid input syntax"):
        publish(store)
    connections["owner"].close()
    assert (parts(), asked("SELECT run_id, stands FROM casework_publication")) == (before, [("0001", True)])
    monkeypatch.undo()
    assert publish(store).sentence() == "Run 0002 is published: 2 cases, 4 events, 2 findings."


def test_two_publications_at_once_are_refused(store: Path, server: Embedded) -> None:
    with psycopg.connect(server.address(OWNER, str(connections["owner"].settings_dict["NAME"]))) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [actions._LOCK])
        with pytest.raises(PublicationRefused, match="Another publication is going on"):
            publish(store)
    assert publish(store).already is False


def test_older_rows_are_dropped_and_a_long_reading_only_delays_that(store: Path) -> None:
    kept = [publish(store).publication.pk]
    for day in (11, 12):
        assess_again(store, f"2026-03-{day} 12:00")
        kept.append(publish(store).publication.pk)
    assert {name.rpartition("_p")[2] for name in parts()} == {str(pk) for pk in kept[-2:]}
    assess_again(store, "2026-03-13 12:00")
    reader = connection.copy()
    try:
        with reader.cursor() as cursor:
            cursor.execute("BEGIN; SELECT count(*) FROM casework_event")
            kept.append(publish(store).publication.pk)
            assert {name.rpartition("_p")[2] for name in parts()} == {str(pk) for pk in kept[-3:]}
    finally:
        reader.close()
    assess_again(store, "2026-03-14 12:00")
    kept.append(publish(store).publication.pk)
    assert {name.rpartition("_p")[2] for name in parts()} == {str(pk) for pk in kept[-2:]}


def test_the_service_reads_no_part_by_its_own_name_and_makes_none(store: Path) -> None:
    publish(store)
    for name in parts():
        with pytest.raises(ProgrammingError, match="permission denied"):
            asked_as_the_service(f"SELECT count(*) FROM {name}")
    with pytest.raises(ProgrammingError, match="permission denied"):
        asked_as_the_service("CREATE TABLE casework_event_p999 (x int)")
    connection.close()


def test_without_the_owner_it_says_what_to_set(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "connections", {"default": connection})
    with pytest.raises(PublicationRefused, match="DATABASE_OWNER_URL"):
        publish(store)
