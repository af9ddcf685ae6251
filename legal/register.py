"""Which fields look like personal data and are covered by no activity of the register."""

from django.apps import apps
from django.conf import settings
from django.db import models

from common import privacy

# Apps of ours; packages' tables are covered by the activity that uses them.
_OURS = ("accounts", "booking", "common", "demo", "editorial", "legal", "places", "practitioners", "search")
_NAMES = (
    "email", "phone", "first_name", "last_name", "full_name", "author_name", "birth", "street", "siret", "iban", "address",
    "ip", "agent", "portrait", "photo", "password", "client", "reporter", "door_code", "vat_number",
)  # fmt: skip
_PERSONAL_TYPES = (models.EmailField, models.GenericIPAddressField)


def unbound_fields() -> list[str]:
    """`app.Model.field` of each field that looks personal, by its type, its name or its link to a person, and is not bound."""
    bound = {
        (binding.model, name)
        for activity in privacy.activities
        for binding in activity.bindings
        for name in binding.fields
    }
    exempt = set(privacy.exempt_models.keys())
    missing = []
    for label in _OURS:
        if not apps.is_installed(label):
            continue
        for model in apps.get_app_config(label).get_models():
            if model._meta.label in exempt:
                continue
            missing += [
                f"{model._meta.label}.{field.name}"
                for field in model._meta.get_fields()
                if _looks_personal(field) and field.model is model and (model._meta.label, field.name) not in bound
            ]
    return sorted(missing)


def unknown_bindings() -> list[str]:
    """`app.Model.field` that an activity binds and that does not exist: a rename would otherwise leave data uncovered."""
    missing = []
    for activity in privacy.activities:
        for binding in activity.bindings:
            try:
                model = apps.get_model(binding.model)
            except LookupError:
                missing.append(binding.model)
                continue
            known = {field.name for field in model._meta.get_fields()}
            missing += [f"{binding.model}.{name}" for name in binding.fields if name not in known]
    return sorted(missing)


def _looks_personal(field: object) -> bool:
    if not isinstance(field, models.Field) or getattr(field, "parent_link", False):
        return False
    if isinstance(field, _PERSONAL_TYPES):
        return True
    if field.remote_field is not None:
        return field.remote_field.model._meta.label == settings.AUTH_USER_MODEL
    parts = field.name.split("_")
    return any(name == field.name or name in parts for name in _NAMES) and not field.name.endswith(
        ("_cents", "_at", "_until")
    )
