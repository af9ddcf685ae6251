"""Telling those concerned: when a version that asks to accept is announced, and when any version enters into force.

People are told in batches, in the order of their keys: each run of the sweep sends at most `PACE` messages and the next one goes
on after the last person told. Two runs at once never work on the same notice, and a message has one key for a person.
"""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from accounts.models import User
from common import outbox
from legal.models import AcceptanceDetail, LegalVersion, VersionNotice
from legal.reading import summary_lines

Moment = VersionNotice.Moment
PACE = 300  # messages a run; beat runs it each minute


def announce_due(*, now: dt.datetime, pace: int = PACE) -> int:
    """Queue the mails of the moments that have come, at most `pace` of them; returns how many. Safe to run again."""
    queued = 0
    for version, moment in _due(now):
        if queued >= pace:
            break
        queued += _announce(version, moment, now, pace - queued)
    return queued


def _due(now: dt.datetime) -> Iterator[tuple[LegalVersion, str]]:
    operators = LegalVersion.objects.published().filter(document__owner=None, number__gt=1)
    coming = operators.filter(effective_at__gt=now).exclude(mode=LegalVersion.Mode.INFORM)
    for moment, versions in ((Moment.ANNOUNCED, coming), (Moment.IN_FORCE, operators.in_force(now))):
        done = VersionNotice.objects.filter(version=OuterRef("pk"), moment=moment, finished_at__isnull=False)
        for version in versions.exclude(Exists(done)).select_related("document").order_by("pk"):
            yield version, moment


def concerned(version: LegalVersion) -> QuerySet[User]:
    """Those who accepted an earlier version of the document and not this one or a later one."""
    accepted = AcceptanceDetail.objects.filter(
        acceptance__refused=False, acceptance__version__document=version.document
    )
    earlier = accepted.filter(acceptance__version__number__lt=version.number).values("user")
    done = accepted.filter(acceptance__version__number__gte=version.number).values("user")
    return User.objects.filter(is_active=True, pk__in=earlier).exclude(pk__in=done).order_by("pk")


def _announce(version: LegalVersion, moment: str, now: dt.datetime, pace: int) -> int:
    """The next batch of one notice; nothing while another run is at it."""
    VersionNotice.objects.get_or_create(version=version, moment=moment, defaults={"queued_at": now, "count": 0})
    with transaction.atomic():
        rows = VersionNotice.objects.select_for_update(skip_locked=True, no_key=True)
        notice = rows.filter(version=version, moment=moment, finished_at=None).first()
        if notice is None:
            return 0
        people: list[User] = []
        # Replaced before everyone was told: the newer version's own mail says it all.
        if not version.document.versions.in_force(now).filter(number__gt=version.number).exists():
            people = list(concerned(version).filter(pk__gt=notice.told_until)[:pace])
        context = _context(version) if people else {}
        for person in people:
            outbox.send(
                key=f"legal-{moment}-{version.pk}-{person.pk}",
                to=person.email,
                template=f"legal/version_{moment}",
                context=context,
            )
        if people:
            notice.told_until = people[-1].pk
            notice.count += len(people)
        if len(people) < pace:
            notice.finished_at = now
        notice.save(update_fields=["told_until", "count", "finished_at"])
    return len(people)


def _context(version: LegalVersion) -> dict[str, object]:
    base = settings.BASE_URL.rstrip("/")
    path = reverse("legal:pending") + f"?version={version.pk}" if version.asks_to_accept else version.get_absolute_url()
    return {
        "version": version,
        "summary": summary_lines(version),
        "url": base + path,
    }
