"""What was paid online, the platform's fee of it, and what was given back, by time, practice and region.

Everything is counted on the day of the payment: what was given back since is set against the payment it comes from, so that
a rate never exceeds 100 % and an old month may still change.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, TruncDay, TruncMonth
from django.utils.translation import gettext as _

from booking.models import Payment, Refund
from booking.money_figures.periods import Period
from common.clock import PARIS
from practitioners.models import PracticePlace


@dataclass(frozen=True)
class Line:
    """One bucket, practice or region; cents."""

    name: str
    tick: str = ""
    payments: int = 0
    volume: int = 0
    fees: int = 0
    refunded: int = 0

    @property
    def rate(self) -> float | None:
        """Percent of the volume that was given back; nothing where nothing was paid."""
        return 100 * self.refunded / self.volume if self.volume else None


@dataclass(frozen=True)
class Figures:
    total: Line
    by_time: list[Line]
    by_practice: list[Line]
    by_region: list[Line]


def figures(period: Period, *, practice: str = "", region: str = "") -> Figures:
    """Four aggregates of the database; no row of a payment is read. `practice` is a slug, `region` a code."""
    rows = _payments(period, practice, region)
    trunc = (TruncDay if period.by_day else TruncMonth)("paid_at", tzinfo=PARIS)
    times = {row["bucket"].date(): row for row in rows.annotate(bucket=trunc).values("bucket").annotate(**_sums())}
    by_time = [
        _line(times.get(bucket, {}), period.name_of(bucket), period.tick_of(bucket)) for bucket in period.buckets()
    ]
    total = Line(
        name="",
        payments=sum(line.payments for line in by_time),
        volume=sum(line.volume for line in by_time),
        fees=sum(line.fees for line in by_time),
        refunded=sum(line.refunded for line in by_time),
    )
    return Figures(
        total,
        by_time,
        _grouped(rows, "appointment__service__practice__name"),
        _grouped(rows, "region_name"),
    )


def _payments(period: Period, practice: str, of_region: str) -> QuerySet[Payment]:
    first, end = period.bounds
    refunds = Refund.objects.filter(payment=OuterRef("pk")).exclude(status=Refund.Status.FAILED)
    main = PracticePlace.objects.filter(practitioner=OuterRef("appointment__practitioner")).order_by("position", "pk")

    def area(field: str) -> Coalesce:
        """Where the session takes place; by video, where the practitioner receives."""
        path = f"commune__department__region__{field}"
        return Coalesce(
            f"appointment__place__{path}",
            f"appointment__home_{path}",
            Subquery(main.values(path)[:1]),
            output_field=CharField(),
        )

    rows = Payment.objects.filter(status=Payment.Status.PAID, paid_at__gte=first, paid_at__lt=end)
    if practice:
        rows = rows.filter(appointment__service__practice__slug=practice)
    narrowed = Q(region=of_region) if of_region else Q()
    return rows.annotate(
        given_back=_sum(refunds),
        given_back_with_fee=_sum(refunds.filter(returns_fee=True)),
        region=area("code"),
        region_name=area("name"),
    ).filter(narrowed)


def _sum(rows: QuerySet[Refund]) -> Coalesce:
    total = rows.order_by().values("payment").annotate(total=Sum("amount_cents")).values("total")
    return Coalesce(Subquery(total), Value(0), output_field=BigIntegerField())


def _sums() -> dict[str, Any]:
    amount, fee = Cast("amount_cents", BigIntegerField()), Cast("fee_cents", BigIntegerField())
    # In proportion, half up, as Stripe returns it.
    returned = (2 * fee * F("given_back_with_fee") + amount) / (2 * amount)
    return {
        "payments": Count("pk"),
        "volume": Sum(amount),
        "all_fees": Sum(fee),
        "returned": Coalesce(
            Sum(returned, filter=Q(given_back_with_fee__gt=0)), Value(0), output_field=BigIntegerField()
        ),
        "refunded": Sum("given_back"),
    }


def _grouped(rows: QuerySet[Payment], by: str) -> list[Line]:
    found = rows.order_by().values(by).annotate(**_sums()).order_by("-volume", by)
    return [_line(row, row[by] or _("No place known")) for row in found]


def _line(row: Any, name: str, tick: str = "") -> Line:
    if not row:
        return Line(name, tick)
    return Line(
        name, tick, row["payments"], int(row["volume"]), int(row["all_fees"] - row["returned"]), int(row["refunded"])
    )
