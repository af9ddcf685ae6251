from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.rich_text import get_text_for_indexing

from editorial.models import Letter
from editorial.models.letters import FEATURES

LONGEST = 30_000


class LetterForm(forms.ModelForm):
    class Meta:
        model = Letter
        fields = ("topic", "subject", "opening", "body")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].widget = get_rich_text_editor_widget(features=FEATURES)

    def clean_subject(self) -> str:
        return " ".join(self.cleaned_data["subject"].split())

    def clean_body(self) -> str:
        body = self.cleaned_data["body"] or ""
        if not get_text_for_indexing(body).strip():
            raise forms.ValidationError(_("Write the letter."))
        if len(body) > LONGEST:
            raise forms.ValidationError(_("This letter is too long: link to an article instead."))
        return body
