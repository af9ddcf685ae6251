"""Trap addresses (canaries): one a page, day and network, that people do not see. A mail to one says who read the page, and when.

The address holds the day, the practitioner and the network's keyed mark, signed: nothing is written when a page is shown.
"""

import base64
import datetime as dt
import re
import struct

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from common import clock
from common.pace import network_mark
from practitioners.models import Harvest, Practitioner

FIRST_DAY = dt.date(2026, 1, 1)
# Days for which a network that collected addresses is shown no telephone number.
REMEMBERED = dt.timedelta(days=30)
_LAYOUT = ">HI4s"  # day since the first, practitioner, mark of the network
_ADDRESS = re.compile(r"contact-([a-z2-7]{23})@", re.IGNORECASE)


def address_for(request: HttpRequest, practitioner: Practitioner) -> str:
    """The trap of this page for this reader today; empty where no domain is set for it."""
    if not settings.CANARY_DOMAIN:
        return ""
    day = (clock.today() - FIRST_DAY).days
    told = struct.pack(_LAYOUT, day, practitioner.pk, bytes.fromhex(network_mark(request)))
    token = base64.b32encode(told + _seal(told)).decode().rstrip("=").lower()
    return f"contact-{token}@{settings.CANARY_DOMAIN}"


def _seal(told: bytes) -> bytes:
    return salted_hmac("practitioners.harvesting", told, algorithm="sha256").digest()[:4]


def record(address: str, *, now: dt.datetime) -> Harvest | None:
    """Note that a mail came to a trap; None for an address that is none of ours."""
    found = _ADDRESS.search(address)
    if found is None:
        return None
    told = base64.b32decode(found[1].upper() + "=")
    told, seal = told[:10], told[10:]
    if not constant_time_compare(seal, _seal(told)):
        return None
    days, key, mark = struct.unpack(_LAYOUT, told)
    practitioner = Practitioner.objects.filter(pk=key).first()
    same = {"practitioner": practitioner, "read_on": FIRST_DAY + dt.timedelta(days=days), "network": mark.hex()}
    if Harvest.objects.filter(**same).update(mails=F("mails") + 1):
        return Harvest.objects.get(**same)
    try:
        with transaction.atomic():
            return Harvest.objects.create(received_at=now, **same)
    except IntegrityError:
        Harvest.objects.filter(**same).update(mails=F("mails") + 1)
        return Harvest.objects.get(**same)


def collects(request: HttpRequest, *, now: dt.datetime) -> bool:
    """Whether this network was seen to collect addresses lately."""
    return Harvest.objects.filter(network=network_mark(request), received_at__gt=now - REMEMBERED).exists()
