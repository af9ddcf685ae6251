"""What a session asks to be paid online: nothing, a deposit in euros or in percent, the whole price; and the dated fee on it."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from booking import fees
from booking.fees import Rate, first_payment_fee, service_fee
from booking.models import FeeRate, Payment, Refund
from common.clock import now
from practitioners.models import Service
from tests.booking.conftest import Visitor, free_start
from tests.booking.test_office_services import form
from tests.factories.booking import AppointmentFactory, PaymentFactory, bookable_practitioner, rate_since

pytestmark = pytest.mark.django_db
NEW = "/espace-praticien/seances/nouvelle/"


@pytest.fixture
def office(client: Client, login_as: Any, documents: None) -> Any:
    practitioner, _service = bookable_practitioner()
    login_as(practitioner.user)
    return practitioner


class TestDeposits:
    def test_a_share_of_the_price_is_kept_with_its_amount(self, client: Client, office: Any) -> None:
        sent = form(office, price_cents="47,50", payment="deposit", deposit_cents="30 %", advance="acompte")
        assert client.post(NEW, sent).status_code == 302
        saved = Service.objects.get(name="Massage assis")
        assert (saved.deposit_percent, saved.deposit_cents, saved.advance) == (30, 1425, "acompte")
        page = client.get(f"/espace-praticien/seances/{saved.pk}/").content.decode()
        assert 'value="30\u00a0%"' in page

    def test_a_new_price_gives_a_new_amount(self, client: Client, office: Any) -> None:
        client.post(NEW, form(office, payment="deposit", deposit_cents="25%"))
        saved = Service.objects.get(name="Massage assis")
        client.post(
            f"/espace-praticien/seances/{saved.pk}/",
            form(office, price_cents="80", payment="deposit", deposit_cents="25 %"),
        )
        saved.refresh_from_db()
        assert saved.deposit_cents == 2000
        with pytest.raises(IntegrityError, match="a_deposit_in_percent_is_that_share"), transaction.atomic():
            Service.objects.filter(pk=saved.pk).update(price_cents=90_00)

    @pytest.mark.parametrize(
        ("said", "word"),
        [
            ("5 %", "dépasser"),  # 1,00 of 20,00, where the fee is 1,25
            ("0 %", "part du prix"),
            ("101 %", "part du prix"),
            ("30 % %", "part du prix"),
            ("-3 %", "part du prix"),
            ("٣ %", "part du prix"),
            ("%", "part du prix"),
            ("x" * 10_000, "part du prix"),
            ("9" * 40 + "%", "part du prix"),
        ],
    )
    def test_what_is_no_deposit_is_refused(self, client: Client, office: Any, said: str, word: str) -> None:
        price = "20" if said == "5 %" else "40"
        answer = client.post(NEW, form(office, price_cents=price, payment="deposit", deposit_cents=said))
        assert answer.status_code == 422
        assert word in answer.content.decode()
        assert not Service.objects.filter(name="Massage assis").exists()

    def test_leaving_the_deposit_forgets_its_share(self, client: Client, office: Any) -> None:
        client.post(NEW, form(office, payment="deposit", deposit_cents="50 %"))
        saved = Service.objects.get(name="Massage assis")
        client.post(f"/espace-praticien/seances/{saved.pk}/", form(office, payment="full", deposit_cents="50 %"))
        saved.refresh_from_db()
        assert (saved.deposit_percent, saved.deposit_cents, saved.advance_cents) == (None, 0, 4000)

    def test_the_nature_of_the_advance_is_explained_where_it_is_chosen(self, client: Client, office: Any) -> None:
        page = client.get(NEW).content.decode()
        assert "vous devez le double" in page
        assert "engagés" in page


@given(price=st.integers(1, 1_000_000), percent=st.integers(1, 100))
def test_what_a_deposit_leaves_to_pay_is_the_rest_of_the_price(price: int, percent: int) -> None:
    from booking.forms.fields import DepositField

    deposit = DepositField().clean(f"{percent} %").of(price)
    assert 0 <= deposit <= price
    assert abs(deposit - price * percent / 100) <= 0.5


class TestTheFee:
    def test_of_a_deposit_is_that_of_the_whole_price(self) -> None:
        assert first_payment_fee(price_cents=6000, advance_cents=2000) == 245
        assert first_payment_fee(price_cents=4750, advance_cents=4750) == 208
        assert first_payment_fee(price_cents=6000, advance_cents=0) == 0
        assert first_payment_fee(price_cents=6000, advance_cents=2000, rate=Rate(300, 65, True)) == 125

    def test_is_taken_once_an_appointment(self) -> None:
        appointment = AppointmentFactory(fee_basis_points=300, fee_fixed_cents=65)
        assert fees.later_payment_fee(appointment=appointment, amount_cents=2000) == 245
        payment = PaymentFactory(appointment=appointment, amount_cents=2000, fee_cents=245)
        assert fees.later_payment_fee(appointment=appointment, amount_cents=4000) == 0
        Refund.objects.create(payment=payment, amount_cents=2000, returns_fee=True, cause="late", ordered_at=now())
        assert fees.later_payment_fee(appointment=appointment, amount_cents=4000) == 245

    def test_is_taken_on_each_payment_where_the_rate_says_so(self) -> None:
        appointment = AppointmentFactory(fee_basis_points=300, fee_fixed_cents=65, fee_each_payment=True)
        PaymentFactory(appointment=appointment, amount_cents=2000, fee_cents=125)
        assert fees.later_payment_fee(appointment=appointment, amount_cents=4000) == 185

    def test_of_an_appointment_is_that_of_the_rate_it_was_booked_under(self, visitor: Visitor, documents: None) -> None:
        practitioner, service = bookable_practitioner(price_cents=6000)
        rate_since(now() - dt.timedelta(days=3), basis_points=250, fixed_cents=50)
        appointment, _answer = visitor.book(practitioner, service, free_start(practitioner, service))
        rate_since(now() - dt.timedelta(seconds=1), basis_points=900, fixed_cents=900)
        assert fees.later_payment_fee(appointment=appointment, amount_cents=6000) == 200
        assert Payment.objects.count() == 0


class TestDatedRates:
    def test_one_in_force_never_changes(self) -> None:
        rate = rate_since(now() - dt.timedelta(days=1))
        for act in (
            lambda: FeeRate.objects.filter(pk=rate.pk).update(basis_points=1),
            lambda: FeeRate.objects.filter(pk=rate.pk).update(valid_from=now() + dt.timedelta(days=9)),
            rate.delete,
        ):
            with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
                act()

    def test_one_begins_in_the_future(self) -> None:
        rate_since(now() - dt.timedelta(days=1))
        coming = FeeRate.objects.create(valid_from=now() + dt.timedelta(days=1), basis_points=1)
        for act in (
            lambda: FeeRate.objects.create(valid_from=now() - dt.timedelta(days=2)),
            lambda: FeeRate.objects.filter(pk=coming.pk).update(valid_from=now() - dt.timedelta(days=2)),
        ):
            with pytest.raises(IntegrityError, match="does not begin in the past"), transaction.atomic():
                act()
        coming.basis_points = 2
        coming.save()
        coming.delete()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"valid_from": "2020-01-01 00:00"},
            {"valid_from": "hier"},
            {"valid_from": ""},
            {"basis_points": "2001"},
            {"basis_points": "-1"},
            {"basis_points": "9" * 30},
            {"fixed_cents": "1001"},
            {"fixed_cents": "😀"},
        ],
    )
    def test_the_operators_form_says_what_is_wrong(self, client: Client, login_as: Any, wrong: dict[str, str]) -> None:
        login_as(Role.OPERATOR)
        day = (now() + dt.timedelta(days=30)).strftime("%Y-%m-%d %H:%M")
        sent = {"valid_from": day, "basis_points": "250", "fixed_cents": "50"} | wrong
        answer = client.post("/cms/frais-de-service/create/", sent)
        assert answer.status_code == 200
        assert 'class="error' in answer.content.decode() or "error-message" in answer.content.decode()
        assert not FeeRate.objects.exists()

    def test_the_operator_announces_one_on_each_payment(self, client: Client, login_as: Any) -> None:
        login_as(Role.OPERATOR)
        day = (now() + dt.timedelta(days=30)).strftime("%Y-%m-%d %H:%M")
        sent = {"valid_from": day, "basis_points": "250", "fixed_cents": "50", "each_payment": "on"}
        assert client.post("/cms/frais-de-service/create/", sent).status_code == 302
        assert "à chaque paiement" in client.get("/cms/frais-de-service/").content.decode()
        assert FeeRate.objects.get().each_payment


def test_the_default_is_the_contracts() -> None:
    assert (service_fee(6000), service_fee(4750)) == (245, 208)
