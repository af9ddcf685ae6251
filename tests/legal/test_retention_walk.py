"""Ten years, from one end of a time to the next: nothing that the register says ends outlives it, and nothing goes too early.

When each thing must be gone is written here by hand, from the Annexe A of the specification, and not asked of the rules.
"""

import datetime as dt

import pytest
from dateutil.relativedelta import relativedelta
from django.apps import apps
from django.contrib.sessions.models import Session

from accounts.models import User
from booking.actions import client_imports, client_messages, client_records, first_messages
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
from common import crypto, history, privacy
from common.models import BadAddress, OutboxMessage
from common.personal_rows import trails
from common.retention import rules
from legal.models import AcceptanceDetail, ErasedAccount, ErasureCertificate, Report, ReportComplaint
from legal.retention import dry_run, engine, periods
from legal.rights.actions import closings, copies
from practitioners.models import ApplicationItem, Practitioner, Review
from search.actions import alerts
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, HeldFactory
from tests.factories.legal import Kind, make_acceptance, make_document, make_version
from tests.factories.practitioners import PractitionerFactory, ReviewFactory
from tests.factories.retention import approve
from tests.legal.walked import NIGHT, START, Thing, after, others
from tests.legal.walked_accounts import of_the_accounts
from tests.legal.walked_registers import of_the_registers

pytestmark = pytest.mark.django_db


def things() -> list[Thing]:
    return [
        *_of_a_client(),
        *_of_a_practitioner(),
        *_of_an_applicant(),
        *_loose(),
        *others(),
        *of_the_accounts(),
        *of_the_registers(),
    ]


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
        Thing("reason", after(met, 3), lambda: answers.filter(about="reason").exists(), "intake-answers"),
        Thing(
            "practical answers", after(met, 12), lambda: answers.filter(about="practical").exists(), "intake-answers"
        ),
        Thing(
            "messages",
            START + dt.timedelta(days=365),
            lambda: ClientThread.objects.filter(pk=thread).exists(),
            "exchanges",
        ),
        Thing("record", after(met, 36), lambda: ClientRecord.objects.filter(pk=record).exists(), "client-records"),
        Thing(
            "client account",
            erased,
            lambda: User.objects.filter(email="lea.walk@example.fr").exists(),
            "client-accounts",
        ),
        Thing(
            "acceptance",
            after(erased + NIGHT, 60),
            lambda: AcceptanceDetail.objects.filter(acceptance=accepted).exists(),
            "acceptance-details",
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
        Thing("review", ended, lambda: Review.objects.filter(pk=review.pk).exists(), "reviews"),
        Thing("appointment", gone, lambda: bool(Appointment.objects.get(pk=mine.pk).contact_email), "appointments"),
        Thing(
            "practitioner", gone, lambda: bool(Practitioner.objects.get(pk=practitioner.pk).last_name), "practitioners"
        ),
        Thing(
            "practitioner's account",
            gone,
            lambda: not ErasedAccount.objects.filter(user=practitioner.user).exists(),
            "practitioners",
        ),
        Thing(
            "practitioner's acceptance",
            gone,
            lambda: AcceptanceDetail.objects.filter(acceptance=accepted).exists(),
            "practitioner-acceptances",
        ),
    ]


def _of_an_applicant() -> list[Thing]:
    refused = PractitionerFactory(first_name="Nadia", last_name="Loubet", applying=True, submitted_at=START)
    Practitioner.objects.filter(pk=refused.pk).update(status="refused", created_at=START)
    User.objects.filter(pk=refused.user_id).update(date_joined=START)
    item = ApplicationItem.objects.create(practitioner=refused, kind="siret", value="x", provided_at=START)
    return [
        Thing(
            "refused application",
            after(START, 24),
            lambda: bool(Practitioner.objects.get(pk=refused.pk).last_name),
            "applications",
        ),
        Thing(
            "its items", after(START, 24), lambda: ApplicationItem.objects.filter(pk=item.pk).exists(), "applications"
        ),
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
    contested = Report.objects.create(
        reference="WALK2", content_type_id=1, object_id=2, subject_label="x", ground="other", text="x", reporter_email="s@example.fr",
        received_at=START, status="decided", decision="keep", reason="x", rule="x", decided_at=START, decided_by=team,
    )  # fmt: skip
    complaint = ReportComplaint.objects.create(
        report=contested, side="reporter", text="x", email="s@example.fr", received_at=START, deadline=START, first_decider=team,
        status="decided", outcome="upheld", reason="x", rule="x", decided_at=START, decided_by=UserFactory(),
    )  # fmt: skip
    said = OutboxMessage.objects.filter(key="walk")
    return [
        Thing(
            "unbooked details",
            after(START, 1),
            lambda: bool(Appointment.objects.get(pk=held.pk).contact_email),
            "unbooked-details",
        ),
        Thing(
            "bad address",
            after(START, 12),
            lambda: BadAddress.objects.filter(address="perdu@example.fr").exists(),
            "bad-addresses",
        ),
        Thing("session", START, lambda: Session.objects.filter(session_key="walk").exists(), "sessions"),
        Thing("words of a message", after(START, 12), lambda: said.exclude(text="").exists(), "message-words"),
        Thing("proof of a message", after(START, 60), said.exists, "messages"),
        Thing(
            "choices of an address",
            after(START, 36),
            lambda: NotificationPreference.objects.filter(user=None).exists(),
            "addresses-without-account",
        ),
        Thing(
            "Stripe's event",
            after(START, 13),
            lambda: StripeEvent.objects.filter(event_id="evt_walk").exists(),
            "stripe-events",
        ),
        Thing(
            "waiting list",
            START + dt.timedelta(days=90),
            lambda: WaitingEntry.objects.filter(pk=waiting.pk).exists(),
            "waiting-list",
        ),
        Thing(
            "complaint", after(START, 60), ReportComplaint.objects.filter(pk=complaint.pk).exists, "report-complaints"
        ),
        Thing("report", after(START, 60), lambda: Report.objects.filter(pk=report.pk).exists(), "reports"),
    ]


def night(now: dt.datetime) -> None:
    """All that beat runs at night on personal data."""
    intake_actions.purge(now=now)
    client_messages.forget(now=now)
    client_imports.forget(now=now)
    first_messages.forget(now=now)
    waiting_actions.purge(now=now)
    alerts.purge(now)
    closings.close_due(now=now)
    copies.sweep(now=now)
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
        if now in every_year:
            overdue = {rule.key: dry_run.expired(rule, periods.months_of(rule), now - NIGHT).count() for rule in rules}
            assert not any(overdue.values()), f"{now:%Y-%m-%d}: {overdue}"
    assert ended == {each.name for each in known}
    assert ErasureCertificate.objects.count() >= 10
    # What ended of a sealed history is known to have ended; one row less, and it is named.
    assert [each for each in history.problems() if "readinglog" in each.where] == []
    assert {each.rule for each in known} == {rule.key for rule in rules}, "each rule ends something in this walk"


CHAIN = "maillon d’une chaîne : engagement sans personne, le détail à part est détruit"
STEPS = "étapes sans texte ; les personnes y sont des numéros, que l’effacement du compte vide"
ACCOUNTS = "des montants, des dates et des références : sans personne une fois les noms et les comptes effacés ; la base refuse qu’ils changent"
WITH_ITS_INVOICE = "vidées ou effacées avec leur facture, par sa règle"
AGREED = "texte juridique publié que des personnes ont accepté : preuve, gardée avec les acceptations"
TEAM = "travail des équipes : le nom d’un compte de l’équipe part avec son compte"
INDEX = "suit la fiche publique, reconstruit sans elle"
WITH_ITS_BREACH = "effacées avec la violation, par sa règle"
BY_HAND = "durée provisoire, hors de l’annexe A : fin à la main, dite par le registre"
# Bound models that no night ends, and why; everything else is ended by a rule of the walk, with a row of it, or with an account.
NOT_BY_A_NIGHT = {
    INDEX: ["search.TallyDelta", "search.PendingChange", "search.SearchPoint", "practitioners.ProfilePage"],
    CHAIN: ["search.AlertConsent", "booking.IntakeConsent", "legal.Acceptance", "legal.ConsentProof", "legal.ProofFile"],
    STEPS: [
        "booking.AppointmentEvent", "booking.ClientRequest", "booking.ClientRequestEvent", "booking.Withdrawal",
        "booking.WithdrawalStep", "booking.Series", "booking.PolicyVersion", "booking.IntakeSettings", "legal.RightsRequest",
        "legal.RightsEvent", "legal.RightsWords", "legal.AfterDeathWish", "legal.AfterDeathWords", "legal.AccountClosing",
        "legal.RightsChoice", "legal.ErasedAccount", "legal.FileToErase",
    ],
    ACCOUNTS: [
        "booking.StripeAccount", "booking.Payment", "booking.Refund", "booking.PaymentEvent", "booking.Dispute",
        "booking.DisputeEvent", "booking.Payout", "booking.PayoutLine", "booking.LedgerTransaction",
        "booking.LedgerLine", "booking.ProcessingFeeToRead", "booking.InvoicingSettings", "booking.LateStep", "booking.ServiceSubscriber",
        "booking.SubscriptionEvent", "booking.SubscriptionPayment", "booking.SubscriptionRefund", "booking.SubscriptionDispute",
    ],
    WITH_ITS_INVOICE: ["booking.InvoiceLine", "booking.InvoiceFile"],
    AGREED: ["legal.LegalVersion", "legal.LegalDocument", "legal.LegalTranslation"],
    TEAM: [
        "legal.ArticleComment", "legal.OperatorValue", "legal.AnswerTemplate", "legal.LegalHold", "legal.RetentionApproval",
        "legal.ActivityVersion", "legal.ProviderAnswer", "legal.ProviderChange", "legal.ProviderHistory",
        "legal.ClaimChange", "legal.ClaimWaiver", "legal.ClaimFinding", "legal.AccessibilityAudit", "booking.MessageWording",
    ],
    WITH_ITS_BREACH: ["legal.BreachEvent", "legal.BreachMessage"],
    BY_HAND: ["practitioners.StructurePage"],
}  # fmt: skip


def test_each_binding_of_the_register_ends_by_a_rule_or_an_account_or_a_reason_says_why_not():
    """A model bound to an activity with a time, that nothing ends and nothing excuses, is named here."""
    excused = {model for models in NOT_BY_A_NIGHT.values() for model in models}
    ended = {rule.model for rule in rules} | {trail.model for trail in trails if trail.ends_with_account}
    bound = {
        (activity.key, each.model)
        for activity in privacy.activities
        if activity.retention.months is not None
        for each in activity.bindings
    }
    unsaid = {(key, model) for key, model in bound if model not in ended | excused and not _goes_with(model, ended)}
    assert unsaid == set()
    assert excused <= {model for _key, model in bound}, "excused, and bound no more"
    assert excused & ended == set(), "excused, and ended all the same"


def _goes_with(model: str, ended: set[str]) -> bool:
    """Deleted with a row that ends."""
    fields = [field for field in apps.get_model(model)._meta.concrete_fields if field.is_relation]
    return any(
        field.remote_field.on_delete.__name__ == "CASCADE" and field.related_model._meta.label in ended
        for field in fields
    )
