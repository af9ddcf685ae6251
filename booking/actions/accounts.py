"""The practitioner's Stripe account: opened from the office, known by what Stripe says of it (M1)."""

import datetime as dt
from dataclasses import asdict

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from booking import stripe_gateway
from booking.models import StripeAccount
from common.signals import listing_changed
from common.tasks import enqueue
from practitioners.models import Practitioner

STATES = {"active": "active", "pending": "pending", "restricted": "restricted"}


def start_onboarding(*, practitioner: Practitioner, now: dt.datetime) -> str:
    """The address of Stripe's own pages. Opening twice gives the same account. Raises StripeUnreachable, StripeRefused."""
    account = StripeAccount.objects.filter(practitioner=practitioner).first()
    if account is None:
        found = stripe_gateway.open_account(
            email=practitioner.professional_email, name=practitioner.full_name, key=f"account-{practitioner.pk}"
        )
        account, _created = StripeAccount.objects.get_or_create(
            practitioner=practitioner, defaults={"account_id": found}
        )
    page = settings.BASE_URL + reverse("office:payments")
    return stripe_gateway.onboarding_url(account=account.account_id, return_url=f"{page}?retour=1", refresh_url=page)


def refresh(*, account_pk: int, now: dt.datetime) -> StripeAccount:
    """Read the account's state from Stripe: coming back from the onboarding proves nothing."""
    account = StripeAccount.objects.get(pk=account_pk)
    state = stripe_gateway.read_account(account.account_id)
    with transaction.atomic():
        account = StripeAccount.objects.select_for_update(no_key=True).get(pk=account_pk)
        account.card_payments = STATES.get(state.card_payments, "none")
        account.requirements = [asdict(item) for item in state.requirements]
        account.checked_at = now
        account.save()
        transaction.on_commit(
            lambda: listing_changed.send(sender=StripeAccount, practitioner_id=account.practitioner_id)
        )
    return account


def ask(*, account_pk: int) -> None:
    """Read it again soon: Stripe has just refused what an active account may do, and its notification may have been lost."""

    def soon() -> None:
        from booking.tasks import read_account_state

        enqueue(read_account_state, account_pk)

    transaction.on_commit(soon)
