from django.apps import AppConfig


class EditorialConfig(AppConfig):
    name = "editorial"

    def ready(self) -> None:
        from editorial import privacy, receivers  # noqa: F401

        privacy.register()
