"""Nobody blocks an agenda with new sessions: what one address may hold at once is bounded."""

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from booking import hold_limits
from booking.models import Appointment, Status
from common.clock import now
from tests.booking.conftest import DETAILS, Visitor, free_start
from tests.factories.booking import bookable_practitioner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    cache.clear()
    settings.HOLDS_PER_ADDRESS_AND_PRACTITIONER, settings.HOLDS_PER_ADDRESS = 2, 3


def hold(practitioner: Any, service: Any, number: int, *, ip: str = "192.0.2.1", client: Client | None = None) -> Any:
    start = free_start(practitioner, service, number)
    data = {"practitioner": practitioner.slug, "service": service.pk, "start": start.isoformat()}
    return (client or Client()).post("/rendez-vous/reserver/", data, REMOTE_ADDR=ip)


def test_new_sessions_of_one_address_are_told_to_wait_and_others_book_on() -> None:
    practitioner, service = bookable_practitioner()
    assert [hold(practitioner, service, 0).status_code for _ in range(2)] == [302, 302]
    refused = hold(practitioner, service, 0)
    assert refused.status_code == 429
    assert "25 minutes" in refused.content.decode()
    assert refused["Retry-After"] == "1500"
    assert Appointment.objects.filter(status=Status.HELD).count() == 2
    assert hold(practitioner, service, 0, ip="192.0.2.2").status_code == 302


def test_one_session_may_change_its_mind_as_often_as_it_likes() -> None:
    practitioner, service = bookable_practitioner()
    client = Client()
    assert {hold(practitioner, service, number, client=client).status_code for number in range(6)} == {302}


def test_a_subscribers_ipv6_network_counts_as_one() -> None:
    practitioner, service = bookable_practitioner()
    codes = [hold(practitioner, service, 0, ip=f"2001:db8:1:2::{n}").status_code for n in range(3)]
    assert codes == [302, 302, 429]
    assert hold(practitioner, service, 0, ip="2001:db8:1:3::1").status_code == 302


def test_all_practitioners_together_have_their_own_limit() -> None:
    pairs = [bookable_practitioner() for _ in range(4)]
    assert [hold(*pair, 0).status_code for pair in pairs] == [302, 302, 302, 429]


def test_giving_a_time_back_or_booking_it_makes_room(visitor: Visitor, documents: None) -> None:
    practitioner, service = bookable_practitioner()
    first = Client()
    reference = hold(practitioner, service, 0, client=first)["Location"].split("/")[2]
    hold(practitioner, service, 0)
    first.post(f"/rendez-vous/{reference}/liberer/", REMOTE_ADDR="192.0.2.1")
    assert hold(practitioner, service, 0).status_code == 302
    assert hold(practitioner, service, 0).status_code == 429
    Appointment.objects.filter(status=Status.HELD).update(hold_expires_at=now() - dt.timedelta(minutes=1))
    cache.clear()
    # From 127.0.0.1: booked at once, twice the limit in a row.
    for number in range(4):
        visitor.client.cookies.clear()
        visitor.book(practitioner, service, free_start(practitioner, service, 10 + 4 * number))
    assert Appointment.objects.filter(status=Status.CONFIRMED).count() == 4
    assert DETAILS


def test_a_time_that_was_gone_costs_nothing() -> None:
    practitioner, service = bookable_practitioner()
    start = free_start(practitioner, service, 3)
    data = {"practitioner": practitioner.slug, "service": service.pk, "start": start.isoformat()}
    hold(practitioner, service, 3, ip="192.0.2.9")
    assert {Client().post("/rendez-vous/reserver/", data, REMOTE_ADDR="192.0.2.1").status_code for _ in range(4)} == {
        409
    }
    assert hold(practitioner, service, 0).status_code == 302


def test_tickets_are_taken_in_one_step(rf: Any) -> None:
    practitioner, _service = bookable_practitioner()
    request = rf.get("/", REMOTE_ADDR="192.0.2.1")
    hold_limits.take(request, practitioner, holder_key="a" * 32)
    hold_limits.take(request, practitioner, holder_key="a" * 32)
    hold_limits.take(request, practitioner, holder_key="b" * 32)
    with pytest.raises(hold_limits.TooManyHolds):
        hold_limits.take(request, practitioner, holder_key="c" * 32)
    hold_limits.give_back(request, practitioner, holder_key="b" * 32)
    hold_limits.take(request, practitioner, holder_key="c" * 32)
    assert not any("192.0.2.1" in key for key in getattr(cache, "_cache", {}))


def test_no_limit_when_the_setting_says_so(settings: Any) -> None:
    settings.HOLDS_PER_ADDRESS_AND_PRACTITIONER = settings.HOLDS_PER_ADDRESS = 0
    practitioner, service = bookable_practitioner()
    assert {hold(practitioner, service, 0).status_code for _ in range(6)} == {302}
