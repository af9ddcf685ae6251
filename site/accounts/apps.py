from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import privacy, receivers

        privacy.register()
        receivers.connect()
        post_migrate.connect(_synchronise_roles, dispatch_uid="accounts.synchronise_roles")


def _synchronise_roles(sender: AppConfig, apps: Any, **kwargs: object) -> None:
    """After the last app's migrations, when every permission exists."""
    from django.apps import apps as installed

    if sender.name != list(installed.get_app_configs())[-1].name:
        return
    from accounts.actions import roles

    roles.synchronise()
