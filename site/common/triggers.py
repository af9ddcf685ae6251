"""SQL of the triggers that make a table append-only, for `migrations.RunSQL`."""

from django.db import migrations

FUNCTION = """
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'integrity_constraint_violation';
end $$;
"""


def append_only(table: str) -> migrations.RunSQL:
    """Refuse UPDATE, DELETE and TRUNCATE on `table`; the function is made by common's migration 0002."""
    return migrations.RunSQL(
        sql=[
            f"create trigger {table}_append_only before update or delete on {table}"
            f" for each row execute function refuse_change()",
            f"create trigger {table}_no_truncate before truncate on {table}"
            f" for each statement execute function refuse_change()",
        ],
        reverse_sql=[
            f"drop trigger {table}_append_only on {table}",
            f"drop trigger {table}_no_truncate on {table}",
        ],
    )
