"""Personal data of what the law makes the platform tell the tax office, and of claims."""

from common.privacy import Activity, Binding, Retention, declare, exempt, exempt_field
from common.sealed import seals


def register() -> None:
    seals("booking.TaxDetails", "sealed")
    seals("booking.TaxReport", "sealed_file")
    seals("booking.TaxReportLine", "sealed_identity")
    declare(
        Activity(
            key="platform-declaration",
            purpose="Déclarer chaque année à l’administration fiscale ce que les praticiens ont reçu par la plateforme (DAC7), et leur en remettre la copie",
            people=("praticiens",),
            legal_basis="Obligation légale (articles 1649 ter A à E du CGI)",
            retention=Retention(months=120, starts="fin de l’année déclarée"),
            recipients=("la Direction générale des finances publiques", "le praticien concerné"),
            security="Naissance, numéro fiscal et fichiers chiffrés, clés hors de la base ; chaque téléchargement du fichier est journalisé.",
            bindings=(
                Binding("booking.TaxDetails", ("practitioner", "entity_name", "sealed")),
                Binding("booking.TaxReport", ("made_by", "filed_by", "sealed_file")),
                Binding("booking.TaxReportLine", ("practitioner", "sealed_identity", "quarters")),
            ),
            provisional=True,
        ),
        Activity(
            key="unpaid-invoices",
            purpose="Suivre les factures impayées : relances, contestations, intérêts de retard et indemnité",
            people=("praticiens", "clients"),
            legal_basis="Exécution du contrat, intérêt légitime (recouvrement)",
            retention=Retention(months=60, starts="paiement ou abandon de la créance"),
            recipients=("le praticien concerné",),
            bindings=(
                Binding("booking.LateStep", ("invoice", "by")),
                Binding("booking.LateHold", ("invoice", "reason", "opened_by", "closed_by")),
            ),
            provisional=True,
        ),
    )
    declare(
        Activity(
            key="paid-services",
            purpose="Vendre aux praticiens des services facultatifs par abonnement : accord, paiements, résiliation, rétractation, envois",
            people=("praticiens",),
            legal_basis="Exécution du contrat, obligation légale (comptabilité)",
            retention=Retention(months=60, starts="fin de l’abonnement", archive_months=60),
            recipients=("Stripe Payments Europe (prestataire de paiement)", "le comptable que le praticien désigne"),
            transfers="Stripe peut traiter des données hors de l’Union européenne, sous clauses contractuelles types.",
            bindings=(
                Binding("booking.ServiceSubscriber", ("practitioner", "customer_id")),
                Binding(
                    "booking.ServiceSubscription",
                    (
                        "subscriber",
                        "agreed_by",
                        "agreed_at",
                        "agreement",
                        "session_id",
                        "session_url",
                        "stripe_id",
                        "pay_url",
                        "send_to",
                    ),
                ),
                Binding("booking.SubscriptionEvent", ("subscription", "detail")),
                Binding("booking.SubscriptionPayment", ("subscription", "stripe_invoice", "payment_intent")),
                Binding("booking.SubscriptionRefund", ("payment", "refund_id", "decided_by", "reason")),
                Binding("booking.SubscriptionDispute", ("payment", "dispute_id", "reason")),
                Binding("booking.AccountsSent", ("subscription", "sent_to")),
            ),
            provisional=True,
        ),
    )
    exempt_field("booking.ServiceSubscription", "service_name", reason="Nom d’un service du catalogue de l’opérateur.")
    exempt_field("booking.TaxReport", "platform", reason="Identité de l’opérateur de la plateforme.")
    exempt("booking.PaidService", "Catalogue de l’opérateur, sans personne.")
    exempt("booking.PaidServiceVersion", "Prix et conditions de l’opérateur, sans personne.")
    exempt("booking.LateRate", "Taux publiés par la Banque centrale européenne, sans personne.")
