"""Counting by which searches people come to a page: the names of what was understood, by month (P6)."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Sum
from django.http import QueryDict

from practitioners.models import Practitioner
from search import query
from search.addresses import Address
from search.models import UsualSearch
from search.presentation.chips import chips

# Said by names of ours; a person's name, a word that means nothing here or a position are nobody's business.
_NAMED = ("practice", "theme", "need", "subject", "place")
# Searches by which fewer people came in the period are told together: a rare one may be somebody's.
FEWEST = 5
MOST_SHOWN = 12


def count(practitioner_id: int, asked: str, day: dt.date) -> None:
    parsed = query.parse(QueryDict(asked), today=day)
    labels = [chip.label for chip in chips(parsed, Address.of(parsed.raw)) if chip.kind in _NAMED]
    words = " · ".join(dict.fromkeys(labels))
    if not words or len(words) > 160 or not Practitioner.objects.filter(pk=practitioner_id).exists():
        return
    kept = {name: values for name, values in parsed.raw.items() if name in {"pratique", "theme", "lieu"}}
    pieces = " ".join(str(piece.label) for piece in parsed.pieces if piece.kind in _NAMED)
    address = Address.of(kept | ({"q": [pieces]} if pieces else {})).query[:300]
    same = {"practitioner_id": practitioner_id, "month": day.replace(day=1), "words": words}
    if UsualSearch.objects.filter(**same).update(count=F("count") + 1):
        return
    try:
        with transaction.atomic():
            UsualSearch.objects.create(**same, address=address)
    except IntegrityError:
        UsualSearch.objects.filter(**same).update(count=F("count") + 1)


def usual(practitioner: Practitioner | None, first: dt.date, end: dt.date) -> tuple[list[Any], int]:
    """The searches of the months between two days, to one page or to all, most frequent first; and how many came by rarer ones."""
    whose = {} if practitioner is None else {"practitioner": practitioner}
    rows = UsualSearch.objects.filter(**whose, month__gte=first.replace(day=1), month__lt=end)
    by_words: Any = list(
        rows.values("words").annotate(total=Sum("count"), asked=Max("address")).order_by("-total", "words")
    )
    shown = [row for row in by_words if row["total"] >= FEWEST]
    return shown[:MOST_SHOWN], sum(row["total"] for row in by_words) - sum(row["total"] for row in shown)
