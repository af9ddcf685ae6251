"""Which landing pages show somebody: counted in SQL alone, whatever the number of practitioners."""

import datetime as dt

from django.db import connection, transaction

from common import clock
from practitioners.models import Practice, Theme
from search.models import FormerSlug, LandingPage

# The town of an arrondissement.
_TOWN = (
    "case when w.commune_id between '75101' and '75120' then '75056' when w.commune_id between '13201' and '13216' then '13055'"
    " when w.commune_id between '69381' and '69389' then '69123' else w.commune_id end"
)
# Each practitioner who can be found × what they offer × where they receive; `members` sums a hash of who they are.
_COUNTED = f"""
with offered as (
    select 'practice' as kind, o.practice_id as subject_id, e.practitioner_id
    from search_searchentry e join practitioners_practitionerpractice o using (practitioner_id)
    where o.certificate_checked_at is not null
    union all
    select 'theme', o.theme_id, e.practitioner_id
    from search_searchentry e join practitioners_practitioner_themes o using (practitioner_id)
), placed as materialized (
    select distinct w.practitioner_id, {_TOWN} as commune, c.department_id as department, d.region_id as region,
        d.lonely
    from practitioners_practiceplace w
    join places_commune c on c.insee = w.commune_id
    join (select code, region_id, count(*) over (partition by region_id) = 1 as lonely from places_department) d
        on d.code = c.department_id
), pages as (
    select kind, subject_id, 'france' as area, '' as code, practitioner_id from offered
    union all
    select kind, subject_id, 'commune', commune, practitioner_id from offered join placed using (practitioner_id)
    union all
    select distinct kind, subject_id, 'department', department, practitioner_id
    from offered join placed using (practitioner_id) where department <> '75'
    union all
    select distinct kind, subject_id, 'region', region, practitioner_id
    from offered join placed using (practitioner_id) where not lonely
), counted as (
    select kind, subject_id, area, code, count(*) as people, sum(hashint8extended(practitioner_id, 0)::numeric) as members
    from pages group by kind, subject_id, area, code
)"""  # noqa: S608
_WRITE = f"""{_COUNTED}
, written as (
    insert into search_landingpage as p (kind, subject_id, area, code, people, members, changed_at)
    select kind, subject_id, area, code, people, members, %(now)s from counted
    on conflict (kind, subject_id, area, code) do update
    set people = excluded.people, members = excluded.members, changed_at = excluded.changed_at
    where p.members <> excluded.members
    returning 1
), gone as (
    delete from search_landingpage p
    where not exists (select 1 from counted c where (c.kind, c.subject_id, c.area, c.code) = (p.kind, p.subject_id, p.area, p.code))
    returning 1
)
select (select count(*) from written), (select count(*) from gone)"""  # noqa: S608


@transaction.atomic
def refresh(now: dt.datetime | None = None) -> tuple[int, int]:
    """Bring the table in line with the index; returns how many pages changed and how many ceased to exist."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [LandingPage._meta.db_table])
        cursor.execute(_WRITE, {"now": now or clock.now()})
        written, gone = cursor.fetchone()
    return written, gone


def remember_slug(row: Practice | Theme, *, former: str) -> None:
    """The pages under the former address lead to the new one; an address taken again by another is that other's."""
    kind = LandingPage.Subject.PRACTICE if isinstance(row, Practice) else LandingPage.Subject.THEME
    FormerSlug.objects.filter(kind=kind, slug=row.slug).delete()
    if former and former != row.slug:
        FormerSlug.objects.update_or_create(kind=kind, slug=former, defaults={"subject_id": row.pk})
