"""Any provider that takes an SMS as one JSON request: the names of its fields are settings (docs/notifications.md)."""

from typing import Any

import requests
from django.conf import settings

from common.sms.provider import SmsRefused, SmsUnclear

TIMEOUT = (5, 15)


class HttpProvider:
    def send(self, *, to: str, text: str, reference: str) -> str:
        body: dict[str, Any] = {
            **settings.SMS_HTTP_EXTRA,
            settings.SMS_HTTP_TO: to,
            settings.SMS_HTTP_TEXT: text,
            settings.SMS_HTTP_SENDER: settings.SMS_SENDER,
            settings.SMS_HTTP_REFERENCE: reference,
        }
        body.pop("", None)  # a provider without such a field
        headers = {settings.SMS_HTTP_HEADER: settings.SMS_HTTP_KEY, "Accept": "application/json"}
        try:
            answer = requests.post(
                settings.SMS_HTTP_URL, json=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
        except (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError) as error:
            raise SmsRefused(f"{type(error).__name__}: {error}") from error
        except requests.exceptions.RequestException as error:
            raise _unreached(error) from error
        return self._reference(answer)

    def _reference(self, answer: requests.Response) -> str:
        if answer.ok and answer.status_code < 300:
            try:
                found = answer.json()
            except ValueError:
                return ""
            return str(found.get(settings.SMS_HTTP_ID, ""))[:100] if isinstance(found, dict) else ""
        said = f"HTTP {answer.status_code}: {answer.text[:300]}"
        if answer.status_code >= 500:
            raise SmsUnclear(said)
        # A 400 may as well be our own mistake: only the provider's words for a bad number condemn it.
        raise SmsRefused(said, permanent=any(words in answer.text for words in settings.SMS_HTTP_BAD_NUMBER))


def _unreached(error: requests.exceptions.RequestException) -> Exception:
    words = f"{type(error).__name__}: {error}"
    refused = isinstance(error, requests.exceptions.ConnectionError) and "refused" in words.lower()
    return SmsRefused(words) if refused else SmsUnclear(words)
