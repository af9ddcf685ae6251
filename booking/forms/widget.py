"""How the widget on one's own site looks, and what it shows."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from booking import widget_colours
from practitioners.models import Service


class WidgetForm(forms.Form):
    service = forms.ChoiceField(label=_("Sessions shown"), required=False)
    couleur = forms.CharField(
        label=_("Colour"),
        required=False,
        max_length=7,
        initial=f"#{widget_colours.DEFAULT}",
        help_text=_("Darkened by itself where it would be hard to read."),
        validators=[RegexValidator(r"^#?[0-9a-fA-F]{6}$", _("Write a colour as #14595A."))],
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    theme = forms.ChoiceField(
        label=_("Ground"),
        required=False,
        choices=[
            ("clair", _("Light")),
            ("sombre", _("Dark")),
            ("auto", _("Like the visitor's device")),
        ],
        initial="clair",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, services: Iterable[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(service.pk), f"{service.name}, {service.get_mode_display()}") for service in services]
        self.fields["service"].choices = [("", _("All my sessions")), *choices]  # type: ignore[attr-defined]

    @classmethod
    def defaults(cls) -> dict[str, str]:
        return {name: str(field.initial or "") for name, field in cls.base_fields.items()}

    def parameters(self) -> dict[str, str]:
        """What the address of the frame carries: only what differs from the defaults."""
        data = self.cleaned_data if self.is_bound and self.is_valid() else {}
        colour = widget_colours.parse(data.get("couleur") or "")
        found = {"service": data.get("service") or ""}
        found["couleur"] = colour if colour != widget_colours.DEFAULT else ""
        theme = data.get("theme") or "clair"
        found["theme"] = theme if theme != "clair" else ""
        return {name: value for name, value in found.items() if value}
