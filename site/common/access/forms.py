from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.access.kinds import Kind

OTHER = "autre"
SHORTEST = 8


class AccessForm(forms.Form):
    """Why a file is opened: one of the usual reasons, or one's own words."""

    acces_usuel = forms.ChoiceField(label=_("Why do you open it?"), widget=forms.RadioSelect, required=False)
    acces_motif = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=300,
        help_text=_("The person reads it: one plain sentence, and nobody else’s data."),
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = self.fields["acces_usuel"]
        assert isinstance(usual, forms.ChoiceField)
        usual.choices = [*((str(n), words) for n, words in enumerate(kind.usual)), (OTHER, _("Another reason"))]
        self.usual = kind.usual
        if not kind.usual:
            del self.fields["acces_usuel"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        words, chosen = " ".join((data.get("acces_motif") or "").split()), data.get("acces_usuel", "")
        if words and len(words) < SHORTEST:
            self.add_error("acces_motif", ValidationError(_("A few words more: the person must understand it.")))
        if not words and not chosen.isdigit() and not self.errors:
            self.add_error("acces_motif", ValidationError(_("Say why you open it.")))
        return data

    @property
    def reason(self) -> str:
        """One's own words win; with a usual reason they complete it."""
        words = " ".join(self.cleaned_data["acces_motif"].split())
        chosen = self.cleaned_data.get("acces_usuel", "")
        usual = str(self.usual[int(chosen)]) if chosen.isdigit() else ""
        return " – ".join(part for part in (usual, words) if part)[:300]
