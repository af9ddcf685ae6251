"""The client's pages: what comes, moving and cancelling with what it costs before and after, the link of reminders."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client

from booking import access
from booking.actions import appointments
from booking.models import Appointment, Payment, Refund, Status
from booking.slots import next_slots
from common.clock import now
from practitioners.models import ReviewInvitation
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, HeldFactory, PaymentFactory, as_if, bookable_practitioner

pytestmark = pytest.mark.django_db
HOUR, SECOND = dt.timedelta(hours=1), dt.timedelta(seconds=1)


@pytest.fixture
def mine() -> Appointment:
    """Paid online, in five days, one of the times offered."""
    practitioner, service = bookable_practitioner()
    appointment = AppointmentFactory(
        practitioner=practitioner, service=service, starts_at=times(practitioner)[2], advance_cents=6000, fee_cents=245
    )
    PaymentFactory(appointment=appointment)
    return appointment


@pytest.fixture
def page(client: Client, mine: Appointment) -> Client:
    client.force_login(mine.client)
    return client


def times(practitioner: Any) -> list[dt.datetime]:
    found = next_slots([practitioner.pk], now=now(), days=12, per_day=30)[practitioner.pk]
    return [slot.start for day in found for slot in day.slots if slot.start > now() + dt.timedelta(days=4)]


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("\u00a0", " ").split())


def path(appointment: Appointment, rest: str = "") -> str:
    return f"/rendez-vous/{appointment.reference}/{rest}"


class TestMine:
    def test_the_next_one_stands_first_with_what_can_be_done(self, page: Client, mine: Appointment) -> None:
        later = AppointmentFactory(client=mine.client, starts_at=mine.starts_at + dt.timedelta(days=7))
        past = AppointmentFactory(
            client=mine.client, status=Status.DONE, starts_at=now() - dt.timedelta(days=7), contact_last_name="Passée"
        )
        answer = page.get("/compte/")
        card = answer.content.decode().split("next-card")[1].split("</section>")[0]
        assert path(mine, "deplacer/") in card
        assert path(mine, "annuler/") in card
        assert "https://www.openstreetmap.org/directions?to=" in card
        assert "vous récupérez 60,00\u00a0€ sur 60,00\u00a0€" in card
        assert path(later) not in card
        html = answer.content.decode()
        assert html.index(path(mine)) < html.index(path(later)) < html.index(path(past))
        assert f"/rendez-vous/avec/{past.practitioner.slug}/horaires/?service={past.service_id}" in html

    def test_nothing_to_come(self, client: Client) -> None:
        client.force_login(UserFactory())
        answer = client.get("/compte/")
        assert answer.status_code == 200
        assert "/recherche/" in answer.content.decode()

    def test_of_nobody_else_and_few_questions_to_the_database(
        self, page: Client, mine: Appointment, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(8):
            AppointmentFactory(client=mine.client, starts_at=mine.starts_at + dt.timedelta(days=number + 1))
        other = AppointmentFactory()
        with django_assert_max_num_queries(20):
            answer = page.get("/compte/")
        assert other.reference not in answer.content.decode()

    @pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "²", "a"])
    def test_a_page_of_nonsense(self, page: Client, number: str) -> None:
        assert page.get("/compte/", {"page": number}).status_code == 200


class TestCancelling:
    def test_before_and_after_in_euros(self, page: Client, mine: Appointment) -> None:
        before = text(page.get(path(mine)))
        assert "Annuler maintenant : vous récupérez 60,00 € sur 60,00 €." in before
        assert "Déplacer est gratuit jusqu’au" in before
        asked = page.get(path(mine, "annuler/"))
        assert "Déplacer plutôt" in text(asked)
        assert 'name="amount" value="6000"' in asked.content.decode()
        answer = page.post(path(mine, "annuler/"), {"amount": "6000"}, follow=True)
        assert "60,00 € sur votre carte ; comptez 3 à 5 jours ouvrés" in text(answer)
        assert Refund.objects.get().amount_cents == 6000

    @pytest.mark.parametrize(("late", "due"), [(-SECOND, 6000), (0 * SECOND, 6000), (SECOND, 0)])
    def test_to_the_second(self, page: Client, mine: Appointment, late: dt.timedelta, due: int) -> None:
        with time_machine.travel(mine.starts_at - 24 * HOUR + late, tick=False):
            assert f'name="amount" value="{due}"' in page.get(path(mine, "annuler/")).content.decode()
            answer = page.post(path(mine, "annuler/"), {"amount": str(due)})
            assert answer["Location"].endswith("?annule=1")
        assert sum(Refund.objects.values_list("amount_cents", flat=True)) == due

    def test_an_amount_that_changed_is_shown_again(self, page: Client, mine: Appointment) -> None:
        with time_machine.travel(mine.starts_at - 23 * HOUR, tick=False):
            answer = page.post(path(mine, "annuler/"), {"amount": "6000"})
        assert answer.status_code == 409
        assert 'name="amount" value="0"' in answer.content.decode()
        assert Appointment.objects.get().status == Status.CONFIRMED

    @pytest.mark.parametrize("amount", ["", "-1", "6000.0", "٦٠٠٠", "9" * 40])
    def test_an_amount_of_nonsense(self, page: Client, mine: Appointment, amount: str) -> None:
        assert page.post(path(mine, "annuler/"), {"amount": amount}).status_code == 409
        assert Appointment.objects.get().status == Status.CONFIRMED

    def test_until_it_starts(self, page: Client, mine: Appointment) -> None:
        with time_machine.travel(mine.starts_at, tick=False):
            assert page.post(path(mine, "annuler/"), {"amount": "0"}).status_code == 409
        with time_machine.travel(mine.starts_at - SECOND, tick=False):
            assert page.post(path(mine, "annuler/"), {"amount": "0"}).status_code == 302

    def test_what_was_authorised_only_is_never_said_to_be_refunded(self, page: Client, mine: Appointment) -> None:
        as_if(Payment.objects, status=Payment.Status.AUTHORISED)
        assert "Rien n’a été débité" in text(page.get(path(mine, "annuler/")))


class TestTheLinkOfReminders:
    def test_it_opens_the_page_and_cancels_nothing(self, client: Client, mine: Appointment) -> None:
        link = access.cannot_come_url(mine)
        answer = client.get(link[link.index("/rendez-vous") :], follow=True)
        assert answer.status_code == 200
        assert "Rien n’est encore annulé" in text(answer)
        assert "Déplacer plutôt" in text(answer)
        assert "60,00 €" in text(answer)
        assert Appointment.objects.get().status == Status.CONFIRMED
        # From there everything works without signing in.
        assert client.post(path(mine, "annuler/"), {"amount": "6000"}).status_code == 302

    def test_nobody_elses_and_nothing_but_reading(self, client: Client, mine: Appointment) -> None:
        assert client.get(path(mine, "empechement/faux/")).status_code == 404
        other = AppointmentFactory()
        assert client.get(path(mine, f"empechement/{access.token(other)}/")).status_code == 404
        assert client.post(path(mine, f"empechement/{access.token(mine)}/")).status_code == 405


class TestMoving:
    def test_without_signing_in_and_without_scripts(self, client: Client, mine: Appointment) -> None:
        link = access.manage_url(mine)
        client.get(link[link.index("/rendez-vous") :])
        offered = client.get(path(mine, "deplacer/")).content.decode()
        starts = re.findall(r'name="start" value="([^"]+)"', offered)
        assert mine.starts_at.isoformat() not in starts
        wanted = times(mine.practitioner)[20].isoformat()
        confirm = client.get(path(mine, "deplacer/"), {"start": wanted})
        assert confirm.status_code == 200
        assert "Si vous annulez maintenant 60,00 € 60,00 €" in text(confirm)
        assert Appointment.objects.get().moves == 0
        answer = client.post(path(mine, "deplacer/"), {"start": wanted}, follow=True)
        assert "Votre rendez-vous est déplacé" in text(answer)
        assert "vous récupérez 60,00 € sur 60,00 €" in text(answer)
        assert Appointment.objects.get().starts_at.isoformat() == wanted

    def test_a_time_that_is_gone_shows_the_others(self, page: Client, mine: Appointment) -> None:
        wanted = times(mine.practitioner)[20]
        AppointmentFactory(practitioner=mine.practitioner, starts_at=wanted)
        for answer in (
            page.get(path(mine, "deplacer/"), {"start": wanted.isoformat()}),
            page.post(path(mine, "deplacer/"), {"start": wanted.isoformat()}),
        ):
            assert answer.status_code == 409
            assert "vient d’être pris" in text(answer)
            assert 'class="slot"' in answer.content.decode()

    @pytest.mark.parametrize(
        "start", ["hier", "2027-01-04T09:00:00", "9999-12-31T23:59:59Z", "1" * 9000, "🙂", "\u202e"]
    )
    def test_a_time_of_nonsense(self, page: Client, mine: Appointment, start: str) -> None:
        assert page.get(path(mine, "deplacer/"), {"start": start}).status_code in {200, 409}
        assert page.post(path(mine, "deplacer/"), {"start": start}).status_code in {409, 422}
        assert Appointment.objects.get().moves == 0

    @pytest.mark.parametrize("query", ["du=hier", "du=9999-12-31", "mois=2027-13", "mois=\u202e", "du=" + "1" * 3000])
    def test_days_of_nonsense(self, page: Client, mine: Appointment, query: str) -> None:
        assert page.get(f"{path(mine, 'deplacer/')}?{query}").status_code == 200

    def test_too_late_is_said_with_what_can_be_done(self, page: Client, mine: Appointment) -> None:
        with time_machine.travel(mine.starts_at - 24 * HOUR + SECOND, tick=False):
            answer = page.get(path(mine, "deplacer/"))
            assert "ne peut plus être déplacé ici" in text(answer)
            assert path(mine, "annuler/") in answer.content.decode()
            assert (
                page.post(path(mine, "deplacer/"), {"start": times(mine.practitioner)[20].isoformat()}).status_code
                == 200
            )
        assert Appointment.objects.get().moves == 0

    def test_nobody_elses(self, client: Client, login_as: Any, mine: Appointment) -> None:
        login_as("client")
        assert client.get(path(mine, "deplacer/")).status_code == 404
        assert client.post(path(mine, "deplacer/"), {"start": "x"}).status_code == 404
        assert client.get(path(HeldFactory(), "deplacer/")).status_code == 404

    def test_looking_writes_nothing(self, page: Client, mine: Appointment) -> None:
        from booking.models import Occupation

        kept = Occupation.objects.get()
        page.get(path(mine, "deplacer/"))
        assert Occupation.objects.get() == kept


class TestThePractitionerDidNotCome:
    def test_declared_after_a_quarter_of_an_hour_and_for_a_month(self, page: Client, mine: Appointment) -> None:
        for moment, may in (
            (mine.starts_at + 15 * 60 * SECOND - SECOND, False),
            (mine.starts_at + 15 * 60 * SECOND, True),
            (mine.ends_at + dt.timedelta(days=30), True),
            (mine.ends_at + dt.timedelta(days=30) + SECOND, False),
        ):
            assert appointments.may_declare_absence(mine, now=moment) == may

    def test_it_is_recorded_told_and_refunds_nothing_by_itself(self, page: Client, mine: Appointment) -> None:
        with time_machine.travel(mine.starts_at + HOUR, tick=False):
            assert path(mine, "absence/") in page.get(path(mine)).content.decode()
            assert page.get(path(mine, "absence/")).status_code == 200
            assert Appointment.objects.get().status == Status.CONFIRMED
            page.post(path(mine, "absence/"))
            assert page.get(path(mine)).status_code == 200
        assert Appointment.objects.get().status == Status.PRACTITIONER_ABSENT
        assert not Refund.objects.exists()
        assert not ReviewInvitation.objects.exists()

    def test_not_before(self, page: Client, mine: Appointment) -> None:
        assert page.post(path(mine, "absence/")).status_code == 302
        assert Appointment.objects.get().status == Status.CONFIRMED


def test_one_that_the_practitioner_cancelled_offers_the_nearest_times(page: Client, mine: Appointment) -> None:
    appointments.cancel_by_practitioner(appointment_id=mine.pk, actor=mine.practitioner.user, now=now())
    answer = page.get(path(mine))
    assert "a dû annuler cette séance" in text(answer)
    starts = re.findall(r'name="start" value="([^"]+)"', answer.content.decode())
    assert len(starts) == 3
    assert mine.starts_at.isoformat() in starts


@pytest.mark.parametrize("status", Status)
def test_every_state_has_its_page(client: Client, status: Status) -> None:
    fields: dict[str, Any] = {"status": status}
    if status in {Status.CANCELLED_BY_CLIENT, Status.CANCELLED_BY_PRACTITIONER}:
        fields["cancelled_at"] = now()
    if status == Status.REQUESTED:
        fields["answer_by"] = now() + HOUR
    if status in {Status.HELD, Status.EXPIRED}:
        fields |= {"holder_key": "k", "hold_expires_at": now() + HOUR}
    appointment = AppointmentFactory(**fields)
    client.force_login(appointment.client)
    expected = 404 if status == Status.HELD else 200
    for query in ("", "?merci=1", "?deplace=1", "?annule=1"):
        assert client.get(path(appointment) + query).status_code == expected
    for rest in ("annuler/", "deplacer/", "propositions/", "absence/"):
        assert client.get(path(appointment, rest)).status_code in {expected, 302}


def test_an_account_opened_with_somebody_elses_address_sees_what_its_browser_booked_and_no_more(
    client: Client, mine: Appointment
) -> None:
    """Whose address it is books without an account; who opened one with it before must not read that."""
    address = EmailAddress.objects.create(user=mine.client, email=mine.client.email, primary=True, verified=False)
    client.force_login(mine.client)
    assert client.get(path(mine)).status_code == 404
    listed = client.get("/compte/")
    assert mine.reference not in listed.content.decode()
    assert "Confirmer mon adresse" in text(listed)
    # The link of the mail opens that one.
    link = access.manage_url(mine)
    client.get(link[link.index("/rendez-vous") :])
    assert client.get(path(mine)).status_code == 200

    address.verified = True
    address.save()
    client.session.flush()
    client.force_login(mine.client)
    assert mine.reference in client.get("/compte/").content.decode()
    assert client.get(path(mine)).status_code == 200
