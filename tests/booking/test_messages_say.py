"""What messages say is frozen when it is caused, and never about health."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from booking.models import Appointment, IntakeAnswer, MessageWording
from booking.notifications import kinds, rendering, tell
from booking.notifications.facts import NotFrozen, freeze, thaw
from booking.notifications.kinds import KINDS
from booking.notifications.wording import Words
from common import crypto, delivery
from common.models import OutboxMessage
from common.sms import gsm
from tests.factories.booking import AppointmentFactory, PaymentFactory

HEALTH = ("lombalgie", "anxiété généralisée", "traitement sous ordonnance")
MOMENT = dt.datetime(2026, 12, 1, 13, 30, tzinfo=dt.UTC)
# Every fact that a message may be caused with; the templates of a kind read theirs.
FACTS: dict[str, Any] = {
    "refund_cents": 4750,
    "by_client": False,
    "was_taken": True,
    "why": "lost",
    "unanswered": True,
    "before": MOMENT,
    "free_cancel": True,
    "until": MOMENT,
    "times": "mercredi 2 décembre à 10:00",
    "dates": ["mardi 1er décembre 2026 à 14:30"],
    "requested": False,
    "request_reference": "D1",
    "request_kind": "refund",
    "opened_at": MOMENT,
    "answer_by": MOMENT,
    "mediator": "Médiation",
    "mediator_contact": "mediation.example",
    "step": 1,
    "outcome": "accepted",
    "amount_cents": 1000,
    "link_url": "https://exemple.fr/payer",
    "days": 7,
    "dispute_cents": 6000,
    "due_by": MOMENT,
    "inquiry": False,
    "whole": False,
    "invoice_number": "F-2026-0042",
    "due_cents": 1200,
    "due_on": dt.date(2026, 12, 31),
    "credited_number": "F-2026-0038",
    "credit_reason": "Tarif annoncé au téléphone",
    "period_start": dt.date(2026, 11, 1),
    "period_end": dt.date(2026, 11, 30),
    "of_fees": True,
}
SENTENCES = [
    (kind, reader)
    for kind in KINDS.values()
    for reader in kind.readers
    if f"{kind.name}_{reader}" != "tomorrow_practitioner"
]
pytestmark = pytest.mark.django_db


def facts_of(appointment: Appointment, **more: Any) -> dict[str, Any]:
    return freeze(appointment) | {
        "said_at": MOMENT,
        "with_file": True,
        "terms": [{"until": MOMENT, "refund": 6000}, {"until": None, "refund": 0}],
        "url": "https://exemple.fr/rdv",
        "cannot_come_url": "https://exemple.fr/s/ABCDEFGHJK/abcdefghijkl/",
        "stop_url": "https://exemple.fr/stop",
        "more": FACTS | more,
    }


def full_appointment(**fields: Any) -> Appointment:
    appointment = AppointmentFactory(
        contact_phone="+33612345678", advance_cents=4750, answer_by=timezone.now() + dt.timedelta(hours=5), **fields
    )
    place = appointment.place
    place.door_code, place.access = "12B34", "Métro Bellecour"
    place.save()
    return Appointment.objects.for_pages().get(pk=appointment.pk)


@pytest.mark.parametrize(("kind", "reader"), SENTENCES, ids=lambda value: getattr(value, "name", value))
def test_every_message_is_written_from_its_frozen_facts_alone(kind, reader, django_assert_num_queries):
    facts = facts_of(full_appointment())
    with django_assert_num_queries(0):
        said = rendering.say(kind, reader, facts, words=Words())
    assert said.text.strip()
    if kind.channel == kinds.Channel.SMS:
        assert gsm.fits(said.text), said.text
        assert said.text.endswith("/s/ABCDEFGHJK/abcdefghijkl/")
    else:
        assert said.subject
        assert "\n" not in said.subject
        assert "https://exemple.fr/rdv" in said.text
        assert "https://exemple.fr/rdv" in said.html
        assert "\u00a0" in said.html or "&nbsp;" in said.html, "French spaces survive"


@pytest.mark.parametrize(("kind", "reader"), SENTENCES, ids=lambda value: getattr(value, "name", value))
def test_no_message_says_anything_about_health(kind, reader):
    appointment = full_appointment()
    service = appointment.service
    service.internal_note = HEALTH[2]
    service.save()
    for position, words in enumerate(HEALTH):
        IntakeAnswer.objects.create(
            appointment=appointment,
            question_text=f"Question sur {words}",
            about=IntakeAnswer.About.HEALTH if position else IntakeAnswer.About.REASON,
            answer_sealed=crypto.encrypt(words),
            position=position,
            answered_at=MOMENT,
            expires_at=MOMENT + dt.timedelta(days=9),
        )
    tell(appointment, kind.name, to=(reader,), with_file=True, **FACTS)
    stored = OutboxMessage.objects.get()
    said = rendering.say(kind, reader, facts_of(appointment), words=Words())
    everything = f"{stored.facts} {said}".lower()
    for words in HEALTH:
        assert words not in everything


def test_an_appointment_that_moves_changes_no_earlier_message():
    appointment = full_appointment()
    first = appointment.starts_at
    tell(appointment, "confirmed", with_file=True)
    length = appointment.ends_at - first
    appointment.starts_at = first + dt.timedelta(days=3)
    appointment.ends_at = appointment.starts_at + length
    appointment.busy_start, appointment.busy_end = appointment.starts_at, appointment.ends_at
    appointment.calendar_sequence, appointment.status = 1, appointment.status
    appointment.price_cents = 9900
    appointment.save()
    appointment.place.door_code = "9999"
    appointment.place.save()
    appointment.practitioner.last_name = "Changé"
    appointment.practitioner.save()
    message = OutboxMessage.objects.get(key=f"appointment-{appointment.reference}-confirmed-client")
    delivery.deliver(message.pk)
    (sent,) = mail.outbox
    assert sent.to == [appointment.contact_email]
    body = str(sent.body)
    assert "12B34" in body
    assert "9999" not in body
    assert "60,00" in body or "60\u00a0€" in body or "60 €" in body
    assert "Changé" not in body
    file = sent.attachments[0][1]
    assert f"{first.astimezone(dt.timezone(dt.timedelta(hours=1))):%Y%m%dT%H%M}" in file or "DTSTART" in file
    assert "SEQUENCE:0" in file


def test_what_was_not_frozen_is_refused_rather_than_read_from_today():
    appointment = thaw(freeze(full_appointment()))
    with pytest.raises(NotFrozen):
        _ = appointment.holder_key
    with pytest.raises(NotFrozen):
        _ = appointment.client
    assert appointment.place.commune.short_name
    assert appointment.service.preparation == ""


def test_each_message_is_queued_once_per_appointment_kind_and_number():
    appointment = full_appointment()
    for _time in range(2):
        tell(appointment, "confirmed")
        tell(appointment, "moved", number=1, **FACTS)
    tell(appointment, "moved", number=2, **FACTS)
    keys = list(OutboxMessage.objects.order_by("key").values_list("key", flat=True))
    start = f"appointment-{appointment.reference}"
    assert keys == sorted(
        f"{start}-{rest}-{reader}{number}"
        for rest, number in (("confirmed", ""), ("moved", "-1"), ("moved", "-2"))
        for reader in ("client", "practitioner")
    )
    assert set(OutboxMessage.objects.values_list("about", flat=True)) == {f"appointment:{appointment.reference}"}


def test_nobody_is_written_to_without_an_address():
    appointment = full_appointment(contact_email="")
    tell(appointment, "confirmed")
    assert OutboxMessage.objects.get().to == appointment.practitioner.professional_email


def test_a_booking_queues_its_messages_in_two_statements(django_assert_num_queries):
    appointment = full_appointment()
    appointment.place, appointment.place.commune, appointment.service, appointment.practitioner  # noqa: B018 (read before)
    with django_assert_num_queries(1):
        tell(appointment, "confirmed", with_file=True)


def test_what_the_operator_wrote_replaces_the_opening_and_leaves_what_must_be_said(admin_user):
    appointment = full_appointment(contact_first_name="Zoé")
    MessageWording.objects.create(
        kind="confirmed",
        reader="client",
        channel="email",
        number=1,
        subject="À bientôt {prenom}",
        heading="C’est noté",
        opening="{prenom}, {praticien} vous attend {date} à {heure}.\n\n<b>Venez tôt</b>",
        closing="L’équipe",
        author=admin_user,
        created_at=MOMENT,
    )
    tell(appointment, "confirmed", to=("client",))
    delivery.deliver(OutboxMessage.objects.get().pk)
    message = OutboxMessage.objects.get()
    assert message.last_error == ""
    assert message.subject == "À bientôt Zoé"
    for said in (message.text, message.html):
        assert "Zoé, " in said
        assert "12B34" in said, "the door code is not the operator's to leave out"
        assert "L’équipe" in said
        assert "Votre rendez-vous est confirmé" not in said
    assert "&lt;b&gt;Venez" in message.html
    assert "{prenom}" not in message.text


def test_a_practitioner_may_turn_off_what_needs_no_answer_and_nothing_else():
    from booking.notifications import preferences

    appointment = full_appointment()
    preferences.choose_as_practitioner(
        practitioner_id=appointment.practitioner_id, bookings=False, changes=False, tomorrow=False, now=MOMENT
    )
    for name in ("confirmed", "moved", "cancelled", "requested", "paid_too_late"):
        tell(appointment, name, **FACTS)
    for message in OutboxMessage.objects.all():
        delivery.deliver(message.pk)
    fates = {row.template.removeprefix("booking/"): row.status for row in OutboxMessage.objects.all()}
    dropped = {name for name, status in fates.items() if status == OutboxMessage.Status.DROPPED}
    assert dropped == {"confirmed_practitioner", "moved_practitioner", "cancelled_practitioner"}
    assert {status for name, status in fates.items() if name not in dropped} == {OutboxMessage.Status.SENT}


def test_payments_that_came_too_late_are_told_once_for_each_attempt():
    from booking import notifications

    payment = PaymentFactory()
    for _time in range(2):
        notifications.paid_too_late(payment.appointment, payment)
    assert OutboxMessage.objects.count() == 2


@pytest.mark.parametrize("reader", ["client", "practitioner"])
@pytest.mark.parametrize("why", ["lost", "over", "due_no_more"])
def test_money_that_was_only_authorised_is_never_said_to_go_back(reader: str, why: str) -> None:
    """Nothing left the card: « remboursé » would have people wait for money that never moved."""

    def said(*, was_taken: bool) -> str:
        facts = facts_of(full_appointment(), was_taken=was_taken, why=why)
        found = rendering.say(KINDS["paid_too_late"], reader, facts, words=Words())
        return f"{found.subject}\n{found.text}\n{found.html}".lower()

    assert "rembours" in said(was_taken=True)
    only_authorised = said(was_taken=False)
    for words in ("rembours", "revient", "repart", "rendu"):
        assert words not in only_authorised
    assert "n’a pas été débitée" in only_authorised or "rien n’a été prélevé" in only_authorised
