"""What a practitioner answers to a client's bank: pieces to send, and the own account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.dispute_evidence import Piece
from booking.models import DisputeAnswer
from booking.models.dispute import LONGEST_WORDS


class AnswerForm(forms.Form):
    pieces = forms.MultipleChoiceField(required=False)
    words = forms.CharField(
        label=_("Your own account (optional)"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_(
            "What happened, in plain words: the session took place, how you agreed… Never anything about health."
        ),
    )

    def __init__(self, *args: Any, offered: list[Piece], answer: DisputeAnswer | None, **kwargs: Any) -> None:
        self.names = [piece.name for piece in offered]
        left_out = set(answer.left_out) if answer else set()
        initial = {"words": answer.words if answer else "", "pieces": [n for n in self.names if n not in left_out]}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["pieces"].choices = [(piece.name, piece.label) for piece in offered]  # type: ignore[attr-defined]

    @property
    def ticked(self) -> list[str]:
        """As sent, or as kept: what a page shows again."""
        given = self.data.getlist("pieces") if self.is_bound else self.initial["pieces"]  # type: ignore[attr-defined]
        return [name for name in self.names if name in given]

    @property
    def left_out(self) -> list[str]:
        return [name for name in self.names if name not in self.cleaned_data["pieces"]]
