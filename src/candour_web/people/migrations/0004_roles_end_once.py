"""A role can be withdrawn before it counts; and the database itself refuses a later end of a role, and an end of one's own."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

ENDS_ONCE = """
CREATE FUNCTION people_post_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.person_id, NEW.role, NEW.unit_id, NEW.from_on) IS DISTINCT FROM (OLD.person_id, OLD.role, OLD.unit_id, OLD.from_on) THEN
        RAISE EXCEPTION 'What a role is, whose and from which day is never changed.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.until_on IS NULL AND OLD.until_on IS NOT NULL OR NEW.until_on > OLD.until_on THEN
        RAISE EXCEPTION 'The end of a role is never moved later.' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at THEN
        RAISE EXCEPTION 'A role that was withdrawn stays so.' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.person_id = candour_person() AND (NEW.until_on, NEW.withdrawn_at) IS DISTINCT FROM (OLD.until_on, OLD.withdrawn_at) THEN
        RAISE EXCEPTION 'Nobody ends a role of their own.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER people_post_ends_once BEFORE UPDATE ON people_post FOR EACH ROW EXECUTE FUNCTION people_post_ends_once();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("people", "0003_made_up")]
    operations: ClassVar[list[Operation]] = [
        migrations.AddField(
            "post",
            "withdrawn_at",
            models.DateTimeField(null=True, help_text="When it was taken back before it ever counted. It never counts."),
        ),
        migrations.RunSQL(ENDS_ONCE, "DROP TRIGGER people_post_ends_once ON people_post; DROP FUNCTION people_post_ends_once();"),
    ]
