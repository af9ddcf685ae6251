"""Which of the pages of the table show somebody at this moment.

The table is some minutes old. Only pages of few people can have emptied since: those are looked up, communes by the places of
practice (exact, and by an index whatever the number of practitioners), larger areas by the terms of the index.
"""

from collections.abc import Callable, Iterable, Sequence

from django.db import connection

from places.canonical import ARRONDISSEMENTS
from search import terms
from search.landing import subjects
from search.models import LandingPage

Area = LandingPage.Area
# Fewer people than this may have left since the table was written; more have not.
FEW = 6
PARTS: dict[str, list[str]] = {}
for _part, _town in ARRONDISSEMENTS.items():
    PARTS.setdefault(_town, [_town]).append(_part)

_OFFERED = {
    "practice": "practitioners_practitionerpractice o where o.practice_id = q.subject and o.certificate_checked_at is not null",
    "theme": "practitioners_practitioner_themes o where o.theme_id = q.subject",
}
_IN_COMMUNES = """
select distinct q.page from unnest(%s::bigint[], %s::bigint[], %s::text[]) q (page, subject, insee)
where exists (
    select 1 from practitioners_practiceplace w
    where w.commune_id = q.insee
    and exists (select 1 from search_searchentry e where e.practitioner_id = w.practitioner_id)
    and exists (select 1 from {offered} and o.practitioner_id = w.practitioner_id)
)"""
_IN_AREAS = """
select q.page from unnest(%s::bigint[], %s::text[], %s::text[]) q (page, subject, area)
where exists (
    select 1 from search_searchentry e where e.terms @> case q.area when '' then array[q.subject] else array[q.subject, q.area] end
)"""


def alive(pages: Iterable[LandingPage]) -> set[int]:
    """The ids of those that show somebody now."""
    pages = list(pages)
    found = {page.pk for page in pages if page.people >= FEW}
    doubtful = [page for page in pages if page.people < FEW]
    for kind in subjects.MODELS:
        of_kind = [page for page in doubtful if page.kind == kind]
        found |= _in_communes(kind, [page for page in of_kind if page.area == Area.COMMUNE])
        found |= _in_areas(kind, [page for page in of_kind if page.area != Area.COMMUNE])
    return found


def _in_communes(kind: str, pages: list[LandingPage]) -> set[int]:
    rows = [(page.pk, page.subject_id, insee) for page in pages for insee in PARTS.get(page.code, [page.code])]
    return _asked(_IN_COMMUNES.format(offered=_OFFERED[kind]), rows)


def _in_areas(kind: str, pages: list[LandingPage]) -> set[int]:
    if not pages:
        return set()
    model = subjects.MODELS[kind]
    slugs = dict(model._default_manager.filter(pk__in={page.subject_id for page in pages}).values_list("pk", "slug"))
    of_subject = terms.practice if kind == subjects.Kind.PRACTICE else terms.theme
    of_area: dict[str, Callable[[str], str]] = {
        Area.DEPARTMENT: terms.department,
        Area.REGION: terms.region,
        Area.FRANCE: lambda code: "",
    }
    rows = [
        (page.pk, of_subject(slugs[page.subject_id]), of_area[page.area](page.code))
        for page in pages
        if page.subject_id in slugs
    ]
    return _asked(_IN_AREAS, rows)


def _asked(sql: str, rows: Sequence[tuple[object, ...]]) -> set[int]:
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(column) for column in zip(*rows, strict=True)])
        return {row[0] for row in cursor.fetchall()}
