"""Personal data of appointments (Annexe A)."""

from common.privacy import Activity, Binding, Fate, Retention, Role, declare, exempt, exempt_field, stands_for_people

IDENTITY = (
    "client", "contact_first_name", "contact_last_name", "contact_email", "contact_phone", "sms_reminder", "adult_declared", "for_relative",
    "attendee_first_name", "attendee_last_name", "attendee_is_minor", "relative",
    "home_street", "home_complement", "home_postal_code", "home_commune", "holder_key", "starts_at", "service_name",
)  # fmt: skip


def register() -> None:
    declare(
        Activity(
            key="appointments",
            purpose="Réserver, confirmer, déplacer et annuler des rendez-vous pour le compte des praticiens",
            people=("clients", "proches des clients", "praticiens"),
            legal_basis="Exécution du contrat (sous-traitant du praticien)",
            retention=Retention(months=60, starts="fin du contrat du praticien", fate=Fate.ANONYMISE),
            role=Role.PROCESSOR,
            recipients=("le praticien concerné",),
            bindings=(
                Binding("booking.Appointment", ("practitioner", "record", *IDENTITY)),
                Binding("booking.AppointmentEvent", ("appointment", "actor", "detail")),
                Binding("booking.Proposal", ("appointment", "message")),
                Binding("booking.OpeningRule", ("practitioner",)),
                Binding("booking.Closure", ("practitioner", "note")),
                Binding("booking.BookingSettings", ("practitioner",)),
                Binding("booking.PolicyVersion", ("practitioner", "text")),
                Binding("booking.Occupation", ("practitioner", "appointment")),
                Binding("booking.TravelTime", ("practitioner",)),
            ),
        ),
        Activity(
            key="unbooked",
            purpose="Garder un horaire le temps de le réserver, et reprendre une réservation interrompue",
            people=("internautes", "clients"),
            legal_basis="Mesures précontractuelles à la demande de la personne",
            retention=Retention(months=1, starts="fin de la mise en attente", fate=Fate.ANONYMISE),
            role=Role.PROCESSOR,
            bindings=(
                Binding(
                    "booking.Appointment", ("contact_first_name", "contact_last_name", "contact_email", "contact_phone")
                ),
            ),
            provisional=True,
        ),
        Activity(
            key="relatives",
            purpose="Réserver à nouveau pour un proche sans ressaisir son nom",
            people=("proches des clients",),
            legal_basis="Exécution du contrat, à la demande du client qui coche « retenir ce proche »",
            retention=Retention(months=36, starts="dernière activité du compte ; à tout moment par le client"),
            bindings=(Binding("booking.Relative", ("user", "first_name", "last_name", "is_minor")),),
        ),
    )
    stands_for_people("booking.Appointment", "booking.ClientRecord")
    for model in ("booking.PolicyVersion", "booking.Appointment", "booking.BookingSettings"):
        exempt_field(model, "cancellation_tiers", reason="Heures et parts d’un barème d’annulation.")
    exempt("booking.AgendaVersion", "Deux numéros d’ordre par agenda, sans rien de la personne.")
