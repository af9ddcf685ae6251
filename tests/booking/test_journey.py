"""The path of a visitor through HTTP, from a time to a refund, without JavaScript."""

import datetime as dt

import pytest
import time_machine
from django.core import mail

from accounts.models import User
from booking.models import Appointment, Payment, Refund, Status
from common.clock import now
from legal.models import Acceptance
from tests.booking.conftest import Stripe, Visitor, free_start
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, bookable_practitioner

pytestmark = pytest.mark.django_db
FAR = 60  # a time far enough for cancelling to be free


def test_from_the_time_to_the_confirmation_and_the_refund(visitor: Visitor, stripe: Stripe, paid_service) -> None:
    practitioner, service = paid_service
    appointment, answer = visitor.book(practitioner, service, free_start(practitioner, service, FAR))
    assert answer.status_code == 302
    payment = appointment.payments.get()
    assert answer["Location"] == payment.url
    assert (payment.amount_cents, payment.fee_cents) == (6000, 245)
    assert appointment.status == Status.HELD
    # Back from the payment page before any news: the page waits, and books nothing.
    waiting = visitor.get(f"/rendez-vous/{appointment.reference}/paiement/")
    assert "Nous vérifions le paiement" in waiting.content.decode()
    stripe.pay(appointment)
    assert visitor.webhook(stripe.news()).status_code == 200
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED
    assert [event.after for event in appointment.events.all()] == ["held", "confirmed"]
    returned = visitor.get(f"/rendez-vous/{appointment.reference}/paiement/", follow=True)
    assert "C’est réservé" in returned.content.decode()

    mails = {
        message.to[0]: message
        for message in mail.outbox
        if "Confirm" in message.subject or "Nouveau" in message.subject
    }
    client, pro = mails["lea.bernard@exemple.fr"], mails[practitioner.professional_email]
    assert client.subject.startswith("Confirmé\u00a0: ")
    assert "non conventionnelle" in client.body
    calendar = client.attachments[0].content
    assert f"UID:{appointment.reference.lower()}@" in calendar
    assert "METHOD:REQUEST" in calendar
    assert "SEQUENCE:0" in calendar
    assert pro.attachments[0].mimetype == "text/calendar; method=REQUEST"

    cancel = visitor.get(f"/rendez-vous/{appointment.reference}/annuler/").content.decode()
    assert "vous récupérez 60,00\u00a0€ sur 60,00\u00a0€" in cancel
    mail.outbox.clear()
    gone = visitor.post(f"/rendez-vous/{appointment.reference}/annuler/", {"amount": "6000"})
    assert gone.status_code == 302
    appointment.refresh_from_db()
    refund = Refund.objects.get()
    assert appointment.status == Status.CANCELLED_BY_CLIENT
    assert (refund.amount_cents, refund.status, refund.returns_fee) == (6000, Refund.Status.DONE, False)
    assert (
        "Remboursement de 60,00\u00a0€ sur votre carte"
        in visitor.get(f"/rendez-vous/{appointment.reference}/").content.decode()
    )
    assert stripe.control.balances()[stripe.account] == -245
    assert len(mail.outbox) == 2
    assert all("METHOD:CANCEL" in message.attachments[0].content for message in mail.outbox)
    assert all("SEQUENCE:1" in message.attachments[0].content for message in mail.outbox)


def test_the_account_is_made_on_the_way_and_what_was_accepted_is_proved(
    visitor: Visitor, stripe: Stripe, paid_service
) -> None:
    appointment, _answer = visitor.book(*paid_service, free_start(*paid_service))
    user = User.objects.get(email="lea.bernard@exemple.fr")
    assert appointment.client == user
    assert user.adult_declared_at is not None
    assert not user.has_usable_password()
    assert Acceptance.objects.filter(detail__user=user).count() == 2
    assert appointment.express_request_at is not None
    assert "_auth_user_id" not in visitor.client.session


def test_a_known_address_does_not_show_itself(visitor: Visitor, stripe: Stripe, paid_service) -> None:
    known = UserFactory(email="lea.bernard@exemple.fr", first_name="Jeanne", last_name="Secret")
    appointment, answer = visitor.book(*paid_service, free_start(*paid_service))
    assert answer.status_code == 302
    assert appointment.client == known
    known.refresh_from_db()
    assert known.first_name == "Jeanne"
    page = visitor.get(f"/rendez-vous/{appointment.reference}/verifier/").content.decode()
    assert "Secret" not in page
    assert "_auth_user_id" not in visitor.client.session
    assert visitor.get("/compte/").status_code == 302


def test_without_online_payment_it_is_booked_at_once(visitor: Visitor, documents: None) -> None:
    practitioner, service = bookable_practitioner()
    appointment, answer = visitor.book(practitioner, service, free_start(practitioner, service))
    assert appointment.status == Status.CONFIRMED
    assert appointment.fee_cents == 0
    assert "C’est réservé" in visitor.get(answer["Location"]).content.decode()


def test_nothing_is_ticked_and_everything_must_be(visitor: Visitor, documents: None) -> None:
    practitioner, service = bookable_practitioner()
    held = visitor.hold(practitioner, service, free_start(practitioner, service))
    reference = held["Location"].split("/")[2]
    visitor.post(f"/rendez-vous/{reference}/coordonnees/", visitor.details)
    path = f"/rendez-vous/{reference}/verifier/"
    page = visitor.get(path).content.decode()
    assert "checked" not in page
    assert "Réserver avec obligation de paiement (60,00\u00a0€ sur place)" in page
    answer = visitor.post(path, {"shown_cents": 0})
    assert answer.status_code == 422
    assert "Cochez cette case" in answer.content.decode()
    assert Appointment.objects.get().status == Status.HELD


def test_what_was_typed_comes_back_with_the_errors(visitor: Visitor) -> None:
    practitioner, service = bookable_practitioner()
    held = visitor.hold(practitioner, service, free_start(practitioner, service))
    path = held["Location"]
    answer = visitor.post(path, {**visitor.details, "email": "pas-une-adresse", "adult": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Bernard"' in page
    assert 'value="pas-une-adresse"' in page
    assert "Il y a 2 erreurs" in page


def test_booking_for_a_relative_needs_a_name(visitor: Visitor, documents: None) -> None:
    practitioner, service = bookable_practitioner()
    held = visitor.hold(practitioner, service, free_start(practitioner, service))
    assert visitor.post(held["Location"], {**visitor.details, "whom": "proche"}).status_code == 422
    visitor.details |= {"whom": "proche", "attendee_first_name": "Tom", "attendee_last_name": "Bernard"}
    assert visitor.post(held["Location"], visitor.details).status_code == 302
    assert Appointment.objects.get().attendee_name == "Tom Bernard"


def test_the_hold_is_fifteen_minutes_and_ten_more_once(visitor: Visitor) -> None:
    practitioner, service = bookable_practitioner()
    held = visitor.hold(practitioner, service, free_start(practitioner, service))
    reference = held["Location"].split("/")[2]
    begun = Appointment.objects.get().hold_expires_at
    assert dt.timedelta(minutes=14) < begun - now() <= dt.timedelta(minutes=15)
    visitor.post(f"/rendez-vous/{reference}/prolonger/")
    visitor.post(f"/rendez-vous/{reference}/prolonger/")
    assert Appointment.objects.get().hold_expires_at == begun + dt.timedelta(minutes=10)


def test_one_hold_a_visitor_and_practitioner_and_going_back_shows_it(visitor: Visitor) -> None:
    practitioner, service = bookable_practitioner()
    first, second = free_start(practitioner, service), free_start(practitioner, service, 5)
    visitor.hold(practitioner, service, first)
    url = f"/rendez-vous/avec/{practitioner.slug}/horaires/?service={service.pk}&du={first.date()}"
    assert first.isoformat() in visitor.get(url).content.decode()
    visitor.hold(practitioner, service, second)
    assert [row.starts_at for row in Appointment.objects.filter(status=Status.HELD)] == [second]


def test_a_lapsed_hold_is_silently_taken_again(visitor: Visitor, documents: None) -> None:
    practitioner, service = bookable_practitioner()
    held = visitor.hold(practitioner, service, free_start(practitioner, service, 20))
    reference = held["Location"].split("/")[2]
    visitor.post(held["Location"], visitor.details)
    with time_machine.travel(now() + dt.timedelta(minutes=20)):
        from booking.tasks import expire_holds

        expire_holds()
        row = Appointment.objects.get()
        assert row.status == Status.EXPIRED
        assert row.contact_email == ""
        answer = visitor.consent(f"/rendez-vous/{reference}/verifier/")
    assert answer.status_code == 302
    assert Appointment.objects.get().status == Status.CONFIRMED
    assert Appointment.objects.get().contact_email == "lea.bernard@exemple.fr"


def test_a_hold_that_somebody_took_offers_the_nearest_times_and_keeps_what_was_typed(
    visitor: Visitor, another_visitor: Visitor, documents: None
) -> None:
    practitioner, service = bookable_practitioner()
    start = free_start(practitioner, service, 20)
    held = visitor.hold(practitioner, service, start)
    with time_machine.travel(now() + dt.timedelta(minutes=16)):
        other = another_visitor.hold(practitioner, service, start)
        assert other.status_code == 302
        answer = visitor.post(held["Location"], visitor.details)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert page.count('name="start"') == 3
        assert "lea.bernard@exemple.fr" in page
        nearest = page.split('name="start" value="')[1].split('"')[0]
        again = visitor.hold(practitioner, service, dt.datetime.fromisoformat(nearest))
        assert 'value="Bernard"' in visitor.get(again["Location"]).content.decode()


def test_on_request_nothing_is_taken_before_the_acceptance(
    visitor: Visitor, stripe: Stripe, documents: None, login_as, client, django_capture_on_commit_callbacks
) -> None:
    practitioner, service = bookable_practitioner(account=stripe.account, payment="full", confirmation="request")
    appointment, _answer = visitor.book(practitioner, service, free_start(practitioner, service, FAR))
    stripe.pay(appointment)
    visitor.webhook(stripe.news())
    appointment.refresh_from_db()
    assert appointment.status == Status.REQUESTED
    assert appointment.payments.get().status == Payment.Status.AUTHORISED
    assert stripe.control.balances().get(stripe.account, 0) == 0
    login_as(practitioner.user)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/espace-praticien/rendez-vous/{appointment.reference}/accepter/")
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED
    assert appointment.payments.get().status == Payment.Status.PAID
    assert stripe.control.balances()[stripe.account] == 6000 - 245


def test_a_refused_request_releases_the_card(
    visitor: Visitor, stripe: Stripe, documents: None, login_as, client, django_capture_on_commit_callbacks
) -> None:
    practitioner, service = bookable_practitioner(account=stripe.account, payment="full", confirmation="request")
    appointment, _answer = visitor.book(practitioner, service, free_start(practitioner, service, FAR))
    stripe.pay(appointment)
    visitor.webhook(stripe.news())
    login_as(practitioner.user)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/espace-praticien/rendez-vous/{appointment.reference}/refuser/")
    appointment.refresh_from_db()
    assert appointment.status == Status.REFUSED
    assert appointment.payments.get().status == Payment.Status.RELEASED
    assert stripe.control.balances().get(stripe.account, 0) == 0


def test_an_unanswered_request_expires(
    visitor: Visitor, stripe: Stripe, documents: None, django_capture_on_commit_callbacks
) -> None:
    practitioner, service = bookable_practitioner(account=stripe.account, payment="full", confirmation="request")
    appointment, _answer = visitor.book(practitioner, service, free_start(practitioner, service, FAR))
    stripe.pay(appointment)
    visitor.webhook(stripe.news())
    from booking.tasks import expire_holds

    with time_machine.travel(now() + dt.timedelta(hours=49)), django_capture_on_commit_callbacks(execute=True):
        expire_holds()
    appointment.refresh_from_db()
    assert appointment.status == Status.EXPIRED
    assert appointment.payments.get().status == Payment.Status.RELEASED
    assert any("Demande non acceptée" in message.subject for message in mail.outbox)


def test_an_amount_that_changed_is_shown_again_and_nothing_happens(
    visitor: Visitor, stripe: Stripe, paid_service
) -> None:
    practitioner, service = paid_service
    appointment, _answer = visitor.book(practitioner, service, free_start(practitioner, service, FAR))
    stripe.pay(appointment)
    visitor.webhook(stripe.news())
    path = f"/rendez-vous/{appointment.reference}/annuler/"
    appointment.refresh_from_db()
    with time_machine.travel(appointment.starts_at - dt.timedelta(hours=3)):
        answer = visitor.post(path, {"amount": "6000"})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "vous récupérez 0,00\u00a0€ sur 60,00\u00a0€" in page
        appointment.refresh_from_db()
        assert appointment.status == Status.CONFIRMED
        assert visitor.post(path, {"amount": "0"}).status_code == 302
    appointment.refresh_from_db()
    assert appointment.status == Status.CANCELLED_BY_CLIENT
    assert not Refund.objects.exists()


def test_the_link_of_the_mail_opens_the_appointment_and_nothing_else(
    visitor: Visitor, another_visitor: Visitor, documents: None
) -> None:
    practitioner, service = bookable_practitioner()
    appointment, _answer = visitor.book(practitioner, service, free_start(practitioner, service))
    page = f"/rendez-vous/{appointment.reference}/"
    assert another_visitor.get(page).status_code == 404
    link = next(
        line for line in mail.outbox[-2].body.splitlines() + mail.outbox[-1].body.splitlines() if "/acces/" in line
    ).strip()
    path = link[link.index("/rendez-vous/") :]
    assert another_visitor.get(path[:-4] + "xxx/").status_code == 404
    assert another_visitor.get(path, follow=True).status_code == 200
    assert another_visitor.get(f"{page}rendez-vous.ics")["Content-Type"].startswith("text/calendar")
    elsewhere = AppointmentFactory(client=appointment.client)
    mine = another_visitor.get("/compte/").content.decode()
    assert appointment.reference in mine
    assert elsewhere.reference not in mine
    assert another_visitor.get(f"/rendez-vous/{elsewhere.reference}/").status_code == 404


def test_my_appointments(client, login_as, django_assert_max_num_queries) -> None:
    me = login_as("client")
    mine = [AppointmentFactory(client=me) for _ in range(3)]
    past = AppointmentFactory(client=me, starts_at=now() - dt.timedelta(days=3), status=Status.DONE)
    other = AppointmentFactory()
    with django_assert_max_num_queries(12):
        page = client.get("/compte/").content.decode()
    assert all(row.reference in page for row in [*mine, past])
    assert other.reference not in page
    assert client.get(f"/rendez-vous/{other.reference}/").status_code == 404
