"""What a form says about a mandatory field that was left empty: not that it is mandatory, but what is expected there."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# By what browsers fill in by themselves: then it is about the very person who types.
ABOUT_ONESELF: dict[str, Any] = {
    "given-name": _("Write your first name."),
    "family-name": _("Write your last name."),
    "email": _("Write your e-mail address, for example camille@exemple.fr."),
    "tel": _("Write a telephone number, for example 06 12 34 56 78."),
    "postal-code": _("Write a postal code of 5 digits, for example 69003."),
    "current-password": _("Write your password."),
    "new-password": _("Write the password you choose."),
    "one-time-code": _("Write the code."),
}
# By kind, the first that fits.
BY_KIND: tuple[tuple[type[forms.Field], Any], ...] = (
    (forms.BooleanField, _("Tick this box to go on.")),
    (forms.FileField, _("Choose a file.")),
    (forms.EmailField, _("Write an e-mail address, for example camille@exemple.fr.")),
    (forms.DateField, _("Choose a date.")),
    (forms.DateTimeField, _("Choose a date and a time.")),
    (forms.TimeField, _("Write a time, for example 14:00.")),
    (forms.MultipleChoiceField, _("Choose at least one.")),
    (forms.ModelMultipleChoiceField, _("Choose at least one.")),
    (forms.ChoiceField, _("Make a choice.")),
    (forms.IntegerField, _("Write a number.")),
)
DJANGOS = forms.Field.default_error_messages["required"]


class BoundField(forms.BoundField):
    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        # A field that has words of its own keeps them.
        if field.required and field.error_messages.get("required") is DJANGOS:
            field.error_messages["required"] = expected(field, str(self.label))


def expected(field: forms.Field, label: str) -> Any:
    about_oneself = ABOUT_ONESELF.get(field.widget.attrs.get("autocomplete", ""))
    by_kind = next((words for kind, words in BY_KIND if isinstance(field, kind)), None)
    return about_oneself or by_kind or gettext("Fill in “%(label)s”.") % {"label": label}


class Renderer(TemplatesSetting):
    """Our templates, and for every form, those of Wagtail and allauth too, our words for empty fields."""

    bound_field_class = BoundField
