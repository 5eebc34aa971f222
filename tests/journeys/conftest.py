"""What a journey stands on: the made-up force, published and served on loopback, and one browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.browsing import opened_browser
from tests.support.made_up_force import made_up_store, northshire
from tests.web.conftest import database_name, django_db_setup, server, signed_in

__all__ = ["database_name", "django_db_setup", "made_up_store", "northshire", "server", "signed_in"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as opened:
        yield opened
