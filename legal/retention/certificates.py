"""Certificates: one for each rule and night that ended rows, chained, without anything of a person."""

import datetime as dt
from collections.abc import Iterator

from django.db import connection, transaction

from common.models import BrokenLink
from legal.models import ErasureCertificate, RetentionOutcome


def certify(*, before: dt.date, now: dt.datetime) -> int:
    """Certify the nights that are over, those that a dead worker left included; how many. The night of `before` waits for its end."""
    waiting = RetentionOutcome.objects.filter(certificate=None, ended__gt=0, day__lt=before).order_by("day", "rule")
    return sum(_write(pk, now) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def _write(outcome_id: int, now: dt.datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [ErasureCertificate._meta.db_table])
    if ErasureCertificate.objects.filter(outcome=outcome_id).exists():
        return False
    outcome = RetentionOutcome.objects.get(pk=outcome_id)
    facts: dict[str, object] = {
        "format": "erasure-certificate/1",
        "rule": outcome.rule,
        "activity": outcome.activity,
        "months": outcome.months,
        "night": outcome.day.isoformat(),
        "rows": outcome.ended,
        "held": outcome.held,
        "signature": outcome.signature,
    }
    commitment = ErasureCertificate.commitment_of(facts)
    ErasureCertificate.append(commitment=commitment, recorded_at=now, outcome=outcome, facts=facts)
    return True


def problems() -> Iterator[BrokenLink]:
    """Each place where the chain of certificates does not hold."""
    yield from ErasureCertificate.broken_links()
    for row in ErasureCertificate.objects.order_by("sequence").iterator(chunk_size=2000):
        if row.commitment != ErasureCertificate.commitment_of(row.facts):
            yield BrokenLink(row.sequence, "its facts do not give its commitment")
