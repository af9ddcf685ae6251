"""System checks: a setting that production needs and lacks is named, with what to set."""

from collections.abc import Sequence

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags
from django.core.checks import register as register_check

REQUIRED = {
    "SECRET_KEY": "SECRET_KEY",
    "ALLOWED_HOSTS": "ALLOWED_HOSTS",
    "STRIPE_API_KEY": "STRIPE_API_KEY",
    "STRIPE_WEBHOOK_SECRET": "STRIPE_WEBHOOK_SECRET",
    "FIELD_KEYS": "FIELD_KEYS",
}
# Their defaults serve development: links of mails and the way back from the payment page are made of BASE_URL.
IN_ENVIRONMENT_ONLY = ("BASE_URL", "DATABASE_URL", "REDIS_URL", "EMAIL_URL")


def required_settings(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """`directory.E001`: one error for each address or secret that is not set (deploy checks only)."""
    from config.settings.base import env

    missing = [variable for name, variable in REQUIRED.items() if not getattr(settings, name, None)]
    missing += [variable for variable in IN_ENVIRONMENT_ONLY if variable not in env.ENVIRON]
    return [
        Error(f"{variable} is not set.", hint=f"Set the environment variable {variable}.", id="directory.E001")
        for variable in missing
    ]


def no_demo_in_production(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """`directory.E002`: the demo opens every role to anybody; it must never be deployed."""
    if apps.is_installed("demo") or getattr(settings, "DEMO", False):
        return [
            Error(
                "The demo app is installed: anybody could sign in as any role.",
                hint="Use config.settings.production, without `demo` in INSTALLED_APPS.",
                id="directory.E002",
            )
        ]
    return []


def map_tiles(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """`directory.E003`: an address of tiles that a browser could not use, or that names nobody."""
    address, found = settings.MAP_TILE_URL, []
    if address and not (address.startswith("https://") or (address.startswith("/") and not address.startswith("//"))):
        found.append("MAP_TILE_URL must begin with https://, or with / for tiles of this host.")
    if address and not all(part in address for part in ("{z}", "{x}", "{y}")):
        found.append("MAP_TILE_URL must hold {z}, {x} and {y}.")
    if "{s}" in address:
        found.append("MAP_TILE_URL names one host: {s} would be several.")
    if address and not settings.MAP_TILE_ATTRIBUTION:
        found.append("MAP_TILE_ATTRIBUTION must name whoever made the tiles.")
    return [Error(message, hint="See docs/map.md.", id="directory.E003") for message in found]


def register() -> None:
    register_check(required_settings, Tags.security, deploy=True)
    register_check(no_demo_in_production, Tags.security, deploy=True)
    register_check(map_tiles, Tags.urls)
