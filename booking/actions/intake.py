"""Answers given while booking: sealed, replaced as a whole, and erased in time. A consent is a link of its own chain."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from booking import intake
from booking.intake import About, Answer
from booking.models import Appointment, IntakeAnswer, IntakeConsent, IntakeConsentDetail, Status
from booking.models.appointment import NEVER_BOOKED
from common import crypto
from common.access.kinds import kind
from common.access.records import record as record_reading
from common.compiled import Compiled, Given
from legal.retention import holds

Event = IntakeConsent.Event
_ANSWERS = Compiled(lambda: IntakeAnswer.objects.filter(appointment=Given("appointment")))
ANSWERS = kind("intake-answers", _("Answers before a session"))
PROOF_KEPT = dt.timedelta(days=5 * 366)


@dataclass(frozen=True)
class Circumstances:
    """How it was done: the page, and who asked for it."""

    page: str = ""
    ip: str | None = None
    agent: str = ""


@dataclass(frozen=True)
class Consent:
    """Words that were accepted: the box of health, or the note beside the reason."""

    about: IntakeAnswer.About
    text: str


@transaction.atomic
def answer(
    *,
    appointment_id: int,
    answers: Sequence[Answer],
    consents: Sequence[Consent] = (),
    how: Circumstances | None = None,
    now: dt.datetime,
) -> None:
    """Replace what was answered for this appointment, while it is being booked. Sensitive answers need their consent.

    Nothing is kept of an appointment that is booked already: what was accepted with it stays as it was.
    """
    appointment = Appointment.objects.select_for_update(no_key=True).get(pk=appointment_id)
    if appointment.status not in NEVER_BOOKED:
        return
    agreed = {consent.about for consent in consents}
    kept = [item for item in answers if item.answer and (item.about not in intake.SENSITIVE or item.about in agreed)]
    _withdraw_unused(appointment, {item.about for item in kept}, now)
    appointment.intake_answers.all().delete()
    IntakeAnswer.objects.bulk_create(
        IntakeAnswer(
            appointment=appointment,
            question_id=item.question_id,
            question_text=item.text,
            about=item.about,
            answer_sealed=crypto.encrypt(item.answer),
            position=position,
            answered_at=now,
            expires_at=_expires(appointment, item.about, now),
        )
        for position, item in enumerate(kept)
    )
    for consent in consents:
        if any(item.about == consent.about for item in kept) and not _stands(appointment, consent):
            _record(appointment, Event.GIVEN, consent, how or Circumstances(), now)


@transaction.atomic
def withdraw(*, appointment: Appointment, how: Circumstances, now: dt.datetime) -> int:
    """The client takes back the agreement: reason and answers about health are erased at once; returns how many."""
    held = set(appointment.intake_answers.filter(about__in=intake.SENSITIVE).values_list("about", flat=True))
    for about in sorted(held):
        _record(appointment, Event.WITHDRAWN, Consent(IntakeAnswer.About(about), ""), how, now)
    return appointment.intake_answers.filter(about__in=intake.SENSITIVE).delete()[0]


def follow(*, appointment: Appointment, now: dt.datetime) -> None:
    """Answers live from the appointment's day: when it is booked, moved or let go of, so does their end."""
    for item in _ANSWERS.all(appointment=appointment.pk):
        ends = _expires(appointment, IntakeAnswer.About(item.about), now)
        if ends != item.expires_at:
            item.expires_at = ends
            item.save(update_fields=["expires_at"])


def purge(*, now: dt.datetime) -> dict[str, int]:
    """What time ends: answers at theirs, and the proofs of consents at the end of their retention."""
    due = IntakeAnswer.objects.filter(expires_at__lte=now)
    answers, _models = holds.free("intake-answers", due, now).delete()
    old = IntakeConsentDetail.objects.filter(consent__recorded_at__lt=now - PROOF_KEPT)
    proofs, _models = holds.free("intake-consents", old, now).delete()
    return {"answers": answers, "proofs": proofs}


def _expires(appointment: Appointment, about: IntakeAnswer.About, now: dt.datetime) -> dt.datetime:
    if appointment.status == Status.HELD or appointment.status == Status.EXPIRED:
        return now + intake.UNBOOKED_KEPT
    return intake.expiry(appointment, about)


def _stands(appointment: Appointment, consent: Consent) -> bool:
    """Whether the last link of this appointment on the matter says that the same words were agreed to."""
    mine = IntakeConsentDetail.objects.filter(reference=appointment.reference, consent__about=consent.about)
    last = mine.select_related("consent").order_by("-consent__sequence").first()
    same = last is not None and last.text == consent.text and last.email == appointment.contact_email
    return same and last is not None and last.consent.event == Event.GIVEN


def _withdraw_unused(appointment: Appointment, used: set[IntakeAnswer.About], now: dt.datetime) -> None:
    """An answer emptied, or a box unticked, while booking takes back what was agreed to before."""
    for about in (About.REASON, About.HEALTH):
        had = appointment.intake_answers.filter(about=about).exists()
        if had and about not in used:
            _record(appointment, Event.WITHDRAWN, Consent(about, ""), Circumstances(), now)


def _record(appointment: Appointment, event: str, consent: Consent, how: Circumstances, now: dt.datetime) -> None:
    detail = IntakeConsentDetail(
        reference=appointment.reference,
        email=appointment.contact_email,
        text=consent.text,
        page=how.page[:300].replace("\x00", ""),
        ip=how.ip or None,
        agent=how.agent[:300].replace("\x00", ""),
        salt=secrets.token_hex(32),
    )
    # What PostgreSQL gives back is compared with this later: an address is normalised by its own type first.
    detail.ip = IntakeConsentDetail._meta.get_field("ip").clean(detail.ip, detail) if detail.ip else None
    commitment = detail.expected_commitment(event=event, about=consent.about, recorded_at=now)
    row = IntakeConsent.append(commitment=commitment, recorded_at=now, event=event, about=consent.about)
    detail.consent = row
    detail.save(force_insert=True)


@transaction.atomic
def read(*, appointment: Appointment, reader: User) -> list[IntakeAnswer]:
    """Every answer, for the practitioner it was given to; a reading of sensitive ones is logged with what was read."""
    rows = list(appointment.intake_answers.all())
    sensitive = sorted({str(row.get_about_display()) for row in rows if row.about in intake.SENSITIVE})
    if sensitive:
        record_reading(
            reader=reader,
            kind=ANSWERS,
            subject=f"booking.Appointment:{appointment.pk}",
            people=[appointment.client_id],
            reason=f"Réponses avant la séance : {', '.join(sensitive)}",
        )
    return rows
