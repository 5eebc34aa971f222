"""The parts of a scope as functions of the database, and who sees and writes the rows of people's own tables."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

from candour_web.people.row_security import FUNCTIONS, RowSecurity, either, of_unit, own, power, signed_in


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("people", "0001_initial")]
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL(
            FUNCTIONS, "DROP FUNCTION candour_person(), candour_actors(), candour_units(), candour_cases(), candour_powers();"
        ),
        RowSecurity("people_post", reads=either(own("person_id"), power("accounts")), writes=power("accounts")),
        RowSecurity("people_actor_ref", reads=either(signed_in(), power("accounts")), writes=power("accounts")),
        RowSecurity("people_deputy", reads=either(signed_in(), power("accounts")), writes=either(of_unit("unit_id"), power("accounts"))),
        RowSecurity(
            "people_case_grant",
            reads=either(own("person_id"), power("grants")),
            writes=power("grants"),
            adds=either(power("grants"), f"({own('person_id')} AND kind = 'break_glass')"),
        ),
    ]
