from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"

    def ready(self) -> None:
        from booking import contributions, privacy

        privacy.register()
        contributions.register()
        from booking.receivers import intake

        intake.connect()
