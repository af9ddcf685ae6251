from django.apps import AppConfig


class LegalConfig(AppConfig):
    name = "legal"

    def ready(self) -> None:
        from legal import privacy

        privacy.register()
