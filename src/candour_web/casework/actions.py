"""The one thing that is done to casework here: a run is published, whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from psycopg import Cursor
from psycopg.errors import LockNotAvailable

from candour.findings.proofs import OpenedRun, open_run
from candour.findings.runs import RECORD
from candour.records.refusals import InputRefused
from candour_web.casework.copying import copy_rows
from candour_web.casework.models import Publication
from candour_web.casework.partitions import drop_part, join_part, make_part
from candour_web.casework.published_tables import PublishedTable, published_tables, reading
from candour_web.people.models import Person
from candour_web.trail.actions import CANDOUR, write

_LOCK = 0x63_61_6E_64
"""The number of the lock that lets one publication be made at a time."""

_KEPT = 2
"""Publications whose rows are there: the one that stands, and the one before, from which a page that had begun is still answered."""


class PublicationRefused(InputRefused):
    """A run cannot be published now. The message says why and what to do; nothing was changed."""


def _nothing(words: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Published:
    """What came of publishing: which run stands, whether it was there already, and how many rows each table has."""

    publication: Publication
    already: bool

    def sentence(self) -> str:
        """What to tell the person who asked."""
        one = self.publication
        if self.already:
            return f"Run {one.run_id} is what is published already; nothing was changed."
        cases, findings, events = (one.counts[name] for name in ("casework_case", "casework_finding", "casework_event"))
        return f"Run {one.run_id} is published: {cases:,} cases, {events:,} events, {findings:,} findings."


def publish_run(
    *,
    store: Path,
    run_id: str | None = None,
    folder: Path | None = None,
    by: Person | None,
    now: datetime,
    tell: Callable[[str], None] = _nothing,
) -> Published:
    """Publish a run of a store (by default the last): readers see the run before or this one, never a mixture of both.

    The run that stands already is not published again. `by` is who asked (None: the machine's operator), `now` a moment with its zone, `folder` the standards if not the catalogue's.
    `tell` is called with a few words after each step, for whoever waits.
    It enters as the owner of the tables. Raises PublicationRefused where another publication is going on, InputRefused and StandardRefused for the store.
    """
    opened = open_run(store, run_id, folder)
    fingerprint = fingerprint_of(opened)
    if "owner" not in connections:
        raise PublicationRefused("Publishing makes tables, so it enters as their owner: set DATABASE_OWNER_URL.")
    with transaction.atomic(using="owner"), connections["owner"].cursor() as wrapped:
        cursor: Cursor[Any] = wrapped.cursor
        cursor.execute("SET LOCAL timezone = 'UTC'")
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if cursor.fetchone() != (True,):
            raise PublicationRefused("Another publication is going on. Nothing was changed; try again when it has ended.")
        stands = Publication.objects.using("owner").filter(stands=True).first()
        if stands is not None and stands.fingerprint == fingerprint:
            return Published(stands, already=True)
        made = _publish(cursor, opened, fingerprint, by, now, tell)
    _drop_old()
    return Published(made, already=False)


def fingerprint_of(opened: OpenedRun) -> str:
    """SHA-256 of all that a publication is made from: the run's record, its findings, the chronology's files, and the words of the standards."""
    whole = hashlib.sha256()
    chronology = opened.chronology
    for file in (opened.folder / RECORD, opened.findings, chronology.events, chronology.cases, chronology.children):
        with file.open("rb") as stream:
            whole.update(hashlib.file_digest(stream, "sha256").digest())
    for (name, version), one in sorted(opened.standards.items()):
        whole.update(f"{name}@{version} {one.fingerprint} {one.title} {one.severity} {one.duty}\n".encode())
    return whole.hexdigest()


def _publish(
    cursor: Cursor[Any], opened: OpenedRun, fingerprint: str, by: Person | None, now: datetime, tell: Callable[[str], None]
) -> Publication:
    run = opened.run
    made = Publication(
        run_id=run.run_id,
        fingerprint=fingerprint,
        force=_force_of(opened.chronology.store),
        made_at=run.made_at.replace(tzinfo=UTC),
        as_of=run.as_of.replace(tzinfo=UTC),
        known_at=run.known_at.replace(tzinfo=UTC) if run.known_at else None,
        published_at=now,
        published_by=by.sign_in_name if by else CANDOUR,
        stands=False,
        run=json.loads((opened.folder / RECORD).read_text(encoding="utf-8")),
        counts={},
    )
    made.save(using="owner")
    with reading(opened) as db:
        for table in published_tables(opened):
            made.counts[table.name] = _fill(cursor, db, table, made.pk)
            tell(f"{table.words}: {made.counts[table.name]:,}")
    Publication.objects.using("owner").filter(stands=True).update(stands=False)
    made.stands = True
    made.save(using="owner")
    write(by=by, kind="collection", what="run published", record=f"run {run.run_id}", detail=f"publication {made.pk}", using="owner")
    return made


def _fill(cursor: Cursor[Any], db: Any, table: PublishedTable, publication: int) -> int:
    part = make_part(cursor, table.name, publication)
    copy_rows(db, table.select, cursor, part, table.columns)
    copied = cursor.rowcount
    join_part(cursor, table.name, publication)
    return copied


def _force_of(store: Path) -> str:
    """The name of the force as the store says it."""
    return str(json.loads((store / "store.json").read_text(encoding="utf-8")).get("name") or "")


def _drop_old() -> None:
    """Drop what is older than the publication before this one. Where a long reading stands in the way it is left for the next time."""
    tables = [model._meta.db_table for model in Publication._meta.apps.get_app_config("casework").get_models() if model is not Publication]
    old = Publication.objects.using("owner").order_by("-pk")[_KEPT:]
    for publication in list(old):
        try:
            with transaction.atomic(using="owner"), connections["owner"].cursor() as wrapped:
                wrapped.execute("SET LOCAL lock_timeout = '3s'")
                for table in tables:
                    drop_part(wrapped.cursor, table, publication.pk)
                publication.delete(using="owner")
        except Exception as error:
            if not isinstance(error.__cause__, LockNotAvailable) and not isinstance(error, LockNotAvailable):
                raise
