"""What a practitioner types to link a calendar."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import CalendarConnection, CalendarFeed
from booking.models.calendar import Names

NEVER_FILLED = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
NO_CALENDAR = ""


class IcsForm(forms.Form):
    address = forms.CharField(
        label=_("Address of the calendar"),
        max_length=2000,
        widget=forms.TextInput(attrs=NEVER_FILLED | {"inputmode": "url"}),
        help_text=_("It begins with https:// or webcal:// and often ends with .ics."),
    )
    label = forms.CharField(label=_("Name shown here"), max_length=80, required=False)
    show_titles = forms.BooleanField(
        label=_("Show me the titles of these events in my agenda"),
        required=False,
        help_text=_("Seen by you alone. Otherwise titles are not even kept."),
    )


class CalDavForm(forms.Form):
    address = forms.CharField(
        label=_("Address of the server"),
        max_length=500,
        widget=forms.TextInput(attrs=NEVER_FILLED | {"inputmode": "url"}),
        help_text=_("For example https://caldav.icloud.com or the address of your Nextcloud."),
    )
    account = forms.CharField(label=_("User name"), max_length=254, widget=forms.TextInput(attrs=NEVER_FILLED))
    password = forms.CharField(
        label=_("Password of an application"),
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=True),
        help_text=_("Made in the settings of your account for this link alone, so that you can withdraw it there."),
    )
    label = forms.CharField(label=_("Name shown here"), max_length=80, required=False)

    def clean_address(self) -> str:
        typed = str(self.cleaned_data["address"]).strip()
        return typed if "://" in typed else f"https://{typed}"


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("New password of an application"),
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class ConnectionForm(forms.Form):
    """Which calendars are read and written; only CalDAV asks that."""

    read = forms.MultipleChoiceField(
        label=_("Calendars that take time away"), required=False, widget=forms.CheckboxSelectMultiple
    )
    written = forms.ChoiceField(label=_("Write my appointments to"), required=False, widget=forms.RadioSelect)
    names = forms.ChoiceField(
        label=_("There, clients appear with"), choices=Names.choices, required=False, widget=forms.RadioSelect
    )
    label = forms.CharField(label=_("Name shown here"), max_length=80, required=False)
    show_titles = forms.BooleanField(
        label=_("Show me the titles of these events in my agenda"),
        required=False,
        help_text=_("Seen by you alone. Otherwise titles are not even kept."),
    )

    def __init__(self, *args: Any, connection: CalendarConnection, **more: Any) -> None:
        calendars = list(connection.calendars.all())
        choosing = connection.state == CalendarConnection.State.CHOOSING
        initial = {
            "read": [str(item.pk) for item in calendars if item.is_read or choosing],
            "written": next((str(item.pk) for item in calendars if item.is_written), NO_CALENDAR),
            "names": connection.names,
            "label": connection.label,
            "show_titles": connection.show_titles,
        }
        super().__init__(*args, initial=initial, **more)
        self.calendars = calendars
        if connection.kind != CalendarConnection.Kind.CALDAV:
            del self.fields["read"], self.fields["written"], self.fields["names"]
            if connection.kind == CalendarConnection.Kind.GOOGLE:
                del self.fields["show_titles"]
            return
        named = [(str(item.pk), item.name or item.href) for item in calendars]
        self.fields["read"].choices = named  # type: ignore[attr-defined]
        self.fields["written"].choices = [(NO_CALENDAR, _("none: only read")), *named]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """For `actions.calendars.choose`; an address and Google have one calendar, which is read."""
        data = self.cleaned_data
        written = data.get("written") or ""
        return {
            "read": [int(pk) for pk in data["read"]] if "read" in data else [item.pk for item in self.calendars],
            "written": int(written) if written else None,
            "names": data.get("names") or Names.FIRST,
            "label": data["label"],
            "show_titles": bool(data.get("show_titles")),
        }


class FeedForm(forms.Form):
    names = forms.ChoiceField(label=_("Clients appear with"), choices=Names.choices, widget=forms.RadioSelect)

    @classmethod
    def of(cls, feed: CalendarFeed | None, data: Any = None) -> "FeedForm":
        return cls(data, initial={"names": feed.names if feed else Names.FIRST})
