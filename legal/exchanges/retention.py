"""The end of exchanges: a contact three years after the request, the help of an account once resolved (Annexe A)."""

import datetime as dt
from collections.abc import Sequence

from django.db.models.functions import Lower

from common.retention import Rule, account_parts, keep_until
from legal.models import Exchange

Kind, State = Exchange.Kind, Exchange.State


def register() -> None:
    keep_until(
        Rule(
            key="contacts",
            activity="contact",
            model="legal.Exchange",
            addresses=("email",),
            says="Messages du formulaire de contact, avec leurs réponses : effacés.",
            expired=lambda moment: Exchange.objects.filter(kind=Kind.CONTACT, received_at__lt=moment),
            people=("user_id",),
        ),
        Rule(
            key="support",
            activity="support",
            model="legal.Exchange",
            addresses=("email",),
            says="Échanges avec l’assistance résolus : effacés.",
            expired=lambda moment: Exchange.objects.filter(kind=Kind.SUPPORT, closed_at__lt=moment),
            people=("user_id",),
        ),
    )
    account_parts.register("exchanges", _with_the_account, order=66)


def _with_the_account(keys: Sequence[int], addresses: Sequence[str], now: dt.datetime) -> None:
    Exchange.objects.filter(user__in=keys).delete()
    lowered = [address.lower() for address in addresses]
    Exchange.objects.alias(address=Lower("email")).filter(address__in=lowered).delete()
