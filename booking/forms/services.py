"""The form of a session: what clients read, what it costs, how it is booked."""

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from booking import fees
from booking.forms.fields import Deposit, DepositField, EurosField
from common.money import format_euros
from legal.claims.forms import ClaimsChecked
from practitioners.models import Practitioner, Service
from practitioners.models.service import Mode

ANYONE, FIRST, FOLLOW_UP = "tous", "premiere", "suivi"
INDIVIDUAL, GROUP = "individuelle", "groupe"
RADII = (5, 10, 20, 30, 50, 100)
MOST_SEATS = 100
# How the page lays the fields out; `advance` and `deposit_cents` only matter when something is paid online.
PARTS: list[tuple[Any, tuple[str, ...]]] = [
    (_("What clients read"), ("practice", "name", "description", "preparation")),
    (
        _("Where and how long"),
        ("mode", "home_radius_km", "duration_minutes", "buffer_before_minutes", "buffer_after_minutes"),
    ),
    (_("For whom"), ("format", "seats", "audience", "accepts_minors")),
    (_("Price and payment"), ("price_cents", "payment", "deposit_cents", "advance")),
    (_("Booking"), ("confirmation", "bookable")),
    (_("For you alone"), ("internal_note",)),
]


class ServiceForm(ClaimsChecked, forms.ModelForm):
    claims_surface = "service"
    claims_fields = ("name", "description", "preparation")

    price_cents = EurosField(label=_("Price, VAT included"))
    deposit_cents = DepositField(label=_("Amount of the deposit"), required=False)
    advance = forms.ChoiceField(
        label=_("What is paid in advance is"),
        choices=[
            (
                Service.Advance.ARRHES,
                _("Arrhes: each may change their mind. The client who withdraws loses them; you owe twice the amount."),
            ),
            (
                Service.Advance.ACOMPTE,
                _("Acompte: both are bound to the whole contract. Who withdraws may owe the other damages."),
            ),
        ],
        widget=forms.RadioSelect,
        help_text=_("Arrhes, by law, unless said otherwise. The booking says which one, before the client pays."),
    )
    format = forms.ChoiceField(
        label=_("How many people?"),
        choices=[(INDIVIDUAL, _("One client at a time")), (GROUP, _("A group: you schedule the sessions"))],
        widget=forms.RadioSelect,
        required=False,
    )
    audience = forms.ChoiceField(
        label=_("Who can book it?"),
        choices=[
            (ANYONE, _("Anyone")),
            (FIRST, _("Those who come for the first time")),
            (FOLLOW_UP, _("Those who already came")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    home_radius_km = forms.TypedChoiceField(
        label=_("You travel within"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Choose a distance")), *((km, _("%(km)s km") % {"km": km}) for km in RADII)],
        help_text=_("The same for all your sessions at home."),
    )

    class Meta:
        model = Service
        fields = [
            "practice", "name", "description", "mode", "duration_minutes", "buffer_before_minutes", "buffer_after_minutes",
            "price_cents", "payment", "deposit_cents", "advance", "confirmation", "accepts_minors", "seats", "preparation",
            "internal_note", "bookable",
        ]  # fmt: skip
        widgets = {
            "payment": forms.RadioSelect,
            "confirmation": forms.RadioSelect,
            "description": forms.Textarea(attrs={"rows": 4}),
            "preparation": forms.Textarea(attrs={"rows": 3}),
            "internal_note": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "buffer_after_minutes": _("Kept free after each session; clients do not see it."),
            "confirmation": _("On request, nothing is charged before you accept."),
            "preparation": _(
                "Said on the page of the confirmed appointment and in its e-mail. For example: come in soft clothes."
            ),
            "seats": "",
        }

    def __init__(self, *args: Any, practitioner: Practitioner, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.practitioner = now, practitioner
        self.claims_author = practitioner.user
        checked = practitioner.practice_links.values_list("practice", flat=True)
        practice = self.fields["practice"]
        practice.queryset = practice.queryset.filter(pk__in=checked)
        practice.empty_label = None
        practice.label = _("Practice")
        self.fields["duration_minutes"].widget.attrs |= {"min": 10, "max": 480}
        self.fields["bookable"].label = _("Can be booked online")
        seats = self.fields["seats"]
        seats.label, seats.required = _("Seats"), False
        seats.validators.append(MaxValueValidator(MOST_SEATS))
        # In the words of the page, not of the column.
        self.initial.setdefault("format", GROUP if self.instance.is_group else INDIVIDUAL)
        first, later = self.instance.first_session, self.instance.follow_up
        self.initial.setdefault("audience", FIRST if first else FOLLOW_UP if later else ANYONE)
        self.initial.setdefault("home_radius_km", practitioner.home_radius_km)
        self._say_the_deposit()
        if not self.instance.is_group:
            self.initial["seats"] = None
        if self.instance._state.adding and not self.instance.duration_minutes:
            self.initial["duration_minutes"] = 60

    def _say_the_deposit(self) -> None:
        rate = fees.rate_at(self.now)
        if self.instance.deposit_percent is not None:
            self.initial["deposit_cents"] = Deposit(percent=self.instance.deposit_percent)
        words = {
            "percent": f"{rate.basis_points / 100:g}".replace(".", ","),
            "fixed": format_euros(rate.fixed_cents),
        }
        once = _(
            "An amount (20) or a share of the price (30 %%). It must exceed the service fee, taken on it once: "
            "%(percent)s %% of the price + %(fixed)s."
        )
        each = _(
            "An amount (20) or a share of the price (30 %%). It must exceed the service fee, taken on each payment: "
            "%(percent)s %% of the payment + %(fixed)s."
        )
        self.fields["deposit_cents"].help_text = (each if rate.each_payment else once) % words

    def parts(self) -> list[tuple[Any, list[Any]]]:
        return [(title, [self[name] for name in names]) for title, names in PARTS]

    def clean_duration_minutes(self) -> int:
        minutes = int(self.cleaned_data["duration_minutes"])
        if not 10 <= minutes <= 480:
            raise forms.ValidationError(_("Between 10 minutes and 8 hours."))
        return minutes

    def _buffer(self, name: str) -> int:
        minutes = int(self.cleaned_data[name])
        if minutes > 240:
            raise forms.ValidationError(_("Four hours at most."))
        return minutes

    def clean_buffer_before_minutes(self) -> int:
        return self._buffer("buffer_before_minutes")

    def clean_buffer_after_minutes(self) -> int:
        return self._buffer("buffer_after_minutes")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._clean_who(data)
        if data.get("mode") == Mode.HOME and not data.get("home_radius_km") and "home_radius_km" not in self.errors:
            self.add_error("home_radius_km", _("Say how far you travel for sessions at home."))
        price, payment = data.get("price_cents"), data.get("payment")
        said = data.get("deposit_cents") or Deposit()
        of_deposit = payment == Service.Payment.DEPOSIT
        deposit = said.of(price or 0) if of_deposit else 0
        data["deposit_cents"], self.instance.deposit_percent = deposit, said.percent if of_deposit else None
        if price is None or payment in {None, Service.Payment.NONE}:
            return data
        rate = fees.rate_at(self.now)
        fee = fees.first_payment_fee(
            price_cents=price, advance_cents=(deposit or price) if of_deposit else price, rate=rate
        )
        words = {"fee": format_euros(fee)}
        if of_deposit and "deposit_cents" not in self.errors:
            if deposit <= fee:
                self.add_error(
                    "deposit_cents",
                    _("The deposit must exceed the service fee, which is %(fee)s for this price.") % words,
                )
            elif deposit > price:
                self.add_error("deposit_cents", _("The deposit cannot exceed the price."))
        elif not of_deposit and price <= fee:
            self.add_error(
                "price_cents",
                _("A price paid online must exceed the service fee, which is %(fee)s for this price.") % words,
            )
        return data

    def _clean_who(self, data: dict[str, Any]) -> None:
        """One, or a group with its seats; anyone, first session or follow-up, never both."""
        if data.get("format") == GROUP:
            if (data.get("seats") or 0) < 2 and "seats" not in self.errors:
                self.add_error("seats", _("A group has two seats at least."))
        else:
            data["seats"] = 1
            self.errors.pop("seats", None)
        audience = data.get("audience") or ANYONE
        self.instance.first_session, self.instance.follow_up = audience == FIRST, audience == FOLLOW_UP
