"""Is somebody called that? Asked of the index itself: only listed people have an entry."""

from django.db.models import IntegerField, QuerySet, Value

from search import terms
from search.models import SearchEntry


def first_borne(candidates: list[frozenset[str]]) -> frozenset[str] | None:
    """The first of these sets of folded words that are all in the name of one listed person; one query."""
    asked = [words for words in candidates if words]
    if not asked:
        return None
    found = {
        number for (number,) in _bearers(asked[0], 0).union(*(_bearers(w, n + 1) for n, w in enumerate(asked[1:])))
    }
    return asked[min(found)] if found else None


def _bearers(words: frozenset[str], number: int) -> QuerySet[SearchEntry, tuple[int]]:
    entries = SearchEntry.objects.filter(terms__contains=[terms.name(word) for word in sorted(words)])
    return entries.order_by().annotate(number=Value(number, IntegerField())).values_list("number")[:1]
