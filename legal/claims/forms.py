"""The check inside a form: what is refused, what must be confirmed, what was confirmed before. Nothing typed is ever lost."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from legal.claims import judging
from legal.claims.judging import Found
from legal.models import ClaimWaiver

CONFIRM = "claims_confirm"


def seen(found: Iterable[Found]) -> str:
    """What the author was shown, as a value: another sentence must be shown again."""
    return hashlib.sha256("|".join(sorted({row.fingerprint for row in found})).encode()).hexdigest()[:32]


def said(row: Found) -> str:
    rule = row.match.rule
    return _("“%(words)s”: %(reason)s Write rather: %(suggestion)s.") % {
        "words": row.words,
        "reason": rule.reason.rstrip(". ") + ".",
        "suggestion": rule.suggestion.rstrip(". "),
    }


class ClaimsChecked(forms.BaseForm):
    """Mixed into a form before its base. `claims_author` is who confirms; without one, what is flagged cannot be confirmed."""

    claims_surface = ""
    claims_fields: tuple[str, ...] = ()
    claims_reply = False
    claims_author: User | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.claims_fields:
            # Where the script underlines while one writes.
            self.fields[name].widget.attrs["data-claims"] = reverse("claims_check")
            if self.claims_reply:
                self.fields[name].widget.attrs["data-claims-reply"] = "1"

    def clean(self) -> Any:
        data = super().clean()
        data = self.cleaned_data if data is None else data
        self.claims_flagged: list[Found] = []
        texts = {name: str(data[name]) for name in self.claims_fields if data.get(name)}
        self._judge(judging.look(texts, reply=self.claims_reply), self.data)
        return data

    def _judge(self, found: list[Found], posted: Mapping[str, Any]) -> None:
        fine = judging.answered(found, surface=self.claims_surface, author=self.claims_author)
        left = [row for row in found if row.fingerprint not in fine]
        for row in left:
            if row.refuses:
                self.add_error(row.field, said(row))
        flagged = [row for row in left if not row.refuses]
        if not flagged:
            return
        self.fields[CONFIRM] = forms.BooleanField(
            label=gettext_lazy("I have read the remarks and publish these words under my own responsibility"),
            required=False,
            widget=forms.CheckboxInput(attrs={"value": seen(flagged)}, check_test=lambda value: False),
            help_text=" ".join(said(row) for row in flagged),
        )
        if posted.get(self.add_prefix(CONFIRM)) == seen(flagged) and self.claims_author is not None:
            self.claims_flagged = flagged
        else:
            for name in dict.fromkeys(row.field for row in flagged):
                words = "; ".join(said(row) for row in flagged if row.field == name)
                self.add_error(name, _("%(remarks)s Change it, or confirm below.") % {"remarks": words})

    @property
    def claims_confirmation(self) -> list[forms.BoundField]:
        return [self[CONFIRM]] if CONFIRM in self.fields else []

    def keep_confirmation(self, *, now: dt.datetime) -> None:
        """Once the object is saved: who confirmed which sentence."""
        if self.claims_flagged and self.claims_author is not None:
            judging.answer(
                self.claims_flagged,
                surface=self.claims_surface,
                kind=ClaimWaiver.Kind.CONFIRMED,
                author=self.claims_author,
                now=now,
            )
