"""Who sees the published rows: held by PostgreSQL, whatever a query forgets. Nobody writes them: a publication fills its own parts."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

from candour_web.people.row_security import RowSecurity, as_visible_as, case_rows, either, of_unit

OWN = "= ANY ((SELECT candour_actors())::text[])"
WORKED = "units && (SELECT candour_units())::text[]"


OF_NO_CHILD = (
    "(case_ref IS NULL AND child_ref IS NULL AND (cardinality((SELECT candour_units())) > 0 OR cardinality((SELECT candour_actors())) > 0))"
)
"""Records of no case and no child, such as an officer's training: for all who work on cases, because proofs of their cases rest on them."""


def of_case(table: str) -> str:
    """Rows of a case that is seen."""
    return as_visible_as("casework_case", of=table, publication_id="publication_id", case_ref="case_ref")


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("casework", "0001_initial"), ("people", "0002_row_security")]
    operations: ClassVar[list[Operation]] = [
        RowSecurity(
            "casework_case", reads=either(case_rows(case="case_ref", unit="holding_unit", actors="officers"), WORKED), writes="false"
        ),
        RowSecurity("casework_event", reads=either(of_case("casework_event"), OF_NO_CHILD), writes="false"),
        RowSecurity(
            "casework_finding",
            reads=either(of_case("casework_finding"), f"(case_ref IS NULL AND {either(of_unit('unit'), f'actor_ref {OWN}')})"),
            writes="false",
        ),
        RowSecurity(
            "casework_casechild",
            reads=of_case("casework_casechild"),
            writes="false",
        ),
        RowSecurity(
            "casework_child",
            reads=as_visible_as("casework_casechild", of="casework_child", publication_id="publication_id", child_ref="child_ref"),
            writes="false",
        ),
    ]
