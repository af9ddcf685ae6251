from django import forms
from django.utils.translation import gettext_lazy as _

from common.proof_parts import topics


class ProofFileForm(forms.Form):
    """About what, which one, and why: the reason stands on every page of the file and in the access log of those concerned."""

    topic = forms.ChoiceField(label=_("About"), widget=forms.RadioSelect)
    which = forms.CharField(label=_("Which one"), max_length=80)
    reason = forms.CharField(
        label=_("Why"),
        min_length=8,
        max_length=300,
        help_text=_("The dispute or the request: it is recorded, written on the file, and read by those concerned."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["topic"] = forms.ChoiceField(
            label=self.fields["topic"].label,
            choices=[(each.key, each.label) for each in topics],
            widget=forms.RadioSelect,
        )
        self.fields["which"].help_text = " · ".join(f"{each.label} – {each.hint}" for each in topics)
