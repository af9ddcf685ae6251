"""Personal data of group sessions, series and the waiting list (Annexe A)."""

from common.privacy import Activity, Binding, Retention, Role, declare


def register() -> None:
    declare(
        Activity(
            key="waiting-list",
            purpose="Proposer les horaires qui se libèrent aux personnes inscrites sur la liste d’attente d’un praticien",
            people=("clients", "personnes qui attendent un horaire"),
            legal_basis="Mesures précontractuelles à la demande de la personne (sous-traitant du praticien)",
            retention=Retention(months=3, starts="fin de l’inscription ; deux jours sans confirmation de l’adresse"),
            role=Role.PROCESSOR,
            recipients=("le praticien concerné",),
            security="Liens signés ; chaque message permet de quitter la liste en une pression.",
            bindings=(
                Binding(
                    "booking.WaitingEntry",
                    ("practitioner", "user", "first_name", "last_name", "email", "phone", "weekdays", "parts"),
                ),
                Binding("booking.WaitingOffer", ("entry", "appointment")),
                Binding("booking.FreedTime", ("practitioner",)),
            ),
            provisional=True,
        ),
        Activity(
            key="group-sessions",
            purpose="Programmer des séances de groupe et des séries de rendez-vous",
            people=("clients", "praticiens"),
            legal_basis="Exécution du contrat (sous-traitant du praticien)",
            retention=Retention(months=60, starts="fin du contrat du praticien"),
            role=Role.PROCESSOR,
            recipients=("le praticien concerné",),
            bindings=(
                Binding("booking.GroupSession", ("practitioner", "note")),
                Binding("booking.Series", ("practitioner", "client")),
            ),
        ),
    )
