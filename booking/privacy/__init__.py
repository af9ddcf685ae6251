"""Personal data of booking, a module a subject: what each activity keeps, why and for how long (Annexe A)."""

from booking import personal_rows, retention, retention_accounts, rights_effects
from booking.privacy import (
    appointments,
    calendars,
    clients,
    intake,
    invoices,
    notifications,
    operator,
    payments,
    waiting,
)


def register() -> None:
    for subject in (
        appointments,
        payments,
        intake,
        invoices,
        calendars,
        clients,
        waiting,
        operator,
        notifications,
    ):
        subject.register()
    retention.register()
    retention_accounts.register()
    personal_rows.register()
    rights_effects.register()
