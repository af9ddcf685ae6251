"""Inputs that the office's forms share."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.money import percent_of


class EurosField(forms.Field):
    """Amounts as people write them (60, 60,5, 60.50, 60 €), kept as integer cents."""

    default_error_messages = dict.fromkeys(
        ("required", "invalid"), _("Write an amount in euros, for example 60 or 47,50.")
    )
    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def prepare_value(self, value: Any) -> Any:
        return f"{value // 100},{value % 100:02d}" if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        text = re.sub(r"[\s€\u00a0\u202f]", "", str(value or "")).replace(",", ".")
        if not text:
            return None
        if not re.fullmatch(r"\d{1,5}(\.\d{1,2})?", text, re.ASCII):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return int(Decimal(text) * 100)


@dataclass(frozen=True)
class Deposit:
    """As the practitioner says it: an amount, or a share of the price."""

    cents: int | None = None
    percent: int | None = None

    def of(self, price_cents: int) -> int:
        return percent_of(price_cents, self.percent * 100) if self.percent is not None else self.cents or 0


class DepositField(EurosField):
    """`20`, `20 €` or `30 %`."""

    default_error_messages = dict.fromkeys(
        ("required", "invalid"), _("Write an amount in euros or a share of the price, for example 20 or 30 %.")
    )
    widget = forms.TextInput(attrs={"inputmode": "text"})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Deposit):
            return f"{value.percent}\u00a0%" if value.percent is not None else super().prepare_value(value.cents)
        return super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        text = re.sub(r"[\s\u00a0\u202f]", "", str(value or ""))
        if not text.endswith("%"):
            return Deposit(cents=super().to_python(value))
        if not re.fullmatch(r"\d{1,3}%", text, re.ASCII) or not 1 <= int(text[:-1]) <= 100:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return Deposit(percent=int(text[:-1]))


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"step": 900} | (attrs or {}), format="%H:%M")


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
