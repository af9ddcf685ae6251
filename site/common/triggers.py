"""SQL of the triggers by which the database itself refuses changes, for `migrations.RunSQL`."""

from django.db import migrations

# What `common.retention.ending` says in its transaction.
_ENDING = "coalesce(current_setting('retention.ending', true), '') = 'on'"
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


def ended_by_retention(table: str, trigger: str = "append_only", condition: str = "true") -> migrations.RunSQL:
    """Let the nightly end of retention, which says so in its transaction (common.retention.ending), delete rows of an
    append-only `table`; nobody else may, and nobody may change them. `condition`: under which `trigger` freezes a row."""
    name = f"{table}_{trigger}"
    refuse = "execute function refuse_change()"
    return migrations.RunSQL(
        sql=[
            f"drop trigger {name} on {table}",
            f"create trigger {name} before update on {table} for each row when ({condition}) {refuse}",
            f"create trigger {name}_delete before delete on {table} for each row when (({condition}) and not {_ENDING}) {refuse}",
        ],
        reverse_sql=[
            f"drop trigger {name}_delete on {table}",
            f"drop trigger {name} on {table}",
            f"create trigger {name} before update or delete on {table} for each row when ({condition}) {refuse}",
        ],
    )


def deleted_by_retention(table: str, trigger: str, condition: str = "true") -> migrations.RunSQL:
    """The same for a trigger that refuses deletions only: `condition` is the one under which it does."""
    name = f"{table}_{trigger}"
    refused = f"create trigger {name} before delete on {table} for each row"
    return migrations.RunSQL(
        sql=[
            f"drop trigger {name} on {table}",
            f"{refused} when (({condition}) and not {_ENDING}) execute function refuse_change()",
        ],
        reverse_sql=[
            f"drop trigger {name} on {table}",
            f"{refused} when ({condition}) execute function refuse_change()",
        ],
    )


def emptied_by_retention(
    table: str, trigger: str, *columns: str, condition: str = "true", free: tuple[str, ...] = (), deletes: bool = True
) -> migrations.RunSQL:
    """Let the nightly end of retention change `columns`, those that name somebody, and no other of a frozen row.

    `free` may always change; `deletes`: the trigger refuses deletions too.
    """
    name = f"{table}_{trigger}"
    but = "".join(f" - '{column}'" for column in free)
    names = "".join(f" - '{column}'" for column in columns)
    changed = f"to_jsonb(new){but} is distinct from to_jsonb(old){but}" if free else "true"
    beyond = f"to_jsonb(new){but}{names} is distinct from to_jsonb(old){but}{names}"
    refuse = "execute function refuse_change()"
    return migrations.RunSQL(
        sql=[
            f"drop trigger {name} on {table}",
            f"create trigger {name} before update on {table} for each row"
            f" when (({condition}) and ({changed}) and (not {_ENDING} or {beyond})) {refuse}",
            *(
                [f"create trigger {name}_delete before delete on {table} for each row when ({condition}) {refuse}"]
                if deletes
                else []
            ),
        ],
        reverse_sql=[
            *([f"drop trigger {name}_delete on {table}"] if deletes else []),
            f"drop trigger {name} on {table}",
            f"create trigger {name} before update{' or delete' if deletes else ''} on {table} for each row"
            f" when (({condition}) and ({changed})) {refuse}",
        ],
    )
