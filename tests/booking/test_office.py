"""The practitioner's office: the own agenda, hours, sessions, payments; never another's."""

import datetime as dt

import pytest
from django.test import Client

from accounts.roles import Role
from booking.models import FeeRate, Payment, Refund, Status, StripeAccount
from common.clock import now
from practitioners.models import ReviewInvitation, Service
from tests.booking.conftest import Stripe
from tests.factories.booking import (
    AppointmentFactory,
    PaymentFactory,
    StripeAccountFactory,
    bookable_practitioner,
    rate_since,
)
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db
OFFICE = "/espace-praticien"


@pytest.fixture
def office(client: Client, login_as):
    practitioner, _service = bookable_practitioner()
    login_as(practitioner.user)
    return practitioner


def test_the_agenda_shows_the_week_and_asks_little_of_the_database(
    client: Client, office, django_assert_max_num_queries
) -> None:
    rows = [AppointmentFactory(practitioner=office, starts_at=now() + dt.timedelta(days=1, hours=n)) for n in range(4)]
    other = AppointmentFactory(contact_last_name="Ailleurs")
    day = rows[0].starts_at.date()
    with django_assert_max_num_queries(29):
        page = client.get(f"{OFFICE}/agenda/?jour={day}").content.decode()
    assert all(row.reference in page for row in rows)
    assert other.reference not in page
    assert "Ailleurs" not in page


@pytest.mark.parametrize("query", ["jour=hier", "jour=9999-99-99", "vue=mois", "jour=9999-12-31", "jour=" + "1" * 5000])
def test_the_agenda_of_nonsense(client: Client, office, query: str) -> None:
    assert client.get(f"{OFFICE}/agenda/?{query}").status_code == 200


def test_an_appointment_shows_its_payment_and_the_fee_taken(client: Client, office) -> None:
    appointment = AppointmentFactory(
        practitioner=office, advance_cents=6000, fee_cents=245, fee_basis_points=300, fee_fixed_cents=65
    )
    PaymentFactory(appointment=appointment)
    page = client.get(f"{OFFICE}/rendez-vous/{appointment.reference}/").content.decode()
    assert "Frais de service (3\u00a0% + 0,65\u00a0€), TVA comprise" in page
    assert "2,45\u00a0€" in page
    assert "57,55\u00a0€" in page


@pytest.mark.parametrize("page", ["", "accepter/", "refuser/", "annuler/", "cloturer/"])
def test_anothers_appointment_does_not_exist(client: Client, office, page: str) -> None:
    other = AppointmentFactory(status=Status.REQUESTED, answer_by=now() + dt.timedelta(hours=3))
    path = f"{OFFICE}/rendez-vous/{other.reference}/{page}"
    answer = client.get(path) if page in {"", "annuler/"} else client.post(path)
    assert answer.status_code == 404
    other.refresh_from_db()
    assert other.status == Status.REQUESTED


@pytest.mark.parametrize("path", ["agenda", "horaires", "seances", "seances/nouvelle", "paiements"])
def test_only_practitioners(client: Client, login_as, path: str) -> None:
    assert client.get(f"{OFFICE}/{path}/").status_code == 302
    login_as("client")
    assert client.get(f"{OFFICE}/{path}/").status_code == 403
    login_as(Role.EDITOR)
    assert client.get(f"{OFFICE}/{path}/").status_code == 403


def test_cancelling_gives_everything_back_and_keeps_the_fee(
    client: Client, office, stripe: Stripe, django_capture_on_commit_callbacks
) -> None:
    appointment = AppointmentFactory(
        practitioner=office, advance_cents=6000, fee_cents=245, starts_at=now() + dt.timedelta(hours=2)
    )
    PaymentFactory(appointment=appointment)
    page = client.get(f"{OFFICE}/rendez-vous/{appointment.reference}/annuler/").content.decode()
    assert "Annuler et rembourser 60,00\u00a0€" in page
    client.post(f"{OFFICE}/rendez-vous/{appointment.reference}/annuler/")
    appointment.refresh_from_db()
    assert appointment.status == Status.CANCELLED_BY_PRACTITIONER
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.returns_fee) == (6000, False)
    again = client.post(f"{OFFICE}/rendez-vous/{appointment.reference}/annuler/")
    assert again.status_code == 302
    assert Refund.objects.count() == 1


def test_after_the_session(client: Client, office) -> None:
    came = AppointmentFactory(practitioner=office, starts_at=now() - dt.timedelta(hours=5))
    absent = AppointmentFactory(practitioner=office, starts_at=now() - dt.timedelta(hours=9))
    coming = AppointmentFactory(practitioner=office)
    client.post(f"{OFFICE}/rendez-vous/{came.reference}/cloturer/", {"issue": "fait"})
    client.post(f"{OFFICE}/rendez-vous/{absent.reference}/cloturer/", {"issue": "absent"})
    assert client.post(f"{OFFICE}/rendez-vous/{coming.reference}/cloturer/", {"issue": "fait"}).status_code == 409
    assert [type(row).objects.get(pk=row.pk).status for row in (came, absent, coming)] == [
        "done",
        "client_absent",
        "confirmed",
    ]
    assert ReviewInvitation.objects.get().client == came.client


def test_a_session_nobody_spoke_of_took_place() -> None:
    from booking.tasks import expire_holds

    row = AppointmentFactory(starts_at=now() - dt.timedelta(hours=26))
    recent = AppointmentFactory(starts_at=now() - dt.timedelta(hours=5))
    expire_holds()
    assert [type(row).objects.get(pk=item.pk).status for item in (row, recent)] == ["done", "confirmed"]


class TestServices:
    def form(self, office, **changed: str) -> dict[str, str]:
        return {
            "practice": str(office.practice_links.first().practice_id),
            "name": "Séance de suivi",
            "description": "",
            "mode": "cabinet",
            "duration_minutes": "45",
            "buffer_before_minutes": "0",
            "buffer_after_minutes": "15",
            "price_cents": "47,50 €",
            "payment": "none",
            "deposit_cents": "",
            "advance": "arrhes",
            "confirmation": "instant",
            "bookable": "on",
        } | changed

    def test_a_session_is_added(self, client: Client, office) -> None:
        assert client.post(f"{OFFICE}/seances/nouvelle/", self.form(office)).status_code == 302
        service = Service.objects.get(name="Séance de suivi")
        assert (service.price_cents, service.practitioner, service.buffer_after_minutes) == (4750, office, 15)

    @pytest.mark.parametrize(
        ("changed", "word"),
        [
            ({"payment": "deposit", "deposit_cents": "2,08"}, "2,08\u00a0€"),
            ({"payment": "deposit", "deposit_cents": ""}, "dépasser"),
            ({"payment": "deposit", "deposit_cents": "47,51"}, "dépasser le prix"),
            ({"payment": "full", "price_cents": "0,60"}, "dépasser"),
            ({"price_cents": "beaucoup"}, "montant en euros"),
            ({"price_cents": "1e9"}, "montant en euros"),
            ({"price_cents": "-5"}, "montant en euros"),
            ({"duration_minutes": "5"}, "10 minutes"),
            ({"buffer_after_minutes": "300"}, "Quatre heures"),
            ({"name": "x" * 10_000}, "Il y a 1 erreur"),
            ({"practice": "999999"}, "Il y a 1 erreur"),
            ({"mode": "lune"}, "Il y a 1 erreur"),
        ],
    )
    def test_what_cannot_be_is_refused_with_what_was_typed(
        self, client: Client, office, changed: dict[str, str], word: str
    ) -> None:
        answer = client.post(f"{OFFICE}/seances/nouvelle/", self.form(office, **changed))
        page = answer.content.decode().replace("\u202f", "\u00a0")
        assert answer.status_code == 422
        assert word in page
        assert Service.objects.filter(practitioner=office).count() == 1

    def test_a_deposit_that_exceeds_the_fee_by_a_cent(self, client: Client, office) -> None:
        assert (
            client.post(
                f"{OFFICE}/seances/nouvelle/", self.form(office, payment="deposit", deposit_cents="2,09")
            ).status_code
            == 302
        )

    def test_anothers_session_does_not_exist(self, client: Client, office) -> None:
        foreign = PractitionerFactory().services.get()
        assert client.get(f"{OFFICE}/seances/{foreign.pk}/").status_code == 404
        assert client.post(f"{OFFICE}/seances/{foreign.pk}/", self.form(office)).status_code == 404
        assert client.post(f"{OFFICE}/seances/{foreign.pk}/retirer/").status_code == 404
        foreign.refresh_from_db()
        assert foreign.archived_at is None

    def test_no_longer_offered(self, client: Client, office) -> None:
        service = office.services.get()
        client.post(f"{OFFICE}/seances/{service.pk}/retirer/")
        assert client.get(f"{OFFICE}/seances/{service.pk}/").status_code == 404


class TestOnlinePayments:
    def test_from_nothing_to_active(self, client: Client, office, stripe: Stripe) -> None:
        assert "Activer" in client.get(f"{OFFICE}/paiements/").content.decode()
        answer = client.post(f"{OFFICE}/paiements/commencer/")
        assert answer["Location"].startswith(stripe.control.base_url)
        account = StripeAccount.objects.get(practitioner=office)
        assert not account.is_active
        client.get(f"{OFFICE}/paiements/?retour=1")
        account.refresh_from_db()
        assert not account.is_active
        stripe.control.set_account(account.account_id)
        page = client.get(f"{OFFICE}/paiements/?retour=1").content.decode()
        account.refresh_from_db()
        assert account.is_active
        assert "2,45\u00a0€ pour 60,00\u00a0€" in page

    def test_the_thin_event_of_stripe_changes_it_too(self, office, stripe: Stripe, visitor) -> None:
        account = StripeAccountFactory(practitioner=office, account_id=stripe.account)
        stripe.control.set_account(stripe.account, "restricted")
        for news in stripe.control.take():
            assert visitor.webhook(news).status_code == 200
        account.refresh_from_db()
        assert account.card_payments == "restricted"

    def test_stripe_down(self, client: Client, office, settings) -> None:
        settings.STRIPE_API_BASE = "http://127.0.0.1:9"
        answer = client.post(f"{OFFICE}/paiements/commencer/")
        assert answer.status_code == 503
        assert not Payment.objects.exists()


class TestRegistersOfTheOperator:
    def test_the_operator_reads_appointments_without_the_people(self, client: Client, login_as) -> None:
        row = AppointmentFactory(contact_last_name="Secret")
        login_as(Role.OPERATOR)
        page = client.get("/cms/rendez-vous/").content.decode()
        assert row.reference in page
        assert "Secret" not in page

    def test_a_rate_is_announced_and_never_changed_once_begun(self, client: Client, login_as) -> None:
        login_as(Role.OPERATOR)
        day = (now() + dt.timedelta(days=30)).strftime("%Y-%m-%d %H:%M")
        answer = client.post(
            "/cms/frais-de-service/create/", {"valid_from": day, "basis_points": "250", "fixed_cents": "50"}
        )
        assert answer.status_code == 302
        coming = FeeRate.objects.get(basis_points=250)
        begun = rate_since(now() - dt.timedelta(days=1), basis_points=310)
        assert client.get(f"/cms/frais-de-service/edit/{coming.pk}/").status_code == 200
        assert client.get(f"/cms/frais-de-service/edit/{begun.pk}/").status_code != 200

    def test_nobody_else(self, client: Client, login_as) -> None:
        login_as(Role.EDITOR)
        assert client.get("/cms/rendez-vous/").status_code != 200
        assert client.get("/cms/frais-de-service/").status_code != 200
