"""What stands published against a rule: its owner is asked by mail, or the team lets it stand with a reason."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import outbox
from common.errors import Conflict, DomainError
from legal.claims.surfaces import surfaces
from legal.models import ClaimFinding, ClaimWaiver

AGAIN = dt.timedelta(days=7)


class NobodyToAsk(DomainError):
    message = _("This page has no owner to write to.")


class AskedAlready(Conflict):
    message = _("Its owner was written to less than seven days ago.")


class ReasonNeeded(DomainError):
    message = _("Say in a few words why this sentence may stand.")


@transaction.atomic
def ask(*, finding_id: int, by: User, now: dt.datetime) -> None:
    """One mail for all that stands on the same object."""
    row = ClaimFinding.objects.select_for_update(no_key=True).select_related("rule").get(pk=finding_id)
    if row.asked_at and row.asked_at > now - AGAIN:
        raise AskedAlready
    published = surfaces.get(row.surface).read(row.object_id) if row.surface in surfaces else None
    if published is None or not published.owner_email:
        raise NobodyToAsk
    mine = ClaimFinding.objects.filter(surface=row.surface, object_id=row.object_id, confirmed=False).select_related(
        "rule"
    )
    outbox.send(
        key=f"claims-{row.surface}-{row.object_id}-{now:%Y%m%d%H%M%S}",
        to=published.owner_email,
        template="legal/claims_asked",
        context={
            "title": row.title,
            "rows": [(each.words, each.rule.reason, each.rule.suggestion) for each in mine] or [(row.words, row.rule.reason, row.rule.suggestion)],
            "address": settings.BASE_URL.rstrip("/") + published.edit_url,
        },
    )  # fmt: skip
    ClaimFinding.objects.filter(surface=row.surface, object_id=row.object_id).update(asked_at=now, asked_by=by)


@transaction.atomic
def let_stand(*, finding_id: int, by: User, reason: str, now: dt.datetime) -> None:
    reason = " ".join(reason.replace("\x00", "").split())[:300]
    if len(reason) < 10:
        raise ReasonNeeded
    row = ClaimFinding.objects.select_for_update(no_key=True).get(pk=finding_id)
    ClaimWaiver.objects.create(
        kind=ClaimWaiver.Kind.OVERRIDDEN, surface=row.surface, rule_id=row.rule_id, fingerprint=row.fingerprint,
        sentence=row.sentence, words=row.words, reason=reason, author=by, at=now,
    )  # fmt: skip
    row.delete()
