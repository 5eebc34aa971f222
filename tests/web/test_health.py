"""Whether the service is well, which anybody may ask."""

from __future__ import annotations

import io
import json
import logging

import pytest
from django.db import connection
from django.test import Client


@pytest.mark.django_db
def test_the_service_is_well_when_its_database_answers(client: Client) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"database": "answers"})
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_database_that_does_not_answer_is_said(client: Client, transactional_db: None) -> None:
    connection.close()
    connection.settings_dict["PASSWORD"] = "wrong"
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (503, {"database": "does not answer"})


@pytest.mark.django_db
def test_the_service_enters_as_a_role_that_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("candour_service", False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_a_log_line_holds_no_address_and_no_query(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(logging.getLogger("candour").handlers[0], "stream", written)
    client.get("/health?name=Canary")
    (line,) = [json.loads(line) for line in written.getvalue().splitlines()]
    assert (line["route"], line["status"]) == ("health", 200)
    assert "Canary" not in written.getvalue()
