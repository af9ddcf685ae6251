"""Where allauth asks us: who may sign up, how its mails leave, how its secrets are kept."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from accounts.models import User
from common import outbox
from common.crypto import decrypt, encrypt

# allauth's template prefix → our mail. Its other mails keep its own text.
MAILS = {
    "account/email/login_code": "accounts/login_code",
    "account/email/password_reset_key": "accounts/password_reset",
    "account/email/email_confirmation": "accounts/confirm_address",
    "account/email/email_confirmation_signup": "accounts/confirm_address",
}


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Clients' accounts are made while booking, practitioners' by their application: there is no bare sign-up."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not to enrol the first second factor by who typed the password just now: it would be asked for twice in a row."""
        required = bool(super().is_reauthentication_required(app=app, **kwargs))
        request = context.request
        if not required or request is None or app != "allauth.mfa" or is_mfa_enabled(request.user):
            return required
        typed = [
            record["at"]
            for record in get_authentication_records(request, request.user)
            if record["method"] == "password"
        ]
        return not typed or time.time() - max(typed) > app_settings.REAUTHENTICATION_TIMEOUT

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """An address that another account bears is not confirmed on a second one: one address, one account."""
        others = User.objects.filter(email__iexact=email_address.email).exclude(pk=email_address.user_id)
        if others.exists():
            failed = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, failed, {"email": email_address.email})
            return False
        return bool(super().confirm_email(request, email_address))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if template_prefix not in MAILS:
            super().send_mail(template_prefix, email, context)
            return
        wanted = ("code", "password_reset_url", "activate_url")
        outbox.send(
            key=f"{MAILS[template_prefix].replace('/', '-')}-{get_random_string(12)}",
            to=email,
            template=MAILS[template_prefix],
            context={name: context.get(name, "") for name in wanted},
        )


class MfaAdapter(DefaultMFAAdapter):
    """Secrets of authenticators are encrypted at rest with FIELD_KEYS."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)
