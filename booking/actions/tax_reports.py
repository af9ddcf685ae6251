"""The yearly declaration (M10): prepared from what was received, written by a task, filed by a person, corrected by the next.

A file holds what the tax office does not know yet: those never declared, those whose figures or identity differ from the last
filed line, and those of whom nothing is left to declare. Nothing is thrown away but a file that was never filed.
"""

import base64
import datetime as dt
import gzip

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from pydantic import ValidationError
from xmlschema import XMLSchemaException

from accounts.models import User
from booking.errors import NothingToDeclare, PlatformUnknown, ReportWaits, YearNotOver
from booking.models import TaxDetails, TaxReport, TaxReportLine
from booking.platform_report import declaration
from booking.platform_report.figures import Year, figures_of
from booking.platform_report.identity import Birth, Identity, identity_of, sealed
from booking.tax_words import gap_words
from common import crypto, outbox
from common.clock import PARIS
from common.tasks import enqueue
from practitioners.models import Practitioner

log = structlog.get_logger(__name__)
Action, State = TaxReportLine.Action, TaxReport.State
FIRST_YEAR = 2023
COPY_MAIL, MISSING_MAIL = "money/tax_copy", "money/tax_details_missing"


@transaction.atomic
def keep_details(
    *, practitioner: Practitioner, nature: str, entity_name: str, birth: Birth, now: dt.datetime
) -> TaxDetails:
    entity = nature == TaxDetails.Nature.ENTITY
    row, _ = TaxDetails.objects.update_or_create(
        practitioner=practitioner,
        defaults={
            "nature": nature,
            "entity_name": entity_name if entity else "",
            # A company's director was not born for the tax office: nothing of the person is kept.
            "sealed": "" if entity else sealed(birth),
            "updated_at": now,
        },
    )
    return row


def last_lines(year: int) -> dict[int, TaxReportLine]:
    """By practitioner, what the tax office was last told of this year."""
    rows = TaxReportLine.objects.filter(report__year=year, report__state=State.FILED).select_related("report")
    return {row.practitioner_id: row for row in rows.order_by("report__number")}


def declared(year: Year) -> list[tuple[int, int, int]]:
    """What of the figures stands in the file: whole euros and sessions, by quarter."""
    return [(*quarter.euros, quarter.declared_sessions) for quarter in year.quarters]


def changes(year: int) -> tuple[list[TaxReportLine], list[tuple[Practitioner, Year, list[str]]]]:
    """The lines of a file made now, unsaved, and those who must be declared but of whom something is missing."""
    figures, last = figures_of(year), last_lines(year)
    people = Practitioner.objects.filter(pk__in={*figures, *last}).select_related("tax_details", "user").order_by("pk")
    lines: list[TaxReportLine] = []
    without: list[tuple[Practitioner, Year, list[str]]] = []
    for practitioner in people:
        now, before = figures.get(practitioner.pk, Year()), last.get(practitioner.pk)
        known = before if before and before.action != Action.REMOVED else None
        version = before.version + 1 if before else 1
        told = Identity.unseal(known.sealed_identity) if known else None
        if not now.is_reportable:
            if known and told:
                lines.append(_line(practitioner, Action.REMOVED, version, Year.of_json(known.quarters), told))
            continue
        who = identity_of(practitioner, getattr(practitioner, "tax_details", None))
        if gaps := who.missing():
            if told is None:
                without.append((practitioner, now, gaps))
                continue
            who = told  # what was declared once stays until it is replaced by something complete
        if known is None:
            lines.append(_line(practitioner, Action.NEW, version, now, who))
        elif who != told or declared(now) != declared(Year.of_json(known.quarters)):
            lines.append(_line(practitioner, Action.CORRECTED, version, now, who))
    return lines, without


def _line(practitioner: Practitioner, action: str, version: int, year: Year, who: Identity) -> TaxReportLine:
    return TaxReportLine(
        practitioner=practitioner, action=action, version=version, quarters=year.as_json(), sealed_identity=who.seal()
    )


def platform_is_known() -> bool:
    identity = settings.PLATFORM_IDENTITY
    return all(identity[name] for name in ("name", "siret", "street", "postal_code", "town", "vat_number"))


def is_over(year: int, now: dt.datetime) -> bool:
    return FIRST_YEAR <= year < now.astimezone(PARIS).year


def prepare(*, year: int, by: User, now: dt.datetime) -> TaxReport:
    """Freeze what would be declared now; the file is written by a task. Raises YearNotOver, PlatformUnknown,
    ReportWaits (another one of this year is neither filed nor thrown away), NothingToDeclare."""
    if not is_over(year, now):
        raise YearNotOver
    if not platform_is_known():
        raise PlatformUnknown
    with transaction.atomic():
        last = TaxReport.objects.filter(year=year).aggregate(last=Max("number"))["last"] or 0
        try:
            with transaction.atomic():
                report = TaxReport.objects.create(
                    year=year, number=last + 1, platform=settings.PLATFORM_IDENTITY, made_at=now, made_by=by
                )
        except IntegrityError as error:
            raise ReportWaits from error
        lines, _ = changes(year)
        if not lines:
            raise NothingToDeclare
        for line in lines:
            line.report = report
        TaxReportLine.objects.bulk_create(lines, batch_size=500)

        def ask() -> None:
            from booking.tasks import write_tax_report

            enqueue(write_tax_report, report.pk)

        transaction.on_commit(ask)
    return report


def write(*, report_id: int) -> None:
    """The file of a report, from its frozen lines; written again it says the same. What goes wrong is said on the page."""
    report = TaxReport.objects.get(pk=report_id)
    if report.state != State.COMPOSING:
        return
    sellers = [_seller(line) for line in report.lines.iterator(chunk_size=500)]
    try:
        name, xml = declaration.compose(
            year=report.year,
            number=report.number,
            platform=report.platform,
            sellers=sellers,
            first=not TaxReport.objects.filter(year=report.year, state=State.FILED).exists(),
            made_at=report.made_at,
        )
    except (ValidationError, XMLSchemaException) as error:
        # Its words quote the values, which are people's: the place is enough to find it.
        log.error("tax_report_refused", report=report.pk, kind=type(error).__name__, where=_where(error))
        TaxReport.objects.filter(pk=report_id, state=State.COMPOSING).update(
            error=f"{type(error).__name__}: {_where(error)}"[:300]
        )
        return
    TaxReport.objects.filter(pk=report_id, state=State.COMPOSING).update(
        state=State.READY, filename=name, sealed_file=_seal(xml), error=""
    )


def _where(error: ValidationError | XMLSchemaException) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(".".join(map(str, found["loc"])) for found in error.errors()[:3])
    return str(getattr(error, "path", "") or "")


def _seller(line: TaxReportLine) -> declaration.Seller:
    return declaration.Seller(
        seller_id=f"p{line.practitioner_id}",
        version=line.version,
        action=line.action,
        identity=Identity.unseal(line.sealed_identity),
        year=Year.of_json(line.quarters),
    )


def _seal(xml: str) -> str:
    return crypto.encrypt(base64.b64encode(gzip.compress(xml.encode(), mtime=0)).decode())


def file_of(report: TaxReport) -> bytes:
    return gzip.decompress(base64.b64decode(crypto.decrypt(report.sealed_file)))


def to_write(*, now: dt.datetime) -> list[int]:
    """Those whose task was lost; one that was refused waits for a person."""
    late = TaxReport.objects.filter(state=State.COMPOSING, error="", made_at__lte=now - dt.timedelta(minutes=2))
    return list(late.values_list("pk", flat=True))


@transaction.atomic
def mark_filed(*, report_id: int, by: User, now: dt.datetime) -> None:
    """The tax office has it. Each practitioner is told that the copy is there (CGI, article 1649 ter D)."""
    report = TaxReport.objects.select_for_update(no_key=True).get(pk=report_id)
    if report.state != State.READY:
        raise ReportWaits
    report.state, report.filed_at, report.filed_by = State.FILED, now, by
    report.save(update_fields=["state", "filed_at", "filed_by"])
    for line in report.lines.select_related("practitioner__user").iterator(chunk_size=500):
        outbox.send(
            key=f"tax-copy-{line.pk}",
            to=line.practitioner.user.email,
            template=COPY_MAIL,
            context={"first_name": line.practitioner.first_name, "year": report.year, "action": line.action},
            about=f"booking.TaxReportLine:{line.pk}",
        )


@transaction.atomic
def discard(*, report_id: int) -> None:
    report = TaxReport.objects.select_for_update(no_key=True).get(pk=report_id)
    if report.state not in TaxReport.WAITING:
        raise ReportWaits
    report.state, report.sealed_file = State.DISCARDED, ""
    report.save(update_fields=["state", "sealed_file"])


def remind(*, year: int, now: dt.datetime) -> int:
    """Write to those who must be declared and of whom something is missing; once a week each at most."""
    week = now.astimezone(PARIS).isocalendar()
    without = changes(year)[1]
    for practitioner, _, gaps in without:
        outbox.send(
            key=f"tax-details-{practitioner.pk}-{week.year}-{week.week}",
            to=practitioner.user.email,
            template=MISSING_MAIL,
            context={"first_name": practitioner.first_name, "year": year, "gaps": [gap_words(gap) for gap in gaps]},
            about=f"practitioners.Practitioner:{practitioner.pk}",
        )
    return len(without)
