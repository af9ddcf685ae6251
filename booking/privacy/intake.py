"""Personal data of what clients write when they book (Annexe A)."""

from common.privacy import Activity, Binding, Retention, Role, declare
from common.sealed import seals


def register() -> None:
    seals("booking.IntakeAnswer", "answer_sealed")
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
