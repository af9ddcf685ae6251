"""Encryption of fields at rest. `FIELD_KEYS`: the first encrypts, every one decrypts, so that keys can be rotated."""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys])


def encrypt(text: str) -> str:
    return _cipher(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text; raises cryptography.fernet.InvalidToken when no key fits."""
    return _cipher(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode()
