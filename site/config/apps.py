from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """Ties the apps together: registers the system checks on settings."""

    name = "config"
    label = "platform"

    def ready(self) -> None:
        from config import checks

        checks.register()
