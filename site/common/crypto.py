"""Encryption of fields at rest. `FIELD_KEYS`: the first encrypts, every one decrypts, so that keys can be rotated."""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


@lru_cache(maxsize=16)
def _key(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([_key(key) for key in keys])


def encrypt(text: str) -> str:
    return _cipher(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text; raises cryptography.fernet.InvalidToken when no key fits."""
    return decrypt_bytes(token.encode()).decode()


def encrypt_bytes(content: bytes) -> bytes:
    return _cipher(tuple(settings.FIELD_KEYS)).encrypt(content)


def decrypt_bytes(token: bytes) -> bytes:
    return _cipher(tuple(settings.FIELD_KEYS)).decrypt(token)


def is_current(token: str | bytes) -> bool:
    """Whether the first key sealed it: nothing is left to do when keys are rotated."""
    try:
        _key(settings.FIELD_KEYS[0]).decrypt(token)
    except InvalidToken:
        return False
    return True
