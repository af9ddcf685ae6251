"""The link by which somebody without an account follows a request: bound to the address that it was sent to."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from legal.models import RightsRequest

_signer = Signer(salt="legal.rights_request")


def token_of(request: RightsRequest) -> str:
    return _signer.sign(f"{request.reference}:{request.person.email}").rpartition(":")[2]


def path_of(request: RightsRequest) -> str:
    return reverse("rights_follow", args=[request.reference, token_of(request)])


def url_of(request: RightsRequest) -> str:
    return settings.BASE_URL + path_of(request)


def opened(reference: str, token: str) -> RightsRequest | None:
    """The request, when the token is its own; nothing tells a wrong reference from a wrong token."""
    rows = RightsRequest.objects.select_related("person", "practitioner")
    found = rows.filter(reference=reference, person__isnull=False).exclude(person__email="").first()
    if found is None:
        return None
    try:
        _signer.unsign(f"{reference}:{found.person.email}:{token}")
    except BadSignature:
        return None
    return found
