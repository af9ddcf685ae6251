from django import forms
from django.utils.translation import gettext_lazy as _

from legal.models import ClaimList, ClaimRule


class RuleForm(forms.ModelForm):
    class Meta:
        model = ClaimRule
        fields = [
            "slug", "severity", "patterns", "exceptions", "reason", "law", "suggestion",
            "denied_is_fine", "doctor_is_fine", "asked_is_fine", "only_replies", "active",
        ]  # fmt: skip
        widgets = {
            "patterns": forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
            "exceptions": forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        }
        help_texts = {
            "patterns": _(
                "soigner: any form of the word. =patients: that form alone. a|b: either. @maladies: a list. *3: up to three words. "
                "mot?: may be missing. #nombre, #nom, ^. A line that begins with ! stands even when it is denied."
            ),
            "exceptions": _(
                "The same, on the very words; a line that begins with ~ is looked for in the whole sentence."
            ),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if self.instance.pk:
            # What was found and answered for is known by it.
            self.fields["slug"].disabled = True

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        for name in ("patterns", "exceptions"):
            if data.get(name):
                data[name] = "\n".join(row.strip() for row in str(data[name]).splitlines() if row.strip())
        return data


class ListForm(forms.ModelForm):
    class Meta:
        model = ClaimList
        fields = ["name", "words"]
        widgets = {"words": forms.Textarea(attrs={"rows": 24, "spellcheck": "false"})}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if self.instance.pk:
            self.fields["name"].disabled = True


class TryForm(forms.Form):
    sentence = forms.CharField(
        label=_("Try it on a sentence"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    reply = forms.BooleanField(label=_("As a public reply"), required=False)
