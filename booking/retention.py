"""The end of what booking keeps of clients (Annexe A): accounts, records, what was typed and not booked, appointments, words."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from booking.models import (
    Appointment,
    ClientImport,
    ClientRecord,
    ClientRequestWords,
    ClientThread,
    Closure,
    FirstMessage,
    GroupSession,
    IntakeAnswer,
    IntakeConsentDetail,
    NotificationPreference,
    PaymentLink,
    Proposal,
    StripeEvent,
    WaitingEntry,
    WithdrawalWords,
)
from booking.models.appointment import NEVER_BOOKED
from common.privacy import Fate
from common.retention import Rule, account_parts, keep_until
from legal.retention import people

PRACTITIONER = (("practitioners.Practitioner", "practitioner_id"),)
APPOINTMENT = (("booking.Appointment", "appointment_id"),)
_NOBODY: dict[str, Any] = {
    "contact_first_name": "", "contact_last_name": "", "contact_email": "", "contact_phone": "", "attendee_first_name": "",
    "attendee_last_name": "", "home_street": "", "home_complement": "", "home_postal_code": "", "home_commune": None, "relative": None,
}  # fmt: skip
_NAMELESS = Q(**{name: value for name, value in _NOBODY.items() if value == ""}, home_commune=None, relative=None)
_BLANK: dict[str, Any] = {
    "first_name": "", "last_name": "", "folded_name": "", "email": "", "phone": "", "note": "", "tags": [], "user": None,
}  # fmt: skip


def register() -> None:
    _of_clients()
    _of_appointments()
    _done_elsewhere()
    account_parts.register("booking", _with_the_account, order=50)


def _of_clients() -> None:
    keep_until(
        Rule(
            key="client-accounts",
            activity="client-accounts",
            model="accounts.User",
            says="Comptes de clients sans rendez-vous ni connexion depuis lors : effacés ; il reste un numéro.",
            expired=_unused_accounts,
            end=people.erase_accounts,
            people=("pk",),
        ),
        Rule(
            key="client-records",
            activity="client-follow-up",
            model="booking.ClientRecord",
            addresses=("email",),
            says="Fiches de clients sans rendez-vous ni message depuis lors : effacées, avec leur échange.",
            expired=_unused_records,
            end=_end_records,
            people=("user_id",),
            objects=PRACTITIONER,
        ),
        Rule(
            key="addresses-without-account",
            activity="notification-choices",
            model="booking.NotificationPreference",
            addresses=("address",),
            says="Choix de rappels d’une adresse sans compte : effacés.",
            expired=lambda moment: NotificationPreference.objects.filter(user=None, updated_at__lt=moment),
        ),
    )


def _of_appointments() -> None:
    keep_until(
        Rule(
            key="unbooked-details",
            activity="unbooked",
            model="booking.Appointment",
            addresses=("contact_email",),
            says="Noms et coordonnées saisis pour un horaire qui n’a pas été réservé : effacés.",
            expired=lambda moment: Appointment.objects.filter(
                status__in=NEVER_BOOKED, hold_expires_at__lt=moment
            ).exclude(_NAMELESS & Q(holder_key__in=["", "-"], client=None)),
            end=_end_unbooked,
            fate=Fate.ANONYMISE,
            people=("client_id",),
        ),
        Rule(
            key="appointments",
            activity="appointments",
            model="booking.Appointment",
            addresses=("contact_email",),
            says="Rendez-vous d’un praticien dont le contrat est fini : noms, coordonnées et adresses effacés ; les dates et les prix"
            " restent, sans personne.",
            expired=lambda moment: Appointment.objects.filter(practitioner__ended_at__lt=moment).exclude(_NAMELESS),
            end=_end_appointments,
            fate=Fate.ANONYMISE,
            people=("client_id", "practitioner__user_id"),
            objects=PRACTITIONER,
        ),
        Rule(
            key="agenda-notes",
            activity="appointments",
            model="booking.Closure",
            says="Absences et notes d’agenda d’un praticien dont le contrat est fini : effacées.",
            expired=lambda moment: Closure.objects.filter(practitioner__ended_at__lt=moment),
            people=("practitioner__user_id",),
            objects=PRACTITIONER,
        ),
        Rule(
            key="group-notes",
            activity="group-sessions",
            model="booking.GroupSession",
            says="Notes des séances de groupe d’un praticien dont le contrat est fini : vidées.",
            expired=lambda moment: GroupSession.objects.filter(practitioner__ended_at__lt=moment).exclude(note=""),
            end=_empty_notes,
            fate=Fate.ANONYMISE,
            people=("practitioner__user_id",),
            objects=PRACTITIONER,
        ),
        Rule(
            key="payment-words",
            activity="payments",
            model="booking.PaymentLink",
            says="Messages des liens de paiement d’un praticien dont le contrat est fini : vidés.",
            expired=lambda moment: PaymentLink.objects.filter(appointment__practitioner__ended_at__lt=moment).exclude(
                message=""
            ),
            end=_empty_messages,
            fate=Fate.ANONYMISE,
            people=("appointment__client_id", "appointment__practitioner__user_id"),
            objects=APPOINTMENT,
        ),
        Rule(
            key="stripe-events",
            activity="payment-events",
            model="booking.StripeEvent",
            says="Événements reçus de Stripe et traités : effacés.",
            expired=lambda moment: StripeEvent.objects.filter(received_at__lt=moment, processed_at__isnull=False),
        ),
        Rule(
            key="request-words",
            activity="client-requests",
            model="booking.ClientRequestWords",
            says="Texte des demandes terminées : effacé ; les étapes restent.",
            expired=lambda moment: ClientRequestWords.objects.filter(event__request__ended_at__lt=moment),
            people=("event__request__appointment__client_id", "event__request__appointment__practitioner__user_id"),
            objects=(("booking.Appointment", "event__request__appointment_id"),),
        ),
        Rule(
            key="withdrawal-words",
            activity="withdrawals",
            model="booking.WithdrawalWords",
            says="Nom et adresse de qui s’est rétracté : effacés ; la déclaration reste.",
            expired=lambda moment: WithdrawalWords.objects.filter(withdrawal__declared_at__lt=moment),
            people=("withdrawal__actor_id", "withdrawal__appointment__client_id"),
            objects=(("booking.Appointment", "withdrawal__appointment_id"),),
        ),
    )


def _done_elsewhere() -> None:
    """What the apps end themselves, sooner and oftener; the run only watches that it is done."""
    keep_until(
        Rule(
            key="intake-answers",
            activity="reason-and-health",
            model="booking.IntakeAnswer",
            says="Motif de la venue et réponses sur la santé après trois mois, autres réponses après un an : effacés.",
            expired=lambda moment: IntakeAnswer.objects.filter(expires_at__lt=moment),
            months=0,
            people=("appointment__client_id",),
            objects=APPOINTMENT,
            done_by="purge-intake",
        ),
        Rule(
            key="intake-consents",
            activity="intake-consents",
            model="booking.IntakeConsentDetail",
            addresses=("email",),
            says="Identité dans les preuves d’accord : détruite ; la chaîne reste valide.",
            expired=lambda moment: IntakeConsentDetail.objects.filter(consent__recorded_at__lt=moment),
            months=61,
            done_by="purge-intake",
        ),
        Rule(
            key="exchanges",
            activity="client-messages",
            model="booking.ClientThread",
            says="Échanges de messages sans nouvelle depuis un an : effacés.",
            expired=lambda moment: ClientThread.objects.filter(last_at__lt=moment),
            months=12,
            people=("record__user_id", "record__practitioner__user_id"),
            objects=(("booking.ClientRecord", "record_id"),),
            done_by="forget-exchanges",
        ),
        Rule(
            key="first-messages",
            activity="client-messages",
            model="booking.FirstMessage",
            addresses=("email",),
            says="Messages écrits depuis une page et que personne n’a confirmés en deux jours : effacés.",
            expired=lambda moment: FirstMessage.objects.filter(asked_at__lt=moment - dt.timedelta(days=2)),
            months=0,
            objects=PRACTITIONER,
            done_by="forget-exchanges",
        ),
        Rule(
            key="imports",
            activity="client-follow-up",
            model="booking.ClientImport",
            says="Fichiers de clients que personne n’a confirmés dans la journée : effacés.",
            expired=lambda moment: ClientImport.objects.filter(
                applied_at=None, uploaded_at__lt=moment - dt.timedelta(days=1)
            ),
            months=0,
            done_by="forget-exchanges",
        ),
        Rule(
            key="waiting-list",
            activity="waiting-list",
            model="booking.WaitingEntry",
            addresses=("email",),
            says="Inscriptions terminées sur une liste d’attente : effacées.",
            expired=lambda moment: WaitingEntry.objects.filter(ended_at__lt=moment),
            months=3,
            people=("user_id",),
            done_by="purge-waiting-list",
        ),
    )


def _unused_accounts(moment: dt.datetime) -> QuerySet[User, Any]:
    """Clients only: a practitioner's account ends with the contract, a member of the team's by hand."""
    seen = Q(last_login__gte=moment) | Q(date_joined__gte=moment)
    clients = User.objects.filter(erased=None, practitioner=None, is_staff=False, is_superuser=False, groups=None)
    booked = Appointment.objects.filter(client=OuterRef("pk"), starts_at__gte=moment)
    waits = WaitingEntry.objects.filter(user=OuterRef("pk"), state__in=WaitingEntry.LIVE)
    return clients.exclude(seen).exclude(Exists(booked)).exclude(Exists(waits))


def _unused_records(moment: dt.datetime) -> QuerySet[ClientRecord, Any]:
    """Whose relation with the practitioner is older than `moment`; those made nameless are not found again."""
    booked = Appointment.objects.filter(record=OuterRef("pk"), starts_at__gte=moment)
    wrote = ClientThread.objects.filter(record=OuterRef("pk"), last_at__gte=moment)
    rows = ClientRecord.objects.filter(created_at__lt=moment).exclude(**_BLANK)
    return rows.exclude(Exists(booked)).exclude(Exists(wrote))


def _end_records(keys: Sequence[int], now: dt.datetime) -> None:
    """A record that appointments of the office stand on stays, nameless; the others go."""
    ClientThread.objects.filter(record__in=keys).delete()
    needed = Appointment.objects.filter(record=OuterRef("pk"), client=None)
    ClientRecord.objects.filter(pk__in=keys).exclude(Exists(needed)).delete()
    ClientRecord.objects.filter(pk__in=keys).update(**_BLANK)


def _empty_notes(keys: Sequence[int], now: dt.datetime) -> None:
    GroupSession.objects.filter(pk__in=keys).update(note="")


def _empty_messages(keys: Sequence[int], now: dt.datetime) -> None:
    PaymentLink.objects.filter(pk__in=keys).update(message="")


def _end_unbooked(keys: Sequence[int], now: dt.datetime) -> None:
    rows = Appointment.objects.filter(pk__in=keys)
    rows.update(**_NOBODY, client=None, record=None)
    rows.filter(status="expired").update(holder_key="")
    rows.exclude(status="expired").update(holder_key="-")


def _end_appointments(keys: Sequence[int], now: dt.datetime) -> None:
    """Whom the appointment was with stays as a number, which says nothing once the account is one."""
    Proposal.objects.filter(appointment__in=keys).delete()
    Appointment.objects.filter(pk__in=keys).update(**_NOBODY, holder_key="")


def _with_the_account(keys: Sequence[int], addresses: Sequence[str], now: dt.datetime) -> None:
    lowered = [address.lower() for address in addresses]
    # What is the account's alone went by the trails (common.personal_rows); this is what bears its address without being proved.
    NotificationPreference.objects.filter(address__in=lowered).delete()
    WaitingEntry.objects.filter(email__in=lowered).delete()
