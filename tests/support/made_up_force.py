"""The made-up force as the service has it: a store of some hundred and sixty cases, published, with a supervisor and an officer of its child abuse team."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from allauth.mfa.models import Authenticator
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from candour.cli.main import run
from candour_web.casework.actions import publish_run
from candour_web.people.actions import add_person, give_role
from candour_web.people.models import ActorRef, Force, Person, Unit
from candour_web.people.rules import Role, Scope
from candour_web.people.scope import within
from candour_web.site.databases import drop_database, make_database
from candour_web.site.embedded import Embedded
from tests.support.cast import SECRET

TEAM = "CAIT"
NOW = datetime(2026, 4, 1, 6, 0, tzinfo=UTC)
WORD = "four quite unlike words"
"""The supervisor's password. Everybody's app knows the SECRET of the cast."""


_MADE: list[Path] = []


@dataclass(frozen=True)
class Northshire:
    """The store that was published, and people of the force: a supervisor of the team, an officer of it, and a supervisor of a unit with no case."""

    store: Path
    supervisor: Person
    officer: Person
    stranger: Person


def make_store(folder: Path, cases: int = 160) -> Path:
    """Make the exports of a made-up force in a folder, import and assess them, and give the store."""
    store = str(folder / "store")
    for command in (
        ["simulate", "--out", str(folder), "--cases", str(cases), "--seed", "2021", "--quiet"],
        ["import", str(folder / "exports"), "--source", "northshire", "--store", store, "--quiet"],
        ["assess", "--store", store, "--quiet"],
    ):
        assert run(command) == 0, command
    return folder / "store"


@pytest.fixture(scope="session")
def made_up_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the made-up force, made once for all tests of this process, whichever folder they stand in."""
    if not _MADE:
        _MADE.append(make_store(tmp_path_factory.mktemp("northshire")))
    return _MADE[0]


@pytest.fixture(scope="module")
def northshire(
    made_up_store: Path, server: Embedded, database_name: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Northshire]:
    """A database for the tests of one file, in which the made-up force is published. What a test asks of `db` is rolled back after it."""
    from tests.web.conftest import _point  # which imports this module

    with django_db_blocker.unblock(), _published(made_up_store, server, database_name, _point) as found:
        yield found


@contextmanager
def _published(store: Path, server: Embedded, like: str, point: Callable[[Embedded, str], None]) -> Iterator[Northshire]:
    name = f"{like}_northshire"
    for alias in ("default", "owner"):
        connections[alias].close()
    make_database(server, name, like=like)
    point(server, name)
    try:
        publish_run(store=store, by=None, now=NOW)
        yield Northshire(store, *_people(store))
    finally:
        for alias in ("default", "owner"):
            connections[alias].close()
        point(server, like)
        drop_database(server, name)


def _people(store: Path) -> tuple[Person, Person, Person]:
    found = duckdb.sql(
        f"select oic_ref from '{store}/chronology/1/events.parquet' join '{store}/chronology/1/cases.parquet' c using (case_ref) "
        f"where kind = 'investigation.allocated' and oic_ref is not null and c.closed_on is null group by 1 order by count(distinct case_ref) desc, 1 limit 1"
    ).fetchone()
    assert found is not None
    with within(Scope(powers=frozenset({"accounts"}))):
        force = Force.objects.create(ref="northshire", name="Northshire Police (made up)")
        for ref, words in ((TEAM, "Eastcliff child abuse team"), ("NOCASE", "Westmoor child abuse team")):
            Unit.objects.create(ref=ref, force=force, name=words)
        made = []
        for word, words, role, unit in (
            ("ds.okafor", "Ruth Okafor", Role.SUPERVISOR, TEAM),
            ("dc.marsh", "Ines Marsh", Role.OFFICER, None),
            ("ds.bell", "Tom Bell", Role.SUPERVISOR, "NOCASE"),
        ):
            person, _ = add_person(by=None, sign_in_name=word, name=words, force="northshire")
            give_role(by=None, to=person, role=role, from_on=date(2026, 1, 5), now=NOW, unit=unit)
            made.append(person)
        ActorRef.objects.create(ref=found[0], person=made[1])
        made[0].set_password(WORD)
        made[0].save(update_fields=["password"])
        Person.objects.update(password_is_for_once=False)
        Authenticator.objects.bulk_create(Authenticator(user=one, type="totp", data={"secret": SECRET}) for one in made)
    return made[0], made[1], made[2]
