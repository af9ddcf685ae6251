"""From the rows of practitioners, reviews and agendas to what the index says. Reads; `search.actions.entries` writes."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import structlog
from django.db.models import Count, Q, Sum
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import SourceImageIOError

from common.clock import PARIS
from places.models import Commune
from practitioners.completeness import percentage_of
from practitioners.models import Practice, PracticePlace, Practitioner, ProfilePage, Review, Service
from search import agenda
from search.facts import Availability, Facts, Point
from search.ranking import Standing, bayesian_score

log = structlog.get_logger(__name__)
PORTRAIT = "fill-160x200|format-webp"


def searchable(practitioner_ids: Iterable[int]) -> list[Practitioner]:
    """Those among them whom the public may find: listed, with a published page, with all that `project` reads."""
    found = Practitioner.objects.listed().filter(pk__in=list(practitioner_ids), page__live=True)
    return list(found.with_profile().select_related("page__portrait").prefetch_related("page__portrait__renditions"))


def project(practitioners: list[Practitioner], *, prior_milli: int, now: dt.datetime) -> list[Facts]:
    """What the index shall say of them; a bounded number of queries."""
    ids = [p.pk for p in practitioners]
    published = Review.objects.published().filter(practitioner__in=ids).order_by().values("practitioner")
    ratings = {
        row["practitioner"]: (row["total"], row["count"])
        for row in published.annotate(total=Sum("rating"), count=Count("pk"))
    }
    free = agenda.availabilities(ids, now=now)
    homes = _home_bases(practitioners)
    return [
        _one(p, ratings.get(p.pk, (0, 0)), prior_milli, free.get(p.pk, Availability()), homes.get(p.postal_code), now)
        for p in practitioners
    ]


def _home_bases(practitioners: list[Practitioner]) -> dict[str, Commune]:
    """Where those start from who only visit: the most populated commune of their postal code."""
    codes = {p.postal_code for p in practitioners if p.home_radius_km and not p.places.all() and p.postal_code}
    if not codes:
        return {}
    communes = (
        Commune.objects.filter(postal_codes__overlap=list(codes)).select_related("department").order_by("population")
    )
    return {code: commune for commune in communes for code in commune.postal_codes if code in codes}


def _one(
    p: Practitioner,
    ratings: tuple[int, int],
    prior_milli: int,
    free: Availability,
    home: Commune | None,
    now: dt.datetime,
) -> Facts:
    practices = checked_practices(p)
    services = [s for s in p.services.all() if s.archived_at is None and s.practice_id in {x.pk for x in practices}]
    places, themes = list(p.places.all()), list(p.themes.all())
    standing = Standing(
        online=free.online,
        score=bayesian_score(*ratings, prior_milli),
        completeness=percentage_of(p),
        partner=p.partner_software,
        listed_on=(p.listed_at or now).astimezone(PARIS).date(),
        practitioner_id=p.pk,
    )
    communes = [place.commune for place in places] or ([home] if home else [])
    modes = sorted({s.mode for s in services} | ({"domicile"} if p.home_radius_km else set()))
    return Facts(
        standing=standing,
        names=(p.first_name, p.last_name),
        texts=(
            p.page.headline,
            *(text for practice in practices for text in (practice.name, practice.noun, *practice.aliases)),
            *(text for theme in themes for text in (theme.name, *theme.aliases)),
            *(s.name for s in services),
            *(f"{c.label} {c.department.name}" for c in communes),
            *(place.postal_code for place in places),
        ),
        practices=tuple(practice.slug for practice in practices),
        themes=tuple(sorted(t.slug for t in themes)),
        modes=tuple(modes),
        languages=tuple(sorted(p.languages)),
        payments=tuple(sorted(p.payment_methods)),
        step_free=any(place.step_free for place in places),
        price_min_cents=min((s.price_cents for s in services), default=None),
        points=_points(places, communes),
        home_radius_km=p.home_radius_km or 0,
        departments=frozenset(c.department_id for c in communes),
        regions=frozenset(c.department.region_id for c in communes),
        availability=free,
        card=_card(p, practices, services, places, communes, ratings, modes),
    )


def checked_practices(p: Practitioner) -> list[Practice]:
    """The practices whose certificate was checked, the main one first: no other is shown or indexed (R3)."""
    return [link.practice for link in p.practice_links.all() if link.certificate_checked_at is not None]


def _points(places: list[PracticePlace], communes: list[Commune]) -> tuple[Point, ...]:
    """Places of practice, or the town that home visits start from when there is none."""
    if places:
        return tuple(Point(place.latitude, place.longitude, place.commune.label) for place in places)
    return tuple(Point(c.latitude, c.longitude, c.label, receives=False) for c in communes[:1])


def _card(
    p: Practitioner, practices: list[Practice], services: list[Service], places: list[PracticePlace], communes: list[Commune],
    ratings: tuple[int, int], modes: list[str],
) -> dict[str, Any]:  # fmt: skip
    """What a result shows: facts only, put into words by the template, so that a language can change without indexing."""
    total, count = ratings
    offered = next((s for s in services if s.first_session), services[0] if services else None)
    place = places[0] if places else None
    checked = [link.certificate_checked_at for link in p.practice_links.all() if link.certificate_checked_at]
    return {
        "slug": p.slug,
        "name": p.full_name,
        "url": f"/praticiens/{p.slug}/",
        "headline": p.page.headline,
        "practices": [practice.name for practice in practices],
        "place": communes[0].label if communes else "",
        "address": f"{place.street}, {place.postal_code} {place.commune.short_name}" if place else "",
        "zone": communes[0].department.timezone if communes else "Europe/Paris",
        "modes": modes,
        "portrait": _portrait(p.page),
        "service": {
            "name": offered.name, "minutes": offered.duration_minutes, "cents": offered.price_cents, "first": offered.first_session,
        } if offered else None,
        "checked_on": max(checked).astimezone(PARIS).date().isoformat() if checked else "",
        "insured_until": p.insurance_until.isoformat() if p.insurance_until else "",
        "reviews": count,
        "mean": (20 * total + count) // (2 * count) if count else None,
    }  # fmt: skip


def _portrait(page: ProfilePage) -> str:
    if page.portrait is None:
        return ""
    try:
        return page.portrait.get_rendition(PORTRAIT).url
    except (SourceImageIOError, InvalidFilterSpecError, OSError) as error:
        # A lost file costs the card its portrait, not the practitioner the listing.
        log.error("portrait_unreadable", practitioner=page.practitioner_id, error=str(error))
        return ""


def due_for_refresh(now: dt.datetime) -> Q:
    """Entries whose agenda summary time alone has made wrong; those left alone for a day are read again whatever they say."""
    return Q(stale_at__lte=now) | Q(refreshed_at__lte=now - dt.timedelta(days=1))


# After this long without a renewal that was due, the clock is not running.
CLOCK_MAY_TAKE = dt.timedelta(minutes=10)
