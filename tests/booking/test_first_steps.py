"""From the listing to the first appointment: what is left to do, and when the list goes away."""

import datetime as dt

import pytest
from django.urls import reverse

from booking.models import OpeningRule
from common.clock import now
from practitioners.first_steps import first_steps_of
from practitioners.models import Practitioner, Service
from tests.factories.booking import AppointmentFactory, HeldFactory, bookable_practitioner
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db


def done(practitioner):
    steps = first_steps_of(Practitioner.objects.with_profile().get(pk=practitioner.pk))
    return {line.step.where: line.is_done for line in reversed(steps.lines)} if steps else None


def test_each_step_is_told_by_what_is_there():
    practitioner, _service = bookable_practitioner()
    found = done(practitioner)
    assert (found["office:services"], found["office:hours"], found["office_page"]) == (True, True, False)
    steps = first_steps_of(practitioner)
    assert (steps.done, steps.total) == (3, 4)
    OpeningRule.objects.all().delete()
    assert done(practitioner)["office:hours"] is False
    Service.objects.update(bookable=False)
    assert done(practitioner)["office:services"] is False
    assert first_steps_of(practitioner).done == 0


def test_the_list_goes_away_with_the_first_appointment_and_not_with_a_hold():
    practitioner, service = bookable_practitioner()
    HeldFactory(practitioner=practitioner, service=service, booked_at=None)
    assert done(practitioner) is not None
    AppointmentFactory(practitioner=practitioner, service=service, starts_at=now() + dt.timedelta(days=9))
    assert done(practitioner) is None


def test_before_the_listing_there_is_the_file():
    assert done(PractitionerFactory(applying=True)) is None


def test_the_overview_shows_them_with_their_links(client, login_as, django_assert_max_num_queries):
    practitioner, _service = bookable_practitioner()
    login_as(practitioner.user)
    with django_assert_max_num_queries(60):
        page = client.get(reverse("office_home")).content.decode()
    assert "Vos premiers pas" in page
    assert "3 pas sur 4" in page
    for where in ("office_page", "office:hours", "office:payments"):
        assert f'href="{reverse(where)}"' in page
    assert client.get(reverse("office:services")).status_code == 200
