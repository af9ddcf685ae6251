"""Personal data of the messages: choices, and who wrote their texts (Annexe A)."""

from common.privacy import Activity, Binding, Retention, declare


def register() -> None:
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
            bindings=(Binding("booking.MessageWording", ("author", "subject", "opening", "closing")),),
            provisional=True,
        ),
    )
