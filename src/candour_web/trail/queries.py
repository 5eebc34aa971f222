"""Reading the trail as a chain. Reading it as a person does is for professional standards, and is itself written on the trail."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction

from candour_web.trail.rules import Anchor, Linked, Verdict, verify

FIELDS = "trail_fields(e)"
AT_ONCE = 5_000


def _chain() -> Iterator[Linked]:
    last = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT l.position, l.link, CASE WHEN e.id IS NOT NULL THEN trail_fields(e) END FROM trail_link l "
                "LEFT JOIN trail_entry e ON e.id = l.entry_id WHERE l.position > %s ORDER BY l.position LIMIT %s",
                [last, AT_ONCE],
            )
            rows = cursor.fetchall()
            for position, link, fields in rows:
                yield Linked(position, bytes(link), tuple(fields) if fields is not None else None)
                last = position
            if len(rows) < AT_ONCE:
                return


def verified(*, kept: Anchor | None = None) -> Verdict:
    """Reckon the whole chain again, as of one moment, against an anchor kept outside if there is one. It names no person and no record."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('candour.powers', '{trail}', true)")
        cursor.execute("SELECT count(*) FROM trail_entry e WHERE NOT EXISTS (SELECT FROM trail_link l WHERE l.entry_id = e.id)")
        (unlinked,) = cursor.fetchone() or (0,)
        return verify(_chain(), unlinked=unlinked, kept=kept)
