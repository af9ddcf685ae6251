"""Practitioners by the start of any word of their name, in the Contract's order, in a time that does not grow with them."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

# The first so many of all are read before the index is asked: a beginning that many names share is met among them soon, while
# the index would give all who share it to be sorted. A beginning that is not among them is rare, and the index gives few.
WALK = 600
# The expression is the one of the index `practitioner_words`. No wildcard can come out of folded words.
LIKE = "(' ' || COALESCE(p.sort_name, '')) LIKE %(w0)s"


@dataclass(frozen=True, slots=True)
class Named:
    name: str
    slug: str
    practice: str
    place: str


_WALK = """
SELECT first_name, last_name, slug, id, rank FROM (
  SELECT practitioner_id, rank FROM search_searchentry ORDER BY rank LIMIT %(walk)s
) e JOIN practitioners_practitioner p ON p.id = e.practitioner_id WHERE {likes} ORDER BY rank LIMIT %(limit)s
"""
# Materialised: the planner would otherwise walk down all ranks for a beginning that it wrongly takes for a common one.
_LOOK_UP = """
WITH named AS MATERIALIZED (SELECT first_name, last_name, slug, id FROM practitioners_practitioner p WHERE {likes})
SELECT first_name, last_name, slug, id, rank FROM named JOIN search_searchentry e ON e.practitioner_id = named.id
ORDER BY rank LIMIT %(limit)s
"""
_WITH_CARDS = """
SELECT first_name, last_name, slug, card #>> '{{practices,0}}', card ->> 'place' FROM ({found}) found
JOIN search_searchentry e ON e.practitioner_id = found.id ORDER BY found.rank
"""


def starting_with(words: list[str], limit: int) -> list[Named]:
    """Those each of whose typed (folded) words begins a word of the name; two statements at most."""
    likes = " AND ".join(LIKE.replace("w0", f"w{number}") for number in range(len(words)))
    parameters: dict[str, Any] = {f"w{number}": f"% {word}%" for number, word in enumerate(words)}
    parameters |= {"walk": WALK, "limit": limit}
    found = _read(_WALK, likes, parameters)
    return found if len(found) >= limit else _read(_LOOK_UP, likes, parameters)


def _read(statement: str, likes: str, parameters: dict[str, Any]) -> list[Named]:
    with connection.cursor() as cursor:
        cursor.execute(_WITH_CARDS.format(found=statement.format(likes=likes)), parameters)
        return [
            Named(f"{first} {last}", slug, practice or "", place or "")
            for first, last, slug, practice, place in cursor.fetchall()
        ]
