"""What was declared, said to the practitioner: rows for pages, and the copy as a PDF."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from booking.models import TaxReport, TaxReportLine
from booking.platform_report.countries import COUNTRIES
from booking.platform_report.figures import Year
from booking.platform_report.identity import Identity
from common.money import format_euros
from common.pdf import compose as compose_pdf
from common.wording import long_date
from practitioners.models import Practitioner

_TEMPLATE = Path(__file__).parents[1] / "pdf_templates" / "tax_copy.typ"


@dataclass(frozen=True)
class Row:
    """A quarter as it is shown: exact cents, and the whole euros that the tax office gets."""

    number: int
    received: int
    given_back: int
    on_site: int
    fees: int
    consideration: int
    sessions: int
    euros: int
    fee_euros: int


def rows(year: Year) -> list[Row]:
    return [
        Row(
            number=number,
            received=quarter.online,
            given_back=quarter.given_back,
            on_site=quarter.on_site,
            fees=quarter.fees,
            consideration=quarter.consideration,
            sessions=quarter.declared_sessions,
            euros=quarter.euros[0],
            fee_euros=quarter.euros[1],
        )
        for number, quarter in enumerate(year.quarters, start=1)
    ]


def copies_for(practitioner: Practitioner) -> QuerySet[TaxReportLine]:
    """Their lines of the files that were filed, the latest first."""
    lines = TaxReportLine.objects.filter(practitioner=practitioner, report__state=TaxReport.State.FILED)
    return lines.select_related("report").order_by("-report__year", "-report__number")


def facts(who: Identity) -> list[tuple[str, str]]:
    """The identity as declared, label and value."""
    address = f"{who.street}, {who.postal_code} {who.town}"
    found = [(_("Name"), who.shown_name), (_("Address"), address)]
    if who.is_entity:
        found += [("SIREN", who.siren), ("SIRET", who.siret)]
    elif who.born_on:
        country = COUNTRIES.get(who.birth.country, who.birth.country)
        found.append((_("Born"), f"{long_date(who.born_on, weekday=False)}, {who.birth.city} ({country})"))
        found.append((_("Tax number"), who.birth.tax_number or _("none")))
    if who.vat_number:
        found.append((_("VAT number"), who.vat_number))
    return found


def pdf(line: TaxReportLine, *, now: dt.datetime) -> bytes:
    year, who, platform = Year.of_json(line.quarters), Identity.unseal(line.sealed_identity), line.report.platform
    assert line.report.filed_at is not None
    data = {
        "publisher": settings.WAGTAIL_SITE_NAME,
        "title": _("Declaration of platforms %(year)s: your copy") % {"year": line.report.year},
        "intro": _(
            "Filed on %(date)s by %(platform)s, SIREN %(siren)s, under article 1649 ter A of the French tax code (DAC7)."
        )
        % {
            "date": long_date(line.report.filed_at, weekday=False),
            "platform": platform["name"],
            "siren": platform["siret"][:9],
        },
        "state": str(line.get_action_display()),
        "facts": [[str(name), value] for name, value in facts(who)],
        "heads": [
            _("Quarter"),
            _("Sessions"),
            _("Received"),
            _("Given back"),
            _("On the spot"),
            _("Platform’s fees"),
            _("Declared"),
        ],
        "rows": [
            [
                f"T{row.number}",
                str(row.sessions),
                format_euros(row.received),
                format_euros(row.given_back),
                format_euros(row.on_site),
                format_euros(row.fees),
                f"{row.euros}\u00a0€",
            ]
            for row in rows(year)
        ],
        "note": _(
            "The amount declared is net of the platform’s fees, which are declared beside it, and in whole euros. Something "
            "wrong? Tell us: a correction is filed. These amounts do not replace your own accounts."
        ),
    }
    return compose_pdf(_TEMPLATE, data, moment=now)
