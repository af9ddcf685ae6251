"""The receipt of a withdrawal: what was declared, by whom, when, and what the law makes of it. On a page, in a mail, as a PDF."""

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from booking import subscription_withdrawal_words
from booking.models import Appointment, ServiceSubscription, Standing, Withdrawal, WithdrawalWords
from booking.withdrawal_terms import Finding
from common.clock import PARIS
from common.money import format_euros
from common.pdf import compose as compose_pdf
from common.wording import long_date, long_datetime

_TEMPLATE = Path(__file__).parent / "pdf_templates" / "withdrawal.typ"
_signer = Signer(salt="booking.withdrawal")


def url_of(row: Withdrawal) -> str:
    """Opens the receipt without signing in: it names nobody else, and the one who declared may have no account."""
    return reverse("withdrawal:receipt", args=[row.reference, _signer.sign(row.reference).rpartition(":")[2]])


def opens(reference: str, token: str) -> bool:
    try:
        _signer.unsign(f"{reference}:{token}")
    except BadSignature:
        return False
    return True


def kept(row: Withdrawal) -> Finding:
    """What was found at the moment of the declaration, as it was kept."""
    return Finding(
        Standing(row.standing),
        row.concluded_at,
        row.until,
        row.refund_cents + row.owed_cents,
        row.owed_cents,
        row.refund_cents,
    )


def statement(words: WithdrawalWords, appointment: Appointment | ServiceSubscription | None) -> str:
    """The words of the law's model form (annex to article R221-1), about this contract."""
    if isinstance(appointment, ServiceSubscription):
        return subscription_withdrawal_words.statement(appointment)
    if appointment is None:
        return _(
            "I hereby give notice that I withdraw from my contract for the provision of the following service: %(contract)s."
        ) % {"contract": words.contract.rstrip(".")}
    return _(
        "I hereby give notice that I withdraw from my contract for the provision of the following service: %(session)s, "
        "%(moment)s, with %(person)s, booked on %(booked)s under the reference %(reference)s."
    ) % {
        "session": appointment.service_name,
        "moment": long_datetime(appointment.starts_at, appointment.timezone),
        "person": appointment.practitioner.full_name,
        "booked": long_date(appointment.booked_at or appointment.created_at, PARIS, weekday=False),
        "reference": appointment.reference,
    }


def consequence(found: Finding, appointment: Appointment | ServiceSubscription | None, *, done: bool) -> list[str]:
    """What the declaration brings about, in euros, before it is confirmed (`done` False) and after."""
    if isinstance(appointment, ServiceSubscription):
        return subscription_withdrawal_words.consequence(found, appointment, done=done)
    if appointment is None:
        return [
            _(
                "This contract was not found with the reference and the address given. The declaration counts all the same, from its date."
            ),
            _(
                "We look for the contract, carry out what the law gives at that date, and write to you within two working days."
            ),
        ]
    person, until = appointment.practitioner.full_name, _until(found)
    paid, refund, owed = (format_euros(cents) for cents in (found.left, found.refund, found.owed))
    if found.standing == Standing.OPEN:
        first = _("The withdrawal period runs until %(until)s: you need give no reason.") % {"until": until}
        if not found.left:
            return [first, _("Nothing was taken online, so nothing has to be given back; the session is cancelled.")]
        given = (
            _("%(refund)s goes back to the card that paid, in 14 days at most.")
            if done
            else _(
                "You get back everything that you paid online: %(refund)s, on the card that paid, in 14 days at most."
            )
        )
        return [first, given % {"refund": refund}, _("The session is cancelled, at no cost.")]
    if found.standing == Standing.BEGUN:
        lines = [
            _(
                "The withdrawal period runs until %(until)s, and the session began before its end at your express request."
            )
            % {"until": until},
            _("The part already given stays due (article L221-25): %(owed)s.") % {"owed": owed},
            _("Out of the %(paid)s paid online, %(refund)s goes back to the card that paid.")
            % {"paid": paid, "refund": refund},
        ]
        if found.still_owed:
            lines.append(
                _("%(amount)s of it is still to be paid to the practitioner.")
                % {"amount": format_euros(found.still_owed)}
            )
        return lines
    passed = _(
        "Your declaration is kept and handed to %(person)s, who may agree all the same and answers within 14 days."
    ) % {"person": person}
    nothing = _("Nothing is cancelled or given back by the declaration alone.")
    if found.standing == Standing.LATE:
        return [_("The withdrawal period ended with %(until)s.") % {"until": until}, passed, nothing]
    if found.standing == Standing.PERFORMED:
        why = _(
            "The session was given in full before the end of the period, at your express request: the right to withdraw ended with it (article L221-28, 1°)."
        )
        return [why, passed, nothing]
    if found.standing == Standing.DATED:
        why = _("The law excludes leisure activities provided at a given date (article L221-28, 12°).")
        return [*filter(None, (why, found.reason)), passed, nothing]
    if found.standing == Standing.DOUBTFUL:
        why = _("Whether the law gives the right here cannot be told from the booking alone.")
        return [why, passed, nothing]
    return [_("This contract had ended already, and nothing of it is left to be given back.")]


def _until(found: Finding) -> str:
    """The last day of the period, whole: it ends with its last hour."""
    if found.until is None:
        return ""
    return long_date(found.until - dt.timedelta(seconds=1), PARIS)


def moment(at: dt.datetime) -> str:
    """To the second, with the clock that is meant: the receipt proves the moment."""
    local = at.astimezone(PARIS)
    return _("%(day)s at %(time)s (Paris time)") % {"day": long_date(local, PARIS), "time": f"{local:%H:%M:%S}"}


def facts(row: Withdrawal, words: WithdrawalWords) -> list[tuple[str, str]]:
    appointment, subscription = row.appointment, row.subscription
    found = [
        (_("Receipt number"), row.reference),
        (_("Received on"), moment(row.declared_at)),
        (_("Declared by"), words.name),
        (_("E-mail for the receipt"), words.email),
        (_("Contract"), words.contract),
    ]
    if appointment:
        found += [
            (_("Practitioner"), appointment.practitioner.full_name),
            (_("Price"), format_euros(appointment.price_cents)),
        ]
    if subscription:
        found += [
            (_("Optional service"), subscription.service_name),
            (_("Paid"), format_euros(row.paid_cents)),
        ]
    return found


def pdf(row: Withdrawal, words: WithdrawalWords, found: Finding) -> bytes:
    with translation.override("fr"):
        data = {
            "publisher": settings.WAGTAIL_SITE_NAME,
            "title": _("Receipt of your withdrawal"),
            "facts": [[name, value] for name, value in facts(row, words)],
            "declared": _("What you declared"),
            "statement": statement(words, row.contract),
            "meaning": _("What it brings about"),
            "lines": consequence(found, row.contract, done=True),
            "made": _(
                "Acknowledgement of receipt on a durable medium (articles L221-21 and D221-5 of the code de la consommation). "
                "Keep it: it proves the content and the moment of your declaration."
            ),
        }
    return compose_pdf(_TEMPLATE, data, moment=row.declared_at)
