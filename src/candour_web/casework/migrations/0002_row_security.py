"""Who sees the published rows: held by PostgreSQL, whatever a query forgets. Nobody writes them: a publication fills its own parts."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

from candour_web.people.row_security import RowSecurity, as_visible_as, case_rows, either, of_unit

OWN = "= ANY ((SELECT candour_actors())::text[])"
WORKED = "units && (SELECT candour_units())::text[]"


def with_its_case(table: str) -> str:
    """Rows of a case that is seen; and rows of no case that are of a unit in scope or of the person."""
    of_case = as_visible_as("casework_case", of=table, publication_id="publication_id", case_ref="case_ref")
    return either(of_case, f"(case_ref IS NULL AND {either(of_unit('unit'), f'actor_ref {OWN}')})")


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("casework", "0001_initial"), ("people", "0002_row_security")]
    operations: ClassVar[list[Operation]] = [
        RowSecurity(
            "casework_case", reads=either(case_rows(case="case_ref", unit="holding_unit", actors="officers"), WORKED), writes="false"
        ),
        RowSecurity("casework_event", reads=with_its_case("casework_event"), writes="false"),
        RowSecurity("casework_finding", reads=with_its_case("casework_finding"), writes="false"),
        RowSecurity(
            "casework_casechild",
            reads=as_visible_as("casework_case", of="casework_casechild", publication_id="publication_id", case_ref="case_ref"),
            writes="false",
        ),
        RowSecurity(
            "casework_child",
            reads=as_visible_as("casework_casechild", of="casework_child", publication_id="publication_id", child_ref="child_ref"),
            writes="false",
        ),
    ]
