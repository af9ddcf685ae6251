"""Requests about personal data, as the form and the team make them."""

import datetime as dt
from typing import Any

from common.clock import now as clock_now
from legal.models import RightsRequest
from legal.requests import receiving
from legal.requests.receiving import Said
from tests.factories.accounts import UserFactory

Kind = RightsRequest.Kind


def said(**changed: Any) -> Said:
    facts = {"kind": Kind.ACCESS, "name": "Zoé Martin", "email": "zoe@example.fr", "text": "Une copie de mes données."}
    return Said(**(facts | changed))


def make_request(*, now: dt.datetime | None = None, user: Any = None, **changed: Any) -> RightsRequest:
    return receiving.receive(said=said(**changed), user=user, now=now or clock_now())


def make_letter(
    *, received_on: dt.date, now: dt.datetime | None = None, by: Any = None, **changed: Any
) -> RightsRequest:
    """By post, from who has no e-mail."""
    words = said(**({"email": "", "postal_address": "1 rue Haute\n69005 Lyon"} | changed))
    return receiving.enter(
        said=words, channel="post", received_on=received_on, by=by or UserFactory(), now=now or clock_now()
    )
