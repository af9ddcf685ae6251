from django.apps import AppConfig


class PractitionersConfig(AppConfig):
    name = "practitioners"

    def ready(self) -> None:
        from practitioners import claims, completeness, contributions, privacy, receivers

        privacy.register()
        claims.register()
        completeness.register_own()
        contributions.register()
        receivers.connect()
