"""Personal data of appointments and payments (Annexe A)."""

from common.privacy import Activity, Binding, Retention, Role, declare, exempt

IDENTITY = (
    "client", "contact_first_name", "contact_last_name", "contact_email", "contact_phone", "adult_declared", "for_relative",
    "attendee_first_name", "attendee_last_name", "attendee_is_minor", "holder_key", "starts_at", "service_name",
)  # fmt: skip


def register() -> None:
    declare(
        Activity(
            key="appointments",
            purpose="Réserver, confirmer, déplacer et annuler des rendez-vous pour le compte des praticiens",
            people=("clients", "proches des clients", "praticiens"),
            legal_basis="Exécution du contrat (sous-traitant du praticien)",
            retention=Retention(months=60, starts="fin du contrat du praticien"),
            role=Role.PROCESSOR,
            recipients=("le praticien concerné",),
            bindings=(
                Binding("booking.Appointment", ("practitioner", *IDENTITY)),
                Binding("booking.AppointmentEvent", ("appointment", "actor", "detail")),
                Binding("booking.OpeningRule", ("practitioner",)),
                Binding("booking.Closure", ("practitioner", "note")),
                Binding("booking.BookingSettings", ("practitioner",)),
            ),
        ),
        Activity(
            key="payments",
            purpose="Encaisser, rembourser et rapprocher les paiements en ligne ; aucune donnée bancaire n’est conservée ici",
            people=("clients", "praticiens"),
            legal_basis="Exécution du contrat, obligation légale (comptabilité)",
            retention=Retention(months=60, starts="fin du contrat", archive_months=60),
            recipients=("Stripe Payments Europe (prestataire de paiement)",),
            transfers="Stripe peut traiter des données hors de l’Union européenne, sous clauses contractuelles types.",
            bindings=(
                Binding("booking.StripeAccount", ("practitioner", "account_id", "requirements")),
                Binding("booking.Payment", ("appointment", "account", "session_id", "payment_intent", "url")),
                Binding("booking.Refund", ("payment", "refund_id")),
                Binding("booking.StripeEvent", ("account", "payload")),
            ),
        ),
    )
    exempt("booking.FeeRate", "Barème de l’opérateur, sans personne.")
