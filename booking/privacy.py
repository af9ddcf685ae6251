"""Personal data of appointments and payments (Annexe A)."""

from booking import privacy_calendars, privacy_clients, privacy_operator, privacy_waiting
from common.privacy import Activity, Binding, Retention, Role, declare, exempt

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
            retention=Retention(months=60, starts="fin du contrat du praticien"),
            role=Role.PROCESSOR,
            recipients=("le praticien concerné",),
            bindings=(
                Binding("booking.Appointment", ("practitioner", *IDENTITY)),
                Binding("booking.AppointmentEvent", ("appointment", "actor", "detail")),
                Binding("booking.Proposal", ("appointment", "message")),
                Binding("booking.OpeningRule", ("practitioner",)),
                Binding("booking.Closure", ("practitioner", "note")),
                Binding("booking.BookingSettings", ("practitioner",)),
                Binding("booking.PolicyVersion", ("practitioner", "text")),
                Binding("booking.Occupation", ("practitioner",)),
                Binding("booking.TravelTime", ("practitioner",)),
            ),
        ),
        Activity(
            key="relatives",
            purpose="Réserver à nouveau pour un proche sans ressaisir son nom",
            people=("proches des clients",),
            legal_basis="Exécution du contrat, à la demande du client qui coche « retenir ce proche »",
            retention=Retention(months=36, starts="dernière activité du compte ; à tout moment par le client"),
            bindings=(Binding("booking.Relative", ("user", "first_name", "last_name", "is_minor")),),
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
                Binding("booking.PaymentEvent", ("payment", "detail")),
                Binding("booking.PaymentLink", ("appointment", "token", "message", "created_by")),
                Binding("booking.Dispute", ("payment", "dispute_id", "reason")),
                Binding("booking.DisputeAnswer", ("dispute", "words", "evidence", "actor")),
                Binding("booking.DisputeEvent", ("dispute", "actor")),
                Binding("booking.Payout", ("account", "payout_id", "failure_message")),
                Binding("booking.PayoutLine", ("source", "payment", "refund", "dispute")),
                Binding("booking.StripeEvent", ("account", "payload")),
                Binding("booking.LedgerTransaction", ("appointment", "payment", "note")),
                Binding("booking.LedgerLine", ("account",)),
                Binding("booking.ProcessingFeeToRead", ("payment",)),
            ),
        ),
    )
    declare(
        Activity(
            key="intake-answers",
            purpose="Transmettre au praticien les réponses à ses questions pratiques, posées à la réservation",
            people=("clients", "proches des clients"),
            legal_basis="Exécution du contrat (sous-traitant du praticien)",
            retention=Retention(months=12, starts="date du rendez-vous"),
            role=Role.PROCESSOR,
            recipients=("le praticien concerné",),
            security="Réponses chiffrées, clés hors de la base ; jamais dans un message ; seuls le praticien et le client les lisent.",
            bindings=(
                Binding("booking.IntakeAnswer", ("appointment", "question_text", "answer_sealed")),
                Binding("booking.IntakeQuestion", ("practitioner", "text")),
                Binding("booking.IntakeSettings", ("health_warning",)),
            ),
            provisional=True,
        ),
        Activity(
            key="reason-and-health",
            purpose="Transmettre au praticien le motif de la venue et, s’il l’a activé, des réponses sur la santé",
            people=("clients", "proches des clients"),
            legal_basis="Consentement (explicite pour la santé, article 9 du RGPD), que le client peut retirer à tout moment",
            retention=Retention(months=3, starts="date du rendez-vous"),
            role=Role.PROCESSOR,
            recipients=("le praticien concerné",),
            security="Réponses chiffrées, clés hors de la base ; chaque lecture par le praticien est journalisée ; jamais dans un message.",
            bindings=(Binding("booking.IntakeAnswer", ("appointment", "question_text", "answer_sealed")),),
            provisional=True,
        ),
        Activity(
            key="intake-consents",
            purpose="Prouver les accords donnés pour le motif et les réponses sur la santé, et leur retrait",
            people=("clients",),
            legal_basis="Obligation légale et intérêt légitime (preuve)",
            retention=Retention(months=60, starts="date de l’accord ou de son retrait"),
            bindings=(
                Binding("booking.IntakeConsent", ("commitment",)),
                Binding("booking.IntakeConsentDetail", ("reference", "email", "text", "page", "ip", "agent", "salt")),
            ),
            provisional=True,
        ),
    )
    declare(
        Activity(
            key="invoices",
            purpose="Établir, transmettre et conserver les factures et les avoirs",
            people=("clients", "praticiens"),
            legal_basis="Obligation légale (facturation, comptabilité), exécution du contrat et du mandat de facturation",
            retention=Retention(months=60, starts="fin du contrat", archive_months=60),
            recipients=("le praticien concerné", "son comptable, par ses exports"),
            security="Lisibles par le seul destinataire et l’émetteur ; inaltérables une fois émises.",
            bindings=(
                Binding(
                    "booking.Invoice", ("issuer", "practitioner", "client", "appointment", "seller", "buyer", "reason")
                ),
                Binding("booking.InvoiceLine", ("label", "detail", "served_on")),
                Binding("booking.InvoiceFile", ("content",)),
                Binding("booking.InvoicingSettings", ("practitioner", "vat")),
                Binding(
                    "booking.BillingDetails", ("user", "name", "street", "postal_code", "town", "siren", "vat_number")
                ),
            ),
        ),
    )
    privacy_calendars.register()
    privacy_clients.register()
    privacy_waiting.register()
    privacy_operator.register()
    declare(
        Activity(
            key="notification-choices",
            purpose="Respecter le choix de chacun sur les rappels et les messages facultatifs",
            people=("clients", "praticiens"),
            legal_basis="Intérêt légitime, avec droit d’opposition dans chaque rappel",
            retention=Retention(months=36, starts="dernière activité du compte ou de l’adresse"),
            bindings=(
                Binding("booking.NotificationPreference", ("user", "address", "email_48h", "email_2h", "sms")),
                Binding("booking.PractitionerNotifications", ("practitioner", "bookings", "changes", "tomorrow")),
            ),
            provisional=True,
        ),
        Activity(
            key="message-wordings",
            purpose="Garder les versions des textes des messages et qui les a écrites",
            people=("équipes",),
            legal_basis="Intérêt légitime (preuve)",
            retention=Retention(months=60, starts="date de la version"),
            bindings=(Binding("booking.MessageWording", ("author",)),),
            provisional=True,
        ),
    )
    exempt("booking.WithdrawalRule", "Règle décidée par l’équipe juridique, sans personne.")
    exempt("booking.FeeRate", "Barème de l’opérateur, sans personne.")
    exempt("booking.Reconciliation", "Sommes et références d’un contrôle du grand livre, sans personne.")
    exempt("booking.AgendaVersion", "Deux numéros d’ordre par agenda, sans rien de la personne.")
    exempt("booking.InvoiceSeries", "Compteur de numéros par émetteur et par année.")
