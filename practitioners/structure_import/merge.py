"""From the temporary table to the structures, in SQL: what a million lines cost is what PostgreSQL takes to compare two tables.

Whoever calls holds one transaction. Rows that somebody administers, that have a page or practitioners, that the team entered or that
the other register holds are read and never written (`held`): FINESS, which knows names and telephones, takes over what SIRENE brought;
SIRENE never takes over what FINESS brought. What is claimed while an import writes is seen by `claimed_on`, which PostgreSQL looks at
again once it has the row.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection

from practitioners.models import Structure
from practitioners.structure_import.facts import Facts
from practitioners.structure_import.report import SHOWN, Report

Source = Structure.Source
_TABLE = Structure._meta.db_table
_COLUMNS = ", ".join(Facts._fields)
# What a line says of a structure; `siret` and `slug` have their own ways.
_WRITTEN = ("name", "folded", "phone", "street", "postal_code", "activity", "category", "finess")
# A file that closes more than this share of what it knew is taken for cut short, not for a catastrophe.
MOST_CLOSED = 0.1
FEWEST_TO_DOUBT = 20

_INCOMING = """
CREATE TEMPORARY TABLE incoming_structures (
    line integer, state text, key text, siret text, finess text, name text, folded text, slug text, phone text,
    street text, postal_code text, insee text, activity text, category text
) ON COMMIT DROP
"""
_HELD = """(s.source = '' OR s.claimed_on IS NOT NULL OR s.media_id IS NOT NULL
    OR EXISTS (SELECT 1 FROM practitioners_structure_administrators a WHERE a.structure_id = s.id)
    OR EXISTS (SELECT 1 FROM practitioners_structure_practitioners p WHERE p.structure_id = s.id)
    OR EXISTS (SELECT 1 FROM practitioners_structurepage g WHERE g.structure_id = s.id))"""
_KEY = {Source.SIRENE: "siret", Source.FINESS: "finess"}
_KEEPS = {Source.SIRENE: "s.source <> 'sirene'", Source.FINESS: "false"}


def copy(rows: Iterable[Facts]) -> None:
    """Streams the lines into the temporary table, which `merge` drops, or the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_INCOMING)
        with cursor.copy(f"COPY incoming_structures ({_COLUMNS}) FROM STDIN") as out:
            for row in rows:
                out.write_row(row)
        cursor.execute("CREATE INDEX ON incoming_structures (key)")
        cursor.execute("ANALYZE incoming_structures")


def merge(source: Source, as_of: dt.date, report: Report, *, closes_the_absent: bool, close_many: bool) -> None:
    """Writes what differs, and counts it into the report."""
    with connection.cursor() as cursor:
        _plan(cursor, source)
        if source == Source.FINESS:
            _share_sirets(cursor)
        _mark_changes(cursor, source)
        report.removed += _run(
            cursor,
            f"DELETE FROM {_TABLE} s USING planned p WHERE s.id = p.id AND p.state = 'w' AND NOT p.held AND s.claimed_on IS NULL",  # noqa: S608
        )
        report.closed += _run(
            cursor,
            f"UPDATE {_TABLE} s SET closed_on = %s, imported_on = %s FROM planned p"  # noqa: S608
            " WHERE s.id = p.id AND p.state IN ('c', 'x') AND NOT p.held AND s.closed_on IS NULL AND s.claimed_on IS NULL",
            as_of,
            as_of,
        )
        if closes_the_absent:
            _close_absent(cursor, as_of, report, close_many=close_many)
        _count(cursor, report)
        _write(cursor, source, as_of, report)
        cursor.execute("DROP TABLE planned, incoming_structures")


def _run(cursor: Any, sql: str, *values: Any) -> int:
    cursor.execute(sql, values or None)
    return int(cursor.rowcount)


def _plan(cursor: Any, source: Source) -> None:
    """The last line of each establishment, with the structure it is about, if there is one."""
    # Read by `held` and `changed`, which would otherwise be asked again by each statement below.
    cursor.execute(
        f"""
        CREATE TEMPORARY TABLE planned ON COMMIT DROP AS
        SELECT DISTINCT ON (i.key) i.*, s.id, coalesce({_HELD} OR {_KEEPS[source]}, false) AS held, false AS changed
        FROM incoming_structures i LEFT JOIN {_TABLE} s ON s.{_KEY[source]} = i.key
        ORDER BY i.key, i.line DESC
        """  # noqa: S608
    )
    cursor.execute("CREATE INDEX ON planned (id)")
    cursor.execute("CREATE INDEX ON planned (key)")
    cursor.execute("ANALYZE planned")


def _share_sirets(cursor: Any) -> None:
    """FINESS gives one SIRET to several establishments: the lowest number has it. Then what SIRENE brought under it is taken over."""
    cursor.execute("CREATE INDEX ON planned (siret) WHERE siret <> ''")
    cursor.execute("UPDATE planned p SET siret = '' WHERE siret <> '' AND (state <> 'o' OR held)")
    cursor.execute(
        "UPDATE planned p SET siret = '' FROM (SELECT key, row_number() OVER (PARTITION BY siret ORDER BY key) AS rank"
        " FROM planned WHERE siret <> '') r WHERE r.key = p.key AND r.rank > 1"
    )
    cursor.execute(
        f"UPDATE planned p SET id = s.id, held = {_HELD} FROM {_TABLE} s"  # noqa: S608
        " WHERE p.id IS NULL AND p.siret <> '' AND s.siret = p.siret AND s.finess = ''"
    )
    # A SIRET may pass from one to another between two editions: free them all first.
    cursor.execute(
        f"UPDATE {_TABLE} s SET siret = '' FROM planned p"  # noqa: S608
        " WHERE s.id = p.id AND p.state = 'o' AND NOT p.held AND s.siret <> p.siret AND s.siret <> '' AND s.claimed_on IS NULL"
    )
    cursor.execute(
        f"UPDATE planned p SET siret = '' FROM {_TABLE} s"  # noqa: S608
        " WHERE p.siret <> '' AND NOT p.held AND s.siret = p.siret AND s.id IS DISTINCT FROM p.id"
    )


def _mark_changes(cursor: Any, source: Source) -> None:
    fields = ("siret", *_WRITTEN)
    mine, theirs = (", ".join(f"{table}.{field}" for field in fields) for table in ("p", "s"))
    cursor.execute(
        f"UPDATE planned p SET changed = true FROM {_TABLE} s WHERE s.id = p.id AND p.state = 'o' AND NOT p.held"  # noqa: S608
        f" AND (s.closed_on IS NOT NULL OR s.source <> %s OR ({mine}, p.insee) IS DISTINCT FROM ({theirs}, s.commune_id))",
        [source.value],
    )


def _close_absent(cursor: Any, as_of: dt.date, report: Report, *, close_many: bool) -> None:
    where = (
        f"FROM {_TABLE} s WHERE s.source = 'finess' AND s.closed_on IS NULL AND s.finess <> '' AND NOT {_HELD}"  # noqa: S608
        " AND NOT EXISTS (SELECT 1 FROM planned p WHERE p.key = s.finess)"
    )
    cursor.execute(f"SELECT count(*) {where}")
    absent = cursor.fetchone()[0]
    cursor.execute(f"SELECT count(*) FROM {_TABLE} WHERE source = 'finess' AND closed_on IS NULL")  # noqa: S608
    known = cursor.fetchone()[0]
    if absent > max(FEWEST_TO_DOUBT, MOST_CLOSED * known) and not report.absent_left and not close_many:
        report.absent_left = (
            f"{absent} of {known} known establishments are not in the file, more than one in ten: none was closed for it. "
            "If the file is whole, run again with --close-many."
        )
    if report.absent_left:
        return
    report.closed += _run(
        cursor,
        f"UPDATE {_TABLE} t SET closed_on = %s, imported_on = %s WHERE t.claimed_on IS NULL AND t.id IN (SELECT s.id {where})",  # noqa: S608
        as_of,
        as_of,
    )


def _count(cursor: Any, report: Report) -> None:
    cursor.execute(
        f"""
        SELECT count(*) FILTER (WHERE p.state = 'o' AND p.held),
               count(*) FILTER (WHERE p.changed AND s.closed_on IS NULL),
               count(*) FILTER (WHERE p.changed AND s.closed_on IS NOT NULL),
               count(*) FILTER (WHERE p.state = 'o' AND NOT p.held AND NOT p.changed AND p.id IS NOT NULL),
               (SELECT count(*) FROM incoming_structures) - count(*)
        FROM planned p LEFT JOIN {_TABLE} s ON s.id = p.id
        """  # noqa: S608
    )
    report.kept, updated, report.reopened, report.unchanged, report.repeated = cursor.fetchone()
    report.updated = updated + report.reopened
    cursor.execute(
        "SELECT key FROM planned WHERE held AND state IN ('c', 'w') AND id IS NOT NULL ORDER BY key LIMIT %s", [SHOWN]
    )
    report.closed_elsewhere = [row[0] for row in cursor.fetchall()]


def _write(cursor: Any, source: Source, as_of: dt.date, report: Report) -> None:
    """The address of a page never changes once it is published: `slug` is written with a new row alone."""
    sets = ", ".join(f"{field} = p.{field}" for field in ("siret", *_WRITTEN))
    _run(
        cursor,
        f"UPDATE {_TABLE} s SET {sets}, commune_id = p.insee, source = %s, imported_on = %s, closed_on = NULL"  # noqa: S608
        " FROM planned p WHERE s.id = p.id AND p.changed AND s.claimed_on IS NULL",
        source.value,
        as_of,
    )
    fields = ", ".join(("siret", *_WRITTEN, "slug"))
    report.created = _run(
        cursor,
        f"INSERT INTO {_TABLE} ({fields}, commune_id, source, imported_on, legal_name, email, opening_hours)"  # noqa: S608
        f" SELECT {fields}, insee, %s, %s, '', '', '[]' FROM planned p WHERE p.id IS NULL AND p.state = 'o' ORDER BY p.insee, p.key"
        " ON CONFLICT DO NOTHING",
        source.value,
        as_of,
    )
