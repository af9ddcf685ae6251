"""Sixteen visitors at once on ten times; and the database, by hand."""

import datetime as dt
import threading

import pytest
import requests
from django.db import IntegrityError, connection, transaction

from booking import lifecycle
from booking.lifecycle import TRANSITIONS, Step
from booking.models import Appointment, AppointmentEvent, Payment, Status
from booking.slots import next_slots
from common.clock import now
from tests.booking.conftest import DETAILS
from tests.factories.booking import AppointmentFactory, HeldFactory, PaymentFactory, bookable_practitioner


class Browser:
    """A visitor over real HTTP: cookies, the CSRF token of the page, redirections left to the caller."""

    def __init__(self, base: str, first_page: str) -> None:
        self.base, self.session = base, requests.Session()
        self.get(first_page)

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.base + path, timeout=60)

    def post(self, path: str, data: dict[str, object]) -> requests.Response:
        token = self.session.cookies["csrftoken"]
        return self.session.post(
            self.base + path, {**data, "csrfmiddlewaretoken": token}, allow_redirects=False, timeout=60
        )


@pytest.mark.django_db(transaction=True)
def test_sixteen_simultaneous_visitors_on_ten_times(live_server) -> None:
    practitioner, service = bookable_practitioner()
    other, other_service = bookable_practitioner()
    moments = [
        slot.start
        for day in next_slots([practitioner.pk], now=now(), days=9, per_day=20)[practitioner.pk]
        for slot in day.slots
    ]
    contested = moments[0::2][:10]  # every hour: sessions do not touch one another
    private = [
        slot.start for day in next_slots([other.pk], now=now(), days=9, per_day=20)[other.pk] for slot in day.slots
    ][0::2]
    barrier, answers = threading.Barrier(16), {}

    def visit(number: int) -> None:
        client = Browser(live_server.url, f"/rendez-vous/avec/{other.slug}/horaires/?service={other_service.pk}")
        typed = {**DETAILS, "email": f"visiteur{number}@exemple.fr", "last_name": f"Visiteur{number}"}
        first = client.post(
            "/rendez-vous/reserver/",
            {"practitioner": other.slug, "service": other_service.pk, "start": private[number].isoformat()},
        )
        client.post(first.headers["Location"], typed)
        barrier.wait(timeout=60)
        held = client.post(
            "/rendez-vous/reserver/",
            {
                "practitioner": practitioner.slug,
                "service": service.pk,
                "start": contested[number % 10].isoformat(),
            },
        )
        final = None
        if held.status_code == 302:
            client.post(held.headers["Location"], typed)
            reference = held.headers["Location"].split("/")[2]
            final = client.post(f"/rendez-vous/{reference}/verifier/", {"shown_cents": 0, "express_request": "on"})
        answers[number] = (held.status_code, held.text, final.status_code if final else None, client)

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert len(answers) == 16
    booked = Appointment.objects.filter(practitioner=practitioner, status=Status.CONFIRMED)
    assert sorted(booked.values_list("starts_at", flat=True)) == sorted(contested)
    assert sorted(code for code, _page, _final, _client in answers.values()) == [302] * 10 + [409] * 6
    assert [final for code, _page, final, _client in answers.values() if code == 302] == [302] * 10
    for number, (code, page, _final, client) in answers.items():
        if code == 409:
            assert "vient d’être pris" in page
            assert page.count('name="start"') == 3
            assert f"visiteur{number}@exemple.fr" in page
            # One press on the nearest time, and everything typed is there.
            nearest = next(
                part.split('"')[0]
                for part in page.split('name="start" value="')[1:]
                if part.split('"')[0] not in contested
            )
            held = client.post(
                "/rendez-vous/reserver/", {"practitioner": practitioner.slug, "service": service.pk, "start": nearest}
            )
            if held.status_code == 302:
                assert f'value="Visiteur{number}"' in client.get(held.headers["Location"]).text
        client.session.close()


@pytest.mark.django_db
class TestTheDatabaseRefuses:
    def refused(self, name: str, make) -> None:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            make()

    def test_an_overlap_inserted_by_hand(self) -> None:
        known = AppointmentFactory(busy_end=now() + dt.timedelta(days=3))
        columns = [
            field.column for field in Appointment._meta.concrete_fields if field.column not in {"id", "reference"}
        ]
        names = ", ".join(columns)
        source = f"select 'BYHAND', {names} from booking_appointment where id = {known.pk}"
        by_hand = f"insert into booking_appointment (reference, {names}) {source}"
        self.refused("no_two_appointments_at_once", lambda: connection.cursor().execute(by_hand))

    def test_buffers_count(self) -> None:
        first = AppointmentFactory()
        self.refused(
            "no_two_appointments_at_once",
            lambda: AppointmentFactory(
                practitioner=first.practitioner,
                starts_at=first.ends_at + dt.timedelta(minutes=10),
                busy_start=first.ends_at - dt.timedelta(minutes=5),
            ),
        )

    def test_touching_is_not_overlapping_and_another_practitioner_is_another_agenda(self) -> None:
        first = AppointmentFactory()
        AppointmentFactory(practitioner=first.practitioner, starts_at=first.ends_at)
        AppointmentFactory(starts_at=first.starts_at)
        assert Appointment.objects.count() == 3

    def test_states_that_make_no_sense(self) -> None:
        self.refused("a_hold_expires", lambda: HeldFactory(hold_expires_at=None))
        self.refused("a_booked_appointment_has_its_client", lambda: AppointmentFactory(client=None))
        self.refused("cancelled_means_a_moment", lambda: AppointmentFactory(status=Status.CANCELLED_BY_CLIENT))
        self.refused("cancelled_means_a_moment", lambda: AppointmentFactory(cancelled_at=now()))
        self.refused("a_request_has_its_deadline", lambda: AppointmentFactory(status=Status.REQUESTED))
        self.refused("fee_below_the_advance", lambda: AppointmentFactory(advance_cents=245, fee_cents=245))
        self.refused("advance_within_the_price", lambda: AppointmentFactory(advance_cents=6001, fee_cents=1))

    def test_two_live_payments(self) -> None:
        payment = PaymentFactory()
        self.refused(
            "one_live_payment",
            lambda: PaymentFactory(appointment=payment.appointment, attempt=2, status=Payment.Status.OPEN),
        )

    def test_a_transition_that_was_recorded_is_never_changed(self) -> None:
        appointment = AppointmentFactory()
        lifecycle.record(appointment, "confirm", before="held", by=AppointmentEvent.By.SYSTEM, now=now())
        for statement in ("update booking_appointmentevent set after = 'x'", "delete from booking_appointmentevent"):
            with (
                pytest.raises(IntegrityError, match="append-only"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("step", Step)
def test_a_transition_is_legal_only_from_its_states(step: Step, status: Status) -> None:
    appointment = Appointment(status=status)
    legal = status in TRANSITIONS[step].sources
    assert lifecycle.may(appointment, step) == legal
    if not legal:
        with pytest.raises(lifecycle.IllegalTransition):
            lifecycle.move(appointment, step, by=AppointmentEvent.By.SYSTEM, now=now())
        assert appointment.status == status
