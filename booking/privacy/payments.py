"""Personal data of payments (Annexe A)."""

from common.privacy import Activity, Binding, Retention, declare, exempt


def register() -> None:
    declare(
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
                Binding("booking.DisputeAnswer", ("dispute", "words", "left_out", "evidence", "actor")),
                Binding("booking.DisputeEvent", ("dispute", "actor")),
                Binding("booking.Payout", ("account", "payout_id", "failure_message")),
                Binding("booking.PayoutLine", ("source", "payment", "refund", "dispute")),
                Binding("booking.StripeEvent", ("account", "payload")),
                Binding("booking.LedgerTransaction", ("appointment", "payment", "note")),
                Binding("booking.LedgerLine", ("account",)),
                Binding("booking.ProcessingFeeToRead", ("payment",)),
            ),
        ),
        Activity(
            key="payment-events",
            purpose="Recevoir une fois chaque événement du prestataire de paiement et pouvoir le relire en cas d’écart",
            people=("clients", "praticiens"),
            legal_basis="Exécution du contrat, intérêt légitime (fiabilité des paiements)",
            retention=Retention(months=13, starts="réception de l’événement"),
            recipients=("Stripe Payments Europe (prestataire de paiement)",),
            bindings=(Binding("booking.StripeEvent", ("account", "payload")),),
            provisional=True,
        ),
    )
    exempt("booking.FeeRate", "Barème de l’opérateur, sans personne.")
    exempt("booking.Reconciliation", "Sommes et références d’un contrôle du grand livre, sans personne.")
