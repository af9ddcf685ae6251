"""The public search function: every page and the API ask here, and nowhere else is an engine chosen."""

from search.engines import engine
from search.engines.base import PAGE_SIZE, Results
from search.query import Query


def find(query: Query, *, facets: bool = True, size: int = PAGE_SIZE) -> Results:
    """Those who match everything asked, in the order asked for."""
    return engine().search(query, facets=facets, size=size)
