"""What a visitor fills in while booking. What one pays, and for what, is never read from a form."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.actions.appointments import Contact
from booking.forms.contact import ContactFields
from booking.models import Relative


class DetailsForm(ContactFields):
    """Who books, for whom; majority is declared, no birth date is asked.

    A client who is signed in chooses among the own `relatives` or names somebody else, kept only when told to.
    """

    MYSELF, RELATIVE = "moi", "proche"

    email_is_for = _("The confirmation goes there. For example camille@exemple.fr.")
    phone_is_for = _("Given to the practitioner in case of an unforeseen event. For example 06 12 34 56 78.")

    sms_reminder = forms.BooleanField(
        label=_("Remind me by SMS two hours before (a mobile number is needed)"), required=False
    )
    whom = forms.ChoiceField(
        label=_("For whom?"),
        choices=[(MYSELF, _("For me")), (RELATIVE, _("For a relative"))],
        initial=MYSELF,
        widget=forms.RadioSelect,
    )
    attendee_first_name = forms.CharField(label=_("First name of your relative"), max_length=80, required=False)
    attendee_last_name = forms.CharField(label=_("Last name of your relative"), max_length=80, required=False)
    attendee_is_minor = forms.BooleanField(label=_("My relative is under 18; I will be there"), required=False)
    keep_relative = forms.BooleanField(label=_("Remember this relative for my next bookings"), required=False)
    adult = forms.BooleanField(
        label=_("I am at least 18 years old"),
        error_messages={"required": _("Only adults can book. For a child, an adult books “for a relative”.")},
    )

    def __init__(
        self,
        *args: Any,
        accepts_minors: bool,
        known_email: str = "",
        relatives: Iterable[Relative] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, known_email=known_email, **kwargs)
        self.accepts_minors = accepts_minors
        self.relatives = {self.choice_of(relative): relative for relative in relatives}
        if self.relatives:
            known = [(choice, str(relative)) for choice, relative in self.relatives.items()]
            somebody = (self.RELATIVE, _("Another relative"))
            self.fields["whom"].choices = [(self.MYSELF, _("For me")), *known, somebody]  # type: ignore[attr-defined]
        if not accepts_minors:
            del self.fields["attendee_is_minor"]
        if not known_email:
            del self.fields["keep_relative"]

    @classmethod
    def choice_of(cls, relative: Relative) -> str:
        return f"{cls.RELATIVE}-{relative.pk}"

    @property
    def relative(self) -> Relative | None:
        """The known relative that was chosen."""
        return self.relatives.get(self.cleaned_data.get("whom", ""))

    @property
    def keeps_relative(self) -> bool:
        return bool(self.cleaned_data.get("keep_relative")) and self.cleaned_data.get("whom") == self.RELATIVE

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("sms_reminder") and "phone" not in self.errors and not data.get("phone"):
            self.add_error("phone", _("Write your mobile number to be reminded by SMS, for example 06 12 34 56 78."))
        if data.get("whom") == self.RELATIVE:
            for name in ("attendee_first_name", "attendee_last_name"):
                if name not in self.errors and not data.get(name):
                    self.add_error(name, _("Write the name of the person who comes."))
        relative = self.relatives.get(data.get("whom", ""))
        if relative is not None and relative.is_minor and not self.accepts_minors:
            text = gettext("This session is for adults: %(name)s is a minor.") % {"name": relative}
            self.add_error("whom", text)
        return data

    def contact(self) -> Contact:
        data, relative = self.cleaned_data, self.relative
        return Contact(
            first_name=data["first_name"],
            last_name=data["last_name"],
            email=data["email"],
            phone=data["phone"],
            adult=data["adult"],
            for_relative=data["whom"] != self.MYSELF,
            attendee_first_name=relative.first_name if relative else data["attendee_first_name"],
            attendee_last_name=relative.last_name if relative else data["attendee_last_name"],
            attendee_is_minor=relative.is_minor if relative else data.get("attendee_is_minor", False),
        )
