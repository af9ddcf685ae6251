from django.apps import AppConfig


class PractitionersConfig(AppConfig):
    name = "practitioners"

    def ready(self) -> None:
        from practitioners import claims, completeness, contributions, page_figures, privacy, receivers  # noqa: F401

        privacy.register()
        claims.register()
        completeness.register_own()
        contributions.register()
        receivers.connect()
