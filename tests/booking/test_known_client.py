"""A client who is signed in and known types nothing again: from the time straight to the last page."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import User
from booking.actions import holds
from booking.models import Appointment, OpeningRule, Relative, Status
from booking.slots import free_slots
from common.clock import now
from practitioners.models.service import Mode
from tests.booking.conftest import Visitor, free_start
from tests.factories.accounts import UserFactory
from tests.factories.booking import bookable_practitioner

pytestmark = pytest.mark.django_db


@pytest.fixture
def known() -> User:
    return UserFactory(
        first_name="Léa", last_name="Bernard", email="lea@exemple.fr", phone="+33612345678", adult_declared_at=now()
    )


@pytest.fixture
def offer(documents: None) -> tuple[Any, Any]:
    return bookable_practitioner()


def step_after(visitor: Visitor, offer: tuple[Any, Any], **more: Any) -> str:
    """The name of the page that holding a time leads to."""
    practitioner, service = offer
    day = now().date() + dt.timedelta(days=1)
    days = free_slots(
        practitioner=practitioner, service=service, first_day=day, last_day=day + dt.timedelta(days=7), now=now()
    )
    start = next(slot.start for here in days.values() for slot in here.slots)
    answer = visitor.hold(practitioner, service, start, **more)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"]).rstrip("/").rpartition("/")[2]


def test_two_presses_book(visitor: Visitor, known: User, offer: tuple[Any, Any]) -> None:
    practitioner, service = offer
    visitor.client.force_login(known)
    held = visitor.hold(practitioner, service, free_start(practitioner, service))
    assert held["Location"].endswith("/verifier/")
    page = visitor.get(held["Location"]).content.decode()
    assert "Léa Bernard" in page
    assert "lea@exemple.fr" in page
    assert "06\u00a012\u00a034\u00a056\u00a078" in page
    assert visitor.consent(held["Location"]).status_code == 302
    appointment = Appointment.objects.get()
    assert (appointment.status, appointment.client, appointment.adult_declared) == (Status.CONFIRMED, known, True)
    assert appointment.record is not None
    assert appointment.record.user == known
    assert (appointment.contact_email, appointment.contact_phone) == ("lea@exemple.fr", "+33612345678")


def test_a_second_booking_accepts_nothing_twice(visitor: Visitor, known: User, offer: tuple[Any, Any]) -> None:
    from legal.models import Acceptance

    practitioner, service = offer
    visitor.client.force_login(known)
    for _number in range(2):
        held = visitor.hold(practitioner, service, free_start(practitioner, service))
        assert visitor.consent(held["Location"]).status_code == 302
    first, second = Appointment.objects.order_by("pk")
    assert first.record == second.record
    assert Acceptance.objects.count() == 2


def test_a_hold_that_lapsed_is_taken_again_with_what_is_known(
    visitor: Visitor, known: User, offer: tuple[Any, Any]
) -> None:
    practitioner, service = offer
    visitor.client.force_login(known)
    check = visitor.hold(practitioner, service, free_start(practitioner, service))["Location"]
    late = now() + dt.timedelta(minutes=16)
    holds.expire(appointment_id=Appointment.objects.get().pk, now=late)
    assert Appointment.objects.get().contact_email == ""
    visitor.consent(check)
    appointment = Appointment.objects.get()
    assert (appointment.status, appointment.contact_name) == (Status.CONFIRMED, "Léa Bernard")


def test_the_details_stay_one_link_away(visitor: Visitor, known: User, offer: tuple[Any, Any]) -> None:
    practitioner, service = offer
    visitor.client.force_login(known)
    held = visitor.hold(practitioner, service, free_start(practitioner, service), etapes="4")
    check = held["Location"]
    details = check.replace("verifier", "coordonnees")
    page = visitor.get(check).content.decode()
    assert f'href="{details}"' in page
    assert "Étape 3 sur 3" in page
    form = visitor.get(details).content.decode()
    assert 'value="Bernard"' in form
    assert "Étape 3 sur 4" in form
    changed = visitor.details | {"first_name": "Léa-Marie", "email": known.email}
    assert visitor.post(details, changed)["Location"] == check
    page = visitor.get(check).content.decode()
    assert "Léa-Marie Bernard" in page
    assert "Étape 4 sur 4" in page


def test_from_a_card_there_is_one_step_left_and_it_is_not_counted(
    visitor: Visitor, known: User, offer: tuple[Any, Any]
) -> None:
    practitioner, service = offer
    visitor.client.force_login(known)
    held = visitor.hold(practitioner, service, free_start(practitioner, service), etapes="2")
    assert "Étape" not in visitor.get(held["Location"]).content.decode()


def test_the_page_of_times_counts_the_steps_that_are_left(
    visitor: Visitor, known: User, offer: tuple[Any, Any]
) -> None:
    practitioner, service = offer
    path = f"/rendez-vous/avec/{practitioner.slug}/horaires/?service={service.pk}"
    assert "Étape 2 sur 4" in visitor.get(path).content.decode()
    visitor.client.force_login(known)
    assert "Étape 2 sur 3" in visitor.get(path).content.decode()


@pytest.mark.parametrize("missing", ["first_name", "last_name", "adult_declared_at"])
def test_what_the_account_does_not_say_is_asked(
    missing: str, visitor: Visitor, known: User, offer: tuple[Any, Any]
) -> None:
    setattr(known, missing, None if missing == "adult_declared_at" else "")
    known.save()
    visitor.client.force_login(known)
    assert step_after(visitor, offer) == "coordonnees"


def test_who_is_not_signed_in_is_asked(visitor: Visitor, known: User, offer: tuple[Any, Any]) -> None:
    assert step_after(visitor, offer) == "coordonnees"


def test_who_has_relatives_is_asked_for_whom(visitor: Visitor, known: User, offer: tuple[Any, Any]) -> None:
    Relative.objects.create(user=known, first_name="Noé", last_name="Bernard", is_minor=False, created_at=now())
    visitor.client.force_login(known)
    assert step_after(visitor, offer) == "coordonnees"


def test_a_session_at_home_asks_where(visitor: Visitor, known: User, documents: None) -> None:
    offer = bookable_practitioner(mode=Mode.HOME)
    OpeningRule.objects.update(modes=[Mode.HOME], place=None)
    visitor.client.force_login(known)
    assert step_after(visitor, offer) == "coordonnees"


@pytest.mark.parametrize("what", ["reason", "question", "question of all services"])
def test_a_service_with_questions_asks_them(what: str, visitor: Visitor, known: User, offer: tuple[Any, Any]) -> None:
    from booking.models import IntakeQuestion, IntakeSettings

    practitioner, service = offer
    if what == "reason":
        IntakeSettings.objects.create(service=service, asks_reason=True)
    else:
        own = service if what == "question" else None
        IntakeQuestion.objects.create(
            practitioner=practitioner, service=own, text="Avez-vous un tapis ?", kind="yes_no"
        )
    visitor.client.force_login(known)
    assert step_after(visitor, offer) == "coordonnees"


def test_a_question_about_health_that_is_turned_off_asks_nothing(
    visitor: Visitor, known: User, offer: tuple[Any, Any]
) -> None:
    from booking.models import IntakeQuestion, IntakeSettings

    practitioner, service = offer
    IntakeQuestion.objects.create(
        practitioner=practitioner, service=service, text="Des allergies ?", kind="short", about_health=True
    )
    visitor.client.force_login(known)
    assert step_after(visitor, offer) == "verifier"
    IntakeSettings.objects.create(service=service, asks_health=True, health_warning="Lu.", health_since=now())
    assert step_after(visitor, offer) == "coordonnees"


def test_a_follow_up_of_who_never_came_is_asked_for(visitor: Visitor, known: User, documents: None) -> None:
    visitor.client.force_login(known)
    assert step_after(visitor, bookable_practitioner(follow_up=True)) == "coordonnees"


def test_what_was_typed_for_a_lost_time_is_shown_again(visitor: Visitor, known: User, offer: tuple[Any, Any]) -> None:
    practitioner, service = offer
    held = visitor.hold(practitioner, service, free_start(practitioner, service))
    details = held["Location"]
    visitor.client.force_login(known)
    visitor.post(details, visitor.details | {"whom": "proche", "attendee_first_name": "Noé"})
    assert step_after(visitor, offer) == "coordonnees"


def test_a_number_that_the_form_would_refuse_stops_nobody(
    visitor: Visitor, known: User, offer: tuple[Any, Any]
) -> None:
    known.phone = "12"
    known.save()
    visitor.client.force_login(known)
    assert step_after(visitor, offer) == "verifier"
    assert Appointment.objects.get().contact_phone == ""
