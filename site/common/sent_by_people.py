"""Forms that anybody may send without an account: what tells a person from a program, without asking anything of the person."""

from typing import Any

from django import forms
from django.core import signing

# Nobody reads, chooses and writes faster; a program does.
FASTEST = 3
LONGEST = 12 * 3600
_signer = signing.TimestampSigner(salt="sent-by-people")


class SentByPeople(forms.Form):
    """A field that people do not see (`is_trapped`), and when the page was shown (`is_too_fast`). `initial=SentByPeople.shown_now()`."""

    site_web = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    shown = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    @staticmethod
    def shown_now() -> dict[str, Any]:
        return {"shown": _signer.sign("1")}

    @property
    def is_trapped(self) -> bool:
        """Answered like anybody, so that the program learns nothing; nothing is kept."""
        return bool(self.cleaned_data["site_web"])

    @property
    def is_too_fast(self) -> bool:
        """Sent sooner than anybody writes, or without ever having been shown."""
        shown = self.cleaned_data["shown"]
        try:
            _signer.unsign(shown, max_age=LONGEST)
        except signing.BadSignature:
            return True
        try:
            _signer.unsign(shown, max_age=FASTEST)
        except signing.SignatureExpired:
            return False
        return True
