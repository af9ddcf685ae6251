"""The operator's statistics: what they count, by time, practice and region; charts that say what their tables say."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from booking.models import Payment, Refund
from booking.money_figures import charts
from booking.money_figures.figures import Line, figures
from booking.money_figures.periods import chosen, periods
from common.clock import PARIS
from practitioners.models import Practitioner
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, PaymentFactory
from tests.factories.places import CommuneFactory
from tests.factories.practitioners import PractitionerFactory
from tests.plugins.people import sign_in_fully

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 15, 10, tzinfo=PARIS)
PAGE = "/cms/chiffres/"


def paid(practitioner: Practitioner, when: dt.datetime, amount: int = 6000, fee: int = 245, **more: Any) -> Payment:
    appointment = AppointmentFactory(practitioner=practitioner, price_cents=amount, starts_at=when, **more)
    return PaymentFactory(appointment=appointment, amount_cents=amount, fee_cents=fee, paid_at=when)


def given_back(payment: Payment, amount: int, **more: Any) -> None:
    fields = {"status": "done", "refund_id": f"re_{payment.pk}", "cause": "client", "ordered_at": NOW} | more
    Refund.objects.create(payment=payment, amount_cents=amount, **fields)


def at(month: int, day: int = 10, year: int = 2026) -> dt.datetime:
    return dt.datetime(year, month, day, 12, tzinfo=PARIS)


def this_year() -> Any:
    return chosen("2026", NOW.date())


def test_volume_fees_and_what_was_given_back_are_counted_in_the_month_of_the_payment() -> None:
    practitioner = PractitionerFactory()
    paid(practitioner, at(1))
    given_back(paid(practitioner, at(2)), 3000, ordered_at=at(5))
    found = figures(this_year())
    assert [(line.volume, line.fees, line.refunded) for line in found.by_time[:3]] == [
        (6000, 245, 0),
        (6000, 245, 3000),
        (0, 0, 0),
    ]
    assert (found.total.volume, found.total.fees, found.total.payments, found.total.rate) == (12000, 490, 2, 25.0)
    assert [line.rate for line in found.by_time[:3]] == [0.0, 50.0, None]


def test_what_never_was_paid_and_refunds_that_failed_count_for_nothing() -> None:
    practitioner = PractitionerFactory()
    given_back(paid(practitioner, at(1)), 6000, status="failed")
    PaymentFactory(
        appointment=AppointmentFactory(practitioner=practitioner, starts_at=at(2)), status="expired", created_at=at(2)
    )
    found = figures(this_year())
    assert (found.total.volume, found.total.refunded) == (6000, 0)


def test_the_fee_that_went_back_is_taken_off_in_proportion() -> None:
    practitioner = PractitionerFactory()
    given_back(paid(practitioner, at(1)), 6000, returns_fee=True)
    given_back(paid(practitioner, at(2)), 3000, returns_fee=True)
    assert [line.fees for line in figures(this_year()).by_time[:2]] == [0, 245 - 123]


def test_an_hour_before_the_new_year_in_paris_is_the_year_before() -> None:
    paid(PractitionerFactory(), dt.datetime(2025, 12, 31, 22, 30, tzinfo=dt.UTC))
    paid(PractitionerFactory(), dt.datetime(2025, 12, 31, 23, 30, tzinfo=dt.UTC))
    assert figures(this_year()).total.payments == 1
    assert figures(chosen("2025", NOW.date())).total.payments == 1


def test_by_practice_and_by_region_where_the_session_takes_place() -> None:
    here, there = PractitionerFactory(), PractitionerFactory()
    elsewhere = CommuneFactory(
        name="Rennes",
        insee="35238",
        department__code="35",
        department__slug="ille-et-vilaine",
        department__region__code="53",
        department__region__name="Bretagne",
        department__region__slug="bretagne",
    )
    there.places.update(commune=elsewhere)
    paid(here, at(1), 10000)
    paid(there, at(1), 6000)
    paid(there, at(2), 1000, place=None, mode="visio")
    found = figures(this_year())
    regions = {line.name: line.volume for line in found.by_region}
    mine = here.places.get().commune.department.region
    assert mine != elsewhere.department.region
    assert regions == {mine.name: 10000, elsewhere.department.region.name: 7000}
    assert sum(line.volume for line in found.by_practice) == 17000
    practice = here.services.get().practice
    narrowed = figures(this_year(), practice=practice.slug)
    assert {line.name for line in narrowed.by_practice} == {practice.name}
    region = elsewhere.department.region
    assert figures(this_year(), region=region.code).total.volume == regions[region.name]


def test_figures_are_aggregates_whatever_the_number_of_payments(django_assert_max_num_queries: Any) -> None:
    practitioner = PractitionerFactory()
    for month in range(1, 13):
        paid(practitioner, at(month))
    with django_assert_max_num_queries(3):
        figures(this_year())


def test_a_period_without_anything_has_all_its_months() -> None:
    found = figures(this_year())
    assert [line.name for line in found.by_time][:2] == ["janv. 2026", "févr. 2026"]
    assert len(found.by_time) == 12
    assert found.total.rate is None


@given(st.dates(dt.date(2024, 1, 1), dt.date(2040, 12, 31)))
def test_periods_are_whole_and_in_order(today: dt.date) -> None:
    for period in periods(today):
        buckets = list(period.buckets())
        assert buckets == sorted(set(buckets))
        assert buckets[0] == period.first
        assert buckets[-1] < period.end
        assert len(buckets) == (30 if period.by_day else 12)
    assert periods(today)[0].first <= today < periods(today)[0].end


@given(st.lists(st.integers(0, 10**12), max_size=40))
def test_no_bar_leaves_its_chart(amounts: list[int]) -> None:
    lines = [Line(str(number), volume=amount) for number, amount in enumerate(amounts)]
    for chart in (
        charts.columns(lines, lambda line: line.volume, str),
        charts.rows(lines, lambda line: line.volume, str),
    ):
        for mark in chart.marks:
            assert 0 <= mark.x <= mark.x + mark.width <= chart.width + 0.01
            assert -0.01 <= mark.y <= mark.y + mark.height <= chart.height + 0.01


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (1, 1), (3, 3), (7, 8), (99, 100), (100, 100), (101, 150), (2438, 2500)]
)
def test_the_axis_ends_on_a_round_number(value: float, top: float) -> None:
    assert charts.nice_top(value) == pytest.approx(top)


# The page


@pytest.fixture
def desk() -> Client:
    client = Client()
    sign_in_fully(client, UserFactory(roles=[Role.OPERATOR]))
    return client


@pytest.fixture
def on_the_day() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.usefixtures("on_the_day")
def test_each_chart_is_named_and_has_its_table(desk: Client) -> None:
    given_back(paid(PractitionerFactory(), at(6)), 1500)
    page = desk.get(PAGE, {"periode": "2026"}).content.decode()
    names = re.findall(r'<svg[^>]* role="img" aria-label="([^"]+)"', page)
    assert len(names) == 5
    assert "juin 2026, 60,00\u00a0€" in names[0]
    assert page.count('<div class="operator-table"') == 5
    assert "25,0\u00a0%" in page
    assert "style=" not in page.split("operator-desk")[1].split("</section>")[0]
    for number in re.findall(r'<rect[^>]* height="([^"]+)"', page):
        float(number)


@pytest.mark.usefixtures("on_the_day")
@pytest.mark.parametrize("typed", ["", "x", "2026' or 1=1", "９９９９", "é" * 9000, "-1", "1e9"])
def test_nonsense_in_the_address_shows_everything(desk: Client, typed: str) -> None:
    assert desk.get(PAGE, {"periode": typed, "pratique": typed, "region": typed, "format": typed}).status_code == 200


@pytest.mark.usefixtures("on_the_day")
def test_the_figures_are_had_as_csv(desk: Client) -> None:
    practitioner = PractitionerFactory()
    paid(practitioner, at(6))
    answer = desk.get(PAGE, {"periode": "2026", "format": "csv"})
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert "juin 2026;1;60,00;2,45;0,00;0,0" in "\n".join(rows)
    assert practitioner.services.get().practice.name in answer.content.decode()


def test_only_the_operator_sees_them(client: Client) -> None:
    sign_in_fully(client, PractitionerFactory().user)
    assert client.get(PAGE).status_code == 403
