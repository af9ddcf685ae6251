from django.apps import AppConfig


class PractitionersConfig(AppConfig):
    name = "practitioners"

    def ready(self) -> None:
        from practitioners import claims, completeness, contributions, first_steps, page_figures, privacy, receivers  # noqa: F401

        privacy.register()
        claims.register()
        completeness.register_own()
        first_steps.register_own()
        contributions.register()
        receivers.connect()
