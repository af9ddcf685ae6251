"""The operator's catalogue: announced prices, what runs, what it brought; nobody else's."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from booking.models import PaidServiceVersion
from common.clock import PARIS, now
from tests.booking.subscription_world import World, world
from tests.factories.paid_services import make_service

__all__ = ["world"]
pytestmark = pytest.mark.django_db
DESKS = ("services-optionnels/", "services-optionnels/chiffres/", "prix-des-services/", "abonnements/")


def typed(moment: dt.datetime, **changed: Any) -> dict[str, Any]:
    service = changed.pop("service", None) or make_service()
    return {
        "service": service.pk,
        "valid_from": f"{moment.astimezone(PARIS):%Y-%m-%d %H:%M}",
        "price_cents": 1200,
        "interval": "month",
        "vat": "standard",
        "gives": "Une chose",
        "terms": "Les conditions.",
    } | changed


def test_the_operator_reads_what_runs_and_what_it_brought(world: World, client: Client, login_as: Callable) -> None:
    row = world.begin()
    login_as(Role.OPERATOR)
    for desk in DESKS:
        assert client.get(f"/cms/{desk}").status_code == 200, desk
    assert client.get(f"/cms/abonnements/?state=active&q={row.reference}").content.decode().count(row.reference) >= 1
    figures = client.get("/cms/services-optionnels/chiffres/").content.decode()
    assert "9,00\u00a0€" in figures


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATION, Role.PRACTITIONER])
def test_nobody_else_opens_these_desks(client: Client, login_as: Callable, role: Role) -> None:
    login_as(role)
    for desk in DESKS:
        assert client.get(f"/cms/{desk}").status_code in {302, 403, 404}, desk


def test_a_price_is_announced_never_changed(client: Client, login_as: Callable) -> None:
    login_as(Role.OPERATOR)
    service = make_service()
    late = client.post("/cms/prix-des-services/create/", typed(now() - dt.timedelta(days=1), service=service))
    assert late.status_code == 200
    assert service.versions.count() == 1
    coming = client.post("/cms/prix-des-services/create/", typed(now() + dt.timedelta(days=40), service=service))
    assert coming.status_code == 302, coming.context["form"].errors
    version = PaidServiceVersion.objects.get(price_cents=1200)
    assert (version.number, len(version.terms_sha256)) == (2, 64)
    assert client.get(f"/cms/prix-des-services/edit/{version.pk}/").status_code in {302, 403}


@pytest.mark.parametrize("bad", [{"price_cents": -1}, {"price_cents": 99}, {"price_cents": "9" * 30}, {"terms": ""}])
def test_what_makes_no_price_is_refused_in_words(client: Client, login_as: Callable, bad: dict[str, Any]) -> None:
    login_as(Role.OPERATOR)
    answer = client.post("/cms/prix-des-services/create/", typed(now() + dt.timedelta(days=40), **bad))
    assert answer.status_code == 200
    assert answer.context["form"].errors
