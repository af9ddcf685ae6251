"""What the walk of ten years watches, beyond clients and practitioners: each thing with the end that the Annexe A gives it."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta
from django.core.files.base import ContentFile

from accounts.models import User
from booking.models import (
    ClientImport,
    ClientRequest,
    ClientRequestEvent,
    ClientRequestWords,
    Closure,
    FirstMessage,
    GroupSession,
    IntakeConsent,
    IntakeConsentDetail,
    PaymentLink,
    Status,
    Withdrawal,
    WithdrawalWords,
)
from common import history
from common.models import ExportRecord, ReadingLog
from legal.consents import proofs, subscriptions
from legal.consents.proofs import Circumstances
from legal.exchanges import conversations
from legal.models import (
    ConsentDetail,
    DataCopy,
    Death,
    Exchange,
    IdentityProof,
    ProofFile,
    ProofFileReason,
    RightsFile,
    RightsPerson,
    RightsRequest,
    Subscription,
)
from legal.rights.actions import closings
from practitioners.models import Harvest, Practitioner
from search.actions import alert_consents
from search.models import AlertConsentDetail, SearchAlert
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory
from tests.factories.practitioners import PractitionerFactory
from tests.factories.rights import make_request

START = dt.datetime(2027, 1, 10, 12, 0, tzinfo=dt.UTC)
NIGHT = dt.timedelta(days=1)
FIVE_YEARS_IN_DAYS = dt.timedelta(days=5 * 366)


@dataclass(frozen=True)
class Thing:
    """`stands` tells whether it is still there; it must until `ends`, and must not from the night after. `rule` ends it."""

    name: str
    ends: dt.datetime
    stands: Callable[[], bool]
    rule: str


def after(moment: dt.datetime, months: int) -> dt.datetime:
    return moment + relativedelta(months=months)


def others() -> list[Thing]:
    return [*_of_a_contract(), *_asked(), *_consented(), *_written(), *_of_rights(), *_of_the_team()]


def _of_a_contract() -> list[Thing]:
    """Words around appointments, which the end of the contract ends five years later; those of a request and a withdrawal before."""
    ended = after(START, 8)
    practitioner = PractitionerFactory(first_name="Irène", last_name="Delmas")
    Practitioner.objects.filter(pk=practitioner.pk).update(status="ended", ended_at=ended, listed_at=START)
    absence = Closure.objects.create(
        practitioner=practitioner, first_day=START.date(), last_day=START.date(), note="Chez Léa"
    )
    hour = dt.timedelta(hours=1)
    group = GroupSession.objects.create(
        practitioner=practitioner, service=practitioner.services.get(), mode="cabinet", starts_at=START, ends_at=START + hour,
        busy_start=START, busy_end=START + hour, timezone="Europe/Paris", seats=4, note="Léa a mal au dos",
    )  # fmt: skip
    # With somebody of whom nothing else is watched, and who goes on elsewhere.
    regular = UserFactory(date_joined=START)
    AppointmentFactory(client=regular, starts_at=after(START, 115), booked_at=START)
    row = AppointmentFactory(
        practitioner=practitioner, client=regular, status=Status.DONE, starts_at=START + 2 * NIGHT, booked_at=START
    )
    link = PaymentLink.objects.create(
        appointment=row, token="walk", amount_cents=6000, message="Pour Léa", created_by=practitioner.user, created_at=START,
        expires_at=START + NIGHT, withdrawn_at=START,
    )  # fmt: skip
    request = ClientRequest.objects.create(
        reference="WALKREQ", appointment=row, kind="refund", state="closed", opened_at=START, answer_by=START + NIGHT,
        answered_at=START, ended_at=START,
    )  # fmt: skip
    event = ClientRequestEvent.objects.create(request=request, what="opened", by="client", actor=regular, at=START)
    ClientRequestWords.objects.create(event=event, text="Léa n’est pas contente")
    withdrawal = Withdrawal.objects.create(
        reference="WALKWD", declared_at=START, known="not", standing="unknown", actor=regular
    )
    WithdrawalWords.objects.create(withdrawal=withdrawal, name="Léa", email="lea@example.fr", contract="Séance")
    gone = after(ended, 60)
    return [
        Thing("note of an absence", gone, Closure.objects.filter(pk=absence.pk).exists, "agenda-notes"),
        Thing("note of a group", gone, GroupSession.objects.filter(pk=group.pk).exclude(note="").exists, "group-notes"),
        Thing("words of a link", gone, PaymentLink.objects.filter(pk=link.pk).exclude(message="").exists, "payment-words"),
        Thing("words of a request", after(START, 60), ClientRequestWords.objects.filter(event=event).exists, "request-words"),
        Thing(
            "words of a withdrawal",
            after(START, 60),
            WithdrawalWords.objects.filter(withdrawal=withdrawal).exists,
            "withdrawal-words",
        ),
    ]  # fmt: skip


def _asked() -> list[Thing]:
    """A file of clients that nobody confirmed, an alert, and what was agreed to for each."""
    practitioner = PractitionerFactory()
    uploaded = ClientImport.objects.create(
        practitioner=practitioner, text="Léa;Marchand", digest="x", encoding="utf-8", delimiter=";", uploaded_at=START
    )
    agreed = IntakeConsent.append(commitment="a" * 64, recorded_at=START, event="given", about="reason")
    detail = IntakeConsentDetail.objects.create(
        consent=agreed, reference="WALK", email="alerte@example.fr", text="J’accepte", salt="x"
    )
    last_day = (START + 30 * NIGHT).date()
    alert = SearchAlert.objects.create(
        email="alerte@example.fr", query="x", label="Yoga", months=6, token_hash="walk", token_sealed="x",
        created_at=START, asked_at=START, confirmed_at=START, ends_on=last_day,
    )  # fmt: skip
    proof = alert_consents.record(alert=alert, event="given", how=alert_consents.Circumstances(), now=START)
    alert_ends = dt.datetime.combine(last_day, dt.time(23), tzinfo=dt.UTC)
    unconfirmed = FirstMessage.objects.create(
        practitioner=practitioner, first_name="Léa", email="lea@exemple.fr", text="Une question", asked_at=START
    )
    collected = Harvest.objects.create(
        practitioner=practitioner, read_on=START.date(), network="a" * 8, received_at=START
    )
    return [
        Thing(
            "unconfirmed", START + 2 * NIGHT, FirstMessage.objects.filter(pk=unconfirmed.pk).exists, "first-messages"
        ),
        Thing("harvest", after(START, 6), Harvest.objects.filter(pk=collected.pk).exists, "harvests"),
        Thing("file of clients", START + NIGHT, ClientImport.objects.filter(pk=uploaded.pk).exists, "imports"),
        Thing(
            "agreement about a reason",
            START + FIVE_YEARS_IN_DAYS,
            IntakeConsentDetail.objects.filter(pk=detail.pk).exists,
            "intake-consents",
        ),
        Thing("alert", alert_ends, SearchAlert.objects.filter(pk=alert.pk).exists, "alerts"),
        Thing(
            "agreement about an alert",
            START + 31 * NIGHT + FIVE_YEARS_IN_DAYS,
            AlertConsentDetail.objects.filter(consent=proof).exists,
            "alert-consents",
        ),
    ]


def _consented() -> list[Thing]:
    """A letter that nobody renewed; the choice of an anonymous visitor."""
    how = Circumstances(text="Je souhaite la lettre", page="/lettre/")
    letter = subscriptions._new("lettre@example.fr", "newsletter", START)
    letter.save()
    proofs.record(subject=letter.subject, topic="newsletter", event="given", how=how, now=START, email=letter.email)
    Subscription.objects.filter(pk=letter.pk).update(confirmed_at=START, last_contact_at=START, renewal_asked_at=START)
    videos = uuid.uuid4()
    proofs.record(subject=videos, topic="videos", event="given", how=how, now=START)
    until = after(START, 36)
    return [
        Thing("letter", until, Subscription.objects.filter(pk=letter.pk).exists, "subscriptions"),
        Thing(
            "agreement about the letter",
            after(until + NIGHT, 60),
            ConsentDetail.objects.filter(subject=letter.subject).exists,
            "consent-details",
        ),
        Thing(
            "agreement about videos", after(START, 60), ConsentDetail.objects.filter(subject=videos).exists, "consent-details"
        ),
    ]  # fmt: skip


def _written() -> list[Thing]:
    contact = conversations.write_to_us(
        email="visiteur@example.fr", name="Visiteur", category="other", subject="Bonjour", text="Une question", now=START
    )  # fmt: skip
    helped = UserFactory(date_joined=START)
    AppointmentFactory(client=helped, starts_at=after(START, 115), booked_at=START)
    support = conversations.ask_for_help(user=helped, category="other", subject="Aide", text="Au secours", now=START)
    conversations.close(exchange=support, now=START + 5 * NIGHT)
    return [
        Thing("contact", after(START, 36), Exchange.objects.filter(pk=contact.pk).exists, "contacts"),
        Thing("help", START + 5 * NIGHT, Exchange.objects.filter(pk=support.pk).exists, "support"),
    ]


def _of_rights() -> list[Thing]:
    leaver = UserFactory(email="partie@example.fr", date_joined=START, last_login=START)
    closings.ask(user=leaver, now=START)
    copied = UserFactory(date_joined=START)
    AppointmentFactory(client=copied, starts_at=after(START, 115), booked_at=START)
    copy = DataCopy(user=copied, state="ready", asked_at=START, ready_at=START, expires_at=START + 7 * NIGHT)
    copy.file.save("copie.zip", ContentFile(b"x"), save=False)
    copy.save()
    dead = UserFactory(date_joined=after(START, 100), is_active=False)
    death = Death.objects.create(
        user=dead, document="Acte 12", relation="sa fille", recorded_by=UserFactory(is_staff=True), recorded_at=START,
        outcome="kept", reason="x", carried_out_by=UserFactory(is_staff=True), carried_out_at=START,
    )  # fmt: skip
    request = make_request(now=START)
    proof = IdentityProof(request=request, document="passport", uploaded_at=START)
    proof.file.save("passeport.pdf", ContentFile(b"x"))
    joined = RightsFile(request=request, name="fiche.pdf", size=1, sha256="x", added_at=START)
    joined.file.save("fiche.pdf", ContentFile(b"x"))
    RightsRequest.objects.filter(pk=request.pk).update(state="answered", answered_at=START, answered_on=START.date())
    return [
        Thing("account asked to be closed", after(START, 6), User.objects.filter(email=leaver.email).exists, "closed-accounts"),
        Thing("copy", START + 7 * NIGHT, DataCopy.objects.filter(pk=copy.pk).exclude(file="").exists, "data-copies"),
        Thing("document of a death", after(START, 60), Death.objects.filter(pk=death.pk).exclude(document="").exists, "death-words"),
        Thing("proof of identity", after(START, 3), IdentityProof.objects.filter(pk=proof.pk).exists, "identity-proofs"),
        Thing("file of an answer", after(START, 3), RightsFile.objects.filter(pk=joined.pk).exists, "rights-files"),
        Thing("who asked", after(START, 60), RightsPerson.objects.filter(pk=request.pk).exists, "rights-requests"),
    ]  # fmt: skip


def _of_the_team() -> list[Thing]:
    reader = UserFactory(is_staff=True)
    file = ProofFile.append(
        commitment="b" * 64, recorded_at=START, reference="WALKPF", kind="report", object_id=1, object_label="x", made_by=reader
    )  # fmt: skip
    ProofFileReason.objects.create(proof_file=file, text="Litige avec Léa")
    reading = ReadingLog.objects.create(reader=reader, subject="legal.Report:1", reason="Litige", read_at=START)
    export = ExportRecord.objects.create(
        exporter=reader, kind="x", subject="x", format="csv", reason="Litige", exported_at=START
    )
    history.seal(now=START + NIGHT)
    return [
        Thing("reason of a proof file", after(START, 60), ProofFileReason.objects.filter(pk=file.pk).exists, "proof-files"),
        Thing("reading by the team", after(START, 60), ReadingLog.objects.filter(pk=reading.pk).exists, "readings"),
        Thing("export by the team", after(START, 60), ExportRecord.objects.filter(pk=export.pk).exists, "exports"),
    ]  # fmt: skip
