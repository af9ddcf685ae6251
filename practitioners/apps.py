from django.apps import AppConfig


class PractitionersConfig(AppConfig):
    name = "practitioners"

    def ready(self) -> None:
        from practitioners import privacy

        privacy.register()
