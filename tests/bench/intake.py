# ruff: noqa: E402, T201 (a script: settings first, and its output is its purpose)
"""Stripe's notifications over HTTP, signed, as fast as they are taken: `python tests/bench/intake.py SERVER`.

Each is checked, stored once and answered; a tenth comes twice. Afterwards every one that was answered 200 must be in the database,
once. What is made of them is the workers' affair, and not measured here.
"""

import json
import os
import sys
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

import django

django.setup()

import hmac
from hashlib import sha256

from django.conf import settings

from booking.models import StripeEvent
from tests.bench.figures import keep

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


class Sender(threading.Thread):
    def __init__(self, base: str, mine: list[tuple[str, str]]) -> None:
        super().__init__()
        parts = urlsplit(base)
        self.connection = HTTPConnection(str(parts.hostname), parts.port, timeout=30)
        self.mine, self.refused = mine, 0
        self.milliseconds: list[float] = []

    def run(self) -> None:
        for payload, signature in self.mine:
            started = time.perf_counter()
            headers = {"Content-Type": "application/json", "Stripe-Signature": signature}
            try:
                self.connection.request("POST", "/webhooks/stripe/", payload, headers)
                answer = self.connection.getresponse()
            except ConnectionError:
                # A worker was replaced: Stripe sends again, on another connection.
                self.connection.close()
                self.connection.request("POST", "/webhooks/stripe/", payload, headers)
                answer = self.connection.getresponse()
            answer.read()
            self.refused += answer.status != 200
            self.milliseconds.append((time.perf_counter() - started) * 1000)


def main(base: str) -> None:
    events = [prepared(number) for number in range(EVENTS)]
    told = [*events, *events[::10]]
    senders = [Sender(base, told[place::SENDERS]) for place in range(SENDERS)]
    started = time.perf_counter()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    seconds = time.perf_counter() - started
    stored = StripeEvent.objects.filter(event_id__startswith=MARK)
    lost = EVENTS - stored.count()
    refused = sum(sender.refused for sender in senders)
    took = sorted(value for sender in senders for value in sender.milliseconds)
    rate = len(told) / seconds
    print(
        f"{len(told)} notifications in {seconds:.1f} s: {rate:.0f} a second, p95 {took[int(len(took) * 0.95)]:.1f} ms"
    )
    print(f"{refused} refused, {lost} lost")
    keep("webhook intake", rate)
    keep("webhook intake lost", lost + refused)
    stored.delete()
    if lost or refused:
        sys.exit("a notification was lost")


if __name__ == "__main__":
    main(sys.argv[1])
