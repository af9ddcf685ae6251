"""Forms of the register and of the end of personal data."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateTimeInput

from common.retention import rules
from legal.actions.register import LONGEST, SHORTEST
from legal.entries import Entry
from legal.retention.holds import kinds

MOST_LINES = 40


class LinesField(forms.CharField):
    """One thing a line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=AdminAutoHeightTextInput(attrs={"rows": 3}), max_length=4000, **options)

    def clean(self, value: Any) -> list[str]:
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        found = list(dict.fromkeys(line for line in lines if line))
        if self.required and not found:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(found) > MOST_LINES or any(len(line) > 200 for line in found):
            raise ValidationError(_("At most %(count)d lines of 200 characters.") % {"count": MOST_LINES})
        return found

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value


class ActivityForm(forms.Form):
    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)
    purpose = forms.CharField(
        label=_("Purpose"), max_length=600, widget=AdminAutoHeightTextInput(attrs={"rows": 2}),
        help_text=_("Why these data are used, in one sentence: it is published."),
    )  # fmt: skip
    people = LinesField(label=_("People concerned"), help_text=_("One a line."))
    # Django takes declared fields out of the class: the form's own `data` stays what was sent.
    data = LinesField(  # type: ignore[assignment]
        label=_("Categories of data"), help_text=_("One a line. The fields themselves are declared in the code.")
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=600, widget=AdminAutoHeightTextInput(attrs={"rows": 2})
    )
    starts = forms.CharField(
        label=_("Counted from"), max_length=300, help_text=_("The event is in the code; here, its words.")
    )
    months = forms.IntegerField(label=_("Kept (months)"), required=False, min_value=0, max_value=LONGEST)
    archive_months = forms.IntegerField(
        label=_("Then in restricted archive (months)"), required=False, min_value=0, max_value=LONGEST
    )
    recipients = LinesField(
        label=_("Recipients"), required=False, help_text=_("One a line; nothing: the teams in charge alone.")
    )
    transfers = forms.CharField(
        label=_("Transfers outside the European Union"),
        max_length=1000,
        widget=AdminAutoHeightTextInput(attrs={"rows": 2}),
    )
    security = forms.CharField(label=_("Security"), max_length=2000, widget=AdminAutoHeightTextInput(attrs={"rows": 3}))
    reason = forms.CharField(label=_("Why it changes"), max_length=300, help_text=_("Kept in the history."))

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        said = {name: getattr(entry, name) for name in self.base_fields if name not in {"after", "reason"}}
        kwargs["initial"] = {**said, "after": entry.number}
        super().__init__(*args, **kwargs)
        if entry.governed:
            self.fields["months"].required = True
            self.fields["months"].help_text = _(
                "From %(least)d to %(most)d. Another time stops the rules of this activity until somebody else approves them."
            ) % {"least": SHORTEST, "most": LONGEST}
        else:
            self.fields["months"].disabled = True
            self.fields["months"].help_text = _("Set by the code or by the law.")

    def clean_archive_months(self) -> int:
        return self.cleaned_data["archive_months"] or 0


class HoldForm(forms.Form):
    """Of a person, by the address; or of one object, by its kind and number."""

    email = forms.EmailField(label=_("A person, by e-mail address"), required=False, max_length=254)
    kind = forms.ChoiceField(label=_("Or an object"), required=False)
    number = forms.IntegerField(label=_("Its number"), required=False, min_value=1, max_value=10**17)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Dispute, request of an authority: its reference, no story.")
    )
    ends_at = forms.DateTimeField(
        label=_("Until"), widget=AdminDateTimeInput(), help_text=_("Looked at again by then.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {rule.model: str(rule.rows.model._meta.verbose_name) for rule in rules}
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [("", "–"), *((label, f"{names.get(label, label)} ({label})") for label in kinds())]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("email")) == bool(data.get("kind")):
            raise ValidationError(_("Name a person or an object, one of the two."))
        if data.get("kind") and not data.get("number"):
            self.add_error("number", _("Its number is needed."))
        return data

    @property
    def subject(self) -> str:
        kind = self.cleaned_data.get("kind")
        return f"{kind}:{self.cleaned_data['number']}" if kind else ""
