"""From a person to their rows in the agenda: what is a client's, what is a practitioner's, and what each may have of the other's.

The clients of a practitioner are other people: their names, words and answers are in no copy but theirs.
"""

from typing import Any

from django.db.models import Q

from booking import personal_rows_money
from booking.models import Appointment
from booking.models.appointment import NEVER_BOOKED
from common.personal_rows import Person, Trail, lead, unreachable

OWN = ("practitioner__user_id",)
CLIENT = ("appointment__client_id",)
OTHER = "Données d’une autre personne."
CLIENTS = "Données de vos clients : elles se lisent et s’exportent depuis votre espace praticien."
THEIRS = "Mots d’une autre personne : ils se lisent dans vos échanges."
UNREADABLE = "Secret technique, qui ouvrirait un accès à qui lirait ce fichier."
TEAM = "Travail des équipes : seul figure ce qui dit que c’était vous."
_STANDS = ("reference", "status", "ends_at", "price_cents", "booked_at", "cancelled_at")


def register() -> None:
    _appointments()
    _agenda()
    _clients()
    _waiting_and_answers()
    personal_rows_money.register()
    lead(
        Trail("booking.NotificationPreference", links=("user_id",), addresses=("address",), ends_with_account=True),
        Trail("booking.PractitionerNotifications", role="practitioner", links=OWN),
        Trail("booking.MessageWording", role="team", links=("author_id",), also=("kind", "number", "created_at")),
    )


def _appointments() -> None:
    lead(
        Trail("booking.Appointment", role="client", activities=("appointments",), links=("client_id",), where=~Q(status__in=NEVER_BOOKED),
              hidden=("holder_key", "record"), withheld="La fiche est tenue par le praticien ; la clé est un secret technique.", also=_STANDS),
        Trail("booking.Appointment", role="unbooked", activities=("unbooked",), links=("client_id",), where=Q(status__in=NEVER_BOOKED),
              also=("starts_at", "status", "service_name", "hold_expires_at")),
        Trail("booking.Appointment", role="practitioner", activities=("appointments",), links=OWN,
              fields=("practitioner", "starts_at", "service_name"), withheld=CLIENTS, also=_STANDS),
        Trail("booking.AppointmentEvent", role="client", links=CLIENT, fields=("appointment",), withheld=OTHER, also=("action", "at")),
        Trail("booking.AppointmentEvent", role="actor", links=("actor_id",), also=("action", "at")),
        Trail("booking.Proposal", role="client", links=CLIENT, fields=("appointment",), withheld=THEIRS, also=("status", "created_at")),
        Trail("booking.Proposal", role="practitioner", links=("appointment__practitioner__user_id",), also=("status", "created_at")),
        Trail("booking.GroupSession", role="practitioner", links=OWN, also=("starts_at", "seats", "status")),
        Trail("booking.Series", role="client", links=("client_id",), also=("every_weeks", "created_at", "ended_at")),
        Trail("booking.Series", role="practitioner", links=OWN, fields=("practitioner",), withheld=CLIENTS, also=("every_weeks", "created_at")),
    )  # fmt: skip


def _agenda() -> None:
    lead(
        Trail("booking.OpeningRule", role="practitioner", links=OWN, also=("weekday", "start", "end")),
        Trail("booking.Closure", role="practitioner", links=OWN, also=("kind", "first_day", "last_day", "start", "end")),
        Trail("booking.BookingSettings", role="practitioner", links=OWN, also=("minimum_notice_minutes", "horizon_days")),
        Trail("booking.PolicyVersion", role="practitioner", links=OWN, also=("number", "created_at")),
        Trail("booking.Occupation", role="client", links=CLIENT, fields=("appointment",), withheld=OTHER, also=("starts_at", "ends_at")),
        Trail("booking.Occupation", role="practitioner", links=OWN, also=("starts_at", "ends_at")),
        Trail("booking.TravelTime", role="practitioner", links=OWN, also=("minutes",)),
        Trail("booking.CalendarConnection", role="practitioner", links=OWN, hidden=("secret",), withheld=UNREADABLE, also=("kind", "created_at")),
        Trail("booking.ExternalBusy", role="practitioner", links=OWN),
        Trail("booking.PublishedEvent", role="practitioner", links=("connection__practitioner__user_id",), also=("written_at",)),
        Trail("booking.PublishedEvent", role="client", links=CLIENT, fields=("appointment",), withheld="L’agenda est celui du praticien."),
        Trail("booking.CalendarFeed", role="practitioner", links=OWN, hidden=("token_hash", "secret"), withheld=UNREADABLE,
              also=("created_at", "last_read_at", "revoked_at")),
        Trail("booking.FreedTime", role="practitioner", links=OWN, also=("starts_at", "freed_at")),
    )  # fmt: skip


def _clients() -> None:
    lead(
        Trail("booking.Relative", links=("user_id",), also=("created_at",), ends_with_account=True),
        Trail("booking.ClientRecord", role="client", links=("user_id",), fields=("practitioner", "user", "first_name", "last_name", "email", "phone"),
              withheld="Note et étiquettes sont celles du praticien, responsable de ce suivi : il répond à votre demande.",
              also=("source", "created_at")),
        Trail("booking.ClientRecord", role="practitioner", links=OWN, fields=("practitioner", "note"), hidden=("note",), withheld=CLIENTS,
              also=("created_at",)),
        Trail("booking.ClientImport", role="practitioner", links=OWN, fields=("practitioner",), withheld=CLIENTS,
              also=("uploaded_at", "created_count")),
        Trail("booking.FirstMessage", role="client", addresses=("email",), fields=("first_name", "last_name", "email", "text"),
              withheld=OTHER, also=("asked_at",), ends_with_account=True),
        Trail("booking.FirstMessage", role="practitioner", links=OWN, fields=("practitioner",), withheld=THEIRS, also=("asked_at",)),
        Trail("booking.ClientThread", role="client", links=("record__user_id",), hidden=("key", "record"), withheld=UNREADABLE, also=("last_at",)),
        Trail("booking.ClientThread", role="practitioner", links=("record__practitioner__user_id",), hidden=("key", "record"), withheld=UNREADABLE,
              also=("last_at",)),
        Trail("booking.ClientMessage", links=("author_id",), also=("sent_at", "read_at")),
        Trail("booking.ClientMessage", role="received", find=_received, fields=("thread",), withheld=THEIRS, also=("sent_at", "read_at")),
        Trail("booking.ClientRequest", role="client", links=CLIENT, also=("reference", "kind", "state", "opened_at", "answered_at")),
        Trail("booking.ClientRequest", role="practitioner", links=("appointment__practitioner__user_id",), fields=("appointment",),
              withheld=CLIENTS, also=("reference", "kind", "state", "opened_at")),
        Trail("booking.ClientRequestEvent", links=("actor_id",), also=("what", "at")),
        Trail("booking.ClientRequestEvent", role="client", links=("request__appointment__client_id",), fields=("request",), withheld=OTHER,
              also=("what", "at")),
        Trail("booking.ClientRequestWords", links=("event__actor_id",)),
        Trail("booking.Withdrawal", links=("actor_id", "appointment__client_id"), also=("reference", "declared_at", "standing")),
        Trail("booking.WithdrawalWords", links=("withdrawal__actor_id",), find=_declared),
        Trail("booking.WithdrawalStep", links=("actor_id",), also=("what", "at")),
        Trail("booking.WithdrawalStep", role="client", links=("withdrawal__actor_id", "withdrawal__appointment__client_id"),
              fields=("withdrawal", "appointment"), withheld=OTHER, also=("what", "at")),
    )  # fmt: skip


def _waiting_and_answers() -> None:
    lead(
        Trail("booking.WaitingEntry", links=("user_id",), addresses=("email",), also=("state", "created_at", "ended_at"), ends_with_account=True),
        Trail("booking.WaitingEntry", role="practitioner", links=OWN, fields=("practitioner",), withheld=CLIENTS, also=("created_at",)),
        Trail("booking.WaitingOffer", links=("entry__user_id",), addresses=("entry__email",), fields=("entry",), withheld=OTHER,
              also=("state", "made_at")),
        Trail("booking.IntakeAnswer", role="practical", activities=("intake-answers",), links=CLIENT, where=Q(about="practical"),
              hidden=("answer_sealed",), withheld="La réponse figure en clair, sous « réponse ».", also=("answered_at", "expires_at"),
              reads=(("réponse", _answer),), ends_with_account=True),
        Trail("booking.IntakeAnswer", role="confidential", activities=("reason-and-health",), links=CLIENT, where=~Q(about="practical"),
              hidden=("answer_sealed",), withheld="La réponse figure en clair, sous « réponse ».", also=("about", "answered_at", "expires_at"),
              reads=(("réponse", _answer),), ends_with_account=True),
        Trail("booking.IntakeQuestion", role="practitioner", links=OWN, also=("kind", "choices")),
        Trail("booking.IntakeSettings", role="practitioner", links=("service__practitioner__user_id",), also=("asks_reason", "asks_health")),
        Trail("booking.IntakeConsentDetail", addresses=("email",), find=_consented),
        Trail("booking.IntakeConsent", addresses=("detail__email",), also=("sequence", "recorded_at", "event", "about")),
    )  # fmt: skip
    unreachable(
        "Copie technique de l’avis du prestataire de paiement, effacée après treize mois : le paiement dit la même chose.",
        "booking.StripeEvent",
    )


def _received(person: Person) -> Q:
    theirs = ~Q(author_id=person.key)
    return theirs & (Q(thread__record__user_id=person.key) | Q(thread__record__practitioner__user_id=person.key))


def _declared(person: Person) -> Q:
    """Whoever withdrew without signing in gave an address: it is this person's once proved."""
    found = Q(pk__in=[])
    for address in person.addresses:
        found |= Q(email__iexact=address)
    return found


def _consented(person: Person) -> Q:
    return Q(reference__in=Appointment.objects.filter(client=person.key).values("reference"))


def _answer(row: Any) -> str:
    return str(row.answer)
