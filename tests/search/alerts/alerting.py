"""Asking for an alert, in a test's few words."""

import datetime as dt

from django.test import Client

from common import clock
from common.models import OutboxMessage
from search import alerts
from search.actions import alerts as actions
from search.actions.alert_consents import Circumstances
from search.models import SearchAlert

START = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
ASKED = "pratique=sophrologie&lieu=commune:69123"
EMAIL = "lea@exemple.fr"
HOW = Circumstances(text="texte", page="/", ip="192.0.2.7", agent="Test")


def fields(**changed: object) -> dict[str, object]:
    return {"query": ASKED, "email": EMAIL, "months": "6", "consent": "on", **changed}


def ask(client: Client, **changed: object):
    return client.post("/recherche/alertes/", fields(**changed))


def asked(query: str = ASKED, email: str = EMAIL, months: int = 6) -> SearchAlert:
    parsed = alerts.parse(query)
    actions.ask(parsed=parsed, label="Sophrologie · Lyon", email=email, months=months, how=HOW, now=clock.now())
    return SearchAlert.objects.get(email=email, query=alerts.canonical(parsed))


def confirmed(query: str = ASKED, **kwargs: object) -> SearchAlert:
    return actions.confirm(alert=asked(query, **kwargs), how=HOW, now=clock.now())


def messages(key: str = "found") -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(key__contains=f"-{key}-").order_by("pk"))
