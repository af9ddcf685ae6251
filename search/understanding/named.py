"""Is somebody called that? Asked of the index itself: only listed people have an entry."""

from search import presence, terms


def first_borne(candidates: list[frozenset[str]]) -> frozenset[str] | None:
    """The first of these sets of folded words that are all in the name of one listed person; one query."""
    asked = [words for words in candidates if words]
    borne = presence.found([((frozenset(terms.name(word) for word in words),),) for words in asked])
    return next((words for words, somebody in zip(asked, borne, strict=True) if somebody), None)
