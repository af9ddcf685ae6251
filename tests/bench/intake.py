# ruff: noqa: E402, T201 (a script: settings first, and its output is its purpose)
"""Stripe's notifications over HTTP, signed, as fast as they are taken: `python tests/bench/intake.py SERVER`.

Each is checked, stored once and answered; a tenth comes twice. Afterwards every one that was answered 200 must be in the database,
once. What is made of them is the workers' affair, and not measured here.
"""

import json
import os
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

import django

django.setup()

import hmac
from hashlib import sha256

from django.conf import settings

from booking.models import StripeEvent
from tests.bench.figures import keep
from tests.bench.load import Client, play, request

SENDERS, EVENTS = 8, int(os.environ.get("EVENTS", "4000"))
MARK = f"evt_bench_{os.getpid()}_"


def prepared(number: int) -> tuple[str, str]:
    """The body and its signature, made before the clock starts."""
    payload = json.dumps(
        {
            "id": f"{MARK}{number}", "object": "event", "type": "charge.updated", "account": "acct_1Bench0000000000",
            "api_version": "2026-10-28.endive", "created": int(time.time()), "livemode": False,
            "data": {"object": {"id": f"ch_{number}", "object": "charge", "amount": 6000, "filler": "x" * 1500}},
        }
    )  # fmt: skip
    moment = int(time.time())
    signed = hmac.new(settings.STRIPE_WEBHOOK_SECRET.encode(), f"{moment}.{payload}".encode(), sha256).hexdigest()
    return payload, f"t={moment},v1={signed}"


def sender(base: str, mine: list[tuple[str, str]], refused: list[bytes]) -> Client:
    """One notification after the other, over one connection that stays."""
    headers = {"Content-Type": "application/json"}
    written = [
        request(base, "POST", "/webhooks/stripe/", headers | {"Stripe-Signature": signature}, payload.encode())
        for payload, signature in mine
    ]
    for one in written:
        answer = yield one
        if answer.status != 200:
            refused.append(answer.head)


def main(base: str) -> None:
    events = [prepared(number) for number in range(EVENTS)]
    told = [*events, *events[::10]]
    refused: list[bytes] = []
    senders = [sender(base, told[place::SENDERS], refused) for place in range(SENDERS)]
    load = play(base, senders)
    stored = StripeEvent.objects.filter(event_id__startswith=MARK)
    lost = EVENTS - stored.count()
    print(f"{len(told)} notifications: {load}")
    print(f"{len(refused)} refused, {lost} lost")
    keep("webhook intake", load.per_second)
    keep("webhook intake lost", lost + len(refused))
    stored.delete()
    if lost or refused:
        sys.exit("a notification was lost")


if __name__ == "__main__":
    main(sys.argv[1])
