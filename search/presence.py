"""Whether questions find anybody at all: one statement for several, which stops at the first entry of each."""

from collections.abc import Sequence

from django.db import connection

from search.models import SearchEntry
from search.terms import Clause

Question = tuple[Clause, ...]


def found(questions: Sequence[Question]) -> list[bool]:
    """For each question (clauses as in `Query.must`), whether an entry satisfies it."""
    if not questions:
        return []
    table = connection.ops.quote_name(SearchEntry._meta.db_table)
    parts, parameters = [], []
    for question in questions:
        conditions = []
        for clause in question:
            conditions.append(" OR ".join(["terms @> %s::text[]"] * len(clause)) or "FALSE")
            parameters += [sorted(alternative) for alternative in clause]
        where = " AND ".join(f"({condition})" for condition in conditions) or "TRUE"
        # Materialised, it is planned as if all of it were read: a term that nobody has would otherwise be looked for row by
        # row. It is still read lazily.
        parts.append(
            f"(WITH f AS MATERIALIZED (SELECT 1 FROM {table} WHERE {where}) SELECT count(*) FROM (SELECT 1 FROM f LIMIT 1) x)"  # noqa: S608
        )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", parameters)
        return [bool(number) for number in cursor.fetchone()]
