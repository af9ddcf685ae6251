"""The end of consents: three years of silence end a subscription; five years after the last of it, its proof names nobody."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower

from common.privacy import Fate
from common.retention import Rule, account_parts, keep_until
from legal.consents import subscriptions
from legal.consents.proofs import Circumstances, Event
from legal.models import ConsentDetail, Subscription


def register() -> None:
    keep_until(
        Rule(
            key="subscriptions",
            activity="newsletter",
            model="legal.Subscription",
            addresses=("email",),
            says="Abonnements sans nouvelle de la personne, après qu’il lui a été demandé si elle veut continuer : terminés.",
            expired=lambda moment: Subscription.objects.filter(confirmed_at__isnull=False, last_contact_at__lt=moment),
            end=_end,
        ),
        Rule(
            key="consent-details",
            activity="consent-proofs",
            model="legal.ConsentDetail",
            addresses=("email",),
            says="Identité, adresse IP et sel des consentements terminés ou retirés : détruits ; la chaîne reste valide.",
            expired=_over,
            fate=Fate.ANONYMISE,
            people=("user_id",),
        ),
    )
    account_parts.register("consents", _with_the_account, order=65)


def _end(keys: Sequence[int], now: dt.datetime) -> None:
    for row in Subscription.objects.filter(pk__in=keys):
        subscriptions.stop(subscription=row, how=Circumstances(), now=now, event=Event.ENDED)


def _over(moment: dt.datetime) -> "QuerySet[ConsentDetail, Any]":
    """Nothing of the same subject is later, and no subscription stands on it."""
    later = ConsentDetail.objects.filter(subject=OuterRef("subject"), proof__recorded_at__gte=moment)
    stands = Subscription.objects.filter(subject=OuterRef("subject"))
    old = ConsentDetail.objects.filter(proof__recorded_at__lt=moment)
    return old.exclude(Exists(later)).exclude(Exists(stands))


def _with_the_account(keys: Sequence[int], addresses: Sequence[str], now: dt.datetime) -> None:
    """The mails stop, and the proofs of the account name nobody."""
    lowered = [address.lower() for address in addresses]
    Subscription.objects.alias(address=Lower("email")).filter(address__in=lowered).delete()
    ConsentDetail.objects.filter(user__in=keys).delete()
    ConsentDetail.objects.alias(address=Lower("email")).filter(address__in=lowered).delete()
