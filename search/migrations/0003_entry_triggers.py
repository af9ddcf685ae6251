"""What follows a change of an entry, written by the database itself so that no path can forget it; and how rows are stored."""

from django.db import migrations

VERSION = """
CREATE SEQUENCE search_entry_version;

CREATE FUNCTION search_entry_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR (NEW.digest, NEW.terms, NEW.card) IS DISTINCT FROM (OLD.digest, OLD.terms, OLD.card) THEN
        NEW.version := nextval('search_entry_version');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER search_entry_version BEFORE INSERT OR UPDATE ON search_searchentry
    FOR EACH ROW EXECUTE FUNCTION search_entry_version();
"""

FOLLOW = """
CREATE FUNCTION search_entry_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed bigint;
    reached bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        changed := OLD.practitioner_id;
        reached := nextval('search_entry_version');
        INSERT INTO search_tallydelta (before, after) VALUES (OLD.digest, NULL);
    ELSIF TG_OP = 'INSERT' THEN
        changed := NEW.practitioner_id;
        reached := NEW.version;
        INSERT INTO search_tallydelta (before, after) VALUES (NULL, NEW.digest);
    ELSE
        changed := NEW.practitioner_id;
        reached := NEW.version;
        IF NEW.version = OLD.version THEN
            RETURN NULL;
        END IF;
        IF NEW.digest IS DISTINCT FROM OLD.digest THEN
            INSERT INTO search_tallydelta (before, after) VALUES (OLD.digest, NEW.digest);
        END IF;
    END IF;
    -- Since when it waits is the oldest of the changes; what it must reach, the newest.
    INSERT INTO search_pendingchange (practitioner_id, version, changed_at) VALUES (changed, reached, clock_timestamp())
        ON CONFLICT (practitioner_id) DO UPDATE SET version = greatest(search_pendingchange.version, excluded.version);
    RETURN NULL;
END $$;

CREATE TRIGGER search_entry_changed AFTER INSERT OR UPDATE OR DELETE ON search_searchentry
    FOR EACH ROW EXECUTE FUNCTION search_entry_changed();
"""

# Rows stay narrow: words and cards are stored apart, the digest is not; room is left so that an agenda's change rewrites no index.
STORAGE = """
ALTER TABLE search_searchentry ALTER COLUMN digest SET STORAGE PLAIN, ALTER COLUMN terms SET STORAGE EXTERNAL;
ALTER TABLE search_searchentry SET (toast_tuple_target = 128, fillfactor = 80);
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0002_facts_and_digests")]
    operations = [
        migrations.RunSQL(
            VERSION,
            "DROP TRIGGER search_entry_version ON search_searchentry; DROP FUNCTION search_entry_version(); DROP SEQUENCE search_entry_version;",
        ),
        migrations.RunSQL(
            FOLLOW,
            "DROP TRIGGER search_entry_changed ON search_searchentry; DROP FUNCTION search_entry_changed();",
        ),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
    ]
