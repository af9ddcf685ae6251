"""A third party's word on when something existed: an authority that answers a hash with a signed time (RFC 3161).

Off unless `TIMESTAMP_URL` is set. This module alone imports the library and speaks to the authority.
"""

import datetime as dt
from pathlib import Path
from typing import NamedTuple, Protocol

import requests
from cryptography import x509
from django.conf import settings
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, VerifierBuilder, decode_timestamp_response
from rfc3161_client.errors import VerificationError

TIMEOUT = 20
_LARGEST = 64 * 1024


class Stamp(NamedTuple):
    authority: str
    moment: dt.datetime
    token: bytes


class NoStamp(Exception):
    """The authority did not answer with a stamp that holds."""


class Authority(Protocol):
    name: str

    def stamp(self, message: bytes) -> Stamp: ...

    def check(self, token: bytes, message: bytes) -> dt.datetime: ...


class Rfc3161Authority:
    """`roots`: PEM certificates that the authority's own must lead to."""

    def __init__(self, *, url: str, roots: Path) -> None:
        self.name = url
        self.roots = x509.load_pem_x509_certificates(roots.read_bytes())

    def stamp(self, message: bytes) -> Stamp:
        """Asked over HTTP; what comes back is verified before it is kept."""
        request = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256).build()
        try:
            answer = requests.post(
                self.name,
                data=request.as_bytes(),
                headers={"Content-Type": "application/timestamp-query"},
                timeout=TIMEOUT,
                allow_redirects=False,
            )
            answer.raise_for_status()
        except requests.RequestException as error:
            raise NoStamp(f"{self.name}: {error}") from error
        token = answer.content
        if len(token) > _LARGEST:
            raise NoStamp(f"{self.name}: an answer of {len(token)} bytes")
        moment = self.check(token, message)
        if decode_timestamp_response(token).tst_info.nonce != request.nonce:
            raise NoStamp(f"{self.name}: an answer to another question")
        return Stamp(self.name, moment, token)

    def check(self, token: bytes, message: bytes) -> dt.datetime:
        """When the authority saw `message`; `NoStamp` when its answer does not hold."""
        try:
            answer = decode_timestamp_response(token)
            builder = VerifierBuilder()
            for root in self.roots:
                builder = builder.add_root_certificate(root)
            builder.build().verify_message(answer, message)
        except (VerificationError, ValueError) as error:
            raise NoStamp(f"{self.name}: {error}") from error
        return answer.tst_info.gen_time


def authority() -> Authority | None:
    """The one that the operator chose, if any."""
    if not settings.TIMESTAMP_URL:
        return None
    return Rfc3161Authority(url=settings.TIMESTAMP_URL, roots=Path(settings.TIMESTAMP_ROOTS))
