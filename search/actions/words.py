"""Keeping the words that corrections lead to: new ones with the entry that says them, the rest put right every night."""

from collections.abc import Iterable

import structlog
from django.db import connection, transaction

from search import terms, words
from search.facts import Facts
from search.models import SearchEntry, SearchWord, SynonymGroup

log = structlog.get_logger(__name__)
BATCH = 2_000


def note(batch: Iterable[Facts]) -> None:
    """Make the words of these entries known. Those that are stay as they are: no row is locked that others write."""
    found: dict[str, str] = {}
    for facts in batch:
        found |= words.of(facts)
    _insert(found)


def note_texts(texts: Iterable[str]) -> None:
    """Make the words of expressions known that lead to entries without being said by any (synonyms)."""
    _insert(words.of_texts(texts))


@transaction.atomic
def recount() -> int:
    """Count the entries behind each word, and drop the words behind which there is none; returns how many remain.

    The index itself is read, so the words cannot drift from it. Those of the editors' synonyms stay: they lead somewhere.
    """
    expressions = [text for group in SynonymGroup.objects.filter(live=True) for text in group.asked]
    kept = sorted(terms.all_tokens(expressions))
    table, entries = (connection.ops.quote_name(model._meta.db_table) for model in (SearchWord, SearchEntry))
    # Exact terms have a prefix and a colon (`terms`); what is left are the stems.
    counted = f"SELECT t AS stem, count(*) AS n FROM {entries}, unnest(terms) t WHERE strpos(t, ':') = 0 GROUP BY t"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE counted_stem ON COMMIT DROP AS {counted}")
        cursor.execute("ALTER TABLE counted_stem ADD PRIMARY KEY (stem)")
        cursor.execute(
            f"UPDATE {table} w SET frequency = c.n FROM counted_stem c WHERE c.stem = w.stem AND w.frequency <> c.n"  # noqa: S608
        )
        cursor.execute(
            f"DELETE FROM {table} w WHERE NOT EXISTS (SELECT 1 FROM counted_stem c WHERE c.stem = w.stem) "  # noqa: S608
            "AND w.stem <> ALL(%s)",
            [kept],
        )
        gone = cursor.rowcount
        cursor.execute("DROP TABLE counted_stem")
    note_texts(expressions)
    remaining = SearchWord.objects.count()
    log.info("words_counted", words=remaining, gone=gone)
    return remaining


def _insert(found: dict[str, str]) -> None:
    known = set(SearchWord.objects.filter(pk__in=found).values_list("pk", flat=True))
    # In one order, so that two refreshes never wait for each other in a circle.
    fresh = [
        SearchWord(word=word, display=found[word], stem=terms.tokens(word)[0]) for word in sorted(found.keys() - known)
    ]
    SearchWord.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=BATCH)
