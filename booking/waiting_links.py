"""Addresses of the waiting list's mails: whoever holds one is the person who waits."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from booking.models import WaitingEntry, WaitingOffer

_entries = Signer(salt="booking.waiting.entry", sep=".")
_offers = Signer(salt="booking.waiting.offer", sep=".")


def entry_path(entry: WaitingEntry, name: str = "waiting_entry") -> str:
    return reverse(f"booking:{name}", args=[_entries.sign(str(entry.pk))])


def offer_path(offer: WaitingOffer) -> str:
    return reverse("booking:waiting_offer", args=[_offers.sign(str(offer.pk))])


def absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"


def entry_of(token: str) -> WaitingEntry | None:
    number = _number(_entries, token)
    rows = WaitingEntry.objects.select_related("practitioner", "service", "user")
    return rows.filter(pk=number).first() if number else None


def offer_of(token: str) -> WaitingOffer | None:
    number = _number(_offers, token)
    rows = WaitingOffer.objects.select_related("entry__practitioner", "entry__service", "appointment__place__commune")
    return rows.filter(pk=number).first() if number else None


def _number(signer: Signer, token: str) -> int | None:
    try:
        return int(signer.unsign(token[:100]))
    except (BadSignature, ValueError):
        return None
