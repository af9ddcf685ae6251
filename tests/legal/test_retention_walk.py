"""Ten years, from one end of a time to the next: nothing that the register says ends outlives it, and nothing goes too early.

When each thing must be gone is written here by hand, from the Annexe A of the specification, and not asked of the rules.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from dateutil.relativedelta import relativedelta
from django.contrib.sessions.models import Session

from accounts.models import User
from booking.actions import client_messages, client_records
from booking.actions import intake as intake_actions
from booking.actions import waiting as waiting_actions
from booking.models import (
    Appointment,
    ClientMessage,
    ClientRecord,
    ClientThread,
    IntakeAnswer,
    NotificationPreference,
    Status,
    StripeEvent,
    WaitingEntry,
)
from common import crypto
from common.models import BadAddress, OutboxMessage
from common.retention import rules
from legal.models import AcceptanceDetail, ErasedAccount, ErasureCertificate, Report
from legal.retention import dry_run, engine, periods
from practitioners.models import ApplicationItem, Practitioner, Review
from search.actions import alerts
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, HeldFactory
from tests.factories.legal import Kind, make_acceptance, make_document, make_version
from tests.factories.practitioners import PractitionerFactory, ReviewFactory
from tests.factories.retention import approve

pytestmark = pytest.mark.django_db
START = dt.datetime(2027, 1, 10, 12, 0, tzinfo=dt.UTC)
NIGHT = dt.timedelta(days=1)


@dataclass(frozen=True)
class Thing:
    """`stands` tells whether it is still there; it must until `ends`, and must not from the night after."""

    name: str
    ends: dt.datetime
    stands: Callable[[], bool]


def after(moment: dt.datetime, months: int) -> dt.datetime:
    return moment + relativedelta(months=months)


def things() -> list[Thing]:
    return [*_of_a_client(), *_of_a_practitioner(), *_of_an_applicant(), *_loose()]


def _of_a_client() -> list[Thing]:
    practitioner = PractitionerFactory()
    client = UserFactory(email="lea.walk@example.fr", first_name="Léa", last_name="Marchand", date_joined=START)
    met = START + dt.timedelta(days=20)
    row = AppointmentFactory(
        practitioner=practitioner, client=client, starts_at=met, status=Status.DONE, booked_at=START
    )
    row.record = client_records.enter(row, now=START)
    row.save(update_fields=["record"])
    row.refresh_from_db()
    record = row.record_id
    message = client_messages.write(
        record_id=record, by=ClientMessage.By.CLIENT, author=client, text="Bonjour", now=START
    )
    for about, ends in ((IntakeAnswer.About.REASON, after(met, 3)), (IntakeAnswer.About.PRACTICAL, after(met, 12))):
        IntakeAnswer.objects.create(
            appointment=row,
            about=about,
            question_text="",
            answer_sealed=crypto.encrypt("x"),
            answered_at=START,
            expires_at=ends,
        )
    accepted = make_acceptance(make_version(now=START), user=client, now=START)
    thread = message.thread_id
    erased = after(met, 36)
    answers = IntakeAnswer.objects.filter(appointment=row)
    return [
        Thing("reason", after(met, 3), lambda: answers.filter(about="reason").exists()),
        Thing("practical answers", after(met, 12), lambda: answers.filter(about="practical").exists()),
        Thing("messages", START + dt.timedelta(days=365), lambda: ClientThread.objects.filter(pk=thread).exists()),
        Thing("record", after(met, 36), lambda: ClientRecord.objects.filter(pk=record).exists()),
        Thing("client account", erased, lambda: User.objects.filter(email="lea.walk@example.fr").exists()),
        Thing(
            "acceptance",
            after(erased + NIGHT, 60),
            lambda: AcceptanceDetail.objects.filter(acceptance=accepted).exists(),
        ),
    ]


def _of_a_practitioner() -> list[Thing]:
    """The contract ends in the second year; the client goes on with somebody else, so that only the contract ends the rest."""
    ended = after(START, 14)
    practitioner = PractitionerFactory(first_name="Odile", last_name="Vasseur")
    review = ReviewFactory(practitioner=practitioner)
    regular = UserFactory(email="regulier@example.fr", date_joined=START)
    mine = AppointmentFactory(
        practitioner=practitioner,
        client=regular,
        status=Status.DONE,
        starts_at=START + NIGHT,
        booked_at=START,
        contact_phone="+33611223344",
    )
    AppointmentFactory(client=regular, starts_at=after(START, 115), booked_at=START)
    version = make_version(make_document(Kind.CONTRACT), now=START)
    accepted = make_acceptance(version, user=practitioner.user, now=START)
    Practitioner.objects.filter(pk=practitioner.pk).update(status="ended", ended_at=ended, listed_at=START)
    gone = after(ended, 60)
    return [
        Thing("review", ended, lambda: Review.objects.filter(pk=review.pk).exists()),
        Thing("appointment", gone, lambda: bool(Appointment.objects.get(pk=mine.pk).contact_email)),
        Thing("practitioner", gone, lambda: bool(Practitioner.objects.get(pk=practitioner.pk).last_name)),
        Thing(
            "practitioner's account", gone, lambda: not ErasedAccount.objects.filter(user=practitioner.user).exists()
        ),
        Thing("practitioner's acceptance", gone, lambda: AcceptanceDetail.objects.filter(acceptance=accepted).exists()),
    ]


def _of_an_applicant() -> list[Thing]:
    refused = PractitionerFactory(first_name="Nadia", last_name="Loubet", applying=True, submitted_at=START)
    Practitioner.objects.filter(pk=refused.pk).update(status="refused", created_at=START)
    User.objects.filter(pk=refused.user_id).update(date_joined=START)
    item = ApplicationItem.objects.create(practitioner=refused, kind="siret", value="x", provided_at=START)
    return [
        Thing("refused application", after(START, 24), lambda: bool(Practitioner.objects.get(pk=refused.pk).last_name)),
        Thing("its items", after(START, 24), lambda: ApplicationItem.objects.filter(pk=item.pk).exists()),
    ]


def _loose() -> list[Thing]:
    held = HeldFactory(
        starts_at=START + NIGHT,
        status=Status.EXPIRED,
        hold_expires_at=START,
        contact_email="curieux@example.fr",
        contact_last_name="Curieux",
    )
    BadAddress.objects.create(address="perdu@example.fr", flagged_at=START)
    Session.objects.create(session_key="walk", session_data="x", expire_date=START)
    OutboxMessage.objects.create(
        key="walk", to="nobody@example.fr", subject="Bonjour", text="Léa", status="sent", next_attempt_at=START
    )
    OutboxMessage.objects.filter(key="walk").update(created_at=START)
    NotificationPreference.objects.create(address="sans-compte@example.fr", updated_at=START)
    StripeEvent.objects.create(
        event_id="evt_walk", type="x", payload={}, received_at=START, processed_at=START, next_attempt_at=START
    )
    practitioner = PractitionerFactory()
    waiting = WaitingEntry.objects.create(
        practitioner=practitioner, service=practitioner.services.get(), email="attend@example.fr", state="left",
        created_at=START, ended_at=START, first_day=START.date(), until=START.date(),
    )  # fmt: skip
    team = UserFactory()
    report = Report.objects.create(
        reference="WALK", content_type_id=1, object_id=1, subject_label="x", ground="other", text="x", reporter_email="s@example.fr",
        received_at=START, status="decided", decision="keep", reason="x", rule="x", decided_at=START, decided_by=team,
    )  # fmt: skip
    said = OutboxMessage.objects.filter(key="walk")
    return [
        Thing("unbooked details", after(START, 1), lambda: bool(Appointment.objects.get(pk=held.pk).contact_email)),
        Thing("bad address", after(START, 12), lambda: BadAddress.objects.filter(address="perdu@example.fr").exists()),
        Thing("session", START, lambda: Session.objects.filter(session_key="walk").exists()),
        Thing("words of a message", after(START, 12), lambda: said.exclude(text="").exists()),
        Thing("proof of a message", after(START, 60), said.exists),
        Thing(
            "choices of an address", after(START, 36), lambda: NotificationPreference.objects.filter(user=None).exists()
        ),
        Thing("Stripe's event", after(START, 13), lambda: StripeEvent.objects.filter(event_id="evt_walk").exists()),
        Thing(
            "waiting list", START + dt.timedelta(days=90), lambda: WaitingEntry.objects.filter(pk=waiting.pk).exists()
        ),
        Thing("report", after(START, 60), lambda: Report.objects.filter(pk=report.pk).exists()),
    ]


def night(now: dt.datetime) -> None:
    """All that beat runs at night on personal data."""
    intake_actions.purge(now=now)
    client_messages.forget(now=now)
    waiting_actions.purge(now=now)
    alerts.purge(now)
    engine.run(now=now)


def test_nothing_outlives_its_time_and_nothing_goes_too_early(settings, django_capture_on_commit_callbacks):
    settings.RETENTION_BRAKE_ROWS = 10_000
    known = things()
    approve(now=START)
    every_year = [START + relativedelta(years=year) for year in range(1, 11)]
    moments = sorted({*every_year, *(each.ends - NIGHT for each in known), *(each.ends + NIGHT for each in known)})
    ended: set[str] = set()
    for now in moments:
        if now < START:
            continue
        with django_capture_on_commit_callbacks(execute=True):
            night(now)
        for each in known:
            if now <= each.ends:
                assert each.stands(), f"{each.name} went too early, before {now:%Y-%m-%d}"
            else:
                assert not each.stands(), f"{each.name} outlived {each.ends:%Y-%m-%d}: {now:%Y-%m-%d}"
                ended.add(each.name)
        overdue = {rule.key: dry_run.expired(rule, periods.months_of(rule), now - NIGHT).count() for rule in rules}
        assert not any(overdue.values()), f"{now:%Y-%m-%d}: {overdue}"
    assert ended == {each.name for each in known}
    assert ErasureCertificate.objects.count() >= 10
