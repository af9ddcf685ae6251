"""SQL of the triggers by which the database itself refuses changes, for `migrations.RunSQL`."""

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


def sealed_again(table: str, trigger: str, column: str, condition: str = "true") -> migrations.RunSQL:
    """Let rows that `trigger` froze have their sealed `column`, and nothing else, sealed again by a rotation of keys.

    The rotation says so in its transaction (common.rotation). `condition` is the one under which the rows are frozen.
    """
    same = f"to_jsonb(old) - '{column}' is not distinct from to_jsonb(new) - '{column}'"
    rotating = "coalesce(current_setting('field_keys.rotating', true), '') = 'on'"
    of_updates = f"({condition}) and not ({same} and {rotating})"
    return migrations.RunSQL(
        sql=[
            f"drop trigger {trigger} on {table}",
            f"create trigger {trigger} before update on {table}"
            f" for each row when ({of_updates}) execute function refuse_change()",
            f"create trigger {trigger}_delete before delete on {table}"
            f" for each row when ({condition}) execute function refuse_change()",
        ],
        reverse_sql=[
            f"drop trigger {trigger}_delete on {table}",
            f"drop trigger {trigger} on {table}",
            f"create trigger {trigger} before update or delete on {table}"
            f" for each row when ({condition}) execute function refuse_change()",
        ],
    )


def no_update(table: str) -> migrations.RunSQL:
    """Rows of `table` may be added and deleted (erasure), never changed."""
    return migrations.RunSQL(
        sql=f"create trigger {table}_no_update before update on {table} for each row execute function refuse_change()",
        reverse_sql=f"drop trigger {table}_no_update on {table}",
    )


def frozen_when(table: str, condition: str, *, columns: str = "", delete: bool = True) -> migrations.RunSQL:
    """Refuse changes to the rows for which `condition` (SQL over `old`) was already true.

    `columns` limits it to updates that name one of them; `delete=False` leaves the end of retention possible.
    """
    events = f"update{f' of {columns}' if columns else ''}{' or delete' if delete else ''}"
    return migrations.RunSQL(
        sql=f"create trigger {table}_frozen before {events} on {table}"
        f" for each row when ({condition}) execute function refuse_change()",
        reverse_sql=f"drop trigger {table}_frozen on {table}",
    )


def ended_by_retention(table: str) -> migrations.RunSQL:
    """Let the nightly end of retention, which says so in its transaction (common.retention.ending), delete rows of an
    append-only `table`; nobody else may, and nobody may change them."""
    ending = "coalesce(current_setting('retention.ending', true), '') = 'on'"
    return migrations.RunSQL(
        sql=[
            f"drop trigger {table}_append_only on {table}",
            f"create trigger {table}_append_only before update on {table}"
            f" for each row execute function refuse_change()",
            f"create trigger {table}_append_only_delete before delete on {table}"
            f" for each row when (not {ending}) execute function refuse_change()",
        ],
        reverse_sql=[
            f"drop trigger {table}_append_only_delete on {table}",
            f"drop trigger {table}_append_only on {table}",
            f"create trigger {table}_append_only before update or delete on {table}"
            f" for each row execute function refuse_change()",
        ],
    )
