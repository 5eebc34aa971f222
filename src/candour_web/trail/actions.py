"""Writing to the trail."""

from __future__ import annotations

from typing import Protocol

from django.db import DEFAULT_DB_ALIAS, connections

from candour_web.trail.models import Entry
from candour_web.trail.rules import why_not_write

CANDOUR = "candour"
"""Who acts when no person does: a published run, a scheduled task."""


class Somebody(Protocol):
    """A person as the trail knows one."""

    @property
    def pk(self) -> int:
        """The person's number."""
        ...

    @property
    def sign_in_name(self) -> str:
        """The name that they sign in with."""
        ...


def write(
    *,
    by: Somebody | None,
    kind: str,
    what: str,
    record: str = "",
    why: str = "",
    recipients: str = "",
    detail: str = "",
    who: str = "",
    using: str = DEFAULT_DB_ALIAS,
) -> None:
    """Write an entry in the transaction that does what the entry says: both come to stand, or neither.

    `using` is the connection of that transaction. `by` is the person; None where nobody has signed in (then `who` is the name that was tried) or where Candour acts (then CANDOUR).
    Raises ValueError where a reason or recipient is wanting or the kind is unknown, and RuntimeError outside a transaction.
    """
    if reason := why_not_write(kind, what=what, why=why, recipients=recipients):
        raise ValueError(reason)
    if not connections[using].in_atomic_block:
        raise RuntimeError("An entry of the trail is written in the transaction of what it tells. Open one with transaction.atomic().")
    Entry.objects.using(using).create(
        person=by.pk if by else None,
        who=by.sign_in_name if by else (who or CANDOUR)[:120],
        kind=kind,
        what=what,
        record=record,
        why=why,
        recipients=recipients,
        detail=detail,
    )
