"""Inputs that the office's forms share."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


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


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"step": 900} | (attrs or {}), format="%H:%M")


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
