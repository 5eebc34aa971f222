"""Setting the scope of a transaction: what is read from here to its end is held against it by PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from candour_web.people.rules import Scope

PARTS = (("person", "text"), ("actors", "text[]"), ("units", "text[]"), ("cases", "text[]"), ("powers", "text[]"))
"""The parts of a scope, as PostgreSQL keeps them under `candour.`, and their kinds."""


def set_scope(scope: Scope) -> None:
    """Put this scope in place until the transaction ends, in place of any before it. Raises RuntimeError outside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("A scope holds for one transaction. Open one with transaction.atomic().")
    person = "" if scope.person is None else str(scope.person)
    _set([person, sorted(scope.actors), sorted(scope.units), sorted(scope.cases), sorted(scope.powers)])


def _set(values: list[str | list[str]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"set_config('candour.{part}', %s::{kind}::text, true)" for part, kind in PARTS), values)


@contextmanager
def within(scope: Scope) -> Iterator[None]:
    """A transaction with this scope, for work that no request does: publishing a run, a command.

    Inside another transaction it is a part of that one, whose own scope holds again afterwards.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(f"nullif(current_setting('candour.{part}', true), '')::{kind}" for part, kind in PARTS))
            before = cursor.fetchone() or ()
        set_scope(scope)
        yield
        _set([value if value is not None else "" if kind == "text" else [] for value, (_, kind) in zip(before, PARTS, strict=True)])
