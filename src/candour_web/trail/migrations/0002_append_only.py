"""The trail is append-only and chained, whoever writes to it: by rights, by triggers, and by a link made at the commit.

The link is made in a deferred trigger, so that the lock which puts entries in one order is held only while a transaction is being
committed, and never while a page is being made.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

FIELDS = """
CREATE FUNCTION trail_fields(entry trail_entry) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY[
        entry.id::text,
        to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        coalesce(entry.person::text, ''), entry.who, entry.kind, entry.what, entry.record, entry.why, entry.recipients, entry.detail
    ]
$$;
"""

WHEN = """
CREATE FUNCTION trail_when() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.at := clock_timestamp();
    RETURN NEW;
END
$$;
CREATE TRIGGER trail_when BEFORE INSERT ON trail_entry FOR EACH ROW EXECUTE FUNCTION trail_when();
"""

CHAIN = """
CREATE FUNCTION trail_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    last trail_link;
    written bytea := '';
    word text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('candour: the chain of the trail'));
    SELECT * INTO last FROM trail_link ORDER BY position DESC LIMIT 1;
    FOREACH word IN ARRAY trail_fields(NEW) LOOP
        written := written || convert_to(octet_length(word)::text || ':' || word, 'UTF8');
    END LOOP;
    INSERT INTO trail_link (position, entry_id, link)
    VALUES (coalesce(last.position, 0) + 1, NEW.id, sha256(coalesce(last.link, decode(repeat('00', 32), 'hex')) || written));
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION trail_chain() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER trail_chain AFTER INSERT ON trail_entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION trail_chain();
"""

REFUSALS = """
CREATE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The trail is never changed: % of % is refused.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER trail_entry_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON trail_entry FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse();
CREATE TRIGGER trail_link_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON trail_link FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse();
"""

RIGHTS = """
DO $$
DECLARE
    other record;
BEGIN
    FOR other IN
        SELECT DISTINCT c.relname, r.rolname FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.oid IN ('trail_entry'::regclass, 'trail_link'::regclass) AND a.grantee <> c.relowner
    LOOP
        EXECUTE format('REVOKE ALL ON %I FROM %I', other.relname, other.rolname);
        EXECUTE format('GRANT %s ON %I TO %I', CASE other.relname WHEN 'trail_entry' THEN 'SELECT, INSERT' ELSE 'SELECT' END, other.relname, other.rolname);
    END LOOP;
END
$$;
"""

READERS = """
ALTER TABLE trail_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE trail_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY anybody_adds ON trail_entry FOR INSERT WITH CHECK (true);
CREATE POLICY who_reads_the_trail ON trail_entry FOR SELECT
    USING ('trail' = ANY (coalesce(nullif(current_setting('candour.powers', true), ''), '{}')::text[]));
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("trail", "0001_initial")]
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL(words, migrations.RunSQL.noop) for words in (FIELDS, WHEN, CHAIN, REFUSALS, RIGHTS, READERS)
    ]
