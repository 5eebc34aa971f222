"""The database of the web tests: the server of our own, migrated as its owner, and used as the service's plain role.

Each process of the run has a database, and a test that asks for `db` is rolled back after it. A test that asks for `live_server` or
`transactional_db` has a copy of the database to itself, so that it may commit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from candour_web.people.models import Person
from candour_web.site.databases import drop_database, make_database, migrate, settings_of
from candour_web.site.embedded import OWNER, SERVICE, Embedded
from tests.support.cast import Cast, make_cast
from tests.support.made_up_force import made_up_store, northshire

__all__ = ["made_up_store", "northshire"]


@pytest.fixture(scope="session")
def server() -> Embedded:
    """The server of this run, running."""
    found = Embedded(Path(os.environ["CANDOUR_TEST_SERVER"]) / "database", lasting=False)
    found.start()
    return found


def _point(server: Embedded, database: str) -> None:
    for alias, role in (("default", SERVICE), ("owner", OWNER)):
        connections[alias].close()
        wanted: dict[str, Any] = settings_of(server.parameters(role, database), service=role == SERVICE)
        wanted["OPTIONS"].pop("pool", None)
        connections[alias].settings_dict.update(wanted)
        connections.settings[alias].update(wanted)


@pytest.fixture(scope="session")
def database_name(worker_id: str) -> str:
    """The name of this process's database."""
    return f"candour_test_{worker_id}"


@pytest.fixture(scope="session")
def django_db_setup(server: Embedded, database_name: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Make this process's database with every migration, and point Django at it."""
    make_database(server, database_name)
    with django_db_blocker.unblock():
        _point(server, database_name)
        migrate()
        connections["owner"].close()
        yield
        for alias in ("default", "owner"):
            connections[alias].close()
    drop_database(server, database_name)


@pytest.fixture
def transactional_db(server: Embedded, database_name: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A copy of the database for one test, in which it may commit; dropped afterwards."""
    copy = f"{database_name}_copy"
    with django_db_blocker.unblock():
        for alias in ("default", "owner"):
            connections[alias].close()
        make_database(server, copy, like=database_name)
        _point(server, copy)
        yield
        _point(server, database_name)
    drop_database(server, copy)


@pytest.fixture
def cast(db: None, settings: Settings) -> Cast:
    """Everybody, made for one test and rolled back after it. Their passwords are hashed in the quickest way, since nobody types them."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return make_cast()


@pytest.fixture
def signed_in() -> Callable[[Person], Client]:
    """A browser in which this person of the cast has signed in, with their second factor."""

    def browser(person: Person) -> Client:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return browser
