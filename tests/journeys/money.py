"""What the journeys of money share: who paid what, news that arrive by themselves, and the keyboard alone."""

import time
from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from playwright.sync_api import Page

from booking.models import Payment
from practitioners.models import Practitioner

Found = TypeVar("Found")
MOST_TABS = 120


def own() -> Practitioner:
    """The demo's practitioner."""
    return Practitioner.objects.get(user__email="practitioner@demo.example")


def paid_by(email: str) -> Payment:
    """What this client paid her online for a session to come, of which nothing went back."""
    rows = Payment.objects.filter(
        appointment__practitioner=own(), status=Payment.Status.PAID, refunds=None, disputes=None
    )
    return rows.filter(appointment__client__email=email, appointment__status="confirmed").latest("pk")


def settled(find: Callable[[], Found], *, within: float = 15) -> Found:
    """What a notification of Stripe brings about, once it is there."""
    until = time.monotonic() + within
    while True:
        try:
            return find()
        except ObjectDoesNotExist:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def reach(page: Page, selector: str) -> None:
    """Tab until the focus is on the first one: what no key reaches, no one without a mouse uses."""
    wanted = page.locator(selector).first
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"The keyboard does not reach {selector} on {page.url}")
