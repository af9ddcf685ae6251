"""What surrounds a published version is frozen with it: remarks, other languages, who wrote. Anchors are only ever added."""

from django.db import migrations

from common.triggers import append_only

PARTS = {
    "legal_articlecomment": "version_id",
    "legal_legaltranslation": "version_id",
    "legal_legalversion_contributors": "legalversion_id",
}
FUNCTION = """
create or replace function refuse_part_of_published() returns trigger language plpgsql as $$
declare
    touched bigint[];
    state text;
begin
    touched := array_remove(array[
        case when tg_op <> 'INSERT' then (to_jsonb(old) ->> tg_argv[0])::bigint end,
        case when tg_op <> 'DELETE' then (to_jsonb(new) ->> tg_argv[0])::bigint end
    ], null);
    -- Locked, so that a remark added while the version is being published waits, then is refused.
    for state in select status from legal_legalversion where id = any(touched) for share loop
        if state = 'published' then
            raise exception '% of a published version is append-only: % refused', tg_table_name, tg_op
                using errcode = 'integrity_constraint_violation';
        end if;
    end loop;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("legal", "0004_drafting_and_anchors")]
    operations = [
        # Those told before there were batches were told all at once.
        migrations.RunSQL("update legal_versionnotice set finished_at = queued_at", migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTION, "drop function refuse_part_of_published()"),
        *(
            migrations.RunSQL(
                f"create trigger {table}_frozen_with_version before insert or update or delete on {table}"
                f" for each row execute function refuse_part_of_published('{column}')",
                f"drop trigger {table}_frozen_with_version on {table}",
            )
            for table, column in PARTS.items()
        ),
        append_only("legal_operatorvalue"),
        append_only("legal_dailyanchor"),
        append_only("legal_anchortimestamp"),
    ]
