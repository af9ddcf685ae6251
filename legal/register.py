"""Which fields look like personal data and are covered by no activity of the register."""

from django.apps import apps
from django.conf import settings
from django.db import models

from common import privacy

# Apps of ours; packages' tables are covered by the activity that uses them.
_OURS = ("accounts", "booking", "common", "demo", "editorial", "legal", "places", "practitioners", "search")
# A name, or a part of one between underscores.
_NAMES = (
    "email", "phone", "mobile", "first_name", "last_name", "full_name", "author_name", "name", "birth", "street", "siret", "siren",
    "iban", "address", "ip", "agent", "portrait", "photo", "password", "client", "reporter", "door_code", "vat_number", "holder",
    "secret", "sealed", "token", "latitude", "longitude", "account", "to",
    # What people write in one line.
    "text", "note", "message", "reason", "detail", "words", "comment", "body", "reply", "word", "description", "summary", "title",
    "subject", "evidence", "label",
)  # fmt: skip
# An address, a connection, and whatever may hold anything: free text, a structure, a file.
_PERSONAL_TYPES = (
    models.EmailField, models.GenericIPAddressField, models.TextField, models.JSONField, models.FileField, models.BinaryField,
)  # fmt: skip
# A choice of a list, a number, a date or a switch says nothing of a person by its name alone.
_SAYING = (models.CharField, models.FloatField)


def unbound_fields() -> list[str]:
    """`app.Model.field` of each field that looks personal, by its type, its name or its link to a person, and is not bound."""
    bound = {
        (binding.model, name)
        for activity in privacy.activities
        for binding in activity.bindings
        for name in binding.fields
    }
    exempt, exempt_fields = set(privacy.exempt_models.keys()), set(privacy.exempt_fields.keys())
    missing = []
    for label in _OURS:
        if not apps.is_installed(label):
            continue
        for model in apps.get_app_config(label).get_models():
            if model._meta.label in exempt:
                continue
            missing += [
                name
                for field in model._meta.get_fields()
                if _looks_personal(field)
                and field.model is model
                and (model._meta.label, field.name) not in bound
                and (name := f"{model._meta.label}.{field.name}") not in exempt_fields
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
    known = {f"{model._meta.label}.{field.name}" for model in apps.get_models() for field in model._meta.get_fields()}
    return sorted({*missing, *(set(privacy.exempt_fields.keys()) - known)})


def _looks_personal(field: object) -> bool:
    if not isinstance(field, models.Field) or getattr(field, "parent_link", False):
        return False
    if isinstance(field, _PERSONAL_TYPES):
        return True
    if field.remote_field is not None:
        label = field.remote_field.model._meta.label
        return label == settings.AUTH_USER_MODEL or label in privacy.people_models
    if not isinstance(field, _SAYING) or field.choices:
        return False
    parts = field.name.split("_")
    return any(name == field.name or name in parts for name in _NAMES) and not field.name.endswith(
        ("_cents", "_at", "_until")
    )
