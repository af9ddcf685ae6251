"""Centres beside the practitioners found: a few, by the words of the question and its place, from one bounded query."""

from django.db.models import F

from common.text import fold
from practitioners.models import Structure
from search.query import Parsed

SHOWN = 3
# Among so many that answer, those with a page come first; reading all that bear a usual word would cost more than the list.
_LOOKED_AT = 200
# Shorter ones are articles and prepositions: `de`, `à`, `l`.
_LETTERS = 3


def beside(parsed: Parsed, subject: str) -> list[Structure]:
    """`subject` is what the question is about, in words. A place alone, or words alone, bring the centres that keep a page:
    of a million establishments that a register brought, any three of the country would be of no use, and dear to find.

    Nothing without a word or a place, nor on the next pages.
    """
    asked = parsed.query
    for piece in parsed.pieces:
        if piece.kind == "place":
            subject = subject.replace(piece.typed, " ")
    words = [word for word in fold(subject).split() if len(word) >= _LETTERS]
    if asked.page != 1 or asked.bbox or asked.around or not (words or asked.place):
        return []
    found = Structure.objects.open().named(" ".join(words))
    if asked.place:
        found = found.within(asked.place)
    if not (words and asked.place):
        found = found.filter(page__live=True)
    few = Structure.objects.filter(pk__in=found.order_by().values("pk")[:_LOOKED_AT])
    # Those with a page first: their people wrote it.
    return list(few.select_related("commune", "page").order_by(F("page__pk").asc(nulls_last=True), "folded")[:SHOWN])
