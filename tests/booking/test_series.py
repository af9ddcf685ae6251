"""Series: which dates, all held together, one confirmation, one end with its consequence."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from booking.actions import appointments, holds, series
from booking.errors import AmountChanged, NotBookable, SeriesDateTaken
from booking.models import Appointment, Series, Status
from booking.series_plan import dates, for_client, for_office
from common.clock import now
from common.models import OutboxMessage
from tests.booking.conftest import MERCHANT, free_start
from tests.factories.booking import AppointmentFactory, PaymentFactory, bookable_practitioner
from tests.factories.groups import yoga

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
WEEK = dt.timedelta(weeks=1)


def hold(practitioner, service, start, key="visitor"):
    return holds.hold(practitioner=practitioner, service=service, start=start, holder_key=key, now=now())


def plan(practitioner, service, start, *, weeks=1, count=4, key="visitor"):
    return for_client(
        practitioner=practitioner,
        service=service,
        start=start,
        zone=PARIS,
        every_weeks=weeks,
        count=count,
        now=now(),
        holder_key=key,
    )


def references(rows):
    return [row.reference for row in rows]


class TestDates:
    @pytest.mark.parametrize("weeks", [1, 2])
    def test_the_hour_stays_the_same_when_the_clocks_change(self, weeks) -> None:
        start = dt.datetime(2027, 3, 15, 19, 0, tzinfo=PARIS)
        found = dates(start=start, zone=PARIS, every_weeks=weeks, count=6)
        assert {moment.astimezone(PARIS).strftime("%H:%M") for _day, moment in found} == {"19:00"}
        assert [(day - start.date()).days for day, _moment in found] == [7 * weeks * number for number in range(6)]

    def test_an_hour_that_is_skipped_is_none(self) -> None:
        start = dt.datetime(2027, 3, 21, 2, 30, tzinfo=PARIS)
        assert [moment is None for _day, moment in dates(start=start, zone=PARIS, every_weeks=1, count=3)] == [
            False,
            True,
            False,
        ]

    def test_a_date_that_is_taken_shows_the_nearest_times_of_that_day(self) -> None:
        practitioner, service = bookable_practitioner()
        start = free_start(practitioner, service, 30)
        AppointmentFactory(practitioner=practitioner, starts_at=start + WEEK)
        found = plan(practitioner, service, start)
        assert [one.free for one in found] == [True, False, True, True]
        assert found[1].problem
        gaps = {abs(slot.start - (start + WEEK)) for slot in found[1].others}
        assert len(found[1].others) == 2
        assert max(gaps) <= dt.timedelta(hours=1, minutes=30)

    def test_beyond_the_horizon_the_reason_is_said(self) -> None:
        practitioner, service = bookable_practitioner()
        found = plan(practitioner, service, free_start(practitioner, service), weeks=2, count=8)
        assert not found[-1].free
        assert "60 jours" in str(found[-1].problem)

    def test_ones_own_holds_count_as_free(self) -> None:
        practitioner, service = bookable_practitioner()
        start = free_start(practitioner, service, 20)
        first = hold(practitioner, service, start)
        series.hold_with(appointment_id=first.pk, starts=[start + WEEK], every_weeks=1, now=now())
        assert all(one.free for one in plan(practitioner, service, start, count=2))
        assert not plan(practitioner, service, start, count=2, key="somebody")[1].free

    def test_the_practitioner_is_stopped_only_by_what_is_really_there(self) -> None:
        practitioner, service = bookable_practitioner()
        start = free_start(practitioner, service, 20).astimezone(PARIS).replace(hour=21, minute=0)  # after hours
        AppointmentFactory(practitioner=practitioner, starts_at=start + 2 * WEEK)
        found = for_office(
            practitioner=practitioner, service=service, start=start, zone=PARIS, place_id=None, every_weeks=1, count=4,
            now=now(),
        )  # fmt: skip
        assert [one.free for one in found] == [True, True, False, True]


class TestHolding:
    @pytest.fixture
    def first(self):
        practitioner, service = bookable_practitioner()
        return hold(practitioner, service, free_start(practitioner, service, 20))

    def test_all_are_held_together(self, first) -> None:
        starts = [first.starts_at + WEEK, first.starts_at + 2 * WEEK]
        made = series.hold_with(appointment_id=first.pk, starts=starts, every_weeks=1, now=now())
        rows = made.appointments.all()
        assert [row.starts_at for row in rows] == [first.starts_at, *starts]
        assert {(row.status, row.holder_key) for row in rows} == {(Status.HELD, "visitor")}
        assert max(row.hold_expires_at for row in rows) - min(row.hold_expires_at for row in rows) < dt.timedelta(
            seconds=1
        )

    def test_one_that_is_taken_holds_none(self, first) -> None:
        taken = first.starts_at + 2 * WEEK
        AppointmentFactory(practitioner=first.practitioner, starts_at=taken)
        with pytest.raises(SeriesDateTaken, match="n’est plus libre"):
            series.hold_with(appointment_id=first.pk, starts=[first.starts_at + WEEK, taken], every_weeks=1, now=now())
        assert Appointment.objects.filter(status=Status.HELD).count() == 1

    def test_choosing_again_replaces_the_choice(self, first) -> None:
        one, two, three = (first.starts_at + number * WEEK for number in (1, 2, 3))
        series.hold_with(appointment_id=first.pk, starts=[one, two], every_weeks=1, now=now())
        series.hold_with(appointment_id=first.pk, starts=[two, three], every_weeks=1, now=now())
        held = Appointment.objects.filter(status=Status.HELD).order_by("starts_at")
        assert [row.starts_at for row in held] == [first.starts_at, two, three]
        assert series.hold_with(appointment_id=first.pk, starts=[], every_weeks=1, now=now()) is None
        first.refresh_from_db()
        assert (first.status, first.series) == (Status.HELD, None)
        assert Appointment.objects.filter(status=Status.HELD).count() == 1

    def test_giving_the_first_back_gives_all_back(self, first) -> None:
        series.hold_with(appointment_id=first.pk, starts=[first.starts_at + WEEK], every_weeks=1, now=now())
        holds.release(appointment_id=first.pk, now=now())
        assert not Appointment.objects.filter(status=Status.HELD).exists()

    def test_ten_more_minutes_are_for_all(self, first) -> None:
        series.hold_with(appointment_id=first.pk, starts=[first.starts_at + WEEK], every_weeks=1, now=now())
        holds.extend(appointment_id=first.pk, now=now())
        assert len(set(Appointment.objects.values_list("hold_expires_at", flat=True))) == 1

    def test_no_more_than_twelve(self, first) -> None:
        starts = [first.starts_at + dt.timedelta(days=number) for number in range(1, 30)]
        made = series.hold_with(appointment_id=first.pk, starts=starts, every_weeks=1, now=now())
        assert made.appointments.count() == 12

    def test_not_where_something_is_paid_online_nor_for_a_group(self, stripe) -> None:
        practitioner, service = bookable_practitioner(account=MERCHANT, payment="full")
        paid = hold(practitioner, service, free_start(practitioner, service))
        assert not series.may_repeat(paid)
        with pytest.raises(NotBookable):
            series.hold_with(appointment_id=paid.pk, starts=[paid.starts_at + WEEK], every_weeks=1, now=now())
        assert not series.may_repeat(Appointment(service=yoga()[1], status=Status.HELD))


class TestTheClientsPages:
    def chosen(self, visitor, count=4):
        practitioner, service = bookable_practitioner()
        start = free_start(practitioner, service, 20)
        AppointmentFactory(practitioner=practitioner, starts_at=start + WEEK)
        held = visitor.hold(practitioner, service, start)["Location"]
        assert "Répéter cette séance" in visitor.get(held).content.decode()
        repeat = held.replace("coordonnees", "repeter")
        page = visitor.get(f"{repeat}?semaines=1&fois={count}").content.decode()
        ticked = re.findall(r'name="date" value="([^"]+)" checked', page)
        return practitioner, start, held, repeat, ticked

    def test_from_a_time_to_one_confirmation_and_its_end(self, visitor, documents) -> None:
        practitioner, start, held, repeat, ticked = self.chosen(visitor)
        assert [dt.datetime.fromisoformat(text) for text in ticked] == [start + 2 * WEEK, start + 3 * WEEK]
        answer = visitor.post(repeat, {"semaines": "1", "fois": "4", "date": ticked})
        assert answer["Location"] == held
        visitor.post(held, visitor.details)
        check = held.replace("coordonnees", "verifier")
        assert "Et 2 autres dates" in visitor.get(check).content.decode()
        assert visitor.consent(check).status_code == 302
        rows = Appointment.objects.filter(practitioner=practitioner, series__isnull=False)
        assert [row.status for row in rows] == [Status.CONFIRMED] * 3
        assert {row.contact_email for row in rows} == {visitor.details["email"]}
        assert len({row.client_id for row in rows}) == 1
        mails = OutboxMessage.objects.filter(to=visitor.details["email"], key__contains="appointment-")
        assert [message.template for message in mails] == ["booking/series_booked_client"]
        made = Series.objects.get()
        page = visitor.get(f"/compte/series/{made.pk}/").content.decode()
        assert all(reference in page for reference in references(rows))
        end = f"/compte/series/{made.pk}/fin/"
        assert "0,00" in visitor.get(end).content.decode()
        assert visitor.post(end, {"amount": "5"}).status_code == 409
        assert visitor.post(end, {"amount": "0"}).status_code == 302
        assert {row.status for row in rows.all()} == {Status.CANCELLED_BY_CLIENT}
        told = OutboxMessage.objects.filter(key__contains="series_ended")
        assert {message.to for message in told} == {visitor.details["email"], practitioner.professional_email}
        assert not OutboxMessage.objects.filter(key__contains="-cancelled-").exists()

    def test_a_date_taken_meanwhile_is_said_and_nothing_else_is_lost(self, visitor, documents) -> None:
        practitioner, start, _held, repeat, ticked = self.chosen(visitor)
        AppointmentFactory(practitioner=practitioner, starts_at=start + 3 * WEEK)
        answer = visitor.post(repeat, {"semaines": "1", "fois": "4", "date": ticked})
        assert answer.status_code == 409
        assert "n’est plus libre" in answer.content.decode()
        assert f'value="{ticked[0]}" checked' in answer.content.decode()

    def test_a_date_lost_before_the_last_step_books_nothing(self, visitor, documents) -> None:
        practitioner, _start, held, repeat, ticked = self.chosen(visitor)
        visitor.post(repeat, {"semaines": "1", "fois": "4", "date": ticked})
        visitor.post(held, visitor.details)
        lost = Appointment.objects.filter(series__isnull=False).latest("starts_at")
        Appointment.objects.filter(pk=lost.pk).update(hold_expires_at=now() - dt.timedelta(minutes=1))
        holds.expire(appointment_id=lost.pk, now=now())
        AppointmentFactory(practitioner=practitioner, starts_at=lost.starts_at)
        answer = visitor.consent(held.replace("coordonnees", "verifier"))
        assert answer.status_code == 409
        assert "n’est plus libre" in answer.content.decode()
        assert not Appointment.objects.filter(series__isnull=False, status=Status.CONFIRMED).exists()

    @pytest.mark.parametrize(
        "query", ["semaines=9&fois=4", "semaines=1&fois=99", "semaines=x&fois=", "fois=" + "9" * 500]
    )
    def test_a_rhythm_that_is_none(self, visitor, query) -> None:
        practitioner, service = bookable_practitioner()
        held = visitor.hold(practitioner, service, free_start(practitioner, service))["Location"]
        assert visitor.get(held.replace("coordonnees", "repeter") + "?" + query).status_code == 422

    def test_dates_that_are_none_are_left_out(self, visitor) -> None:
        practitioner, service = bookable_practitioner()
        held = visitor.hold(practitioner, service, free_start(practitioner, service))["Location"]
        repeat = held.replace("coordonnees", "repeter")
        answer = visitor.post(
            repeat, {"semaines": "1", "fois": "4", "date": ["hier", "x" * 10_000, "9999-12-31T00:00:00Z"]}
        )
        assert answer["Location"] == held

    def test_another_visitors_series_does_not_exist(self, visitor, another_visitor, documents) -> None:
        _practitioner, _start, held, repeat, ticked = self.chosen(visitor)
        assert another_visitor.get(repeat).status_code == 404
        visitor.post(repeat, {"semaines": "1", "fois": "4", "date": ticked})
        visitor.post(held, visitor.details)
        visitor.consent(held.replace("coordonnees", "verifier"))
        made = Series.objects.get()
        for end in ("", "fin/"):
            assert another_visitor.get(f"/compte/series/{made.pk}/{end}").status_code == 404


class TestEnding:
    def made(self, **fields):
        practitioner, service = bookable_practitioner()
        made = Series.objects.create(practitioner=practitioner, service=service, every_weeks=1, created_at=now())
        first = AppointmentFactory(practitioner=practitioner, series=made, **fields)
        rows = [first] + [
            AppointmentFactory(
                practitioner=practitioner,
                series=made,
                client=first.client,
                starts_at=first.starts_at + number * WEEK,
                **fields,
            )
            for number in (1, 2)
        ]
        return made, rows

    def test_each_date_gives_back_by_its_own_policy(self) -> None:
        made, rows = self.made(advance_cents=6000, fee_cents=245)
        for row in rows:
            PaymentFactory(appointment=row)
        Appointment.objects.filter(pk=rows[1].pk).update(cancellation_tiers=[{"hours_before": 24, "percent": 50}])
        # Noon tomorrow: less than a day before, the first gives nothing back under « 24 h ».
        moment = rows[0].starts_at - dt.timedelta(hours=5)
        lines = series.due_to_client(series.coming(made, now=moment), now=moment)
        assert [due for _row, due in lines] == [0, 3000, 6000]
        with pytest.raises(AmountChanged):
            series.end_by_client(series_id=made.pk, announced_cents=15_000, now=moment)
        series.end_by_client(series_id=made.pk, announced_cents=9000, now=moment)
        made.refresh_from_db()
        assert made.ended_at == moment
        assert {row.status for row in made.appointments.all()} == {Status.CANCELLED_BY_CLIENT}

    def test_what_is_past_or_cancelled_already_stays_as_it_is(self) -> None:
        made, rows = self.made()
        appointments.cancel_by_client(appointment_id=rows[1].pk, announced_cents=0, now=now())
        ended = series.end_by_client(series_id=made.pk, announced_cents=0, now=rows[0].starts_at)
        assert references(ended) == [rows[2].reference]

    def test_by_the_practitioner_everything_goes_back(self, client, login_as) -> None:
        made, rows = self.made(advance_cents=6000, fee_cents=245)
        for row in rows:
            PaymentFactory(appointment=row)
        login_as(made.practitioner.user)
        page = client.get(f"/espace-praticien/series/{made.pk}/fin/").content.decode()
        assert "180,00" in page
        assert client.post(f"/espace-praticien/series/{made.pk}/fin/").status_code == 302
        assert {row.status for row in made.appointments.all()} == {Status.CANCELLED_BY_PRACTITIONER}


class TestOffice:
    @pytest.fixture
    def office(self, client, login_as):
        from booking.actions import client_records

        practitioner, service = bookable_practitioner()
        login_as(practitioner.user)
        record = client_records.create(
            practitioner=practitioner, first_name="Zoé", last_name="Faure", email="zoe@exemple.fr", now=now()
        )
        return client, practitioner, service, record

    def test_found_by_two_letters_then_booked_with_one_mail(self, office) -> None:
        client, _practitioner, service, record = office
        found = client.get("/espace-praticien/series/nouvelle/?q=fa").content.decode()
        assert f"?client={record.pk}" in found
        day = (now() + dt.timedelta(days=9)).date()
        path = (
            f"/espace-praticien/series/nouvelle/?client={record.pk}&prestation={service.pk}&jour={day}&heure=21:00"
            "&semaines=2&fois=3"
        )
        page = client.get(path).content.decode()
        ticked = re.findall(r'name="date" value="([^"]+)" checked', page)
        assert len(ticked) == 3
        answer = client.post(path, {"date": ticked, "tell": "on"})
        made = Series.objects.get()
        assert answer["Location"].endswith(f"/espace-praticien/series/{made.pk}/")
        rows = made.appointments.all()
        assert [(row.status, row.record, row.booked_in_office) for row in rows] == [
            (Status.CONFIRMED, record, True)
        ] * 3
        assert [row.starts_at.astimezone(PARIS).hour for row in rows] == [21] * 3
        assert [message.to for message in OutboxMessage.objects.filter(key__contains="appointment-")] == [
            "zoe@exemple.fr"
        ]
        assert client.get(answer["Location"]).status_code == 200

    def test_one_that_is_taken_books_none(self, office) -> None:
        client, practitioner, service, record = office
        start = free_start(practitioner, service, 20)
        AppointmentFactory(practitioner=practitioner, starts_at=start + WEEK)
        local = start.astimezone(PARIS)
        path = (
            f"/espace-praticien/series/nouvelle/?client={record.pk}&prestation={service.pk}&jour={local.date()}"
            f"&heure={local:%H:%M}&semaines=1&fois=2"
        )
        both = [start.isoformat(), (start + WEEK).isoformat()]
        answer = client.post(path, {"date": both})
        assert answer.status_code == 409
        assert not Series.objects.exists()
        assert client.post(path, {"date": both[:1]}).status_code == 422

    @pytest.mark.parametrize(
        "query", ["jour=hier", "jour=9999-12-31&heure=10:00", "prestation=0&jour=2027-01-01", "heure=x&jour="]
    )
    def test_nonsense_is_a_422(self, office, query) -> None:
        client, _practitioner, _service, record = office
        assert client.get(f"/espace-praticien/series/nouvelle/?client={record.pk}&{query}").status_code == 422

    def test_somebody_elses_client_or_series_does_not_exist(self, office) -> None:
        client, _practitioner, _service, _record = office
        made, _rows = TestEnding().made()
        assert client.get(f"/espace-praticien/series/{made.pk}/").status_code == 404
        assert client.get(f"/espace-praticien/series/{made.pk}/fin/").status_code == 404
