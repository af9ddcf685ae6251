"""Closing an account: what comes first, a fortnight to think better, shut, erased six months later by the nightly run."""

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from booking.models import Status
from common.clock import now as clock_now
from common.models import OutboxMessage
from legal.models import AccountClosing, DataCopy
from legal.retention import engine, files
from legal.rights import identity
from legal.rights.actions import closings, copies, wishes
from legal.rights.errors import CannotClose, NotOpen
from legal.tasks import build_copy
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory
from tests.factories.legal import make_acceptance, make_version
from tests.factories.practitioners import PractitionerFactory
from tests.factories.retention import approve
from tests.legal.test_erasure_search import EMAIL, NAME, PHONE, WORDS, a_busy_life, found, stored

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def person():
    user = UserFactory(email=EMAIL, first_name=NAME, last_name="Quenouille", phone=PHONE)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    return user


def test_a_fortnight_to_think_better_then_nobody_signs_in(person, client: Client):
    now = clock_now()
    client.force_login(person)
    closing = closings.ask(user=person, now=now)
    assert closing.closes_at == now + 14 * DAY
    assert closings.ask(user=person, now=now).pk == closing.pk
    assert closings.close_due(now=now + 13 * DAY) == 0
    assert client.get("/compte/").status_code == 200
    assert closings.close_due(now=now + 14 * DAY) == 1
    assert closings.close_due(now=now + 14 * DAY) == 0
    person.refresh_from_db()
    assert not person.is_active
    assert client.get("/compte/").status_code == 302
    with pytest.raises(NotOpen):
        closings.cancel(user=person, now=now + 15 * DAY)
    sent = set(OutboxMessage.objects.filter(to=EMAIL).values_list("template", flat=True))
    assert {"rights/closing_asked", "rights/closed"} <= sent
    assert all("cnil.fr" in row.text for row in OutboxMessage.objects.filter(template__startswith="rights/clos"))


def test_who_thinks_better_of_it_keeps_everything(person):
    now = clock_now()
    closings.ask(user=person, now=now)
    closings.cancel(user=person, now=now + 13 * DAY)
    assert closings.close_due(now=now + 20 * DAY) == 0
    approve("closed-accounts", now=now + 300 * DAY)
    assert engine.run(now=now + 300 * DAY, only="closed-accounts")[0].ended == 0
    closings.ask(user=person, now=now + 21 * DAY)
    assert AccountClosing.objects.standing().count() == 1


def test_the_account_waits_for_the_last_appointment_to_come(person):
    now = clock_now()
    row = AppointmentFactory(client=person, status=Status.CONFIRMED, starts_at=now + 40 * DAY)
    closing = closings.ask(user=person, now=now)
    assert closing.closes_at == row.ends_at + DAY


def test_an_appointment_booked_meanwhile_puts_it_off(person):
    now = clock_now()
    closings.ask(user=person, now=now)
    row = AppointmentFactory(client=person, status=Status.CONFIRMED, starts_at=now + 40 * DAY)
    assert closings.close_due(now=now + 14 * DAY) == 0
    assert AccountClosing.objects.get().closes_at == row.ends_at + DAY


@pytest.mark.parametrize("who", ["practitioner", "team"])
def test_a_practitioner_under_contract_and_the_team_are_told_what_comes_first(who, client: Client, monkeypatch):
    user = PractitionerFactory().user if who == "practitioner" else UserFactory(roles=[Role.EDITOR])
    with pytest.raises(CannotClose):
        closings.ask(user=user, now=clock_now())
    monkeypatch.setattr(identity, "is_confirmed", lambda request: True)
    client.force_login(user)
    page = client.get(reverse("rights:closing"))
    assert page.status_code == 200
    assert "avant" in page.content.decode()
    assert client.post(reverse("rights:closing"), {"understood": "on"}).status_code == 409


def test_a_practitioner_whose_contract_ended_may_close(django_db_blocker):
    row = PractitionerFactory()
    type(row).objects.filter(pk=row.pk).update(status="ended")
    row.user.refresh_from_db()
    now = clock_now()
    closings.ask(user=row.user, now=now)
    assert closings.close_due(now=now + 15 * DAY) == 1
    approve("closed-accounts", now=now + 300 * DAY)
    # The file has its own time: five years from the end of the contract.
    assert engine.run(now=now + 300 * DAY, only="closed-accounts")[0].ended == 0


def test_six_months_after_the_request_nothing_is_left_but_what_the_law_keeps(person, settings):
    now = clock_now()
    row = a_busy_life(person)
    make_acceptance(make_version(), user=person)
    copy = copies.ask(user=person, now=now)
    build_copy(copy.pk)
    someone = wishes.Beneficiary(NAME, "Quenouille", EMAIL, "1 rue")
    wishes.write(user=person, fate="communicate", activities=[], beneficiary=someone, text=PHONE, now=now)
    closings.ask(user=person, now=now)
    closings.close_due(now=now + 15 * DAY)
    early, late = now + 180 * DAY, now + 190 * DAY
    approve("closed-accounts", now=early)
    assert engine.run(now=early, only="closed-accounts")[0].ended == 0
    assert engine.run(now=late, only="closed-accounts")[0].ended == 1
    # The copy's file is asked to go with the account, and the next night deletes what a lost commit left.
    files.erase_asked()
    kept = {
        "booking_appointment.contact_first_name", "booking_appointment.contact_last_name", "booking_appointment.contact_email",
        "booking_appointment.contact_phone", "booking_appointment.attendee_first_name", "booking_clientrecord.first_name",
        "booking_clientrecord.last_name", "booking_clientrecord.email", "booking_clientrecord.phone", "booking_clientrecord.folded_name",
        "booking_clientmessage.text", "common_outboxmessage.to", "common_outboxmessage.subject", "common_outboxmessage.text",
        "common_outboxmessage.html",
    }  # fmt: skip
    left = found(WORDS)
    assert left <= kept, left - kept
    assert DataCopy.objects.get().state == "ended"
    assert not [name for name in stored(WORDS, settings.PRIVATE_ROOT) if "copies" in name]
    assert not OutboxMessage.objects.filter(to=EMAIL).exclude(text="").exists()
    assert row.client_id == person.pk
    call_command("verify_acceptances")


def test_the_page_explains_asks_and_cancels(person, client: Client, monkeypatch):
    AppointmentFactory(client=person, status=Status.CONFIRMED, starts_at=clock_now() + 3 * DAY)
    client.force_login(person)
    url = reverse("rights:closing")
    assert client.get(url).status_code == 302  # who one is, once more
    monkeypatch.setattr(identity, "is_confirmed", lambda request: True)
    page = client.get(url).content.decode()
    assert "cnil.fr" in page
    assert "/compte/factures/" in page
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"understood": "on"}).status_code == 302
    assert client.get(url).status_code == 200
    assert client.post(url, {"cancel": "1"}).status_code == 302
    assert client.post(url, {"cancel": "1"}).status_code == 409
