"""Every model that holds personal data has an activity in the register, field by field."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from wagtail.models import Page

from common.privacy import activities, exempt_fields, exempt_models

ROOT = Path(__file__).resolve().parents[2]
# What a field's name gives away, whatever its type.
TELLING = re.compile(
    r"(^|_)(e?mail|phone|mobile|first_name|last_name|full_name|surname|birth|born|street|address(?!es_label)|siret|siren|ip|ip_address|"
    r"agent|user_agent|password|recipients?|iban|portrait|photo|signature)(_|$)"
)
# Free text about or by somebody; titles and labels of a catalogue are not.
FREE_TEXT = re.compile(
    r"(^|_)(message|note|notes|comment|reason|statement|text|body|reply|answer|question|bio|presentation|details)(_|$)"
)


def is_ours(model: type[models.Model]) -> bool:
    return model.__module__.split(".")[0] in {
        path.name for path in [*ROOT.iterdir(), *(ROOT / "site").iterdir()] if path.is_dir()
    }


OURS = [model for model in apps.get_models() if is_ours(model)]
BOUND = {
    (binding.model.lower(), field)
    for activity in activities
    for binding in activity.bindings
    for field in binding.fields
}
EXEMPT = {model.lower() for model, _reason in exempt_models}
# A field apart, each with its reason in the privacy.py of its app.
BOUND |= {tuple(name.lower().rsplit(".", 1)) for name, _reason in exempt_fields}


def tells_about_a_person(field: models.Field) -> bool:
    if isinstance(field, models.EmailField | models.GenericIPAddressField):
        return True
    if field.is_relation:
        people = {"accounts.user", "practitioners.practitioner", "practitioners.client"}
        return field.many_to_one or field.one_to_one if field.related_model._meta.label_lower in people else False
    if isinstance(field, models.BooleanField | models.DateTimeField):
        return False
    if TELLING.search(field.name):
        return True
    return (
        isinstance(field, models.TextField | models.CharField)
        and not field.choices
        and bool(FREE_TEXT.search(field.name))
    )


def personal_fields(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.local_fields if tells_about_a_person(field)]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_personal_data_is_in_the_register(model):
    label = model._meta.label_lower
    if label in EXEMPT or (issubclass(model, Page) and not personal_fields(model)):
        return
    missing = [name for name in personal_fields(model) if (label, name) not in BOUND]
    assert not missing, (
        f"{model._meta.label} holds personal data ({', '.join(missing)}) that no activity covers: "
        f"bind them in the privacy.py of {model._meta.app_label}, or exempt the model there with the reason"
    )


def test_the_register_names_only_what_exists():
    unknown = []
    for activity in activities:
        for binding in activity.bindings:
            model = apps.get_model(binding.model)
            names = {field.name for field in model._meta.get_fields()}
            unknown += [f"{activity.key}: {binding.model}.{name}" for name in binding.fields if name not in names]
    assert not unknown


def test_a_reason_is_given_for_each_exemption():
    assert all(reason.strip() and apps.get_model(model) for model, reason in exempt_models)


def test_the_guess_sees_what_it_must():
    """The test of the test: an account without its binding would be noticed."""
    assert {"email", "first_name", "last_name", "phone", "password"} <= set(personal_fields(get_user_model()))
