from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Demo content, roles one click away, mailbox and the Stripe stand-in's pages; never installed in production."""

    name = "demo"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from demo import privacy

        privacy.register()
