"""Telling those concerned: when a version that asks to accept is announced, and when any version enters into force."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from common import outbox
from legal.models import AcceptanceDetail, LegalVersion, VersionNotice
from legal.reading import summary_lines

Moment = VersionNotice.Moment


def announce_due(*, now: dt.datetime) -> int:
    """Queue the mails of every moment that has come and was not handled; returns how many. Safe to run again."""
    queued = 0
    operators = LegalVersion.objects.published().filter(document__owner=None, number__gt=1)
    coming = operators.filter(effective_at__gt=now).exclude(mode=LegalVersion.Mode.INFORM)
    for version in coming.exclude(notices__moment=Moment.ANNOUNCED).order_by("pk"):
        queued += _announce(version, Moment.ANNOUNCED, now)
    for version in operators.in_force(now).exclude(notices__moment=Moment.IN_FORCE).order_by("pk"):
        queued += _announce(version, Moment.IN_FORCE, now)
    return queued


def concerned(version: LegalVersion) -> list[User]:
    """Those who accepted an earlier version of the document and not this one or a later one."""
    accepted = AcceptanceDetail.objects.filter(
        acceptance__refused=False, acceptance__version__document=version.document
    )
    earlier = accepted.filter(acceptance__version__number__lt=version.number).values("user")
    done = accepted.filter(acceptance__version__number__gte=version.number).values("user")
    return list(User.objects.filter(is_active=True, pk__in=earlier).exclude(pk__in=done).order_by("pk"))


@transaction.atomic
def _announce(version: LegalVersion, moment: str, now: dt.datetime) -> int:
    notice, created = VersionNotice.objects.get_or_create(
        version=version, moment=moment, defaults={"queued_at": now, "count": 0}
    )
    if not created:
        return 0
    version = LegalVersion.objects.select_related("document").get(pk=version.pk)
    if version.document.versions.in_force(now).filter(number__gt=version.number).exists():
        return 0  # replaced before anyone was told: the newer version's own mail says it all
    people = concerned(version)
    for person in people:
        outbox.send(
            key=f"legal-{moment}-{version.pk}-{person.pk}",
            to=person.email,
            template=f"legal/version_{moment}",
            context=_context(version),
        )
    notice.count = len(people)
    notice.save(update_fields=["count"])
    return len(people)


def _context(version: LegalVersion) -> dict[str, object]:
    base = settings.BASE_URL.rstrip("/")
    path = reverse("legal:pending") + f"?version={version.pk}" if version.asks_to_accept else version.get_absolute_url()
    return {
        "version": version,
        "summary": summary_lines(version),
        "url": base + path,
    }
