"""The public search function: every page and the API ask here, and nowhere else is an engine chosen."""

from dataclasses import replace

from search import corrections
from search.engines import engine
from search.engines.base import PAGE_SIZE, Results
from search.query import Query


def find(query: Query, *, facets: bool = True, size: int = PAGE_SIZE) -> Results:
    """Those who match everything asked, in the order asked for.

    Only when there is nobody, and unless just what was typed is wanted (`exact`), words that the index does not hold are
    corrected; `Results.corrected` then says what was searched instead. A correction that finds nobody is not told.
    """
    results = engine().search(query, facets=facets, size=size)
    if results.count or query.exact:
        return results
    for correction in corrections.of(query):
        found = engine().search(correction.query, facets=facets, size=size)
        if found.count:
            return replace(found, corrected=correction.text)
    return results
