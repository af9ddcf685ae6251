from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"

    def ready(self) -> None:
        # Imported for what it registers: the effects of transitions.
        from booking import contributions, privacy
        from booking.actions import effects  # noqa: F401

        privacy.register()
        contributions.register()
        from booking.receivers import calendars, departures, intake, ledger, waiting

        intake.connect()
        waiting.connect()
        calendars.connect()
        departures.connect()
        ledger.connect()
